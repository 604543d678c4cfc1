"""Finds GenTL producers (.cti files) and checks that one can be loaded before anything depends on it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from vcxg124m._source_tree import folders_with_compiled_parts
from vcxg124m.errors import ProducerError, ProducerNotFoundError

__all__ = ["PATH_VARIABLE", "bundled", "check_loadable", "from_environment", "named"]

PATH_VARIABLE = "GENICAM_GENTL64_PATH"

# What a session calls; genicam looks every name up at load, and a missing one is a crash at its first use.
_REQUIRED = (
    "GCInitLib",
    "GCCloseLib",
    "GCGetInfo",
    "GCGetLastError",
    "GCReadPort",
    "GCWritePort",
    "GCGetNumPortURLs",
    "GCGetPortURLInfo",
    "GCGetPortInfo",
    "GCRegisterEvent",
    "EventGetData",
    "EventGetInfo",
    "EventFlush",
    "TLOpen",
    "TLClose",
    "TLGetNumInterfaces",
    "TLGetInterfaceID",
    "TLOpenInterface",
    "TLUpdateInterfaceList",
    "IFClose",
    "IFGetInfo",
    "IFGetNumDevices",
    "IFGetDeviceID",
    "IFUpdateDeviceList",
    "IFGetDeviceInfo",
    "IFOpenDevice",
    "DevGetPort",
    "DevGetNumDataStreams",
    "DevGetDataStreamID",
    "DevOpenDataStream",
    "DevGetInfo",
    "DevClose",
    "DSAnnounceBuffer",
    "DSFlushQueue",
    "DSStartAcquisition",
    "DSStopAcquisition",
    "DSGetInfo",
    "DSRevokeBuffer",
    "DSQueueBuffer",
    "DSGetBufferInfo",
    "DSGetBufferChunkData",
    "DSClose",
)


def bundled() -> Path:
    """Return the path of the producer that comes with the package.

    Raises
    ------
    ProducerNotFoundError
        The package was installed without it.
    """
    package = Path(__file__).parent
    for folder in [str(package), *folders_with_compiled_parts(package)]:
        path = Path(folder, "cti", "vcxg124m.cti")
        if path.is_file():
            return path
    path = package / "cti" / "vcxg124m.cti"
    raise ProducerNotFoundError(
        f"The bundled GenTL producer is missing ({path}): install the package with pip, which builds it; a plain "
        "source tree has none.",
        path=str(path),
    )


def from_environment() -> list[Path]:
    """Return the .cti files that GENICAM_GENTL64_PATH names, as folders or files, in its order."""
    found: dict[Path, None] = {}
    for entry in filter(None, os.environ.get(PATH_VARIABLE, "").split(os.pathsep)):
        place = Path(entry)
        files = sorted(place.glob("*.cti")) if place.is_dir() else [place] * (place.suffix == ".cti")
        found.update(dict.fromkeys(file.resolve() for file in files))
    return list(found)


def named(path: str | os.PathLike[str]) -> Path:
    """Return the producer that the user named.

    Raises
    ------
    ProducerNotFoundError
        There is no such file.
    """
    place = Path(path).expanduser()
    if not place.is_file():
        raise ProducerNotFoundError(
            f"There is no GenTL producer {str(path)!r}: give the path of a .cti file.", path=str(path)
        )
    return place.resolve()


def check_loadable(path: Path) -> None:
    """Load the producer once, as the operating system does, and look its functions up.

    genicam itself only logs a failure and then lists no camera.

    Raises
    ------
    ProducerError
        It is no shared library for this machine, or lacks functions of GenTL.
    """
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise ProducerError(f"The GenTL producer {path} cannot be loaded: {error}", path=str(path)) from error
    missing = [name for name in _REQUIRED if not hasattr(library, name)]
    if missing:
        raise ProducerError(
            f"{path} is no usable GenTL producer: it lacks {', '.join(missing[:5])}"
            f"{f' and {len(missing) - 5} more' if len(missing) > 5 else ''}.",
            path=str(path),
        )
