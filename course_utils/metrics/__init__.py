"""Numbers for people: how good predictions are, in units that can be judged.

A metric is only read, never differentiated. Every function takes `(predicted, target)` in
this order, refuses shapes that differ, and returns a float. No framework is imported.
"""
