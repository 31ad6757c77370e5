"""Pairs of altered films, and what comparing each should say: the table behind `altered_films.py`.

`Workshop` makes sources of pieces from real recordings (and drawn scenes where these are too few), `short_pairs` what
is done to some 100 seconds of them, `long_pairs` to 20 or 90 minutes.
"""

import random
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import films
import recuts
import remixes
from recuts import PLAIN, POOR, SECOND, Cut, Piece

from mediavault_tui.domain.content.alignment_evidence import PAL


class Expected(StrEnum):
    """What the comparison should come to."""

    SAME = "same"
    PART = "part"
    """a is a short part of b: the same pictures, in a place that is told."""
    UNSURE = "unsure"
    NOT_SAME = "not same"
    """Unsure or different: never a pair."""
    NOT_DIFFERENT = "not different"
    """A pair, or at least unsure."""
    DIFFERENT = "different"


Stretch = tuple[float, float, float]
"""Start and end in a, start in b."""


@dataclass(frozen=True)
class Pair:
    """Two files, and what is true of them."""

    row: str
    """Number of the kind; letters for controls."""
    name: str
    a: Path
    b: Path
    expected: Expected
    offset_s: float | None = None
    """None: must not be claimed, or is not looked at where nothing is the same."""
    speed: float = 1.0
    stretches: tuple[Stretch, ...] = ()
    title: bool = False
    """Whether an equal title makes the pair hard: never above "possible"."""


class Workshop:
    """Sources and finished films, kept in one folder."""

    def __init__(
        self, folder: Path, media: Path | None, without: tuple[str, ...], size: str = "640:360"
    ) -> None:
        self.folder, self.size = folder, size
        self.sources = folder / "sources"
        self.sources.mkdir(parents=True, exist_ok=True)
        found = recuts.recordings(media, without) if media else []
        self.clips = [
            recuts.normalised(each, self.sources / f"clip {n} {each.stem}.mkv", size)
            for n, each in enumerate(found)
        ]
        for n in range(len(self.clips), 6):
            self.clips.append(self.drawn(f"clip {n} drawn", films.scenes(300 + n, 30)))
        self.lengths = [recuts.seconds(each) for each in self.clips]
        self._cuts: dict[Path, tuple[Piece, ...]] = {}

    def drawn(self, name: str, film: films.Film, sound: str = "") -> Path:
        """A drawn source; brown noise of its own unless told otherwise."""
        seed = sum(name.encode())
        return recuts.drawn(
            film,
            self.sources / f"{name}.mkv",
            sound or f"anoisesrc=color=brown:seed={seed}:sample_rate=48000",
            self.size,
        )

    def clip(self, number: int, start_s: float = 0.0, end_s: float | None = None, filters: str = "") -> Piece:
        """A piece of a recording."""
        whole = self.lengths[number] - 0.1
        return Piece(self.clips[number], start_s, whole if end_s is None else min(end_s, whole), filters)

    def film(self) -> tuple[Path, float]:
        """F: the longest recordings in a row, about 100 s, and its length."""
        pieces: list[Piece] = []
        passed = 0.0
        for number, length in enumerate(self.lengths):
            if passed < 100:
                end = int(min(length - 0.2, 108 - passed) * recuts.RATE) / recuts.RATE
                pieces.append(self.clip(number, 0.0, end))
                passed += end
        return self.source("F", tuple(pieces)), passed

    def source(self, name: str, pieces: tuple[Piece, ...]) -> Path:
        """Pieces in a row, as a source of others."""
        path = self.sources / f"{name}.mkv"
        self._cuts[path] = pieces
        return recuts.make(path, Cut(pieces, coding=recuts.MASTER))

    def made(self, name: str, cut: Cut) -> Path:
        """A finished film."""
        path = self.folder / f"{name}.{cut.extension}"
        self._cuts[path] = cut.pieces
        return recuts.make(path, cut)

    def share(self, film: Path, other: Path) -> float:
        """How much of a film's pictures are in the other too, wherever, by what both were cut from."""
        here, there = self._origins(film), self._origins(other)
        common = sum(_covered(each, there) for each in here)
        return common / max(1e-6, sum(end - start for _, start, end in here))

    def _origins(self, film: Path) -> list["Origin"]:
        """Uncut sources, with the time taken of each; a still is a source of its own."""
        found: list[Origin] = []
        for piece in self._cuts.get(film, ()):
            if "loop=" in piece.filters:
                found.append(((piece.path, piece.start_s), 0.0, 5.0))
            elif piece.path not in self._cuts:
                found.append(((piece.path, None), piece.start_s, piece.end_s))
            else:
                found += _cut_out(self._origins(piece.path), piece.start_s, piece.end_s)
        return found


