"""Bring edits made in Jupyter back into the source; lose nothing.

What was edited is known by the digests that the builder stored. An edit that has no place in
the source (a learner's answer, a cell the builder writes itself, a cell that was also changed
in the source) is kept as a file in `notebooks/pulled/`; then both notebooks are built anew.
"""

import re

from course_utils.authoring import builder
from course_utils.authoring.notebook import GENERATED, built_digests, digest, write_atomically
from course_utils.authoring.patch import SourceText, with_markers
from course_utils.authoring.source import RESERVED, parse_lesson
from course_utils.errors import CourseError, SourceError


def pull(course, source):
    """Pull the edits of both notebooks of `source`; return lines that say what happened."""
    work = Pull(source.read_text("utf-8"), source.name)
    edited = False
    for path, base in builder.targets(course, source):
        notebook = builder.read_notebook(path)
        if notebook is None or not builder.edited_by_hand(notebook, base):
            continue
        edited = True
        name = path.relative_to(course.notebooks).as_posix()
        work.take(name, notebook, base, is_solutions=path.parent == course.solutions)
    if not edited:
        return [f"{source.stem}: nothing to pull"]
    for slug, kind, text, reason in work.aside:
        path = _keep(course, source.name[:2], slug, kind, text)
        work.lines.append(f"{slug}: {reason}; kept in {path.relative_to(course.root).as_posix()}")
    if work.changed:
        write_atomically(source, work.source.text())
        work.lines.append(f"src/{source.name}: written")
    return work.lines + builder.build(course, source, force=True)


