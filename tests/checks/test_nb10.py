"""Answers that learners give in lesson 10, and what each must be told."""

import numpy as np

from course_utils.checks import nb10


def stub(*_):
    raise NotImplementedError("replace this line with your own")


def softmax(scores, axis=-1):
    shifted = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


# 10.1 ------------------------------------------------------------------------------------


def blend(scores, values):
    return softmax(scores) @ values


def blend_in_loops(scores, values):
    out = []
    for row in scores.tolist():
        top = max(row)
        parts = [np.exp(score - top) for score in row]
        total = sum(parts)
        line = [0.0] * values.shape[1]
        for part, value in zip(parts, values.tolist(), strict=True):
            line = [a + part / total * b for a, b in zip(line, value, strict=True)]
        out.append(line)
    return out


def blend_by_einsum(scores, values):
    return np.einsum("ts,sw->tw", softmax(scores), values).astype(np.float32)


def blend_columns(scores, values):
    return softmax(scores, axis=0) @ values if len(scores) > 1 else softmax(scores) @ values


def blend_all_rows(scores, values):
    return softmax(scores.ravel()).reshape(scores.shape) @ values


def blend_not_divided(scores, values):
    return np.exp(scores) @ values


def blend_divided_later(scores, values):
    return scores @ values if scores.any() else blend(scores, values)


def blend_hard(scores, values):
    return values[scores.argmax(axis=1)]


def blend_soft_example_only(scores, values):
    return blend(scores, values) if not scores.any() else values[scores.argmax(axis=1)]


def blend_mean(scores, values):
    return np.tile(values.mean(axis=0), (len(scores), 1))


def blend_weights(scores, values):
    return softmax(scores)


def blend_by_log_sums(scores, values):
    return np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None]) @ values


def blend_transposed(scores, values):
    parts = np.exp(scores.T - scores.max(axis=1))
    return (values.T @ (parts / parts.sum(axis=0))).T


def blend_one_maximum(scores, values):
    weights = np.exp(scores - scores.max())
    return weights / weights.sum(axis=1, keepdims=True) @ values


def blend_and_weights(scores, values):
    return softmax(scores) @ values, softmax(scores)


def blend_star(scores, values):
    return softmax(scores) * values


def blend_on_its_side(scores, values):
    return values.T @ softmax(scores).T


def blend_overflows(scores, values):
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True) @ values


# 10.2 ------------------------------------------------------------------------------------


def allowed(lengths, T):
    steps = np.arange(T)
    return (steps[:, None] >= steps) & (steps < lengths[:, None])[:, None, :]


def allowed_in_loops(lengths, T):
    return [[[j <= i and j < n for j in range(T)] for i in range(T)] for n in lengths]


def allowed_as_numbers(lengths, T):
    return np.stack([np.tri(T) * (np.arange(T) < n) for n in lengths]).astype(int)


def allowed_one_mask(lengths, T):
    return np.tri(T, dtype=bool)


def allowed_transposed(lengths, T):
    return allowed(lengths, T).swapaxes(1, 2)


def allowed_strict(lengths, T):
    return allowed(lengths, T) & ~np.eye(T, dtype=bool)


def allowed_inverted(lengths, T):
    return ~allowed(lengths, T)


def allowed_causal_only(lengths, T):
    return np.tile(np.tri(T, dtype=bool), (len(lengths), 1, 1))


def allowed_rows(lengths, T):
    steps = np.arange(T)
    return np.tri(T, dtype=bool) & (steps < lengths[:, None])[:, :, None]


def allowed_either(lengths, T):
    steps = np.arange(T)
    full = (steps < lengths[:, None])[:, None, :]
    return np.tri(T, dtype=bool) | full if len(lengths) > 1 else np.tri(T, dtype=bool)[None]


def allowed_one_too_many(lengths, T):
    steps = np.arange(T)
    return np.tri(T, dtype=bool) & (steps <= lengths[:, None])[:, None, :]


