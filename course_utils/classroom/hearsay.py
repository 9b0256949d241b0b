"""What a stranger's kernel sends: how large it is, and the part of it that a notebook may keep."""

from collections.abc import Mapping

KINDS = ("stream", "display_data", "execute_result", "error")


def weight(content):
    """About how many bytes a message's content takes, without writing it out again."""
    total, waiting = 0, [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.keys()
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value
        total += len(value) + 8 if isinstance(value, str) else 8
    return total


def plain_output(output):
    """An output with the fields of nbformat's schema only, each of the right type."""
    kind = output.get("output_type")
    if kind not in KINDS:
        return {"output_type": "stream", "name": "stderr", "text": "(not an output)\n"}
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        trace = output.get("traceback")
        trace = [_text(line) for line in trace] if isinstance(trace, list) else []
        name, message = _text(output.get("ename")), _text(output.get("evalue"))
        return {"output_type": kind, "ename": name, "evalue": message, "traceback": trace}
    data = output.get("data")
    data = data if isinstance(data, Mapping) else {}
    kept = {str(form): _text(text) for form, text in data.items() if not form.endswith("json")}
    plain = {"output_type": kind, "data": kept, "metadata": {}}
    return plain | ({"execution_count": None} if kind == "execute_result" else {})


def _text(value):
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else str(value)
