"""The facts a plan is made from: what the catalogue knows, held against what lies on the disk now."""

import fnmatch
import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from mediavault_tui.domain import discs, parts, transient
from mediavault_tui.domain.access import Access
from mediavault_tui.domain.archive.archive_paths import is_under
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.archive.plan import Facts, FileFacts, Home
from mediavault_tui.domain.media import Kind
from mediavault_tui.domain.settings import Settings
from mediavault_tui.domain.transient import Transient
from mediavault_tui.domain.wholeness import Check
from mediavault_tui.engine.archive import nearby_files
from mediavault_tui.engine.archive.nearby_files import NearbyFiles
from mediavault_tui.errors import FileUnreadable, MoveFailed
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import Identity
from mediavault_tui.services.file_ops import atomic_moves, permissions
from mediavault_tui.store import catalogue, checks, file_proofs, groups, journal, roots, symlinks
from mediavault_tui.store.catalogue import FileRecord
from mediavault_tui.store.database import Connection
from mediavault_tui.store.file_proofs import Known


class Records(NamedTuple):
    """What the catalogue knows, read in one go."""

    files: dict[int, FileRecord]
    known: dict[int, Known]
    parts: dict[int, tuple[int, ...]]
    roots: list[bytes]
    """Those that are online, the innermost first."""
    ours: set[int]
    """Files whose change time differs by our own doing only."""
    archived: set[bytes]
    """Paths of files that were archived, whatever the settings call the archive now."""
    links: dict[bytes, list[bytes]]
    """Symbolic links that were met in the library, by what they led to."""
    kept: dict[int, int]
    """Files the user decided to keep, and the group of the decision."""
    checks: dict[int, Check]
    """What reading them from end to end found, as far as it still holds."""


def records(connection: Connection, ids: Collection[int]) -> Records:
    """Read these files, and the other parts of works that some of them are parts of."""
    files = {file.id: file for file in catalogue.some(connection, ids)}
    others: dict[int, tuple[int, ...]] = {}
    for file in list(files.values()):
        if parts.number(file.paths[0], file.name) is not None:
            rest = [each for each in _beside(connection, file) if _same_work(file, each)]
            others[file.id] = tuple(each.id for each in rest)
            files.update((each.id, each) for each in rest)
    online = [root.path for root in roots.all_roots(connection) if root.offline_reason is None]
    ours = {file.id for file in files.values() if _is_our_doing(connection, file)}
    homes = {os.path.dirname(path) for file in files.values() for path in file.paths}
    return Records(
        files, file_proofs.known(connection, files.keys()), others, sorted(online, key=len, reverse=True), ours,
        journal.archived_places(connection), symlinks.into(connection, homes),
        groups.kept_by_user(connection),
        checks.some(connection, files.keys()),
    )  # fmt: skip


def _beside(connection: Connection, file: FileRecord) -> list[FileRecord]:
    """The files that could be its other parts: in its folder, or in `CD2` beside its `CD1`."""
    home = os.path.dirname(file.paths[0])
    found = []
    for folder in (home, *nearby_files.sibling_parts(home)):
        for entry in atomic_moves.entries(folder):
            other = catalogue.by_path(connection, os.path.join(folder, entry.name))
            if other is not None and other.id != file.id:
                found.append(other)
    return found


def _same_work(file: FileRecord, other: FileRecord) -> bool:
    ours, theirs = file.name, other.name
    key = ("kind", "title", "year", "season", "episodes", "edition", "release_group")
    part = parts.number(file.paths[0], ours)
    return parts.number(other.paths[0], theirs) not in (None, part) and all(
        getattr(ours, k) == getattr(theirs, k) for k in key
    )


def _is_our_doing(connection: Connection, file: FileRecord) -> bool:
    try:
        found = atomic_moves.look(file.paths[0])
    except FileUnreadable:
        return False
    return found is not None and journal.is_our_doing(connection, found)


