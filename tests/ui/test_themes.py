"""Themes: every packaged one is whole and legible; a wrong one of the user's says what is wrong."""

from pathlib import Path

import pytest
from textual.color import Color

from mediavault_tui.errors import ConfigError
from mediavault_tui.ui import themes
from mediavault_tui.ui.themes import ROLES

PACKAGED, _ = themes.load_all(Path("/nonexistent"))
READ_ON = ("background", "surface", "panel")
READ = ("text", "muted", "accent", "accent2", "marked", "match", "good", "warning", "bad")


def test_what_is_packaged() -> None:
    assert {"harbour", "contrast", "sixteen"} <= PACKAGED.keys()
    assert len(PACKAGED) >= 4
    assert PACKAGED["sixteen"].ansi
    assert any(not theme.dark for theme in PACKAGED.values())


@pytest.mark.parametrize("key", [key for key, theme in PACKAGED.items() if not theme.ansi])
def test_text_stands_out(key: str) -> None:
    # WCAG 2.1, 1.4.3: 4.5 : 1 for text (3 : 1 for what is of lesser weight); 1.4.6: 7 : 1 for high contrast.
    roles = {role: Color.parse(colour) for role, colour in PACKAGED[key].roles.items()}
    least = 7.0 if key == "contrast" else 4.5
    for behind in READ_ON:
        for role in READ:
            wanted = 3.0 if role == "muted" and key != "contrast" else least
            assert contrast(roles[role], roles[behind]) >= wanted, (role, behind)
    assert contrast(roles["cursor_text"], roles["cursor"]) >= least


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.1 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Color) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def write(folder: Path, **changes: str | None) -> Path:
    roles = {**PACKAGED["harbour"].roles, **changes}
    lines = [f'  {role}: "{colour}"' for role, colour in roles.items() if colour is not None]
    file = folder / "mine.yaml"
    file.write_text("\n".join(["name: Mine", "about: my own", "roles:", *lines]))
    return file


def test_own_theme(tmp_path: Path) -> None:
    write(tmp_path, accent="#ff00ff")
    found, wrong = themes.load_all(tmp_path)
    assert not wrong
    assert found["mine"].roles["accent"] == "#ff00ff"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"acent": "#ffffff"}, "unknown role `acent`"),
        ({"accent": "purplish"}, "'purplish' is no colour"),
        ({"accent": None}, "no colour for accent"),
    ],
)
def test_wrong_own_theme_is_left_out_and_told(
    tmp_path: Path, changes: dict[str, str | None], message: str
) -> None:
    write(tmp_path, **changes)
    found, wrong = themes.load_all(tmp_path)
    assert "mine" not in found
    assert message in wrong[0].message


@pytest.mark.parametrize(
    ("wanted", "colours", "picked"),
    [
        ("auto", "truecolor", "harbour"),
        ("auto", "256", "harbour"),
        ("auto", "standard", "sixteen"),
        ("auto", None, "sixteen"),
        ("paper", "standard", "paper"),
    ],
)
def test_pick(wanted: str, colours: str | None, picked: str) -> None:
    assert themes.pick(wanted, PACKAGED, colours) == picked


def test_unknown_theme_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as raised:
        themes.pick("harbor", PACKAGED, "truecolor")
    assert raised.value.remedy == "Did you mean `harbour`?"


def test_roles_are_explained() -> None:
    assert all(about for about in ROLES.values())
