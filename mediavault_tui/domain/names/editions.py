"""What a name claims in notations guessit does not know: stereo pictures, editions, discs, other titles."""

import re

_STEREO = re.compile(
    r"(?<![a-z0-9])(?:3d|(?:h|half|f|full)[\s._\-]?(?:sbs|ou|tab))(?![a-z0-9])", re.IGNORECASE
)


def three_d(text: str, title: str | None) -> bool:
    """`3D`, `HSBS`, `Half-OU`, `H-SBS` anywhere but in the title (`Saw 3D`); a bare `SBS` is a broadcaster."""
    return len(_STEREO.findall(text)) > len(_STEREO.findall(title or ""))


_EDITION = re.compile(
    r"(?<![^\W_])(despeciali[sz]ed)(?![^\W_])"
    r"|(?:19|20)\d\d[\s._)\]\-]+(?:.*[\s._\-])?([A-Z][a-z']+[\s._](?:Cut|Edition))(?![^\W_])"
)


def edition(text: str) -> str | None:
    """`Star Wars Despecialized`, and what calls itself a cut behind the year: `X-Men 2014 Rogue Cut`."""
    m = _EDITION.search(text) or _EDITION.search(text.casefold())
    if m is None:
        return None
    return "Despecialized" if m[1] else re.sub(r"[._]", " ", m[2])


_DISC = re.compile(r"(?<![a-z0-9])dis[ck][\s._\-]?(\d{1,2})(?![^\W_])", re.IGNORECASE)


def disc(text: str) -> int | None:
    """`Film.2001.disc1`, `Film - Disk 2`."""
    m = _DISC.search(text)
    return int(m[1]) if m else None


def is_claim(text: str) -> bool:
    """Whether a text guessit takes for another title is one of these claims, or a volume."""
    named = r".*\b(?:Cut|Edition)|Vol(?:ume)?[\W_]*\d.*"
    return bool(_DISC.fullmatch(text.strip()) or re.fullmatch(named, text, re.IGNORECASE))


_ALIAS = re.compile(r"^(.*\w\W?)[\s._(]+a\.?k\.?a\.?[\s._]+(\w.*?)\)?$", re.IGNORECASE)


def split_alias(title: str) -> tuple[str, str | None]:
    """`Run Lola Run AKA Lola Rennt`: the title and its other one; a title that begins with `AKA` is whole."""
    m = _ALIAS.match(title)
    return (m[1].strip(), m[2].strip()) if m else (title, None)
