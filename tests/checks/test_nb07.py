"""Answers that learners give in lesson 07, and what each must be told."""

import numpy as np

from course_utils.checks import nb07


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 7.1 -------------------------------------------------------------------------------------


def _compiled(model, rate, from_logits=True):
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
    return model


def _stack(padding="same", activation="relu", last=None, dense="relu"):
    from keras import Input, Sequential, layers

    convolution = {"padding": padding, "activation": activation}
    return Sequential(
        [
            Input((32, 32, 3)),
            layers.Conv2D(32, 3, **convolution),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, **convolution),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128, activation=dense),
            layers.Dense(10, activation=last),
        ]
    )


def cnn(rate):
    return _compiled(_stack(), rate)


def cnn_by_subclass(rate):
    import keras
    from keras import layers

    class Reader(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.Conv2D(32, 3, padding="same", activation="relu")
            self.second = layers.Conv2D(32, 3, padding="same", activation="relu")
            self.pool, self.flat = layers.MaxPooling2D(2), layers.Flatten()
            self.hidden, self.answer = layers.Dense(128, activation="relu"), layers.Dense(10)

        def call(self, x):
            x = self.pool(self.second(self.pool(self.first(x))))
            return self.answer(self.hidden(self.flat(x)))

    return _compiled(Reader(), rate)


def cnn_with_relu_layers(rate):
    from keras import Input, Model, layers

    x = picture = Input((32, 32, 3))
    for _ in range(2):
        x = layers.ReLU()(layers.Conv2D(32, 3, padding="same")(x))
        x = layers.MaxPooling2D(2)(x)
    x = layers.Activation("relu")(layers.Dense(128)(layers.Flatten()(x)))
    return _compiled(Model(picture, layers.Dense(10)(x)), rate)


def cnn_with_operations(rate):
    """ReLUs that are no layers, and a loss that is a function of its own."""
    import keras
    from keras import Input, Model, layers

    x = picture = Input((32, 32, 3))
    for _ in range(2):
        x = layers.MaxPooling2D(2)(layers.Conv2D(32, 3, padding="same")(x))
        x = keras.ops.relu(x)  # after the maximum it is the same
    x = keras.ops.maximum(layers.Dense(128)(layers.Reshape((2048,))(x)), 0)
    model = Model(picture, layers.Dense(10)(x))

    def loss(labels, z):
        return keras.losses.sparse_categorical_crossentropy(labels, z, from_logits=True)

    model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate), loss=loss)
    return model


def cnn_of_tensorflow(rate):
    """`Sequential.add` layer by layer, the loss by its name in Keras's list of functions."""
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((32, 32, 3))])
    for _ in range(2):
        model.add(layers.Conv2D(32, (3, 3), padding="same"))
        model.add(layers.MaxPool2D())
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, "relu"))
    model.add(layers.Dense(10, activation="linear"))
    loss = keras.losses.SparseCategoricalCrossentropy(True)
    model.compile(keras.optimizers.Adam(rate), loss)
    return model


def cnn_last_relu(rate):
    return _compiled(_stack(last="relu"), rate)


def cnn_last_sigmoid(rate):
    return _compiled(_stack(last="sigmoid"), rate)


def cnn_fixed_rate(rate):
    return cnn(0.01)


def cnn_by_sgd(rate):
    import keras

    model = cnn(rate)
    model.compile(optimizer=keras.optimizers.SGD(rate), loss=model.loss)
    return model


def cnn_linear_dense(rate):
    return _compiled(_stack(dense=None), rate)


def cnn_averaging(rate):
    from keras import Sequential, layers

    parts = [
        layers.AveragePooling2D(2) if isinstance(part, layers.MaxPooling2D) else part
        for part in _stack().layers
    ]
    return _compiled(Sequential(parts), rate)


def cnn_one_hot_loss(rate):
    model = cnn(rate)
    model.compile(optimizer=model.optimizer, loss="categorical_crossentropy")
    return model


def cnn_with_probabilities(rate):
    return _compiled(_stack(last="softmax"), rate, from_logits=False)


def cnn_lookalike(rate):
    from keras import layers

    class Network:
        def __init__(self):
            self.first = layers.Conv2D(32, 3, padding="same")

        def forward(self, x):
            return self.first(x)

    model = Network()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


def cnn_uncompiled_class(rate):
    class Network:
        pass

    return Network()


def cnn_uncompiled(rate):
    return _stack()


def cnn_rate_ignored(rate):
    model = cnn(rate)
    model.compile(optimizer="adam", loss=model.loss)
    return model


