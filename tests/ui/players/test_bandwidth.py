"""What the line takes: simulated lines, with time given in."""

import pytest

from mediavault_tui.services.terminal.capabilities import Depth
from mediavault_tui.ui.players.bandwidth import LEVELS, BandwidthControl

# Bytes of a frame at each level, as measured with a noisy film at 200 × 50 cells.
CLOCK = [100.0]
FRAME = (330_000, 300_000, 270_000, 170_000, 90_000, 60_000, 45_000)


def play(
    pace: BandwidthControl, bytes_per_s: float, latency_s: float, seconds: float, fps: float = 24.0
) -> tuple[float, float]:
    """Send over a line for so long; returns (frames/s of the last half, longest answer in it)."""
    now = start = CLOCK[0]
    line_free, under_way, late, sent = now, [(now, now + latency_s)], 0.0, 0
    pace.sent(now, 0)
    while now < start + seconds:
        while under_way and under_way[0][1] <= now:
            asked, _ = under_way.pop(0)
            late = max(late, now - asked) if now > start + seconds / 2 else late
            pace.answered(now)
        if pace.may_send(now, 1 / fps, 0) and int(now * fps) != int((now - 0.005) * fps):
            line_free = max(line_free, now) + FRAME[LEVELS.index(pace.detail)] / bytes_per_s
            under_way.append((now, line_free + latency_s))
            pace.sent(now, FRAME[LEVELS.index(pace.detail)])
            sent += now > start + seconds / 2
        pace.judge(now, fps)
        now += 0.005
    CLOCK[0] = now + 10
    pace.rest(CLOCK[0])
    return sent / (seconds / 2), late


def test_a_fast_line_gets_everything() -> None:
    pace = BandwidthControl()
    rate, _ = play(pace, 50e6, 0.002, 20)
    assert pace.level == 0
    assert rate == pytest.approx(24, rel=0.1)


def test_a_fast_line_far_away_gets_everything() -> None:
    pace = BandwidthControl()
    rate, _ = play(pace, 50e6, 0.12, 30)
    assert pace.level == 0
    assert rate == pytest.approx(24, rel=0.15)


def test_a_slow_line_gets_cheaper_pictures_and_stays_quick_to_answer() -> None:
    pace = BandwidthControl()
    rate, late = play(pace, 250_000, 0.03, 40)
    assert pace.level >= 4
    assert rate >= 3
    assert late < 1.0


def test_it_gets_better_again_when_there_is_room() -> None:
    pace = BandwidthControl()
    play(pace, 250_000, 0.03, 20)
    poor = pace.level
    play(pace, 50e6, 0.003, 120)
    assert pace.level < poor


def test_a_terminal_that_never_answers_is_judged_by_what_waits() -> None:
    pace = BandwidthControl()
    pace.sent(0.0, 1000)
    assert pace.may_send(0.1, 0.04, 0)
    assert not pace.may_send(0.1, 0.04, 1)


def test_a_level_chosen_by_hand_stays() -> None:
    pace = BandwidthControl()
    pace.fixed = 2
    play(pace, 100_000, 0.1, 10)
    assert pace.detail is LEVELS[2]


def test_256_colours_only_where_there_are_more() -> None:
    assert LEVELS[3].depth(Depth.TRUE) is Depth.INDEXED
    assert LEVELS[3].depth(Depth.BASIC) is Depth.BASIC


def test_a_picture_that_stands_still_gets_finer_until_it_moves() -> None:
    pace = BandwidthControl()
    pace.level = 3
    found = [pace.detail for now in range(20) if pace.stand(now / 10, moving=now < 2)]
    assert found == [LEVELS[1], LEVELS[0]]
    assert pace.stand(2.0, moving=True)
    assert pace.detail is LEVELS[3]


def test_a_still_picture_does_not_hold_up_a_slow_line() -> None:
    pace = BandwidthControl()
    pace.level = 6
    pace.sent(0.0, 50_000)
    assert not pace.stand(1.0, moving=False)  # still under way
    pace.answered(1.4)
    assert not pace.stand(2.0, moving=False)  # took too long for a finer one
    pace.sent(2.0, 10_000)
    pace.answered(2.1)
    assert pace.stand(3.0, moving=False)
    assert pace.detail is LEVELS[4]
