"""The quicker way to ask guessit answers as guessit does."""

from collections.abc import Callable
from typing import Any

from guessit import guessit
from guessit.api import GuessitException
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.names_accuracy import labels
from mediavault_tui.domain.names import fast_guessit

run = fast_guessit.build()
words = st.sampled_from(
    """
    Show Name 1x02 S01E02 2012 1080p x264 H.264 WEB-DL BluRay DTS 3D HSBS Extended Cut FRENCH VOSTFR US Part 2
    CD1 - [ ] ( ) . _ Ep 07 Season 3 1080 720p-GRP mkv iNTERNAL ŠKODA ſ K İ 第3話 AMZN 10bit HDR
    """.split()
)


def answer(matches: Any) -> list[tuple[Any, ...]]:
    return [
        (key, [(str(m.value), m.start, m.end) for m in (value if isinstance(value, list) else [value])])
        for key, value in matches.items()
    ]


def plain(text: str) -> list[tuple[Any, ...]]:
    return answer(guessit(text, dict(fast_guessit.OPTIONS)))


def or_nothing(ask: Callable[[str], list[tuple[Any, ...]]], text: str) -> list[tuple[Any, ...]] | None:
    """The answer; None where guessit trips over some letters (`Season İ`), which it wraps in an error of its own."""
    try:
        return ask(text)
    except (ValueError, GuessitException):
        return None


def test_labelled_names_are_answered_alike() -> None:
    for label in labels()[::4]:
        assert answer(run(label.name)) == plain(label.name), label.name


@settings(max_examples=50, deadline=None)
@given(st.lists(words, min_size=1, max_size=9), st.sampled_from([" ", ".", "_", "-"]))
@example(["ſ01e02", "K"], ".")
@example(["Season", "İ"], " ")
def test_made_up_names_are_answered_alike(parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    assert or_nothing(lambda given: answer(run(given)), text) == or_nothing(plain, text)


def test_most_patterns_are_judged_beforehand() -> None:
    """Else a change inside guessit or Python silently took the gain away."""
    from guessit.api import default_api

    default_api.configure({})
    rebulk = default_api.rebulk
    assert rebulk is not None
    patterns = rebulk.effective_patterns({})
    judged = [p for p in patterns if fast_guessit.needed_texts(p) is not None]
    assert len(judged) > len(patterns) * 3 // 4
