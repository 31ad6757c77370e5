"""Reading metadata files for the ids in them."""

import os

from mediavault_tui.domain.nfo import Id, ids
from mediavault_tui.errors import FileUnreadable

LARGEST = 2 * 1024 * 1024
"""Bytes. Real ones have some ten thousand; what is larger is something else under that name."""


def read(path: bytes) -> tuple[Id, ...]:
    """The ids a metadata file gives; none for what is too large, or no text. Raises FileUnreadable."""
    try:
        # Not blocking, should a pipe have taken its place since it was listed.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise FileUnreadable(f"cannot be read: {error.strerror}", "Check its rights.") from error
    return ids(_text(data)) if data and len(data) <= LARGEST else ()


def _text(data: bytes) -> str:
    """As the byte order mark says, else UTF-8, else Latin-1: ids are ASCII in all of them."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
