"""`classroom grade`: everything that was handed in and has no result yet.

Workers grade and know nothing of a gradebook; results come back one by one and are written here,
by the one writer, as they come. Whoever stops this keeps what was written, and the next run does
the rest.
"""

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from course_utils.classroom.book import Book
from course_utils.classroom.failures import clear_failure, save_failure
from course_utils.classroom.grade_one import Task, grade_one
from course_utils.classroom.handed_in import load_handed_in
from course_utils.classroom.jail import check
from course_utils.classroom.layout import FILE
from course_utils.classroom.schedule import Failed, results
from course_utils.errors import CourseError
from course_utils.train.bar import someone_watches


@dataclass
class Done:
    """What one run did.

    Args:
        to_do: how many submissions had no result.
        before: how many had one.
        refused: how many were refused at collecting; there is nothing to grade.
        counts: assignment -> Counter of the statuses that were recorded.
        remarkable: (status, student, assignment, why) of what crashed or was refused now.
        problems: (student, assignment, why) of what was not graded.
    """

    to_do: int = 0
    before: int = 0
    refused: int = 0
    counts: dict = field(default_factory=dict)
    remarkable: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @property
    def recorded(self):
        """How many results were written."""
        return sum(counts.total() for counts in self.counts.values())


def grade(
    classroom, names, workers=2, scheduler=None, jailed=True, limits=None, work=grade_one, done=None
):
    """Grade what is new in the assignments `names`, and record it.

    Args:
        classroom: the Classroom.
        names: assignments.
        workers, scheduler: as for `schedule.results`.
        jailed: False runs strangers' code as this user.
        limits: `Limits` of each run, None for the usual ones of the lesson.
        work: function of a `Task` that returns a `Graded`.
        done: a `Done` to fill in, for a caller that wants to know what was done when this raises.

    Returns:
        `Done`.

    Raises:
        EnvironmentNotReady: no jail here, or a package is missing; nothing was run.
        CourseError: from the gradebook, or the scheduler.
        KeyboardInterrupt: stopped. What is in `done` is recorded, whatever this raises.
    """
    done = Done() if done is None else done
    if jailed and scheduler is None:
        check()
    with Book(classroom) as book:
        tasks = []
        for name in names:
            tasks += _waiting(classroom, book, name, done, jailed=jailed, limits=limits)
        book.gradebook.db.commit()  # ends the reading; a server does not like to be kept open
        done.to_do = len(tasks)
        ready = partial(ready_for, str(classroom.root), jailed)
        with (
            contextlib.closing(results(tasks, work, workers, scheduler, ready)) as found,
            _bar(len(tasks)) as tick,
        ):
            for task, result in found:
                _keep(classroom, book, task, result, done)
                tick()
    return done


def ready_for(root, jailed):
    """What a worker lacks to grade in the classroom `root`, in words, or None."""
    if not (Path(root) / FILE).is_file():
        return f"there is no {Path(root) / FILE}."
    try:
        if jailed:
            check()
    except CourseError as error:
        return error.what
    return None


def _waiting(classroom, book, name, done, **more):
    """A `Task` for each submission without a result, in the order of the learners' ids."""
    assignment = classroom.assignment(name)
    done.counts.setdefault(name, Counter())
    for student in classroom.submissions(name):
        folder = classroom.submitted(student, name)
        handed_in, path = load_handed_in(folder), folder / assignment.notebook
        if handed_in is None or not (handed_in.refused or path.exists()):
            why = "what was collected is incomplete; collect it again"
            done.problems.append((student, name, why))
        elif handed_in.refused:
            done.refused += 1
        elif book.already(student, name, handed_in.digest):
            done.before += 1
        else:
            yield Task(
                student=student,
                assignment=name,
                submission=str(path),
                manifest=str(classroom.manifest(name)),
                release=str(classroom.release(name) / assignment.notebook),
                **more,
            )


def _keep(classroom, book, task, result, done):
    """Write one result. What cannot be written is a problem of this submission, and noted."""
    if not isinstance(result, Failed):
        try:
            book.record(result)
        except CourseError as error:
            result = Failed.of(error)
    folder = classroom.autograded(task.student, task.assignment)
    if isinstance(result, Failed):
        handed_in = load_handed_in(classroom.submitted(task.student, task.assignment))
        save_failure(folder, result, handed_in.digest if handed_in else "")
        done.problems.append((task.student, task.assignment, result.why))
        return
    clear_failure(folder)
    done.counts[task.assignment][result.status] += 1
    if result.why:
        done.remarkable.append((result.status, task.student, task.assignment, result.why))


@contextlib.contextmanager
def _bar(total):
    """Yields a function that moves a progress line, if there is a terminal to show it in."""
    if not total or not someone_watches():
        yield lambda: None
        return
    from tqdm import tqdm

    # smoothing: with several workers, results come in pairs and pauses
    with tqdm(total=total, desc="grading", unit="notebook", leave=False, smoothing=0.1) as bar:
        bar.refresh()
        yield bar.update
