"""The command palette: every action that works here, found by its words."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from mediavault_tui.ui.actions import PLACES, Action
from mediavault_tui.ui.widgets.bars import live_actions, shown_key

if TYPE_CHECKING:
    from mediavault_tui.ui.app import VaultApp


class ActionCommands(Provider):
    """The table of actions, as commands."""

    @property
    def _vault_app(self) -> "VaultApp":
        return cast("VaultApp", self.app)

    def _entries(self) -> list[tuple[str, Action]]:
        live = [action for action in live_actions(self.screen).values() if action.where != "list"]
        return [(f"{PLACES[action.where]}: {action.help}", action) for action in live]

    def _keys(self, action: Action) -> str:
        return "key: " + " ".join(map(shown_key, self._vault_app.keys_of(action)))

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for text, action in self._entries():
            yield DiscoveryHit(text, partial(self._vault_app.run_by_id, action.id), help=self._keys(action))

    async def search(self, query: str) -> Hits:
        """What fits the query."""
        matcher = self.matcher(query)
        for text, action in self._entries():
            score = matcher.match(f"{text} {action.id}")
            if score > 0:
                yield Hit(
                    score, matcher.highlight(text), partial(self._vault_app.run_by_id, action.id),
                    help=self._keys(action),
                )  # fmt: skip
