"""The gate's rules about prose, each broken once in the tiny lesson."""

import pytest

from course_utils.authoring.rules_prose import judge, sentences
from course_utils.authoring.source import read_lesson

LONG = "word " * 35 + "end."


@pytest.fixture
def problems(tiny):
    return lambda: list(judge(read_lesson(tiny)))


def test_the_tiny_lesson_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "slug", "says"),
    [
        ("The second one is.", LONG, "pictures-why", "a sentence of 36 words"),
        ("Nobody learns from it.", LONG, "front", "a sentence of 36 words"),
        ("The second one is.", "<b>The</b> second.", "pictures-why", "raw HTML '<b>'"),
        ("The second one is.", 'A <br/> and <img src="x">', "pictures-why", "raw HTML '<img"),
        ("The second one is.", "<!-- hidden -->", "pictures-why", "raw HTML '<!--'"),
        ("The second one is.", "![alt](picture.png)", "pictures-why", "an image from outside"),
        ("The second one is.", "> [!NOTE]\n# > Look.", "pictures-why", "a GitHub alert"),
        ("The second one is.", "See[^1].", "pictures-why", "a footnote"),
        ("The second one is.", ":::note", "pictures-why", "MyST"),
        ("The second one is.", r"\(x\)", "pictures-why", "use $...$"),
        ("The second one is.", "Well done \U0001f389", "pictures-why", "an emoji"),
        ("## Summary", "# Summary", "summary", "a heading of level 1"),
        ("## Summary", "## In short", "lesson", "no section of summary"),
        ("## References", "## Reading", "lesson", "no section of references"),
        ("## What goes wrong, and how it looks", "## Traps", "lesson", "no section of pitfalls"),
        ("# 2. Kluyver et al. (2016), *Jupyter Notebooks*.\n", "", "references", "2 references"),
        ("> **Predict first.** Which", "> Which", "lesson", "2 predictions"),
        ("seconds = 2", "seconds = 61", "front", "61 s of computing, at most 60"),
    ],
)
def test_a_broken_rule_is_reported_with_its_cell(tiny, edit, problems, old, new, slug, says):
    edit(tiny, old, new)
    assert [p for p in problems() if p[0] == slug and says in p[1]], problems()


def test_a_prediction_needs_code_and_then_words(tiny, edit, problems):
    edit(tiny, "# 1. A lesson can be small.", "# > **Predict first.** What next?")
    assert problems() == [("summary", "a prediction that no code cell answers next")]


def test_a_prediction_whose_answer_is_never_told_is_reported(tiny, problems):
    text = tiny.read_text("utf-8") + '\n# %% [markdown] slug="q"\n# > **Predict first.** What?\n'
    tiny.write_text(text + '\n# %% slug="a"\nprint(1)\n', "utf-8")
    assert problems() == [("q", "a prediction whose answer no text explains after the code")]


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>More</summary>\n\nText.\n\n</details>",
        "If $a<b$ and $b>c$ then `<b>` is code.",
        "```html\n<b>bold</b>\n```",
        "See <https://example.org/a>.",
        "| a | b |\n|---|---|\n" + "| " + "cell " * 40 + "| x |",
        "- " + "one two three. " * 20,
        "$$\n" + "x + " * 40 + "y\n$$",
        "Tick ✓, cross ✗, arrow →, multiplication ×.",
    ],
)
def test_what_shows_everywhere_is_allowed(tiny, edit, problems, text):
    edit(tiny, "# The second one is.", "\n".join(f"# {line}".rstrip() for line in text.split("\n")))
    assert problems() == []


def test_sentences_end_at_stops_lists_and_blank_lines():
    text = "One two. Three?\nFour\nfive.\n\n- six\n- seven 3.5 eight\n\n> **Nine.** Ten\n> eleven"
    found = [" ".join(sentence.split()) for sentence in sentences(text)]
    assert found == [
        "One two.", "Three?", "Four five.", "six", "seven 3.5 eight", "Nine.", "Ten eleven",
    ]  # fmt: skip