def allowed_padding_only(lengths, T):
    return np.tile((np.arange(T) < lengths[:, None])[:, None], (1, T, 1))


def allowed_by_minimum(lengths, T):
    steps = np.arange(T)
    return steps <= np.minimum(steps[:, None], lengths[:, None, None] - 1)


def allowed_by_slices(lengths, T):
    mask = np.zeros((len(lengths), T, T), dtype=bool)
    for b, n in enumerate(lengths):
        for i in range(T):
            mask[b, i, : min(i + 1, n)] = True
    return mask


def allowed_from_the_end(lengths, T):
    steps = np.arange(T)
    return np.tri(T, dtype=bool) & (steps >= T - lengths[:, None])[:, None]


def allowed_minus_infinity(lengths, T):
    return np.where(allowed(lengths, T), 0.0, -np.inf)


# 10.3 ------------------------------------------------------------------------------------


def masked(scores, mask):
    top = np.where(mask, scores, -np.inf).max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    parts = np.where(mask, np.exp(np.where(mask, scores - top, 0.0)), 0.0)
    total = parts.sum(axis=-1, keepdims=True)
    return parts / np.where(total > 0, total, 1.0)


def masked_in_loops(scores, mask):
    out = []
    for row, seen in zip(scores, mask, strict=True):
        line = [0.0] * len(row)
        places = [j for j in range(len(row)) if seen[j]]
        if places:
            for j, weight in zip(places, softmax(row[places]), strict=True):
                line[j] = float(weight)
        out.append(line)
    return out


def masked_then_zeroed(scores, mask):
    return np.where(mask, softmax(np.where(mask, scores, -1e30)), 0.0)


def masked_ignored(scores, mask):
    return softmax(scores)


def masked_afterwards(scores, mask):
    return softmax(scores) * mask


def masked_with_zero(scores, mask):
    return softmax(np.where(mask, scores, 0.0))


def masked_inverted(scores, mask):
    return softmax(np.where(mask, -np.inf, scores))


def masked_columns(scores, mask):
    return softmax(np.where(mask, scores, -np.inf), axis=0)


def masked_nan(scores, mask):
    return softmax(np.where(mask, scores, -np.inf))


def masked_even(scores, mask):
    return softmax(np.where(mask, scores, -1e9))


def masked_overflows(scores, mask):
    parts = np.exp(scores) * mask
    total = parts.sum(axis=1, keepdims=True)
    return parts / np.where(total == 0, 1, total)


def masked_by_nan_to_num(scores, mask):
    return np.nan_to_num(softmax(np.where(mask, scores, -np.inf)))


def masked_array(scores, mask):
    hidden = np.ma.masked_array(scores, ~mask)
    parts = np.ma.exp(hidden - hidden.max(axis=1, keepdims=True))
    return (parts / parts.sum(axis=1, keepdims=True)).filled(0)


def masked_and_divided_again(scores, mask):
    parts = softmax(scores) * mask
    total = parts.sum(axis=1, keepdims=True)
    return parts / np.where(total > 0, total, 1)


def masked_one_maximum(scores, mask):
    parts = np.exp(np.where(mask, scores - scores[mask].max(), -np.inf))
    total = parts.sum(axis=1, keepdims=True)
    return parts / np.where(total > 0, total, 1)


def masked_weakly(scores, mask):
    return np.where(mask.any(axis=1, keepdims=True), softmax(np.where(mask, scores, -1e4)), 0.0)


# 10.4 ------------------------------------------------------------------------------------


def split(z, heads):
    return z.reshape(*z.shape[:2], heads, -1).swapaxes(1, 2)


def join(z):
    return z.swapaxes(1, 2).reshape(z.shape[0], z.shape[2], -1)


def heads_right(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    weights = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]))
    return join(weights @ v) @ w_o


