"""In which form pictures are put on the screen: what the terminal can do, and what the user wants of it."""

from enum import Enum

import msgspec

from mediavault_tui.services.terminal import sixel
from mediavault_tui.services.terminal.capabilities import Abilities
from mediavault_tui.services.terminal.cells import Grain


class Form(Enum):
    """Ways to show a picture, coarse to fine."""

    HALF = "half blocks"
    QUADRANT = "quadrants"
    SIXEL = "sixel"
    KITTY = "kitty graphics"

    @property
    def is_pixels(self) -> bool:
        """Real pixels, not characters."""
        return self in (Form.SIXEL, Form.KITTY)

    @property
    def grain(self) -> Grain:
        """How cells are painted."""
        return Grain.QUADRANT if self is Form.QUADRANT else Grain.HALF


class Outlet(msgspec.Struct, frozen=True):
    """Where pictures go to."""

    form: Form = Form.HALF
    cell: tuple[int, int] = (8, 16)
    """Width and height of a cell in pixels."""
    memory: bool = False
    """The terminal reads pictures from this machine's memory."""
    in_tmux: bool = False


def forms(able: Abilities) -> list[Form]:
    """The forms this terminal can show, coarse to fine. Real pixels only where the size of a cell is known."""
    found = [Form.HALF, Form.QUADRANT]
    if able.cell and able.sixel and sixel.available():
        found.append(Form.SIXEL)
    if able.cell and able.kitty and able.passthrough is not False:
        found.append(Form.KITTY)
    return found


def best(able: Abilities, wanted: str = "auto") -> Form:
    """The form to use. `wanted` is `auto`, `kitty`, `sixel` or `cells`; what the terminal cannot do counts as auto."""
    known = forms(able)
    chosen = {"kitty": Form.KITTY, "sixel": Form.SIXEL, "cells": Form.HALF}.get(wanted)
    if chosen in known:
        return chosen  # kitty also where it is not known to show placeholders
    if Form.KITTY in known and able.placeholders:
        return Form.KITTY
    return Form.SIXEL if Form.SIXEL in known else Form.HALF
