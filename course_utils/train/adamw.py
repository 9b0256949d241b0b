"""AdamW in two groups: matrices shrink a little at every step, everything else does not.

Weight decay keeps a matrix from growing where the data do not ask for it. A bias, a norm's
scale or a token's embedding is no such matrix: pulled towards 0, a bias moves the result, a
scale switches its norm off, and a token that is seen seldom fades between two meetings.
"""

import keras

from course_utils.errors import CourseError

NOT_MATRICES = ("bias", "gamma", "beta", "scale", "embed", "position")  # in a weight's name


def decays(variable):
    """True if this trainable variable of a Keras model is one that weight decay should shrink.

    That is a variable with two axes or more that belongs to no embedding. Biases and norms
    are told by their name as well as by their one axis, because a layer may keep the biases
    of all its heads in a table.
    """
    name = variable.path.split("/")[-1].lower()
    return len(variable.shape) > 1 and not any(word in name for word in NOT_MATRICES)


def adamw(model, learning_rate, weight_decay=0.1, beta_2=0.99, clip=None, epsilon=1e-8):
    """Return Keras's AdamW for `model`, with the decay where `decays` says.

    Args:
        model: a built `keras.Model`; its trainable variables are sorted into the two groups.
        learning_rate: a number or a Keras schedule.
        weight_decay: at each step a matrix loses this times the learning rate of itself.
        beta_2: how long the squared gradients are remembered. 0.99 forgets in about 100
            steps, which suits trainings of a few thousand; Keras's default is 0.999.
        clip: length to which the gradient of all weights together is cut, or None.
        epsilon: as in Keras.

    Raises:
        CourseError: the model has no weights yet, or a number makes no sense.

    Source: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2,
    arXiv:1711.05101; the groups as in Brown et al. 2020, arXiv:2005.14165, and its successors.
    """
    refuse_nonsense(model, weight_decay, beta_2)
    optimizer = keras.optimizers.AdamW(
        learning_rate,
        weight_decay=weight_decay,
        beta_2=beta_2,
        epsilon=epsilon,
        global_clipnorm=clip,
    )
    optimizer.exclude_from_weight_decay(
        var_list=[variable for variable in model.trainable_variables if not decays(variable)]
    )
    return optimizer


def refuse_nonsense(model, weight_decay, beta_2):
    """Raise CourseError if no optimizer with groups can be made of these."""
    if not model.trainable_variables:
        raise CourseError(
            f"the model {model.name!r} has no weights yet, so they cannot be sorted.",
            "call it once on a batch, or model.build(shape).",
        )
    if weight_decay < 0 or not 0 <= beta_2 < 1:
        raise CourseError(
            f"weight_decay={weight_decay} and beta_2={beta_2} make no optimizer.",
            "a decay of 0 or more, and beta_2 from 0 to below 1.",
        )
