# %% [raw] slug="front"
# title = "A neuron"
# question = "How can a handful of numbers learn to tell a 0 from a 1?"
# hook = """
# Nearly every number that a large language model learns is a weight in a sum like the one on this page.
# Here you take a single such sum, a *neuron*, and teach it twice: to follow a measured curve, and to read digits.
# You will see how it learns, why it learns with that particular loss, and what it can never learn alone."""
# able = [
#   "compute a neuron by hand: weighted sum, bias, activation",
#   "fit a line by solving and by walking downhill, and say why inputs are centred and scaled",
#   "derive cross-entropy from likelihood, and its gradient, with pencil",
#   "read weights and a decision boundary as a picture",
#   "spot an accuracy that is wrong, and a forecast that cannot be trusted",
# ]
# needs = "Lesson 00. School algebra; a derivative is explained where it is used."
# minutes = 80
# seconds = 10

# %% slug="setup"
import numpy as np

from course_utils.checks import nb01
from course_utils.data.co2 import load_co2
from course_utils.data.digits import load_digits
from course_utils.metrics.classification import accuracy as share_right
from course_utils.metrics.regression import r2
from course_utils.plots import boundary, fit, likelihood, neuron
from course_utils.plots import digits as pixels
from course_utils.plots.figure import show
from course_utils.runtime import setup
from course_utils.scratch import losses
from course_utils.scratch.linear import Linear

setup(seed=1)

# %% [markdown] slug="look-say"
# ## 1. Two pixels vote
#
# Below are the first zeros and ones of a file of handwritten digits.
# Each picture has 8 x 8 pixels, from 0 (paper) to 1 (ink).
# The numbers in the text are for these small pictures.
# With `COURSE_FULL=1` you work on MNIST, and get others.
#
# Two pixels are outlined: one in the **middle**, where a 0 has its hole, and one on the **ring** of the 0.

# %% slug="look"
digits = load_digits()
size = digits.images.shape[1]  # 8; with COURSE_FULL=1 the digits are MNIST: 28


def spot(row, column):
    """A pixel of an 8x8 picture, or the same place in a larger one."""
    return (2 * row + 1) * size // 16, (2 * column + 1) * size // 16


marks = {"middle": spot(3, 4), "ring": spot(5, 2)}
six = np.concatenate([np.flatnonzero(digits.labels == d)[:3] for d in (0, 1)])
axes = pixels.digit_row(
    digits.images[six],
    [f"a {digits.labels[k]}" for k in six],
    marks=marks,
    title="Ink in the middle speaks for 1, ink on the ring for 0",
)
show(
    axes,
    alt="Three handwritten zeros and three ones. The outlined middle pixel is dark in the ones and "
    "empty in the zeros; the outlined ring pixel is the other way round.",
)

# %% [markdown] slug="neuron-say"
# Your eye weighs the two hints against each other.
# A neuron does the same with numbers, in three steps (the name is borrowed from biology; the likeness ends about here):
#
# 1. **Weighted sum.** Multiply each input by a *weight* and add up. The weight says how much that input counts, and for which side.
# 2. **Bias.** Add one more number that no input changes.
# 3. **Activation.** Bend the sum into the form of an answer. Here: squash it between 0 and 1 (lesson 04 compares other bends).
#
# In symbols, for inputs $x_1 \dots x_D$: $\; z = w_1 x_1 + \dots + w_D x_D + b$, and the answer is $\sigma(z)$.
# The squashing function is the *sigmoid*, $\sigma(z) = 1 / (1 + e^{-z})$; section 7 shows where it comes from.
#
# In NumPy, `x @ w` multiplies and adds up, for all rows of `x` at once.
# Shape letters of this lesson: **N** examples, **D** inputs of one example, **K** outputs (here always 1).

# %% slug="neuron-code" tags=["shared"]
def sigmoid(z):
    """Squash any number into (0, 1). Any shape."""
    return 1 / (1 + np.exp(-z))


def answer(x, w, b):
    """One neuron. x (N, D), w (D,), b one number; returns (N,)."""
    return sigmoid(x @ w + b)

# %% slug="neuron-diagram"
a_one = digits.images[six[3]]
x = np.array([a_one[marks["middle"]], a_one[marks["ring"]]])  # (D,) = (2,)
w, b = np.array([4.0, -4.0]), -1.0  # chosen by hand
z = x @ w + b
names = ["middle pixel", "ring pixel"]
ax = neuron.neuron_diagram(
    names, x, w, b, z, sigmoid(z), title="Two inputs, two weights, a bias: 'that is a 1'"
)
show(
    ax,
    alt="Diagram of a neuron: two pixel values are multiplied by weights +4 and -4, a bias of -1 "
    "is added, and the sigmoid turns the positive sum into an answer close to 1.",
)

# %% [markdown] slug="blank-predict"
# The green arrow votes for 1, the red one against it.
#
# > **Predict first.** Now show this neuron a blank sheet: both pixels are 0.
# > What does it answer: 0, one half, 1, or something else? Which of its three numbers decides?

# %% slug="blank"
blank = np.zeros((1, 2))  # (N, D): one picture, two pixels
print(f"a blank sheet: z = {(blank @ w + b)[0]:.0f}, answer {answer(blank, w, b)[0]:.2f}")

# %% [markdown] slug="blank-why"
# With no input, only the bias speaks: $\sigma(-1) = 0.27$, so this neuron leans towards 0.
# The bias is the neuron's opinion before it has seen anything.
#
# So far *we* chose the three numbers.
# The rest of this lesson lets data choose them.
# To see learning in its simplest form, we first take the activation away and use a single input; the digits return in section 7.

# %% [markdown] slug="line-say"
# ## 2. How wrong is a line?
#
# Since 1958 the carbon dioxide in the air above Mauna Loa, Hawaii, has been measured; the file holds a mean for each month.
# A neuron with one input (the year) and no activation is a straight line: $\hat y = w x + b$.
# Here $w$ is in ppm per year (parts per million of dry air), and $b$ is the value in 1958.
# Our guess by eye: 315 ppm in 1958, rising by 1.5 ppm a year.

# %% slug="line"
co2 = load_co2()
years, ppm = co2["year"].to_numpy(), co2["ppm"].to_numpy()  # (N,) each
x = years - 1958  # years since 1958
guess = 1.5 * x + 315
print(f"N = {len(ppm)} months, from {ppm[0]:.1f} to {ppm[-1]:.1f} ppm")
ax = fit.line_and_misses(
    years,
    ppm,
    guess,
    xlabel="year",
    ylabel="CO2 (ppm)",
    title="A line set by eye misses in the middle and at the end",
)
show(
    ax,
    alt="Measured CO2 since 1958 rises ever faster, with yearly wiggles. A straight line set by "
    "eye runs above it in the middle and below it at the end; vertical bars show the misses.",
)

