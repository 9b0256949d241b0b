"""What a person sees of a pretraining, with a clock of the test's own."""

import math
import re

import pytest

from course_utils.commands import interrupt
from course_utils.commands.progress_log import ProgressLog
from course_utils.train.pretrain import Progress


def progress(step, loss=2.0, seconds=0.5, tokens=1000):
    return Progress(step, loss, tokens, seconds, False)


@pytest.fixture
def log():
    """log(watched) -> (a log of 100 steps, set_time)."""
    now = [0.0]
    logs = []

    def make(watched=False, done=0):
        logs.append(ProgressLog(100, done, 4.0, watched, clock=lambda: now[0]))
        return logs[-1], lambda seconds: now.__setitem__(0, seconds)

    yield make
    for one in logs:
        one.finish()


def test_loss_is_shown_per_token_and_in_bits_per_character(log):
    one, _ = log()
    one.show(progress(1))
    assert "loss 2.000 nats/token" in one.describe()
    assert f"= {2 / math.log(2) / 4:.3f} bits/character" in one.describe()


def test_the_first_call_compiles_and_is_forgotten_when_there_is_a_second(log):
    one, _ = log()
    one.show(progress(1, loss=9.0, seconds=60.0))
    for step in (2, 3):
        one.show(progress(step, loss=2.0, seconds=0.5))
    assert "2,000 tokens/s" in one.describe() and "loss 2.000" in one.describe()


def test_in_a_file_there_is_a_line_now_and_then_and_one_at_the_end(log, capsys):
    one, set_time = log()
    for step in range(1, 101):
        set_time(step)  # a second each
        one.show(progress(step))
    lines = capsys.readouterr().out.splitlines()
    assert [int(re.match(r"step (\d+) of 100: loss", line)[1]) for line in lines] == [
        30,
        60,
        90,
        100,
    ]
    assert all(re.search(r"ends at \d\d:\d\d$", line) for line in lines)


def test_a_person_sees_a_bar_and_texts_above_it(log, capsys):
    one, _ = log(watched=True, done=40)
    one.show(progress(50))
    one.say("it writes: Once")
    one.show(progress(60))
    seen = capsys.readouterr()
    assert "it writes: Once" in seen.out and "step 50" not in seen.out
    assert "pretraining:  40%" in seen.err and "50/100" in seen.err


def test_the_first_ctrl_c_is_a_wish_and_the_second_an_order(capsys):
    wish = interrupt.Wish()
    assert not wish
    wish.note(2, None)
    assert wish and "Ctrl-C again stops at once" in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt):
        wish.note(2, None)


def test_outside_signals_are_what_they_were():
    import signal

    before = signal.getsignal(signal.SIGINT)
    with interrupt.wish_to_stop() as wish:
        assert signal.getsignal(signal.SIGINT) == wish.note
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_signals_are_left_alone():
    import signal
    import threading

    seen = []

    def enter():
        with interrupt.wish_to_stop():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
