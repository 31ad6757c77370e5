"""What is written for people: tables on narrow terminals, the last line of what moves files."""

import os
import pty
import subprocess
import sys

import pytest

from mediavault_tui.cli import output
from mediavault_tui.cli.operations import summary, words
from mediavault_tui.domain.archive.journal import OperationEnded, Status, StepEnded

PATH = "/volume1/videos/TV/A Show/Season 01/a.show.s01e01.mkv"
PRINT = f"from mediavault_tui.cli import output; output.table(('path', '>size'), [('{PATH}', '3 GiB'), ('/b', '9 B')])"


def on_a_terminal(columns: int) -> str:
    """What the table looks like on a terminal of this width."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "TERM": "dumb"}
    subprocess.run([sys.executable, "-c", PRINT], stdout=theirs, env=env, check=True)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode().replace("\r\n", "\n")
    os.close(ours)
    return shown


def test_a_table_that_fits_is_one() -> None:
    assert on_a_terminal(100).splitlines()[0].split() == ["path", "size"]


def test_a_path_is_never_broken_over_lines_of_a_column() -> None:
    assert on_a_terminal(40) == f"3 GiB\n  {PATH}\n9 B\n  /b\n"


def test_into_a_pipe_a_row_is_a_line_however_long_and_wide(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("path", ">size"), [("/千と千尋.mkv", "3 GiB"), ("/" + 300 * "x", "9 B")])
    first, wide, long = capsys.readouterr().out.splitlines()
    assert first == "path" + 299 * " " + " size"
    assert wide == "/千と千尋.mkv" + 288 * " " + "  3 GiB"
    assert long == "/" + 300 * "x" + "    9 B"


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (OperationEnded("apply", 5, 0, 1, 2048, 3),
         "5 done, 0 refused, 1 failed; 2.0 KiB left the library; operation op3"),
        (OperationEnded("apply", 5, 1, 0, 2048, dry_run=True), "5 ready, 1 refused, 0 failed; nothing was touched"),
        (OperationEnded("restore", 5, 0, 0, 0, 4), "5 done, 0 refused, 0 failed; operation op4"),
        (OperationEnded("purge", 1, 0, 0, 2048, 5), "1 done, 0 refused, 0 failed; 2.0 KiB freed; operation op5"),
        (OperationEnded("restore", 0, 0, 0, 0), "the archive is empty: nothing to put back"),
    ],
)  # fmt: skip
def test_the_last_line_says_what_became_of_the_space(event: OperationEnded, line: str) -> None:
    assert summary(event) == line


def test_a_step_names_the_file_and_where_it_is_now() -> None:
    done = StepEnded("archive", b"/v/a.mkv", b"/v/.archive/a.mkv", Status.DONE, "")
    assert words(done) == "done     archive /v/a.mkv\n         → /v/.archive/a.mkv"
    dry = StepEnded("archive", b"/v/a.mkv", b"", Status.DONE, "would be done", dry_run=True)
    assert words(dry) == "ready    archive /v/a.mkv"
    refused = StepEnded("archive", b"/v/a.mkv", b"/v/.archive/a.mkv", Status.REFUSED, "was written to")
    assert words(refused) == "refused  archive /v/a.mkv: was written to"
