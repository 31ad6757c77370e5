"""What lies round the files of a plan: their folders and those below for companions, links, git-annex."""

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from mediavault_tui.domain import parts
from mediavault_tui.domain.archive import companions
from mediavault_tui.domain.archive.operations import Proof
from mediavault_tui.domain.archive.plan import Entry, Folder
from mediavault_tui.domain.settings import Scan
from mediavault_tui.services.file_ops import atomic_moves
from mediavault_tui.services.filesystem import WalkRules

# Folders that Kodi fills for the film whose folder they lie in.
_OWN_FOLDERS = frozenset({b".actors", b"extrafanart", b"extrathumbs"})
_OF_A_SHOW = frozenset({b"tvshow.nfo", b"season.nfo"})
_SEVERAL = frozenset("collection saga trilogy quadrilogy duology filmography films movies filme".split())


class NearbyFiles:
    """Looks at each folder once. Blocking."""

    def __init__(
        self,
        scan: Scan,
        roots: Sequence[bytes],
        titles: Mapping[bytes, Collection[str]],
        links: Mapping[bytes, Sequence[bytes]],
        taken: Mapping[bytes, Proof],
    ) -> None:
        """`titles`: of the films that are known to lie in a folder. `links`: by what they led to when they were
        met. `taken`: files that count as if they still were there.
        """
        self.rules = WalkRules.of(
            scan.extra_extensions, scan.ignore, one_filesystem=False, follow_symlinks=False
        )
        self.roots = frozenset(roots)
        self.titles = titles
        self.folders: dict[bytes, Folder] = {}
        self._links = links
        self._annexed: dict[bytes, bool] = {}
        self._taken: defaultdict[bytes, list[Entry]] = defaultdict(list)
        for path, proof in taken.items():
            self._taken[os.path.dirname(path)].append(Entry(os.path.basename(path), proof))

    def folder(self, path: bytes) -> Folder:
        """What lies in the folder at `path`."""
        if path not in self.folders:
            below = sorted({*_below(path), *self._emptied(path)})
            shallow = self._plain(path)
            self.folders[path] = Folder(
                path,
                shallow.files,
                shallow.videos,
                tuple(self._plain(each) for each in below),
                self._is_shelf(shallow),
            )
        return self.folders[path]

    def names(self, path: bytes) -> list[bytes]:
        """The names of all files in a folder."""
        return [entry.name for entry in self.folder(path).files]

    def links_to(self, path: bytes) -> list[bytes]:
        """Symbolic links to a video, and to its folder if that holds no other."""
        home = os.path.dirname(path)
        found = self._still(path)
        return found + (self._still(home) if len(self.folder(home).videos) == 1 else [])

    def linked(self) -> dict[bytes, bytes]:
        """What links lead to, and one link each."""
        still = ((target, self._still(target)) for target in self._links)
        return {target: links[0] for target, links in still if links}

    def is_annexed(self, path: bytes) -> bool:
        """Whether a folder above is a repository of git-annex, which keeps a file under other names."""
        folder = os.path.dirname(path)
        if folder not in self._annexed:
            above = folder != b"/" and self.is_annexed(folder)
            here = any(
                os.path.isdir(os.path.join(folder, *each))
                for each in ((b".git", b"annex"), (b"annex", b"objects"))
            )
            self._annexed[folder] = above or here
        return self._annexed[folder]

    def _still(self, target: bytes) -> list[bytes]:
        return [
            link
            for link in self._links.get(target, ())
            if os.path.islink(link) and os.path.realpath(link) == target
        ]

    def _plain(self, path: bytes) -> Folder:
        there = atomic_moves.entries(path)
        names = {entry.name for entry in there}
        files = (*there, *(entry for entry in self._taken.get(path, ()) if entry.name not in names))
        videos = frozenset(entry.name for entry in files if self.rules.is_video(entry.name))
        return Folder(path, files, videos)

    def _emptied(self, home: bytes) -> Iterable[bytes]:
        """Folders for companions that may be gone, since all that was in them was taken."""
        for path in self._taken:
            inside = path[len(home) + 1 :].split(b"/") if path.startswith(home.rstrip(b"/") + b"/") else []
            if inside and len(inside) <= companions.DEPTH and _is_for_companions(inside[0]):
                yield path

    def _is_shelf(self, folder: Folder) -> bool:
        names = {entry.name.lower() for entry in folder.files}
        above = os.path.dirname(folder.path)
        passed_over = (
            name for name in names if self.rules.has_video_ending(name) and not name.startswith(b"._")
        )
        return (
            folder.path in self.roots
            or bool(names & _OF_A_SHOW)
            or any(os.path.lexists(os.path.join(above, name)) for name in _OF_A_SHOW)
            or any(self.rules.ignore(name) for name in passed_over)
            or any(
                not _is_part_of_film(name) and not self.rules.ignore(name)
                for name in _subfolders(folder.path)
            )
            or not self._is_called_after_film(folder)
        )

    def _is_called_after_film(self, folder: Folder) -> bool:
        """A loose film in `Movies/` does not take the library's picture with it."""
        name = os.path.basename(folder.path)
        words = set(_words(os.fsdecode(name)))
        stems = (os.path.splitext(video)[0].lower() for video in folder.videos)
        titles = (set(_words(title)) for title in self.titles.get(folder.path, ()))
        return not words & _SEVERAL and (
            name.lower() in stems or any(each and each <= words for each in titles)
        )


def sibling_parts(home: bytes) -> list[bytes]:
    """The folders beside `home` that hold other parts, if it is called `CD1` or the like."""
    above, own = os.path.split(home)
    if parts.folder_number(own) is None:
        return []
    others = (name for name in _subfolders(above) if parts.folder_number(name) is not None and name != own)
    return [os.path.join(above, name) for name in others]


def _below(home: bytes) -> Iterable[bytes]:
    """The folders for companions below `home`, and what is in them."""
    for name in _subfolders(home):
        if _is_for_companions(name):
            path = os.path.join(home, name)
            yield path
            yield from (os.path.join(path, inner) for inner in _subfolders(path))


def _is_for_companions(name: bytes) -> bool:
    return companions.is_companion_folder(name) or companions.is_preview_folder(name)


def _is_part_of_film(name: bytes) -> bool:
    return name.lower() in _OWN_FOLDERS or _is_for_companions(name)


def _subfolders(path: bytes) -> list[bytes]:
    try:
        with os.scandir(path) as listing:
            return sorted(entry.name for entry in listing if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
