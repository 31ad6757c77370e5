"""The players in a terminal that shows real pixels: frame numbers are read from the pictures it was sent."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from counted import number
from faked import FakeTerminal
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.services.mpv import loading
from mediavault_tui.services.terminal import sixel
from mediavault_tui.ui.players.pixels import rectangles

needs_chafa = pytest.mark.skipif(not sixel.available(), reason="chafa.py is not installed")
needs_memory = pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="has no such shared memory")
Start = Callable[..., FakeTerminal]
KITTY = {"kitty": True, "name": "kitty(0.41.1)"}
SIXEL = {"sixel": True, "size": (60, 20), "cell": (6, 12)}
QUIT = b"\x11"


@pytest.fixture
def start(clips: dict[str, Path]) -> Iterator[Start]:
    running: list[FakeTerminal] = []

    def started(form: str = "auto", before: tuple[str, ...] = (), **nature: object) -> FakeTerminal:
        program = [sys.executable, str(Path(__file__).with_name("bare.py"))]
        command = [*before, *program, str(clips["a"]), str(clips["b"]), "1.0", form]
        running.append(FakeTerminal(command, **nature))
        return running[-1]

    if not loading.available():
        pytest.skip("libmpv is not installed")
    yield started
    for terminal in running:
        terminal.close()


def lit(picture: np.ndarray) -> np.ndarray:
    """Without the bars above and below, or beside."""
    seen = picture.max(2) > 24
    return picture[np.ix_(seen.any(1), seen.any(0))]


def numbers(terminal: FakeTerminal) -> list[int]:
    """Frame numbers of the pictures in the terminal, left to right."""
    if terminal.images:
        pictures = list(terminal.images.values())
    else:
        pictures = [terminal.sixels[place] for place in sorted(terminal.sixels)]
    return [number(lit(picture)) for picture in list(pictures)]


@contextmanager
def explained(terminal: FakeTerminal) -> Iterator[None]:
    """What was on the screen when something was not as it should be."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(
            f"{error}\n{numbers(terminal)} {terminal.asked[:20]} {terminal.output[-600:]!r}"
        ) from None


def leave(terminal: FakeTerminal) -> None:
    terminal.type(QUIT)
    assert terminal.until(lambda: terminal.process.poll() is not None)


def test_kitty_shows_both_on_the_same_frame_and_is_left_clean(start: Start) -> None:
    terminal = start(**KITTY)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"l")
        assert terminal.until(lambda: numbers(terminal) == [120, 120])
        terminal.type(b".")
        assert terminal.until(lambda: numbers(terminal) == [121, 121])
        assert sorted(terminal.placed.values()) == [(49, 29), (50, 29)]
        shapes = sorted(picture.shape[:2] for picture in terminal.images.values())
        assert shapes == [(29 * 16, 49 * 8), (29 * 16, 50 * 8)]
        assert terminal.output.count("\U0010eeee".encode()) >= 99 * 29  # every cell is a placeholder
        shown = set(terminal.images)
        leave(terminal)
        assert terminal.until(lambda: not terminal.images)
        assert terminal.deleted == shown


@needs_memory
def test_kitty_on_this_machine_reads_pictures_from_memory(start: Start) -> None:
    terminal = start(**KITTY, memory=True)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"l")
        assert terminal.until(lambda: numbers(terminal) == [120, 120])
        assert len(terminal.names) > 2
        leave(terminal)
        assert not [name for name in terminal.names if (Path("/dev/shm") / name).exists()]


@pytest.mark.slow
def test_every_look_is_shown_in_pixels(start: Start) -> None:
    terminal = start(**KITTY)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"lf")
        assert terminal.until(lambda: (100, 29) in terminal.placed.values() and 120 in numbers(terminal))
        terminal.type(b"d")  # what differs: nothing, but for the noise of coding
        assert terminal.until(lambda: min(np.median(each) for each in list(terminal.images.values())) < 20)
        terminal.type(b"\rH")
        assert terminal.until(
            lambda: any(
                (picture == (255, 220, 80)).all(2).any() for picture in list(terminal.images.values())
            )
        )


@needs_chafa
def test_sixels_show_both_on_the_same_frame_and_nothing_below(start: Start) -> None:
    terminal = start(**SIXEL)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"l")
        assert terminal.until(lambda: numbers(terminal) == [120, 120])
        assert sorted(terminal.sixels) == [(1, 1), (1, 31)]
        for picture in terminal.sixels.values():
            assert picture.shape[0] <= 19 * 12  # the line below stays as it is


@needs_chafa
def test_sixels_leave_out_what_lies_over_them(start: Start) -> None:
    terminal = start(**SIXEL)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"O")  # the facts, in the upper corners
        assert terminal.until(lambda: any(row > 1 for row, _ in list(terminal.sixels)))
        covered = min(row for row, _ in list(terminal.sixels) if row > 1)
        terminal.sixels.clear()
        terminal.type(b"l")
        assert terminal.until(lambda: len(terminal.sixels) >= 2)
        for (row, column), picture in list(terminal.sixels.items()):
            assert row >= covered or column not in (1, 31), (row, column, picture.shape)


@pytest.mark.slow
def test_hidden_pictures_are_taken_from_the_terminal(start: Start) -> None:
    terminal = start(**KITTY)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"f")  # only one is seen
        assert terminal.until(lambda: len(terminal.images) == 1)
        terminal.type(b"\r")
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"m")  # both are cells, under a dialog
        assert terminal.until(lambda: not terminal.images)


