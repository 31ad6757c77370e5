"""Makes `benchmarks` importable: the labelled names and their judge are shared with the benchmark."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
