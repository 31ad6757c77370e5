"""What this machine offers: libraries and their versions, the terminal, the disks of folders.

Nothing here raises for what is missing: an absent library is an answer.
"""

import ctypes
import locale
import multiprocessing
import os
import platform
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata

import msgspec

from mediavault_tui.services import disks
from mediavault_tui.services.terminal.capabilities import Abilities, Depth

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
    """What the terminal is and what it has answered."""

    term: str | None
    name: str | None
    """What it calls itself; None if it does not say."""
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
    """Ways to show real pixels: `kitty`, `sixel`. Without any, pictures are drawn with half blocks."""
    cell: tuple[int, int] | None = None
    """Width and height of a character cell in pixels, if known."""
    passthrough: bool | None = None
    """Whether tmux hands pictures on; None outside tmux."""


class Folder(msgspec.Struct, frozen=True):
    """A folder and what it is on."""

    path: str
    exists: bool
    readable: bool = False
    writable: bool = False
    empty: bool = False
    disk: str | None = None
    """`rotating`, `ssd`, `network` or `unknown`."""
    filesystem: str | None = None
    free_bytes: int | None = None
    size_bytes: int | None = None


def python() -> dict[str, str]:
    """The interpreter."""
    return {
        "version": platform.python_version(),
        "name": system(),
        "machine": platform.machine(),
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


def terminal(asked: Abilities, env: Mapping[str, str] = os.environ) -> Terminal:
    """The terminal by its environment and by what it has answered (`services.terminal.capabilities.ask`)."""
    columns, rows = _size()
    encoding = locale.getpreferredencoding(False)
    ways = {"kitty": asked.placeholders, "sixel": asked.sixel}
    return Terminal(
        term=env.get("TERM"),
        name=asked.name or None,
        columns=columns,
        rows=rows,
        colours=_colours(asked.colours, env),
        utf8=encoding.replace("-", "").lower() == "utf8",
        encoding=encoding,
        interactive=sys.stdin.isatty() and sys.stderr.isatty(),
        multiplexer=asked.multiplexer or None,
        ssh=bool(env.get("SSH_CONNECTION")),
        pictures=tuple(way for way, works in ways.items() if works),
        cell=asked.cell,
        passthrough=asked.passthrough,
    )


def _size() -> tuple[int, int]:
    """Columns and rows of the terminal, wherever the output goes; 80×24 without one."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with suppress(OSError, ValueError, AttributeError):
            size = os.get_terminal_size(stream.fileno())
            return size.columns, size.lines
    return 80, 24


def _colours(depth: Depth, env: Mapping[str, str]) -> str:
    if env.get("NO_COLOR") or env.get("TERM", "") in ("", "dumb", "vt100"):
        return "none"
    return {Depth.TRUE: "true colour", Depth.INDEXED: "256", Depth.BASIC: "16"}[depth]


def folder(path: str) -> Folder:
    """A folder's disk; of one that is not there yet, the nearest that is above it."""
    exists = os.path.isdir(path)
    there = os.path.abspath(path)
    while not os.path.isdir(there) and there != os.path.dirname(there):
        there = os.path.dirname(there)
    try:
        device = os.stat(there).st_dev
        mount = disks.mount_of(device, there)
        space = os.statvfs(there)
    except OSError:
        return Folder(path, False)
    return Folder(
        path=path,
        exists=exists,
        writable=os.access(there, os.W_OK),
        readable=os.access(there, os.R_OK | os.X_OK),
        empty=exists and _is_empty(there),
        disk=disks.kind(device, there).value,
        filesystem=mount.filesystem if mount else None,
        free_bytes=space.f_bavail * space.f_frsize,
        size_bytes=space.f_blocks * space.f_frsize,
    )


def worker_processes() -> Library:
    """Whether processes can share locks, which crashing and hanging readers are kept apart with."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except OSError as error:
        return Library(False, problem=f"/dev/shm cannot be used: {error.strerror}")
    return Library(True)


def _is_empty(path: str) -> bool:
    try:
        with os.scandir(path) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def system() -> str:
    """What the operating system calls itself, as `Debian GNU/Linux 12 (bookworm)`."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


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
