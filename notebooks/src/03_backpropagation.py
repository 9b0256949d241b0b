# %% [raw] slug="front"
# title = "Backpropagation"
# question = "Which of a billion weights is to blame for an error, and by how much?"
# hook = """
# Lesson 02 walked downhill and took the gradient as given.
# For a line or a single neuron it fits on paper.
# GPT-3 has 175 billion weights: to nudge each one and watch the loss would take 175 billion runs of the model, for one step.
# Every framework gets all those slopes, and no approximations, for about the price of *three* runs.
# In this lesson you do it by hand on nine weights, then write the machine that does it for any number of them.
# It has fewer than fifty lines, and it agrees with TensorFlow to twelve digits.
# """
# able = [
#     "push a derivative back through a network by hand, with two rules and no tables",
#     "write an automatic differentiation engine, and draw and read its graph",
#     "check any gradient by nudging, with the right size of nudge",
#     "say why one backward pass serves every weight, what it costs in work and in memory, and when forward mode wins",
#     "train a `tf.Variable` network with the tape, and recognise two bugs that never raise an error",
# ]
# needs = "Lessons 01 and 02: a neuron, a loss, a gradient step. The slopes of x², of a product and of the exponential."
# minutes = 90
# seconds = 14

# %% slug="setup"
import math

import numpy as np

from course_utils import autograd
from course_utils.checks import nb03
from course_utils.plots.curves import bars, curves
from course_utils.plots.figure import show
from course_utils.plots.gradient_error import nudge_valley
from course_utils.plots.graph import value_graph
from course_utils.plots.restarts import once_or_anew
from course_utils.plots.roads import two_roads
from course_utils.plots.tiny_network import backward_pass, forward_pass
from course_utils.plots.xor import answer_maps, losses_from_many_starts
from course_utils.runtime import setup

setup(seed=3)

# %% [markdown] slug="nudge-say"
# ## 1. Nine weights, nine experiments
#
# Here is a network small enough to write down whole: two inputs, two hidden neurons, one output.
# Each neuron multiplies, sums and adds its bias, as in lesson 01.
# The hidden ones then apply tanh, which squeezes any number into the range from -1 to 1.
# One example goes in, $x = (2, 1)$ with target $y = 1$, and one loss comes out.

# %% slug="forward"
x1, x2, y = 2.0, 1.0, 1.0
weights = {
    "w11": 0.5, "w21": -1.0, "b1": 0.5,
    "w12": -1.0, "w22": 1.5, "b2": -0.5,
    "v1": 2.0, "v2": -1.0, "c": -0.5,
}


def forward(w, tanh=math.tanh):
    """Every number of the forward pass, by name."""
    z1 = w["w11"] * x1 + w["w21"] * x2 + w["b1"]
    z2 = w["w12"] * x1 + w["w22"] * x2 + w["b2"]
    h1, h2 = tanh(z1), tanh(z2)
    p = w["v1"] * h1 + w["v2"] * h2 + w["c"]
    error = p - y
    return {"z1": z1, "z2": z2, "h1": h1, "h2": h2, "p": p, "L": error * error}


values = forward(weights) | {"x1": x1, "x2": x2, "y": y}  # | merges two dicts
ax = forward_pass(weights, values, title="Forward: from two inputs to one loss")
show(ax, alt="A 2-2-1 network with its numbers. Inputs 2 and 1, hidden values 0.462 and minus 0.762, "
     "output 1.186 against the target 1, loss 0.035.")

# %% [markdown] slug="nudge-why"
# Follow one number with your finger: $z_1 = 0.5\cdot 2 - 1\cdot 1 + 0.5 = 0.5$, and $\tanh(0.5) = 0.462$.
# The weight $w_{ij}$ leads from input $i$ to hidden neuron $j$; $v_j$ leads from there to the output $p$; $b_1, b_2, c$ are the biases.
# In formulas:
#
# $$z_j = w_{1j}\, x_1 + w_{2j}\, x_2 + b_j, \qquad h_j = \tanh(z_j), \qquad p = v_1 h_1 + v_2 h_2 + c, \qquad L = (p - y)^2.$$
#
# Which weight should change, and by how much?
# A first answer is one experiment per weight: nudge it, run the network again, see what the loss did.

# %% slug="nudge"
def nudge(name, size=1e-6):
    """Change of the loss per unit of change in one weight, measured."""
    moved = weights | {name: weights[name] + size}
    return (forward(moved)["L"] - forward(weights)["L"]) / size


measured = {name: nudge(name) for name in weights}
for name, slope in measured.items():
    print(f"{name:3} {slope:+.3f}")
print(f"{len(weights)} weights: {len(weights) + 1} different runs of the network")

# %% [markdown] slug="nudge-end"
# That is the gradient: nine slopes, one per weight.
# It works for any network, and it is hopeless for a large one: $n$ weights cost $n + 1$ runs, for a single step.
#
# You may feel that this is the price.
# How could anyone know what a weight does without trying it?
# Hold on to that feeling; it is wrong, and section 9 counts by how much.
#
# ## 2. Rates multiply along a road and add where roads meet
#
# Suppose $x$ reaches $L$ in two ways: $a = 3x$, $b = x^2$ and $L = a \cdot b$.
# Stand at $x = 2$, so $a = 6$, $b = 4$, $L = 24$.
#
# > **Predict first.** You move $x$ from 2 to 2.001.
# > $a$ moves three times as fast as $x$; how fast does $b$ move?
# > And what does $L$ become? Give three digits after the point.

# %% slug="roads"
def roads(x):
    a, b = 3 * x, x**2
    return a * b


print(f"L moves from {roads(2):.3f} to {roads(2.001):.3f}")

upper = (3, 4)  # x -> a: slope of 3x.   a -> L: slope of a * b is b = 4
lower = (4, 6)  # x -> b: slope of x**2 is 2x = 4.   b -> L: slope is a = 6
along = upper[0] * upper[1], lower[0] * lower[1]
ax = two_roads((upper, lower), along, sum(along))
show(ax, alt="x reaches L by an upper road with rates 3 and 4, together 12, and a lower road with rates 4 and 6, "
     "together 24. The total rate is 36.")

# %% [markdown] slug="roads-why"
# $L$ moves 36 times as far as $x$: from 24 to 24.036.
# A chain of rates works like a chain of exchange rates, it multiplies: $3 \cdot 4 = 12$ on the upper road, $4 \cdot 6 = 24$ on the lower one.
# Both roads carry the same small nudge at the same time, so their effects add: 36.
# (Check: $L = 3x^3$ has slope $9x^2 = 36$.)
#
# Those are the only two rules of this lesson, and together they are called the **chain rule**:
#
# $$\frac{dL}{dx} = \frac{\partial L}{\partial a}\cdot\frac{da}{dx} + \frac{\partial L}{\partial b}\cdot\frac{db}{dx}.$$
#
# ($\partial$ says that the other one is held still.)
# A rate is a *slope*: exact for an infinitely small nudge, nearly right for a small one.
# $dL/dx$ will be called the **gradient at x**, and the rate of one single step a **local slope**.
#
# ## 3. Backward through the network, by hand
#
# Look at the network again, from the loss backwards.
# Each step needs one local slope:
#
# | from | to | rule | local slope |
# |---|---|---|---|
# | $p$ | $L$ | $(p - y)^2$ | $2(p - y)$ |
# | $h_1$ | $p$ | $v_1 h_1 + \dots$ | $v_1$ |
# | $v_1$ | $p$ | $v_1 h_1 + \dots$ | $h_1$ |
# | $z_1$ | $h_1$ | $\tanh$ | $1 - h_1^2$ |
# | $w_{11}$ | $z_1$ | $w_{11} x_1 + \dots$ | $x_1$ |
# | $b_1$ | $z_1$ | $b_1 + \dots$ | $1$ |
#
# Only tanh needs lines of its own.
# It is $h = s/k$ with $s = e^z - e^{-z}$ and $k = e^z + e^{-z}$.
# The slope of $s$ is $k$, and the slope of $k$ is $s$.
# Write $s = h \cdot k$ and take slopes on both sides, with the rule for a product: $k = h' k + h s$.
# Divide by $k$: $1 = h' + h \cdot h$, so $h' = 1 - h^2$.
#
# One road in full, from $L$ down to $w_{11}$:
#
# $$\frac{dL}{dw_{11}} = \underbrace{2(p - y)}_{0.372} \cdot \underbrace{v_1}_{2} \cdot \underbrace{(1 - h_1^2)}_{0.786} \cdot \underbrace{x_1}_{2} = 1.169,$$
#
# the number that the nudge measured.
# The code below walks all roads at once.
# It begins with "L moves as fast as L", which is 1, and multiplies its way to the left.
#
# > **Predict first.** In the measured list $w_{21}$ and $b_1$ have the same slope, and so do $w_{22}$ and $b_2$.
# > Chance? And would it stay so with $x_2 = 3$?

