"""What may be shown of a stranger's outputs: text and bitmap pictures, nothing that acts.

HTML, SVG, JavaScript, LaTeX, Markdown and widgets are dropped; the text that every output
carries beside them is shown instead, and whoever turns it into HTML escapes it.
"""

import base64
import binascii

MOST_OUTPUTS = 20
MOST_TEXT = 20_000
MOST_IMAGE = 2_000_000  # letters of base64
BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def safe_outputs(outputs):
    """New list of outputs in nbformat's form, rebuilt from what is harmless in `outputs`.

    Args:
        outputs: whatever stands under "outputs" in a notebook; nothing about it is believed.
    """
    safe = []
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            safe.append(_stream(_text(output.get("text"))))
        elif kind == "error":
            said = f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
            safe.append(_stream(said))
        elif kind in ("display_data", "execute_result"):
            safe += _display(output.get("data"))
        if len(safe) >= MOST_OUTPUTS:
            safe.append(_stream("[more outputs are not shown]"))
            break
    return safe


def _display(data):
    if not isinstance(data, dict):
        return []
    text = _text(data.get("text/plain"))
    for kind, begins in BEGINS.items():
        image = _text(data.get(kind), MOST_IMAGE + 1).replace("\n", "")
        if _is_image(image, begins):
            shown = {kind: image, "text/plain": text}
            about = {kind: {"alt": text or "a picture that the code drew"}}
            return [{"output_type": "display_data", "data": shown, "metadata": about}]
    if not text:
        return []
    return [{"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}]


def _is_image(text, begins):
    if not text or len(text) > MOST_IMAGE:
        return False
    try:
        return base64.b64decode(text, validate=True).startswith(begins)
    except (binascii.Error, ValueError):
        return False


def _stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def _text(value, most=MOST_TEXT):
    """`value`, a text or a list of lines, as one text without control characters, cut."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    if not isinstance(value, str):
        return ""
    cut = value[:most] + ("\n[...]" if len(value) > most else "")
    return "".join(c for c in cut if c >= " " or c in "\n\t")
