"""`mediavault doctor`: what is installed, what is missing, and how to get it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from mediavault_tui import __version__
from mediavault_tui.cli import output
from mediavault_tui.cli.context import Globals
from mediavault_tui.cli.output import ExitCode
from mediavault_tui.domain.text import printable, size
from mediavault_tui.errors import ConfigError

if TYPE_CHECKING:
    from mediavault_tui.services.environment import Folder, Terminal
    from mediavault_tui.store.health import Health

LITTLE_SPACE = 200 << 20
"""The catalogue of 30,000 files with fingerprints takes some hundred megabytes."""

_IN_A_CONTAINER = "run MediaVault in a Debian container (Container Manager), where `apt install {}` gets it"
INSTALL: dict[str, dict[str, str]] = {
    "libmpv": {
        "debian": "apt install libmpv2",
        "fedora": "dnf install mpv-libs",
        "arch": "pacman -S mpv",
        "alpine": "apk add mpv-libs",
        "macos": "brew install mpv",
        "synology": _IN_A_CONTAINER.format("libmpv2"),
    },
    "libmediainfo": {
        "debian": "apt install libmediainfo0v5",
        "fedora": "dnf install libmediainfo",
        "arch": "pacman -S libmediainfo",
        "alpine": "apk add libmediainfo",
        "macos": "brew install libmediainfo",
        "synology": _IN_A_CONTAINER.format("libmediainfo0v5"),
    },
}


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as it could be."""

    about: str
    what: str
    remedy: str
    needs_attention: bool = True
    """False for a hint: everything else works without it."""