# %% slug="backward"
v, g = values, {"L": 1.0}
g["p"] = g["L"] * 2 * (v["p"] - y)
g["v1"], g["v2"], g["c"] = g["p"] * v["h1"], g["p"] * v["h2"], g["p"] * 1
g["h1"], g["h2"] = g["p"] * weights["v1"], g["p"] * weights["v2"]
g["z1"], g["z2"] = g["h1"] * (1 - v["h1"] ** 2), g["h2"] * (1 - v["h2"] ** 2)
g["w11"], g["w21"], g["b1"] = g["z1"] * x1, g["z1"] * x2, g["z1"] * 1
g["w12"], g["w22"], g["b2"] = g["z2"] * x1, g["z2"] * x2, g["z2"] * 1
g["x1"] = g["z1"] * weights["w11"] + g["z2"] * weights["w12"]  # two roads meet
g["x2"] = g["z1"] * weights["w21"] + g["z2"] * weights["w22"]

ax = backward_pass(weights, g, title="Backward: from one loss to everybody's share")
show(ax, alt="The same network with gradients, arrows pointing left. The loss has 1, the output 0.372, the hidden "
     "neurons 0.743 and minus 0.372; w11 has 1.169, w21 and b1 both 0.585, w12 minus 0.312, w22 and b2 both minus 0.156.")
for name in weights:
    assert abs(g[name] - measured[name]) < 1e-4
print("nine gradients by hand = nine measured ones")

# %% [markdown] slug="backward-why"
# Read the picture from right to left.
# A number in a circle is the gradient at that neuron, a number on an edge is the gradient of that weight.
#
# No chance: $w_{21}$ and $b_1$ end in the same sum, and each is multiplied by a 1, namely $x_2$ and the bias's constant 1.
# With $x_2 = 3$ the weight's gradient would be three times the bias's.
# That is the pattern of *every* weight in every network of this kind:
#
# > gradient of a weight = **value** at the start of its edge × **gradient** at its end.
#
# (Its end is the sum $z$, before tanh.)
# Lesson 04 writes the same sentence with matrices.
# It also tells what cannot learn from an example: a weight behind an input of 0 gets gradient 0.
#
# Now count.
# The left half of the picture used $0.372$, the gradient at $p$, again and again, and computed it *once*.
# We walked through the network once forwards and once backwards, not ten times.
# That sharing is the whole secret of **backpropagation**.
#
# The gradient at $x_1$ is no weight's, but there two roads meet, one through each hidden neuron, so two products are added.
# In a deeper network this happens at every neuron.

# %% [markdown] slug="slopes-ask"
# ## Exercise 3.1: three slopes by hand
#
# A neuron with one input: $y = \tanh(a \cdot b + c)$.
# `three_slopes(a, b, c)` returns the three slopes $\left(\frac{dy}{da}, \frac{dy}{db}, \frac{dy}{dc}\right)$ as a tuple of numbers.
# At $a = 0$, $b = 5$, $c = 0$ they are `(5.0, 0.0, 1.0)`.

# %% slug="slopes" tags=["exercise"] points=1
def three_slopes(a, b, c):
    """Slopes of tanh(a * b + c) towards a, b and c."""
    # solution
    y = math.tanh(a * b + c)
    at_z = 1 - y**2  # gradient at z = a * b + c
    return at_z * b, at_z * a, at_z

# %% slug="slopes-check"
nb03.three_slopes(three_slopes)

# %% [markdown] slug="slopes-why" tags=["solution"]
# The road of each letter ends with tanh, so all three share the factor $1 - y^2$; computing it once is backpropagation in miniature.
# Before tanh comes the sum $z = ab + c$: $z$ moves $b$ times as fast as $a$, $a$ times as fast as $b$, and exactly as fast as $c$.
# Note that the slope of tanh is written with its *output* $y$: nothing has to be computed again.

# %% [markdown] slug="engine-say"
# ## 4. Numbers that remember where they came from
#
# Nobody wants to do that by hand twice.
# The plan: while the forward pass computes, every result writes down two things.
#
# - its **parents**: the numbers it was computed from (it is their **child**);
# - its local **slope** towards each of them.
#
# Then the way back is known, and no further calculus is needed.
# Python helps: it turns `a + b` into `a.__add__(b)` and `a * b` into `a.__mul__(b)`, and a class may say what these do.

# %% slug="value" tags=["shared"]
class Value:
    """A number that knows its parents, and how fast it moves with each."""

    def __init__(self, data, parents=(), slopes=(), op=""):
        self.data, self.grad, self.op = data, 0.0, op
        self.parents, self.slopes = parents, slopes

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")

    def __sub__(self, other):
        return self + other * -1.0

    __radd__, __rmul__ = __add__, __mul__  # 2 + value, 2 * value


def as_value(x):
    return x if isinstance(x, Value) else Value(x)

# %% [markdown] slug="value-say"
# A sum moves as fast as each of its terms: slopes 1 and 1.
# A product moves with each factor at the rate of the *other* factor: $(a + \epsilon)\, b = ab + b\,\epsilon$.

# %% slug="value-run"
a, b = Value(6.0), Value(4.0)
product = a * b
print("data", product.data)
print("parents", [parent.data for parent in product.parents], "slopes", product.slopes)

# %% [markdown] slug="blame-say"
# Now the way back.
# The two rules can be typed as they stand: hand the blame to a number, then pass a share down every road.

# %% slug="blame"
def blame(value, amount):
    """Add `amount` to the gradient, pass shares on; returns how many calls that took."""
    value.grad += amount
    roads = zip(value.parents, value.slopes, strict=True)
    return 1 + sum(blame(parent, amount * slope) for parent, slope in roads)


x = Value(2.0)
L = (3 * x) * (x * x)
calls = blame(L, 1.0)
print(f"gradient at x: {x.grad:.0f}, in {calls} calls")

# %% [markdown] slug="blame-predict"
# 36, as it should be.
# Multiplying happens on the way down, adding happens in `+=`.
# Is that already backpropagation?
#
# > **Predict first.** Let $y = x + x$, then $y = y + y$, and so on, 16 times: only 17 numbers in all.
# > How many calls of `blame` does the gradient at $x$ take?

