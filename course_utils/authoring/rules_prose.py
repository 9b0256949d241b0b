"""What is asked of a lesson's prose: it can be read, everywhere, and has its sections."""

import re

MAX_WORDS = 35
MIN_PREDICTIONS = 3
MIN_REFERENCES = 3
MAX_SECONDS = 60
PREDICTION = re.compile(r"^> \*\*Predict first\.\*\*", re.MULTILINE)
SECTIONS = {
    "pitfalls": re.compile(r"^#+ .*what goes wrong", re.IGNORECASE | re.MULTILINE),
    "summary": re.compile(r"^#+ .*summary", re.IGNORECASE | re.MULTILINE),
    "references": re.compile(r"^#+ .*references", re.IGNORECASE | re.MULTILINE),
}
HINTS = {"pitfalls": "What goes wrong", "summary": "Summary", "references": "References"}

FENCE = re.compile(r"^(```+|~~~+).*?^\1", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>|<!--")
NOT_EVERYWHERE = [
    (re.compile(r"!\["), "an image from outside; draw it with code and show it with alt text"),
    (re.compile(r"^> \[!\w+\]", re.MULTILINE), "a GitHub alert; use a blockquote and bold"),
    (re.compile(r"\[\^[^\]]+\]"), "a footnote, which Jupyter does not show; use parentheses"),
    (re.compile(r"^:::|^```\{|\{\w+\}`", re.MULTILINE), "MyST markup, which GitHub shows raw"),
    (re.compile(r"\\\(|\\\["), r"\( or \[ for maths; use $...$"),
    (re.compile("[\U0001f000-\U0001faff☀-⚿✨❌❓❗️]"), "an emoji"),
]
SENTENCE_END = re.compile(r"(?<=[.?!])[\"')*_]*\s+")
QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
NEW_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]\s|\d+\.\s|#+\s|\|))")


def judge(lesson):
    """Yield (slug, problem) for the prose of `lesson`, its front matter included."""
    front = lesson.front
    if front.seconds > MAX_SECONDS:
        yield "front", f"{front.seconds} s of computing, at most {MAX_SECONDS}"
    for text in (front.question, front.hook, front.needs, *front.able):
        yield from (("front", problem) for problem in _text(text))
    prose = [cell for cell in lesson.cells if cell.kind == "markdown"]
    for cell in prose:
        yield from ((cell.slug, problem) for problem in _text(cell.text))
        if re.search(r"^# ", FENCE.sub("", cell.text), re.MULTILINE):
            yield cell.slug, "a heading of level 1; that is the lesson's title"
    yield from _predictions(lesson)
    yield from _sections(prose)


def _text(text):
    plain = MATH.sub("M", CODE.sub("C", FENCE.sub("\n\n", text)))
    for found in TAG.finditer(plain):
        if (found[1] or "").lower() not in ("details", "summary"):
            yield f"raw HTML {found[0]!r}; only <details> and <summary> are shown everywhere"
    for pattern, problem in NOT_EVERYWHERE:
        if pattern.search(plain):
            yield problem
    for sentence in sentences(plain):
        words = len(sentence.split())
        if words > MAX_WORDS:
            start = " ".join(sentence.split()[:8])
            yield f"a sentence of {words} words, at most {MAX_WORDS}: {start!r} ..."


def sentences(plain):
    """The sentences of markdown without code and maths; table rows and headings count alone."""
    text = QUOTE.sub("", LINK.sub(r"\1", TAG.sub("\n\n", plain))).replace("**", "")
    for block in NEW_BLOCK.split(text):
        if block.lstrip().startswith("|"):
            continue
        block = re.sub(r"^\s*(?:[-*+]\s+|\d+\.\s+|#+\s+)?", "", block)
        yield from (part for part in SENTENCE_END.split(block) if part.strip())


def _predictions(lesson):
    shown = [cell for cell in lesson.cells if "solution" not in cell.tags]
    count = 0
    for at, cell in enumerate(shown):
        asked = len(PREDICTION.findall(cell.text)) if cell.kind == "markdown" else 0
        count += asked
        if asked and (at + 1 == len(shown) or shown[at + 1].kind != "code"):
            yield cell.slug, "a prediction that no code cell answers next"
        elif asked and all(later.kind != "markdown" for later in shown[at + 2 : at + 5]):
            yield cell.slug, "a prediction whose answer no text explains after the code"
    if count < MIN_PREDICTIONS:
        yield (
            "lesson",
            f"{count} predictions ('> **Predict first.** ...'), at least {MIN_PREDICTIONS}",
        )


def _sections(prose):
    for name, pattern in SECTIONS.items():
        cells = [cell for cell in prose if pattern.search(cell.text)]
        if not cells:
            yield "lesson", f"no section of {name} (## {HINTS[name]})"
        elif name == "references":
            text = cells[-1].text
            items = len(re.findall(r"^\s*(?:[-*+]|\d+\.) ", text, re.MULTILINE))
            if items < MIN_REFERENCES:
                yield cells[-1].slug, f"{items} references, at least {MIN_REFERENCES}"
