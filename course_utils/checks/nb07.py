"""Checks of lesson 07: seeing deeper.

The hints name the usual mistakes: a class that is no model, a settings argument that is never
used, a shortcut whose gradient is forgotten, axes of a feature map mixed up, a maximum taken
over the wrong thing, an attack that follows the size of the gradient or leaves the range of a
pixel, and several attacks averaged where the worst counts.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number


@exercise("7.1 Bug clinic: a network that is no model", seconds=60)
def mended_cnn(fn):
    """Cases for `fn(rate)`: a compiled Keras model, (N, 32, 32, 3) -> logits (N, 10)."""
    import keras

    made = {}

    def model(rate=0.01):
        if rate not in made:
            got = fn(rate)
            if got is None:
                raise Miss("the result is None", "did you forget `return`?")
            if not isinstance(got, keras.Model):
                raise Miss(
                    f"the result is a {type(got).__name__}, which is no keras.Model",
                    "compile and fit come from keras.Model: list the layers in a Sequential.",
                )
            made[rate] = got
        return made[rate]

    def is_a_model():
        model()

    def shapes():
        images = np.zeros((2, 32, 32, 3), dtype="float32")
        shape = tuple(model()(images).shape)
        if shape != (2, 10):
            raise Miss(f"two pictures give {shape}", "ten numbers for each picture.")
        count = model().count_params()
        if count == 159_018:
            raise Miss("the convolutions shrink the picture", 'padding="same" keeps 32 x 32.')
        if count != 273_706:
            raise Miss(
                f"it has {count:,} parameters",
                "32 filters of 3 x 3, twice, then 128 and 10 units: 273,706.",
            )

    def compiled():
        if not model().compiled or model().optimizer is None:
            raise Miss("it is not compiled", "optimizer and loss belong in model.compile.")
        if not isinstance(model().optimizer, keras.optimizers.Adam):
            raise Miss(
                f"its optimizer is {type(model().optimizer).__name__}", "Adam was asked for."
            )
        for rate in (0.01, 0.003):
            used = float(keras.ops.convert_to_numpy(model(rate).optimizer.learning_rate))
            if not close(used, rate, 1e-4):
                raise Miss(
                    "its learning rate is not the one asked for",
                    'the word "adam" makes an optimizer with a rate of its own: make it yourself.',
                )

    def answer_with(image, **values):
        """The first logit for `image` when the weights are these, by what they belong to."""
        shapes = {
            "first": (3, 3, 3, 32),
            "second": (3, 3, 32, 32),
            "biases": (32,),  # of both convolutions
            "hidden": (2048, 128),
            "hidden_bias": (128,),
            "last": (128, 10),
        }
        before = model().get_weights()
        for weight in model().weights:
            weight.assign(np.zeros(tuple(weight.shape)))
            for name, value in values.items():
                if tuple(weight.shape) == shapes[name]:
                    weight.assign(np.broadcast_to(value, shapes[name]))
        found = model()(image, training=False)
        model().set_weights(before)
        return float(keras.ops.convert_to_numpy(found)[0, 0])

    def bends():
        image, half = np.zeros((1, 32, 32, 3), dtype="float32"), np.ones(128)
        if not close(answer_with(image, hidden_bias=1.0, last=-1 / 128), -1.0, 1e-3):
            raise Miss(
                "the ten outputs went through an activation",
                "logits may be any numbers, also below 0: nothing comes after Dense(10).",
            )
        half[:28] = -1
        silent = {"biases": -1.0, "hidden": half, "last": 1.0}  # after a ReLU all is 0
        if abs(answer_with(image, second=-1.0, **silent)) > 1e-3:
            raise Miss(
                "a convolution has no ReLU",
                "a convolution is linear by itself: it takes relu, like the dense layer.",
            )
        if abs(answer_with(image, hidden_bias=-1.0, last=1.0)) > 1e-3:
            raise Miss("the dense layer of 128 has no ReLU", "without it two layers are one.")

    def pools():
        image, centre = np.zeros((1, 32, 32, 3), dtype="float32"), np.zeros((3, 3, 32, 32))
        image[0, 9, 9] = centre[1, 1, 0] = 1  # one bright pixel, handed on
        kernels = {"first": centre[:, :, :3], "second": centre}
        found = answer_with(image, **kernels, hidden=1 / 32, last=1 / 128)
        if not close(found, 1.0, 1e-3):
            raise Miss(
                "one bright pixel does not come through the two poolings unchanged",
                "maximum pooling keeps the largest of four; a mean or a stride does not.",
            )

    def logits():
        images = np.random.default_rng(0).uniform(0, 1, (4, 32, 32, 3)).astype("float32")
        out = keras.ops.convert_to_numpy(model()(images, training=False))
        is_probability = bool(np.allclose(out.sum(axis=1), 1, atol=1e-4) and out.min() >= 0)
        z, labels = 3 * np.random.default_rng(1).normal(size=(4, 10)), np.array([3, 0, 9, 3])
        z -= z.mean(axis=1, keepdims=True)
        nats = np.log(np.exp(z).sum(axis=1)) - z[np.arange(4), labels]  # cross-entropy from logits
        try:
            got = model().compute_loss(None, labels, z.astype("float32"))
        except Exception:
            raise Miss(
                "its loss does not take whole numbers as labels",
                "which cross-entropy does? Its name begins with Sparse.",
            ) from None
        got = float(keras.ops.convert_to_numpy(got))
        expects_logits = close(got, nats.mean(), 1e-3) or close(got, nats.sum(), 1e-3)
        if is_probability and expects_logits:
            raise Miss("a softmax, and a loss that applies one", "once is enough (lesson 04).")
        if is_probability:
            raise Miss("the outputs are probabilities", "you were asked for logits (lesson 04).")
        if not expects_logits:
            raise Miss(
                "logits, but a loss that expects probabilities",
                "say from_logits=True to the loss.",
            )

    def learns():
        rng = np.random.default_rng(0)
        labels = np.arange(32) % 10
        images = 0.1 * rng.normal(size=(32, 32, 32, 3)) + labels[:, None, None, None] / 10
        history = model().fit(images, labels, epochs=3, batch_size=8, verbose=0, shuffle=False)
        if not np.isfinite(history.history["loss"]).all():
            raise Miss("the loss is not a number", "which loss takes whole numbers as labels?")

    yield from (is_a_model, shapes, compiled, logits, bends, pools, learns)


@exercise("7.2 A shortcut with a knob")
def knob_backward(fn):
    """Cases for `fn(f, a, dy, f_backward)`: gradients (dx, da) of y = x + a * f(x)."""
    rng = np.random.default_rng(0)
    w, x, dy = rng.normal(size=(3, 3)), rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    f, a = x @ w, 0.25

    def back(d):
        return np.asarray(d) @ w.T

    def pair(a=a):
        got = fn(f, a, dy, back)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return dx, da.")
        if np.size(got[0]) == 1 and np.shape(got[1]) == dy.shape:
            raise Miss("the pair is the other way round", "first dx, then da.")
        return got

    def inputs():
        got = need_array(pair()[0], name="dx")
        usual = [
            (back(a * dy), "has one road only", "the shortcut carries dy home as well: add it."),
            (dy + back(dy), "ignores the knob", "on its way into f the gradient meets a."),
            (dy, "is dy unchanged", "the second road leads through f."),
            (dy + a * dy, "never went through f", "call f_backward with what arrives at f."),
            (back(dy + a * dy), "sends the shortcut through f", "x itself does not pass f: add."),
            (dy + a * back(a * dy), "meets the knob twice", "a belongs to the road once."),
        ]
        compare("dx", got, dy + back(a * dy), usual, "two roads: add what each brings.")

    def knob():
        got = need_array(pair()[1], name="da")
        got = got.reshape(()) if got.size == 1 else got
        usual = [
            (f * dy, "has one number per entry", "a is one number used everywhere: add up."),
            ((f * dy).sum(axis=0), "has one number per feature", "a is one number: add up all."),
            ((f * dy).mean(), "is a mean", "roads that meet are added, not averaged."),
            ((f * dy).sum() / len(f), "is a mean", "roads that meet are added, not averaged."),
            (dy.sum(), "does not depend on f", "a is multiplied by f: that is its rate."),
            (a * (f * dy).sum(), "contains a", "a product moves at the rate of the other factor."),
        ]
        compare("da", got, (f * dy).sum(), usual, "rate f, times dy, added over everything.")

    def closed():
        dx, da = pair(a=0.0)
        if not close(need_array(dx), dy):
            raise Miss(
                "with a = 0 the gradient does not pass unchanged", "y is x then, and dx is dy."
            )
        if close(need_array(da).sum(), 0.0):
            raise Miss("with a = 0 the knob gets no gradient", "its rate is f(x), whatever a is.")

    yield from (inputs, knob, closed)


@exercise("7.3 Grad-CAM")
def cam(fn):
    """Cases for `fn(features, gradients)`: both (N, h, w, F) -> maps (N, h, w)."""
    rng = np.random.default_rng(3)
    features, gradients = rng.uniform(0, 1, (2, 3, 4, 5)), rng.normal(size=(2, 3, 4, 5))
    weights = gradients.mean(axis=(1, 2), keepdims=True)
    raw = (weights * features).sum(axis=-1)

    def got(a, g):
        return need_array(fn(np.array(a), np.array(g)), name="the map")

    def values():
        usual = [
            (raw, "is negative in places", "what speaks against the class is cut off at 0."),
            (np.abs(raw), "is an absolute value", "against is not for: negative becomes 0."),
            (
                np.maximum((gradients * features).sum(axis=-1), 0),
                "uses each place's own gradient",
                "one weight per feature map: average over its height and width first.",
            ),
            (
                np.maximum((gradients.sum(axis=(1, 2), keepdims=True) * features).sum(-1), 0),
                "is too large",
                "the weight is the mean over all places, not the sum.",
            ),
            (
                np.maximum((weights * features).mean(axis=-1), 0),
                "is too small",
                "add the weighted feature maps; their mean is F times smaller.",
            ),
            (
                np.maximum(weights * features, 0).sum(axis=-1),  # features are never negative:
                "is cut off too early",  # the same as cutting off the weights
                "add the feature maps for and against first, so that they can "
                "cancel; then cut off.",
            ),
            (
                np.maximum((gradients.mean(axis=(0, 1, 2)) * features).sum(axis=-1), 0),
                "mixes the pictures",
                "axis 0 counts pictures: each has weights of its own.",
            ),
            (
                np.maximum((features.mean(axis=(1, 2), keepdims=True) * gradients).sum(-1), 0),
                "averages the features",
                "the gradients give the weights, the features keep their places.",
            ),
        ]
        hint = "weights (N, 1, 1, F), times features, summed over F, cut off at 0."
        compare("the map", got(features, gradients), np.maximum(raw, 0), usual, hint)

    def one_place_speaks():
        a, g = np.zeros((1, 4, 4, 2)), np.zeros((1, 4, 4, 2))
        a[0, 2, 1, 0], a[0, 0, 3, 1], g[..., 0], g[..., 1] = 1, 1, 2, -1
        want = np.zeros((1, 4, 4))
        want[0, 2, 1] = 2
        found = got(a, g)
        if not close(found, want):
            raise Miss("one loud place for, one against: the map is off", "try this by hand.")

    def nothing_for():
        if got(features, -np.ones_like(gradients)).any():
            raise Miss("if all speaks against the class, the map is not 0", "no rescaling needed.")

    yield from (values, one_place_speaks, nothing_for)


@exercise("7.4 The pointing game")
def points_at(fn):
    """Cases for `fn(maps, masks)`: both (N, H, W) -> share of hits."""

    def score(maps, masks):
        return need_number(fn(np.array(maps, dtype=float), np.array(masks)), "the score")

    maps = np.zeros((4, 3, 5))
    masks = np.zeros((4, 3, 5), dtype=bool)
    masks[:, 1:, :2] = True
    for i, place in enumerate([(1, 1), (2, 0), (0, 4), (1, 4)]):
        maps[i, 0, 0], maps[i][place] = 0.4, 0.5 + i
    maps[0, 1:, 2:], maps[2:, 1:, :2] = 0.45, 2.0  # a mean says otherwise than the highest point

    def mixed():
        got = score(maps, masks)
        inside = maps[masks].sum() / maps.sum()
        flat = np.mean([masks[i, maps[i].argmax() % 3, maps[i].argmax() // 3] for i in range(4)])
        usual = [
            (
                0.0,
                "is 0 for two hits in four",
                "one maximum in all pictures? Each has its own: look there in its mask.",
            ),
            (2.0, "is a number of hits", "a share: divide by the number of pictures."),
            (50.0, "is a percentage", "a share from 0 to 1 was asked for."),
            (inside, "is a share of heat", "only the highest point counts here."),
            (masks.mean(), "does not depend on the maps", "look up the mask at the maximum."),
        ]
        if not close(flat, 0.5):
            usual.append((flat, "has rows and columns mixed up", "divmod(k, W) is row, column."))
        compare("the score", got, 0.5, usual, "for each picture: where is its map highest?")

    def below_zero():
        if not close(score(maps - 100, masks), 0.5):
            raise Miss("maps below 0 change the score", "only where the maximum is matters.")

    def strength():
        loud = maps * np.array([1, 1, 1000, 1000])[:, None, None]
        if not close(score(loud, masks), 0.5):
            raise Miss("louder maps change the score", "one picture, one vote.")

    def all_or_none():
        full, none = np.ones_like(masks), np.zeros_like(masks)
        full[:, 2, 2], none[:, 2, 2] = False, True  # no map points there
        if not (close(score(maps, full), 1.0) and close(score(maps, none), 0.0)):
            raise Miss(
                "masks that all maps hit are not 1, or that all miss not 0", "try it by hand."
            )

    def silent():
        flat, inside = maps[[0, 1, 2, 3, 0]], np.ones((5, 3, 5), dtype=bool)
        flat[0], flat[1], flat[4], inside[:, 2, 2] = 0.0, 7.0, 0.0, False
        inside[3, 1, 4] = False  # the fourth map points there
        got = score(flat, inside)
        if close(got, 0.8):
            raise Miss(
                "a map that is the same everywhere counts as a hit",
                "it points nowhere: compare its maximum with its minimum.",
            )
        if close(got, 0.4):
            raise Miss(
                "a map that is 7 everywhere counts as a hit",
                "not only 0 is flat: compare the maximum with the minimum.",
            )
        if not close(got, 0.2):
            raise Miss("three of five maps are flat", "count them as misses, not as nothing.")

    yield from (mixed, below_zero, strength, all_or_none, silent)


@exercise("7.5 Make it say what you want")
def towards(fn):
    """Cases for `fn(images, gradient, epsilon)`: one step down the wanted class's loss."""
    images = np.array([[0.5, 0.5, 0.5, 0.3], [0.2, 0.8, 0.6, 0.4]])
    gradient = np.array([[2.0, -0.001, 0.0, 30.0], [-4.0, 0.5, 1e-9, -1.0]])

    def got(images, gradient, epsilon):
        found = fn(np.array(images), np.array(gradient), epsilon)
        return need_array(found, np.shape(images), "the picture")

    def step():
        sign, clip = np.sign(gradient), np.clip
        by_size = images - 0.1 * gradient
        share = gradient / np.abs(gradient).max()
        up, down = np.where(gradient < 0, -1, 1), np.where(gradient > 0, 1, -1)  # 0 is neither
        usual = [
            (by_size, "follows the gradient's size", "only its sign counts."),
            (clip(by_size, 0, 1), "follows the gradient's size", "only its sign counts."),
            (images - 0.1 * share, "is hardly changed", "every pixel may use all of epsilon."),
            (images + 0.1 * sign, "says the class less", "whose loss is it? It must go down."),
            (-0.1 * sign, "is only the change", "add it to the picture."),
            (clip(-0.1 * sign, 0, 1), "is only the change", "add it to the picture."),
            (images - sign, "moves by 1", "epsilon is the size of the step."),
            (clip(images - sign, 0, 1), "moves by 1", "epsilon is the size of the step."),
            (images, "is unchanged", "downhill, by epsilon."),
            (images - 0.1 * up, "moves where the gradient is 0", "leave that number as it is."),
            (images - 0.1 * down, "moves where the gradient is 0", "leave that number as it is."),
            (images - 0.1 / 255 * sign, "is hardly changed", "epsilon is on the scale 0 to 1."),
        ]
        hint = "minus epsilon where the gradient is positive, plus where it is negative."
        compare("the picture", got(images, gradient, 0.1), images - 0.1 * sign, usual, hint)

    def range_of_a_pixel():
        found = got([0.05, 0.98, 0.5], [1.0, -1.0, 1.0], 0.1)
        if found.max() > 1 or found.min() < 0:
            raise Miss("a pixel leaves the range 0 to 1", "no screen can show it: clip.")
        if not close(found, [0.0, 1.0, 0.4]):
            raise Miss("near 0 or 1 the step is off", "clip the sum, not the step.")

    def nothing():
        if not close(got(images, gradient, 0.0), images):
            raise Miss("with epsilon = 0 the picture changes", "what else did you add?")

    yield from (step, range_of_a_pixel, nothing)


