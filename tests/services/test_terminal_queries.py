"""Answers of a terminal between keys: none of either is lost, however the line cuts them up."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.services.terminal import queries
from mediavault_tui.services.terminal.queries import DIRECT, SHARED, SIXEL, Inquiry, through_tmux

ANSWERS = {
    "\x1b_Gi=31;OK\x1b\\": lambda heard: heard.kitty == {DIRECT},
    "\x1b_Gi=32;OK\x1b\\": lambda heard: heard.kitty == {SHARED},
    "\x1b_Gi=32;EBADF:Failed to open\x1b\\": lambda heard: not heard.kitty,
    "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\": lambda heard: not heard.kitty,  # an echo is no answer
    "\x1bP>|kitty(0.41.1)\x1b\\": lambda heard: heard.name == "kitty(0.41.1)",
    "\x1b[?62;4;22c": lambda heard: SIXEL in heard.attributes,
    "\x1b[?6c": lambda heard: heard.attributes == (6,),
    "\x1b[6;20;9t": lambda heard: heard.cell == (9, 20),
    "\x1b[6;0;0t": lambda heard: heard.cell is None,
}
KEYS = [
    "l",
    "\x1b[C",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[6;5~",
    "\x1bOP",
    "ä",
    "\x1b[<0;10;5M",
    "\x1b[1;1R",
    "\x1b[?2026;2$y",
    "c",
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_understood_and_is_no_key(answer: str) -> None:
    heard = Inquiry({"TERM": "xterm"})
    assert heard.take(answer) == ""
    assert ANSWERS[answer](heard)


@given(st.lists(st.sampled_from([*ANSWERS, *KEYS]), max_size=8), st.data())
def test_keys_come_out_as_they_were_typed_wherever_reading_stops(
    pieces: list[str], data: st.DataObject
) -> None:
    heard, line, out = Inquiry({"TERM": "tmux", "TMUX": "x"}, passthrough=True), "".join(pieces), ""
    while line:
        size = data.draw(st.integers(1, len(line)))
        out += heard.take(line[:size])
        line = line[size:]
    assert out + heard.release() == "".join(piece for piece in pieces if piece in KEYS)


@given(st.text(alphabet="\x1b_GP>|[?;6c\\t0i=31OK", max_size=40))
def test_garbage_never_grows_or_fails(noise: str) -> None:
    heard = Inquiry({"TERM": "xterm"})
    out = heard.take(noise) + heard.release()
    assert len(out) <= len(noise)
    assert heard.take("x") == "x"


def test_what_has_no_end_is_let_go() -> None:
    heard = Inquiry({"TERM": "xterm"})
    assert heard.take("\x1b") == ""  # may be the beginning of an answer
    assert heard.is_holding
    assert heard.release() == "\x1b"  # it was the escape key
    heard.take("\x1b[?62c")
    assert heard.take("\x1b") == "\x1b"  # all has been answered: not held back any more
    assert len(heard.take("\x1b_G" + "x" * 1000)) == 1003


@pytest.mark.parametrize(
    ("environ", "asks_kitty", "asks_at_all"),
    [
        ({"TERM": "xterm-256color"}, True, True),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "screen-256color"}, False, True),  # GNU screen would show it
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "linux"}, False, False),
        ({}, False, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1000/default,1,0"}, False, True),  # without passthrough
    ],
)
def test_only_who_understands_is_asked(environ: dict[str, str], asks_kitty: bool, asks_at_all: bool) -> None:
    inquiry = Inquiry(environ)
    questions = inquiry.questions
    inquiry.close()
    assert ("\x1b_G" in questions) == asks_kitty
    assert bool(questions) == asks_at_all
    assert not questions or questions.endswith("\x1b[c")  # the one everybody answers comes last


def test_tmux_gets_an_envelope_for_its_terminal() -> None:
    inquiry = Inquiry({"TERM": "tmux-256color", "TMUX": "x"}, passthrough=True)
    questions = inquiry.questions
    inquiry.close()
    assert questions.startswith("\x1bPtmux;\x1b\x1b_Gi=31,")
    assert questions.endswith("\x1b[c")
    inquiry.take("\x1b[?1;2c")
    assert not inquiry.is_done  # that was tmux itself
    assert through_tmux("\x1b_Gx\x1b\\") == "\x1bPtmux;\x1b\x1b_Gx\x1b\x1b\\\x1b\\"


@pytest.mark.skipif(not Path(queries._SHARED_MEMORY).is_dir(), reason="has no such shared memory")
def test_memory_is_private_and_is_left_clean() -> None:
    name = queries.put_into_memory(b"abc")
    path = Path(queries._SHARED_MEMORY) / name
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o600
    queries.remove_from_memory(name)
    queries.remove_from_memory(name)
    assert not path.exists()
    old, new = (path.with_name(queries.put_into_memory(b"x")) for _ in range(2))
    os.utime(old, (0, 0))
    queries.remove_forgotten()
    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()
    inquiry = Inquiry({"TERM": "xterm"})
    assert inquiry.questions
    asked = path.with_name(inquiry._memory)
    assert asked.exists()
    inquiry.close()
    assert not asked.exists()
