"""The cells that every lesson gets from the builder: front, course, links."""

import re

COLAB = "https://colab.research.google.com"
TITLE = re.compile(r'^# title = "(.*)"\s*$', re.MULTILINE)

COURSE_CELL = """\
# The course's package lies beside the notebooks; elsewhere (in Colab, say) it is installed once.
import importlib.util
import pathlib
import sys

here = pathlib.Path.cwd()
for folder in (here, *here.parents):
    if (folder / "course_utils" / "__init__.py").is_file():
        sys.path.insert(0, str(folder))
        break
if importlib.util.find_spec("course_utils") is None:
    %pip install -q "course-utils @ git+{repository}"
"""


def course_cell(course):
    """Code that makes `course_utils` importable; the same in every notebook."""
    return COURSE_CELL.format(repository=course.repository).rstrip("\n")


def front_cell(course, lesson):
    """Markdown that opens a lesson: badges, title, question, objectives, needs, times."""
    front = lesson.front
    parts = [
        f"# {lesson.number:02} · {front.title}",
        _badges(course, f"notebooks/{lesson.stem}.ipynb"),
        f"*{front.question}*",
        front.hook,
        "**You will be able to**",
        "\n".join(f"- {item}" for item in front.able),
        f"**Needs:** {front.needs}",
        f"About {_count(front.minutes, 'minute')} of work, "
        f"about {_count(front.seconds, 'second')} of computing.",
    ]
    return "\n\n".join(part for part in parts if part)


def solutions_front_cell(course, lesson):
    """Markdown that opens a solutions notebook."""
    return "\n\n".join(
        [
            f"# {lesson.number:02} · {lesson.front.title}: solutions",
            _badges(course, f"notebooks/solutions/{lesson.stem}.ipynb"),
            f"Every exercise of [the lesson](../{lesson.stem}.ipynb) with one worked solution.\n"
            "Yours may look different: what the check accepts is right.",
        ]
    )


def links_cell(course, lesson):
    """Markdown that closes a lesson: previous, next, solutions."""
    before, after = course.neighbours(course.source(lesson.number))
    links = []
    if before:
        links.append(f"Previous: [{_heading(before)}]({before.stem}.ipynb)")
    if after:
        links.append(f"Next: [{_heading(after)}]({after.stem}.ipynb)")
    links.append(f"[Solutions](solutions/{lesson.stem}.ipynb)")
    return "---\n\n" + " · ".join(links)


def solutions_links_cell(course, lesson):
    """Markdown that closes a solutions notebook: back to the lesson."""
    title = f"{lesson.number:02} · {lesson.front.title}"
    return f"---\n\nBack to the lesson: [{title}](../{lesson.stem}.ipynb)"


def _badges(course, path):
    place = f"{course.repository.removeprefix('https://github.com/')}/blob/main/{path}"
    return (
        f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({COLAB}/github/{place})\n"
        f"[Read it in the browser](https://nbviewer.org/github/{place})"
    )


def _count(number, unit):
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _heading(source):
    """Number and title of another lesson, readable even while its source is being edited."""
    found = TITLE.search(source.read_text("utf-8", errors="replace"))
    title = found[1] if found else source.stem[3:].replace("_", " ").capitalize()
    return f"{source.stem[:2]} · {title}"
