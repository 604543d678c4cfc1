"""A frame as a file for the browser to keep."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from vcxg124m.recording import FrameRecord, RecordingHeader, RecordingReport, TiffWriter

if TYPE_CHECKING:
    from vcxg124m.camera import Camera
    from vcxg124m.frame import Frame

__all__ = ["as_png", "as_tiff"]


def as_tiff(camera: Camera, frame: Frame) -> bytes:
    """Return a TIFF file with the values as they came and everything that is known of them.

    It is a recording of one frame: :func:`vcxg124m.open_recording` reads its facts back.
    """
    with tempfile.TemporaryDirectory(prefix="vcxg124m-") as folder:
        path = Path(folder) / "frame.tiff"
        writer = TiffWriter(str(path), expected_frames=1)
        writer.start(RecordingHeader.of(camera.info, camera.config.settings(tables=False)))
        writer.write(FrameRecord.of(frame, time.time_ns()), frame.image)
        writer.close(RecordingReport(path=path.name, container="tiff", frames=1, bytes=frame.image.nbytes))
        return path.read_bytes()


def as_png(frame: Frame) -> bytes:
    """Return a PNG file with the values as they are: 8 bit for Mono8, else 16 bit, not shifted."""
    out = io.BytesIO()
    Image.fromarray(frame.image).save(out, "PNG", compress_level=1)
    return out.getvalue()
