"""The settings: every key of the config file as a row."""