class Pull:
    """The edits of a lesson's notebooks, applied one by one to its source.

    `source` is the patched text, `lines` what was done, `aside` what was not: (slug, kind,
    text, reason). An edit that would break the source goes aside, the others are not harmed.
    """

    def __init__(self, text, file):
        self.file = file
        self.source = SourceText(text, file)
        self.lesson = parse_lesson(text, file)
        self.cells = {cell.slug: cell for cell in self.lesson.cells}
        self.changed = False
        self.lines, self.aside, self.done = [], [], {}

    def take(self, name, notebook, base, is_solutions):
        """Apply the edits of one notebook; `base` is what the source builds now."""
        base = {cell["id"]: cell for cell in base["cells"]}
        was = built_digests(notebook) or {slug: digest(cell) for slug, cell in base.items()}
        names = [cell["id"] for cell in notebook["cells"]]
        if 2 * len(set(names) & set(was)) < len(was):
            raise CourseError(
                f"{name} has lost the names of its cells; edits cannot be told from new cells.",
                "copy what you changed into the source by hand, then build --force.",
            )
        theirs = {slug for slug in base if digest(base[slug]) != was.get(slug)}
        last = "front"
        for cell in notebook["cells"]:
            slug = cell["id"]
            if slug in was or slug in base:
                if slug in base and slug not in GENERATED:
                    last = slug
                if digest(cell) not in (was.get(slug), digest(base.get(slug, cell))):
                    self._edit(name, cell, slug in base, slug in theirs, is_solutions)
                elif slug not in base and digest(cell) != was[slug]:
                    self._put_aside(cell, "its cell is gone from the source")
            elif cell["source"].strip():
                last = self._add(name, cell, last, is_solutions)
        if is_solutions:
            return
        gone = [slug for slug in was if slug in base and slug not in names]
        self._remove(name, [slug for slug in gone if slug not in GENERATED], theirs)
        self._reorder(name, [slug for slug in names if slug in base and slug in was])

    def _edit(self, name, cell, known, theirs, is_solutions):
        slug, text = cell["id"], cell["source"].strip("\n")
        mine = self.cells.get(slug)
        if not known or (mine is None and slug not in GENERATED):
            return self._put_aside(cell, "its cell is gone from the source")
        if slug in GENERATED or mine.is_show:
            return self._put_aside(cell, "the builder writes this cell")
        if mine.is_exercise and not is_solutions:
            return self._put_aside(cell, "an answer, not part of the source")
        if theirs or self.done.get(slug, text) != text:
            return self._put_aside(cell, "also changed elsewhere")
        if cell["cell_type"] != mine.kind:
            return self._put_aside(cell, f"turned from {mine.kind} into {cell['cell_type']}")
        if mine.is_exercise:
            text = with_markers(mine.text, text)
            if text is None:
                return self._put_aside(cell, "the place of # solution is not clear")
        self.done[slug] = cell["source"].strip("\n")
        problem = self._try(lambda source: source.replace(slug, text))
        if problem:
            return self._put_aside(cell, problem)
        self.lines.append(f"{slug}: pulled from {name}")

    def _add(self, name, cell, last, is_solutions):
        kind = cell["cell_type"]
        if is_solutions or kind not in ("code", "markdown"):
            self._put_aside(cell, "a new cell that has no place in the source")
            return last
        slug, after = self._slug(cell["source"]), self._after(last)
        problem = self._try(lambda source: source.insert(after, slug, kind, cell["source"]))
        if problem:
            self._put_aside(cell | {"id": slug}, problem)
            return last
        self.lines.append(f"{slug}: new, added after {after}")
        return slug

    def _remove(self, name, gone, theirs):
        for slug in list(gone):
            if slug in theirs:
                self.lines.append(f"{slug}: deleted in {name}, but changed in the source: left")
                gone.remove(slug)
        groups = []
        for parts in self.lesson.exercises():
            slugs = [cell.slug for cell in parts]
            if set(slugs[:3]) <= set(gone):
                groups.append(slugs)
                gone = [slug for slug in gone if slug not in slugs]
        for slugs in groups + [[slug] for slug in gone]:
            problem = self._try(lambda source, slugs=slugs: source.remove(slugs))
            self.lines.append(f"{', '.join(slugs)}: {problem or 'removed'}")

    def _reorder(self, name, names):
        blocks = list(self.source.blocks)
        wanted = [slug for slug in names if slug in self.source.blocks and slug not in GENERATED]
        if [slug for slug in blocks if slug in wanted] == wanted:
            return
        groups, current = {}, "front"
        for slug in blocks:  # a cell the lesson does not show stays behind the one before it
            current = slug if slug in wanted else current
            groups.setdefault(current, []).append(slug)
        order = groups["front"] + [slug for start in wanted for slug in groups[start]]
        problem = self._try(lambda source: source.reorder(order))
        self.lines.append(f"{self.file}: cells {problem or 'reordered'}")

    def _try(self, change):
        """Apply `change`, or say why it would break the source and leave it."""
        trial = SourceText(self.source.text(), self.file)
        try:
            change(trial)
            parse_lesson(trial.text(), self.file)
        except SourceError as error:
            return f"not pulled ({error.what.partition(': ')[2].rstrip('.')})"
        self.source, self.changed = trial, True
        return None

    def _put_aside(self, cell, reason):
        self.aside.append((cell["id"], cell["cell_type"], cell["source"], reason))

    def _after(self, slug):
        """`slug`, or the end of its exercise: nothing can stand between an exercise's cells."""
        for parts in self.lesson.exercises():
            if slug in [cell.slug for cell in parts]:
                return parts[-1].slug
        return slug if slug in self.source.blocks else "front"

    def _slug(self, text):
        """A new name from the first words of `text`."""
        words = re.findall(r"[a-z0-9]+", text.lower())[:3] or ["cell"]
        slug, number = "-".join(words), 1
        while slug in self.source.blocks or slug in RESERVED:
            number += 1
            slug = f"{'-'.join(words)}-{number}"
        return slug


def _keep(course, number, slug, kind, text):
    """Write `text` to a file of its own that did not exist, or that already says the same."""
    slug = re.sub(r"[^A-Za-z0-9-]", "-", slug)
    suffix = ".py" if kind == "code" else ".md"
    copy = 1
    while True:
        path = course.pulled / f"{number}_{slug}{f'-{copy}' if copy > 1 else ''}{suffix}"
        if not path.is_file():
            write_atomically(path, text.rstrip("\n") + "\n")
            return path
        if path.read_text("utf-8") == text.rstrip("\n") + "\n":
            return path
        copy += 1
