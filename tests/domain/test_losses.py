"""What archiving a copy would lose: every kind, one track of one copy at a time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediavault_tui.domain.media import (
    AudioTrack,
    Chapter,
    MediaInfo,
    SoundKind,
    SubtitleTrack,
    TextKind,
    VideoTrack,
)
from mediavault_tui.domain.quality import (
    AudioEvidence,
    AudioSimilarity,
    Copy,
    covered,
    says_burned_in,
    with_named_language,
    would_lose,
)
from mediavault_tui.domain.track_purpose import sound_kind, text_kind


def sound(
    language: str | None = "en", channels: int | None = 2, codec: str = "AAC", **more: Any
) -> AudioTrack:
    return AudioTrack(codec, channels, language=language, **more)


def text(language: str | None = "en", **more: Any) -> SubtitleTrack:
    return SubtitleTrack(more.pop("format", "SRT"), language, **more)


def picture(**more: Any) -> VideoTrack:
    return VideoTrack(codec="H.264", width=1280, height=720, **more)


def copy(number: int, *audio: AudioTrack, burned_in: bool = False, **media: Any) -> Copy:
    return Copy(number, MediaInfo(**{"video": picture(), "audio": audio} | media), burned_in=burned_in)


def words(loser: Copy, *keepers: Copy, sounds: AudioEvidence | None = None) -> list[str]:
    return [loss.words for loss in would_lose(loser, keepers, sounds)]


def texts(number: int, *subtitles: SubtitleTrack, **more: Any) -> Copy:
    return copy(number, sound(), subtitles=subtitles, **more)


CASES: list[tuple[Copy, list[Copy], list[str]]] = [
    # one track of one copy must be as good in everything
    (copy(1, sound("de", 6)), [copy(2, sound("en", 6), sound("de", 2))], ["German 5.1 sound"]),
    (copy(1, sound("de", 6)), [copy(2, sound("en", 6)), copy(3, sound("de", 2))], ["German 5.1 sound"]),
    (copy(1, sound("de"), sound("en")), [copy(2, sound("en")), copy(3, sound("de"))], []),
    (copy(1, sound("de", 2)), [copy(2, sound("de", 6))], []),
    (copy(1, sound("en", 2)), [copy(2, sound("en", 1))], ["English stereo sound"]),
    (copy(1, sound("en", 6, "FLAC")), [copy(2, sound("en", 6))], ["English lossless sound (FLAC)"]),
    (copy(1, sound("en", 6, "FLAC")), [copy(2, sound("en", 6), sound("en", 2, "FLAC"))],
    ["English lossless sound (FLAC)"]),
    (copy(1, sound("en", 6, "PCM")), [copy(2, sound("en", 8, "DTS-HD Master Audio"))], []),
    (
        copy(1, sound("en", 8, "Dolby TrueHD with Dolby Atmos")),
        [copy(2, sound("en", 8, "DTS-HD Master Audio"))],
        ["English object sound (Dolby TrueHD with Dolby Atmos)"],
    ),
    (
        copy(1, sound("en", 8, "Dolby TrueHD with Dolby Atmos")),
        [copy(2, sound("en", 8, "Dolby Digital Plus with Dolby Atmos"))],
        ["English lossless sound (Dolby TrueHD with Dolby Atmos)"],
    ),
    (copy(1, sound("en", 6, "DTS-HD High Resolution Audio")), [copy(2, sound("en", 6, "DTS"))], []),
    (copy(1, sound(), sound(commentary=True)), [copy(2, sound())], ["English commentary"]),
    (copy(1, sound(), *[sound(commentary=True)] * 2), [copy(2, sound(), sound(commentary=True))],
    ["English commentary"]),
    (copy(1, sound(), *[sound(commentary=True)] * 3), [copy(2, sound(), sound(commentary=True))],
    ["English 2 × commentary"]),
    (copy(1, sound(), sound(description=True)), [copy(2, sound(), sound())], ["English audio description"]),
    (copy(1, sound()), [copy(2, sound(description=True))], ["English audio"]),
    (copy(1, sound(), sound(None, other=True)), [copy(2, sound())], ["other sound (score, sing-along or the like)"]),
    (copy(1, sound("ru", external=True), sound()), [copy(2, sound())], ["Russian audio"]),
    (copy(1, sound()), [copy(2)], ["sound", "English audio"]),
    (copy(1, sound(None)), [copy(2)], ["sound"]),
    # subtitles of each kind stand for themselves
    (texts(1, text()), [texts(2, text(forced=True))], ["English subtitles"]),
    (texts(1, text()), [texts(2, text(signs=True))], ["English subtitles"]),
    (texts(1, text()), [texts(2, text(hearing_impaired=True))], ["English subtitles"]),
    (texts(1, text(hearing_impaired=True)), [texts(2, text())], ["English subtitles for the hard of hearing"]),
    (texts(1, text("ja", signs=True)), [texts(2, text("ja"))], ["Japanese signs and songs"]),
    (texts(1, text(commentary=True)), [texts(2, text())], ["English subtitles of a commentary"]),
    (texts(1, text("fr", external=True)), [texts(2, text("fr"))], []),
    (texts(1, text(None, forced=True)), [texts(2)], ["forced subtitles of unknown language"]),
    # the picture
    (copy(1, video=picture(hdr=("HDR10",))), [copy(2, video=picture(hdr=("Dolby Vision",)))],
     ["HDR10", "a picture for displays without Dolby Vision"]),
    (copy(1, video=picture(hdr=("Dolby Vision",))), [copy(2, video=picture(hdr=("Dolby Vision", "HDR10")))], []),
    (copy(1), [copy(2, video=picture(hdr=("Dolby Vision",)))], ["a picture for displays without Dolby Vision"]),
    (copy(1, video=picture(stereo="side by side")), [copy(2)], ["the 3D picture"]),
    (copy(1), [copy(2, video=picture(stereo="side by side"))], ["the 2D picture"]),
    (copy(1, video=picture(bit_depth=10)), [copy(2, video=picture(interlaced=True))], []),
    (copy(1), [copy(2, burned_in=True)], ["a picture without burned-in subtitles"]),
    (copy(1, burned_in=True), [copy(2)], []),
    # what belongs to the whole
    (copy(1, chapters=(Chapter(0), Chapter(60))), [copy(2)], ["chapters"]),
    (copy(1, chapters=(Chapter(0),)), [copy(2)], []),
    (texts(1, text(format="ASS"), fonts=("a.ttf", "b.ttf")), [texts(2, text())], ["2 fonts of the subtitles"]),
    (texts(1, text(), fonts=("a.ttf",)), [texts(2, text())], []),
    (texts(1, text(format="ASS"), fonts=("a.ttf",)), [texts(2, text(format="ASS"), fonts=("c.otf",))], []),
]  # fmt: skip


@pytest.mark.parametrize(("loser", "keepers", "expected"), CASES)
def test_what_would_be_lost(loser: Copy, keepers: list[Copy], expected: list[str]) -> None:
    assert words(loser, *keepers) == expected


def heard(likeness: AudioSimilarity, at: int = 0, there: int = 0) -> AudioEvidence:
    return AudioEvidence({((1, at), (2, there)): likeness})


@pytest.mark.parametrize(
    ("ours", "theirs", "sounds", "expected"),
    [
        (None, None, AudioEvidence(), ["sound of unknown language"]),
        (None, "en", AudioEvidence(), ["sound of unknown language"]),
        ("en", None, AudioEvidence(), ["English audio"]),
        ("en", "en", AudioEvidence(), []),
        (None, None, heard(AudioSimilarity.SAME), []),
        (None, "en", heard(AudioSimilarity.SAME), []),
        ("en", None, heard(AudioSimilarity.SAME), []),
        (None, None, heard(AudioSimilarity.UNSURE), ["sound of unknown language"]),
        (None, None, heard(AudioSimilarity.DIFFERENT), ["another sound track (language unknown)"]),
        (None, "en", heard(AudioSimilarity.DIFFERENT), ["another sound track (language unknown)"]),
        ("en", "en", heard(AudioSimilarity.DIFFERENT), ["another sound track (tagged English)"]),
        ("en", "en", heard(AudioSimilarity.UNSURE), []),
        ("de", "en", heard(AudioSimilarity.DIFFERENT), ["German audio"]),
    ],
)
def test_what_was_heard_decides_before_the_tags(
    ours: str | None, theirs: str | None, sounds: AudioEvidence, expected: list[str]
) -> None:
    assert words(copy(1, sound(ours)), copy(2, sound(theirs)), sounds=sounds) == expected


def test_each_claim_names_the_copy_it_rests_on() -> None:
    english, german, spare = copy(2, sound("en")), copy(3, sound("de")), copy(4)
    assert covered(copy(1, sound("en"), sound("de")), [english, german, spare]).rests_on == {2, 3}
    assert covered(copy(1, sound("en")), [english, german]).rests_on == {2}


def test_the_same_content_loses_nothing_whatever_is_known_of_it() -> None:
    ours = Copy(1, MediaInfo(audio=(sound(None),)), size=5, content=b"x")
    assert would_lose(ours, [Copy(2, size=5, content=b"x")], AudioEvidence()) == ()


@pytest.mark.parametrize(
    ("name", "languages", "expected"),
    [
        ("Film.2010.FRENCH.720p.mkv", ("fr",), "fr"),
        ("Film.2010.German.DL.mkv", ("de",), None),
        ("Film.2010.MULTi.mkv", ("mul",), None),
        ("Film.2010.ITA.ENG.mkv", ("it", "en"), None),
        ("Film.2010.mkv", (), None),
    ],
)
def test_the_name_speaks_for_one_untagged_track(
    name: str, languages: tuple[str, ...], expected: str | None
) -> None:
    one = MediaInfo(audio=(sound(None), sound("en", commentary=True)))
    assert with_named_language(one, languages, name).audio[0].language == expected
    two = MediaInfo(audio=(sound(None), sound(None)))
    assert with_named_language(two, languages, name) == two
    tagged = MediaInfo(audio=(sound("en"),))
    assert with_named_language(tagged, languages, name) == tagged


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Film.2010.DANiSH.720p.mkv", "da"),
        ("Film (2010) Turkish.mkv", "tr"),
        ("The.Danish.Girl.2015.720p.mkv", None),
        ("Film.2010.Danish.Finnish.mkv", None),
        ("Film.Danish.mkv", None),
    ],
)
def test_a_language_written_out_behind_the_year_counts(name: str, expected: str | None) -> None:
    assert with_named_language(MediaInfo(audio=(sound(None),)), (), name).audio[0].language == expected


def test_what_nobody_could_look_into_is_not_worthless() -> None:
    dark = Copy(1, MediaInfo(damage="not a video: no known container format"))
    assert words(dark, copy(2, sound())) == [
        "unknown: nobody can tell what is in it (not a video: no known container format)"
    ]
    cut = Copy(1, MediaInfo(container="Matroska", damage="truncated"))
    assert words(cut, copy(2, sound())) == []


@pytest.mark.parametrize(
    ("name", "has_subtitles", "expected"),
    [
        ("Film.2010.HC.1080p.WEBRip.mkv", False, True),
        ("Film.2010.1080p.HCSUBS.mkv", True, True),
        ("Film.2010.KORSUB.1080p.mkv", False, True),
        ("Film (2010) Hardcoded.mp4", False, True),
        ("Film.2010.Hardsub.mkv", False, True),
        ("Film.2010.VOSTFR.720p.mkv", False, True),
        ("Film.2010.VOSTFR.720p.mkv", True, False),
        ("Film.2010.SWESUB.720p.mkv", False, True),
        ("Film.2010.SWESUB.720p.mkv", True, False),
        ("Film.2010.NoSubs.720p.mkv", False, False),
        ("HCl The Acid (2010).mkv", False, False),
        ("The Hard Way (1991).mkv", False, False),
    ],
)
def test_names_say_that_subtitles_are_burned_in(name: str, has_subtitles: bool, expected: bool) -> None:
    assert says_burned_in(name, has_subtitles=has_subtitles) is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        *((each, SoundKind.COMMENTARY) for each in (
            "Commentary", "Director's Commentary", "Cast commentaries", "Audiokommentar mit Regisseur",
            "Regiekommentar",
            "Commentaire audio", "Comentario del director", "Comentário em áudio", "Commento del regista",
            "Комментарии режиссёра", "Komentarz reżysera", "Komentář režiséra", "Audiocommentaar",
            "オーディオコメンタリー",
            "评论音轨", "導演評論音軌", "코멘터리", "Yönetmen yorumu",
        )),
        *((each, SoundKind.DESCRIPTION) for each in (
            "Audio Description", "English (AD)", "Descriptive Audio", "Described Video", "Audiodeskription",
            "Hörfilmfassung",
            "Audiodescription", "Audiodescripción", "Audiodescrizione", "Audiodescrição", "Тифлокомментарий",
            "Audiodeskrypcja",
            "Syntolkning", "音声ガイド", "口述影像", "화면해설", "Sesli Betimleme", "Audio description commentary",
        )),
        *((each, SoundKind.OTHER) for each in (
            "Isolated Score", "Music Only", "Sing-Along", "RiffTrax", "Karaoke", "Music & Effects", "カラオケ",
        )),
        *((each, SoundKind.MAIN) for each in (
            None, "", "English 5.1", "Deutsch", "Surround", "Original", "Stereo", "DTS-HD MA 7.1", "Adam",
            "日本語", "Русский",
        )),
    ],
)  # fmt: skip
def test_names_of_audio_tracks(title: str | None, expected: SoundKind) -> None:
    assert sound_kind(title) is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        *((each, TextKind.FORCED) for each in (
            "Forced", "English (Forced)", "Foreign parts only", "Erzwungen", "Forcés", "Français forcé",
            "Forzados", "Forzati",
            "Forçadas", "Форсированные", "Wymuszone", "Vynucené", "Gedwongen", "強制", "强制字幕", "강제",
            "Zorunlu", "Tvungen",
        )),
        *((each, TextKind.SIGNS) for each in (
            "Signs & Songs", "Signs/Songs", "Signs", "S&S Signs and Songs", "Schilder", "Schilder & Lieder",
            "Panneaux",
            "Carteles", "Cartelli", "Letreiros", "Надписи", "Napisy ekranowe", "看板", "Karaoke",
        )),
        *((each, TextKind.SDH) for each in (
            "SDH", "English [SDH]", "English (CC)", "Closed Captions", "Hearing Impaired", "Hörgeschädigte",
            "Für Hörgeschädigte",
            "Gehörlose", "Sourds et malentendants", "Sordos", "Non udenti", "Sordomuti", "Surdos",
            "для слабослышащих",
            "Niesłyszący", "Slechthorenden", "Hørehæmmede", "聴覚障害者用", "听障", "청각장애인용", "İşitme engelli",
        )),
        *((each, TextKind.COMMENTARY) for each in ("Commentary", "Kommentar", "Commentaire", "コメンタリー")),
        *((each, TextKind.FULL) for each in (
            None, "English", "Full", "Full + Signs", "Dialogue & Signs", "Deutsch (komplett, mit Schildern)",
            "Français", "简体",
            "Vollständig", "Complete subtitles", "Not forced",
        )),
    ],
)  # fmt: skip
def test_names_of_subtitle_tracks(title: str | None, expected: TextKind) -> None:
    assert text_kind(title) is expected


_CODE = st.sampled_from([None, "en", "de"])
_SOUNDS = st.builds(
    AudioTrack,
    st.sampled_from(["AAC", "FLAC", "Dolby Digital Plus with Dolby Atmos"]),
    st.sampled_from([None, 1, 2, 6]),
    language=_CODE,
    commentary=st.booleans(),
    description=st.booleans(),
)
_TEXTS = st.builds(
    SubtitleTrack, st.sampled_from(["SRT", "ASS"]), _CODE, forced=st.booleans(), signs=st.booleans()
)
_MEDIA = st.builds(
    MediaInfo,
    video=st.one_of(
        st.none(),
        st.builds(
            VideoTrack,
            codec=st.just("H.264"),
            width=st.just(64),
            height=st.just(48),
            hdr=st.sampled_from([(), ("HDR10",), ("Dolby Vision",), ("Dolby Vision", "HDR10")]),
            stereo=st.sampled_from([None, "side by side"]),
        ),
    ),
    audio=st.lists(_SOUNDS, max_size=3).map(tuple),
    subtitles=st.lists(_TEXTS, max_size=3).map(tuple),
    chapters=st.sampled_from([(), (Chapter(0), Chapter(9))]),
    fonts=st.sampled_from([(), ("a.ttf",)]),
    damage=st.sampled_from([None, None, None, "truncated"]),
)
_PLACE = st.integers(0, 2)
_LIKENESS = st.lists(
    st.tuples(
        st.tuples(st.tuples(st.just(0), _PLACE), st.tuples(st.integers(1, 2), _PLACE)),
        st.sampled_from(AudioSimilarity),
    ),
    max_size=5,
).map(dict)


@given(_MEDIA, _LIKENESS)
def test_nothing_is_lost_to_itself(one: MediaInfo, likeness: dict[Any, AudioSimilarity]) -> None:
    assert would_lose(Copy(0, one), [Copy(0, one)], AudioEvidence(likeness)) == ()


@given(_MEDIA, _MEDIA, _MEDIA, _LIKENESS)
def test_one_more_copy_that_stays_never_makes_a_loss(
    ours: MediaInfo, one: MediaInfo, other: MediaInfo, likeness: dict[Any, AudioSimilarity]
) -> None:
    sounds, loser, kept = AudioEvidence(likeness), Copy(0, ours), Copy(1, one)
    alone = covered(loser, [kept], sounds)
    for both in ([kept, Copy(2, other)], [Copy(2, other), kept]):
        together = covered(loser, both, sounds)
        assert together.losses == () or alone.losses != ()


@given(_MEDIA, _MEDIA, _LIKENESS)
def test_what_a_claim_rests_on_covers_it_alone(
    ours: MediaInfo, one: MediaInfo, likeness: dict[Any, AudioSimilarity]
) -> None:
    sounds, loser, keepers = AudioEvidence(likeness), Copy(0, ours), [Copy(1, one), Copy(2, ours)]
    found = covered(loser, keepers, sounds)
    needed = [each for each in keepers if each.id in found.rests_on]
    if needed and not found.losses:
        assert covered(loser, needed, sounds).losses == ()


@given(_MEDIA, _MEDIA)
def test_unheard_sound_of_unknown_language_is_never_covered(ours: MediaInfo, kept: MediaInfo) -> None:
    unknown = any(track.language is None and track.kind is SoundKind.MAIN for track in ours.audio)
    if unknown and any(track.kind is SoundKind.MAIN for track in kept.audio):
        assert would_lose(Copy(0, ours), [Copy(1, kept)], AudioEvidence())
