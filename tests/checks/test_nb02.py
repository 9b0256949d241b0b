"""Answers that learners give in lesson 02, and what each must be told."""

import math

import numpy as np

from course_utils.checks import nb02
from course_utils.scratch.optimizers import Adam


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 2.1 -------------------------------------------------------------------------------------


def walk(gradient, start, rate, steps):
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)


def walk_into_an_array(gradient, start, rate, steps):
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    for t in range(steps):
        path[t + 1] = path[t] - rate * gradient(path[t])
    return path


def walk_uphill(gradient, start, rate, steps):
    return walk(lambda w: -gradient(w), start, rate, steps)


def walk_blind(gradient, start, rate, steps):
    g = gradient(start)
    return np.array([start - rate * t * g for t in range(steps + 1)])


def walk_without_start(gradient, start, rate, steps):
    return walk(gradient, start, rate, steps)[1:]


def walk_one_array(gradient, start, rate, steps):
    w, path = start.copy(), []
    path.append(start.copy() if steps < 2 else w)
    for _ in range(steps):
        w -= rate * gradient(w)
        path.append(w)
    return np.array(path)


def walk_by_recursion(gradient, start, rate, steps):
    if steps == 0:
        return start[None]
    before = walk_by_recursion(gradient, start, rate, steps - 1)
    return np.vstack([before, before[-1] - rate * gradient(before[-1])])


def walk_in_columns(gradient, start, rate, steps):
    return walk(gradient, start, rate, steps).T


def walk_always_from_the_start(gradient, start, rate, steps):
    path = [start]
    for _ in range(steps):
        path.append(start - rate * gradient(path[-1]))
    return np.array(path)


def walk_unit_steps(gradient, start, rate, steps):
    return walk(lambda w: gradient(w) / np.linalg.norm(gradient(w)), start, rate, steps)


# 2.2 -------------------------------------------------------------------------------------


def limit(X):
    return 2 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).max()


def limit_by_singular_value(X):
    return len(X) / np.linalg.norm(X, 2) ** 2


def limit_of_a_sum(X):
    return 2 / np.linalg.eigvalsh(2 * X.T @ X).max()


def limit_without_two(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X)).max()


def limit_of_the_best(X):
    return 1 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).max()


def limit_of_the_flattest(X):
    return 2 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).min()


def limit_of_the_diagonal(X):
    return 2 / np.diag(2 * X.T @ X / len(X)).max()


def limit_of_the_trace(X):
    return 2 / np.trace(2 * X.T @ X / len(X))


def limit_of_the_first_eigenvalue(X):
    return 2 / np.linalg.eigvals(2 * X.T @ X / len(X))[0]


def limit_without_two_and_mean(X):
    return 2 / np.linalg.eigvalsh(X.T @ X).max()


def limit_by_pairs_of_examples(X):
    return 2 / np.linalg.eigvalsh(2 / len(X) * X @ X.T).max()


def limit_by_power_iteration(X):
    v = np.arange(1.0, X.shape[1] + 1)
    for _ in range(200):
        v = X.T @ (X @ v)
        v /= np.linalg.norm(v)
    return [len(X) / np.sum((X @ v) ** 2)]


# 2.3 -------------------------------------------------------------------------------------


def epoch(X, y, size, rng):
    order = rng.permutation(len(y))
    cuts = [order[i : i + size] for i in range(0, len(y), size)]
    return [(X[rows], y[rows]) for rows in cuts]


def epoch_by_generator(X, y, size, rng):
    rest = list(rng.permutation(len(X)))
    while rest:
        rows, rest = rest[:size], rest[size:]
        yield X[rows], y[rows]


def epoch_in_one_table(X, y, size, rng):
    table = np.column_stack([X, y])
    rng.shuffle(table)
    return [(rows[:, :-1], rows[:, -1]) for rows in np.split(table, range(size, len(y), size))]


