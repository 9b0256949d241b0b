"""Training and validation loss side by side: the two curves that a diagnosis begins with."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import end_label, new_axes


def failures(histories, *, ignorance, title=""):
    """Draw training and validation loss of several trainings, a panel each, on one scale.

    Args:
        histories: dict of name -> array (E, 2), columns training and validation loss. Four
            make two rows of two.
        ignorance: the loss of knowing nothing, a dashed line in every panel.
        title: what to see.

    Returns:
        Array of axes, two columns. What rises beyond 1.6 times the dashed line leaves the
        panel, and an arrow says so.
    """
    rows = -(-len(histories) // 2)
    axes = new_axes(aspect=0.38 * rows, rows=rows, cols=2, sharex=True, sharey=True, squeeze=False)
    top = 1.6 * ignorance
    for ax, (name, history) in zip(axes.flat, histories.items(), strict=False):
        history = np.asarray(history)
        epochs = np.arange(1, len(history) + 1)
        ax.axhline(ignorance, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
        for values, color in zip(history.T, (style.BLUE, style.ORANGE), strict=True):
            ax.plot(epochs, values, color=color)
        ax.set(ylim=(0, top), xlim=(0, len(history)))
        ax.set_title(name, fontsize=9.5, fontweight="normal")
        gone = np.flatnonzero(history[:, 1] > top)
        if gone.size:
            _leaves(ax, epochs[gone[0]], top, history[-1, 1])
    first = axes[0, 0]
    words = {"loc": "upper right", "handlelength": 1.2, "labelspacing": 0.25}
    first.legend(first.lines[1:], ["training", "validation"], **words)
    place = {"xytext": (-3, 3), "textcoords": "offset points", "ha": "right", "fontsize": 8.5}
    known = axes[0, -1].get_xlim()[1], ignorance
    axes[0, -1].annotate("knows nothing", known, color=style.MUTED, **place)
    for ax in axes[-1]:
        ax.set_xlabel("epoch")
    for ax in axes[:, 0]:
        ax.set_ylabel("loss (nats)")
    axes[0, 0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def cures(losses, *, stop, title=""):
    """Draw the validation loss of several trainings; the first is the patient, thick and grey.

    Args:
        losses: dict of name -> array (E,), the untreated training first.
        stop: words at the lowest point of the untreated training.
        title: what to see.

    Returns:
        The axes.
    """
    names = list(losses)
    patient = np.asarray(losses[names[0]])
    ax = new_axes(aspect=0.62)
    epochs = np.arange(1, len(patient) + 1)
    ax.plot(epochs, patient, color=style.MUTED, linewidth=2.6)
    curves(
        {name: (epochs, losses[name]) for name in names[1:]},
        xlabel="epoch",
        ylabel="validation loss (nats)",
        title=title,
        ax=ax,
    )
    end_label(ax, epochs, patient, names[0], style.MUTED)
    low = int(patient.argmin())
    ax.plot(epochs[low], patient[low], "o", color=style.INK, markersize=6, zorder=5)
    ax.annotate(
        stop,
        (epochs[low], patient[low]),
        xytext=(0, -8),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=8.5,
    )
    ax.set_ylim(bottom=0)
    return ax


def _leaves(ax, epoch, top, last):
    ax.annotate(
        f"to {last:.0f}",
        (epoch, top),
        xytext=(6, -12),
        textcoords="offset points",
        color=style.ORANGE,
        fontsize=8.5,
        va="center",
    )
