"""Honest outputs: what is stored was produced by the code that stands above it.

A prose edit keeps all outputs. A code edit drops them from that cell to the end, because
everything below may depend on it. The generated `course` cell prints nothing and only finds
the package, so a fork that changes its address keeps its outputs.
"""

from course_utils.authoring.notebook import built_digests, digest


def keep_outputs(old, new):
    """Copy outputs and execution counts from notebook `old` into `new` as far as they hold.

    A cell of `old` that was edited since it was built may or may not have been run again:
    it ends what can be kept.
    """
    edited = edited_cells(old)
    before = [cell for cell in old["cells"] if cell["cell_type"] == "code"]
    after = [cell for cell in new["cells"] if cell["cell_type"] == "code"]
    for was, cell in zip(before, after, strict=False):
        if was["id"] != cell["id"]:
            break
        if cell["id"] != "course" and (was["source"] != cell["source"] or cell["id"] in edited):
            break
        cell["outputs"] = was["outputs"]
        cell["execution_count"] = was["execution_count"]


def edited_cells(notebook):
    """Ids of the cells whose text is not what the builder wrote last."""
    built = built_digests(notebook)
    if built is None:
        return set()
    return {cell["id"] for cell in notebook["cells"] if built.get(cell["id"]) != digest(cell)}


def missing_outputs(notebook):
    """True if some code cell was never run."""
    return any(
        cell["cell_type"] == "code" and cell["execution_count"] is None
        for cell in notebook["cells"]
    )


def tidy(notebook):
    """Normalise a fresh run: counts 1..n, one output per run of a stream, no transient data."""
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = [_plain(output, count) for output in _merge(cell["outputs"])]


def _merge(outputs):
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            merged[-1] = last | {"text": last["text"] + output["text"]}
        else:
            merged.append(output)
    return merged


def _plain(output, count):
    output = {key: value for key, value in output.items() if key != "transient"}
    if output["output_type"] == "execute_result":
        output["execution_count"] = count
    return output
