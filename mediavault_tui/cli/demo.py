"""`mediavault demo`: a small library of real videos with every kind of thing a collection has in it."""

import os
import shlex
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from mediavault_tui.cli import output
from mediavault_tui.domain.text import duration, size
from mediavault_tui.errors import VaultError

if TYPE_CHECKING:
    from mediavault_tui.services.samples import Picture, Scene

MARKER = ".mediavault-demo"
LAST_WRITTEN = 1_700_000_000
"""Unix seconds. Fresh files are left alone by everything that moves files; these are there to be tried on."""
TOGETHER = 2
"""Videos made at the same time."""


class Entry(NamedTuple):
    """One file of the library."""

    path: str
    about: str
    """What it is there to show."""
    make: Callable[[Path, Path], None]
    """(where, the library's folder). What is made of another file comes after it."""


class Built(NamedTuple):
    """What a call has made."""

    entries: tuple[Entry, ...]
    bytes: int


def _picture(width: int, height: int, codec: str = "libx264", **options: str) -> "Picture":
    from mediavault_tui.services import samples

    defaults = {**samples.X264, "crf": "36"} if codec.startswith("libx26") else {}
    return samples.Picture(codec, width, height, Fraction(8), "yuv420p", {**defaults, **options})


def _video(path: str, about: str, scenes: "tuple[Scene, ...]", **more: object) -> Entry:
    from mediavault_tui.services import samples

    sounds = (samples.Sound(rate=24_000, bitrate=32_000),)
    made = samples.Video(scenes, **{"sounds": sounds, **more})  # type: ignore[arg-type]
    return Entry(path, about, lambda where, _: samples.write(where, made))


def library() -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Videos to be made, and what is then made of them: copies, links, broken pieces, texts."""
    from mediavault_tui.services.samples import Sound, Text, story

    small, middle, large = _picture(426, 240), _picture(854, 480), _picture(1280, 720)
    xvid = _picture(320, 240, "mpeg4", b="150k", g="50", vtag="XVID")
    hevc = _picture(640, 360, "libx265", **{"x265-params": "log-level=none"})
    mp3 = (Sound("libmp3lame", rate=24_000, bitrate=32_000),)
    dwarf, harbour = story(10, 6), story(20, 8)  # the intros of two shows
    orbit = story(30, 30)
    longer = (*orbit[:6], *story(31, 6), *orbit[6:])
    tracks = (
        Sound("ac3", "5.1", "eng", bitrate=160_000),
        Sound("aac", "stereo", "deu", bitrate=64_000),
        Sound("aac", "mono", "eng", "Director's commentary", bitrate=48_000),
    )
    texts = (Text("eng"), Text("deu", "Forced", forced=True))
    orbit_folder = "Films/The Quiet Orbit (2011)"
    videos = (
        _video("TV/Red Dwarf/RedDwarf_TVLab_s01e01.mkv", "an episode", dwarf + story(11, 20), picture=middle),
        _video("TV/Red Dwarf/RedDwarf_s01e01_Wondercrew.mp4", "the same, smaller, another codec and release",
              dwarf + story(11, 20), picture=hevc),
        _video("TV/Red Dwarf/Red.Dwarf.S01E02.480p.mkv", "another episode with the same intro: no duplicate",
              dwarf + story(12, 20), picture=small),
        _video("TV/Harbour Lights/Season 01/Harbour Lights - S01E01 - Low Tide.mkv", "an episode",
              harbour + story(21, 20), picture=small),
        _video("TV/Harbour Lights/Season 01/02.mkv", "its folders say what it is", harbour + story(22, 20),
              picture=small),
        _video("downloads/harbour.lights.1x02.dsr.avi", "the same in Xvid, from before the name was tidied",
              harbour + story(22, 20), picture=xvid, sounds=mp3),
        _video(f"{orbit_folder}/The.Quiet.Orbit.2011.720p.BluRay.x264-NOVA.mkv",
              "three audio tracks (one a commentary), subtitles, chapters", orbit, picture=large, sounds=tracks,
              texts=texts, chapters=("Launch", "Drift", "Return")),
        _video(f"{orbit_folder}/The Quiet Orbit (2011) - Director's Cut.mkv", "another edition: six seconds more",
              longer, picture=middle),
        _video("downloads/The Quiet Orbit [2011] [WEBRip].mp4", "the film again: smaller, and without the German sound",
              orbit, picture=small),
        _video("Films/The Quiet Orbit (1974)/The.Quiet.Orbit.1974.DVDRip.XviD.avi", "the film it is a remake of",
              story(32, 24), picture=xvid, sounds=mp3),
        _video(f"{orbit_folder}/The Quiet Orbit (2011)-trailer.mp4", "a trailer", orbit[2:5], picture=small),
        _video(f"{orbit_folder}/Sample/quiet.orbit.sample.mkv", "a sample", orbit[:2], picture=small),
        _video("Films/Müllers Café [2003] [uncut].mkv", "brackets and letters that are not ASCII",
              story(40, 16), picture=small),
        _video("Films/夜の電車 (1998).mkv", "a title in another script", story(41, 16), picture=small),
    )  # fmt: skip
    film, copied, linked = videos[6], videos[3], videos[0]
    after = (
        _text(
            f"{orbit_folder}/The.Quiet.Orbit.2011.720p.BluRay.x264-NOVA.fr.srt", "subtitles beside the film"
        ),
        _copy("downloads/hl.s01e01.mkv", "byte for byte the same, whatever it is called", copied),
        _link("torrents/RedDwarf_TVLab_s01e01.mkv", "a hard link: the same file, no duplicate", linked),
        _cut("downloads/the.quiet.orbit.2011.720p.mkv", "a download that broke off half way", film),
        Entry("downloads/Harbour.Lights.S01E03.mp4", "an empty file", lambda where, _: where.touch()),
    )
    return videos, after


def _copy(path: str, about: str, of: Entry) -> Entry:
    return Entry(path, about, lambda where, folder: _ignore(shutil.copyfile(folder / of.path, where)))


def _link(path: str, about: str, of: Entry) -> Entry:
    return Entry(path, about, lambda where, folder: os.link(folder / of.path, where))


def _cut(path: str, about: str, of: Entry) -> Entry:
    def make(where: Path, folder: Path) -> None:
        whole = (folder / of.path).read_bytes()
        where.write_bytes(whole[: len(whole) // 2])

    return Entry(path, about, make)


def _text(path: str, about: str) -> Entry:
    from mediavault_tui.services.samples import subtitle_lines

    return Entry(
        path, about, lambda where, _: _ignore(where.write_text(subtitle_lines(30, "fra"), encoding="utf-8"))
    )


def _ignore(_: object) -> None:
    """Make a function's result the nothing that is wanted."""


