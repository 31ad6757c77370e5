"""Bringing the catalogue in line with what a walk finds.

A file is known by device, inode, size and modification time, so it stays the same file when it is renamed
or moved, and its hash, media info and decisions stay with it. What is unchanged is not written at all.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mediavault_tui.domain.found_files import FoundFolder, FoundVideo
from mediavault_tui.store import change_counters, nfos, symlinks
from mediavault_tui.store.database import Connection
from mediavault_tui.store.roots import IN_ROOT, within


class FileChanges(NamedTuple):
    """What a batch of folders changed."""

    new: int
    updated: int
    folder_ids: list[int]
    """The folders that were there, so that the rest can be told missing."""
    taken_in: list[tuple[bytes, FoundVideo]]
    """(folder, video) of what is new or changed."""


_Identity = tuple[int, int, int, int]
"""Device, inode, size, mtime_ns."""


class _Known(NamedTuple):
    """A present name and its file, as the catalogue has them."""

    name_id: int
    file_id: int
    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    links: int


def upsert_folders(transaction: Connection, folders: Iterable[FoundFolder], now: int) -> FileChanges:
    """Add, update and mark missing what these folders' listings say."""
    intake = _Intake(transaction, now)
    for folder in folders:
        intake.take_in_folder(folder)
    return intake.finish()


