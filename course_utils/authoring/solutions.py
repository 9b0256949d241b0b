"""The solutions notebook: statements, worked solutions, checks and why they work."""

from course_utils.authoring.exercise import solution
from course_utils.authoring.generated import (
    course_cell,
    solutions_front_cell,
    solutions_links_cell,
)
from course_utils.authoring.notebook import (
    as_notebook,
    code_cell,
    exercise_roles,
    markdown_cell,
    source_cell,
)


def solutions_notebook(course, lesson):
    """The solutions of `lesson`, without outputs; runs on its own.

    It holds `setup`, the cells tagged `shared` and the four cells of every exercise.
    """
    cells = [markdown_cell("front", solutions_front_cell(course, lesson))]
    cells.append(code_cell("course", course_cell(course)))
    roles = exercise_roles(lesson)
    for cell in lesson.cells:
        if cell.is_exercise:
            cells.append(source_cell(cell, solution(cell.text)))
        elif cell.slug == "setup" or cell.slug in roles or {"shared", "solution"} & set(cell.tags):
            cells.append(source_cell(cell, cell.text))
    cells.append(markdown_cell("links", solutions_links_cell(course, lesson)))
    return as_notebook(lesson, cells)
