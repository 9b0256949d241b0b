"""The commands that are not about writing lessons, from lab to doctor.

One file each; `pretrain` has more, which are its parts. A command prints what it does, raises
`CourseError` for expected problems and returns an exit status. Which Python it runs in has been
decided before (`bootstrap`).
"""
