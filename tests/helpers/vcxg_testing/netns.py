"""Network namespaces of a test's own, so that broadcasts and port 3956 meet nobody else's camera.

A thread can step into a namespace: sockets that it opens and processes that it starts then belong there.
"""

import ctypes
import fcntl
import itertools
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEW_NETWORK = 0x40000000  # CLONE_NEWNET
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
WHY_NOT = (
    "the ip command is not installed (apt install iproute2)"
    if shutil.which("ip") is None
    else "only root may make network namespaces"
    if os.geteuid() != 0
    else ""
)

_numbers = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)


def ip(*arguments: str) -> str:
    """Run the ip command and return what it prints."""
    run = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=20, check=False)
    if run.returncode != 0:
        message = f"ip {' '.join(arguments)}: {run.stderr.strip()}"
        raise OSError(message)
    return run.stdout


@contextmanager
def namespace() -> Iterator[str]:
    """Make a network namespace with its loopback interface up, yield its name, remove it."""
    name = f"vcxg-{os.getpid()}-{next(_numbers)}"
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        ip("netns", "del", name)


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Move the calling thread into the namespace and back."""
    with Path("/proc/thread-self/ns/net").open() as home, Path("/run/netns", name).open() as target:
        _enter(target.fileno())
        try:
            yield
        finally:
            _enter(home.fileno())


@contextmanager
def wire(mtu: int = 9000) -> Iterator[tuple[str, str]]:
    """Two namespaces joined by a cable: yield (host, camera) at 10.77.0.1 and 10.77.0.2 on interfaces vh and vc."""
    with namespace() as host, namespace() as camera:
        ip("-n", host, "link", "add", "vh", "type", "veth", "peer", "name", "vc", "netns", camera)
        for name, link, address in ((host, "vh", "10.77.0.1/24"), (camera, "vc", "10.77.0.2/24")):
            ip("-n", name, "addr", "add", address, "dev", link)
            ip("-n", name, "link", "set", link, "mtu", str(mtu), "up")
        yield host, camera


def leave_for_a_new_one() -> None:
    """Move the calling thread for good into a namespace without a name, with nothing but a loopback interface."""
    if _libc.unshare(NEW_NETWORK) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, NEW_NETWORK) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
