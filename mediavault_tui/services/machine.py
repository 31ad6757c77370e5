"""Which machine is this? A plan made on one is not carried out on another, whose paths may be the same."""

import hashlib
import socket
from pathlib import Path

_PLACES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


def name() -> str:
    """The host name, for people."""
    return socket.gethostname()


def digest() -> str:
    """32 hex digits that stay the same on this machine and differ on others.

    Made of machine-id(5), which is not to be told to others as it is; where a system has none (containers,
    small firmwares), of the host name.
    """
    return hashlib.blake2b(_known_by().encode(), digest_size=16, person=b"mediavault").hexdigest()


def _known_by() -> str:
    for place in _PLACES:
        try:
            told = Path(place).read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            continue
        if told and told != "uninitialized":
            return told
    return name()
