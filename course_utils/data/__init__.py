"""The course's data: what there is (`catalogue`), how to get it (`fetch`), and one loader per set.

Loaders import cheaply and work offline; each lesson imports the one it needs, for example
`from course_utils.data.digits import load_digits`.
"""