class _Intake:
    """One batch. What is new is collected, looked up and inserted together: that is most of a first scan's time."""

    def __init__(self, transaction: Connection, now: int) -> None:
        self.transaction = transaction
        self.now = now
        self.next_file, self.next_name = (
            transaction.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0]
            for table in ("files", "names")
        )
        self.nameless: list[tuple[FoundVideo, int]] = []
        """(video, folder id) of names the catalogue does not have."""
        self.updated = 0
        self.relinked = False
        """An inode or a link count changed: what archiving would free may have."""
        self.nfos_changed = False
        self.folder_ids: list[int] = []
        self.taken_in: list[tuple[bytes, FoundVideo]] = []

    def take_in_folder(self, folder: FoundFolder) -> None:
        row = self.transaction.execute("SELECT id FROM folders WHERE path = ?", (folder.path,)).fetchone()
        if row is None:
            if not (folder.videos or folder.subtitles or folder.links or folder.nfos):
                return
            cursor = self.transaction.execute("INSERT INTO folders(path) VALUES (?)", (folder.path,))
            folder_id, known = int(cursor.lastrowid or 0), {}
        else:
            folder_id = row[0]
            known = self._known_names(folder_id)
        self.folder_ids.append(folder_id)
        changed = self._compare_videos(folder, folder_id, known)
        changed |= self._compare_subtitles(folder, folder_id, is_new=row is None)
        symlinks.replace_in_folder(self.transaction, folder_id, folder.links)
        self._note_downloads(folder, folder_id)
        if not any(path == folder.path for path, _ in folder.trouble):
            self.nfos_changed |= nfos.update_folder(self.transaction, folder_id, folder.nfos)
        if changed and row is not None:
            self.transaction.execute("UPDATE folders SET names_read = 0 WHERE id = ?", (folder_id,))
        if changed:
            self._read_again_below(folder.path)

    def _read_again_below(self, path: bytes) -> None:
        """Subtitles in `Subs` belong to the videos above: they may have other owners now."""
        prefix = path.rstrip(b"/") + b"/"
        self.transaction.execute(
            "UPDATE folders SET names_read = 0 WHERE path > ? AND path < ? AND names_read <> 0"
            " AND EXISTS (SELECT 1 FROM sidecars WHERE folder_id = folders.id)",
            (prefix, prefix[:-1] + b"0"),
        )

    def _known_names(self, folder_id: int) -> dict[bytes, _Known]:
        rows = self.transaction.execute(
            "SELECT names.name, names.id, files.id, device, inode, size, mtime_ns, ctime_ns, links FROM names"
            " JOIN files ON files.id = names.file_id WHERE folder_id = ? AND names.missing_since IS NULL",
            (folder_id,),
        )
        return {row[0]: _Known(*row[1:]) for row in rows}

    def _compare_videos(self, folder: FoundFolder, folder_id: int, known: dict[bytes, _Known]) -> bool:
        changed = False
        for video in folder.videos:
            before = known.pop(video.name, None)
            # Behind the name, both tuples hold the same six fields in the same order.
            if before is None or before[2:] != video[1:]:
                changed |= self._place(video, folder_id, before)
                self.taken_in.append((folder.path, video))
        if known:
            unseen = {path.rpartition(b"/")[2] for path, _ in folder.trouble if path != folder.path}
            unreadable = any(path == folder.path for path, _ in folder.trouble)
            gone = [] if unreadable else [row.name_id for name, row in known.items() if name not in unseen]
            self._names_are_missing(gone)
            changed |= bool(gone)
        return changed

    def _place(self, video: FoundVideo, folder_id: int, before: _Known | None) -> bool:
        """Put a new or changed video where it belongs; True if a name came or went."""
        if before is not None:
            same_inode = (before.device, before.inode) == (video.device, video.inode)
            same_content = (before.size, before.mtime_ns) == (video.size, video.mtime_ns)
            if same_content and (same_inode or before.links == 1):
                self._refresh(before.file_id, video)
                return False
            if same_inode:
                self._content_changed(before.file_id, video)
                return False
            self._names_are_missing([before.name_id])
        self.nameless.append((video, folder_id))
        return True

    def _files_by_identity(self) -> dict[_Identity, int]:
        """Of the inodes with a new name, the files that are known: renamed, moved, or linked."""
        rows = self.transaction.execute(
            "SELECT device, inode, size, mtime_ns, files.id FROM json_each(?) JOIN files ON inode = value"
            " ORDER BY missing_since IS NULL, files.id DESC",  # the present one, else the oldest, is taken last
            (json.dumps([video.inode for video, _ in self.nameless]),),
        )
        return {row[:4]: row[4] for row in rows}

    def _come_back(self) -> dict[tuple[int, bytes, int, int], int]:
        """Missing files by place, size and time: put back from a copy, they have another inode."""
        rows = self.transaction.execute(
            "SELECT folder_id, name, size, mtime_ns, files.id FROM names JOIN files ON files.id = names.file_id"
            " WHERE names.missing_since IS NOT NULL AND files.missing_since IS NOT NULL"
        )
        return {row[:4]: row[4] for row in rows} if self.nameless else {}

    def _refresh(self, file_id: int, video: FoundVideo) -> None:
        """The same content under another inode, link count or change time."""
        self.transaction.execute(
            "UPDATE files SET device = ?, inode = ?, ctime_ns = ?, links = ? WHERE id = ?",
            (video.device, video.inode, video.ctime_ns, video.links, file_id),
        )
        self.relinked = True

    def _content_changed(self, file_id: int, video: FoundVideo) -> None:
        """Written to since: nothing known about its content holds any more."""
        self.transaction.execute(
            "UPDATE files SET size = ?, mtime_ns = ?, ctime_ns = ?, links = ?,"
            " mediainfo = 0, fingerprint = 0, hash = 0 WHERE id = ?",
            (video.size, video.mtime_ns, video.ctime_ns, video.links, file_id),
        )
        for table in (
            "media",
            "tracks",
            "chapters",
            "hashes",
            "fingerprints",
            "problems",
            "checks",
            "doubts",
        ):
            self.transaction.execute(f"DELETE FROM {table} WHERE file_id = ?", (file_id,))
        self.updated += 1

    def _names_are_missing(self, name_ids: Iterable[int]) -> None:
        self.transaction.executemany(
            "UPDATE names SET missing_since = ? WHERE id = ?", [(self.now, name_id) for name_id in name_ids]
        )

    def _compare_subtitles(self, folder: FoundFolder, folder_id: int, *, is_new: bool) -> bool:
        if is_new:
            known: set[bytes] = set()
        else:
            rows = self.transaction.execute("SELECT name FROM sidecars WHERE folder_id = ?", (folder_id,))
            known = {row[0] for row in rows}
        found = set(folder.subtitles)
        if found == known:
            return False
        self.transaction.executemany(
            "DELETE FROM sidecars WHERE folder_id = ? AND name = ?",
            [(folder_id, name) for name in known - found],
        )
        self.transaction.executemany(
            "INSERT INTO sidecars(folder_id, name) VALUES (?, ?)",
            [(folder_id, name) for name in found - known],
        )
        return True

    def _note_downloads(self, folder: FoundFolder, folder_id: int) -> None:
        rows = self.transaction.execute("SELECT name, mark FROM downloads WHERE folder_id = ?", (folder_id,))
        if dict(rows.fetchall()) == folder.unfinished:
            return
        self.transaction.execute("DELETE FROM downloads WHERE folder_id = ?", (folder_id,))
        self.transaction.executemany(
            "INSERT INTO downloads(folder_id, name, mark) VALUES (?, ?, ?)",
            [(folder_id, name, mark) for name, mark in folder.unfinished.items()],
        )
        change_counters.touch(self.transaction)

    def finish(self) -> FileChanges:
        known, missing = self._files_by_identity(), self._come_back()
        new_files: list[tuple[int, ...]] = []
        new_names: list[tuple[int, int, int, bytes]] = []
        for number, (video, folder_id) in enumerate(self.nameless, self.next_name):
            identity = video[1:5]
            file_id = known.get(identity) or missing.get((folder_id, video.name, video.size, video.mtime_ns))
            if file_id is None:
                file_id = known[identity] = self.next_file + len(new_files)
                new_files.append((file_id, *video[1:], self.now))
            elif file_id < self.next_file:
                self._refresh(file_id, video)
            new_names.append((number, file_id, folder_id, video.name))
        self.transaction.executemany(
            "INSERT INTO files(id, device, inode, size, mtime_ns, ctime_ns, links, first_seen)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            new_files,
        )
        self.transaction.executemany(
            "INSERT INTO names(id, file_id, folder_id, name) VALUES (?, ?, ?, ?)", new_names
        )
        if new_names or self.updated or self.relinked or self.nfos_changed:
            change_counters.touch(self.transaction)
        return FileChanges(len(new_files), self.updated, self.folder_ids, self.taken_in)


