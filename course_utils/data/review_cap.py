"""How well can anybody do who only counts words? Computed, not measured.

A bag of words is what is left of a text when the order is thrown away: how often each word
occurs. Texts with the same bag look alike to any function of word counts, however clever, so
it must give them one answer, and the best answer is the label that is more probable among
them. Its accuracy is therefore

    cap = sum over all bags of  max(P(bag, good), P(bag, bad))

and no function of counts can have more. There are far too many bags to list. They need not
be listed:

1. Every noun and adjective is drawn uniformly from its group, whatever the other choices
   were, and so are topic, opener and closer. Given *how many* nouns and words of praise and
   blame a shape has, which ones they are, as a bag, does not depend on their order, so it
   says nothing about the label.
2. No word is in two groups (`word_classes` checks it). So the bag of a text tells the bag of
   its shape: replace each adjective by GOOD or BAD, and leave nouns, openers and closers out.

By 2 the bag of the shape can be read off the text's bag, and by 1 the rest adds nothing:
P(label | bag of text) = P(label | bag of shape). The sum over bags of shapes, 154 of them, is
the sum over all bags, exactly; it is done in fractions.

Capital letters and punctuation do not help either: capitals stand in openers and closers
only, and commas are counted here with the words.
"""

from collections import Counter, defaultdict
from fractions import Fraction

from course_utils.data.review_grammar import BAD, GOOD, REVIEWS, SUBJECT, shapes
from course_utils.errors import CourseError

_FRAME = {"the", "was", SUBJECT}  # twice in every shape, so that it tells nothing


def bag_of_words_cap(grammar=REVIEWS):
    """Return the accuracy, a float, that no function of word counts can exceed on reviews.

    It can be reached: by looking up each bag's more probable label.

    Args:
        grammar: `Grammar`; the one that `make_reviews` uses by default.

    Raises:
        CourseError: a word of the grammar is in two groups, so that the proof does not hold.
    """
    word_classes(grammar)
    return float(exact_cap(grammar))


def exact_cap(grammar=REVIEWS):
    """Return the cap as a Fraction, without checking the grammar."""
    chances = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for shape in shapes(grammar):
        chances[frozenset(Counter(shape.words).items())][shape.label] += shape.probability
    return sum(map(max, chances.values()))


def word_classes(grammar=REVIEWS):
    """Return a dict from each word that matters to GOOD, BAD or, for a small word, itself.

    Words are lower-case. What is not in the dict stands only in nouns, openers, closers and
    the frame "the ... was".

    Raises:
        CourseError: a word is in two groups.
    """
    topics = [topic for _, topic in grammar.topics]
    small = {word for shape in shapes(grammar) for word in shape.words} - _FRAME - {GOOD, BAD}
    groups = [
        (GOOD, {word for topic in topics for word in topic.good}),
        (BAD, {word for topic in topics for word in topic.bad}),
        *((word, {word}) for word in sorted(small)),
        (None, {word for topic in topics for word in _neutral(topic)}),
    ]
    found = {}
    for group, words in groups:
        for word in words:
            if word in found:
                raise CourseError(
                    f"the word {word!r} of the grammar is in two groups, {found[word]} and "
                    f"{group or 'words without a say'}.",
                    "use another word in one of them: the cap is exact only without overlap.",
                )
            found[word] = group
    return {word: group for word, group in found.items() if group}


def _neutral(topic):
    """The words of nouns, openers and closers, without those of the frame."""
    phrases = (*topic.openers, *topic.subjects, *topic.closers)
    return {word.strip(".:,").lower() for phrase in phrases for word in phrase.split()} - _FRAME
