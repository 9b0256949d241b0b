# %% [raw] slug="front"
# title = "Gradient descent"
# question = "The gradient says which way is down. How far should I step?"
# hook = """
# Take 815 months of CO2 measurements and fit `ppm = a + b * year + c * month`, three numbers.
# With a step size of one millionth the loss flies off to infinity.
# With a quarter of that it stays finite, and would need more than a hundred billion steps.
# Nothing in between does noticeably better.
# By the middle of this lesson the same fit takes two steps, and a single number tells you why.
# Everything after that (momentum, Adam, warm-up) is a different answer to the same question.
# """
# able = [
#     "say before training which learning rates diverge, and prove it on a quadratic",
#     "measure how badly scaled a problem is, and mend it",
#     "write SGD, momentum, Nesterov, RMSProp, Adam and AdamW from memory, each equal to Keras to 1e-5",
#     "choose batch size, optimizer and schedule for a stated reason, and race them fairly",
# ]
# needs = "Lesson 01 (mean squared error, the CO2 line). A derivative is a slope; a matrix times a vector."
# minutes = 90
# seconds = 12

# %% slug="setup"
import numpy as np

from course_utils.checks import nb02
from course_utils.data.co2 import load_co2
from course_utils.plots.curves import curves
from course_utils.plots.descent import parabola_walks, rate_sweep, stability
from course_utils.plots.figure import show
from course_utils.plots.surface import models_as_points, surface_panels
from course_utils.runtime import setup

setup(seed=2)

# %% [markdown] slug="landscape-say"
# Letters used below: **N** examples, **B** examples in a batch, **D** parameters.
# $w$ is the vector of all parameters, $g$ the gradient of the loss at $w$, and *rate* (the books' $\eta$) is the learning rate.
#
# ## 1. A model is a point, a loss is a landscape
#
# Take the simplest model of the CO2 data: a line, $w_0 + w_1 z$, where $z$ is time.
# Two numbers are one point on a map.
# At every point of the map stands a height: the mean squared error of that line.
# For now both $z$ and the measurements are *standardised* (mean 0, standard deviation 1).
# Why that is a very good idea is the subject of section 5.

# %% slug="data"
table = load_co2()
year = table["year"].to_numpy()  # (N,)
month = table["month"].dt.month.to_numpy().astype(float)  # (N,) 1 to 12


def standardise(values):
    return (values - values.mean()) / values.std()


N = len(table)
y = standardise(table["ppm"].to_numpy())  # (N,)
X = np.column_stack([np.ones(N), standardise(year)])  # (N, D = 2)
print(f"X {X.shape}, y {y.shape}")

# %% slug="loss"
def loss(w):
    """Mean squared error of the line w = (w0, w1)."""
    return np.mean((X @ w - y) ** 2)


lines = {"A": np.array([0.0, 0.0]), "B": np.array([0.7, -0.6]), "C": np.array([0.05, 0.9])}
for name, w in lines.items():
    print(f"line {name}: height {loss(w):.3f}")

# %% [markdown] slug="map-say"
# To draw the whole map we need thousands of heights.
# Expanding the square once makes each of them cheap:
#
# $$\frac1N\lVert Xw - y\rVert^2 = w^\top A\, w - 2\, b^\top w + c, \qquad A = \tfrac1N X^\top X,\quad b = \tfrac1N X^\top y,\quad c = \tfrac1N y^\top y.$$
#
# Remember this form.
# The mean squared error of a linear model is *exactly* a quadratic bowl, however many data there are.
#
# The map below is read like a hiking map.
# Each thin line joins points of equal height; from one line to the next the height changes by the same factor.
# Darker is lower, and the star is the lowest point.

# %% slug="map"
A, b, c = X.T @ X / N, X.T @ y / N, np.mean(y**2)


def height(w):
    """The loss of many lines at once, (..., 2) -> (...)."""
    return ((w @ A) * w).sum(axis=-1) - 2 * w @ b + c


assert all(np.isclose(height(w), loss(w)) for w in lines.values())
bottom = np.linalg.lstsq(X, y)[0]  # the best line, solved for as in lesson 01
axes = models_as_points(
    X[:, 1], y, lines, height, (-1, 1.5), (-1.0, 1.7), lowest=bottom,
    names=("time (standardised)", "CO2 (standardised)"),
    title="A line through the data is a point on the map",
)
show(axes, alt="Left: the rising CO2 curve and three lines, A flat, B falling, C close to it. "
     "Right: a contour map of the loss over height and slope; B stands high, A lower, "
     "C close to the star that marks the bottom.")

# %% [markdown] slug="gradient-say"
# Walking downhill needs no map, only the slope under your feet.
# That matters: with two parameters we can draw the landscape, with a million nobody can.
#
# ## 2. Which way: the gradient
#
# **One weight first.** Nudge $w_1$ a little and watch one example: its error $e = w_0 + w_1 z - y$ changes by $z$ per unit of nudge, so its square changes by $2 e z$.
# The loss is the mean over the examples, so its slope is the mean of $2 e z$.
# For $w_0$ the same argument gives the mean of $2e$.
# Both in one line:
#
# $$g = \nabla L(w) = \frac{2}{N} X^\top (Xw - y).$$
#
# **Now a step.** For a short step $s$, the loss changes by about $g \cdot s = \lvert g\rvert\,\lvert s\rvert \cos(\text{angle})$.
# The cosine is smallest, $-1$, when $s$ points exactly against $g$.
# So of all short steps of one length, $-g$ lowers the loss most.
# ("Length" means the usual one, square root of the sum of squares. Section 8 measures steps weight by weight and gets another direction.)
# Test it: try 360 directions.

# %% slug="gradient"
def gradient(w):
    """Slope of the loss at w, (2,)."""
    return 2 / N * X.T @ (X @ w - y)


here = lines["B"]
angles = np.radians(np.arange(360))
steps = 0.01 * np.column_stack([np.cos(angles), np.sin(angles)])  # (360, 2)
best_of_360 = steps[np.argmin(height(here + steps))]
against = -gradient(here)
cosine = best_of_360 @ against / np.linalg.norm(best_of_360) / np.linalg.norm(against)
assert cosine > np.cos(np.radians(1))
print("the best of 360 directions is the one against the gradient, within a degree")

# %% [markdown] slug="update-say"
# That is all of gradient descent:
#
# $$w \leftarrow w - \text{rate} \cdot g.$$
#
# The gradient has two parts, a direction and a length.
# The direction is right only *here*, and only for a short step.
# How short is short? That is the question of this lesson.

# %% slug="update"
w = lines["B"]
for step in range(5):
    print(f"step {step}: loss {loss(w):.3f}")
    w = w - 0.3 * gradient(w)

# %% [markdown] slug="walk-ask"
# ## Exercise 2.1: walk downhill
#
# Write the loop as a function, and keep the way you came.
#
# `walk_downhill(gradient, start, rate, steps)` gets a function `gradient(w)`, a start of shape `(D,)`, the learning rate and the number of steps.
# It returns an array of shape `(steps + 1, D)`: the start, then the point after every step.
# For example, with `gradient = lambda w: 2 * w`, start `np.array([1.0])`, rate 0.25 and 2 steps the path is `[[1.0], [0.5], [0.25]]`.

# %% slug="walk" tags=["exercise"] points=1
def walk_downhill(gradient, start, rate, steps):
    """Every point visited, (steps + 1, D)."""
    # solution
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)

# %% slug="walk-check"
nb02.walk_downhill(walk_downhill)

# %% [markdown] slug="walk-why" tags=["solution"]
# `path[-1] - ...` makes a new array, so the rows already stored stay what they were.
# With `w -= ...` the list would hold the same array many times, and every row would show the last point.
# The gradient is asked for again at every new point: it is a local statement and goes stale at once.

# %% [markdown] slug="parabola-say"
# ## 3. How far: one dimension tells the whole story
#
# Take the plainest valley, $L(w) = 2 w^2$.
# Its slope is $4w$, and its *curvature*, the slope of the slope, is 4 everywhere.
# We start at $w = 1$.
#
# > **Predict first.** Four walks, with learning rates 0.05, 0.25, 0.45 and 0.52.
# > One creeps, one lands at once, one zigzags home, one never comes home.
# > Which is which, and at which rate exactly does the last fate begin?

# %% slug="parabola"
curvature = 4.0


def slide(rate, steps=12):
    """Walk on 2 * w**2 from w = 1; all points visited, (steps + 1,)."""
    path = [1.0]
    for _ in range(steps):
        path.append(path[-1] - rate * curvature * path[-1])
    return np.array(path)


