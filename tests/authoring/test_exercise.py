"""One source, two copies: what learners get, and what the solutions notebook shows."""

import ast
import textwrap

import pytest

from course_utils.authoring.exercise import REPLACE, regions, solution, stub


def cell(text):
    return textwrap.dedent(text).strip("\n")


PLAIN = cell('''
    def mask(T):
        """True where row i may read column j."""
        # solution
        rows = np.arange(T)
        return rows[:, None] >= rows
''')

CLINIC = cell("""
    def accuracy(p, labels):
        # solution
        return np.mean((p > 0.5) == labels)
        # stub
        # for each in p:
        #     print(each)
        # return np.mean(p == labels)
""")

LAYER = cell('''
    class Layer:
        def forward(self, x):
            self._saved = x
            # solution
            text = """
    not indented
    """
            return x @ self.w

        # The other direction.
        def backward(self, dy):
            if dy is None:
                # solution
                return 0
            return dy @ self.w.T
            # a remark that ends the method


    def helper():
        # solution
        pass
''')


def test_a_stub_keeps_what_stands_above_the_marker():
    assert stub(PLAIN) == cell(f'''
        def mask(T):
            """True where row i may read column j."""
            {REPLACE}
    ''')


def test_a_solution_loses_only_the_marker():
    assert solution(PLAIN) == PLAIN.replace("    # solution\n", "")


def test_a_bug_clinic_gives_the_broken_code_after_the_raise():
    assert stub(CLINIC) == cell(f"""
        def accuracy(p, labels):
            {REPLACE}
            for each in p:
                print(each)
            return np.mean(p == labels)
    """)
    assert solution(CLINIC) == cell("""
        def accuracy(p, labels):
            return np.mean((p > 0.5) == labels)
    """)


def test_methods_blocks_and_several_markers():
    assert stub(LAYER) == cell(f"""
        class Layer:
            def forward(self, x):
                self._saved = x
                {REPLACE}

            # The other direction.
            def backward(self, dy):
                if dy is None:
                    {REPLACE}
                return dy @ self.w.T
                # a remark that ends the method


        def helper():
            {REPLACE}
    """)
    assert "# solution" not in solution(LAYER)
    assert solution(LAYER).count("\n") == LAYER.count("\n") - 3


@pytest.mark.parametrize("text", [PLAIN, CLINIC, LAYER], ids=["plain", "clinic", "layer"])
def test_both_copies_are_valid_python(text):
    ast.parse(stub(text))
    ast.parse(solution(text))


def test_an_unsolved_stub_raises_not_implemented():
    names = {}
    exec(stub(CLINIC), names)
    with pytest.raises(NotImplementedError, match="replace this line"):
        names["accuracy"](1, 2)


def test_a_marker_inside_a_string_is_text():
    text = cell('''
        def f():
            """
            # solution
            """
            # solution
            return 1
    ''')
    assert len(regions(text)) == 1
    assert stub(text).count("# solution") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f():\n    return 1", "no line # solution"),
        ("# solution\nx = 1", "does not stand before a statement"),
        ("class A:\n    # solution\n    x = 1", "does not stand before a statement"),
        ("def f():\n    return 1\n    # solution", "does not stand before a statement"),
        ("def f():\n    pass\n# solution\nx = 1", "does not stand before a statement"),
        ("def f():\n    # stub\n    # solution\n    return 1", "# stub does not follow"),
        (
            "def f(x):\n    # solution\n    if x:\n        # solution\n        pass\n    return 2",
            "a # solution inside another",
        ),
    ],
)
def test_a_misplaced_marker_is_explained(text, says):
    with pytest.raises(ValueError) as caught:
        regions(text)
    assert says in caught.value.args[1]
