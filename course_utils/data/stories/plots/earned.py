"""Somebody wants a thing and works for it."""

from course_utils.data.stories.plots.plot import Plot
from course_utils.data.stories.tables import table

EARNED = Plot(
    name="earned",
    text="""
saw a [colour:colours] [thing:things] in the window of a shop [where:wheres].
"(I want|I dream of) that {thing} (so much|more than anything|day and night),"
{hero.he} told [friend:friends],
"(but I have only|and all I have is) <from=find>a [hue:colours] [tool:finds]<to=find>."
"(Then let us work|Then we will earn it|Let us ask for work)!" said {friend}.
They [job:jobs] and [job2:other_jobs] for [elder:elders] (all day|until supper|until dark).
It was hard because <from=trouble>a [look:looks] [animal:animals]
(chased them|laughed at them|wanted to help|slept on everything)<to=trouble>,
but they (sang|told stories|never stopped).
(2*<end=bought><part=ending>In the end {elder} paid them, and the {thing} was {hero.his}
own|<end=given>But when they came back, the window was empty! Behind them stood {elder}
with the {thing}. <part=ending>"It is yours, because [merit:merits]," {elder} said).
That evening the {thing} {thing.did}, and {friend} was the first to {thing.use} it.""",
    tables={
        "merits": table(
            "reason",
            *("you never gave up", "you made me laugh", "you work so well", "you sing so well"),
        ),
    },
    questions=(
        ("Who wanted the {thing}?", "hero"),
        ("What did {hero} want?", "thing"),
        ("What colour was the {thing}?", "colour"),
        ("Where was the shop?", "where"),
        ("Who helped {hero} earn the {thing}?", "friend"),
        ("What did {hero} have to pay with?", "find"),
        ("Who did the children work for?", "elder"),
        ("What did the children do first?", "job"),
        ("Why was the work hard?", "trouble"),
        ("Why did {hero} get the {thing} as a present?", "merit"),
    ),
)
