"""A promise, a temptation, and the promise kept, or kept late."""

from course_utils.data.stories.plots.plot import Plot
from course_utils.data.stories.tables import table

PROMISE = Plot(
    name="promise",
    text="""
promised [elder:elders] to [chore:chores] before dark.
(Just then|Soon) [friend:friends] came (down the lane|around the corner|over the bridge)
with a [colour:colours] [thing:things] and a [look:looks] [animal:animals].
"Come (here|along|quickly), {hero}! Let us {thing.use} it [where:wheres]!"
How {hero.his} feet (danced|wanted to run)!
(<end=kept>"But a promise is a promise," {hero.he} said, "and {chore.now}."
So {friend} and the {animal} helped, because [reason:reasons].
<part=ending>They were done (in no time|before supper|as quick as a wink), and {elder} gave them
[snack:snacks]. Until the (stars came out|moon rose), the {thing} {thing.did}|<end=late>"(Only
this once|Just for an hour)," {hero.he} said, and the {thing} {thing.did}.
Only when the (stars came out|moon rose) did {hero.he} remember that {chore.then}.
{hero.He} ran back and {chore.did}. "I am sorry," said {hero}. "I forgot because
[excuse:excuses]." <part=ending>"You (came back|told me|did it after all), and that is what
counts," said {elder} and gave {hero.him} [snack:snacks]).""",
    tables={
        "reasons": table(
            "reason",
            *("four hands are faster than two", "that is what friends do", "work likes company"),
            "it was no fun alone",
        ),
        "excuses": table(
            "reason",
            *("I was so happy", "the day was so short", "my head was full of songs"),
            "we laughed so much",
        ),
    },
    questions=(
        ("Who made a promise?", "hero"),
        ("Who did {hero} make a promise to?", "elder"),
        ("What did {hero} promise to do?", "chore"),
        ("Who wanted {hero} to come along?", "friend"),
        ("What did {friend} bring?", "thing"),
        ("What colour was the {thing}?", "colour"),
        ("Which animal came along with {friend}?", "animal"),
        ("Where did {friend} want to {thing.use} the {thing}?", "where"),
        ("Why did {friend} help?", "reason"),
        ("Why did {hero} forget the promise?", "excuse"),
        ("What did {elder} give away?", "snack"),
    ),
)