axes = parabola_walks(
    curvature, {f"rate {r}": slide(r) for r in (0.05, 0.25, 0.45, 0.52)}, half_width=1.75,
    title="One slope, four step sizes: creep, land, zigzag, climb out",
)
show(axes, alt="Four parabolas with walks from w = 1. Rate 0.05 creeps down one side, 0.25 lands "
     "on the bottom in one step, 0.45 jumps from side to side and comes lower, "
     "0.52 jumps higher each time.")

# %% [markdown] slug="limit-why"
# In the order of the question: 0.05 creeps, 0.25 lands in a single step, 0.45 zigzags, 0.52 climbs out.
# Nothing but algebra is needed to see why.
# On a parabola with curvature $a$ the slope is $a w$, so one step gives
#
# $$w \leftarrow w - \text{rate}\cdot a\, w = (1 - \text{rate} \cdot a)\; w.$$
#
# Every step multiplies the distance to the bottom by the same number, $1 - \text{rate}\cdot a$.
# The walk comes home if that number lies strictly between $-1$ and $1$, that is
#
# $$0 < \text{rate} < \frac{2}{a}.$$
#
# Here $2/4 = 0.5$.
# At $1/a$ the factor is 0: one step and done. Between $1/a$ and $2/a$ the sign flips at every step: a zigzag.
# Measured, not only derived:

# %% slug="limit"
rates = np.linspace(0.025, 0.6, 24)
left_over = np.abs([slide(r, steps=1)[1] for r in rates])
ax = stability(
    rates, left_over, curvature, title="A step helps until twice the rate that would finish"
)
show(ax, alt="Distance left after one step against the learning rate: a V that falls from 1 to 0 "
     "at 1 / curvature = 0.25 and rises to 1 at 2 / curvature = 0.5, the limit; "
     "measured points lie on the theory.")

below, at, beyond = (abs(slide(share * 2 / curvature, steps=500)[-1]) for share in (0.99, 1, 1.01))
assert below < 1e-4 and at == 1 and beyond > 1e4
print("1 % below the limit: home. At the limit: bounces for ever. 1 % above: gone")

# %% [markdown] slug="two-say"
# So the right step size is a statement about *curvature*, not about slope.
# Half the limit is perfect and slightly above the limit is a catastrophe: the cliff is on one side only.
# That is why one searches learning rates from below, in factors.
#
# ## 4. Two directions, one learning rate
#
# One parabola is easy: take $1/a$.
# Trouble begins when there are two, and one rate must serve both.
# This bowl has curvature 1 along the first weight and 25 along the second:

# %% slug="bowl"
curvatures = np.array([1.0, 25.0])


def bowl(w):
    return 0.5 * (curvatures * w**2).sum(axis=-1)


def bowl_gradient(w):
    return curvatures * w


start = np.array([-4.0, 1.0])
print(f"height at the start {bowl(start):.1f}, gradient there {bowl_gradient(start)}")

# %% [markdown] slug="two-predict"
# > **Predict first.** Three walks of 30 steps, with rates 0.02, 0.0769 and 0.0805.
# > Which of the two curvatures sets the limit, and what is the limit?
# > Where does the *other* weight stand after 30 steps with the best of the three?

# %% slug="two"
def descend_bowl(rate, steps=30):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - rate * bowl_gradient(path[-1]))
    return np.array(path)  # (steps + 1, 2)


paths = {f"rate {r}": descend_bowl(r) for r in (0.02, 0.0769, 0.0805)}
axes = surface_panels(
    bowl, paths, (-4.6, 1.2), (-2.2, 2.2), lowest=(0, 0), xlabel="$w_0$ (curvature 1)",
    ylabel="$w_1$ (curvature 25)",
    title="The steep direction sets the limit, the flat one pays for it",
)
show(axes, alt="Three contour maps of a long narrow valley with walks of 30 steps. Rate 0.02 gets "
     "to the valley floor and stops half way; 0.0769 zigzags across the valley and nearly arrives; "
     "0.0805 zigzags wider and wider.")
assert 0.3 < abs(paths["rate 0.0769"][-1, 0]) < 0.4 and abs(paths["rate 0.02"][-1, 0]) > 2

# %% [markdown] slug="condition-say"
# The steep direction sets the limit: $2/25 = 0.08$.
# The two weights do not talk to each other: each follows its own parabola, with its own factor $1 - \text{rate}\cdot a$.
# Just below the limit the flat one still keeps $1 - 0.0769 \cdot 1 = 92\,\%$ of its distance at every step.
# After 30 steps, $0.92^{30}$ of the 4 units are left: about a third of a unit.
#
# The best compromise makes both factors equally large.
# $1 - \text{rate}\cdot a_{\min} = -(1 - \text{rate}\cdot a_{\max})$ gives $\text{rate} = 2/(a_{\min} + a_{\max})$, and both weights then shrink by
#
# $$\frac{\kappa - 1}{\kappa + 1} \quad\text{per step, where}\quad \kappa = \frac{a_{\max}}{a_{\min}}.$$
#
# $\kappa$ is the **condition number**; the valley is $\sqrt\kappa$ times as long as it is wide.
# For large $\kappa$ this factor is about $1 - 2/\kappa$, so the number of steps grows in proportion to $\kappa$.
# Count them:

# %% slug="condition"
def count_steps(kappa, goal=1e-3):
    """Steps of the best plain descent until the distance has shrunk to `goal`."""
    a, w, steps = np.array([1.0, kappa]), np.array([1.0, 1.0]), 0
    while np.sqrt((w**2).sum()) > goal * np.sqrt(2):
        w = w - 2 / (1 + kappa) * a * w
        steps += 1
    return steps


for kappa in (1, 10, 100, 1000):
    theory = kappa / 2 * np.log(1000)
    print(f"kappa {kappa:4}: {count_steps(kappa):4} steps; kappa / 2 * ln(1000) = {theory:4.0f}")

# %% [markdown] slug="eigen-say"
# Real bowls are not aligned with the axes, and this changes nothing.
# The matrix of second derivatives, the *Hessian* $H$, is symmetric, so it has $D$ perpendicular eigenvectors: directions that it only stretches.
# Along each of them the loss is a parabola, and its curvature is the eigenvalue, the amount of stretching.
# For the mean squared error, differentiate $g = \frac2N X^\top(Xw - y)$ once more: $H = \frac2N X^\top X$, the same everywhere.
# A loss that is no quadratic has another $H$ at every point; near a minimum it looks like its bowl.
# (It may also have several minima. Descent finds one that its start leads to, not always the lowest.)

# %% [markdown] slug="limit2-ask"
# ## Exercise 2.2: the largest learning rate
#
# Before you train, you can know where divergence begins.
# `largest_rate(X)` gets the inputs of a linear model, shape `(N, D)`, trained with the loss $\frac1N\lVert Xw-y\rVert^2$ (a mean, no factor one half).
# It returns the stability limit of plain gradient descent, one number.
# For `X = [[3.0]]` it is 1/9.
# `np.linalg.eigvalsh(H)` gives the eigenvalues of a symmetric matrix, smallest first.

# %% slug="limit2" tags=["exercise"] points=2
def largest_rate(X):
    """The learning rate above which descent on mean((X w - y)**2) diverges."""
    # solution
    hessian = 2 / len(X) * X.T @ X  # (D, D)
    return 2 / np.linalg.eigvalsh(hessian)[-1]

# %% slug="limit2-check"
nb02.largest_rate(largest_rate)

# %% [markdown] slug="limit2-why" tags=["solution"]
# The limit is 2 over the largest curvature in *any* direction, and that is the largest eigenvalue, not the largest diagonal entry.
# Note that $y$ does not appear: the labels move the bottom of the bowl, they do not bend it.
# Equivalently, $H$'s largest eigenvalue is $\frac2N$ times the squared largest singular value of $X$.

# %% [markdown] slug="scale-say"
# ## 5. Why features are scaled
#
# Back to the riddle of the opening: fit CO2 from three columns, a constant, the year and the month.
# Four ways to write the very same information:
#
# - *raw*: year 1958 to 2026, month 1 to 12;
# - *since 1958*: subtract 1958 from the year;
# - *centred*: subtract each column's mean;
# - *standardised*: divide each by its standard deviation as well.
#
# All four give the same best fit.
# Call the loss above that best fit the *excess loss*.
#
# > **Predict first.** Each writing gets its own best learning rate.
# > How many steps does each need until a millionth of its excess loss is left?
# > Guess four powers of ten.
#
# On a bowl the gradient is $g = H\,(w - w_{\text{best}})$, and the excess loss is half of $(w - w_{\text{best}})^\top g$.
# So the code below follows `away` $= w - w_{\text{best}}$.
# A millionth of the excess loss is a thousandth of the distance: section 4 predicts $\frac\kappa2 \ln 1000$ steps.

# %% slug="scale"
def table_of(year, month):
    return np.column_stack([np.ones(N), year, month])  # (N, 3)