def epoch_with_an_empty_batch(X, y, size, rng):
    order = rng.permutation(len(y))
    cuts = [order[k * size : (k + 1) * size] for k in range(len(y) // size + 1)]
    return [(X[rows], y[rows]) for rows in cuts]


def epoch_of_shuffled_batches(X, y, size, rng):
    batches = epoch_in_file_order(X, y, size, rng)
    return [batches[k] for k in rng.permutation(len(batches))]


def epoch_of_shuffled_batches_but_the_last(X, y, size, rng):
    *full, last = epoch_in_file_order(X, y, size, rng)
    return [*(full[k] for k in np.argsort(rng.random(len(full)))), last]


def epoch_labels_left_behind(X, y, size, rng):
    X = X[rng.permutation(len(X))]
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(y), size)]


def epoch_with_replacement(X, y, size, rng):
    draws = [rng.integers(0, len(y), min(size, len(y) - i)) for i in range(0, len(y), size)]
    return [(X[rows], y[rows]) for rows in draws]


def epoch_drops_the_rest(X, y, size, rng):
    return epoch(X, y, size, rng)[: len(y) // size]


def epoch_in_file_order(X, y, size, rng):
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(y), size)]


def epoch_with_its_own_seed(X, y, size, rng):
    return epoch(X, y, size, np.random.default_rng(42))


def epoch_shuffled_inside_the_batches(X, y, size, rng):
    cuts = [rng.permutation(np.arange(i, min(i + size, len(y)))) for i in range(0, len(y), size)]
    return [(X[rows], y[rows]) for rows in cuts]


def epoch_of_lists(X, y, size, rng):
    pairs = [(list(X[i]), float(y[i])) for i in rng.choice(len(y), len(y), replace=False)]
    cuts = [pairs[i : i + size] for i in range(0, len(y), size)]
    return [tuple(map(list, zip(*cut, strict=True))) for cut in cuts]


def epoch_in_place(X, y, size, rng):
    rng.shuffle(X)
    return epoch_in_file_order(X, y, size, rng)


# 2.4 -------------------------------------------------------------------------------------


def torch(gradient, start, rates, mu):
    w, v, path = start, np.zeros_like(start), [start]
    for rate in rates:
        v = mu * v + gradient(w)
        w = w - rate * v
        path.append(w)
    return np.array(path)


def torch_by_unrolling(gradient, start, rates, mu):
    path, seen = [start], []
    for t, rate in enumerate(rates):
        seen.append(gradient(path[-1]))
        path.append(path[-1] - rate * sum(mu ** (t - i) * g for i, g in enumerate(seen)))
    return np.array(path)


def torch_in_keras_form(gradient, start, rates, mu):
    w, v, path = start, np.zeros_like(start), [start]
    for rate in rates:
        v = mu * v - rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


def torch_averaging(gradient, start, rates, mu):
    return torch(lambda w: (1 - mu) * gradient(w), start, rates, mu)


def torch_late(gradient, start, rates, mu):
    w, v, path = start, np.zeros_like(start), [start]
    for rate in rates:
        w, v = w - rate * v, mu * v + gradient(w)
        path.append(w)
    return np.array(path)


def torch_without_start(gradient, start, rates, mu):
    return torch(gradient, start, rates, mu)[1:]


def torch_looking_ahead(gradient, start, rates, mu):
    w, v, path = start, np.zeros_like(start), [start]
    for rate in rates:
        g = gradient(w)
        v = mu * v + g
        w = w - rate * (g + mu * v)
        path.append(w)
    return np.array(path)


def torch_forgetful(gradient, start, rates, mu):
    return torch(gradient, start, rates, 0.0)


def torch_uphill(gradient, start, rates, mu):
    return torch(gradient, start, [-r for r in rates], mu)


# 2.5 -------------------------------------------------------------------------------------


def adam(gradient, start, rate, steps, first=1, store=False, correct=True, pad=0.0, times=1):
    w, m, s, path = start, 0.0, 0.0, [start]
    for t in range(first, steps + first):
        g = gradient(w)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        m_hat, s_hat = m, s
        if correct:
            m_hat, s_hat = m / (1 - 0.9**t + pad), s / (1 - 0.999**t + pad)
        if store:
            m, s = m_hat, s_hat
        w = w - rate * m_hat / (np.sqrt(s_hat) + 1e-7)
        path.append(w)
    return np.array(path)


