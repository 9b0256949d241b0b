"""Speculative decoding: a small model drafts, the large one checks, nothing is lost.

The rule decides which drafted tokens stay. What it lets through is distributed exactly as if
the large model alone had written it, whatever the small one drafted.

Source: Leviathan et al. 2023, "Fast Inference from Transformers via Speculative Decoding",
section 2.3 and appendix A.1, arXiv:2211.17192; Chen et al. 2023, algorithm 2, arXiv:2302.01318.
"""

from dataclasses import dataclass

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ids import need_ids
from course_utils.text.samplers import distributions, draw


@dataclass(frozen=True)
class Accepted:
    """`ids`: int64 (kept + 1,), the drafted tokens that stay and one from the large model."""

    ids: np.ndarray
    kept: int


def accept(draft_tokens, draft_p, target_p, rng):
    """Keep a beginning of the draft and add one token.

    Drafted token x stays with probability min(1, target(x) / draft(x)). The first that does
    not is replaced by one drawn from max(0, target - draft), made to sum to 1: there the
    draft gave too little. If all stay, one more is drawn from the large model, for free.

    Args:
        draft_tokens: (G,) ids that the small model drew, G >= 1.
        draft_p: (G, V) the distributions that it drew them from.
        target_p: (G + 1, V) the large model's distributions at the same places and one after.
        rng: `np.random.Generator`, not the one in the state that drew the draft.

    Returns:
        Accepted, with 1 to G + 1 ids.

    Raises:
        ShapeError: the shapes do not belong together.
        CourseError: something is no distribution, or a drafted token has draft probability 0.
    """
    draft_p, target_p = distributions(draft_p, "draft_p"), distributions(target_p, "target_p")
    drafted = need_ids(draft_tokens, draft_p.shape[-1], name="draft_tokens")
    G, V = len(drafted), draft_p.shape[-1]
    if draft_p.shape != (G, V) or target_p.shape != (G + 1, V):
        raise ShapeError(
            f"{G} drafted tokens need draft_p ({G}, V) and target_p ({G + 1}, V), got "
            f"{draft_p.shape} and {target_p.shape}.",
            "run the large model on the text with the whole draft: it gives one row more.",
        )
    at = np.arange(G), drafted
    if not (draft_p[at] > 0).all():
        i = int(np.argmin(draft_p[at] > 0))
        raise CourseError(
            f"token {i} of the draft, {drafted[i]}, has probability 0 in draft_p.",
            "pass the probabilities it was drawn from, after temperature and top-k.",
        )
    stays = rng.random(G) * draft_p[at] < target_p[:-1][at]
    kept = G if stays.all() else int(np.argmin(stays))
    last = target_p[kept]
    if kept < G:
        missing = np.maximum(last - draft_p[kept], 0.0)
        # Equal but for rounding: nothing is missing, and either distribution will do.
        last = missing / missing.sum() if missing.sum() > 0 else last
    return Accepted(np.append(drafted[:kept], draw(last, rng)), kept)
