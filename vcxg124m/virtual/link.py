"""Lines of JSON between a `VirtualCamera` and its process. Each line is one object; requests are numbered."""

from __future__ import annotations

import json
import socket
from typing import Any

Message = dict[str, Any]


class LineSocket:
    """A stream socket that carries one JSON object a line."""

    def __init__(self, stream: socket.socket) -> None:
        self.socket = stream
        self._rest = b""
        self._messages: list[Message] = []

    def send(self, message: Message) -> None:
        """Send one object."""
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def receive(self) -> Message | None:
        """Return the next object, waiting as long as the socket's timeout allows; None when the other side is gone."""
        if not self._messages:
            self._messages = self.receive_all()
        return self._messages.pop(0) if self._messages else None

    def receive_all(self) -> list[Message]:
        """Return the objects that have come, at least one, waiting for it; none when the other side is gone."""
        messages: list[Message] = []
        while not messages:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return []
            if not data:
                return []
            *lines, self._rest = (self._rest + data).split(b"\n")
            messages = [json.loads(line) for line in lines]
        return messages
