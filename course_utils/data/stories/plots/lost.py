"""Something is lost, and found with somebody who had a reason to take it."""

from course_utils.data.stories.plots.plot import Plot

LOST = Plot(
    name="lost",
    text="""
took {hero.his} [colour:colours] [thing:things] to [place:places].
{hero.He} put it down to (play with|talk to|look at) a [look:looks] [met:animals], and when
{hero.he} (looked again|turned around|came back), the {thing} was gone!
"(Where is|Who took|Who has) my {thing}?" {hero.he} (asked|cried).
"(I will help you look|Four eyes see more than two|We will find it)," said [friend:friends].
They looked [where:wheres] and [where2:other_wheres],
but (all they found was|they found only) <from=find>a [hue:colours] [tool:finds]<to=find>.
Then {friend} {thing.clue}. <part=cause>(It was|There stood|There sat) a [look2:looks]
[animal:other_animals]! It had taken the {thing} because [motive:motives].
<part=ending>{hero} (laughed|smiled) and gave it [snack:snacks].
(After that|Ever since|From then on), the {animal}
(came running|was there|sat and listened) whenever the {thing} {thing.did}.""",
    questions=(
        ("Who lost the {thing}?", "hero"),
        ("What did {hero} lose?", "thing"),
        ("What colour was the {thing}?", "colour"),
        ("Where did {hero} take the {thing}?", "place"),
        ("Who helped {hero} look?", "friend"),
        ("What did they find first?", "find"),
        ("Which animal had taken the {thing}?", "animal"),
        ("Why had the {animal} taken the {thing}?", "motive"),
        ("What did {hero} give the {animal}?", "snack"),
    ),
)
