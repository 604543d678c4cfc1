"""Why a camera's description of its features cannot be used."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genicam import genapi

from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, sentence
from vcxg124m.errors import DeviceCommunicationError

if TYPE_CHECKING:
    from vcxg124m._backend import CameraInfo

__all__ = ["undescribed"]


def undescribed(info: CameraInfo, port: Any) -> DeviceCommunicationError:
    return DeviceCommunicationError(
        f"{info} has no usable description of its features: {_why_no_description(port)} Restart the camera (power off "
        "and on) and open it again; if this stays, its firmware is damaged: load it anew with the vendor's tool."
    )


def _why_no_description(port: Any) -> str:
    """Fetch a camera's description once more by hand, to hear the reason that harvesters only logs."""
    try:
        (url, *_) = (info.url for info in port.url_info_list)
        place = re.fullmatch(r"local:.*;([0-9a-f]+);([0-9a-f]+)(\?.*)?", url, re.IGNORECASE)
        if place is None:
            return f"it names {url!r}, which is no place inside of it."
        _, content = port.read(int(place[1], 16), int(place[2], 16))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "description.zip")
            file.write_bytes(content)
            genapi.NodeMap().load_xml_from_zip_file(str(file))
    except GENICAM_ERRORS as error:
        return f"{sentence(error)}."
    return "this time it could be read."
