"""Answers to the exercises of lesson 00 and the feedback that each deserves."""

import math
import re
from collections import Counter
from datetime import timedelta
from fractions import Fraction

import numpy as np

from course_utils.checks import nb00


def stub(*args):
    raise NotImplementedError("replace this line with your own")


def what_follows(text, letter):
    followers = [b for a, b in zip(text[:-1], text[1:], strict=True) if a == letter]
    return {b: followers.count(b) / len(followers) for b in followers}


def what_follows_by_counter(text, letter):
    seen = Counter(text[i + 1] for i in range(len(text) - 1) if text[i] == letter)
    return {b: n / seen.total() for b, n in seen.items()}


def follows_divided_by(total):
    def answer(text, letter):
        followers = [b for a, b in zip(text[:-1], text[1:], strict=True) if a == letter]
        return {b: followers.count(b) / total(text, letter) for b in followers}

    return answer


def what_comes_before(text, letter):
    return what_follows(text[::-1], letter)


def what_follows_by_pattern(text, letter):
    found = re.findall(f"(?={re.escape(letter)}(.))", text)
    return {b: Fraction(found.count(b), len(found)) for b in found}


def what_follows_past_the_end(text, letter):
    followers = [text[i + 1] for i in range(len(text)) if text[i] == letter]
    return {b: followers.count(b) / len(followers) for b in followers}


def what_follows_divided_early(text, letter):
    followers = [b for a, b in zip(text[:-1], text[1:], strict=True) if a == letter]
    one = 1 / len(followers)
    return {b: followers.count(b) * one for b in followers}


def what_follows_by_splitting(text, letter):
    followers = [part[0] for part in text.split(letter)[1:] if part]
    return {b: followers.count(b) / len(followers) for b in followers}


def write(table, start, length, rng):
    older, newer = start
    written = []
    for _ in range(length):
        older, newer = newer, rng.choice(len(table), p=table[older, newer])
        written.append(newer)
    return written


def write_by_edges(table, start, length, rng):
    ids = np.empty(length + 2, dtype=int)
    ids[:2] = start
    for t in range(2, length + 2):
        edges = np.cumsum(table[ids[t - 2], ids[t - 1]])
        ids[t] = min(np.searchsorted(edges, rng.random(), side="right"), len(edges) - 1)
    return ids[2:]


def write_by_multinomial(table, start, length, rng):
    text = list(start)
    for _ in range(length):
        text.append(rng.multinomial(1, table[text[-2], text[-1]]).argmax())
    return np.array(text[2:])


def write_by_recursion(table, start, length, rng):
    if length == 0:
        return []
    new = int(rng.choice(np.arange(len(table)), p=table[tuple(start)]))
    return [new, *write_by_recursion(table, (start[1], new), length - 1, rng)]


def write_with_own_rng(table, start, length, rng):
    return write(table, start, length, np.random.default_rng(0))


def write_with_global_rng(table, start, length, rng):
    return write(table, start, length, np.random)


def write_from_one_letter(table, start, length, rng):
    return [rng.choice(len(table), p=table[start[1]]) for _ in range(length)]


def write_without_moving_on(table, start, length, rng):
    return [rng.choice(len(table), p=table[start]) for _ in range(length)]


def write_moving_one_foot(table, start, length, rng):
    older, newer = start
    written = []
    for _ in range(length):
        newer = rng.choice(len(table), p=table[older, newer])
        written.append(newer)
    return written


def write_greedily(table, start, length, rng):
    return write(np.eye(len(table))[table.argmax(axis=-1)], start, length, rng)


def write_evenly(table, start, length, rng):
    allowed = table > 0
    return write(allowed / allowed.sum(axis=-1, keepdims=True), start, length, rng)


def write_for_28_symbols(table, start, length, rng):
    return [rng.choice(28, p=table[start]) for _ in range(length)]


def by_logs(p):
    return np.exp(-np.mean(np.log(p)))


def by_bits(p):
    return 2 ** np.mean(-np.log2(p))


def by_hand(p):
    if min(p) == 0:
        return math.inf
    return math.exp(-math.fsum(math.log(x) for x in p) / len(p))


def raised(counts, k):
    table = np.array(counts) + k
    return table / table.sum(axis=1, keepdims=True)


def raised_and_turned(counts, k):
    turned = (counts + k).T
    return (turned / turned.sum(axis=0)).T


def raised_where_empty(counts, k):
    return raised(np.where(counts == 0, k, counts), 0)


