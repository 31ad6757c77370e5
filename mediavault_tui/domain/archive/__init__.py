"""Decide first, then do: plans are inert values that the preview, the dry run, the JSON file and apply share."""
