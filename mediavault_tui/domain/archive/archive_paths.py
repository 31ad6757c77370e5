"""Where a file goes in the archive, and names that are free and short enough."""

import hashlib
import os
from collections.abc import Callable

NAME_MAX = 255
PATH_MAX = 4095
"""Bytes, as Linux has them: of one name, and of a path without the closing zero."""


def archived(archive: bytes, layout: str, date: str, category: str, path: bytes) -> bytes:
    """The place of `path` in the archive. A path that would be too long goes into a folder named by a digest."""
    prefix, _, _ = layout.partition("{original path}")
    folder = prefix.replace("{date}", date).replace("{category}", category).strip("/")
    place = os.path.join(archive, os.fsencode(folder), path.lstrip(b"/"))
    if len(place) <= PATH_MAX - NAME_MAX:  # room for a number behind the name, and for a temporary one
        return place
    home, name = os.path.split(path)
    digest = hashlib.blake2b(home, digest_size=10).hexdigest()
    return os.path.join(archive, os.fsencode(folder), b"long-paths", digest.encode(), name)


def free(path: bytes, is_taken: Callable[[bytes], bool]) -> bytes:
    """`path`, or with ` (2)`, ` (3)`, … before its ending the first that is not taken; never over 255 bytes."""
    if not is_taken(path):
        return path
    folder, name = os.path.split(path)
    stem, ending = os.path.splitext(name)
    if len(ending) > 32:  # no ending, but a dot in a long name
        stem, ending = name, b""
    for number in range(2, 1_000_000):
        mark = b" (%d)" % number
        candidate = os.path.join(folder, cut(stem, NAME_MAX - len(mark) - len(ending)) + mark + ending)
        if not is_taken(candidate):
            return candidate
    raise AssertionError("a million files of one name")


def cut(stem: bytes, length: int) -> bytes:
    """At most `length` bytes, without half a UTF-8 character at the end of what was whole."""
    if len(stem) <= length:
        return stem
    cut = stem[:length]
    while cut and stem[len(cut)] & 0xC0 == 0x80:  # the byte behind the cut goes on a character
        cut = cut[:-1]
    return cut or stem[:length]


def is_under(path: bytes, folder: bytes) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip(b"/") + b"/")
