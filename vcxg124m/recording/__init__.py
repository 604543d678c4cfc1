"""Recordings: frames into a file through a bounded queue, and out of it as arrays."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vcxg124m.errors import RecordingError
from vcxg124m.recording._container import Source, Writer
from vcxg124m.recording._hdf5 import Hdf5Source, Hdf5Writer
from vcxg124m.recording._raw import RawSource, RawWriter
from vcxg124m.recording._reader import RecordedFrame, Recording
from vcxg124m.recording._recorder import Recorder
from vcxg124m.recording._records import FrameRecord, RecordingHeader
from vcxg124m.recording._report import RecordedGap, RecordingReport
from vcxg124m.recording._tiff import TiffSource, TiffWriter
from vcxg124m.recording._zarr import ZarrSource, ZarrWriter

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "SUFFIXES",
    "FrameRecord",
    "Hdf5Writer",
    "RawWriter",
    "RecordedFrame",
    "RecordedGap",
    "Recorder",
    "Recording",
    "RecordingHeader",
    "RecordingReport",
    "TiffWriter",
    "Writer",
    "ZarrWriter",
    "open_recording",
    "open_writer",
]

_SOURCES: dict[str, Callable[[str], Source]] = {
    ".raw": RawSource,
    ".tiff": TiffSource,
    ".tif": TiffSource,
    ".zarr": ZarrSource,
    ".h5": Hdf5Source,
    ".hdf5": Hdf5Source,
}
#: What a file's name may end in; it chooses the kind of file.
SUFFIXES = tuple(_SOURCES)


def open_writer(
    path: str | os.PathLike[str], *, overwrite: bool = False, expected_frames: int | None = None
) -> Writer:
    """Return the writer for a path, by its suffix; the file is made by the first frame.

    Parameters
    ----------
    path
        Ends in one of ``SUFFIXES``.
    overwrite
        Replace what is there.
    expected_frames
        How many frames will come; decides between classic TIFF and BigTIFF.

    Raises
    ------
    RecordingError
        The suffix is another, or the folder does not exist.
    FileExistsError
        The file exists.
    MissingPackageError
        The kind of file needs a package that is not installed; the message has the command.
    """
    name = os.fspath(path)
    suffix = _suffix(name)
    folder = os.path.dirname(os.path.abspath(name))  # noqa: PTH100, PTH120 - the path is text here
    if not os.path.isdir(folder):  # noqa: PTH112
        raise RecordingError(f"{folder} is not a folder: make it first.")
    match suffix:
        case ".raw":
            return RawWriter(name, overwrite=overwrite)
        case ".zarr":
            return ZarrWriter(name, overwrite=overwrite)
        case ".h5" | ".hdf5":
            return Hdf5Writer(name, overwrite=overwrite)
        case _:
            return TiffWriter(name, expected_frames=expected_frames, overwrite=overwrite)


def open_recording(path: str | os.PathLike[str]) -> Recording:
    """Open a recording of any kind, also one whose writer was killed or still writes.

    Parameters
    ----------
    path
        The file, by its suffix: .raw (with its index beside it), .tiff, .zarr, .h5.

    Returns
    -------
    Recording
        Like an array (frames, height, width); the frames that were there when it was opened.

    Raises
    ------
    RecordingError
        The file is no recording of this package, or damaged.
    OSError
        It cannot be read.
    MissingPackageError
        The kind of file needs a package that is not installed; the message has the command.
    """
    name = os.fspath(path)
    return Recording(name, _SOURCES[_suffix(name)](name))


def _suffix(name: str) -> str:
    suffix = os.path.splitext(name.rstrip("/"))[1].lower()  # noqa: PTH122
    if suffix not in _SOURCES:
        raise RecordingError(
            f"{name} does not end in one of {', '.join(SUFFIXES)}, which choose the kind of file."
        )
    return suffix