# %% [markdown] slug="mse-say"
# The orange bars are the misses (*errors*, or *residuals*).
# To compare two lines we need one number for all of them.
# The usual choice is the **mean squared error**:
#
# $$\text{MSE}(w, b) = \frac{1}{N} \sum_{n=1}^{N} (w x_n + b - y_n)^2$$
#
# Squares stop misses above and below from cancelling, and they make one large miss cost more than several small ones.
# They are also smooth, which will matter in a moment.

# %% slug="mse"
def mse(w, b):
    """How wrong the line w x + b is, in ppm squared."""
    return np.mean((w * x + b - ppm) ** 2)


print(f"by eye: MSE {mse(1.5, 315):.1f} ppm^2, a typical miss of {mse(1.5, 315) ** 0.5:.1f} ppm")
print(f"always the mean ({ppm.mean():.0f} ppm): MSE {mse(0, ppm.mean()):.0f} ppm^2")

# %% [markdown] slug="r2-ask"
# ## Exercise 1.1: R2, a score with a baseline
#
# Is 65.7 ppm² good? Only a comparison can say.
# The laziest model always answers the mean of the data; its squared error is the *spread* that a model should explain.
# $R^2$ is the share of that spread that a model does explain:
#
# $$R^2 = 1 - \frac{\sum_n (y_n - \hat y_n)^2}{\sum_n (y_n - \bar y)^2}$$
#
# Write `r_squared(predicted, target)`: two arrays `(N,)`, returns one number.
# Example: for target `1, 2, 4, 9` and prediction `2, 2, 5, 7` it is `1 - 6/38`.

# %% slug="r2" tags=["exercise"] points=1
def r_squared(predicted, target):
    """Share of the target's spread that is explained; 1 is perfect, 0 is the mean's score."""
    # solution
    misses = np.sum((target - predicted) ** 2)
    spread = np.sum((target - target.mean()) ** 2)
    return 1 - misses / spread

# %% slug="r2-check"
nb01.r_squared(r_squared)

# %% [markdown] slug="r2-why" tags=["solution"]
# Numerator and denominator are the same sum of squares, once for the model and once for the lazy baseline.
# Dividing both by N changes nothing, so `1 - MSE / target.var()` is the same number.
# There is no lower limit: a model that is worse than the mean scores below 0.

# %% [markdown] slug="knob-say"
# ## 3. One knob: the loss as a curve
#
# Our line by eye scores $R^2 = 1 - 65.7 / 1087 = 0.94$: far better than the lazy model.
# How much better can a line be?
# Keep $b = 315$ and turn only the slope $w$.
# Every setting gives one MSE, so the MSE is a curve over $w$.
#
# > **Predict first.** Some slope is best. A slope that is 0.1 off costs some extra MSE on top of the minimum.
# > How many times as much *extra* does a slope cost that is 0.3 off: 3 times, 9 times, or does it depend on the side?

# %% slug="knob"
assert round(r2(guess, ppm), 2) == 0.94  # the line by eye
best = np.sum(x * (ppm - 315)) / np.sum(x * x)  # derived just below
extra = [mse(best + step, 315) - mse(best, 315) for step in (0.1, 0.3, -0.3)]
print(f"best slope {best:.2f} ppm per year")
above, below = extra[1] / extra[0], extra[2] / extra[0]
print(f"extra cost: {above:.0f} times as much at +0.3, {below:.0f} times at -0.3")
slopes = np.linspace(0.9, 1.95, 100)
marked = {"best": best, "by eye": 1.5, "0.3 too steep": best + 0.3}
ax = fit.one_knob(
    slopes,
    [mse(w, 315) for w in slopes],
    {name: (w, mse(w, 315)) for name, w in marked.items()},
    xlabel="slope w (ppm per year), with b = 315",
    ylabel="MSE (ppm²)",
    title="One knob, one valley: the curve is a parabola",
)
show(
    ax,
    alt="The mean squared error against the slope is a parabola with one lowest point; the slope "
    "set by eye lies a little to the right of it.",
)

# %% [markdown] slug="knob-why"
# Nine times, on both sides: the curve is a parabola.
# That is no accident: each miss is linear in $w$, so each squared miss is quadratic in $w$, and so is their mean.
#
# A **derivative** is the slope of such a curve: how much the loss changes per unit of $w$.
# Take one term, $(w x_n + b - y_n)^2$.
# A square $m^2$ changes by twice $m$ per unit: $(m + h)^2 - m^2 = 2mh + h^2$, and for a tiny $h$ the last part does not count.
# So the term changes by twice the miss, times how fast the miss itself changes, which is $x_n$.
# The mean of all terms:
#
# $$\frac{\partial\,\text{MSE}}{\partial w} = \frac{2}{N} \sum_n (w x_n + b - y_n)\, x_n$$
#
# At the bottom of the valley the derivative is zero.
# Solve that for $w$ and you have the first line of the cell above: $w = \sum x_n (y_n - b) \,/ \sum x_n^2$.

# %% [markdown] slug="solve-say"
# ## 4. Two knobs: solve
#
# The best slope for $b = 315$ is not the best slope, because $b$ was a guess too.
# So demand that *both* derivatives are zero.
# For $w$ that means: the misses, each times its input $x_n$, add up to zero.
# The bias is a weight whose input is always 1, so for $b$: the misses, each times 1, add up to zero.
#
# Put the inputs side by side, $x$ and a column of ones: $X$ is $(N, 2)$.
# With $\theta = (w, b)$ all predictions at once are $X\theta$.
# The rows of $X^\top$ are the inputs and the ones, so $X^\top$ times the misses holds both sums.
# Both demands are one line, the **normal equation**:
#
# $$X^\top (X\theta - y) = 0 \qquad\text{or}\qquad X^\top X \, \theta = X^\top y$$
#
# It says: what is left has no straight-line trend any more.

# %% slug="solve"
ones = np.ones_like(x)
X = np.column_stack([x, ones])  # (N, 2)
solved = np.linalg.solve(X.T @ X, X.T @ ppm)  # (2, 2) system
misses = ppm - X @ solved  # (N,)
print(f"w = {solved[0]:.2f} ppm per year, b = {solved[1]:.1f} ppm, MSE {mse(*solved):.1f}")
print("misses x inputs vanish:", np.allclose(X.T @ misses / len(ppm), 0, atol=1e-6))

# %% [markdown] slug="gradient-ask"
# ## Exercise 1.2: the gradient of the MSE
#
# The vector of all derivatives is the **gradient**: it points to where the loss rises fastest.
# Write `mse_gradient(X, y, theta)` for any number of inputs:
# `X` is `(N, D)`, `y` is `(N,)`, `theta` is `(D,)`, and so is the result.
# No bias here: if there is one, `X` has its column of ones.

