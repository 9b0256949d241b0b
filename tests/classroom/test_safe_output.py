"""Of a stranger's outputs only text and bitmaps remain."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.classroom.safe_output import MOST_OUTPUTS, MOST_TEXT, safe_outputs

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 20).decode()


def shown(data):
    return [
        output["data"] for output in safe_outputs([{"output_type": "display_data", "data": data}])
    ]


@pytest.mark.parametrize(
    "kind",
    ["text/html", "image/svg+xml", "application/javascript", "text/latex", "text/markdown"]
    + ["application/vnd.jupyter.widget-view+json", "application/pdf", "text/vnd.mermaid"],
)
def test_what_acts_is_dropped_and_its_text_stays(kind):
    assert shown({kind: "<script>alert(1)</script>", "text/plain": "x"}) == [{"text/plain": "x"}]
    assert shown({kind: "<script>alert(1)</script>"}) == []


def test_a_bitmap_stays_with_its_words_and_metadata_does_not():
    (kept,) = safe_outputs(
        [
            {
                "output_type": "execute_result",
                "data": {"image/png": [PNG[:10] + "\n", PNG[10:]], "text/plain": "a picture"},
                "metadata": {"image/png": {"width": '1" onload="alert(1)'}},
            }
        ]
    )
    assert kept["data"] == {"image/png": PNG, "text/plain": "a picture"}
    assert kept["metadata"] == {"image/png": {"alt": "a picture"}}


@pytest.mark.parametrize(
    "image",
    ['x" onerror="alert(1)', base64.b64encode(b"<svg onload=alert(1)>").decode(), "", None, 3]
    + [PNG + '"><script>', "A" * 3_000_000],
)
def test_what_is_no_bitmap_is_no_picture(image):
    assert shown({"image/png": image, "text/plain": "x"}) == [{"text/plain": "x"}]


def test_text_is_cut_and_loses_control_characters():
    (one,) = safe_outputs([{"output_type": "stream", "text": "a\x1b[31m\0\x08b\n\tc"}])
    assert one["text"] == "a[31mb\n\tc"
    (long,) = safe_outputs([{"output_type": "stream", "text": ["x" * MOST_TEXT, "y"]}])
    assert len(long["text"]) < MOST_TEXT + 10
    many = safe_outputs([{"output_type": "stream", "text": "x"}] * 1000)
    assert len(many) == MOST_OUTPUTS + 1 and "not shown" in many[-1]["text"]


def test_an_error_is_its_name_and_message_without_the_traceback():
    output = {"output_type": "error", "ename": "E", "evalue": "m", "traceback": ["secret"]}
    assert safe_outputs([output])[0]["text"] == "E: m"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(["output_type", "data", "text", "ename", "metadata"])


@given(JSON | st.lists(st.dictionaries(KEYS, st.sampled_from(["stream", "error"]) | JSON)))
def test_nothing_that_stands_under_outputs_raises(value):
    import json

    json.dumps(safe_outputs(value))
