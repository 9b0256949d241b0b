# %% [raw] slug="front"
# title = "Tiny"
# question = "Is this the smallest lesson that passes the gate?"
# hook = """
# It is run and judged by the tests.
# Nobody learns from it.
# """
# able = ["build a lesson", "break it on purpose"]
# needs = "Nothing."
# minutes = 1
# seconds = 2

# %% slug="setup"
import numpy as np

from course_utils.checks import nb90
from course_utils.plots.figure import new_axes, show
from course_utils.runtime import setup

setup(seed=1)
rng = np.random.default_rng(1)

# %% [markdown] slug="tosses-say"
# ## Tosses
#
# A mean of many tosses is near $p$, and `rng` makes them.
#
# > **Predict first.** How many of ten thousand tosses are heads?

# %% slug="tosses" tags=["shared"]
tosses = rng.integers(0, 2, size=10_000)
share = tosses.mean()
print(f"about {share:.0%} heads")

# %% slug="floor"
assert 0.48 < share < 0.52
print("between 48 % and 52 %")

# %% [markdown] slug="tosses-why"
# The spread grows like the square root of their number.

# %% [markdown] slug="pictures-say"
# ## Pictures
#
# > **Predict first.** Which of the two lines is steeper?

# %% slug="pictures"
for slope in (1, 2):
    ax = new_axes(width=0.3)
    ax.plot([0, 1], [0, slope])
    show(ax, alt=f"A straight line from zero to {slope}.")

# %% slug="more-pictures"
for slope in (3, 4):
    ax = new_axes(width=0.3)
    ax.plot([0, 1], [0, slope])
    show(ax, alt=f"A straight line from zero to {slope}.")

# %% [markdown] slug="pictures-why"
# The second one is.
#
# > **Predict first.** What is the type of the error that the package raises?

# %% slug="error-ref" show="course_utils.errors:ShapeError"

# %% [markdown] slug="double-ask"
# ## Exercise 90.1: twice
#
# Return `x` times two.


# %% slug="double" tags=["exercise"] points=2
def double(x):
    """Every element of `x`, times two."""
    # solution
    return 2 * x


# %% slug="double-check"
nb90.double(double)

# %% [markdown] slug="double-why" tags=["solution"]
# A single number multiplies every element.

# %% [markdown] slug="mean-ask"
# ## Exercise 90.2: bug clinic, the mean
#
# The code below forgets the division.
# Repair it.


# %% slug="mean" tags=["exercise"]
def mean(x):
    # solution
    return x.sum() / len(x)
    # stub
    # return x.sum()


# %% slug="mean-check"
nb90.mean(mean)

# %% [markdown] slug="mean-why" tags=["solution"]
# A mean divides by the number of values.

# %% [markdown] slug="heads-ask"
# ## Exercise 90.3: heads
#
# Return how many of `tosses` are 1.


# %% slug="heads" tags=["exercise"]
def heads():
    # solution
    return int((tosses == 1).sum())


# %% slug="heads-check"
nb90.heads(heads)

# %% [markdown] slug="heads-why" tags=["solution"]
# Comparing gives True and False, which add up as 1 and 0.

# %% [markdown] slug="line-ask"
# ## Exercise 90.4: a line
#
# Write a class with `forward(x)`, which returns `w * x`.


# %% slug="line" tags=["exercise"]
class Line:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        # solution
        return self.w * x


# %% slug="line-check"
nb90.line(Line)

# %% [markdown] slug="line-why" tags=["solution"]
# The parameter is kept by the object.

# %% [markdown] slug="pitfalls"
# ## What goes wrong, and how it looks
#
# - **A mean of 5,000:** the division was forgotten.

# %% [markdown] slug="summary"
# ## Summary
#
# 1. A lesson can be small.

# %% [markdown] slug="references"
# ## References
#
# 1. Knuth (1984), *Literate Programming*.
# 2. Kluyver et al. (2016), *Jupyter Notebooks*.
# 3. Fangohr et al. (2020), *Testing with Jupyter notebooks*.
