"""A noise, a terrible guess, and what it really was: a misunderstanding."""

from course_utils.data.stories.plots.plot import Plot
from course_utils.data.stories.tables import table

NOISE = Plot(
    name="noise",
    text="""
heard a (strange|terrible|loud) noise behind [where:hidings]. "[noise:noises]" it went.
"(That is|It must be) a [monster:monsters]," {hero.he} (cried|said) to [friend:friends],
"and it wants to [plan:plans]!"
They called [elder:elders], who (came|ran over) with
<from=find>a [hue:colours] [tool:finds]<to=find>.
(Hand in hand|Very slowly|One by one) they went back. "{noise}"
<part=cause>There (sat|stood) a [look:looks] [animal:animals] with (its head|one foot|its tail) in
[trap:traps]. It had made the noise because [motive:motives].
<part=ending>{hero} (laughed|smiled) and gave it [snack:snacks].
"(What a small|What a terrible|Now that is a) {monster}," said {friend}.
To this day the {animal} is called {monster.Name}.""",
    tables={
        "hidings": table(
            "place",
            *("the stove", "the cellar door", "the barn", "the table", "the garden wall"),
            *("the bed", "the mill", "the gate"),
        ),
        "noises": table(
            "noise",
            *("Tap, tap, tap!", "Bump, bump, bump!", "Rattle, rattle!", "Crack, crack!"),
            *("Squeak, squeak!", "Hoo, hoo, hoo!"),
        ),
        "monsters": table(
            "monster",
            *(
                (name, dict(Name=name.capitalize()))
                for name in ("giant", "dragon", "ghost", "wolf", "troll", "tiger", "pirate", "bear")
            ),
        ),
        "plans": table(
            "plan",
            *("eat our feet", "take the soup", "sleep in my bed", "count our eyes"),
            *("drink the lake", "hide the moon"),
        ),
        "traps": table(
            "trap", "a pot", "the door", "a bag of nuts", "a drum", "a net", "a flower pot"
        ),
    },
    questions=(
        ("Who heard a noise?", "hero"),
        ("Where did the noise come from, behind what?", "where"),
        ("What did {hero} think it was?", "monster"),
        ("What did {hero} think the {monster} wanted to do?", "plan"),
        ("Who did {hero} run to?", "friend"),
        ("Who came to help the children?", "elder"),
        ("What did {elder} bring?", "find"),
        ("Which animal was it really?", "animal"),
        ("What was the {animal} stuck in?", "trap"),
        ("Why had the {animal} made the noise?", "motive"),
        ("What did {hero} give the {animal}?", "snack"),
    ),
)
