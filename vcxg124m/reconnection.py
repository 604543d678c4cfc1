"""A lost camera that is found again: with what patience, what became of its settings, the gap in its frames."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vcxg124m.errors import FeatureValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vcxg124m._backend import CameraInfo

__all__ = ["Gap", "Reconnect", "Reconnection"]


@dataclass(frozen=True)
class Reconnect:
    """How patiently a lost camera is looked for.

    Attributes
    ----------
    attempts
        At most so many; None for as many as there is time for.
    delay_s
        Seconds between the first attempt and the second.
    backoff
        Each pause is so many times as long as the one before; 1 for equal ones.
    give_up_after_s
        Seconds after the loss at which no further attempt begins.

    Raises
    ------
    FeatureValueError
        A number is out of range: every search ends.
    """

    attempts: int | None = None
    delay_s: float = 1.0
    backoff: float = 1.2
    give_up_after_s: float = 60.0

    def __post_init__(self) -> None:
        for name, least in (("attempts", 1), ("delay_s", 0), ("backoff", 1), ("give_up_after_s", 0)):
            value = getattr(self, name)
            if value is not None and not least <= value < math.inf:
                raise FeatureValueError(
                    f"Reconnect({name}={value}) not accepted: {least} or more, and an end.",
                    feature=name,
                    value=value,
                )


@dataclass(frozen=True)
class Reconnection:
    """How a camera was found again.

    Attributes
    ----------
    info
        The camera as it was found: its address may be another one.
    attempts
        How many it took.
    seconds
        From the moment when the loss was noticed until its settings were back.
    restored
        Settings that the camera had lost and that were written again, by name.
    refused
        Settings that could not be, with the reason.
    """

    info: CameraInfo
    attempts: int
    seconds: float
    restored: Mapping[str, object] = field(default_factory=dict[str, object])
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Gap:
    """A time without frames, because the camera was lost and found again.

    How many frames are missing nobody knows: the camera counts from 1 again.

    Attributes
    ----------
    seconds
        From the last frame that was fetched before until the stream ran again, so at most so much is missing.
    last_frame_id
        Of that frame; None when there was none.
    reconnection
        How the camera was found again.
    """

    seconds: float
    last_frame_id: int | None
    reconnection: Reconnection
