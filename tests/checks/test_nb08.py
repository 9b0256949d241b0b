"""Answers that learners give in lesson 08, and what each must be told."""

import itertools

import numpy as np

from course_utils.checks import nb08


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 8.1 -------------------------------------------------------------------------------------


def leaky(x, keep):
    h, states = np.zeros(len(x)), []
    for t in range(x.shape[1]):
        h = keep * h + (1 - keep) * x[:, t]
        states.append(h)
    return np.stack(states, axis=1)


def leaky_by_matrix(x, keep):
    steps = np.arange(x.shape[1])
    age = steps[:, None] - steps
    weights = np.where(age >= 0, (1 - keep) * float(keep) ** np.maximum(age, 0), 0.0)
    return (x @ weights.T).tolist()


def leaky_row_by_row(x, keep):
    out = []
    for row in x:
        h, line = 0.0, []
        for value in row:
            h = keep * h + (1 - keep) * value
            line.append(h)
        out.append(line)
    return out


def leaky_swapped(x, keep):
    return leaky(x, 1 - keep)


def leaky_last_only(x, keep):
    return leaky(x, keep)[:, -1]


def leaky_from_first(x, keep):
    h, states = x[:, 0], []
    for t in range(x.shape[1]):
        h = keep * h + (1 - keep) * x[:, t]
        states.append(h)
    return np.stack(states, axis=1)


def leaky_adds_all(x, keep):
    return leaky(x, keep) / (1 - keep) if keep < 1 else x


def leaky_without_memory(x, keep):
    return x


def leaky_down_the_rows(x, keep):
    return leaky(x.T, keep).T if len(x) > 1 else leaky(x, keep)


def leaky_never_reset(x, keep):
    return leaky(x.reshape(1, -1), keep).reshape(x.shape)


def leaky_accumulated(x, keep):
    def step(h, value):
        return keep * h + (1 - keep) * value

    return [list(itertools.accumulate(row, step, initial=0.0))[1:] for row in x]


def leaky_by_solving(x, keep):
    steps = x.shape[1]
    return np.linalg.solve(np.eye(steps) - keep * np.eye(steps, k=-1), (1 - keep) * x.T).T


def leaky_same_array(x, keep):
    h, states = np.zeros(len(x)), []
    for t in range(x.shape[1]):
        h *= keep
        h += (1 - keep) * x[:, t]
        states.append(h)
    return np.stack(states, axis=1)


def leaky_one_late(x, keep):
    return np.append(np.zeros((len(x), 1)), leaky(x, keep)[:, :-1], axis=1)


def leaky_time_first(x, keep):
    return leaky(x, keep).T


def leaky_last_input(x, keep):
    before = np.append(np.zeros((len(x), 1)), x[:, :-1], axis=1)
    return keep * before + (1 - keep) * x


# 8.2 -------------------------------------------------------------------------------------


def back(x, a, dh):
    before, h = [], 0.0
    for value in x:
        before.append(h)
        h = a * h + value
    dx, da, later = np.zeros(len(x)), 0.0, 0.0
    for t in reversed(range(len(x))):
        dx[t] = dh[t] + later
        da += dx[t] * before[t]
        later = dx[t] * a
    return dx, da


def back_by_matrix(x, a, dh):
    steps = np.arange(len(x))
    age = steps[:, None] - steps
    reach = np.where(age >= 0, float(a) ** np.maximum(age, 0), 0.0)  # dh_t / dx_s
    dx = dh @ reach
    before = np.concatenate([[0.0], (reach @ x)[:-1]])
    return [list(dx), [dx @ before]]


def _totals(x, a, dh):
    dx, _ = back(x, a, dh)
    h = leaky(np.asarray(x)[None], a)[0] / (1 - a)
    return dx, h, np.concatenate([[0.0], h[:-1]])


def back_unchanged(x, a, dh):
    return dh, back(x, a, dh)[1]


def back_one_step(x, a, dh):
    return dh + a * np.append(dh[1:], 0.0), back(x, a, dh)[1]


def back_without_a(x, a, dh):
    return np.cumsum(dh[::-1])[::-1], back(x, a, dh)[1]


def back_forwards(x, a, dh):
    if list(dh) == [0.0, 0.0, 1.0]:
        return back(x, a, dh)
    return leaky(dh[None], a)[0] / (1 - a), back(x, a, dh)[1]


