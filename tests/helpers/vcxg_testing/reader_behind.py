"""A process that reads a raw recording while it is written, and frees the disk behind itself."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_PUNCH_HOLE = 0x02 | 0x01  # FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
# Frames that stay in the file, and frames that are freed at once.
_KEPT, _FREED = 32, 32
_LONGEST_PAUSE_S = 60.0


class ReaderBehind:
    """Computes the CRC-32 of each frame as it is on the disk, then punches a hole where it was.

    So a recording of any length takes the space of a few seconds. The last frames stay, and so does the index.
    """

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._results, results = context.Pipe(duplex=False)
        self._process = context.Process(target=_read, args=(path, results), daemon=True)
        self._process.start()
        results.close()

    def digests(self) -> list[tuple[int, str]]:
        """Wait for the recording's end; return id and CRC-32 of every frame in the order of the file."""
        found = self._results.recv()
        self._process.join()
        return found


def _read(path: Path, results: Connection) -> None:
    deadline = time.monotonic() + _LONGEST_PAUSE_S
    index_path = path.with_name(f"{path.name}.jsonl")
    while not index_path.exists():
        _pause(deadline)
    digests = []
    entries = []
    freed = 0
    with path.open("r+b", buffering=0) as data, index_path.open("rb") as index:
        line = b""
        while True:
            line += index.readline()
            if not line.endswith(b"\n"):
                _pause(deadline)
                continue
            entry, line = json.loads(line), b""
            deadline = time.monotonic() + _LONGEST_PAUSE_S
            if "report" in entry:
                break
            if "offset" not in entry:
                continue
            payload = os.pread(data.fileno(), entry["length"], entry["offset"])
            digests.append((entry["frame_id"], f"{zlib.crc32(payload):08x}"))
            entries.append(entry)
            if len(entries) - freed >= _KEPT + _FREED:
                start, freed = entries[freed]["offset"], freed + _FREED
                _punch(data.fileno(), start, entries[freed]["offset"] - start)
    results.send(digests)


def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError(f"nothing was written for {_LONGEST_PAUSE_S} s")
    time.sleep(0.02)


def _punch(file: int, offset: int, length: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.fallocate(file, _PUNCH_HOLE, ctypes.c_int64(offset), ctypes.c_int64(length)):
        raise OSError(ctypes.get_errno(), "no hole can be punched into the file")
