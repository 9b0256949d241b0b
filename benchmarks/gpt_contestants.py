"""One contestant of benchmarks/gpt.py, in a process of its own.

    python benchmarks/gpt_contestants.py NAME '{"layers": 4, ...}'

It prepares itself, writes a line {"ready": ...} and then, for each line it reads, does its work
once and answers {"seconds": ...}. When its input ends, so does it. A package that is not
installed is answered with {"missing": ...}.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ["HF_HUB_OFFLINE"] = "1"  # models are made here, none is fetched
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def course(shape, policy="float32"):
    """Our GPT and our trainer: (function of a list of batches, parameters)."""
    import keras

    from course_utils.models.gpt import GPT
    from course_utils.train.adamw import adamw
    from course_utils.train.language_model import LanguageModelTrainer

    keras.config.set_dtype_policy(policy)
    model = GPT(_config(shape))
    trainer = LanguageModelTrainer(model, adamw(model, 1e-3, clip=1.0))
    return lambda batches: list(trainer.run(batches)), model.count_params()


def transformers(shape, compiled=False):
    """The GPT-2 of `transformers` in PyTorch, with the same optimizer and clipping."""
    import torch

    model = _gpt2(shape).train()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0.1, fused=True)

    def loss_of(x, y):
        logits = model(x).logits
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())

    if compiled:
        loss_of = torch.compile(loss_of)

    def train(batches):
        losses = []
        for x, y in batches:
            loss = loss_of(torch.from_numpy(x), torch.from_numpy(y))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
        return losses

    return train, sum(p.numel() for p in model.parameters())


def keras_hub(shape):
    """KerasHub's GPT-2 backbone with its embedding as the head, by `train_on_batch`."""
    import keras
    import keras_hub as hub

    backbone = hub.models.GPT2Backbone(
        vocabulary_size=shape["vocabulary"],
        num_layers=shape["layers"],
        num_heads=shape["heads"],
        hidden_dim=shape["width"],
        intermediate_dim=4 * shape["width"],
        dropout=0.0,
        max_sequence_length=shape["context"],
    )
    logits = backbone.token_embedding(backbone.output, reverse=True)
    model = keras.Model(backbone.input, logits)
    model.compile(
        keras.optimizers.AdamW(1e-3, weight_decay=0.1, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=True,
    )
    mask = keras.ops.ones((shape["batch"], shape["context"]), "int32")

    def train(batches):
        return [
            float(model.train_on_batch({"token_ids": x, "padding_mask": mask}, y))
            for x, y in batches
        ]

    return train, model.count_params()


def writing(shape, how):
    """Our GPT writes: "quickly" (cache, one call), "cached" (a call a token), "plain"."""
    from course_utils.models.generate import generate, generate_quickly
    from course_utils.models.gpt import GPT

    model, new = GPT(_config(shape)), shape["new"]

    def write(prompt):
        if how == "quickly":
            return generate_quickly(model, [prompt], new)
        return generate(model, [prompt], new, cache=how == "cached")

    return write, model.count_params()


def transformers_writing(shape, cache):
    """The GPT-2 of `transformers` writes, eagerly, with or without its own cache."""
    import torch

    model, new = _gpt2(shape).eval(), shape["new"]

    def write(prompt):
        with torch.no_grad():
            return model.generate(
                torch.tensor([prompt]),
                attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                max_new_tokens=new,
                min_new_tokens=new,
                do_sample=False,
                use_cache=cache,
                pad_token_id=0,
            )

    return write, sum(p.numel() for p in model.parameters())


def peak(shape):
    """The machine: one product of large float32 matrices, as NumPy does it."""
    import numpy as np

    a = np.random.default_rng(0).random((shape["size"],) * 2, "float32")
    return lambda _: a @ a, 0


TRAINING = {
    "course": course,
    "course bfloat16": lambda shape: course(shape, "mixed_bfloat16"),
    "transformers eager": transformers,
    "transformers compiled": lambda shape: transformers(shape, compiled=True),
    "keras_hub": keras_hub,
}
WRITING = {
    "course quickly": lambda shape: writing(shape, "quickly"),
    "course cached": lambda shape: writing(shape, "cached"),
    "course no cache": lambda shape: writing(shape, "plain"),
    "transformers no cache": lambda shape: transformers_writing(shape, False),
    "transformers cached": lambda shape: transformers_writing(shape, True),
}


def _config(shape):
    from course_utils.models.gpt import GPTConfig

    return GPTConfig(*(shape[key] for key in ("vocabulary", "context", "width", "layers", "heads")))


def _gpt2(shape):
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=shape["vocabulary"],
        n_positions=shape["context"],
        n_embd=shape["width"],
        n_layer=shape["layers"],
        n_head=shape["heads"],
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=None,
        eos_token_id=None,
    )
    return GPT2LMHeadModel(config)


def main(name, shape):
    """Prepare, then answer each line of input with the seconds that the work took."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints goes elsewhere

    def answer(**entries):
        print(json.dumps(entries), file=answers, flush=True)

    try:
        import numpy as np

        rng, begin = np.random.default_rng(0), time.perf_counter()
        if name in TRAINING:
            work, parameters = TRAINING[name](shape)
            ids = (shape["steps"], shape["batch"], shape["context"] + 1)
            rows = rng.integers(0, shape["vocabulary"], ids)
            given = [
                (np.ascontiguousarray(r[:, :-1]), np.ascontiguousarray(r[:, 1:])) for r in rows
            ]
        else:
            work, parameters = {**WRITING, "peak": peak}[name](shape)
            given = rng.integers(0, shape.get("vocabulary", 2), shape.get("prompt", 1)).tolist()
        work(given)
        work(given)  # compiled by now, and what grows with the first steps has grown
    except ImportError as error:
        answer(missing=str(error))
        return
    answer(ready=time.perf_counter() - begin, parameters=parameters)
    for _ in sys.stdin:
        begin = time.perf_counter()
        work(given)
        answer(seconds=time.perf_counter() - begin)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
