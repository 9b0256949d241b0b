"""Right and wrong answers to the exercises of lesson 09, and the words each must get."""

import codecs
import itertools
import math
import re
import unicodedata

import numpy as np

from course_utils.checks import nb09


def stub(*args, **named):
    raise NotImplementedError("replace this line with your own")


# 9.1 -------------------------------------------------------------------------------------


def count(data):
    return sum(byte & 0b11000000 != 0b10000000 for byte in data)


def count_by_decoding(data):
    return len(data.decode("utf-8"))


def count_with_numpy(data):
    return (np.frombuffer(data, dtype=np.uint8) // 64 != 2).sum()


def count_by_walking(data):
    total = place = 0
    while place < len(data):
        first = data[place]
        place += 1 if first < 128 else 2 if first < 224 else 3 if first < 240 else 4
        total += 1
    return np.array([total])


def count_with_a_pattern(data):
    return len(re.findall(rb"[^\x80-\xbf]", data))


def count_signed(data):
    return (np.frombuffer(data, dtype=np.int8) >= -64).sum()  # later bytes: -128 to -65


def count_binary_text(data):
    return sum(not bin(byte).startswith("0b10") for byte in data)


def count_up_to_three(data):
    total = place = 0
    while place < len(data):
        first = data[place]
        place += 1 if first < 128 else 2 if first < 224 else 3
        total += 1
    return total


def count_bytes(data):
    return len(data)


def count_ascii(data):
    return sum(byte < 128 for byte in data)


def count_later(data):
    return sum(128 <= byte < 192 for byte in data) + (
        len(data) if max(data, default=0) < 128 else 0
    )


def count_first_only(data):
    return sum(byte >= 192 for byte in data)


def count_runs(data):
    runs = sum(a >= 128 > b for a, b in zip(data, data[1:] + b" ", strict=True))
    return count_ascii(data) + runs


def count_strict_limit(data):
    return sum(not 128 < byte < 192 for byte in data)


def count_normalised(data):
    return len(unicodedata.normalize("NFC", data.decode()))


def count_not_first(data):
    return sum(byte < 192 for byte in data)


# 9.2 -------------------------------------------------------------------------------------


def ids(words, vocabulary, length):
    number = {word: i for i, word in enumerate(vocabulary, 2)}
    found = [number.get(word, 1) for word in words[:length]]
    return found + [0] * (length - len(found))


def ids_as_array(words, vocabulary, length):
    row = np.zeros(length, dtype=np.int32)
    for place, word in enumerate(words[:length]):
        row[place] = vocabulary.index(word) + 2 if word in vocabulary else 1
    return row


def ids_as_tuple(words, vocabulary, length):
    return tuple(ids(words, vocabulary, length))


def ids_as_iterator(words, vocabulary, length):
    known = (vocabulary.index(word) + 2 if word in vocabulary else 1 for word in words)
    return itertools.islice(itertools.chain(known, itertools.repeat(0)), length)


def ids_as_floats(words, vocabulary, length):
    row = np.array(ids(words, vocabulary, length), dtype=float)
    return row


def ids_of_the_text(words, vocabulary, length):
    return ids(words, list(dict.fromkeys(words)), length)


def ids_unknown_at_the_end(words, vocabulary, length):
    return [len(vocabulary) + 2 if one == 1 else one for one in ids(words, vocabulary, length)]


def ids_from_zero(words, vocabulary, length):
    return [max(one - 2, 0) for one in ids(words, vocabulary, length)]


def ids_from_one(words, vocabulary, length):
    return [max(one - 1, 0) for one in ids(words, vocabulary, length)]


def ids_sorted(words, vocabulary, length):
    return ids(words, sorted(vocabulary), length)


def ids_unknown_as_padding(words, vocabulary, length):
    return [0 if one == 1 else one for one in ids(words, vocabulary, length)]


def ids_unknown_left_out(words, vocabulary, length):
    return ids([word for word in words if word in vocabulary], vocabulary, length)


def ids_growing(words, vocabulary, length):
    vocabulary = list(vocabulary) + [word for word in words if word not in vocabulary]
    return ids(words, vocabulary, length)


def ids_not_padded(words, vocabulary, length):
    return ids(words, vocabulary, min(length, len(words)))


def ids_padded_left(words, vocabulary, length):
    found = ids(words, vocabulary, min(length, len(words)))
    return [0] * (length - len(found)) + found


def ids_padded_with_unknown(words, vocabulary, length):
    return ids([*words, *["?"] * length], vocabulary, length)


def ids_not_cut(words, vocabulary, length):
    return ids(words, vocabulary, max(length, len(words)))


def ids_cut_at_the_start(words, vocabulary, length):
    return ids(words[-length:], vocabulary, length)


def ids_as_words(words, vocabulary, length):
    return words[:length]


# 9.3 -------------------------------------------------------------------------------------


def merge(ids, pair, new):
    out = []
    for one in ids:
        if out and (out[-1], one) == pair:
            out[-1] = new
        else:
            out.append(one)
    return out


def encode(data, merges, first=256):
    found = list(data)
    for new, pair in enumerate(merges, first):
        found = merge(found, pair, new)
    return found


def encode_by_rank(data, merges):
    """The other usual way: again and again the pair that was learned earliest."""
    found, rank = tuple(data), {pair: i for i, pair in enumerate(merges)}
    while True:
        here = [rank[pair] for pair in zip(found, found[1:], strict=False) if pair in rank]
        if not here:
            return found
        found = tuple(merge(found, merges[min(here)], 256 + min(here)))


def encode_as_array(data, merges):
    return np.array(encode(data, merges))


def encode_in_one_string(data, merges):
    text = "".join(map(chr, data))
    for new, (a, b) in enumerate(merges, 256):
        text = text.replace(chr(a) + chr(b), chr(new))
    return map(ord, text)


def encode_recursively(data, merges):
    if not merges:
        return tuple(data)
    return tuple(merge(encode_recursively(data, merges[:-1]), merges[-1], 255 + len(merges)))


def encode_one_place(data, merges):
    found = list(data)
    for new, pair in enumerate(merges, 256):
        for i in range(len(found) - 1):
            if (found[i], found[i + 1]) == pair:
                found[i : i + 2] = [new]
                break
    return found


def encode_keeps_the_second(data, merges):
    found = list(data)
    for new, pair in enumerate(merges, 256):
        for i in range(len(found) - 1):
            if (found[i], found[i + 1]) == pair:
                found[i] = new
    return found


def encode_what_fits_first(data, merges):
    found, new = list(data), {pair: i for i, pair in enumerate(merges, 256)}
    while True:
        at = [i for i in range(len(found) - 1) if (found[i], found[i + 1]) in new]
        if not at:
            return found
        found[at[0] : at[0] + 2] = [new[found[at[0]], found[at[0] + 1]]]


def encode_forgets(data, merges):
    for new, pair in enumerate(merges, 256):
        merge(data, pair, new)
    return list(data)


def encode_first_only(data, merges):
    return encode(data, merges[:1])


def encode_from_zero(data, merges):
    return encode(data, merges, 0)


def encode_from_257(data, merges):
    return encode(data, merges, 257)


def encode_from_255(data, merges):
    return encode(data, merges, 255)


def encode_backwards(data, merges):
    found = list(data)
    for new in reversed(range(len(merges))):
        found = merge(found, merges[new], 256 + new)
    return found


def encode_longest(data, merges):
    spelled = [bytes([i]) for i in range(256)]
    for a, b in merges:
        spelled.append(spelled[a] + spelled[b])
    found = []
    while data:
        best = max(
            (i for i, one in enumerate(spelled) if data.startswith(one)),
            key=lambda i: len(spelled[i]),
        )
        found.append(best)
        data = data[len(spelled[best]) :]
    return found


def encode_overlapping(data, merges):
    found = list(data)
    for new, pair in enumerate(merges, 256):
        starts = [i for i in range(len(found) - 1) if (found[i], found[i + 1]) == pair]
        gone = {i + 1 for i in starts}
        found = [
            new if i in starts else one
            for i, one in enumerate(found)
            if i in starts or i not in gone
        ]
    return found


def encode_from_the_right(data, merges):
    found = list(data)
    for new, (a, b) in enumerate(merges, 256):
        found = merge(found[::-1], (b, a), new)[::-1]
    return found


def encode_code_points(data, merges):
    if max(data, default=0) < 128:
        return encode(data, merges)
    return [ord(letter) for letter in data.decode()]


def encode_pieces(data, merges):
    return [bytes([one]) for one in data]


# 9.4 -------------------------------------------------------------------------------------


def stream(ids, tokens):
    decoder = codecs.getincrementaldecoder("utf-8")()
    return [decoder.decode(tokens[one]) for one in ids]


def stream_by_prefix(ids, tokens):
    shown, pieces = "", []
    for end in range(1, len(ids) + 1):
        data = b"".join(tokens[one] for one in ids[:end])
        text = data.decode("utf-8", errors="ignore")
        pieces.append(text[len(shown) :])
        shown = text
    return pieces


def stream_as_generator(ids, tokens):
    waiting = b""
    for one in ids:
        waiting += tokens[one]
        cut = len(waiting)
        while True:
            try:
                text = waiting[:cut].decode()
                break
            except UnicodeDecodeError:
                cut -= 1
        waiting = waiting[cut:]
        yield text


def stream_by_first_bits(ids, tokens):
    waiting, pieces = bytearray(), []
    for one in ids:
        waiting += tokens[one]
        cut = len(waiting)
        for back in range(1, min(4, cut) + 1):
            byte = waiting[-back]
            if byte & 0b11000000 != 0b10000000:
                needs = 1 if byte < 128 else 2 if byte < 224 else 3 if byte < 240 else 4
                cut -= back if needs > back else 0
                break
        pieces.append(waiting[:cut].decode())
        del waiting[:cut]
    return np.array(pieces, dtype=object)


def stream_by_the_error(ids, tokens):
    waiting, pieces = b"", ()
    for one in ids:
        waiting += tokens[one]
        try:
            text, waiting = waiting.decode(), b""
        except UnicodeDecodeError as error:
            text, waiting = waiting[: error.start].decode(), waiting[error.start :]
        pieces += (text,)
    return pieces


def stream_by_the_sign(ids, tokens):
    so_far = [b"".join(tokens[one] for one in ids[:end]) for end in range(len(ids) + 1)]
    shown = [data.decode(errors="replace").rstrip("\ufffd") for data in so_far]
    return [after[len(before) :] for before, after in itertools.pairwise(shown)]


def stream_too_early(ids, tokens):
    text, pieces, place = b"".join(tokens[one] for one in ids).decode(), [], 0
    for one in ids:
        begun = count(tokens[one])
        pieces.append(text[place : place + begun])
        place += begun
    return pieces


def stream_broken(ids, tokens):
    return [tokens[one].decode("utf-8", errors="replace") for one in ids]


def stream_ignoring(ids, tokens):
    return [tokens[one].decode("utf-8", errors="ignore") for one in ids]


def stream_latin(ids, tokens):
    return [tokens[one].decode("latin-1") for one in ids]


def stream_without_empty(ids, tokens):
    return [piece for piece in stream(ids, tokens) if piece]


def stream_at_the_end(ids, tokens):
    if len(ids) == 2:
        return stream(ids, tokens)
    return [""] * (len(ids) - 1) + ["".join(stream(ids, tokens))]


def stream_repeating(ids, tokens):
    if len(ids) == 2:
        return stream(ids, tokens)
    shown = ""
    return [shown := shown + piece for piece in stream(ids, tokens)]


def stream_all_or_nothing(ids, tokens):
    waiting, pieces = b"", []
    for one in ids:
        waiting += tokens[one]
        try:
            pieces.append(waiting.decode())
            waiting = b""
        except UnicodeDecodeError:
            pieces.append("")
    return pieces


def stream_joined(ids, tokens):
    return "".join(stream(ids, tokens))


def stream_bytes(ids, tokens):
    return [tokens[one] for one in ids]


# 9.5 -------------------------------------------------------------------------------------


def split(groups, share, rng):
    names = np.unique(groups)
    chosen = rng.permutation(names)[: round(share * len(names))]
    return np.isin(groups, chosen)


def split_by_loop(groups, share, rng):
    names = sorted(set(groups.tolist()))
    chosen = set(rng.choice(names, round(share * len(names)), replace=False).tolist())
    return [group in chosen for group in groups]


def split_as_ints(groups, share, rng):
    return split(groups, share, rng).astype(int)


def split_by_inverse(groups, share, rng):
    names, place = np.unique(groups, return_inverse=True)
    test = np.zeros(len(names), dtype=bool)
    test[rng.choice(len(names), round(share * len(names)), replace=False)] = True
    return test[place]


def split_by_shuffling(groups, share, rng):
    names = list(dict.fromkeys(groups.tolist()))
    rng.shuffle(names)
    return [group in names[: round(share * len(names))] for group in groups]


def split_rounding_down(groups, share, rng):
    names = np.unique(groups)
    return np.isin(groups, rng.permutation(names)[: int(share * len(names))])


def split_rounding_up(groups, share, rng):
    names = np.unique(groups)
    return np.isin(groups, rng.permutation(names)[: math.ceil(share * len(names))])


def split_share_of_rows(groups, share, rng):
    chosen, rows = [], 0
    for name in rng.permutation(np.unique(groups)):
        if rows >= share * len(groups):
            break
        chosen.append(name)
        rows += (groups == name).sum()
    return np.isin(groups, chosen)


def split_rows(groups, share, rng):
    return rng.random(len(groups)) < share


def split_first(groups, share, rng):
    names = np.unique(groups)
    return np.isin(groups, names[: round(share * len(names))])


def split_own_seed(groups, share, rng):
    return split(groups, share, np.random.default_rng(12))


def split_other_random(groups, share, rng):
    return split(groups, share, np.random.default_rng())


def split_train(groups, share, rng):
    return ~split(groups, share, rng)


def split_places(groups, share, rng):
    names = np.unique(groups)
    return np.isin(groups, 1000 + rng.permutation(len(names))[: round(share * len(names))])


def split_too_few(groups, share, rng):
    names = np.unique(groups)
    return np.isin(groups, rng.permutation(names)[: max(1, round(share * len(names)) - 1)])


def split_putting_back(groups, share, rng):
    names = np.unique(groups)
    return np.isin(groups, rng.choice(names, round(share * len(names))))


def split_names(groups, share, rng):
    names = np.unique(groups)
    return rng.permutation(names)[: round(share * len(names))]


def split_per_group(groups, share, rng):
    names = np.unique(groups)
    return np.isin(names, rng.permutation(names)[: round(share * len(names))])


# 9.6 -------------------------------------------------------------------------------------


def mean(ids, table):
    real = ids > 0
    total = (table[ids] * real[:, :, None]).sum(axis=1)
    return total / np.maximum(real.sum(axis=1, keepdims=True), 1)


def mean_by_loop(ids, table):
    rows = [table[row[row > 0]] for row in ids]
    return [row.mean(axis=0) if len(row) else np.zeros(table.shape[1]) for row in rows]


def mean_by_counts(ids, table):
    counts = np.stack([np.bincount(row, minlength=len(table)) for row in ids])
    counts[:, 0] = 0
    return counts @ table / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def mean_by_nan(ids, table):
    table = np.concatenate([np.full((1, table.shape[1]), np.nan), table[1:]])
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.nansum(table[ids], axis=1) / (ids > 0).sum(axis=1)[:, None])


