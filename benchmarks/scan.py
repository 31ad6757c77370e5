"""The scan measured against `find` and the usual duplicate finders, on the same files, in one run.

python benchmarks/scan.py [--folder DIR] [--runs N] [--small] [PART…]

Parts: start, walk, names, mediainfo, rescan, whole, million, duplicates; all unless named. Trees are built in DIR
(10 GB and 1,000,000 inodes; /var/tmp/mediavault-bench unless named) and kept. Figures are medians. Bytes
read are what the process asked the system for (`rchar` of /proc), so a tool that maps its files reads more
than it shows.
With the right to drop the system's cache (root), duplicates are also measured cold.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import trees

PROGRAM = [sys.executable, "-m", "mediavault_tui"]
DROP_CACHES = Path("/proc/sys/vm/drop_caches")
# Each prints what it finds and changes nothing.
PEERS = {
    "jdupes": ["jdupes", "-q", "-r"],
    "fdupes": ["fdupes", "-q", "-r"],
    "rmlint": ["rmlint", "--types=duplicates", "-o", "summary:stdout"],
    "rdfind": ["rdfind", "-dryrun", "true", "-makeresultsfile", "false"],
}


class Run(NamedTuple):
    """One process from start to end."""

    seconds: float
    cpu_s: float
    peak_mb: float
    read_mb: float
    output: bytes


def run(command: list[Any]) -> Run:
    """Run a command and measure the whole process, its workers included."""
    started = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peak = Peak(process.pid)
    peak.start()
    assert process.stdout is not None
    output = process.stdout.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    seconds = time.perf_counter() - started
    fields = dict(line.split(": ") for line in Path(f"/proc/{process.pid}/io").read_text().splitlines())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command} ended with exit code {process.returncode}")
    peak.join()
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak.megabytes, int(fields["rchar"]) / 1e6, output)


class Peak(threading.Thread):
    """Watches the most memory that a process, or the largest of its workers, ever had.

    Not from wait4: the kernel counts there what the process that started it had before `exec`.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.megabytes = 0.0

    def run(self) -> None:
        """Look every 20 ms until the process is gone."""
        while self._look(self.pid):
            time.sleep(0.02)

    def _look(self, pid: int) -> bool:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return False
        found = re.search(r"VmHWM:\s+(\d+)", status)
        if found is None:  # it has ended
            return False
        self.megabytes = max(self.megabytes, int(found[1]) / 1024)
        for child in children:
            self._look(int(child))
        return True


def median(runs: list[Run], field: str) -> float:
    """Of one field."""
    return statistics.median(getattr(one, field) for one in runs)


def scan(tree: Path, database: Path, phases: str = "") -> Run:
    """A scan of some phases (all unless named) with its events on stdout."""
    only = ["--only", phases] if phases else []
    return run([*PROGRAM, "scan", tree, "--db", database, *only, "--json"])


def last_event(one: Run) -> dict[str, Any]:
    """What a scan says at its end."""
    event: dict[str, Any] = json.loads(one.output.splitlines()[-1])
    return event


def fresh(database: Path) -> Path:
    """The path, with nothing there."""
    for path in database.parent.glob(database.name + "*"):
        path.unlink()
    return database


