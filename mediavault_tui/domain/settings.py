"""Every setting with its type and default, frozen.

`config.py` fills these from the config file, the environment and the flags; `sample_config.yaml` holds
the same keys with a sentence each, and a test compares the two.
"""

from typing import Annotated

import msgspec

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Points = Annotated[float, msgspec.Meta(ge=0)]


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sections refuse unknown keys."""
