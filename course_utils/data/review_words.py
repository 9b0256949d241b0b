"""The words of the generated reviews: five topics, and the small words that decide.

No word is in two of these groups: adjectives of praise, adjectives of blame, and each of the
small words of `review_grammar.REVIEWS`. The exact cap needs it, and a test holds it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """What one kind of review is about; every phrase is as likely as any other of its kind.

    Args:
        openers: how a review begins, with its colon; says nothing about the verdict.
        subjects: what can be praised or blamed: singular nouns.
        good, bad: adjectives that fit every subject.
        closers: a last sentence that says nothing about the verdict; "" for none.
    """

    openers: tuple[str, ...]
    subjects: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    closers: tuple[str, ...]


RESTAURANT = Topic(
    openers=(
        "Friday dinner at Amina's:",
        "Lunch near the harbour:",
        "Back at the corner bistro:",
        "We walked in without booking:",
        "Our table faced the window:",
        "Four friends, one rainy Tuesday:",
    ),
    subjects=("soup", "bread", "fish", "dessert", "coffee", "salad"),
    good=("fresh", "tasty", "delicious", "fragrant", "superb", "memorable"),
    bad=("bland", "stale", "tasteless", "oily", "mediocre", "dreadful"),
    closers=("", "", "We paid in cash.", "We were nine.", "The menu changes weekly."),
)
FILM = Topic(
    openers=(
        "Saw this with my sister:",
        "Three hours in row nine:",
        "Late show on Sunday:",
        "Watched it twice:",
        "Chosen for movie night:",
        "Seen at the old Rialto:",
    ),
    subjects=("plot", "acting", "music", "ending", "dialogue", "editing"),
    good=("moving", "clever", "funny", "gripping", "honest", "elegant"),
    bad=("dull", "confusing", "clumsy", "predictable", "lifeless", "silly"),
    closers=("", "", "It runs two hours.", "There are subtitles.", "We sat up front."),
)
BOOK = Topic(
    openers=(
        "Read this on the train:",
        "Finished it on a Sunday:",
        "A gift from uncle Kwame:",
        "Our book club chose this:",
        "Four hundred pages later:",
        "Borrowed from the library:",
    ),
    subjects=("story", "opening", "prose", "humour", "heroine", "narrator"),
    good=("vivid", "wise", "witty", "tender", "surprising", "convincing"),
    bad=("tedious", "shallow", "muddled", "dreary", "stilted", "forgettable"),
    closers=("", "", "I lent it to Priya.", "There is a sequel.", "It took five evenings."),
)
HOTEL = Topic(
    openers=(
        "Two nights in Lisbon:",
        "We stayed here in March:",
        "One week with three children:",
        "A stop on our way:",
        "Room twelve, third floor:",
        "Booked at the last minute:",
    ),
    subjects=("room", "bed", "view", "breakfast", "garden", "lobby"),
    good=("lovely", "charming", "splendid", "delightful", "inviting", "excellent"),
    bad=("shabby", "gloomy", "dismal", "neglected", "depressing", "ugly"),
    closers=("", "", "The tram stops outside.", "We left on Monday.", "Keys work until eleven."),
)
CONCERT = Topic(
    openers=(
        "Open air in the park:",
        "Row C on Saturday night:",
        "My first time at Roskilde:",
        "Ninety minutes at the opera:",
        "Went with Yuki after work:",
        "Standing places near the stage:",
    ),
    subjects=("singer", "choir", "drummer", "sound", "lighting", "encore"),
    good=("brilliant", "magical", "thrilling", "powerful", "radiant", "joyful"),
    bad=("flat", "shrill", "sloppy", "tired", "monotonous", "uninspired"),
    closers=("", "", "Doors opened at seven.", "We left around midnight.", "It ended at ten."),
)
TOPICS = {
    "restaurant": RESTAURANT,
    "film": FILM,
    "book": BOOK,
    "hotel": HOTEL,
    "concert": CONCERT,
}