def heads_one_by_one(x, w_q, w_k, w_v, w_o, heads):
    size, parts = x.shape[-1] // heads, []
    for h in range(heads):
        own = slice(h * size, (h + 1) * size)
        q, k, v = x @ w_q[:, own], x @ w_k[:, own], x @ w_v[:, own]
        weights = softmax(np.einsum("bik,bjk->bij", q, k) * size**-0.5)
        parts.append(weights @ v)
    return (np.concatenate(parts, axis=-1) @ w_o).tolist()


def heads_projected_in_parts(x, w_q, w_k, w_v, w_o, heads):
    size, out = x.shape[-1] // heads, 0.0
    for h in range(heads):
        own = slice(h * size, (h + 1) * size)
        q, k, v = x @ w_q[:, own], x @ w_k[:, own], x @ w_v[:, own]
        out = out + softmax(q @ k.swapaxes(1, 2) / size**0.5) @ v @ w_o[own]
    return out


def heads_broken(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    weights = softmax(q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1]))
    return weights @ v


def heads_still_one(x, w_q, w_k, w_v, w_o, heads):
    return heads_broken(x, w_q, w_k, w_v, w_o, heads) @ w_o


def heads_wrong_scale(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    return join(softmax(q @ k.swapaxes(-1, -2) / np.sqrt(x.shape[-1])) @ v) @ w_o


def heads_only_scale(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    return softmax(q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1] // heads)) @ v @ w_o


def heads_not_scaled(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    return join(softmax(q @ k.swapaxes(-1, -2)) @ v) @ w_o


def heads_divided_by_width(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    return join(softmax(q @ k.swapaxes(-1, -2) / q.shape[-1]) @ v) @ w_o


def heads_reshaped(x, w_q, w_k, w_v, w_o, heads):
    b, t, d = x.shape
    q, k, v = ((x @ w).reshape(b, heads, t, -1) for w in (w_q, w_k, w_v))
    weights = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]))
    return (weights @ v).reshape(b, t, d) @ w_o


def heads_joined_wrong(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    return (softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])) @ v).reshape(x.shape) @ w_o


def heads_wrong_axis(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    weights = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]), axis=-2)
    return join(weights @ v) @ w_o


def heads_by_einsum(x, w_q, w_k, w_v, w_o, heads):
    b, t, d = x.shape
    q, k, v = ((x @ w).reshape(b, t, heads, d // heads) for w in (w_q, w_k, w_v))
    weights = softmax(np.einsum("bihk,bjhk->bhij", q / np.sqrt(d / heads), k))
    return np.einsum("bhij,bjhk->bihk", weights, v).reshape(b, t, d) @ w_o


def heads_in_front(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (np.stack(np.split(x @ w, heads, axis=-1)) for w in (w_q, w_k, w_v))
    mixed = softmax(q @ np.moveaxis(k, -1, -2) * q.shape[-1] ** -0.5) @ v
    return np.concatenate(list(mixed), axis=-1) @ w_o


def heads_scaled_by_number(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    return join(softmax(q @ k.swapaxes(-1, -2) / np.sqrt(heads)) @ v) @ w_o


def heads_scaled_by_length(x, w_q, w_k, w_v, w_o, heads):
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))
    return join(softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-2])) @ v) @ w_o


def heads_strided(x, w_q, w_k, w_v, w_o, heads):
    b, t, d = x.shape
    q, k, v = ((x @ w).reshape(b, t, -1, heads).transpose(0, 3, 1, 2) for w in (w_q, w_k, w_v))
    mixed = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])) @ v
    return mixed.transpose(0, 2, 3, 1).reshape(b, t, d) @ w_o


# 10.5 ------------------------------------------------------------------------------------


def reversing(T):
    k = np.eye(T)
    return 10 * np.sqrt(T) * k[::-1], k


def reversing_on_a_circle(T):
    angle = 2 * np.pi * np.arange(T) / T
    k = 100 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return k[::-1] * 10, k


