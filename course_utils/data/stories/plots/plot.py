"""What a plot is: a text in the stories' notation, its own tables, its questions."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Plot:
    """One kind of story.

    Args:
        name: one word.
        text: the story in the notation of `notation`; it goes on after "One day, Amina ".
        tables: tables that only this plot uses, by name.
        questions: ((question, slot), ...): the question may recall slots, such as {hero};
            its answer is what was said when the slot was chosen.
    """

    name: str
    text: str
    tables: dict = field(default_factory=dict)
    questions: tuple = ()