# %% slug="blame-run"
def doubled(times):
    """The chain of numbers x, x + x, ..."""
    chain = [Value(1.0)]
    for _ in range(times):
        chain.append(chain[-1] + chain[-1])
    return chain


for times in (4, 8, 16):
    chain = doubled(times)
    calls = blame(chain[-1], 1.0)
    gradient = chain[0].grad
    print(f"{times:2} doublings: gradient {gradient:6.0f}, {len(chain):2} numbers, {calls:7,} calls")

# %% [markdown] slug="blame-why"
# 131,071 calls for 17 numbers.
# Every doubling doubles the number of *roads*, and `blame` walks each of them to the end.
# Fifty doublings would take about seventy years at a million calls per second, and networks are deeper and wider than that.
#
# The picture shows the way out: eight roads, but only four boxes.

# %% slug="ladder"
chain = doubled(3)
calls = blame(chain[-1], 1.0)
title = "Eight roads from right to left, four numbers"
ax = value_graph(chain[-1], {"x": chain[0]}, slopes=True, title=title)
show(ax, alt="Four boxes in a row, x and three sums, with two arrows of slope 1 between neighbours. Values 1, 2, 4, 8 "
     "from left to right, gradients 8, 4, 2, 1.")
print(f"{calls} calls where 4 would do")

# %% [markdown] slug="order-say"
# Each box should *wait* until everything that will ever arrive has arrived, and pass on the sum once.
# So handle children before parents: the reverse of an order in which parents come before children.
# Such an order is called **topological**.
#
# To find one, visit a number's parents first, then write down the number itself; skip what was visited before.

# %% slug="order" tags=["shared"]
def ordered(root):
    """Everything that `root` was made from, parents before children, root last."""
    found, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            found.append(value)

    visit(root)
    return found


def backward(root):
    """Set `grad` of everything below `root` to d(root)/d(it)."""
    for value in ordered(root):
        value.grad = 0.0
    root.grad = 1.0
    for value in reversed(ordered(root)):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad  # complete once its turn comes

# %% slug="order-run"
chain = doubled(50)
backward(chain[-1])
assert chain[0].grad == 2.0**50
additions = sum(len(value.parents) for value in chain)
print(f"50 doublings: {len(chain)} numbers, {additions} additions to a gradient")

# %% [markdown] slug="order-why"
# Seventy years have become 100 additions, one per arrow.
# The answer is the same; what changed is that sums are shared.
# Computer science calls this dynamic programming; for networks it is backpropagation.
#
# TensorFlow needs no search for the order.
# It writes every operation on a list while it runs, and *the order of execution already is topological*: nothing can be computed before its parents.
# That list is the **tape** of `tf.GradientTape`, played backwards.
#
# Our `ordered` has one weakness.
# It calls itself, and Python gives up at about a thousand nested calls:

# %% slug="deep"
chain = doubled(1)
for _ in range(5000):
    chain.append(chain[-1] + 1.0)
try:
    backward(chain[-1])
except RecursionError as error:
    print("5,000 steps:", type(error).__name__)

# %% [markdown] slug="in-order-ask"
# ## Exercise 3.2: in order, without recursion
#
# Mend that weakness.
# `in_order(parents, root)` gets a dict that maps every name to a tuple of its parents' names.
# It returns a list of names: everything `root` depends on, once, every parent before its children.
# For `{"x": (), "a": ("x",), "L": ("x", "a")}` and `"L"` it is `["x", "a", "L"]`.
# It must survive a chain of 5,000 names.

# %% slug="in-order" tags=["exercise"] points=3
def in_order(parents, root):
    """Names below `root`, parents first, without recursion."""
    # solution
    found, seen, stack = [], set(), [(root, False)]
    while stack:
        name, parents_are_listed = stack.pop()
        if parents_are_listed:
            found.append(name)
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))  # comes up again when all its parents are done
            stack.extend((parent, False) for parent in parents[name])
    return found

# %% slug="in-order-check"
nb03.in_order(in_order)

# %% [markdown] slug="in-order-why" tags=["solution"]
# A recursive call does two things: it remembers where to continue, and it starts something new.
# The stack of pairs does the same with a plain list: `(name, True)` is the note "continue here when the parents are listed".
# The list grows on the heap, so the depth is limited by memory only.
# A walk that lists the *nearest* names first is not enough: where a short road and a long one meet, a number would be handled before all of its children.

# %% [markdown] slug="ops-say"
# ## 5. New operations cost one line of calculus each
#
# Everything a network needs follows the same pattern: compute, and say how fast the result moves.

# %% slug="ops" tags=["shared"]
def tanh(v):
    y = math.tanh(v.data)
    return Value(y, (v,), (1 - y * y,), "tanh")


def exp(v):
    y = math.exp(v.data)
    return Value(y, (v,), (y,), "exp")


def log(v):
    return Value(math.log(v.data), (v,), (1 / v.data,), "log")

# %% [markdown] slug="neuron-say"
# One neuron, $L = (\tanh(w x + b) - y)^2$, run forwards and backwards.
#
# > **Predict first.** In the picture below the box before $L$, the error, feeds $L$ with *two* arrows.
# > Its value is $-0.538$. What is its gradient?

# %% slug="neuron"
w, x, b = Value(0.5), Value(2.0), Value(-0.5)
z = w * x + b
h = tanh(z)
error = h - 1.0  # the target is 1
L = error * error
backward(L)

names = {"w": w, "x": x, "b": b, "z": z, "h": h, "error": error, "L": L}
ax = value_graph(L, names, title="One neuron: values in blue, gradients in red")
show(ax, alt="The graph of one neuron from left to right: w times x, plus b, tanh, minus 1, squared as error times "
     "error. The error has value minus 0.538 and gradient minus 1.076; w has gradient minus 1.692, b minus 0.846.")

# %% [markdown] slug="neuron-why"
# $-0.538$ arrives along each of the two arrows, together $-1.076$: that is the slope $2 \cdot \text{error}$ of a square, found without knowing about squares.
#
# Read the red numbers from right to left.
# A plus hands the same gradient to both parents; a product hands to each parent the *other* one's value, times what arrived; tanh shrinks it, here by the factor $1 - h^2 = 0.786$.
#
# And the network of section 1? Its `forward` runs on `Value`s as it stands:

# %% slug="engine-network"
nodes = {name: Value(number) for name, number in weights.items()}
backward(forward(nodes, tanh=tanh)["L"])
for name, node in nodes.items():
    assert abs(node.grad - g[name]) < 1e-12
print("nine gradients by the engine = nine by hand")

# %% [markdown] slug="overwrite-say"
# ## 6. The bug everybody writes once
#
# In `backward` the shares are collected with `+=`.
# Here is the same function with `=`.
# No error, no warning, and for a chain it is even right.

# %% slug="overwrite"
def backward_overwriting(root):
    for value in ordered(root):
        value.grad = 0.0
    root.grad = 1.0
    for value in reversed(ordered(root)):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad = slope * value.grad


x = Value(3.0)
backward_overwriting(x * x)
print(f"slope of x * x at 3: {x.grad:.0f}")

# %% [markdown] slug="overwrite-fit"
# Half of the truth.
# Could one notice this in training?
# Fit a line through the origin, $w x$, to three points, with the loss summed over all three.
# The weight is *one* number that is used three times.
#
# > **Predict first.** Does the loss still fall with the broken function? Where does $w$ end?

# %% slug="overwrite-run"
points = [(1.0, 2.0), (2.0, 3.0), (3.0, 3.6)]


