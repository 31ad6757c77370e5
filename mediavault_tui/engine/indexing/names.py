"""Names: what the file and folder names say.

First each distinct string is read once, in worker processes (milliseconds each, kept in the catalogue);
then every folder's names are placed together with their folders and neighbours, which is cheap.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence

import msgspec

from mediavault_tui.domain import names as release_names
from mediavault_tui.domain.archive import companions, sidecars
from mediavault_tui.domain.archive.companions import TRACKS, Claim, CompanionKind, Videos
from mediavault_tui.domain.events import Event, Phase, Progress
from mediavault_tui.domain.media import AudioTrack, SubtitleTrack
from mediavault_tui.domain.names import PARSER_VERSION, Reading
from mediavault_tui.engine.indexing.nfos import read_nfos
from mediavault_tui.engine.vault import Vault
from mediavault_tui.services.workers import Task
from mediavault_tui.store import names
from mediavault_tui.store import roots as root_store
from mediavault_tui.store.database import Connection
from mediavault_tui.store.names import FolderNames, NamedFile, Placed, Sidecar

Text = tuple[str, bool]
"""A string and whether it is a folder's name."""

FOLDERS_AT_A_TIME = 200
STRINGS_PER_TASK = 24  # some 0.1 s of work: small enough to keep all workers busy to the end
NEAREST_FOLDERS = 4  # Collection / Show / Season 1 / Extras; what is above says nothing about a file
TASK_TIMEOUT_S = 300.0


def text_of(name: bytes) -> str:
    """A name as text to be read: bytes that are not UTF-8 become U+FFFD."""
    return name.decode("utf-8", "replace")


def read_all(texts: Sequence[Text]) -> list[tuple[Text, bytes]]:
    """In a worker: read each string; (text, JSON of its reading)."""
    return [(key, msgspec.json.encode(release_names.read(key[0], folder=key[1]))) for key in texts]


async def read_names(vault: Vault) -> AsyncGenerator[Event, None]:
    """Read and place every name that this version of the parser has not, and the ids in metadata files."""
    async for event in read_nfos(vault):
        yield event
    total = await vault.read(names.names_to_read_count, PARSER_VERSION)
    if not total:
        yield Progress(Phase.NAMES, 0, 0)
        return
    read = 0
    roots = [root.path for root in await vault.read(root_store.all_roots)]
    async for outcome in vault.workers.map(read_all, _tasks(vault, roots), TASK_TIMEOUT_S):
        if outcome.error is not None:  # a string that cannot be read would stop every scan: a bug, and loud
            raise outcome.error
        readings: list[tuple[Text, bytes]] = outcome.value  # type: ignore[assignment]
        await vault.write(names.save_readings, PARSER_VERSION, readings)
        read += sum(not folder for (_, folder), _ in readings)
        yield Progress(Phase.NAMES, min(read, total), total)
    async for folders in _folders(vault):
        await vault.write(_place_folders, folders, roots)
    yield Progress(Phase.NAMES, total, total)


async def _folders(vault: Vault) -> AsyncIterator[list[FolderNames]]:
    after = 0
    while folders := await vault.read(names.folders_to_read, PARSER_VERSION, after, FOLDERS_AT_A_TIME):
        yield folders
        after = folders[-1].folder_id


async def _tasks(vault: Vault, roots: Sequence[bytes]) -> AsyncIterator[Task]:
    """Strings without a reading, in portions for the workers."""
    asked: set[Text] = set()  # folder names come back with every folder below them
    waiting: list[Text] = []
    async for folders in _folders(vault):
        texts = dict.fromkeys(
            text for folder in folders for text in _texts(folder, roots) if text not in asked
        )
        known = await vault.read(names.known, PARSER_VERSION, texts)
        asked.update(text for text in texts if text[1])
        waiting += [text for text in texts if text not in known]
        while len(waiting) >= STRINGS_PER_TASK:
            yield Task(None, (waiting[:STRINGS_PER_TASK],))
            del waiting[:STRINGS_PER_TASK]
    if waiting:
        yield Task(None, (waiting,))


