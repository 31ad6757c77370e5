"""A terminal played by the test: it answers questions, and understands the pictures it is sent.

It knows what a real one does with the sequences the program uses, and nothing more: the kitty graphics protocol
(queries, transmission on the line and through shared memory, placement in placeholders, deletion), sixels, device
attributes, cursor reports. What was asked of it but is not in its nature it leaves unanswered, as terminals do.
"""

import io
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
import zlib
from base64 import b64decode
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path

import numpy as np
from PIL import Image

SEQUENCE = re.compile(
    rb"\x1b_G(?P<kitty>[^\x1b]*)\x1b\\"
    rb"|\x1bP(?P<sixel>[\d;]*q[^\x1b]*)\x1b\\"
    rb"|\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    rb"|\x1b\[(?P<question>0?c|>q|>0q|6n|16t|>c|>0c)"
)
PICTURE = re.compile(rb"\x1b[_P][^\x1b]*\x1b\\")
BEGUN = re.compile(rb"\x1b(?:[_P][^\x1b]*\x1b?|\[[\d;>?]*)?\Z")


class FakeTerminal:
    """Runs a command in a terminal. Close it in the end."""

    def __init__(
        self,
        command: list[str],
        *,
        kitty: bool = False,
        memory: bool = False,
        sixel: bool = False,
        name: str = "",
        mute: bool = False,
        size: tuple[int, int] = (100, 30),
        cell: tuple[int, int] = (8, 16),
        tells_cell: bool = True,
        environ: dict[str, str] | None = None,
    ) -> None:
        """`memory`: runs on the same machine. `mute`: answers nothing. `tells_cell`: through the kernel."""
        self.kitty, self.memory, self.sixel, self.name, self.mute, self.cell = (
            kitty, memory, sixel, name, mute, cell,
        )  # fmt: skip
        self.images: dict[int, np.ndarray] = {}
        """Pictures by number, as they were sent last."""
        self.placed: dict[int, tuple[int, int]] = {}
        """Columns and rows each is to fill."""
        self.sixels: dict[tuple[int, int], np.ndarray] = {}
        """Pictures by row and column (from 1), as they were drawn last there."""
        self.deleted: set[int] = set()
        self.names: list[str] = []
        """Of shared memory that was read."""
        self.asked: list[bytes] = []
        self.answers: list[bytes] = []
        """While `holds_answers`: not sent yet."""
        self.holds_answers = False
        self.output = b""
        """The last of what was written, without pictures."""
        self._rest, self._cursor, self._loading = b"", (1, 1), (b"", [b""])
        self._lock = threading.Lock()
        self._closing = False
        columns, rows = size
        pixels = (columns * cell[0], rows * cell[1]) if tells_cell else (0, 0)
        self._master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, *pixels))
        elsewhere = ("TMUX", "SSH_", "STY", "COLUMNS", "LINES")  # words about another terminal
        clean = {name: value for name, value in os.environ.items() if not name.startswith(elsewhere)}
        clean |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **(environ or {})}
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=clean, start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - only this one call
        )  # fmt: skip
        os.close(slave)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def type(self, keys: bytes) -> None:
        """Press keys, or send anything else a terminal may send."""
        os.write(self._master, keys)

    def until(self, condition: Callable[[], object], seconds: float = 30.0) -> bool:
        """Whether something came true in time; the time is generous, it is not what is tested."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.02)
        return bool(condition())

    def close(self) -> None:
        """End the program, if it has not ended."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._closing = True
        self._thread.join()
        os.close(self._master)

    def __enter__(self) -> "FakeTerminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What it does with what is written.

    def _read(self) -> None:
        while not self._closing:
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # the program has ended
                return
            self._take(self._rest + data)

    def _take(self, data: bytes) -> None:
        end = 0
        for found in SEQUENCE.finditer(data):
            end = found.end()
            if found["kitty"] is not None:
                self._hear_kitty(found["kitty"])
            elif found["sixel"] is not None:
                self.sixels[self._cursor] = decode_sixels(found["sixel"])
            elif found["row"] is not None:
                self._cursor = int(found["row"]), int(found["column"])
            else:
                self._hear(found["question"])
        begun = BEGUN.search(data, end)
        whole = begun.start() if begun else len(data)
        self._rest = data[whole:]
        self.output = (self.output + PICTURE.sub(b"", data[:whole]))[-200_000:]

    def _answer(self, data: bytes) -> None:
        if self.mute:
            return
        if self.holds_answers:
            self.answers.append(data)
        else:
            os.write(self._master, data)

    def _hear(self, question: bytes) -> None:
        self.asked.append(question)
        if question in (b"c", b"0c"):
            self._answer(b"\x1b[?62;4c" if self.sixel else b"\x1b[?62;22c")
        elif question in (b">q", b">0q") and self.name:
            self._answer(b"\x1bP>|" + self.name.encode() + b"\x1b\\")
        elif question in (b">c", b">0c"):
            self._answer(b"\x1b[>1;4000;0c")
        elif question == b"6n":
            self._answer(b"\x1b[1;1R")
        elif question == b"16t":
            self._answer(b"\x1b[6;%d;%dt" % (self.cell[1], self.cell[0]))

    def _hear_kitty(self, sequence: bytes) -> None:
        control, _, data = sequence.partition(b";")
        if not self.kitty:
            return
        said = dict(part.split("=", 1) for part in control.decode().split(","))
        action = said.get("a")
        if action == "q":
            self.asked.append(b"G" + said["t"].encode())
            works = said["t"] == "d" or (self.memory and self._from_memory(data, 3) is not None)
            self._answer(
                b"\x1b_Gi=%d;%s\x1b\\" % (int(said["i"]), b"OK" if works else b"EBADF:no such memory")
            )
        elif action == "d":
            self.deleted.add(int(said["i"]))
            self.images.pop(int(said["i"]), None)
        else:
            self._load(said, data)

    def _load(self, said: dict[str, str], data: bytes) -> None:
        if said.get("a") == "T":
            assert said["U"] == "1"
            assert said["q"] == "2"
            self._loading = said, [data]
        else:
            assert set(said) == {"m"}
            self._loading[1].append(data)
        assert len(data) <= 4096
        if said.get("m", "0") == "0":
            first, parts = self._loading
            number = int(first["i"])
            self.placed[number] = int(first["c"]), int(first["r"])
            self.images[number] = self._decoded(first, b"".join(parts))

    def _decoded(self, said: dict[str, str], data: bytes) -> np.ndarray:
        if said["f"] == "100":
            return np.asarray(Image.open(io.BytesIO(b64decode(data))))
        width, height = int(said["s"]), int(said["v"])
        size = width * height * 3
        pixels = self._from_memory(data, size) if said.get("t") == "s" else b64decode(data)
        assert pixels is not None
        if said.get("o") == "z":
            pixels = zlib.decompress(pixels)
        return np.frombuffer(pixels, np.uint8, size).reshape(height, width, 3)

    def _from_memory(self, data: bytes, size: int) -> bytes | None:
        name = b64decode(data).decode()
        self.names.append(name)
        path = Path("/dev/shm") / name
        if not path.exists():
            return None
        content = path.read_bytes()
        path.unlink()
        return content if len(content) >= size else None


def decode_sixels(sequence: bytes) -> np.ndarray:
    """The picture in a sixel sequence (without its envelope): shape (rows, columns, 3); black where nothing is set."""
    raster = re.match(rb'[\d;]*q"\d+;\d+;(\d+);(\d+)', sequence)
    assert raster, "no raster attributes"
    width, height = int(raster[1]), int(raster[2])
    picture = np.zeros((height + 6, width, 3), np.uint8)
    colours, colour, x, y = {}, np.zeros(3, np.uint8), 0, 0
    body = sequence[raster.end() :]
    for token in re.finditer(rb"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|(\$)|(-)", body):
        if token[1]:
            colours[int(token[1])] = np.array([int(token[at]) * 255 // 100 for at in (2, 3, 4)], np.uint8)
        elif token[5]:
            colour = colours[int(token[5])]
        elif token[9]:
            x = 0
        elif token[10]:
            x, y = 0, y + 6
        else:
            times = int(token[6] or 1)
            bits = (token[7] or token[8])[0] - 63
            for row in range(6):
                if bits >> row & 1:
                    picture[y + row, x : x + times] = colour
            x += times
    return picture[:height]
