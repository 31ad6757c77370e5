"""`python -m mediavault_tui` is the same as `mediavault`."""

import sys


def run() -> None:
    """Start the program; Ctrl-C while it is still loading ends it without a word."""
    try:
        from mediavault_tui.cli.main import main

        main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
