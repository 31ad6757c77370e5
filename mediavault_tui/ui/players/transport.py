"""The lines under the pictures: where both are, what differs there, and what was just done."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mediavault_tui.domain.playback_timeline import Part, describe, line_of
from mediavault_tui.services.mpv.synced_players import SyncedState
from mediavault_tui.ui.widgets import time_strip


class Transport(Widget):
    """Time, progress, speed and timing of a pair of players."""

    DEFAULT_CSS = """
    Transport { height: 1; background: $surface; color: $foreground; }
    Transport.-differs { height: 2; }
    """
    words: reactive[str] = reactive("")
    """What was just done, in the place of the progress for a while."""

    class Chosen(Message):
        """Somebody clicked into the progress."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = SyncedState()
        self._look = ""
        self._marks: tuple[float, ...] = ()
        self._parts: tuple[Part, ...] = ()

    def show(
        self, state: SyncedState, look: str, marks: tuple[float, ...], parts: tuple[Part, ...] = ()
    ) -> None:
        """Another state; `marks` are moments worth seeing, `parts` what both have, in seconds of the line."""
        new = (state, look, marks, parts)
        if _said(*new) != _said(self._state, self._look, self._marks, self._parts):
            self._state, self._look, self._marks, self._parts = new
            self.set_class(self._is_cut and bool(describe(parts)), "-differs")
            self.refresh()

    @property
    def _is_cut(self) -> bool:
        return len(self._state.pairing.stretches) > 1

    def render(self) -> Content:
        """The line, and below it what differs where the files were cut."""
        left, right = self._left(), f" {clock(self._state.end_s)} {self._timing()} "
        room = self.size.width - len(left) - len(right)
        is_told = self.words and not self.has_class("-differs")
        middle = self.words[: max(0, room)].ljust(room) if is_told else self._bar(max(0, room))
        line = Content.assemble((left, "bold"), middle, right)
        return Content("\n").join([line, self._below()]) if self.has_class("-differs") else line

    def _left(self) -> str:
        """Whether it plays, and where; the times of both where they were cut."""
        state = self._state
        sign = "…" if state.waiting_for is not None or state.seeking else "▶" if state.playing else "⏸"
        if not self._is_cut:
            return f" {sign} {clock(state.position_s)} "
        line = line_of(state.pairing)
        a, b = (clock(line.own(side, state.position_s)) for side in (0, 1))
        return f" {sign} a {a} b {b} "

    def _below(self) -> Content:
        """What was just done, else what differs here, else everything that does; and the signs."""
        here = next((part for part in describe(self._parts) if part.has(self._state.position_s)), None)
        if self.words:
            words = (self.words, "bold")
        elif here is not None:
            words = (f" {here.words()}", "bold $warning")
        else:
            words = (f" {'; '.join(part.words() for part in describe(self._parts))}", "$foreground 70%")
        shown = {part.shown for part in self._parts}
        signs = [f"{time_strip.GLYPHS[kind]} {name}" for kind, name in time_strip.LEGEND if kind in shown]
        legend = f"  {'  '.join(signs)} "
        room = max(0, self.size.width - len(legend))
        text = words[0] if len(words[0]) <= room else f"{words[0][: max(0, room - 1)]}…"
        return Content.assemble((text.ljust(room), words[1]), (legend, "$foreground 70%"))

    def _timing(self) -> str:
        state = self._state
        said = [f"×{state.speed:g}"] if state.speed != 1 else []
        if abs(state.pairing.offset_s) >= 0.005 and not self._is_cut:
            said.append(f"b {state.pairing.offset_s:+.2f} s")
        if abs(state.pairing.speed - 1) > 0.0005:
            said.append(f"b {100 * (state.pairing.speed - 1):+.1f} %")
        if state.loop is not None:
            said.append("loop" if state.loop[1] is not None else "loop from here…")
        if state.heard is not None:
            said.append(f"♪ {state.heard.name.lower()}")
        return " ".join([*said, self._look])

    def _bar(self, room: int) -> Content:
        """Progress, with what differs, and marks."""
        span = self._state.start_s, self._state.end_s
        shown = time_strip.cells(self._parts, span, room, self._marks)
        knob = time_strip.column(self._state.position_s, span, room)
        return Content.assemble(*((run.text, self._style(run)) for run in time_strip.runs(shown, knob)))

    @staticmethod
    def _style(run: time_strip.Run) -> str:
        if run.text == time_strip.KNOB:
            return "bold $accent"
        if run.is_different:
            return "$warning"
        return "$accent" if run.is_past else "$foreground 50%"

    def on_click(self, event: events.Click) -> None:
        """Go there."""
        left = len(self._left())
        room = self.size.width - left - len(f" {clock(self._state.end_s)} {self._timing()} ")
        if room > 1:
            self.post_message(self.Chosen(min(1.0, max(0.0, (event.x - left) / (room - 1)))))


def clock(seconds: float) -> str:
    """`1:02:03.4`; below zero where only the other file has begun."""
    sign, tenths = ("-" if seconds < -0.05 else ""), int(abs(seconds) * 10)
    hours, rest = divmod(tenths, 36000)
    minutes, rest = divmod(rest, 600)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{sign}{head}:{rest // 10:02d}.{rest % 10}"


def _said(
    state: SyncedState, look: str, marks: tuple[float, ...], parts: tuple[Part, ...]
) -> tuple[object, ...]:
    """What the line shows of a state: nothing is drawn again for less."""
    return (
        clock(state.position_s), state.end_s, state.playing, state.seeking, state.speed, state.pairing,
        state.loop, state.heard, state.waiting_for, look, marks, parts,
    )  # fmt: skip
