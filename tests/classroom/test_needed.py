"""The slice of a notebook that an answer needs: small, and enough."""

import time

import pytest

from course_utils.classroom.needed import facts_of, needed
from tests.classroom import border

LESSONS = border.lesson_numbers()


def slice_of(text, *names):
    """Ids of the needed cells of a notebook given as cells between lines of ---; ids count up."""
    sources = [part.strip("\n") for part in text.split("---")]
    cells = [{"cell_type": "code", "id": str(n), "source": s} for n, s in enumerate(sources)]
    return " ".join(needed(cells, names))


SETUP = "from course_utils.runtime import setup\nimport numpy as np\nsetup(seed=1)\n---\n"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("def f(x): return x", "0 1"),
        ("print(1)\n---\ndef f(x): return x\n---\nf(2)", "0 2"),
        ("a = 1\n---\nb = a\n---\nc = 3\n---\ndef f(x): return b", "0 1 2 4"),
        ("def g(x): return h(x)\n---\ndef h(x): return x\n---\ndef f(x): return g(x)", "0 1 2 3"),
        ("a = 1\n---\na = 2\n---\ndef f(x): return a", "0 2 3"),
        ("a = 1\n---\na += 2\n---\ndef f(x): return a", "0 1 2 3"),
        ("a = 1\n---\na = a + 2\n---\ndef f(x): return a", "0 1 2 3"),
        ("a = 1\n---\nif a: a = 2\n---\ndef f(x): return a", "0 1 2 3"),
        ("a = []\n---\na.append(1)\n---\ndef f(x): return a", "0 1 2 3"),
        ("a = {}\n---\na['k'] = 1\n---\ndel a['k']\n---\ndef f(x): return a", "0 1 2 3 4"),
        ("class A: pass\n---\nA.g = lambda s: 1\n---\ndef f(x): return A", "0 1 2 3"),
        ("class A: pass\n---\nsetattr(A, 'g', 1)\n---\ndef f(x): return A", "0 1 2 3"),
        ("np.set_printoptions(precision=2)\n---\ndef f(x): return np.sum(x)", "0 2"),
        ("def f(x): return x\n---\ndef f(x): return x + 1", "0 2"),
        ("def f(x): return late(x)\n---\ndef late(x): return x", "0 1 2"),
        ("from math import *\n---\ndef f(x): return sqrt(x)", "0 1 2"),
        ("import math\n---\ndef g(x): return math.pi\n---\n@g\ndef f(x): return 1", "0 1 2 3"),
        ("n = 3\n---\ndef f(x, n=n): return n", "0 1 2"),
        ("n = int\n---\ndef f(x: n) -> n: return x", "0 1 2"),
        ("class B: pass\n---\nclass f(B): pass", "0 1 2"),
        ("n = 3\n---\nclass f:\n    size = n\n    def g(self): return m\n---\nm = 1", "0 1 2 3"),
        ("n = [1]\n---\nf = lambda x: [k for k in n]", "0 1 2"),
        ("k = 5\n---\nt = [k for k in range(3)]\n---\ndef f(x): return t", "0 2 3"),
        (
            "i = 5\n---\nt = []\nfor i in [1]:\n    t.append(i)\n---\ndef f(x): return t",
            "0 2 3",
        ),
        ("x = 1\n---\ndef f(x):\n    y = x\n    return y", "0 2"),
        ("def g():\n    global h\n    h = 1\ng()\n---\ndef f(x): return h", "0 1 2"),
        ("(a, b), *c = (1, 2), 3\n---\ndef f(x): return c", "0 1 2"),
        ("if (n := 3): pass\n---\ndef f(x): return n", "0 1 2"),
        ("with open('x') as a: pass\n---\ndef f(x): return a", "0 1 2"),
        (
            "try:\n    import json\nexcept OSError:\n    json = 0\n---\nf = json.loads",
            "0 1 2",
        ),
        ("%matplotlib inline\nn = 3\n---\ndef f(x): return n", "0 1 2"),
        ("!pip list\nn = 3\n---\ndef f(x): return n", "0 1 2"),
        ("np.sum?\nn = 3\n---\ndef f(x): return n", "0 1 2"),
        ("%%time\nn = 3\n---\ndef f(x): return n", "0 1 2"),
        ("%%bash\nn=3\n---\ndef f(x): return x", "0 2"),
        ("files = !ls\n---\ndef f(x): return files", "0 1 2"),
        ("def f(x)\n    return helper(x)\n---\nhelper = abs", "0 1"),
        ("n = = 3\n---\ndef f(x): return n", "0 1 2"),
        ("def f(x): return x\nreturn 3", "0 1"),
        ("def other(x): return x", "0"),
        ("", "0"),
        ("def f(x): return f(x - 1)", "0 1"),
        ("s = 'def f(x): pass'", "0"),
        ("text = '''\n%d percent\n!here\n'''\n---\ndef f(x): return text", "0 1 2"),
    ],
)
def test_which_cells_are_needed(text, want):
    assert slice_of(SETUP + text, "f") == want


