"""Which calls of the system are made to fail, and how."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

CHANGING = frozenset(
    {
        *(
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "unlink",
            "unlinkat",
            "mkdir",
            "mkdirat",
            "rmdir",
        ),
        *("fsync", "fdatasync", "write", "pwrite64", "ftruncate", "utimensat", "fchmod", "fchmodat", "chmod"),
        *("fchown", "fchownat", "chown", "fsetxattr", "fremovexattr"),
    }
)


LOOKING = frozenset(
    {"openat", "openat2", "newfstatat", "fstat", "read", "pread64", "preadv", "preadv2", "getdents64"}
)


_MOVES = frozenset({"rename", "renameat", "renameat2", "link", "linkat"})


_WRITES = frozenset({"mkdir", "mkdirat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync", "openat"})


_NAMES = frozenset(
    {
        "unlink",
        "unlinkat",
        "mkdir",
        "mkdirat",
        "rmdir",
        "openat",
        "openat2",
        "newfstatat",
        "fchmod",
        "utimensat",
    }
)


ERRORS = {
    "EIO": CHANGING | LOOKING,
    "ENOSPC": _MOVES | _WRITES,
    "EACCES": _MOVES | _NAMES,
    "EXDEV": _MOVES,
}


CALLS = ",".join(sorted(CHANGING | LOOKING))


class Point(NamedTuple):
    """The n-th call of a name."""

    call: str
    number: int
    creates: bool


def points(trace: Sequence[str], places: Sequence[str]) -> list[Point]:
    """Every call that concerns one of the places, from the trace of a run without faults."""
    counts: Counter[str] = Counter()
    found = []
    for line in trace:
        match = re.match(r"\d+ +(\w+)\(", line)
        if match is None:
            continue
        counts[match[1]] += 1
        if any(place in line for place in places):
            found.append(Point(match[1], counts[match[1]], "O_CREAT" in line))
    return found


def faults(points_: Sequence[Point]) -> Iterator[tuple[str, str]]:
    """(what it is called, what strace is told) for every call and every fault that can hit it."""
    for point in points_:
        if point.call in CHANGING or point.creates:
            yield "kill -9", f"{point.call}:signal=KILL:when={point.number}"
        for error, calls in ERRORS.items():
            if point.call in calls and (error != "ENOSPC" or point.call != "openat" or point.creates):
                yield error, f"{point.call}:error={error}:when={point.number}"
        if point.call in CHANGING - {"write"}:
            yield "EIO from then on", f"{point.call}:error=EIO:when={point.number}+"
        if point.call in ("write", "pwrite64"):
            yield "disk full from then on", f"{point.call}:error=ENOSPC:when={point.number}+"
