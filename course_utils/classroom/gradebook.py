"""Opening nbgrader's gradebook, on a file or on a database server."""

import contextlib
import logging
import os
import sysconfig

from course_utils.classroom.extra import need_extra
from course_utils.errors import CourseError

# The first part of an address: the package that speaks to that database.
DRIVERS = {"sqlite": None, "postgresql+psycopg": "psycopg"}


def check_address(address):
    """Raise CourseError unless `address` is a database that the classroom is tested with."""
    scheme = address.partition("://")[0]
    if scheme not in DRIVERS or "://" not in address:
        raise CourseError(
            f"a gradebook cannot lie at an address that begins with {scheme!r}.",
            "leave --db away for a file, or --db postgresql+psycopg://USER@HOST/DATABASE.",
        )
    if DRIVERS[scheme]:
        need_extra(DRIVERS[scheme])


@contextlib.contextmanager
def open_gradebook(db_url):
    """Open the `nbgrader.api.Gradebook` at `db_url` while the block runs; makes its tables.

    Raises:
        EnvironmentNotReady: nbgrader or the driver is not installed.
        CourseError: the database cannot be reached, or refuses. The message holds no password.
    """
    check_address(db_url)
    need_extra("nbgrader")
    from nbgrader.api import Gradebook
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    shown = make_url(db_url).render_as_string(hide_password=True)
    try:
        with _tools_on_path():
            book = Gradebook(db_url)
        with book:
            yield book
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
        raise CourseError(
            f"the gradebook at {shown} cannot be used ({reason}).",
            "see that the file or server is there, and that you may write to it.",
        ) from None


@contextlib.contextmanager
def _tools_on_path():
    """A new gradebook asks the program `alembic` for its version, by name.

    It lies beside this Python, which is not on the path unless its environment was activated.
    nbgrader also logs an expected failure of its own as an error with a traceback.
    """
    before = os.environ.get("PATH", "")
    log = logging.getLogger("tornado.application")
    quiet = log.disabled
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    log.disabled = True
    try:
        yield
    finally:
        os.environ["PATH"], log.disabled = before, quiet
