"""What `mediavault doctor` finds wanting, each with what to do about it; as pure functions of its report."""

import shlex
from typing import Any

import msgspec

from mediavault_tui.cli.doctor_remedies import how_to_install
from mediavault_tui.domain.text import size

LITTLE_SPACE = 200 << 20
"""The catalogue of 30,000 files with fingerprints takes some hundred megabytes."""
LONG_LOG = 1 << 30
"""A write-ahead log of this size was not folded back for long: it is every 64 MiB, unless a reader never ends."""
_NOT_OURS = ("ok", "file is not a database")
"""SQLite's words for a file that is whole, or none of its own."""
_ELSEWHERE = "name another place with --db or MEDIAVAULT_DB"


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as it could be."""

    about: str
    what: str
    remedy: str
    needs_attention: bool = True
    """False for a hint: everything else works without it."""


def findings_of(report: dict[str, Any]) -> list[Finding]:
    """Everything in a report that is not as it could be; what needs attention first."""
    found = [
        *_software(report),
        *_catalogue(report["catalogue"]),
        *_config(report),
        *_folders(report),
        *_terminal(report["terminal"]),
    ]
    return sorted(found, key=lambda finding: not finding.needs_attention)


def _software(report: dict[str, Any]) -> list[Finding]:
    missing = [name for name, version in report["packages"].items() if version is None]
    found = [Finding("packages", f"{name} is missing", f"pip install {name}") for name in missing]
    ffmpeg = report["ffmpeg"]
    if not report["libmediainfo"]["present"]:
        what = "missing: no media info can be read"
        found.append(Finding("libmediainfo", what, how_to_install("libmediainfo")))
    if not report["libmpv"]["present"]:
        what = "missing: stills instead of moving pictures"
        found.append(Finding("libmpv", what, how_to_install("libmpv"), False))
    if not ffmpeg["present"]:
        what = f"PyAV does not load, so nothing can be told by pictures: {ffmpeg['problem']}"
        found.append(Finding("ffmpeg", what, "pip install --force-reinstall av"))
    elif ffmpeg["missing_decoders"]:
        what = f"cannot decode {', '.join(ffmpeg['missing_decoders'])}"
        found.append(Finding("ffmpeg", what, "pip install --upgrade av", False))
    if problem := report["worker_processes"]["problem"]:
        remedy = "mount -t tmpfs -o mode=1777 tmpfs /dev/shm"
        found.append(Finding("worker processes", f"cannot be started: {problem}", remedy))
    return found


def _catalogue(catalogue: dict[str, Any]) -> list[Finding]:
    found, place = [], catalogue["folder"]
    if catalogue["exists"] and catalogue["schema"] is None and catalogue["check"] in _NOT_OURS:
        found.append(Finding("catalogue", f"no MediaVault catalogue: {catalogue['check']}", _ELSEWHERE))
    elif catalogue["exists"] and catalogue["check"] != "ok":
        found.append(Finding("catalogue", f"damaged: {catalogue['check']}", _put_back(catalogue)))
    elif (catalogue["schema"] or 0) > catalogue["newest_schema"]:
        found.append(Finding("catalogue", "written by a newer MediaVault", "update MediaVault"))
    if (catalogue["exists"] and not catalogue["writable"]) or not place["writable"]:
        remedy = f"make it and its folder writable, or {_ELSEWHERE}"
        found.append(Finding("catalogue", "cannot be written", remedy))
    if place["disk"] == "network":
        what = f"on a network filesystem ({place['filesystem']}), where SQLite's locks cannot be relied on"
        found.append(Finding("catalogue", what, f"keep it on a local disk: {_ELSEWHERE}"))
    if place["free_bytes"] is not None and place["free_bytes"] < LITTLE_SPACE:
        what = f"only {size(place['free_bytes'])} free on its disk"
        found.append(Finding("catalogue", what, f"free some space there, or {_ELSEWHERE}"))
    if catalogue["log_bytes"] > LONG_LOG:
        what = f"its write-ahead log has grown to {size(catalogue['log_bytes'])}"
        found.append(Finding("catalogue", what, "leave the screens that have been open for long", False))
    return found


def _put_back(catalogue: dict[str, Any]) -> str:
    if catalogue["copies"]:
        copy, path = shlex.quote(catalogue["copies"][-1]), shlex.quote(catalogue["path"])
        return f"move it and {path}-wal away, then: cp {copy} {path}"
    return (
        "put a copy in its place, or move it away and scan again: your videos are not touched by this. What was"
        " archived can be restored after `mediavault recover --from-archive FOLDER`, once for each archive folder"
    )


def _config(report: dict[str, Any]) -> list[Finding]:
    config = report["config_file"]
    if "problem" in config:
        return [Finding("config", config["problem"], config["remedy"])]
    if report.get("protected"):
        return [
            Finding("config", f"archive.protected: {each['entry']} {each['problem']}", each["remedy"])
            for each in report["protected"]
        ]
    if not report["roots"]:
        remedy = f"list them under scan: roots: in {config['path']}"
        return [
            Finding("folders", "none in the config", remedy if config["exists"] else "mediavault init", False)
        ]
    return []


def _folders(report: dict[str, Any]) -> list[Finding]:
    offline = report["catalogue"]["roots_offline"]
    found = []
    for folder in report["roots"]:
        path = folder["path"]
        if not folder["exists"]:
            what = f"{path} is offline: it is not there"
            found.append(Finding("folders", what, "mount its disk, or take it out of the config"))
        elif not folder["readable"]:
            what = f"{path} cannot be read by you"
            found.append(Finding("folders", what, "run MediaVault as the user who owns the collection"))
        elif path in offline:
            what = f"{path} was offline at the last scan: {offline[path]}"
            found.append(Finding("folders", what, "check that its disk is mounted, then: mediavault scan"))
        elif folder["empty"]:
            found.append(Finding("folders", f"{path} is empty", "check that its disk is mounted", False))
        elif not folder["writable"]:
            what = f"{path} is read-only for you: scans work, archiving from it does not"
            found.append(
                Finding("folders", what, "run MediaVault as the user who owns the collection", False)
            )
    for folder in report["archives"]:
        if not folder["writable"]:
            what = f"nothing can be archived to {folder['path']}: it cannot be written to"
            found.append(Finding("archive", what, "mount its disk, or change archive: roots: in the config"))
    return found


def _terminal(terminal: dict[str, Any]) -> list[Finding]:
    found = []
    if not terminal["utf8"]:
        what = f"the locale's encoding is {terminal['encoding']}: many names will show as escapes"
        found.append(Finding("terminal", what, "set LANG=C.UTF-8, or another UTF-8 locale", False))
    if terminal["interactive"] and (terminal["columns"] < 80 or terminal["rows"] < 24):
        what = f"{terminal['columns']}×{terminal['rows']} is small"
        found.append(Finding("terminal", what, "80×24 or more shows everything", False))
    if terminal["passthrough"] is False and (terminal["name"] or "").startswith(("kitty", "ghostty")):
        what = f"tmux keeps back the real pixels that {terminal['name']} could show"
        found.append(Finding("terminal", what, "set -g allow-passthrough on, in ~/.tmux.conf", False))
    return found
