"""Where the config, the catalogue and the log live, by the platform's conventions (XDG on Linux)."""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import PlatformDirs

from mediavault_tui.domain.settings import Settings

_DIRS = PlatformDirs("mediavault", appauthor=False)


def config_file(flag: str | None, env: Mapping[str, str] = os.environ) -> tuple[Path, bool]:
    """The config file's path, and whether the user named it (then it must exist)."""
    named = flag or env.get("MEDIAVAULT_CONFIG")
    if named:
        return Path(named).expanduser(), True
    return Path(_DIRS.user_config_dir) / "config.yaml", False


def catalogue_file(flag: str | None, env: Mapping[str, str] = os.environ) -> Path:
    """The SQLite catalogue's path."""
    named = flag or env.get("MEDIAVAULT_DB")
    return Path(named).expanduser() if named else Path(_DIRS.user_data_dir) / "catalogue.db"


def log_file(flag: str | None, settings: Settings) -> Path:
    """The log file's path."""
    named = flag or settings.log.file
    return Path(named).expanduser() if named else Path(_DIRS.user_log_dir) / "mediavault.log"


def themes_folder() -> Path:
    """Where the user's own themes lie, one YAML file each."""
    return Path(_DIRS.user_config_dir) / "themes"
