"""Names made of brackets only, as fansub groups of East Asia write them."""

import re

from mediavault_tui.domain.names.trailing_tags import LOOSE

BOXES = re.compile(r"[\[【](?P<text>[^\[\]【】]*)[\]】]")
_OPEN_BOX = re.compile(r"[\[【][^\[\]【】]*$")
_SEASON_STAR = re.compile(r"★[^\[【]*")  # `★10月新番★`: new in October
_NOT_A_TITLE = re.compile(
    r"^(?:[\d\W_]+|(?:19|20)\d\d|\d+[月年].*|国漫|.*字幕.*|movie|tv|ova)$", re.IGNORECASE
)
_TAGGED = re.compile(
    r"(?<![a-z0-9])(?:\d{3,4}p|\d{3,4}[x×]\d{3,4}|x26[45]|bdrip|dvdrip|web|aac|big5|v\d)(?![a-z])",
    re.IGNORECASE,
)


def boxed_title(text: str) -> str | None:
    """The title of a name made of brackets only (`[Group][剧名][Show Name]` …): the last in Latin, if any."""
    text = _SEASON_STAR.sub("", text)
    if _OPEN_BOX.search(text):
        text += "]"  # the season's mark stands in the box of the title
    boxes = [m["text"] for m in BOXES.finditer(text)]
    if len(boxes) < 2 or BOXES.sub("", text).strip(LOOSE):
        return None
    stop = next((i for i, box in enumerate(boxes) if i and _TAGGED.search(box)), len(boxes))
    names = [box for box in boxes[1:stop] if not _NOT_A_TITLE.match(box)]
    latin = [box for box in names if re.search(r"[A-Za-z]{2}", box)]
    chosen = latin[-1] if latin else names[0] if names else None
    return (re.sub(r"(?<![\x00-\x7f])\s?_\s?|\s_\s", " / ", chosen)) if chosen else None
