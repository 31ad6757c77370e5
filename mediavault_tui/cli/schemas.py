"""The JSON shapes that scripts rely on: names are fixed, fields are only ever added."""

from collections.abc import Iterable
from typing import Any

from mediavault_tui.cli.output import path_text
from mediavault_tui.domain import quality
from mediavault_tui.domain.content.stretches import Stretch
from mediavault_tui.domain.media import MediaInfo, ReleaseName
from mediavault_tui.domain.settings import Quality
from mediavault_tui.engine.conversions import copy_of
from mediavault_tui.store.catalogue import FileRecord


def name_fields(said: ReleaseName) -> dict[str, Any]:
    """What `parse` prints behind the name."""
    return {
        "kind": said.kind,
        "title": said.title,
        "year": said.year,
        "season": said.season,
        "episodes": list(said.episodes),
        "episode_title": said.episode_title,
        "edition": said.edition,
        "part": said.part,
        "release_group": said.release_group,
        "screen_size": said.screen_size,
        "source": said.source,
        "video_codec": said.video_codec,
        "three_d": said.three_d,
        "seasons": list(said.seasons),
        "episode_part": said.episode_part,
        "alternative_titles": list(said.alternative_titles),
        "country": said.country,
        "date": said.date,
    }


def stretch_fields(stretches: Iterable[Stretch]) -> list[dict[str, float]]:
    """The runs two files share, for scripts."""
    return [
        {"a_s": round(each.a_s, 3), "b_s": round(each.b_s, 3), "length_s": round(each.length_s, 3)}
        for each in stretches
    ]


def file_fields(file: FileRecord, weights: Quality) -> dict[str, Any]:
    """What `files` prints of each file."""
    said, info = file.name, file.info
    return {
        "path": path_text(file.paths[0]),
        "size": file.size,
        "mtime_ns": file.mtime_ns,
        "links": file.links,
        "kind": said.kind,
        "title": said.title,
        "year": said.year,
        "season": said.season,
        "episodes": list(said.episodes),
        "edition": said.edition,
        "part": said.part,
        "release_group": said.release_group,
        **_media_fields(info),
        "hash": file.content_hash.hex() if file.content_hash else None,
        "place": file.transient.what if file.transient else None,
        "quality_score": quality.score(copy_of(file), weights).total if info.video else None,
        "status": file.status,
        "id": file.id,
        "paths": [path_text(path) for path in file.paths],
        "problem": file.problem,
        "whole_at": file.whole_at,
        "date": said.date,
        "episode_title": said.episode_title,
        "seasons": list(said.seasons),
        "episode_part": said.episode_part,
        "three_d": said.three_d,
        "chapters": [{"start_s": chapter.start_s, "title": chapter.title} for chapter in info.chapters],
    }


def _media_fields(info: MediaInfo) -> dict[str, Any]:
    video = info.video
    return {
        "container": info.container,
        "duration_s": info.duration_s,
        "width": video.width if video else None,
        "height": video.height if video else None,
        "video_codec": video.codec if video else None,
        "bit_depth": video.bit_depth if video else None,
        "hdr": ", ".join(video.hdr) or None if video else None,
        "fps": video.fps if video else None,
        "bitrate_kbps": info.bitrate_kbps,
        "audio": [
            {
                "codec": track.codec,
                "channels": track.channels,
                "language": track.language,
                "title": track.title,
                "commentary": track.commentary,
                "kind": track.kind,
                "external": track.external,
            }
            for track in info.audio
        ],
        "subtitles": [
            {
                "language": track.language,
                "forced": track.forced,
                "external": track.external,
                "format": track.format,
                "title": track.title,
                "kind": track.kind,
            }
            for track in info.subtitles
        ],
    }