def test_several_answers_share_one_slice_in_the_notebooks_order():
    text = SETUP + "a = 1\n---\ndef f(x): return a\n---\nb = 2\n---\ndef g(x): return b"
    assert slice_of(text, "g", "f") == "0 1 2 3 4"
    assert slice_of(text, "g") == "0 3 4"
    assert slice_of(text, "nothing") == "0"
    assert needed([], ["f"]) == []
    assert needed([{"cell_type": "markdown", "id": "m", "source": "def f(): 1"}], ["f"]) == []


def test_hostile_texts_are_read_in_linear_time_and_never_run():
    begin = time.process_time()
    for text in (
        "(" * 100_000,
        "a = " + "-" * 50_000 + "1",
        "x" * 1_000_000,
        "f" + ".a" * 20_000 + "()",
        "\n".join(f"a{n} = a{n - 1}" for n in range(3_000)),
        "a = 1 " * 50_000,
        "\x00 = 3",
        "\ud800 = 3",
        "raise SystemExit",
        "import os; os._exit(1)",
        "%" * 100_000,
        " " * 100_000 + "?x",
        ("a " * 50_000 + "\n") * 2,
    ):
        facts_of(text)
    assert time.process_time() - begin < 20


@pytest.mark.parametrize("number", LESSONS)
def test_the_slice_is_enough_for_every_solution_and_stays_small(number):
    solutions, solved, asked = border.notebooks(number)
    learners = border.lesson_notebook(*border.lesson(number))
    names = [name for _, _, name in asked]
    keep = needed(solved["cells"], names)
    extra = [cell for cell in keep if cell not in {slug for slug, _, _ in asked}]
    assert extra[0] == "setup"
    assert len(extra) <= 4, "a lesson's slice holds no training and no pictures"
    assert set(needed(solutions["cells"], names)) == set(keep)

    def run(notebook):
        space = {"__name__": "__main__"}
        chosen = needed(notebook["cells"], names)
        for cell in notebook["cells"]:
            if cell["id"] in chosen:
                exec(compile(cell["source"], cell["id"], "exec"), space)
        return space

    def namespace():
        both = {"solved": run(solved), "stub": run(learners)}
        return {f"{kind} {name}": space[name] for kind, space in both.items() for name in names}

    twice = [
        (f"{kind} {slug}", check, f"{kind} {name}")
        for kind in ("solved", "stub")
        for slug, check, name in asked
    ]
    verdicts = border.judged(twice, namespace, wait=60)
    for slug, verdict in verdicts.items():
        state = verdict["state"]
        clinic = "clinic" in slug  # its stub is the broken code
        fine = (
            state == "pass"
            if slug.startswith("solved")
            else state in ("todo", "miss")[: 1 + clinic]
        )
        assert fine, verdict