# %% slug="gradient" tags=["exercise"] points=1
def mse_gradient(X, y, theta):
    """d(MSE)/d(theta), shape (D,)."""
    # solution
    error = X @ theta - y  # (N,)
    return 2 * X.T @ error / len(y)  # (D, N) @ (N,) -> (D,)

# %% slug="gradient-check"
nb01.mse_gradient(mse_gradient)

# %% [markdown] slug="gradient-why" tags=["solution"]
# For one parameter the derivative was twice the mean of error times input.
# `X.T @ error` does that for every column of `X` at once: row d of `X.T` holds input d of all examples.
# The sign matters: with error = prediction minus target the result points uphill.

# %% [markdown] slug="walk-say"
# ## 5. Two knobs: walk
#
# Solving works because the MSE of a weighted sum is so simple.
# For most models in this course there is no equation to solve.
# What always remains: look at the gradient and take a small step *against* it.
# That is **gradient descent**, with step size $\alpha$, the *learning rate*:
#
# $$\theta \leftarrow \theta - \alpha \, \nabla \text{MSE}(\theta) \qquad (\nabla \text{ is read "gradient of"})$$

# %% slug="walk"
def walk(X, y, start, learning_rate, steps):
    """Gradient descent on the MSE. X (N, D), y (N,); returns the path (steps + 1, D)."""
    path = [np.asarray(start, dtype=float)]
    for _ in range(steps):
        error = X @ path[-1] - y  # (N,)
        path.append(path[-1] - learning_rate * 2 * X.T @ error / len(y))
    return np.array(path)


wild = walk(X, ppm, [0, 340], learning_rate=0.1, steps=10)
print("MSE before:", f"{mse(*wild[0]):.0e}", " after 10 steps:", f"{mse(*wild[-1]):.0e}")
calm = walk(X, ppm, [0, 340], learning_rate=0.0001, steps=1000)
print(f"rate 0.0001, 1000 steps: b = {calm[-1, 1]:.0f}; solved: b = {solved[1]:.0f}")

# %% [markdown] slug="walk-why"
# With rate 0.1 it exploded: each step jumped across the valley and landed higher on the other side.
# A rate a thousand times smaller is safe, but then the bias crawls.
# The fault lies in the *shape of the valley*.
# In "years since 1958" a change of slope is multiplied by up to 68 and matters much; a change of bias matters little.
#
# The cure is to write the same years differently.
# **Centre** them: subtract the mean.
# **Scale** them: divide by the standard deviation, a typical distance from the mean.
#
# > **Predict first.** With the year centred and scaled, start at $w = 0$, $b = 340$, with learning rate 0.5.
# > How many steps until gradient descent agrees with the solved answer to nine digits: 1, about 30, or thousands?

# %% slug="one-step"
t = (years - years.mean()) / years.std()  # no unit: 0 is the middle of the record
T = np.column_stack([t, ones])  # (N, 2)
solved_t = np.linalg.solve(T.T @ T, T.T @ ppm)
path = walk(T, ppm, [0, 340], learning_rate=0.5, steps=1)
np.testing.assert_allclose(path[-1], solved_t, rtol=1e-9)
np.testing.assert_allclose(solved_t[0] / years.std(), solved[0], rtol=1e-9)
print(f"after 1 step: {path[-1].round(2)}; solved: {solved_t.round(2)}")
print(f"a slope per standard deviation; per year it is still {solved_t[0] / years.std():.2f}")

# %% [markdown] slug="one-step-why"
# One step.
# For a centred and scaled input the valley is a perfectly round bowl, so straight downhill *is* the way to the bottom.
# In formulas: $\frac{1}{N} X^\top X$ is the identity matrix (ones on the diagonal, else zeros), so at distance $d$ from the bottom the gradient has length $2d$.
# Half of that is exactly the distance.
# (Only linear models with uncorrelated, scaled inputs are so kind.)
#
# The picture shows 40 smaller steps in two forms, from a flat line at 340 ppm (red dot) towards the lowest point (star).
# On the left are decades since 1958; with years the valley would be too thin to draw.

# %% slug="valleys"
decades = np.column_stack([x / 10, ones])


def surface(column):
    """The MSE as a function of w and b, two arrays of one shape: a grid to draw."""
    return lambda w, b: np.mean((w[..., None] * column + b[..., None] - ppm) ** 2, axis=-1)


solved_decades = solved * [10, 1]  # a slope per decade is 10 slopes per year
slow, fast = walk(decades, ppm, [0, 340], 0.055, 40), walk(T, ppm, [0, 340], 0.1, 40)
axes = fit.two_valleys(
    {
        "decades since 1958, learning rate 0.055": (surface(x / 10), slow, solved_decades),
        "centred and scaled, learning rate 0.1": (surface(t), fast, solved_t),
    },
    title="Same data, same line: only the second valley is easy to walk",
)
show(
    axes,
    alt="Two contour maps of the loss over slope and bias. With decades since 1958 the valley is "
    "long and tilted; the walk zigzags across it, creeps along and has not arrived. With the "
    "centred and scaled year it is round and the walk goes straight to the bottom.",
)

# %% [markdown] slug="valleys-why"
# On the left the steep direction limits the learning rate, and the flat direction pays for it with many small steps.
# Lesson 02 measures such valleys. The habit starts here: **centre and scale inputs.**

# %% [markdown] slug="bend-say"
# ## 6. A line that bends, and what is left
#
# The measurements curve upwards.
# No new model is needed: hand the neuron a second input, $t^2$.
# It still adds up weighted inputs, so it is still *linear in its weights*, and `walk` works as before.

# %% slug="quadratic"
def fitted(*inputs):
    """Fit ppm from inputs (N,) and a bias, by gradient descent; returns predictions (N,)."""
    X = np.column_stack([*inputs, ones])  # (N, D + 1)
    theta = walk(X, ppm, np.zeros(X.shape[1]), learning_rate=0.1, steps=1000)[-1]
    return X @ theta


line, curve = fitted(t), fitted(t, t**2)
print(f"R2 of the line {r2(line, ppm):.3f}, of the quadratic {r2(curve, ppm):.3f}")
assert r2(curve, ppm) >= 0.99

# %% [markdown] slug="residual-predict"
# 99.5 % explained sounds finished.
#
# > **Predict first.** What do the misses of the quadratic look like over the years: noise without a pattern, a bend, or something else?

# %% slug="residuals"
axes = fit.residual_panels(
    years,
    {
        f"line, R2 = {r2(line, ppm):.3f}": ppm - line,
        f"quadratic, R2 = {r2(curve, ppm):.3f}": ppm - curve,
    },
    xlabel="year",
    ylabel="measured - predicted (ppm)",
    title="The line leaves a bend; the quadratic leaves a comb",
)
show(
    axes,
    alt="Two panels of misses. Those of the straight line form a large U; those of the quadratic "
    "stay near zero but form a regular comb with one tooth per year.",
)

