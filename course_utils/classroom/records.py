"""An assignment's records in nbgrader's gradebook: notebook, cells, points."""

import json

from course_utils.classroom.due import in_utc


def enter_assignment(gradebook, assignment, release):
    """Make the records of `assignment` say what it asks now, in one transaction.

    Args:
        gradebook: an open `nbgrader.api.Gradebook`.
        assignment: the `Assignment`.
        release: the learner's notebook, a dict.

    Records of an exercise that is no longer graded go, with its grades; an exercise that is
    new becomes an ungraded one of every submission there is. Other grades stay.
    """
    from nbgrader import api

    db = gradebook.db
    row = _one(db, api.Assignment, name=assignment.name)
    if row is None:
        row = api.Assignment(name=assignment.name, course_id=gradebook.course_id)
        db.add(row)
    row.duedate = in_utc(assignment.due).replace(tzinfo=None) if assignment.due else None
    db.flush()
    stem = assignment.notebook.removesuffix(".ipynb")
    notebook = _one(db, api.Notebook, name=stem, assignment_id=row.id)
    if notebook is None:
        notebook = api.Notebook(name=stem, assignment=row)
        db.add(notebook)
    notebook.kernelspec = json.dumps(release["metadata"]["kernelspec"])
    db.flush()

    cells = {cell["id"]: cell for cell in release["cells"] if "nbgrader" in cell["metadata"]}
    points = {f"{e.slug}-check": e.points for e in assignment.exercises}
    kept = {(api.GradeCell, name) for name in points}
    kept |= {(api.SolutionCell, e.slug) for e in assignment.exercises}
    kept |= {(api.SourceCell, name) for name in cells}
    for old in [*notebook.grade_cells, *notebook.solution_cells, *notebook.source_cells]:
        if (type(old), old.name) not in kept:
            for held in [
                *(getattr(old, "grades", None) or ()),
                *(getattr(old, "comments", None) or ()),
            ]:
                db.delete(held)
            db.delete(old)
    for kind, name in sorted(kept, key=lambda pair: (pair[0].__name__, pair[1])):
        cell = _one(db, kind, name=name, notebook_id=notebook.id)
        if cell is None:
            cell = kind(name=name, notebook_id=notebook.id)
        if kind is api.GradeCell:
            cell.max_score, cell.cell_type = points[name], "code"
        if kind is api.SourceCell:
            cell.cell_type, cell.source = cells[name]["cell_type"], cells[name]["source"]
            data = cells[name]["metadata"]["nbgrader"]
            cell.locked, cell.checksum = data["locked"], data["checksum"]
        db.add(cell)
    db.flush()
    for held in db.query(api.SubmittedNotebook).filter_by(notebook_id=notebook.id):
        complete(db, held, notebook)
    db.commit()


def complete(db, held, notebook):
    """Give a submitted notebook a grade and a comment for every cell that lacks one."""
    from nbgrader import api

    db.expire(notebook)
    graded = {grade.cell_id for grade in held.grades}
    for cell in notebook.grade_cells:
        if cell.id not in graded:
            db.add(api.Grade(cell_id=cell.id, notebook=held))
    commented = {comment.cell_id for comment in held.comments}
    for cell in notebook.solution_cells:
        if cell.id not in commented:
            db.add(api.Comment(cell_id=cell.id, notebook=held))
    db.flush()


def submission_of(gradebook, assignment, student):
    """The submitted assignment and its notebook in the gradebook, made if need be; not committed.

    Returns:
        `SubmittedAssignment`, `SubmittedNotebook` with a grade and a comment for each exercise.

    Raises:
        nbgrader.api.MissingEntry: learner or assignment is not in the gradebook.
    """
    from nbgrader import api

    db = gradebook.db
    row = gradebook.find_assignment(assignment.name)
    notebook = gradebook.find_notebook(assignment.notebook.removesuffix(".ipynb"), row.name)
    learner = gradebook.find_student(student)
    handed_in = _one(db, api.SubmittedAssignment, assignment_id=row.id, student_id=learner.id)
    if handed_in is None:
        handed_in = api.SubmittedAssignment(assignment=row, student=learner)
        db.add(handed_in)
        db.flush()
    held = _one(db, api.SubmittedNotebook, notebook_id=notebook.id, assignment_id=handed_in.id)
    if held is None:
        held = api.SubmittedNotebook(notebook=notebook, assignment=handed_in)
        db.add(held)
        db.flush()
    complete(db, held, notebook)
    return handed_in, held


def _one(db, kind, **values):
    return db.query(kind).filter_by(**values).one_or_none()