def gather(
    records: Records, settings: Settings, taken: Mapping[bytes, Proof] = MappingProxyType({})
) -> Facts:
    """Look at every file and at the folders they lie in. Blocking.

    Files that were at the paths of `taken` count as if they still were.
    """
    titles: defaultdict[bytes, set[str]] = defaultdict(set)
    for record in records.files.values():
        for path in record.paths:
            titles[os.path.dirname(path)].add(record.name.title or "")
    around = NearbyFiles(settings.scan, records.roots, titles, records.links, taken)
    files = {file_id: _file(file, records, settings, around) for file_id, file in records.files.items()}
    files |= {file.id: file for file in _as_before(files, records, settings, taken)}
    for file in files.values():
        for path in file.paths:
            around.folder(os.path.dirname(path))
    return Facts(files, around.folders, around.linked())


def _as_before(
    files: Mapping[int, FileFacts], records: Records, settings: Settings, taken: Mapping[bytes, Proof]
) -> Iterator[FileFacts]:
    """Files that are gone because the plan that is asked about has taken them, as they were."""
    for file_id, file in files.items():
        record = records.files[file_id]
        paths = tuple(path for path in record.paths if path in taken)
        if not paths or file.status == "ok":
            continue
        proof = taken[paths[0]]
        if (record.size, record.mtime_ns) == (proof.size, proof.mtime_ns):
            homes = _homes(paths, records.roots, settings)
            yield msgspec.structs.replace(
                file, paths=paths, proof=proof, status="ok", trouble=None,
                homes=homes, **msgspec.structs.asdict(homes[paths[0]]),
            )  # fmt: skip


def _file(file: FileRecord, records: Records, settings: Settings, around: NearbyFiles) -> FileFacts:
    seen, trouble = _seen(file, records)
    paths = tuple(path for path in file.paths if seen is None or _is_name_of(path, seen)) or file.paths[:1]
    paths, aliases = _names(paths, seen.links) if seen is not None else (paths, ())
    homes = _homes(paths if seen is not None else (), records.roots, settings)
    root = next((root for root in records.roots if is_under(paths[0], root)), None)
    first = homes.get(paths[0], Home(root, None, 0, None, _device(os.path.dirname(paths[0]))))
    if seen is not None and trouble is None and file.status in ("ok", "damaged", "suspect"):
        seen, trouble = _sampled(paths[0], seen, records.known[file.id].sample)
    if not records.archived.isdisjoint(file.paths):
        trouble = "was archived already; where it lies counts as the library by now"
    return FileFacts(
        id=file.id,
        paths=paths,
        proof=seen or Proof(file.device, file.inode, file.size, file.mtime_ns, 0, file.links),
        content=file.content_hash.hex() if file.content_hash else None,
        status=file.status,
        problem=file.problem,
        check=records.checks.get(file.id),
        changed_since_check=seen is not None and _is_changed_since(records.checks.get(file.id), seen),
        trouble=trouble,
        root=first.root,
        archive=first.archive,
        archive_device=first.archive_device,
        home_device=first.home_device,
        link_archive=first.link_archive,
        access=_access(paths[0]) if seen is not None else None,
        kind=file.name.kind,
        category=_category(file, settings),
        parts=records.parts.get(file.id, ()),
        on_disc=any(discs.is_part(path, around.names(os.path.dirname(path))) for path in paths),
        links=tuple(link for path in paths for link in around.links_to(path)),
        annexed=any(around.is_annexed(path) for path in paths),
        duration_s=file.info.duration_s,
        subtitles=frozenset((track.language, track.kind) for track in file.info.subtitles),
        place=file.transient or being_downloaded(paths),
        homes=homes,
        aliases=aliases,
    )


def _names(paths: tuple[bytes, ...], links: int) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """(names of a file, paths that lead to one of these by way of another mount or in other letters)."""
    if len(paths) < 2:
        return paths, ()
    names: dict[tuple[object, ...], bytes] = {}
    aliases = []
    for path in paths:
        folder, name = os.path.split(path)
        try:
            status = os.stat(folder)
        except OSError:  # gone since: the step will find that out
            continue
        # Where one name is two because letters' case does not count, there are more paths than links.
        key = (status.st_dev, status.st_ino, name if len(paths) <= links else name.lower())
        if names.setdefault(key, path) != path:
            aliases.append(path)
    return tuple(names.values()) or paths, tuple(aliases)