writings = {
    "raw": table_of(year, month),
    "since 1958": table_of(year - 1958, month),
    "centred": table_of(year - year.mean(), month - month.mean()),
    "standardised": table_of(standardise(year), standardise(month)),
}


def descend_until(F, left, most=50_000):
    """Excess losses, first 1, then one per step, until `left` or `most` steps."""
    H = 2 / N * F.T @ F
    a = np.linalg.eigvalsh(H)
    away = -np.linalg.lstsq(F, y)[0]  # w starts at 0
    slope, excess = H @ away, [1.0]
    first = away @ slope
    while excess[-1] > left and len(excess) <= most:
        away = away - 2 / (a[0] + a[-1]) * slope
        slope = H @ away
        excess.append(away @ slope / first)
    return a, np.array(excess)

# %% slug="scale-run"
drawn = {}
print(f"{'':14}{'kappa':>8}{'largest rate':>15}{'steps in theory':>18}{'counted':>10}")
for name, F in writings.items():
    a, excess = descend_until(F, 1e-6)
    kappa, steps = a[-1] / a[0], float(f"{len(excess) - 1:.2g}")  # two digits are enough
    counted = f"{steps:,.0f}" if excess[-1] <= 1e-6 else "too many"
    print(f"{name:14}{kappa:8.0e}{2 / a[-1]:15.1e}{kappa / 2 * np.log(1e3):18.0e}{counted:>10}")
    kept = np.unique(np.geomspace(1, len(excess), 300).astype(int))[1:] - 1
    drawn[name] = (kept, excess[kept])

ax = curves(drawn, xlabel="steps", ylabel="excess loss, share of the start", log="xy",
            title="The same fit in 2 steps or never, by how the year is written")
show(ax, alt="Excess loss against steps, both logarithmic. Standardised falls at once, centred "
     "after about a thousand steps, since 1958 after tens of thousands; "
     "the raw writing stays flat.")

# %% [markdown] slug="scale-why"
# From the bottom of the table: two steps, about 1,300, about 40,000, and (by theory alone) more than a hundred billion.
# The information is the same and so is the loss at the bottom; only the *shape of the bowl* differs.
#
# With raw years the columns "constant" and "year" are nearly parallel: a year is always about 2000.
# Raise the year's weight by 1, lower the constant by 2000: the predictions hardly change, so in this direction there is almost no curvature.
# Raise both and they change enormously.
# At a million steps per second the raw writing would keep a computer busy for more than a day.
# Nothing else in this lesson saves so many steps for so little work.
#
# (The month number is a crude feature: December and January lie far apart. It serves here only as a second unit.)
#
# **The limits of scaling.** Standardising treats one column at a time, so it cannot undo *correlation*, columns that rise together.
# Take the time and its square, as in the quadratic of lesson 01:

# %% slug="correlation"
t = year - 1958
for name, s in {"as it is": t, "centred before squaring": t - t.mean()}.items():
    F = np.column_stack([np.ones(N), standardise(s), standardise(s**2)])
    a = np.linalg.eigvalsh(2 / N * F.T @ F)
    print(f"t and t**2, both standardised, t {name}: kappa {a[-1] / a[0]:.0f}")

# %% [markdown] slug="newton-say"
# Centring the time before squaring it did what no later scaling can: the two columns no longer rise together.
#
# **And if we knew the curvature?** Then one step would do in any bowl.
# Multiply the gradient by the *inverse Hessian*, so that every direction gets its own $1/a$.
# This is Newton's method, here on the raw columns that plain descent cannot fit:

# %% slug="newton"
F = writings["raw"]
w = np.zeros(3)
H, g = 2 / N * F.T @ F, 2 / N * F.T @ (F @ w - y)
w = w - np.linalg.solve(H, g)

assert 0.25e-6 < 2 / np.linalg.eigvalsh(H)[-1] < 1e-6  # the opening's riddle
best = np.mean((F @ np.linalg.lstsq(F, y)[0] - y) ** 2)
assert np.mean((F @ w - y) ** 2) < best + 1e-6
print("one Newton step: at the bottom")

# %% [markdown] slug="newton-why"
# Why does nobody train large models like this?
# The Hessian of a model with a million parameters has $10^{12}$ entries, 8 terabytes, and solving with it costs more than $10^{17}$ operations per step.
# Away from a bowl, where a curvature can be negative, Newton's step may even lead uphill.
# So the rest of this lesson is about getting *some* of that effect for the price of one or two extra numbers per weight.
#
# ## 6. Noise: how much data per step?
#
# The gradient is a mean over all N examples.
# A mean can be estimated from a few: pick B examples, a *mini-batch*, and use their mean.
# One pass over all the data, in shuffled order, is an *epoch*.
# With $B = N$ it is called batch gradient descent, with $B = 1$ stochastic gradient descent (today "SGD" is said for any B).
#
# > **Predict first.** Same data, same start, same rate 0.1, and batch sizes 1, 16 and all 815.
# > Work is measured in *examples looked at*.
# > Who is lowest after one epoch, and who is lowest after fifty?

# %% slug="batches"
def above(w):
    """Loss above the minimum at points (..., 2); exact also where it is tiny."""
    return ((w - bottom) @ A * (w - bottom)).sum(axis=-1)


def batch_walk(size, epochs, rate=0.1, seed=3):
    """Descend with batches of `size` examples; all points visited, (steps + 1, 2)."""
    rng = np.random.default_rng(seed)
    w = np.array([1.0, -0.5])
    path = [w]
    for _ in range(epochs):
        order = rng.permutation(N)
        for i in range(0, N, size):
            rows = order[i : i + size]
            error = X[rows] @ w - y[rows]  # (B,)
            w = w - rate * 2 / len(rows) * X[rows].T @ error
            path.append(w)
    return np.array(path)


walks = {size: batch_walk(size, epochs=50) for size in (1, 16, N)}

# %% slug="batches-map"
axes = surface_panels(
    above,
    {"1 example, 100 steps": walks[1][:101], "16 examples, 100 steps": walks[16][:101],
     f"all {N}, 100 steps": walks[N][:101]},
    (-0.4, 1.35), (-0.7, 1.4), lowest=bottom, xlabel="$w_0$", ylabel="$w_1$",
    title="Small batches stagger, large ones stride",
)
show(axes, alt="Three circular contour maps with walks to the same minimum. With single examples "
     "the path staggers and keeps wandering around the minimum, with 16 it wobbles slightly, "
     "with all it is a straight line.")

# %% slug="batches-curve"
series = {}
for size, path in walks.items():
    seen = np.minimum(np.arange(len(path)) * size, 50 * N)  # examples looked at
    kept = np.unique(np.geomspace(1, len(path), 250).astype(int))[1:] - 1
    series[f"batch {size}" if size < N else "all data"] = (seen[kept], above(path[kept]))
ax = curves(series, xlabel="examples looked at", ylabel="loss above the minimum", log="xy",
            title="Small batches arrive first and stop higher")
show(ax, alt="Loss above the minimum against examples looked at, logarithmic. Batch 1 falls first "
     "and then hovers at a high level, batch 16 falls later and hovers lower, "
     "all data falls last and keeps falling.")

