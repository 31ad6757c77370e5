"""A broken better copy beside a whole worse one, from the scan to the archive: the whole one always stays."""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from builders import put

from mediavault_tui.cli.main import main
from mediavault_tui.engine.archive import purge
from mediavault_tui.services import samples
from mediavault_tui.services.samples import Picture, Sound, Video, story

LONG_AGO = 1_500_000_000
SECONDS = 16.0
BY_NAME = "walk,names,mediainfo,hash,match"
BIG = Picture("libx264", 1280, 720, Fraction(10), options={"preset": "ultrafast", "crf": "30", "g": "20"})
SMALL = Picture("libx264", 640, 360, Fraction(10), options={"preset": "ultrafast", "crf": "36", "g": "20"})


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One film in two sizes."""
    folder = tmp_path_factory.mktemp("films")
    for name, picture in (("big", BIG), ("small", SMALL)):
        samples.write(
            folder / f"{name}.mkv", Video(story(11, SECONDS), picture, (Sound("aac", language="eng"),))
        )
    return folder


class Library:
    """`good` and `bad` are copies of one film; what becomes of them is up to the program."""

    def __init__(
        self, base: Path, capture: pytest.CaptureFixture[str], good: Path, ending: str = ".mkv"
    ) -> None:
        self.database, self.root, self.plan_file = base / "c.db", base / "videos", base / "plan.json"
        self.capture = capture
        self.good = put(self.root / "Larch (2007)" / "Larch.2007.360p.mkv", good.read_bytes(), mtime=LONG_AGO)
        self.bad = self.root / "Larch.2007.720p.WEB-X" / f"Larch.2007.720p.WEB-X{ending}"
        self.bad.parent.mkdir()

    def add(self, bad: Callable[[Path], None]) -> "Library":
        bad(self.bad)
        os.utime(self.bad, (LONG_AGO, LONG_AGO))
        return self

    def output(self, *arguments: str | Path, code: int | None = None) -> str:
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*map(os.fspath, arguments), "--db", os.fspath(self.database)])
        out, err = self.capture.readouterr()
        assert code is None or ended.value.code == code, err
        return out

    def json(self, *arguments: str | Path) -> Any:
        return json.loads(self.output(*arguments, "--json"))

    def lines(self, *arguments: str | Path, code: int | None = None) -> list[Any]:
        return [json.loads(line) for line in self.output(*arguments, "--json", code=code).splitlines()]

    def scan(self) -> None:
        self.output("scan", self.root, "-q", "--jobs", "1", "--only", BY_NAME)

    def plan(self) -> dict[str, Any]:
        made: dict[str, Any] = self.json("plan", "-o", self.plan_file)
        return made

    def statuses(self) -> dict[str, str]:
        return {
            "good" if file["path"] == str(self.good) else "bad": file["status"] for file in self.json("files")
        }


def archive_everything(library: Library) -> None:
    """What somebody does who says yes to everything, twice over."""
    for _ in range(2):
        library.scan()
        library.plan()
        library.lines("apply", library.plan_file, "--yes")
    assert library.good.exists(), "the only whole copy is gone"
    content = library.good.read_bytes()
    library.lines("purge", "--older-than", "0d", "--yes")
    library.lines("restore", "--all")
    assert library.good.read_bytes() == content


def zeroed(films: Path) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        content = bytearray((films / "big.mkv").read_bytes())
        for start, end in ((0.06, 0.40), (0.56, 0.80)):
            first, last = (int(share * len(content)) for share in (start, end))
            content[first:last] = bytes(last - first)
        path.write_bytes(content)

    return make


def without_sound_from(films: Path, seconds: float) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with av.open(str(films / "big.mkv")) as source, av.open(str(path), "w") as out:
            streams = {each.index: out.add_stream_from_template(each) for each in source.streams}
            for packet in source.demux():
                if packet.dts is None:
                    continue
                if packet.stream.type == "audio" and float(packet.dts * packet.time_base) >= seconds:
                    continue
                packet.stream = streams[packet.stream_index]
                out.mux(packet)

    return make


def streamed_and_cut(films: Path, share: float) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        whole = path.with_name("whole")
        with (
            av.open(str(films / "big.mkv")) as source,
            av.open(str(whole), "w", format="matroska", options={"live": "1"}) as out,
        ):
            streams = {each.index: out.add_stream_from_template(each) for each in source.streams}
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = streams[packet.stream_index]
                    out.mux(packet)
        content = whole.read_bytes()
        whole.unlink()
        path.write_bytes(content[: int(share * len(content))])

    return make


def sparse(films: Path) -> Callable[[Path], None]:
    """The first and the last piece of a download; the rest was never written."""

    def make(path: Path) -> None:
        content = (films / "big.mkv").read_bytes()
        piece = 65_536
        with path.open("wb") as file:
            file.write(content[:piece])
            file.seek(len(content) - piece)
            file.write(content[-piece:])
        assert path.stat().st_size == len(content)

    return make


def copied(source: Path) -> Callable[[Path], None]:
    return lambda path: _written(path, source.read_bytes())


def _written(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def test_zeros_in_the_middle_show_when_the_keeper_is_read(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    library = Library(tmp_path, capfd, films / "small.mkv").add(zeroed(films))
    library.scan()
    made = library.plan()
    assert [step["ready"] for step in made["steps"]] == [False]
    assert any("not read from end to end" in each["text"] for each in made["steps"][0]["proven"])
    (refused,) = library.lines("apply", library.plan_file, "--yes", "--no-check", code=1)
    assert "mediavault check" in refused["reason"]
    (refused,) = library.lines("apply", library.plan_file, "--yes", "--dry-run", code=1)
    assert library.statuses() == {"good": "ok", "bad": "ok"}, "a dry run notes nothing"
    (refused,) = library.lines("apply", library.plan_file, "--yes", code=1)
    assert refused["status"] == "refused"
    assert "damaged" in refused["reason"]
    assert "0:0" in refused["reason"]
    assert library.statuses() == {"good": "ok", "bad": "damaged"}
    library.lines("check", "--due")
    (group,) = library.json("dupes")["groups"]
    assert group["files"][0]["path"] == str(library.good), "the ranking knows of the damage at once"
    archive_everything(library)


@pytest.mark.parametrize(
    ("case", "noticed"),
    [("sound", {"suspect", "damaged"}), ("stream", {"damaged"}), ("sparse", {"suspect", "damaged"})],
)
def test_the_scan_notices_what_headers_and_blocks_tell(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], case: str, noticed: set[str]
) -> None:
    bad = {
        "sound": without_sound_from(films, 6.4),
        "stream": streamed_and_cut(films, 0.93),
        "sparse": sparse(films),
    }[case]
    library = Library(tmp_path, capfd, films / "small.mkv").add(bad)
    library.scan()
    assert library.statuses()["bad"] in noticed
    assert not any(step["keeper"]["path"] == str(library.bad) for step in library.plan()["steps"])
    checked = library.lines("check", library.bad, code=1)
    assert checked[0]["status"] == "damaged"
    if case == "sound":
        (finding,) = checked[0]["findings"]
        assert (finding["kind"], finding["track"]) == ("sound_missing", "sound")
        assert finding["start_s"] == pytest.approx(6.4, abs=0.1)
    archive_everything(library)


def test_a_plainly_worse_copy_still_goes(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The better copy is whole: it is read once, and the worse one is archived without a question."""
    library = Library(tmp_path, capfd, films / "small.mkv").add(copied(films / "big.mkv"))
    library.scan()
    (step,) = library.plan()["steps"]
    assert step["path"] == str(library.good)
    assert not step["ready"]
    (done,) = library.lines("apply", library.plan_file, "--yes", code=0)
    assert done["status"] == "done"
    assert library.bad.exists()
    assert not library.good.exists()
    assert library.lines("check", "--due", library.bad, code=0) == [], "what was found was kept"


