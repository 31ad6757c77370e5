"""One file per outside thing (file system, hashing, libmediainfo, FFmpeg). None knows the catalogue."""
