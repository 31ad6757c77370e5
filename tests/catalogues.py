"""A small catalogue with something of everything, hostile names included."""

from pathlib import Path

import msgspec

from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.names import PARSER_VERSION
from mediavault_tui.store.database import Connection

HOSTILE = b"[red]\x1b[31m \xff\n[b] (2001).mkv"
NOW = 1_700_000_000

EPISODE, MOVIE = Kind.EPISODE, Kind.MOVIE
FULL_HD, UHD = ("H.264", 1920, 1080), ("HEVC", 3840, 2160)

# Folder, name, what it says, picture, language, HDR.
FILES: list[tuple[bytes, bytes, ReleaseName, tuple[str, int, int], str, str | None]] = [
    *(
        (
            b"/videos/TV/Red Dwarf/Season %d" % season, b"Red.Dwarf.S%02dE%02d.mkv" % (season, episode),
            ReleaseName(kind=EPISODE, title="Red Dwarf", season=season, episodes=(episode,)), FULL_HD, "en", None,
        )
        for season in (1, 2)
        for episode in (1, 2, 3)
    ),
    (
        b"/videos/downloads", b"red.dwarf.s01e01-GRP.mp4",
        ReleaseName(kind=EPISODE, title="red dwarf", season=1, episodes=(1,)), ("HEVC", 1280, 720), "de", None,
    ),
    (
        b"/videos/Films/Amelie", "Amélie (2001).mkv".encode(),
        ReleaseName(kind=MOVIE, title="Amélie", year=2001), UHD, "fr", "HDR10",
    ),
    (
        b"/videos/Films/Dune", b"Dune (1984).avi",
        ReleaseName(kind=MOVIE, title="Dune", year=1984), ("MPEG-4", 640, 352), "en", None,
    ),
    (
        b"/videos/Films/Dune", b"Dune (2021).mkv",
        ReleaseName(kind=MOVIE, title="Dune", year=2021), UHD, "en", "Dolby Vision, HDR10",
    ),
    (
        b"/videos/Films/Hostile", HOSTILE,
        ReleaseName(kind=MOVIE, title="[red]\x1b[31mZebra[/]", year=2001), FULL_HD, "en", None,
    ),
]  # fmt: skip


def fill(transaction: Connection) -> None:
    """Put the files above into an empty catalogue; into a filled one, nothing."""
    if transaction.execute("SELECT 1 FROM files").fetchone():
        return
    folders = {folder: number for number, folder in enumerate(dict.fromkeys(file[0] for file in FILES), 1)}
    transaction.executemany(
        "INSERT INTO folders VALUES (?, ?, ?)",
        [(number, path, PARSER_VERSION) for path, number in folders.items()],
    )
    for number, (folder, name, said, (codec, width, height), language, hdr) in enumerate(FILES, 1):
        size = number * 1_000_000_000
        transaction.execute(
            "INSERT INTO files(id, device, inode, size, mtime_ns, ctime_ns, links, first_seen, mediainfo, fingerprint,"
            " hash) VALUES (?, 1, ?, ?, 1, 1, 1, ?, 1, 1, 1)",
            (number, number, size, NOW + number),
        )
        transaction.execute(
            "INSERT INTO names VALUES (?, ?, ?, ?, NULL)", (number, number, folders[folder], name)
        )
        transaction.execute(
            "INSERT INTO release_names VALUES (?, ?, ?, ?, ?, ?)",
            (number, said.kind, said.title, said.year, said.season, msgspec.json.encode(said)),
        )
        transaction.execute(
            "INSERT INTO media(file_id, container, duration_s, bitrate_kbps, title, damage, video_codec, width, height,"
            " pixel_aspect, rotation, profile, fps, variable_fps, interlaced, bit_depth, hdr, video_kbps)"
            " VALUES (?, 'Matroska', 3000, 5000, NULL, ?, ?, ?, ?, 1, 0, NULL, 25, 0, 0, 8, ?, 4500)",
            (number, "truncated" if said.year == 1984 else None, codec, width, height, hdr),
        )
        transaction.execute(
            "INSERT INTO tracks(file_id, kind, position, codec, channels, language)"
            " VALUES (?, 'audio', 0, 'AC-3', 6, ?)",
            (number, language),
        )
    transaction.execute("INSERT INTO roots VALUES (1, ?, 1, 1, NULL, ?)", (b"/videos", NOW))
    transaction.execute(
        "INSERT INTO scans(started_at, finished_at, mode, outcome, roots, files_found, skipped) VALUES"
        " (?, ?, 'incremental', 'finished', x'5b5d', 11, 1)",
        (NOW, NOW + 5),
    )
    transaction.execute(
        "INSERT INTO scan_errors VALUES (1, 'walk', ?, 'permission denied')", (b"/videos/" + HOSTILE,)
    )


def make_tree(folder: Path, count: int) -> Path:
    """Empty videos to be scanned."""
    for number in range(count):
        show = folder / f"Show {number // 10}"
        show.mkdir(parents=True, exist_ok=True)
        (show / f"Show.{number // 10}.S01E{number % 10:02d}.mkv").touch()
    return folder