def _homes(paths: Iterable[bytes], roots: Collection[bytes], settings: Settings) -> dict[bytes, Home]:
    """Where each of these names lies. `roots`: the innermost first."""
    found = {}
    for path in paths:
        root = next((root for root in roots if is_under(path, root)), None)
        archive = archive_of(path, root, settings) if root is not None else None
        archive_device, home_device = _device(archive), _device(os.path.dirname(path))
        near = archive
        if root is not None and archive is not None and archive_device != home_device:
            near = _folder_on_own_disk(path, root, settings)
        found[path] = Home(root, archive, archive_device, near, home_device)
    return found


def _seen(file: FileRecord, records: Records) -> tuple[Proof | None, str | None]:
    """The file as it lies there, and what differs from the catalogue."""
    if file.status in ("offline", "missing", "archived", "purged"):
        return None, None
    try:
        found = next((proof for path in file.paths if (proof := atomic_moves.look(path)) is not None), None)
    except FileUnreadable as error:
        return None, error.message
    if found is None:
        return None, "is not there any more: scan again"
    same = found.identity == (file.device, file.inode)
    if not same or (found.size, found.mtime_ns) != (file.size, file.mtime_ns):
        return found, "changed since the scan: scan again"
    if found.ctime_ns != records.known[file.id].ctime_ns and file.id not in records.ours:
        return found, "changed since the scan (its rights, links or name): scan again"
    return found, None


def _is_changed_since(check: Check | None, seen: Proof) -> bool:
    """Whether a check is older than the file's last change; a time in the future says nothing about that."""
    return check is not None and check.is_before(seen.ctime_ns) and seen.ctime_ns <= time.time_ns()


def being_downloaded(paths: Collection[bytes]) -> Transient | None:
    """Whether a download program has begun to write to the file since the scan."""
    for path in paths:
        folder, name = os.path.split(path)
        try:
            mark = transient.being_written([name], os.listdir(folder)).get(name)
        except OSError:
            continue
        if mark is not None:
            return transient.downloading(mark)
    return None


def _is_name_of(path: bytes, proof: Proof) -> bool:
    try:
        found = atomic_moves.look(path)
    except FileUnreadable:
        return False
    return found is not None and found.identity == proof.identity


def _sampled(path: bytes, seen: Proof, known: bytes | None) -> tuple[Proof, str | None]:
    """With its sample hash, read now unless the catalogue has it."""
    try:
        identity = Identity(seen.device, seen.inode, seen.size, seen.mtime_ns)
        sample = known or content_hash.sample(path, identity).value
    except FileUnreadable as error:
        return seen, error.message
    return msgspec.structs.replace(seen, sample=sample.hex()), None


def archive_of(path: bytes, root: bytes, settings: Settings) -> bytes:
    """The archive folder for a file: the first of the config's on its filesystem, else the first of them;
    without any, a folder at the top of its root, or of the filesystem mounted below that.
    """
    own = atomic_moves.device_below(path)
    places = [os.path.realpath(os.fsencode(os.path.expanduser(each))) for each in settings.archive.roots]
    for place in places:
        if atomic_moves.device_below(os.path.join(place, b"x")) == own:
            return place
    if places:
        return places[0]
    return _folder_on_own_disk(path, root, settings)


def _folder_on_own_disk(path: bytes, root: bytes, settings: Settings) -> bytes:
    own = atomic_moves.device_below(path)
    top = os.path.dirname(path)
    while top != root and atomic_moves.device_below(top) == own:
        top = os.path.dirname(top)
    return os.path.join(top, os.fsencode(settings.archive.folder))


def _access(path: bytes) -> Access | None:
    try:
        return permissions.of(path)
    except OSError:
        return None


def _device(archive: bytes | None) -> int:
    try:
        return atomic_moves.device_below(os.path.join(archive, b"x")) if archive else 0
    except MoveFailed:
        return 0


def _category(file: FileRecord, settings: Settings) -> str:
    folders = os.fsdecode(os.path.dirname(file.paths[0])).lower().split("/")
    patterns = [pattern.lower() for pattern in settings.archive.documentaries]
    if any(fnmatch.fnmatchcase(folder, pattern) for folder in folders for pattern in patterns):
        return "documentaries"
    return "tv" if file.name.kind is Kind.EPISODE else "movies"
