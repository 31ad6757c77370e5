"""How files, titles and pictures are called on the screens."""

import time

from mediavault_tui.domain import quality
from mediavault_tui.domain.media import Kind, ReleaseName, VideoTrack
from mediavault_tui.domain.text import printable
from mediavault_tui.store.library_queries import Line
from mediavault_tui.store.search import fold

KINDS = {Kind.EPISODE: "show", Kind.MOVIE: "film", Kind.EXTRA: "extra", Kind.OTHER: "other"}
STATUS_ROLES = {
    "ok": "good", "damaged": "bad", "suspect": "warning", "unreadable": "bad", "offline": "warning",
    "missing": "warning",
    "archived": "muted", "purged": "muted",
}  # fmt: skip


def episode_mark(name: ReleaseName) -> str:
    """`S01E02E03`, `E017`, a date, or nothing."""
    if name.date:
        return name.date
    season = f"S{name.season:02d}" if name.season is not None else ""
    width = 2 if name.season is not None else 3
    return season + "".join(f"E{episode:0{width}d}" for episode in name.episodes)


def title_of(name: ReleaseName, path: bytes) -> str:
    """What a file is called: title with episode, year, edition, part; its file name when nothing is known."""
    if name.title is None:
        return printable(path.rpartition(b"/")[2])
    words = [name.title]
    if name.kind is Kind.EPISODE:
        words.append(episode_mark(name))
    elif name.year:
        words.append(f"({name.year})")
    return " ".join(filter(None, [*words, _extra(name)]))


def _extra(name: ReleaseName) -> str:
    words = [name.edition, f"part {name.part}" if name.part else None, "3D" if name.three_d else None]
    found = ", ".join(filter(None, words))
    return f"· {found}" if found else ""


def picture_of(width: int | None, height: int | None, codec: str | None, hdr: str | None) -> str:
    """`1080p HEVC HDR10`; nothing when the file was not looked into yet."""
    if not width or not height:
        return ""
    tier = quality.tier(VideoTrack(codec or "", width, height))
    short = {"Dolby Vision": "DV"}
    kinds = "+".join(short.get(kind, kind) for kind in hdr.split(", ")) if hdr else ""
    return " ".join(filter(None, [tier, codec, kinds]))


def picture_of_line(line: Line) -> str:
    """The same, of a line of a list."""
    return picture_of(line.width, line.height, line.video_codec, line.hdr)


def highlighted(text: str, words: list[str], role: str = "") -> list[tuple[str, str]]:
    """`text` in pieces, those that a search found in the role `match`."""
    folded = fold(text)
    if not words or len(folded) != len(text):  # folding changed the places of letters
        return [(text, role)]
    found = [False] * len(text)
    for word in words:
        start = folded.find(word)
        while start >= 0:
            found[start : start + len(word)] = [True] * len(word)
            start = folded.find(word, start + len(word))
    pieces: list[tuple[str, str]] = []
    for letter, is_match in zip(text, found, strict=True):
        style = "bold match" if is_match else role
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + letter, style)
        else:
            pieces.append((letter, style))
    return pieces


def days(at: int) -> str:
    """A date for people."""

    return time.strftime("%Y-%m-%d", time.localtime(at))


def hours(seconds: float) -> str:
    """A long duration: `312 days`, `5 h 12 min`, `42 min`."""
    minutes = round(seconds / 60)
    if minutes >= 3 * 24 * 60:
        return f"{minutes / 1440:,.0f} days"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def moment(at: int) -> str:
    """A date and time for people."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