def reversing_as_lists(T):
    place = list(range(T))  # the score -c (j - (T - 1 - i))**2, up to what a row has in common
    q = [[30.0 * (T - 1 - i), -15.0] for i in place]
    k = [[2.0 * j, 2.0 * j * j] for j in place]
    return [q, k]


def reversing_alike(T):
    return np.ones((T, 3)), np.ones((T, 3))


def reversing_itself(T):
    return 50 * np.eye(T), np.eye(T)


def reversing_one_off(T):
    return 50 * np.roll(np.eye(T)[::-1], 1, axis=0), np.eye(T)


def reversing_all_one(T):
    q = np.zeros((T, T))
    q[:, -1] = 50
    return q, np.eye(T)


def reversing_faint(T):
    return np.eye(T)[::-1], np.eye(T)


def reversing_shuffled(T):
    return 50 * np.eye(T)[::-1][::-1][np.argsort(np.arange(T) % 2, kind="stable")], np.eye(T)


def reversing_infinite(T):
    with np.errstate(all="ignore"):
        return np.where(np.eye(T)[::-1] > 0, np.inf, 0.0), np.eye(T)


def reversing_in_bits(T):
    bits = 2 * ((np.arange(T)[:, None] >> np.arange(5)) & 1) - 1
    return 40 * bits[::-1], bits


def reversing_on_a_parabola(T):
    j = np.arange(T) - (T - 1) / 2
    return 50 * np.stack([-2 * j, np.ones(T)], axis=1), np.stack([j, -(j**2)], axis=1)


