"""What belongs to a video, as a table: file, where it lies, and whose it is."""

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain import discs, parts
from mediavault_tui.domain.archive.companions import (
    CompanionKind,
    Videos,
    claim_at,
    is_companion_folder,
    kind_of,
    may_belong,
)
from mediavault_tui.domain.archive.operations import Op, Proof
from mediavault_tui.domain.archive.plan import DecidedGroup, Entry, Facts, FileFacts, Folder, PlanOptions
from mediavault_tui.domain.archive.planner import make_plan
from mediavault_tui.domain.archive.step_builder import companions_in
from mediavault_tui.domain.media import (
    DISC_IMAGE_EXTENSIONS,
    VIDEO_EXTENSIONS,
    EvidenceKind,
    Kind,
    ReleaseName,
)

ALIEN = frozenset({b"Alien.mkv"})
TWO = frozenset({b"Alien.mkv", b"Aliens.mkv"})
SHOW = frozenset({b"Show.S01E01.720p-GRP.mkv", b"Show.S01E02.720p-GRP.mkv"})
ONE, OTHER = b"Show.S01E01.720p-GRP.mkv", b"Show.S01E02.720p-GRP.mkv"

# Beside Alien.mkv: every one of these is its.
ITS_OWN = [
    "Alien.srt", "Alien.en.srt", "Alien.eng.srt", "Alien.English.srt", "Alien.EN.srt", "Alien.pt-BR.srt",
    "Alien.pt_BR.srt", "Alien.zh-Hans.srt", "Alien.zh-Hant-TW.srt", "Alien.es-419.srt", "Alien.sr-Latn.srt",
    "Alien.fr-CA.forced.srt", "Alien.en.forced.srt", "Alien.forced.srt", "Alien.en.sdh.srt", "Alien.en.cc.srt",
    "Alien.en.hi.srt", "Alien.hi.srt", "Alien.default.srt", "Alien.en.default.forced.srt", "Alien.foreign.srt",
    "Alien.en.commentary.srt", "Alien.de.1.srt", "Alien.en.2.ass", "Alien_track3_[eng].sup", "Alien.ger.idx",
    "Alien.ger.sub", "Alien.eng.ssa", "Alien.vtt", "Alien.smi", "Alien.chs.ass", "Alien.pob.srt", "Alien.ptbr.srt",
    "Alien-en.srt", "Alien_en.srt", "Alien.en,fr.srt", "Alien[eng].srt", "Alien.fil.srt", "Alien.nb.srt",
    "Alien.Brazilian.srt", "Alien.mks", "Alien.pan.forced.srt", "Alien.mkv.srt", "Alien.en(1).srt", "ALIEN.SRT",
    "alien.srt", "Alien.En.srt", "Alien.signs.ass", "Alien.full.ass", "Alien.fr.sdh.forced.srt", "Alien.nfo",
    "alien.NFO", "ALIEN.nfo", "Alien.jpg", "Alien.tbn", "Alien-poster.jpg", "Alien-fanart.jpg",
    "Alien-fanart1.jpg", "Alien-fanart-2.jpg", "Alien-thumb.png", "Alien-landscape.jpg", "Alien-banner.jpg",
    "Alien-clearlogo.png", "Alien-clearart.png", "Alien-discart.png", "Alien-disc.png", "Alien-backdrop1.jpg",
    "Alien-backdrop.webp", "Alien-logo.png", "Alien.poster.jpg", "Alien-keyart.jpg", "Alien-cover.jpg",
    "Alien_poster.jpg", "Alien-POSTER.JPG", "Alien-screenshot.jpg", "Alien-320-10.bif", "Alien.bif",
    "Alien-hd.bif", "Alien.mka", "Alien.rus.mka", "Alien.ac3", "Alien.eng.ac3", "Alien.eac3", "Alien.de.dts",
    "Alien.commentary.mp3", "Alien.ger.flac", "Alien.pt-BR.aac", "Alien.rus.forced.mka", "Alien.thd",
    "Alien English.srt", "Alien - English.srt", "Alien (English).srt", "Alien.Chinese (Simplified).srt",
    "Alien ENG.srt",
]  # fmt: skip

