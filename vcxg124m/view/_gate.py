"""Who may look and change settings: those who have the address with its token, from a page that this server sent.

Three things keep others out. A secret token in the address, which becomes a cookie that scripts cannot read and that no
other site's page can send. The Host header: a name that was made to point at this computer (DNS rebinding) is refused.
The Origin header: another page's script is refused, also on a websocket, which browsers let any page open.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Gate", "is_loopback"]

_COOKIE_S = 7 * 24 * 3600


def is_loopback(host: str) -> bool:
    """Tell whether only programs of this computer reach a server that listens at ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Gate:
    """Decides about requests.

    Parameters
    ----------
    host
        Where the server listens.

    Attributes
    ----------
    name
        What the server is called in its address.
    token
        What the address must have.
    cookie
        Name of the cookie; each server has its own, because browsers do not tell ports apart.
    """

    def __init__(self, host: str) -> None:
        self.token = secrets.token_urlsafe(32)
        self.cookie = f"vcxg124m_view_{secrets.token_hex(8)}"
        self._tickets: set[str] = set()
        self._pass = secrets.token_urlsafe(32)
        # Listening at all addresses: whoever gives one as a number did not ask a name server.
        self._any_address = host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        self.name = socket.gethostname().lower() if self._any_address else host

    def objection(self, headers: Mapping[str, str], *, is_websocket: bool = False) -> str:
        """Say why a request must be refused whatever it asks for; "" for no reason."""
        host = headers.get("host", "")
        name = _host_name(host)
        if not self._is_ours(name):
            return f"This server has another name than {host!r}."
        origin = headers.get("origin")
        if origin is None:
            return "A browser tells the Origin of a websocket." if is_websocket else ""
        if origin != f"http://{host}":
            return f"Pages of {origin!r} have no business here."
        return ""

    def ticket(self) -> str:
        """Return a token that opens the page once, for an address that others may see for a moment."""
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return ticket

    def admits(self, token: str) -> bool:
        """Tell whether this is the address's token, or a ticket, which is used up; in a time that tells nothing."""
        given = token.encode()
        for ticket in tuple(self._tickets):
            if secrets.compare_digest(given, ticket.encode()):
                self._tickets.discard(ticket)
                return True
        return secrets.compare_digest(given, self.token.encode())

    def knows_cookie(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request comes from a browser that has shown the token."""
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return morsel is not None and secrets.compare_digest(morsel.value.encode(), self._pass.encode())

    def set_cookie(self) -> str:
        """Return the header that lets a browser pass from now on."""
        return f"{self.cookie}={self._pass}; Path=/; Max-Age={_COOKIE_S}; HttpOnly; SameSite=Strict"

    def _is_ours(self, name: str) -> bool:
        return name == self.name or is_loopback(name) or (self._any_address and _is_address(name))


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
