"""Checks of lesson 05: training well.

The hints name the usual ways to see the test rows in cross-validation, to stop at the wrong
epoch, to lose a factor when a batch norm is merged, to average ratios, and to miscount pairs.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number
from course_utils.metrics.roc import roc_auc


@exercise("5.1 Cross-validation without a leak")
def cross_validate(fn):
    """Cases for `fn(x, y, fit, k)`: accuracies (k,). Column 0 of x says which row it is."""
    rng = np.random.default_rng(0)

    def watched(n, k):
        """Scores; for every call of fit the rows it learned from and was asked about; a guess."""
        x = np.column_stack([np.arange(n), rng.normal(size=n)]).astype(float)
        y = rng.integers(0, 2, n)
        seen = []

        def guess(rows, learned):
            return (np.asarray(rows, dtype=int) // 2 + sum(learned)) % 2

        def fit(x_seen, y_seen):
            rows = np.asarray(x_seen)[:, 0].astype(int)
            if len(np.asarray(y_seen)) != len(rows) or (y[rows] != np.asarray(y_seen)).any():
                raise Miss("fit gets rows and labels that do not belong together", "one mask.")
            learned, asked = {int(row) for row in rows}, set()
            seen.append((learned, asked))

            def predict(new):
                new = np.asarray(new)[:, 0].astype(int)
                asked.update(int(row) for row in new)
                return guess(new, learned)

            return predict

        scores = need_array(fn(x, y, fit, k), name="the result")
        held = [sorted(set(range(n)) - learned) for learned, _ in seen]
        right = [guess(range(n), learned) == y for learned, _ in seen]
        return scores, seen, held, right

    def one_score_per_part():
        scores, seen, *_ = watched(12, 3)
        if scores.shape == () or (scores.shape == (1,)):
            raise Miss("there is one score", "return all k: their spread is worth as much.")
        if scores.shape != (3,):
            raise Miss(f"the result has shape {scores.shape} for k = 3", "one score per part.")
        if len(seen) == 1:
            raise Miss("fit is called once for all parts", "learn afresh for every part.")

    def no_row_on_both_sides():
        _, seen, *_ = watched(12, 3)
        for learned, tested in seen:
            if not tested:
                raise Miss("what fit returns is never used", "predict on the part held out.")
            if len(learned) == 12:
                raise Miss(
                    "rows that are tested were also learned from",
                    "that is the leak: hand fit the other rows only.",
                )
            if learned == tested:
                raise Miss("each part is tested on itself", "learn from the *other* parts.")
            if len(tested) == 12:
                continue  # asked about every row; which answers count shows in the scores
            if learned & tested:
                raise Miss(
                    "rows that are tested were also learned from",
                    "that is the leak: hand fit the other rows only.",
                )
            if len(learned) < len(tested):
                raise Miss(
                    "it learns from one part and tests on the others",
                    "the other way round: one part is held out.",
                )
            if len(learned) + len(tested) < 12:
                raise Miss(
                    "some rows are neither learned from nor tested", "the other parts are all."
                )

    def every_row_once():
        for n, k in ((12, 3), (11, 4)):
            _, _, held, _ = watched(n, k)
            tested = [row for rows in held for row in rows]
            if len(set(tested)) < n:
                raise Miss(
                    f"of {n} rows in {k} parts only {len(set(tested))} are ever tested",
                    "parts may differ by one row: where do the last rows go?",
                )
            if len(tested) > n:
                raise Miss("some rows are tested twice", "parts must not overlap.")
            sizes = [len(rows) for rows in held]
            if max(sizes) - min(sizes) > 1:
                raise Miss(
                    f"{n} rows in {k} parts give sizes {sizes}",
                    "spread the remainder over the parts.",
                )

    def scores_are_accuracies():
        for n, k in ((11, 4), (40, 4)):
            scores, seen, held, right = watched(n, k)
            pairs = list(zip(seen, held, right, strict=True))
            share = np.sort([ok[rows].mean() for _, rows, ok in pairs])
            usual = [
                (
                    [ok[rows].sum() for _, rows, ok in pairs],
                    "counts",
                    "a share: divide by the size of the part.",
                ),
                (100 * share, "per cent", "a share, from 0 to 1."),
                (1 - share, "shares of mistakes", "accuracy counts what is right."),
                (np.full(k, share.mean()), "all their mean", "return each part's own accuracy."),
                (
                    [ok[sorted(learned)].mean() for (learned, _), _, ok in pairs],
                    "those of the rows it learned from",
                    "score the part held out.",
                ),
                ([ok.mean() for ok in right], "those of all rows", "score the part held out."),
            ]
            if close(np.sort(scores), share):
                continue
            for values, what, hint in usual:
                if close(np.sort(scores), np.sort(values)):
                    raise Miss(f"the scores are {what}", hint)
            raise Miss(
                "the scores are not the accuracies of the parts",
                "share of the held-out rows for which predict(...) equals the label.",
            )

    def honest_on_noise():
        x, y = np.random.default_rng(3).normal(size=(60, 400)), np.arange(60) % 2

        def fit(x, y):
            x, y = np.asarray(x), np.asarray(y)
            gap = np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0))
            keep = np.argsort(-gap)[:10]
            means = np.stack([x[y == c][:, keep].mean(axis=0) for c in (0, 1)])
            return lambda new: (
                ((np.asarray(new)[:, None, keep] - means) ** 2).sum(axis=2).argmin(axis=1)
            )

        got = need_array(fn(x, y, fit, 5), (5,), "the result").mean()
        if not 0.25 < got < 0.75:
            raise Miss("pure noise is predicted", "no test row may reach fit.")

    yield from (
        one_score_per_part,
        no_row_on_both_sides,
        every_row_once,
        scores_are_accuracies,
        honest_on_noise,
    )


@exercise("5.2 When to stop")
def early_stopping(fn):
    """Cases for `fn(losses, patience)`: (best epoch, last epoch), from 0."""

    def pair(losses, patience):
        try:
            got = fn([float(loss) for loss in losses], patience)
        except (AttributeError, TypeError):  # written for an array: losses[:e].argmin()
            got = fn(np.array(losses, dtype=float), patience)
        if got is None:
            raise Miss("the result is None", "did you forget `return`, also after the loop?")
        if not isinstance(got, (tuple, list, np.ndarray)) or np.shape(got)[:1] != (2,):
            raise Miss("the result is not a pair", "return best, last.")
        best, last = need_number(got[0], "best"), need_number(got[1], "last")
        if best != round(best) or last != round(last):
            raise Miss("an epoch is not a whole number", "return places in the list, not losses.")
        return int(best), int(last)

    def example():
        losses = [5, 4, 3, 6, 6, 7, 1]
        got = pair(losses, 2)
        usual = {
            (6, 4): ("the best epoch was never trained", "look only at epochs up to the stop."),
            (6, 6): ("it never stops", "count the epochs since the best one."),
            (3, 5): ("epochs are counted from 1", "losses[0] belongs to epoch 0."),
            (2, 5): ("it stops one epoch late", "two epochs without a new lowest: stop, >= 2."),
            (2, 3): ("it stops one epoch early", "how many epochs came since the best one?"),
            (4, 4): ("the last epoch is kept", "keep the weights of the best one."),
            (4, 2): ("best and last are swapped", "first the epoch whose weights are kept."),
            (2, 2): ("both are the best epoch", "the epochs of waiting are trained as well."),
            (3, 4): ("the lowest loss is returned", "return its place in the list."),
            (3, 6): ("losses are returned", "return their places in the list."),
        }
        if got in usual:
            raise Miss(f"for {losses} and patience 2: {usual[got][0]}", usual[got][1])
        if got != (2, 4):
            raise Miss(f"for {losses} and patience 2 it returns {got}", "walk through by hand.")

    def zigzag():
        got = pair([1.0, 5, 4, 6, 5, 7, 6, 8], 3)
        if got != (0, 3):
            raise Miss(
                "a loss that zigzags upwards is not stopped in time",
                "compare with the best so far, not with the epoch before.",
            )

    def starts_again():
        got = pair([5, 6, 4, 5, 3, 4, 2, 3], 2)
        if got == (2, 3) or got[1] < 7:
            raise Miss(
                "it stops although a new best came in between",
                "a new best begins the count again: epochs *in a row*.",
            )
        if got != (6, 7):
            raise Miss(f"if patience never runs out, {got} is returned", "last = final epoch.")

    def equal_is_not_lower():
        got = pair([3, 3, 3, 3, 3], 2)
        if got != (0, 2):
            raise Miss("equal losses count as progress", "only *lower* is a new best: <, not <=.")
        if pair([3, 2.9999, 3, 3], 2) != (1, 3):
            raise Miss("a slightly lower loss is no new best", "any loss that is lower counts.")

    def other_patience():
        if pair([3, 4, 2], 1) != (0, 1):
            raise Miss("patience 1 goes wrong", "the first epoch without a new best is the last.")

    def ends():
        if pair([4, 3, 2], 5) != (2, 2):
            raise Miss("a loss that falls to the end goes wrong", "best and last are both 2 then.")
        if pair([4], 1) != (0, 0):
            raise Miss("a single epoch goes wrong", "it is the best and the last.")

    yield from (example, zigzag, starts_again, equal_is_not_lower, other_patience, ends)


@exercise("5.3 Make a batch norm disappear")
def merge(fn):
    """Cases for `fn(w, b, gamma, beta, mean, variance, epsilon)`: (new_w, new_b)."""
    rng = np.random.default_rng(1)
    w, b, gamma, beta, mean = (rng.normal(size=s) for s in ((4, 3), 3, 3, 3, 3))
    variance, epsilon = rng.uniform(0.2, 4.0, 3), 0.5
    square_w = rng.normal(size=(3, 3))

    def both(w, epsilon=epsilon):
        got = fn(w, b, gamma, beta, mean, variance, epsilon)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return new_w, new_b.")
        if np.shape(got[0]) == (3,) and np.shape(got[1]) == w.shape:
            raise Miss("the bias comes first", "the order is new_w, new_b.")
        return need_array(got[0], w.shape, "new_w"), need_array(got[1], (3,), "new_b")

    scale, bare = gamma / np.sqrt(variance + epsilon), gamma / np.sqrt(variance)

    def weights():
        got, _ = both(w)
        usual = [
            (w, "is unchanged", "the scale of each output belongs to its weights."),
            (w * gamma, "is not divided", "the standard deviation is missing."),
            (w * gamma / (variance + epsilon), "is divided by the variance", "take its root."),
            (w * bare, "ignores epsilon", "it is added to the variance, inside the root."),
            (
                w * gamma / (np.sqrt(variance) + epsilon),
                "has epsilon outside the root",
                "variance + epsilon first, then the root.",
            ),
            (w / np.sqrt(variance + epsilon), "lacks gamma", "normalise, then scale by gamma."),
        ]
        compare("new_w", got, w * scale, usual, "write out one output and sort the terms by x.")

    def columns():
        got, _ = both(square_w)
        if close(got, square_w * scale[:, None]):
            raise Miss("rows of w are scaled", "outputs are columns of w (D, K): one factor each.")
        if not close(got, square_w * scale):
            raise Miss("a square w goes wrong", "scale the columns, whatever the shape.")

    def bias():
        _, got = both(w)
        usual = [
            (b, "is unchanged", "mean and beta must go somewhere."),
            (b * scale + beta, "forgets the mean", "the mean is subtracted from x @ w + b."),
            (beta - mean * scale, "forgets b", "the old bias is normalised too."),
            ((b - mean) * scale, "lacks beta", "the shift comes last."),
            (b - mean * scale + beta, "does not scale b", "b is inside the bracket with x @ w."),
            ((b + mean) * scale + beta, "adds the mean", "normalising subtracts it."),
            ((b - mean + beta) * scale, "scales beta", "beta is added after the scaling."),
            ((b - mean) * gamma + beta, "is not divided", "the bracket is divided as well as w."),
            (
                (b - mean) / np.sqrt(variance + epsilon) + beta,
                "lacks gamma",
                "gamma scales the old bias too.",
            ),
        ]
        compare("new_b", got, (b - mean) * scale + beta, usual, "what is the output for x = 0?")

    def same_outputs():
        x = rng.normal(size=(5, 4))
        new_w, new_b = both(w, 0.001)
        normal = (x @ w + b - mean) / np.sqrt(variance + 0.001)
        if not close(x @ new_w + new_b, gamma * normal + beta):
            raise Miss("with another epsilon the outputs differ", "is a number left in your code?")

    yield from (weights, columns, bias, same_outputs)


@exercise("5.4 Bug clinic: a score that depends on the batch size")
def f1_of_batches(fn):
    """Cases for `fn(batches)`: F1 of all examples in a list of (labels, called)."""
    rng = np.random.default_rng(2)
    labels, called = rng.random(60) < 0.2, rng.random(60) < 0.3
    labels[:4] = called[:4] = True
    labels[-4:] = called[-4:] = True  # so that the last batch has a score of its own

    def cut(*ends):
        places = [0, *ends, 60]
        return [
            (labels[a:b].copy(), called[a:b].copy())
            for a, b in zip(places, places[1:], strict=False)
        ]

    def f1(labels, called):
        marked = labels.sum() + called.sum()
        return 2 * (labels & called).sum() / marked if marked else 0.0

    def one_batch():
        got, hits = need_number(fn(cut()), "F1"), (labels & called).sum()
        precision, recall = hits / called.sum(), hits / labels.sum()
        usual = {
            "precision": (precision, "that is half of the story: recall is missing."),
            "recall": (recall, "that is half of the story: precision is missing."),
            "the plain mean of precision and recall": (
                (precision + recall) / 2,
                "F1 is the harmonic mean: 2 hits / (positives + calls).",
            ),
            "the accuracy": (np.mean(labels == called), "the quiet rest does not count in F1."),
        }
        for what, (value, hint) in usual.items():
            if close(got, value):
                raise Miss(f"for a single batch it is {what}", hint)
        if not close(got, f1(labels, called)):
            raise Miss("for a single batch it is not F1", "2 hits / (positives + calls).")

    def many_batches():
        parts = cut(7, 12, 30, 33)
        got = need_number(fn(parts), "F1")
        each = np.array([f1(*part) for part in parts])
        sizes = np.array([len(part[0]) for part in parts])
        marked = np.array([(a | b).any() for a, b in parts])
        if close(got, each.mean()) or close(got, each[marked].mean()):
            raise Miss("it is the mean of the batches' F1", "add the counts first, divide once.")
        if close(got, (each * sizes).sum() / 60):
            raise Miss(
                "it is the mean weighted by batch size",
                "right for accuracy; the denominator of F1 is not the batch size.",
            )
        precisions = np.mean([(a & b).sum() / max(b.sum(), 1) for a, b in parts])
        recalls = np.mean([(a & b).sum() / max(a.sum(), 1) for a, b in parts])
        if close(got, 2 * precisions * recalls / (precisions + recalls)):
            raise Miss(
                "precision and recall are averaged over batches",
                "they are ratios as well: add hits, positives and calls.",
            )
        if close(got, each[each > 0].mean()):
            raise Miss("batches without a hit are left out", "their misses and alarms count.")
        if close(got, each[-1]):
            raise Miss("only the last batch counts", "is something set back in the loop?")
        if not close(got, f1(labels, called)):
            raise Miss("several batches give another score than one", "add counts, divide once.")

    def without_hits():
        none, one = np.zeros(4, bool), np.arange(4) == 1
        for labels, called, what in (
            (none, none, "positives and calls"),
            (one, none, "calls"),
            (none, one, "positives"),
            (one, one[::-1].copy(), "hits"),
        ):
            with np.errstate(all="ignore"):
                try:
                    got = fn([(labels.copy(), called.copy()) for _ in range(2)])
                except ZeroDivisionError:
                    got = np.nan
            if not close(need_number(got, "F1"), 0.0):
                raise Miss(f"without {what} it is not 0", "0 / 0: decide it yourself.")

    yield from (one_batch, many_batches, without_hits)


@exercise("5.5 What the area means")
def auc_by_pairs(fn):
    """Cases for `fn(labels, scores)`: chance that a positive scores above a negative."""
    rng = np.random.default_rng(4)
    labels = np.array([1, 0, 0, 1, 0, 1, 0])

    def area(labels, scores):
        return need_number(fn(labels, scores), "the chance")

    def different_scores():
        scores = np.array([0.9, 0.2, 0.6, 0.5, 0.1, 0.8, 0.85])
        right = roc_auc(labels, scores)
        got = area(labels, scores)
        pairs = 3 * 4
        usual = {
            "a number of pairs": (right * pairs, "a chance: divide by the number of pairs."),
            "the chance of the opposite": (1 - right, "does the positive one come first?"),
            "divided by all N * N pairs": (right * pairs / 49, "only positive-negative pairs."),
            "divided by all pairs of rows": (right * pairs / 21, "only positive-negative pairs."),
            "the share of right answers at 0.5": (
                np.mean((scores > 0.5) == labels),
                "no threshold: compare scores with each other.",
            ),
        }
        for what, (value, hint) in usual.items():
            if close(got, value):
                raise Miss(f"the result is {what}", hint)
        if not close(got, right) and abs(got - right) < 0.03:
            raise Miss("the chance is close, but not exact", "do not draw: go through all pairs.")
        if not close(got, right):
            raise Miss("the chance is off", "count the pairs of the example on paper.")

    def ties():
        scores = np.array([0.5, 0.5, 0.1, 0.7, 0.7, 0.5, 0.2])
        positive, negative = scores[labels == 1], scores[labels == 0]
        gap = positive[:, None] - negative
        got = area(labels, scores)
        if close(got, (gap > 0).mean()):
            raise Miss("ties count as nothing", "a tie is a toss-up: one half.")
        if close(got, (gap >= 0).mean()):
            raise Miss("ties count as won", "a tie is a toss-up: one half.")
        if not close(got, roc_auc(labels, scores)):
            raise Miss("ties go wrong", "each tied pair adds one half.")

    def worse_than_guessing():
        scores = np.array([0.1, 0.8, 0.4, 0.3, 0.9, 0.2, 0.6])
        if not close(area(labels, scores), roc_auc(labels, scores)):
            raise Miss(
                "a wrong order scores above one half",
                "below 0.5 is possible: the result says so, and nothing is turned round.",
            )

    def logits():
        many, scores = rng.integers(0, 2, 80), rng.normal(0, 5, 80).round()
        if not close(area(many, scores), roc_auc(many, scores)):
            raise Miss(
                "it is not the area under the ROC curve for logits",
                "scores may be negative or above 1: only their order counts.",
            )

    yield from (different_scores, ties, worse_than_guessing, logits)
