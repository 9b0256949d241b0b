"""Answers that learners give in lesson 06, and what each must be told."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.checks import nb06


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 6.1 -------------------------------------------------------------------------------------


def dot_four():
    return np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4


def dot_eight():
    w = np.full((3, 3), -1 / 8)
    w[1, 1] = 1.0
    return w.tolist()


def dot_too_strong():
    return np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])


def dot_alone():
    return np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])


def dot_one_sided():
    return np.array([[0, 0, 0], [-1, 1, 0], [0, 0, 0]])


def dot_dark():
    return -dot_four()


def dot_step():
    return np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]])


def dot_outer():
    return np.outer([1, -2, 1], [1, -2, 1]) / 4


def dot_sobel():
    return np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


def dot_nothing():
    return np.zeros((3, 3))


def dot_row():
    return np.array([-0.5, 1, -0.5])


# 6.2 -------------------------------------------------------------------------------------


def places(size, kernel, stride, padding):
    if padding == "same":
        return int(np.ceil(size / stride))
    return len(range(0, size - kernel + 1, stride))


def places_by_formula(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel) // stride + 1 if kernel <= size else 0


def places_by_starts(size, kernel, stride, padding):
    starts = range(0, size, stride)
    return sum(1 for start in starts if padding == "same" or start + kernel <= size)


def places_padded_alike(size, kernel, stride, padding):
    """Half a kernel of zeros on both sides: right for odd kernels only."""
    zeros = 2 * (kernel // 2) if padding == "same" else 0
    return max((size + zeros - kernel) // stride + 1, 0) if kernel <= size + zeros else 0


def places_no_exact_fit(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return 0 if kernel >= size else (size - kernel) // stride + 1


def places_same_with_fractions(size, kernel, stride, padding):
    return size / stride if padding == "same" else places(size, kernel, stride, padding)


def places_without_first(size, kernel, stride, padding):
    return places(size, kernel, stride, padding) - 1


def places_never_shrink(size, kernel, stride, padding):
    return -(-size // stride)


def places_divided_late(size, kernel, stride, padding):
    return -(-size // stride) if padding == "same" else (size - kernel + 1) // stride


def places_rounded_up(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return -(-(size - kernel) // stride) + 1


def places_with_fractions(size, kernel, stride, padding):
    return size / stride if padding == "same" else (size - kernel) / stride + 1


def places_same_rounded_down(size, kernel, stride, padding):
    return size // stride if padding == "same" else places(size, kernel, stride, padding)


def places_same_means_same(size, kernel, stride, padding):
    return size if padding == "same" else places(size, kernel, stride, padding)


def places_same_with_kernel(size, kernel, stride, padding):
    if padding == "same":
        return (size + kernel) // stride + 1
    return places(size, kernel, stride, padding)


def places_negative(size, kernel, stride, padding):
    return -(-size // stride) if padding == "same" else (size - kernel) // stride + 1


def places_cut_towards_zero(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return max(int((size - kernel) / stride) + 1, 0)


def places_at_least_one(size, kernel, stride, padding):
    return max(places(size, kernel, stride, padding), 1)


# 6.3 -------------------------------------------------------------------------------------


def gradient_by_windows(x, dy):
    return (sliding_window_view(x, dy.shape) * dy).sum(axis=(2, 3))


def gradient_by_loops(x, dy):
    (H, W), (P, Q) = x.shape, dy.shape
    dw = np.zeros((H - P + 1, W - Q + 1))
    for p in range(P):
        for q in range(Q):
            dw += x[p : p + dw.shape[0], q : q + dw.shape[1]] * dy[p, q]
    return dw


def gradient_of_lists(x, dy):
    (H, W), (P, Q) = x.shape, dy.shape
    spots = [(p, q) for p in range(P) for q in range(Q)]
    return [
        [sum(x[i + p, j + q] * dy[p, q] for p, q in spots) for j in range(W - Q + 1)]
        for i in range(H - P + 1)
    ]


def gradient_overwritten(x, dy):
    (H, W), (P, Q) = x.shape, dy.shape
    for p in range(P):
        for q in range(Q):
            dw = x[p : p + H - P + 1, q : q + W - Q + 1] * dy[p, q]
    return dw


def gradient_full(x, dy):
    return gradient_by_windows(np.pad(x, 1), dy)


def gradient_mean(x, dy):
    return gradient_by_windows(x, dy) / dy.size


def gradient_turned(x, dy):
    return gradient_by_windows(x, dy)[::-1, ::-1]


def gradient_of_a_true_convolution(x, dy):
    return gradient_by_windows(x, dy[::-1, ::-1])


def gradient_without_dy(x, dy):
    return sliding_window_view(x, dy.shape).sum(axis=(2, 3))


def gradient_shaped_as_dy(x, dy):
    return x[: dy.shape[0], : dy.shape[1]] * dy


def gradient_transposed(x, dy):
    return gradient_by_windows(x, dy).T


def gradient_one_short(x, dy):
    return gradient_by_windows(x, dy)[:-1, :-1]


# 6.4 -------------------------------------------------------------------------------------


def sees_backwards(layers):
    width = 1
    for kernel, stride in reversed(layers):
        width = (width - 1) * stride + kernel
    return width


def sees_forwards(layers):
    width, step = 1, 1
    for kernel, stride in layers:
        width += (kernel - 1) * step
        step *= stride
    return width


def sees_by_recursion(layers):
    if not layers:
        return 1
    kernel, stride = layers[0]
    return kernel + stride * (sees_by_recursion(layers[1:]) - 1)


def sees_unreversed(layers):
    width = 1
    for kernel, stride in layers:
        width = (width - 1) * stride + kernel
    return width


def sees_previous_stride(layers):
    width, before = 1, 1
    for kernel, stride in layers:
        width, before = width + (kernel - 1) * before, stride
    return width


def sees_without_pooling(layers):
    width, step = 1, 1
    for kernel, stride in layers:
        width += (kernel - 1) * step if stride == 1 else 0
        step *= stride
    return width


def sees_adding_kernels(layers):
    return sum(kernel for kernel, _ in layers)


def sees_multiplying(layers):
    return int(np.prod([kernel for kernel, _ in layers]))


def sees_last_only(layers):
    return layers[-1][0]


def sees_without_strides(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


def sees_own_stride_first(layers):
    width, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        width += (kernel - 1) * step
    return width


def sees_own_stride_but_for_the_first(layers):
    width, step = layers[0][0], layers[0][1]
    for kernel, stride in layers[1:]:
        step *= stride
        width += (kernel - 1) * step
    return width


def sees_in_wrong_order(layers):
    return sees_forwards(layers[::-1]) if len(layers) != 4 or layers[0] != (3, 1) else 10


def sees_last_stride_only(layers):
    width, before = 1, 1
    for kernel, stride in layers:
        width += (kernel - 1) * before
        before = stride if stride > 1 else before
    return width


def sees_doubled(layers):
    return 2 * sees_forwards(layers)


# 6.5 -------------------------------------------------------------------------------------


def share(maps, head, labels):
    return (head.forward(maps.reshape(len(maps), -1)).argmax(axis=1) == labels).mean()


def share_by_counting(maps, head, labels):
    right = 0
    for picture, label in zip(maps, labels, strict=True):
        right += int(np.argmax(head.forward(picture.reshape(1, -1))) == label)
    return right / len(labels)


def share_of_columns(maps, head, labels):
    scores = head.forward(np.stack([picture.ravel() for picture in maps]))
    return (np.argsort(scores, axis=1)[:, -1:] == labels[:, None]).mean()


def share_channels_first(maps, head, labels):
    flat = maps.transpose(0, 3, 1, 2).reshape(len(maps), -1)
    return (head.forward(flat).argmax(axis=1) == labels).mean()


def share_of_means(maps, head, labels):
    return (head.forward(maps.mean(axis=(1, 2))).argmax(axis=1) == labels).mean()


def share_broken(maps, head, labels):
    flat = maps.reshape(-1, 64 * 6 * 6)
    scores = head.forward(flat)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    best = np.argsort(log_p, axis=1)[:, -1:]
    return (best == labels).sum() / len(labels)


def share_other_number(maps, head, labels):
    scores = head.forward(maps.reshape(-1, 64 * 24 * 24))
    return (scores.argmax(axis=1) == labels).mean()


def share_table(maps, head, labels):
    scores = head.forward(maps.reshape(len(maps), -1))
    return (np.argsort(scores, axis=1)[:, -1:] == labels).sum() / len(labels)


def share_table_mean(maps, head, labels):
    scores = head.forward(maps.reshape(len(maps), -1))
    return (np.argsort(scores, axis=1)[:, -1:] == labels).mean()


def share_count(maps, head, labels):
    return share(maps, head, labels) * len(labels)


def share_percent(maps, head, labels):
    return 100 * share(maps, head, labels)


def share_worst(maps, head, labels):
    return (head.forward(maps.reshape(len(maps), -1)).argmin(axis=1) == labels).mean()


def share_overflowing(maps, head, labels):
    scores = head.forward(maps.reshape(len(maps), -1))
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return (log_p.argmax(axis=1) == labels).mean()


# 6.6 -------------------------------------------------------------------------------------


def blur(y):
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    wide = np.pad(loud, 1, mode="edge")
    return (wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4)[::2]


def blur_by_loop(y):
    last = len(y) - 1
    loud = [max(y[i], y[min(i + 1, last)]) for i in range(len(y))]
    return [
        0.25 * loud[max(i - 1, 0)] + 0.5 * loud[i] + 0.25 * loud[min(i + 1, last)]
        for i in range(0, len(y), 2)
    ]


def blur_by_convolve(y):
    loud = np.maximum(y, np.append(y[1:], -np.inf))
    return np.convolve(np.pad(loud, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")[::2]


def _blur(loud, mode="edge"):
    wide = np.pad(loud, 1, mode=mode)
    return (wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4)[::2]


def blur_rolled_maximum(y):
    return _blur(np.maximum(y, np.roll(y, -1)))


def blur_rolled(y):
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    return (np.roll(loud, 1) / 4 + loud / 2 + np.roll(loud, -1) / 4)[::2]


def blur_rolled_twice(y):
    return _blur(np.maximum(y, np.roll(y, -1)), "wrap")


def blur_last_against_zero(y):
    return _blur(np.maximum(y, np.append(y[1:], 0)))


def blur_in_place(y):
    last = len(y) - 1
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    for i in range(len(y)):
        loud[i] = loud[max(i - 1, 0)] / 4 + loud[i] / 2 + loud[min(i + 1, last)] / 4
    return loud[::2]


def blur_before_maximum(y):
    wide = np.pad(y, 1, mode="edge")
    soft = wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4
    return np.append(np.maximum(soft[:-1], soft[1:]), soft[-1])[::2]


def blur_not(y):
    return y.reshape(-1, 2).max(axis=1)


def blur_without_maximum(y):
    wide = np.pad(y, 1, mode="edge")
    return (wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4)[::2]


def blur_with_zeros(y):
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    return np.convolve(loud, [0.25, 0.5, 0.25], mode="same")[::2]


def blur_others(y):
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    wide = np.pad(loud, 1, mode="edge")
    return (wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4)[1::2]


def blur_left(y):
    return blur_without_maximum(np.append(y[0], np.maximum(y[1:], y[:-1])))


def blur_too_much(y):
    return 2 * blur(y)


def blur_all(y):
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    wide = np.pad(loud, 1, mode="edge")
    return wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4


ANSWERS = {
    nb06.dot_kernel: [
        ("stub", stub, "not attempted yet"),
        ("solution", dot_four, "3 of 3 cases"),
        ("second", dot_eight, "3 of 3 cases"),
        ("second", dot_outer, "3 of 3 cases"),
        ("wrong", dot_sobel, "a ramp gets an answer"),
        ("wrong", dot_too_strong, "divide all weights"),
        ("wrong", dot_alone, "sum of the weights"),
        ("wrong", dot_one_sided, "balance left with right"),
        ("wrong", dot_dark, "turn the signs"),
        ("wrong", dot_step, "under the middle weight"),
        ("wrong", dot_nothing, "answers 0 to everything"),
        ("wrong", dot_row, "expected (3, 3)"),
    ],
    nb06.places: [
        ("stub", stub, "not attempted yet"),
        ("solution", places, "4 of 4 cases"),
        ("second", places_by_formula, "4 of 4 cases"),
        ("second", places_by_starts, "4 of 4 cases"),
        ("wrong", places_padded_alike, "28 pixels, kernel 2, stride 1"),
        ("wrong", places_no_exact_fit, "it fits once"),
        ("wrong", places_same_with_fractions, "with same the result has a fraction"),
        ("wrong", places_without_first, "how many begin at 0 to 25"),
        ("wrong", places_never_shrink, "must stay inside"),
        ("wrong", places_divided_late, "first divide the last possible start"),
        ("wrong", places_rounded_up, "hangs over the end"),
        ("wrong", places_with_fractions, "does not fit is none"),
        ("wrong", places_same_rounded_down, "same rounds up"),
        ("wrong", places_same_means_same, "for stride 1 only"),
        ("wrong", places_same_with_kernel, "kernel's size does not matter"),
        ("wrong", places_negative, "no window fits: 0"),
        ("wrong", places_at_least_one, "it fits nowhere"),
        ("wrong", places_cut_towards_zero, "int(-0.5) is 0"),
    ],
    nb06.kernel_gradient: [
        ("stub", stub, "not attempted yet"),
        ("solution", gradient_by_windows, "3 of 3 cases"),
        ("second", gradient_by_loops, "3 of 3 cases"),
        ("second", gradient_of_lists, "3 of 3 cases"),
        ("wrong", gradient_overwritten, "+= for every place"),
        ("wrong", gradient_full, "its shape is (5, 4)"),
        ("wrong", gradient_mean, "roads are added"),
        ("wrong", gradient_turned, "weight (0, 0) met"),
        ("wrong", gradient_of_a_true_convolution, "ours turns nothing"),
        ("wrong", gradient_without_dy, "rate times what arrives"),
        ("wrong", gradient_shaped_as_dy, "shape of what it belongs to"),
        ("wrong", gradient_transposed, "H - P + 1 rows"),
        ("wrong", gradient_one_short, "solve for kh"),
    ],
    nb06.sees: [
        ("stub", stub, "not attempted yet"),
        ("solution", sees_backwards, "4 of 4 cases"),
        ("second", sees_forwards, "4 of 4 cases"),
        ("second", sees_by_recursion, "4 of 4 cases"),
        ("wrong", sees_unreversed, "it is 16"),
        ("wrong", sees_previous_stride, "not only the last one"),
        ("wrong", sees_without_pooling, "pooling too"),
        ("wrong", sees_adding_kernels, "adds k - 1, not k"),
        ("wrong", sees_multiplying, "add and do not multiply"),
        ("wrong", sees_last_only, "three units, each with a view"),
        ("wrong", sees_without_strides, "one step is two pixels"),
        ("wrong", sees_own_stride_first, "it does not widen this one"),
        ("wrong", sees_own_stride_but_for_the_first, "multiply it in afterwards"),
        ("wrong", sees_in_wrong_order, "nearest to the picture"),
        ("wrong", sees_last_stride_only, "product of all strides"),
        ("wrong", sees_doubled, "begin with one layer"),
    ],
    nb06.share_right: [
        ("stub", stub, "not attempted yet"),
        ("solution", share, "3 of 3 cases"),
        ("second", share_by_counting, "3 of 3 cases"),
        ("second", share_of_columns, "3 of 3 cases"),
        ("wrong", share_channels_first, "in reading order"),
        ("wrong", share_of_means, "as (2, 64), not"),
        ("wrong", share_broken, "say how many rows you want"),
        ("wrong", share_other_number, "typed by hand"),
        ("wrong", share_table, "broadcasts: see shapes"),
        ("wrong", share_table_mean, "arrays of one shape"),
        ("wrong", share_count, "divide by the number"),
        ("wrong", share_percent, "from 0 to 1"),
        ("wrong", share_worst, "has the best score"),
        ("wrong", share_overflowing, "exp overflows"),
    ],
    nb06.blur_pool: [
        ("stub", stub, "not attempted yet"),
        ("solution", blur, "3 of 3 cases"),
        ("second", blur_by_loop, "3 of 3 cases"),
        ("second", blur_by_convolve, "3 of 3 cases"),
        ("wrong", blur_rolled_maximum, "round in a circle"),
        ("wrong", blur_rolled, "np.roll brings in"),
        ("wrong", blur_rolled_twice, "is no neighbour"),
        ("wrong", blur_last_against_zero, "no right neighbour"),
        ("wrong", blur_in_place, "into a new row"),
        ("wrong", blur_before_maximum, "is blurred first"),
        ("wrong", blur_not, "the blur is missing"),
        ("wrong", blur_without_maximum, "step 1 comes before"),
        ("wrong", blur_with_zeros, "own value counts, not 0"),
        ("wrong", blur_others, "[::2] keeps the first"),
        ("wrong", blur_left, "looks to the right"),
        ("wrong", blur_too_much, "are all three there"),
        ("wrong", blur_all, "expected (4,)"),
    ],
}
