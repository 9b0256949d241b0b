"""Numbers in words: the hard cases of each language, and no number in two splits."""

import numpy as np
import pytest

from course_utils.data.number_words import HIGHEST, WRITERS
from course_utils.data.numbers import LANGUAGES, load_numbers, make_numbers
from course_utils.errors import UsageError

KNOWN = {
    "en": {
        0: "zero",
        13: "thirteen",
        40: "forty",
        97: "ninety-seven",
        100: "one hundred",
        101: "one hundred and one",
        1001: "one thousand and one",
        1100: "one thousand one hundred",
        21_345: "twenty-one thousand three hundred and forty-five",
        900_090: "nine hundred thousand and ninety",
    },
    "de": {
        0: "null",
        1: "eins",
        16: "sechzehn",
        17: "siebzehn",
        21: "einundzwanzig",
        30: "dreißig",
        101: "einhunderteins",
        111: "einhundertelf",
        1001: "eintausendeins",
        1021: "eintausendeinundzwanzig",
        101_000: "einhunderteintausend",
        999_999: "neunhundertneunundneunzigtausendneunhundertneunundneunzig",
    },
    "fr": {
        0: "zéro",
        17: "dix-sept",
        21: "vingt et un",
        22: "vingt-deux",
        61: "soixante et un",
        70: "soixante-dix",
        71: "soixante et onze",
        77: "soixante-dix-sept",
        80: "quatre-vingts",
        81: "quatre-vingt-un",
        91: "quatre-vingt-onze",
        99: "quatre-vingt-dix-neuf",
        100: "cent",
        180: "cent quatre-vingts",
        200: "deux cents",
        201: "deux cent un",
        1000: "mille",
        1100: "mille cent",
        2000: "deux mille",
        80_000: "quatre-vingt mille",
        200_000: "deux cent mille",
        200_200: "deux cent mille deux cents",
        71_080: "soixante et onze mille quatre-vingts",
    },
    "es": {
        16: "dieciséis",
        21: "veintiuno",
        31: "treinta y uno",
        100: "cien",
        101: "ciento uno",
        500: "quinientos",
        700: "setecientos",
        900: "novecientos",
        1000: "mil",
        1100: "mil cien",
        21_000: "veintiún mil",
        31_000: "treinta y un mil",
        100_000: "cien mil",
        101_001: "ciento un mil uno",
    },
    "zh": {
        0: "零",
        10: "十",
        11: "十一",
        20: "二十",
        100: "一百",
        101: "一百零一",
        110: "一百一十",
        1001: "一千零一",
        1010: "一千零一十",
        1100: "一千一百",
        10_000: "一万",
        10_001: "一万零一",
        10_100: "一万零一百",
        11_000: "一万一千",
        100_000: "十万",
        100_010: "十万零一十",
        110_000: "十一万",
        210_003: "二十一万零三",
        501_000: "五十万一千",
    },
}


@pytest.mark.parametrize(
    ("language", "number"), [(code, number) for code, row in KNOWN.items() for number in row]
)
def test_hard_cases_are_written_as_they_are_said(language, number):
    assert WRITERS[language](number) == KNOWN[language][number]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_are_written_alike(language):
    numbers = [*range(12_000), *range(12_000, HIGHEST + 1, 97), HIGHEST]
    assert len({WRITERS[language](number) for number in numbers}) == len(numbers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_have_single_spaces_and_end_in_letters(language):
    for number in range(0, HIGHEST + 1, 1009):
        text = WRITERS[language](number)
        assert text == " ".join(text.split())
        assert text[0].isalpha() and text[-1].isalpha()


def value_of(text):
    """Read a Chinese number: digits wait for their unit, 万 multiplies all before it."""
    units = {"十": 10, "百": 100, "千": 1000}
    total, section, digit = 0, 0, 0
    for c in text:
        if c in units:
            section += (digit or 1) * units[c]
            digit = 0
        elif c == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
        else:
            digit = "零一二三四五六七八九".index(c)
    return total + section + digit


def test_chinese_numbers_read_back():
    for number in [*range(2000), *range(2000, HIGHEST + 1, 61)]:
        assert value_of(WRITERS["zh"](number)) == number


def test_pairs_hold_the_words_and_the_digits_of_one_number():
    found = make_numbers(2000, seed=1)
    assert set(found.locales) == set(LANGUAGES) == {"en", "de", "fr", "es", "zh"}
    for source, target, language in zip(found.sources, found.targets, found.locales, strict=True):
        assert WRITERS[language](int(target)) == source


def test_swapped_goes_from_digits_to_words_and_says_the_language():
    mixed = make_numbers(50, 1).swapped()
    for source, target in zip(mixed.sources, mixed.targets, strict=True):
        language, digits = source.split()
        assert WRITERS[language](int(digits)) == target
    assert all(text.isdigit() for text in make_numbers(50, 1, ("fr",)).swapped().sources)


def test_words_can_go_into_another_languages_words():
    found = make_numbers(50, 1, ("en",), into="zh")
    digits = make_numbers(50, 1, ("en",)).targets
    assert found.targets == tuple(WRITERS["zh"](int(d)) for d in digits)


def test_longer_numbers_are_likelier_in_proportion_to_their_length():
    lengths = np.array([len(t) for t in make_numbers(21_000, 3).targets])
    assert np.bincount(lengths)[1:].tolist() == pytest.approx(
        [1000 * k for k in range(1, 7)], rel=0.15
    )


def test_no_number_exceeds_the_highest_and_all_small_ones_come():
    values = {int(t) for t in make_numbers(2000, 0, highest=42).targets}
    assert values == set(range(43))
    assert set(make_numbers(20, 0, highest=0).targets) == {"0"}


def test_the_same_seed_gives_the_same_pairs_and_n_only_cuts():
    assert make_numbers(10, 5).sources == make_numbers(100, 5).sources[:10]
    assert make_numbers(10, 5).sources != make_numbers(10, 6).sources


def test_splits_share_no_number_in_whatever_language():
    parts = [{int(t) for t in part.targets} for part in load_numbers(5000)]
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])


@pytest.mark.parametrize("kwargs", [{"n": 0}, {"seed": -1}, {"highest": -1}, {"highest": 10**6}])
def test_numbers_that_make_no_sense_are_named(kwargs):
    (name,) = kwargs
    with pytest.raises(ValueError, match=f"{name} must be"):
        make_numbers(**{"n": 1, "seed": 0, **kwargs})


def test_a_language_without_rules_lists_those_with():
    with pytest.raises(UsageError, match="no rules for numbers in 'da'") as caught:
        make_numbers(1, 0, ("en", "da"))
    assert "en, de, fr, es, zh" in caught.value.fix
    with pytest.raises(UsageError, match="'da'"):
        make_numbers(1, 0, ("en",), into="da")
    with pytest.raises(UsageError, match="needs a language"):
        make_numbers(1, 0, ())
