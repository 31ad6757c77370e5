"""Reading a video from end to end: are all bytes, packets and key frames there?"""

from mediavault_tui.services.integrity.examination import examine

__all__ = ["examine"]
