"""Answers that learners give in lesson 05, and what each must be told."""

import numpy as np
import pandas as pd

from course_utils.checks import nb05


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 5.1 -------------------------------------------------------------------------------------


def folds(x, y, fit, k, learn=None, test=None, parts=None):
    """The worked solution; `learn` and `test` may pick other rows than they should."""
    part = np.arange(len(x)) % k if parts is None else parts(len(x), k)
    scores = []
    for held_out in range(k):
        away = part == held_out
        seen = ~away if learn is None else learn(part, held_out)
        asked = away if test is None else test(part, held_out)
        predict = fit(x[seen], y[seen])
        scores.append(np.mean(predict(x[asked]) == y[asked]))
    return np.array(scores)


def folds_by_split(x, y, fit, k):
    rows = np.arange(len(x))
    return [
        np.mean(fit(np.delete(x, part, axis=0), np.delete(y, part))(x[part]) == y[part])
        for part in np.array_split(rows, k)
    ]


def folds_all_learned(x, y, fit, k):
    return folds(x, y, fit, k, learn=lambda part, held_out: part >= 0)


def folds_on_themselves(x, y, fit, k):
    return folds(x, y, fit, k, learn=lambda part, held_out: part == held_out)


def folds_swapped(x, y, fit, k):
    return folds(
        x,
        y,
        fit,
        k,
        learn=lambda part, held_out: part == held_out,
        test=lambda part, held_out: part != held_out,
    )


def folds_one_neighbour(x, y, fit, k):
    return folds(x, y, fit, k, learn=lambda part, held_out: part == (held_out + 1) % k)


def folds_fitted_once(x, y, fit, k):
    predict = fit(x, y)
    return [np.mean(predict(p) == q) for p, q in zip(np.split(x, k), np.split(y, k), strict=True)]


