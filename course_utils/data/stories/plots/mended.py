"""An old thing breaks and is mended with what there is."""

from course_utils.data.stories.plots.plot import Plot

MENDED = Plot(
    name="mended",
    text="""
heard a (loud|sad|terrible) crack in the (kitchen|cellar).
There lay {hero.his} grandmother's old [thing:things],
and its {thing.part} was broken because <from=mishap>a [look:looks] [animal:animals] had
(jumped on it|slept on it|sat on it|run into it)<to=mishap>.
"(Do not cry|Do not worry)," said [friend:friends]. "(We will|Let us) ask [elder:elders]."
"I have no {thing.part}," said {elder} (sadly|kindly|with a smile),
"only <from=find>a [hue:colours] [tool:finds]<to=find>."
"(Why not?|Let us try it!|That will do!)" said {hero}.
They worked (until supper|until the moon rose|for hours), and {friend} held the (light|pieces).
<part=ending>(At last|In the end|Once more) the {thing} {thing.did},
with a {hue} {tool} where the {thing.part} had been.
Grandmother (laughed until she cried|danced around the table) and gave them [snack:snacks].""",
    questions=(
        ("Whose grandmother had an old {thing}?", "hero"),
        ("What was broken?", "thing"),
        ("Why was the {thing.part} broken?", "mishap"),
        ("Which animal broke the {thing}?", "animal"),
        ("Who went along with {hero}?", "friend"),
        ("Who did they ask for help?", "elder"),
        ("What did they use for the {thing.part}?", "find"),
        ("What did Grandmother give them?", "snack"),
    ),
)
