"""The commands that are not about writing lessons: lab, test, run, fetch, doctor.

One file each. A command prints what it does, raises `CourseError` for expected problems and
returns an exit status. Which Python it runs in has been decided before (`bootstrap`).
"""
