"""The beginning of a new lesson: a source that builds and runs, its first check, its test."""

import re

from course_utils.authoring.notebook import write_atomically
from course_utils.authoring.source import parse_lesson
from course_utils.errors import UsageError

SOURCE = """\
# %% [raw] slug="front"
# title = "@title"
# question = "What would a beginner ask here?"
# hook = \"\"\"
# Two to four sentences that make the question matter.
# \"\"\"
# able = ["do one thing by hand", "do the same with Keras"]
# needs = "Lesson @before."
# minutes = 45
# seconds = 5

# %% slug="setup"
import numpy as np

from course_utils.checks import nb@number
from course_utils.runtime import setup

setup(seed=@seed)
rng = np.random.default_rng(@seed)

# %% [markdown] slug="idea-say"
# ## The idea
#
# One sentence per line.
#
# > **Predict first.** How many of ten thousand coin tosses are heads, give or take?

# %% slug="idea"
heads = rng.integers(0, 2, size=10_000).sum()
assert 4_800 < heads < 5_200
print("between 4,800 and 5,200 heads")

# %% [markdown] slug="idea-why"
# The spread grows like the square root of the number of tosses: about 50 here.

# %% [markdown] slug="double-ask"
# ## Exercise @seed.1: twice as much
#
# Return an array that holds every number of `x` times two, with the same shape.
# `double(np.array([1.0, 3.0]))` is `[2.0, 6.0]`.

# %% slug="double" tags=["exercise"]
def double(x):
    \"\"\"Every element of `x`, times two.\"\"\"
    # solution
    return 2 * x

# %% slug="double-check"
nb@number.double(double)

# %% [markdown] slug="double-why" tags=["solution"]
# NumPy multiplies every element by a single number.
# No loop is needed.

# %% [markdown] slug="pitfalls"
# ## What goes wrong, and how it looks
#
# - **Symptom:** what one sees. **Cause:** what it is.

# %% [markdown] slug="summary"
# ## Summary
#
# 1. One sentence.

# %% [markdown] slug="references"
# ## References
#
# 1. Author (year), *Title*, arXiv:0000.00000.
"""

CHECKS = """\
\"\"\"Checks of lesson @number, @title.\"\"\"

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array


@exercise("@seed.1 Twice as much")
def double(fn):
    \"\"\"Cases for `fn(x)`: the array x times two.\"\"\"

    def doubles():
        got = need_array(fn(np.array([1.0, 3.0])), shape=(2,))
        if close(got, [3.0, 5.0]):
            raise Miss("[1, 3] became [3, 5]", "times two, not plus two.")
        if close(got, [1.0, 9.0]):
            raise Miss("[1, 3] became [1, 9]", "times two, not to the power of two.")
        if not close(got, [2.0, 6.0]):
            raise Miss(f"[1, 3] became {got.tolist()}", "multiply each number by two.")

    yield from (doubles,)
"""

ANSWERS = """\
\"\"\"Answers that learners give in lesson @number, and what each must be told.\"\"\"

from course_utils.checks import nb@number


def stub(*_):
    raise NotImplementedError("replace this line with your own")


ANSWERS = {
    nb@number.double: [
        ("stub", stub, "not attempted yet"),
        ("solution", lambda x: 2 * x, "1 of 1 cases"),
        ("second", lambda x: x + x, "1 of 1 cases"),
        ("wrong", lambda x: x + 2, "not plus two"),
        ("wrong", lambda x: x**2, "not to the power of two"),
        ("wrong", lambda x: print(2 * x), "did you forget `return`?"),
    ],
}
"""


def scaffold(course, number, name):
    """Write the source of a new lesson, its checks and their test; return the paths written.

    Raises:
        UsageError: the number or name is taken or malformed.
    """
    if not 0 <= number <= 99 or not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name):
        raise UsageError(
            f"{number} {name!r} does not name a lesson.",
            "a number from 0 to 99 and lower-case words joined by _, like: new 4 deep_networks.",
        )
    for path in course.sources:
        if int(path.name[:2]) == number or path.stem[3:] == name:
            raise UsageError(
                f"{path.name} exists already.", "choose another number and another name."
            )
    title = name.replace("_", " ").capitalize()
    words = {"number": f"{number:02}", "seed": str(number), "title": title}
    words["before"] = f"{max(number - 1, 0):02}"
    source = course.src / f"{number:02}_{name}.py"
    text = _fill(SOURCE, words)
    parse_lesson(text, source.name)
    written = [source]
    write_atomically(source, text)
    tests = course.root / "tests" / "checks" / f"test_nb{number:02}.py"
    for path, template in ((course.checks(number), CHECKS), (tests, ANSWERS)):
        if not path.exists():
            write_atomically(path, _fill(template, words))
            written.append(path)
    return written


def _fill(template, words):
    return re.sub(rf"@({'|'.join(words)})\b", lambda match: words[match[1]], template)
