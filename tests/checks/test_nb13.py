"""Answers that learners give in lesson 13, and what each must be told."""

import numpy as np

from course_utils.checks import nb13


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 13.1 ------------------------------------------------------------------------------------


def warm(logits, t):
    z = np.asarray(logits) / t
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def warm_by_logs(logits, t):
    logits = np.atleast_2d(logits)
    rows = [(row / t - np.logaddexp.reduce(row / t)) for row in logits]
    result = np.exp(rows)
    return result if len(result) > 1 else result[0].tolist()


def warm_on_probabilities(logits, t):
    p = warm(logits, 1.0) / t
    return p / p.sum(axis=-1, keepdims=True)


def warm_upside_down(logits, t):
    return warm(logits, 1 / t)


def warm_unnormalised(logits, t):
    return np.exp(np.asarray(logits) / t)


def warm_no_softmax(logits, t):
    return np.asarray(logits) / t


def warm_over_all(logits, t):
    p = np.exp(logits / t - np.max(logits / t))
    return p / p.sum()


def warm_down_columns(logits, t):
    p = np.exp(logits / t - np.max(logits / t))
    return p / p.sum(axis=0)


def warm_overflows(logits, t):
    p = np.exp(logits / t)
    return p / p.sum(axis=-1, keepdims=True)


def warm_clipped(logits, t):
    return warm_overflows(np.minimum(logits / t, 700.0), 1.0)


# 13.2 ------------------------------------------------------------------------------------


def beam(totals, log_p, width):
    sums = np.asarray(totals)[:, None] + log_p
    best = np.argsort(-sums, axis=None, kind="stable")[:width]
    rows, tokens = np.unravel_index(best, sums.shape)
    return rows, tokens, sums[rows, tokens]


def beam_by_list(totals, log_p, width):
    found = [
        (float(total + value), row, token)
        for row, total in enumerate(totals)
        for token, value in enumerate(log_p[row])
    ]
    found = sorted(found, key=lambda one: -one[0])[:width]
    return [f[1] for f in found], [f[2] for f in found], [f[0] for f in found]


def beam_forgets(totals, log_p, width):
    return beam(np.zeros(len(totals)), log_p, width)


def beam_probability(totals, log_p, width):
    rows, tokens, sums = beam(totals, log_p, width)
    return rows, tokens, np.exp(sums)


def beam_multiplies(totals, log_p, width):
    sums = totals[:, None] * log_p
    rows, tokens = np.unravel_index(np.argsort(-sums, axis=None)[:width], sums.shape)
    return rows, tokens, sums[rows, tokens]


def beam_best_beginning(totals, log_p, width):
    row = int(np.argmax(totals))
    tokens = np.argsort(-log_p[row])[:width]
    return np.full(width, row), tokens, totals[row] + log_p[row, tokens]


def beam_worst(totals, log_p, width):
    sums = totals[:, None] + log_p
    rows, tokens = np.unravel_index(np.argsort(sums, axis=None)[:width], sums.shape)
    return rows, tokens, sums[rows, tokens]


def beam_swapped(totals, log_p, width):
    rows, tokens, sums = beam(totals, log_p, width)
    return tokens, rows, sums


def beam_one_each(totals, log_p, width):
    sums = totals[:, None] + log_p
    best = np.sort(sums.max(axis=1))[::-1][:width]
    order = np.argsort(-sums.max(axis=1))[:width]
    return order, sums.argmax(axis=1)[order], best


def beam_two_values(totals, log_p, width):
    return beam(totals, log_p, width)[:2]


# 13.3 ------------------------------------------------------------------------------------


def nucleus(p, p0):
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]
    kept = np.zeros_like(p)
    kept[order[before < p0]] = p[order[before < p0]]
    return kept / kept.sum()


def nucleus_by_loop(p, p0):
    kept, total = [0.0] * len(p), 0.0
    for i in sorted(range(len(p)), key=lambda i: -p[i]):
        if total >= p0 - 1e-12:
            break
        kept[i] = float(p[i])
        total += p[i]
    return [k / total for k in kept]


def nucleus_unnormalised(p, p0):
    return nucleus(p, p0) * p[nucleus(p, p0) > 0].sum()


def nucleus_stops_early(p, p0):
    order = np.argsort(-p)
    keep = order[np.cumsum(p[order]) <= p0]
    kept = np.zeros_like(p)
    kept[keep] = p[keep]
    return kept / kept.sum() if kept.sum() else kept


def nucleus_crosses_but_empty(p, p0):
    if p.max() > p0:
        return np.zeros_like(p)
    return nucleus(p, p0)


def nucleus_sorted(p, p0):
    return np.sort(nucleus(p, p0))[::-1]


def nucleus_unlikely(p, p0):
    order = np.argsort(p)
    before = np.cumsum(p[order]) - p[order]
    kept = np.zeros_like(p)
    kept[order[before < 0.4]] = p[order[before < 0.4]]
    return kept / kept.sum()