def fit(sweep, steps=200):
    w, losses = Value(0.0), []
    for _ in range(steps):
        errors = [w * x - y for x, y in points]
        loss = sum(error * error for error in errors)
        sweep(loss)
        w.data -= 0.05 * w.grad
        losses.append(loss.data)
    return w.data, losses


right, losses = fit(backward)
wrong, losses_wrong = fit(backward_overwriting)
print(f"right:       w ends at {right:.3f}, loss {losses[0]:.1f} -> {losses[-1]:.3f}")
print(f"overwriting: w ends at {wrong:.3f}, loss {losses_wrong[0]:.1f} -> {losses_wrong[-1]:.3f}")

# %% [markdown] slug="overwrite-why"
# The loss falls nicely, only not as far: that is what makes the bug dangerous.
# The broken sweep hears one use of $w$, the last one it comes across, which here is the first point's.
# So it learns $w = 2$, the slope of the first point *alone*, and ignores the other two.
# It also hears only one of the two uses of each error in its square, which merely halves the step.
#
# In a real network nearly every number is used more than once: a weight by every example of the batch, a hidden neuron by every neuron of the next layer.

# %% [markdown] slug="sweep-ask"
# ## Exercise 3.3: bug clinic, the second road
#
# The same bug, in a backward sweep over plain dicts.
# `sweep(edges, order)` gets `order`, a list of names with parents before children, and `edges`: for every name a list of `(parent, slope)` pairs.
# It returns a dict: for every name the gradient of the *last* name in `order`.
#
# For $L = x \cdot x$ at $x = 3$, `edges` is `{"x": [], "L": [("x", 3.0), ("x", 3.0)]}` and the answer is `{"x": 6.0, "L": 1.0}`.
# Delete the `raise` line, look at the symptom, then mend the code below it.

# %% slug="sweep" tags=["exercise"] points=1
def sweep(edges, order):
    """Gradient of the last name in `order` with respect to every name."""
    # solution
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] += slope * gradient[name]
    return gradient
    # stub
    # gradient = dict.fromkeys(order, 0.0)
    # gradient[order[-1]] = 1.0
    # for name in reversed(order):
    #     for parent, slope in edges[name]:
    #         gradient[parent] = slope * gradient[name]
    # return gradient

# %% slug="sweep-check"
nb03.sweep(sweep)

# %% [markdown] slug="sweep-why" tags=["solution"]
# One character: `+=` for `=`.
# The gradient of a number is a *sum over all its uses*, so it must be collected, never assigned; and because it is collected, it must start at 0.
# That is also why frameworks that keep gradients between calls (PyTorch) need `zero_grad()`, the opposite mistake.

# %% [markdown] slug="check-say"
# ## 7. Gradient checking, as a habit
#
# Such bugs raise no error, so a gradient is guilty until proven innocent.
# The proof is the method of section 1, kept for testing: nudge, and compare.
# Two questions decide whether it works.
#
# **Which difference?** One-sided: $\dfrac{f(x+\epsilon) - f(x)}{\epsilon}$. Or central: $\dfrac{f(x+\epsilon) - f(x-\epsilon)}{2\epsilon}$.
#
# **Which nudge $\epsilon$?** In theory the slope is the limit $\epsilon \to 0$.
#
# > **Predict first.** Our numbers are good to 16 digits.
# > Which nudge measures best: $10^{-1}$, $10^{-5}$, $10^{-8}$ or $10^{-15}$? Is it the same for both differences?

# %% slug="valley"
def relative_error(eps, central):
    """Mean over the nine weights: |measured - exact| / |exact|."""
    errors, back = [], eps if central else 0.0
    for name, weight in weights.items():
        up = forward(weights | {name: weight + eps})["L"]
        down = forward(weights | {name: weight - back})["L"]
        slope = (up - down) / (eps + back)
        errors.append(abs(slope - g[name]) / abs(g[name]))
    return np.mean(errors)


nudges = np.logspace(-15, -1, 29)
one_sided = np.array([relative_error(eps, central=False) for eps in nudges])
central = np.array([relative_error(eps, central=True) for eps in nudges])
ax = nudge_valley(nudges, one_sided, central)
show(ax, alt="Relative error against the size of the nudge, both logarithmic: two V shapes. From the right the "
     "one-sided error falls in proportion to the nudge, the central one with its square; on the left both rise again. "
     "The lowest point is near 1e-8 for one-sided and near 1e-5 for central, where the error is far smaller.")
assert 1e-9 < nudges[one_sided.argmin()] < 1e-7 and 1e-6 < nudges[central.argmin()] < 1e-4
assert central.min() < 0.01 * one_sided.min() and min(one_sided[0], central[0]) > 0.01

# %% [markdown] slug="valley-why"
# Neither the largest nor the smallest: $10^{-8}$ is best for the one-sided difference, $10^{-5}$ for the central one.
# Two errors pull in opposite directions.
#
# - **Truncation**, on the right. A curve bends within the nudge. Write $f(x \pm \epsilon) = f \pm \epsilon f' + \frac{\epsilon^2}{2} f'' \pm \frac{\epsilon^3}{6} f''' + \dots$ The one-sided difference is off by $\frac{\epsilon}{2} f''$. In the central one the even terms cancel, and $\frac{\epsilon^2}{6} f'''$ is left: a nudge ten times smaller is a hundred times better.
# - **Rounding**, on the left. $f$ is known to about 16 digits, so a difference is off by some $10^{-16} |f|$, whatever the nudge. Divided by $\epsilon$, that grows like $10^{-16}/\epsilon$.
#
# Where the two are about equal lies the optimum: $\epsilon \approx \sqrt{10^{-16}} = 10^{-8}$, or for central differences $\epsilon \approx \sqrt[3]{10^{-16}} \approx 5\cdot 10^{-6}$.
# Central differences cost twice as much and gain about three digits: always take them.
#
# In `float32`, with 7 digits, the best nudge is about $5 \cdot 10^{-3}$ and only four or five digits can be confirmed.
# So gradients are checked in `float64`.

# %% [markdown] slug="measure-ask"
# ## Exercise 3.4: the gradient, measured
#
# `measured_gradient(f, x, eps)` gets a function `f` of an array, an array `x` of any shape, and the nudge.
# It returns an array shaped like `x`: the central difference for every entry.
# For `f = lambda w: (w**2).sum()`, `x = np.array([1, 2, 3])` and `eps = 1e-5` it is close to `[2., 4., 6.]`.
# `np.ndindex(x.shape)` yields every index; `x` itself must not change.

# %% slug="measure" tags=["exercise"] points=2
def measured_gradient(f, x, eps):
    """Central differences, shaped like x."""
    # solution
    x = np.array(x, dtype=float)  # a copy; whole numbers become floats
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes

# %% slug="measure-check"
nb03.measured_gradient(measured_gradient)

# %% [markdown] slug="measure-why" tags=["solution"]
# Fresh copies `up` and `down` for every entry: whoever nudges `x` itself and forgets to restore it measures every later entry at the wrong place.
# `dtype=float` matters, because in an array of whole numbers `1 + 1e-5` is stored as 1 and every slope comes out as 0.
# The cost is two evaluations per entry, so this is for tests, with few entries, or with a random sample of the entries of a large model.

# %% [markdown] slug="habit-say"
# From here on we use the package's version, `autograd.check_gradient(f, x, gradient)`.
# It scales the nudge to the size of the entry, returns the worst relative error, and names the worst entry if that is too large.
# Here it judges both sweeps, on the fit of section 6:

