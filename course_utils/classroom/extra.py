"""The packages that only the classroom needs: are they here, and what to type if they are not."""

import sys
from importlib.util import find_spec

from course_utils.bootstrap.slow_import import skip_grammar
from course_utils.errors import EnvironmentNotReady

# module that is imported: what it is for
NEEDED = {
    "nbgrader": "the gradebook, the notebook format and the feedback page",
    "distributed": "grading many submissions at once",
    "cryptography": "a line to the worker processes that nobody else can use",
}
INSTALL = f'{sys.executable} -m pip install -e ".[classroom]", in the folder of the course.'


def need_extra(*modules):
    """Return if every module of `modules` (by default all of `NEEDED`) can be imported.

    Nothing is imported to find out; importing nbgrader afterwards is a few seconds faster.

    Raises:
        EnvironmentNotReady: one is missing; names it and the line that installs it.
    """
    for module in modules or NEEDED:
        if find_spec(module) is None:
            use = NEEDED.get(module, "the gradebook's database")
            raise EnvironmentNotReady(
                f"the classroom needs the package {module} ({use}), and this Python lacks it.",
                INSTALL,
            )
    skip_grammar()
