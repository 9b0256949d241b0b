"""Short texts in English and Chinese that mean the same.

By default numbers in words, which a small model can learn to translate without a mistake.
With COURSE_FULL=1 sentences that volunteers of Tatoeba wrote and translated.
"""

from course_utils.data.catalogue import lookup
from course_utils.data.fetch import full_path
from course_utils.data.numbers import make_numbers
from course_utils.data.pairs import Pairs, folds_of
from course_utils.data.tabbed_pairs import connected, pairs_in
from course_utils.data.verify import sha256
from course_utils.runtime import full


def load_sentence_pairs(n=10000):
    """Load pairs of an English and a Chinese text, to learn from, choose by and test with.

    Args:
        n: how many generated pairs. COURSE_FULL=1 takes no notice.

    Returns:
        Splits of `Pairs`, about 70, 10 and 20 %: the source is English, the target Chinese,
        the locale "zh". By default number words: "one hundred and one", "一百零一". With
        COURSE_FULL=1 Tatoeba's sentences, shortest first, in NFC. Where a sentence has several
        translations, each is a pair, and all of them stand in the same split, so that no
        test sentence, in neither language, was trained on. `title` says which edition it is.

    Raises:
        ValueError: `n` is not a whole number from 1 up.
        UsageError: `n` is too small to split.
        DataMissingError: the stored file is no list of sentence pairs.
        DownloadError: COURSE_FULL=1 is set and the sentences cannot be downloaded.
    """
    pairs = _tatoeba() if full() else make_numbers(n, 0, languages=("en",), into="zh")
    pairs = Pairs(
        pairs.sources,
        pairs.targets,
        ("zh",) * len(pairs),
        pairs.folds,
        pairs.title,
        pairs.licence,
    )
    return pairs.split()


def _tatoeba():
    source = lookup("sentence_pairs").full
    data = full_path("sentence_pairs").read_bytes()
    rows = pairs_in(data)
    english, chinese = zip(*rows, strict=True)
    known = sha256(data) == source.sha256
    edition = "the edition of 20,133 pairs, verified" if known else "a newer edition, not verified"
    return Pairs(
        english,
        chinese,
        ("zh",) * len(rows),
        folds_of(connected(rows)),
        f"{len(rows):,} English and Chinese sentences of Tatoeba ({edition})",
        source.licence,
    )