# %% slug="season"
month = co2["month"].dt.month.to_numpy()  # (N,) 1 to 12
profile = [(ppm - curve)[month == m].mean() for m in range(1, 13)]
assert np.argmax(profile) == 4 and np.argmin(profile) in (8, 9)
ax = fit.by_month(profile, ylabel="mean miss (ppm)", title="The comb is high in May, low in autumn")
show(
    ax,
    alt="Mean miss of the quadratic per calendar month: it rises to its highest value in May and "
    "falls to its lowest in September and October.",
)

# %% [markdown] slug="season-why"
# It is the season: northern plants take up CO2 while they grow in summer, and give most of it back in the rest of the year.
# A single score near 1 hid a perfectly regular pattern, so **look at the residuals, not only at the score.**
#
# More training cannot help: two points in different months of one year look almost alike to a neuron that only gets $t$ and $t^2$.
# **A neuron cannot see what is not among its inputs.**
# So give it the season, as the position on a yearly circle:

# %% slug="season-input"
turn = 2 * np.pi * years  # once around the circle per year
seasonal = fitted(t, t**2, np.sin(turn), np.cos(turn))
before, after = (ppm - curve).std(), (ppm - seasonal).std()
print(f"typical miss: {before:.1f} ppm without the season, {after:.1f} ppm with it")
assert after < before / 2

# %% [markdown] slug="beyond-say"
# ### Beyond the data
#
# A fit that follows 68 years invites a look at the next 20.
# Such a forecast can be tested: fit the years before 1990, then look at the years since, which the fit has never seen.
#
# > **Predict first.** Four fits: straight, quadratic, cubic, and with powers up to $t^5$.
# > Which is closest in 2025? And could you have told from how well they fit the years before 1990?

# %% slug="beyond-fit"
def fit_before(cut, degree):
    """Fit the years before `cut` with powers 0..degree; predict all years, (N,)."""
    seen = years < cut
    s = (years - years[seen].mean()) / years[seen].std()
    powers = np.column_stack([s**k for k in range(degree + 1)])  # (N, degree + 1)
    theta = np.linalg.lstsq(powers[seen], ppm[seen], rcond=None)[0]
    return powers @ theta


names = {1: "straight", 2: "quadratic", 3: "cubic", 5: "to the fifth"}
fits = {name: fit_before(1990, degree) for degree, name in names.items()}
for name, predicted in fits.items():
    seen = years < 1990
    print(f"{name:12} typical miss before 1990: {np.std((ppm - predicted)[seen]):.2f} ppm")

# %% slug="beyond-draw"
ax = fit.forecasts(
    years,
    ppm,
    1990,
    fits,
    ylim=(300, 470),
    ylabel="CO2 (ppm)",
    title="The bent fits agree until 1990, then part",
)
show(
    ax,
    alt="Four fits to CO2 before 1990, continued to 2025. All follow the data they were fitted to; "
    "afterwards the straight line stays far too low, the quadratic runs too high, the cubic stays "
    "near and the fifth power plunges out of the picture.",
)

# %% slug="beyond-luck"
cuts = (1980, 1990, 2000)
errors = [np.mean((fit_before(cut, 3) - ppm)[years >= 2025]) for cut in cuts]
for cut, error in zip(cuts, errors, strict=True):
    print(f"cubic fitted before {cut}: off by {error:+.0f} ppm in 2025")

# %% [markdown] slug="beyond-moral"
# The cubic wins, but by luck: fitted before 1980 or 2000 it ends about 60 or 40 ppm too low.
# Before 1990 its typical miss equals that of the quadratic to a hundredth of a ppm, so nothing in those years said which one to take.
# Among the data the bent curves agree; beyond the data nothing holds them together, and a high $R^2$ does not warn you.

# %% [markdown] slug="odds-say"
# ## 7. From a number to a yes or no
#
# Back to the digits. The answer is now 1 or 0, and we want a **probability** $p$ that it is 1.
# But a weighted sum can be any number, and a probability must lie between 0 and 1.
#
# Stretch the probability instead.
# The *odds* $p / (1 - p)$ run from 0 to infinity.
# Their (natural) logarithm runs from minus to plus infinity, just like a weighted sum.
# So set the two equal, and solve for $p$:
#
# $$\log \frac{p}{1-p} = z \quad\Longrightarrow\quad \frac{p}{1-p} = e^{z} \quad\Longrightarrow\quad p = \frac{e^z}{1 + e^z} = \frac{1}{1 + e^{-z}} = \sigma(z)$$
#
# There is the sigmoid.
# The sum $z$ is called the **logit**; the model is called **logistic regression**, although it classifies.
# That the log-odds are a weighted sum is its assumption, not a law.
#
# ### Likelihood: how well do beliefs fit what happened?
# Which weights are best? Take ten real pictures and one pixel next to the middle.
# Two hand-made models each turn that pixel into a probability of "1": the curves.
# Each stick shows the probability that the model gave to **what the picture really was**.
# For a 1 (blue) it stands on the floor and reaches up to the curve; for a 0 (red) it hangs from the ceiling down to the curve.

# %% slug="sticks"
ten = np.flatnonzero(np.isin(digits.labels, (0, 1)))[:10]
ink, is_one = digits.images[ten][:, *spot(4, 3)], digits.labels[ten]  # (10,) each
beliefs = {
    "timid: z = 2x - 1": lambda x: sigmoid(2 * x - 1),
    "bolder: z = 10x - 3": lambda x: sigmoid(10 * x - 3),
}
axes = likelihood.likelihood_sticks(
    ink,
    is_one,
    beliefs,
    xlabel="ink x in one pixel",
    ylabel="probability of 1",
    title="The longer a stick, the likelier the model thought the truth",
)
show(
    axes,
    alt="Two S-curves over the ink of one pixel, with ten digits. Sticks show the probability that "
    "each model gave to the true label: longer for the bolder model at most digits, but shorter "
    "at the 1 with the least ink.",
)

# %% [markdown] slug="likelihood-say"
# If the pictures are independent, the probability of *all ten* labels is the product of the sticks.
# This product is the **likelihood** of the model.
# The better model is the one that makes what happened more likely.
#
# With a label $y$ of 0 or 1, both kinds of stick fit in one expression: $p^{y} (1-p)^{1-y}$ (whichever factor does not apply becomes 1).

# %% slug="likelihood"
for name, belief in beliefs.items():
    p = belief(ink)  # (10,)
    sticks = p**is_one * (1 - p) ** (1 - is_one)
    print(f"{name:20} likelihood {np.prod(sticks):.5f}   sum of -log {-np.log(sticks).sum():.2f}")

# %% [markdown] slug="underflow-predict"
# The bolder model made these ten labels about eight times as likely, although it did worse on one of them.
# (What the sum of $-\log$ is good for comes next.)
#
# > **Predict first.** A very good model gives 0.99 to the truth on each of 100,000 pictures.
# > What does the computer print for the product of these 100,000 numbers?