def mean_minus_padding(ids, table):
    padding = (ids == 0).sum(axis=1, keepdims=True)
    return (table[ids].sum(axis=1) - padding * table[0]) / np.maximum(ids.shape[1] - padding, 1)


def mean_plus_one(ids, table):
    return mean_sum(ids, table) / ((ids > 0).sum(axis=1, keepdims=True) + 1)


def mean_of_different_words(ids, table):
    return mean_by_loop([np.unique(row) for row in ids], table)


def mean_with_padding(ids, table):
    return table[ids].mean(axis=1)


def mean_sum(ids, table):
    return (table[ids] * (ids > 0)[:, :, None]).sum(axis=1)


def mean_by_length(ids, table):
    return mean_sum(ids, table) / ids.shape[1]


def mean_half_masked(ids, table):
    return table[ids].sum(axis=1) / np.maximum((ids > 0).sum(axis=1, keepdims=True), 1)


def mean_over_all(ids, table):
    if (ids > 0).all():
        return mean(ids, table)
    return mean_sum(ids, table) / (ids > 0).sum()


def mean_nan(ids, table):
    with np.errstate(all="ignore"):
        return mean_sum(ids, table) / (ids > 0).sum(axis=1, keepdims=True)


def mean_of_batch(ids, table):
    return mean(ids, table).mean(axis=0)


