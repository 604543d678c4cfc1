"""Aravis at a test's hand: an application in a process of its own that asks a camera what the test wants to know."""

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vcxg_testing.strangers import CONSUMERS

PYTHON = Path("/usr/bin/python3")  # the binding belongs to the system's interpreter
_PROBE = "import gi; gi.require_version('Aravis', '0.8'); from gi.repository import Aravis"

Frame = dict[str, Any]


def why_not() -> str:
    """Say what is missing for Aravis's Python binding; empty when nothing is."""
    if PYTHON.exists():
        probe = subprocess.run([PYTHON, "-c", _PROBE], capture_output=True, timeout=30, check=False)
        if probe.returncode == 0:
            return ""
    return "Aravis has no Python binding here (apt install python3-gi gir1.2-aravis-0.8)"


class AravisError(Exception):
    """Aravis refused, or the camera did."""


class Aravis:
    """A camera that Aravis has opened."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def get(self, name: str, **selectors: object) -> Any:
        """Read a feature, after its selectors have been written."""
        self.put(**selectors)
        return self._ask("get", name)

    def put(self, **features: object) -> None:
        """Write features in this order."""
        for name, value in features.items():
            self._ask("put", name, value)

    def limits(self, name: str) -> list[float]:
        """Least value, greatest value and step."""
        limits: list[float] = self._ask("limits", name)
        return limits

    def available(self, name: str) -> bool:
        """Whether there is such a feature now."""
        return bool(self._ask("available", name))

    def entries(self, name: str) -> set[str]:
        """The values that an enumeration can have now."""
        return set(self._ask("entries", name))

    def execute(self, name: str) -> None:
        """Execute a command."""
        self._ask("execute", name)

    def register(self, address: int) -> int:
        """Read a register."""
        return int(self._ask("register", address))

    def small(self, **features: object) -> None:
        """Set a small and quick frame up, and features beside it."""
        self.put(**{"Width": 64, "Height": 32, "ExposureTime": 100, **features})

    def send_chunks(self, *names: str) -> None:
        """Let these chunks come with each frame."""
        self.put(ChunkModeActive=True)
        for name in names:
            self.put(ChunkSelector=name, ChunkEnable=True)

    @contextmanager
    def streaming(self, buffers: int = 20) -> Iterator[None]:
        """Let the acquisition run for the length of the block."""
        self._ask("start", buffers)
        try:
            yield
        finally:
            self._ask("stop")

    def pop(
        self, seconds: float = 5, *, chunks: Sequence[str] = (), keep: Path | None = None
    ) -> Frame | None:
        """Wait for a frame; None when none came in time."""
        frame: Frame | None = self._ask("pop", seconds, list(chunks), str(keep or ""))
        return frame

    def frames(self, count: int, **options: Any) -> list[Frame]:
        """Take some frames in an acquisition of their own, all of them complete."""
        with self.streaming():
            taken = [self.pop(**options) for _ in range(count)]
        frames = [frame for frame in taken if frame is not None and frame["status"] == "success"]
        assert len(frames) == count, taken
        return frames

    def period(self, wanted: float, *, tolerance: float = 16) -> int:
        """Take frames until two came as quickly one after the other as they should, and no two quicker; in ns.

        The camera's own times: a busy machine may let a frame wait, but can hurry none.
        """
        shortest, last = 1 << 62, None
        with self.streaming():
            for _ in range(60):
                frame = self.pop()
                if frame and last and frame["frame_id"] == last["frame_id"] + 1:
                    shortest = min(shortest, frame["timestamp"] - last["timestamp"])
                if shortest <= wanted + tolerance:
                    break
                last = frame
        assert shortest >= wanted - tolerance
        return shortest


@contextmanager
def opened(name: str) -> Iterator[Aravis]:
    """Open a camera in Aravis for the length of the block."""
    command = [PYTHON, CONSUMERS / "aravis_client.py", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        requests, answers = process.stdin, process.stdout
        assert requests is not None
        assert answers is not None

        def ask(*request: object) -> Any:
            requests.write(json.dumps(request) + "\n")
            requests.flush()
            answer = json.loads(answers.readline())
            if "error" in answer:
                raise AravisError(f"{request}: {answer['error']}")
            return answer["value"]

        try:
            yield Aravis(ask)
        finally:
            requests.close()
            process.wait(20)