class Bench:
    """The parts, and where they work."""

    def __init__(self, folder: Path, runs: int, small: bool) -> None:
        self.folder, self.runs = folder, runs
        self.database = folder / "bench.db"
        self.files = {"names": 3_200, "library": 800, "videos": 300, "duplicates": 150} if small else {}

    def tree(self, kind: str, files: int | None = None) -> Path:
        """The tree of that kind, built if need be."""
        files = self.files.get(kind, files)
        path = self.folder / f"{kind}{files or ''}"
        print(f"  ({path})", flush=True)
        trees.build(kind, path, files)
        return path

    def start(self) -> None:
        """`--version`, and the first line of a headless scan."""
        version = [run([*PROGRAM, "--version"]) for _ in range(3 * self.runs)]
        print(f"  --version             {median(version, 'seconds'):.3f} s (aim: under 0.15)")
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        firsts = []
        for _ in range(self.runs):
            started = time.perf_counter()
            command = [*PROGRAM, "scan", str(empty), "--db", str(fresh(self.database)), "--json"]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                process.stdout.readline()
                firsts.append(time.perf_counter() - started)
                process.stdout.read()
        print(f"  first progress line   {statistics.median(firsts):.3f} s (aim: under 0.5)")

    def walk(self) -> None:
        """Walk and store against `find`."""
        tree = self.tree("names")
        find = ["find", tree, "-type", "f", "-printf", "%s %T@ %i\\n"]
        run(find)
        finds, walks = [], []
        for _ in range(self.runs):
            finds.append(run(find))
            walks.append(scan(tree, fresh(self.database), "walk"))
        version = statistics.median(run([*PROGRAM, "--version"]).seconds for _ in range(self.runs))
        mine, theirs = median(walks, "seconds"), median(finds, "seconds")
        phase = statistics.median(last_event(one)["phases"]["walk"] for one in walks)
        print(f"  find                  {theirs:.3f} s, {len(finds[0].output.splitlines()):,} files")
        print(f"  walk + store          {mine:.3f} s, of which the walk phase {phase:.3f} s")
        print(f"  ratio                 {mine / theirs:.2f} in all, {(mine - version) / theirs:.2f} without start-up"
              f" ({version:.3f} s) (aim: at most 3 without)")  # fmt: skip
        cpu = median(walks, "cpu_s") / median(finds, "cpu_s")
        print(f"  ratio of CPU time     {cpu:.2f} in all")
        print(f"  peak memory           {median(walks, 'peak_mb'):.0f} MB (aim: under 200)")

    def names(self) -> None:
        """How many names a second, and how busy the cores are with them."""
        tree = self.tree("names")
        scan(tree, fresh(self.database), "walk")
        one = scan(tree, self.database, "names")
        event = last_event(one)
        rate = event["phases"]["names"]
        count = json.loads(one.output.splitlines()[-2])["total"]
        cores = len(os.sched_getaffinity(0))
        print(f"  names                 {count / rate:,.0f} a second, {count:,} in {rate:.1f} s")
        print(
            f"  cores in use          {100 * one.cpu_s / one.seconds / cores:.0f} % of {cores} (aim: at least 95 %)"
        )

    def mediainfo(self) -> None:
        """How many real files a second, and what is read of each."""
        tree = self.tree("videos")
        runs = []
        for _ in range(self.runs):
            scan(tree, fresh(self.database), "walk")
            runs.append(scan(tree, self.database, "mediainfo"))
        events = [last_event(one) for one in runs]
        count = len(list(tree.glob("*.*"))) - 1
        seconds = statistics.median(event["phases"]["mediainfo"] for event in events)
        print(f"  media info            {count / seconds:,.0f} a second (aim: at least 300)")
        print(f"  read of each file     {events[0]['bytes_read'] / count / 1000:.0f} KB")

    def rescan(self) -> None:
        """Everything again with nothing changed: after the names tree has been through all phases once."""
        tree = self.tree("names")
        phases = "walk,names,mediainfo,hash"
        first = scan(tree, fresh(self.database), phases)
        again = [scan(tree, self.database, phases) for _ in range(self.runs)]
        event = last_event(again[0])
        print(f"  first scan            {first.seconds:.1f} s: {last_event(first)['phases']}")
        print(f"  peak memory           {first.peak_mb:.0f} MB (largest process; aim: under 200)")
        print(f"  rescan                {median(again, 'seconds'):.2f} s (aim: under 2), {event['phases']}")
        print(f"  content read          {event['bytes_read']} bytes (aim: 0)")

    def whole(self) -> None:
        """A library of small real videos without duplicates, through every phase, and once more unchanged."""
        tree = self.tree("library")
        first, again = (scan(tree, db) for db in (fresh(self.database), self.database))
        event, files = last_event(first), last_event(first)["files_found"]
        print(f"  first scan            {first.seconds:.1f} s for {files:,} files: {event['phases']}")
        print(f"  content read          {event['bytes_read'] / files / 1000:.1f} KB of each file")
        print(f"  peak memory           {first.peak_mb:.0f} MB (largest process; aim: under 200)")
        print(f"  rescan                {again.seconds:.2f} s (aim: under 2), {last_event(again)['phases']}")
        print(f"  content read          {last_event(again)['bytes_read']} bytes (aim: 0)")

    def million(self) -> None:
        """A catalogue of 1,000,000 files: filled, walked again, asked."""
        tree = self.tree("names", 1_000_000)
        first, again = (scan(tree, db, "walk") for db in (fresh(self.database), self.database))
        print(f"  first walk            {first.seconds:.1f} s, {first.peak_mb:.0f} MB")
        print(f"  unchanged             {again.seconds:.1f} s, {again.peak_mb:.0f} MB")
        for words in ("stats --json", "files --where size>4006990000 --json", "dupes --json"):
            asked = run([*PROGRAM, "--db", self.database, *words.split()])
            print(f"  {words:<38}{asked.seconds:.2f} s, {asked.peak_mb:.0f} MB")

    def duplicates(self) -> None:
        """Against the usual duplicate finders, and whether they find the same."""
        tree = self.tree("duplicates")
        peers = {name: command for name, command in PEERS.items() if shutil.which(command[0])}
        commands: dict[str, Callable[[], Run]] = {
            "mediavault": lambda: scan(tree, fresh(self.database), "walk,hash"),
            **{name: lambda command=command: run([*command, tree]) for name, command in peers.items()},
        }
        temperatures = ("warm", "cold") if os.access(DROP_CACHES, os.W_OK) else ("warm",)
        for temperature in temperatures:
            runs: dict[str, list[Run]] = defaultdict(list)
            for round_ in range(self.runs + (temperature == "warm")):
                for name, start in commands.items():
                    if temperature == "cold":
                        os.sync()
                        DROP_CACHES.write_text("3")
                    one = start()
                    if temperature == "cold" or round_:  # the first warm round only warms
                        runs[name].append(one)
            mine = median(runs["mediavault"], "seconds")
            for name, done in runs.items():
                figures = (median(done, field) for field in ("seconds", "read_mb", "peak_mb"))
                print(f"  {temperature} {name:<12}", _duplicate_figures(mine, *figures))
        if "jdupes" in peers:
            same = ours(self.database) == theirs(run([*PEERS["jdupes"], tree]).output)
            print(f"  same sets as jdupes   {'yes' if same else 'NO'}, {len(ours(self.database)):,} sets")


