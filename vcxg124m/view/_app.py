"""The pages and sockets of the server, behind the gate."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from vcxg124m.errors import VcxgError
from vcxg124m.view._files import as_png, as_tiff
from vcxg124m.view._hub import Hub
from vcxg124m.view._session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send
    from starlette.websockets import WebSocket

    from vcxg124m.camera import Camera
    from vcxg124m.view._gate import Gate
    from vcxg124m.view._preview import Preview

__all__ = ["MOST_PAGES", "application"]

#: Pages that may be open at a time.
MOST_PAGES = 16
_STATIC = Path(__file__).parent / "static"
_POLICY_VIOLATION, _TRY_AGAIN_LATER = 1008, 1013
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_UNKNOWN = (
    "This page needs the address with its token, as `vcxg124m view` has printed it, or a browser that has "
    "opened that address before.\n"
)


def application(camera: Camera, preview: Preview, gate: Gate) -> ASGIApp:
    """Return the server's application."""
    viewer = _Viewer(camera, preview, gate)
    return _Guarded(
        Starlette(
            routes=[
                Route("/", viewer.page, methods=["GET"]),
                Route("/frame.{kind:str}", viewer.file, methods=["GET"]),
                WebSocketRoute("/socket", viewer.socket),
                Mount("/static", StaticFiles(directory=_STATIC)),
            ],
            lifespan=viewer.lifespan,
        ),
        gate,
    )


class _Guarded:
    """Refuses what comes under another name or from another page, before anything else sees it."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        is_websocket = scope["type"] == "websocket"
        objection = self._gate.objection(headers, is_websocket=is_websocket)
        if not objection and is_websocket and not self._gate.knows_cookie(headers):
            objection = _UNKNOWN
        if not objection:
            await self._app(scope, receive, send)
        elif is_websocket:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""})
        else:
            await PlainTextResponse(f"{objection}\n", 403, _HEADERS)(scope, receive, send)


class _Viewer:
    """What the routes do."""

    def __init__(self, camera: Camera, preview: Preview, gate: Gate) -> None:
        self._camera = camera
        self._preview = preview
        self._gate = gate
        self._sessions: dict[str, Session] = {}
        self._hub: Hub | None = None

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncGenerator[None]:
        del app
        self._hub = Hub(self._camera, self._preview)
        try:
            yield
        finally:
            await self._hub.close()

    async def page(self, request: Request) -> Response:
        token = request.query_params.get("token")
        if token is not None and self._gate.admits(token):
            return FileResponse(
                _STATIC / "index.html", headers={**_HEADERS, "Set-Cookie": self._gate.set_cookie()}
            )
        if self._gate.knows_cookie(request.headers):
            return FileResponse(_STATIC / "index.html", headers=_HEADERS)
        return PlainTextResponse(_UNKNOWN, 403, _HEADERS)

    async def file(self, request: Request) -> Response:
        if not self._gate.knows_cookie(request.headers):
            return PlainTextResponse(_UNKNOWN, 403, _HEADERS)
        session = self._sessions.get(request.query_params.get("session", ""))
        kind = request.path_params["kind"]
        if session is None or session.frame is None or kind not in {"tiff", "png"}:
            return PlainTextResponse("There is no such frame.\n", 404, _HEADERS)
        frame = session.frame
        try:
            if kind == "tiff":
                data = await run_in_threadpool(as_tiff, self._camera, frame)
            else:
                data = await run_in_threadpool(as_png, frame)
        except VcxgError as error:
            return PlainTextResponse(f"{error}\n", 409, _HEADERS)
        name = f"{self._camera.info.serial_number or 'camera'}-{frame.frame_id}.{kind}"
        return Response(
            data,
            media_type=f"image/{kind}",
            headers={**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def socket(self, socket: WebSocket) -> None:
        if len(self._sessions) >= MOST_PAGES or self._hub is None:
            await socket.accept()
            await socket.close(_TRY_AGAIN_LATER, f"{MOST_PAGES} pages are open already: close one.")
            return
        await socket.accept()
        session = Session(secrets.token_urlsafe(16), self._hub, socket)
        self._sessions[session.name] = session
        self._hub.enter()
        try:
            await session.run()
        finally:
            del self._sessions[session.name]
            await self._hub.leave()
