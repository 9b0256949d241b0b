"""`classroom init`: an empty classroom, with its gradebook."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from course_utils.authoring.exercise import REPLACE
from course_utils.classroom.gradebook import check_address, open_gradebook
from course_utils.classroom.layout import FILE, FORMAT, Classroom
from course_utils.errors import CourseError

FOLDERS = ("assignments", "source", "release", "submitted", "autograded", "feedback", "reports")

CONFIG = '''\
"""nbgrader reads this when it is started in this folder. Written by `classroom init`."""

from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader provides it)
c.CourseDirectory.root = str(Path(__file__).absolute().parent)
{database}# What learners see in place of a solution; `classroom assign` writes the same.
c.ClearSolutions.code_stub = {{"python": {stub!r}}}
'''


def make_classroom(folder, db=None):
    """Make a classroom in `folder`, which is new or empty, and return it.

    Args:
        folder: path; its parents are made too.
        db: SQLAlchemy address of the gradebook, by default a SQLite file in the folder.

    The folder is made readable for its owner only: it will hold names and grades.

    Raises:
        CourseError: the folder is not empty, or folder or database cannot be written. Then
            nothing was made, and a second try is welcome.
    """
    root = Path(folder).absolute()
    if db:
        check_address(db)
    try:
        if (root / FILE).exists():
            raise CourseError(f"{root} is a classroom already.", "choose another folder.")
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise CourseError(f"{root} is not an empty folder.", "choose a new folder.")
        root.parent.mkdir(parents=True, exist_ok=True)
        # Made aside and renamed, so that a classroom is there whole or not at all.
        draft = Path(tempfile.mkdtemp(dir=root.parent, prefix=f".{root.name}."))
        try:
            _fill(draft, db)
            if root.is_dir():
                root.rmdir()
            os.replace(draft, root)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    except OSError as error:
        raise CourseError(
            f"cannot make a classroom in {root} ({error.strerror or error}).",
            "choose a folder that you may write to.",
        ) from None
    return Classroom(root)


def _fill(folder, db):
    for name in FOLDERS:
        (folder / name).mkdir()
    with open_gradebook(db or f"sqlite:///{folder / 'gradebook.db'}"):
        pass
    line = f"c.CourseDirectory.db_url = {db!r}\n" if db else ""
    config = CONFIG.format(database=line, stub=REPLACE)
    (folder / "nbgrader_config.py").write_text(config, "utf-8")
    settings = json.dumps({"format": FORMAT, "db": db}, indent=1)
    (folder / FILE).write_text(settings + "\n", "utf-8")