Origin = tuple[tuple[Path, float | None], float, float]
"""What it is of (a file, or one picture of it), and from where to where."""


def _cut_out(origins: list[Origin], start_s: float, end_s: float) -> Iterator[Origin]:
    """What lies between two times of them all in a row."""
    at = 0.0
    for source, start, end in origins:
        first, last = max(start_s - at, 0.0), min(end_s - at, end - start)
        if last > first:
            yield source, start + first, start + last
        at += end - start


def _covered(origin: Origin, others: list[Origin]) -> float:
    """Seconds of it that are in any of the others."""
    source, start, end = origin
    known = sorted((max(a, start), min(b, end)) for each, a, b in others if each == source)
    seconds, reached = 0.0, start
    for first, last in known:
        if last > max(first, reached):
            seconds += last - max(first, reached)
            reached = last
    return seconds


def short_pairs(shop: Workshop, rows: Container[str]) -> Iterator[Pair]:
    """These kinds with films of some 100 s."""
    path, length = shop.film()
    other = shop.drawn("other scenes", films.scenes(900, 130))
    kinds = {
        ("1", "2"): lambda: _recut(shop, path, length, other),
        ("3", "4", "5", "6"): lambda: _changed(shop, path, length),
        ("7",): lambda: _title_only(shop, path, length, other),
        ("8", "10"): lambda: _one_view(shop),
        ("9",): lambda: _twice(shop),
        ("11",): lambda: _contained(shop, path),
        ("12",): lambda: _little(shop),
        ("N",): lambda: _strangers(shop, path, length, other),
        ("P",): lambda: _ordinary(shop, path, length, other),
    }
    for told, pairs in kinds.items():
        if any(row in rows for row in told):
            yield from (pair for pair in pairs() if pair.row in rows)


ROWS = (*(str(row) for row in range(1, 13)), "N", "P")
"""The kinds in their order: twelve that went wrong, strangers, and what was right."""


