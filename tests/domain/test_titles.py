"""Titles: what counts as one title, and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.titles import normalise, similarity

SAME = [
    ("The Office", "Office, The"),
    ("The Office", "the.office"),
    ("Law & Order", "Law and Order"),
    ("Will & Grace", "Will.Grace"),
    ("Tom und Jerry", "Tom & Jerry"),
    ("Rocky II", "Rocky 2"),
    ("Kill Bill Vol. 2", "Kill Bill Volume II"),
    ("Deathly Hallows Part One", "Deathly Hallows: Part I"),
    ("Ocean's Eleven", "Oceans 11"),
    ("Twelve Monkeys", "12 Monkeys"),
    ("Deep Space Nine", "Deep Space 9"),
    ("RedDwarf", "Red Dwarf"),
    ("TheITCrowd", "The IT Crowd"),
    ("Spider-Man", "Spiderman"),
    ("9-1-1", "911"),
    ("Amélie", "Amelie"),
    ("Jäger", "Jaeger"),
    ("Jäger", "Jager"),
    ("Straße", "Strasse"),
    ("Børn", "Born"),
    ("Æon Flux", "Aeon Flux"),
    ("Солярис", "Solyaris"),
    ("Łódź", "Lodz"),
    ("Ｔｈｅ　Ｗｉｒｅ", "The Wire"),
    ("Marvel's Agents of S.H.I.E.L.D.", "Marvels Agents of SHIELD"),
    ("Agents of S H I E L D", "Agents of S.H.I.E.L.D"),
    ("Schindler’s List", "Schindlers List"),
    ("Batman v Superman", "Batman vs. Superman"),
    ("Scott Pilgrim vs the World", "Scott Pilgrim versus the World"),
    ("Dr. Strangelove", "Doctor Strangelove"),
    ("ポケモン", "ポケモン"),
]

ANOTHER_NUMBER = [
    ("Rocky II", "Rocky III"),
    ("Rocky", "Rocky II"),
    ("Shrek 2", "Shrek"),
    ("Saw3D2", "Saw3D3"),
    ("Ocean's Eleven", "Ocean's Twelve"),
    ("Kill Bill Vol. 1", "Kill Bill Vol. 2"),
    ("Blade Runner", "Blade Runner 2049"),
    ("Wonder Woman", "Wonder Woman 1984"),
    ("101 Dalmatians", "Dalmatians"),
    ("Die Hard 2 Die Harder", "Die Hard"),
]

UNLIKE = [
    ("The Walking Dead", "Fear the Walking Dead"),
    ("Alien", "Aliens"),
    ("Heat", "Heist"),
    ("Star Trek DS9", "Star Trek 9"),
    ("Skins", "Misfits"),
    ("28 Days Later", "28 Weeks Later"),
    ("CSI Miami", "CSI NY"),
    ("French Immersion", "Immersion French"),
    ("The Killing", "The Kill"),
    ("Die Hard", "Hard"),
    ("", "Alien"),
    ("", ""),
    ("...", "---"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_title_score_100(a: str, b: str) -> None:
    assert similarity(a, b).score == 100


@pytest.mark.parametrize(("a", "b"), ANOTHER_NUMBER)
def test_another_number_is_a_conflict(a: str, b: str) -> None:
    alike = similarity(a, b)
    assert alike.conflict
    assert alike.score <= 40


@pytest.mark.parametrize(("a", "b"), UNLIKE)
def test_different_titles_stay_below_confident(a: str, b: str) -> None:
    assert similarity(a, b).score < 85


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Les Misérables", "Misérables"),
        ("Das Leben der Anderen", "Leben der Anderen, Das"),
        ("La Casa de Papel", "Casa de Papel"),
        ("Supernatural", "Supernatual"),
        ("Star Wars Episode IV A New Hope", "Star Wars A New Hope"),
    ],
)
def test_nearly_the_same_title_is_confident_but_not_certain(a: str, b: str) -> None:
    assert similarity(a, b).score >= 85


def test_a_missing_title_is_like_nothing() -> None:
    assert similarity("", "").score == 0
    assert normalise("!?").keys == ()


@pytest.mark.parametrize(
    ("a", "b", "extra"),
    [
        ("RedDwarf TVLab", "Red Dwarf", ("tvlab",)),
        ("Fear the Walking Dead", "The Walking Dead", ("fear", "the")),
        ("Alien", "Alien Covenant", ("covenant",)),
        ("Alien", "Predator", ()),
    ],
)
def test_extra_words_are_told(a: str, b: str, extra: tuple[str, ...]) -> None:
    assert similarity(a, b).extra == extra


def test_every_score_is_the_sum_of_its_reasons() -> None:
    for a, b in [*SAME, *ANOTHER_NUMBER, *UNLIKE]:
        alike = similarity(a, b)
        assert alike.score == sum(reason.points for reason in alike.reasons)


titles = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(["the", "Rocky", "II", "2", "and", "&", "Dead", "of", "die", "ä", "US", "v"]),
        max_size=5,
    ).map(" ".join),
)


@given(titles, titles)
def test_similarity_is_symmetric_and_within_bounds(a: str, b: str) -> None:
    one, other = similarity(a, b), similarity(b, a)
    assert one.score == other.score
    assert bool(one.conflict) == bool(other.conflict)
    assert 0 <= one.score <= 100


@given(titles)
def test_a_title_equals_itself_unless_it_says_nothing(title: str) -> None:
    assert similarity(title, title).score == (100 if normalise(title).keys else 0)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_is_normalised(text: str) -> None:
    hostile = text + "\udcff\n\x1b[31m"
    assert normalise(hostile).text == hostile
