"""BLEU: how many runs of one to four words a translation shares with a person's.

A score of a whole corpus, from 0 to 100. It can be compared only with scores of the same
texts cut into the same tokens; that is why `tokenise` is an argument.
"""

import math
import re
from collections import Counter
from typing import NamedTuple

from course_utils.errors import ShapeError

ORDERS = 4


class Bleu(NamedTuple):
    """A BLEU score and what it is made of.

    Args:
        score: 0 to 100.
        precisions: four floats, 0 to 100: for runs of 1 to 4 tokens, the share of those in
            the hypotheses that stand in a reference, smoothed where none does.
        brevity_penalty: 1, or less if the hypotheses are shorter than the references.
        hypothesis_length, reference_length: tokens; of several references the one whose
            length is closest counts.
    """

    score: float
    precisions: tuple[float, ...]
    brevity_penalty: float
    hypothesis_length: int
    reference_length: int


def bleu(hypotheses, references, tokenise=str.split):
    """Score translations against one or more references each.

    A run of tokens that the hypothesis repeats counts at most as often as in the reference
    that has it most often. Counts are summed over the corpus before dividing, so this is not
    the mean of the sentences' scores. The score is the brevity penalty times the geometric
    mean of the four precisions.

    Args:
        hypotheses: N strings.
        references: N items, each a string or a list of strings that are all right.
        tokenise: function from a string to its tokens. `str.split` takes the text as it is
            cut already; `list` scores characters, as is usual for Chinese; `words_13a` is
            the usual choice for European languages.

    Returns:
        Bleu. Where not one run of some length is right, its precision is smoothed: 1/2 of a
        hit for the first such length, 1/4 for the second, ... With nothing right at all, or
        without any run of four tokens, the score is 0.

    Raises:
        ShapeError: the numbers of hypotheses and references differ, there are none, an item
            is no string, or a hypothesis has no reference.

    Source: Papineni, Roukos, Ward and Zhu 2002, "BLEU: a Method for Automatic Evaluation of
    Machine Translation", section 2.3, ACL 2002. Smoothing: Chen and Cherry 2014, "A Systematic
    Comparison of Smoothing Techniques for Sentence-Level BLEU", section 3, method 3, WMT 2014.
    """
    matches, totals = [0] * ORDERS, [0] * ORDERS
    said = wanted = 0
    for hypothesis, answers in _paired(hypotheses, references):
        tokens = list(tokenise(hypothesis))
        others = [list(tokenise(answer)) for answer in answers]
        said += len(tokens)
        wanted += min((len(other) for other in others), key=lambda n: (abs(n - len(tokens)), n))
        for k in range(ORDERS):
            found = _runs(tokens, k + 1)
            allowed = Counter()
            for other in others:
                allowed |= _runs(other, k + 1)  # the larger of the two counts
            matches[k] += (found & allowed).total()  # the smaller of the two counts
            totals[k] += found.total()
    precisions = _precisions(matches, totals)
    penalty = 1.0 if said >= wanted else math.exp(1 - wanted / said) if said else 0.0
    score = 0.0
    if all(precisions):
        score = penalty * math.exp(sum(map(math.log, precisions)) / ORDERS)
    return Bleu(score, precisions, penalty, said, wanted)


def words_13a(text):
    """Cut a text into words as the evaluation script mteval-v13a does; return a list.

    Marks stand alone, but a full stop or comma between two digits does not, nor does a
    hyphen that follows no digit, nor an apostrophe.

    Source: NIST, mteval-v13a.pl, routine NormalizeText.
    """
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for name, mark in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(name, mark)
    text = f" {text} "
    for pattern, spaced in _SPACED:
        text = pattern.sub(spaced, text)
    return text.split()


_SPACED = tuple(
    (re.compile(pattern), spaced)
    for pattern, spaced in (
        (r"""([ !"#$%&()*+/:;<=>?@\[\\\]^_`{|}~])""", r" \1 "),
        (r"([^0-9])([.,])", r"\1 \2 "),
        (r"([.,])([^0-9])", r" \1 \2"),
        (r"([0-9])(-)", r"\1 \2 "),
    )
)


def _paired(hypotheses, references):
    """Return N pairs of a string and a list of strings."""
    hypotheses, references = list(hypotheses), list(references)
    if len(hypotheses) != len(references) or not hypotheses:
        raise ShapeError(
            f"there are {len(hypotheses)} hypotheses and references for {len(references)}.",
            "give one string, or one list of strings, for each hypothesis, and at least one.",
        )
    pairs = []
    for place, (hypothesis, answers) in enumerate(zip(hypotheses, references, strict=True)):
        answers = [answers] if isinstance(answers, str) else answers
        if not answers or not all(isinstance(text, str) for text in (hypothesis, *answers)):
            raise ShapeError(
                f"item {place} has the hypothesis {hypothesis!r} and the references {answers!r}.",
                "a hypothesis is a string and has at least one string to be compared with; join "
                'tokens with " ".join(tokens).',
            )
        pairs.append((hypothesis, list(answers)))
    return pairs


def _runs(tokens, length):
    """Count the runs of `length` tokens in a row."""
    return Counter(zip(*(tokens[start:] for start in range(length)), strict=False))


def _precisions(matches, totals):
    """Percentages; 1/2, 1/4, ... of a hit where there is none, 0 where there is nothing."""
    if not any(matches):
        return (0.0,) * ORDERS
    precisions, worth = [], 1.0
    for hits, total in zip(matches, totals, strict=True):
        if not hits:
            worth /= 2
        precisions.append(100 * (hits or worth) / total if total else 0.0)
    return tuple(precisions)
