"""Model sizes: every known model is a point, every unknown one a question mark."""

from course_utils.data.large_models import load_large_models
from course_utils.plots.model_sizes import sizes_and_tokens, sizes_by_year


def test_undisclosed_sizes_are_question_marks_not_points():
    models = load_large_models()
    ax = sizes_by_year(models, {"GPT-3": (6, 0)}, {"yours": 4e3})
    marks = "".join(t.get_text() for t in ax.texts if set(t.get_text()) == {"?"})
    assert len(marks) == models.parameters.isna().sum()
    assert {"GPT-3", "yours"} <= {t.get_text() for t in ax.texts}


def test_a_mixture_of_experts_stands_at_its_active_parameters():
    ax = sizes_and_tokens(load_large_models(), {"DeepSeek-V3": (6, 0)}, [1e24])
    assert [3.7e10, 1.48e13] in [p.tolist() for line in ax.lines for p in line.get_xydata()]
