"""One feedback page: nbgrader's template, our heading, and a policy that lets nothing run."""

import base64
import hashlib
import html
import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.classroom.extra import need_extra
from course_utils.classroom.manifest import Assignment

STYLE = """
body { color: #22262b; background: #fbfaf7; font-size: 15px; line-height: 1.5 }
.container { max-width: 60em; width: auto }
div#notebook-container { padding: 0 }
.panel { border-radius: 6px; box-shadow: none }
.panel-default > .panel-heading { background: #f1efe9; padding: 1em 1.2em }
.panel-heading h4 { font-size: 22px; margin: 0 0 .2em }
.panel-primary, .panel-primary > .panel-heading { border-color: #d5d1c6 }
.panel-primary > .panel-heading { background: #f1efe9; color: #22262b; height: auto }
div.nbgrader_cell .panel-heading a { color: #626a73 }
div.prompt { display: none }
div.cell { margin: 0 0 1em }
.rendered_html h2 { font-size: 20px; margin-top: 1.8em }
.rendered_html .anchor-link { display: none }
pre { background: transparent; border: none; margin: 0; padding: .3em .2em; white-space: pre-wrap;
  font-size: 13.5px; overflow-wrap: anywhere }
.output_subarea img { max-width: 100% }
table.verdicts { margin: .8em 0 0; border-collapse: collapse }
table.verdicts td { padding: .15em 1.2em .15em 0; vertical-align: top }
table.verdicts td.points { text-align: right; white-space: nowrap }
.miss, .lost { color: #a83a12 } .pass { color: #00664a } .todo { color: #626a73 }
.notice { margin: .8em 0 0; padding: .6em .9em; border-left: 4px solid #c8481a; background: #fff }
"""
WORDS = {"pass": "✓ passed", "miss": "✗ not yet", "todo": "○ not attempted", "lost": "✗ no answer"}
SAY = {
    "crashed": "Your notebook stopped while it ran. What has no verdict could not be graded:",
    "refused": "Your notebook could not be accepted:",
}


@dataclass(frozen=True)
class Page:
    """What a page shows. Texts may hold anything; they are escaped here.

    `scores` maps slug to points or None, `states` slug to a verdict, `cells` are a notebook's.
    """

    assignment: Assignment
    lesson: str
    learner: str
    status: str
    why: str
    late: str
    notes: tuple
    scores: dict
    states: dict
    cells: list


def exporter():
    """nbconvert's HTML exporter with nbgrader's feedback template; serves many pages."""
    need_extra("nbgrader")
    import nbconvert
    import nbgrader
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from traitlets.config import Config

    forms = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    css = forms / "static" / "node_modules" / "bootstrap" / "dist" / "css"

    class Feedback(nbconvert.HTMLExporter):
        def get_prefix_root_dirs(self):
            # nbconvert looks under this environment; it may itself be installed in another.
            share = Path(nbconvert.__file__).parents[4] / "share" / "jupyter"
            return [*super().get_prefix_root_dirs(), str(share)]

    config = Config()
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [str(forms / "templates")]
    config.HTMLExporter.extra_template_paths = [str(css)]
    config.CSSHTMLHeaderPreprocessor.style = "default"
    config.Exporter.default_preprocessors = []
    made = Feedback(config=config)
    made.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
    return made


def html_page(to_html, page, places=()):
    """The text of a page.

    Args:
        to_html: what `exporter` returned.
        page: `Page`.
        places: folders of this machine, which must not be named.
    """
    import nbformat

    stem = page.assignment.notebook.removesuffix(".ipynb")
    notebook = {
        "cells": page.cells,
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    have, of = _total(page)
    grading = {"notebook": stem, "score": have, "max_score": of, "late_penalty": 0}
    text, _ = to_html.from_notebook_node(
        nbformat.from_dict(notebook), {"nbgrader": grading, "metadata": {"name": stem}}
    )
    trusted, rest = text.split("<body", 1)  # everything of the learner's is in the body
    trusted = trusted.replace("<head>", f"<head>{_policy(trusted)}", 1)
    trusted = trusted.replace("</head>", f"<style>{STYLE}</style></head>", 1)
    heading = '<div class="panel-heading">' + _heading(page) + "</div>"
    rest = re.sub(
        r'<div class="panel-heading">.*?<div class="panel-body">',
        lambda _: heading + '<div class="panel-body">',
        rest,
        count=1,
        flags=re.DOTALL,
    )
    label = '<span class="nbgrader-label">'
    rest = rest.replace(f"{label}Student's answer</span>", f"{label}Your answer</span>")
    for exercise in page.assignment.exercises:
        rest = rest.replace(
            f"{label}Grade cell: <code>{exercise.slug}-check</code></span>",
            f"{label}{html.escape(exercise.title)}</span>",
        )
    text = f"{trusted}<body{rest}"
    for place in sorted(filter(None, places), key=len, reverse=True):
        text = text.replace(html.escape(place), "...")
    return text


def _total(page):
    given = [page.scores.get(e.slug) or 0.0 for e in page.assignment.exercises]
    return sum(given), page.assignment.points


def _heading(page):
    have, of = _total(page)
    graded = page.status == "graded" or any(p is not None for p in page.scores.values())
    points = f"{have:g} of {of:g} points" if graded else "not graded"
    lines = [
        f"<h4>{html.escape(page.lesson)}</h4>",
        f"<div>{html.escape(page.learner)} · <strong>{points}</strong></div>",
    ]
    notices = []
    if page.status in SAY:
        notices.append(f"{SAY[page.status]} {page.why}.")
    if page.late:
        notices.append(f"Handed in late: {page.late}.")
    notices += [f"{note}" for note in page.notes]
    lines += [f'<div class="notice">{html.escape(text)}</div>' for text in notices]
    if graded and page.states and page.cells:
        lines.append('<table class="verdicts">')
        for exercise in page.assignment.exercises:
            state = page.states.get(exercise.slug, {}).get("state", "lost")
            got = page.scores.get(exercise.slug)
            got = "–" if got is None else f"{got:g}"
            lines.append(
                f'<tr><td><a href="#{exercise.slug}-check">{html.escape(exercise.title)}</a></td>'
                f'<td class="{html.escape(state)}">{WORDS.get(state, WORDS["lost"])}</td>'
                f'<td class="points">{got} / {exercise.points:g}</td></tr>'
            )
        lines.append("</table>")
    return "\n".join(lines)


def _policy(head):
    """A content security policy: the template's own scripts may run, whatever else may not.

    The template loads MathJax for the formulas of the statements. Its scripts all stand in the
    head, before anything of the learner's.
    """
    allowed = set(re.findall(r'<script[^>]*\bsrc="(https://[^"/]+)/', head))
    for script in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", head, re.DOTALL):
        digest = hashlib.sha256(script.encode()).digest()
        allowed.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    scripts = " ".join(sorted(allowed)) or "'none'"
    rules = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {scripts}; "
    rules += "font-src https:; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}"/>'
