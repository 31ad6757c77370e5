"""Names that are no text, or too much of it: the very bytes come back, and no terminal is ever steered by them."""

import json
import os
import pty
import re
import unicodedata
from pathlib import Path

import pytest
from builders import cli, cli_json, cli_lines, command, put

NAMES: dict[str, bytes] = {
    "bytes that are no UTF-8": b"caf\xe9 \xff\xfe.mkv",
    "half a character": b"\xe2\x82.mkv",
    "an encoded surrogate": b"\xed\xb3\xa9.mkv",
    "a new line": b"two\nlines (1999).mkv",
    "a carriage return": b"good.mkv\rbad.mkv",
    "a tab": b"tab\there.mkv",
    "an escape code": b"\x1b[31mred\x1b[0m\x1b[2J\x1b]0;title\x07.mkv",
    "an escape code of one byte": b"\xc2\x9b31mred.mkv",
    "every control character": bytes(range(1, 32)) + b"\x7f.mkv",
    "markup": b"[bold]Not [red]markup [blink] [link=file:x]x[@click=quit].mkv",
    "markup that is closed by a folder's slash": b"bold]].mkv",
    "255 bytes": b"x" * 251 + b".mkv",
    "255 bytes of three each": "\u65e5".encode() * 83 + b".mkv",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea.mkv".encode(),
    "composed": unicodedata.normalize("NFC", "Amélie.mkv").encode(),
    "decomposed": unicodedata.normalize("NFD", "Amélie.mkv").encode(),
    "right to left": "\u202egnp.elif\u202c.mkv".encode(),
    "line separators": "a\u2028b\u2029c\u0085d.mkv".encode(),
    "quotes": b"a'b\"c`d$(e)\\f;g&h|i*j?k<l>m~.mkv",
    "percent and sequence digits": b"100%d %s {0} 0001.mkv",
    "a dash in front": b"--config.mkv",
    "only spaces": b"   .mkv",
    "dots in front": b"...and.mkv",
    "digits only": b"1.mkv",
    "a cell formula": b"=1+cmd|'calc'!A0.mkv",
    "zalgo": ("Z" + "\u0335\u0321\u0322" * 40 + ".mkv").encode(),
}
# What a file name must never bring to a terminal: anything that steers it, except our own line ends.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    for number, name in enumerate(NAMES.values()):
        here = os.path.join(os.fsencode(folder / "videos"), b"caf\xe9 [i]\x1b[7m\n", b"%d [" % number)
        os.makedirs(here)
        path = os.path.join(here, name)
        with open(path, "wb") as file:
            file.write(b"x" * 10)
        if len(name) < 240:
            os.link(path, os.path.join(here, b"linked " + name))
    cli(
        "scan",
        folder / "videos",
        "--db",
        folder / "catalogue.db",
        "--only",
        "walk,names,mediainfo,hash",
        code=1,
    )
    return folder / "videos", folder / "catalogue.db"


def all_names(root: Path) -> set[bytes]:
    found = os.walk(os.fsencode(root))
    return {os.path.join(folder, name) for folder, _, names in found for name in names}


def test_the_very_bytes_come_back(scanned: tuple[Path, Path]) -> None:
    root, database = scanned
    result = cli("files", "--db", database, "--json")
    assert result.stdout.isascii(), "so that every reader, whatever its locale, gets the same"
    records = json.loads(result.stdout)
    paths = {os.fsencode(path) for record in records for path in record["paths"]}
    assert paths == all_names(root)
    assert {os.fsencode(record["path"]) for record in records} <= paths
    assert all(os.path.exists(os.fsencode(path)) for path in paths)


def test_composed_and_decomposed_are_two_files(scanned: tuple[Path, Path]) -> None:
    records = cli_json("files", "--db", scanned[1])
    names = {os.fsencode(path).rpartition(b"/")[2] for record in records for path in record["paths"]}
    assert {NAMES["composed"], NAMES["decomposed"]} <= names


