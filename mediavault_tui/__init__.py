"""MediaVault: find, compare and safely archive duplicate films and episodes, from the terminal."""

__version__ = "0.1.0"
