"""Finds out why there are no pictures, or too few, also from a camera that cannot be opened."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from vcxg124m import _harvesters, _producer, discovery
from vcxg124m.doctor import gvcp
from vcxg124m.doctor.conclusion import conclude
from vcxg124m.doctor.examination import check_seconds, examine, host_facts
from vcxg124m.doctor.facts import Facts, Failure, Producer
from vcxg124m.doctor.system import System, route_to
from vcxg124m.enums import AccessStatus
from vcxg124m.errors import CameraNotFoundError, ProducerError, ProducerNotFoundError, VcxgError, VcxgWarning
from vcxg124m.opening import open_camera

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from vcxg124m._backend import CameraInfo
    from vcxg124m.doctor.finding import Diagnosis

__all__ = ["diagnose"]

_FREE = {AccessStatus.READ_WRITE, AccessStatus.UNKNOWN}


def diagnose(
    camera: str | None = None, *, producer: str | os.PathLike[str] | None = None, seconds: float = 3.0
) -> Diagnosis:
    """Look at everything between this program and a camera's pictures; the camera need not be reachable.

    A camera that can be opened is opened, streams for some seconds, and is closed. Its settings are what they were
    afterwards; nothing on this computer is changed.

    Parameters
    ----------
    camera
        Serial number, address or user id; None for the only camera there is; "virtual" for one of its own. An address
        is asked directly, so that it may also be one where nothing answers.
    producer
        Path of the GenTL producer (.cti) to use instead of the bundled one.
    seconds
        How long frames are taken.

    Returns
    -------
    Diagnosis
        ``findings`` is empty for a healthy set-up. ``camera.doctor()`` does the same with an open camera.

    Raises
    ------
    CameraAmbiguousError
        Several cameras answer, and ``camera`` names none of them.
    """
    check_seconds(seconds)
    facts = Facts(host=host_facts(System()), wanted=camera)
    with warnings.catch_warnings(), ExitStack() as held:
        warnings.simplefilter("ignore", VcxgWarning)  # findings say it
        try:
            path = _producer.named(producer) if producer is not None else _producer.bundled().resolve()
            vendor, version = _harvesters.identity(path)
        except ProducerError as error:
            missing = isinstance(error, ProducerNotFoundError)
            return conclude(
                replace(_asked(facts), producers=(Producer(error.path, missing=missing, error=str(error)),))
            )
        facts = replace(facts, producers=(Producer(str(path), vendor, version),))
        if camera != "virtual":
            with discovery.undisturbed(also_asking=facts.address or None):
                facts = _looked_for(facts, producer, held)
            if facts.camera is None or facts.camera.access not in _FREE:
                return conclude(_asked(facts))
        try:
            opened = open_camera(facts.camera or camera, producer=producer)
        except VcxgError as error:
            return conclude(_asked(replace(facts, failure=Failure(type(error).__name__, str(error)))))
        with opened:
            return conclude(examine(facts, opened, seconds))


def _looked_for(facts: Facts, producer: str | os.PathLike[str] | None, held: ExitStack) -> Facts:
    """Return the facts with the cameras that answer, and the one that was meant."""
    found: list[tuple[CameraInfo, Path]] = discovery.search(producer, held)
    facts = replace(facts, found=tuple(info for info, _ in found))
    try:
        return replace(facts, camera=discovery.choose(found, {}, facts.wanted)[0])
    except CameraNotFoundError:
        return facts


def _asked(facts: Facts) -> Facts:
    """Return the facts with what the camera's address says without the producer, where there is an address."""
    if not facts.address:
        return facts
    system = System()
    return replace(
        facts,
        route=route_to(facts.address, facts.host.interfaces, system),
        contact=gvcp.contact(facts.address, system),
    )