def _recut(shop: Workshop, path: Path, length: float, other: Path) -> Iterator[Pair]:
    """Row 1 and 2: parts missing, other material inserted."""

    def part(start_s: float, end_s: float = length) -> Piece:
        return Piece(path, start_s, end_s)

    whole = shop.made("F whole", Cut((part(0),)))
    cuts = {
        "30 s missing": ((0, 35), (65, length)),
        "8 s missing": ((0, 47), (55, length)),
        "12 s and 20 s missing": ((0, 20), (32, 60), (80, length)),
        "start and middle missing": ((10, 40), (62, length)),
    }
    for name, kept in cuts.items():
        copy = shop.made(f"F {name}", Cut(tuple(part(*each) for each in kept), coding=SECOND))
        at, stretches = 0.0, []
        for start, end in kept:
            stretches.append((float(start), float(end), at))
            at += end - start
        yield Pair("1", name, whole, copy, Expected.SAME, -float(kept[0][0]), stretches=tuple(stretches))
    inserts = {
        "15 s and 20 s inserted": (((0, 33), (33, 70), (70, length)), (15.0, 20.0)),
        "10 s inserted": (((0, 60), (60, length)), (10.0,)),
        "5 s, 15 s and 10 s inserted": (((0, 15), (15, 50), (50, 85), (85, length)), (5.0, 15.0, 10.0)),
    }
    for name, (kept, lengths) in inserts.items():
        pieces, at, stretches, taken = [], 0.0, [], 5.0
        for number, (start, end) in enumerate(kept):
            pieces.append(part(start, end))
            stretches.append((float(start), float(end), at))
            at += end - start
            if number < len(lengths):
                pieces.append(Piece(other, taken, taken + lengths[number]))
                at += lengths[number]
                taken += lengths[number] + 1
        copy = shop.made(f"F {name}", Cut(tuple(pieces), coding=SECOND))
        yield Pair("2", name, whole, copy, Expected.SAME, 0.0, stretches=tuple(stretches))
    adverts = [shop.clip(number, 0, 4) for number in range(len(shop.clips) - 3, len(shop.clips))]
    pieces = [part(0, 40), *adverts, part(40)]
    at = 40 + sum(each.end_s - each.start_s for each in adverts)
    copy = shop.made("F real clips inserted", Cut(tuple(pieces), coding=SECOND))
    yield Pair(
        "2", "real clips inserted", whole, copy, Expected.SAME, 0.0, stretches=((0, 40, 0), (40, length, at))
    )
    both = [part(0, 30), part(50, 75), Piece(other, 80, 92), part(75)]
    copy = shop.made("F one missing, one inserted", Cut(tuple(both), coding=SECOND))
    yield Pair("2", "20 s missing, 12 s inserted", whole, copy, Expected.SAME, 0.0,
               stretches=((0, 30, 0), (50, 75, 30), (75, length, 67)))  # fmt: skip


def _changed(shop: Workshop, path: Path, length: float) -> Iterator[Pair]:
    """Rows 3 to 6: crops, dark, mirrored, upside down."""
    whole = shop.made("F whole", Cut((Piece(path, 0, length),)))

    def changed(row: str, name: str, filters: str, expected: Expected = Expected.SAME) -> Pair:
        copy = shop.made(f"F {name}", Cut((Piece(path, 0, length),), filters, coding=SECOND))
        return Pair(row, name, whole, copy, expected, 0.0)

    yield changed("3", "pan and scan", "crop=480:360")
    yield changed("3", "pan and scan, moving", "crop=480:360:x='80+80*sin(t/5)':y=0")
    yield changed("3", "pan and scan, off centre", "crop=480:360:20:0")
    yield changed("4", "80 % of the width", "crop=iw*0.8:ih")
    dark = "lutyuv=y=16+(val-16)*0.16,boxblur=1"
    darkened = shop.made("F dark", Cut((Piece(path, 0, length),), dark, coding=SECOND))
    poor = shop.made(
        "F dark, low bit rate", Cut((Piece(path, 0, length),), dark, coding=POOR, extension="mp4")
    )
    yield Pair("4", "dark beside low bit rate", darkened, poor, Expected.SAME, 0.0)
    yield Pair("4", "dark beside whole", darkened, whole, Expected.SAME, 0.0)
    yield changed("5", "mirrored", "hflip")
    for number in (0, 2):
        clip = Piece(shop.clips[number], 2, min(22, shop.lengths[number] - 1))
        plain = shop.made(f"clip {number} of 20 s", Cut((clip,)))
        mirrored = shop.made(f"clip {number} of 20 s, mirrored", Cut((clip,), "hflip", coding=SECOND))
        yield Pair("5", f"clip {number} mirrored", plain, mirrored, Expected.SAME, 0.0)
    yield changed(
        "5", "mirrored, small, logo", "hflip,scale=320:180,drawbox=x=250:y=10:w=40:h=25:color=white:t=fill"
    )
    yield changed("6", "corner 70 %", "crop=iw*0.7:ih*0.7:iw*0.3:ih*0.3", Expected.NOT_DIFFERENT)
    yield changed("6", "other corner 70 %", "crop=iw*0.7:ih*0.7:0:0", Expected.NOT_DIFFERENT)
    yield changed("6", "upside down", "hflip,vflip", Expected.NOT_DIFFERENT)
    yield changed("6", "flipped vertically", "vflip", Expected.NOT_DIFFERENT)


