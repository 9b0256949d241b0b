"""The classic CNN: its published sizes, and what it refuses."""

import pytest

from course_utils.errors import ShapeError
from course_utils.models.cnn import classic_cnn


def test_the_default_has_the_shapes_and_parameters_of_its_table():
    model = classic_cnn()
    rows = [(layer.name, layer.output.shape[1:], layer.count_params()) for layer in model.layers]
    assert rows == [
        ("conv1", (26, 26, 32), 320),
        ("pool1", (13, 13, 32), 0),
        ("conv2", (11, 11, 64), 18_496),
        ("pool2", (5, 5, 64), 0),
        ("flatten", (1600,), 0),
        ("dense", (128,), 204_928),
        ("logits", (10,), 1_290),
    ]
    assert model.count_params() == 225_034


def test_the_smallest_image_leaves_one_position():
    assert classic_cnn((10, 10, 1), 2).get_layer("pool2").output.shape == (None, 1, 1, 64)


@pytest.mark.parametrize(
    ("shape", "classes", "says"),
    [
        ((28, 28), 10, r"\(28, 28\), not \(height, width, channels\)"),
        ((8, 8, 1), 10, "8 x 8 pixels has nothing left"),
        ((28, 9, 1), 10, "28 x 9 pixels"),
        ((28, 28, 1), 1, "1 class to choose from"),
    ],
)
def test_what_cannot_be_built_is_refused_with_its_values(shape, classes, says):
    with pytest.raises(ShapeError, match=says):
        classic_cnn(shape, classes)
