"""What stands in a pane that shows no picture. A part of PlayerPair."""

import os
from collections.abc import Mapping
from types import MappingProxyType

from mediavault_tui.domain.text import printable
from mediavault_tui.engine.indexing.codecs import codec_of
from mediavault_tui.services.mpv.properties import UNKNOWN_CODEC
from mediavault_tui.services.mpv.synced_players import Side, states
from mediavault_tui.ui.players.player_base import PlayerBase


class ErrorText(PlayerBase):
    """Which file, and what is wrong with it."""

    _codecs: Mapping[Side, str] = MappingProxyType({})
    """What is known about codecs that libmpv does not know."""

    def words_instead(self, side: Side) -> str:
        """Empty where there is a picture."""
        state = states(self.synced)[side]
        if state.failure is None:
            return "" if state.loaded else "opening…"
        failure = state.failure
        if UNKNOWN_CODEC in failure:
            if side not in self._codecs:
                self._codecs = {**self._codecs, side: UNKNOWN_CODEC}
                self.run_worker(self._name_codec(side), group=f"codec {side}")
            failure = failure.replace(UNKNOWN_CODEC, self._codecs[side])
        return f"{printable(os.fsdecode(os.path.basename(self.paths[side])))}\n{printable(failure)}"

    async def _name_codec(self, side: Side) -> None:
        """libmpv has no word for a codec it does not know; the file has."""
        codec = await codec_of(self.paths[side])
        if codec is not None:
            self._codecs = {**self._codecs, side: codec}
