"""Assign lessons, collect notebooks, grade them safely, give back feedback. An optional extra.

Learners never import this, and neither do the notebook tests. The gradebook, the notebook format
and the feedback template are nbgrader's; `pip install -e ".[classroom]"` brings it.

`init`, `roster`, `assign`, `collect`, `book`, `feedback` and `report` are the instructor's side.
Only they open the gradebook. What runs a stranger's code never sees it.
"""