def test_a_checked_keeper_makes_the_plan_ready(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    library = Library(tmp_path, capfd, films / "small.mkv").add(copied(films / "big.mkv"))
    library.scan()
    library.lines("check", code=0)
    (step,) = library.plan()["steps"]
    assert step["ready"]
    assert any(each["text"].startswith("the copy to keep: whole, read on 20") for each in step["proven"])
    (done,) = library.lines("apply", library.plan_file, "--yes", "--no-check", code=0)
    assert done["status"] == "done"


def test_a_copy_that_changed_since_it_was_read_answers_for_nothing_until_it_is_read_again(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As by a program that writes into a file and sets its time back."""
    library = Library(tmp_path, capfd, films / "small.mkv").add(copied(films / "big.mkv"))
    library.scan()
    library.lines("check", code=0)
    time.sleep(1.0)  # checks are dated by the second
    with library.bad.open("r+b") as file:
        file.seek(library.bad.stat().st_size * 6 // 10)
        file.write(bytes(library.bad.stat().st_size // 8))
    os.utime(library.bad, (LONG_AGO, LONG_AGO))
    library.scan()
    (step,) = library.plan()["steps"]
    assert not step["ready"]
    assert any("changed since: to be read again" in each["text"] for each in step["proven"])
    (refused,) = library.lines("apply", library.plan_file, "--yes", "--no-check", code=1)
    assert "since it last changed" in refused["reason"]
    (refused,) = library.lines("apply", library.plan_file, "--yes", code=1)
    assert "damaged" in refused["reason"] and library.good.exists()


def test_what_was_read_long_ago_is_read_again_before_its_other_copy_is_erased(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disks forget without a word. What the catalogue says is wrong here, and found to be when it is asked too late."""
    library = Library(tmp_path, capfd, films / "small.mkv").add(copied(films / "big.mkv"))
    library.scan()
    library.plan()
    library.lines("apply", library.plan_file, "--yes", code=0)
    time.sleep(1.0)  # checks are dated by the second
    with sqlite3.connect(library.database) as catalogue:
        catalogue.execute("UPDATE checks SET status = 'damaged', checked_at = unixepoch()")
    erase = ("purge", "--older-than", "0d", "--yes", "--now-really")
    (refused,) = library.lines(*erase, code=1)
    assert "is damaged" in refused["reason"]
    monkeypatch.setattr(purge, "READ_WITHIN_S", -1)
    (done,) = library.lines(*erase, code=0)
    assert done["status"] == "done"


def test_padding_and_a_late_subtitle_win_nothing(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Megabytes of zeros are no bit rate, and a line of text after the film is no longer film."""
    big = tmp_path / "big.mkv"
    with av.open(str(films / "big.mkv")) as source, av.open(str(big), "w") as out:
        texts = av.open(
            str(put(tmp_path / "late.srt", b"1\n00:02:28,000 --> 00:02:30,000\nLate\n")), format="srt"
        )
        streams = {each.index: out.add_stream_from_template(each) for each in source.streams}
        late = out.add_stream_from_template(texts.streams.subtitles[0])
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                out.mux(packet)
        for packet in texts.demux():
            if packet.size:
                packet.stream = late
                out.mux(packet)
        texts.close()
    padded = (films / "small.mkv").read_bytes() + bytes(20_000_000)
    library = Library(tmp_path / "library", capfd, big).add(lambda path: _written(path, padded))
    library.scan()
    files = {file["path"]: file for file in library.json("files")}
    good, bad = files[str(library.good)], files[str(library.bad)]
    assert good["duration_s"] == pytest.approx(SECONDS, abs=0.5)
    assert (good["status"], bad["status"]) == ("ok", "ok")
    assert bad["bitrate_kbps"] < good["bitrate_kbps"]
    assert bad["quality_score"] < good["quality_score"]
    dupes = library.json("dupes", "--min-confidence", "0")
    assert "cut short" not in json.dumps(dupes)
    (line,) = library.lines("check", library.bad, code=0)
    assert [finding["kind"] for finding in line["findings"]] == ["padding"]


def test_what_is_locked_is_never_suggested(
    films: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Two protected copies, and one beside a copy that can be played."""
    source = tmp_path / "plain.mp4"
    with av.open(str(films / "big.mkv")) as read, av.open(str(source), "w") as out:
        streams = {each.index: out.add_stream_from_template(each) for each in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                out.mux(packet)
    locked = source.read_bytes().replace(b"avc1", b"encv").replace(b"mp4a", b"enca")
    library = Library(tmp_path / "library", capfd, films / "small.mkv", ".mp4").add(
        lambda path: _written(path, locked)
    )
    twin = put(library.root / "downloads" / "Larch (2007) 720p.mp4", locked)
    os.utime(twin, (LONG_AGO, LONG_AGO))
    library.scan()
    assert library.statuses()["bad"] == "unreadable"
    for group in library.json("dupes", "--min-confidence", "0")["groups"]:
        assert not any(file["keep"] for file in group["files"] if file["status"] == "unreadable")
        assert group["reclaimable_bytes"] == 0
    assert library.plan()["steps"] == []
    (line,) = library.lines("check", library.bad, code=1)
    assert line["status"] == "unreadable"
