"""A real browser for a test, driven through the DevTools protocol."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Chromium", "program"]

_FLAGS = """
    --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update
    --disable-sync --disable-quic --disable-dev-shm-usage --hide-scrollbars --remote-debugging-port=0
""".split()  # noqa: SIM905 - reads better as text
_START_S = 30.0
_ANSWER_S = 20.0


def program() -> str | None:
    """Return the path of a Chromium; None where none is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Chromium:
    """One browser with one page.

    Parameters
    ----------
    folder
        For its profile.
    width, height
        Of the page in pixels.

    Attributes
    ----------
    complaints
        What the page's scripts threw or logged as errors.
    """

    def __init__(self, folder: Path, *, width: int = 1280, height: int = 800) -> None:
        path = program()
        assert path is not None, "Chromium is not installed"
        self.complaints: list[str] = []
        self._ids = 0
        self._held = ExitStack()
        self._process = subprocess.Popen(
            [path, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            endpoint = folder / "DevToolsActivePort"
            self._until(lambda: endpoint.exists() and len(endpoint.read_text().split()) == 2, _START_S)
            port, way = endpoint.read_text().split()
            self._socket = self._held.enter_context(
                connect(f"ws://127.0.0.1:{port}{way}", max_size=None, proxy=None)
            )
            self._session: str | None = None
            target = self._call("Target.createTarget", url="about:blank")
            self._session = self._call("Target.attachToTarget", flatten=True, **target)["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                self._call(f"{domain}.enable")
            self._downloads = folder / "downloads"
            self._call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(self._downloads))
            self.resize(width, height)
        except BaseException:
            self.close()
            raise

    def resize(self, width: int, height: int) -> None:
        """Give the page another size."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def open(self, url: str) -> None:
        """Go to a page."""
        self._call("Page.navigate", url=url)

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script: str, seconds: float = _ANSWER_S) -> Any:
        """Wait until an expression in the page is true, and return it."""
        return self._until(lambda: self.run(script), seconds, script)

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return self.run(f"document.querySelector({json.dumps(selector)}).textContent")

    def click(self, selector: str) -> None:
        """Click an element's middle, as a hand does."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'nearest'}})")
        self.drag([self.middle(selector)])

    def middle(self, selector: str) -> list[float]:
        """Return where an element's middle is on the page."""
        box = self.run(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")
        return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]

    def drag(self, points: list[list[float]]) -> None:
        """Press at the first point, go through the others, release at the last."""
        mouse = {"button": "left", "buttons": 1, "clickCount": 1}
        self._mouse("mouseMoved", points[0])
        self._mouse("mousePressed", points[0], **mouse)
        for point in points[1:]:
            self._mouse("mouseMoved", point, **mouse)
        self._mouse("mouseReleased", points[-1], **mouse)

    def point(self, x: float, y: float) -> None:
        """Move the mouse there."""
        self._mouse("mouseMoved", [x, y])

    def wheel(self, x: float, y: float, delta: float) -> None:
        """Turn the wheel; a negative number zooms in."""
        self._mouse("mouseWheel", [x, y], deltaX=0, deltaY=delta)

    def key(self, key: str) -> None:
        """Press a key."""
        named = {"Enter": 13, "Escape": 27, "Tab": 9}
        text = {"text": key} if len(key) == 1 else {}
        code = {"windowsVirtualKeyCode": named[key], "code": key} if key in named else {}
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, **text, **code)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key, **code)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self._call("Input.insertText", text=text)

    def download(self, selector: str) -> Path:
        """Click what saves a file, and return the file."""
        before = set(self._downloads.glob("*"))
        self.click(selector)
        new = self._until(
            lambda: {each for each in self._downloads.glob("*") if each.suffix != ".crdownload"} - before,
            _ANSWER_S,
            f"{selector} saved no file",
        )
        return next(iter(new))

    def screenshot(self, path: Path) -> None:
        """Save the page as PNG."""
        answer = self._call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self) -> None:
        """End it."""
        self._held.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _mouse(self, kind: str, point: list[float], **more: object) -> None:
        self._call("Input.dispatchMouseEvent", type=kind, x=point[0], y=point[1], **more)

    def _call(self, method: str, **parameters: object) -> Any:
        self._ids += 1
        message: dict[str, object] = {"id": self._ids, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(_ANSWER_S))
            if answer.get("id") == self._ids:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Runtime.exceptionThrown":
            details = event["params"]["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            entry = event["params"]["entry"]
            self.complaints.append(f"{entry['text']} ({entry.get('url')})")

    def _until(self, condition: Any, seconds: float, what: str = "the browser did not start") -> Any:
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, f"not true within {seconds} s: {what}"
            assert self._process.poll() is None, "the browser ended"
            time.sleep(0.05)
        return value
