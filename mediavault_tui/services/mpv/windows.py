"""The same two players in two windows of the desktop, with the same clock and keys of their own."""

import threading
from collections.abc import Callable
from functools import partial

from mediavault_tui.domain.playback_sync import Pairing
from mediavault_tui.errors import VaultError
from mediavault_tui.services.mpv.synced_players import SPEEDS, Side, SyncedPlayers
from mediavault_tui.services.terminal import capabilities

_PLACES = ("50%x90%+0%+50%", "50%x90%+100%+50%")
"""Left and right half of the screen (mpv's `--geometry`)."""

KEYS: dict[str, Callable[[SyncedPlayers], None]] = {
    "SPACE": SyncedPlayers.toggle,
    "RIGHT": lambda synced: synced.seek_by(5),
    "LEFT": lambda synced: synced.seek_by(-5),
    "UP": lambda synced: synced.seek_by(60),
    "DOWN": lambda synced: synced.seek_by(-60),
    ".": lambda synced: synced.step(1),
    ",": lambda synced: synced.step(-1),
    ">": lambda synced: synced.nudge(synced.players[1].state.frame_s),
    "<": lambda synced: synced.nudge(-synced.players[1].state.frame_s),
    ")": lambda synced: synced.nudge(0.1),
    "(": lambda synced: synced.nudge(-0.1),
    "}": lambda synced: synced.nudge(1.0),
    "{": lambda synced: synced.nudge(-1.0),
    "'": lambda synced: synced.move_alone(Side.B, synced.players[1].state.frame_s),
    ";": lambda synced: synced.move_alone(Side.B, -synced.players[1].state.frame_s),
    "w": SyncedPlayers.align_now,
    "o": SyncedPlayers.loop_mark,
    "-": lambda synced: synced.set_speed(
        max((s for s in SPEEDS if s < synced.state.speed), default=SPEEDS[0])
    ),
    "+": lambda synced: synced.set_speed(
        min((s for s in SPEEDS if s > synced.state.speed), default=SPEEDS[-1])
    ),
    "BS": lambda synced: synced.set_speed(1.0),
    "s": lambda synced: synced.hear({None: Side.A, Side.A: Side.B, Side.B: None}[synced.state.heard]),
}
"""Names of keys as mpv has them (its manual, `--input-keylist`)."""
_CLOSING = ("q", "ESC", "CLOSE_WIN")


class Windows:
    """Two windows with a pair of players; they live until they are closed or `close` is called."""

    def __init__(
        self,
        a: str | bytes,
        b: str | bytes,
        pairing: Pairing = Pairing(),  # noqa: B008 - frozen
        *,
        start_s: float = 0.0,
    ) -> None:
        """Open both. Raises PlayerMissing, VaultError where the display takes no windows."""
        self.closed = threading.Event()
        """Set when the user has closed a window, or asked to."""
        self._given = pairing
        try:
            self.synced = SyncedPlayers(a, b, pairing, options=(self._options(Side.A), self._options(Side.B)))
        except (
            ValueError
        ) as error:  # python-mpv's word for libmpv not starting: the options are right, so it is this
            raise VaultError(
                f"no window can be opened on the display {capabilities.display()}",
                "Is it there, and may you use it? Without --windows everything works in the terminal.",
            ) from error
        for player in self.synced.players:
            for key, does in KEYS.items():
                player.on_key(key, partial(does, self.synced))
            for key in _CLOSING:
                player.on_key(key, self.closed.set)
        self.synced.seek_to(start_s)
        self._watch = threading.Thread(target=self._close_when_asked, name="windows", daemon=True)
        self._watch.start()

    @staticmethod
    def _options(side: Side) -> dict[str, str]:
        return {
            # Drawn by the processor: two OpenGL contexts of one process are not safe with every driver.
            "vo": "x11,wlshm",
            "force_window": "immediate",
            "geometry": _PLACES[side],
            "input_vo_keyboard": "yes",
            "title": f"{('left', 'right')[side]}: ${{filename}}",
            "osd_level": "1",
        }

    def _close_when_asked(self) -> None:
        self.closed.wait()
        self.synced.close()

    def offer(self, pairing: Pairing) -> None:
        """A timing was found: use it, unless one was set by hand since."""
        if self.synced.state.pairing == self._given:
            self._given = pairing
            self.synced.pair(pairing)

    def say(self, words: str) -> None:
        """Show words in both windows for a few seconds."""
        for player in self.synced.players:
            player.command("show-text", words, 5000)

    def close(self) -> None:
        """Close both."""
        self.closed.set()
        self._watch.join()
