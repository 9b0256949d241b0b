"""Beam search: keep the few best beginnings, so that a weak first step can win in the end.

Source: Sutskever et al. 2014, "Sequence to Sequence Learning with Neural Networks", section
3.2, arXiv:1409.3215; the length penalty is that of Wu et al. 2016, section 7, arXiv:1609.08144.
"""

from dataclasses import dataclass

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ids import need_ids
from course_utils.text.samplers import TOLERANCE


@dataclass(frozen=True)
class Beam:
    """One row that the search has found.

    `ids` is a tuple: the start, what was chosen, and the end id unless `max_length` came
    first. `log_probability` is of what was chosen, natural logarithm. `score` is what rows
    are ranked by.
    """

    ids: tuple
    log_probability: float
    score: float


def beam_search(next_log_probabilities, start, end, width, max_length, length_penalty=0.0):
    """Search for the most probable continuation of `start`.

    After every step the `width` best rows stay, finished ones among them. `width` = 1 is the
    greedy choice. A `width` of at least the number of possible rows finds the best one.

    Args:
        next_log_probabilities: called with an int64 array (rows, t), all that is not finished;
            returns (rows, V): natural logarithms of what may come next, -inf for never.
        start: list of ids that every row begins with.
        end: id that finishes a row, or None.
        width: how many rows stay.
        max_length: how many ids at most follow `start`, the end id included.
        length_penalty: a; score = log probability / ((5 + n) / 6) ** a for n chosen ids. 0
            ranks by probability alone, which favours short rows; 0.6 to 1 is usual.

    Returns:
        list of at most `width` Beam, the best first. Of equals, the one with smaller ids.

    Raises:
        CourseError: `width` or `max_length` is below 1, `length_penalty` is negative, the
            callable returns NaN or logits, or nothing at all may come next.
        ShapeError: the callable returns another shape.
    """
    for name, value in {"width": width, "max_length": max_length}.items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise CourseError(
                f"{name} is {value!r}, but it must be a whole number of at least 1.",
                "width=1 is greedy, width=4 is usual." if name == "width" else "max_length=50.",
            )
    if not (np.isfinite(length_penalty) and length_penalty >= 0):
        raise CourseError(
            f"the length penalty is {length_penalty}, but it must be 0 or more.",
            "0 ranks by probability, 0.6 to 1 makes up for length.",
        )
    beams = [Beam(tuple(need_ids(start, name="start").tolist()), 0.0, 0.0)]
    done = []
    for n in range(1, max_length + 1):
        rows = np.array([beam.ids for beam in beams], dtype=np.int64)
        logs = _checked(next_log_probabilities(rows), len(rows))
        logs = logs + np.array([[beam.log_probability] for beam in beams])
        worth = ((5 + n) / 6) ** length_penalty
        found = [
            Beam((*beams[row].ids, int(token)), total, total / worth)
            for row, token, total in _best(logs, width)
        ]
        if not found and not done:
            raise CourseError(
                f"after {beams[0].ids} every next id has probability 0.",
                "let the model give at least the end id some probability.",
            )
        stay = sorted(done + found, key=lambda beam: (-beam.score, beam.ids))[:width]
        new = {beam.ids for beam in found}
        beams = [beam for beam in stay if beam.ids in new and beam.ids[-1] != end]
        done = [beam for beam in stay if beam not in beams]
        if not beams:
            break
    return stay


def _best(logs, width):
    """Yield (row, token, log probability) of the `width` largest entries, -inf left out."""
    flat = logs.ravel()
    order = np.argsort(-flat, kind="stable")[:width]
    for at in order[np.isfinite(flat[order])]:
        yield *divmod(int(at), logs.shape[1]), float(flat[at])


def _checked(logs, rows):
    logs = np.asarray(logs, dtype=np.float64)
    if logs.ndim != 2 or len(logs) != rows:
        raise ShapeError(
            f"for {rows} rows the callable returned shape {logs.shape}.",
            f"return ({rows}, V): log-probabilities of the next id only.",
        )
    with np.errstate(over="ignore"):
        sums = np.exp(logs).sum(-1)
    if not (sums <= 1 + TOLERANCE).all():
        raise CourseError(
            f"these are no log-probabilities: {np.isnan(logs).sum()} NaN, and their exp sums to "
            f"{sums[np.argmax(sums)]:.4g} over the last axis.",
            "apply log_softmax to logits.",
        )
    return logs
