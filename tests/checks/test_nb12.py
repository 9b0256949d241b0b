"""Answers that learners give in lesson 12, and what each must be told."""

import numpy as np

from course_utils.checks import nb12
from course_utils.scratch.losses import softmax


def stub(*_):
    raise NotImplementedError("replace this line with your own")


def nothing(*_):
    return None


# 12.1 ------------------------------------------------------------------------------------


def bits(nats, tokens, characters):
    return nats / np.log(2) * tokens / characters


def bits_by_log2(nats, tokens, characters):
    return np.log2(np.e) * np.asarray(nats) * (tokens / characters)


# 12.2 ------------------------------------------------------------------------------------


def parameters(V, C, D, L):
    return V * D + C * D + L * (12 * D * D + 13 * D) + 2 * D


def parameters_by_layers(V, C, D, L):
    shapes = [(V, D), (C, D), (D,), (D,)]
    for _ in range(L):
        shapes += [(D, 3 * D), (3 * D,), (D, D), (D,), (D, 4 * D), (4 * D,), (4 * D, D), (D,)]
        shapes += [(D,)] * 4
    return float(sum(np.prod(shape) for shape in shapes))


def parameters_of(extra):
    return lambda V, C, D, L: parameters(V, C, D, L) + extra(V, C, D, L)


# 12.3 ------------------------------------------------------------------------------------


def decayed(shapes):
    return sorted(n for n, s in shapes.items() if len(s) > 1 and "embeddings" not in n)


def decayed_by_loop(shapes):
    found = []
    for name in sorted(shapes):
        if name.endswith("embeddings") or len(shapes[name]) == 1:
            continue
        found.append(name)
    return tuple(found)


def decayed_with_embeddings(shapes):
    return sorted(n for n, s in shapes.items() if len(s) > 1)


def decayed_kernels(shapes):
    return sorted(n for n in shapes if "kernel" in n)


def decayed_unless_bias(shapes):
    return sorted(n for n in shapes if "bias" not in n and "embeddings" not in n)


def decayed_inverted(shapes):
    return sorted(set(shapes) - set(decayed(shapes)))


def decayed_all(shapes):
    return sorted(shapes)


def decayed_unsorted(shapes):
    return decayed(shapes)[::-1]


def decayed_dict(shapes):
    return {name: shapes[name] for name in decayed(shapes)}


def decayed_but_biases(shapes):
    names = [n for n in shapes if "embeddings" not in n and "gamma" not in n and "beta" not in n]
    return sorted(n for n in names if n != "up/bias")


# 12.4 ------------------------------------------------------------------------------------


def length_of(gradients):
    return np.sqrt(sum((g**2).sum() for g in gradients))


def clip(gradients, limit):
    length = length_of(gradients)
    scale = min(1.0, limit / length) if length > 0 else 1.0
    return [g * scale for g in gradients]


def clip_by_concatenating(gradients, limit):
    length = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    return tuple((g / max(1.0, length / limit)).tolist() for g in gradients)


def clip_each(gradients, limit):
    return [g * min(1.0, limit / max(np.sqrt((g**2).sum()), 1e-9)) for g in gradients]


def clip_values(gradients, limit):
    return [np.clip(g, -limit, limit) for g in gradients]


def clip_always(gradients, limit):
    return [g * limit / max(length_of(gradients), 1e-9) for g in gradients]


def clip_without_care(gradients, limit):
    length = length_of(gradients)
    return [g / length * min(length, limit) for g in gradients]


def clip_to_one(gradients, limit):
    return [g / length_of(gradients) for g in gradients]


def clip_without_root(gradients, limit):
    return [g * limit / length_of(gradients) ** 2 for g in gradients]


def clip_not(gradients, limit):
    return gradients


def clip_one_array(gradients, limit):
    return np.concatenate([g.ravel() for g in clip(gradients, limit)])


# 12.5 ------------------------------------------------------------------------------------


def loss_per_place(logits, ids):
    return -np.log(np.take_along_axis(softmax(logits), ids[..., None], axis=-1))[..., 0]


def loss(logits, ids):
    return loss_per_place(logits[:, :-1], ids[:, 1:]).mean()


def loss_by_loops(logits, ids):
    total, rows, length = 0.0, *ids.shape
    for b in range(rows):
        for t in range(length - 1):
            top = logits[b, t].max()
            total += np.log(np.exp(logits[b, t] - top).sum()) + top - logits[b, t, ids[b, t + 1]]
    return total / (rows * (length - 1))


def loss_unshifted(logits, ids):
    return loss_per_place(logits, ids).mean()


def loss_backwards(logits, ids):
    return loss_per_place(logits[:, 1:], ids[:, :-1]).mean()


def loss_rolled(logits, ids):
    return loss_per_place(logits, np.roll(ids, -1, axis=1)).mean()


def loss_summed(logits, ids):
    return loss_per_place(logits[:, :-1], ids[:, 1:]).sum()


def loss_of_all_places(logits, ids):
    return loss_summed(logits, ids) / ids.size


def loss_negative(logits, ids):
    return -loss(logits, ids)


def loss_each(logits, ids):
    return loss_per_place(logits[:, :-1], ids[:, 1:])


def loss_bits(logits, ids):
    return loss(logits, ids) / np.log(2)


# 12.6 ------------------------------------------------------------------------------------


def law(sizes, losses, floor):
    slope, height = np.polyfit(np.log(sizes), np.log(np.asarray(losses) - floor), 1)
    return np.exp(height), -slope


def law_by_least_squares(sizes, losses, floor):
    x, y = np.log10(np.array(sizes)), np.log10(np.array(losses) - floor)
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return [10 ** (y.mean() - slope * x.mean()), -slope]


