"""`python -m mediavault_tui` is the same as `mediavault`."""

from mediavault_tui.cli.main import main

if __name__ == "__main__":
    main()
