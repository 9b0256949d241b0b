"""From a fresh clone to an environment that can run the course. Standard library only.

Nothing here may import a package that has to be installed first, or a module of another
floor than 0: these files run before the environment exists.
"""