def _texts(folder: FolderNames, roots: Sequence[bytes]) -> list[Text]:
    return [(text, True) for text in _parents(folder.path, roots)] + [
        (text_of(video.name), False) for video in folder.videos
    ]


def _parents(path: bytes, roots: Sequence[bytes]) -> list[str]:
    """The nearest folders between the outermost root and the names.

    A root says where things are kept, not what they are: `/volume1/videos` is nobody's title.
    """
    outermost = min((root for root in roots if root_store.is_under(path, [root])), key=len, default=b"/")
    inside = path[len(outermost) :].split(b"/")
    return [text_of(part) for part in inside if part][-NEAREST_FOLDERS:]


def _place_folders(transaction: Connection, folders: Iterable[FolderNames], roots: Sequence[bytes]) -> None:
    placed = [_place(transaction, folder, roots) for folder in folders]
    names.save_placed(transaction, PARSER_VERSION, placed)


def _place(transaction: Connection, folder: FolderNames, roots: Sequence[bytes]) -> Placed:
    readings = names.cached(transaction, PARSER_VERSION, _texts(folder, roots))
    above = [readings[text, True] for text in _parents(folder.path, roots)]
    own: list[Reading] = [readings[text_of(video.name), False] for video in folder.videos]
    said = release_names.place(above, own)
    pairs = [(video.name_id, name) for video, name in zip(folder.videos, said, strict=True)]
    return Placed(folder.folder_id, pairs, _sidecars(transaction, folder))


def _sidecars(transaction: Connection, folder: FolderNames) -> list[Sidecar]:
    """Subtitle and sound files belong to videos beside them, or to those above their folder."""
    found: list[Sidecar] = []
    homes = list(_homes(transaction, folder)) if folder.subtitles else []
    for name in folder.subtitles:
        claims = ((ids, videos.claim(name, within)) for ids, videos, within in homes)
        ids, claim = next(((ids, claim) for ids, claim in claims if claim is not None), ({}, None))
        if claim is None or claim.what not in TRACKS:
            found.append(Sidecar(name, (), sidecars.describe(text_of(name))))
        else:
            owners = dict.fromkeys(ids[owner] for owner in sorted(claim.owners))
            found.append(Sidecar(name, tuple(owners), _track(name, claim)))
    return found


def _homes(
    transaction: Connection, folder: FolderNames
) -> Iterator[tuple[dict[bytes, int], Videos, tuple[bytes, ...]]]:
    """(ids by name, videos, folders in between): where the videos may lie that files in `folder` belong to."""
    yield _videos(folder.videos), Videos(video.name for video in folder.videos), ()
    path, within = folder.path, tuple[bytes, ...]()
    for _ in range(companions.DEPTH):
        path, _, name = path.rpartition(b"/")
        within = (name, *within)
        if companions.is_companion_folder(name):
            above = names.videos_beside(transaction, path or b"/")
            yield _videos(above), Videos(video.name for video in above), within


def _videos(named: Sequence[NamedFile]) -> dict[bytes, int]:
    return {video.name: video.file_id for video in named}


def _track(name: bytes, claim: Claim) -> SubtitleTrack | AudioTrack:
    """The words behind the video's own name count, and the folder's where they are silent."""
    words = claim.words
    stem = text_of(name[: -len(claim.suffix)]) if name.endswith(claim.suffix) else ""
    if claim.what is CompanionKind.AUDIO:
        return msgspec.structs.replace(sidecars.describe_sound(text_of(name), stem), language=words.language)
    track = sidecars.describe(text_of(name), stem)
    return msgspec.structs.replace(
        track,
        language=words.language,
        forced=track.forced or words.forced,
        hearing_impaired=track.hearing_impaired or words.hearing_impaired,
    )
