"""A browser's part in the live view, played by hand."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from websockets.sync.client import ClientConnection

    from vcxg124m.view import LiveView

__all__ = ["LOOK", "WITHIN", "Address", "Tab", "cookie_of", "dial", "get", "tab"]

WITHIN = 20.0
LOOK = {
    "type": "look", "after": 0, "hold": False, "x": 0, "y": 0, "width": 64, "height": 48,
    "screen_width": 640, "screen_height": 480, "levels": "full", "mark_saturated": False, "line": None, "pointer": None,
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    """A page of another program."""

    url: str

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port


def get(page: LiveView | Address, way: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=WITHIN)
    with contextlib.closing(connection):
        connection.request("GET", way, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def cookie_of(page: LiveView | Address) -> str:
    status, headers, _ = get(page, page.url.partition(str(page.port))[2])
    assert status == 200
    return headers["set-cookie"].partition(";")[0]


class Tab:
    """What a page in the browser does."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.session: str = self.hear("hello")["session"]
        self.ids = 0

    def say(self, **message: object) -> None:
        self.socket.send(json.dumps(message))

    def hear(self, kind: str, condition: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Return the next message of this kind for which the condition holds; what comes before is passed over."""
        deadline = time.monotonic() + WITHIN
        while True:
            received = self.socket.recv(max(0.0, deadline - time.monotonic()))
            if isinstance(received, bytes):
                length = int.from_bytes(received[:4], "little")
                message = {
                    **json.loads(received[4 : 4 + length]),
                    "type": "picture",
                    "data": received[4 + length :],
                }
            else:
                message = json.loads(received)
            if message["type"] == kind and condition(message):
                return message

    def look(self, **changes: object) -> dict[str, Any]:
        self.ids += 1
        self.say(**{**LOOK, "id": self.ids, **changes})
        return self.hear("picture", lambda picture: picture["look"] == self.ids)

    def set(self, values: dict[str, object], *, nearest: bool = False) -> dict[str, Any]:
        self.say(type="set", values=values, nearest=nearest)
        return self.hear_any("done", "refused")

    def hear_any(self, *kinds: str) -> dict[str, Any]:
        deadline = time.monotonic() + WITHIN
        while True:
            received = self.socket.recv(max(0.0, deadline - time.monotonic()))
            if isinstance(received, str) and (message := json.loads(received))["type"] in kinds:
                return message


def dial(page: LiveView | Address, *, cookie: str | None = None, origin: str | None = "") -> Any:
    origin = f"http://127.0.0.1:{page.port}" if origin == "" else origin
    headers = {"Cookie": cookie_of(page) if cookie is None else cookie}
    return connect(
        f"ws://127.0.0.1:{page.port}/socket",
        origin=origin,
        additional_headers=headers,
        proxy=None,
        max_size=None,
    )


@contextlib.contextmanager
def tab(page: LiveView | Address) -> Iterator[Tab]:
    with dial(page) as socket:
        yield Tab(socket)