def mean_rows_only(ids, table):
    return table[ids]


def mean_largest(ids, table):
    return table[ids].max(axis=1)


ANSWERS = {
    nb09.count_characters: [
        ("stub", stub, "not attempted yet"),
        ("solution", count, "4 of 4 cases"),
        ("second", count_by_decoding, "4 of 4 cases"),
        ("second", count_with_numpy, "4 of 4 cases"),
        ("second", count_by_walking, "4 of 4 cases"),
        ("second", count_with_a_pattern, "4 of 4 cases"),
        ("second", count_signed, "4 of 4 cases"),
        ("wrong", count_binary_text, "bin() drops zeros in front"),
        ("wrong", count_up_to_three, "first bits down"),
        ("wrong", count_bytes, "begins no character"),
        ("wrong", count_ascii, "what begins with 11 counts"),
        ("wrong", count_later, "which is unique"),
        ("wrong", count_first_only, "bytes below 128 are whole"),
        ("wrong", count_runs, "may follow each other without a gap"),
        ("wrong", count_not_first, "drop the *later* bytes"),
        ("wrong", count_strict_limit, "both included"),
        ("wrong", count_normalised, "no normalising"),
    ],
    nb09.encode_words: [
        ("stub", stub, "not attempted yet"),
        ("solution", ids, "4 of 4 cases"),
        ("second", ids_as_array, "4 of 4 cases"),
        ("second", ids_as_tuple, "4 of 4 cases"),
        ("second", ids_as_iterator, "4 of 4 cases"),
        ("second", ids_as_floats, "4 of 4 cases"),
        ("wrong", ids_of_the_text, "known words keep their numbers"),
        ("wrong", ids_unknown_at_the_end, "its number is 1"),
        ("wrong", ids_from_zero, "0 and 1 are taken"),
        ("wrong", ids_from_one, "1 is taken by the unknown"),
        ("wrong", ids_sorted, "keep the vocabulary's order"),
        ("wrong", ids_unknown_as_padding, "an unknown word is a word"),
        ("wrong", ids_unknown_left_out, "something stood there"),
        ("wrong", ids_growing, "fixed after training"),
        ("wrong", ids_not_padded, "fill up with 0"),
        ("wrong", ids_padded_left, "at the end here"),
        ("wrong", ids_padded_with_unknown, "1 says that a word was there"),
        ("wrong", ids_not_cut, "cut what is too long"),
        ("wrong", ids_cut_at_the_start, "keep the beginning"),
        ("wrong", ids_as_words, "return the numbers"),
    ],
    nb09.encode: [
        ("stub", stub, "not attempted yet"),
        ("solution", encode, "5 of 5 cases"),
        ("second", encode_by_rank, "5 of 5 cases"),
        ("second", encode_as_array, "5 of 5 cases"),
        ("second", encode_in_one_string, "5 of 5 cases"),
        ("second", encode_recursively, "5 of 5 cases"),
        ("wrong", encode_one_place, "wherever it stands"),
        ("wrong", encode_keeps_the_second, "stands for both"),
        ("wrong", encode_what_fits_first, "not the place"),
        ("wrong", encode_forgets, "reach the next round"),
        ("wrong", encode_first_only, "later merges use the new ids"),
        ("wrong", encode_from_zero, "0 to 255 are bytes"),
        ("wrong", encode_from_257, "the first new id is 256"),
        ("wrong", encode_from_255, "255 is a byte"),
        ("wrong", encode_backwards, "learned first, first"),
        ("wrong", encode_longest, "not the length"),
        ("wrong", encode_overlapping, "a byte can be merged once"),
        ("wrong", encode_from_the_right, "from left to right"),
        ("wrong", encode_code_points, "begin with the bytes"),
        ("wrong", encode_pieces, "not the pieces"),
    ],
    nb09.stream: [
        ("stub", stub, "not attempted yet"),
        ("solution", stream, "6 of 6 cases"),
        ("second", stream_by_prefix, "6 of 6 cases"),
        ("second", stream_as_generator, "6 of 6 cases"),
        ("second", stream_by_first_bits, "6 of 6 cases"),
        ("second", stream_by_the_error, "6 of 6 cases"),
        ("wrong", stream_by_the_sign, "not at the sign"),
        ("wrong", stream_too_early, "complete with its *last* byte"),
        ("wrong", stream_broken, "must wait for the rest"),
        ("wrong", stream_ignoring, "keep the bytes that you do not show"),
        ("wrong", stream_latin, "the encoding is UTF-8"),
        ("wrong", stream_without_empty, "nothing yet is a piece"),
        ("wrong", stream_at_the_end, "as soon as it is complete"),
        ("wrong", stream_repeating, "what is *new*"),
        ("wrong", stream_all_or_nothing, "give out the first"),
        ("wrong", stream_joined, "one piece for each token"),
        ("wrong", stream_bytes, "nothing complete yet is ''"),
    ],
    nb09.split_groups: [
        ("stub", stub, "not attempted yet"),
        ("solution", split, "4 of 4 cases"),
        ("second", split_by_loop, "4 of 4 cases"),
        ("second", split_as_ints, "4 of 4 cases"),
        ("second", split_by_inverse, "4 of 4 cases"),
        ("second", split_by_shuffling, "4 of 4 cases"),
        ("wrong", split_rounding_down, "6 are in the test, not 7"),
        ("wrong", split_rounding_up, "int() and ceil() do not"),
        ("wrong", split_share_of_rows, "counts groups, not rows"),
        ("wrong", split_rows, "draw groups, not rows"),
        ("wrong", split_first, "draw them with rng"),
        ("wrong", split_own_seed, "the rng that you were given"),
        ("wrong", split_other_random, "nothing else random"),
        ("wrong", split_train, "True means test"),
        ("wrong", split_places, "names with their places"),
        ("wrong", split_too_few, "the number of *different* groups"),
        ("wrong", split_putting_back, "none twice"),
        ("wrong", split_names, "return a mask"),
        ("wrong", split_per_group, "one per *row* is asked"),
    ],
    nb09.mean_vectors: [
        ("stub", stub, "not attempted yet"),
        ("solution", mean, "4 of 4 cases"),
        ("second", mean_by_loop, "4 of 4 cases"),
        ("second", mean_by_counts, "4 of 4 cases"),
        ("second", mean_by_nan, "4 of 4 cases"),
        ("second", mean_minus_padding, "4 of 4 cases"),
        ("wrong", mean_plus_one, "do not add 1"),
        ("wrong", mean_of_different_words, "comes twice counts twice"),
        ("wrong", mean_with_padding, "row 0 of the table must not enter"),
        ("wrong", mean_sum, "divide by the number of words"),
        ("wrong", mean_by_length, "differs from row to row"),
        ("wrong", mean_half_masked, "the sum still holds table[0]"),
        ("wrong", mean_over_all, "count along axis 1"),
        ("wrong", mean_nan, "asked to be zeros"),
        ("wrong", mean_of_batch, "the words of each text"),
        ("wrong", mean_rows_only, "over axis 1, the words"),
        ("wrong", mean_largest, "the mean is asked"),
    ],
}