def _title_only(shop: Workshop, path: Path, length: float, other: Path) -> Iterator[Pair]:
    """Row 7: other films under one title."""
    whole = shop.made("F whole", Cut((Piece(path, 0, length),)))
    rest = length * 0.7
    opening = Cut((Piece(path, 0, length - rest), Piece(other, 10, 10 + rest)), coding=SECOND)
    yield Pair(
        "7", "same opening 30 %", whole, shop.made("same opening", opening), Expected.NOT_SAME, title=True
    )
    credits = Cut((Piece(other, 10, 10 + rest), Piece(path, rest, length)), coding=SECOND)
    yield Pair(
        "7", "same credits 30 %", whole, shop.made("same credits", credits), Expected.NOT_SAME, title=True
    )
    moments = (1.0, 4.0, 2.0, 3.0, 8.0, 15.0, 12.0, 1.5, 14.0, 22.0, 20.0, 0.5, 19.0, 27.0, 25.0, 3.5)
    stills = [
        Piece(shop.clips[n % 4], at, at + 0.05, "loop=loop=119:size=1,setpts=N/24/TB")
        for n, at in enumerate(moments)
    ]
    sound = (Piece(path, 0, length),)
    slides = shop.made("slideshow", Cut(tuple(stills), sound_of=sound, coding=PLAIN))
    shuffled = random.Random(3).sample(stills, len(stills))
    again = shop.made("slideshow, other order", Cut(tuple(shuffled), sound_of=sound, coding=SECOND))
    yield Pair("7", "slideshow in another order", slides, again, Expected.NOT_SAME, title=True)
    dubbed = Cut((Piece(other, 5, 5 + length),), sound_of=(Piece(path, 0, length),), coding=SECOND)
    yield Pair(
        "7",
        "other pictures, same sound",
        whole,
        shop.made("same sound", dubbed),
        Expected.NOT_SAME,
        title=True,
    )
    yield Pair("7", "other film of that length", whole, shop.made("other film", Cut((Piece(other, 5, 5 + length),))),
               Expected.NOT_SAME, title=True)  # fmt: skip


def _one_view(shop: Workshop) -> Iterator[Pair]:
    """Rows 8 and 10: one static take and its crop; two shows that move periodically."""
    take = shop.drawn("static take", films.one_take(77, 25))
    plain = shop.made("static take", Cut((Piece(take, 0, 25),)))
    crop = shop.made(
        "static take, cropped", Cut((Piece(take, 0, 25),), "crop=iw*0.94:ih*0.94", coding=SECOND)
    )
    yield Pair("8", "static take, small crop", plain, crop, Expected.NOT_DIFFERENT, 0.0)
    for number in (3, 4):
        still = Piece(shop.clips[number], 1, 1.05, "loop=loop=479:size=1,setpts=N/24/TB")
        moved = "noise=alls=6:allf=t,scale=w=704:h=396,crop=640:360:x='32+6*sin(t*0.9)':y='18+4*sin(t*1.7)'"
        shaken = shop.made(f"still {number}, hand held", Cut((still,), moved))
        crop = shop.made(
            f"still {number}, hand held, cropped",
            Cut((still,), f"{moved},crop=iw*0.95:ih*0.95", coding=SECOND),
        )
        yield Pair("8", f"still {number} hand held, small crop", shaken, crop, Expected.NOT_DIFFERENT, 0.0)
    for name, period in (("4 s", 4.0), ("2.5 s", 2.5)):
        shows = []
        for phase, frequency, coding in ((0.0, 300, PLAIN), (1.9, 520, SECOND)):
            show = f"show, period {name}, phase {phase}"
            source = shop.sources / f"{show}.mkv"
            if not source.exists():
                sine = f"sine=frequency={frequency}:sample_rate=48000,aformat=channel_layouts=stereo"
                turn = f"2*PI*t/{period}+{phase}"
                swing = f"overlay=x='W/2-60+200*sin({turn})':y='H/2-40+60*cos({turn})'"
                recuts.run("-ss", "1", "-t", "0.05", "-i", str(shop.clips[0]),
                           "-f", "lavfi", "-i", "color=orange:s=120x100:r=24",
                           "-f", "lavfi", "-i", sine, "-filter_complex",
                           f"[0:v]fps=24,loop=loop=1440:size=1,setpts=N/24/TB[s];[s][1:v]{swing}[v]",
                           "-map", "[v]", "-map", "2:a", "-t", "60", *recuts.MASTER,
                           "-pix_fmt", "yuv420p", "-c:a", "flac", to=source)  # fmt: skip
            shows.append(shop.made(show, Cut((Piece(source, 0, 60),), coding=coding)))
        yield Pair("10", f"periodic, {name}", shows[0], shows[1], Expected.NOT_SAME)


