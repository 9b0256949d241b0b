"""A storm, a dark shelter, and somebody else who is afraid."""

from course_utils.data.stories.plots.plot import Plot
from course_utils.data.stories.tables import table

STORM = Plot(
    name="storm",
    text="""
was (walking|riding) home from [place:places] with [friend:friends], and
suddenly the sky turned (dark|grey|as dark as night).
Thunder (rolled|cracked), and they ran into [shelter:shelters].
{friend} was afraid because [fear:fears].
"(Give me your hand|Hold my hand|Stay close)," said {hero},
and took a [colour:colours] [thing:pocket_things] out of (the|{hero.his}) bag.
The {thing} {thing.did}, and there sat a [look:looks] [animal:animals].
It was afraid too, because [worry:worries].
They (sang|told stories|ate [snack:snacks]) until the rain stopped.
<part=ending>When they opened the door, there was [sight:sights].
The {animal} (went|ran) home with {friend}, slept in
a [hue:colours] [nest:nests], and was called [pet:pets].""",
    tables={
        "shelters": table(
            "shelter",
            *("an old barn", "a cave", "the empty mill", "the old tower", "a hollow tree"),
            "a small house",
        ),
        "fears": table(
            "reason",
            *("the wind cried like a wolf", "the roof rattled", "it was so dark"),
            *("the door would not close", "the thunder came closer", "there were eyes everywhere"),
        ),
        "worries": table(
            "reason",
            *("its mother was gone", "its ears were wet", "the sky was so loud", "it was alone"),
        ),
        "sights": table(
            "sight",
            *("a rainbow over the roofs", "a sky full of stars", "a lake where the road had been"),
            *("a silver moon", "not one cloud", "a boat in the garden"),
        ),
        "pets": table(
            "name",
            *("Rainbow", "Button", "Cloud", "Captain", "Feather", "Pumpkin", "Carrot", "Teapot"),
            *("Doctor", "Potato", "Moon", "Pillow", "Pudding", "Ribbon", "Pirate", "Tiger"),
        ),
    },
    questions=(
        ("Where did {hero} and {friend} come from?", "place"),
        ("Where did they hide from the storm?", "shelter"),
        ("Who was afraid?", "friend"),
        ("Why was {friend} afraid?", "fear"),
        ("Who took out the {thing}?", "hero"),
        ("What did {hero} take out of the bag?", "thing"),
        ("What colour was the {thing}?", "colour"),
        ("Which animal did they find?", "animal"),
        ("Why was the {animal} afraid?", "worry"),
        ("What was there when they opened the door?", "sight"),
        ("What was the {animal} called?", "pet"),
    ),
)
