"""What a convolutional network has learned: its kernels, and where each answers."""

from course_utils.plots.figure import heat, new_axes


def kernels_and_maps(image, kernels, maps, deep_maps, *, title=""):
    """Draw one picture, kernels of the first layer with their maps, maps of a deeper layer.

    Args:
        image: array (H, W) in [0, 1].
        kernels: list of n arrays (kh, kw), each with its own colour scale about 0.
        maps: list of n arrays (P, Q), the answer of each kernel; at least 0.
        deep_maps: list of n arrays, maps of a deeper layer; at least 0.
        title: what to see.

    Returns:
        Array (3, n + 1) of axes: the picture, then a column per kernel.
    """
    axes = new_axes(aspect=0.47, rows=3, cols=len(kernels) + 1)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    for ax in axes[:, 0]:
        ax.set_axis_off()
    heat(axes[1, 0], image, low=0, high=1)
    for column, (kernel, first, deep) in enumerate(zip(kernels, maps, deep_maps, strict=True), 1):
        heat(axes[0, column], kernel, diverging=True)
        heat(axes[1, column], first, low=0)
        heat(axes[2, column], deep, low=0)
    for ax, words in zip(axes[:, 1], ("kernels", "their maps", "deeper maps"), strict=True):
        ax.set_ylabel(words, fontsize=8)
    axes[0, 0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
