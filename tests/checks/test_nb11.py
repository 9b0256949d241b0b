"""Answers to the exercises of lesson 11: right ones, and the wrong ones people give."""

from collections import Counter
from functools import partial, reduce

import numpy as np

from course_utils.checks import nb11


def stub(*_):
    raise NotImplementedError


# 11.1


def frame(x, part, norm, place):
    return x + part(norm(x)) if place == "pre" else norm(x + part(x))


def frame_in_steps(x, part, norm, place):
    y = norm(x) if place == "pre" else x
    y = part(y)
    y = y + x
    if place == "post":
        y = norm(y)
    return y.tolist()


def frame_swapped(x, part, norm, place):
    return frame(x, part, norm, "post" if place == "pre" else "pre")


def frame_no_shortcut(x, part, norm, place):
    return part(norm(x)) if place == "pre" else norm(part(x))


def frame_normed_road(x, part, norm, place):
    x = norm(x)
    return x + part(x)


def frame_norm_after_part(x, part, norm, place):
    return x + norm(part(x))


def frame_without_norm(x, part, norm, place):
    return x + part(x)


def frame_always_pre(x, part, norm, place):
    return x + part(norm(x))


def frame_post_loses_x(x, part, norm, place):
    return x + part(norm(x)) if place == "pre" else norm(part(x))


def frame_by_name(x, part, norm, place):
    return {"pre": lambda: x + part(norm(x)), "post": lambda: norm(x + part(x))}[place]()


def frame_with_two_norms(x, part, norm, place):
    before, after = (norm, np.asarray) if place == "pre" else (np.asarray, norm)
    return after(np.add(part(before(x)), x))


def frame_normed_end(x, part, norm, place):
    return norm(x + part(norm(x))) if place == "pre" else norm(x + part(x))


def frame_forgets_return(x, part, norm, place):
    if place == "pre":
        return x + part(norm(x))
    norm(x + part(x))


def frame_twice(x, part, norm, place):
    y = x + part(norm(x))
    return y if place == "pre" else norm(y)


# 11.2


def forcing(target, start):
    first = np.full((len(target), 1), start)
    return np.concatenate([first, target[:, :-1]], axis=1), target


def forcing_by_lists(target, start):
    rows = [[int(v) for v in row] for row in target]
    return [[start, *row[:-1]] for row in rows], rows


def forcing_unshifted(target, start):
    return target, target


def forcing_wrong_way(target, start):
    return np.concatenate([target[:, 1:], np.zeros((len(target), 1))], axis=1), target


def forcing_rolled(target, start):
    return np.roll(target, 1, axis=1), target


def forcing_replaced(target, start):
    told = target.copy()
    told[:, 0] = start
    return told, target


def forcing_too_long(target, start):
    return np.insert(target, 0, start, axis=1), target


def forcing_both(target, start):
    told, _ = forcing(target, start)
    return told, np.concatenate([target[:, 1:], np.zeros((len(target), 1))], axis=1)


def forcing_cut(target, start):
    return forcing(target, start)[0], target[:, 1:]


def forcing_same(target, start):
    told, _ = forcing(target, start)
    return told, told


def forcing_always_one(target, start):
    return forcing(target, 1)


def forcing_by_insert(target, start):
    return np.insert(target, 0, start, axis=1)[:, :-1], target


def forcing_rolled_and_mended(target, start):
    told = np.roll(target, 1, axis=1)
    told[:, 0] = start
    return [told, target.copy()]


def forcing_swapped(target, start):
    return forcing(target, start)[::-1]


def forcing_without_end(target, start):
    told, _ = forcing(target, start)
    return np.where(told == 2, 0, told), target


def forcing_told_only(target, start):
    return forcing(target, start)[0]


# 11.3


def smooth(labels, V, e):
    return (1 - e) * np.eye(V)[labels] + e / V


def smooth_by_index(labels, V, e):
    rows = np.full((len(labels), V), e / V)
    rows[np.arange(len(labels)), labels] += 1 - e
    return rows.tolist()


def smooth_hard(labels, V, e):
    return np.eye(V)[labels]


def smooth_others(labels, V, e):
    return np.where(np.eye(V)[labels], 1 - e, e / (V - 1))


def smooth_short(labels, V, e):
    return np.where(np.eye(V)[labels], 1 - e, e / V)


