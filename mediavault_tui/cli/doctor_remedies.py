"""How to install what is outside Python, on each system: Debian (and Ubuntu), Fedora, Arch, Alpine, macOS, Synology."""

_IN_A_CONTAINER = "not in Entware: use the container, packaging/compose.yaml"
SYSTEMS = {
    "debian": "Debian, Ubuntu",
    "fedora": "Fedora",
    "arch": "Arch",
    "alpine": "Alpine",
    "macos": "macOS",
    "synology": "Synology (Entware)",
}
INSTALL: dict[str, dict[str, str]] = {
    "libmpv": {
        "debian": "apt install libmpv2",
        "fedora": "dnf install mpv-libs",
        "arch": "pacman -S mpv",
        "alpine": "apk add mpv-libs",
        "macos": "brew install mpv",
        "synology": _IN_A_CONTAINER,
    },
    "libmediainfo": {
        "debian": "apt install libmediainfo0v5",
        "fedora": "dnf install libmediainfo",
        "arch": "pacman -S libmediainfo",
        "alpine": "apk add libmediainfo",
        "macos": "brew install libmediainfo",
        "synology": "opkg install libmediainfo",
    },
}
"""Names of packages as the systems' own lists have them; each needs root (`sudo`), but for macOS."""


def systems() -> list[str]:
    """All systems, this one first."""
    from mediavault_tui.services import environment

    here = environment.distribution()
    return sorted(SYSTEMS, key=lambda system: system != here)


def how_to_install(thing: str) -> str:
    """The command for this system; on one we do not know, those for all."""
    from mediavault_tui.services import environment

    here = INSTALL[thing].get(environment.distribution())
    return here or "; ".join(f"{SYSTEMS[system]}: {words}" for system, words in INSTALL[thing].items())
