"""How 0 to 999,999 are written out in English, German, French, Spanish and Chinese.

One function for each language, int -> str. Where a language leaves a choice:

- en: British, "one hundred and one", hyphens below 100.
- de: "einhunderteins", "eintausend", in one word, as on a cheque.
- fr: of France, with the hyphens of before 1990: "soixante et onze", "quatre-vingt-un".
- es: masculine, "veintiún mil", "ciento uno".
- zh: simplified, "二" throughout, "十" without "一" at the beginning only.

Sources: Duden on German numerals; Académie française on numerals, vingt and cent; Real
Academia Española, Ortografía (2010), chapter VIII; GB/T 15835-2011 for Chinese.
"""

HIGHEST = 999_999


def _words(text):
    return tuple(text.split())


_EN = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_EN_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_DE = _words(
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_DE_TENS = _words("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_FR = _words(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept dix-huit dix-neuf"
)
_FR_TENS = _words("vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt")
_ES = _words(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés "
    "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_ES_TENS = _words("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_HUNDREDS = _words(
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos "
    "ochocientos novecientos"
)
_ZH = "零一二三四五六七八九"
_ZH_UNITS = "千", "百", "十", ""


def english(n):
    """97 -> "ninety-seven", 1001 -> "one thousand and one"."""
    if n < 20:
        return _EN[n]
    if n < 100:
        tens, ones = divmod(n, 10)
        return _EN_TENS[tens - 2] + (f"-{_EN[ones]}" if ones else "")
    size, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    count, rest = divmod(n, size)
    words = f"{english(count)} {name}"
    if not rest:
        return words
    return f"{words} and {english(rest)}" if rest < 100 else f"{words} {english(rest)}"


def german(n):
    """21 -> "einundzwanzig", 101 -> "einhunderteins"."""
    return _german(n) + ("s" if n % 100 == 1 else "")  # eins at the end, ein before anything


def _german(n):
    if n < 20:
        return _DE[n]
    if n < 100:
        tens, ones = divmod(n, 10)
        return (f"{_DE[ones]}und" if ones else "") + _DE_TENS[tens - 2]
    size, name = (1000, "tausend") if n >= 1000 else (100, "hundert")
    count, rest = divmod(n, size)
    return _german(count) + name + (_german(rest) if rest else "")


def french(n):
    """71 -> "soixante et onze", 80 -> "quatre-vingts", 200 -> "deux cents"."""
    words = _french(n)
    # an s at the very end only: quatre-vingt-un, deux cent un, and before mille none either
    plural = n % 100 == 80 or (n % 100 == 0 and n % 1000 > 100)
    return words + "s" if plural else words


def _french(n):
    if n < 20:
        return _FR[n]
    if n < 100:
        tens, ones = divmod(n, 10)
        if tens in (7, 9):  # soixante-dix, quatre-vingt-dix: counted on to 19
            ones += 10
        words = _FR_TENS[tens - 2]
        if ones in (1, 11) and tens < 8:
            return f"{words} et {_FR[ones]}"
        return f"{words}-{_FR[ones]}" if ones else words
    size, name = (1000, "mille") if n >= 1000 else (100, "cent")
    count, rest = divmod(n, size)
    words = name if count == 1 else f"{_french(count)} {name}"
    return f"{words} {_french(rest)}" if rest else words


def spanish(n):
    """31 -> "treinta y uno", 100 -> "cien", 21000 -> "veintiún mil"."""
    if n < 30:
        return _ES[n]
    if n < 100:
        tens, ones = divmod(n, 10)
        return _ES_TENS[tens - 3] + (f" y {_ES[ones]}" if ones else "")
    if n == 100:
        return "cien"
    if n < 1000:
        hundreds, rest = divmod(n, 100)
        return _ES_HUNDREDS[hundreds - 1] + (f" {spanish(rest)}" if rest else "")
    count, rest = divmod(n, 1000)
    words = "mil" if count == 1 else f"{_shortened(spanish(count))} mil"
    return f"{words} {spanish(rest)}" if rest else words


def _shortened(words):
    """Before a noun uno loses its o, and veintiuno takes an accent: veintiún mil."""
    if words.endswith("veintiuno"):
        return words.removesuffix("uno") + "ún"
    return words.removesuffix("o") if words.endswith("uno") else words


def chinese(n):
    """10 -> "十", 101 -> "一百零一", 10010 -> "一万零一十"."""
    if n == 0:
        return _ZH[0]
    high, low = divmod(n, 10000)
    words = _section(high) + "万" if high else ""
    if low:
        words += ("零" if high and low < 1000 else "") + _section(low)
    return words.removeprefix("一") if words.startswith("一十") else words


def _section(n):
    """1 to 9999; one 零 for each gap between digits that are written."""
    words, gap = "", False
    for digit, unit in zip(f"{n:04}", _ZH_UNITS, strict=True):
        if digit == "0":
            gap = bool(words)
        else:
            words += ("零" if gap else "") + _ZH[int(digit)] + unit
            gap = False
    return words


WRITERS = {"en": english, "de": german, "fr": french, "es": spanish, "zh": chinese}
