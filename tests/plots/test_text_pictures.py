"""The pictures about text: what they must contain, and what they refuse."""

import numpy as np
import pytest

from course_utils.plots.bars_with_line import bars_with_line
from course_utils.plots.similar_pairs import similar_pairs
from course_utils.plots.token_cost import token_cost
from course_utils.plots.token_strips import token_strips
from course_utils.plots.utf8_bits import utf8_bits
from course_utils.plots.word_counts import word_counts
from course_utils.plots.word_map import word_map


def texts(ax):
    return [text.get_text() for text in ax.texts]


def colours(ax):
    return [patch.get_facecolor()[:3] for patch in ax.patches]


@pytest.mark.parametrize(
    ("character", "frame"), [("a", 1), ("é", 5), ("中", 8), ("\U0001f467", 11)]
)
def test_every_bit_is_drawn_and_the_frame_has_its_own_colour(character, frame):
    ax = utf8_bits({character: "its name"}, title="a title")
    bits = "".join(word for word in texts(ax) if word in "01")
    assert bits == "".join(f"{byte:08b}" for byte in character.encode())
    drawn = colours(ax)
    assert len(set(drawn)) == 2
    assert drawn.count(drawn[0]) == frame  # the first bit always belongs to the frame
    assert f"U+{ord(character):04X}" in texts(ax)


def test_the_bits_that_are_not_frame_are_the_code_point():
    ax = utf8_bits({"中": "middle"})
    orange = colours(ax)[0]
    bits = [word for word in texts(ax) if word in "01"]
    number = [bit for bit, color in zip(bits, colours(ax), strict=True) if color != orange]
    assert int("".join(number), 2) == ord("中")


@pytest.mark.parametrize("characters", [{}, {"ab": "two"}])
def test_no_character_and_two_characters_are_refused(characters):
    with pytest.raises(ValueError, match=r"character|code point"):
        utf8_bits(characters)


def test_counts_are_sorted_and_compared_with_one_over_the_rank():
    left, right = word_counts([1, 8, 2], [1, 10], [0.5, 0.25], marked=[(1, "the")])
    law, counts = left.lines[0].get_ydata(), left.lines[1].get_ydata()
    np.testing.assert_allclose(counts, [8, 2, 1])
    np.testing.assert_allclose(law, [8, 4, 8 / 3])
    np.testing.assert_allclose(right.lines[0].get_ydata(), [50, 25])
    assert "the" in texts(left)


def test_counts_and_sizes_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="positive"):
        word_counts([3, 0], [1], [0.5])
    with pytest.raises(ValueError, match="2 sizes"):
        word_counts([3, 1], [1, 2], [0.5])


def test_a_strip_has_one_tile_per_token_and_neighbours_differ():
    ax = token_strips({"two": [b"ab", b"c"], "bytes": [b"\xe4", b"\xb8\xad", b" d"]})
    assert len(ax.patches) == 5
    assert colours(ax)[0] != colours(ax)[1]
    words = "".join(texts(ax))
    assert "two: 2 tokens" in words and "bytes: 3 tokens" in words
    assert "e4b8ad\u00b7d" in words  # half a character in hexadecimal, a space as a dot


def test_strips_without_tokens_are_refused():
    for strips in ({}, {"empty": []}):
        with pytest.raises(ValueError, match="token"):
            token_strips(strips)


def test_costs_are_relative_to_the_first_language():
    ax = token_cost(["English", "Thai"], [10, 40], [20, 30])
    x = [collection.get_offsets()[:, 0] for collection in ax.collections[1:]]
    np.testing.assert_allclose(x, [[1, 4], [1, 1.5]])


def test_costs_that_are_missing_or_not_positive_are_refused():
    with pytest.raises(ValueError, match="2 languages"):
        token_cost(["English", "Thai"], [1], [1])
    with pytest.raises(ValueError, match="positive"):
        token_cost(["English"], [0], [1])


def test_pairs_are_counted_in_two_groups_on_a_log_scale():
    ax = similar_pairs([0.1, 0.2, 0.97], [False, False, True], 0.9)
    heights = [sum(bar.get_height() for bar in group) for group in ax.containers]
    assert heights == [2, 1]
    assert ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="pairs"):
        similar_pairs([0.1], [True, False], 0.9)


VECTORS = {"good": [3.0, 0, 0], "fine": [2.0, 1, 0], "bad": [-3.0, 0, 0], "poor": [-2.0, -1, 0]}


def test_dots_lie_to_the_right_of_crosses_and_named_words_are_written():
    for sign in (1, -1):
        vectors = {word: sign * np.array(vector) for word, vector in VECTORS.items()}
        groups = {"one": ["good", "bad"], "two": ["fine", "poor"]}
        ax = word_map(vectors, groups, {"bad", "poor"}, named=("good",), shapes=("up", "down"))
        x = [np.asarray(c.get_offsets())[:, 0] for c in ax.collections if len(c.get_offsets())]
        assert x[0].min() > 0 > x[1].max()  # the first group's dots, then its crosses
        assert texts(ax) == ["good"]
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "two", "up", "down"]


def test_words_without_a_vector_and_no_groups_are_refused():
    with pytest.raises(ValueError, match="no vector"):
        word_map(VECTORS, {"one": ["gone"]}, set())
    with pytest.raises(ValueError, match="0 groups"):
        word_map(VECTORS, {}, set())


def test_bars_beyond_the_line_have_another_colour():
    ax = bars_with_line(["a", "b"], [70, 90], 75, label="the cap")
    assert colours(ax)[0] != colours(ax)[1]
    assert {"70", "90", "the cap"} <= set(texts(ax))
    plain = bars_with_line(["a", "b"], [70, 90], None)
    assert colours(plain)[0] == colours(plain)[1]
    assert len(plain.lines) == 0
