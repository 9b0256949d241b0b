"""The picture of a confusion matrix: every count is there, can be read, and fits its figure."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from course_utils.errors import ShapeError
from course_utils.plots.confusion import confusion

COUNTS = np.array([[990, 10, 0], [4, 6, 0], [0, 0, 0]])
NAMES = ["healthy", "ill", "unknown"]


def cells(ax):
    """Dict (row, column) -> text artist."""
    return {(round(t.get_position()[1]), round(t.get_position()[0])): t for t in ax.texts}


def test_every_count_stands_in_its_cell_rows_are_true():
    ax = confusion(COUNTS, NAMES, title="Four of ten ill people are missed")
    assert {place: int(t.get_text()) for place, t in cells(ax).items()} == dict(
        np.ndenumerate(COUNTS)
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == NAMES
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # row 0 is on top
    assert ax.get_title(loc="left") == "Four of ten ill people are missed"


def test_right_and_wrong_differ_in_colour_and_rare_classes_count_like_frequent_ones():
    shades = confusion(COUNTS, NAMES).images[0].get_array()
    np.testing.assert_allclose(np.diag(shades), [0.99, 0.6, 0.0])
    assert (shades[~np.eye(3, dtype=bool)] <= 0).all()
    assert shades[1, 0] == pytest.approx(-np.sqrt(0.4))  # 4 of 10, not of 1010


def luminance(color):
    parts = np.array(to_rgb(color))
    parts = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return parts @ [0.2126, 0.7152, 0.0722]


def test_counts_stand_out_from_every_shade():
    """Contrast as in WCAG 2.2; 3 is its floor for what must be told apart."""
    for right in range(0, 101, 4):
        ax = confusion([[right, 100 - right], [0, 1]], ["a", "b"])
        image = ax.images[0]
        for (row, column), text in cells(ax).items():
            shade = image.cmap(image.norm(image.get_array()[row, column]))[:3]
            low, high = sorted([luminance(text.get_color()), luminance(shade)])
            assert (high + 0.05) / (low + 0.05) > 3, (right, row, column)


@pytest.mark.parametrize("size", [2, 3, 4, 7, 10])
@pytest.mark.parametrize("letters", [1, 5, 10])
def test_no_text_leaves_the_figure_or_touches_another(size, letters):
    title = "Most mistakes are near misses between neighbours"
    names = ["abcdefghij"[:letters]] * size
    ax = confusion(np.full((size, size), 1234 if size < 8 else 123), names, title=title)
    renderer, figure = FigureCanvasAgg(ax.figure).get_renderer(), ax.figure.bbox
    ax.figure.draw(renderer)
    ticks = [*ax.get_xticklabels(), *ax.get_yticklabels()]
    counts, labels, titles = (
        [artist.get_window_extent(renderer) for artist in artists]
        for artists in (ax.texts, ticks, [ax._left_title])
    )
    for box in [*counts, *labels, *titles]:
        assert figure.x0 <= box.x0 and box.x1 <= figure.x1
        assert figure.y0 <= box.y0 and box.y1 <= figure.y1
    flat = labels[:size] if not ax.get_xticklabels()[0].get_rotation() else []
    for row in (counts[:size], flat):
        assert all(one.x1 < two.x0 for one, two in zip(row, row[1:], strict=False))
    assert figure.width <= 6.4 * 120


def test_short_names_stay_level_and_long_ones_are_turned():
    for names, turned in ((["circle", "square", "triangle"], 0), (["aeroplane"] * 6, 45)):
        ax = confusion(np.eye(len(names), dtype=int), names)
        assert ax.get_xticklabels()[0].get_rotation() == turned


def test_numbers_are_names_too_and_given_axes_are_used():
    ax = confusion(np.eye(2, dtype=int), range(2))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "1"]
    assert confusion(np.eye(2, dtype=int), range(2), ax=ax) is ax


@pytest.mark.parametrize(
    ("matrix", "names"), [(COUNTS, ["a", "b"]), (COUNTS[:2], NAMES), ([], []), ([1, 2], "ab")]
)
def test_a_matrix_that_does_not_fit_its_names_is_refused(matrix, names):
    with pytest.raises(ShapeError, match=r"classes=len\(names\)"):
        confusion(matrix, names)