# %% slug="underflow"
print("product:", 0.99**100_000, "  sum of -log:", round(-100_000 * np.log(0.99)))

# %% [markdown] slug="underflow-why"
# Zero, as in lesson 00: the true value is about $3 \cdot 10^{-437}$, and the smallest positive float64 is about $5 \cdot 10^{-324}$.
# The logarithm turns the product into a sum, and that stays a harmless 1005.
# A logarithm rises when its argument rises, so the same model wins.
# Flip the sign (then smaller is better), divide by N, and you have the **cross-entropy**, the average surprise of lesson 00:
#
# $$L(w, b) = -\frac{1}{N} \log \prod_n p_n^{y_n} (1-p_n)^{1-y_n} = -\frac{1}{N} \sum_n \bigl[\, y_n \log p_n + (1-y_n) \log (1-p_n) \,\bigr]$$
#
# It is no arbitrary penalty: it *is* the likelihood, in a form a computer can hold.
# The loss of the language model in lesson 12 is this one, with more than two answers.
#
# <details><summary>And the squared error? The same recipe.</summary>
#
# Suppose that a measurement is the line plus normally distributed noise of a fixed size $s$.
# Its probability density is proportional to $e^{-(\hat y - y)^2 / (2 s^2)}$.
# Take the product over all months, then minus the logarithm: up to constants, the sum of squared misses.
# So the MSE is what likelihood says when noise is normal.
#
# </details>

# %% [markdown] slug="pull-say"
# ### Its gradient, and why not squared error
#
# How does a weight change the loss of one example? In a chain: the weight moves $z$, $z$ moves $p$, and $p$ moves the loss.
# Rates along a chain multiply (the *chain rule*; lesson 03 is about nothing else).
# You need three derivatives from a table: that of $\log p$ is $1/p$, of $1/u$ it is $-1/u^2$, of $e^{-z}$ it is $-e^{-z}$.
# From the end of the chain to the start:
#
# | factor | for cross-entropy | why |
# |---|---|---|
# | how the loss changes with $p$ | $-\dfrac{y}{p} + \dfrac{1-y}{1-p} = \dfrac{p - y}{p\,(1-p)}$ | over one denominator, the numerator is $-y + yp + p - yp$ |
# | how $p$ changes with $z$ | $\sigma'(z) = \dfrac{e^{-z}}{(1+e^{-z})^2} = p\,(1-p)$ | because $1 - p = \dfrac{e^{-z}}{1 + e^{-z}}$ |
# | how $z$ changes with $w_d$ | $x_d$ | $z$ is a weighted sum |
#
# Multiply, and $p\,(1-p)$ cancels:
#
# $$\frac{\partial L}{\partial z} = p - y, \qquad \frac{\partial L}{\partial w_d} = (p - y)\, x_d, \qquad \frac{\partial L}{\partial b} = p - y$$
#
# Error times input: up to the factor 2, the form that the MSE of a line had.
# Trust no derivation that you can measure: nudge $z$ a little both ways, and see how the loss changes.

# %% slug="nudge"
def cross_entropy(z, y):
    """The loss of each example, as the formula says. Any shape."""
    p = sigmoid(z)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


for z, y in ((0.7, 0.0), (0.7, 1.0), (-2.0, 1.0)):
    slope = (cross_entropy(z + 1e-6, y) - cross_entropy(z - 1e-6, y)) / 2e-6
    print(f"z = {z:4.1f}, y = {y:.0f}: measured {slope:6.3f}, p - y = {sigmoid(z) - y:6.3f}")

# %% [markdown] slug="pull-predict"
# Now take the squared error $(p - y)^2$ instead.
# The first factor is then $2(p-y)$, and **nothing cancels** the $p\,(1-p)$.
#
# > **Predict first.** A picture shows a 1, but the neuron is sure that it is a 0: $z = -10$.
# > How hard does each loss pull on $z$? Guess two numbers.

# %% slug="pull"
def pulls(z):
    """|d loss / dz| of both losses for label 1. Any shape."""
    p = sigmoid(z)
    return {"cross-entropy": 1 - p, "squared error": 2 * (1 - p) * p * (1 - p)}


at = pulls(-10.0)
for name, pull in at.items():
    print(f"{name:14} pulls with {pull:.5f}")
z = np.linspace(-10, 6, 300)
axes = likelihood.loss_and_pull(
    z,
    {"cross-entropy": -np.log(sigmoid(z)), "squared error": (1 - sigmoid(z)) ** 2},
    pulls(z),
    title="Sure and wrong (z far below 0): only cross-entropy still pulls",
)
show(
    axes,
    alt="Left, two losses against the weighted sum for label 1: far on the wrong side "
    "cross-entropy keeps rising as a straight line while squared error is flat at 1. "
    "Right, their gradients on a log scale: cross-entropy stays at 1, squared error falls "
    "by orders of magnitude.",
)

# %% [markdown] slug="pull-why"
# Far on the wrong side, the worse the mistake, the less squared error cares: here about ten thousand times less than cross-entropy.
# On its flat top a badly wrong neuron hardly learns.
# Cross-entropy pulls with the error itself, and as a function of the weights it is convex: there is no second valley to get stuck in.
# (Squared error behind a sigmoid is not convex.)
#
# Why not train on the accuracy directly? It changes in jumps: between jumps its derivative is zero, and there is no downhill.

# %% [markdown] slug="step-ask"
# ## Exercise 1.3: one step of logistic regression
#
# Write `logistic_step(w, b, x, y, learning_rate)`: one step of gradient descent on the mean cross-entropy of all N examples.
# `x` is `(N, D)`, `y` is `(N,)` of 0 and 1, `w` is `(D,)`, `b` is one number.
# Return the pair `(new_w, new_b)`. `sigmoid` is there for you.

# %% slug="step" tags=["exercise"] points=2
def logistic_step(w, b, x, y, learning_rate):
    """One full-batch step; returns (w, b), the new ones."""
    # solution
    error = sigmoid(x @ w + b) - y  # (N,)
    new_w = w - learning_rate * x.T @ error / len(y)  # (D, N) @ (N,) -> (D,)
    new_b = b - learning_rate * error.mean()
    return new_w, new_b

# %% slug="step-check"
nb01.logistic_step(logistic_step)

# %% [markdown] slug="step-why" tags=["solution"]
# The error $p - y$ is computed once, from the old weights, and used for both moves.
# `x.T @ error / len(y)` is the mean of error times input; the bias has input 1, so its gradient is the mean error.
# A right but hesitant answer still has an error and still moves the weights: that is how probabilities sharpen.

# %% [markdown] slug="stable-say"
# ### The same loss without overflow
#
# The formula with $\log p$ is correct and yet fails in practice:

# %% slug="naive"
with np.errstate(all="ignore"):  # NumPy would warn
    for z, y in ((-3.0, 1.0), (-800.0, 1.0), (800.0, 1.0)):
        print(f"z = {z:6.1f}, y = {y:.0f}: {cross_entropy(z, y):.3f}")

# %% [markdown] slug="stable-derive"
# At $z = -800$ the loss should be 800, at $z = 800$ it should be 0.
# $e^{800}$ is too large for a float64 and $e^{-800}$ too small, so $p$ becomes exactly 0 or 1, and then $\log 0$ appears.
# The way out is pencil work. Insert $p = \sigma(z)$, so that $-\log p = \log(1 + e^{-z})$ and $-\log(1-p) = \log(1 + e^{z})$:
#
# $$L = y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z}) = \log(1 + e^{z}) - z\,y$$
#
# (because $\log(1 + e^{-z}) = \log(1 + e^{z}) - z$).
# For large $z$ pull $e^z$ out of the logarithm, so that only $e^{-|z|} \le 1$ is ever computed:
#
# $$L = \max(z, 0) - z\,y + \log\bigl(1 + e^{-|z|}\bigr)$$

# %% [markdown] slug="bce-ask"
# ## Exercise 1.4: cross-entropy that never overflows
#
# Write `bce_from_logits(z, y)`: logits and labels, both `(N,)`; returns the **mean** cross-entropy.
# It must be right for $z = \pm 800$ as well.
# `np.log1p(u)` computes $\log(1 + u)$ and stays accurate for tiny $u$.

# %% slug="bce" tags=["exercise"] points=2
def bce_from_logits(z, y):
    """Mean binary cross-entropy of logits z and labels y, both (N,)."""
    # solution
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))

# %% slug="bce-check"
nb01.bce_from_logits(bce_from_logits)

# %% [markdown] slug="bce-why" tags=["solution"]
# `np.abs` guarantees that the exponent is never positive, so `np.exp` returns something between 0 and 1.
# What was pulled out of the logarithm is the straight part: `max(z, 0) - z * y` is $|z|$ for a wrong sign and 0 for a right one.
# `np.mean(np.logaddexp(0, z) - z * y)` does the same with a ready-made function.

# %% [markdown] slug="plane-say"
# ## 8. Learning to read
#
# Now the pieces come together: all zeros and ones of the file, two pixels each, gradient descent.
# The first 70 % of the pictures, in the order of the file, are for training; the rest is only for testing.

# %% slug="pair"
def pair_of(first, second):
    """Pictures (N, D) of two digits in file order, 1000 at most; label 1 means `second`."""
    keep = np.flatnonzero(np.isin(digits.labels, (first, second)))[:1000]
    return digits.images[keep].reshape(len(keep), -1), (digits.labels[keep] == second) * 1.0


def train(x, y, learning_rate=1.0, steps=300):
    """Logistic regression from zero by full-batch gradient descent; returns w (D,), b."""
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(x @ w + b) - y  # (N,)
        w = w - learning_rate * x.T @ error / len(y)
        b = b - learning_rate * error.mean()
    return w, b

# %% [markdown] slug="plane-predict"
# > **Predict first.** What signs will the two learned weights have?
# > And in the plane of the two pixels: where is the neuron undecided, along a straight line or along a curve?

# %% slug="plane"
pictures, labels = pair_of(0, 1)  # (N, D), (N,)
rows, columns = zip(*marks.values(), strict=True)
two = pictures.reshape(-1, size, size)[:, rows, columns]  # (N, 2): middle, ring
cut = round(0.7 * len(labels))
w2, b2 = train(two[:cut], labels[:cut], learning_rate=2.0, steps=2000)
assert w2[0] > 0 > w2[1]
ax = boundary.decision_map(
    two[cut:],
    labels[cut:],
    lambda points: answer(points, w2, b2),
    names=("a 0", "a 1"),
    neuron=(w2, b2),
    jitter=0.015,
    xlabel="ink in the middle",
    ylabel="ink on the ring",
    title="One straight line parts nearly all 0s and 1s",
)
show(
    ax,
    alt="Test zeros and ones in the plane of the two pixels. Zeros have little ink in the middle, "
    "ones much; a straight boundary separates nearly all of them, and the weight arrow stands at "
    "a right angle to it, pointing to the ones.",
)

# %% [markdown] slug="plane-why"
# Plus for the middle, minus for the ring, as we had set them by hand.
# The neuron is undecided where $p = \frac12$, that is where $z = w_1 x_1 + w_2 x_2 + b = 0$: the equation of a **straight line**.
# With three inputs it is a plane, with more a *hyperplane*: always flat.
# Moving along the line leaves $z$ at 0, so the line is at a right angle to the weights, and the weights point to the side of "1".
# The *length* of the weights says how abruptly the probability changes across it; the bias shifts it.
# (Points are shifted a little at random so that equal ones do not hide each other.)

# %% [markdown] slug="all-say"
# ### All pixels
# Nothing in `train` counts inputs, so give it all 64.
# First the baseline: how good is a model that always names the more frequent digit?

# %% slug="all"
def read(first, second, shuffle=False):
    """Train on 70 % of a pair; returns w (D,), b and the test part, x (N, D) and y (N,)."""
    x, y = pair_of(first, second)
    if shuffle:
        order = np.random.default_rng(0).permutation(len(y))
        x, y = x[order], y[order]
    cut = round(0.7 * len(y))
    return *train(x[:cut], y[:cut]), x[cut:], y[cut:]


w, b, x_test, y_test = read(0, 1)
right = share_right(answer(x_test, w, b) > 0.5, y_test)
print(f"always the same digit {max(y_test.mean(), 1 - y_test.mean()):.3f}")
print(f"two pixels            {share_right(answer(two[cut:], w2, b2) > 0.5, labels[cut:]):.3f}")
print(f"all pixels            {right:.3f}   (of {len(y_test)} test pictures)")
assert right >= 0.98

# %% [markdown] slug="all-why"
# Above 98 %, with 65 numbers and a dozen lines.
# But also: *two* pixels, chosen by looking at the pictures, do just as well here, so this pair is an easy one.
#
# The weights have one number per pixel, so they can be drawn as a picture.
#
# > **Predict first.** Where in the picture will the weights speak for 1 (blue), where for 0 (red)?
# > And for the pair 3 against 8, where will they be large at all?

# %% slug="weights"
w38, b38, x38, y38 = read(3, 8)
axes = pixels.weight_pictures(
    [w.reshape(size, size), w38.reshape(size, size)],
    ["0 (red) against 1 (blue)", "3 (red) against 8 (blue)"],
    title="A stroke inside a ring; the left side that a 3 leaves open",
)
show(
    axes,
    alt="Two weight pictures. For 0 against 1 the middle is blue and a ring around it is red. For "
    "3 against 8 the largest weights are blue, at the left, where an 8 is closed and a 3 open.",
)