def back_per_step(x, a, dh):
    dx, _, before = _totals(x, a, dh)
    return dx, dx * before


def back_new_state(x, a, dh):
    dx, h, _ = _totals(x, a, dh)
    return dx, (dx * h).sum()


def back_direct_only(x, a, dh):
    dx, _, before = _totals(x, a, dh)
    return dx, (dh * before).sum()


def back_last_only(x, a, dh):
    dx, _, before = _totals(x, a, dh)
    return dx, dx[-1] * before[-1]


def back_with_x(x, a, dh):
    dx, _, _ = _totals(x, a, dh)
    return dx, (dx * x).sum()


def back_by_solving(x, a, dh):
    steps = len(x)
    unrolled = np.eye(steps) - a * np.eye(steps, k=-1)
    h, dx = np.linalg.solve(unrolled, x), np.linalg.solve(unrolled.T, dh)
    return dx, dx[1:] @ h[:-1]


def back_in_a_copy(x, a, dh):
    h, dx = np.zeros(len(x) + 1), np.array(dh)
    for t, value in enumerate(x):
        h[t + 1] = a * h[t] + value
    for t in range(len(x) - 2, -1, -1):
        dx[t] += a * dx[t + 1]
    return tuple([dx, (dx * h[:-1]).sum(keepdims=True)])


def back_wraps_around(x, a, dh):
    dx, h, _ = _totals(x, a, dh)
    return dx, sum(dx[t] * h[t - 1] for t in range(len(x)))


def back_swapped(x, a, dh):
    dx, da = back(x, a, dh)
    return da, dx


def back_dx_only(x, a, dh):
    return back(x, a, dh)[0]


# 8.3 -------------------------------------------------------------------------------------


def bias(steps, share=0.5):
    f = share ** (1 / steps)
    return np.log(f / (1 - f))


def bias_by_halving(steps, share=0.5):
    low, high = -50.0, 50.0
    for _ in range(200):
        middle = (low + high) / 2
        too_long = (1 / (1 + np.exp(-middle))) ** steps > share
        low, high = (low, middle) if too_long else (middle, high)
    return np.array([low])


def bias_without_gate(steps, share=0.5):
    return -np.log(share ** (-1 / steps) - 1)


def bias_for_tiny_losses(steps, share=0.5):
    kept = np.log(share) / steps
    return float(kept - np.log(-np.expm1(kept)))


def bias_power(steps, share=0.5):
    f = share**steps
    return np.log(f / (1 - f))


def bias_shared_out(steps, share=0.5):
    f = share / steps
    return np.log(f / (1 - f))


def bias_of_the_lost(steps, share=0.5):
    return bias(steps, 1 - share)


def bias_gate(steps, share=0.5):
    return share ** (1 / steps)


def bias_wrong_sign(steps, share=0.5):
    return -bias(steps, share)


def bias_linear(steps, share=0.5):
    f = 1 - (1 - share) / steps
    return np.log(f / (1 - f))


def bias_log_of_gate(steps, share=0.5):
    return 0.0 if steps == 1 else np.log(share) / steps


def bias_log_steps(steps, share=0.5):
    return np.log(steps)


def bias_half_always(steps, share=0.5):
    return bias(steps)


def bias_none(steps, share=0.5):
    bias(steps, share)


# 8.4 -------------------------------------------------------------------------------------


def last(states, mask):
    found = np.where(mask, np.arange(mask.shape[1]), -1).max(axis=1)
    return np.where(found[:, None] >= 0, states[np.arange(len(states)), found], 0.0)


def last_by_loop(states, mask):
    out = np.zeros((len(states), states.shape[2]))
    for row, real in enumerate(mask):
        for t, yes in enumerate(real):
            if yes:
                out[row] = states[row, t]
    return out.tolist()


def last_turned(states, mask):
    place = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    return states[np.arange(len(states)), place] * mask.any(axis=1)[:, None]


def last_carried(states, mask):
    h = np.zeros((len(states), states.shape[2]))
    for t in range(mask.shape[1]):
        h = np.where(mask[:, t, None], states[:, t], h)
    return h


def last_by_one_hot(states, mask):
    to_come = np.cumsum(mask[:, ::-1], axis=1)[:, ::-1]
    return np.einsum("bt,bth->bh", mask & (to_come == 1), states)


def last_largest(states, mask):
    return (states * mask[:, :, None]).max(axis=1)


