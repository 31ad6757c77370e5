"""The line one types in."""

from textual import events
from textual.widgets import Input


class Line(Input):
    """An input that takes keys strictly in their order.

    Letters are taken by the widget itself, editing keys by way of the app; when several arrive together, as
    over a slow link, the letters would overtake the backspace typed before them.
    """

    async def _on_key(self, event: events.Key) -> None:
        bound = self._bindings.key_to_bindings.get(event.key)
        if bound and not event.is_printable:
            event.stop()
            event.prevent_default()
            await self.run_action(bound[0].action)
            return
        await super()._on_key(event)