# %% slug="habit"
def squares(w):
    return sum((w * x - y) ** 2 for x, y in points)


for suspect in (backward, backward_overwriting):
    w = Value(0.5)
    suspect(sum((w * x - y) * (w * x - y) for x, y in points))
    try:
        autograd.check_gradient(squares, w.data, w.grad)
        print(f"{suspect.__name__}: innocent")
    except autograd.GradientError as error:
        print(f"{suspect.__name__}: {error.what}")

# %% [markdown] slug="habit-why"
# Caught, with both numbers.
# Two things such a check cannot do.
# At a corner, such as that of ReLU at 0, the two sides have different slopes and the central difference reports their mean.
# And it tests one point: use random points, not zeros, since at 0 many wrong formulas look right.

# %% [markdown] slug="equal-say"
# ## 8. Finished, and the same as TensorFlow
#
# `autograd.Value` is our engine, finished, in fewer than 100 lines with its explanations.
# It adds division, ReLU, clear errors and an order without recursion (a chain of 50,000 numbers is fine); the sweep is the one you saw.
# TensorFlow records on a tape instead.
# Variables are watched by themselves, and `tape.gradient` plays the tape backwards.

# %% slug="equal"
import tensorflow as tf

finished = {name: autograd.Value(number) for name, number in weights.items()}
forward(finished, tanh=autograd.Value.tanh)["L"].backward()

variables = {name: tf.Variable(number, dtype=tf.float64) for name, number in weights.items()}
with tf.GradientTape() as tape:
    loss = forward(variables, tanh=tf.tanh)["L"]
from_tape = tape.gradient(loss, variables)

for name in weights:
    three = [nodes[name].grad, finished[name].grad, from_tape[name].numpy()]
    np.testing.assert_allclose(three, g[name], rtol=1e-12)
print("by hand = our Value = autograd.Value = tf.GradientTape: nine gradients, 12 digits")

# %% [markdown] slug="tape-say"
# The package's tests repeat this on 200 random expressions.
# No approximation anywhere: a framework's gradient is as exact as its forward pass, up to rounding.
#
# The tape answers only for what it saw.
#
# > **Predict first.** Three attempts at the slope of $x^2$ at 3: with a variable, with a constant, and with a detour through NumPy.
# > What comes back?

# %% slug="tape"
variable, constant = tf.Variable(3.0), tf.constant(3.0)
with tf.GradientTape(persistent=True) as tape:  # persistent: may be asked more than once
    by_variable = variable * variable
    by_constant = constant * constant
    by_numpy = tf.constant(variable.numpy() ** 2)

print("variable:", tape.gradient(by_variable, variable).numpy())
print("constant:", tape.gradient(by_constant, constant))
print("through NumPy:", tape.gradient(by_numpy, variable))

# %% [markdown] slug="tape-why"
# Two times `None`, and no error.
# Even an optimizer only warns, unless *all* its gradients are `None`: that one weight then never learns.
# A constant is not watched (`tape.watch(constant)` would change that).
# A number that went through NumPy has lost its parents, exactly as if you had written `Value(v.data)`.

# %% [markdown] slug="softplus-ask"
# ## Exercise 3.5: a new operation, softplus
#
# Give the engine a smooth cousin of ReLU: $\text{softplus}(v) = \log(1 + e^v)$.
# `softplus(v)` gets an `autograd.Value` and returns an `autograd.Value` with its parent and slope, like `tanh` in section 5.
# For $v = 0$ its data is $\log 2$ and its slope one half.
#
# Work out the slope first.
# Then make it survive $v = 1000$ and keep its digits at $v = -40$: the formula as it stands does neither.
# `math.log1p(t)` is $\log(1 + t)$, exact also for tiny $t$.

# %% slug="softplus" tags=["exercise"] points=3
def softplus(v):
    """log(1 + exp(v)) as a Value that knows its slope."""
    # solution
    small = math.exp(-abs(v.data))  # never above 1, so it cannot overflow
    data = max(v.data, 0.0) + math.log1p(small)
    slope = (1 if v.data > 0 else small) / (1 + small)
    return autograd.Value(data, (v,), (slope,), "softplus")

# %% slug="softplus-check"
nb03.softplus(softplus)

# %% [markdown] slug="softplus-why" tags=["solution"]
# The outer log has slope $1/(1 + e^v)$ and the inner sum slope $e^v$; along the road they multiply to $e^v/(1+e^v)$, the sigmoid of lesson 01.
# For positive $v$ pull $e^v$ out of the sum: $\log(1 + e^v) = v + \log(1 + e^{-v})$, so the exponential only ever sees negative numbers.
# The slope is treated in the same way, because $e^{1000}/(1 + e^{1000})$ overflows although its value is 1.
# Losses "from logits" in Keras are computed like this.

# %% [markdown] slug="cost-say"
# ## 9. Why one pass is enough
#
# Back to the feeling of section 1: does every weight not need its own experiment?
#
# There *is* a way to run such an experiment exactly, without a nudge.
# Walk the graph **forwards** and carry along how fast everything moves with *one* chosen weight:

# %% slug="forward-mode"
def forward_sweep(root, source):
    """d(root)/d(source), carried along from the inputs to the root."""
    rate = {}
    for value in autograd.topological_order(root):
        shares = zip(value.parents, value.slopes, strict=True)
        rate[value] = 1.0 if value is source else sum(s * rate[p] for p, s in shares)
    return rate[root]


L = forward(finished, tanh=autograd.Value.tanh)["L"]
for name, node in finished.items():
    np.testing.assert_allclose(forward_sweep(L, node), g[name], rtol=1e-12)
print("nine forward sweeps = one backward sweep")

# %% [markdown] slug="cost-predict"
# This is *forward mode*; backpropagation is *reverse mode*.
# Both do one multiplication and one addition per edge of the graph.
# A forward sweep answers "how does everything move with **one** input?", a backward sweep "how does **one** output move with everything?".
#
# So let us count, for networks that grow: 2 inputs, H hidden neurons, 1 output.
# One unit of work is one addition, multiplication or tanh; a sweep costs two units per edge.
#
# > **Predict first.** A network with 4,097 weights.
# > How many forward passes' worth of work are all its slopes by nudging? By backpropagation, forward pass included?

# %% slug="cost"
def network_loss(hidden):
    """Loss of a 2-H-1 network with random weights; returns it and the number of weights."""
    rng = np.random.default_rng(hidden)
    neurons = [[autograd.Value(u) for u in rng.normal(size=4)] for _ in range(hidden)]
    p = autograd.Value(0.0)
    for into1, into2, bias, out in neurons:
        p = p + out * (into1 * x1 + into2 * x2 + bias).tanh()
    return (p - y) ** 2, 4 * hidden + 1


sizes, work = [], {"nudging": [], "forward mode": [], "backpropagation": [], "forward pass": []}
for hidden in (1, 4, 16, 64, 256, 1024):
    loss, n = network_loss(hidden)
    graph = autograd.topological_order(loss)
    run = sum(bool(value.parents) for value in graph)  # one unit per result
    one_sweep = 2 * sum(len(value.parents) for value in graph)  # two units per edge
    sizes.append(n)
    work["nudging"].append((n + 1) * run)
    work["forward mode"].append(run + n * one_sweep)
    work["backpropagation"].append(run + one_sweep)
    work["forward pass"].append(run)
    ratio = (run + one_sweep) / run
    print(f"{n:5,} weights: nudging {n + 1:5,} forward passes, backpropagation {ratio:.1f}")
assert 13_000 < len(graph) < 13_500  # numbers that wait for the backward sweep