def law_negative(sizes, losses, floor):
    a, alpha = law(sizes, losses, floor)
    return a, -alpha


def law_swapped(sizes, losses, floor):
    return law(sizes, losses, floor)[::-1]


def law_log_a(sizes, losses, floor):
    a, alpha = law(sizes, losses, floor)
    return np.log(a), alpha


def law_without_floor(sizes, losses, floor):
    return law(sizes, losses, 0.0)


def law_floor_fixed(sizes, losses, floor):
    return law(sizes, losses, 2.0 if len(sizes) == 2 else 0.33)


def law_of_ends(sizes, losses, floor):
    return law([sizes[0], sizes[-1]], [losses[0], losses[-1]], floor)


def law_alpha_only(sizes, losses, floor):
    return law(sizes, losses, floor)[1]


ANSWERS = {
    nb12.bits_per_character: [
        ("stub", stub, "not attempted yet"),
        ("solution", bits, "3 of 3 cases"),
        ("second", bits_by_log2, "3 of 3 cases"),
        ("wrong", lambda n, t, c: n * np.log(2) * t / c, "ln 2 nats are one bit: divide"),
        ("wrong", lambda n, t, c: n * t / c, "one bit is ln 2 nats"),
        ("wrong", lambda n, t, c: n / np.log(2), "a mean per token times the tokens"),
        ("wrong", lambda n, t, c: n / np.log(2) * c / t, "fewer characters in a token"),
        ("wrong", lambda n, t, c: n / np.log(2) * t, "share it among the characters"),
        ("wrong", lambda n, t, c: n / np.log(2) / c, "multiply by the tokens first"),
        ("wrong", lambda n, t, c: round(float(np.mean(bits(n, t, c))), 2), "as it is"),
        ("wrong", nothing, "did you forget `return`"),
    ],
    nb12.gpt_parameters: [
        ("stub", stub, "not attempted yet"),
        ("solution", parameters, "3 of 3 cases"),
        ("second", parameters_by_layers, "3 of 3 cases"),
        ("wrong", parameters_of(lambda V, C, D, L: V * D), "the output is tied"),
        ("wrong", parameters_of(lambda V, C, D, L: -C * D), "learned places: C rows"),
        ("wrong", parameters_of(lambda V, C, D, L: -2 * D), "behind the last block"),
        ("wrong", parameters_of(lambda V, C, D, L: -13 * D * L), "qkv 3 D, out D, up 4 D"),
        ("wrong", parameters_of(lambda V, C, D, L: -4 * D * L), "two norms in a block"),
        ("wrong", parameters_of(lambda V, C, D, L: -9 * D * L), "every matrix of a block"),
        ("wrong", parameters_of(lambda V, C, D, L: -2 * D * L - D), "a scale *and* a shift"),
        ("wrong", parameters_of(lambda V, C, D, L: -D * D * L), "joins the heads"),
        ("wrong", lambda V, C, D, L: parameters(V, C, D, 1), "weights of its own"),
        ("wrong", lambda V, C, D, L: 124_439_808, "is a size of GPT-2 left"),
    ],
    nb12.decayed: [
        ("stub", stub, "not attempted yet"),
        ("solution", decayed, "3 of 3 cases"),
        ("second", decayed_by_loop, "3 of 3 cases"),
        ("wrong", decayed_with_embeddings, "fade between two meetings"),
        ("wrong", decayed_kernels, "two axes or more are the reason"),
        ("wrong", decayed_unless_bias, "switches its norm off"),
        ("wrong", decayed_inverted, "return those that decay"),
        ("wrong", decayed_all, "Adam's old way"),
        ("wrong", decayed_unsorted, "each name once"),
        ("wrong", decayed_dict, "only the names"),
        ("wrong", decayed_but_biases, "a bias has one axis"),
    ],
    nb12.clip: [
        ("stub", stub, "not attempted yet"),
        ("solution", clip, "3 of 3 cases"),
        ("second", clip_by_concatenating, "3 of 3 cases"),
        ("wrong", clip_each, "the direction of the step bends"),
        ("wrong", clip_values, "np.clip bends"),
        ("wrong", clip_always, "a gradient below the limit stays"),
        ("wrong", clip_without_care, "before dividing"),
        ("wrong", clip_to_one, "they should be `limit` long"),
        ("wrong", clip_without_root, "length is a root"),
        ("wrong", clip_not, "three times too long"),
        ("wrong", clip_one_array, "one array for each gradient"),
    ],
    nb12.sequence_loss: [
        ("stub", stub, "not attempted yet"),
        ("solution", loss, "3 of 3 cases"),
        ("second", loss_by_loops, "3 of 3 cases"),
        ("wrong", loss_unshifted, "position t answers t + 1"),
        ("wrong", loss_backwards, "cut the *end* of the logits"),
        ("wrong", loss_rolled, "np.roll gives it the first token"),
        ("wrong", loss_summed, "the mean over all positions"),
        ("wrong", loss_of_all_places, "only T - 1 positions"),
        ("wrong", loss_negative, "a loss is -log p"),
        ("wrong", loss_each, "take the mean over all of them"),
        ("wrong", loss_bits, "natural logarithm: nats"),
    ],
    nb12.fit_power_law: [
        ("stub", stub, "not attempted yet"),
        ("solution", law, "3 of 3 cases"),
        ("second", law_by_least_squares, "3 of 3 cases"),
        ("wrong", law_negative, "the slope is -alpha"),
        ("wrong", law_swapped, "return a first"),
        ("wrong", law_log_a, "undo the logarithm"),
        ("wrong", law_without_floor, "or the points bend"),
        ("wrong", law_floor_fixed, "is a number left in your code"),
        ("wrong", law_of_ends, "fit a line to all of them"),
        ("wrong", law_alpha_only, "return a, alpha"),
    ],
}