def smooth_long(labels, V, e):
    return np.eye(V)[labels] + e / V


def smooth_unshared(labels, V, e):
    return (1 - e) * np.eye(V)[labels] + e


def smooth_swapped(labels, V, e):
    return smooth(labels, V, 1 - e)


def smooth_in_loops(labels, V, e):
    return [[e / V + (1 - e) * (token == label) for token in range(V)] for label in labels]


def smooth_along_axis(labels, V, e):
    hard = np.zeros((len(labels), V))
    np.put_along_axis(hard, labels[:, None], 1, axis=1)
    return (hard * (1 - e) + np.full(V, e / V)).astype(np.float32)


def smooth_columns(labels, V, e):
    rows = np.full((len(labels), V), e / V)
    rows[:, labels] = 1 - e + e / V
    return rows


def smooth_all_of_e(labels, V, e):
    return np.where(np.eye(V)[labels], 1 - e, e)


def smooth_turned(labels, V, e):
    return smooth(labels, V, e).T


# 11.4


def clip(translation, reference, n):
    def runs(tokens):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    return (runs(translation) & runs(reference)).total(), runs(translation).total()


def clip_by_removal(translation, reference, n):
    left = [" ".join(reference[i : i + n]) for i in range(len(reference) - n + 1)]
    hits = total = 0
    for i in range(len(translation) - n + 1):
        run, total = " ".join(translation[i : i + n]), total + 1
        if run in left:
            left.remove(run)
            hits += 1
    return hits, total


def _lists(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def clip_not(translation, reference, n):
    mine, theirs = _lists(translation, n), _lists(reference, n)
    return sum(run in theirs for run in mine), len(mine)


def clip_by_sets(translation, reference, n):
    mine, theirs = _lists(translation, n), _lists(reference, n)
    return len(set(mine) & set(theirs)), len(mine)


def clip_total_of_reference(translation, reference, n):
    return clip(translation, reference, n)[0], len(_lists(reference, n))


def clip_different_total(translation, reference, n):
    return clip(translation, reference, n)[0], len(set(_lists(translation, n)))


def clip_words_only(translation, reference, n):
    return clip(translation, reference, 1)


def clip_total_of_tokens(translation, reference, n):
    return clip(translation, reference, n)[0], len(translation)


def clip_one_short(translation, reference, n):
    hits = clip(translation, reference, n)[0]
    return hits, len(translation) - n if n > 1 else len(translation)


def clip_negative(translation, reference, n):
    return clip(translation, reference, n)[0], len(translation) - n + 1 - 2 * (n > len(translation))


def clip_by_zip(translation, reference, n):
    mine, theirs = (
        Counter(zip(*(tokens[i:] for i in range(n)), strict=False))
        for tokens in (translation, reference)
    )
    return sum(min(count, theirs[run]) for run, count in mine.items()), mine.total()


def clip_by_earlier_ones(translation, reference, n):
    mine, theirs = _lists(translation, n), _lists(reference, n)
    counts = [mine[:i].count(run) < theirs.count(run) for i, run in enumerate(mine)]
    return np.sum(counts, dtype=int), len(mine)


def clip_joined(translation, reference, n):
    mine, theirs = (
        Counter("".join(run) for run in _lists(tokens, n)) for tokens in (translation, reference)
    )
    return (mine & theirs).total(), mine.total()


def clip_each_time(translation, reference, n):
    mine, theirs = _lists(translation, n), _lists(reference, n)
    return sum(min(mine.count(run), theirs.count(run)) for run in mine), len(mine)


def clip_by_place(translation, reference, n):
    mine, theirs = _lists(translation, n), _lists(reference, n)
    return sum(a == b for a, b in zip(mine, theirs, strict=False)), len(mine)


def clip_count_only(translation, reference, n):
    return clip(translation, reference, n)[0]


# 11.5


def norm(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-3)


def attend(x, w, heads, width=None):
    def split(z):
        return z.reshape(*z.shape[:2], heads, -1).swapaxes(1, 2)

    q, k, v = (split(x @ w[name]) for name in "qkv")
    weights = np.exp(q @ k.swapaxes(2, 3) / np.sqrt(width or q.shape[-1]))
    weights /= weights.sum(axis=3, keepdims=True)
    return (weights @ v).swapaxes(1, 2).reshape(x.shape) @ w["out"]


def dense(x, w):
    return np.maximum(0, x @ w["up"]) @ w["down"]


def encode(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
        x = x + dense(norm(x), w)
    return norm(x)


def encode_recursively(x, blocks, heads, positions):
    x = x + positions[None]

    def rest(x, blocks):
        if not blocks:
            return norm(x)
        y = x + attend(norm(x), blocks[0], heads)
        return rest(y + dense(norm(y), blocks[0]), blocks[1:])

    return rest(x, list(blocks))


def encode_in_name_only(x, blocks, heads, positions):
    w = blocks[0]
    q, k, v = x @ w["q"], x @ w["k"], x @ w["v"]
    scores = q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1])
    weights = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    return weights @ v @ w["out"]