def cnn_linear(rate):
    return _compiled(_stack(activation=None), rate)


def cnn_shrinking(rate):
    return _compiled(_stack(padding="valid"), rate)


def cnn_softmax_twice(rate):
    return _compiled(_stack(last="softmax"), rate)


def cnn_logits_as_probabilities(rate):
    return _compiled(_stack(), rate, from_logits=False)


def cnn_smaller(rate):
    from keras import layers

    model = _stack()
    model.pop()
    model.add(layers.Dense(7))
    return _compiled(model, rate)


def cnn_without_return(rate):
    cnn(rate)


# 7.2 -------------------------------------------------------------------------------------


def knob(f, a, dy, f_backward):
    return dy + f_backward(a * dy), np.sum(f * dy)


def knob_by_einsum(f, a, dy, f_backward):
    return [dy + a * f_backward(dy), np.einsum("nd,nd->", f, dy)]  # f_backward is linear


def knob_as_array(f, a, dy, f_backward):
    return dy + f_backward(a * dy), np.array([np.sum(f * dy)])


def knob_in_place(f, a, dy, f_backward):
    dx = dy.copy()
    dx += f_backward(a * dy)
    return dx, sum(float(u) * float(v) for u, v in zip(f.flat, dy.flat, strict=True))


def knob_swapped(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[::-1]


def knob_twice(f, a, dy, f_backward):
    return dy + a * f_backward(a * dy), np.sum(f * dy)


def knob_mean_of_pictures(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0], np.sum(f * dy) / len(f)


def knob_without_shortcut(f, a, dy, f_backward):
    return f_backward(a * dy), np.sum(f * dy)


def knob_ignored(f, a, dy, f_backward):
    return dy + f_backward(dy), np.sum(f * dy)


def knob_passing(f, a, dy, f_backward):
    return dy, np.sum(f * dy)


def knob_past_f(f, a, dy, f_backward):
    return dy + a * dy, np.sum(f * dy)


def knob_all_through_f(f, a, dy, f_backward):
    return f_backward(dy + a * dy), np.sum(f * dy)


def knob_per_entry(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0], f * dy


def knob_per_feature(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0], (f * dy).sum(axis=0)


def knob_mean(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0], (f * dy).mean()


def knob_without_f(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0], dy.sum()


def knob_times_a(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0], a * (f * dy).sum()


def knob_dx_only(f, a, dy, f_backward):
    return knob(f, a, dy, f_backward)[0]


# 7.3 -------------------------------------------------------------------------------------


def cam(features, gradients):
    return np.maximum((gradients.mean(axis=(1, 2), keepdims=True) * features).sum(axis=-1), 0)


def cam_by_einsum(features, gradients):
    weights = gradients.mean(axis=(1, 2))
    maps = np.einsum("nhwf,nf->nhw", features, weights)
    return maps * (maps > 0)


def cam_by_loop(features, gradients):
    maps = []
    for a, g in zip(features.tolist(), gradients, strict=True):
        a, weights = np.array(a), g.reshape(-1, g.shape[-1]).mean(axis=0)
        maps.append((a @ weights).clip(min=0).tolist())
    return maps


def cam_by_matrices(features, gradients):
    N, h, w, F = features.shape
    weights = gradients.reshape(N, h * w, F).sum(axis=1) / (h * w)
    maps = features.reshape(N, h * w, F) @ weights[:, :, None]
    return (maps + np.abs(maps)).reshape(N, h, w) / 2


def cam_axis_kept(features, gradients):
    return cam(features, gradients)[..., None]


def cam_absolute_weights(features, gradients):
    weights = np.abs(gradients.mean(axis=(1, 2), keepdims=True))
    return np.maximum((weights * features).sum(axis=-1), 0)


def cam_positive_weights(features, gradients):
    return (np.maximum(gradients.mean(axis=(1, 2), keepdims=True), 0) * features).sum(axis=-1)


def cam_without_relu(features, gradients):
    return (gradients.mean(axis=(1, 2), keepdims=True) * features).sum(axis=-1)


def cam_absolute(features, gradients):
    return np.abs(cam_without_relu(features, gradients))


def cam_place_by_place(features, gradients):
    return np.maximum((gradients * features).sum(axis=-1), 0)


def cam_summed_weights(features, gradients):
    return np.maximum((gradients.sum(axis=(1, 2), keepdims=True) * features).sum(axis=-1), 0)


def cam_mean_of_maps(features, gradients):
    return np.maximum((gradients.mean(axis=(1, 2), keepdims=True) * features).mean(axis=-1), 0)


def cam_relu_first(features, gradients):
    return np.maximum(gradients.mean(axis=(1, 2), keepdims=True) * features, 0).sum(axis=-1)


def cam_one_weight_for_all(features, gradients):
    return np.maximum((gradients.mean(axis=(0, 1, 2)) * features).sum(axis=-1), 0)


def cam_swapped(features, gradients):
    return cam(gradients, features)


def cam_rescaled(features, gradients):
    maps = cam(features, gradients)
    return maps / maps.max()


# 7.4 -------------------------------------------------------------------------------------


def points_at(maps, masks):
    hits = [
        mask[np.unravel_index(values.argmax(), values.shape)] and values.max() > values.min()
        for values, mask in zip(maps, masks, strict=True)
    ]
    return np.mean(hits)


def points_flat(maps, masks):
    flat, inside = maps.reshape(len(maps), -1), masks.reshape(len(masks), -1)
    hit = inside[np.arange(len(flat)), flat.argmax(axis=1)]
    return (hit & (np.ptp(flat, axis=1) > 0)).mean()


def points_one_maximum(maps, masks):
    return np.mean((maps == maps.max())[masks].any() & False)


def points_counted(maps, masks):
    return points_at(maps, masks) * len(maps)


def points_by_comparing(maps, masks):
    top = maps.max(axis=(1, 2), keepdims=True)
    hits = (masks & (maps == top)).any(axis=(1, 2)) & ~(maps == top).all(axis=(1, 2))
    return [float(sum(hits)) / len(hits)]


def points_inside_against_outside(maps, masks):
    """Raises for a mask that is empty or full, which the exercise never has."""
    pairs = zip(maps, masks, strict=True)
    return np.mean([values[mask].max() > values[~mask].max() for values, mask in pairs])


def points_with_infinity(maps, masks):
    inside = np.where(masks, maps, -np.inf).max(axis=(1, 2))
    top, bottom = maps.max(axis=(1, 2)), maps.min(axis=(1, 2))
    return ((inside == top) & (top > bottom)).mean()


def points_only_zero_is_flat(maps, masks):
    pairs = zip(maps, masks, strict=True)
    return np.mean([m[np.unravel_index(v.argmax(), v.shape)] and v.any() for v, m in pairs])


def points_by_means(maps, masks):
    pairs = zip(maps, masks, strict=True)
    return np.mean([values[mask].mean() > values[~mask].mean() for values, mask in pairs])


def points_at_the_lowest(maps, masks):
    return points_at(-maps, masks)


def points_in_percent(maps, masks):
    return 100 * points_at(maps, masks)


def points_by_heat(maps, masks):
    return maps[masks].sum() / maps.sum()


def points_by_area(maps, masks):
    return masks.mean()


def points_flat_maps_hit(maps, masks):
    return np.mean(
        [m[np.unravel_index(v.argmax(), v.shape)] for v, m in zip(maps, masks, strict=True)]
    )


def points_skipping_flat_maps(maps, masks):
    speaks = np.ptp(maps, axis=(1, 2)) > 0
    return points_at(maps[speaks], masks[speaks])


def points_masked_maps(maps, masks):
    """Multiplies by the mask, which is only right for maps that are nowhere negative."""
    inside = (maps * masks).max(axis=(1, 2))
    return np.mean((inside == maps.max(axis=(1, 2))) & (np.ptp(maps, axis=(1, 2)) > 0))


def points_transposed(maps, masks):
    height = maps.shape[1]
    places = [divmod(values.argmax(), height)[::-1] for values in maps]
    return np.mean([m[place] for m, place in zip(masks, places, strict=True)])


# 7.5 -------------------------------------------------------------------------------------


def towards(images, gradient, epsilon):
    return np.clip(images - epsilon * np.sign(gradient), 0, 1)


def towards_by_cases(images, gradient, epsilon):
    up, down = np.minimum(images + epsilon, 1), np.maximum(images - epsilon, 0)
    return np.where(gradient > 0, down, np.where(gradient < 0, up, images))


def towards_by_copysign(images, gradient, epsilon):
    step = np.where(gradient == 0, 0, np.copysign(epsilon, gradient))
    return np.minimum(np.maximum(images - step, 0), 1).astype("float32")


def towards_two_cases(images, gradient, epsilon):
    return np.clip(np.where(gradient > 0, images - epsilon, images + epsilon), 0, 1)


def towards_two_other_cases(images, gradient, epsilon):
    return np.clip(np.where(gradient < 0, images + epsilon, images - epsilon), 0, 1)


def towards_in_levels(images, gradient, epsilon):
    return np.clip(images - epsilon / 255 * np.sign(gradient), 0, 1)


def towards_uphill(images, gradient, epsilon):
    return np.clip(images + epsilon * np.sign(gradient), 0, 1)


def towards_by_size(images, gradient, epsilon):
    return np.clip(images - epsilon * gradient, 0, 1)


def towards_normalised(images, gradient, epsilon):
    return np.clip(images - epsilon * gradient / np.abs(gradient).max(), 0, 1)


def towards_unclipped(images, gradient, epsilon):
    return images - epsilon * np.sign(gradient)


def towards_change_only(images, gradient, epsilon):
    return -epsilon * np.sign(gradient)


def towards_without_epsilon(images, gradient, epsilon):
    return np.clip(images - np.sign(gradient), 0, 1)


def towards_in_place(images, gradient, epsilon):
    images -= epsilon * np.sign(gradient)
    return np.clip(images, 0, 1)


# 7.6 -------------------------------------------------------------------------------------


def robust(answers, labels):
    return (answers == labels).all(axis=0).mean()


def robust_by_loop(answers, labels):
    alive = np.ones(len(labels), dtype=bool)
    for row in answers:
        alive &= row == labels
    return alive.sum() / len(labels)


def robust_by_product(answers, labels):
    return np.prod(answers == labels[None], axis=0).sum() / labels.size


def robust_majority(answers, labels):
    return ((answers == labels).mean(axis=0) > 0.5).mean()


def robust_product_of_scores(answers, labels):
    return np.prod((answers == labels).mean(axis=1))


def robust_mean(answers, labels):
    return (answers == labels).mean()


def robust_worst_attack(answers, labels):
    return (answers == labels).mean(axis=1).min()


def robust_weakest_attack(answers, labels):
    return (answers == labels).mean(axis=1).max()


def robust_any(answers, labels):
    return (answers == labels).any(axis=0).mean()


def robust_fooled(answers, labels):
    return 1 - robust(answers, labels)


def robust_count(answers, labels):
    return (answers == labels).all(axis=0).sum()


def robust_rows(answers, labels):
    return (answers == labels).all(axis=1).mean()


ANSWERS = {
    nb07.mended_cnn: [
        ("stub", stub, "not attempted yet"),
        ("solution", cnn, "7 of 7 cases"),
        ("second", cnn_by_subclass, "7 of 7 cases"),
        ("second", cnn_with_relu_layers, "7 of 7 cases"),
        ("second", cnn_with_operations, "7 of 7 cases"),
        ("second", cnn_of_tensorflow, "7 of 7 cases"),
        ("wrong", cnn_last_relu, "nothing comes after Dense(10)"),
        ("wrong", cnn_last_sigmoid, "went through an activation"),
        ("wrong", cnn_fixed_rate, "not the one asked for"),
        ("wrong", cnn_by_sgd, "Adam was asked for"),
        ("wrong", cnn_linear_dense, "two layers are one"),
        ("wrong", cnn_averaging, "a mean or a stride does not"),
        ("wrong", cnn_one_hot_loss, "begins with Sparse"),
        ("wrong", cnn_lookalike, "no attribute 'compile'"),
        ("wrong", cnn_uncompiled_class, "come from keras.Model"),
        ("wrong", cnn_uncompiled, "belong in model.compile"),
        ("wrong", cnn_rate_ignored, "a rate of its own"),
        ("wrong", cnn_linear, "linear by itself"),
        ("wrong", cnn_shrinking, "keeps 32 x 32"),
        ("wrong", cnn_softmax_twice, "once is enough"),
        ("wrong", cnn_with_probabilities, "asked for logits"),
        ("wrong", cnn_logits_as_probabilities, "say from_logits=True"),
        ("wrong", cnn_smaller, "ten numbers for each"),
        ("wrong", cnn_without_return, "did you forget `return`"),
    ],
    nb07.knob_backward: [
        ("stub", stub, "not attempted yet"),
        ("solution", knob, "3 of 3 cases"),
        ("second", knob_by_einsum, "3 of 3 cases"),
        ("second", knob_as_array, "3 of 3 cases"),
        ("second", knob_in_place, "3 of 3 cases"),
        ("wrong", knob_swapped, "first dx, then da"),
        ("wrong", knob_twice, "meets the knob twice"),
        ("wrong", knob_mean_of_pictures, "da is a mean"),
        ("wrong", knob_without_shortcut, "carries dy home"),
        ("wrong", knob_ignored, "meets a"),
        ("wrong", knob_passing, "leads through f"),
        ("wrong", knob_past_f, "call f_backward"),
        ("wrong", knob_all_through_f, "x itself does not pass f"),
        ("wrong", knob_per_entry, "used everywhere"),
        ("wrong", knob_per_feature, "add up all"),
        ("wrong", knob_mean, "not averaged"),
        ("wrong", knob_without_f, "that is its rate"),
        ("wrong", knob_times_a, "the other factor"),
        ("wrong", knob_dx_only, "return dx, da"),
    ],
    nb07.cam: [
        ("stub", stub, "not attempted yet"),
        ("solution", cam, "3 of 3 cases"),
        ("second", cam_by_einsum, "3 of 3 cases"),
        ("second", cam_by_loop, "3 of 3 cases"),
        ("second", cam_by_matrices, "3 of 3 cases"),
        ("wrong", cam_axis_kept, "(2, 3, 4, 1)"),
        ("wrong", cam_absolute_weights, "the map is off"),
        ("wrong", cam_positive_weights, "for and against first"),
        ("wrong", cam_without_relu, "is cut off at 0"),
        ("wrong", cam_absolute, "against is not for"),
        ("wrong", cam_place_by_place, "average over its height"),
        ("wrong", cam_summed_weights, "not the sum"),
        ("wrong", cam_mean_of_maps, "F times smaller"),
        ("wrong", cam_relu_first, "so that they can cancel"),
        ("wrong", cam_one_weight_for_all, "axis 0 counts pictures"),
        ("wrong", cam_swapped, "the features keep their places"),
        ("wrong", cam_rescaled, "summed over F"),
    ],
    nb07.points_at: [
        ("stub", stub, "not attempted yet"),
        ("solution", points_at, "5 of 5 cases"),
        ("second", points_flat, "5 of 5 cases"),
        ("second", points_by_comparing, "5 of 5 cases"),
        ("second", points_inside_against_outside, "5 of 5 cases"),
        ("second", points_with_infinity, "5 of 5 cases"),
        ("wrong", points_only_zero_is_flat, "not only 0 is flat"),
        ("wrong", points_by_means, "where is its map highest"),
        ("wrong", points_at_the_lowest, "look there in its mask"),
        ("wrong", points_in_percent, "from 0 to 1"),
        ("wrong", points_one_maximum, "Each has its own"),
        ("wrong", points_counted, "divide by the number"),
        ("wrong", points_by_heat, "only the highest point"),
        ("wrong", points_by_area, "look up the mask"),
        ("wrong", points_transposed, "row, column"),
        ("wrong", points_masked_maps, "only where the maximum is"),
        ("wrong", points_flat_maps_hit, "it points nowhere"),
        ("wrong", points_skipping_flat_maps, "count them as misses"),
    ],
    nb07.towards: [
        ("stub", stub, "not attempted yet"),
        ("solution", towards, "3 of 3 cases"),
        ("second", towards_by_cases, "3 of 3 cases"),
        ("second", towards_by_copysign, "3 of 3 cases"),
        ("wrong", towards_two_cases, "leave that number"),
        ("wrong", towards_two_other_cases, "where the gradient is 0"),
        ("wrong", towards_in_levels, "on the scale 0 to 1"),
        ("wrong", towards_uphill, "It must go down"),
        ("wrong", towards_by_size, "only its sign counts"),
        ("wrong", towards_normalised, "all of epsilon"),
        ("wrong", towards_unclipped, "no screen can show it"),
        ("wrong", towards_change_only, "add it to the picture"),
        ("wrong", towards_without_epsilon, "the size of the step"),
        ("wrong", towards_in_place, "work on a copy"),
    ],
    nb07.robust_accuracy: [
        ("stub", stub, "not attempted yet"),
        ("solution", robust, "3 of 3 cases"),
        ("second", robust_by_loop, "3 of 3 cases"),
        ("second", robust_by_product, "3 of 3 cases"),
        ("wrong", robust_majority, "one attack that works is enough"),
        ("wrong", robust_product_of_scores, "right under every attack"),
        ("wrong", robust_mean, "not luck"),
        ("wrong", robust_worst_attack, "for every picture"),
        ("wrong", robust_weakest_attack, "that of the weakest attack"),
        ("wrong", robust_any, "needs one failed attack only"),
        ("wrong", robust_fooled, "count the others"),
        ("wrong", robust_count, "a share: divide"),
        ("wrong", robust_rows, "rows are attacks"),
    ],
}
