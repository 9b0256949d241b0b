"""`classroom`: what an instructor types. Each action prints what it did and returns a status."""

import sys
import time
from pathlib import Path

from course_utils.authoring.course import here
from course_utils.classroom.extra import need_extra
from course_utils.classroom.layout import Classroom
from course_utils.errors import CourseError, UsageError

NEXT = "python -m course_utils classroom"


def classroom(action, **options):
    """Do one action of `ACTIONS` with its options.

    Raises:
        EnvironmentNotReady: the extra is not installed.
        CourseError: from the action.
    """
    need_extra("nbgrader")
    return ACTIONS[action](**options)


def init(target, db=None):
    """Make a classroom in the folder `target`."""
    from course_utils.classroom.init import make_classroom

    root = make_classroom(target, db).root
    print(f"{root}: a classroom, empty")
    print(f"Next: {NEXT} roster FILE.csv --in {target}")
    return 0


def roster(file, folder="."):
    """Enter the learners of a CSV file."""
    from course_utils.classroom.gradebook import open_gradebook
    from course_utils.classroom.roster import enter, read_roster

    room = Classroom(folder)
    learners, notes = read_roster(file)
    with open_gradebook(room.db_url) as gradebook:
        lines = enter(gradebook, learners)
    print(
        "\n".join([*notes, f"{Path(file).name}: {len(learners)} learners; {lines[0]}", *lines[1:]])
    )
    return 0


def assign(numbers, folder=".", points=(), due=None, only=(), again=False):
    """Make assignments of lessons."""
    from course_utils.classroom.assign import assign as make

    room = Classroom(folder)
    made = make(room, here(), numbers, _split(points), due, _split(only), again)
    for one in made:
        due_by = f", due {one.due}" if one.due else ", no due date"
        print(f"{one.name}: {len(one.exercises)} exercises, {one.points:g} points{due_by}")
        for exercise in one.exercises:
            print(f"  {exercise.points:>4g}  {exercise.slug:<20} {exercise.title}")
        print(f"  hand out {room.release(one.name) / one.notebook}")
    if again:
        print(f"Next: {NEXT} grade; what was graded before is graded again")
    return 0


def collect(path, folder=".", assignment=None):
    """Take in notebooks; status 1 if something was left out."""
    from course_utils.classroom.collect import collect as take

    done = take(Classroom(folder), path, assignment)
    for line in done.late:
        print(f"late     {line}")
    for line in done.problems:
        print(f"problem  {line}", file=sys.stderr)
    print(
        f"{len(done.taken)} taken, {len(done.unchanged)} unchanged, {len(done.late)} of the taken "
        f"late, {len(done.problems)} problems, {done.other_files} files that are no notebooks"
    )
    return int(bool(done.problems))


def grade(names=(), folder=".", workers=2, scheduler=None, unsafe=False):
    """Grade what has no result yet; status 1 if something could not be graded."""
    from course_utils.classroom.grade import Done
    from course_utils.classroom.grade import grade as work_off

    room = Classroom(folder)
    names = _names(room, names)
    if unsafe:
        print("No jail: what was handed in runs as you.", file=sys.stderr)
    began, done = time.monotonic(), Done()
    try:
        work_off(room, names, workers, scheduler, jailed=not unsafe, done=done)
    except KeyboardInterrupt:
        said = f"\nStopped: {done.recorded} of {done.to_do} are graded and recorded."
        print(f"{said}\nNext: {NEXT} grade; it does the rest", file=sys.stderr)
        return 1
    finally:
        sys.stdout.flush()
    for status, student, name, why in sorted(done.remarkable):
        print(f"{status:<8} {student}: {name}, {why}")
    together = {}
    for student, name, why in sorted(done.problems):
        together.setdefault((name, why), []).append(student)
    for (name, why), students in together.items():
        print(f"problem  {', '.join(students)}: {name} not graded: {why}", file=sys.stderr)
    for name, counts in done.counts.items():
        said = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        print(f"{name}: {said or 'nothing new'}")
    print(
        f"{done.recorded} of {done.to_do} new in {time.monotonic() - began:.0f} s; "
        f"{done.before} graded before, {done.refused} refused at collecting, "
        f"{len(done.problems)} problems"
    )
    if done.recorded:
        print(f"Next: {NEXT} feedback; {NEXT} report")
    return int(bool(done.problems))


def feedback(names=(), folder="."):
    """Write the learners' pages."""
    from course_utils.classroom.feedback import write_feedback

    room = Classroom(folder)
    waiting = 0
    for name in _names(room, names):
        written = write_feedback(room, name)
        waiting += len(written.waiting)
        print(f"{name}: {len(written.pages)} pages in {room.root / 'feedback'}")
        if written.waiting:
            print(f"  not graded yet: {', '.join(written.waiting)}")
    if waiting:
        print(f"Next: {NEXT} grade")
    return 0


def report(names=(), folder="."):
    """Write the tables of the class, and print how many of each kind there are."""
    from course_utils.classroom.report import write_reports
    from course_utils.classroom.table import STATUSES

    room = Classroom(folder)
    tables, paths = write_reports(room, _names(room, names))
    for name, rows in tables.items():
        counts = {status: sum(row.status == status for row in rows) for status in STATUSES}
        late = sum(bool(row.late) for row in rows)
        said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
        print(f"{name}: {said or 'no learners'}{f', {late} late' if late else ''}")
    for path in paths:
        print(path)
    return 0


def _names(room, names):
    """The assignments asked for, by default all; there must be one."""
    if not room.names():
        raise UsageError("no lesson has been assigned here.", f"{NEXT} assign NN.")
    return [room.assignment(name).name for name in names] or room.names()


def _split(texts):
    """Options may be given apart or joined by commas."""
    words = [word.strip() for text in texts for word in text.split(",")]
    if "" in words:
        raise CourseError("there is an empty word between commas.", "write a=1,b=2 or a=1 b=2.")
    return words


ACTIONS = {
    "init": init,
    "roster": roster,
    "assign": assign,
    "collect": collect,
    "grade": grade,
    "feedback": feedback,
    "report": report,
}
