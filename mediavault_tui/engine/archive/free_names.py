"""Free names for a bundle as a whole: what belongs to a video keeps the video's name, whatever that becomes."""

import os
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from mediavault_tui.domain.archive.archive_paths import NAME_MAX, cut, free
from mediavault_tui.domain.archive.operations import Op
from mediavault_tui.domain.archive.plan import Step
from mediavault_tui.errors import MoveFailed
from mediavault_tui.services.file_ops import atomic_moves

_GOES = (Op.ARCHIVE, Op.MOVE)
_MOST = 1_000_000


def under_free_names(steps: Sequence[Step], done: Mapping[bytes, bytes]) -> list[Step]:
    """The steps, each bound for a place that is free now. `done`: where videos of theirs went before.

    Where a video's name is taken in its place, it and all that is called after it get the same number.
    Blocking. Raises MoveFailed.
    """
    places = {step.path: step.to for step in steps}
    for video in (step for step in steps if step.is_video and step.op in _GOES):
        family = [video, *(each for each in steps if _follows(each, video.path))]
        places |= _numbered(family, _stem(video.to))
    for path, place in done.items():
        followers = [each for each in steps if _follows(each, path) and path == each.owners[-1]]
        planned = _planned_stem(followers, path)
        if planned is not None and planned != _stem(place):
            places |= {each.path: _renamed(each.to, planned, _stem(place)) for each in followers}
    return [msgspec.structs.replace(step, to=places[step.path]) for step in steps]


def _follows(step: Step, video: bytes) -> bool:
    return not step.is_video and step.op in _GOES and video in step.owners


def _stem(path: bytes) -> bytes:
    return os.path.splitext(path)[0]


def _planned_stem(followers: Iterable[Step], video: bytes) -> bytes | None:
    """Where the video was to go, as its companions' places tell."""
    name = os.path.basename(_stem(video))
    for step in followers:
        if os.path.basename(step.to).startswith(name):
            return os.path.join(os.path.dirname(step.to), name)
    return None


def _numbered(family: Sequence[Step], stem: bytes) -> dict[bytes, bytes]:
    """Places for a video and its companions; of the same number where one of them is taken."""
    called = [step for step in family if step.to.startswith(stem)]
    places = {step.path: free(step.to, atomic_moves.exists) for step in family if step not in called}
    longest = max(len(_name_below(step.to, stem)) for step in called)
    own, home = os.path.basename(stem), os.path.dirname(stem)
    # Where files of several folders come together, a name counts as taken whatever its ending.
    others = lowered_names(home) if family[0].op is Op.MOVE else []
    for number in range(1, _MOST):
        mark = b"" if number == 1 else b" (%d)" % number
        kept = cut(own, len(own) - max(0, longest + len(mark) - NAME_MAX)) + mark
        wanted = {step.path: _renamed(step.to, stem, os.path.join(home, kept)) for step in called}
        is_others = any(is_called(name, kept.lower()) for name in others)
        if not is_others and not any(atomic_moves.exists(place) for place in wanted.values()):
            return places | wanted
    raise AssertionError("a million files of one name")


def lowered_names(folder: bytes) -> list[bytes]:
    """What lies in a folder, to be compared by `is_called`. Blocking. Raises MoveFailed."""
    try:
        return [name.lower() for name in os.listdir(folder)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise MoveFailed(error.strerror or str(error)) from error


def is_called(name: bytes, stem: bytes) -> bool:
    """Whether a file of this name would be taken for a video's of that name, or for what belongs to it."""
    return name == stem or name.startswith((stem + b".", stem + b"-", stem + b"_"))


def _name_below(path: bytes, stem: bytes) -> bytes:
    """The part of `path` in which the video's name stands."""
    home = os.path.dirname(stem).rstrip(b"/") + b"/"
    return path[len(home) :].split(b"/")[0] if path.startswith(home) else b""


def _renamed(path: bytes, stem: bytes, new: bytes) -> bytes:
    return new + path[len(stem) :] if path.startswith(stem) else path
