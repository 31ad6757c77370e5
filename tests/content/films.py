"""Films that nobody made: scenes, cuts, camera moves and actors, drawn from a seed.

They resemble films where it matters for comparing pictures. Shots last a few seconds and are cut hard; a
dialogue goes back and forth between the same two or three views; episodes of one show share their sets,
their intro and their credits, and differ in what happens there. Backgrounds are 1/f noise, the spectrum of
natural pictures (Field 1987), larger than the frame so that the camera can pan over them.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

WIDTH, HEIGHT, RATE = 192, 108, 12


@lru_cache(maxsize=96)
def texture(seed: int) -> np.ndarray:
    """Grey values of a place, shape (256, 384), with a few hard-edged things in it."""
    random = np.random.default_rng(seed)
    rows, columns = np.fft.fftfreq(256)[:, None], np.fft.rfftfreq(384)[None]
    radius = np.hypot(rows, columns * 1.0)
    radius[0, 0] = 1
    wave = np.exp(2j * np.pi * random.random(radius.shape)) / radius ** random.uniform(1.1, 1.5)
    wave[radius < 0.006] = 0
    field_ = np.fft.irfft2(wave, (256, 384))
    field_ = field_ / field_.std() * random.uniform(22, 45) + random.uniform(70, 150)
    for _ in range(random.integers(3, 10)):  # furniture, windows, buildings
        top, left = random.integers(0, 220), random.integers(0, 330)
        high, wide = random.integers(20, 120), random.integers(15, 120)
        field_[top : top + high, left : left + wide] += random.uniform(-70, 70)
    return np.clip(field_, 8, 248).astype(np.float32)


@dataclass(frozen=True)
class Shot:
    """One take: a place, a camera over it and actors in front."""

    place: int
    seconds: float
    view: tuple[float, float]
    pan: tuple[float, float]
    actors: int
    flat: int | None = None
    """Grey level of a shot that shows nothing at all."""
    still: bool = False

    def frame(self, at: float) -> np.ndarray:
        """Luma of the moment `at` seconds into the shot, shape (HEIGHT, WIDTH)."""
        if self.flat is not None:
            return np.full((HEIGHT, WIDTH), self.flat, np.float32)
        at = 0.0 if self.still else at
        top = int(np.clip(self.view[0] + self.pan[0] * at, 0, 256 - HEIGHT))
        left = int(np.clip(self.view[1] + self.pan[1] * at, 0, 384 - WIDTH))
        luma = texture(self.place)[top : top + HEIGHT, left : left + WIDTH].copy()
        random = np.random.default_rng(self.actors)
        for _ in range(random.integers(1, 4)):
            self._act(luma, random, at)
        return luma

    @staticmethod
    def _act(luma: np.ndarray, random: np.random.Generator, at: float) -> None:
        """An ellipse, half as high as the frame, that moves about its place."""
        high, wide = random.uniform(15, 45), random.uniform(8, 25)
        y = random.uniform(30, 90) + random.uniform(0, 6) * np.sin(at * random.uniform(0.5, 3))
        x = random.uniform(15, 177) + random.uniform(3, 25) * np.sin(
            at * random.uniform(0.3, 2) + random.uniform(0, 6)
        )
        tone = random.uniform(15, 240)
        top, bottom = max(0, int(y - high)), min(HEIGHT, int(y + high))
        left, right = max(0, int(x - wide)), min(WIDTH, int(x + wide))
        if top < bottom and left < right:
            rows = (np.arange(top, bottom)[:, None] - y) / high
            columns = (np.arange(left, right)[None] - x) / wide
            luma[top:bottom, left:right][rows**2 + columns**2 < 1] = tone


@dataclass(frozen=True)
class Film:
    """Shots in a row."""

    shots: tuple[Shot, ...]
    starts: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", tuple(np.cumsum([0.0, *(shot.seconds for shot in self.shots)])))

    @property
    def seconds(self) -> float:
        """The runtime."""
        return self.starts[-1]

    def frame(self, at: float) -> np.ndarray:
        """Luma at a time, uint8, shape (HEIGHT, WIDTH)."""
        index = min(int(np.searchsorted(self.starts, at, "right")) - 1, len(self.shots) - 1)
        return np.clip(self.shots[index].frame(at - self.starts[index]), 0, 255).astype(np.uint8)

    def __add__(self, other: "Film") -> "Film":
        return Film(self.shots + other.shots)


def scenes(seed: int, seconds: float, places: tuple[int, ...] = ()) -> Film:
    """A film of dialogue scenes. With `places` it plays there, as all episodes of a show do."""
    random = np.random.default_rng(seed)
    shots: list[Shot] = []
    passed = 0.0
    while passed < seconds:
        views = [_view(random, places) for _ in range(random.integers(2, 5))]
        for turn in range(random.integers(4, 14)):
            length = min(float(np.clip(random.lognormal(1.2, 0.6), 0.7, 15)), seconds - passed)
            if length <= 0:
                break
            place, view = views[turn % len(views)]
            moving = random.random() < 0.4
            pan = (random.uniform(-6, 6), random.uniform(-15, 15)) if moving else (0.0, 0.0)
            shots.append(Shot(place, length, view, pan, int(random.integers(1 << 30))))
            passed += length
    return Film(tuple(shots))


def _view(random: np.random.Generator, places: tuple[int, ...]) -> tuple[int, tuple[float, float]]:
    place = int(random.choice(places)) if places else int(random.integers(1 << 30))
    if places:  # the same few camera positions in every episode
        spot = np.random.default_rng((place, int(random.integers(3))))
        return place, (spot.uniform(0, 148), spot.uniform(0, 192))
    return place, (random.uniform(0, 148), random.uniform(0, 192))


def black(seconds: float, level: int = 16) -> Film:
    """Nothing to see."""
    return Film((Shot(0, seconds, (0, 0), (0, 0), 0, flat=level),))


def still(seed: int, seconds: float) -> Film:
    """One picture that does not move."""
    return Film((Shot(seed, seconds, (40, 60), (0, 0), seed, still=True),))


def one_take(seed: int, seconds: float) -> Film:
    """A fixed camera and somebody moving before it."""
    return Film((Shot(seed, seconds, (50, 90), (0, 0), seed),))


def show(seed: int, episodes: int, seconds: float, intro: float = 45.0, credits: float = 30.0) -> list[Film]:
    """Episodes of one show: a shared logo, intro, recap place, sets and credits; and their own story."""
    opening = black(2) + still(seed + 1, 4) + scenes(seed + 2, intro)
    closing = scenes(seed + 3, credits)
    places = tuple(seed * 100 + n for n in range(8))
    stories = [scenes(seed * 1000 + n, seconds, places) for n in range(episodes)]
    cold = [
        scenes(seed * 2000 + n, 8.0 * n, places) for n in range(episodes)
    ]  # the intro comes later and later
    return [
        (before + opening if before.shots else opening) + story + closing
        for before, story in zip(cold, stories, strict=True)
    ]
