"""Titles as people and release groups spell them: bring them to one form, and say how alike two are.

`normalise` folds away what never tells two works apart (case, accents, script, punctuation, articles,
`&`, the way a number is written) and keeps what does (sequel numbers above all). `similarity` compares
two normalised titles and explains itself. Neither knows anything of a library; evidence that needs other
files (is this word a release tag?) is weighed in `duplicates`.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

# Letters that Unicode does not decompose into a base letter and an accent. The spellings are the ones
# library catalogues and passports use (ISO 9 / BGN simplified for Cyrillic, ELOT 743 for Greek), because
# release names follow them too.
_LETTERS = str.maketrans(
    {
        **{"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"},
        **{"ħ": "h", "ŋ": "ng", "ĸ": "k", "ŧ": "t", "ſ": "s"},
        **dict(zip("абвгдезийклмнопрстуф", "abvgdeziyklmnoprstuf", strict=True)),
        **{"ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y"},
        **{"ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u"},
        **dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)),
        **{"θ": "th", "χ": "ch", "ψ": "ps"},
    }
)
# German and Scandinavian names are also spelled with a second letter where the accent is missing.
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})

_APOSTROPHES = re.compile(r"['’‘`´ʼ′]")
_WORD = re.compile(r"[^\W_]+(?:\+(?!\w))?")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}[^\W\d_]?\b|\b(?:[^\W\d_]\.){1,}[^\W\d_]\b")
_GLUED_ARTICLE = re.compile(r"The(?=[A-Z])")
_TRAILING_ARTICLE = re.compile(r"^(.*\w\W*),\s*(\w+)'?\s*$")

# `The` in front says nothing. The other articles may be words (`The A-Team`, `Die Hard`, `La La Land`,
# `I, Robot`), so leaving them out is a spelling of lower certainty.
_PLAIN_ARTICLES = frozenset({"the"})
_OTHER_ARTICLES = frozenset(
    {"a", "an", "der", "die", "das", "den", "dem", "ein", "eine", "le", "la", "les", "l", "un", "une"}
    | {"el", "los", "las", "lo", "il", "i", "gli", "uno", "una", "o", "os", "as", "um", "uma"}
    | {"de", "het", "een", "det", "en", "et", "ett"}
)
_AND = frozenset({"and", "und", "et", "y", "e", "och", "og", "en"})
_ROMAN = {
    **{"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"},
    **{"x": "10", "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16", "xx": "20"},
}
_LONE_LETTERS = frozenset({"i", "v", "x"})  # words of their own unless they close the title
_COUNTERS = frozenset(
    {
        "part",
        "pt",
        "vol",
        "volume",
        "chapter",
        "episode",
        "ep",
        "no",
        "nr",
        "teil",
        "partie",
        "parte",
        "movie",
    }
)
_NUMBER_WORDS = {
    **{"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"},
    **{"nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13"},
    **{"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth"},
}
_SAME_WORDS = {"versus": "vs", "dr": "doctor", "mr": "mister", "mrs": "missus", "vol": "volume"}


class Title(msgspec.Struct, frozen=True):
    """A title brought to one form. Equal `keys[0]` means equal but for spelling."""

    text: str
    """As given."""
    words: tuple[str, ...] = ()
    """Folded words, without `&` and without an English article in front; numbers as digits."""
    keys: tuple[str, ...] = ()
    """Spellings without spaces; the first is the main one. Empty for a title that says nothing."""
    loose_keys: tuple[str, ...] = ()
    """Spellings without a foreign article, which may be a word after all."""

    @property
    def key(self) -> str:
        """The main spelling; empty for an empty title."""
        return self.keys[0] if self.keys else ""


class Reason(msgspec.Struct, frozen=True):
    """One named, weighted part of a score."""

    name: str
    points: float
    text: str


class Similarity(msgspec.Struct, frozen=True):
    """How alike two titles are, 0–100, and why."""

    score: float
    reasons: tuple[Reason, ...]
    conflict: str | None = None
    """What makes them titles of different works although they look alike: a sequel number."""
    extra: tuple[str, ...] = ()
    """Words the longer one has in front or at the end, where all else is equal."""


def fold(text: str) -> str:
    """Lower case, Latin letters where a plain spelling exists, no accents. Other scripts stay."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) or c in "\u3099\u309a")
    return unicodedata.normalize("NFKC", bare).translate(_LETTERS)