def test_scan_events_carry_the_very_bytes(scanned: tuple[Path, Path], database: Path) -> None:
    root, _ = scanned
    lines = cli_lines("scan", root, "--db", database, "--only", "walk,mediainfo", code=1)
    damaged = {os.fsencode(line["path"]) for line in lines if line["event"] == "damaged"}
    assert len(damaged) == len(NAMES)
    assert damaged <= all_names(root)


@pytest.mark.parametrize("arguments", [("files",), ("stats",), ("files", "--where", "title~a")])
def test_nothing_printed_steers_the_terminal(scanned: tuple[Path, Path], arguments: tuple[str, ...]) -> None:
    result = cli(*arguments, "--db", scanned[1])
    for stream in (result.stdout, result.stderr):
        assert not STEERING.search(stream.decode("utf-8")), STEERING.findall(stream.decode())


def test_nothing_said_while_scanning_steers_the_terminal(scanned: tuple[Path, Path], database: Path) -> None:
    result = cli("scan", scanned[0], "--db", database, "--only", "walk,names,mediainfo", code=1)
    assert not STEERING.search(result.stdout.decode("utf-8"))
    assert not STEERING.search(result.stderr.decode("utf-8"))
    assert result.stderr.count(b"damaged:") == len(NAMES), "one line each, whatever is in it"


def test_nor_does_the_log(scanned: tuple[Path, Path], database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    cli("scan", scanned[0], "--db", database, "--only", "walk,mediainfo", "--log-file", log, code=1)
    text = log.read_bytes().decode("utf-8")
    assert text.count("damaged:") == len(NAMES)
    assert not STEERING.search(text)


def test_nor_on_a_real_terminal(scanned: tuple[Path, Path], database: Path) -> None:
    """On a terminal the program's own escape codes move the progress lines; none of a name's may be among them."""
    shown = on_terminal(
        "scan", os.fspath(scanned[0]), "--db", os.fspath(database), "--only", "walk,mediainfo"
    )
    assert b"\\x1b[31mred" in shown, "the name is shown, made harmless"
    for name in ("an escape code", "an escape code of one byte", "bytes that are no UTF-8", "right to left"):
        assert NAMES[name][:6] not in shown
    assert b"]0;title\x07" not in shown


def on_terminal(*arguments: str) -> bytes:
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="30")
        words = [os.fspath(word) for word in command(*arguments)]
        os.execv(words[0], words)
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # how Linux says that the other side is closed
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    return shown


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_parse_reads_every_name(name: bytes) -> None:
    """Through in-process parsing: a worker or process for each would take minutes."""
    from mediavault_tui.domain import names
    from mediavault_tui.engine.indexing.names import text_of

    reading = names.read(text_of(name), folder=False)
    (said,) = names.place([], [reading])
    assert said.title is None or said.title.strip()


def test_parse_takes_bytes_from_the_command_line_and_stdin() -> None:
    lines = cli_lines("parse", "--", b"caf\xe9.S01E02.mkv", "[bold]x[/bold] (1999).mkv")
    assert [os.fsencode(line["name"]) for line in lines] == [
        b"caf\xe9.S01E02.mkv",
        b"[bold]x[/bold] (1999).mkv",
    ]
    assert lines[0]["season"] == 1 and lines[1]["year"] == 1999


def test_errors_about_hostile_paths_are_harmless(tmp_path: Path) -> None:
    bad = os.path.join(os.fsencode(tmp_path), b"no\x1b[31m such \xff\n folder")
    result = cli("scan", bad, "--db", tmp_path / "x.db", code=3)
    assert not STEERING.search(result.stderr.decode("utf-8"))
    result = cli("--db", bad, "files", code=3)
    assert not STEERING.search(result.stderr.decode("utf-8"))
    result = cli("--config", put(tmp_path / "c\x1b[31m.yaml", b"scan:\n  jbos: 1\n"), "files", code=2)
    assert not STEERING.search(result.stderr.decode("utf-8"))
