"""Whose notebook is this? Read from a file's path, as learning platforms write it.

    anna.ipynb, anna/anything.ipynb                     the learner's id
    Anna Lee_4711_assignsubmission_file_/x.ipynb        Moodle: name, number
    leeanna_LATE_4711_990_x.ipynb                       Canvas: last and first name, number, file

A learner is found by id, by the platform's number if the roster has it, or by a name that
only one learner has. Nobody is guessed: what fits none, or two, is said.
"""

import re
import unicodedata
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>.+?)_(?P<lms>\d+)_assignsubmission_[a-z]+_?")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:(?P<late>LATE)_)?(?P<lms>\d+)_\d+_.+", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """Who handed a file in. `student` is an id, or "" and then `why` says why nobody was found.

    `late` is True if the platform marked the file as late.
    """

    student: str
    late: bool = False
    why: str = ""


class Owners:
    """Finds the owner of a path.

    Args:
        learners: `roster.Learner`s, all of the class.
    """

    def __init__(self, learners):
        self.ids = {learner.id.casefold(): learner.id for learner in learners}
        self.numbers, self.names, self.plain = {}, {}, {}
        for learner in learners:
            if learner.lms:
                self.numbers.setdefault(learner.lms, set()).add(learner.id)
            for first, last in ((learner.first, learner.last), (learner.last, learner.first)):
                self.names.setdefault(_squash(first + last), set()).add(learner.id)
                self.plain.setdefault(plain(first + last), set()).add(learner.id)

    def of(self, parts):
        """The `Owner` of the file whose path has `parts`."""
        # A browser that has the file already writes "anna (1).ipynb"; no id holds such a mark.
        stem = re.sub(r"(?: ?\(\d+\))?\.ipynb$", "", parts[-1], flags=re.IGNORECASE)
        late, found, why = False, set(), ""
        for pattern, part in (*((MOODLE, part) for part in parts[:-1]), (CANVAS, stem)):
            if part.casefold() in self.ids:
                found.add(self.ids[part.casefold()])
            elif match := pattern.fullmatch(part):
                late |= bool(match.groupdict().get("late"))
                who = self._by_platform(match["name"], match["lms"])
                if len(who) == 1:
                    found |= who
                elif who:
                    both = " and ".join(sorted(who))
                    why = f"{match['name']!r} is the name of {both}"
                else:
                    why = f"nobody in the roster is called {match['name']!r}"
        if len(found) == 1 and not why:
            return Owner(found.pop(), late)
        if len(found) > 1:
            why = f"its path names {' and '.join(sorted(found))}"
        return Owner("", late, why or "its path holds no id of the roster")

    def _by_platform(self, name, number):
        """Ids that fit: the number decides, then the name, then the name without accents."""
        for who in (
            self.numbers.get(number),
            self.names.get(_squash(name)),
            self.plain.get(plain(name)),
        ):
            if who:
                return who
        return set()


def _squash(name):
    """Letters and digits only, in one case, as platforms shorten names."""
    composed = unicodedata.normalize("NFC", name).casefold()
    return "".join(letter for letter in composed if letter.isalnum())


def plain(name):
    """Letters and digits of a name in one case, without accents, which some platforms drop."""
    letters = unicodedata.normalize("NFKD", name)
    return _squash("".join(c for c in letters if not unicodedata.combining(c)))
