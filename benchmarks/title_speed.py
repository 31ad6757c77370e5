"""How long it takes to find pairs by name in large libraries: 32,000 and 320,000 parsed names.

    python benchmarks/title_speed.py [COUNT…]

The names come from a generator: one file in sixteen a film, the rest episodes of shows of up to 200 episodes;
titles share words as real ones do; one file in ten has a second copy under another spelling. A second library
is hostile: one title for all files, so that everything lies in one block.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator

from mediavault_tui.domain.duplicates import Candidate, group, title_pairs
from mediavault_tui.domain.media import Kind, ReleaseName
from mediavault_tui.domain.settings import Match

_SYLLABLES = "ka lo mi ren tha sor bel qui dan vor esh tal ni gro pel ma ru zen fi cor".split()


def words(rng: random.Random, count: int) -> list[str]:
    """Made-up words."""
    return ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(count)]


def title(rng: random.Random, vocabulary: list[str]) -> str:
    """One to four words; frequent words are as frequent as in language (Zipf)."""
    places = (min(len(vocabulary) - 1, int(rng.paretovariate(0.7)) - 1) for _ in range(rng.randint(1, 4)))
    return " ".join(vocabulary[place].capitalize() for place in places)


def respelled(rng: random.Random, text: str) -> str:
    """The same title as another group writes it."""
    ways = (f"The {text}", text.replace(" ", ""), f"{text} iNTERNAL", text.lower(), f"{text}, The")
    return rng.choice(ways)


def library(count: int, rng: random.Random) -> Iterator[ReleaseName]:
    """`count` parsed names."""
    vocabulary = words(rng, 20_000)
    taken: set[str] = set()
    made = 0
    while made < count:
        name = title(rng, vocabulary)
        if name in taken and rng.random() < 0.95:
            continue  # most titles are given once; the others are remakes
        taken.add(name)
        year = rng.randint(1950, 2024)
        if rng.random() < 0.7:
            works = [ReleaseName(Kind.MOVIE, name, year=year)]
        else:
            numbers = range(1, rng.randint(4, 200))
            works = [
                ReleaseName(Kind.EPISODE, name, season=1 + n // 20, episodes=(1 + n % 20,)) for n in numbers
            ]
        for work in works:
            yield work
            made += 1
            if rng.random() < 0.1:
                other = respelled(rng, name)
                yield ReleaseName(
                    work.kind, other, year=work.year, season=work.season, episodes=work.episodes
                )
                made += 1


def measure(label: str, files: list[Candidate]) -> None:
    """Processor time of pairing and of grouping, in one line."""
    settings = Match()
    start = time.process_time()
    matches = title_pairs(files, settings)
    paired = time.process_time()
    groups = group(files, matches.evidence, (), settings).groups
    grouped = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{label:24} {len(files):>8,} files  {paired - start:6.2f} CPU s for {len(matches.evidence):>7,} pairs  "
        f"{grouped - paired:6.2f} CPU s for {len(groups):>6,} groups  peak {peak:,.0f} MB"
    )


def main(counts: list[int]) -> None:
    """Measure each size, ordinary and hostile."""
    for count in counts:
        names = [name for name, _ in zip(library(count, random.Random(7)), range(count), strict=False)]
        measure("ordinary", [Candidate(i, name) for i, name in enumerate(names)])
        same = ReleaseName(Kind.MOVIE, "Holiday")
        measure("one title for all", [Candidate(i, same) for i in range(count)])


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [32_000, 320_000])
