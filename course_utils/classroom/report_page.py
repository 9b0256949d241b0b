"""The report of one assignment as a single HTML file: no script, nothing to load."""

import base64
import html
import io

from course_utils.classroom.handed_in import MARKED
from course_utils.classroom.table import STATUSES
from course_utils.plots.score_histogram import score_histogram

MARKS = {"pass": "✓", "miss": "✗", "todo": "○", "lost": "?"}
MEANING = "✓ passed · ✗ did not pass · ○ not attempted · ? gave no answer · – not graded"

STYLE = """
:root { color-scheme: light }
body { font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; color: #22262b; background: #fbfaf7;
  margin: 2rem auto; padding: 0 1.5rem; max-width: 72rem }
h1 { font-size: 1.5rem; margin: 0 }
p, .legend { color: #626a73; margin: .3rem 0 1.2rem }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin: 1rem 0 }
.tile { background: #fff; border: 1px solid #dcdad3; border-radius: 6px; padding: .5rem .9rem;
  min-width: 5.2rem }
.tile b { display: block; font-size: 1.4rem; font-weight: 600 }
.tile span { color: #626a73; font-size: .82rem }
img { max-width: 100%; border: 1px solid #dcdad3; border-radius: 6px }
.wide { overflow-x: auto }
table { border-collapse: collapse; background: #fff; font-size: .88rem; width: 100% }
th, td { padding: .35rem .6rem; border-bottom: 1px solid #ebe9e3; text-align: left;
  vertical-align: top }
th { background: #f1efe9; font-weight: 600 } th small { font-weight: 400; color: #626a73 }
td.n, th.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
tfoot td { background: #f8f6f1; color: #626a73 }
.s { display: inline-block; border-radius: 4px; padding: 0 .45rem; white-space: nowrap }
.crashed { background: #f6d9cd; color: #7d2609 } .refused { background: #ecd9e6; color: #6b2d5e }
.waiting { background: #fdebc8; color: #6b4300 } .missing { background: #e4e2dc; color: #4a5058 }
.zero { background: #fff; color: #7d2609; outline: 1px solid #c8481a }
.graded { background: #d5ebe1; color: #00523a } .late { background: #fdebc8; color: #6b4300 }
.pass { color: #00664a } .miss { color: #a83a12 } .todo, .none { color: #7b828a }
.why { color: #626a73; font-size: .82rem; max-width: 22rem; overflow-wrap: anywhere }
"""


def report_page(assignment, rows):
    """The HTML text. Everything that anybody else wrote is escaped.

    Args:
        assignment: the `Assignment`.
        rows: `table.Row`s, one per learner.
    """
    title = f"Lesson {assignment.lesson}"
    due = f" · due {_moment(assignment.due)}" if assignment.due else ""
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}: report</title>',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">",
        f"<style>{STYLE}</style></head><body>",
        f"<h1>{title}: {len(rows)} learners</h1>",
        f"<p>{_e(assignment.notebook)} · {len(assignment.exercises)} exercises · "
        f"{assignment.points:g} points{_e(due)}</p>",
        _tiles(rows),
        _picture(assignment, rows),
        '<div class="wide">',
        _table(assignment, rows),
        "</div>",
        f'<div class="legend">{MEANING}</div>',
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _tiles(rows):
    counts = {status: sum(row.status == status for row in rows) for status in STATUSES}
    tiles = [
        f'<div class="tile" title="{_e(STATUSES[status])}"><b>{counts[status]}</b>'
        f"<span>{status}</span></div>"
        for status in reversed(STATUSES)
    ]
    late = sum(bool(row.late) for row in rows)
    tiles.append(
        f'<div class="tile" title="among those handed in"><b>{late}</b><span>late</span></div>'
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _picture(assignment, rows):
    """Histogram of those that ran to the end; the others are no zeros."""
    scores = [row.total for row in rows if row.status in ("graded", "zero")]
    if not scores:
        return "<p>Nothing is graded yet.</p>"
    left = len(rows) - len(scores)
    who = f"{len(scores)} graded" + (f"; {left} others are not in it" if left else "")
    drawn, file = score_histogram(scores, assignment.points, title=f"Points of {who}"), io.BytesIO()
    drawn.figure.savefig(file, format="png", metadata={"Software": None})
    alt = f"Histogram of the points of {who}: {', '.join(f'{s:g}' for s in sorted(scores))}."
    data = base64.b64encode(file.getvalue()).decode()
    return f'<p><img width="640" alt="{_e(alt)}" src="data:image/png;base64,{data}"></p>'


def _table(assignment, rows):
    exercises = assignment.exercises
    heads = "".join(
        f'<th class="n" title="{_e(e.title)}">{_e(e.title.split(" ")[0])}<br>'
        f"<small>of {e.points:g}</small></th>"
        for e in exercises
    )
    lines = [
        "<table><thead><tr><th>learner</th><th>status</th>"
        f'<th class="n">points</th>{heads}<th>remarks</th></tr></thead><tbody>'
    ]
    lines += [_line(exercises, row) for row in rows]
    passed = "".join(
        f'<td class="n">{sum(row.states.get(e.slug) == "pass" for row in rows)}</td>'
        for e in exercises
    )
    lines.append(
        f"</tbody><tfoot><tr><td>passed</td><td></td><td></td>{passed}<td></td></tr></tfoot></table>"
    )
    return "\n".join(lines)


def _line(exercises, row):
    learner = row.learner
    name = f"{learner.last}, {learner.first}".strip(", ") or learner.id
    status = f'<span class="s {row.status}" title="{_e(STATUSES[row.status])}">{row.status}</span>'
    if row.late:
        by = "late" if row.late == MARKED else f"late, {row.late}"
        status += f' <span class="s late">{_e(by)}</span>'
    total = "–" if row.total is None else f"<b>{row.total:g}</b>"
    cells = "".join(_cell(row, exercise.slug) for exercise in exercises)
    remarks = "<br>".join(_e(text) for text in (row.why, *row.notes) if text)
    return (
        f"<tr><td>{_e(name)}<br><small class=none>{_e(learner.id)}</small></td><td>{status}</td>"
        f'<td class="n">{total}</td>{cells}<td class="why">{remarks}</td></tr>'
    )


def _cell(row, slug):
    points, state = row.points[slug], row.states.get(slug)
    if points is None:
        return '<td class="n none">–</td>'
    mark = f' <span class="{state}">{MARKS[state]}</span>' if state in MARKS else ""
    return f'<td class="n">{points:g}{mark}</td>'


def _moment(text):
    return text.replace("T", " ")


def _e(text):
    return html.escape(str(text))
