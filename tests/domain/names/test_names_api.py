"""The shape of the name reader: what goes in, what comes out, and that nothing makes it raise."""

import pickle

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.names import Reading, parse, place, read

hostile = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="()[]{}-._ 0123456789SsEeXx~&+", max_size=60),
    st.binary(max_size=60).map(lambda b: b.decode("utf-8", "surrogateescape")),
)


@settings(max_examples=50, deadline=None)
@given(hostile)
@example("")
@example("\udcff\udcfe.mkv")
@example("\x1b[31m\n.mkv")
@example("1" * 255)
@example("(" * 120 + ")" * 120)
@example("a." * 127)
@example("[bold]x[/bold].mkv")
@example("-" * 250)
@example("S01E01" * 40)
def test_any_string_is_read_twice_alike_and_travels(text: str) -> None:
    for folder in (False, True):
        reading = read(text, folder=folder)
        assert read(text, folder=folder) == reading
        assert pickle.loads(pickle.dumps(reading)) == reading
        assert msgspec.json.decode(msgspec.json.encode(reading), type=Reading) == reading


named = st.lists(
    st.sampled_from(
        """Show S01E02 S01-S03 1x02 - 12.5 [12] 857集 第3季 第05話 全集 E01 à E12 60.Bölüm 003. 2001: 2049
        2012 UFC 185 Collector 5.1x2+2.0x3 S04DVD7 2024-01-23 21 30 00 www.site.com movie abc a0b1c2d3
        Season 1-3 1080p (2014) / [Group] The Collection""".split()
    ),
    max_size=9,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.one_of(hostile, named))
@example("01 - ")
@example("01 -  - ")
@example("Season 1" + " - 1" * 60)
@example("S01 " * 60)
@example("S0.S1")
@example("全" * 80 + "集")
def test_any_name_is_read_without_fault_and_always_alike(text: str) -> None:
    result = parse(text)
    assert result.title is None or result.title.strip()
    assert parse(text) == result
    assert not result.seasons or (len(result.seasons) > 1 and result.season == result.seasons[0])
    assert result.episode_part is None or len(result.episodes) == 1


@settings(max_examples=20, deadline=None)
@given(st.lists(hostile, max_size=3), st.lists(hostile, max_size=5))
def test_place_answers_each_name(folders: list[str], names: list[str]) -> None:
    placed = place([read(f, folder=True) for f in folders], [read(n) for n in names])
    assert len(placed) == len(names)
    assert all(isinstance(p, ReleaseName) and p.title != "" for p in placed)


def test_parse_takes_folders_into_account() -> None:
    result = parse("Some Show/Season 02/03.mkv")
    assert (result.kind, result.title, result.season, result.episodes) == (Kind.EPISODE, "Some Show", 2, (3,))
