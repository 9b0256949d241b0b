"""Choose the next token: what may be done to a distribution before one token is drawn from it.

Every function takes probabilities, a float array (..., V) whose last axis sums to 1, changes
nothing in place, and returns float64 probabilities of the same shape, or ids of shape (...).
They can be applied one after the other; the order matters: temperature first is usual.

All raise CourseError for probabilities that are negative, NaN or do not sum to 1.
"""

import math

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ids import need_ids

TOLERANCE = 1e-3  # a float32 softmax is off by 1e-6; half precision by a few 1e-4
ROUNDING = 1e-12  # 0.87 + 0.06 reaches 0.93, though not in floating point


def with_temperature(p, t):
    """Sharpen (t < 1) or flatten (t > 1): proportional to p ** (1 / t).

    This equals dividing the logits by `t` before the softmax. What has probability 0 keeps it.

    Raises:
        CourseError: `t` is not a finite number above 0. For t -> 0 the limit is `greedy`.

    Source: Ackley et al. 1985, "A Learning Algorithm for Boltzmann Machines", section 2.
    """
    if not _is_positive(t):
        raise CourseError(
            f"the temperature is {t!r}, but a number above 0 is needed.",
            "greedy(p) is the limit for temperature 0."
            if t == 0
            else "0.7 is careful, 1 leaves p as it is, 1.3 is bold.",
        )
    return _normalised(_log(distributions(p)) / t)


def top_k(p, k):
    """Keep the k most probable tokens, give the others 0. Of equals the lower id stays.

    `k` may exceed V; then everything stays.

    Raises:
        CourseError: `k` is no whole number of at least 1.

    Source: Fan et al. 2018, "Hierarchical Neural Story Generation", section 5.4,
    arXiv:1805.04833.
    """
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
        raise CourseError(
            f"top_k keeps k = {k!r} tokens, but k must be 1, 2, 3, ...",
            "k=40 is usual; k=1 is greedy.",
        )
    p = distributions(p)
    order = np.argsort(-p, axis=-1, kind="stable")
    kept = np.zeros_like(p)
    best = order[..., :k]
    np.put_along_axis(kept, best, np.take_along_axis(p, best, axis=-1), axis=-1)
    return kept / kept.sum(axis=-1, keepdims=True)


def top_p(p, p0):
    """Keep the fewest tokens, most probable first, that together have at least `p0`.

    The most probable token always stays; p0 = 1 changes nothing. Of equals the lower id stays.

    Raises:
        CourseError: `p0` is not in (0, 1].

    Source: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1,
    arXiv:1904.09751 ("nucleus").
    """
    if not (_is_positive(p0) and p0 <= 1):
        raise CourseError(
            f"top_p keeps a share of {p0!r} of the probability, but it must be above 0 and at "
            "most 1.",
            f"{p0 / 100:g} for {p0:g} %."
            if _is_positive(p0) and p0 <= 100
            else "p0=0.9 is usual; greedy(p) keeps only the best token.",
        )
    p = distributions(p)
    if p0 == 1:  # the running sum may reach 1 too early by rounding
        return p
    order = np.argsort(-p, axis=-1, kind="stable")
    ranked = np.take_along_axis(p, order, axis=-1)
    reached = np.cumsum(ranked, axis=-1) >= p0 - ROUNDING
    ranked[..., 1:][reached[..., :-1]] = 0.0
    kept = np.zeros_like(p)
    np.put_along_axis(kept, order, ranked, axis=-1)
    return kept / kept.sum(axis=-1, keepdims=True)


def penalise_repetition(p, seen, penalty):
    """Make tokens that were there before less likely: p ** penalty for them, then sum to 1.

    Args:
        p: (V,), or (B, V) for B rows.
        seen: ids that were there: (T,), or (B, T) for B rows. Twice counts as once.
        penalty: above 0; 1 changes nothing, 1.2 is the paper's value, below 1 rewards.

    Raises:
        CourseError: `penalty` is not a finite number above 0, or an id is outside 0..V-1.
        ShapeError: `seen` has not as many rows as `p`.

    Source: Keskar et al. 2019, "CTRL", section 4.1, arXiv:1909.05858. The paper divides
    logits, which works only where they are positive and depends on a constant that the
    softmax ignores. Multiplying log-probabilities, which are never positive, does not.
    """
    if not _is_positive(penalty):
        raise CourseError(
            f"the repetition penalty is {penalty!r}, but a number above 0 is needed.",
            "1.2 is usual; 1 changes nothing.",
        )
    p = distributions(p)
    if p.ndim > 2:
        raise ShapeError(f"p has shape {p.shape}.", "pass (V,) or (B, V), one row per text.")
    seen = need_ids(seen, p.shape[-1], name="seen", ndim=p.ndim)
    if seen.shape[:-1] != p.shape[:-1]:
        raise ShapeError(
            f"seen has shape {seen.shape} for p of shape {p.shape}.", "one row of ids per row of p."
        )
    was_there = np.zeros(p.shape, dtype=bool)
    np.put_along_axis(was_there, seen, True, axis=-1)
    logs = _log(p)
    return _normalised(np.where(was_there, logs * penalty, logs))


def greedy(p):
    """Return the most probable id, int64 of shape (...). Of equals the lowest."""
    return np.argmax(distributions(p), axis=-1)


def draw(p, rng):
    """Draw one id from each distribution, int64 of shape (...). Never one of probability 0.

    One random number per distribution picks a place on the line from 0 to 1 on which every
    token has a stretch as long as its probability.
    """
    edges = np.cumsum(distributions(p), axis=-1)
    place = rng.random(edges.shape[:-1] + (1,)) * edges[..., -1:]
    ids = (edges <= place).sum(axis=-1)
    # Rounding may put the place on the last edge: no token beyond the last that has a stretch.
    return np.minimum(ids, np.argmax(edges >= edges[..., -1:], axis=-1))


def distributions(p, name="p"):
    """Return `p` as float64 whose last axis sums to 1 exactly, or say why it is none.

    Raises:
        ShapeError: `p` has no axis, or V = 0.
        CourseError: an entry is NaN or negative, or a sum is further from 1 than `TOLERANCE`.
    """
    p = np.asarray(p, dtype=np.float64)
    if p.ndim == 0 or p.size == 0:
        raise ShapeError(f"{name} has shape {p.shape}.", "pass (V,) or (B, V) probabilities.")
    total = p.sum(axis=-1, keepdims=True)
    if not (np.abs(total - 1) <= TOLERANCE).all() or p.min() < 0:
        if np.isnan(p).any():
            what = f"{name} holds {np.isnan(p).sum()} NaN."
            fix = "look for the first NaN before the softmax; training may have diverged."
        elif p.min() < 0:
            what = f"{name} holds {p.min():.3g}, and no probability is negative."
            fix = "logits need a softmax, log-probabilities need np.exp."
        else:
            worst = total.ravel()[np.argmax(np.abs(total - 1))]
            what = f"{name} sums to {worst:.6g} over its last axis, not to 1."
            fix = "use a softmax over the last axis, or divide by p.sum(-1, keepdims=True)."
        raise CourseError(what, fix)
    return p / total


def _is_positive(value):
    """Whether `value` is a finite number above 0. NaN, text and arrays are not."""
    try:
        return math.isfinite(value) and value > 0
    except TypeError:
        return False


def _log(p):
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant: it stays 0 afterwards
        return np.log(p)


def _normalised(logs):
    """exp of `logs`, summing to 1 over the last axis; the largest becomes exp(0) first."""
    p = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)