# %% [markdown] slug="weights-why"
# For 0 against 1: a blue stroke inside a red ring.
# For 3 against 8: blue above all at the left, where the loops of an 8 are closed and those of a 3 open.
# White pixels do not matter, or are never inked.
#
# ### Harder pairs, and a test that flatters
# The file does not say who wrote what, but the same long sequence of digits returns in it again and again: one filled-in form after another.
# With the split in file order, the test pictures come mostly from hands that the neuron has not seen.
#
# > **Predict first.** Shuffle the pictures *before* splitting, as is usual.
# > Does the test accuracy fall, stay, or rise?

# %% slug="pairs"
print("pair   file order  shuffled")
for first, second in ((0, 1), (1, 7), (4, 9), (3, 8), (1, 8)):
    scores = []
    for shuffle in (False, True):
        w_, b_, x_, y_ = read(first, second, shuffle)
        scores.append(share_right(answer(x_, w_, b_) > 0.5, y_))
    print(f"{first}, {second}   {scores[0]:10.3f} {scores[1]:9.3f}")

# %% [markdown] slug="pairs-why"
# It rises for every pair: nearly every hand is now on both sides, and the neuron has met the writers before the exam.
# Neither number is false, but they answer different questions, and only the first one tells about *new* writers.
# (With about 108 test pictures one picture is about one point, and another stretch of the file would give other numbers.)
#
# In file order the last two pairs lose several times as many pictures as the first two.
# Do not blame the flat boundary: with familiar hands it gets nearly all of them right.
# A 3 is an 8 with two gaps, and every hand leaves its gaps elsewhere.
# Put other digits into the cell: which pair is the hardest?

# %% [markdown] slug="clinic-say"
# ### A bug that makes a good model look hopeless
#
# This is how a published tutorial measures the accuracy of its network.
# Apply it to our neuron, which is right more than 98 times in 100:

# %% slug="clinic-symptom"
def tutorial_accuracy(probabilities, labels):
    return np.mean(probabilities == labels)


p_test = answer(x_test, w, b)  # (N,)
print(f"the tutorial's accuracy: {100 * tutorial_accuracy(p_test, y_test):.1f} %")
print("the first probabilities:", p_test[:3].round(3), " labels:", y_test[:3])
column = p_test[:, None]  # (N, 1): the shape in which Keras returns them
print("and a column against a row compares", np.shape((column > 0.5) == y_test), "values")

# %% [markdown] slug="clinic-ask"
# ## Exercise 1.5: bug clinic, an accuracy of 0.0 %
#
# No error, no warning, and a model that seems to have learned nothing: $0.999 = 1$ is simply false.
# The last line shows the trap behind it: `(N, 1)` against `(N,)` compares everything with everything, and again without a word.
#
# Repair `accuracy(probabilities, labels)`: the share of right decisions at a threshold of 0.5.
# `labels` are `(N,)`; `probabilities` may be `(N,)` or `(N, 1)`.
# To see the symptom, delete the `raise` line and run the check; then repair.

# %% slug="clinic" tags=["exercise"] points=2
def accuracy(probabilities, labels):
    """Share of right decisions; probabilities (N,) or (N, 1), labels (N,)."""
    # solution
    decisions = np.ravel(probabilities) > 0.5  # (N,)
    return np.mean(decisions == labels)
    # stub
    # return np.mean(probabilities == labels)

# %% slug="clinic-check"
nb01.accuracy(accuracy)

# %% [markdown] slug="clinic-why" tags=["solution"]
# A probability is a belief, not a decision: compare it with a threshold first, then compare decisions with labels.
# `np.ravel` makes `(N,)` of both shapes, so that the comparison runs pair by pair.
# The package's `metrics.classification.accuracy` refuses probabilities and unequal shapes, because both mistakes are silent.

# %% [markdown] slug="keras-say"
# ## 9. The same neuron in Keras
#
# In Keras, a neuron is `Dense(1)`: a layer with one output.
# First claim: with the same weights it gives the same answers.
# (Keras computes in float32, with about 7 digits, so "the same" means to about $10^{-6}$.)

# %% slug="keras-outputs"
import keras

D = x_test.shape[1]
model = keras.Sequential([keras.Input((D,)), keras.layers.Dense(1, activation="sigmoid")])
model.layers[0].set_weights([w[:, None], np.array([b])])  # (D, 1) and (1,)
theirs = model.predict(x_test, verbose=0)  # (N, 1)
np.testing.assert_allclose(answer(x_test, w, b), theirs[:, 0], atol=1e-5)
print("same weights, same outputs: Dense(1) equals our neuron")

# %% [markdown] slug="keras-train-say"
# Second claim: trained from the same start with the same steps, it learns the same weights.
# `from_logits=True` tells Keras that the layer returns $z$, so that it can use the stable formula of exercise 1.4.
# The batch holds all pictures, so one call is one step of ours.

# %% slug="keras-train"
x_train, y_train = pictures[:cut], labels[:cut]  # (N, D), (N,)
dense = keras.layers.Dense(1, kernel_initializer="zeros")
model = keras.Sequential([keras.Input((D,)), dense])
model.compile(
    optimizer=keras.optimizers.SGD(0.5), loss=keras.losses.BinaryCrossentropy(from_logits=True)
)
for _ in range(50):
    model.train_on_batch(x_train, y_train)  # one step on all N pictures
w50, b50 = train(x_train, y_train, learning_rate=0.5, steps=50)
kernel, bias = dense.get_weights()  # (D, 1), (1,)
np.testing.assert_allclose(kernel[:, 0], w50, atol=1e-4)
np.testing.assert_allclose(bias[0], b50, atol=1e-4)
print("same 50 steps, same", D + 1, "numbers")

# %% [markdown] slug="linear-say"
# Third claim: the course's own finished version takes the same steps too.
# Later lessons put many neurons side by side and behind one another.
# For that, the package splits our neuron in two: a *layer* for the weighted sums, and a loss that knows its own gradient.
#
# This is the layer, for K neurons that read the same D inputs.
# `forward` computes the sums.
# `backward` is handed `dy`, the gradient of the loss with respect to these sums, and turns it into gradients of the weights: error times input.
# (What `backward` returns is for a layer in front of it; lesson 03.)

# %% slug="linear-text" show="course_utils.scratch.linear:Linear"

# %% slug="linear-equal"
layer = Linear(D, 1, np.random.default_rng(0))
layer.params["w"][:] = 0.0  # the same start
target = y_train[:, None]  # (N, 1)
for _ in range(50):
    logits = layer.forward(x_train)  # (N, 1)
    layer.backward(losses.binary_cross_entropy_from_logits_gradient(logits, target))
    for name in layer.params:
        layer.params[name] -= 0.5 * layer.grads[name]
