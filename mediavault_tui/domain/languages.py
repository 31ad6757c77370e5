"""Words that name a language in file names: codes, and names in English and in the language itself."""

from collections.abc import Sequence

# ISO 639-1 with the three-letter codes and names that file names use. Source: the ISO 639-2 code list; the codes
# for varieties (`pob`, `chs`, `spl`, `ea`) are those of OpenSubtitles, Bazarr and Subtitle Edit.
LANGUAGES: dict[str, str] = {
    word: code
    for code, words in {
        "af": "afr afrikaans", "sq": "alb sqi albanian", "am": "amh amharic", "ar": "ara arabic",
        "hy": "arm hye armenian", "az": "aze azerbaijani", "eu": "baq eus basque euskara", "be": "bel belarusian",
        "bn": "ben bengali", "bs": "bos bosnian", "bg": "bul bulgarian", "my": "bur mya burmese",
        "ca": "cat catalan català", "zh": "chi zho chinese chs cht zht zhs zhe mandarin cantonese 中文 简体 繁體",
        "hr": "hrv croatian hrvatski", "cs": "cze ces czech čeština cesky", "da": "dan danish dansk",
        "nl": "dut nld dutch nederlands flemish", "en": "eng english", "eo": "epo esperanto",
        "et": "est estonian eesti", "fa": "per fas persian farsi", "fil": "filipino tagalog tgl tl",
        "fi": "fin finnish suomi", "fr": "fre fra french français francais vf vff vfq vostfr",
        "gl": "glg galician", "ka": "geo kat georgian", "de": "ger deu german deutsch",
        "el": "gre ell greek ελληνικά", "gu": "guj gujarati", "he": "heb hebrew iw עברית", "hi": "hin hindi",
        "hu": "hun hungarian magyar", "is": "ice isl icelandic", "id": "ind indonesian",
        "ga": "gle irish", "it": "ita italian italiano", "ja": "jpn japanese jap 日本語", "kn": "kan kannada",
        "kk": "kaz kazakh", "km": "khm khmer", "ko": "kor korean 한국어", "lo": "lao", "la": "lat latin",
        "lv": "lav latvian", "lt": "lit lithuanian", "mk": "mac mkd macedonian", "ms": "may msa malay",
        "ml": "mal malayalam", "mr": "mar marathi", "mn": "mon mongolian", "ne": "nep nepali",
        "no": "nor norwegian norsk nb nob nn nno bokmål", "pa": "pan punjabi", "pl": "pol polish polski",
        "pt": "por portuguese português portugues pob ptbr",
        "ro": "rum ron romanian română", "ru": "rus russian русский", "sr": "srp serbian srpski",
        "si": "sin sinhala", "sk": "slo slk slovak", "sl": "slv slovenian", "so": "som somali",
        "es": "spa spanish español espanol castellano spl spn ea", "sw": "swa swahili",
        "sv": "swe swedish svenska", "ta": "tam tamil", "te": "tel telugu", "th": "tha thai",
        "tr": "tur turkish türkçe turkce", "uk": "ukr ukrainian українська", "ur": "urd urdu", "uz": "uzb uzbek",
        "vi": "vie vietnamese", "cy": "wel cym welsh", "yi": "yid yiddish", "zu": "zul zulu",
    }.items()
    for word in (code, *words.split())
}  # fmt: skip

SCRIPTS_AND_AREAS = frozenset({"hans", "hant", "latn", "cyrl", "arab", "419"})
"""What may stand behind a language beside a country's two letters: `zh-Hans`, `sr-Latn`, `es-419`."""
VARIETIES = frozenset(
    {
        "brazilian", "brasil", "brazil", "european", "latin", "american", "latinoamericano", "latino", "castilian",
        "canadian", "quebec", "parisian", "simplified", "traditional", "british", "uk", "us", "usa", "swiss",
        "austrian", "mexican", "iberian", "hongkong", "taiwan", "cyrillic", "mainland",
    }
)  # fmt: skip
"""Words that say which kind of a language: `Brazilian.por`, `Chinese (Simplified)`."""


def language_codes(words: Sequence[str]) -> list[str]:
    """ISO 639-1 codes of the words that name a language, in order, without repeats."""
    return list(dict.fromkeys(LANGUAGES[word.lower()] for word in words if word.lower() in LANGUAGES))
