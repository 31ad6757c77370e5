"""One file or folder per screen, with its stylesheet beside it."""