def folds_remainder_lost(x, y, fit, k):
    return folds(x, y, fit, k, parts=lambda n, k: np.arange(n) // (n // k))


def folds_remainder_in_the_last(x, y, fit, k):
    return folds(x, y, fit, k, parts=lambda n, k: np.minimum(np.arange(n) // (n // k), k - 1))


def folds_mean(x, y, fit, k):
    return folds(x, y, fit, k).mean()


def folds_unused(x, y, fit, k):
    return [0.5 for _ in range(k) if fit(x[1:], y[1:])]


def folds_counts(x, y, fit, k):
    return folds(x, y, fit, k) * np.bincount(np.arange(len(x)) % k)


def folds_mistakes(x, y, fit, k):
    return 1 - folds(x, y, fit, k)


def folds_unmatched_labels(x, y, fit, k):
    part = np.arange(len(x)) % k
    return [
        np.mean(fit(x[part != i], y[: (part != i).sum()])(x[part == i]) == y[part == i])
        for i in range(k)
    ]


def folds_python_lists(x, y, fit, k):
    scores = []
    for i in range(k):
        others = [j for j in range(len(x)) if j % k != i]
        predict = fit([x[j] for j in others], [y[j] for j in others])
        right = [int(predict([x[j]])[0]) == y[j] for j in range(i, len(x), k)]
        scores.append(sum(right) / len(right))
    return tuple(scores)


def folds_fitted_first(x, y, fit, k):
    part = np.arange(len(x)) % k
    models = [fit(x[part != i], y[part != i]) for i in range(k)]
    return [np.mean(models[i](x[part == i]) == y[part == i]) for i in range(k)]


def folds_asked_about_all(x, y, fit, k):
    part = np.arange(len(x)) % k
    return [np.mean((fit(x[part != i], y[part != i])(x) == y)[part == i]) for i in range(k)]


def folds_at_random(x, y, fit, k):
    scores = []
    for part in np.array_split(np.random.default_rng(0).permutation(len(x)), k):
        rest = np.setdiff1d(np.arange(len(x)), part)
        scores.append((fit(x[rest], y[rest])(x[part]) == y[part]).sum() / part.size)
    return scores


def folds_gathered(x, y, fit, k):
    found, part = np.empty(len(x)), np.arange(len(x)) % k
    for i in range(k):
        found[part == i] = fit(x[part != i], y[part != i])(x[part == i])
    return pd.Series(found == y).groupby(part).mean().to_numpy()


def folds_of_the_past(x, y, fit, k):
    part = np.arange(len(x)) * k // len(x)
    learn = [part < i if i else part == 1 for i in range(k)]
    return [np.mean(fit(x[learn[i]], y[learn[i]])(x[part == i]) == y[part == i]) for i in range(k)]


def folds_answer_by_answer(x, y, fit, k):
    part = np.arange(len(x)) % k
    return [fit(x[part != i], y[part != i])(x[part == i]) == y[part == i] for i in range(k)]


def folds_scored_on_all(x, y, fit, k):
    part = np.arange(len(x)) % k
    return [np.mean(fit(x[part != i], y[part != i])(x) == y) for i in range(k)]


def folds_scored_on_learned(x, y, fit, k):
    part = np.arange(len(x)) % k
    return [np.mean((fit(x[part != i], y[part != i])(x) == y)[part != i]) for i in range(k)]


def folds_made_up(x, y, fit, k):
    return folds(x, y, fit, k) * 0 + 0.123


# 5.2 -------------------------------------------------------------------------------------


def stop(losses, patience, wait=0, lower=np.less):
    best = 0
    for epoch in range(len(losses)):
        if epoch and lower(losses[epoch], losses[best]):
            best = epoch
        if epoch - best >= patience + wait:
            return best, epoch
    return best, len(losses) - 1


def stop_with_counter(losses, patience):
    lowest, best, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return [best, epoch]


def stop_by_windows(losses, patience):
    for epoch in range(patience, len(losses)):
        if min(losses[epoch - patience + 1 : epoch + 1]) >= losses[epoch - patience]:
            return int(np.argmin(losses[: epoch + 1])), epoch
    return int(np.argmin(losses)), len(losses) - 1


def stop_recursive(losses, patience):
    if len(losses) == 1:
        return 0, 0
    best, last = stop_recursive(losses[:-1], patience)
    if last < len(losses) - 2 or last - best >= patience:
        return best, last
    return (len(losses) - 1 if losses[-1] < losses[best] else best), len(losses) - 1


def stop_lowest_loss(losses, patience):
    best, last = stop(losses, patience)
    return losses[best], last


def stop_as_losses(losses, patience):
    return tuple(losses[epoch] for epoch in stop(losses, patience))


def stop_without_cap(losses, patience):
    best = stop(losses, patience)[0]
    return best, best + patience


def stop_peeking(losses, patience):
    return int(np.argmin(losses)), stop(losses, patience)[1]


def stop_never(losses, patience):
    return int(np.argmin(losses)), len(losses) - 1


def stop_from_one(losses, patience):
    best, last = stop(losses, patience)
    return best + 1, last + 1


def stop_late(losses, patience):
    return stop(losses, patience, wait=1)


def stop_early(losses, patience):
    return stop(losses, patience, wait=-1)


def stop_keeps_last(losses, patience):
    last = stop(losses, patience)[1]
    return last, last


def stop_swapped(losses, patience):
    return stop(losses, patience)[::-1]


def stop_without_waiting(losses, patience):
    best = stop(losses, patience)[0]
    return best, best


def stop_ties(losses, patience):
    return stop(losses, patience, lower=np.less_equal)


def stop_against_neighbour(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        best = epoch if losses[epoch] < losses[best] else best
        waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
        if waited >= patience:
            return best, epoch
    return best, len(losses) - 1


def stop_without_reset(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return best, epoch
    return best, len(losses) - 1


def stop_without_end(losses, patience):
    best, last = stop(losses, patience)
    return (best, last) if last - best >= patience else None


def stop_as_array(losses, patience):
    return np.array(stop(losses, patience))


def stop_with_array_methods(losses, patience):
    for last in range(len(losses)):
        best = losses[: last + 1].argmin()
        if last - best >= patience:
            break
    return best, last


def stop_with_list_methods(losses, patience):
    for last in range(len(losses)):
        best = losses.index(min(losses[: last + 1]))
        if last - best >= patience:
            break
    return best, last


# 5.3 -------------------------------------------------------------------------------------


def merge(w, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return w * scale, (b - mean) * scale + beta


def merge_by_matrix(w, b, gamma, beta, mean, variance, epsilon):
    scale = np.diag(gamma * (variance + epsilon) ** -0.5)
    return w @ scale, scale @ (b - mean) + beta


def merge_by_probing(w, b, gamma, beta, mean, variance, epsilon):
    def both(x):
        return gamma * (x @ w + b - mean) / np.sqrt(variance + epsilon) + beta

    at_zero = both(np.zeros(len(w)))
    return both(np.eye(len(w))) - at_zero, at_zero


def merge_bias_undivided(w, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return w * scale, (b - mean) * gamma + beta


def merge_bias_without_gamma(w, b, gamma, beta, mean, variance, epsilon):
    root = np.sqrt(variance + epsilon)
    return w * gamma / root, (b - mean) / root + beta


def with_weights(change):
    """The solution with another first result."""

    def answer(w, b, gamma, beta, mean, variance, epsilon):
        _, new_b = merge(w, b, gamma, beta, mean, variance, epsilon)
        return change(w, gamma, variance, epsilon), new_b

    return answer


def with_bias(change):
    """The solution with another second result; `change` gets b, beta, mean and the scale."""

    def answer(w, b, gamma, beta, mean, variance, epsilon):
        scale = gamma / np.sqrt(variance + epsilon)
        return w * scale, change(b, beta, mean, scale)

    return answer


def rows_scaled(w, gamma, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return w * scale[:, None] if len(w) == len(scale) else w * scale


def merge_with_keras_epsilon(w, b, gamma, beta, mean, variance, epsilon):
    return merge(w, b, gamma, beta, mean, variance, 0.5)


# 5.4 -------------------------------------------------------------------------------------


def one_f1(labels, called):
    marked = labels.sum() + called.sum()
    return 2 * (labels & called).sum() / marked if marked else 0.0


def all_together(batches):
    return [np.concatenate(arrays) for arrays in zip(*batches, strict=True)]


def pooled_f1(batches):
    return one_f1(*all_together(batches))


def f1_counting(batches):
    hits = alarms = misses = 0
    for labels, called in batches:
        hits += (labels & called).sum()
        alarms += (~labels & called).sum()
        misses += (labels & ~called).sum()
    return 2 * hits / max(2 * hits + alarms + misses, 1)


def broken_f1(batches):
    return np.mean([one_f1(*batch) for batch in batches])


def f1_weighted(batches):
    return np.average([one_f1(*b) for b in batches], weights=[len(b[0]) for b in batches])


def f1_of_mean_ratios(batches):
    precision = np.mean([(a & b).sum() / max(b.sum(), 1) for a, b in batches])
    recall = np.mean([(a & b).sum() / max(a.sum(), 1) for a, b in batches])
    return 2 * precision * recall / max(precision + recall, 1e-12)


def f1_without_empty(batches):
    scores = [one_f1(*batch) for batch in batches]
    return np.mean([score for score in scores if score > 0] or [0.0])


def f1_last(batches):
    return one_f1(*batches[-1])


def f1_is_precision(batches):
    labels, called = all_together(batches)
    return (labels & called).sum() / called.sum()


def f1_is_recall(batches):
    labels, called = all_together(batches)
    return (labels & called).sum() / labels.sum()


def f1_plain_mean(batches):
    return (f1_is_precision(batches) + f1_is_recall(batches)) / 2


def f1_is_accuracy(batches):
    labels, called = all_together(batches)
    return np.mean(labels == called)


def f1_by_ratios(batches):
    labels, called = all_together(batches)
    hits = (labels & called).sum()
    if not labels.any() and not called.any():
        return 0.0
    precision, recall = hits / called.sum(), hits / labels.sum()
    return 2 * precision * recall / (precision + recall)


def f1_harmonic(batches):
    labels, called = all_together(batches)
    hits = (labels & called).sum()
    return 2 / (called.sum() / hits + labels.sum() / hits) if hits else 0


def f1_example_by_example(batches):
    rows = [(a, b) for labels, called in batches for a, b in zip(labels, called, strict=True)]
    marked = sum(int(a) + int(b) for a, b in rows)
    return 2 * sum(bool(a and b) for a, b in rows) / marked if marked else 0.0


def f1_of_marked_batches(batches):
    return np.mean([one_f1(*batch) for batch in batches if np.any(batch)] or [0.0])


def f1_median(batches):
    return np.median([one_f1(*batch) for batch in batches])


def f1_not_a_number(batches):
    labels, called = all_together(batches)
    return 2 * (labels & called).sum() / (labels.sum() + called.sum())


# 5.5 -------------------------------------------------------------------------------------


def gaps(labels, scores):
    return scores[labels == 1][:, None] - scores[labels == 0]


def pairs(labels, scores):
    return np.mean((np.sign(gaps(labels, scores)) + 1) / 2)


def pairs_by_loop(labels, scores):
    won, count = 0.0, 0
    for positive in scores[labels == 1]:
        for negative in scores[labels == 0]:
            won += 1.0 if positive > negative else 0.5 if positive == negative else 0.0
            count += 1
    return won / count


def pairs_by_ranks(labels, scores):
    ranks, yes = pd.Series(scores).rank(), labels == 1
    least = yes.sum() * (yes.sum() + 1) / 2
    return (ranks[yes].sum() - least) / (yes.sum() * (~yes).sum())


def pairs_by_searching(labels, scores):
    positive, negative = scores[labels == 1], np.sort(scores[labels == 0])
    below = [np.searchsorted(negative, positive, side) for side in ("left", "right")]
    return np.sum(below) / 2 / len(positive) / len(negative)


def pairs_drawn(labels, scores):
    draw = np.random.default_rng(0).choice
    gap = draw(scores[labels == 1], 20_000) - draw(scores[labels == 0], 20_000)
    return np.mean((gap > 0) + 0.5 * (gap == 0))


def pairs_over_rows(labels, scores):
    return pairs_count(labels, scores) / (len(labels) * (len(labels) - 1) / 2)


def pairs_count(labels, scores):
    return pairs(labels, scores) * gaps(labels, scores).size


def pairs_opposite(labels, scores):
    return 1 - pairs(labels, scores)


def pairs_over_all(labels, scores):
    return pairs_count(labels, scores) / len(labels) ** 2


def pairs_at_half(labels, scores):
    return np.mean((scores > 0.5) == labels)


def pairs_ties_lost(labels, scores):
    return np.mean(gaps(labels, scores) > 0)


def pairs_ties_won(labels, scores):
    return np.mean(gaps(labels, scores) >= 0)


def pairs_of_probabilities(labels, scores):
    return pairs(labels, np.clip(scores, 0, 1))


ANSWERS = {
    nb05.cross_validate: [
        ("stub", stub, "not attempted yet"),
        ("solution", folds, "5 of 5 cases"),
        ("second", folds_by_split, "5 of 5 cases"),
        ("second", folds_python_lists, "5 of 5 cases"),
        ("second", folds_fitted_first, "5 of 5 cases"),
        ("second", folds_asked_about_all, "5 of 5 cases"),
        ("second", folds_at_random, "5 of 5 cases"),
        ("second", folds_gathered, "5 of 5 cases"),
        ("wrong", folds_of_the_past, "neither learned from nor tested"),
        ("wrong", folds_answer_by_answer, "one score per part"),
        ("wrong", folds_scored_on_all, "those of all rows"),
        ("wrong", folds_scored_on_learned, "those of the rows it learned from"),
        ("wrong", folds_made_up, "not the accuracies"),
        ("wrong", lambda *a: 100 * folds(*a), "from 0 to 1"),
        ("wrong", lambda *a: [folds(*a).mean()] * a[3], "own accuracy"),
        ("wrong", folds_all_learned, "that is the leak"),
        ("wrong", folds_on_themselves, "learn from the *other* parts"),
        ("wrong", folds_swapped, "one part is held out"),
        ("wrong", folds_one_neighbour, "the other parts are all"),
        ("wrong", folds_fitted_once, "learn afresh"),
        ("wrong", folds_remainder_lost, "where do the last rows go"),
        ("wrong", folds_remainder_in_the_last, "spread the remainder"),
        ("wrong", folds_mean, "their spread is worth as much"),
        ("wrong", folds_unused, "predict on the part held out"),
        ("wrong", folds_counts, "divide by the size of the part"),
        ("wrong", folds_mistakes, "counts what is right"),
        ("wrong", folds_unmatched_labels, "one mask"),
    ],
    nb05.early_stopping: [
        ("stub", stub, "not attempted yet"),
        ("solution", stop, "6 of 6 cases"),
        ("second", stop_with_counter, "6 of 6 cases"),
        ("second", stop_as_array, "6 of 6 cases"),
        ("second", stop_with_array_methods, "6 of 6 cases"),
        ("second", stop_with_list_methods, "6 of 6 cases"),
        ("second", stop_by_windows, "6 of 6 cases"),
        ("second", stop_recursive, "6 of 6 cases"),
        ("wrong", stop_lowest_loss, "return its place"),
        ("wrong", stop_as_losses, "return their places"),
        ("wrong", stop_without_cap, "last = final epoch"),
        ("wrong", lambda losses, p: (stop(losses, p)[0] + 0.4, stop(losses, p)[1]), "whole number"),
        ("wrong", lambda losses, p: stop(losses, max(p, 2)), "patience 1"),
        ("wrong", lambda losses, p: stop(np.round(losses, 3), p), "any loss that is lower"),
        ("wrong", stop_peeking, "up to the stop"),
        ("wrong", stop_never, "since the best one"),
        ("wrong", stop_from_one, "losses[0] belongs to epoch 0"),
        ("wrong", stop_late, ">= 2"),
        ("wrong", stop_early, "how many epochs came since"),
        ("wrong", stop_keeps_last, "keep the weights of the best"),
        ("wrong", stop_swapped, "first the epoch"),
        ("wrong", stop_without_waiting, "epochs of waiting"),
        ("wrong", stop_ties, "<, not <="),
        ("wrong", stop_against_neighbour, "not with the epoch before"),
        ("wrong", stop_without_reset, "begins the count again"),
        ("wrong", stop_without_end, "also after the loop"),
    ],
    nb05.merge: [
        ("stub", stub, "not attempted yet"),
        ("solution", merge, "4 of 4 cases"),
        ("second", merge_by_matrix, "4 of 4 cases"),
        ("second", merge_by_probing, "4 of 4 cases"),
        ("wrong", lambda *a: merge(*a)[::-1], "the order is new_w, new_b"),
        ("wrong", with_weights(lambda w, g, v, e: w), "belongs to its weights"),
        ("wrong", with_weights(lambda w, g, v, e: w * g), "standard deviation is missing"),
        ("wrong", with_weights(lambda w, g, v, e: w * g / (v + e)), "take its root"),
        ("wrong", with_weights(lambda w, g, v, e: w * g / np.sqrt(v)), "inside the root"),
        ("wrong", with_weights(lambda w, g, v, e: w * g / (np.sqrt(v) + e)), "first, then the"),
        ("wrong", with_weights(lambda w, g, v, e: w / np.sqrt(v + e)), "scale by gamma"),
        ("wrong", with_weights(rows_scaled), "one factor each"),
        ("wrong", with_bias(lambda b, beta, m, s: b), "must go somewhere"),
        ("wrong", with_bias(lambda b, beta, m, s: b * s + beta), "subtracted from x @ w + b"),
        ("wrong", with_bias(lambda b, beta, m, s: beta - m * s), "old bias"),
        ("wrong", with_bias(lambda b, beta, m, s: (b - m) * s), "shift comes last"),
        ("wrong", with_bias(lambda b, beta, m, s: b - m * s + beta), "inside the bracket"),
        ("wrong", with_bias(lambda b, beta, m, s: (b + m) * s + beta), "normalising subtracts"),
        ("wrong", with_bias(lambda b, beta, m, s: (b - m + beta) * s), "after the scaling"),
        ("wrong", merge_bias_undivided, "divided as well as w"),
        ("wrong", merge_bias_without_gamma, "scales the old bias too"),
        ("wrong", merge_with_keras_epsilon, "left in your code"),
    ],
    nb05.f1_of_batches: [
        ("stub", stub, "not attempted yet"),
        ("solution", pooled_f1, "3 of 3 cases"),
        ("second", f1_counting, "3 of 3 cases"),
        ("second", f1_harmonic, "3 of 3 cases"),
        ("second", f1_example_by_example, "3 of 3 cases"),
        ("wrong", f1_of_marked_batches, "mean of the batches' F1"),
        ("wrong", f1_median, "add counts, divide once"),
        ("wrong", broken_f1, "add the counts first"),
        ("wrong", f1_weighted, "right for accuracy"),
        ("wrong", f1_of_mean_ratios, "they are ratios as well"),
        ("wrong", f1_without_empty, "misses and alarms count"),
        ("wrong", f1_last, "set back in the loop"),
        ("wrong", f1_is_precision, "recall is missing"),
        ("wrong", f1_is_recall, "precision is missing"),
        ("wrong", f1_plain_mean, "harmonic mean"),
        ("wrong", f1_is_accuracy, "the quiet rest"),
        ("wrong", f1_by_ratios, "without calls"),
        ("wrong", f1_not_a_number, "decide it yourself"),
    ],
    nb05.auc_by_pairs: [
        ("stub", stub, "not attempted yet"),
        ("solution", pairs, "4 of 4 cases"),
        ("second", pairs_by_loop, "4 of 4 cases"),
        ("second", pairs_by_ranks, "4 of 4 cases"),
        ("second", pairs_by_searching, "4 of 4 cases"),
        ("wrong", pairs_drawn, "go through all pairs"),
        ("wrong", pairs_over_rows, "all pairs of rows"),
        ("wrong", lambda *a: max(pairs(*a), 1 - pairs(*a)), "nothing is turned round"),
        ("wrong", pairs_count, "divide by the number of pairs"),
        ("wrong", pairs_opposite, "come first"),
        ("wrong", pairs_over_all, "only positive-negative pairs"),
        ("wrong", pairs_at_half, "no threshold"),
        ("wrong", pairs_ties_lost, "ties count as nothing"),
        ("wrong", pairs_ties_won, "ties count as won"),
        ("wrong", pairs_of_probabilities, "only their order counts"),
    ],
}