@lru_cache(maxsize=65536)
def normalise(title: str) -> Title:
    """Bring a title to one form; never fails, whatever the text holds."""
    words = _words(fold(title))
    if not words:
        return Title(title)
    lean = _without_article(words, _PLAIN_ARTICLES)
    spellings = [_join(lean)]
    second = unicodedata.normalize("NFC", title).casefold().translate(_TWO_LETTERS)
    if second != title.casefold():
        spellings.append(_join(_without_article(_words(fold(second)), _PLAIN_ARTICLES)))
    if _GLUED_ARTICLE.match(title):
        spellings.append(_join(_words(fold(title[3:]))))
    loose = _without_article(lean, _OTHER_ARTICLES)
    loose_keys = (_join(loose),) if loose != lean else ()
    return Title(title, tuple(lean), tuple(dict.fromkeys(spellings)), loose_keys)


def _words(folded: str) -> list[str]:
    """Split folded text into words, with one spelling for numbers, `&` and initials."""
    folded = _APOSTROPHES.sub("", folded).replace("&", " and ").replace("+", " + ")
    folded = _INITIALS.sub(lambda m: m.group().replace(".", ""), folded)
    turned = _TRAILING_ARTICLE.match(folded)
    if turned and turned.group(2) in _PLAIN_ARTICLES | _OTHER_ARTICLES:
        folded = f"{turned.group(2)} {turned.group(1)}"
    words = _WORD.findall(folded)
    return _plain_numbers(_without_and([_SAME_WORDS.get(w, w) for w in words]))


def _without_and(words: list[str]) -> list[str]:
    """Drop an `and` between two words: names lose the `&` as often as they spell it.

    A single letter between single letters is an initial (`S H I E L D`).
    """
    return [
        word
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False)
        if not (word in _AND and before and after and len(word) + len(before) > 2 < len(word) + len(after))
    ]


def _plain_numbers(words: list[str]) -> list[str]:
    """Write every number as digits and drop the counter before it: `Vol. II` and `Part Two` are `2`."""
    plain = [_NUMBER_WORDS.get(w, w) for w in words]
    for i in range(1, len(plain)):
        closes = i == len(plain) - 1 or plain[i - 1] in _COUNTERS
        if plain[i] in _ROMAN and (closes or plain[i] not in _LONE_LETTERS):
            plain[i] = _ROMAN[plain[i]]
        elif plain[i] == "v":
            plain[i] = "vs"
        elif plain[i] == "one" and plain[i - 1] in _COUNTERS:
            plain[i] = "1"
    return [
        w.lstrip("0") or "0" if w.isdigit() else w
        for i, w in enumerate(plain)
        if not (i and w in _COUNTERS and i + 1 < len(plain) and plain[i + 1].isdigit())
    ]


def _without_article(words: list[str], articles: frozenset[str]) -> list[str]:
    return words[1:] if len(words) > 1 and words[0] in articles else words


def _join(words: list[str]) -> str:
    return "".join(words)


def similarity(a: str | Title, b: str | Title) -> Similarity:
    """Compare two titles.

    100: one spelling. 90 and more: the same title but for a foreign article or a slip of the pen.
    48 to 88: a number left out, one contains the other, or words differ. A sequel number on one side only,
    or another one, is a conflict and never scores above 40. An empty title is like nothing.
    """
    a, b = (normalise(t) if isinstance(t, str) else t for t in (a, b))
    if not a.keys or not b.keys:
        return Similarity(0, (Reason("title", 0, "a title is missing"),))
    if not set(a.keys).isdisjoint(b.keys):
        return Similarity(100, (Reason("title", 100, "same title"),))
    conflict = number_conflict(a, b)
    if conflict:
        score = round(min(40.0, _ratio(a, b)), 1)
        return Similarity(score, (Reason("title", score, conflict),), conflict)
    return (
        _article(a, b)
        or _subtitle(a, b)
        or _initials(a, b)
        or _contained(a, b)
        or _slip(a, b)
        or _alike(a, b)
    )


def _ratio(a: Title, b: Title) -> float:
    return fuzz.token_sort_ratio(" ".join(a.words), " ".join(b.words))


def numbers(title: Title) -> tuple[str, ...]:
    """All numbers of a title in order, also those glued to a word."""
    return tuple(n.lstrip("0") or "0" for w in title.words for n in re.findall(r"\d+", w))


def number_conflict(a: Title, b: Title) -> str | None:
    """Why the numbers in two titles make them different works, or None.

    A number only one of them has is a conflict too (`Rocky`, `Rocky II`), unless it is a closing 1, or the
    same subtitle follows it (`Star Wars Episode IV: A New Hope`, `Star Wars: A New Hope`).
    """
    left, right = Counter(numbers(a)), Counter(numbers(b))
    if left == right:
        return None
    if left - right and right - left:
        return f"another number: {' '.join(left)} / {' '.join(right)}"
    longer, shorter = (a, b) if left - right else (b, a)
    found = tuple((left - right or right - left).elements())
    if _wordy(longer) == _wordy(shorter) and not longer.words[0].isdigit():
        closing = longer.words[-1].isdigit()
        if (closing and found == ("1",)) or (not closing and len(_wordy(longer)) >= 3):
            return None
    return f"number {' '.join(found)} on one side only"


