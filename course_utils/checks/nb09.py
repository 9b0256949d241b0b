"""Checks of lesson 09: from text to numbers.

The hints name the usual mistakes with bytes (a byte is no character), with vocabularies
(padding, the unknown), with merges (their order), and with duplicates across a split.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number, usual_mistake


def _need_list(value, name="the result"):
    """Return `value` as a list, or raise `Miss`; arrays, tuples and generators are welcome."""
    if value is None:
        raise Miss(f"{name} is None", "did you forget `return`?")
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        raise Miss(f"{name} is of type {type(value).__name__}", "return a list.")
    return value.tolist() if isinstance(value, np.ndarray) else list(value)


def _need_ids(value, name="the result"):
    """Return a flat list of whole numbers, or raise `Miss`."""
    ids = _need_list(value, name)
    for one in ids:
        if isinstance(one, (bytes, str)):
            raise Miss(f"{name} holds {type(one).__name__}", "return the numbers, not the pieces.")
        if isinstance(one, (list, tuple)):
            raise Miss(f"{name} holds a {type(one).__name__}", "one flat list of numbers is asked.")
    array = np.asarray(need_array(ids, name=name)).ravel()
    if not np.array_equal(array, array.round()):
        raise Miss(f"{name} holds fractions", "ids are whole numbers.")
    return [int(one) for one in array]


def _same(name, got, want, usual, hint):
    """Raise `Miss` unless the list `got` equals `want`; `usual` as in `needs.compare`."""
    if got == want:
        return
    for value, what, its_hint in usual:
        if got == value:
            raise Miss(f"{name} {what}", its_hint)
    raise Miss(f"{name} is off", hint)


@exercise("9.1 How many characters are in these bytes")
def count_characters(fn):
    """Cases for `fn(data)`: number of code points in UTF-8 bytes."""

    def number(data):
        return need_number(fn(data))

    def ascii_only():
        data = b"plain"
        usual = [(0.0, "is 0 for plain letters", "bytes below 128 are whole characters.")]
        compare("the count of b'plain'", number(data), 5, usual, "five bytes, five characters.")

    def many_bytes():
        text = "na\u00efve or \u4e2d\u6587 \N{GIRL}"
        data = text.encode()
        first = sum(byte >= 192 for byte in data)
        later = sum(128 <= byte < 192 for byte in data)
        usual = [
            (len(data), "counts bytes", "a later byte, 10......, begins no character."),
            (len(data) - first - later, "counts ASCII only", "what begins with 11 counts, too."),
            (later, "counts the later bytes", "one per character is wanted: which is unique?"),
            (first, "counts long characters only", "those of one byte count as well."),
            (len(data) - first, "drops first bytes", "drop the *later* bytes, keep the first."),
            (
                len(text) - 1,
                "takes two neighbours for one",
                "characters of several bytes may follow each other without a gap.",
            ),
            (
                sum(not bin(byte).startswith("0b10") for byte in data),
                "takes a space for a later byte",
                "bin() drops zeros in front: 32 is 0b100000. Compare numbers instead.",
            ),
        ]
        compare("the count", number(data), len(text), usual, "write the bytes' first bits down.")

    def boundaries():
        # U+0080 has the smallest first and later byte, U+10FFFF the largest first byte.
        data = "\x7f\x80\u07ff\uffff\U0010ffff".encode()
        compare(
            "the count at the limits",
            number(data),
            5,
            [],
            "later bytes are those from 128 to 191, both included.",
        )

    def as_stored():
        if close(number("e\u0301".encode()), 1.0):
            raise Miss("two code points are counted as one", "count what is there; no normalising.")
        compare("the count of e and an accent", number("e\u0301".encode()), 2, [], "two.")
        compare("the count of no bytes", number(b""), 0, [], "nothing holds no character.")

    yield from (ascii_only, many_bytes, boundaries, as_stored)


def _words_to_ids(words, vocabulary, length, first=2, unknown=1, pad=0, drop=False, side="end"):
    place = {word: first + i for i, word in enumerate(vocabulary)}
    ids = [place.get(word, unknown) for word in words if not drop or word in place]
    ids = ids[-length:] if side == "start" else ids[:length]
    padding = [pad] * (length - len(ids))
    return padding + ids if side == "left" else ids + padding


@exercise("9.2 Words to ids")
def encode_words(fn):
    """Cases for `fn(words, vocabulary, length)`: ids, 0 padding, 1 unknown, words from 2."""
    vocabulary = ["the", "film", "was", "good", "long"]

    def run(text, length, known=vocabulary):
        return _need_ids(fn(text.split(), list(known), length))

    def all_known():
        text, length = "the film was good", 4
        words = text.split()
        usual = [
            (
                _words_to_ids(words, vocabulary, length, first=first),
                f"gives the first word number {first}",
                hint,
            )
            for first, hint in (
                (0, "0 and 1 are taken: words begin at 2."),
                (1, "1 is taken by the unknown: words begin at 2."),
            )
        ]
        order = sorted(vocabulary)
        usual.append((_words_to_ids(words, order, length), "sorts", "keep the vocabulary's order."))
        _same("the result", run(text, length), [2, 3, 4, 5], usual, "place in the list, plus 2.")

    def unknown_word():
        text, length = "the plot was dull", 4
        words = text.split()
        usual = [
            (
                _words_to_ids(words, vocabulary, length, unknown=0),
                "hides the unknown word as padding",
                "an unknown word is a word: 1, not 0.",
            ),
            (
                _words_to_ids(words, vocabulary, length, drop=True),
                "leaves the unknown word out",
                "the model should see that something stood there.",
            ),
        ]
        got = run(text, length)
        if got == _words_to_ids(words, vocabulary, length, unknown=7):
            raise Miss("the unknown comes after the last known word", "its number is 1.")
        if max(got, default=0) > 6:
            raise Miss("a new word got a new number", "the vocabulary is fixed after training.")
        _same("the result", got, [2, 1, 4, 1], usual, "known words keep their numbers.")

    def short():
        text, length = "good film", 5
        words = text.split()
        usual = [
            ([5, 3], "is not padded", "fill up with 0 to `length`."),
            (
                _words_to_ids(words, vocabulary, length, side="left"),
                "is padded at the start",
                "padding stands at the end here.",
            ),
            (
                _words_to_ids(words, vocabulary, length, pad=1),
                "is padded with the unknown",
                "padding is 0; 1 says that a word was there.",
            ),
        ]
        _same("a short text", run(text, length), [5, 3, 0, 0, 0], usual, "`length` ids in all.")
        _same(
            "a text without words",
            run("", 2),
            [0, 0],
            [([], "is empty", "it is padded, too.")],
            "0.",
        )

    def long():
        text, length = "the film was long the film", 4
        usual = [
            (
                _words_to_ids(text.split(), vocabulary, 6),
                "is longer than `length`",
                "cut what is too long.",
            ),
            (
                _words_to_ids(text.split(), vocabulary, length, side="start"),
                "keeps the end",
                "cut at the end, keep the beginning.",
            ),
            ([2, 3, 4, 6, 0, 0], "drops repeated words", "a word may come twice."),
        ]
        _same("a long text", run(text, length), [2, 3, 4, 6], usual, "the first `length` words.")

    yield from (all_known, unknown_word, short, long)


def _merge(ids, pair, new):
    out = []
    for one in ids:
        if out and (out[-1], one) == tuple(pair):
            out[-1] = new
        else:
            out.append(one)
    return out


def _encode(data, merges, first=256):
    ids = list(data)
    for i, pair in enumerate(merges):
        ids = _merge(ids, pair, first + i)
    return ids


def _backwards(data, merges):
    ids = list(data)
    for i, pair in reversed(list(enumerate(merges))):
        ids = _merge(ids, pair, 256 + i)
    return ids


def _longest_first(data, merges):
    token = {bytes([i]): i for i in range(256)}
    spelled = {i: bytes([i]) for i in range(256)}
    for i, (a, b) in enumerate(merges, 256):
        spelled[i] = spelled[a] + spelled[b]
        token[spelled[i]] = i
    ids = []
    while data:
        best = max((one for one in token if data.startswith(one)), key=len)
        ids.append(token[best])
        data = data[len(best) :]
    return ids


def _one_place_each(data, merges):
    ids = list(data)
    for new, pair in enumerate(merges, 256):
        at = next((i for i in range(len(ids) - 1) if tuple(ids[i : i + 2]) == pair), None)
        if at is not None:
            ids[at : at + 2] = [new]
    return ids


def _second_stays(data, merges):
    ids = list(data)
    for new, pair in enumerate(merges, 256):
        ids = [new if (a, b) == pair else a for a, b in zip(ids, [*ids[1:], None], strict=True)]
    return ids


@exercise("9.3 Encode with learned merges")
def encode(fn):
    """Cases for `fn(data, merges)`: bytes and pairs in learned order -> list of ids."""

    def run(data, merges):
        return _need_ids(fn(data, list(merges)))

    def no_merge():
        _same("without merges", run(b"abc", []), [97, 98, 99], [], "every byte is its own id.")

    def ids_from_256():
        merges = [(116, 104), (101, 114), (256, 101)]  # th, er, the
        data = b"the other"
        usual = [
            (list(data), "are still bytes", "does the merged list reach the next round?"),
            (
                _merge(list(data), merges[0], 256),
                "stop after the first merge",
                "go on: later merges use the new ids.",
            ),
            (_encode(data, merges, 0), "begin at 0", "0 to 255 are bytes: new ids begin at 256."),
            (_encode(data, merges, 257), "begin at 257", "the first new id is 256."),
            (_encode(data, merges, 255), "begin at 255", "255 is a byte: begin at 256."),
            (
                _backwards(data, merges),
                "come from merging in the opposite order",
                "apply the merge that was learned first, first.",
            ),
            (
                _longest_first(data, merges),
                "come from taking what fits first or is longest",
                "the order of learning decides, not the length and not the place.",
            ),
            (
                _one_place_each(data, merges),
                "hold each merge at one place only",
                "merge the pair wherever it stands.",
            ),
            (
                _second_stays(data, merges),
                "keep the second of a pair",
                "the new id stands for both: both go.",
            ),
        ]
        want = _encode(data, merges)
        _same("the ids of b'the other'", run(data, merges), want, usual, "three merges in turn.")

    def order_matters():
        merges = [(98, 99), (97, 98), (257, 99)]  # bc, ab, abc: bc leaves no "ab" in "abc"
        want = _encode(b"abcab", merges)
        _same("the ids of b'abcab'", run(b"abcab", merges), want, [], "which merge came first?")

    def overlaps():
        merges = [(97, 97), (256, 97), (256, 256)]
        usual = [
            ([258], "uses the middle a twice", "a byte can be merged once."),
            ([97, 256], "merges from the right", "pairs are taken from left to right."),
        ]
        _same("the ids of b'aaa'", run(b"aaa", merges), [257], usual, "aa first, then aa + a.")
        _same("the ids of b'aaaa'", run(b"aaaa", merges), [258], [], "aa aa, then both.")

    def any_bytes():
        data, merges = "\u4e2d\u00e9".encode(), [(0xE4, 0xB8), (256, 0xAD)]
        usual = [
            ([0x4E2D, 0xE9], "holds code points", "begin with the bytes: list(data)."),
        ]
        want = _encode(data, merges)
        _same("Chinese and an accent", run(data, merges), want, usual, "they are bytes, too.")
        _same("no bytes", run(b"", merges), [], [], "nothing stays nothing.")

    yield from (no_merge, ids_from_256, order_matters, overlaps, any_bytes)


def _pieces(ids, tokens):
    """What has become complete with each token."""
    done, buffer = [], b""
    for one in ids:
        buffer += tokens[one]
        text = buffer.decode("utf-8", errors="ignore")
        # "ignore" also drops an incomplete end, which is the only thing missing in valid text
        buffer = buffer[len(text.encode("utf-8")) :]
        done.append(text)
    return done


@exercise("9.4 Bug clinic, characters that arrive in parts")
def stream(fn):
    """Cases for `fn(ids, tokens)`: the text that each token completes, a list of str."""
    middle, girl = "\u4e2d".encode(), "\N{GIRL}".encode()
    tokens = [
        b"so ",
        middle[:1],
        middle[1:],
        b"!",
        girl[:3],
        girl[3:] + b"?",
        middle[2:] + girl[:2],
    ]
    tokens += [middle[1:2], girl[2:], b"", middle + middle[:2], middle[2:]]
    tokens += ["\ufffd".encode()]  # a replacement character that the text really holds

    def run(ids):
        got = fn(list(ids), list(tokens))
        if isinstance(got, str):
            raise Miss("the result is one text", "a list is asked, one piece for each token.")
        got = _need_list(got)
        if any(not isinstance(piece, str) for piece in got):
            raise Miss("a piece is not text", "decode it; nothing complete yet is ''.")
        return got

    def whole_characters():
        got = run([0, 3])
        _same("plain letters", got, ["so ", "!"], [], "complete bytes are shown at once.")

    def in_parts():
        ids = [0, 1, 2, 3]
        got = run(ids)
        if any("\ufffd" in piece for piece in got):
            raise Miss(
                "half a character is shown as \ufffd",
                "bytes that are not complete yet must wait for the rest.",
            )
        text = "".join(got)
        usual = [
            (["so ", "", "", "!"], "loses the character", "keep the bytes that you do not show."),
            (["so ", "\u4e2d", "!"], "has fewer pieces than tokens", "nothing yet is a piece: ''."),
            (
                ["so ", "\u4e2d", "", "!"],
                "shows the character too early",
                "it is complete with its *last* byte.",
            ),
            (
                ["", "", "", "so \u4e2d!"],
                "comes all at the end",
                "give out each character as soon as it is complete.",
            ),
            (
                ["so ", "so ", "so \u4e2d", "so \u4e2d!"],
                "repeats the beginning",
                "each piece holds what is *new*.",
            ),
        ]
        if any(128 <= ord(letter) < 256 for letter in text):
            raise Miss("the bytes came back one by one as letters", "the encoding is UTF-8.")
        _same("the result", got, ["so ", "", "\u4e2d", "!"], usual, "follow the bytes by hand.")

    def end_and_beginning():
        ids = [1, 7, 6, 8, 4, 5]  # token 6 ends one character and begins the next
        want = _pieces(ids, tokens)
        got = run(ids)
        if "".join(got) == "".join(want) and got != want:
            raise Miss(
                "a complete character waits for the next one",
                "a token may end one character and begin another: give out the first.",
            )
        _same("the result", got, want, [], "what is left over stays for the next token.")

    def beginning_in_the_same_token():
        ids = [0, 10, 11, 9, 3]
        _same("the result", run(ids), _pieces(ids, tokens), [], "what is left over stays.")

    def replacement_in_the_text():
        _same(
            "a text that holds \ufffd itself",
            run([0, 12, 3]),
            ["so ", "\ufffd", "!"],
            [],
            "here it is a character like any other: look at the bytes, not at the sign.",
        )

    def empty():
        _same("without ids", run([]), [], [], "no tokens, no pieces.")
        again = run([0, 1, 2])
        _same(
            "a second text", again, ["so ", "", "\u4e2d"], [], "begin each text without leftovers."
        )

    yield from (
        whole_characters,
        in_parts,
        end_and_beginning,
        beginning_in_the_same_token,
        replacement_in_the_text,
        empty,
    )


@exercise("9.5 A split that keeps twins together")
def split_groups(fn):
    """Cases for `fn(groups, share, rng)`: bool (N,), True = test, no group on both sides."""
    sizes = [1, 3, 1, 2, 1, 1, 4, 1, 2, 1, 1, 1, 5, 1, 1, 2, 1, 1, 1, 1]
    groups = np.random.default_rng(4).permutation(np.repeat(np.arange(20) * 7 + 3, sizes))

    def run(share, seed=0, groups=groups):
        got = fn(groups, share, np.random.default_rng(seed))
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        got = np.asarray(got)
        if got.dtype == bool and got.shape == groups.shape:
            return got
        if got.dtype.kind in "iu" and got.shape == groups.shape and set(got.tolist()) <= {0, 1}:
            return got.astype(bool)
        if got.shape == (len(set(groups.tolist())),):
            raise Miss(
                f"the result has {len(got)} entries, one per group",
                "one per *row* is asked: np.isin tells which rows are in the chosen groups.",
            )
        if got.dtype.kind in "iu":
            raise Miss(
                "the result holds numbers of rows or groups", "return a mask of True and False."
            )
        raise Miss(
            f"the result has shape {got.shape} and holds {got.dtype}", "return a bool for each row."
        )

    def whole_groups():
        for seed in range(3):
            test = run(0.3, seed)
            both = set(groups[test].tolist()) & set(groups[~test].tolist())
            if both:
                raise Miss(
                    f"{len(both)} groups lie on both sides",
                    "draw groups, not rows; then take all of their rows.",
                )

    def share_of_groups():
        numbers = {len(set(groups[run(0.5, seed)].tolist())) for seed in range(6)}
        if len(numbers) > 1:
            raise Miss(
                "the number of test groups changes from draw to draw",
                "`share` counts groups, not rows; draw from the *different* groups, none twice: "
                "permutation, or choice with replace=False.",
            )
        for share, want in ((0.3, 6), (0.05, 1), (0.5, 10)):
            chosen = len(set(groups[run(share)].tolist()))
            usual = [
                (20 - want, "is the other part", "True means test.")
                if want != 10
                else (-1, "", ""),
                (0, "is empty", "are you comparing the groups' names with their places?"),
            ]
            usual_mistake(f"for share {share} the number of test groups", chosen, usual)
            if chosen != want:
                raise Miss(
                    f"for share {share} of 20 groups, {chosen} are in the test",
                    "round(share times the number of *different* groups).",
                )
        for share in (0.34, 0.36):
            chosen = len(set(groups[run(share)].tolist()))
            if chosen != 7:
                raise Miss(
                    f"for share {share} of 20 groups, {chosen} are in the test, not 7",
                    "round() goes to the *nearest* whole number; int() and ceil() do not.",
                )

    def drawn():
        tests = [run(0.3, seed) for seed in (0, 1, 2, 3)]
        if all(np.array_equal(test, tests[0]) for test in tests):
            chosen = sorted(set(groups[tests[0]].tolist()))
            order = sorted(set(groups.tolist()))
            if chosen in (order[:6], order[-6:]):
                raise Miss(
                    "the first or last groups are taken",
                    "neighbours in a table are often alike: draw them with rng.",
                )
            raise Miss("every rng gives the same split", "draw with the rng that you were given.")
        if not np.array_equal(run(0.3, 5), run(0.3, 5)):
            raise Miss(
                "the same rng gives two splits", "use the given rng and nothing else random."
            )

    def alone():
        singles = np.arange(10)
        if run(0.2, groups=singles).sum() != 2:
            raise Miss("ten groups of one row, share 0.2: not 2 rows", "each row is its own group.")

    yield from (whole_groups, share_of_groups, drawn, alone)


@exercise("9.6 The mean of a text's vectors")
def mean_vectors(fn):
    """Cases for `fn(ids, table)`: (N, T) ids, (V, D) table -> (N, D), padding 0 not counted."""
    table = np.random.default_rng(1).normal(size=(7, 3))

    def run(ids):
        ids = np.array(ids)
        return need_array(fn(ids, table), name="the result"), ids

    def mean(ids, count=None, real=None):
        real = ids > 0 if real is None else real
        total = (table[ids] * real[..., None]).sum(axis=1)
        number = np.maximum(real.sum(axis=1), 1) if count is None else count
        return total / np.reshape(number, (-1, 1))

    def without_padding():
        got, ids = run([[1, 2, 3], [4, 4, 5]])
        total = mean(ids, count=1)
        usual = [
            (total, "is the sum", "divide by the number of words."),
            (
                total / 4,
                "divides by one too many",
                "against 0 / 0 use np.maximum(count, 1); do not add 1.",
            ),
            (
                np.stack([table[[1, 2, 3]].mean(axis=0), table[[4, 5]].mean(axis=0)]),
                "counts a repeated word once",
                "a word that comes twice counts twice.",
            ),
            (table[ids].mean(axis=2), "averages the features", "axis 1 is the words."),
            (table[ids].max(axis=1), "is the largest", "the mean is asked."),
        ]
        if got.shape == (3,):
            raise Miss("one vector for all texts", "average over the words of each text: axis 1.")
        if got.shape == (2, 3, 3):
            raise Miss("one vector per word came back", "average over axis 1, the words.")
        compare("the mean", got, mean(ids), usual, "look the rows up: table[ids] is (N, T, D).")

    def padded():
        got, ids = run([[1, 2, 3, 6], [4, 5, 0, 0], [6, 0, 0, 0]])
        usual = [
            (
                mean(ids, real=ids >= 0),
                "counts the padding as a word",
                "row 0 of the table must not enter.",
            ),
            (
                mean(ids, count=ids.shape[1]),
                "divides by T for every text",
                "divide by the number of real words, which differs from row to row.",
            ),
            (
                table[ids].sum(axis=1) / (ids > 0).sum(axis=1, keepdims=True),
                "adds the vector of the padding",
                "the count is right, but the sum still holds table[0].",
            ),
            (
                mean(ids, count=np.maximum((ids > 0).sum(), 1)),
                "divides by the words of all texts",
                "count along axis 1, keepdims=True.",
            ),
        ]
        compare("the mean of padded texts", got, mean(ids), usual, "mask = ids > 0.")

    def other_padding():
        got, ids = run([[0, 0, 3, 2], [0, 5, 0, 1]])
        compare("padding elsewhere", got, mean(ids), [], "padding is where the id is 0, anywhere.")

    def nothing():
        got, ids = run([[0, 0], [1, 0]])
        if np.isnan(got).any():
            raise Miss("a text without words gives nan", "0 / 0: its mean is asked to be zeros.")
        compare("a text without words", got, mean(ids), [], "it is all zeros.")

    yield from (without_padding, padded, other_padding, nothing)
