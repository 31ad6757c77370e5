"""Which files are hashed, how far, and what is found to be the same."""

import os
from pathlib import Path

import pytest
from builders import HASHED, finished, of_kind, put, records, run

from mediavault_tui.domain.events import FileRotten
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.services.content_hash import SAMPLED_ALL


def test_a_file_of_a_size_of_its_own_is_never_opened(database: Path, root: Path) -> None:
    for number in range(1, 20):
        put(root / f"{number}.mkv", bytes(number))
    put(root / "empty.mkv", b"")
    put(root / "empty too.mkv", b"")
    assert finished(run(database, root, phases=HASHED)).bytes_read == 0
    assert {record.content_hash for record in records(database).values()} == {None}


@pytest.mark.parametrize("disk", ["rotating", "ssd", "auto"])
def test_the_same_is_told_from_what_differs_in_one_byte_anywhere(
    database: Path, root: Path, disk: str
) -> None:
    content = os.urandom(400_000)
    for name in ("a", "b", "deep/c"):
        put(root / f"{name}.mkv", content)
    for at in (0, 100_000, 200_000, 300_000, 399_999):
        put(root / f"at {at}.mkv", content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    done = finished(run(database, root, phases=HASHED, settings=Settings(scan=Scan(disk=disk))))  # type: ignore[arg-type]
    found = records(database)
    same = {name for name, record in found.items() if record.content_hash == found["a.mkv"].content_hash}
    assert same == {"a.mkv", "b.mkv", "c.mkv"}
    # All eight are sampled; only those whose samples agree are read: three, and the two that differ elsewhere.
    assert done.bytes_read == 8 * SAMPLED_ALL + 5 * len(content)


def test_hard_links_are_read_once_and_only_for_the_sake_of_others(database: Path, root: Path) -> None:
    first = put(root / "a.mkv", b"x" * 1000)
    os.link(first, root / "b.mkv")
    assert finished(run(database, root, phases=HASHED)).bytes_read == 0
    put(root / "c.mkv", b"x" * 1000)
    assert finished(run(database, root, phases=HASHED)).bytes_read == 4 * 1000  # two samples, two whole files


def test_a_newcomer_is_compared_with_what_is_known(database: Path, root: Path) -> None:
    put(root / "a.mkv", b"x" * 100_000)
    run(database, root, phases=HASHED)
    put(root / "new.mkv", b"x" * 100_000)
    run(database, root, phases=HASHED)
    found = records(database)
    assert found["a.mkv"].content_hash == found["new.mkv"].content_hash is not None
    put(root / "third.mkv", b"x" * 100_000)
    done = finished(run(database, root, phases=HASHED))
    assert done.bytes_read == SAMPLED_ALL + 100_000, "only the third is read"


def test_hash_all_gives_every_file_a_hash_and_finds_what_rotted(database: Path, root: Path) -> None:
    for number in range(5):
        put(root / f"{number}.mkv", bytes(1000 + number))
    first = run(database, root, phases=HASHED, hash_all=True)
    assert finished(first).bytes_read == sum(range(1000, 1005))
    assert all(record.content_hash for record in records(database).values())
    before = (root / "3.mkv").stat()
    (root / "3.mkv").write_bytes(b"\1" + bytes(1002))
    os.utime(root / "3.mkv", ns=(before.st_atime_ns, before.st_mtime_ns))
    stored = records(database)["3.mkv"].content_hash
    for _ in range(2):  # it stays reported, and the old hash stays as evidence
        (rotten,) = of_kind(run(database, root, phases=HASHED, hash_all=True), FileRotten)
        assert rotten.path == os.fsencode(root / "3.mkv")
        assert records(database)["3.mkv"].content_hash == stored
