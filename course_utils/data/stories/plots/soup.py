"""Nobody has enough, and together there is a feast."""

from course_utils.data.stories.plots.plot import Plot
from course_utils.data.stories.tables import table

SOUP = Plot(
    name="soup",
    text="""
wanted to cook a [dish:dishes] for [friend:friends],
but the kitchen was empty because [lack:lacks].
"I have only [food:foods]," {hero.he} said (sadly|with a smile).
"(Wait here|Do not worry|Put the pot on)," said {friend}, and came back with [food2:other_foods].
(Soon|Then) [elder:elders] came with [extra:extras].
Last came a [look:looks] [animal:animals] with <from=find>a [hue:colours] [tool:finds]<to=find>.
"(Come in|Sit down|There is room), (all of you|everybody)!" said {hero}.
They (stirred|cooked) and (sang|told stories) until the {dish} smelled (like home|so good).
<part=ending>It was the best {dish} (in the world|of the year|{elder} had ever eaten),
because [secret:secrets].
The {look} {animal} (licked|cleaned) the pot and slept
(under the table|by the stove|in a basket).""",
    tables={
        "dishes": table("dish", "soup", "stew", "pie", "curry", "salad", "pudding"),
        "lacks": table(
            "reason",
            *("the shop was closed", "seven cousins had come", "the market was far away"),
            *("it was the end of winter", "the mice had been there", "the hens had eaten well"),
        ),
        "secrets": table(
            "reason",
            *("everybody had brought something", "they had made it together"),
            *("hungry people cook well", "nobody had to eat alone"),
        ),
    },
    questions=(
        ("Who wanted to cook?", "hero"),
        ("What did {hero} want to cook?", "dish"),
        ("Who was {hero} cooking for?", "friend"),
        ("Why was the kitchen empty?", "lack"),
        ("What did {hero} have?", "food"),
        ("What did {friend} bring?", "food2"),
        ("What did {elder} bring?", "extra"),
        ("Which animal came to eat?", "animal"),
        ("What did the {animal} bring?", "find"),
        ("Why was the {dish} so good?", "secret"),
    ),
)
