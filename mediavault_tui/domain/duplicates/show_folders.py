"""What a show's folder adds to a name: `The Office (US)/Season 1/The.Office.S01E01.mkv` is the American one."""

from functools import lru_cache

from mediavault_tui.domain.duplicates.values import Candidate
from mediavault_tui.domain.titles import normalise

# As folders write them, with the ISO 3166 code they stand for. Words of a language (`in`, `it`, `us` in
# lower case within a title) are no danger here: the word must follow the whole title of the file.
_COUNTRIES = {"us": "US", "usa": "US", "uk": "GB", "gb": "GB", "au": "AU", "nz": "NZ", "ca": "CA", "ie": "IE"}


def country(file: Candidate) -> str | None:
    """The country of a show: by the name, else by the folder that bears the show's title."""
    release = file.release
    if release.country or not release.title or not file.folders:
        return release.country
    return _country(release.title, file.folders)


@lru_cache(maxsize=4096)  # a show's episodes lie together
def _country(title: str, folders: tuple[str, ...]) -> str | None:
    words = normalise(title).words
    for folder in folders:
        told = normalise(folder).words
        if len(told) > len(words) and told[: len(words)] == words and told[len(words)] in _COUNTRIES:
            return _COUNTRIES[told[len(words)]]
    return None