# Beside Alien.mkv: none of these is.
NOT_ITS = [
    "Alien 3.nfo", "Alien.3.nfo", "Alien.3.srt", "Alien.3.en.srt", "Alien 3.en.srt", "Alien 2.jpg", "Alien.x7.srt",
    "Alien - Resurrection.nfo", "Alien.Resurrection.en.srt", "Alien vs Predator.srt", "Aliens.srt",
    "Aliens-poster.jpg", "Alien 3-poster.jpg", "Alien (1).srt", "Alien3.srt", "Alien It.srt", "Alien.It.srt",
    "Alien Us.srt", "Alien American.srt", "Alien.British.srt",
    "Alien en.srt", "Alien Pan.srt", "Alien.Pan.srt", "Alien.pan.srt", "Alien.nfo.bak", "Alien.txt", "Alien.url",
    "Alien.sfv", "Alien.md5", "Alien.xml", "Alien.iso", "Alien 3.iso", "Alien.img", "Alien.nrg", "Alien.mdf",
    "Alien.bin", "Alien.cue", "Alien.udf", "Alien.dmg", "Alien.zip", "Alien.rar", "Alien.7z", "Alien.r00",
    "Alien.r01", "Alien.tar", "Alien.tar.gz", "Alien.001", "Alien.flac", "Alien.mp3", "Alien.m4a", "Alien.ogg",
    "Alien - Resurrection.flac", "Alien Soundtrack.flac", "Alien.wav", "Alien.part", "Alien.mkv.part",
    "Alien.aria2", "Alien.mkv.aria2", "Alien.bc!", "Alien.!qb", "Alien.!ut", "Alien.crdownload", "Alien.filepart",
    "Alien.partial", "Alien.tmp", "Alien.download", "Alien.opdownload", "Alien.divx", "Alien.mts", "Alien.rmvb",
    "Alien.ogm", "Alien.mk3d", "Alien.dvr-ms", "Alien.wtv", "Alien.vob", "Alien.ifo", "Alien.bup", "Alien.torrent",
    "Alien.exe", "Alien.json", "Alien.edl", "Alien", "Alien.", ".Alien.nfo", "._Alien.nfo", "Alien-poster2x.jpg",
    "Alien-movie.nfo", "Alien-season01-poster.jpg", "Alien.poster.nfo", "movie.nfo", "poster.jpg", "English.srt",
    "2_English.srt", "en.srt", "tvshow.nfo", "season.nfo", "Alien-320.bif2", "Alien-trailer.jpg",
    "Alien-sample.srt", "Alien.en.x7.srt", "Alien.rus.[Studio].mka", "Alien.3.mka", "Alien 3.ac3",
]  # fmt: skip

