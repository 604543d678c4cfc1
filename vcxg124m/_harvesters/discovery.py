"""Cameras and the host's interfaces, as a producer lists them."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from vcxg124m._harvesters.locks import lock
from vcxg124m._harvesters.nodes import NodeMap
from vcxg124m._harvesters.producer import Producer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from vcxg124m._backend import CameraInfo

__all__ = ["camera_interfaces", "identity", "listing"]


@contextmanager
def listing(path: Path) -> Generator[list[CameraInfo]]:
    """Keep a producer loaded and give the cameras that it finds now, in a stable order.

    Raises
    ------
    ProducerError
        The producer cannot be loaded or does not start.
    """
    with _held(path, Producer.acquire) as producer:
        with lock:
            found = [info for info, _ in producer.cameras()]
        yield sorted(found, key=lambda info: (info.mac, info.device_id))


def identity(path: Path) -> tuple[str, str]:
    """Return the vendor and the version that a producer gives itself.

    Raises
    ------
    ProducerError
        The producer cannot be loaded or does not start.
    """
    with _held(path, Producer.shared) as producer, lock:
        return producer.identity


@contextmanager
def camera_interfaces(path: Path) -> Generator[dict[str, NodeMap]]:
    """Give the features of each of the host's interfaces on which a producer has cameras, by its identifier.

    Cameras are looked for only when the producer is not loaded yet: while some are open, it is known where they are.
    """
    with _held(path, Producer.shared) as producer:
        with lock:
            interfaces = producer.camera_interfaces()
            nodes = {str(interface.id_): NodeMap(interface.node_map, lock) for interface in interfaces}
        yield nodes


@contextmanager
def _held(path: Path, get: Callable[[Path, object], Producer]) -> Generator[Producer]:
    """Keep a producer loaded.

    The lock is free meanwhile: what is done with a producer may take long, or wait for a thread that wants it. Who
    looks into the producer's lists takes it for that; who wants them to stay as they are takes it before.
    """
    user = object()
    with lock:
        producer = get(path, user)
    try:
        yield producer
    finally:
        with lock:
            producer.release(user)
