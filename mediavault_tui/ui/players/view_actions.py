"""Ways of looking, and what they can be moved by. A part of PlayerPair."""

import msgspec

from mediavault_tui.services.mpv.synced_players import Side, states
from mediavault_tui.ui.players.player_base import PlayerBase
from mediavault_tui.ui.players.renderer import RenderOptions
from mediavault_tui.ui.players.view_modes import ViewMode

MAGNIFICATIONS = (1.0, 2.0, 4.0)


class ViewActions(PlayerBase):
    """Actions that change how the pictures are painted."""

    render_options: RenderOptions
    _magnification = 0
    """Place in MAGNIFICATIONS."""
    _aim = (0.5, 0.5)
    """What is in the middle of a crop, as shares of width and height."""

    def _change(self, **changes: object) -> None:
        self.render_options = msgspec.structs.replace(self.render_options, **changes)

    def _toggle(self, look: ViewMode) -> None:
        self._change(look=ViewMode.SIDES if self.render_options.look is look else look)

    def action_flip(self) -> None:
        """The other one in the same place."""
        if self.render_options.look is ViewMode.FLIP:
            self._change(shown=self.render_options.shown.other)
        else:
            self._change(look=ViewMode.FLIP, shown=Side.A)

    def action_split(self) -> None:
        """Half and half."""
        self._toggle(ViewMode.SPLIT)

    def action_difference(self) -> None:
        """Only what differs."""
        self._toggle(ViewMode.DIFFERENCE)

    def action_crop(self) -> None:
        """Source pixels, ever larger, and back."""
        if self.render_options.look is not ViewMode.CROP:
            self._magnification = 0
            self._change(look=ViewMode.CROP)
        elif self._magnification + 1 < len(MAGNIFICATIONS):
            self._magnification += 1
            self._aim_crop()
        else:
            self.action_sides()

    def action_sides(self) -> None:
        """Two pictures."""
        self._change(look=ViewMode.SIDES)

    def _aim_crop(self) -> None:
        """Both show the same place, as large: a source row of the taller one takes one drawn row (or more)."""
        players, known = self.synced.players, states(self.synced)
        if self.render_options.look is not ViewMode.CROP:
            for player in players:
                player.look_at()
            return
        tallest = max((state.height or 0 for state in known), default=0)
        for player, state in zip(players, known, strict=True):
            if state.height:
                scale = MAGNIFICATIONS[self._magnification] * tallest / state.height
                player.look_at(*self._aim, scale)

    def action_left(self) -> None:
        """Divider or crop."""
        self._move(-1, 0)

    def action_right(self) -> None:
        """Divider or crop."""
        self._move(1, 0)

    def action_up(self) -> None:
        """Crop, or a stronger difference."""
        self._move(0, -1)

    def action_down(self) -> None:
        """Crop, or a weaker difference."""
        self._move(0, 1)

    def _move(self, x: int, y: int) -> None:
        look = self.render_options.look
        if look is ViewMode.SPLIT:
            self._change(divider=min(max(self.render_options.divider + 0.05 * x, 0.0), 1.0))
        elif look is ViewMode.DIFFERENCE and y:
            self._change(gain=min(max(self.render_options.gain * 2.0**-y, 1.0), 64.0))
        elif look is ViewMode.CROP:
            step = 0.05 / MAGNIFICATIONS[self._magnification]
            self._aim = (min(max(self._aim[0] + step * x, 0), 1), min(max(self._aim[1] + step * y, 0), 1))
            self._aim_crop()

    def action_histogram(self) -> None:
        """Show or hide it."""
        self._change(histogram=not self.render_options.histogram)

    def action_overlay(self) -> None:
        """Show or hide the facts."""
        self.toggle_class("-facts")

    def action_pace(self) -> None:
        """Show or hide what the line takes."""
        self.toggle_class("-pace")

    def _look_words(self) -> str:
        """Which look this is, for the line below; nothing for the usual one."""
        render_options = self.render_options
        return {
            ViewMode.SIDES: "",
            ViewMode.FLIP: f"[{'left' if render_options.shown is Side.A else 'right'}]",
            ViewMode.SPLIT: "split",
            ViewMode.DIFFERENCE: f"difference ×{render_options.gain:g}",
            ViewMode.CROP: f"pixels ×{MAGNIFICATIONS[self._magnification]:g}",
        }[render_options.look]
