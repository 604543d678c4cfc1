"""Virtual cameras as pytest fixtures. Installed with vcxg124m; imports nothing of it until a test asks for a camera.

It stands beside the package, because pytest imports plugins in every run, and importing the package takes a while.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from vcxg124m.virtual import VirtualCamera

__all__ = ["MakeVirtualCamera", "virtual_camera", "virtual_cameras"]


class MakeVirtualCamera(Protocol):
    """What the fixture `virtual_cameras` is: call it for a camera, as often as you like."""

    def __call__(self, **options: object) -> VirtualCamera:
        """Start a virtual camera that ends with the test; the options are those of `vcxg124m.virtual.VirtualCamera`."""
        ...


@pytest.fixture
def virtual_cameras() -> Iterator[MakeVirtualCamera]:
    """Start virtual cameras with options of your choice; they end with the test."""
    from vcxg124m.virtual import VirtualCamera  # noqa: PLC0415 - see above

    with contextlib.ExitStack() as stack:

        def make(**options: object) -> VirtualCamera:
            return stack.enter_context(VirtualCamera(**options))  # type: ignore[arg-type]  # checked there

        yield make


@pytest.fixture
def virtual_camera(virtual_cameras: MakeVirtualCamera) -> VirtualCamera:
    """Return a virtual VCXG-124M that runs in a process of its own until the test ends."""
    return virtual_cameras()