# %% slug="cost-show"
ax = curves({name: (sizes, units) for name, units in work.items()}, log="xy",
            xlabel="weights", ylabel="operations for all slopes",
            title="One sweep per weight, or one sweep for all")
show(ax, alt="Operations against number of weights, both logarithmic. Nudging and forward mode rise with the square "
     "of the number of weights; backpropagation stays a constant small factor above a single forward pass.")

# %% [markdown] slug="cost-why"
# By nudging, 4,098.
# By backpropagation 4.7, *whatever the size*.
# It cannot be more than five: a + or × is one unit, and it has two edges of two units each.
# (The slopes count as free: those of + and × are there already, that of tanh would add two units per neuron.)
# The general theorem is by Baur and Strassen (1983), for any formula made of + − × ÷.
# The function and all its slopes together need at most three times the function's multiplications and divisions (those by constants not counted).
#
# Forward mode is exact, unlike nudging, but also needs one sweep per weight.
# Frameworks that work with whole matrices need about three forward passes: a layer's backward pass is two matrix products where the forward pass is one.
#
# Why does the direction matter so much?
# Each layer turns small changes of its input into small changes of its output, so it acts like a matrix of slopes.
# The gradient is their product, say $J_3 J_2 J_1$.
# The loss is *one* number, so $J_3$ has one row.
# Start at the left (reverse mode), and every product is a row times a matrix: a million multiplications for a layer of 1,000 neurons.
# Start at the right (forward mode), and it is matrix times matrix: a billion.
#
# Three honest limits.
#
# - **It is not free: memory.** The backward sweep needs the values of the forward pass, so all of them are kept, for every layer and every example. Our graph with 4,097 weights holds more than 13,000 numbers. It is one reason why training needs far more memory than generating. Lesson 16 trades some of it back for work.
# - **It is one output.** With one input and many outputs forward mode wins, by the same argument read backwards.
# - **It is first order.** It gives the slope here, nothing about the way there: lesson 02 still applies.
#
# ## 10. XOR: the first problem that needs it
#
# XOR asks for +1 when exactly one of two inputs is 1, and for -1 otherwise.
# One neuron cannot do it.
# Its sum $s$ is linear, so $s(0,0) + s(1,1) = s(0,1) + s(1,0)$: the left side should be negative, the right side positive.
# A hidden layer is needed, and it was backpropagation that made training one practical.
#
# Two hidden neurons are enough; nine weights, as in section 1.
# We train with our own engine: full batch, plain gradient descent, mean squared error.

# %% slug="xor"
corners = [((0, 0), -1), ((0, 1), 1), ((1, 0), 1), ((1, 1), -1)]


def answer(w, u1, u2, tanh=autograd.Value.tanh):
    """Output of a 2-H-1 network; w holds four numbers per hidden neuron, then one bias."""
    p = w[-1]
    for k in range(0, len(w) - 1, 4):
        p = p + w[k + 3] * tanh(w[k] * u1 + w[k + 1] * u2 + w[k + 2])
    return p


def learn_xor(seed, steps=600, rate=0.1):
    """Weights after training from a random start, and the losses on the way."""
    rng = np.random.default_rng(seed)
    w = [autograd.Value(u) for u in rng.normal(size=9)]
    losses = []
    for _ in range(steps):
        loss = sum((answer(w, *u) - target) ** 2 for u, target in corners) * 0.25
        loss.backward()
        for weight in w:
            weight.data -= rate * weight.grad
        losses.append(loss.data)
    return [weight.data for weight in w], losses

# %% [markdown] slug="xor-predict"
# > **Predict first.** Ten random starts, the same network, the same steps.
# > Will all ten solve it?
# > And what is the loss of a network that gets two corners exactly right and answers 0 at the other two?

# %% slug="xor-run"
starts = {seed: learn_xor(seed) for seed in range(10)}
stuck = [seed for seed, (_, losses) in starts.items() if losses[-1] > 0.4]
solved = [seed for seed, (_, losses) in starts.items() if losses[-1] < 0.01]
assert len(solved) >= 6 and len(stuck) >= 1
assert all(0.5 < starts[seed][1][-1] < 0.52 for seed in stuck)
print("most starts solve XOR; at least one is stuck, just above a loss of 0.5")

ax = losses_from_many_starts({seed: losses for seed, (_, losses) in starts.items()},
                             title=f"{len(solved)} of 10 starts solve XOR, {len(stuck)} get stuck")
show(ax, alt="Ten loss curves on a logarithmic axis. Most fall towards zero, some after a long plateau; at least one "
     "flattens out just above 0.5 and stays there.")

# %% slug="xor-spike"
spiked = next(seed for seed in solved if max(np.diff(starts[seed][1])) > 0.01)
_, calm = learn_xor(spiked, rate=0.05)
assert max(np.diff(calm)) < 0
print("the start with the spike, at half the rate: its loss falls in every step")

# %% slug="xor-maps"
def map_of(seed):
    return lambda u1, u2: answer(starts[seed][0], u1, u2, tanh=math.tanh)


axes = answer_maps({
    f"solved (start {solved[0]})": map_of(solved[0]),
    f"stuck (start {stuck[0]})": map_of(stuck[0]),
})
show(axes, alt="Two maps of the input plane with the four corners. Solved: a diagonal band of one answer separates the "
     "corners correctly, with answers minus 1 and plus 1. Stuck: two corners are right, the other two get 0.")

# %% [markdown] slug="xor-why"
# The spike in one of the solved curves is lesson 02 again: that walk came into a valley too narrow for the rate 0.1, and zigzagged out of it.
#
# Why 0.5?
# Two corners are right; at the other two, one of each kind, the answer is 0, the best single answer for both: $(0 + 0 + 1 + 1)/4 = 0.5$.
#
# Gradients are not the problem, they passed every check.
# The gradient is honest about the slope *here*; it cannot see a better valley elsewhere.
# Where a start is stuck there need not even be a bowl with a bottom.
# For the classic form of this network, with sigmoids, it is proved that some path leads strictly downhill from every finite point to a solution (Sprinkhuizen-Kuyper and Boers, 1999).
# Steepest descent need not find that path.
#
# How often does it happen?
# Ten starts are a small sample, and five hundred would keep our engine busy for a minute.
# The tape can train S networks side by side, with one more axis in front.
# `tape.gradient` of S losses is the gradient of their *sum*, and that is what we need: no road leads from one network's weight to another's loss.
# `@tf.function` compiles the whole loop.

# %% slug="side-by-side"
corner_rows = tf.constant([[*u, 1] for u, _ in corners], tf.float64)  # (4, 3), a 1 for the bias
targets = tf.constant([[target] for _, target in corners], tf.float64)  # (4, 1)


@tf.function(reduce_retracing=True)  # one program for any S and H
def train_side_by_side(w, v, steps=600, rate=0.1):
    """Losses (S,) of S networks; w (S, 3, H) leads into, v (S, H + 1, 1) out of the hidden layer."""
    losses = tf.zeros_like(w[:, 0, 0])
    for _ in tf.range(steps):
        with tf.GradientTape() as tape:
            tape.watch([w, v])
            h = tf.tanh(corner_rows @ w)  # (4, 3) @ (S, 3, H) -> (S, 4, H)
            p = h @ v[:, :-1] + v[:, -1:]  # (S, 4, 1)
            losses = tf.reduce_mean((p - targets) ** 2, axis=[1, 2])  # (S,)
        to_w, to_v = tape.gradient(losses, [w, v])
        w, v = w - rate * to_w, v - rate * to_v
    return losses

