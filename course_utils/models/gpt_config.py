"""What a GPT is made of, as plain numbers and names: checked once, saved as JSON."""

from dataclasses import asdict, dataclass, fields

from course_utils.errors import ShapeError, UsageError
from course_utils.scratch.attention import check_heads

CHOICES = {
    "positions": ("learned", "sinusoidal", "rotary"),
    "norm": ("layer", "rms"),
    "feed_forward": ("gelu", "swiglu"),
}
WHOLE = ("vocabulary", "context", "width", "layers", "heads")

SIZES = {
    "tiny": dict(layers=2, heads=2, width=64, context=128),
    "small": dict(layers=4, heads=4, width=128, context=256),
}
"""Named sizes: `GPTConfig(vocabulary=tokenizer.size, **SIZES["tiny"])`."""


@dataclass(frozen=True)
class GPTConfig:
    """The shape and the parts of a GPT.

    Args:
        vocabulary: number of tokens V; ids run from 0 to V - 1.
        context: most positions C that the model reads at once.
        width: features D at each position.
        layers: number of blocks.
        heads: attention heads H of a block; each works on K = D / H features.
        positions: how it knows where a token stands. "learned": one trained vector a
            position (GPT-2). "sinusoidal": fixed waves (Vaswani et al. 2017,
            arXiv:1706.03762, section 3.5). "rotary": queries and keys are turned by an
            angle that grows with the position (Su et al. 2021, arXiv:2104.09864).
        norm: "layer" (Ba et al. 2016, arXiv:1607.06450) or "rms", which only divides by
            the root mean square (Zhang and Sennrich 2019, arXiv:1910.07467).
        feed_forward: "gelu", two layers with 4 D features between them, or "swiglu", a
            gated one (Shazeer 2020, arXiv:2002.05202) with 8/3 D, so that both have about
            the same number of weights.
        dropout: share of features set to 0 in training: after the embedding, and at the
            end of each attention and each feed-forward part.
        tie: read the answer off with the embedding's own matrix (Press and Wolf 2016,
            arXiv:1608.05859) instead of one of its own.
        bias: give the projections and layer norms a bias, as GPT-2 does.

    Raises:
        ShapeError: a number is not whole or too small, heads do not divide the width, or
            rotary positions meet an odd head width.
        UsageError: a part has a name that does not exist.
    """

    vocabulary: int
    context: int
    width: int
    layers: int
    heads: int
    positions: str = "learned"
    norm: str = "layer"
    feed_forward: str = "gelu"
    dropout: float = 0.0
    tie: bool = True
    bias: bool = True

    def __post_init__(self):
        for name in WHOLE:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ShapeError(
                    f"{name} is {value!r}, not a whole number of at least 1.",
                    f"GPTConfig(..., {name}=...) counts things; see SIZES for usual numbers.",
                )
        check_heads(self.heads, self.width)
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise UsageError(
                    f"{name} is {getattr(self, name)!r}.", f"one of {', '.join(map(repr, known))}."
                )
        if self.positions == "rotary" and self.head_width % 2:
            raise ShapeError(
                f"rotary positions turn features in pairs, but a head is {self.head_width} wide.",
                "choose width and heads so that width / heads is even.",
            )
        if not 0 <= self.dropout < 1:
            raise ShapeError(
                f"dropout is {self.dropout!r}.", "a share from 0 to below 1; 0.1 is usual."
            )

    @property
    def head_width(self):
        """Features K of one head."""
        return self.width // self.heads

    @property
    def hidden(self):
        """Features between the two layers of a feed-forward part."""
        if self.feed_forward == "gelu":
            return 4 * self.width
        return -(-8 * self.width // 24) * 8  # 8/3 D, rounded up to whole vectors of 8

    def to_dict(self):
        """The config as a dict that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values):
        """The config that `to_dict` described.

        Raises:
            UsageError: an entry has an unknown name, or one without a default is absent.
        """
        names = {field.name for field in fields(cls)}
        if odd := sorted(set(values) - names):
            raise UsageError(
                f"a GPT has no {', '.join(map(repr, odd))}.", f"known: {', '.join(sorted(names))}."
            )
        if absent := [name for name in WHOLE if name not in values]:
            raise UsageError(f"the config lacks {', '.join(absent)}.", "was it cut off or edited?")
        return cls(**values)
