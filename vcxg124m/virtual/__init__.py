"""A virtual VCXG-124M: a GigE Vision device made of Python, for work without a camera."""

from vcxg124m.virtual.faults import Faults
from vcxg124m.virtual.process import VirtualCamera

__all__ = ["Faults", "VirtualCamera"]