def _wordy(title: Title) -> list[str]:
    return [w for w in title.words if not w.isdigit()]


def _article(a: Title, b: Title) -> Similarity | None:
    if {*a.keys, *a.loose_keys}.isdisjoint({*b.keys, *b.loose_keys}):
        return None
    both = bool(a.loose_keys and b.loose_keys)
    # A foreign article that only one side has could be a word: sure enough only where much else agrees.
    key = a.loose_keys[0] if a.loose_keys else b.loose_keys[0]
    score = 95.0 if both or len(key) >= 8 else 80.0
    return Similarity(score, (Reason("title", score, "same title but for an article"),))


def _subtitle(a: Title, b: Title) -> Similarity | None:
    if _wordy(a) != _wordy(b) or len(a.words) == len(b.words):
        return None
    score = 88.0 if len(_wordy(a)) >= 3 else 80.0
    return Similarity(score, (Reason("title", score, "same title, one leaves out its number"),))


def _initials(a: Title, b: Title) -> Similarity | None:
    """`Law & Order SVU` and `Law & Order: Special Victims Unit`, `CSI` and `CSI: Crime Scene Investigation`."""
    longer, shorter = (a, b) if len(a.words) > len(b.words) else (b, a)
    last = len(shorter.words) - 1
    if longer.words[:last] != shorter.words[:last]:
        return None
    spelled = longer.words[last + (longer.words[last] == shorter.words[last]) :]
    if len(spelled) < 3 or "".join(word[0] for word in spelled) != shorter.words[last]:
        return None
    text = f"{shorter.words[last]} are the initials of {' '.join(spelled)}"
    return Similarity(90.0, (Reason("title", 90.0, text),))


def extra_words(a: Title, b: Title) -> tuple[str, ...]:
    """The words by which the longer title exceeds the shorter at one end; empty if it does not."""
    longer, shorter = (a, b) if len(a.key) > len(b.key) else (b, a)
    for key in shorter.keys:
        joined = ""
        for i, word in enumerate(longer.words[:-1], start=1):
            joined += word
            if joined == key:
                return longer.words[i:]
        joined = ""
        for i in range(len(longer.words) - 1, 0, -1):
            joined = longer.words[i] + joined
            if joined == key:
                return longer.words[:i]
    return ()


def _contained(a: Title, b: Title) -> Similarity | None:
    extra = extra_words(a, b)
    if not extra:
        return None
    score = max(48.0, 66.0 - 6.0 * len(extra))
    text = f"one title has {' '.join(extra)} besides"
    return Similarity(score, (Reason("title", score, text),), extra=extra)


def _slip(a: Title, b: Title) -> Similarity | None:
    """One slip of the pen in a long enough title; a plural is no slip (`Alien`, `Aliens`)."""
    shortest = min(len(a.key), len(b.key))
    if shortest < 7:
        return None
    distance = Levenshtein.distance(a.key, b.key, score_cutoff=2)
    if distance > (1 if shortest < 12 else 2) or _plural(a, b) or _whole_word(a, b):
        return None
    score = 92.0 if distance == 1 else 88.0
    return Similarity(score, (Reason("title", score, f"{distance} letter(s) differ"),))


def _plural(a: Title, b: Title) -> bool:
    if len(a.words) != len(b.words):
        return a.key + "s" == b.key or b.key + "s" == a.key
    differing = [(x, y) for x, y in zip(a.words, b.words, strict=True) if x != y]
    return all(x + "s" == y or y + "s" == x for x, y in differing)


def _whole_word(a: Title, b: Title) -> bool:
    """Whether the difference is a short word of its own or replaces one, rather than letters in a word."""
    if len(a.words) == len(b.words):
        return any(x != y and min(len(x), len(y)) < 5 for x, y in zip(a.words, b.words, strict=True))
    ours, theirs = set(a.words) - set(b.words), set(b.words) - set(a.words)
    return not ours or not theirs


def _alike(a: Title, b: Title) -> Similarity:
    # 26 below the plain ratio: two titles that share most letters are mostly two works of one kind. So are
    # those that differ by a plural, or in a word with a number (`DS9`, `9`).
    ratio = _ratio(a, b)
    differing = set(a.words) ^ set(b.words)
    highest = 50.0 if _plural(a, b) or any(c.isdigit() for word in differing for c in word) else 74.0
    score = round(min(highest, max(0.0, ratio - 26)), 1)
    return Similarity(score, (Reason("title", score, f"words agree to {ratio:.0f} %"),))
