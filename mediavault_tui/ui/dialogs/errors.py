"""What went wrong, and what to do about it."""

from pathlib import Path

from mediavault_tui.errors import VaultError
from mediavault_tui.ui.dialogs.ask import Answer, Ask
from mediavault_tui.ui.styling import lines, say


class ErrorDialog(Ask):
    """An error the user can do something about."""

    def __init__(self, error: VaultError) -> None:
        text = say((error.message, "text"))
        if error.remedy:
            text = lines(text, say(""), say(("What to do: ", "bold accent"), error.remedy))
        super().__init__("Operation failed", text, [Answer("ok", "OK")], kind="bad")


class BugDialog(Ask):
    """A fault of the program. The traceback is in the log."""

    def __init__(self, error: BaseException, log_file: Path) -> None:
        text = lines(
            say("This is a fault in MediaVault, not something you did. Your files are as they were."),
            say(""),
            say(("What: ", "bold accent"), f"{type(error).__name__}: {error}"),
            say(("Log:  ", "bold accent"), str(log_file)),
            say(""),
            say("You can go on working. If it happens again, please report it with the end of the log."),
        )
        super().__init__("Something unexpected happened", text, [Answer("ok", "Go on")], kind="bad")