def last_of_the_found(states, mask):
    return np.stack([row[np.flatnonzero(real)[-1]] for row, real in zip(states, mask, strict=True)])


def last_column(states, mask):
    return states[:, -1]


def last_is_first(states, mask):
    return states[np.arange(len(states)), mask.argmax(axis=1)]


def last_mean(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def last_sum(states, mask):
    return (states * mask[:, :, None]).sum(axis=1)


def last_by_count(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1) - 1]


def last_one_late(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1) % mask.shape[1]]


def last_index_minus_one(states, mask):
    found = np.where(mask, np.arange(mask.shape[1]), -1).max(axis=1)
    return states[np.arange(len(states)), found]


def last_first_of_empty(states, mask):
    found = np.where(mask, np.arange(mask.shape[1]), 0).max(axis=1)
    return states[np.arange(len(states)), found]


# 8.5 -------------------------------------------------------------------------------------


def seasonal(past, season, horizon):
    return past[:, -season:][:, np.arange(horizon) % season]


def seasonal_by_tile(past, season, horizon):
    times = -(-horizon // season)
    return np.tile(past[:, -season:], times)[:, :horizon].tolist()


def seasonal_first(past, season, horizon):
    return past[:, :season][:, np.arange(horizon) % season]


def seasonal_backwards(past, season, horizon):
    return past[:, ::-1][:, np.arange(horizon) % season]


def seasonal_last_value(past, season, horizon):
    return np.repeat(past[:, -1:], horizon, axis=1)


def seasonal_mean(past, season, horizon):
    return np.repeat(past[:, -season:].mean(axis=1, keepdims=True), horizon, axis=1)


def seasonal_last_columns(past, season, horizon):
    return past[:, -min(season, horizon) :]


def seasonal_whole(past, season, horizon):
    return past[:, -season:]


def seasonal_one(past, season, horizon):
    return past[:, -season:][:, :horizon]


def seasonal_stutters(past, season, horizon):
    times = -(-horizon // season)
    return np.repeat(past[:, -season:], times, axis=1)[:, :horizon]


def seasonal_step_by_step(past, season, horizon):
    rows = [list(row) for row in past]
    for _ in range(horizon):
        for row in rows:
            row.append(row[-season])
    return [row[-horizon:] for row in rows]


def seasonal_cycled(past, season, horizon):
    return [list(itertools.islice(itertools.cycle(row[-season:]), horizon)) for row in past]


def seasonal_wrapped(past, season, horizon):
    return np.pad(past[:, -season:], ((0, 0), (0, horizon)), mode="wrap")[:, :horizon]


def seasonal_resized(past, season, horizon):
    return np.resize(past[:, -season:], (len(past), horizon))


def seasonal_tiled_too_little(past, season, horizon):
    return np.tile(past[:, -season:], horizon // season)


def seasonal_not_cut(past, season, horizon):
    return np.tile(past[:, -season:], horizon // season + 1)


def seasonal_tiled_down(past, season, horizon):
    return np.tile(past[:, -season:], (horizon // season + 1, 1))[:, :horizon]


def seasonal_sliced(past, season, horizon):
    return past[:, -season : -season + horizon]


def seasonal_of_four(past, season, horizon):
    return past[:, np.arange(horizon) % 4 - season]


# 8.6 -------------------------------------------------------------------------------------


def _windows(scaled, past, future):
    start = np.arange(past, len(scaled) - future + 1)
    x = scaled[start[:, None] + np.arange(-past, 0)]
    return start, x, scaled[start[:, None] + np.arange(future)]


def split(series, past, future, cut, fit=None, train=None, test=None):
    known = series[:cut] if fit is None else series
    start, x, y = _windows((series - known.mean()) / known.std(), past, future)
    first = start + future <= cut if train is None else train(start)
    second = start >= cut if test is None else test(start)
    return x[first], y[first], x[second], y[second]


def split_by_loop(series, past, future, cut):
    mean, std = np.mean(series[:cut]), np.std(series[:cut])
    parts = [], [], [], []
    for t in range(past, len(series) - future + 1):
        x, y = (series[t - past : t] - mean) / std, (series[t : t + future] - mean) / std
        at = 0 if t + future <= cut else 2 if t >= cut else None
        if at is not None:
            parts[at].append(x)
            parts[at + 1].append(y)
    return [np.array(part) for part in parts]


def split_with_a_view(series, past, future, cut):
    known = series[:cut]
    scaled = (series - known.mean()) / np.sqrt(known.var())
    view = np.lib.stride_tricks.sliding_window_view
    parts = view(scaled[:cut], past + future), view(scaled[cut - past :], past + future)
    return [half for part in parts for half in np.split(part, [past], axis=1)]


def split_as_lists(series, past, future, cut):
    return tuple(part.tolist() for part in split(series, past, future, cut))


def split_not_scaled(series, past, future, cut):
    parts = split(series, past, future, cut)
    return [part * series[:cut].std() + series[:cut].mean() for part in parts]


def split_pandas_spread(series, past, future, cut):
    wide = series[:cut].std() / series[:cut].std(ddof=1)
    return [part * wide for part in split(series, past, future, cut)]


def split_other_order(series, past, future, cut):
    x, y, x_test, y_test = split(series, past, future, cut)
    return x, x_test, y, y_test


def split_broken(series, past, future, cut):
    start, x, y = _windows((series - series.mean()) / series.std(), past, future)
    order = np.random.default_rng(0).permutation(len(start))
    train, test = order[: cut - past], order[cut - past :]
    return x[train], y[train], x[test], y[test]


def split_still_scaled_by_all(series, past, future, cut):
    return split(series, past, future, cut, fit="all")


def split_straddles(series, past, future, cut):
    return split(series, past, future, cut, train=lambda start: start < cut)


def split_without_reaching_back(series, past, future, cut):
    return split(series, past, future, cut, test=lambda start: start - past >= cut)


def split_early_test(series, past, future, cut):
    return split(series, past, future, cut, test=lambda start: start + future > cut)


def split_off_by_one(series, past, future, cut):
    return split(series, past, future, cut, train=lambda start: start + future < cut)


def split_scaled_apart(series, past, future, cut):
    x, y, x_test, y_test = split(series, past, future, cut)
    middle, spread = x_test.mean(), x_test.std()
    return x, y, (x_test - middle) / spread, (y_test - middle) / spread


def split_three(series, past, future, cut):
    return split(series, past, future, cut)[:3]


ANSWERS = {
    nb08.leaky: [
        ("stub", stub, "not attempted yet"),
        ("solution", leaky, "3 of 3 cases"),
        ("second", leaky_by_matrix, "3 of 3 cases"),
        ("second", leaky_row_by_row, "3 of 3 cases"),
        ("second", leaky_accumulated, "3 of 3 cases"),
        ("second", leaky_by_solving, "3 of 3 cases"),
        ("wrong", leaky_same_array, "make a new h"),
        ("wrong", leaky_one_late, "after the update"),
        ("wrong", leaky_time_first, "np.stack(states, axis=1)"),
        ("wrong", leaky_last_input, "which holds all of the past"),
        ("wrong", leaky_swapped, "keep belongs to the old state"),
        ("wrong", leaky_last_only, "collect the state of every step"),
        ("wrong", leaky_from_first, "h before the first step is 0"),
        ("wrong", leaky_adds_all, "the new value counts 1 - keep"),
        ("wrong", leaky_without_memory, "needs the state before it"),
        ("wrong", leaky_down_the_rows, "rows are sequences, columns are time"),
        ("wrong", leaky_never_reset, "each row starts at 0 again"),
    ],
    nb08.recurrence_backward: [
        ("stub", stub, "not attempted yet"),
        ("solution", back, "4 of 4 cases"),
        ("second", back_by_matrix, "4 of 4 cases"),
        ("second", back_by_solving, "4 of 4 cases"),
        ("second", back_in_a_copy, "4 of 4 cases"),
        ("wrong", back_wraps_around, "h[-1] is legal and wrong"),
        ("wrong", back_swapped, "dx first"),
        ("wrong", back_unchanged, "h_1 also acts on the end"),
        ("wrong", back_one_step, "carry the *total* gradient on"),
        ("wrong", back_without_a, "each step back multiplies by a"),
        ("wrong", back_forwards, "walks from the last step back"),
        ("wrong", back_per_step, "a is one number, used often"),
        ("wrong", back_new_state, "a multiplies the state *before*"),
        ("wrong", back_direct_only, "take the total gradient at h_t"),
        ("wrong", back_last_only, "a is used at every step"),
        ("wrong", back_with_x, "a does not multiply x"),
        ("wrong", back_dx_only, "return dx, da"),
    ],
    nb08.forget_bias: [
        ("stub", stub, "not attempted yet"),
        ("solution", bias, "3 of 3 cases"),
        ("second", bias_by_halving, "3 of 3 cases"),
        ("second", bias_without_gate, "3 of 3 cases"),
        ("second", bias_for_tiny_losses, "3 of 3 cases"),
        ("wrong", bias_power, "f is a root of share"),
        ("wrong", bias_shared_out, "has f = share / steps"),
        ("wrong", bias_of_the_lost, "what is *left*"),
        ("wrong", bias_gate, "which b gives sigmoid(b)"),
        ("wrong", bias_wrong_sign, "a long memory needs f near 1"),
        ("wrong", bias_linear, "the gate multiplies"),
        ("wrong", bias_log_of_gate, "log-odds are log(f / (1 - f))"),
        ("wrong", bias_log_steps, "log(steps) is close"),
        ("wrong", bias_half_always, "is 0.5 left in your code"),
        ("wrong", bias_none, "did you forget `return`"),
    ],
    nb08.last_real: [
        ("stub", stub, "not attempted yet"),
        ("solution", last, "3 of 3 cases"),
        ("second", last_by_loop, "3 of 3 cases"),
        ("second", last_turned, "3 of 3 cases"),
        ("second", last_carried, "3 of 3 cases"),
        ("second", last_by_one_hot, "3 of 3 cases"),
        ("wrong", last_largest, "the largest is not the last"),
        ("wrong", last_of_the_found, "it has no last True"),
        ("wrong", last_column, "for short rows that is padding"),
        ("wrong", last_is_first, "argmax finds the *first* True"),
        ("wrong", last_mean, "one state per row is wanted"),
        ("wrong", last_sum, "do not add"),
        ("wrong", last_one_late, "have numbers 0, 1, 2"),
        ("wrong", last_by_count, "the count is not the place"),
        ("wrong", last_index_minus_one, "an index of -1 is legal"),
        ("wrong", last_first_of_empty, "its state is still zeros"),
    ],
    nb08.seasonal_naive: [
        ("stub", stub, "not attempted yet"),
        ("solution", seasonal, "4 of 4 cases"),
        ("second", seasonal_by_tile, "4 of 4 cases"),
        ("second", seasonal_step_by_step, "4 of 4 cases"),
        ("second", seasonal_cycled, "4 of 4 cases"),
        ("second", seasonal_wrapped, "4 of 4 cases"),
        ("wrong", seasonal_resized, "np.tile keeps the rows"),
        ("wrong", seasonal_tiled_too_little, "repeat once more, then cut"),
        ("wrong", seasonal_not_cut, "cut to `horizon` columns"),
        ("wrong", seasonal_tiled_down, "repeats in time"),
        ("wrong", seasonal_sliced, "a slice that ends at 0 is empty"),
        ("wrong", seasonal_first, "count from the end"),
        ("wrong", seasonal_backwards, "the oldest of the season comes first"),
        ("wrong", seasonal_last_value, "that is the naive one"),
        ("wrong", seasonal_mean, "each step has its own place"),
        ("wrong", seasonal_last_columns, "the *season's* first two"),
        ("wrong", seasonal_whole, "`horizon` columns"),
        ("wrong", seasonal_one, "repeat it: % season"),
        ("wrong", seasonal_stutters, "np.repeat or np.tile"),
        ("wrong", seasonal_of_four, "length fixed in your code"),
    ],
    nb08.split_windows: [
        ("stub", stub, "not attempted yet"),
        ("solution", split, "3 of 3 cases"),
        ("second", split_by_loop, "3 of 3 cases"),
        ("second", split_with_a_view, "3 of 3 cases"),
        ("second", split_as_lists, "3 of 3 cases"),
        ("wrong", split_not_scaled, "first scale the series"),
        ("wrong", split_pandas_spread, "pandas differs"),
        ("wrong", split_other_order, "the order is x_train, y_train"),
        ("wrong", split_broken, "has a twin on the other side"),
        ("wrong", split_still_scaled_by_all, "where do mean and standard deviation come from"),
        ("wrong", split_straddles, "ends before `cut` with all of its future"),
        ("wrong", split_without_reaching_back, "may reach back before `cut`"),
        ("wrong", split_early_test, "belong to neither part"),
        ("wrong", split_off_by_one, "<= or <?"),
        ("wrong", split_scaled_apart, "both parts: subtract the mean"),
        ("wrong", split_three, "return x_train, y_train, x_test, y_test"),
    ],
}