def adam_as_in_keras(gradient, start, rate, steps):
    w, m, s, path = start, np.zeros(2), np.zeros(2), [start]
    for t in range(steps):
        g = gradient(w)
        m += (g - m) * (1 - 0.9)
        s += (g * g - s) * (1 - 0.999)
        alpha = rate * math.sqrt(1 - 0.999 ** (t + 1)) / (1 - 0.9 ** (t + 1))
        w = w - alpha * m / (np.sqrt(s) + 1e-7)
        path.append(w)
    return np.array(path)


def adam_as_given(gradient, start, rate, steps):
    return adam(gradient, start, rate, steps, first=0, store=True)


def adam_still_overwriting(gradient, start, rate, steps):
    return adam(gradient, start, rate, steps, store=True)


def adam_without_correction(gradient, start, rate, steps):
    return adam(gradient, start, rate, steps, correct=False)


def adam_padded(gradient, start, rate, steps):
    return adam(gradient, start, rate, steps, first=0, pad=1e-7)


def adam_from_the_course(gradient, start, rate, steps):
    optimizer, w, path = Adam(rate), start.copy(), [start]
    for _ in range(steps):
        optimizer.step({"w": w}, {"w": gradient(w)})
        path.append(w.copy())
    return path


def adam_half_counted(gradient, start, rate, steps):
    w, m, s, path = start, 0.0, 0.0, [start]
    for t in range(steps):
        g = gradient(w)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        w = w - rate * m / (1 - 0.9 ** (t + 1)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-7)
        path.append(w)
    return np.array(path)


def adam_one_step_short(gradient, start, rate, steps):
    return adam(gradient, start, rate, steps - 1)


# 2.6 -------------------------------------------------------------------------------------


