"""The library: tree or list, and the details of a row."""
