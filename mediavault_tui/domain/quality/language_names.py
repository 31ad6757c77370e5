"""One spelling and an English name for the languages that containers and names write in many ways."""

from functools import lru_cache

from babelfish import Error, Language


@lru_cache(maxsize=1024)
def canonical(code: str | None) -> str | None:
    """One spelling for a language that containers write as `de`, `deu` or `ger`; None where it says nothing."""
    plain, dash, region = (code or "").partition("-")
    if plain.lower() in ("", "und", "mis", "mul", "zxx", "qaa"):
        return None
    language = _language(plain) if len(plain) in (2, 3) else None
    return f"{language}{dash}{region}" if language else code


def language_name(code: str) -> str:
    """The English name of an ISO 639 code, a region in brackets; the code itself if nobody knows it."""
    plain, _, region = code.partition("-")
    language = _language(plain)
    if language is None:
        return code
    name = str(language.name).split(" (")[0].split(",")[0]
    return f"{name} ({region})" if region else name


@lru_cache(maxsize=1024)
def _language(code: str) -> Language | None:
    """A language by its two-letter code, or either of its three-letter codes (`deu`, `ger`)."""
    readers = (Language.fromalpha2,) if len(code) == 2 else (Language, Language.fromalpha3b)
    for reader in readers:
        try:
            return reader(code.lower())
        except (Error, ValueError):
            continue
    return None
