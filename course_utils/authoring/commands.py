"""What the command line does with lessons: build, status, pull, new. Each returns a status."""

import sys

from course_utils.authoring import builder
from course_utils.authoring import pull as pulling
from course_utils.authoring.course import here
from course_utils.authoring.scaffold import scaffold
from course_utils.errors import CourseError


def build(numbers, run=False, force=False, course=None):
    """Build the lessons `numbers` (all if empty); go on after a failure, return 1 if any."""
    course = course or here()
    sources = [course.source(n) for n in numbers] or course.sources
    failed = False
    for source in sources:
        try:
            lines = builder.build(course, source, run=run, force=force)
        except CourseError as error:
            failed = True
            print(error, file=sys.stderr)
            continue
        print("\n".join(lines), flush=True)
    return int(failed)


def status(course=None):
    """List notebooks that are not what their source builds. Writes nothing."""
    course = course or here()
    lines = []
    for source in course.sources:
        try:
            lines += builder.stale(course, source)
        except CourseError as error:
            lines.append(str(error))
    known = {source.stem for source in course.sources}
    for folder in (course.notebooks, course.solutions):
        for path in sorted(folder.glob("*.ipynb")):
            if path.stem not in known:
                lines.append(f"{path.relative_to(course.notebooks).as_posix()}: has no source")
    for line in lines:
        print(line)
    if lines:
        print(f"{len(lines)} stale. Run: python -m course_utils build", file=sys.stderr)
    return int(bool(lines))


def pull(number, course=None):
    """Bring edits made in Jupyter back into the source of lesson `number`."""
    course = course or here()
    for line in pulling.pull(course, course.source(number)):
        print(line)
    return 0


def new(number, name, course=None):
    """Write the beginning of a lesson and build it."""
    course = course or here()
    for path in scaffold(course, number, name):
        print(f"{path.relative_to(course.root).as_posix()}: written")
    print(f"Next: python -m course_utils build {number:02} --run")
    return 0