@needs_chafa
@pytest.mark.slow
def test_a_message_over_sixels_is_not_covered(start: Start) -> None:
    terminal = start(**SIXEL)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b" ")  # playing
        assert terminal.until(lambda: numbers(terminal)[0] > 3)
        terminal.type(b"\x1b[15~")
        assert terminal.until(lambda: any(row > 1 for row, _ in list(terminal.sixels)))  # beside and below it
        assert terminal.until(lambda: b"a toast" in terminal.output)


@needs_chafa
@pytest.mark.slow
def test_sixels_come_back_after_a_dialog(start: Start) -> None:
    terminal = start(**SIXEL)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"m")
        assert terminal.until(lambda: b"something lies over it" in terminal.output)
        assert terminal.until(lambda: "▀".encode() in terminal.output)  # cells under the dialog
        terminal.sixels.clear()
        terminal.type(b"x")
        assert terminal.until(lambda: numbers(terminal) == [0, 0])


@pytest.mark.slow
def test_kitty_comes_back_after_a_dialog(start: Start) -> None:
    terminal = start(**KITTY)
    with explained(terminal):
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"m")
        assert terminal.until(lambda: "▀".encode() in terminal.output)
        terminal.output = b""
        terminal.type(b"x")
        assert terminal.until(lambda: terminal.output.count("\U0010eeee".encode()) >= 99 * 29)
        terminal.type(b"l")
        assert terminal.until(lambda: numbers(terminal) == [120, 120])


@pytest.mark.parametrize("nature", [{"mute": True}, {}, {"sixel": True, "environ": {"TERM": "linux"}}])
def test_a_terminal_without_pixels_gets_cells(start: Start, nature: dict[str, object]) -> None:
    terminal = start(**nature)
    with explained(terminal):
        assert terminal.until(lambda: "▀".encode() in terminal.output)
        terminal.type(b"l")
        assert terminal.until(lambda: b"0:05.0" in terminal.output)
        assert not terminal.images
        assert not terminal.sixels


@pytest.mark.slow
def test_what_is_wanted_is_used(start: Start) -> None:
    terminal = start("cells", **KITTY)
    with explained(terminal):
        assert terminal.until(lambda: "▀".encode() in terminal.output and b"Gd" in terminal.asked)
        assert not terminal.images
        terminal.type(b"DD")  # quadrants, then real pixels
        assert terminal.until(lambda: numbers(terminal) == [0, 0])
        terminal.type(b"D")
        assert terminal.until(lambda: b"half blocks" in terminal.output)


def test_late_answers_between_keys_lose_none_and_count(start: Start) -> None:
    terminal = start(**KITTY)
    terminal.holds_answers = True
    with explained(terminal):
        assert terminal.until(lambda: "▀".encode() in terminal.output)  # nobody waited
        assert terminal.until(lambda: any(b"c" in answer for answer in terminal.answers))
        terminal.holds_answers = False
        late = b"".join(terminal.answers)
        cut = late.index(b"OK") + 1  # in the middle of an answer
        terminal.type(b"l" + late[:cut])
        terminal.type(late[cut:] + b"O")
        assert terminal.until(lambda: numbers(terminal) == [120, 120])
        assert terminal.until(lambda: b"H264" in terminal.output)  # the facts
        leave(terminal)


@pytest.mark.slow
def test_an_echo_of_the_questions_is_no_answer(start: Start) -> None:
    terminal = start(mute=True)
    with explained(terminal):
        assert terminal.until(lambda: "▀".encode() in terminal.output)
        terminal.type(
            b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b_G;;\x1b\\\x1bP>|\x1b\\\x1b[?c\x1b[6;;t" + b"l"
        )
        assert terminal.until(lambda: b"0:05.0" in terminal.output)
        assert not terminal.images
        leave(terminal)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_kitty_through_a_real_tmux(start: Start, tmp_path: Path) -> None:
    config = tmp_path / "tmux.conf"
    config.write_text(
        "set -g allow-passthrough on\nset -g default-terminal tmux-256color\nset -g status off\n"
    )
    server = ("tmux", "-L", f"mediavault-players-{os.getpid()}")
    terminal = start(before=(*server, "-f", str(config), "new-session", "--"), **KITTY)
    try:
        with explained(terminal):
            assert terminal.until(lambda: numbers(terminal) == [0, 0])
            terminal.type(b"l")
            assert terminal.until(lambda: numbers(terminal) == [120, 120])
            assert terminal.until(lambda: terminal.output.count("\U0010eeee".encode()) > 0)
            leave(terminal)
            assert terminal.until(lambda: not terminal.images)
    finally:
        subprocess.run([*server, "kill-server"], capture_output=True, check=False)


holes = st.lists(
    st.tuples(st.integers(-2, 12), st.integers(-2, 8), st.integers(1, 9), st.integers(1, 6)), max_size=4
)


@given(st.tuples(st.integers(1, 12), st.integers(1, 8)), holes)
def test_rectangles_cover_each_free_cell_once(
    room: tuple[int, int], over: list[tuple[int, int, int, int]]
) -> None:
    drawn = np.zeros((room[1], room[0]), int)
    for x, y, width, height in rectangles(room, tuple(over)):
        drawn[y : y + height, x : x + width] += 1
    free = np.ones_like(drawn)
    for x, y, width, height in over:
        free[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = 0
    assert (drawn == free).all()


def test_a_box_in_a_corner_makes_two_rectangles() -> None:
    assert rectangles((10, 6), ((0, 0, 4, 2),)) == [(4, 0, 6, 2), (0, 2, 10, 4)]
    assert rectangles((10, 6), ()) == [(0, 0, 10, 6)]
