"""Names from CLDR: one right answer each, and splits that share nothing."""

import re
import sys
import unicodedata
from collections import Counter

import numpy as np
import pytest

from course_utils.data import names
from course_utils.data.fetch import fetch
from course_utils.data.names import KINDS, LOCALES, load_names
from course_utils.errors import EnvironmentNotReady, UsageError

SMALL = "de", "nl", "fr"


@pytest.fixture(scope="module")
def found():
    return load_names()


@pytest.fixture(scope="module")
def splits(found):
    return found.split()


def scripts_of(texts):
    """Count the different letters of each script; marks of writing such as ʼ have none."""
    letters = {c for text in texts for c in text if unicodedata.category(c) in {"Lu", "Ll", "Lo"}}
    return Counter(unicodedata.name(c).split()[0] for c in letters)


def test_there_are_24_locales_with_at_least_400_names_each(found):
    assert len(LOCALES) == len(set(LOCALES)) == len(found.languages) == 24
    assert found.locales == LOCALES
    assert np.bincount(found.labels).min() > 400
    assert dict(zip(found.locales, found.languages, strict=True))["sv"] == "Swedish"


def test_no_text_stands_twice_so_each_has_one_right_answer(found):
    assert len(set(found.texts)) == len(found.texts) == len(found.labels) == len(found.things)


def test_a_text_that_two_locales_share_is_left_out_and_counted():
    pair = load_names(("es", "it"))
    alone = Counter(text for code in ("es", "it") for text in names._names_of(names._locale(code)))
    assert alone["Argentina"] == 2
    assert "Argentina" not in pair.texts
    assert pair.ambiguous == sum(count == 2 for count in alone.values()) > 50
    assert len(pair) == sum(count == 1 for count in alone.values())


def test_texts_are_nfc_short_and_without_digits_or_brackets(found):
    for text in found.texts:
        assert unicodedata.is_normalized("NFC", text)
        assert 2 <= len(text) <= 30
        assert not any(c.isdigit() or c in "()[]" for c in text)


def test_no_name_is_a_bare_code_or_a_placeholder_for_tests(found):
    for text, thing in zip(found.texts, found.things, strict=True):
        assert text != thing.code
        assert thing.code not in {"XA", "XB"}


def test_two_scripts_only_so_that_letters_alone_give_no_language_away(found):
    for k, locale in enumerate(found.locales):
        texts = [t for t, label in zip(found.texts, found.labels, strict=True) if label == k]
        expected = {"CYRILLIC"} if locale in {"ru", "uk", "bg"} else {"LATIN"}
        usual, _ = scripts_of(texts).most_common(1)[0]
        assert {usual} == expected, locale


def test_things_are_of_three_kinds_and_named_as_expected(found):
    assert {thing.kind for thing in found.things} == set(KINDS)
    row = found.texts.index("Deutschland")
    assert found.locales[found.labels[row]] == "de"
    assert found.things[row] == ("territories", "DE")


def test_two_loads_are_equal(found):
    again = load_names()
    assert again.texts == found.texts
    np.testing.assert_array_equal(again.labels, found.labels)


def test_chance_is_below_the_majority_share_of_all_names(found):
    assert found.chance == pytest.approx(1 / 24)
    assert found.chance < found.majority < 0.08
    assert found.majority == max(Counter(found.labels.tolist()).values()) / len(found)


def test_splits_share_no_text_and_no_thing(splits):
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not set(splits[one].texts) & set(splits[other].texts)
        assert not set(splits[one].things) & set(splits[other].things)


def test_every_split_has_every_locale_equally_often(splits):
    for part in splits:
        counts = np.bincount(part.labels, minlength=24)
        assert counts.min() == counts.max() > 20
        assert part.majority == pytest.approx(part.chance)


def test_a_split_keeps_each_name_with_its_label_and_thing(found, splits):
    right = {
        t: (k, thing) for t, k, thing in zip(found.texts, found.labels, found.things, strict=True)
    }
    for part in splits:
        for text, label, thing in zip(part.texts, part.labels, part.things, strict=True):
            assert right[text] == (label, thing)


def test_the_order_of_a_split_says_nothing_about_the_label(splits):
    labels = splits.train.labels
    assert np.mean(labels[1:] == labels[:-1]) < 0.07


def test_a_seed_gives_one_split_and_another_seed_another(found):
    assert found.split(seed=3).test.texts == found.split(seed=3).test.texts
    assert set(found.split(seed=3).test.things) != set(found.split(seed=4).test.things)


def test_letters_alone_do_not_decide_but_are_no_guess_either(splits):
    """A naive Bayes guesser that counts letters: far above chance, far from right."""
    alphabet = sorted({c for text in splits.train.texts for c in text})
    place = {c: i for i, c in enumerate(alphabet)}

    def counts(part):
        table = np.zeros((len(part), len(alphabet)))
        for row, text in enumerate(part.texts):
            for c in text:
                if c in place:
                    table[row, place[c]] += 1
        return table

    train, test = counts(splits.train), counts(splits.test)
    letters = np.stack([train[splits.train.labels == k].sum(0) + 1 for k in range(24)])
    scores = test @ np.log(letters / letters.sum(1, keepdims=True)).T
    accuracy = np.mean(scores.argmax(1) == splits.test.labels)
    assert 5 * splits.test.chance < accuracy < 0.75


@pytest.mark.parametrize(
    "fractions",
    [{"valid": 0}, {"test": 0}, {"valid": 0.5, "test": 0.5}, {"valid": float("nan")}],
)
def test_impossible_fractions_are_refused(found, fractions):
    with pytest.raises(ValueError, match="more than 0 and add up to less than 1"):
        found.split(**fractions)


def test_a_split_too_small_for_some_locale_says_which():
    with pytest.raises(UsageError, match=r"no name of the locale '(de|nl|fr)'"):
        load_names(SMALL).split(valid=0.0005, test=0.0005)


@pytest.mark.parametrize("locales", [(), ("de",), ("de", "nl", "de")])
def test_fewer_than_two_or_repeated_locales_are_refused(locales):
    with pytest.raises(UsageError, match="two or more different locales"):
        load_names(locales)


@pytest.mark.parametrize("code", ["tlh", "", "de-", None, 7])
def test_an_unknown_locale_is_named(code):
    with pytest.raises(UsageError, match=re.escape(f"no locale {code!r}")):
        load_names(("de", code))


def test_without_babel_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "babel", None)
    with pytest.raises(EnvironmentNotReady, match="pip install Babel"):
        load_names(SMALL)


def test_fetch_says_that_there_is_nothing_to_download(capsys):
    assert fetch("names") is None
    assert "nothing to download" in capsys.readouterr().out
