"""Packages that an extra of this one brings."""

from __future__ import annotations

import importlib
from typing import Any

from vcxg124m.errors import MissingPackageError

__all__ = ["require"]


def require(module: str, extra: str) -> Any:  # noqa: ANN401 - a module that type checkers may not find
    """Import a package that is not always installed.

    Raises
    ------
    MissingPackageError
        It is not.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingPackageError(
            f"This needs the package {package}, which is not installed: pip install 'vcxg124m[{extra}]'"
        ) from error
