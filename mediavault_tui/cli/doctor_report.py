"""The report of `mediavault doctor` for people: one screen, a line a thing, then what to do."""

import os
import shutil
import sys
import textwrap
import time
from typing import Any

from mediavault_tui.cli import output
from mediavault_tui.cli.doctor_findings import Finding
from mediavault_tui.cli.doctor_remedies import INSTALL, SYSTEMS, systems
from mediavault_tui.domain.text import printable, size

LABEL = 13
DAY_S = 86400
DISKS = {"rotating": "rotating disk", "ssd": "SSD", "network": "network", "unknown": "unknown kind of disk"}
COLOURS = {
    "none": "no colours",
    "16": "16 colours",
    "256": "256 colours",
    "true colour": "16.7 million colours",
}


_OF_ROW = {
    "libmediainfo": "media info",
    "ffmpeg": "pictures",
    "libmpv": "players",
    "packages": "software",
    "worker processes": "software",
}
"""Where a finding belongs that is not named like its row."""


def show(report: dict[str, Any], findings: list[Finding], *, everything: bool) -> None:
    """Print the report, and below it what is not as it could be."""
    python = report["python"]
    output.data(
        f"MediaVault {report['program']}, Python {python['version']}, {python['name']}, {python['machine']}\n"
    )
    for label, words in _rows(report):
        _row(_mark([it for it in findings if _OF_ROW.get(it.about, it.about) == label]), label, words)
    if everything:
        _everything(report)
    output.data()
    for finding in findings:
        _wrapped(f"{_mark([finding])} {finding.about}: ", finding.what, "  ")
        _wrapped("  → " if _is_utf8() else "  > ", finding.remedy, "    ")
    if not any(finding.needs_attention for finding in findings):
        output.data("Nothing needs attention.")


def _rows(report: dict[str, Any]) -> list[tuple[str, str]]:
    packages, ffmpeg = report["packages"], report["ffmpeg"]
    here = sum(version is not None for version in packages.values())
    mediainfo, mpv = report["libmediainfo"], report["libmpv"]
    return [
        ("software", f"{here} of {len(packages)} Python packages, SQLite {report['sqlite']}"),
        ("media info", f"libmediainfo {mediainfo['version']}" if mediainfo["present"] else "libmediainfo is missing"),
        ("pictures", _ffmpeg_words(ffmpeg)),
        ("players", f"libmpv, {mpv['version']}" if mpv["present"] else "libmpv is missing"),
        ("terminal", _terminal_words(report["terminal"])),
        ("config", _config_words(report["config_file"])),
        ("catalogue", _catalogue_words(report["catalogue"])),
        *(("folders", _folder_words(folder, report["catalogue"]["roots_offline"])) for folder in report["roots"]),
        *(("archive", _folder_words(folder, {})) for folder in report["archives"]),
    ]  # fmt: skip


def _ffmpeg_words(ffmpeg: dict[str, Any]) -> str:
    if not ffmpeg["present"]:
        return "FFmpeg's libraries do not load"
    decoders = "some decoders are missing" if ffmpeg["missing_decoders"] else "all usual decoders"
    return f"FFmpeg (libavcodec {ffmpeg['libraries'].get('libavcodec', '?')}), {decoders}"


def _terminal_words(terminal: dict[str, Any]) -> str:
    parts = [
        terminal["name"] or terminal["term"] or "no TERM",
        f"{terminal['columns']}×{terminal['rows']}",
        COLOURS[terminal["colours"]],
        terminal["encoding"],
        *([terminal["multiplexer"]] if terminal["multiplexer"] else []),
        *(["over SSH"] if terminal["ssh"] else []),
    ]
    pictures = " and ".join(terminal["pictures"])
    return ", ".join(parts) + "; pictures: " + (f"real pixels ({pictures})" if pictures else "half blocks")


def _config_words(config: dict[str, Any]) -> str:
    if "problem" in config:
        return f"{_short(config['path'])} cannot be read"
    return _short(config["path"]) + ("" if config["exists"] else " is not there: defaults hold")


def _catalogue_words(catalogue: dict[str, Any]) -> str:
    path, place = _short(catalogue["path"]), catalogue["folder"]
    if not catalogue["exists"]:
        return f"{path}: none yet; {_free(place)}"
    files = "" if catalogue["files"] is None else f"{catalogue['files']:,} files, "
    log = f" + {size(catalogue['log_bytes'])} log" if catalogue["log_bytes"] else ""
    whole = "whole" if catalogue["check"] == "ok" else "not whole"
    return (
        f"{path}: {files}{size(catalogue['size_bytes'])}{log}, {whole}; {_free(place)}; {_copies(catalogue)}"
    )


def _copies(catalogue: dict[str, Any]) -> str:
    if catalogue["newest_copy"] is None:
        return "no copy beside it (--backup makes one)"
    days = int((time.time() - catalogue["newest_copy"]) / DAY_S)
    return f"newest copy {days} days old" if days != 1 else "newest copy a day old"


def _folder_words(folder: dict[str, Any], offline: dict[str, str]) -> str:
    path = _short(folder["path"])
    if not folder["exists"]:
        return f"{path}: offline"
    state = "offline, " if folder["path"] in offline else ""
    return f"{path}: {state}{_free(folder)}"


def _free(folder: dict[str, Any]) -> str:
    if folder["free_bytes"] is None:
        return "cannot be looked at"
    kind = DISKS[folder["disk"]] + (f" ({folder['filesystem']})" if folder["filesystem"] else "")
    return f"{kind}, {size(folder['free_bytes'])} of {size(folder['size_bytes'])} free"


def _everything(report: dict[str, Any]) -> None:
    python, ffmpeg = report["python"], report["ffmpeg"].get("libraries", {})
    rows = {
        "system": f"{python['system']}, {python['executable']}",
        "packages": ", ".join(
            f"{name} {version or 'is missing'}" for name, version in report["packages"].items()
        ),
        "FFmpeg": ", ".join(f"{name} {version}" for name, version in ffmpeg.items()),
        "log": _short(report["log_file"] or "unknown"),
        "copies": ", ".join(map(_short, report["catalogue"]["copies"])) or "none",
    }
    output.data()
    for label, words in rows.items():
        _row(" ", label, words)
    for thing, commands in INSTALL.items():
        output.data(f"\nTo install {thing}:")
        for system in systems():
            output.data(f"  {SYSTEMS[system]:<19} {commands[system]}")


def _row(mark: str, label: str, words: str) -> None:
    _wrapped(f"{mark} {label:<{LABEL}}", words, " " * (LABEL + 2))


def _wrapped(start: str, words: str, indent: str) -> None:
    """Words broken between words only: a path or a command that is too long stays in one piece."""
    width = max(40, shutil.get_terminal_size().columns)
    wrapper = textwrap.TextWrapper(
        width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    output.data(wrapper.fill(start + printable(words)))


def _mark(findings: list[Finding]) -> str:
    good, hint, bad = "✓·!" if _is_utf8() else "+-!"
    if not findings:
        return good
    return bad if any(finding.needs_attention for finding in findings) else hint


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "").replace("-", "").lower() == "utf8"


def _short(path: str) -> str:
    """`~` for the home folder."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if home != "/" and path.startswith(home + "/") else path
