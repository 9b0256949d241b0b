"""Writing with a GPT: the cache changes the speed and nothing else."""

import keras
import numpy as np
import pytest

from course_utils.errors import ShapeError, UsageError
from course_utils.models.cache import CachedReader, PlainReader
from course_utils.models.generate import generate, generate_quickly, stream
from course_utils.models.gpt import GPT, GPTConfig

V, C = 23, 24
PARTS = {
    "learned, layer, gelu": {},
    "rotary, rms, swiglu": dict(positions="rotary", norm="rms", feed_forward="swiglu"),
    "sinusoidal, untied": dict(positions="sinusoidal", tie=False, bias=False),
}
ONE, UNLIKE = [[3, 1, 4]], [[2], [7, 1, 8, 2, 8], [1, 8]]


def make(parts):
    """A model whose weights are large enough that each token changes what follows."""
    keras.utils.set_random_seed(7)
    model = GPT(GPTConfig(vocabulary=V, context=C, width=16, layers=2, heads=2, **parts))
    rng = np.random.default_rng(7)
    for variable in model.trainable_variables:
        variable.assign(variable + rng.normal(0, 0.4, variable.shape))
    return model


@pytest.fixture(scope="module", params=list(PARTS))
def model(request):
    return make(PARTS[request.param])


@pytest.fixture(scope="module")
def gpt2():
    return make({})


def draw(p, rng):
    """A sampler of the kind `choose` takes."""
    return (p.cumsum(-1) < rng.random((len(p), 1))).sum(-1)


@pytest.mark.parametrize("prompts", [ONE, UNLIKE], ids=["one", "three"])
def test_tokens_are_the_same_with_and_without_cache_and_in_one_call(model, prompts):
    plain = generate(model, prompts, 20, cache=False)
    assert [len(row) for row in plain] == [20] * len(prompts)
    assert generate(model, prompts, 20) == plain
    assert generate_quickly(model, prompts, 20) == plain


def test_drawn_tokens_are_the_same_with_and_without_cache(model):
    plain = generate(model, UNLIKE, 15, choose=draw, seed=4, cache=False)
    assert min(len(set(row)) for row in plain) > 3  # no row just repeats itself
    assert generate(model, UNLIKE, 15, choose=draw, seed=4) == plain
    assert generate(model, UNLIKE, 15, choose=draw, seed=5) != plain


@pytest.mark.parametrize("prompts", [ONE, UNLIKE], ids=["one", "three"])
def test_logits_read_with_the_cache_are_those_of_the_whole_text(model, prompts):
    reader = CachedReader(model, len(prompts))
    texts = np.random.default_rng(1).integers(0, V, (len(prompts), C))
    pieces = [reader.read(texts[:, :5], 0)]
    pieces += [reader.read(texts[:, at : at + 1], at) for at in range(5, C)]
    want = np.asarray(model(texts))
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), want, rtol=1e-3, atol=1e-4)


def test_a_row_of_a_batch_is_what_it_would_be_alone(gpt2):
    together = generate(gpt2, UNLIKE, 20)
    assert together == [generate(gpt2, [prompt], 20)[0] for prompt in UNLIKE]


def test_greedy_takes_what_the_model_finds_most_probable(gpt2):
    text = ONE[0] + generate(gpt2, ONE, 10)[0]
    best = np.asarray(gpt2(np.array([text])))[0].argmax(-1)
    assert text[3:] == best[2:-1].tolist()


def test_rows_of_one_length_are_written_as_rows_of_several_are(gpt2):
    prompts = [[3, 1, 4], [1, 5, 9]]
    plain = generate(gpt2, prompts, 12, cache=False)
    assert generate(gpt2, prompts, 12) == generate_quickly(gpt2, prompts, 12) == plain
    assert plain == generate_quickly(gpt2, [*prompts, [2]], 12)[:2]


def test_a_stream_yields_the_same_tokens_one_by_one(gpt2):
    tokens = stream(gpt2, ONE[0], 20)
    assert next(tokens) == generate(gpt2, ONE, 1)[0][0]
    assert [*generate(gpt2, ONE, 1)[0], *tokens] == generate(gpt2, ONE, 20)[0]


def test_a_stop_token_ends_its_row_and_no_other(gpt2):
    free = generate(gpt2, UNLIKE, 20)
    stop = free[0][4]
    want = [row[: row.index(stop) + 1] if stop in row else row for row in free]
    assert len(want[0]) <= 5
    for found in (
        generate(gpt2, UNLIKE, 20, stop=stop),
        generate_quickly(gpt2, UNLIKE, 20, stop=stop),
    ):
        assert found == want
    assert list(stream(gpt2, UNLIKE[0], 20, stop=stop)) == want[0]


