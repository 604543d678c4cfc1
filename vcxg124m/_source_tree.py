"""Lets the sources be imported where the package is installed, too.

Python looks into its working folder first. Whoever starts it in a checkout after ``pip install .`` gets the sources,
which have no compiled parts; those of the installed package are then taken.
"""

from __future__ import annotations

import importlib.metadata
from functools import cache
from pathlib import Path

__all__ = ["folders_with_compiled_parts"]


@cache  # importlib.metadata reads every folder of the path, and keeps something of each search
def folders_with_compiled_parts(package: Path) -> tuple[str, ...]:
    """Return where else to look for compiled parts.

    Parameters
    ----------
    package
        The folder that the package is imported from.

    Returns
    -------
    tuple of str
        The installed package's folder, when ``package`` has no compiled parts and another one is installed; else empty.
    """
    if (package / "cti").is_dir():
        return ()
    try:
        distribution = importlib.metadata.distribution("vcxg124m")
    except importlib.metadata.PackageNotFoundError:
        return ()
    installed = Path(str(distribution.locate_file("vcxg124m")))
    return (str(installed),) if (installed / "cti").is_dir() else ()
