"""Cameras and the host's interfaces, as a producer lists them."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from vcxg124m._harvesters.locks import lock
from vcxg124m._harvesters.nodes import NodeMap
from vcxg124m._harvesters.producer import Producer

if TYPE_CHECKING:
    from collections.abc import Generator
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
    user = object()
    with lock:
        producer = Producer.acquire(path, user)
    try:
        with lock:
            found = [info for info, _ in producer.cameras()]
        yield sorted(found, key=lambda info: (info.mac, info.device_id))
    finally:
        with lock:
            producer.release(user)


def identity(path: Path) -> tuple[str, str]:
    """Return the vendor and the version that a producer gives itself.

    Raises
    ------
    ProducerError
        The producer cannot be loaded or does not start.
    """
    user = object()
    with lock:
        producer = Producer.shared(path, user)
        try:
            return producer.identity
        finally:
            producer.release(user)


@contextmanager
def camera_interfaces(path: Path) -> Generator[dict[str, NodeMap]]:
    """Give the features of each of the host's interfaces on which a producer has found cameras, by its identifier.

    Cameras are looked for only when the producer is not loaded yet: while some are open, it is known where they are.
    """
    user = object()
    with lock:
        producer = Producer.shared(path, user)
    try:
        with lock:
            interfaces = [record.parent for _, record in producer.cameras()]
            nodes = {str(interface.id_): NodeMap(interface.node_map, lock) for interface in interfaces}
        yield nodes
    finally:
        with lock:
            producer.release(user)
