"""Convolution of pictures: the same small weighted sum at every place.

Shape letters of this file: N pictures, H rows, W columns, C channels in, F filters out,
kh x kw the kernel's height and width, P x Q the number of places, down and across.
Channels come last (NHWC) and weights are (kh, kw, C, F), both as in Keras.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.errors import ShapeError, UsageError
from course_utils.scratch.window_arithmetic import output_size, same_padding


class Conv2D:
    """F weighted sums of each kh x kw x C window of a picture, equal weights at every place.

    Strictly speaking a cross-correlation: the kernel is not turned over before it is applied.
    Keras, TensorFlow and PyTorch call this convolution.

    Args:
        channels: number of channels C of the input; 1 for grey pictures.
        filters: number of filters F.
        kernel: (kh, kw), or one number for both.
        rng: `np.random.Generator` for the first weights, normal with standard deviation
            1 / sqrt(kh * kw * C), so that outputs start about as large as inputs. Biases
            start at 0.
        stride: step between places, down and across; one number or (down, across).
        padding: "valid" keeps windows inside the picture; "same" adds zeros around it so that
            there are ceil(H / stride) x ceil(W / stride) places.

    Parameters:
        "w": float64 (kh, kw, C, F). "b": float64 (F,).

    Input:
        x: array (N, H, W, C).

    Output:
        float64 (N, P, Q, F).

    Raises:
        UsageError: a kernel, stride or count is not a positive whole number, or `padding` is
            unknown.
        ShapeError: `x` is not (N, H, W, C), or with "valid" the kernel does not fit into it;
            `backward` gets something other than (N, P, Q, F).

    Cost: N * P * Q * kh * kw * C * F multiplications forward and twice as many backward. The
    matrix of windows takes kh * kw times the memory of the input.

    Source: LeCun, Bottou, Bengio and Haffner 1998, "Gradient-Based Learning Applied to
    Document Recognition", section II; arithmetic in Dumoulin and Visin 2016, arXiv:1603.07285.
    """

    def __init__(self, channels, filters, kernel, rng, stride=1, padding="valid"):
        kh, kw = _two(kernel)
        self.stride, self.padding = _two(stride), padding
        for size, step in zip((kh, kw), self.stride, strict=True):
            output_size(size, size, step, padding)  # refuses what is no size
        if channels < 1 or filters < 1:
            raise UsageError(
                f"{filters} filters for {channels} channels have no weights.",
                "give at least one of each.",
            )
        self.params = {
            "w": rng.normal(0.0, (kh * kw * channels) ** -0.5, (kh, kw, channels, filters)),
            "b": np.zeros(filters),
        }
        self.grads = {}
        self._saved = None

    def forward(self, x):
        x = np.asarray(x, dtype=float)  # (N, H, W, C)
        kh, kw, channels, _ = self.params["w"].shape
        if x.ndim != 4 or x.shape[3] != channels:
            raise ShapeError(
                f"expected x of shape (N, H, W, {channels}), got {x.shape}.", _way_out(x, channels)
            )
        if self.padding == "valid" and (kh > x.shape[1] or kw > x.shape[2]):
            raise ShapeError(
                f"a {kh} x {kw} kernel does not fit into pictures of {x.shape[1]} x {x.shape[2]}.",
                'use a smaller kernel, larger pictures, or padding="same".',
            )
        margins = [(0, 0), *self._margins(x.shape[1:3]), (0, 0)]
        windows = sliding_window_view(np.pad(x, margins), (kh, kw), axis=(1, 2))
        windows = windows[:, :: self.stride[0], :: self.stride[1]]  # (N, P, Q, C, kh, kw), a view
        self._saved = windows, x.shape, margins
        y = np.tensordot(windows, self.params["w"], axes=([4, 5, 3], [0, 1, 2]))
        return y + self.params["b"]  # (N, P, Q, F)

    def backward(self, dy):
        """Fill `grads` and return d(loss)/dx, (N, H, W, C), given d(loss)/dy, (N, P, Q, F)."""
        windows, shape, margins = self._saved
        w, (down, across) = self.params["w"], self.stride
        places = windows.shape[1:3]
        if np.shape(dy) != (shape[0], *places, w.shape[3]):
            raise ShapeError(
                f"expected dy of shape {(shape[0], *places, w.shape[3])}, got {np.shape(dy)}.",
                "the gradient of an output has the shape of that output.",
            )
        dy = np.asarray(dy, dtype=float)
        dw = np.tensordot(windows, dy, axes=([0, 1, 2], [0, 1, 2]))  # (C, kh, kw, F)
        self.grads = {"w": dw.transpose(1, 2, 0, 3), "b": dy.sum(axis=(0, 1, 2))}
        dx = np.zeros([n + sum(margin) for n, margin in zip(shape, margins, strict=True)])
        # Weight (i, j) met pixel (i + down * p, j + across * q) at place (p, q).
        for i, j in np.ndindex(w.shape[:2]):
            rows = slice(i, i + down * places[0], down)
            columns = slice(j, j + across * places[1], across)
            dx[:, rows, columns] += dy @ w[i, j].T  # (N, P, Q, C)
        (top, _), (left, _) = margins[1:3]
        return dx[:, top : top + shape[1], left : left + shape[2]]

    def _margins(self, size):
        if self.padding == "valid":
            return [(0, 0), (0, 0)]
        kernel = self.params["w"].shape[:2]
        return [same_padding(*of) for of in zip(size, kernel, self.stride, strict=True)]


def _two(value):
    """One number for both directions, or a pair."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(pair) != 2:
        raise UsageError(f"{value!r} are {len(pair)} numbers.", "give one, or (down, across).")
    return pair


def _way_out(x, channels):
    if x.ndim == 3 and x.shape[2] == channels:
        return "add a batch axis with x[None]."
    if x.ndim == 3 and channels == 1:
        return "add a channel axis with x[..., None]."
    if x.ndim == 4 and x.shape[1] == channels:
        return "channels come last: x.transpose(0, 2, 3, 1)."
    if x.ndim == 4:
        return f"make a layer with channels={x.shape[3]}, or check the layer before."
    return "give N pictures of H rows, W columns and C channels."
