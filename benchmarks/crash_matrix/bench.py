"""Two real filesystems to build libraries on, each an ext4 image on a loop device."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.crash_matrix.rows import Row
from mediavault_tui.engine.vault import Vault
from tests.engine.archive.archive_library import SETTINGS, Library, video, write


class Bench:
    """Where the libraries are built: an ext4 image and, for copies, another one."""

    def __init__(self, folder: Path) -> None:
        self.disk, self.other = folder / "disk", folder / "other"
        self.devices: dict[Path, str] = {}

    def __enter__(self) -> "Bench":
        for place in (self.disk, self.other):
            image = place.with_suffix(".image")
            with image.open("wb") as file:
                file.truncate(64 << 20)
            subprocess.run(["mkfs.ext4", "-q", image], check=True)
            attach = ["losetup", "--find", "--show", os.fspath(image)]
            shown = subprocess.run(attach, check=True, capture_output=True, text=True).stdout
            self.devices[place] = shown.strip()
            place.mkdir()
            self.mount(place)
        return self

    def __exit__(self, *_: object) -> None:
        for place, device in self.devices.items():
            subprocess.run(["umount", "-l", place], check=False)
            subprocess.run(["losetup", "--detach", device], check=False)

    def mount(self, place: Path) -> None:
        """Raises CalledProcessError where that is not allowed."""
        subprocess.run(["mount", self.devices[place], place], check=True)

    def library(self, row: Row, template: Path) -> Library:
        """A fresh one: a film twice, the worse with subtitles the better lacks and an NFO of its own."""
        base = self.disk / "library"
        for old in (base, self.other / "archive"):
            shutil.rmtree(old, ignore_errors=True)
        base.mkdir()
        library = Library(base, self.other if row.copies else None)
        write(os.path.join(library.root, b"Better", b"Film.1080p.mkv"), video("film", 3000))
        library.loser = write(os.path.join(library.root, b"Worse", b"Film.mkv"), video("film", 3000))
        write(os.path.join(library.root, b"Worse", b"Film.de.srt"), b"subtitles")
        write(os.path.join(library.root, b"Worse", b"Film.nfo"), b"<movie/>")
        write(os.path.join(library.root, b"Better", b"Film.1080p.nfo"), b"<movie>better</movie>")
        library.database.parent.mkdir()
        shutil.copy(template, library.database)
        return library


@contextmanager
def prepared() -> Iterator[tuple[Bench, Path]]:
    """A bench and an empty catalogue; ends the program with a word where they cannot be had."""
    if shutil.which("strace") is None:
        raise SystemExit("skipped: strace is not installed (on Debian: apt install strace)")
    if os.geteuid() != 0:
        raise SystemExit("skipped: mounting a filesystem for the tests needs root")
    with tempfile.TemporaryDirectory(prefix="mediavault-matrix-", dir=_memory()) as folder:
        try:
            with Bench(Path(folder)) as bench:
                template = Path(folder) / "empty.db"
                Vault(template, SETTINGS).close()
                yield bench, template
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"skipped: {error}") from error


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