# Below the folder of these videos.
BELOW = [
    (ALIEN, "Subs/2_English.srt", ALIEN),
    (ALIEN, "Subs/English.srt", ALIEN),
    (ALIEN, "subs/eng.srt", ALIEN),
    (ALIEN, "Subs/Brazilian.por.srt", ALIEN),
    (ALIEN, "Subs/SDH.eng.HI.srt", ALIEN),
    (ALIEN, "Subs/3_Chinese (Simplified).srt", ALIEN),
    (ALIEN, "Subtitles/Alien.en.srt", ALIEN),
    (ALIEN, "VobSubs/alien.idx", ALIEN),
    (ALIEN, "eng/Alien.srt", ALIEN),
    (ALIEN, "rus/2.English.srt", ALIEN),
    (ALIEN, "Subs/English/forced.srt", ALIEN),
    (ALIEN, "RUS Sound/Alien.mka", ALIEN),
    (ALIEN, "RUS Sound/Studio Name/Alien.mka", ALIEN),
    (ALIEN, "RUS Subs/[Studio]/Alien.ass", ALIEN),
    (ALIEN, "Alien.trickplay/320 - 10x10/0.jpg", ALIEN),
    (ALIEN, "alien.TRICKPLAY/0.jpg", ALIEN),
    (ALIEN, "Alien 3.trickplay/320 - 10x10/0.jpg", None),
    (ALIEN, "Alien.trickplay/320 - 10x10/notes.txt", None),
    (ALIEN, "Subs/Alien 3.en.srt", None),
    (ALIEN, "Subs/notes.txt", None),
    (ALIEN, "Subs/Alien.nfo", None),
    (ALIEN, "Subs/poster.jpg", None),
    (ALIEN, "Subs/Somebody Else/2_English.srt", None),
    (ALIEN, "Extras/Alien.srt", None),
    (ALIEN, "Alien 3/Alien.srt", None),
    (ALIEN, "Subs/a/b/Alien.srt", None),
    (ALIEN, "Subs/2_Klingon.srt", None),
    (TWO, "Subs/2_English.srt", None),
    (TWO, "Subs/Aliens.en.srt", {b"Aliens.mkv"}),
    (TWO, "Subs/Alien/2_English.srt", ALIEN),
    (TWO, "rus/Aliens.srt", {b"Aliens.mkv"}),
    ({b"Alien.mkv", b"sample.mkv"}, "Subs/2_English.srt", ALIEN),
    ({b"Alien.mkv", b"Alien-trailer.mp4"}, "Subs/English.srt", ALIEN),
    (SHOW, f"Subs/{os.path.splitext(ONE)[0].decode()}/2_English.srt", {ONE}),
    (SHOW, "Subs/Show.S01E02.1080p.WEB-OTHER.en.srt", {OTHER}),
    (SHOW, "Subs/show s01e02.srt", {OTHER}),
    (SHOW, "eng/Show.S01E01.720p-GRP.srt", {ONE}),
    (SHOW, "Subs/Show.S01E03.en.srt", None),
    (SHOW, "Subs/Other.Show.S01E02.en.srt", None),
    (SHOW, "Subs/Show.S01E01-E02.srt", None),
]


def claim(
    videos: frozenset[bytes] | set[bytes], path: str, *, films: bool = False
) -> frozenset[bytes] | None:
    found = claim_at(b"/v/" + os.fsencode(path), b"/v", Videos(videos), films=films)
    return found.owners if found is not None else None


@pytest.mark.parametrize("name", ITS_OWN)
def test_belongs(name: str) -> None:
    assert claim(ALIEN, name) == ALIEN
    assert claim(TWO, name) == ALIEN
    assert may_belong(b"/v/" + os.fsencode(name), [b"/v/Alien.mkv"])


@pytest.mark.parametrize("name", NOT_ITS)
def test_does_not_belong(name: str) -> None:
    assert claim(ALIEN, name) is None


@pytest.mark.parametrize(("videos", "path", "owners"), BELOW, ids=[row[1] for row in BELOW])
def test_below(videos: set[bytes], path: str, owners: set[bytes] | None) -> None:
    assert claim(videos, path) == owners


WORDS = [
    ("Alien.pt-BR.forced.srt", "pt", True, False),
    ("Alien.fr-CA.srt", "fr", False, False),
    ("Alien.es-AR.srt", "es", False, False),
    ("Alien.en.hi.srt", "en", False, True),
    ("Alien.zh-Hans.srt", "zh", False, False),
    ("Subs/2_English.srt", "en", False, False),
    ("Subs/Brazilian.por.srt", "pt", False, False),
    ("rus/Alien.srt", "ru", False, False),
    ("RUS Sound/Studio/Alien.mka", "ru", False, False),
    ("Alien.srt", None, False, False),
]


@pytest.mark.parametrize(("path", "language", "forced", "impaired"), WORDS)
def test_what_the_words_say(path: str, language: str | None, forced: bool, impaired: bool) -> None:
    found = claim_at(b"/v/" + path.encode(), b"/v", Videos(ALIEN))
    assert found is not None
    assert (found.words.language, found.words.forced, found.words.hearing_impaired) == (
        language, forced, impaired,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "suffix"),
    [
        ("rus/Alien.srt", b".ru.srt"),
        ("eng/Alien.forced.srt", b".en.forced.srt"),
        ("Subs/Alien.srt", b".srt"),
        ("rus/Alien.rus.srt", b".rus.srt"),
    ],
)
def test_the_language_of_the_folder_goes_with_the_file(path: str, suffix: bytes) -> None:
    found = claim_at(b"/v/" + path.encode(), b"/v", Videos(ALIEN))
    assert found is not None and found.suffix == suffix


