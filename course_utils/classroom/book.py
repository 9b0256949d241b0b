"""The one writer of grades: gradebook, graded notebook and result.json, in this order.

Whoever grades hands results to one `Book`, so parallel workers never write to the gradebook.
result.json comes last: while it is not there, a submission counts as not graded, and recording
it a second time changes nothing.
"""

import contextlib
import json
import sys
from dataclasses import fields

from course_utils.bootstrap.lock import only_one
from course_utils.classroom.due import in_utc
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import file_digest, load_handed_in
from course_utils.classroom.records import submission_of
from course_utils.classroom.result import Outcome, Result, load_result, save_result
from course_utils.errors import CourseError
from course_utils.whole_file import write_whole

GRADED, LOST = "graded", "lost"
WAITING = "Another command is writing to this classroom; waiting for it."


class Book:
    """Writes what grading found. Use it as a context manager; one holds the classroom's lock.

    Args:
        classroom: the Classroom.

    Raises, on entering:
        CourseError: the gradebook cannot be opened.
    """

    def __init__(self, classroom):
        self.classroom = classroom
        self._open, self._asked = contextlib.ExitStack(), {}

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            say = lambda _: print(WAITING, file=sys.stderr)  # noqa: E731
            stack.enter_context(only_one(self.classroom.lock, say=say))
            self.gradebook = stack.enter_context(open_gradebook(self.classroom.db_url))
            self._open = stack.pop_all()
        return self

    def __exit__(self, *error):
        return self._open.__exit__(*error)

    def already(self, student, name, digest):
        """True if the submission with this digest is recorded, by today's manifest."""
        result = load_result(self.classroom.autograded(student, name))
        if result is None or result.digest != digest or result.asked != self._ask(name)[1]:
            return False
        from nbgrader.api import MissingEntry

        try:
            self.gradebook.find_submission(name, student)
        except MissingEntry:
            return False
        return True

    def record(self, graded):
        """Write one graded submission; replaces what was recorded for it before.

        Args:
            graded: anything with the fields of `grade_one.Graded`: student, assignment, status,
                why, notes, scores, seconds, digest and notebook (a dict, or None).

        A grade that a person gave stays, and is marked for a second look if the automatic one
        has changed. Of a submission that crashed or was refused, an exercise without a verdict
        has no automatic grade: in nbgrader's tables it waits for a person, and is no zero.

        Raises:
            CourseError: nobody with this id is in the gradebook, points that the manifest does
                not give, or a disk or database that fails.
        """
        assignment, asked = self._ask(graded.assignment)
        points = {e.slug: _points(graded, e) for e in assignment.exercises}
        handed_in = load_handed_in(self.classroom.submitted(graded.student, graded.assignment))
        try:
            self._enter(graded, assignment, points, handed_in)
        except BaseException:
            self.gradebook.db.rollback()
            raise
        folder = self.classroom.autograded(graded.student, graded.assignment)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / assignment.notebook
            if graded.notebook is None:
                target.unlink(missing_ok=True)
            else:
                text = json.dumps(graded.notebook, ensure_ascii=False, indent=1) + "\n"
                write_whole(target, lambda file: file.write(text.encode()))
            kept = {field.name: getattr(graded, field.name) for field in fields(Outcome)}
            kept["notes"] = tuple(graded.notes)
            # A file that was refused unread has no digest of its own.
            kept["digest"] = graded.digest or (handed_in.digest if handed_in else "")
            save_result(folder, Result(**kept, asked=asked))
        except OSError as error:
            raise CourseError(
                f"cannot write {folder} ({error.strerror or error}).",
                "check the folder and the free space, and grade again.",
            ) from None

    def _ask(self, name):
        """The assignment and the digest of its manifest, read once."""
        if name not in self._asked:
            assignment = self.classroom.assignment(name)
            self._asked[name] = assignment, file_digest(self.classroom.manifest(name))
        return self._asked[name]

    def _enter(self, graded, assignment, points, handed_in):
        from nbgrader.api import MissingEntry

        try:
            submission, held = submission_of(self.gradebook, assignment, graded.student)
        except MissingEntry as error:
            raise CourseError(
                f"{error}.", "classroom roster FILE.csv, or classroom assign NN --again."
            ) from None
        if handed_in and handed_in.received:
            submission.timestamp = in_utc(handed_in.received).replace(tzinfo=None)
        self.gradebook.db.refresh(held)
        for grade in held.grades:
            score = points[grade.cell.name.removesuffix("-check")]
            if grade.manual_score is None:
                grade.needs_manual_grade = score is None
            elif grade.auto_score != score:
                grade.needs_manual_grade = True
            grade.auto_score = score
        for comment in held.comments:
            todo = graded.scores.get(comment.cell.name, {}).get("state") == "todo"
            comment.auto_comment = "No response." if todo else None
        self.gradebook.db.commit()


def _points(graded, exercise):
    """Points of an exercise, None if whatever stopped the run left it without a verdict."""
    found = graded.scores.get(exercise.slug, {})
    if graded.status != GRADED and found.get("state", LOST) == LOST:
        return None
    points = float(found.get("points", 0.0))
    if not 0 <= points <= exercise.points:
        raise CourseError(
            f"{graded.student}, {exercise.title}: {points} points of {exercise.points}.",
            "grade again; the assignment may have changed meanwhile.",
        )
    return points