# %% [markdown] slug="first-weights-say"
# First make sure that it does what our engine does, on the same ten starts:

# %% slug="first-weights"
def first_weights(hidden, count):
    """What `learn_xor` starts from, for seeds 0, 1, 2, ..., in the layout above."""
    rows = [np.random.default_rng(seed).normal(size=4 * hidden + 1) for seed in range(count)]
    flat = np.array(rows)  # (S, 4H + 1)
    neurons = flat[:, :-1].reshape(count, hidden, 4)  # (S, H, 4)
    v = np.concatenate([neurons[:, :, 3], flat[:, -1:]], axis=1)  # (S, H + 1)
    return tf.constant(neurons[:, :, :3].transpose(0, 2, 1)), tf.constant(v[:, :, None])


by_tape = train_side_by_side(*first_weights(hidden=2, count=10), steps=100)
by_engine = [losses[99] for _, losses in starts.values()]
np.testing.assert_allclose(by_tape, by_engine, rtol=1e-9)
print("after 100 steps: ten losses by the tape = ten losses by our engine")

# %% [markdown] slug="many-predict"
# > **Predict first.** Five hundred starts each, with 2, 3, 4 and 8 hidden neurons.
# > What share of each gets stuck?

# %% slug="many-run"
share = {}
for hidden in (2, 3, 4, 8):
    losses = train_side_by_side(*first_weights(hidden, count=500)).numpy()  # (S,)
    share[hidden] = 100 * np.mean(losses > 0.4)
assert 37 < share[2] < 49 and 8 < share[3] < 16 and share[4] < 5 and share[8] < 1
assert share[2] > 10 * len(stuck)  # per cent of 500, per cent of ten
longer = train_side_by_side(*first_weights(2, count=500), steps=2000).numpy()
assert 34 < 100 * np.mean(longer > 0.4) < share[2] - 3

ax = bars([f"{hidden} hidden neurons" for hidden in share], list(share.values()), digits=0,
          xlabel="stuck after 600 steps, % of 500 starts", title="Spare neurons free what was stuck")
show(ax, alt="Bars of the share of stuck starts: with 2 hidden neurons about four in ten, with 3 about one in ten, "
     "with 4 a few in a hundred, with 8 none or almost none.")

# %% [markdown] slug="many-why"
# With two neurons about *four in ten* are stuck after 600 steps: our ten starts looked better than the truth.
# A claim about random starts needs many of them, and must name the time: after 2,000 steps more than a third are still stuck, the others were only slow.
#
# The picture also shows what helps: another start, or neurons to spare.
# Large networks have so many that this trap is rarely what stops them.
#
# ## 11. A TensorFlow program to mend
#
# Many introductions begin with a program like this: a class with `tf.Variable` weights, trained with the tape.
# It is a good program to have written once.
# It is often printed with three faults, and all three are instructive:
#
# | as printed | what happens | mended |
# |---|---|---|
# | `x_train` is never defined | it does not run | data below |
# | `tf.equal(predictions, y_test)` as accuracy | about 0 %, however good the model (lesson 01) | compare with a threshold |
# | the optimizer is made inside the epoch loop | nothing, *by luck*; see below | made once, before the loop |
#
# The data are XOR with noise: four clouds, made up, so that we know the truth.
# N examples, D = 2 inputs, H = 5 hidden neurons, K = 1 output.

# %% slug="clouds"
def clouds(n, seed):
    """Noisy XOR: inputs (N, D = 2) and labels (N, K = 1) of 0 and 1, float32."""
    rng = np.random.default_rng(seed)
    corner = rng.integers(0, 2, (n, 2))
    label = corner[:, :1] != corner[:, 1:]
    noisy = corner + rng.normal(0, 0.15, (n, 2))
    return noisy.astype("float32"), label.astype("float32")


x_train, y_train = clouds(200, seed=0)
x_test, y_test = clouds(200, seed=1)
print(x_train.shape, y_train.shape, f"{int(y_train.sum())} of {len(y_train)} labels are 1")

# %% slug="tf-network"
class TwoLayerNetwork:
    """D inputs -> H hidden ReLU neurons -> K outputs, as four tf.Variables."""

    def __init__(self, inputs, hidden, outputs, seed):
        rng = np.random.default_rng(seed)
        self.w1 = tf.Variable(rng.normal(size=(inputs, hidden)), dtype=tf.float32)  # (D, H)
        self.b1 = tf.Variable(tf.zeros(hidden))
        self.w2 = tf.Variable(rng.normal(size=(hidden, outputs)), dtype=tf.float32)  # (H, K)
        self.b2 = tf.Variable(tf.zeros(outputs))
        self.variables = [self.w1, self.b1, self.w2, self.b2]

    def __call__(self, x):  # (N, D) -> (N, K)
        hidden = tf.nn.relu(x @ self.w1 + self.b1)  # (N, H)
        return hidden @ self.w2 + self.b2

# %% [markdown] slug="tf-say"
# Training is four steps: forward on the tape, gradient, update, repeat.
# Without `@tf.function` everything still works, more slowly.

# %% slug="tf-train"
import keras

model = TwoLayerNetwork(inputs=2, hidden=5, outputs=1, seed=1)
optimizer = keras.optimizers.SGD(learning_rate=0.01)  # once


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        predictions = model(x_train)  # (N, 1)
        loss = tf.reduce_mean(tf.square(predictions - y_train))
    gradients = tape.gradient(loss, model.variables)
    optimizer.apply_gradients(zip(gradients, model.variables, strict=True))


assert model(x_train).shape == y_train.shape  # (N, 1) - (N,) would become (N, N) in silence
for _ in range(1000):
    train_step()

predictions = model(x_test).numpy()
accuracy = np.mean((predictions > 0.5) == (y_test > 0.5))
by_equality = np.mean(predictions == y_test)
assert accuracy > 0.9 and by_equality < 0.01
print("right side of the threshold: above 90 % of the test examples")
print("equal to the label as a float: below 1 %")

# %% [markdown] slug="tf-why"
# The mended program works: above 90 % on clouds it has not seen.
# With labels 0 and 1 and a squared error this is regression on the label; lesson 01's cross-entropy would be the better choice for a real classifier.
# The start weights, plain normal numbers, are fine for five neurons and would not be for five hundred: that is a subject of lesson 04.
#
# ## 12. An optimizer with amnesia
#
# Now the third fault: `optimizer = SGD(...)` *inside* the loop.
# Let us make that mistake with three optimizers, on the same network and data, with the NumPy optimizers of lesson 02.
# The gradients come from a tape; `tape.watch` makes it follow plain tensors.

# %% slug="amnesia"
from course_utils.scratch.optimizers import SGD, Adam


@tf.function
def loss_and_gradients(w):
    with tf.GradientTape() as tape:
        tape.watch(w)
        hidden = tf.nn.relu(x_train @ w["w1"] + w["b1"])  # (N, H)
        loss = tf.reduce_mean(tf.square(hidden @ w["w2"] + w["b2"] - y_train))
    return loss, tape.gradient(loss, w)


def train_with(make_optimizer, anew, epochs=150):
    """Losses of a fresh network, and its last two states of the weights."""
    start = TwoLayerNetwork(2, 5, 1, seed=1)
    w = {name: getattr(start, name).numpy().copy() for name in ("w1", "b1", "w2", "b2")}
    optimizer, losses = make_optimizer(), []
    for _ in range(epochs):
        if anew:
            optimizer = make_optimizer()  # the fault
        before = {name: array.copy() for name, array in w.items()}
        loss, gradients = loss_and_gradients(w)
        optimizer.step(w, {name: gradient.numpy() for name, gradient in gradients.items()})
        losses.append(float(loss))
    return losses, before, w

