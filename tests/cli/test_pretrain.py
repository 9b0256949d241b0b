"""`pretrain` as a person meets it: it ends, it is stopped, it is killed, it goes on, it is used.

All trainings here are of one kind: 12 steps on a small text of one's own. One of them is left
alone; the others must end with its bits.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils.__main__ import main

PROJECT = Path(__file__).resolve().parents[2]
LIMIT = 240  # seconds for a process; the machine may be busy
STEPS = 12

# Starts the command with a saboteur inside: before step number AT it does to its own process
# what the name says. `kill -9` leaves no time for anything, as a power cut.
SABOTAGED = """
import os, signal, sys
from course_utils.train import pretrain
what, at = sys.argv[1], int(sys.argv[2])
run = pretrain.Pretraining.rows
pretrain.SAVE_SECONDS = 0
def rows(self, call):
    if call[0] >= at:
        os.kill(os.getpid(), getattr(signal, what))
    return run(self, call)
pretrain.Pretraining.rows = rows
from course_utils.__main__ import main
sys.exit(main(sys.argv[3:]))
"""


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """A file of 12,000 characters that repeats itself little."""
    rng = np.random.default_rng(0)
    words = ["sea", "ship", "wind", "sails", "the", "a", "over", "under", "grey", "blue", "Élan"]
    lines = [" ".join(rng.choice(words, 8)) + "." for _ in range(330)]
    path = tmp_path_factory.mktemp("text") / "own.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def options(text, out):
    return ["--corpus", str(text), "--size", "tiny", "--steps", str(STEPS), "--out", str(out)]


@pytest.fixture(scope="module")
def whole(text, tmp_path_factory):
    """The folder of a training that nobody disturbed. Run in this process: one start less."""
    out = tmp_path_factory.mktemp("whole") / "gpt"
    os.environ["COURSE_HERE"] = "1"
    try:
        assert main(["pretrain", *options(text, out)]) == 0
    finally:
        del os.environ["COURSE_HERE"]
    return out


@pytest.fixture
def copy(whole, tmp_path):
    """A copy of `whole` to do harm to."""
    return shutil.copytree(whole, tmp_path / "copy")


@pytest.fixture
def here(monkeypatch, capfd):
    """here("pretrain", ...) -> (exit status, output, errors), in this process."""
    monkeypatch.setenv("COURSE_HERE", "1")

    def run(*words):
        status = main([str(word) for word in words])
        return status, *capfd.readouterr()

    return run


def sabotaged(what, at, *words):
    return subprocess.run(
        [sys.executable, "-c", SABOTAGED, what, str(at), *words],
        cwd=PROJECT,
        env=os.environ | {"COURSE_HERE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )


def weights(folder):
    with np.load(next(folder.glob("weights-*.npz"))) as archive:
        return {name: archive[name].tobytes() for name in archive.files}


def state(folder):
    with np.load(next(folder.glob("training/step-*.npz"))) as archive:
        return {name: archive[name].tobytes() for name in archive.files}


def test_a_training_leaves_a_model_a_card_and_what_going_on_needs(whole):
    names = {path.relative_to(whole).as_posix() for path in whole.rglob("*") if path.is_file()}
    fixed = {"model.json", "card.md", "training/plan.json", "training/tokenizer.json"}
    assert fixed < names
    assert {"training/step-0012.json", "training/step-0012.npz"} < names
    assert len(names) == 8  # besides weights and tokenizer under their checksums
    about = json.loads((whole / "model.json").read_text("utf-8"))["about"]
    assert about["steps"] == about["planned"] == STEPS
    assert about["tokens"] == STEPS * 16 * 128
    assert 0 < about["bits_per_character"] < 5
    card = (whole / "card.md").read_text("utf-8")
    assert about["command"] in card and f"{about['bits_per_character']:.4f}" in card
    assert "--steps 12 --seed 1" in about["command"]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send itself a Ctrl-C alone")
def test_ctrl_c_saves_and_says_how_to_go_on_and_killed_twice_it_is_still_bit_equal(
    text, whole, tmp_path
):
    out = tmp_path / "gpt"
    done = sabotaged("SIGINT", 3, "pretrain", *options(text, out))
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and "Stopping after this step" in done.stderr
    again = f"python -m course_utils pretrain --out {out} --resume"
    assert "Saved after step" in done.stdout and again in done.stdout

    for at in (5, 9):
        done = sabotaged("SIGKILL", at, "pretrain", "--out", str(out), "--resume")
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert f"of {STEPS}" in done.stdout
    done = sabotaged("SIGKILL", STEPS, "pretrain", "--out", str(out), "--resume")
    assert done.returncode == 0, done.stderr
    assert weights(out) == weights(whole)
    assert state(out) == state(whole)


def test_minutes_become_steps_once_and_are_written_down(text, here, tmp_path):
    out = tmp_path / "gpt"
    words = ["--corpus", text, "--size", "tiny", "--minutes", "0.0001", "--out", out]
    status, said, _ = here("pretrain", *words)
    assert status == 0 and "1 steps in 0.0001 minutes" in said
    plan = json.loads((out / "training" / "plan.json").read_text())
    assert (plan["steps"], plan["about"]["minutes"]) == (1, 0.0001)
    assert "--minutes 0.0001" in (out / "card.md").read_text("utf-8")


def test_what_was_chosen_instead_of_the_recipe_is_used_and_stands_on_the_card(text, here, tmp_path):
    out = tmp_path / "gpt"
    chosen = "--heads 4 --batch 8 --peak 0.002"
    words = ["--corpus", text, "--size", "tiny", "--steps", 1, "--out", out, *chosen.split()]
    assert here("pretrain", *words)[0] == 0
    plan = json.loads((out / "training" / "plan.json").read_text())
    assert (plan["batch"], plan["peak"], plan["about"]["model"]["heads"]) == (8, 0.002, 4)
    manifest = json.loads((out / "model.json").read_text("utf-8"))
    assert (manifest["config"]["heads"], manifest["about"]["tokens"]) == (4, 8 * 128)
    assert f"--steps 1 --seed 1 {chosen} --out DIR`" in (out / "card.md").read_text("utf-8")


def test_a_finished_training_goes_on_to_nothing(copy, here):
    before = weights(copy)
    status, said, _ = here("pretrain", "--out", copy, "--resume")
    assert status == 0 and "going on after step 12 of 12" in said
    assert weights(copy) == before


def test_a_folder_with_a_training_is_not_overwritten(copy, here, text):
    status, _, errors = here("pretrain", *options(text, copy))
    assert status == 2 and "holds a training on" in errors and "--resume" in errors


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seed", 2], "has seed 1, now it would be 2"),
        (["--steps", 99], "has steps 12, now it would be 99"),
        (["--size", "small"], "has size 'tiny', now it would be 'small'"),
        (["--heads", 4], "has heads 2, now it would be 4"),
        (["--batch", 8], "has batch 16, now it would be 8"),
        (["--peak", 0.1], "has peak 0.003, now it would be 0.1"),
        (["--corpus", "stories"], "own.txt', now it would be 'stories'"),
    ],
)
def test_going_on_with_other_options_is_refused(words, says, copy, here):
    status, _, errors = here("pretrain", "--out", copy, "--resume", *words)
    assert status == 1 and says in errors


def test_going_on_with_the_same_options_is_fine(copy, here, text):
    assert here("pretrain", *options(text, copy), "--resume")[0] == 0


def test_a_text_that_has_changed_is_noticed(text, whole, here, tmp_path):
    other = shutil.copytree(whole, tmp_path / "copy")
    mine = tmp_path / "own.txt"
    mine.write_text(text.read_text("utf-8") + "\nA new last line.", encoding="utf-8")
    plan = other / "training" / "plan.json"
    values = json.loads(plan.read_text())
    values["about"]["corpus"] = str(mine)
    plan.write_text(json.dumps(values))
    status, _, errors = here("pretrain", "--out", other, "--resume")
    assert status == 1 and "has sha256" in errors


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("training/step-0012.npz", "is damaged"),
        ("training/plan.json", "plan.json is damaged"),
        ("training/tokenizer.json", "tokenizer.json"),
    ],
)
def test_a_damaged_file_is_named(file, says, copy, here):
    path = copy / file
    path.write_bytes(path.read_bytes()[:-40])
    status, _, errors = here("pretrain", "--out", copy, "--resume")
    assert status == 1 and says in errors and "Try:" in errors and "Traceback" not in errors


def test_the_tokenizer_of_another_training_is_refused(copy, here):
    from course_utils.text.bpe import BytePairTokenizer
    from course_utils.text.tokenizer_file import save_tokenizer

    save_tokenizer(BytePairTokenizer([(65, 66)]), copy / "training" / "tokenizer.json")
    status, _, errors = here("pretrain", "--out", copy, "--resume")
    assert status == 1 and "is not the tokenizer with which" in errors


def test_a_text_too_short_for_the_model_is_refused_before_anything_is_written(here, tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("ab" * 1100)  # 2,200 letters, but only some 60 tokens
    status, _, errors = here("pretrain", *options(path, tmp_path / "gpt"))
    assert status == 1 and "one row of this model takes 129" in errors
    assert list(tmp_path.glob("gpt/*")) == []


def test_the_model_writes_beyond_its_context_and_the_same_for_the_same_seed(whole, here):
    words = ["generate", "--model", whole, "--prompt", "the sea", "--seed", 1]
    status, said, _ = here(*words, "--tokens", 150)  # the context has 128
    assert status == 0 and said.startswith("the sea") and said.endswith("\n")
    assert here(*words, "--tokens", 9)[1].rstrip("\n\ufffd") in said


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ([], 2, "cannot begin one"),
        (["--prompt", "sea " * 500], 1, "but the model reads 128 at most"),
    ],
)
def test_prompts_that_cannot_be_read_are_refused(words, status, says, whole, here):
    ended, _, errors = here("generate", "--model", whole, *words)
    assert ended == status and says in errors


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_what_is_no_model_is_refused(name, here):
    status, _, errors = here("generate", "--model", name, "--prompt", "x")
    assert status == 1 and "is no pretrained model" in errors and "Try:" in errors
