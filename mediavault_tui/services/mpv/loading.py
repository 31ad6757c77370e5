"""Loading libmpv, on first use only, with a clear word where it is missing."""

import locale
from functools import lru_cache
from types import ModuleType

from mediavault_tui.errors import PlayerMissing

INSTALL_HINT = "`mediavault doctor` says how to get it."


def load() -> ModuleType:
    """The python-mpv module, with libmpv behind it. Raises PlayerMissing.

    libmpv refuses to start unless numbers are written the C way, so LC_NUMERIC is set back each time:
    another library may have changed it since.
    """
    module = _imported()
    locale.setlocale(locale.LC_NUMERIC, "C")
    return module


@lru_cache(maxsize=1)
def _imported() -> ModuleType:
    try:
        import mpv
    except ImportError as error:
        raise PlayerMissing("python-mpv is not installed", "Install it: `pip install python-mpv`.") from error
    except OSError as error:  # python-mpv says so when the library itself is not found or does not load
        raise PlayerMissing("libmpv is not installed", INSTALL_HINT) from error
    module: ModuleType = mpv
    return module


def available() -> bool:
    """Whether films can be played here."""
    try:
        load()
    except PlayerMissing:
        return False
    return True
