"""Which run of which cell of a notebook calls this package; asks IPython only where somebody else has loaded it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Cell", "is_interactive", "running_cell"]


@dataclass(frozen=True)
class Cell:
    """A line of a cell, in one run of it.

    Attributes
    ----------
    file, line
        IPython's name for the cell's text, the same when the same text is run again, and the line in it.
    run
        The number in the cell's brackets.
    """

    file: str
    line: int
    run: int

    def repeats(self, earlier: Cell | None) -> bool:
        """Tell whether this is the same line in a later run."""
        return (
            earlier is not None
            and (self.file, self.line) == (earlier.file, earlier.line)
            and self.run != earlier.run
        )


def is_interactive() -> bool:
    """Tell whether somebody types: a notebook, IPython, or Python's own prompt."""
    return hasattr(sys, "ps1")


def running_cell() -> Cell | None:
    """Return where in a notebook, or in IPython, this thread is; None outside of both, and in a thread of one's own."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return None
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    cell: FrameType | None = None
    while (
        frame is not None
    ):  # to the outermost: what a magic such as %%time runs is the same file in every cell
        if frame.f_globals is shell.user_global_ns and frame.f_code.co_name == "<module>":
            cell = frame
        frame = frame.f_back
    return None if cell is None else Cell(cell.f_code.co_filename, cell.f_lineno, shell.execution_count)
