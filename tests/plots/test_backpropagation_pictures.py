"""The smaller pictures of differentiation: what they must say, and that they refuse nothing."""

import numpy as np

from course_utils.plots.gradient_error import nudge_valley
from course_utils.plots.restarts import once_or_anew
from course_utils.plots.roads import two_roads
from course_utils.plots.tiny_network import EDGES, backward_pass, forward_pass
from course_utils.plots.xor import answer_maps, losses_from_many_starts

WEIGHTS = {name: 0.25 * i - 1 for i, name in enumerate((*EDGES, "b1", "b2", "c"))}
VALUES = {k: 0.5 for k in ("x1", "x2", "z1", "z2", "h1", "h2", "p", "y", "L")}


def texts(ax):
    return " | ".join(t.get_text() for t in ax.texts)


def test_the_network_shows_every_weight_and_every_value():
    said = texts(forward_pass(WEIGHTS, VALUES))
    for name in EDGES:
        assert f"{name} = " in said
    for name in ("b1 = ", "b2 = ", "c = ", "z1 = ", "z2 = ", "y = "):
        assert name in said


def test_backward_arrows_run_from_the_loss_to_the_inputs():
    numbers = VALUES | WEIGHTS
    ax = backward_pass(WEIGHTS, numbers)
    assert "w11: " in texts(ax)
    arrows = [p for p in ax.patches if hasattr(p, "get_arrowstyle")]
    assert len(arrows) == len(EDGES) + 1
    assert all(a._posA_posB[0][0] > a._posA_posB[1][0] for a in arrows)


def test_roads_state_products_and_sum():
    said = texts(two_roads(((3, 4), (4, 6)), (12, 24), 36))
    assert "3 · 4 = 12" in said and "4 · 6 = 24" in said and "12 + 24 = 36" in said


def test_the_valley_has_both_axes_logarithmic_and_survives_an_error_of_zero():
    eps = np.logspace(-12, -1, 12)
    ax = nudge_valley(eps, eps, np.where(eps > 0.05, eps, 0.0))
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_stuck_curves_stand_out():
    ax = losses_from_many_starts({0: [1.0, 0.1], 1: [1.0, 0.6]})
    colours = [line.get_color() for line in ax.lines[:2]]
    assert colours[0] != colours[1]


def test_answer_maps_write_the_answer_beside_every_corner():
    axes = answer_maps({"sum": lambda u, v: u + v - 0.5, "tiny": lambda u, v: -1e-9 * (u + v + 1)})
    assert [t.get_text() for t in axes[0].texts] == ["\N{MINUS SIGN}0.5", "+0.5", "+0.5", "+1.5"]
    assert {t.get_text() for t in axes[1].texts} == {"0.0"}


def test_equal_curves_are_drawn_so_that_both_can_be_seen():
    axes = once_or_anew({"SGD": ([2.0, 1.0], [2.0, 1.0]), "Adam": ([2.0, 0.5], [2.0, 1.0])})
    assert axes[0].lines[0].get_linewidth() > axes[1].lines[0].get_linewidth()
