"""One file per screen, with its stylesheet beside it."""