# %% [markdown] slug="amnesia-predict"
# > **Predict first.** Plain SGD, SGD with momentum 0.9, Adam.
# > Which of them does not care? What does the second one turn into?
# > And Adam: what do you remember about its very first step?

# %% slug="amnesia-run"
recipes = {
    "SGD": lambda: SGD(0.02),
    "SGD, momentum 0.9": lambda: SGD(0.02, momentum=0.9),
    "Adam": lambda: Adam(0.03),
}
runs = {
    name: [train_with(make, anew)[0] for anew in (False, True)] for name, make in recipes.items()
}
axes = once_or_anew(runs)
show(axes, alt="Three panels of loss against epoch, optimizer made once and made anew. SGD: the curves coincide. "
     "Momentum: made anew it falls much more slowly. Adam: made anew it falls, then zigzags for ever at a higher loss.")

(sgd, sgd_anew), (momentum, momentum_anew), (adam, adam_anew) = runs.values()
np.testing.assert_allclose(sgd, sgd_anew, rtol=1e-5)
np.testing.assert_allclose(momentum_anew, sgd, rtol=1e-5)
assert momentum_anew[-1] > 3 * momentum[-1] and min(adam_anew[-10:]) > 2 * adam[-1]
print("SGD: the same. Momentum made anew: equal to SGD, a loss over 3 times as high")
print("Adam made anew: never below twice the loss of Adam made once, in the last 10 epochs")

# %% [markdown] slug="amnesia-say"
# - **SGD** has no memory, so there is nothing to lose. This is why the printed program survived: harmless, by luck.
# - **Momentum** starts every epoch with velocity 0, and its first step is the plain step. It *is* SGD now, and ends several times higher.
# - **Adam**'s first step, remember lesson 02, is one learning rate long, whatever the gradient: $\text{rate}\cdot g/\sqrt{g^2}$. Made anew, *every* step is a first step. It can never slow down:

# %% slug="amnesia-steps"
_, before, after = train_with(recipes["Adam"], anew=True)
lengths = np.concatenate([np.abs(after[name] - before[name]).ravel() for name in before])
assert np.allclose(lengths, 0.03, rtol=0.01)
print(f"epoch 150: each of the {lengths.size} weights moves by 0.03, one learning rate")

# %% [markdown] slug="amnesia-why"
# So the loss falls until the weights are about one step away from good, and then zigzags.
# In a curve that looks like a learning rate that is too high, and lowering the rate even helps, so the true cause stays hidden.
# With many batches per epoch the memory is lost only once per epoch, and the harm is harder to see.

# %% [markdown] slug="train-ask"
# ## Exercise 3.6: bug clinic, the forgetful optimizer
#
# `train(make_optimizer, gradient, start, epochs)` trains one array of weights and returns it.
# `make_optimizer()` makes a new optimizer; `optimizer.step(weights, gradients)` changes the arrays of the dict `weights` in place, given a dict of gradients with the same names.
# `gradient(w)` is the gradient at `w`, and `start` must stay as it is.
#
# For plain SGD with rate 0.1, `gradient = lambda w: w`, start `[1.0]` and 2 epochs the result is `[0.81]`.
# Without its `raise` line the code below gives that, and is wrong all the same.

# %% slug="train" tags=["exercise"] points=1
def train(make_optimizer, gradient, start, epochs):
    """Weights after `epochs` steps."""
    # solution
    weights = {"w": start.copy()}
    optimizer = make_optimizer()
    for _ in range(epochs):
        optimizer.step(weights, {"w": gradient(weights["w"])})
    return weights["w"]
    # stub
    # weights = {"w": start.copy()}
    # for _ in range(epochs):
    #     optimizer = make_optimizer()
    #     optimizer.step(weights, {"w": gradient(weights["w"])})
    # return weights["w"]

# %% slug="train-check"
nb03.train(train)

# %% [markdown] slug="train-why" tags=["solution"]
# One line moves up.
# An optimizer is not a formula but an *object with a memory*: velocities, mean squares, a step counter, one set per weight.
# It belongs to the weights and must live as long as they do; that is also why a checkpoint that stores only the weights does not resume the same training (lesson 05).

# %% [markdown] slug="pitfalls"
# ## 13. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | the loss falls, but not as far as it should | a gradient overwritten (`=` for `+=`), so only one use or one example counts |
# | the gradient grows from step to step | the opposite: gradients kept from the last step and never set to zero |
# | `None` instead of a gradient | a constant that is not watched, a detour through NumPy, work done outside the `with` block, or integers |
# | momentum changes nothing, or Adam zigzags at any rate | the optimizer is made anew in the loop (inside `@tf.function` this raises an error: "singleton tf.Variables") |
# | the loss settles at the variance of the labels | shapes `(N, 1)` and `(N,)`: their difference is `(N, N)`; print the shapes |
# | a gradient check fails by a little, everywhere | `float32`, or a nudge of $10^{-10}$; use `float64` and $10^{-5}$ |
# | a gradient check fails at a few entries only | a corner (ReLU, max) lies within the nudge; move the point |
# | memory grows with every step | a list that keeps losses as `Value`s (or PyTorch tensors), each with its whole graph; keep plain floats |
#
# ## Summary
#
# 1. Rates multiply along a road and add where roads meet; a weight's gradient is the value at its start times the gradient at its end.
# 2. If every number remembers its parents and local slopes, one sweep in reverse topological order gives all gradients, each edge used once.
# 3. That costs at most about five forward passes for any number of weights, because the loss is one number; the price is memory for every intermediate value.
# 4. Gradient bugs are silent: check with central differences, `float64`, a nudge near $10^{-5}$, at random points.
# 5. The gradient is exact and local: XOR gets stuck with a perfect gradient, and an optimizer made anew forgets with one.
#
# So who is to blame, among a billion weights?
# Each one exactly as much as one backward pass says, for the price of a few runs.
#
# **What comes next.** Lesson 04 replaces numbers by arrays: layers with `forward` and `backward`, many examples at once.
# The sentence from section 3 becomes two matrix products, and with depth a new question arises: what becomes of a gradient that is multiplied a hundred times?
#
# ## References
#
# - Rumelhart, Hinton and Williams (1986), *Learning representations by back-propagating errors*, Nature 323, 533-536: the paper that made it known. Reverse mode is older: Linnainmaa published it in 1970, and Werbos carried it to neural networks (thesis 1974, paper 1982).
# - Baydin, Pearlmutter, Radul and Siskind (2018), *Automatic differentiation in machine learning: a survey*, [arXiv:1502.05767](https://arxiv.org/abs/1502.05767): forward, reverse, and what they are not.
# - Griewank and Walther (2008), *Evaluating Derivatives*, SIAM; Baur and Strassen (1983), *The complexity of partial derivatives*, Theoretical Computer Science 22, 317-330: the cost, proved.
# - Chen, Xu, Zhang and Guestrin (2016), *Training deep nets with sublinear memory cost*, [arXiv:1604.06174](https://arxiv.org/abs/1604.06174): work for memory.
# - Sprinkhuizen-Kuyper and Boers (1999), *The local minima of the error surface of the 2-2-1 XOR network*, Annals of Mathematics and Artificial Intelligence 25, 107-136.
# - Karpathy, *micrograd*, [github.com/karpathy/micrograd](https://github.com/karpathy/micrograd): the same idea, with closures in place of stored slopes.
