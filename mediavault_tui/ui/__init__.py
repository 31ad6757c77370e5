"""The screens, in Textual. Nothing below this package knows of them."""
