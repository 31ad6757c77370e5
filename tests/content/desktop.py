"""A display without a screen (Xvfb), started for a test that opens windows."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

needs_display = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")


@contextmanager
def display() -> Iterator[str]:
    """Its name, for `DISPLAY`."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x600x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            number = os.read(read, 20).decode().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            os.close(read)
            server.terminate()