@exercise("7.6 Robust accuracy")
def robust_accuracy(fn):
    """Cases for `fn(answers, labels)`: answers (A, N), one row per attack -> a share."""
    labels = np.arange(8)
    held = np.array([[1, 1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 1, 1, 0], [1, 1, 0, 1, 0, 0, 0, 0]])
    answers = np.where(held, labels, 9)

    def score(answers, labels):
        return need_number(fn(np.array(answers), np.array(labels)), "the accuracy")

    def worst():
        right = answers == labels
        usual = [
            (right.mean(), "is a mean over attacks", "the attacker chooses the attack, not luck."),
            (
                right.mean(axis=1).min(),
                "is that of the best single attack",
                "the attacker may choose another attack for every picture.",
            ),
            (right.mean(axis=1).max(), "is that of the weakest attack", "all must fail."),
            (right.any(axis=0).mean(), "needs one failed attack only", "all must fail."),
            (
                (right.mean(axis=0) > 0.5).mean(),
                "lets most attacks decide",
                "one attack that works is enough.",
            ),
            (1 - right.all(axis=0).mean(), "is the share that was fooled", "count the others."),
            (float(right.all(axis=0).sum()), "is a number of pictures", "a share: divide."),
            (
                right.all(axis=1).mean(),
                "counts attacks",
                "rows are attacks: axis 0 runs over them.",
            ),
        ]
        hint = "a picture counts if the answer is right under every attack."
        compare("the accuracy", score(answers, labels), 0.25, usual, hint)

    def one_attack():
        if not close(score(answers[:1], labels), 5 / 8):
            raise Miss("with one attack it is not the accuracy", "one row: share of right answers.")

    def more_attacks():
        if not close(score(np.vstack([answers, 9 + 0 * labels]), labels), 0.0):
            raise Miss("an attack that always wins leaves something", "then nothing is robust.")

    yield from (worst, one_attack, more_attacks)
