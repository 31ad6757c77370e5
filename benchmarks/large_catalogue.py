"""A catalogue as a large collection fills it, without the files: names, media info, tracks, groups, scans.

python benchmarks/large_catalogue.py FILE [FILES [GROUPS]]
"""

import json
import random
import sys
import time
from pathlib import Path

import msgspec

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.names import PARSER_VERSION
from mediavault_tui.store.database import Connection, Database

WORDS = (
    "Red Dwarf Silent Harbour Winter Night Golden Star Lost River Iron Garden Broken Empire Last Summer Hidden"
    " Valley Blue Mountain Secret House Dark Water Crystal Tower Wild Hunter Midnight City Falling Moon Northern"
    " Lights Amélie Größe Über Café Ōkami Señor Żubr Quiet Storm Distant Shore Paper Crown Burning Sky Glass"
).split()
ROOTS = ("/volume1/videos", "/volume1/docker/media", "/volume2/archive")
GROUP_NAMES = ("NTb", "Wondercrew", "TVLab", "AMZN", "FLUX", "SiGMA", "CtrlHD", "iNTERNAL")
PICTURES = (
    (3840, 2160, "HEVC", 10, "HDR10"), (3840, 1600, "AV1", 10, "Dolby Vision, HDR10"), (1920, 1080, "H.264", 8, None),
    (1920, 1080, "HEVC", 10, None), (1920, 800, "H.264", 8, None), (1280, 720, "H.264", 8, None),
    (720, 576, "MPEG-2", 8, None), (640, 480, "MPEG-4", 8, None),
)  # fmt: skip
SHARES = (6, 3, 30, 20, 10, 18, 7, 6)
LANGUAGES = ("en", "de", "fr", "ja", "es", None)


