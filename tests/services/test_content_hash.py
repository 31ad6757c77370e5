"""Samples and full hashes: right, cheap, and never believed of a file that changed."""

import os
from pathlib import Path

import pytest
import xxhash
from builders import put

from mediavault_tui.errors import FileUnreadable
from mediavault_tui.services import content_hash
from mediavault_tui.services.content_hash import SAMPLE, SAMPLED_ALL, Cancelled, Identity

SIZES = [
    0,
    1,
    SAMPLE,
    SAMPLED_ALL,
    SAMPLED_ALL + 1,
    content_hash.CHUNK,
    content_hash.CHUNK + 1,
    3 * content_hash.CHUNK - 7,
]


def identity(path: Path) -> Identity:
    status = path.stat()
    return Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def hashed(path: Path) -> bytes:
    return content_hash.content(os.fsencode(path), identity(path)).value


def sampled(path: Path) -> bytes:
    return content_hash.sample(os.fsencode(path), identity(path)).value


@pytest.mark.parametrize("size", SIZES)
def test_content_is_xxh3_128_of_every_byte(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = put(tmp_path / "a", content)
    digest = content_hash.content(os.fsencode(path), identity(path))
    assert digest.value == xxhash.xxh3_128(content).digest()
    assert digest.bytes_read == size


@pytest.mark.parametrize("size", SIZES)
def test_a_sample_reads_no_more_than_it_says(tmp_path: Path, size: int) -> None:
    path = put(tmp_path / "a", bytes(size))
    assert content_hash.sample(os.fsencode(path), identity(path)).bytes_read == min(size, SAMPLED_ALL)


@pytest.mark.parametrize("at", [0, SAMPLE - 1, 500_000, 500_000 + SAMPLE - 1, 1_000_000 - SAMPLE, 999_999])
def test_a_sample_sees_head_middle_and_tail(tmp_path: Path, at: int) -> None:
    content = bytearray(1_000_000)
    one = sampled(put(tmp_path / "a", bytes(content)))
    content[at] = 1
    assert sampled(put(tmp_path / "b", bytes(content))) != one


def test_only_the_full_hash_sees_the_rest(tmp_path: Path) -> None:
    content = bytearray(1_000_000)
    one = put(tmp_path / "a", bytes(content))
    content[700_000] = 1
    other = put(tmp_path / "b", bytes(content))
    assert sampled(one) == sampled(other)
    assert hashed(one) != hashed(other)


@pytest.mark.parametrize("hasher", [content_hash.sample, content_hash.content])
def test_a_changed_file_is_not_believed(tmp_path: Path, hasher: object) -> None:
    path = put(tmp_path / "a", b"x" * 100)
    known = identity(path)
    for change in (lambda: path.write_bytes(b"y" * 101), lambda: os.utime(path, ns=(1, 1))):
        change()
        with pytest.raises(FileUnreadable, match="changed"):
            hasher(os.fsencode(path), known)  # type: ignore[operator]


def test_a_file_that_changes_while_it_is_read_is_not_believed(tmp_path: Path) -> None:
    path = put(tmp_path / "a", b"x" * (3 * content_hash.CHUNK))
    asked = 0

    def grow() -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            with path.open("ab") as file:
                file.write(b"more")
        return False

    with pytest.raises(FileUnreadable, match="changed while it was read"):
        content_hash.content(os.fsencode(path), identity(path), grow)


def test_a_file_that_shrinks_while_it_is_read_ends(tmp_path: Path) -> None:
    path = put(tmp_path / "a", b"x" * (3 * content_hash.CHUNK))

    def shrink() -> bool:
        os.truncate(path, 10)
        return False

    with pytest.raises(FileUnreadable, match="shorter"):
        content_hash.content(os.fsencode(path), identity(path), shrink)


def test_reading_stops_when_told_to(tmp_path: Path) -> None:
    path = put(tmp_path / "a", b"x" * 100)
    for hasher in (content_hash.sample, content_hash.content):
        with pytest.raises(Cancelled):
            hasher(os.fsencode(path), identity(path), lambda: True)


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(put(tmp_path / "file"))
    for name in ("fifo", "link", "gone", "."):
        with pytest.raises(FileUnreadable):
            content_hash.content(os.fsencode(tmp_path / name), Identity(0, 0, 5, 0))


def test_descriptors_are_given_back(tmp_path: Path) -> None:
    path = put(tmp_path / "a", b"x")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        hashed(path)
        with pytest.raises(FileUnreadable):
            content_hash.content(os.fsencode(path), Identity(0, 0, 5, 0))
    assert len(os.listdir("/proc/self/fd")) == before