after = {size: above(path[-(-N // size)]) for size, path in walks.items()}
hover = {size: above(path[-len(path) // 2 :]).mean() for size, path in walks.items()}
assert 5 * after[16] < after[1] < 0.02 < 1 < after[N]
assert above(walks[N][-1]) < 1e-8 < hover[16] < hover[1] / 8
print("after  1 epoch:  batch 16 is far ahead of batch 1, and batch 1 of all data")
print("after 50 epochs: all data is far ahead of batch 16, and batch 16 of batch 1")

# %% [markdown] slug="batches-why"
# After one epoch batch 16 is lowest, in 51 steps; the full batch has taken a single one.
# Batch 1 has taken 815 and only *hovers*: with a constant rate a noisy walk never settles.
# After fifty epochs all data is lowest, and both small batches hover.
# Each step is a correct step plus an error of mean zero, and the correct part vanishes at the bottom while the error does not.
# A smaller rate hovers lower and takes longer to get there. Section 12 has the cure.
#
# How noisy is a batch of B? Errors of independent examples average out, so the noise should fall like $1/\sqrt B$.
# Below, the noise of one example counts as 1:

# %% slug="noise"
rng = np.random.default_rng(4)
per_example = 2 * X * (X @ lines["A"] - y)[:, None]  # (N, 2): one gradient per example
for size in (1, 4, 16, 64, 256):
    draws = rng.integers(0, N, (4000, size))  # 4000 batches, drawn with replacement
    noise = per_example[draws].mean(axis=1).std(axis=0)[1]
    relative = noise / per_example[:, 1].std()
    assert 0.95 < relative * np.sqrt(size) < 1.05
    print(f"batch {size:3}: noise {relative:.2f}, 1 / sqrt(batch) {size**-0.5:.2f}")

# %% [markdown] slug="noise-why"
# Four times the work buys only half the noise: that is why a full batch is rarely worth its price.
# Why not $B = 1$, then? Because hardware works on many examples at once: 32 together often cost hardly more time than one alone.
# (In a step count instead of an example count, larger batches always look better. Say which one you plot.)

# %% [markdown] slug="epoch-ask"
# ## Exercise 2.3: one epoch of mini-batches
#
# Every training loop contains this function, and one famous bug lives in it.
#
# `one_epoch(X, y, size, rng)` returns a list of pairs `(X rows, y rows)`.
# All examples appear exactly once, in an order drawn from `rng`, `size` at a time; the last batch may be smaller, but never empty.
# Leave `X` and `y` as they are.
# With 10 examples and size 4 the batches hold 4, 4 and 2.

# %% slug="epoch" tags=["exercise"] points=2
def one_epoch(X, y, size, rng):
    """Shuffled mini-batches, each a pair (X rows, y rows)."""
    # solution
    order = rng.permutation(len(X))
    cuts = [order[i : i + size] for i in range(0, len(X), size)]
    return [(X[rows], y[rows]) for rows in cuts]

# %% slug="epoch-check"
nb02.one_epoch(one_epoch)

# %% [markdown] slug="epoch-why" tags=["solution"]
# One permutation of row *numbers* indexes both arrays, so an example cannot lose its label.
# Two separate shuffles, or shuffling only `X`, break the pairs: nothing crashes, and the model learns that the input says nothing.
# Its loss then settles at the variance of `y`, which is the symptom to remember.

# %% [markdown] slug="momentum-say"
# ## 7. Momentum: remember where you were going
#
# In the narrow valley of section 4 the gradient said two things at once.
# Across the valley it flipped sign at every step; along the valley it kept saying the same.
# So *remember*: add up past gradients, and let what flips cancel while what persists grows.
# A ball does that. Its velocity keeps a share $\mu$ (friction takes the rest) and gains the new push:
#
# $$v \leftarrow \mu\, v - \text{rate}\cdot g, \qquad w \leftarrow w + v.$$
#
# From here on a *rule* is a function that gets the weights, the gradient, a dict as memory, and the rate.

# %% slug="momentum"
def sgd(w, g, memory, rate):
    return w - rate * g


def momentum(w, g, memory, rate, mu=0.9):
    memory["v"] = mu * memory.get("v", 0.0) - rate * g
    return w + memory["v"]


def follow(rule, gradient, start, rate, steps):
    """All points that `rule` visits, (steps + 1, ...)."""
    w, memory, path = start, {}, [start]
    for _ in range(steps):
        w = rule(w, gradient(w), memory, rate)
        path.append(w)
    return np.array(path)

# %% [markdown] slug="constant-predict"
# > **Predict first.** On a slope that is the same everywhere (gradient 1, rate 0.01), plain descent takes steps of 0.01.
# > How long do the steps of momentum become, with $\mu = 0.9$?

# %% slug="constant"
path = follow(momentum, np.ones_like, np.zeros(1), rate=0.01, steps=100)  # gradient 1 everywhere
lengths = -np.diff(path[:, 0])
for step in (1, 2, 3, 10, 100):
    print(f"step {step:3}: length {lengths[step - 1]:.4f}")

# %% [markdown] slug="constant-why"
# Ten times as long: the steps add up to $\text{rate}\,(1 + \mu + \mu^2 + \dots) = \text{rate} / (1 - \mu)$.
# So momentum 0.9 is, along a steady slope, a ten times larger learning rate that had to be earned.
# A gradient that flips at every step earns instead $1 - \mu + \mu^2 - \dots = 1/(1+\mu)$, about half.
#
# **Nesterov's idea**: the ball will roll on by $\mu v$ anyway, so measure the slope *there*, not here.
#
# $$v \leftarrow \mu v - \text{rate}\cdot g(w + \mu v), \qquad w \leftarrow w + v.$$
#
# Libraries store the look-ahead point $\tilde w = w + \mu v$ in place of $w$, so that the gradient is measured where the weights are.
# In one step $\tilde w$ moves by $v_{\text{new}} + \mu v_{\text{new}} - \mu v_{\text{old}}$, and the first line says $v_{\text{new}} - \mu v_{\text{old}} = -\text{rate}\cdot g$.
# So the stored weights move by $\mu v_{\text{new}} - \text{rate}\cdot g$: that is the form of Keras.
# Check that both are one method:

# %% slug="nesterov"
def nesterov(w, g, memory, rate, mu=0.9):
    memory["v"] = mu * memory.get("v", 0.0) - rate * g
    return w + mu * memory["v"] - rate * g


library = follow(nesterov, bowl_gradient, start, rate=0.02, steps=50)

w, v = start, np.zeros(2)  # the method as Nesterov wrote it
for step in range(50):
    assert np.allclose(w + 0.9 * v, library[step], rtol=0, atol=1e-12)
    v = 0.9 * v - 0.02 * bowl_gradient(w + 0.9 * v)
    w = w + v
print("Keras's weights are the paper's look-ahead points, in all 50 steps")

# %% slug="valley"
axes = surface_panels(
    bowl,
    {f"{name}, 40 steps": follow(rule, bowl_gradient, start, 0.02, 40)
     for name, rule in (("plain", sgd), ("momentum", momentum), ("Nesterov", nesterov))},
    (-4.6, 3.2), (-2.2, 2.2), lowest=(0, 0), xlabel="$w_0$", ylabel="$w_1$",
    title="One rate, one valley: memory turns creeping into rolling",
)
show(axes, alt="Three maps of the narrow valley at rate 0.02. Plain descent stops half way; "
     "momentum swings across the valley and past the minimum; Nesterov's swings die out after a "
     "few steps and it overshoots less.")

# %% [markdown] slug="root-say"
# Momentum pays with overshoot, across the valley and along it.
# Nesterov's look-ahead damps it: the slope ahead is measured before the ball is there.
#
# How much does it gain? Polyak (1964) worked out the best rate and the best $\mu$ for a bowl.
# The number of steps then grows like $\sqrt\kappa$ instead of $\kappa$.
#
# <details>
# <summary>Where the root comes from (a little more algebra)</summary>
#
# Written with positions alone, a step along a direction of curvature $a$ is $w_{t+1} = (1 + \mu - \text{rate}\cdot a)\, w_t - \mu\, w_{t-1}$.
# A walk that is multiplied by $r$ in every step must satisfy $r^2 - (1 + \mu - \text{rate}\cdot a)\, r + \mu = 0$.
# The two solutions have the product $\mu$.
# Where the walk swings they are a complex pair of equal size, and that size is $\sqrt\mu$ *whatever the curvature*.
#
# This holds while $\text{rate}\cdot a$ lies between $(1 - \sqrt\mu)^2$ and $(1 + \sqrt\mu)^2$.
# Stretch this band from $a_{\min}$ to $a_{\max}$: then $\frac{1 + \sqrt\mu}{1 - \sqrt\mu} = \sqrt\kappa$.
# Solved for $\sqrt\mu$ it is the factor of section 4, with $\sqrt\kappa$ in place of $\kappa$.
#
# Only beyond $\text{rate}\cdot a = 2\,(1 + \mu)$ is a solution larger than 1: that is the limit of momentum.
#
# </details>
#
# Momentum also moves the limit of section 3, from $2/a$ to $2\,(1 + \mu)/a$, nearly twice as far.
# Both measured:

# %% slug="root"
def count_ball(kappa, goal=1e-3):
    """Steps of the best momentum until the distance has shrunk to `goal` for good."""
    a, w, v, root, away = np.array([1.0, kappa]), np.ones(2), 0.0, np.sqrt(kappa), []
    mu, rate = ((root - 1) / (root + 1)) ** 2, (2 / (root + 1)) ** 2  # Polyak's best
    for _ in range(400):
        v = mu * v - rate * a * w
        w = w + v
        away.append(np.sqrt((w**2).sum() / 2))
    return np.flatnonzero(np.array(away) > goal)[-1] + 2


for kappa in (10, 100, 1000):
    print(f"kappa {kappa:4}: plain {count_steps(kappa):4} steps, momentum {count_ball(kappa):3}")

below, beyond = (abs(follow(momentum, lambda w: 4 * w, np.ones(1), share * 2 * 1.9 / 4, 2000)[-1, 0])
                 for share in (0.99, 1.01))
assert below < 1e-4 and beyond > 1e4
print("with mu = 0.9 the limit lies at 2 * 1.9 / curvature")

# %% [markdown] slug="torch-ask"
# ## Exercise 2.4: momentum as PyTorch writes it
#
# PyTorch leaves the learning rate out of the velocity:
#
# $$v \leftarrow \mu\, v + g, \qquad w \leftarrow w - \text{rate}\cdot v.$$
#
# `torch_momentum(gradient, start, rates, mu)` gets a sequence with one rate *per step* and returns the path, `(len(rates) + 1, D)`.
# The velocity starts at 0.
# With a constant rate both forms walk the same path. Think about what happens when the rate drops.

# %% slug="torch" tags=["exercise"] points=2
def torch_momentum(gradient, start, rates, mu):
    """Every point visited, (len(rates) + 1, D)."""
    # solution
    path, v = [start], np.zeros_like(start)
    for rate in rates:
        v = mu * v + gradient(path[-1])
        path.append(path[-1] - rate * v)
    return np.array(path)

# %% slug="torch-check"
nb02.torch_momentum(torch_momentum)

# %% [markdown] slug="torch-why" tags=["solution"]
# Here a smaller rate acts at once on the whole velocity.
# In Keras's form the old velocity was stored with the old rate in it and keeps rolling for about $1/(1-\mu)$ steps.
# Neither is wrong, but a schedule copied from one library to the other gives another walk around every drop.

# %% [markdown] slug="rmsprop-say"
# ## 8. A step size for every weight: RMSProp and Adam
#
# Momentum still has one rate for all weights.
# Newton had one per direction, and cannot be afforded.
# Between them lies a cheap idea: if a weight's gradients have been large lately, take smaller steps *for that weight*.
# Keep a running mean $s$ of each squared gradient, and divide by its root:
#
# $$s \leftarrow \rho\, s + (1 - \rho)\, g^2, \qquad w \leftarrow w - \text{rate}\cdot \frac{g}{\sqrt{s + \varepsilon}}.$$
#
# This is RMSProp, from a lecture slide of Hinton's (2012).
# Gradient over its own typical size is a number around 1: the *unit* of the gradient is gone, so the rate becomes the length of a step in each weight.
#
# ($\varepsilon$ is a tiny number that keeps the division from being by zero.)
#
# Adam (2015) puts momentum on top, as a running mean $m$ of the gradient itself:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2.$$
#
# And it repairs a detail.
# Both means start at 0, so at first they are too small.
# If the gradient stays the same, then after $t$ steps $m$ is $(1 - \beta_1^t)\, g$, and $s$ is $(1 - \beta_2^t)\, g^2$.
# Dividing by these factors undoes it; a hat marks the corrected means:
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat s = \frac{s}{1 - \beta_2^t}, \qquad w \leftarrow w - \text{rate}\cdot\frac{\hat m}{\sqrt{\hat s} + \varepsilon}, \qquad t = 1, 2, 3, \dots$$

# %% slug="adam"
def rmsprop(w, g, memory, rate, rho=0.9, eps=1e-7):
    memory["s"] = rho * memory.get("s", 0.0) + (1 - rho) * g**2
    return w - rate * g / np.sqrt(memory["s"] + eps)


def adam(w, g, memory, rate, beta_1=0.9, beta_2=0.999, eps=1e-7):
    t = memory["t"] = memory.get("t", 0) + 1  # 1 in the first step
    memory["m"] = beta_1 * memory.get("m", 0.0) + (1 - beta_1) * g
    memory["s"] = beta_2 * memory.get("s", 0.0) + (1 - beta_2) * g**2
    mean = memory["m"] / (1 - beta_1**t)
    square = memory["s"] / (1 - beta_2**t)
    return w - rate * mean / (np.sqrt(square) + eps)

# %% [markdown] slug="first-predict"
# > **Predict first.** The very first step of Adam with rate 0.01: how long is it for a weight whose gradient is 1000, and for one whose gradient is 0.001?
# > And without the two corrections (the hats), are the first steps too *short* or too *long*?

# %% slug="first"
first = adam(np.zeros(2), np.array([1000.0, 0.001]), {}, rate=0.01)
print(f"gradient 1000 moves by {-first[0]:.4f}, gradient 0.001 by {-first[1]:.4f}")

t = np.arange(1, 301)
without = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)  # constant gradient, hats left off
ax = curves({"with the correction": (t, np.ones(300)), "without": (t, without)},
            xlabel="step", ylabel="step length / learning rate",
            title="Without its correction Adam starts with giant steps")
ax.set_ylim(0, 7)
show(ax, alt="Step length over learning rate for a constant gradient. With the correction it is 1 "
     "from the first step; without it starts near 3, peaks above 6 at step 12 and sinks slowly.")
longest = t[without.argmax()]
print(f"without: step 1 {without[0]:.1f} x the rate, step {longest} {without.max():.1f} x the rate")

# %% [markdown] slug="first-why"
# Both weights move by 0.01: at $t = 1$ the hats make $\hat m = g$ and $\hat s = g^2$, so the ratio is $\pm 1$ for any gradient far above $\varepsilon$.
#
# "Too short" is the natural guess for the second question, since both means start at 0.
# But $m$ is too small by the factor $1 - 0.9 = 0.1$, and $\sqrt s$ by the factor $\sqrt{1 - 0.999} \approx 0.032$.
# The denominator is more wrong than the numerator: the first step is $0.1/0.032 \approx 3.2$ times too **long**, the twelfth 6.6 times.
# Without the hats, training would begin with its longest steps, where the least is known.
#
# The clinic below shows what happens when the correction is there, but not quite.

# %% slug="clinic-demo"
def adam_from_a_forum(gradient, start, rate, steps):
    w, m, s, path = start, 0.0, 0.0, [start]
    for t in range(steps):
        g = gradient(w)
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        m = m / (1 - 0.9**t)
        s = s / (1 - 0.999**t)
        w = w - rate * m / (np.sqrt(s) + 1e-7)
        path.append(w)
    return np.array(path)


with np.errstate(all="ignore"):
    print(adam_from_a_forum(bowl_gradient, start, rate=0.1, steps=2))

# %% [markdown] slug="clinic-ask"
# ## Exercise 2.5: bug clinic, Adam
#
# After one step every weight is `nan`.
# The function above has **two** bugs: a loud one, and a quiet one that you only meet when the first is mended.
# Repair it: `mended_adam(gradient, start, rate, steps)` returns the path of Adam, `(steps + 1, D)`, with $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\varepsilon = 10^{-7}$.
# Delete the `raise` line, look at the symptom, then repair the code below it.

# %% slug="clinic" tags=["exercise"] points=3
def mended_adam(gradient, start, rate, steps):
    """Every point that Adam visits, (steps + 1, D)."""
    # solution
    w, m, s, path = start, 0.0, 0.0, [start]
    for t in range(1, steps + 1):
        g = gradient(w)
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        mean = m / (1 - 0.9**t)
        square = s / (1 - 0.999**t)
        w = w - rate * mean / (np.sqrt(square) + 1e-7)
        path.append(w)
    return np.array(path)
    # stub
    # w, m, s, path = start, 0.0, 0.0, [start]
    # for t in range(steps):
    #     g = gradient(w)
    #     m = 0.9 * m + 0.1 * g
    #     s = 0.999 * s + 0.001 * g**2
    #     m = m / (1 - 0.9**t)
    #     s = s / (1 - 0.999**t)
    #     w = w - rate * m / (np.sqrt(s) + 1e-7)
    #     path.append(w)
    # return np.array(path)

# %% slug="clinic-check"
nb02.mended_adam(mended_adam)

# %% [markdown] slug="clinic-why" tags=["solution"]
# Loud: `range(steps)` starts at 0, and $1 - \beta^0 = 0$, so the first step divides by zero.
# Both means become infinite, infinity over infinity is `nan`, and `nan` never leaves again.
# Quiet: the corrected values are written back into the memory, so the next step corrects what was corrected already.
# The first step is right even then.
# But $\sqrt s$ now grows faster than $m$, the steps shrink to nothing, and after about five of them the weights stand still.
# The loss curve looks like a run that has converged; only a comparison with a known result shows that it has not.
# That is the reason for the equality cells of this course.

# %% [markdown] slug="decay-say"
# ## 9. Weight decay: not the same as a penalty
#
# Large weights make a model jumpy, so one lets all weights shrink a little in every step.
# There are two ways to write this.
#
# - **L2 penalty**: add $\frac\lambda2 \lVert w\rVert^2$ to the loss. The gradient gains $\lambda w$.
# - **Decoupled**: leave the gradient alone, and in every step also set $w \leftarrow w - \text{rate}\cdot\lambda\, w$.
#
# For plain descent these are the same line.
# For Adam they are not: what is in the gradient gets divided by $\sqrt{\hat s}$, and the decay with it.
#
# > **Predict first.** Two weights start at 1. Their gradients are pure noise, of size 0.1 for the first and 10 for the second, so all that matters in the long run is the decay.
# > With the L2 penalty under Adam, which weight shrinks more?

# %% slug="decay"
def adamw(w, g, memory, rate, decay=0.004):
    return adam(w * (1 - rate * decay), g, memory, rate)


def adam_l2(w, g, memory, rate, decay=0.004):
    return adam(w, g + decay * w, memory, rate)


def shrink(rule, decay=0.5, rate=0.001, steps=2000):
    noise = np.random.default_rng(5).normal(size=(steps, 2)) * [0.1, 10.0]
    w, memory, path = np.ones(2), {}, [np.ones(2)]
    for g in noise:
        w = rule(w, g, memory, rate, decay)
        path.append(w)
    return np.array(path)


l2, decoupled = shrink(adam_l2), shrink(adamw)
w = np.array([3.0, -2.0])
penalised = sgd(w, bowl_gradient(w) + 0.5 * w, {}, 0.01)
assert np.allclose(penalised, sgd(w, bowl_gradient(w), {}, 0.01) - 0.01 * 0.5 * w)
print("plain descent: one step with either form is the same")

# %% slug="decay-show"
ax = curves(
    {"L2, noise 10": l2[:, 1], "L2, noise 0.1": l2[:, 0], "decoupled, noise 10": decoupled[:, 1],
     "decoupled, noise 0.1": decoupled[:, 0], "decay alone": (1 - 0.001 * 0.5) ** np.arange(2001)},
    xlabel="step", ylabel="weight", title="Inside Adam's gradient, decay forgets the noisy weights",
)
show(ax, alt="Weights over 2000 steps under Adam. Both decoupled curves follow the curve of decay "
     "alone down to about 0.37. With L2 the weight with small noise falls to nearly 0 and the one "
     "with large noise stays near 0.9.")
assert abs(decoupled[-1] - 0.368).max() < 0.08 and l2[-1, 0] < 0.1 and l2[-1, 1] > 0.85

# %% [markdown] slug="decay-why"
# The weight with *small* gradients shrinks most, the noisy one hardly at all: its decay was divided by 10.
# How noisy a gradient is says nothing about how large its weight should be: this is a side effect that nobody asked for.
# The decoupled form treats both alike. Adam with it is called **AdamW**, and most large language models are trained with it.
# (Some weights, such as biases, are usually left out of the decay. Lesson 12 returns to this.)

# %% [markdown] slug="equal-say"
# ## 10. Six optimizers, three times
#
# You have now grown six rules.
# The course's finished versions update dicts of arrays in place, check shapes, and take schedules (section 12).
# This is Adam's text, exactly as it is imported below.
# It multiplies the rate by both corrections at once, as Keras does:

# %% slug="equal-ref" show="course_utils.scratch.optimizers:Adam"

# %% [markdown] slug="equal-keras"
# Now Keras. All three versions walk 50 steps from the same start in *Rosenbrock's valley*, $(1 - x)^2 + 100\,(y - x^2)^2$.
# It is no bowl: its floor is bent along $y = x^2$, and the lowest point is $(1, 1)$.
# Each version measures the gradient at its own point, so a disagreement in the rule carries over to all later steps.

# %% slug="equal"
import keras

from course_utils.scratch.landscapes import Rosenbrock, descend
from course_utils.scratch.optimizers import SGD, Adam, AdamW, RMSProp

rate, valley, origin = 0.001, Rosenbrock(), np.array([-1.2, 1.0])


def keras_walk(optimizer, gradient, start, steps):
    w = keras.Variable(start, dtype="float64")  # what a Keras optimizer can update
    path = [start]
    for _ in range(steps):
        g = keras.ops.convert_to_tensor(gradient(path[-1]))
        optimizer.apply([g], [w])  # one step: gradients, variables
        path.append(w.numpy())
    return np.array(path)


# %% slug="equal-six"
theirs = keras.optimizers
six = {
    "SGD": (sgd, SGD(rate), theirs.SGD(rate)),
    "momentum": (momentum, SGD(rate, momentum=0.9), theirs.SGD(rate, momentum=0.9)),
    "Nesterov": (nesterov, SGD(rate, 0.9, nesterov=True), theirs.SGD(rate, 0.9, nesterov=True)),
    "RMSProp": (rmsprop, RMSProp(rate), theirs.RMSprop(rate)),
    "Adam": (adam, Adam(rate), theirs.Adam(rate)),
    "AdamW": (adamw, AdamW(rate), theirs.AdamW(rate)),
}

# %% slug="equal-run"
for name, (rule, ours, of_keras) in six.items():
    grown = follow(rule, valley.gradient, origin, rate, 50)
    finished = descend(ours, valley.gradient, origin, 50)
    library = keras_walk(of_keras, valley.gradient, origin, 50)
    assert np.abs(library[-1] - origin).max() > 0.01  # it did move
    np.testing.assert_allclose(grown, library, rtol=0, atol=1e-5)
    np.testing.assert_allclose(finished, library, rtol=0, atol=1e-5)
    print(f"{name:8} grown here = course_utils = Keras, 50 steps, to 1e-5")

# %% [markdown] slug="fine-say"
# **The fine print.** Papers and libraries agree on the ideas and differ in details that can cost you an afternoon:
#
# | | Keras 3 (and this course) | PyTorch 2 | paper |
# |---|---|---|---|
# | momentum | rate inside the velocity | rate outside | inside (Polyak, Sutskever) |
# | RMSProp | $\sqrt{s + \varepsilon}$, $\rho = 0.9$ | $\sqrt{s} + \varepsilon$, $\rho = 0.99$ | slide: $\rho = 0.9$, no $\varepsilon$ |
# | Adam's $\varepsilon$ | $10^{-7}$, added *before* the correction | $10^{-8}$, after | $10^{-8}$, after (Algorithm 1) |
# | AdamW's decay | rate $\cdot\,\lambda\, w$, $\lambda = 0.004$ | the same, $\lambda = 0.01$ | schedule factor $\cdot\,\lambda\, w$, without the base rate |
#
# (Why 1e-5 and not 1e-12? Keras keeps the rate and the betas in 32 bits, even for 64-bit weights.)
# Our grown `adam` follows the paper's Algorithm 1, Keras the remark at the end of its section 2.
# They part only where gradients are about as small as $\varepsilon$, and on this walk they are not.

# %% [markdown] slug="race-say"
# ## 11. A fair race
#
# Which one is best? A race needs rules first, or the writer's favourite wins.
#
# - **Three courses**: a bowl with $\kappa = 100$; the *same bowl turned by 45 degrees*; and Rosenbrock's bent valley.
# - **Tuning**: everyone gets the same 15 learning rates, 0.0001 to 5, and is judged by its best. All other settings stay where they were ($\mu = 0.9$).
# - **Goal**: the loss is below a ten-thousandth of its start and *stays* there for 100 steps. A walker that only flies past has not arrived.
# - AdamW stays at home: its decay pulls towards 0, which is another goal.
#
# > **Predict first.** Who wins on the bowl? Does the order change when the bowl is merely turned?
# > And who wins on Rosenbrock, Adam or momentum?

# %% slug="race"
from course_utils.scratch.landscapes import Bowl, arrival

rates = np.outer(10.0 ** np.arange(-4, 1), [1, 2, 5]).ravel()  # 0.0001, 0.0002, ... 5
racers = {
    "SGD": SGD, "momentum": lambda r: SGD(r, 0.9), "Nesterov": lambda r: SGD(r, 0.9, nesterov=True),
    "RMSProp": RMSProp, "Adam": Adam,
}
turned = Bowl(1, 100, angle=45)
courses = {
    "bowl": (Bowl(1, 100), np.array([2.0, 1.0]), 1600),
    "turned bowl": (turned, turned.place(2.0, 1.0), 1600),
    "Rosenbrock": (Rosenbrock(), np.array([-1.2, 1.0]), 4200),
}


def race(make, course):
    """Steps to arrive for each of the 15 rates, which walk side by side; nan: never."""
    land, start, steps = course
    starts = np.tile(start, (len(rates), 1))  # (15, 2)
    heights = land.value(descend(make(rates[:, None]), land.gradient, starts, steps))
    return arrival(heights, 1e-4 * heights[0], hold=100)

# %% slug="race-run"
results = {
    name: {who: race(make, course) for who, make in racers.items()}
    for name, course in courses.items()
}

best = {name: {who: np.nanmin(s) for who, s in result.items()} for name, result in results.items()}

print("about how many steps to arrive, best of 15 rates (how many rates are within 4 x the best)")
print(f"{'':12}" + "".join(f"{who:>14}" for who in racers))
for name, result in results.items():
    wide = {who: np.sum(s <= 4 * best[name][who]) for who, s in result.items()}
    cells = (f"{float(f'{best[name][who]:.0e}'):10.0f} ({wide[who]})" for who in racers)
    print(f"{name:12}" + "".join(cells))

# %% [markdown] slug="race-look"
# The table shows everyone's best, rounded to one digit.
# The picture shows how hard the best is to hit: one mark per learning rate, a ring around the best.

# %% slug="race-show"
axes = rate_sweep(
    {name: {who: (rates, s) for who, s in result.items()} for name, result in results.items()},
    ylabel="steps to arrive", title="Adam's gift is not speed but a wide choice of rates",
)
show(axes, alt="Steps to arrive against learning rate for five optimizers on three courses. SGD, "
     "momentum and Nesterov are falling curves at small rates that end abruptly; Adam's curve lies "
     "at larger rates and stays low over about two decades.")

# %% slug="race-map"
tuned = {"SGD, rate 0.002": SGD(0.002), "momentum, rate 0.002": SGD(0.002, 0.9),
         "Adam, rate 1": Adam(1.0)}
axes = surface_panels(
    valley.value, {who: descend(opt, valley.gradient, origin, 320) for who, opt in tuned.items()},
    (-1.8, 1.8), (-0.9, 1.9), lowest=valley.minimum, levels=9,
    xlabel="x", ylabel="y", title="Three ways through Rosenbrock's valley, 320 steps",
)
show(axes, alt="Three maps of a bent valley. SGD creeps along the floor and is half way after 320 "
     "steps; momentum swings down the valley, past the star and back; Adam first leaps far "
     "outside, then follows the floor to the star.")

# %% [markdown] slug="race-why"
# What was measured:
#
# - On the bowl **Nesterov** wins with about 40 steps. Adam (80) and momentum (90) are close; SGD needs 300.
# - That order hangs on $\mu = 0.9$. Tune $\mu$ as well, and plain momentum ($\mu = 0.7$, rate 0.028) needs about 30.
# - Turning the bowl changes *nothing* for SGD, momentum and Nesterov: turn the land and their walk turns with it.
# - Adam and RMSProp give a step size to every *axis*, and the turned valley lies between the axes. At its best rate for the straight bowl, 0.05, Adam now needs over 5 times as many steps. Tuned again it needs 90: level with momentum, so the order hardly changes.
# - On Rosenbrock Adam beats momentum by less than a fifth (both about 300 steps). That says little: between the 15 rates lie better ones for both (Adam 110 at 0.95, momentum 160 at 0.0028).
# - But look at the **width**. Momentum's curve ends at a cliff not far beyond its best rate. Adam arrives in reasonable time over two decades of rates.
#
# So if you can afford one try, take Adam.
# And choose its rate by what it means, the length of a step: here the way is about 2 units long, so 0.1 is sensible.
# The default of Keras, 0.001, suits the small weights of networks; in this race it does not arrive at all.
#
# These are small, noise-free landscapes. They show how the rules behave. Which one trains *your* network best you must measure, by the same rules.

# %% slug="race-floor"
bowls = best["bowl"], best["turned bowl"]
assert bowls[0]["Nesterov"] == min(bowls[0].values())
assert all(abs(bowls[0][who] - bowls[1][who]) <= 1 for who in ("SGD", "momentum", "Nesterov"))
adams = {name: dict(zip(rates.round(4), result["Adam"], strict=True)) for name, result in results.items()}
assert adams["bowl"][0.05] == bowls[0]["Adam"] < adams["turned bowl"][0.05] / 5
assert abs(bowls[1]["Adam"] - bowls[1]["momentum"]) <= 5
assert all(np.isnan(adam_steps[0.001]) for adam_steps in adams.values())
assert 0.8 < best["Rosenbrock"]["Adam"] / best["Rosenbrock"]["momentum"] < 1

land, start_point, _ = courses["bowl"]
tuned_too = land.value(descend(SGD(0.028, 0.7), land.gradient, start_point, 400))
assert 25 < arrival(tuned_too[:, None], 1e-4 * tuned_too[0])[0] < 35
land, start_point, _ = courses["Rosenbrock"]
for who, between, about in (("momentum", 0.0028, 160), ("Adam", 0.95, 110)):
    tuned_too = land.value(descend(racers[who](between), land.gradient, start_point, 400))
    assert abs(arrival(tuned_too[:, None], 1e-4 * tuned_too[0])[0] - about) <= 10
later = land.value(descend(Adam(0.1), land.gradient, start_point, 3500))
assert later[700] < 1e-4 * later[0] < later[1000:].max()
print("the race's claims hold; and Adam, left running at rate 0.1, is thrown out of the goal again")

# %% [markdown] slug="schedule-say"
# Why thrown out?
# Near the bottom the gradients vanish and $s$ fades, so Adam's real step size, $\text{rate}/\sqrt s$, grows without end.
# At some moment it passes the limit for the curvature there.
# (Adam's mean is momentum with the rate times $1 - \beta_1$, so by section 7 its limit is $2\,(1 + \beta_1)/(1 - \beta_1)/a = 38/a$: far, but finite.)
#
# ## 12. Schedules: a rate that changes
#
# Two problems are left over.
# A noisy walk hovers (section 6), and Adam at a constant rate is thrown out again: both ask for a *small* rate late.
# And a start in steep country (section 3) asks for a small rate *early*.
# A **schedule** gives both: warm up from 0 in a straight line, then decay along half a cosine.
#
# $$\text{share} = \frac{t - \text{warm-up}}{\text{total} - \text{warm-up}}, \qquad \text{rate}(t) = \text{peak}\cdot\tfrac12\bigl(1 + \cos(\pi\cdot\text{share})\bigr).$$
#
# Half a cosine is flat at both ends: it stays near the peak for a while, and lands softly.

# %% [markdown] slug="cosine-ask"
# ## Exercise 2.6: warm-up, then cosine
#
# `rate_at(step, peak, warmup, total)` returns the learning rate at `step` (0, 1, 2, ...).
# It rises in a straight line from 0 at step 0 to `peak` at step `warmup`, falls along half a cosine to 0 at step `total`, and stays 0 after that.
# With `warmup = 0` step 0 is at the peak.
# For peak 0.4, warm-up 10 and total 110 the rates at steps 5, 10, 60 and 110 are 0.2, 0.4, 0.2 and 0.

# %% slug="cosine" tags=["exercise"] points=3
def rate_at(step, peak, warmup, total):
    """Linear warm-up to `peak`, then half a cosine down to 0 at `total`."""
    # solution
    if step < warmup:
        return peak * step / warmup
    share = min(1.0, (step - warmup) / (total - warmup))
    return peak * 0.5 * (1 + np.cos(np.pi * share))

# %% slug="cosine-check"
nb02.rate_at(rate_at)

# %% [markdown] slug="cosine-why" tags=["solution"]
# The cosine's clock starts when the warm-up ends; otherwise the rate jumps there.
# `min(1.0, ...)` matters in practice: a run that is continued for longer would otherwise see its rate rise again.
# With a warm-up from 0, step 0 uses the rate 0 and moves nothing: one lost step, accepted by convention.

# %% slug="schedules"
from course_utils.scratch.schedules import constant, warmup_cosine

shapes = {
    "constant": constant(1.0),
    "cosine": warmup_cosine(1.0, total=500),
    "warm-up and cosine": warmup_cosine(1.0, total=500, warmup=50),
}
ax = curves({name: [shape(t) for t in range(501)] for name, shape in shapes.items()},
            xlabel="step", ylabel="share of the peak rate",
            title="Rise briefly, stay near the peak, land softly")
show(ax, alt="Share of the peak rate over 500 steps: constant at 1; a half cosine from 1 to 0; and "
     "a straight rise to 1 in 50 steps followed by a half cosine to 0.")

same = theirs.schedules.CosineDecay(0.0, 450, warmup_target=1.0, warmup_steps=50)
for t in range(0, 501, 10):
    np.testing.assert_allclose(shapes["warm-up and cosine"](t), float(same(t)), rtol=0, atol=1e-6)
print("warm-up and cosine equals keras.optimizers.schedules.CosineDecay")

# %% [markdown] slug="anneal-say"
# **Does decay matter?** Mini-batches of 16, ten epochs on the CO2 line, 25 peak rates, five different shufflings.
# Every schedule is judged at *its own* best rate, otherwise the comparison would be rigged.
#
# > **Predict first.** By what factor does the cosine beat the best constant rate? And what does warm-up add here?

# %% slug="anneal"
peaks = np.geomspace(0.001, 1, 25)[:, None]  # (25, 1): all rates train side by side


def noisy_fit(shape, seed, size=16, epochs=10):
    """Loss above the minimum after training, one per peak rate, (25,)."""
    rng = np.random.default_rng(seed)
    w, t = np.tile([1.0, -0.5], (len(peaks), 1)), 0  # (25, 2)
    for _ in range(epochs):
        order = rng.permutation(N)
        for i in range(0, N, size):
            rows = order[i : i + size]
            error = w @ X[rows].T - y[rows]  # (25, B)
            w = w - shape(t) * peaks * 2 / len(rows) * error @ X[rows]
            t += 1
    return above(w)


total = 10 * -(-N // 16)
shapes = {"constant": constant(1.0), "cosine": warmup_cosine(1.0, total),
          "warm-up and cosine": warmup_cosine(1.0, total, warmup=total // 10)}
fits = {name: np.mean([noisy_fit(shape, seed) for seed in range(5)], axis=0)
        for name, shape in shapes.items()}

# %% slug="anneal-show"
axes = rate_sweep(
    {"after ten epochs": {name: (peaks[:, 0], fit) for name, fit in fits.items()}},
    xlabel="peak learning rate", ylabel="loss above the minimum", aspect=0.5625,
    title="Decay ends the hovering, and forgives a rate that is too large",
)
show(axes, alt="Final loss above the minimum against peak rate, logarithmic. The constant rate has "
     "a single good value; both cosine schedules reach several times lower and stay low over a "
     "decade of rates.")

lowest = {name: fit.min() for name, fit in fits.items()}
assert lowest["constant"] > 4 * lowest["cosine"]
assert 0.5 < lowest["warm-up and cosine"] / lowest["cosine"] < 2
print("cosine beats the best constant rate more than fourfold; warm-up adds nothing here")

# %% [markdown] slug="anneal-why"
# Decay wins several times over, even against the best constant rate, and it is far less fussy about the peak.
# (Left of the best rates it loses: over the whole run a cosine walks only half as far.)
# Warm-up added nothing. That is no surprise: on a quadratic the curvature is the same everywhere, so the start is no more dangerous than the rest.
#
# **When does warm-up matter?** When the start is steeper than the rest of the way.
# Rosenbrock from $(2, -2)$ is such a place: the largest curvature there is over 5000, more than five times that at the minimum.
# Momentum 0.9, 31 rates, with and without 100 steps of warm-up:

# %% slug="warmup"
fine = np.geomspace(1e-4, 0.1, 31)
steepest = [np.linalg.eigvalsh([[2 - 400 * y + 1200 * x**2, -400 * x], [-400 * x, 200]])[-1]
            for x, y in ((2, -2), (1, 1))]  # second derivatives of Rosenbrock
assert steepest[0] > 5000 and steepest[0] > 5 * steepest[1]
lands = {"Rosenbrock from a steep slope": (Rosenbrock(), np.array([2.0, -2.0])),
         "a bowl: the same curvature everywhere": (Bowl(1, 100), np.array([2.0, 1.0]))}
ramps = {"at once": lambda t: fine[:, None],
         "warm-up of 100": lambda t: fine[:, None] * min(1, t / 100)}
arrivals = {}
for place, (land, origin) in lands.items():
    arrivals[place] = {}
    for name, ramp in ramps.items():
        path = descend(SGD(ramp, 0.9), land.gradient, np.tile(origin, (31, 1)), 6000)
        arrivals[place][name] = (fine, arrival(land.value(path), 1e-3, hold=100))

# %% slug="warmup-show"
axes = rate_sweep(arrivals, xlabel="peak learning rate", ylabel="steps to arrive",
                  title="Warm-up helps where the start is the steepest part")
show(axes, alt="Steps to arrive against peak rate with and without warm-up. On Rosenbrock from a "
     "steep slope warm-up allows several times larger rates and arrives sooner; on the bowl both "
     "curves lie together and end at the same rate.")


def largest_and_fastest(curve):
    rates, steps = curve
    return rates[np.isfinite(steps)].max(), np.nanmin(steps)


(cold_rate, cold_steps), (warm_rate, warm_steps) = map(
    largest_and_fastest, arrivals["Rosenbrock from a steep slope"].values()
)
assert warm_rate > 4 * cold_rate and warm_steps < cold_steps / 4
(cold_rate, _), (warm_rate, _) = map(
    largest_and_fastest, arrivals["a bowl: the same curvature everywhere"].values()
)
assert warm_rate == cold_rate
print("steep start: rates over 4 times larger, arrival in less than a quarter of the steps")
print("bowl: the largest rate is the same with and without warm-up")

# %% [markdown] slug="warmup-why"
# (The bump in the left panel: started at once, the first leaps carry the walk past the lowest point, far up the valley, and the way back is long.)
#
# So warm-up does one thing: it buys time to leave the steep country before the steps become long.
# Deep networks often do start in such country, and Adam has a second reason: its mean square is a poor estimate in the first steps.
# Whether your model needs it is an experiment, and you have just seen how to set it up.
# (Transformers trained with Adam usually do.)

# %% [markdown] slug="own-model"
# ## With a model of your own
#
# 1. Standardise the inputs. It costs two numbers per column.
# 2. Start with AdamW at the default rate of 0.001, or with momentum 0.9 if you have time to tune.
# 3. Search the rate in factors of 3, from below, until the loss rises; take the best, not the largest that survives.
# 4. Let the rate decay to 0 over the steps you can afford. Add a warm-up if the first steps blow up.
# 5. To compare two optimizers, give both the same grid of rates and the same number of examples.
#
# In Keras, points 2 and 4 together are `keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.001, steps))`.

# %% [markdown] slug="pitfalls"
# ## What goes wrong, and how it looks
#
# | what you see | what it probably is | first thing to try |
# |---|---|---|
# | loss `inf` or `nan` within a few steps | rate above $2/a_{\max}$ | divide the rate by 10, then search upwards |
# | loss falls at first, then blows up | the curvature grew on the way, or Adam's $s$ has shrunk to almost nothing | decay the rate; clip gradients (lesson 12) |
# | loss falls extremely slowly, larger rates explode | large condition number | scale the inputs; momentum; Adam |
# | loss is flat at the variance of `y` | inputs and labels shuffled apart; or nothing reaches the weights | print three pairs; print the gradient's norm |
# | loss falls, then jitters at a level | noise and a constant rate | decay the rate; larger batches |
# | `nan` from step 1 in hand-written Adam | $t$ counted from 0 | count from 1 |
# | weights with small gradients shrink most, those with noisy gradients hardly | L2 penalty inside Adam | AdamW |
# | loss stops early, far above what others reach | steps shrink to nothing: decay too early, or a bug in the memory | print the length of each step |
# | a copied recipe trains differently in another library | conventions of section 10 | compare one step by hand |
# | one optimizer "wins" by far | only its rate was tuned | the same grid for everyone |

# %% [markdown] slug="summary"
# ## Summary
#
# 1. A step multiplies the distance to the bottom by $1 - \text{rate}\cdot a$: the limit is $2/a_{\max}$, and half of it is already perfect for that direction.
# 2. The condition number $\kappa = a_{\max}/a_{\min}$ says how many steps plain descent needs; scaling the inputs can shrink it, here from $4 \cdot 10^{10}$ to 1.
# 3. Batch noise falls like $1/\sqrt B$; with a constant rate a noisy walk hovers, and a decaying rate ends that.
# 4. Momentum, tuned, turns $\kappa$ into $\sqrt\kappa$; Adam gives every weight its own step size, forgives the rate, and depends on the axes.
# 5. Decay belongs beside Adam, not inside its gradient; warm-up helps where the start is the steepest part.

# %% [markdown] slug="next"
# ## What comes next
#
# All gradients in this lesson were worked out by hand, for a line or a bowl.
# A network has millions of weights behind layers of nonlinear functions.
# **Lesson 03** builds the machine that finds every gradient automatically, in under a hundred lines.
# The optimizers of this lesson do not ask where a gradient comes from: they are ready for it.

# %% [markdown] slug="references"
# ## References
#
# - D. P. Kingma, J. Ba (2015), *Adam: A Method for Stochastic Optimization*, arXiv:1412.6980. Algorithm 1 is one screen long; read section 2 for $\varepsilon$.
# - I. Loshchilov, F. Hutter (2019), *Decoupled Weight Decay Regularization* (AdamW), arXiv:1711.05101; and (2017) *SGDR*, arXiv:1608.03983, for the cosine.
# - L. Bottou, F. E. Curtis, J. Nocedal (2018), *Optimization Methods for Large-Scale Machine Learning*, arXiv:1606.04838. Noise, batches and rates, with proofs.
# - G. Goh (2017), *Why Momentum Really Works*, Distill, doi:10.23915/distill.00006. Interactive, on the same bowls.
# - J. Gilmer et al. (2021), *A Loss Curvature Perspective on Training Instability in Deep Learning*, arXiv:2110.04369. Warm-up and steep starts in real networks.
# - The [optimizers of Keras 3](https://keras.io/api/optimizers/); their source is short enough to read.
