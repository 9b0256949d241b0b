import pytest

from course_utils.autograd import Value
from course_utils.plots.figure import _png
from course_utils.plots.graph import HIGH, WIDE, layout, value_graph


def neuron():
    w, x, b = Value(0.5), Value(2.0), Value(-0.5)
    loss = ((w * x + b).tanh() - 1.0) ** 2
    loss.backward()
    return loss, {"w": w, "x": x, "b": b, "L": loss}


def texts(ax):
    return [t.get_text() for t in ax.texts]


def test_every_value_has_a_place_of_its_own():
    places = layout(neuron()[0])
    assert len({(column, row) for _, column, row in places}) == len(places) == 9


def test_a_result_stands_right_of_everything_it_was_made_from():
    places = layout(neuron()[0])
    column = {id(v): c for v, c, _ in places}
    for value, c, _ in places:
        assert all(column[id(p)] < c for p in value.parents)


def test_an_input_stands_one_column_before_its_first_use():
    loss, names = neuron()
    column = {id(v): c for v, c, _ in layout(loss)}
    assert column[id(names["w"])] == column[id(names["x"])] == 0
    assert column[id(names["b"])] == 1  # needed by the sum, one column after the product


def test_the_same_graph_is_the_same_picture():
    first, second = (_png(value_graph(*neuron()).figure) for _ in range(2))
    assert first == second


def test_the_picture_names_values_operations_numbers_and_gradients():
    loss, names = neuron()
    said = texts(value_graph(loss, names))
    assert {"w", "x", "b", "L: ^2", "tanh", "×", "constant"} <= set(said)
    assert "0.462" in said
    assert f"{names['w'].grad:.3f}".replace("-", "\N{MINUS SIGN}") in said


def test_gradients_can_be_left_out_and_slopes_written_on_the_edges():
    x = Value(3.0)
    y = x * 4.5
    assert "0" in texts(value_graph(y, {"x": x}))
    assert "0" not in texts(value_graph(y, {"x": x}, gradients=False))
    assert "4.50" in texts(value_graph(y, {"x": x}, slopes=True))


def test_a_value_used_twice_has_two_parallel_arrows():
    x = Value(2.5)
    ax = value_graph(x * x, {"x": x}, slopes=True)
    assert texts(ax).count("2.50") == 2


def test_whole_numbers_are_written_without_decimals():
    x = Value(-3.0)
    said = texts(value_graph(x * 0.0 + 1e-9, {"x": x}))
    assert "\N{MINUS SIGN}3" in said and "0.000" in said and "0" in said
    assert not {"\N{MINUS SIGN}0", "3.000"} & set(said)


def test_no_arrow_crosses_a_box_it_does_not_belong_to():
    x = Value(3.0)
    y = x * x + x  # the second use of x would run through the product's box
    ax = value_graph(y, {"x": x})
    boxes = {(p.get_x(), p.get_y()) for p in ax.patches if hasattr(p, "get_boxstyle")}
    assert len(boxes) == 3
    middle = sorted(boxes)[1]
    for patch in ax.patches:
        if hasattr(patch, "get_boxstyle"):
            continue
        path = patch.get_path().interpolated(20)
        for u, v in path.vertices:
            inside_x = middle[0] < u < middle[0] + WIDE - 0.3
            assert not (inside_x and middle[1] + 0.2 < v < middle[1] + HIGH - 0.4)


@pytest.mark.parametrize("length", [1, 2, 5_000])
def test_a_chain_of_any_length_can_be_laid_out(length):
    x = Value(1.0)
    for _ in range(length - 1):
        x = x.tanh()
    assert [c for _, c, _ in layout(x)] == list(range(length))