def _twice(shop: Workshop) -> Iterator[Pair]:
    """Row 9: the same stretch twice in one film."""
    scenes = shop.drawn("scenes of 150 s", films.scenes(901, 150))
    real = [shop.clip(n) for n in range(3)]
    every = (Piece(scenes, 0, 150), *real, shop.clip(0, filters="hflip"))
    part = shop.source("part of 5 min", every)
    length = int((recuts.seconds(part) - 0.1) * recuts.RATE) / recuts.RATE
    piece = Piece(part, 0, length)
    one = shop.made("five minutes twice", Cut((piece, piece), "scale=320:180"))
    two = shop.made("five minutes twice, again", Cut((piece, piece), "scale=320:180", coding=SECOND))
    yield Pair("9", "five minutes twice in one film", one, two, Expected.SAME, 0.0)
    path, whole = shop.film()
    half = Piece(path, 0, whole)
    one = shop.made("F twice", Cut((half, half)))
    two = shop.made("F twice, again", Cut((half, half), coding=SECOND))
    yield Pair("9", "F twice in one film", one, two, Expected.SAME, 0.0)


def _contained(shop: Workshop, path: Path) -> Iterator[Pair]:
    """Row 11: a clip that is a short part of the other."""
    whole = shop.made("F whole", Cut((Piece(path, 0, shop.film()[1]),)))
    for start, end in ((60, 80), (12, 18), (85, 95), (30, 33)):
        clip = shop.made(f"F from {start} to {end}", Cut((Piece(path, start, end),), coding=SECOND))
        yield Pair("11", f"{end - start} s of F", clip, whole, Expected.PART, float(start),
                   stretches=((0.0, float(end - start), float(start)),))  # fmt: skip
    for number, start, end in ((0, 20, 29), (1, 10, 16), (2, 5, 11)):
        entire = shop.made(f"clip {number} whole", Cut((shop.clip(number),)))
        clip = shop.made(
            f"clip {number} from {start}",
            Cut((shop.clip(number, start, end),), "scale=426:240", coding=SECOND),
        )
        yield Pair("11", f"{end - start} s of clip {number}", clip, entire, Expected.PART, float(start))
    mirrored = shop.made("F from 60 to 80, mirrored", Cut((Piece(path, 60, 80),), "hflip", coding=SECOND))
    yield Pair("11", "20 s of F, mirrored", mirrored, whole, Expected.PART, 60.0)
    cropped = shop.made(
        "F from 60 to 80, cropped", Cut((Piece(path, 60, 80),), "crop=480:360", coding=SECOND)
    )
    yield Pair("11", "20 s of F, cropped", cropped, whole, Expected.PART, 60.0)


