"""Textual's driver for terminals, which also asks the terminal about pictures and understands its answers.

Textual would take the answers for keys that were pressed. They may come at any time, long after the program
has started over a slow connection, so nobody waits: what is known so far is known, and players look again.
"""

import os
import select
import time
from codecs import getincrementaldecoder
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from mediavault_tui.services.terminal import capabilities
from mediavault_tui.services.terminal.capabilities import Abilities, Tmux
from mediavault_tui.services.terminal.queries import Inquiry

_SPLIT_S = 0.05
"""Half an answer waits so long for its other half."""
_IDLE_S = 0.1


class TerminalDriver(LinuxDriver):
    """Knows what the terminal can show, as far as it has answered, and takes its pictures away in the end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.images: set[int] = set()
        """Numbers of pictures that were sent by the kitty graphics protocol."""
        self._tmux: Tmux | None = None
        self._inquiry = Inquiry({})

    @property
    def abilities(self) -> Abilities:
        """What the terminal can show, as far as is known now."""
        return capabilities.abilities(self._inquiry, self._tmux)

    def start_application_mode(self) -> None:
        """As in Textual; then ask."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual gives it no types
        if not self.input_tty or self._writer_thread is None:
            return
        self._tmux = capabilities.tell_tmux()
        self._inquiry.close()
        self._inquiry = capabilities.inquire(self._tmux)
        self.write(self._inquiry.questions)

    def ask_cell(self) -> None:
        """Ask again how large a cell is, where the kernel does not know: the window has another size."""
        if self._writer_thread is not None:
            self.write(self._inquiry.question_of_cell)

    def forget(self, number: int) -> None:
        """Take a picture out of the terminal's memory, if it is there."""
        if number in self.images and self._writer_thread is not None:
            from mediavault_tui.services.terminal import kitty

            self.images.discard(number)
            self.write(kitty.deletion(number, in_tmux=self._tmux is not None))

    def stop_application_mode(self) -> None:
        """Take the pictures away, then as in Textual."""
        self._inquiry.close()
        for number in list(self.images):
            self.forget(number)
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Read keys and answers until the end. As in Textual, whose parser gets the keys."""
        parser = XTermParser(self._debug)
        decoder = getincrementaldecoder("utf-8")("replace")
        while not self.exit_event.is_set():
            keys = self._read(decoder)
            for event in parser.feed(keys) if keys else ():
                self.process_message(event)
            for event in parser.tick():
                self.process_message(event)

    def _read(self, decoder: Any) -> str:
        """The keys that came in the next moment, without answers."""
        holding = self._inquiry.is_holding
        ready = select.select([self.fileno], [], [], _SPLIT_S if holding else _IDLE_S)[0]
        if not ready:
            return self._inquiry.release()
        data = os.read(self.fileno, 4096)
        if not data:  # nobody is there any more
            time.sleep(_IDLE_S)
        return self._inquiry.take(decoder.decode(data))


def abilities(app: App[Any]) -> Abilities:
    """What the terminal of this app can show. Without a terminal: what the environment says."""
    driver = app._driver
    if isinstance(driver, TerminalDriver):
        return driver.abilities
    return Abilities(colours=capabilities.colours())
