"""The line under the pictures: where both are, and what was just done."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mediavault_tui.services.mpv.duet import DuetState


class Transport(Widget):
    """Time, progress, speed and timing of a duet."""

    DEFAULT_CSS = "Transport { height: 1; background: $surface; color: $foreground; }"
    words: reactive[str] = reactive("")
    """What was just done, in the place of the progress for a while."""

    class Chosen(Message):
        """Somebody clicked into the progress."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = DuetState()
        self._look = ""
        self._marks: tuple[float, ...] = ()

    def show(self, state: DuetState, look: str, marks: tuple[float, ...]) -> None:
        """Another state; `marks` are moments worth seeing, in seconds of a."""
        new = (state, look, marks)
        if _said(*new) != _said(self._state, self._look, self._marks):
            self._state, self._look, self._marks = new
            self.refresh()

    def render(self) -> Content:
        """The line."""
        state = self._state
        sign = "…" if state.waiting_for is not None or state.seeking else "▶" if state.playing else "⏸"
        left = f" {sign} {clock(state.position_s)} "
        right = f" {clock(state.end_s)} {self._timing()} "
        room = self.size.width - len(left) - len(right)
        middle = self.words[: max(0, room)].ljust(room) if self.words else self._bar(max(0, room))
        return Content.assemble((left, "bold"), middle, right)

    def _timing(self) -> str:
        state = self._state
        said = [f"×{state.speed:g}"] if state.speed != 1 else []
        if abs(state.pairing.offset_s) >= 0.005:
            said.append(f"b {state.pairing.offset_s:+.2f} s")
        if abs(state.pairing.speed - 1) > 0.0005:
            said.append(f"b {100 * (state.pairing.speed - 1):+.1f} %")
        if state.loop is not None:
            said.append("loop" if state.loop[1] is not None else "loop from here…")
        if state.heard is not None:
            said.append(f"♪ {state.heard.name.lower()}")
        return " ".join([*said, self._look])

    def _bar(self, room: int) -> Content:
        """Progress, with marks."""
        start, end = self._state.start_s, self._state.end_s
        cells = ["─"] * room
        for moment in self._marks:
            cells[self._column(moment, start, end, room)] = "╪"
        knob = self._column(self._state.position_s, start, end, room)
        line = "".join(cells)
        return Content.assemble(
            (line[:knob], "$accent"), ("●"[:room], "bold $accent"), (line[knob + 1 :], "$foreground 50%")
        )

    @staticmethod
    def _column(moment: float, start: float, end: float, room: int) -> int:
        share = (moment - start) / (end - start) if end > start else 0.0
        return round(min(max(share, 0.0), 1.0) * max(0, room - 1))

    def on_click(self, event: events.Click) -> None:
        """Go there."""
        left = len(f" ▶ {clock(self._state.position_s)} ")
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


def _said(state: DuetState, look: str, marks: tuple[float, ...]) -> tuple[object, ...]:
    """What the line shows of a state: nothing is drawn again for less."""
    return (
        clock(state.position_s), state.end_s, state.playing, state.seeking, state.speed, state.pairing,
        state.loop, state.heard, state.waiting_for, look, marks,
    )  # fmt: skip