def mark_unlisted_missing(
    transaction: Connection, root: bytes, listed: set[int], left_alone: Sequence[bytes], now: int
) -> None:
    """Mark the names of folders under `root` that were not listed, unless they lie below one of `left_alone`."""
    rows = transaction.execute(f"SELECT id, path FROM folders WHERE {IN_ROOT}", within(root)).fetchall()
    for folder_id, path in rows:
        if folder_id in listed or any(path == top or path.startswith(top + b"/") for top in left_alone):
            continue
        transaction.execute(
            "UPDATE names SET missing_since = ? WHERE folder_id = ? AND missing_since IS NULL",
            (now, folder_id),
        )
        transaction.execute("DELETE FROM sidecars WHERE folder_id = ?", (folder_id,))
        transaction.execute("DELETE FROM links WHERE folder_id = ?", (folder_id,))
        transaction.execute("DELETE FROM nfos WHERE folder_id = ?", (folder_id,))


def update_missing_flags(transaction: Connection, now: int) -> None:
    """After a walk: drop old names of files that have a present one, and tell files missing or found again."""
    transaction.execute(
        "DELETE FROM names WHERE id IN (SELECT old.id FROM names AS old WHERE old.missing_since IS NOT NULL AND"
        " EXISTS (SELECT 1 FROM names WHERE file_id = old.file_id AND missing_since IS NULL))"
    )
    lost = transaction.execute(
        "UPDATE files SET missing_since = ? WHERE missing_since IS NULL AND id IN"
        " (SELECT file_id FROM names WHERE missing_since IS NOT NULL)",
        (now,),
    )
    found = transaction.execute(
        "UPDATE files SET missing_since = NULL, gone = NULL WHERE missing_since IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM names WHERE file_id = files.id AND missing_since IS NULL)"
    )
    if lost.rowcount or found.rowcount:
        change_counters.touch(transaction)


def missing_count(connection: Connection, root: bytes) -> int:
    """How many files that were known under `root` are not there, those aside that we moved away."""
    row = connection.execute(
        "SELECT count(DISTINCT files.id) FROM files JOIN names ON names.file_id = files.id"
        f" JOIN folders ON folders.id = names.folder_id WHERE files.missing_since IS NOT NULL"
        f" AND files.gone IS NULL AND {IN_ROOT}",
        within(root),
    ).fetchone()
    return int(row[0])
