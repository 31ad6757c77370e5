"""What scripts may rely on: fields, events, exit codes, and where output goes."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders import ENDINGS, cli, cli_json, cli_lines, cut_bytes, put, video_bytes

READING = ("--only", "walk,names,mediainfo,hash")
FILE_FIELDS = {
    "path", "size", "mtime_ns", "links", "kind", "title", "year", "season", "episodes", "edition", "part",
    "release_group", "container", "duration_s", "width", "height", "video_codec", "bit_depth", "hdr", "fps",
    "bitrate_kbps", "audio", "subtitles", "hash", "quality_score", "status",
}  # fmt: skip
PARSE_FIELDS = {
    "name", "kind", "title", "year", "season", "episodes", "episode_title", "edition", "part", "release_group",
    "screen_size", "source", "video_codec", "three_d",
}  # fmt: skip
FINISHED_FIELDS = {
    "event", "files_found", "files_new", "files_updated", "files_missing", "roots_offline", "skipped", "bytes_read",
    "seconds", "phases",
}  # fmt: skip


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("contract")
    for ending in ENDINGS:
        put(folder / f"videos/Film.1999.1080p{ending}", video_bytes(ending))
    put(folder / "videos/Harbour Lights/Season 02/03.mkv", video_bytes(".mkv", 2))
    put(folder / "videos/Harbour Lights/Season 02/03.en.forced.srt", b"1")
    put(folder / "videos/copy of film.mkv", video_bytes(".mkv"))
    put(folder / "videos/broken.mp4", cut_bytes(".mp4", 0.5))
    put(folder / "videos/empty.mkv", b"")
    lines = cli_lines("scan", folder / "videos", "--db", folder / "catalogue.db", *READING, code=1)
    return folder, lines


def by_name(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        Path(record["path"]).name: record for record in cli_json("files", "--db", folder / "catalogue.db")
    }


def test_scan_reports_phases_in_order_and_then_the_end(scanned: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, lines = scanned
    phases = list(dict.fromkeys(line["phase"] for line in lines if line["event"] == "progress"))
    assert phases == ["walk", "names", "mediainfo", "hash"]
    assert all({"phase", "done", "total"} <= set(line) for line in lines if line["event"] == "progress")
    *_, last = lines
    assert last["event"] == "finished"
    assert set(last) >= FINISHED_FIELDS
    assert (last["files_found"], last["files_new"], last["files_missing"]) == (
        len(ENDINGS) + 4,
        len(ENDINGS) + 4,
        0,
    )
    assert list(last["phases"]) == phases
    damaged = {line["path"]: line["reason"] for line in lines if line["event"] == "damaged"}
    assert set(damaged) == {str(folder / "videos/broken.mp4"), str(folder / "videos/empty.mkv")}


def test_each_phase_ends_complete(scanned: tuple[Path, list[dict[str, Any]]]) -> None:
    for phase in ("walk", "names", "mediainfo"):
        last = [line for line in scanned[1] if line.get("phase") == phase][-1]
        assert last["done"] == last["total"] == len(ENDINGS) + 4


def test_files_have_every_field(scanned: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, _ = scanned
    records = by_name(folder)
    assert len(records) == len(ENDINGS) + 4
    for record in records.values():
        assert set(record) >= FILE_FIELDS
        for track in record["audio"]:
            assert set(track) >= {"codec", "channels", "language", "title"}
        for track in record["subtitles"]:
            assert set(track) >= {"language", "forced", "external"}
    film = records["Film.1999.1080p.mkv"]
    assert (film["kind"], film["title"], film["year"], film["status"]) == ("movie", "Film", 1999, "ok")
    assert (film["container"], film["video_codec"], film["width"], film["height"]) == (
        "Matroska",
        "H.264",
        160,
        90,
    )
    assert film["duration_s"] == pytest.approx(2, abs=0.1)
    assert film["fps"] == 25
    assert 0 < film["quality_score"] <= 200
    episode = records["03.mkv"]
    assert (episode["kind"], episode["title"], episode["season"], episode["episodes"]) == (
        "episode",
        "Harbour Lights",
        2,
        [3],
    )
    assert [(track["language"], track["forced"], track["external"]) for track in episode["subtitles"]] == [
        ("en", True, True)
    ]


def test_only_files_of_a_shared_size_are_hashed(scanned: tuple[Path, list[dict[str, Any]]]) -> None:
    records = by_name(scanned[0])
    same = {name for name, record in records.items() if record["hash"]}
    assert {"Film.1999.1080p.mkv", "copy of film.mkv"} <= same
    sizes = [record["size"] for record in records.values()]
    assert all(sizes.count(records[name]["size"]) > 1 for name in same)
    assert records["copy of film.mkv"]["hash"] == records["Film.1999.1080p.mkv"]["hash"]
    assert len(records["copy of film.mkv"]["hash"]) == 32


@pytest.mark.parametrize(
    ("where", "count"),
    [
        (("kind=episode",), 1),
        (("status=damaged",), 2),
        (("status!=damaged",), len(ENDINGS) + 2),
        (("title~FILM", "year>=1999"), len(ENDINGS)),
        (("year<1999",), 0),
        (("subtitles.language=en",), 1),
        (("video_codec=h.264", "container=Matroska"), 3),
        (("path~season 02",), 1),
    ],
)
def test_where_chooses_files(
    scanned: tuple[Path, list[dict[str, Any]]], where: tuple[str, ...], count: int
) -> None:
    flags = [word for condition in where for word in ("--where", condition)]
    assert len(cli_json("files", *flags, "--db", scanned[0] / "catalogue.db")) == count


@pytest.mark.parametrize("where", ["nonsense", "no_such_field=1", "=3"])
def test_a_wrong_where_is_a_usage_error(scanned: tuple[Path, list[dict[str, Any]]], where: str) -> None:
    said = cli("files", "--where", where, "--db", scanned[0] / "catalogue.db", code=2).stderr
    assert b"--where" in said


def test_parse_prints_a_line_for_each_name_in_order() -> None:
    names = ["RedDwarf_s01e01_Wondercrew.mp4", "Heat.1995.Directors.Cut.1080p.BluRay.x264-GRP.mkv", "x.mkv"]
    lines = cli_lines("parse", *names)
    assert [line["name"] for line in lines] == names
    assert all(set(line) >= PARSE_FIELDS for line in lines)
    assert (lines[0]["kind"], lines[0]["season"], lines[0]["episodes"]) == ("episode", 1, [1])
    assert (lines[1]["kind"], lines[1]["year"], lines[1]["release_group"]) == ("movie", 1995, "GRP")


def test_stats_is_an_object(scanned: tuple[Path, list[dict[str, Any]]]) -> None:
    assert cli_json("stats", "--db", scanned[0] / "catalogue.db")["files"] == len(ENDINGS) + 4


def test_headless_is_scan(scanned: tuple[Path, list[dict[str, Any]]], database: Path) -> None:
    root = scanned[0] / "videos"
    result = cli("--headless", root, "--db", database, "--json", *READING, code=1)
    assert json.loads(result.stdout.splitlines()[-1])["files_found"] == len(ENDINGS) + 4


def test_talk_goes_to_stderr_and_json_to_stdout(
    scanned: tuple[Path, list[dict[str, Any]]], database: Path
) -> None:
    root = scanned[0] / "videos"
    result = cli("scan", root, "--db", database, *READING, code=1)
    assert b"damaged:" in result.stderr and b"damaged:" not in result.stdout
    quiet = cli("scan", root, "--db", database, *READING, "-q")
    assert quiet.stdout == b""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 0),
        (("--help",), 0),
        (("scan", "--help"), 0),
        (("no-such-command",), 2),
        (("scan", "--no-such-flag"), 2),
        (("scan", "--only", "walk,dance", "."), 2),
        (("scan", "--jobs", "-1", "."), 2),
        (("files", "--config", "/nowhere.yaml"), 2),
        (("scan",), 2),  # no folders named, none in the config
        (("files", "--db", "/nowhere/catalogue.db"), 3),
        (("scan", "/nowhere/at/all"), 3),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    result = cli(*arguments, code=None)
    assert result.returncode == code, result.stderr.decode()
    assert bool(result.stderr) == (code != 0)


def test_settings_come_from_the_environment_too(root: Path, database: Path) -> None:
    put(root / "a.mkv")
    env = {"MEDIAVAULT_SCAN_ROOTS": str(root), "MEDIAVAULT_DB": str(database)}
    assert cli_lines("scan", "--only", "walk", env=env)[-1]["files_found"] == 1
    assert len(cli_json("files", env=env)) == 1
    assert (
        cli("scan", env={**env, "MEDIAVAULT_SCAN_JOBBS": "1"}, code=2).stderr.count(b"MEDIAVAULT_SCAN_JOBS")
        == 1
    )
