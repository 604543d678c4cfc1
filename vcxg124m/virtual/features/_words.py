"""Words that several categories of the feature table use."""

from __future__ import annotations

from vcxg124m.virtual.register import Access

RO, RW, WO = Access.READ_ONLY, Access.READ_WRITE, Access.WRITE_ONLY

STREAM = "TLParamsLocked"
"""Locks what shapes a block while a stream runs."""

EDGES = ("RisingEdge", "FallingEdge")
INPUTS = ("Line0", "Line1", "Line2")
