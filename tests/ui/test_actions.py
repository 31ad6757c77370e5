"""One table of keys: nothing means two things at one place, and the user's own keys are checked."""

import re

import pytest
from textual.keys import Keys

from mediavault_tui.errors import ConfigError
from mediavault_tui.ui import actions
from mediavault_tui.ui.actions import ACTIONS, BY_ID, PLACES, key_list, keymap


def test_every_row_has_its_own_id_a_known_place_and_words() -> None:
    assert len(BY_ID) == len(ACTIONS)
    for action in ACTIONS:
        assert action.where in PLACES
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", action.id)
        assert action.label
        assert action.help[0].isupper()
        assert not action.help.endswith(".")


def test_no_key_means_two_things_at_one_place() -> None:
    for place in PLACES:
        keys = [key for action in ACTIONS if action.where == place for key in key_list(action.keys)]
        assert len(keys) == len(set(keys)), place


def test_no_screen_takes_a_key_that_works_everywhere() -> None:
    everywhere = {key for action in ACTIONS if action.where == "go" for key in key_list(action.keys)}
    for action in ACTIONS:
        if action.where not in {"go", "bulk", "filter"}:
            assert not everywhere & set(key_list(action.keys)), action.id


def test_lists_move_with_vim_keys_and_arrows() -> None:
    assert key_list(BY_ID["list.down"].keys) == ["j", "down"]
    assert key_list(BY_ID["list.up"].keys) == ["k", "up"]
    assert Keys.Down.value == "down"


@pytest.mark.parametrize(
    ("own", "becomes"),
    [
        ({}, {}),
        ({"library.search": "ctrl+g"}, {"library.search": "ctrl+g"}),
        ({"library.search": "/, ctrl+g"}, {"library.search": "slash,ctrl+g"}),
        ({"library.search": "f", "library.filter": "/"}, {"library.search": "f", "library.filter": "slash"}),
    ],
)
def test_own_keys(own: dict[str, str], becomes: dict[str, str]) -> None:
    assert keymap(own, "config.yaml") == becomes


@pytest.mark.parametrize(
    ("own", "message", "remedy"),
    [
        ({"library.serch": "x"}, "no action `library.serch`", "Did you mean `library.search`?"),
        ({"nonsense": "x"}, "no action `nonsense`", ""),
        ({"library.search": ""}, "`library.search` has no key", "Give it one"),
        ({"library.search": "f"}, "`f` would mean both `library.search` and `library.filter`", "another key"),
        ({"library.search": "q"}, "`q` would mean both `library.search` and `go.close`", "another key"),
        ({"library.search": "j"}, "`j` would mean both `library.search` and `list.down`", "another key"),
    ],
)
def test_wrong_own_keys_are_refused(own: dict[str, str], message: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as raised:
        keymap(own, "config.yaml")
    assert message in raised.value.message
    assert remedy in raised.value.remedy


def test_bindings_carry_the_ids_that_the_keymap_goes_by() -> None:
    assert {binding.id for binding in actions.bindings("library")} == {
        action.id for action in ACTIONS if action.where == "library"
    }
