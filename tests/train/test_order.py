"""The order of the examples is a function of seed and epoch."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from course_utils.train.order import as_arrays, batches, epoch_order


@given(st.integers(0, 2**32 - 1), st.integers(0, 10_000), st.integers(1, 200))
def test_every_example_comes_once(seed, epoch, examples):
    assert sorted(epoch_order(seed, epoch, examples)) == list(range(examples))


def test_epochs_and_seeds_differ_and_repeat():
    orders = {tuple(epoch_order(seed, epoch, 30)) for seed in range(4) for epoch in range(4)}
    assert len(orders) == 16
    assert tuple(epoch_order(3, 2, 30)) in orders


def test_the_order_is_the_same_on_every_machine():
    assert epoch_order(1, 0, 8).tolist() == [5, 0, 1, 4, 2, 6, 3, 7]


def test_the_dataset_begins_in_the_middle_as_if_it_had_run_from_the_start():
    data = (np.arange(10.0), np.arange(10))
    whole = [y.numpy().tolist() for _, y in batches(data, 10, 4, 5, 0, 3)]
    assert [len(y) for y in whole] == [4, 4, 2] * 3
    assert [y.numpy().tolist() for _, y in batches(data, 10, 4, 5, 1, 3)] == whole[3:]
    assert all((x == y).all() for x, y in batches(data, 10, 4, 5, 0, 1).as_numpy_iterator())


def test_floats_become_float32_and_whole_numbers_stay():
    tree = as_arrays({"a": np.zeros(2), "b": (np.zeros(2, np.uint8), np.zeros(2, np.int64))})
    assert tree["a"].dtype == np.float32
    assert [array.dtype for array in tree["b"]] == [np.uint8, np.int64]
