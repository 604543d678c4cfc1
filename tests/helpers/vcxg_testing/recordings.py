"""Frames to record and writers that misbehave, without a camera."""

from __future__ import annotations

import threading

import numpy as np

from vcxg124m.frame import Frame
from vcxg124m.reconnection import Gap, Reconnection
from vcxg124m.recording import RecordingHeader
from vcxg_testing.fake_camera import INFO, raw_frame

MONO12P = 0x010C0047
SETTINGS = {"exposure.time_us": 4000.0, "image_format.pixel_format": "Mono12p"}
HEADER = RecordingHeader.of(INFO, SETTINGS)


def mono12p_frame(frame_id: int, *, width: int = 16, height: int = 3, **rest: object) -> Frame:
    """Return a frame whose pixels are all its id modulo 4096: bytes written down from PFNC's definition."""
    value = frame_id % 4096
    pair = [value & 0xFF, (value >> 8) | (value & 0xF) << 4, value >> 4]
    payload = np.array(pair * (width * height // 2), np.uint8)
    source = raw_frame(
        frame_id,
        width=width,
        height=height,
        pixel_format=MONO12P,
        payload=payload,
        received=payload.size,
        expected=payload.size,
        **rest,
    )
    return Frame(source, keep_raw=True)


def behind_a_gap(frame: Frame, *, last_frame_id: int, refused: dict[str, str] | None = None) -> Frame:
    """Return the frame as the first one after its camera was away for 2.5 s."""
    found = Reconnection(INFO, 3, 2.0, {"exposure.time_us": 4000.0}, refused or {})
    frame.gap = Gap(2.5, last_frame_id, found)
    return frame


class GatedWriter:
    """A writer on a disk that lets frames through one by one."""

    container = "gated"
    path = "gated.raw"
    packed = True

    def __init__(self) -> None:
        self.frame_ids: list[int] = []
        self.closed_with = None
        self.error: Exception | None = None
        self._gate = threading.Semaphore(0)
        self.writing = threading.Event()

    def let_through(self, frames: int = 1) -> None:
        self._gate.release(frames)

    def start(self, header: RecordingHeader) -> None:
        pass

    def write(self, record: object, pixels: object) -> None:  # noqa: ARG002 - only counted
        self.writing.set()
        assert self._gate.acquire(timeout=30), "nobody let the frame through"
        if self.error is not None:
            raise self.error
        self.frame_ids.append(record.frame_id)

    def close(self, report: object) -> None:
        self.closed_with = report