ANSWERS = {
    nb00.what_follows: [
        ("stub", stub, "not attempted yet"),
        ("solution", what_follows, "4 of 4 cases"),
        ("second", what_follows_by_counter, "4 of 4 cases"),
        ("second", what_follows_by_pattern, "4 of 4 cases"),
        ("wrong", what_follows_past_the_end, "stop one letter before the end"),
        ("wrong", what_follows_divided_early, "an empty dict"),
        ("wrong", what_follows_by_splitting, "follow itself"),
        ("wrong", follows_divided_by(lambda text, letter: 1), "these are counts"),
        ("wrong", follows_divided_by(lambda text, letter: len(text)), "length of the text"),
        ("wrong", follows_divided_by(lambda text, letter: len(text) - 1), "all pairs of the text"),
        ("wrong", follows_divided_by(lambda text, letter: text.count(letter)), "the last one has"),
        ("wrong", what_comes_before, "letter before the a"),
        ("wrong", lambda text, letter: print(end=""), "did you forget `return`?"),
        ("wrong", lambda text, letter: list(what_follows(text, letter)), "return a dict"),
        ("again", lambda text, letter: what_follows(text, letter) or {"a": 1.0}, "an empty dict"),
        ("again", lambda text, letter: {k: v for k, v in what_follows(text, letter).items()
                                        if k != letter}, "follow itself"),
    ],
    nb00.write: [
        ("stub", stub, "not attempted yet"),
        ("solution", write, "4 of 4 cases"),
        ("second", write_by_edges, "4 of 4 cases"),
        ("second", write_by_multinomial, "4 of 4 cases"),
        ("second", write_by_recursion, "4 of 4 cases"),
        ("wrong", write_with_own_rng, "do not make a new one"),
        ("wrong", write_with_global_rng, "not with np.random"),
        ("wrong", write_from_one_letter, "two symbols pick one row"),
        ("wrong", lambda t, s, n, rng: [*s, *write(t, s, n, rng)], "what the model wrote"),
        ("wrong", write_without_moving_on, "moves on by one symbol"),
        ("wrong", write_moving_one_foot, "the context slides"),
        ("wrong", lambda t, s, n, rng: write(t.swapaxes(0, 1), s, n, rng), "axis 0 is the older"),
        ("wrong", write_greedily, "likeliest symbol was taken"),
        ("wrong", write_evenly, "without p="),
        ("wrong", write_for_28_symbols, "take V from the table"),
        ("wrong", lambda t, s, n, rng: write(t, s, 1, rng), "return one list of 6"),
    ],
    nb00.perplexity: [
        ("stub", stub, "not attempted yet"),
        ("solution", by_logs, "4 of 4 cases"),
        ("second", by_bits, "4 of 4 cases"),
        ("second", by_hand, "4 of 4 cases"),
        ("second", lambda p: np.prod(p ** (-1 / len(p))), "4 of 4 cases"),
        ("wrong", lambda p: -np.mean(np.log(p)), "undo the logarithm"),
        ("wrong", lambda p: math.exp(-sum(math.log(x) for x in p) / len(p)), "math.log refuses 0"),
        ("wrong", lambda p: by_logs(p + 1e-12), "add a small number"),
        ("wrong", lambda p: 1 / np.mean(p), "average their logarithms"),  # the clinic's bug
        ("wrong", lambda p: np.mean(1 / np.maximum(p, 1e-9)), "averages 1/p"),
        ("wrong", lambda p: np.exp(-np.mean(np.log2(p))) if p[0] != 1 / 6 else 6.0,
         "log2 goes with"),
        ("wrong", lambda p: np.exp(np.mean(np.log(p))), "watch the sign"),
        ("wrong", lambda p: np.exp(-np.sum(np.log(p))), "60 throws"),
        ("wrong", lambda p: np.exp(-np.mean(np.log(p[p > 0]))), "do not skip it"),
        ("wrong", lambda p: np.prod(p) ** (-1 / len(p)), "the product of so many"),
    ],
    nb00.add_k: [
        ("stub", stub, "not attempted yet"),
        ("solution", lambda c, k: (c + k) / (c + k).sum(axis=1, keepdims=True), "4 of 4 cases"),
        ("second", lambda c, k: np.array([(row + k) / (sum(row) + k * len(row)) for row in c]),
         "4 of 4 cases"),
        ("second", raised_and_turned, "4 of 4 cases"),
        ("second", lambda c, k: raised(c, k).tolist(), "4 of 4 cases"),
        ("wrong", lambda c, k: (c + k) / (c + k).sum(axis=1), "keep them a column"),
        ("wrong", lambda c, k: (c + k) / (c.sum(1, keepdims=True) + 28 * k), "counts.shape[1]"),
        ("wrong", lambda c, k: raised(c, 0.5), "use the k that is handed over"),
        ("wrong", raised_where_empty, "also to those that were seen"),
        ("wrong", lambda c, k: raised(c, k / len(c)), "(c + k) / (N + kV)"),
        ("wrong", lambda c, k: (c + k) / (c.sum(1, keepdims=True) + k), "row grew by k * V"),
        ("wrong", lambda c, k: (c + k) / (c + k).sum(), "answers its own question"),
        ("wrong", lambda c, k: (c + k) / (c + k).sum(axis=0), "keep the axis"),
        ("wrong", lambda c, k: c / np.maximum(c.sum(1, keepdims=True), 1), "the empty ones"),
        ("wrong", lambda c, k: (c / np.maximum(c.sum(1, keepdims=True), 1) + k)
         / (1 + k * c.shape[1]), "add first, then divide"),
        ("wrong", lambda c, k: c.__iadd__(k) / c.sum(axis=1, keepdims=True), "changed its input"),
    ],
    nb00.training_days: [
        ("stub", stub, "not attempted yet"),
        ("solution", lambda n, d, m, peak, used: 6 * n * d / (m * peak * used) / 86_400,
         "3 of 3 cases"),
        ("second", lambda n, d, m, peak, used: (n * d / m) * (6 / peak) / used / 60 / 60 / 24,
         "3 of 3 cases"),
        ("second", lambda n, d, m, peak, used: timedelta(seconds=6 * n * d / (m * peak * used))
         / timedelta(days=1), "3 of 3 cases"),
        ("wrong", lambda n, d, m, peak, used: n * d / (m * peak * used) / 86_400, "is the 6 there"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d / (m * peak * used) / 60, "in minutes"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d / (m * peak * used), "in seconds"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d / (m * peak * used) / 3600, "in hours"),
        ("wrong", lambda n, d, m, peak, used: 2 * n * d / (m * peak * used) / 86_400,
         "forward pass alone"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d / (peak * used) / 86_400, "share the work"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d / (m * peak) / 86_400, "used at 40 %"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d * used / (m * peak) / 86_400,
         "it must become longer"),
        ("wrong", lambda n, d, m, peak, used: 6 * n * d // (m * peak * used) // 86_400 + 0.3,
         "no integer division"),
    ],
}  # fmt: skip