def _little(shop: Workshop) -> Iterator[Pair]:
    """Row 12: too little to see."""
    for number in (0, 3):
        one = shop.made(f"one second of clip {number}", Cut((shop.clip(number, 1, 2),)))
        two = shop.made(f"one second of clip {number}, again", Cut((shop.clip(number, 1, 2),), coding=SECOND))
        yield Pair("12", f"one second of clip {number}", one, two, Expected.NOT_DIFFERENT, 0.0)
    black = shop.drawn("black", films.black(30), "anullsrc=sample_rate=48000")
    one = shop.made("black", Cut((Piece(black, 0, 30),)))
    two = shop.made("black, again", Cut((Piece(black, 0, 29),), coding=SECOND))
    yield Pair("12", "all black", one, two, Expected.UNSURE)


def _strangers(shop: Workshop, path: Path, length: float, other: Path) -> Iterator[Pair]:
    """Controls that must never be a pair."""
    whole = shop.made("F whole", Cut((Piece(path, 0, length),)))
    for one, two in ((0, 1), (1, 2), (0, 2), (3, 4)):
        yield Pair("N", f"clip {one} and clip {two}", shop.made(f"clip {one} whole", Cut((shop.clip(one),))),
                   shop.made(f"clip {two} whole", Cut((shop.clip(two),))), Expected.NOT_SAME)  # fmt: skip
    scenes = shop.made("other scenes", Cut((Piece(other, 0, 120),), coding=SECOND))
    yield Pair("N", "film and other scenes", whole, scenes, Expected.NOT_SAME)
    episodes = [
        shop.drawn(f"episode {n}", each)
        for n, each in enumerate(films.show(8, 3, 80, intro=25.0, credits=15.0))
    ]
    made = [shop.made(f"episode {n}", Cut((Piece(each, 0, recuts.seconds(each)),), coding=(PLAIN, SECOND, PLAIN)[n]))
            for n, each in enumerate(episodes)]  # fmt: skip
    for one, two in ((0, 1), (1, 2), (0, 2)):
        yield Pair("N", f"episodes {one} and {two}", made[one], made[two], Expected.NOT_SAME)
    places = (7001, 7002)
    talks = [shop.drawn(f"talk show {n}", films.scenes(7100 + n, 90, places)) for n in range(2)]
    shows = [
        shop.made(f"talk show {n}", Cut((Piece(each, 0, 89),), coding=(PLAIN, SECOND)[n]))
        for n, each in enumerate(talks)
    ]
    yield Pair("N", "talk shows on one set", shows[0], shows[1], Expected.NOT_SAME)
    glimpses = [Piece(path, at, at + 1.5) for at in (4, 71, 33, 90, 18, 55, 80, 12, 47, 66)]
    trailer = shop.made("trailer", Cut(tuple(glimpses), coding=SECOND))
    yield Pair("N", "trailer and film", trailer, whole, Expected.NOT_SAME)
    before = films.one_take(88, 25), films.Film((films.Shot(88, 25, (50, 90), (0, 0), 4242),))
    takes = [
        shop.made(f"take {n}", Cut((Piece(shop.drawn(f"take {n}", film), 0, 24),)))
        for n, film in enumerate(before)
    ]
    yield Pair("N", "two takes before one camera", takes[0], takes[1], Expected.NOT_SAME)


