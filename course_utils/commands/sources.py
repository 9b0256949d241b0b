"""What a pretraining learns from: made stories without end, or one text with its end held out.

Both kinds answer the same questions: which tokenizer, which rows, how good is a model, and how
does a sample begin.
"""

import numpy as np

from course_utils.data import stories
from course_utils.data.corpora import STORIES, load_corpus
from course_utils.text.bpe import BytePairTokenizer
from course_utils.train.held_out import bits_of_documents, bits_per_token_of_text
from course_utils.train.token_stream import DocumentStream, WindowStream, seed_of

STORIES_VOCABULARY = 2048  # more than there are pairs to merge: then every word is one token
STORIES_TO_CUT_BY = 2_000
MOST_TOKENS, CHARACTERS_PER_MERGE = 4096, 250
TRAINING, TOKENIZER, HELD_OUT = range(3)  # of what the seeds of stories are made, besides


def open_source(corpus):
    """The source for `--corpus`: `Stories` or `Text`. Errors as of `data.corpora`."""
    text = load_corpus(corpus)
    return Stories() if corpus == STORIES else Text(text)


class Stories:
    """The course's made stories; those to judge by come from a seed of their own."""

    begins_itself = True  # a sample needs no prompt: the end token stands before every story

    def __init__(self):
        self.sha256 = stories.fingerprint()

    def tokenizer(self):
        """A byte-pair tokenizer of story words, always the same one."""
        return BytePairTokenizer.train(
            _write(STORIES_TO_CUT_BY, seed_of(TOKENIZER)), STORIES_VOCABULARY
        )

    def stream(self, tokenizer, batch, context, seed):
        """New stories at every step."""
        return DocumentStream(
            _write,
            tokenizer.encode,
            tokenizer.end,
            batch=batch,
            context=context,
            seed=seed_of(TRAINING, seed),
        )

    def characters_per_token(self, tokenizer):
        """Of stories, the end token counted as the grammar's own measure counts it."""
        texts = _write(200, seed_of(TOKENIZER))
        return _characters(texts) / sum(len(tokenizer.encode(text)) + 1 for text in texts)

    def judge(self, model, tokenizer, context, count=1000):
        """Dict: bits_per_character on `count` new stories, floor, and their ratio."""
        texts = _write(count, seed_of(HELD_OUT))
        bits = story_bits(model, tokenizer, texts, context)
        found = float(bits.sum() / _characters(texts))
        floor = stories.entropy().bits_per_character
        return {"bits_per_character": found, "floor": floor, "ratio": found / floor}


class Text:
    """One text: nine tenths to learn from, the rest to judge by."""

    begins_itself = False

    def __init__(self, corpus):
        self.corpus, self.sha256 = corpus, corpus.sha256
        self.learn, self.held_out = corpus.split()

    def tokenizer(self):
        """A byte-pair tokenizer of the part to learn from."""
        merges = len(self.learn) // CHARACTERS_PER_MERGE
        return BytePairTokenizer.train(self.learn, min(MOST_TOKENS, 257 + merges))

    def stream(self, tokenizer, batch, context, seed):
        """Windows at random places."""
        ids = np.array(tokenizer.encode(self.learn))
        return WindowStream(ids, batch=batch, context=context, seed=seed)

    def characters_per_token(self, tokenizer):
        """Of the part that is held out."""
        return len(self.held_out) / len(tokenizer.encode(self.held_out))

    def judge(self, model, tokenizer, context):
        """Dict with bits_per_character of the part that is held out."""
        ids = tokenizer.encode(self.held_out)
        bits = bits_per_token_of_text(model, ids, min(context, len(ids) - 1))
        return {"bits_per_character": bits / self.characters_per_token(tokenizer)}


def story_bits(model, tokenizer, texts, context):
    """Bits that a model needs for each story, its end included: float64 (N,)."""
    documents = [tokenizer.encode(text) for text in texts]
    return bits_of_documents(model, documents, tokenizer.end, context)


def _write(count, seed):
    # the end token takes the place of the line end
    return [story.text.removesuffix("\n") for story in stories.write_stories(count, seed)]


def _characters(texts):
    """Characters as `data.stories.entropy` counts them: the end token is one."""
    return sum(len(text) + 1 for text in texts)