def demo(folder: Path, tell: Callable[[str], None]) -> Built:
    """Build the library in `folder`, which must be new, empty, or an earlier one. Raises VaultError."""
    videos, after = library()
    try:
        _claim(folder)
        with ThreadPoolExecutor(TOGETHER) as pool:
            try:
                for number, entry in enumerate(pool.map(lambda entry: _make(entry, folder), videos), 1):
                    tell(f"{number}/{len(videos)} {entry.path}")
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        for entry in after:
            _make(entry, folder)
        entries = (*videos, *after)
        for entry in entries:
            os.utime(folder / entry.path, (LAST_WRITTEN, LAST_WRITTEN))
        inodes = {status.st_ino: status.st_size for status in (os.stat(folder / it.path) for it in entries)}
    except OSError as error:
        raise VaultError(
            f"cannot build the library in {folder}: {error.strerror or error}", "Name another folder."
        ) from error
    return Built(entries, sum(inodes.values()))


def _claim(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / MARKER).exists():
        raise VaultError(
            f"{folder} is not empty and no earlier sample library", "Name a new folder: it will be made."
        )
    (folder / MARKER).write_text("Made by `mediavault demo`, which may replace what is in this folder.\n")


def _make(entry: Entry, folder: Path) -> Entry:
    where = folder / entry.path
    where.parent.mkdir(parents=True, exist_ok=True)
    where.unlink(missing_ok=True)  # rather than writing through a hard link of an earlier library
    entry.make(where, folder)
    return entry


@click.command(name="demo", epilog="Example:\n\n  mediavault demo ~/mediavault-demo")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(folder: Path, as_json: bool) -> None:
    """Build a small sample library of real videos in DIR: duplicates, editions, extras, damaged files.

    DIR must be new or empty; an earlier sample library is made anew.
    """
    started = time.monotonic()
    folder = folder.expanduser().absolute()
    built = demo(folder, output.print_message)
    took = time.monotonic() - started
    if as_json:
        files = [{"path": str(folder / entry.path), "about": entry.about} for entry in built.entries]
        output.json_document({"folder": str(folder), "files": files, "bytes": built.bytes, "seconds": took})
        return
    output.table(("file", "what it shows"), [(entry.path, entry.about) for entry in sorted(built.entries)])
    output.data(f"\n{len(built.entries)} files, {size(built.bytes)}, made in {duration(took)}.")
    output.data("\nTry next (with a catalogue of its own, so that yours stays as it is):\n")
    program = f"mediavault --db {shlex.quote(str(folder / 'catalogue.db'))}"
    place = shlex.quote(str(folder))
    for arguments, about in ((f"scan {place}", ""), ("dupes", ""), (place, "   # the screens")):
        output.data(f"  {program} {arguments}{about}")