def _duplicate_figures(mine: float, seconds: float, read_mb: float, peak_mb: float) -> str:
    return f"{seconds:7.2f} s {seconds / mine:6.2f} × {read_mb:9,.0f} MB read {peak_mb:5.0f} MB memory"


def ours(database: Path) -> set[frozenset[int]]:
    """Duplicate sets of the catalogue, as inodes."""
    records = json.loads(run([*PROGRAM, "files", "--db", database, "--json"]).output)
    sets = defaultdict(set)
    for record in records:
        if record["hash"]:
            sets[record["hash"]].add(os.stat(record["path"]).st_ino)
    return {frozenset(inodes) for inodes in sets.values() if len(inodes) > 1}


def theirs(output: bytes) -> set[frozenset[int]]:
    """Duplicate sets as jdupes prints them: a path a line, an empty line between sets."""
    sets = ({os.stat(path).st_ino for path in block.split(b"\n") if path} for block in output.split(b"\n\n"))
    return {frozenset(inodes) for inodes in sets if len(inodes) > 1}


PARTS = ("start", "walk", "names", "mediainfo", "rescan", "whole", "million", "duplicates")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", default=PARTS)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/mediavault-bench"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="a tenth of the files, to try it out")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(chosen.folder, chosen.runs, chosen.small)
    for part in chosen.parts:
        print(f"{part}: {getattr(bench, part).__doc__}", flush=True)
        getattr(bench, part)()


if __name__ == "__main__":
    main()
