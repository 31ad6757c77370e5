"""The catalogue's connection: opened once, written by one, every write in one `transaction()`.

SQLite in WAL mode: readers never wait for the writer. The functions beside this file take the
connection of a transaction (to write) or of `reader()` (to ask) and return domain values.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mediavault_tui.errors import AlreadyRunning, StoreError
from mediavault_tui.store import migrations

Connection = sqlite3.Connection


class Database:
    """A catalogue file. Use as a context manager; not to be shared between threads at the same time."""

    def __init__(self, path: Path) -> None:
        """Open and, where needed, create and migrate. Raises StoreError with what to do about it."""
        self.path = path
        with _placed(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with _translated(path):
            self._writer = _connect(path)
            try:
                migrations.migrate(self._writer, path)
            except BaseException:
                self._writer.close()
                raise

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close, folding the write-ahead log back into the file."""
        self._writer.close()

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[Connection]:
        """Everything done with the yielded connection happens, or nothing of it.

        `durable`: once this returns, a power cut cannot undo it either. It costs an fsync; what is only
        found out again by another scan does without.
        """
        with _translated(self.path):
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.commit()
            except BaseException:
                self._writer.rollback()
                raise

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """A connection of its own that sees one consistent state and cannot write."""
        with _translated(self.path):
            connection = _connect(self.path, read_only=True)
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """A reader of an existing catalogue, for commands that only show what is there.

    Brings an older catalogue to the present shape first. Raises StoreError if there is none.
    """
    if not path.exists():
        raise StoreError(
            f"there is no catalogue at {path} yet",
            "Run `mediavault scan FOLDER` first, or name one with --db.",
        )
    with _translated(path):
        connection = _connect(path, read_only=True)
        outdated = not _is_current(connection)
        connection.close()
    if outdated:
        Database(path).close()
    with _translated(path):
        connection = _connect(path, read_only=True)
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def exclusive(path: Path, what: str) -> Iterator[None]:
    """Hold the catalogue for one job that changes it (`what`: "scan", …).

    The lock is the kernel's, on a file beside the catalogue, so it goes with the process however that
    ends. Raises AlreadyRunning naming the other job, its start and its process.
    """
    lock = path.with_name(path.name + ".lock")
    with _placed(path):
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip() or "another program"
            raise AlreadyRunning(
                f"catalogue {path}: {holder}", "Wait for it, stop it, or name another catalogue with --db."
            ) from None
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{what} already running since {started} (pid {os.getpid()})\n".encode())
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def connect_to_look(path: Path) -> Connection:
    """A bare read-only connection, whatever the state of the file. Raises sqlite3 errors as they are."""
    return _connect(path, read_only=True)


def _is_current(connection: Connection) -> bool:
    try:
        row = connection.execute("SELECT max(number) FROM migrations").fetchone()
    except sqlite3.OperationalError:
        return False
    return bool(row[0] == migrations.scripts()[-1][0])


def _connect(path: Path, *, read_only: bool = False) -> Connection:
    mode = "ro" if read_only else "rwc"
    if read_only and _is_frozen(path):
        mode = "ro&immutable=1"
    uri = f"file:{_quoted(path)}?mode={mode}"
    # Jobs hand the connection from the event loop to a worker thread, one at a time.
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16384")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # Fold the log back every 64 MiB, not every 4: on slow disks a first scan mostly waits for that.
            connection.execute("PRAGMA wal_autocheckpoint = 16384")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _is_frozen(path: Path) -> bool:
    """Whether nobody can be writing: a WAL catalogue in a read-only folder opens only with that promise."""
    in_use = any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-shm"))
    return path.exists() and not in_use and not os.access(path.parent, os.W_OK)


def _quoted(path: Path) -> str:
    return os.fspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Foreign errors become ours here and nowhere else."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        remedy = _remedy(error)
        if remedy is None:  # wrong SQL is a bug, and stays loud
            raise
        raise StoreError(f"catalogue {path}: {error}", remedy) from error


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """The same for folders and files beside the catalogue. Not for what a caller does meanwhile: its own
    broken pipe or full disk is none of the catalogue's.
    """
    try:
        yield
    except PermissionError as error:
        raise StoreError(
            f"catalogue {path}: {error.strerror}", "Make the folder writable, or name another with --db."
        ) from error
    except OSError as error:
        raise StoreError(f"catalogue {path}: {error.strerror}", "Name another place with --db.") from error


_OUR_BUGS = ("SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_RANGE")


def _remedy(error: sqlite3.Error) -> str | None:
    code = getattr(error, "sqlite_errorname", "") or ""
    remedies = {
        "SQLITE_FULL": "The disk is full: free some space and run the same command again; nothing is lost.",
        "SQLITE_READONLY": "The catalogue or its folder is read-only: make it writable, or name another with --db.",
        "SQLITE_CANTOPEN": "Check that its folder exists and can be written, or name another with --db.",
        "SQLITE_BUSY": "Another program is writing to it: wait for it and try again.",
        "SQLITE_NOTADB": "This is no MediaVault catalogue: name another with --db.",
        "SQLITE_CORRUPT": "The file is damaged: restore it from a copy, or move it away and scan again;"
        " `mediavault recover --from-archive FOLDER` then learns again what is in an archive.",
        "SQLITE_IOERR": "The disk does not answer: check it, then run the same command again.",
    }
    if code.startswith(_OUR_BUGS):
        return None
    return next(
        (text for name, text in remedies.items() if code.startswith(name)), "Run `mediavault doctor`."
    )