def test_names_are_compared_as_filesystems_do() -> None:
    nfd, nfc = (unicodedata.normalize(form, "Amélie").encode() for form in ("NFD", "NFC"))
    assert nfd != nfc
    for video, sidecar in ((nfd, nfc), (nfc, nfd)):
        found = Videos([video + b".mkv"]).claim(sidecar + b".nfo")
        assert found is not None and found.owners == {video + b".mkv"}
    # Both are there: each has its own.
    both = Videos([nfd + b".mkv", nfc + b".mkv"])
    for name in (nfd, nfc):
        found = both.claim(name + b".nfo")
        assert found is not None and found.owners == {name + b".mkv"}
    # Neither fits better than the other.
    assert Videos([b"Film.mkv", b"FILM.mkv"]).claim(b"film.nfo") is None


def test_videos_of_one_name_share_what_is_theirs() -> None:
    shared = Videos([b"X.mkv", b"X.mp4", b"Y.mkv"])
    for name in (b"X.en.srt", b"X-poster.jpg", b"X.nfo"):
        found = shared.claim(name)
        assert found is not None and found.owners == {b"X.mkv", b"X.mp4"}


def test_a_longer_name_comes_first() -> None:
    videos = Videos([b"Film.mkv", b"Film-poster.mkv", b"Film.en.mkv"])
    assert videos.claim(b"Film-poster.jpg").owners == {b"Film-poster.mkv"}  # type: ignore[union-attr]
    assert videos.claim(b"Film.en.srt").owners == {b"Film.en.mkv"}  # type: ignore[union-attr]
    assert videos.claim(b"Film.de.srt").owners == {b"Film.mkv"}  # type: ignore[union-attr]


def test_the_pictures_of_a_folder_belong_to_all_its_videos() -> None:
    for name in ("poster.jpg", "folder.png", "fanart2.jpg", "movie.nfo", "backdrop-1.jpg"):
        assert claim(TWO, name, films=True) == TWO
        assert claim(TWO, name) is None
    for name in ("random.jpg", "tvshow.nfo", "season01-poster.jpg", "poster.txt", "IMG_0001.jpg"):
        assert claim(TWO, name, films=True) is None


@pytest.mark.parametrize(
    "name", ["Subs", "eng", "English", "RUS Sound", "rus sub", "pt-BR", "en", "VOBSUB", "Audio"]
)
def test_folders_for_companions(name: str) -> None:
    assert is_companion_folder(name.encode())


@pytest.mark.parametrize(
    "name", ["It", "Us", "Alien", "Extras", "The English Patient", "Season 1", "2010", "", "BDMV"]
)
def test_other_folders(name: str) -> None:
    assert not is_companion_folder(name.encode())


STEMS = [
    "Alien",
    "Alien 3",
    "Aliens",
    "Film",
    "Film 2",
    "film",
    "Amélie",
    unicodedata.normalize("NFD", "Amélie"),
]
ENDINGS = [
    *sorted(VIDEO_EXTENSIONS | DISC_IMAGE_EXTENSIONS), ".zip", ".rar", ".r00", ".7z", ".bin", ".cue", ".part", ".aria2",
    ".bc!", ".!qb", ".crdownload", ".flac", ".mp3", ".txt", ".ifo", ".bup", ".srt", ".nfo", ".jpg", ".mka", ".bif", "",
]  # fmt: skip
MIDDLES = [
    "",
    ".en",
    "-poster",
    " 3",
    ".3",
    ".x7",
    ".pt-BR.forced",
    " - Resurrection",
    ".part",
    "-trailer",
    ".mkv",
]
NAMES = st.builds(
    lambda stem, middle, ending: (stem + middle + ending).encode(),
    st.sampled_from(STEMS), st.sampled_from(MIDDLES), st.sampled_from(ENDINGS),
)  # fmt: skip


