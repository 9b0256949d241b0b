"""The seven plots, one file each."""

from course_utils.data.stories.plots.earned import EARNED
from course_utils.data.stories.plots.lost import LOST
from course_utils.data.stories.plots.mended import MENDED
from course_utils.data.stories.plots.noise import NOISE
from course_utils.data.stories.plots.promise import PROMISE
from course_utils.data.stories.plots.soup import SOUP
from course_utils.data.stories.plots.storm import STORM

PLOTS = EARNED, LOST, MENDED, NOISE, PROMISE, SOUP, STORM