def _ordinary(shop: Workshop, path: Path, length: float, other: Path) -> Iterator[Pair]:
    """Controls that were right before: what must stay right."""
    whole = shop.made("F whole", Cut((Piece(path, 0, length),)))
    piece = Piece(path, 0, length)
    for name, filters in (
        ("logo", "drawbox=x=520:y=20:w=80:h=50:color=white:t=fill"),
        ("letterbox", "pad=iw:ih*1.33:0:(oh-ih)/2"),
        ("grain and tone", "noise=alls=14:allf=t,eq=contrast=1.2:brightness=0.05"),
        ("small", "scale=320:180"),
        ("overscan 6 %", "crop=iw*0.94:ih*0.94"),
        ("grey", "hue=s=0"),
        ("subtitles burned in", "drawbox=x=140:y=310:w=360:h=14:color=white:t=fill:enable='lt(mod(t,5),3)'"),
        ("4:3 out of 16:9, stretched", "scale=640:480"),
        ("15 frames a second", "fps=15"),
    ):
        yield Pair(
            "P",
            name,
            whole,
            shop.made(f"F {name}", Cut((piece,), filters, coding=SECOND)),
            Expected.SAME,
            0.0,
        )
    for name, speed, shown in (
        ("PAL", PAL, "fps=25"),
        ("25 for 24", 25 / 24, "fps=25"),
        ("NTSC for film", 1 / 1.001, "fps=24000/1001"),
        ("telecine", 1 / 1.001, "fps=24000/1001,telecine=pattern=23"),
    ):
        paced = f"setpts=PTS/{speed:.9f},{shown}", f"asetrate={round(48000 * speed)}"
        yield Pair(
            "P", name, whole, shop.made(f"F {name}", Cut((piece,), *paced, SECOND)), Expected.SAME, 0.0, speed
        )
    front = shop.made("F ad in front", Cut((Piece(other, 40, 55), piece), coding=SECOND))
    yield Pair("P", "ad in front", whole, front, Expected.SAME, 15.0)
    late = shop.made("F without 9 s", Cut((Piece(path, 9, length),), coding=SECOND))
    yield Pair("P", "start missing", whole, late, Expected.SAME, -9.0)
    dub = shop.made("F dubbed", Cut((piece,), sound_of=(Piece(other, 0, length),), coding=SECOND))
    yield Pair("P", "dubbed", whole, dub, Expected.SAME, 0.0)


FIRST_COPY = (
    "-c:v",
    "libx264",
    "-preset",
    "superfast",
    "-crf",
    "27",
    "-g",
    "96",
    "-sc_threshold",
    "0",
    "-bf",
    "0",
)
SECOND_COPY = (
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-crf",
    "30",
    "-g",
    "48",
    "-sc_threshold",
    "0",
    "-bf",
    "0",
)
"""A keyframe every four and every two seconds: copies are cut there without coding them anew."""


