"""Bilingual titles: of two scripts side by side, the Latin one names the work for matching."""

import re

_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"
_CJK_THEN_LATIN = re.compile(
    rf"^([^A-Za-z]*[{_CJK}][^A-Za-z]*?)[\s._/\-·]+([A-Z0-9][^{_CJK}]*[A-Za-z][^{_CJK}]*|(?<=\.)[a-z][^{_CJK}]*)$"
)
_LATIN_THEN_CJK = re.compile(rf"^([A-Z][^{_CJK}]*[a-z][^{_CJK}]*)\s+([{_CJK}][^A-Za-z]*)$")
_ARABIC_THEN_LATIN = re.compile(r"^([\u0600-\u06ff][^A-Za-z]*?)[\s._\-]+([A-Z][^\u0600-\u06ff]*)$")
_OTHER_SCRIPT = re.compile(rf"[\u0400-\u04ff\u0600-\u06ff{_CJK}]")


def prefer_latin(title: str) -> tuple[str, str | None]:
    """The title to match by, and the other one: `抓娃娃 Successor`, `Черное зеркало / Black Mirror`.

    CJK and Latin words may stand beside each other, Arabic before Latin; other scripts need a slash between.
    """
    if title.isascii():
        return title, None
    for joint in (" / ", "/", " | "):
        sides = [side.strip() for side in title.split(joint)]
        latin = [side for side in sides if _LATIN_WORD.search(side) and not _OTHER_SCRIPT.search(side)]
        if len(sides) > 1 and latin and len(latin) < len(sides):
            return latin[-1], next(side for side in sides if side not in latin)
    if m := (_CJK_THEN_LATIN.match(title) or _ARABIC_THEN_LATIN.match(title)):
        return m[2].strip(" ._"), m[1].strip()
    if m := _LATIN_THEN_CJK.match(title):
        return m[1].strip(), m[2].strip()
    return title, None


def not_latin(title: str) -> bool:
    """Whether a title has no word in Latin letters."""
    return not _LATIN_WORD.search(title)
