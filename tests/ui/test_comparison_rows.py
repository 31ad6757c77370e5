"""Which value is better, what is the same, and that hostile names stay harmless."""

import pytest

from mediavault_tui.domain.media import AudioTrack, MediaInfo, ReleaseName, SubtitleTrack, VideoTrack
from mediavault_tui.domain.settings import Quality
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.ui.widgets.comparison_rows import Fact, Mark, facts
from mediavault_tui.ui.widgets.side_by_side import _wrap

FULL_HD = VideoTrack("HEVC", 1920, 1080, bit_depth=10, bitrate_kbps=6000, fps=24.0)
SD = VideoTrack("MPEG-4", 640, 480, bit_depth=8, bitrate_kbps=900, fps=24.0)
ENGLISH, GERMAN = AudioTrack("AC-3", 6, language="en"), AudioTrack("AAC", 2, language="de")


def file(path: bytes = b"/v/a.mkv", video: VideoTrack = FULL_HD, **more: object) -> FileRecord:
    values: dict[str, object] = {
        "container": "Matroska",
        "duration_s": 60.0,
        "video": video,
        "audio": (ENGLISH,),
    }
    info = MediaInfo(
        **{**values, **{key: value for key, value in more.items() if key in MediaInfo.__struct_fields__}}
    )  # type: ignore[arg-type]
    return FileRecord(
        1, (path,), 1, 1, 1000, 0, int(str(more.get("links", 1))), str(more.get("status", "ok")), None, ReleaseName(),
        info, None,
    )  # fmt: skip


def line(label: str, *files: FileRecord) -> Fact:
    found = {fact.label: fact for fact in facts(files, Quality())}
    return found[label]


@pytest.mark.parametrize(
    ("label", "left", "right", "marks"),
    [
        ("Picture", file(), file(video=SD), (Mark.BETTER, Mark.WORSE)),
        ("Codec", file(video=SD), file(), (Mark.WORSE, Mark.BETTER)),
        ("Depth", file(), file(video=SD), (Mark.BETTER, Mark.WORSE)),
        ("Score", file(), file(video=SD), (Mark.BETTER, Mark.WORSE)),
        ("Picture", file(), file(), (Mark.SAME, Mark.SAME)),
        ("Frames", file(), file(video=SD), (Mark.SAME, Mark.SAME)),
        ("Length", file(), file(duration_s=70.0), (Mark.DIFFERS, Mark.DIFFERS)),
        ("Audio", file(), file(audio=(GERMAN,)), (Mark.DIFFERS, Mark.DIFFERS)),
        ("Sound", file(), file(audio=(GERMAN,)), (Mark.BETTER, Mark.WORSE)),
        ("Tracks", file(), file(audio=(ENGLISH, GERMAN)), (Mark.WORSE, Mark.BETTER)),
        ("Health", file(), file(status="damaged"), (Mark.BETTER, Mark.WORSE)),
        ("File", file(), file(), (Mark.PLAIN, Mark.PLAIN)),
    ],
)
def test_marks(label: str, left: FileRecord, right: FileRecord, marks: tuple[Mark, Mark]) -> None:
    assert tuple(value.mark for value in line(label, left, right).values) == marks


def test_tracks_are_named_in_words() -> None:
    subtitles = (SubtitleTrack("SRT", "de", forced=True), SubtitleTrack("SRT", "fr", external=True))
    some = file(audio=(ENGLISH, AudioTrack("AAC", 1, language="en", commentary=True)), subtitles=subtitles)
    assert line("Audio", some).values[0].lines == ("English 5.1 AC-3", "English mono AAC, commentary")
    assert line("Texts", some).values[0].lines == ("German, forced", "French, file beside it")


def test_what_folders_have_in_common_is_left_out() -> None:
    two = line("Folder", file(b"/volume1/videos/Films/A/a.mkv"), file(b"/volume1/videos/old/b.mkv"))
    assert [value.lines[0] for value in two.values] == ["…/Films/A", "…/old"]


def test_names_cannot_steer_the_terminal() -> None:
    evil = file(b"/v/[red]x[/red]\x1b]0;pwned\x07/bad\n\xff\xe2\x80\xaename.mkv")
    shown = "".join(
        text for fact in facts([evil, evil], Quality()) for value in fact.values for text in value.lines
    )
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert "[red]" in shown  # as it is, for no one takes it for markup
    assert "\\xff" in shown


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("夜の電車 x", 4, ["夜の", "電車", "x"]),
        ("", 4, [""]),
    ],
)
def test_text_is_broken_by_the_cells_it_takes(text: str, width: int, lines: list[str]) -> None:
    assert _wrap(text, width) == lines
