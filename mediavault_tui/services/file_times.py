"""A file's times as the catalogue keeps them: nanoseconds since 1970 in 64 signed bits.

That reaches from 1677 to 2262. ext4 knows dates up to 2446, XFS up to 2486, btrfs and ZFS farther ones, and
a camera without a battery or a broken tool writes any of them. What lies beyond is kept as the last moment
there is a number for, wherever times are read, so that a file stays like itself. The file keeps its own.
"""

import os

EARLIEST_NS, LATEST_NS = -(2**63), 2**63 - 1


def modified_ns(status: os.stat_result) -> int:
    """When the content was last written to."""
    return kept_ns(status.st_mtime_ns)


def changed_ns(status: os.stat_result) -> int:
    """When anything about the file last changed."""
    return kept_ns(status.st_ctime_ns)


def kept_ns(moment: int) -> int:
    """`moment`, or the nearest one there is a number for."""
    return min(max(moment, EARLIEST_NS), LATEST_NS)


def is_beyond(moment: int) -> bool:
    """Whether a kept time stands for one that it cannot hold."""
    return moment in (EARLIEST_NS, LATEST_NS)
