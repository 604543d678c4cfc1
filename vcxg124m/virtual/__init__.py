"""A virtual VCXG-124M: a GigE Vision device made of Python, for work without a camera."""

from vcxg124m.virtual.process import ProcessFaults, VirtualCamera

__all__ = ["ProcessFaults", "VirtualCamera"]
