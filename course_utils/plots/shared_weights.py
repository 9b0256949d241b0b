"""A convolution written as the weight matrix of a dense layer."""

from course_utils.plots.figure import heat, new_axes


def weight_matrices(matrices, *, title=""):
    """Draw weight matrices side by side, one row per output, one column per input pixel.

    Args:
        matrices: dict of name -> array (outputs, inputs), all of one shape.
        title: what to see.

    Returns:
        Array of axes. All share one colour scale about 0; paper is exactly 0.
    """
    axes = new_axes(aspect=0.33, cols=len(matrices))
    reach = max(abs(m).max() for m in matrices.values())
    for ax, (name, matrix) in zip(axes, matrices.items(), strict=True):
        heat(ax, matrix, low=-reach, high=reach, diverging=True)
        ax.set(xlabel="input pixel, row by row", ylabel="output pixel")
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