def nucleus_cuts_nothing(p, p0):
    return p


# 13.4 ------------------------------------------------------------------------------------


def penalise(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    ids = sorted(set(seen))
    new[ids] = np.where(new[ids] > 0, new[ids] / penalty, new[ids] * penalty)
    return new


def penalise_by_loop(logits, seen, penalty):
    new = [float(z) for z in logits]
    for i in dict.fromkeys(seen):
        new[i] = new[i] / penalty if new[i] > 0 else new[i] * penalty
    return new


def penalise_divides(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    new[seen] = new[seen] / penalty
    return new


def penalise_multiplies(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    new[seen] = new[seen] * penalty
    return new


def penalise_positive_only(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    for i in set(seen):
        if new[i] < 0:
            new[i] *= penalty if len(seen) == 1 else 1
        else:
            new[i] /= penalty
    return new


def penalise_each_time(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    for i in seen:
        new[i] = new[i] / penalty if new[i] > 0 else new[i] * penalty
    return new


def penalise_sign(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    new[seen] = np.abs(new[seen]) * penalty
    return new


def penalise_all(logits, seen, penalty):
    return np.array(logits) * penalty


def penalise_nothing(logits, seen, penalty):
    return np.array(logits)


# 13.5 ------------------------------------------------------------------------------------


def weights_of(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()


def step(x_new, cache, w_q, w_k, w_v, scale=None):
    keys = np.vstack([cache[0], x_new @ w_k])
    values = np.vstack([cache[1], x_new @ w_v])
    scale = len(x_new) ** -0.5 if scale is None else scale
    return weights_of(keys @ (x_new @ w_q) * scale) @ values, (keys, values)


def step_by_lists(x_new, cache, w_q, w_k, w_v):
    keys = [list(k) for k in cache[0]] + [list(x_new @ w_k)]
    values = [list(v) for v in cache[1]] + [list(x_new @ w_v)]
    query = x_new @ w_q
    scores = [sum(a * b for a, b in zip(query, k, strict=True)) / len(query) ** 0.5 for k in keys]
    top = max(scores)
    e = [np.exp(s - top) for s in scores]
    out = [
        sum(w * v[d] for w, v in zip(e, values, strict=True)) / sum(e) for d in range(len(query))
    ]
    return out, [keys, values]


def step_does_not_grow(x_new, cache, w_q, w_k, w_v):
    return step(x_new, cache, w_q, w_k, w_v)[0], cache


def step_unscaled(*args):
    return step(*args, scale=1.0)


def step_by_width(*args):
    return step(*args, scale=1 / len(args[0]))


def step_without_itself(x_new, cache, w_q, w_k, w_v):
    _, new = step(x_new, cache, w_q, w_k, w_v)
    if not len(cache[0]):
        return x_new @ w_v, new
    return weights_of(cache[0] @ (x_new @ w_q) / 2) @ cache[1], new


def step_keeps_x(x_new, cache, w_q, w_k, w_v):
    out, (_, values) = step(x_new, cache, w_q, w_k, w_v)
    return out, (np.vstack([cache[0], x_new]), values)


def step_new_first(x_new, cache, w_q, w_k, w_v):
    out, _ = step(x_new, cache, w_q, w_k, w_v)
    return out, (np.vstack([x_new @ w_k, cache[0]]), np.vstack([x_new @ w_v, cache[1]]))


def step_no_softmax(x_new, cache, w_q, w_k, w_v):
    out, (keys, values) = step(x_new, cache, w_q, w_k, w_v)
    return (out if len(keys) == 1 else keys @ (x_new @ w_q) / 2 @ values), (keys, values)


def step_asks_with_x(x_new, cache, w_q, w_k, w_v):
    return step(x_new, cache, np.eye(len(x_new)), w_k, w_v)


def step_only_output(x_new, cache, w_q, w_k, w_v):
    return step(x_new, cache, w_q, w_k, w_v)[0]


# 13.6 ------------------------------------------------------------------------------------


def keep(token, draft, target):
    missing = np.maximum(0.0, np.asarray(target) - draft)
    return min(1.0, target[token] / draft[token]), missing / missing.sum()


def keep_by_loop(token, draft, target):
    missing = [max(0.0, float(p - q)) for p, q in zip(target, draft, strict=True)]
    total = sum(missing)
    chance = 1 if target[token] >= draft[token] else float(target[token] / draft[token])
    return [chance, [m / total for m in missing]]


def keep_upside_down(token, draft, target):
    return draft[token] / target[token], keep(token, draft, target)[1]


def keep_without_limit(token, draft, target):
    return target[token] / draft[token], keep(token, draft, target)[1]


def keep_target(token, draft, target):
    return target[token], keep(token, draft, target)[1]


def keep_all_or_nothing(token, draft, target):
    return float(target[token] >= draft[token]), keep(token, draft, target)[1]


def replace_from_target(token, draft, target):
    return keep(token, draft, target)[0], target


def replace_without_token(token, draft, target):
    rest = np.array(target)
    rest[token] = 0
    return keep(token, draft, target)[0], rest / rest.sum()


def replace_unnormalised(token, draft, target):
    return keep(token, draft, target)[0], np.maximum(0, target - draft)


def replace_absolute(token, draft, target):
    size = np.abs(target - draft)
    return keep(token, draft, target)[0], size / size.sum()


ANSWERS = {
    nb13.warm: [
        ("stub", stub, "not attempted yet"),
        ("solution", warm, "3 of 3 cases"),
        ("second", warm_by_logs, "3 of 3 cases"),
        ("wrong", warm_on_probabilities, "not the probabilities"),
        ("wrong", warm_upside_down, "t below 1 makes differences larger"),
        ("wrong", warm_unnormalised, "divide by the sum"),
        ("wrong", warm_no_softmax, "the softmax is missing"),
        ("wrong", warm_over_all, "axis=-1, keepdims=True"),
        ("wrong", warm_down_columns, "tokens are the last axis"),
        ("wrong", warm_overflows, "subtract the largest logit"),
        ("wrong", warm_clipped, "do not clip"),
    ],
    nb13.beam_step: [
        ("stub", stub, "not attempted yet"),
        ("solution", beam, "3 of 3 cases"),
        ("second", beam_by_list, "3 of 3 cases"),
        ("wrong", beam_forgets, "add the total of its beginning"),
        ("wrong", beam_probability, "stay with logarithms"),
        ("wrong", beam_multiplies, "logarithms add"),
        ("wrong", beam_best_beginning, "compare all W x V sums at once"),
        ("wrong", beam_worst, "sort downwards"),
        ("wrong", beam_swapped, "which beginning"),
        ("wrong", beam_one_each, "another not at all"),
        ("wrong", beam_two_values, "return rows, tokens, sums"),
    ],
    nb13.nucleus: [
        ("stub", stub, "not attempted yet"),
        ("solution", nucleus, "4 of 4 cases"),
        ("second", nucleus_by_loop, "4 of 4 cases"),
        ("wrong", nucleus_unnormalised, "divide what is left by its sum"),
        ("wrong", nucleus_stops_early, "the token that crosses the line stays"),
        ("wrong", nucleus_crosses_but_empty, "the first token always stays"),
        ("wrong", nucleus_sorted, "back where it was"),
        ("wrong", nucleus_unlikely, "the most probable come first"),
        ("wrong", nucleus_cuts_nothing, "the 0.1 goes"),
    ],
    nb13.penalised_logits: [
        ("stub", stub, "not attempted yet"),
        ("solution", penalise, "4 of 4 cases"),
        ("second", penalise_by_loop, "4 of 4 cases"),
        ("wrong", penalise_divides, "dividing -3 by 1.5 gives -2: up"),
        ("wrong", penalise_multiplies, "divide the positive ones"),
        ("wrong", penalise_positive_only, "multiply those"),
        ("wrong", penalise_each_time, "counts once"),
        ("wrong", penalise_sign, "multiply -3 itself"),
        ("wrong", penalise_all, "only those in `seen`"),
        ("wrong", penalise_nothing, "id 2 was seen"),
    ],
    nb13.cached_step: [
        ("stub", stub, "not attempted yet"),
        ("solution", step, "3 of 3 cases"),
        ("second", step_by_lists, "3 of 3 cases"),
        ("wrong", step_does_not_grow, "the new key and value join it"),
        ("wrong", step_unscaled, "by sqrt(D)"),
        ("wrong", step_by_width, "by the square root"),
        ("wrong", step_without_itself, "append, then score"),
        ("wrong", step_keeps_x, "the key is x_new @ w_k"),
        ("wrong", step_new_first, "order is position"),
        ("wrong", step_no_softmax, "weights that sum to 1"),
        ("wrong", step_asks_with_x, "the query is x_new @ w_q"),
        ("wrong", step_only_output, "return out, (keys, values)"),
    ],
    nb13.keep_or_replace: [
        ("stub", stub, "not attempted yet"),
        ("solution", keep, "4 of 4 cases"),
        ("second", keep_by_loop, "4 of 4 cases"),
        ("wrong", keep_upside_down, "target over draft"),
        ("wrong", keep_without_limit, "min(1, ...)"),
        ("wrong", keep_target, "it was drawn from it"),
        ("wrong", keep_all_or_nothing, "some of them stay"),
        ("wrong", replace_from_target, "come too often"),
        ("wrong", replace_without_token, "what is missing"),
        ("wrong", replace_unnormalised, "divide by its sum"),
        ("wrong", replace_absolute, "not abs"),
    ],
}
