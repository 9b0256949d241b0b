"""Dates: what a person reads is what the target says, and no test date was trained on."""

import re
import sys
import unicodedata
from datetime import date

import pytest

from course_utils.data.dates import LOCALES, STYLES, load_dates, make_dates
from course_utils.errors import EnvironmentNotReady, UsageError

ISO = re.compile(r"\d{4}-\d{2}-\d{2}")

# how the months begin, without accents; the parser below knows nothing of Babel
MONTHS = {
    "en": "jan feb mar apr may jun jul aug sep oct nov dec",
    "fr": "jan fev mar avr mai juin juil aou sep oct nov dec",
    "de": "jan feb mar apr mai jun jul aug sep okt nov dez",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "ru": "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "el": "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
}


def bare(text):
    """Lower-case letters without accents."""
    letters = unicodedata.normalize("NFD", text.lower().replace("й", "и"))
    return "".join(c for c in letters if not unicodedata.combining(c))


def read(text, locale):
    """Return the ISO form of a date in words, by rules of this test's own."""
    if locale in ("zh", "ja"):
        year, month, day = re.findall(r"\d+", text)
        return f"{int(year):04}-{int(month):02}-{int(day):02}"
    if re.fullmatch(r"\d+\.\d+\.\d{4}", text):  # German in its medium style
        day, month, year = map(int, text.split("."))
        return f"{year:04}-{month:02}-{day:02}"
    if locale == "en":
        month, day, year = re.search(r"(\w+) (\d+), (\d{4})", text).groups()
    else:
        pattern = r"(\d+)\.? (?:de )?(\w+)\.?(?: de)? (\d{4})"
        day, month, year = re.search(pattern, unicodedata.normalize("NFC", text)).groups()
    starts = MONTHS[locale].split()
    (number,) = [k for k, start in enumerate(starts, 1) if bare(month).startswith(start)]
    return f"{int(year):04}-{number:02}-{int(day):02}"


@pytest.fixture(scope="module")
def found():
    return make_dates(6000, seed=1)


def test_every_source_reads_back_to_its_target(found):
    checked = 0
    for source, target, locale in zip(found.sources, found.targets, found.locales, strict=True):
        if locale in MONTHS or locale in ("zh", "ja"):
            assert read(source, locale) == target, (locale, source)
            checked += 1
    assert checked > 5000


def test_targets_are_iso_dates_within_the_years(found):
    years = {date.fromisoformat(target).year for target in found.targets}
    assert all(ISO.fullmatch(target) for target in found.targets)
    assert (min(years), max(years)) == (1950, 2049)
    assert {t[:4] for t in make_dates(50, 0, years=(2000, 2001)).targets} == {"2000", "2001"}


def test_leap_days_come_up(found):
    assert any(target.endswith("-02-29") for target in found.targets)


def test_nine_locales_in_five_scripts_are_equally_frequent(found):
    assert len(LOCALES) == 9
    counts = [found.locales.count(locale) for locale in LOCALES]
    assert min(counts) > 550 and max(counts) < 790
    letters = {c for source in found.sources for c in source if c.isalpha()}
    scripts = {unicodedata.name(c).split()[0] for c in letters}
    assert {"LATIN", "CYRILLIC", "GREEK", "DEVANAGARI", "CJK"} <= scripts


def test_no_source_has_two_meanings(found):
    meanings = {}
    for source, target in zip(found.sources, found.targets, strict=True):
        assert meanings.setdefault(source, target) == target, source


def test_texts_are_nfc_with_plain_spaces_and_no_hidden_marks():
    everywhere = make_dates(500, 0, locales=(*LOCALES, "ar", "he", "bg", "ko"))
    for source in everywhere.sources:
        assert unicodedata.is_normalized("NFC", source)
        assert not {c for c in source if c.isspace()} - {" "}
        assert not set(source) & set("\u200e\u200f\u061c")


def test_the_long_style_names_the_month_and_the_full_one_the_weekday_too(found):
    full = make_dates(200, 3, styles=("full",)).sources
    long = make_dates(200, 3, styles=("long",)).sources
    assert all(len(a) > len(b) for a, b in zip(full, long, strict=True))
    longest = {
        style: max(map(len, make_dates(300, 0, styles=(style,)).sources)) for style in STYLES
    }
    assert longest["full"] > longest["long"] > longest["medium"]


def test_the_same_seed_gives_the_same_pairs_and_n_only_cuts(found):
    again = make_dates(100, seed=1)
    assert again.sources == found.sources[:100]
    assert again.targets == found.targets[:100]
    assert make_dates(100, seed=2).sources != again.sources


@pytest.mark.parametrize(("dates", "counts"), [(3, {3}), ((1, 4), {1, 2, 3, 4})])
def test_a_list_of_dates_has_that_many_targets_all_of_one_fold(dates, counts):
    lists = make_dates(300, seed=4, locales=("de",), styles=("long",), dates=dates)
    assert {len(ISO.findall(target)) for target in lists.targets} == counts
    home = dict(zip(*(lambda p: (p.targets, p.folds))(make_dates(20_000, 9)), strict=True))
    for source, target, fold in zip(lists.sources, lists.targets, lists.folds, strict=True):
        parts, right = source.split(", "), target.split(" ")
        assert [read(part, "de") for part in parts] == right
        assert {home[one] for one in right if one in home} <= {fold}


def test_no_date_of_a_test_list_was_trained_on_as_a_single_date():
    single = make_dates(20_000, seed=1).split()
    lists = make_dates(500, seed=2, dates=(2, 5)).split()
    seen = set(single.train.targets) | set(single.valid.targets)
    asked = {one for target in lists.test.targets for one in target.split(" ")}
    assert len(asked) > 200
    assert not asked & seen
    trained = {one for target in lists.train.targets for one in target.split(" ")}
    assert trained & seen


def test_load_dates_splits_by_date():
    splits = load_dates(3000)
    dates = [set(part.targets) for part in splits]
    assert not (dates[0] & dates[1] or dates[0] & dates[2] or dates[1] & dates[2])
    assert [len(part) for part in splits] == pytest.approx([2100, 300, 600], rel=0.2)


@pytest.mark.parametrize(
    ("kwargs", "says"),
    [
        ({"n": 0}, "n must be"),
        ({"n": 2.5}, "n must be"),
        ({"seed": -1}, "seed must be"),
        ({"dates": 0}, "dates must be"),
        ({"dates": (3, 2)}, "highest number of dates must be"),
        ({"years": (2050, 2000)}, "years must be"),
        ({"years": (1, 2000)}, "a year must be"),
        ({"years": (1000, 12000)}, "years must be"),
    ],
)
def test_numbers_that_make_no_sense_are_named(kwargs, says):
    with pytest.raises(ValueError, match=says):
        make_dates(**{"n": 1, "seed": 0, **kwargs})


@pytest.mark.parametrize(
    ("kwargs", "says"),
    [
        ({"locales": ("de", "tlh")}, "no locale 'tlh'"),
        ({"locales": (None,)}, "no locale None"),
        ({"styles": ("short",)}, "no style 'short'"),
        ({"locales": ()}, "needs a locale"),
    ],
)
def test_an_unknown_locale_or_style_is_named(kwargs, says):
    with pytest.raises(UsageError, match=says):
        make_dates(1, 0, **kwargs)


def test_without_babel_the_message_says_how_to_get_it(monkeypatch):
    from course_utils.data import dates

    dates._writer.cache_clear()
    monkeypatch.setitem(sys.modules, "babel", None)
    with pytest.raises(EnvironmentNotReady, match="pip install Babel"):
        make_dates(1, 0)