def encode_last_block(x, blocks, heads, positions):
    for w in blocks:
        y = encode(x, [w], heads, positions)
    return y


def encode_without_positions(x, blocks, heads, positions):
    return encode(x, blocks, heads, 0 * positions)


def encode_one_head(x, blocks, heads, positions):
    return encode(x, blocks, 1, positions)


def encode_without_shortcut(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = dense(norm(attend(norm(x), w, heads)), w)
    return norm(x)


def encode_without_dense(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
    return norm(x)


def encode_without_last_norm(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
        x = x + dense(norm(x), w)
    return x


def encode_post(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = norm(x + attend(x, w, heads))
        x = norm(x + dense(x, w))
    return x


def encode_without_relu(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
        x = x + norm(x) @ w["up"] @ w["down"]
    return norm(x)


def encode_wrong_scale(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads, width=x.shape[-1])
        x = x + dense(norm(x), w)
    return norm(x)


def encode_by_reduction(x, blocks, heads, positions):
    parts = [
        part for w in blocks for part in (partial(attend, w=w, heads=heads), partial(dense, w=w))
    ]
    return norm(reduce(lambda y, part: y + part(norm(y)), parts, x + positions))


def encode_one_by_one(x, blocks, heads, positions):
    out = np.empty_like(x)
    for b in range(len(x)):
        out[b] = encode(x[b : b + 1], blocks, heads, positions)[0]
    return out


def encode_returns_early(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
        x = x + dense(norm(x), w)
        return norm(x)


def encode_relu_first(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
        x = x + np.maximum(0, norm(x)) @ w["up"] @ w["down"]
    return norm(x)


def encode_relu_last(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = x + attend(norm(x), w, heads)
        x = x + np.maximum(0, norm(x) @ w["up"] @ w["down"])
    return norm(x)


def encode_normed_road(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = norm(x)
        x = norm(x + attend(x, w, heads))
        x = x + dense(x, w)
    return norm(x)


def encode_normed_blocks(x, blocks, heads, positions):
    x = x + positions
    for w in blocks:
        x = encode(x, [w], heads, 0)
    return x


def encode_positions_again(x, blocks, heads, positions):
    for w in blocks:
        x = x + positions
        x = x + attend(norm(x), w, heads)
        x = x + dense(norm(x), w)
    return norm(x)


ANSWERS = {
    nb11.frame: [
        ("stub", stub, "not attempted yet"),
        ("solution", frame, "2 of 2 cases"),
        ("second", frame_in_steps, "2 of 2 cases"),
        ("second", frame_by_name, "2 of 2 cases"),
        ("second", frame_with_two_norms, "2 of 2 cases"),
        ("wrong", frame_normed_end, "only before the part"),
        ("wrong", frame_forgets_return, "did you forget `return`"),
        ("wrong", frame_swapped, 'compare `place` with "pre"'),
        ("wrong", frame_no_shortcut, "x itself is added"),
        ("wrong", frame_normed_road, "the shortcut carries x itself"),
        ("wrong", frame_norm_after_part, "norm first, then the part"),
        ("wrong", frame_without_norm, "the part gets norm(x)"),
        ("wrong", frame_always_pre, 'what happens for place = "post"'),
        ("wrong", frame_post_loses_x, "add x before the norm"),
        ("wrong", frame_twice, "after only: the part gets x"),
    ],
    nb11.teacher_forcing: [
        ("stub", stub, "not attempted yet"),
        ("solution", forcing, "3 of 3 cases"),
        ("second", forcing_by_lists, "3 of 3 cases"),
        ("second", forcing_by_insert, "3 of 3 cases"),
        ("second", forcing_rolled_and_mended, "3 of 3 cases"),
        ("wrong", forcing_swapped, "what is fed in comes first"),
        ("wrong", forcing_without_end, "only the last column is cut"),
        ("wrong", forcing_unshifted, "place 0 is told the start sign"),
        ("wrong", forcing_wrong_way, "told what comes *after* the answer"),
        ("wrong", forcing_rolled, "np.roll carries it round"),
        ("wrong", forcing_replaced, "in front, not in its place"),
        ("wrong", forcing_too_long, "its last column is never fed in"),
        ("wrong", forcing_both, "one of the two is shifted"),
        ("wrong", forcing_cut, "no start sign in target to cut off"),
        ("wrong", forcing_same, "the right answer is the target as it is"),
        ("wrong", forcing_always_one, "is a 1 left in your code"),
        ("wrong", forcing_told_only, "return told, wanted"),
    ],
    nb11.smooth_targets: [
        ("stub", stub, "not attempted yet"),
        ("solution", smooth, "2 of 2 cases"),
        ("second", smooth_by_index, "2 of 2 cases"),
        ("second", smooth_in_loops, "2 of 2 cases"),
        ("second", smooth_along_axis, "2 of 2 cases"),
        ("wrong", smooth_columns, "one place in each row"),
        ("wrong", smooth_all_of_e, "they *share* it"),
        ("wrong", smooth_hard, "e of it belongs to all tokens"),
        ("wrong", smooth_others, "all V tokens share it"),
        ("wrong", smooth_short, "the right token gets its e / V as well"),
        ("wrong", smooth_long, "take e away from the right token"),
        ("wrong", smooth_unshared, "e is shared"),
        ("wrong", smooth_swapped, "e is the small part"),
        ("wrong", smooth_turned, "one row per label"),
    ],
    nb11.clipped: [
        ("stub", stub, "not attempted yet"),
        ("solution", clip, "3 of 3 cases"),
        ("second", clip_by_removal, "3 of 3 cases"),
        ("second", clip_by_zip, "3 of 3 cases"),
        ("second", clip_by_earlier_ones, "3 of 3 cases"),
        ("wrong", clip_joined, "use tuples"),
        ("wrong", clip_each_time, "go through the *different* runs"),
        ("wrong", clip_by_place, "wherever it stands"),
        ("wrong", clip_not, "the reference has *the* only twice"),
        ("wrong", clip_by_sets, "so two may count"),
        ("wrong", clip_total_of_reference, "divide by what was *written*"),
        ("wrong", clip_different_total, "repeated ones as often as they stand there"),
        ("wrong", clip_words_only, "n is the length of a run"),
        ("wrong", clip_total_of_tokens, "eight tokens have seven pairs"),
        ("wrong", clip_one_short, "the last run begins at len - n"),
        ("wrong", clip_negative, "there are none: 0"),
        ("wrong", clip_count_only, "return the runs that count, and all runs"),
    ],
    nb11.encoder: [
        ("stub", stub, "not attempted yet"),
        ("solution", encode, "3 of 3 cases"),
        ("second", encode_recursively, "3 of 3 cases"),
        ("second", encode_by_reduction, "3 of 3 cases"),
        ("second", encode_one_by_one, "3 of 3 cases"),
        ("wrong", encode_returns_early, "its `return` stands inside"),
        ("wrong", encode_relu_first, "has its ReLU before `up`"),
        ("wrong", encode_relu_last, "has its ReLU after `down`"),
        ("wrong", encode_normed_road, "with x itself"),
        ("wrong", encode_normed_blocks, "once, behind the loop"),
        ("wrong", encode_in_name_only, "a loop over blocks is missing"),
        ("wrong", encode_last_block, "reads what the block before made"),
        ("wrong", encode_without_positions, "add them to x before the first block"),
        ("wrong", encode_one_head, "`attend` takes it"),
        ("wrong", encode_without_shortcut, "twice in each block"),
        ("wrong", encode_without_dense, "`up`, ReLU, `down`"),
        ("wrong", encode_without_last_norm, "never touches the road"),
        ("wrong", encode_post, "the norm stands before the part"),
        ("wrong", encode_without_relu, "two matrices in a row are one"),
        ("wrong", encode_wrong_scale, "each head has K = D / H features"),
        ("wrong", encode_positions_again, "once, at the entrance"),
    ],
}