def schedule(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    share = min(1.0, (step - warmup) / (total - warmup))
    return peak * (1 + math.cos(math.pi * share)) / 2


def schedule_by_square(step, peak, warmup, total):
    if step < warmup:
        return np.interp(step, [0, warmup], [0, peak])
    share = np.clip((step - warmup) / (total - warmup), 0, 1)
    return peak * np.cos(np.pi / 2 * share) ** 2


def schedule_from_zero(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 + math.cos(math.pi * min(step / total, 1))) / 2


def schedule_not_halved(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * math.cos(math.pi * min(1, (step - warmup) / (total - warmup)))


def schedule_without_end(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


def schedule_straight(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * max(0.0, 1 - (step - warmup) / (total - warmup))


def schedule_starting_at_one(step, peak, warmup, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    return schedule(step, peak, warmup, total)


def schedule_with_a_soft_start(step, peak, warmup, total):
    if step < warmup:
        return peak * (1 - math.cos(math.pi * step / warmup)) / 2
    return schedule(step, peak, warmup, total)


def schedule_by_sine(step, peak, warmup, total):
    if step < warmup:
        return peak / warmup * step
    return 0 if step >= total else schedule_by_square(step, peak, warmup, total)


def schedule_of_a_quarter(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * math.cos(math.pi / 2 * min(1, (step - warmup) / (total - warmup)))


def schedule_with_the_peak_in_the_rise(step, peak, warmup, total):
    if step <= warmup:
        return peak * step / warmup
    return schedule(step, peak, warmup, total)


def schedule_in_degrees(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 + math.cos(min(1, (step - warmup) / (total - warmup)))) / 2


ANSWERS = {
    nb02.walk_downhill: [
        ("stub", stub, "not attempted yet"),
        ("solution", walk, "3 of 3 cases"),
        ("second", walk_into_an_array, "3 of 3 cases"),
        ("wrong", walk_uphill, "points uphill"),
        ("wrong", walk_blind, "ask for the gradient again"),
        ("wrong", walk_without_start, "steps + 1 rows"),
        ("wrong", walk_one_array, "changes the array you stored"),
        ("wrong", walk_unit_steps, "do not normalise"),
        ("second", walk_by_recursion, "3 of 3 cases"),
        ("wrong", walk_in_columns, "one row per point"),
        ("wrong", walk_always_from_the_start, "depends on row t alone"),
        ("wrong", lambda *_: 3.0, "has shape ()"),
    ],
    nb02.largest_rate: [
        ("stub", stub, "not attempted yet"),
        ("solution", limit, "3 of 3 cases"),
        ("second", limit_by_singular_value, "3 of 3 cases"),
        ("second", limit_by_power_iteration, "3 of 3 cases"),
        ("second", limit_by_pairs_of_examples, "3 of 3 cases"),
        ("wrong", limit_without_two_and_mean, "the mean brings 1 / N"),
        ("wrong", limit_of_the_first_eigenvalue, "the flattest direction"),
        ("wrong", limit_of_a_sum, "not a sum"),
        ("wrong", limit_without_two, "has a factor 2"),
        ("wrong", limit_of_the_best, "lands on the bottom"),
        ("wrong", limit_of_the_flattest, "which one diverges first"),
        ("wrong", limit_of_the_diagonal, "sees only the axes"),
        ("wrong", limit_of_the_trace, "adds up all curvatures"),
        ("wrong", lambda X: None, "forget `return`"),
    ],
    nb02.one_epoch: [
        ("stub", stub, "not attempted yet"),
        ("solution", epoch, "4 of 4 cases"),
        ("second", epoch_by_generator, "4 of 4 cases"),
        ("second", epoch_of_lists, "4 of 4 cases"),
        ("second", epoch_in_one_table, "4 of 4 cases"),
        ("wrong", epoch_with_an_empty_batch, "nothing is left over"),
        ("wrong", epoch_of_shuffled_batches, "the smaller batch comes last"),
        ("wrong", epoch_of_shuffled_batches_but_the_last, "not the finished batches"),
        ("wrong", epoch_shuffled_inside_the_batches, "before you cut them"),
        ("wrong", epoch_labels_left_behind, "one permutation indexes both"),
        ("wrong", epoch_with_replacement, "without replacement"),
        ("wrong", epoch_drops_the_rest, "keep the last batch"),
        ("wrong", epoch_in_file_order, "permute the row numbers with rng"),
        ("wrong", epoch_with_its_own_seed, "the rng that was handed over"),
        ("wrong", epoch_in_place, "work on a copy"),
    ],
    nb02.torch_momentum: [
        ("stub", stub, "not attempted yet"),
        ("solution", torch, "3 of 3 cases"),
        ("second", torch_by_unrolling, "3 of 3 cases"),
        ("wrong", torch_in_keras_form, "Multiply v by today's rate"),
        ("wrong", torch_averaging, "belongs to an average"),
        ("wrong", torch_late, "update v before you use it"),
        ("wrong", torch_forgetful, "v must keep mu times"),
        ("wrong", torch_without_start, "the start, then one for every step"),
        ("wrong", torch_looking_ahead, "a plain gradient step"),
        ("wrong", torch_uphill, "so subtract it"),
    ],
    nb02.mended_adam: [
        ("stub", stub, "not attempted yet"),
        ("solution", adam, "2 of 2 cases"),
        ("second", adam_as_in_keras, "2 of 2 cases"),
        ("wrong", adam_as_given, "Count from 1"),
        ("wrong", adam_still_overwriting, "what does the memory hold"),
        ("wrong", adam_without_correction, "do not remove the correction"),
        ("wrong", adam_padded, "add nothing to them"),
        ("second", adam_from_the_course, "2 of 2 cases"),
        ("wrong", adam_half_counted, "by 1 - beta**0"),
        ("wrong", adam_one_step_short, "the start, then one for every step"),
    ],
    nb02.rate_at: [
        ("stub", stub, "not attempted yet"),
        ("solution", schedule, "5 of 5 cases"),
        ("second", schedule_by_square, "5 of 5 cases"),
        ("wrong", schedule_from_zero, "from the end of the warm-up"),
        ("wrong", schedule_not_halved, "shift it up and halve it"),
        ("wrong", schedule_without_end, "share at 1 at most"),
        ("wrong", schedule_straight, "half a cosine"),
        ("wrong", schedule_starting_at_one, "share s / warmup"),
        ("wrong", schedule_with_a_soft_start, "the same amount in every step"),
        ("wrong", schedule_in_degrees, "from 0 to pi"),
        ("second", schedule_by_sine, "5 of 5 cases"),
        ("wrong", schedule_of_a_quarter, "add 1, halve"),
        ("wrong", schedule_with_the_peak_in_the_rise, "still inside your warm-up"),
    ],
}
