"""What planning needs to know of files beyond the catalogue's records: change times and sample hashes."""

import json
from collections.abc import Collection
from typing import NamedTuple

from mediavault_tui.store.database import Connection


class Known(NamedTuple):
    """How the catalogue knows a file again."""

    ctime_ns: int
    sample: bytes | None


def known(connection: Connection, ids: Collection[int]) -> dict[int, Known]:
    """Change time and sample hash of each of these files."""
    rows = connection.execute(
        "SELECT files.id, ctime_ns, sample FROM json_each(?) JOIN files ON files.id = value"
        " LEFT JOIN hashes ON hashes.file_id = files.id",
        (json.dumps(list(ids)),),
    )
    return {row[0]: Known(row[1], row[2]) for row in rows}