@click.command(name="doctor", epilog="Examples:\n\n  mediavault doctor\n\n  mediavault doctor --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def command(globals_: Globals, as_json: bool) -> None:
    """What is installed, what is missing, and how to get it.

    Exit code 1 when something needs attention; what is merely missing for some comfort is a hint.
    """
    report, findings = examine(globals_)
    if as_json:
        output.json_document({**report, "findings": msgspec.to_builtins(findings)})
    else:
        _show(report, findings)
    attention = any(finding.needs_attention for finding in findings)
    raise SystemExit(int(ExitCode.NEEDS_ATTENTION if attention else ExitCode.DONE))


def examine(globals_: Globals) -> tuple[dict[str, Any], list[Finding]]:
    """All there is to report, and what of it is not as it could be."""
    from mediavault_tui.services import environment
    from mediavault_tui.store import health

    findings: list[Finding] = []
    packages, ffmpeg = environment.packages(), environment.ffmpeg()
    mediainfo, mpv, terminal = environment.mediainfo(), environment.mpv(), environment.terminal()
    catalogue = health.health(globals_.database)
    place = environment.folder(str(globals_.database.parent))
    config, folders = _configuration(globals_, findings)
    roots = [environment.folder(path) for path in folders]

    findings += _missing_software(packages, mediainfo.present, mpv.present, ffmpeg)
    findings += _catalogue_findings(catalogue, place)
    findings += _root_findings(roots)
    findings += _terminal_findings(terminal)
    report = {
        "program": __version__,
        "python": environment.python(),
        "packages": packages,
        "libmediainfo": mediainfo,
        "libmpv": mpv,
        "ffmpeg": ffmpeg,
        "sqlite": health.sqlite_version(),
        "catalogue": {**msgspec.to_builtins(catalogue), "folder": place},
        **config,
        "roots": roots,
        "terminal": terminal,
    }
    return msgspec.to_builtins(report), findings


def _configuration(globals_: Globals, findings: list[Finding]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Where config and log are, and the roots; a config that cannot be read is a finding."""
    path, _ = globals_.config_file
    config = {"config_file": {"path": str(path), "exists": path.exists()}}
    try:
        roots = globals_.settings.scan.roots
        log: Path | None = globals_.log_file
    except ConfigError as error:
        findings.append(Finding("config", error.message, error.remedy))
        return {**config, "log_file": None}, ()
    if not roots:
        findings.append(
            Finding("roots", "no folders in the config", f"List them under scan: roots: in {path}.", False)
        )
    return {**config, "log_file": str(log)}, tuple(str(Path(root).expanduser()) for root in roots)


def _missing_software(
    packages: dict[str, str | None], mediainfo: bool, mpv: bool, ffmpeg: dict[str, Any]
) -> list[Finding]:
    missing = [name for name, version in packages.items() if version is None]
    found = [Finding("packages", f"{name} is missing", f"pip install {name}") for name in missing]
    if not mediainfo:
        found.append(
            Finding("libmediainfo", "missing: no media info can be read", how_to_install("libmediainfo"))
        )
    if not mpv:
        found.append(
            Finding(
                "libmpv", "missing: nothing can be played beside each other", how_to_install("libmpv"), False
            )
        )
    if not ffmpeg["present"]:
        found.append(
            Finding("ffmpeg", "PyAV does not load: no fingerprints", "pip install --force-reinstall av")
        )
    elif ffmpeg["missing_decoders"]:
        names = ", ".join(ffmpeg["missing_decoders"])
        found.append(Finding("ffmpeg", f"cannot decode {names}", "pip install --upgrade av", False))
    return found


def how_to_install(thing: str) -> str:
    """The command for this system; on one we do not know, those for all."""
    from mediavault_tui.services import environment

    commands = INSTALL[thing]
    here = commands.get(environment.distribution())
    return here or "; ".join(f"{system}: {words}" for system, words in commands.items())


def _catalogue_findings(catalogue: "Health", place: "Folder") -> list[Finding]:
    found = []
    elsewhere = "name another place with --db or MEDIAVAULT_DB"
    if catalogue.exists and catalogue.schema is None:
        found.append(Finding("catalogue", f"no MediaVault catalogue: {catalogue.check}", elsewhere))
    elif catalogue.exists and catalogue.check != "ok":
        remedy = "restore it from a copy, or move it away and scan again"
        found.append(Finding("catalogue", f"damaged: {catalogue.check}", remedy))
    elif (catalogue.schema or 0) > catalogue.newest_schema:
        found.append(Finding("catalogue", "written by a newer MediaVault", "update MediaVault"))
    if (catalogue.exists and not catalogue.writable) or not place.writable:
        found.append(
            Finding("catalogue", "cannot be written", f"make it and its folder writable, or {elsewhere}")
        )
    if place.disk == "network":
        what = f"on a network filesystem ({place.filesystem}), where SQLite's locks cannot be relied on"
        found.append(Finding("catalogue", what, f"keep it on a local disk: {elsewhere}"))
    if place.free_bytes is not None and place.free_bytes < LITTLE_SPACE:
        found.append(
            Finding("catalogue", f"only {size(place.free_bytes)} free on its disk", "free some space")
        )
    return found


def _root_findings(roots: "list[Folder]") -> list[Finding]:
    return [
        Finding("roots", f"{root.path} is not there", "mount its disk, or take it out of the config")
        for root in roots
        if not root.exists
    ]


def _terminal_findings(terminal: "Terminal") -> list[Finding]:
    found = []
    if not terminal.utf8:
        what = f"the locale's encoding is {terminal.encoding}: many names will show as escapes"
        found.append(Finding("terminal", what, "set LANG=C.UTF-8, or another UTF-8 locale", False))
    if terminal.interactive and (terminal.columns < 80 or terminal.rows < 24):
        what = f"{terminal.columns}×{terminal.rows} is small"
        found.append(Finding("terminal", what, "80×24 or more shows everything", False))
    return found


def _show(report: dict[str, Any], findings: list[Finding]) -> None:
    mpv, mediainfo, catalogue, config, terminal = (
        report[key] for key in ("libmpv", "libmediainfo", "catalogue", "config_file", "terminal")
    )
    rows = [
        ("MediaVault", report["program"]),
        ("Python", f"{report['python']['version']} on {report['python']['system']}"),
        ("libmediainfo", mediainfo["version"] or "missing"),
        ("libmpv", mpv["version"] or "missing"),
        ("FFmpeg", ", ".join(f"{name} {number}" for name, number in report["ffmpeg"].get("libraries", {}).items())),
        ("SQLite", report["sqlite"]),
        ("packages", ", ".join(f"{name} {version}" for name, version in report["packages"].items())),
        ("catalogue", _catalogue_words(catalogue)),
        ("config", config["path"] + ("" if config["exists"] else " (not there: defaults)")),
        ("log", report["log_file"] or "unknown"),
        *(("root", _folder_words(root)) for root in report["roots"]),
        ("terminal", _terminal_words(terminal)),
    ]  # fmt: skip
    for name, words in rows:
        output.data(f"{name:<13} {printable(str(words))}")
    output.data()
    for finding in findings:
        mark = "!" if finding.needs_attention else "·"
        output.data(f"{mark} {finding.about}: {printable(finding.what)}\n  → {printable(finding.remedy)}")
    if not any(finding.needs_attention for finding in findings):
        output.data("Nothing needs attention.")


def _catalogue_words(catalogue: dict[str, Any]) -> str:
    if not catalogue["exists"]:
        return f"{catalogue['path']} (none yet)"
    files = "" if catalogue["files"] is None else f", {catalogue['files']:,} files"
    return (
        f"{catalogue['path']}: {size(catalogue['size_bytes'])}{files}, schema {catalogue['schema']},"
        f" check {catalogue['check']}"
    )


def _folder_words(root: dict[str, Any]) -> str:
    if not root["exists"]:
        return f"{root['path']} (not there)"
    return (
        f"{root['path']}: {root['disk']}, {root['filesystem'] or 'unknown filesystem'},"
        f" {size(root['free_bytes'])} of {size(root['size_bytes'])} free"
    )


def _terminal_words(terminal: dict[str, Any]) -> str:
    parts = [
        terminal["term"] or "no TERM",
        f"{terminal['columns']}×{terminal['rows']}",
        f"colours: {terminal['colours']}",
        terminal["encoding"],
        *([terminal["multiplexer"]] if terminal["multiplexer"] else []),
        *(["over SSH"] if terminal["ssh"] else []),
    ]
    if terminal["pictures"]:
        parts.append(f"pictures: {', '.join(terminal['pictures'])}")
    return ", ".join(parts)