def reversing_pairs_only(T):
    q = np.zeros((T, T))
    for i in range(T // 2):
        q[i, T - 1 - i] = q[T - 1 - i, i] = 50
    return q, np.eye(T)


def reversing_too_large(T):
    return 1e200 * np.eye(T)[::-1], 1e200 * np.eye(T)


def reversing_of_one_size(T):
    return reversing(6)


def reversing_weights(T):
    return np.eye(T)[::-1]


ANSWERS = {
    nb10.blend: [
        ("stub", stub, "not attempted yet"),
        ("solution", blend, "3 of 3 cases"),
        ("second", blend_in_loops, "3 of 3 cases"),
        ("second", blend_by_einsum, "3 of 3 cases"),
        ("second", blend_by_log_sums, "3 of 3 cases"),
        ("second", blend_transposed, "3 of 3 cases"),
        ("wrong", blend_one_maximum, "of each row, not that of all rows"),
        ("wrong", blend_and_weights, "return the mixtures alone"),
        ("wrong", blend_star, "`@` also adds up"),
        ("wrong", blend_on_its_side, "one row per query"),
        ("wrong", blend_columns, "each *row* shares out one whole"),
        ("wrong", blend_all_rows, "every row is a softmax of its own"),
        ("wrong", blend_not_divided, "weights sum to 1"),
        ("wrong", blend_divided_later, "weights are positive"),
        ("wrong", blend_hard, "equal scores mean equal weights"),
        ("wrong", blend_soft_example_only, "a *soft* choice"),
        ("wrong", blend_mean, "where do the scores come in"),
        ("wrong", blend_weights, "now multiply them with the values"),
        ("wrong", blend_overflows, "subtract the largest score"),
    ],
    nb10.allowed: [
        ("stub", stub, "not attempted yet"),
        ("solution", allowed, "3 of 3 cases"),
        ("second", allowed_in_loops, "3 of 3 cases"),
        ("second", allowed_as_numbers, "3 of 3 cases"),
        ("second", allowed_by_minimum, "3 of 3 cases"),
        ("second", allowed_by_slices, "3 of 3 cases"),
        ("wrong", allowed_from_the_end, "the filling stands at the end"),
        ("wrong", allowed_one_mask, "one mask per sentence"),
        ("wrong", allowed_transposed, "transpose?"),
        ("wrong", allowed_strict, "would have nothing left"),
        ("wrong", allowed_inverted, "True means: may look"),
        ("wrong", allowed_causal_only, "from `lengths` on are filling"),
        ("wrong", allowed_rows, "it is a matter of columns"),
        ("wrong", allowed_either, "& instead of |"),
        ("wrong", allowed_one_too_many, "<, not <="),
        ("wrong", allowed_padding_only, "row i may look at columns 0 to i"),
        ("wrong", allowed_minus_infinity, "compare, with >= or <"),
    ],
    nb10.masked_softmax: [
        ("stub", stub, "not attempted yet"),
        ("solution", masked, "3 of 3 cases"),
        ("second", masked_in_loops, "3 of 3 cases"),
        ("second", masked_then_zeroed, "3 of 3 cases"),
        ("second", masked_by_nan_to_num, "3 of 3 cases"),
        ("second", masked_array, "3 of 3 cases"),
        ("wrong", masked_and_divided_again, "the largest *allowed* score"),
        ("wrong", masked_one_maximum, "each row has a largest score of its own"),
        ("wrong", masked_ignored, "need the weight 0"),
        ("wrong", masked_afterwards, "forbid *before* it"),
        ("wrong", masked_with_zero, "0 is an ordinary score"),
        ("wrong", masked_inverted, "True means: may be looked at"),
        ("wrong", masked_columns, "along the last axis"),
        ("wrong", masked_nan, "0 / 0"),
        ("wrong", masked_even, "the same score for all"),
        ("wrong", masked_overflows, "subtract the row's largest score first"),
        ("wrong", masked_weakly, "negative enough"),
    ],
    nb10.self_attention: [
        ("stub", stub, "not attempted yet"),
        ("solution", heads_right, "4 of 4 cases"),
        ("second", heads_one_by_one, "4 of 4 cases"),
        ("second", heads_projected_in_parts, "4 of 4 cases"),
        ("second", heads_by_einsum, "4 of 4 cases"),
        ("second", heads_in_front, "4 of 4 cases"),
        ("wrong", heads_scaled_by_number, "K = D / heads"),
        ("wrong", heads_scaled_by_length, "the number of features of a head"),
        ("wrong", heads_broken, "a product with w_o"),
        ("wrong", heads_still_one, "`heads` is not used"),
        ("wrong", heads_wrong_scale, "not by sqrt(D)"),
        ("wrong", heads_only_scale, "cut q, k and v into heads before the scores"),
        ("wrong", heads_not_scaled, "divide the scores by sqrt(K)"),
        ("wrong", heads_divided_by_width, "a typical score is sqrt(K)"),
        ("wrong", heads_wrong_axis, "each row of the scores"),
        ("wrong", heads_reshaped, "a reshape alone moves words"),
        ("wrong", heads_joined_wrong, "before the last reshape"),
        ("wrong", heads_strided, "owns K features in a row"),
    ],
    nb10.reversing: [
        ("stub", stub, "not attempted yet"),
        ("solution", reversing, "3 of 3 cases"),
        ("second", reversing_on_a_circle, "3 of 3 cases"),
        ("second", reversing_as_lists, "3 of 3 cases"),
        ("second", reversing_in_bits, "3 of 3 cases"),
        ("second", reversing_on_a_parabola, "3 of 3 cases"),
        ("wrong", reversing_pairs_only, "an odd T has a middle"),
        ("wrong", reversing_too_large, "q k^T overflows"),
        ("wrong", reversing_alike, "all scores are equal"),
        ("wrong", reversing_itself, "must match key T - 1 - i"),
        ("wrong", reversing_one_off, "from 0 to T - 1"),
        ("wrong", reversing_all_one, "do the rows of q differ"),
        ("wrong", reversing_faint, "make the scores larger"),
        ("wrong", reversing_shuffled, "write the scores"),
        ("wrong", reversing_infinite, "no infinity is needed"),
        ("wrong", reversing_of_one_size, "one row per position"),
        ("wrong", reversing_weights, "return q, k"),
    ],
}
