"""What every command is given: the global options and, when asked for, the settings and the log."""

import logging
import logging.handlers
from functools import cached_property
from pathlib import Path

from mediavault_tui.domain.settings import Settings
from mediavault_tui.errors import ConfigError

LOG_SIZE, LOG_FILES = 2_000_000, 3


class Globals:
    """The global options. Settings are read when first asked for."""

    def __init__(
        self, config_file: str | None, database: str | None, log_file: str | None, verbose: int, quiet: bool
    ) -> None:
        self._config_flag = config_file
        self._database_flag = database
        self._log_flag = log_file
        self.verbose = verbose
        self.quiet = quiet

    @cached_property
    def config_file(self) -> tuple[Path, bool]:
        """The config file's path, and whether the user named it."""
        from mediavault_tui import locations

        return locations.config_file(self._config_flag)

    @cached_property
    def settings(self) -> Settings:
        """Config file, then environment. Raises ConfigError."""
        from mediavault_tui import config

        path, required = self.config_file
        return config.load(path, required=required)

    @cached_property
    def database(self) -> Path:
        """The catalogue's path."""
        from mediavault_tui import locations

        return locations.catalogue_file(self._database_flag)

    @cached_property
    def log_file(self) -> Path:
        """The log file's path."""
        from mediavault_tui import locations

        return locations.log_file(self._log_flag, self.settings)

    def roots(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """The roots of this call: those named, else the config's. Raises ConfigError if there are none."""
        roots = named or self.settings.scan.roots
        if not roots:
            path, _ = self.config_file
            raise ConfigError("no folders to scan", f"Name some, or list them under scan: roots: in {path}.")
        return roots

    def start_log(self) -> None:
        """Write the log to a file that never grows without end; without a place for it, do without."""
        levels = {"debug": 10, "info": 20, "warning": 30, "error": 40}
        try:
            self.log_file.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.handlers.RotatingFileHandler(
                self.log_file,
                maxBytes=LOG_SIZE,
                backupCount=LOG_FILES,
                encoding="utf-8",
                errors="backslashreplace",
            )
        except OSError as error:
            from mediavault_tui.cli import output

            output.print_error(
                f"no log is written: {self.log_file}: {error.strerror}", "Name another --log-file."
            )
            return
        logging.basicConfig(
            level=logging.DEBUG if self.verbose else levels[self.settings.log.level],
            handlers=[handler],
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        )
