"""Muon for the matrices inside the blocks of a GPT, Adam for everything else.

The gradient of a matrix is often dominated by a few directions. Adam scales each number by
itself and leaves that so; Muon replaces the momentum by the nearest matrix whose directions
are all equally long. What is rarely asked for, such as copying a name from a sentence ago, is
then learned with the same vigour as what every sentence asks for.
"""

import keras

from course_utils.train.adamw import refuse_nonsense

HEAD = "head"  # of the layer that reads the answer off, if it has a matrix of its own


def muon(model, learning_rate, weight_decay=0.1, beta_2=0.99, clip=None):
    """Return Keras's Muon for `model`: for its matrices, but neither embeddings nor the head.

    Those, and all that has one axis, are Adam's, without weight decay.

    Args:
        model: a built `keras.Model`.
        learning_rate: a number or a Keras schedule, for both parts. Updates of a matrix have
            about the size of Adam's (Liu et al. 2025, arXiv:2502.16982, section 2.2), so the
            usual rates hold.
        weight_decay, beta_2, clip: as for `adamw`.

    Raises:
        CourseError: the model has no weights yet, or a number makes no sense.

    Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks",
    https://kellerjordan.github.io/posts/muon/.
    """
    refuse_nonsense(model, weight_decay, beta_2)
    return keras.optimizers.Muon(
        learning_rate,
        weight_decay=weight_decay,
        adam_weight_decay=0.0,
        adam_beta_2=beta_2,
        global_clipnorm=clip,
        exclude_layers=[HEAD],
    )
