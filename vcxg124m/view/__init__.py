"""The live view: one camera on a page in the browser, for as long as the program likes."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
import warnings
import webbrowser
from typing import TYPE_CHECKING

import uvicorn

from vcxg124m._ending import await_end
from vcxg124m._interrupts import held_back
from vcxg124m.errors import FeatureValueError, RemoteViewWarning
from vcxg124m.view._app import application
from vcxg124m.view._gate import Gate, is_loopback
from vcxg124m.view._preview import Preview

if TYPE_CHECKING:
    from typing_extensions import Self

    from vcxg124m.camera import Camera

__all__ = ["LiveView"]

_MOST_BYTES_OF_A_MESSAGE = 1 << 14
_BACKLOG = 64
# What pages have asked for may be done first. A camera that died answers nothing for a heartbeat's time, usually 3 s;
# then the producer gives up.
_LONGEST_GOODBYE_S = 3
_LONGEST_END_S = 5 * _LONGEST_GOODBYE_S


class LiveView:
    """A page that shows a camera; made by :meth:`vcxg124m.Camera.view`, ended by ``with`` or :meth:`close`.

    It works in threads of its own. Several pages may be open.

    Attributes
    ----------
    url
        Address of the page, with the secret that opens it. Whoever has it controls the camera.
    port
        TCP port.
    """

    def __init__(
        self, camera: Camera, *, host: str = "127.0.0.1", port: int = 0, allow_remote: bool = False
    ) -> None:
        if not 0 <= port <= 65535:
            raise FeatureValueError(f"port={port} not accepted: 0 to 65535.", feature="port", value=port)
        if not is_loopback(host):
            if not allow_remote:
                raise FeatureValueError(
                    f"host={host!r} not accepted: other computers could reach it, see the camera and change its "
                    "settings. Listen at 127.0.0.1 and let the other computer come by `ssh -L`, or allow_remote=True.",
                    feature="host",
                    value=host,
                )
            warnings.warn(
                f"The live view listens at {host}: other computers reach it, and the address that opens it travels "
                "unencrypted.",
                RemoteViewWarning,
                stacklevel=3,
            )
        self._camera = camera
        self._socket = _listening(host, port)
        self.port = int(self._socket.getsockname()[1])
        self._preview = Preview(camera)
        gate = Gate(host)
        self._gate = gate
        self._page = f"http://{_in_url(gate.name)}:{self.port}/?token="
        self.url = self._page + gate.token
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(camera, self._preview, gate),
                log_config=None,
                log_level="warning",
                access_log=False,
                ws="websockets-sansio",
                ws_max_size=_MOST_BYTES_OF_A_MESSAGE,
                ws_per_message_deflate=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_LONGEST_GOODBYE_S,
                lifespan="on",
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="vcxg124m view server", daemon=True
        )
        self._thread.start()

    @held_back()
    def close(self) -> None:
        """End the server, and the stream that runs for its pages. May be called again."""
        self._preview.close()  # first: what the server waits for may wait for the end of its stream
        self._server.should_exit = True
        await_end(self._thread, f"The server of {self!r}", _LONGEST_END_S)
        self._socket.close()

    def open(self) -> bool:
        """Open the page in the default browser; False when there is none."""
        # Other users of this computer see a browser's arguments: what is among them opens the page once.
        return webbrowser.open(self._page + self._gate.ticket())

    def paused(self) -> contextlib.AbstractContextManager[None]:
        """Hold back the stream that runs for the page, for ``with``: to write what is locked while one runs.

        A stream of the program's own goes on.
        """
        return self._preview.paused()

    @property
    def is_running(self) -> bool:
        """Whether the page can be opened."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        # Without the token: what is printed is kept in logs and notebooks.
        state = f"on port {self.port}" if self.is_running else "closed"
        return f"<LiveView of {self._camera.info}, {state}>"


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens at once, so that the page can be opened as soon as its address is known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    with contextlib.ExitStack() as undo:
        undo.callback(listener.close)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            advice = (
                "choose another port, or 0 for a free one"
                if error.errno in {errno.EADDRINUSE, errno.EACCES}  # taken, or for the system's own services
                else "choose another host"
            )
            raise OSError(
                error.errno, f"{host}:{port} is not to be had: {error.strerror}; {advice}"
            ) from error
        listener.listen(_BACKLOG)
        undo.pop_all()
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
