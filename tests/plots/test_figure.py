import io

import numpy as np
import pytest
from PIL import Image

from course_utils.plots import figure, kit, style
from course_utils.plots.curves import bars, curves, points


def contrast(a, b):
    """Contrast ratio of two colours, WCAG 2.2."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_on_the_paper():
    assert contrast(style.INK, style.PAPER) > 7
    assert contrast(style.MUTED, style.PAPER) > 4.5


def test_every_line_of_the_cycle_stands_out_from_the_paper():
    assert all(contrast(colour, style.PAPER) > 2.4 for colour in style.CYCLE)


def test_the_background_is_opaque_so_that_dark_themes_can_show_it():
    ax = figure.new_axes()
    assert ax.figure.get_facecolor()[3] == 1.0


@pytest.mark.parametrize("alt", ["", "curve", None, 3])
def test_a_figure_without_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match="alt must say"):
        figure.show(figure.new_axes(), alt=alt)


def test_what_is_no_drawing_is_refused():
    with pytest.raises(ValueError, match="show draws axes or a figure, not int"):
        figure.show(3, alt="a figure of nothing at all")


def test_in_a_notebook_a_figure_comes_with_its_alt_text(monkeypatch):
    import IPython
    import IPython.display

    sent = {}
    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(
        IPython.display,
        "display",
        lambda data, metadata, raw: sent.update(data=data, meta=metadata),
    )
    figure.show(figure.new_axes(cols=2), alt="two empty plots side by side")
    assert sent["data"]["image/png"].startswith(b"\x89PNG")
    assert sent["data"]["text/plain"] == "two empty plots side by side"
    assert sent["meta"] == {"image/png": {"alt": "two empty plots side by side"}}


def test_the_same_picture_is_the_same_bytes():
    def draw():
        return figure._png(curves({"a": np.arange(5), "b": np.arange(5) ** 2}).figure)

    assert draw() == draw()


def test_names_at_curve_ends_never_cover_each_other():
    x = np.linspace(0, 1, 5)
    ax = curves({"one": (x, x), "two": (x, x * 1.001), "three": (x, x * 0.999)})
    ax.figure.canvas.draw()
    boxes = sorted((t.get_window_extent() for t in ax.texts), key=lambda b: b.y0)
    assert all(low.y1 <= high.y0 + 2 for low, high in zip(boxes, boxes[1:], strict=False))


def test_a_name_with_an_underscore_gets_no_label():
    ax = curves({"_quiet": [1, 2], "loud": [2, 1]})
    assert [t.get_text() for t in ax.texts] == ["loud"]


def test_curves_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match="series is empty"):
        curves({})
    with pytest.raises(ValueError, match="not 'z'"):
        curves({"a": [1]}, log="z")


def test_bars_write_their_values():
    ax = bars(["a", "b"], [1.0, 2.0], digits=1)
    assert [t.get_text() for t in ax.texts] == ["1.0", "2.0"]


def test_points_can_be_added_to_axes():
    ax = points([1, 2], [3, 4], label="first", title="two groups")
    assert points([2], [2], ax=ax, label="second") is ax
    assert len(ax.collections) == 2
    assert ax.get_title(loc="left") == "two groups"


def test_the_kit_draws_on_a_canvas_of_the_right_size():
    ax = kit.canvas(6, 3)
    a, b = kit.node(ax, 1, 1, "a"), kit.box(ax, 4, 1, 2, 1, "b")
    kit.arrow(ax, a, b, "w", bend=0.2)
    kit.note(ax, 3, 2, "why")
    assert tuple(ax.figure.get_size_inches()) == pytest.approx((3.0, 1.5))
    assert {t.get_text() for t in ax.texts} == {"a", "b", "w", "why"}
    assert len(ax.patches) == 3


def test_a_wide_canvas_shrinks_to_the_page():
    assert kit.canvas(25.6, 4).figure.get_size_inches()[0] == pytest.approx(figure.WIDTH)


def test_names_keep_apart_on_a_log_axis_too():
    x = np.geomspace(1, 1e5, 50)
    ax = curves({"one": (x, 1 / x), "two": (x, 1.3 / x), "three": (x, 1.1 / x)}, log="xy")
    ax.figure.canvas.draw()
    boxes = sorted((t.get_window_extent() for t in ax.texts), key=lambda b: b.y0)
    assert all(low.y1 <= high.y0 + 2 for low, high in zip(boxes, boxes[1:], strict=False))


def test_a_small_file_still_shows_every_colour_of_the_style():
    ax = figure.new_axes(width=0.3)
    figure.heat(ax, np.linspace(-1, 1, 400).reshape(20, 20), diverging=True)
    for i, colour in enumerate(style.CYCLE):
        ax.plot([0, 19], [i, i], color=colour, linewidth=4)
    shown = np.asarray(Image.open(io.BytesIO(figure._png(ax.figure))).convert("RGB")).astype(int)
    for colour in style.CYCLE:
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(shown - wanted).max(axis=-1).min() <= 8, colour