def is_work(name: bytes) -> bool:
    return os.path.splitext(name)[1].lower().decode() in VIDEO_EXTENSIONS | DISC_IMAGE_EXTENSIONS


@given(st.sets(NAMES, min_size=1, max_size=25), st.booleans())
def test_whatever_lies_beside_it_only_companions_of_a_video_are_found(names: set[bytes], films: bool) -> None:
    entries = tuple(Entry(name, Proof(1, number, 1, 1, 1)) for number, name in enumerate(sorted(names)))
    folder = Folder(b"/v", entries, frozenset(filter(is_work, names)))
    for companion in companions_in(folder, films=films):
        name = os.path.basename(companion.path)
        assert not is_work(name) and kind_of(name) is not None
        assert companion.claim.owners and companion.claim.owners <= folder.videos
        assert may_belong(companion.path, [b"/v/" + owner for owner in companion.claim.owners])
        plain = unicodedata.normalize("NFC", name.decode()).casefold()
        for owner in companion.claim.owners:
            stem = unicodedata.normalize("NFC", os.path.splitext(owner)[0].decode()).casefold()
            assert (
                plain.startswith(stem) and " 3" not in plain[len(stem) :] and "x7" not in plain[len(stem) :]
            )


# What may go with Film.mkv, said in another way than the rule says it.
_TRACK = {".en", ".pt-BR.forced", ".de.sdh"}
GOES = {
    **{key: {"", *_TRACK} for key in [".srt", ".ass", ".sup", ".mka", ".ac3"]},
    **dict.fromkeys([".flac", ".mp3", ".opus"], _TRACK),
    **{key: {"", "-poster", "-fanart1"} for key in [".jpg", ".png"]},
    ".nfo": {""},
    ".bif": {"", "-320-10"},
}
NEAR = [
    "", ".en", ".pt-BR.forced", ".de.sdh", "-poster", "-fanart1", "-320-10", " 3", ".3", ".x7", " - Resurrection", "s",
    ".part", "-trailer", " 2.en", ".2", " (1)", ".Pan", ".mkv.!qb", ".CD2",
]  # fmt: skip
NEIGHBOURS = st.builds(
    lambda middle, ending: ("Film", middle, ending),
    st.sampled_from(NEAR),
    st.sampled_from(sorted({*ENDINGS, *GOES, ".wtv", ".dmg", ".aria2", ".xml", ".edl"})),
)  # fmt: skip


@given(st.sets(NEIGHBOURS, max_size=15), st.sampled_from([Op.ARCHIVE, Op.MOVE]), st.booleans())
def test_no_file_outside_the_rule_is_ever_planned_to_move(
    neighbours: set[tuple[str, str, str]], op: Op, offer: bool
) -> None:
    names = {"".join(each).encode(): each for each in neighbours} | {b"Film.mkv": ("Film", "", ".mkv")}
    entries = tuple(Entry(name, Proof(1, 100 + number, 9, 1, 1)) for number, name in enumerate(sorted(names)))
    works = frozenset(filter(is_work, names))
    folders = {
        b"/v/a": Folder(b"/v/a", entries, works),
        b"/v/b": Folder(b"/v/b", (), frozenset({b"Kept.mkv"})),
    }
    loser, keeper = (
        FileFacts(
            number, (path,), Proof(1, number, 1000, 1, 1, sample="ab" * 16), content="aa", root=b"/v",
            archive=b"/v/.archive", kind=Kind.MOVIE,
        )
        for number, path in ((1, b"/v/a/Film.mkv"), (2, b"/v/b/Kept.mkv"))
    )  # fmt: skip
    group = DecidedGroup(1, (2,), (1,), frozenset({EvidenceKind.EXACT}))
    wishes = PlanOptions(date="2030-01-02", op=op, into=b"/into", offer_sidecars=offer)
    plan = make_plan([group], Facts({1: loser, 2: keeper}, folders), wishes)
    film, *others = plan.steps
    assert film.path == b"/v/a/Film.mkv"
    for step in others:
        _, middle, ending = names[os.path.basename(step.path)]
        assert not step.is_video and middle in GOES.get(ending, ()), step.path
    # The plain case is still done: nobody else is called Film.
    if not any(
        middle == "" and ending != ".mkv" and is_work(b"x" + ending.encode())
        for _, middle, ending in neighbours
    ):
        stems = {os.path.splitext(name)[0] for name in works}
        for name, (_, middle, ending) in names.items():
            longer = any(name.startswith(stem) for stem in stems if stem != b"Film")
            if middle in GOES.get(ending, ()) and not longer and not is_work(name):
                assert name in {os.path.basename(step.path) for step in others}, name
    named = {os.path.basename(each.path) for each in plan.left}
    assert named == {name for name in names if name not in works} - {
        os.path.basename(step.path) for step in others
    }


