"""Draw the README's two pictures anew: python .github/images/draw.py

`course-map.png` is drawn; `built.png` puts six figures of the built lessons side by side.
"""

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from course_utils.plots import style  # noqa: E402
from course_utils.plots.course_map import course_map  # noqa: E402
from course_utils.plots.figure import _png  # noqa: E402

# lesson number: slug of the cell whose figure is shown
CHOSEN = {0: "bigram", 1: "plane", 3: "backward", 7: "cam-equal", 8: "co2-draw", 10: "align"}
WIDTH, GAP = 760, 24


def stored(number, slug):
    """The figure that the cell `slug` of lesson `number` has stored, as a picture."""
    path = next((ROOT / "notebooks").glob(f"{number:02}_*.ipynb"))
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = next(cell["outputs"] for cell in cells if cell["id"] == slug)
    png = next(o["data"]["image/png"] for o in outputs if "image/png" in o.get("data", {}))
    return Image.open(io.BytesIO(base64.b64decode("".join(png)))).convert("RGB")


def collage(pictures):
    """Two columns of equal width; each row as tall as its taller picture."""
    shrunk = [p.resize((WIDTH, round(p.height * WIDTH / p.width)), 1) for p in pictures]
    rows = [shrunk[i : i + 2] for i in range(0, len(shrunk), 2)]
    heights = [max(p.height for p in row) for row in rows]
    size = (2 * WIDTH + GAP, sum(heights) + GAP * (len(rows) - 1))
    sheet = Image.new("RGB", size, style.PAPER)
    y = 0
    for row, height in zip(rows, heights, strict=True):
        for column, picture in enumerate(row):
            sheet.paste(picture, (column * (WIDTH + GAP), y + (height - picture.height) // 2))
        y += height + GAP
    # Without k-means the pictures take the palette from the pale cells.
    return sheet.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)


if __name__ == "__main__":
    ready = len(list((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")))
    (HERE / "course-map.png").write_bytes(_png(course_map(ready=ready).figure))
    collage([stored(n, slug) for n, slug in CHOSEN.items()]).save(HERE / "built.png", optimize=True)
