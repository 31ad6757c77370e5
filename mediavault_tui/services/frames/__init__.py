"""Looking at the pictures of a video, through PyAV (the FFmpeg libraries).

Meant for a worker process: a file that crashes the decoder must not take the program down with it.
Raises FileUnreadable when the file cannot be read, MediaDamaged when nothing in it decodes, Cancelled when
told to stop.
"""

from mediavault_tui.services.frames.refinement import refine
from mediavault_tui.services.frames.sampling import decodes_at, fingerprint, fingerprint_and_frames
from mediavault_tui.services.frames.still import still
from mediavault_tui.services.frames.video import Cancelled

__all__ = ["Cancelled", "decodes_at", "fingerprint", "fingerprint_and_frames", "refine", "still"]