np.testing.assert_allclose(layer.params["w"][:, 0], w50, rtol=1e-9, atol=1e-12)
np.testing.assert_allclose(layer.params["b"][0], b50, rtol=1e-9, atol=1e-12)
print("the package's layer and loss: the same", D + 1, "numbers again")

# %% slug="loss-equal"
logits = layer.forward(x_train)  # (N, 1)
by_hand = np.mean(cross_entropy(logits, target))
finished = losses.binary_cross_entropy_from_logits(logits, target)
theirs = model.evaluate(x_train, y_train, batch_size=len(y_train), verbose=0)
np.testing.assert_allclose(finished, by_hand, rtol=1e-9)
np.testing.assert_allclose(theirs, by_hand, rtol=1e-3)
print("the loss by hand, by the package and by Keras agrees")

# %% [markdown] slug="xor-say"
# ## 10. What one neuron cannot do
#
# Four points, two inputs: the label is 1 when *exactly one* input is 1.
# This is "exclusive or", XOR.
#
# > **Predict first.** Train the neuron on these four points, from several random starts.
# > Which probabilities will it give them in the end?

# %% slug="xor"
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) * 1.0  # (4, 2)
exactly_one = np.array([0.0, 1.0, 1.0, 0.0])
for seed in range(3):
    v, c = np.random.default_rng(seed).normal(size=2), 0.0  # weights (2,), bias
    for _ in range(2000):
        error = answer(corners, v, c) - exactly_one
        v, c = v - corners.T @ error / 4, c - error.mean()
    print(f"start {seed}: probabilities", answer(corners, v, c).round(2))

# %% [markdown] slug="xor-why"
# One half everywhere: it gave up, and rightly so.
# With all weights at 0 the pulls of the four corners cancel, and a convex loss has no lower place than one where the gradient is zero.
#
# No training and no luck can help. Try to satisfy all four corners:
#
# $$b < 0, \qquad w_1 + b > 0, \qquad w_2 + b > 0, \qquad w_1 + w_2 + b < 0$$
#
# Add the two in the middle: $w_1 + w_2 + 2b > 0$, so $w_1 + w_2 + b > -b > 0$.
# That contradicts the last one.
# The best any straight line can do is three corners:

# %% slug="xor-draw"
ax = boundary.decision_map(
    corners,
    exactly_one,
    lambda points: answer(points, np.array([6.0, 6.0]), -3.0),
    names=("label 0", "label 1"),
    xlabel="first input",
    ylabel="second input",
    title="XOR: no straight line gets all four",
)
show(
    ax,
    alt="The four corners of XOR. A straight boundary puts the corner (0, 0) on one side and the "
    "other three on the other side, so the corner (1, 1) is wrong.",
)

# %% [markdown] slug="xor-hand-ask"
# ## Exercise 1.6: a neuron that solves XOR
#
# One neuron cannot do it *with these inputs*.
# You have met the way out twice: the line could not bend until it got $t^2$, and it could not see the season until it got one.
# Give the neuron a third input, the product $x_1 x_2$, and choose the weights by hand.
#
# Write `xor_weights()` that returns `(w, b)`: three weights, for $x_1$, $x_2$ and $x_1 x_2$, and the bias.
# All four probabilities must be right and decided: below 0.1 or above 0.9.

# %% slug="xor-hand" tags=["exercise"] points=2
def xor_weights():
    """(w, b): w has three numbers, for the inputs x1, x2 and x1 * x2."""
    # solution
    return np.array([10.0, 10.0, -20.0]), -5.0

# %% slug="xor-hand-check"
nb01.xor_weights(xor_weights)

# %% [markdown] slug="xor-hand-why" tags=["solution"]
# The bias alone decides (0, 0), so it is negative.
# Each of the first two weights must outvote it, which makes (1, 1) doubly positive; the product is 1 only there and must outvote both.
# Multiplying everything by one number keeps the decisions and sharpens the probabilities.

# %% [markdown] slug="pitfalls"
# ## What goes wrong, and how it looks
#
# | you see | probably |
# |---|---|
# | the loss grows, then `nan` | learning rate too large for the steepest direction: scale inputs first, then lower it |
# | one weight settles at once, another crawls | a long valley: inputs not centred, or of very different size |
# | accuracy exactly 0.0 % | real numbers compared with labels by `==` |
# | accuracy near 50 % although the loss is low | `(N, 1)` compared with `(N,)`: look at the shape of the comparison |
# | Keras accuracy a little too low with `from_logits=True` | its "accuracy" cuts at 0.5, but for logits the cut is 0: use `BinaryAccuracy(threshold=0)` |
# | loss is `inf` or `nan` although predictions look fine | $\log 0$: compute the loss from logits |
# | weights keep growing, accuracy has long stopped | the classes can be separated, so the loss has no lowest point: stop, or penalise large weights (lesson 05) |
# | test score far above what users report | the same writers, patients or days in training and test |

# %% [markdown] slug="summary"
# ## Summary
#
# 1. A neuron is a weighted sum, plus a bias, through an activation; its boundary is flat.
# 2. A loss turns "how wrong" into one number; its gradient is error times input, for a line and for a logistic neuron alike.
# 3. Solving and walking reach the same answer; centred and scaled inputs make the walk short.
# 4. Cross-entropy is likelihood in logarithms; it still pulls when the neuron is sure and wrong, and it is computed from logits.
# 5. A score is not the whole truth: look at residuals, at unseen years, at unseen writers, and at how the score is computed.
#
# **So how can a handful of numbers learn to tell a 0 from a 1?**
# Each number is one pixel's vote; every mistake pushes the votes by error times input, downhill, until few mistakes are left.
#
# ## What comes next
# [Lesson 02](02_gradient_descent.ipynb) looks at the walk itself: learning rates, noise, momentum, Adam.
# Lesson 03 puts neurons *behind* neurons, so that the first ones learn to make the inputs that the last one needs, and solves XOR without our help.
# Lesson 05 makes splits and metrics a topic of their own.
#
# ## References
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, sections 5.5 (maximum likelihood) and 6.2.2 (sigmoid outputs and cross-entropy): <https://www.deeplearningbook.org>
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, sections 3.1 and 4.3.2
# - D. Soudry et al., "The Implicit Bias of Gradient Descent on Separable Data", 2018, [arXiv:1710.10345](https://arxiv.org/abs/1710.10345): why the weights keep growing, and where they point
# - M. Minsky, S. Papert, *Perceptrons*, MIT Press 1969: what one layer cannot compute
# - X. Lan, R. Keeling, "Trends in Atmospheric Carbon Dioxide", NOAA and Scripps: <https://gml.noaa.gov/ccgg/trends/>
# - Keras documentation, the Dense layer: <https://keras.io/api/layers/core_layers/dense/>
