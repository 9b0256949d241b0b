"""Little stories whose probability is known: written, measured, read back, checked, asked about.

A story is one line. Its last character, the line end, counts as a character; where a model is
trained with an end token, that token takes the line end's place. Then bits per character are
comparable with `entropy()`, which no model can beat.
"""

from course_utils.data.stories.asking import Question, questions
from course_utils.data.stories.floor import Entropy, count_stories, entropy
from course_utils.data.stories.grammar import WORDS, fingerprint
from course_utils.data.stories.read_back import Derivation, log2_probability, parse
from course_utils.data.stories.validate import Verdict, check_story
from course_utils.data.stories.write import (
    Splits,
    Story,
    load_stories,
    story_stream,
    write_stories,
    write_story,
)

__all__ = (
    ["WORDS", "Derivation", "Entropy", "Question", "Splits", "Story", "Verdict", "check_story"]
    + ["count_stories", "entropy", "fingerprint", "load_stories", "log2_probability", "parse"]
    + ["questions", "story_stream", "write_stories", "write_story"]
)
