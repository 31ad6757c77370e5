"""What listening to two audio tracks, along the same pictures, can tell."""

from enum import StrEnum

LISTENING_VERSION = 1
"""Goes up whenever listening to the same two tracks could come to another answer."""


class Likeness(StrEnum):
    """Whether two tracks sound the same."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