class Filler:
    """Collects rows, then writes them table by table."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.folders: dict[bytes, int] = {}
        self.rows: dict[str, list[tuple[object, ...]]] = {
            table: []
            for table in ("files", "names", "release_names", "media", "tracks", "sidecars", "hashes")
        }
        self.now = int(time.time())

    def folder(self, path: str) -> int:
        """The number of a folder."""
        return self.folders.setdefault(path.encode(), len(self.folders) + 1)

    def add(self, folder: str, name: str, said: ReleaseName) -> int:
        """One file; returns its number."""
        rng = self.random
        number = len(self.rows["files"]) + 1
        width, height, codec, depth, hdr = rng.choices(PICTURES, SHARES)[0]
        duration = rng.uniform(1200, 3600) if said.kind is Kind.EPISODE else rng.uniform(4800, 9600)
        kbps = rng.randint(800, 20_000)
        size = int(duration * kbps * 125)
        missing = self.now if rng.random() < 0.002 else None
        damage = "truncated: 12 % of the file is missing" if rng.random() < 0.003 else None
        self.rows["files"].append(
            (number, 1, number, size, self.now * 10**9, self.now * 10**9, 1, self.now - rng.randint(0, 10**8),
             missing, 1, 1, 1)
        )  # fmt: skip
        self.rows["names"].append((number, number, self.folder(folder), name.encode(), missing))
        self.rows["release_names"].append(
            (number, said.kind, said.title, said.year, said.season, msgspec.json.encode(said))
        )
        container = {"mkv": "Matroska", "mp4": "MPEG-4", "avi": "AVI", "ts": "MPEG-TS"}[
            name.rsplit(".", 1)[1]
        ]
        self.rows["media"].append(
            (number, container, duration, kbps, None, damage, codec, width, height, 1.0, 0, None, 23.976, 0, 0,
             depth, hdr, kbps - 300)
        )  # fmt: skip
        for position, language in enumerate(rng.sample(LANGUAGES, rng.choice((1, 1, 1, 2, 3)))):
            self.rows["tracks"].append(
                (number, "audio", position, "AC-3", rng.choice((2, 6)), None, language, None, 0, position == 0,
                 0, 0, 384)
            )  # fmt: skip
        return number

    def write(self, connection: Connection) -> None:
        """Everything into the catalogue."""
        connection.executemany(
            "INSERT INTO folders(id, path, names_read) VALUES (?, ?, ?)",
            [(number, path, PARSER_VERSION) for path, number in self.folders.items()],
        )
        for table, rows in self.rows.items():
            if rows:
                insert(connection, table, rows)
        connection.executemany(
            "INSERT INTO roots(path, device, filesystem, last_scan, offline_reason) VALUES (?, 1, 1, ?, ?)",
            [(root.encode(), self.now, "not mounted" if root == ROOTS[2] else None) for root in ROOTS],
        )
        for age in range(12, 0, -1):
            connection.execute(
                "INSERT INTO scans(started_at, finished_at, mode, outcome, roots, files_found, files_new, skipped,"
                " bytes_read, seconds) VALUES (?, ?, 'incremental', 'finished', ?, ?, ?, ?, 0, ?)",
                (self.now - age * 86_400, self.now - age * 86_400 + 60, json.dumps(ROOTS).encode(),
                 len(self.rows["files"]), age * 7, age % 3, 40.0 + age),
            )  # fmt: skip


def insert(connection: Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Rows of the first columns of a table; those that later releases have added get their defaults."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")][: len(rows[0])]
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table}({', '.join(columns)}) VALUES ({marks})", rows)


def title(rng: random.Random, taken: set[str]) -> str:
    """A title not given yet."""
    while True:
        made = " ".join(rng.sample(WORDS, rng.choice((1, 2, 2, 3, 4))))
        if made not in taken:
            taken.add(made)
            return made


def fill(connection: Connection, files: int, groups: int, seed: int = 1) -> None:
    """`files` files, of which pairs make `groups` groups: three quarters episodes, the rest mostly films."""
    filler = Filler(seed)
    rng = filler.random
    taken: set[str] = set()
    pairs: list[tuple[int, int]] = []
    while len(filler.rows["files"]) < files * 3 // 4:
        _add_show(filler, title(rng, taken), pairs, groups * 3 // 4)
    while len(filler.rows["files"]) < files:
        _add_film(filler, title(rng, taken), pairs, groups)
    filler.write(connection)
    _add_groups(connection, rng, pairs[:groups])


def _add_show(filler: Filler, show: str, pairs: list[tuple[int, int]], wanted: int) -> None:
    rng = filler.random
    root, year = rng.choice(ROOTS), rng.randint(1960, 2025)
    for season in range(1, rng.randint(1, 8) + 1):
        for episode in range(1, rng.randint(6, 24) + 1):
            said = ReleaseName(
                kind=Kind.EPISODE, title=show, year=year, season=season, episodes=(episode,),
                release_group=rng.choice(GROUP_NAMES),
            )  # fmt: skip
            stem = f"{show.replace(' ', '.')}.S{season:02d}E{episode:02d}.1080p.{said.release_group}"
            number = filler.add(f"{root}/TV/{show}/Season {season}", f"{stem}.mkv", said)
            if len(pairs) < wanted and rng.random() < 0.06:
                second = filler.add(f"{ROOTS[1]}/downloads/{stem}", f"{stem.lower()}.mp4", said)
                pairs.append((number, second))


def _add_film(filler: Filler, name: str, pairs: list[tuple[int, int]], wanted: int) -> None:
    rng = filler.random
    said = ReleaseName(
        kind=rng.choices((Kind.MOVIE, Kind.EXTRA, Kind.OTHER), (90, 7, 3))[0], title=name,
        year=rng.randint(1930, 2025), edition=rng.choice((None, None, None, "Director's Cut")),
    )  # fmt: skip
    folder = f"{rng.choice(ROOTS)}/Films/{name} ({said.year})"
    number = filler.add(folder, f"{name} ({said.year}) [1080p].mkv", said)
    if len(pairs) < wanted and rng.random() < 0.1:
        pairs.append((number, filler.add(folder, f"{name}.{said.year}.720p.avi", said)))


def _add_groups(connection: Connection, rng: random.Random, pairs: list[tuple[int, int]]) -> None:
    for number, pair in enumerate(pairs, 1):
        kinds = rng.choice(("title", "title", "title,content", "exact,title,content", "content"))
        reasons = json.dumps([{"name": "title", "points": 100.0, "text": "the same title"}])
        connection.execute(
            "INSERT INTO groups(id, kinds, confidence, needs_review, verdict, verdict_reason, reclaimable,"
            " reclaim_notes, reasons, first_seen) VALUES (?, ?, ?, ?, 'better', 'more pixels', ?, '[]', ?, ?)",
            (
                number,
                kinds,
                rng.uniform(65, 100),
                int(rng.random() < 0.2),
                rng.randint(10**8, 10**10),
                reasons,
                0,
            ),
        )
        members = [
            (number, file, rank, 150.0 - 30 * rank, int(rank == 1), reasons, None, "[]", None, None, "")
            for rank, file in enumerate(pair, 1)
        ]
        insert(connection, "members", members)
        insert(connection, "evidence", [(number, "title", *pair, 97, reasons, None, None)])


def make(path: Path, files: int = 100_000, groups: int = 5_000) -> None:
    """A new catalogue at `path`."""
    with Database(path) as database, database.transaction() as transaction:
        fill(transaction, files, groups)


if __name__ == "__main__":
    make(Path(sys.argv[1]), *map(int, sys.argv[2:]))