def long_pairs(shop: Workshop, minutes: int) -> Iterator[Pair]:
    """The kinds with films of so many minutes (a multiple of ten)."""
    total = minutes * 60.0
    one, two, stranger, coded = _long_films(shop, minutes)

    def splice(name: str, *parts: tuple[Path, float, float]) -> Path:
        return remixes.spliced(shop.folder / f"{minutes} min {name}.mkv", parts)

    unit = minutes / 20  # cuts grow with the film
    at, gone = 420 * unit, 30 * unit
    copy = splice("one cut", (two, 0, at), (two, at + gone, total))
    yield Pair("1", f"{gone:.0f} s missing", one, copy, Expected.SAME, 0.0,
               stretches=((0, at, 0), (at + gone, total, at)))  # fmt: skip
    copy = splice("short cut", (two, 0, 700), (two, 730, total))
    yield Pair("1", "30 s missing", one, copy, Expected.SAME, 0.0, stretches=((0, 700, 0), (730, total, 700)))
    places = [0.0, *(round(total * share / 4) * 4.0 for share in (0.2, 0.45, 0.7)), total]
    parts, stretches, passed = [], [], 0.0
    for number in range(4):
        parts.append((two, places[number], places[number + 1]))
        stretches.append((places[number], places[number + 1], passed))
        passed += places[number + 1] - places[number]
        if number < 3:
            parts.append((stranger, 100.0 + 200 * number, 160.0 + 200 * number))
            passed += 60
    copy = splice("three inserts", *parts)
    yield Pair("2", "three times 60 s inserted", one, copy, Expected.SAME, 0.0, stretches=tuple(stretches))
    copy = splice("one insert", (two, 0, 300), (stranger, 40, 60), (two, 300, total))
    yield Pair(
        "2", "20 s inserted", one, copy, Expected.SAME, 0.0, stretches=((0, 300, 0), (300, total, 320))
    )
    for row, name, expected in (
        ("3", "pan and scan", Expected.SAME),
        ("4", "80 % of the width", Expected.SAME),
        ("5", "mirrored", Expected.SAME),
        ("6", "corner 70 %", Expected.NOT_DIFFERENT),
        ("6", "upside down", Expected.NOT_DIFFERENT),
    ):
        if name in coded:
            yield Pair(row, name, one, coded[name], expected, 0.0)
    opening = total * 0.3 // 4 * 4
    same = splice("same opening", (two, 0, opening), (stranger, 0, total - opening))
    yield Pair("7", "same opening 30 %", one, same, Expected.NOT_SAME, title=True)
    same = splice("same credits", (stranger, 0, total - 60), (two, total - 60, total))
    yield Pair("7", "same credits of 60 s", one, same, Expected.NOT_SAME, title=True)
    half = total / 2 // 4 * 4
    twice = splice("half twice", (one, 0, half), (one, 0, half))
    again = splice("half twice, again", (two, 0, half), (two, 0, half))
    yield Pair("9", "half twice in one film", twice, again, Expected.SAME, 0.0)
    for length in (20.0, 120.0, 240.0):
        start = total * 0.6 // 4 * 4
        clip = splice(f"{length:.0f} s of it", (two, start, start + length))
        yield Pair("11", f"{length:.0f} s of it", clip, one, Expected.PART, start + remixes.LATE_S)
    yield Pair("N", "other film of that length", one, stranger, Expected.NOT_SAME)
    yield Pair("P", "other encoding", one, two, Expected.SAME, 0.0)
    fast = remixes.paced(shop.folder / f"{minutes} min PAL.mkv", two, PAL)
    yield Pair("P", "PAL", one, fast, Expected.SAME, 0.0, PAL)
    late = splice("without start", (two, 100, total))
    yield Pair("P", "100 s missing at the start", one, late, Expected.SAME, -100.0 - remixes.LATE_S)


def _long_films(shop: Workshop, minutes: int) -> tuple[Path, Path, Path, dict[str, Path]]:
    """Two codings of one film, another film, and altered copies of the first by name."""

    def named(name: str) -> Path:
        return shop.folder / f"{minutes} min {name}.mkv"

    filters = {
        "pan and scan": "crop=240:180",
        "80 % of the width": "crop=256:180",
        "mirrored": "hflip",
        "corner 70 %": "crop=224:126:96:54",
        "upside down": "hflip,vflip",
    }
    if minutes > 60:
        filters = {name: filters[name] for name in ("pan and scan", "mirrored")}
    altered = {name: named(name) for name in filters}
    one, two, stranger = named("film"), named("again"), named("other film")
    if (
        minutes > 60
    ):  # what lasts 20 minutes is another film, and so are its mirror images; the first comes twice
        parts = ("again", "other film", "upside down", "mirrored", "again")
        _, again, other, turned = _long_films(shop, 20)
        shorter = {"again": again, "other film": other, **turned}
        remixes.spliced(stranger, [(shorter[name], 0.0, minutes * 12.0) for name in parts])
    wanted = {one: ("", FIRST_COPY), two: ("", SECOND_COPY)}
    wanted |= {altered[name]: (change, SECOND_COPY) for name, change in filters.items()}
    clips = (
        []
        if all(path.exists() for path in (*wanted, stranger))
        else [remixes.recorded(each) for each in shop.clips]
    )
    if not all(path.exists() for path in wanted):
        remixes.encode(remixes.remix(clips, minutes, minutes * 60), minutes, minutes * 60, wanted)
    if not stranger.exists():
        remixes.encode(remixes.remix(clips, minutes + 1, minutes * 60), minutes + 1, minutes * 60,
                       {stranger: ("", SECOND_COPY)})  # fmt: skip
    return one, two, stranger, altered
