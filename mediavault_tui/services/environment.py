"""What this machine offers: libraries and their versions, the terminal, the disks of folders.

Nothing here raises for what is missing: an absent library is an answer.
"""

import ctypes
import locale
import os
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from importlib import metadata

import msgspec

from mediavault_tui.services import disks

DISTRIBUTION = "mediavault-tui"
DECODERS = ("h264", "hevc", "av1", "vp9", "vp8", "mpeg4", "mpeg2video", "vc1", "wmv3", "theora")
"""What a collection is usually made of."""
_MPV_NAMES = ("libmpv.so.2", "libmpv.so.1", "libmpv.so", "libmpv.2.dylib", "libmpv.dylib")


class Library(msgspec.Struct, frozen=True):
    """A library outside Python."""

    present: bool
    version: str | None = None
    problem: str | None = None


class Terminal(msgspec.Struct, frozen=True):
    """What the environment says of the terminal. Nothing is asked of it: it may not answer."""

    term: str | None
    columns: int
    rows: int
    colours: str
    """`true colour`, `256`, `16` or `none`."""
    utf8: bool
    encoding: str
    interactive: bool
    multiplexer: str | None
    ssh: bool
    pictures: tuple[str, ...]
    """Ways to show pictures that its name promises: `kitty`, `sixel`, `iterm2`."""


class Folder(msgspec.Struct, frozen=True):
    """A folder and what it is on."""

    path: str
    exists: bool
    writable: bool = False
    disk: str | None = None
    """`rotating`, `ssd`, `network` or `unknown`."""
    filesystem: str | None = None
    free_bytes: int | None = None
    size_bytes: int | None = None


def python() -> dict[str, str]:
    """The interpreter."""
    return {
        "version": platform.python_version(),
        "executable": sys.executable,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def packages() -> dict[str, str | None]:
    """Version of each Python package the program needs; None where one is missing."""
    found: dict[str, str | None] = {}
    for requirement in metadata.requires(DISTRIBUTION) or ():
        if "extra ==" not in requirement:
            name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                found[name] = None
    return found


def mediainfo() -> Library:
    """libmediainfo, as the wheel brings it or the system has it."""
    try:
        from pymediainfo import MediaInfo

        # The library's version is not in the public interface; asking it is what `can_parse` does too.
        return Library(True, MediaInfo._get_library()[2])
    except (ImportError, OSError, RuntimeError) as error:
        return Library(False, problem=str(error))


def mpv() -> Library:
    """libmpv; its version is that of the client interface."""
    for name in _MPV_NAMES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        number = library.mpv_client_api_version()
        return Library(True, f"client API {number >> 16}.{number & 0xFFFF} ({name})")
    return Library(False, problem="not found")


def ffmpeg() -> dict[str, object]:
    """The FFmpeg libraries inside PyAV, and which usual decoders they lack."""
    try:
        import av
    except ImportError as error:
        return {"present": False, "problem": str(error)}
    versions = {name: ".".join(map(str, version)) for name, version in av.library_versions.items()}
    missing = [name for name in DECODERS if name not in av.codecs_available]
    return {"present": True, "libraries": versions, "missing_decoders": missing}


def terminal(env: Mapping[str, str] = os.environ) -> Terminal:
    """The terminal as its environment describes it."""
    size = shutil.get_terminal_size()
    encoding = locale.getpreferredencoding(False)
    return Terminal(
        term=env.get("TERM"),
        columns=size.columns,
        rows=size.lines,
        colours=_colours(env),
        utf8=encoding.replace("-", "").lower() == "utf8",
        encoding=encoding,
        interactive=sys.stdin.isatty() and sys.stderr.isatty(),
        multiplexer="tmux" if env.get("TMUX") else "screen" if env.get("STY") else None,
        ssh=bool(env.get("SSH_CONNECTION")),
        pictures=tuple(_pictures(env)),
    )


def _colours(env: Mapping[str, str]) -> str:
    term = env.get("TERM", "")
    if env.get("COLORTERM", "") in ("truecolor", "24bit") or term.endswith("-direct"):
        return "true colour"
    if "256color" in term or term in ("xterm-kitty", "xterm-ghostty", "alacritty", "foot"):
        return "256"
    return "none" if term in ("", "dumb", "vt100") else "16"


def _pictures(env: Mapping[str, str]) -> list[str]:
    """By name only. Sources: the projects' own lists of supported protocols."""
    term, program = env.get("TERM", ""), env.get("TERM_PROGRAM", "")
    found = []
    if (
        "KITTY_WINDOW_ID" in env
        or term in ("xterm-kitty", "xterm-ghostty")
        or program in ("ghostty", "WezTerm")
    ):
        found.append("kitty")
    if term.startswith(("foot", "mlterm", "yaft", "contour")) or program in (
        "WezTerm",
        "iTerm.app",
        "mintty",
    ):
        found.append("sixel")
    if program in ("iTerm.app", "WezTerm", "mintty"):
        found.append("iterm2")
    return found


def folder(path: str) -> Folder:
    """A folder's disk; of one that is not there yet, the nearest that is above it."""
    exists = os.path.isdir(path)
    there = os.path.abspath(path)
    while not os.path.isdir(there) and there != os.path.dirname(there):
        there = os.path.dirname(there)
    try:
        device = os.stat(there).st_dev
        space = os.statvfs(there)
    except OSError:
        return Folder(path, False)
    return Folder(
        path=path,
        exists=exists,
        writable=os.access(there, os.W_OK),
        disk=disks.kind(device).value,
        filesystem=disks.filesystem_type(device) or None,
        free_bytes=space.f_bavail * space.f_frsize,
        size_bytes=space.f_blocks * space.f_frsize,
    )


def distribution() -> str:
    """`debian`, `fedora`, `arch`, `alpine`, `macos`, `synology`, or "" for one we do not know."""
    if sys.platform == "darwin":
        return "macos"
    if os.path.exists("/etc/synoinfo.conf"):
        return "synology"
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    names = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    aliases = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora", "archlinux": "arch"}
    known = {aliases.get(name, name) for name in names}
    return next((name for name in ("debian", "fedora", "arch", "alpine") if name in known), "")