@given(st.binary(min_size=1, max_size=80).filter(lambda name: b"/" not in name and b"\0" not in name))
def test_any_bytes_are_answered(name: bytes) -> None:
    videos = Videos([b"Film.mkv", name])
    for within in ((), (b"Subs",), (name,), (b"Subs", name)):
        found = videos.claim(name, within)
        assert found is None or kind_of(name) in CompanionKind


DISCS = [
    ("Film DVD/VIDEO_TS.VOB", ["VIDEO_TS.VOB", "VIDEO_TS.IFO"], True),
    ("Film DVD/VTS_01_1.VOB", ["VTS_01_1.VOB", "VTS_01_0.IFO"], True),
    ("Film DVD/vts_01_2.vob", ["vts_01_1.vob", "vts_01_2.vob"], True),
    ("Film/film.vob", ["film.vob", "film.ifo"], True),
    ("Film/film.vob", ["film.vob", "film.srt"], False),
    ("Film/VTS_01_1.VOB", ["VTS_01_1.VOB"], False),
    ("Film/VIDEO_TS/VTS_01_1.VOB", [], True),
    ("Film/BDMV/STREAM/00001.m2ts", [], True),
    ("Film/BDMV/STREAM/SSIF/00001.ssif", [], True),
    ("Film/STREAM/00001.m2ts", [], True),
    ("Film/00001.m2ts", ["00001.m2ts", "00002.m2ts"], True),
    ("Film/00001.m2ts", ["00001.m2ts", "00001.clpi"], True),
    ("Film/00001.m2ts", ["00001.m2ts"], False),
    ("Camera/00001.MTS", ["00001.MTS", "00002.MTS"], False),
    ("PRIVATE/AVCHD/BDMV/STREAM/00001.MTS", [], True),
    ("Film/HVDVD_TS/FEATURE_1.EVO", [], True),
    ("Rec/VR_MOVIE.VRO", ["VR_MOVIE.VRO", "VR_MANGR.IFO"], True),
    ("Stream/Film.mkv", ["Film.mkv"], False),
]


@pytest.mark.parametrize(
    ("path", "beside", "expected"), DISCS, ids=[f"{row[0]}-{len(row[1])}" for row in DISCS]
)
def test_pieces_of_discs(path: str, beside: list[str], expected: bool) -> None:
    assert discs.is_part(b"/v/" + path.encode(), [name.encode() for name in beside]) is expected


@pytest.mark.parametrize(
    ("path", "said", "number"),
    [
        (b"/v/A/CD1/film.avi", None, 1),
        (b"/v/A/Disc 2/film.avi", None, 2),
        (b"/v/A/Part B/film.avi", None, 2),
        (b"/v/A/film.cd1.avi", 1, 1),
        (b"/v/A/film.avi", None, None),
        (b"/v/Disco Fever/film.avi", None, None),
        (b"/v/Part 1 of many/film.avi", None, None),
    ],
)
def test_numbers_of_parts(path: bytes, said: int | None, number: int | None) -> None:
    assert parts.number(path, ReleaseName(part=said)) == number
