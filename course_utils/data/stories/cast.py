"""Who is in the stories: children from many places, grown-ups by their work, animals.

Two children meet in every story, one of them "she" and the other "he", so that a reader, and a
model, always knows whom a pronoun means. A name is chosen as it stands in the world's
languages, without accents, and no name begins another.
"""

from course_utils.data.stories.tables import Entry, Given, Table, without

_SHE = {"he": "she", "He": "She", "him": "her", "his": "her", "His": "Her"}
_HE = {"he": "he", "He": "He", "him": "him", "his": "his", "His": "His"}
_GIRLS = (
    *("Amina", "Mei", "Priya", "Sofia", "Ingrid", "Yuki", "Aylin", "Olena"),
    *("Itzel", "Aroha", "Linh", "Thandi", "Marisol", "Zahra", "Keala", "Nadia"),
    *("Wanjiru", "Elif", "Chiara", "Anouk"),
)
_BOYS = (
    *("Kofi", "Mateo", "Ravi", "Jonas", "Tariq", "Hiro", "Sione", "Pavel"),
    *("Emre", "Minh", "Chidi", "Liam", "Bashir", "Oskar", "Tomas", "Yonas"),
    *("Kwame", "Diego", "Sami", "Anton"),
)


def _people():
    """Return (all children, for each child the table of possible friends)."""
    girls = [Entry(name, 1, _SHE) for name in _GIRLS]
    boys = [Entry(name, 1, _HE) for name in _BOYS]
    of_girls, of_boys = Table("person", girls), Table("person", boys)
    friends = {**dict.fromkeys(girls, of_boys), **dict.fromkeys(boys, of_girls)}
    return Table("person", girls + boys), Given("hero", friends)


HEROES, FRIENDS = _people()

ELDERS = Table(
    "grown-up",
    [
        Entry(f"the {work}", 1, {"The": f"The {work}"})
        for work in (
            *("baker", "miller", "teacher", "gardener", "weaver", "potter"),
            *("tailor", "captain", "doctor", "postman", "shepherd", "fiddler"),
            *("sailor", "painter", "librarian", "smith"),
        )
    ],
)

ANIMALS = Table(
    "animal",
    [
        Entry(animal)
        for animal in (
            *("dog", "cat", "goat", "crow", "fox", "donkey"),
            *("duck", "pony", "goose", "squirrel", "monkey", "hedgehog"),
            *("sheep", "parrot", "rabbit", "turtle"),
        )
    ],
)
OTHER_ANIMALS = without(ANIMALS, "met")
