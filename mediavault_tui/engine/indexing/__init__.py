"""The stages of a scan that look at single files: what is there, what names and containers say, equal bytes."""