def test_without_a_number_it_writes_until_the_context_is_full(gpt2):
    (row,) = generate(gpt2, ONE)
    assert len(row) == C - 3 + 1
    assert generate_quickly(gpt2, ONE) == [row]
    assert generate(gpt2, [list(range(C % V)) + [0] * (C - C % V)]) != []


def test_a_prompt_as_long_as_the_context_leaves_room_for_one_token(gpt2):
    full = [[1, 2] * (C // 2)]
    assert len(generate(gpt2, full)[0]) == 1
    assert generate(gpt2, full) == generate(gpt2, full, cache=False) == generate_quickly(gpt2, full)


def test_temperature_draws_from_the_model_s_probabilities(gpt2):
    logits = np.asarray(gpt2(np.array(ONE)))[0, -1].astype(float)
    drawn = [
        row[0]
        for seed in range(20)
        for row in generate_quickly(gpt2, ONE * 200, 1, temperature=2.0, seed=seed)
    ]
    p = np.exp(logits / 2 - (logits / 2).max())
    p /= p.sum()
    share = np.bincount(drawn, minlength=V) / len(drawn)
    # 4,000 draws: five standard deviations of the least certain share
    np.testing.assert_allclose(share, p, atol=5 * 0.5 / 4000**0.5)
    assert generate_quickly(gpt2, ONE, 9, temperature=1.0, seed=1) == generate_quickly(
        gpt2, ONE, 9, temperature=1.0, seed=1
    )


def test_reading_again_at_an_earlier_place_forgets_the_rest(gpt2):
    for kind in (CachedReader, PlainReader):
        reader = kind(gpt2)
        reader.read([[1, 2, 3, 4, 5]], 0)
        back = reader.read([[9]], 2)
        want = np.asarray(gpt2(np.array([[1, 2, 9]])))[:, -1:]
        np.testing.assert_allclose(back, want, rtol=1e-4, atol=1e-5)


def test_a_reader_sees_weights_that_were_changed_after_it_was_made():
    model = make({})
    reader = CachedReader(model)
    before = reader.read([[1, 2]], 0)
    model.tokens.embeddings.assign(model.tokens.embeddings * 2)
    assert not np.allclose(reader.read([[1, 2]], 0), before)


@pytest.mark.parametrize("write", [generate, generate_quickly])
@pytest.mark.parametrize(
    ("prompts", "new", "says"),
    [
        ([[1] * (C + 1)], 1, f"the prompt has {C + 1} tokens, the model reads {C} at most"),
        ([[1] * 10], C, f"{C} new tokens after a prompt of 10 do not fit into a context of {C}"),
        ([[1, 2]], 0, "0 new tokens"),
        ([[]], 3, "a prompt has no tokens"),
        ([], 3, "there is no prompt"),
        ([[1, V]], 3, f"token {V} is outside the vocabulary of {V}"),
        ([[1, -1]], 3, "token -1 is outside"),
        ([[1, 0.5]], 3, "whole numbers"),
        ([1, 2], 3, "not rows of token ids"),
    ],
)
def test_bad_prompts_are_refused_with_the_numbers(gpt2, write, prompts, new, says):
    with pytest.raises(ShapeError, match=says):
        write(gpt2, prompts, new)


def test_a_stream_refuses_a_bad_prompt_at_once(gpt2):
    with pytest.raises(ShapeError, match="reads 24 at most"):
        stream(gpt2, [1] * 30)


@pytest.mark.parametrize("temperature", [-1.0, float("inf"), float("nan")])
def test_a_temperature_that_makes_no_sense_is_refused(gpt2, temperature):
    with pytest.raises(UsageError, match="the temperature is"):
        generate_quickly(gpt2, ONE, 1, temperature=temperature)


@pytest.mark.parametrize(
    ("choose", "says"),
    [
        (lambda p, rng: p.max(-1), "choose returned float64"),
        (lambda p, rng: p.argmax(), "not one id for each of the 1 rows"),
    ],
)
def test_a_sampler_that_returns_no_ids_is_refused(gpt2, choose, says):
    with pytest.raises(UsageError, match=says):
        generate(gpt2, ONE, 1, choose=choose)


def test_a_reader_refuses_what_runs_over_the_context(gpt2):
    with pytest.raises(ShapeError, match="3 tokens from position 22"):
        CachedReader(gpt2).read([[1, 2, 3]], C - 2)
    with pytest.raises(ShapeError, match=r"shape \(1, T\)"):
        CachedReader(gpt2).read([1, 2, 3], 0)
    with pytest.raises(ShapeError, match=r"different positions, \[0, 1\]"):
        CachedReader(gpt2, 2).read([[1], [2]], [0, 1])
