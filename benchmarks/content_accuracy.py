"""Are two videos the same? Precision and recall per kind of change, and how exact the offset is.

    python benchmarks/content_accuracy.py [--quick] [--keep DIR] [--also DIR]

Draws films (tests/content/films.py), writes each once plainly and once per change, fingerprints every file
and compares. Positive pairs: plain against changed. Negative pairs: any two files of different contents,
among them episodes that share logo, intro, sets and credits. `--also` takes real videos as further sources;
`--keep` keeps the files for the next run. A pair counts as found when the verdict is "same"; a veto is the
verdict "different".
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "content"))

import av
import films
import sounds
import variants

from mediavault_tui.domain.content.alignment import Alignment, Verdict
from mediavault_tui.domain.content.fingerprint import Fingerprint
from mediavault_tui.domain.content.picture_alignment import compare
from mediavault_tui.errors import MediaDamaged
from mediavault_tui.services import frames

NEGATIVES = 1500


def contents(quick: bool) -> dict[str, films.Film]:
    """What the drawn files show."""
    drawn = {
        "clip 6 s": films.scenes(11, 6),
        "clip 25 s": films.scenes(12, 25),
        "one take 20 s": films.one_take(13, 20),
        "scenes 100 s": films.black(3) + films.scenes(14, 97),
    }
    for number, episode in enumerate(films.show(5, 2 if quick else 3, 120 if quick else 420)):
        drawn[f"episode {number + 1}"] = episode
    if not quick:
        drawn["film 20 min"] = films.scenes(15, 1200)
    return drawn


def others() -> dict[str, films.Film]:
    """Never the same as anything: more episodes, stills, black, the same camera on another day."""
    more = {f"episode {n + 4}": film for n, film in enumerate(films.show(5, 6, 200)[3:])}
    stills = {f"still {n}": films.still(40 + n, 20) for n in range(3)}
    cards = {
        f"card on black {n}": films.black(6) + films.still(50, 5) + films.scenes(60 + n, 30) for n in range(2)
    }
    return {**more, **stills, **cards, "black": films.black(30), "other take 20 s": other_take()}


def other_take() -> films.Film:
    """The set and camera of `one take`, with somebody else before it."""
    shot = films.one_take(13, 20).shots[0]
    return films.Film((films.Shot(shot.place, 20, shot.view, shot.pan, 999),))


def files(folder: Path, quick: bool, also: Path | None) -> Iterator[tuple[str, str, Path]]:
    """(content, variant, path) of all files, made unless they are there."""
    sources: dict[str, films.Film | variants.Recording] = {**contents(quick)}
    if also:
        sources |= {entry.name: variants.Recording(str(entry)) for entry in sorted(also.iterdir())}
    for content, source in sources.items():
        for name, variant in {"plain": variants.PLAIN, **variants.VARIANTS}.items():
            path = _made(folder, content, name, variant, source)
            if path:
                yield content, name, path
    for content, film in others().items():
        path = _made(folder, content, "plain", variants.PLAIN, film)
        if path:
            yield content, "plain", path


def _made(
    folder: Path, content: str, name: str, variant: variants.Variant, source: films.Film | variants.Recording
) -> Path | None:
    path = folder / f"{content} - {name}.{variant.extension}".replace(":", "")
    if not path.exists():
        try:
            variants.write(source, str(path), variant)
        except (av.error.FFmpegError, ValueError) as error:
            print(f"cannot make {path.name}: {error}", file=sys.stderr)
            path.unlink(missing_ok=True)
            return None
    if not path.exists():  # nothing to cut: its header tells no runtime
        print(f"cannot make {path.name}", file=sys.stderr)
        return None
    return path


def report(title: str, results: dict[str, list[Alignment]]) -> None:
    """Recall per class."""
    print(f"\n{title:28} pairs  same unsure different")
    for name, found in results.items():
        counts = [
            sum(each.verdict == verdict for each in found) for verdict in ("same", "unsure", "different")
        ]
        print(f"{name:28} {len(found):5} {counts[0]:5} {counts[1]:6} {counts[2]:9}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter films")
    parser.add_argument("--keep", type=Path, help="folder for the files made")
    parser.add_argument("--also", type=Path, help="folder of real videos to use as sources too")
    parser.add_argument("--show", action="store_true", help="print every pair that went wrong")
    parser.add_argument("--offsets", action="store_true", help="refine each pair found, and check its offset")
    options = parser.parse_args()
    av.logging.set_level(None)
    os.environ["SVT_LOG"] = "0"
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        prints: dict[tuple[str, str], Fingerprint] = {}
        paths: dict[tuple[str, str], Path] = {}
        for content, name, path in files(folder, options.quick, options.also):
            paths[content, name] = path
            try:
                prints[content, name] = frames.fingerprint(os.fsencode(path))
            except MediaDamaged as error:
                print(f"{path.name}: {error}", file=sys.stderr)
        judge(prints, options.show)
        by_sound(folder)
        if options.offsets:
            offsets(prints, paths, contents(options.quick))


def judge(prints: dict[tuple[str, str], Fingerprint], show: bool) -> None:
    """Compare all pairs and print the tables."""
    by_change: dict[str, list[Alignment]] = defaultdict(list)
    by_content: dict[str, list[Alignment]] = defaultdict(list)
    for (content, name), fingerprint in prints.items():
        if name != "plain" and (content, "plain") in prints:
            found = compare(prints[content, "plain"], fingerprint)
            by_change[name].append(found)
            by_content[content].append(found)
            if show and found.verdict is not Verdict.SAME:
                print(f"missed: {content} - {name}: {found}")
    pairs = [pair for pair in itertools.combinations(prints, 2) if pair[0][0] != pair[1][0]]
    random.Random(3).shuffle(pairs)
    plain_first = sorted(pairs, key=lambda pair: (pair[0][1], pair[1][1]) != ("plain", "plain"))
    negatives = []
    for left, right in plain_first[:NEGATIVES]:
        found = compare(prints[left], prints[right])
        negatives.append(found)
        if found.verdict is Verdict.SAME:
            print(f"wrong: {left} = {right}: {found}")
    report("change", by_change)
    report("content", by_content)
    report("unrelated", {"all": negatives, "both long": [n for n in negatives if n.overlap_s > 100]})
    positives = [found for results in by_change.values() for found in results]
    right = sum(found.verdict is Verdict.SAME for found in positives)
    wrong = sum(found.verdict is Verdict.SAME for found in negatives)
    vetoed = sum(found.verdict is Verdict.DIFFERENT for found in positives)
    print(f"\nprecision {right / max(1, right + wrong):.4f}, recall {right / max(1, len(positives)):.4f}, ")
    print(f"wrong vetoes {vetoed} of {len(positives)}")


def by_sound(folder: Path) -> None:
    """Stills and black, where only the sound can tell: copies, and strangers that share picture or sound."""
    seconds = 30
    shown = {
        "still": films.still(70, seconds),
        "black": films.black(seconds),
        "other still": films.still(71, seconds),
    }
    said = {
        "loop": sounds.loop(95, seconds),
        "tone": sounds.tone(seconds),
        "silence": sounds.silence(seconds),
    }
    for number in range(3):
        said[f"voice {number}"] = sounds.speech(80 + number, seconds)
        said[f"music {number}"] = sounds.music(90 + number, seconds)
    coded = {
        "AAC": variants.PLAIN,
        "Opus 24k": variants.Variant("scale=iw/2:ih/2", options=variants.X264, sound=variants.Sound("libopus", 24_000)),
        "MP3 mono": variants.Variant("", "mpeg4", {"b": "150k"}, "avi", sound=variants.Sound("", 48_000, "mono")),
    }  # fmt: skip
    prints = {}
    for picture, sound, coding in itertools.product(shown, said, coded):
        path = folder / f"{picture}, {sound} - {coding}.{coded[coding].extension}"
        if not path.exists():
            variants.write(shown[picture], str(path), coded[coding], said[sound])
        prints[picture, sound, coding] = frames.fingerprint(os.fsencode(path))
    results: dict[str, list[Alignment]] = defaultdict(list)
    for left, right in itertools.combinations(prints, 2):
        of_a_kind = (
            "copies" if left[:2] == right[:2]
            else "other sound" if left[0] == right[0]
            else "other picture" if left[1] == right[1] else "other in both"
        )  # fmt: skip
        distinct = left[1] not in ("loop", "tone", "silence")
        name = of_a_kind if distinct or of_a_kind != "copies" else "copies, sound not distinct"
        results[name].append(compare(prints[left], prints[right]))
    report("nothing moves, by sound", results)


def offsets(
    prints: dict[tuple[str, str], Fingerprint],
    paths: dict[tuple[str, str], Path],
    drawn: dict[str, films.Film],
) -> None:
    """How far the measured offsets are from those the files were made with, in frames."""
    print(f"\n{'change':28} pairs  within 1 frame  worst  speed right")
    for name, variant in variants.VARIANTS.items():
        errors, right = [], 0
        for content, film in drawn.items():
            if (content, name) not in prints:
                continue
            rough = compare(prints[content, "plain"], prints[content, name])
            if rough.verdict is Verdict.DIFFERENT:
                continue
            plain, other = (os.fsencode(paths[content, each]) for each in ("plain", name))
            found = frames.refine(plain, other, rough)
            errors.append(abs(found.offset_s + variants.cut_s(film, variant)) * films.RATE)
            right += abs(found.speed - variant.speed) < 5e-4
        within = sum(error <= 1 for error in errors)
        print(f"{name:28} {len(errors):5} {within:15} {max(errors, default=0):6.1f} {right:12}")


if __name__ == "__main__":
    main()
