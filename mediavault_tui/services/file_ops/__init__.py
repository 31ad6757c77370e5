"""The only code that changes the user's files: each function is one step that can be repeated."""
