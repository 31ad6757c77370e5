"""The main screens: what each is called, and where its class is."""

from importlib import import_module

# Key order; name → (title in the bar, where the screen's class is). Imported when first opened.
MAIN_SCREENS: dict[str, tuple[str, str]] = {
    "dashboard": ("Dashboard", "dashboard:DashboardScreen"),
    "library": ("Library", "library.screen:LibraryScreen"),
    "duplicates": ("Duplicates", "duplicates.screen:DuplicatesScreen"),
    "scanner": ("Scanner", "scanner.screen:ScannerScreen"),
    "archive": ("Archive", "archive:ArchiveScreen"),
    "settings": ("Settings", "settings.screen:SettingsScreen"),
}


def import_all() -> None:
    """So that the first visit of a screen does not wait for its libraries. Blocking."""
    for _, place in MAIN_SCREENS.values():
        import_module(f"mediavault_tui.ui.screens.{place.partition(':')[0]}")
