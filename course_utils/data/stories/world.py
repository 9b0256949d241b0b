"""What is in the stories besides people and animals: weather, places, things, food, work.

Things do what such things do: `did` is what a kite or a drum is remembered for, `clue` is how
it gives itself away, `use` is what one does with it, `part` is what may break.
"""

from course_utils.data.stories.tables import Table, table, without

WEATHER = table(
    "weather",
    *("windy", "sunny", "foggy", "cold", "warm", "grey", "bright", "quiet", "rainy", "snowy"),
    *("lazy", "busy"),
)
DAYS = table(
    "day",
    *("morning", "afternoon", "day", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday"),
)
COLOURS = table(
    "colour",
    *("red", "blue", "green", "yellow", "white", "black", "pink", "purple", "silver", "golden"),
    *("striped", "spotted"),
)
LOOKS = table(
    "look",
    *("small", "big", "brown", "young", "hungry", "cheeky", "shaggy", "sleepy", "tiny", "shy"),
    *("grumpy", "muddy"),
)

_AT = (
    *(("by", "river"), ("at", "market"), ("on", "hill"), ("in", "forest")),
    *(("near", "mill"), ("on", "beach"), ("at", "harbour"), ("in", "orchard")),
    *(("by", "bridge"), ("near", "well"), ("by", "lake"), ("in", "meadow")),
    *(("in", "square"), ("in", "garden"), ("near", "tower"), ("at", "station")),
)
PLACES = table("place", *(f"the {name}" for _, name in _AT))  # one goes there
WHERES = table("place", *(f"{at} the {name}" for at, name in _AT))  # one is there
OTHER_WHERES = without(WHERES, "where")

THINGS = table(
    "thing",
    *(
        (name, dict(use=use, did=did, clue=clue, part=part))
        for name, use, did, clue, part in (
            ("kite", "fly", "flew over the roofs", "saw something fly", "tail"),
            ("lantern", "light", "shone like a small sun", "saw something shine", "handle"),
            ("drum", "beat", "boomed like thunder", "heard something boom", "skin"),
            ("flute", "play", "sang like a bird", "heard something sing", "mouthpiece"),
            ("bell", "ring", "rang far and wide", "heard something ring", "rope"),
            ("boat", "sail", "danced on the waves", "saw something sail by", "mast"),
            ("guitar", "play", "hummed a song", "heard something hum", "neck"),
            ("cart", "pull", "rattled down the lane", "heard something rattle", "wheel"),
        )
    ),
)
POCKET_THINGS = Table(
    "thing", [e for e in THINGS.entries if e.text in {"lantern", "drum", "flute", "bell", "guitar"}]
)

# what turns up: in searches, in pockets, where a mast or a wheel is missing
FINDS = table(
    "find",
    *("key", "shoe", "spoon", "button", "ribbon", "sock", "shell", "feather"),
    *("hat", "teapot", "broom", "pillow", "bucket", "basket", "jug", "boot"),
)

NESTS = table("nest", "hat", "boot", "basket", "bucket", "jug", "shoe", "sock", "teapot")

_FOODS = (
    *("a carrot", "a potato", "a pumpkin", "a cabbage", "an onion", "a pear", "an apple"),
    "a fish",
)
_EXTRAS = (
    *("some bread", "some cheese", "some honey", "some rice", "some jam", "some butter"),
    *("some beans", "some nuts"),
)
FOODS = table("food", *_FOODS)
OTHER_FOODS = without(FOODS, "food")
EXTRAS = table("food", *_EXTRAS)
SNACKS = table("food", *_FOODS, *_EXTRAS)

_WORK = (
    ("feed", "fed", "the hens", "the hens are hungry", "the hens were hungry"),
    ("water", "watered", "the beans", "the beans are dry", "the beans were dry"),
    ("milk", "milked", "the cow", "the cow is waiting", "the cow was waiting"),
    ("close", "closed", "the gate", "the gate is open", "the gate was open"),
    ("fetch", "fetched", "the lambs", "the lambs are alone", "the lambs were alone"),
    ("light", "lit", "the stove", "the house is cold", "the house was cold"),
    ("sweep", "swept", "the yard", "the yard is a mess", "the yard was a mess"),
    ("fill", "filled", "the jug", "the jug is empty", "the jug was empty"),
)
CHORES = table(
    "chore",
    *(
        (f"{do} {what}", dict(did=f"{did} {what}", now=now, then=then))
        for do, did, what, now, then in _WORK
    ),
)
JOBS = table("job", *(f"{did} {what}" for _, did, what, _, _ in _WORK))
OTHER_JOBS = without(JOBS, "job")

# why an animal does what it does
MOTIVES = table(
    "reason",
    *("it was lonely", "it was bored", "it wanted to play", "it wanted to dance"),
    *("it was looking for supper", "it could not sleep", "it missed its mother"),
    "it was its birthday",
)
