"""Everything that can go wrong in a way the user can do something about.

    VaultError                  exit code 3 unless a child says otherwise
    ├── ConfigError             the config file, an environment variable or a flag is wrong (exit code 2)
    ├── PlanRefused                 a plan is not of this catalogue and machine, or leads elsewhere (exit code 2)
    ├── StoreError              the catalogue cannot be opened, read or written
    │   └── AlreadyRunning      another program holds the catalogue
    ├── RootUnavailable         a root given by name is not there
    ├── FileUnreadable          one file cannot be read (permission, I/O error, gone)
    ├── MediaDamaged            one file can be read, but is not the video it claims to be
    ├── MoveFailed              one file could not be moved, linked or removed
    └── PlayerMissing           libmpv is not installed: nothing can be played

`services` translate foreign errors into these at the edge, with the cause kept. A fault of one file is
caught by the job and becomes a `FileSkipped` event. Whatever is not a `VaultError` is a bug and stays loud.
"""


class VaultError(Exception):
    """Something the user can do something about.

    `message` says what happened and to what; `remedy` says what to do, in one sentence.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class ConfigError(VaultError):
    """A setting is wrong: unknown key, wrong type, value out of range."""

    exit_code = 2


class PlanRefused(VaultError):  # noqa: N818
    """A plan as a whole must not be carried out here; nothing of it was."""

    exit_code = 2


class StoreError(VaultError):
    """The catalogue cannot be opened, read or written."""


class AlreadyRunning(StoreError):  # noqa: N818 - a state, not an error
    """Another program is changing the same catalogue."""


class RootUnavailable(VaultError):  # noqa: N818
    """A root named by the user does not exist or cannot be listed."""


class FileUnreadable(VaultError):  # noqa: N818
    """One file cannot be read: permission, I/O error, vanished."""


class MediaDamaged(VaultError):  # noqa: N818
    """One file can be read but is not a whole video."""


class MoveFailed(VaultError):  # noqa: N818
    """A file could not be moved, linked or removed; `message` says why. Nothing was overwritten."""


class PlayerMissing(VaultError):  # noqa: N818 - a state, not an error
    """libmpv or its Python binding is not installed: no playing, everything else works."""
