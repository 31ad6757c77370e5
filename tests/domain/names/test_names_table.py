"""The labelled table of `benchmarks/data/names.txt`, every line of it."""

import pytest

from benchmarks.names_accuracy import Label, labels, misread
from mediavault_tui.domain.names import parse


@pytest.mark.parametrize("label", labels(), ids=lambda label: label.name[:60])
def test_name_is_read_as_labelled(label: Label) -> None:
    assert misread(label, parse(label.name)) == {}
