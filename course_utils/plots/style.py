"""The course's one style: colours that colour-blind readers tell apart, on opaque paper.

The background is a light, opaque tone, so a figure reads the same in a dark theme.
The cycle is built on Okabe and Ito (2008), "Color Universal Design"; yellow is kept out of
it because a thin yellow line vanishes on light paper.
"""

from pathlib import Path

import matplotlib.style
from matplotlib.colors import LinearSegmentedColormap

INK, MUTED, GRID, PAPER = "#22262b", "#626a73", "#dcdad3", "#fbfaf7"
BLUE, ORANGE, GREEN, RED = "#0072b2", "#e08a00", "#00805a", "#c8481a"
PURPLE, SKY, YELLOW = "#a8508a", "#3fa0d8", "#f0e442"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, RED, SKY, INK)

SEQUENTIAL = LinearSegmentedColormap.from_list(
    "course_sequential", ["#fbfaf7", "#b9d6e8", "#4f9cc8", "#0a5c93", "#06294a"]
)
DIVERGING = LinearSegmentedColormap.from_list(
    "course_diverging", ["#8f2f0d", "#e0885f", "#fbfaf7", "#6aaad2", "#064f80"]
)

matplotlib.style.use(Path(__file__).with_name("course.mplstyle"))
