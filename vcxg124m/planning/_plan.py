"""A plan: the settings that timing and data rates depend on, and what they come to."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vcxg124m.datasheet import NETWORK
from vcxg124m.planning import _advice, _figure, _report, _timing
from vcxg124m.planning._buffers import buffer_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vcxg124m.planning._timing import FramePrediction, Stage

__all__ = ["Plan"]

_LINK = NETWORK.throughput_limit_max_bytes_per_s


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one camera's settings come to; made by :func:`vcxg124m.plan` and ``cam.plan()``.

    The attributes are the settings, everything else follows from them; ``dataclasses.replace`` gives the plan of
    others. It prints as a table.

    Attributes
    ----------
    pixel_format
        As the camera spells it.
    width, height
        Of the image, in pixels after binning.
    payload_bytes
        Of a frame on the network, chunks included.
    exposure_s, readout_s
        Of one frame; the readout is that of the sensor's rows, before binning.
    sequential
        Exposures wait for the readout before (``ReadoutMode``).
    triggered
        Frames start by triggers.
    set_rate_hz
        ``AcquisitionFrameRate`` where it is on; None: as fast as it goes.
    trigger_rate_hz
        How often triggers come; None where nobody knows.
    packet_size
        ``GevSCPSPacketSize`` in bytes, with IP, UDP and GVSP headers.
    packet_delay_ns
        ``GevSCPD``, the pause after every packet.
    throughput_limit
        ``DeviceLinkThroughputLimit`` in bytes per second, headers included.
    link_speed
        Of the camera's own link, in bytes per second: 125e6 or 12.5e6; infinite for a camera that is not on a network.
    extended_ids
        64-bit block ids, with longer headers.
    name
        Whose plan it is.
    """

    pixel_format: str
    width: int
    height: int
    payload_bytes: int
    exposure_s: float
    readout_s: float
    sequential: bool = False
    triggered: bool = False
    set_rate_hz: float | None = None
    trigger_rate_hz: float | None = None
    packet_size: int = NETWORK.packet_size.maximum
    packet_delay_ns: int = 0
    throughput_limit: float = _LINK
    link_speed: float = _LINK
    extended_ids: bool = True
    name: str = ""

    def __str__(self) -> str:
        return _report.of_plan(self).text()

    def _repr_html_(self) -> str:
        return _report.of_plan(self).html()

    # -- time -------------------------------------------------------------------------------------------------------

    @cached_property
    def prediction(self) -> FramePrediction:
        """The times of one frame, and the shortest interval that loses none."""
        return _timing.predict(
            exposure_s=self.exposure_s,
            readout_s=self.readout_s,
            transfer_s=self._transfer_s,
            payload_bytes=self.payload_bytes,
            frame_rate_hz=self.set_rate_hz,
            sequential=self.sequential,
            triggered=self.triggered,
        )

    @property
    def wanted_rate_hz(self) -> float | None:
        """The rate that is asked for: the triggers', or the one that is set; None where neither is."""
        return self.trigger_rate_hz if self.triggered else self.set_rate_hz

    @property
    def possible_rate_hz(self) -> float:
        """Frames per second that sensor, exposure and link allow, whatever is asked for."""
        shortest = max(
            (seconds for stage, seconds in self.prediction.stages_s.items() if stage != "frame rate"),
            default=0.0,
        )
        return 1.0 / shortest if shortest else math.inf

    @property
    def frame_rate_hz(self) -> float:
        """Complete frames per second that arrive.

        Triggers that come too early are skipped, one by one, so that faster triggers can give fewer frames; frames that
        the link has no time for are not sent.
        """
        if not (self.triggered and self.trigger_rate_hz):
            return self.prediction.frame_rate_hz
        each = math.ceil(self.prediction.sensor_interval_s * self.trigger_rate_hz - 1e-9)
        taken = self.trigger_rate_hz / max(1, each)
        return min(taken, 1.0 / self._transfer_s) if self._transfer_s else taken

    @property
    def limited_by(self) -> Stage:
        """What bounds the rate: "sensor", "exposure", "link", "frame rate" or "trigger"."""
        if self.triggered and self.trigger_rate_hz and self.keeps_rate:
            return "trigger"
        return self.prediction.limited_by

    @property
    def keeps_rate(self) -> bool:
        """Whether the rate that is asked for comes; True where none is."""
        wanted = self.wanted_rate_hz
        return wanted is None or wanted <= self.possible_rate_hz * _advice.TOLERANCE

    @property
    def stage_rates_hz(self) -> Mapping[Stage, float]:
        """Frames per second that each stage alone allows, for those that bound them at all."""
        stages = dict(self.prediction.stages_s)
        if self.triggered and self.trigger_rate_hz:
            stages["trigger"] = 1.0 / self.trigger_rate_hz
        return {stage: 1.0 / seconds for stage, seconds in stages.items() if seconds}

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Why the rate that is asked for does not come, and what would help; a sentence each."""
        return _advice.problems(self)

    # -- link -------------------------------------------------------------------------------------------------------

    @property
    def packets(self) -> int:
        """Packets of one frame, leader and trailer included."""
        return _timing.packet_count(
            self.payload_bytes, packet_size=self.packet_size, extended_ids=self.extended_ids
        )

    @property
    def wire_bytes(self) -> float:
        """Bytes that one frame takes of the wire, with all headers and Ethernet's gaps."""
        return _timing.wire_bytes(
            self.payload_bytes, packet_size=self.packet_size, extended_ids=self.extended_ids
        )

    @property
    def data_rate(self) -> float:
        """Payload in bytes per second."""
        return self.payload_bytes * self.frame_rate_hz if self.payload_bytes else 0.0

    @property
    def wire_rate(self) -> float:
        """Bytes per second on the wire."""
        return self.wire_bytes * self.frame_rate_hz if self.payload_bytes else 0.0

    @property
    def link_load(self) -> float:
        """Part of the camera's link that it fills, 0 to 1."""
        return self.wire_rate / self.link_speed

    # -- memory and disk --------------------------------------------------------------------------------------------

    @property
    def buffers(self) -> int:
        """Buffers that ``cam.stream()`` has by default."""
        return buffer_count(self.payload_bytes, self.prediction.frame_rate_hz)

    @property
    def buffer_bytes(self) -> int:
        """Memory of these buffers."""
        return self.buffers * self.payload_bytes

    @property
    def array_bytes(self) -> int:
        """Bytes of ``Frame.image``: uint8 for formats of 8 bits, else uint16; of colours as many as are sent."""
        if not self.pixel_format.startswith("Mono"):
            return self.payload_bytes
        return self.width * self.height * (1 if self.pixel_format.endswith("8") else 2)

    @property
    def disk_raw(self) -> float:
        """Bytes per second of a ``.raw`` recording, which keeps frames as they came."""
        return self.data_rate

    @property
    def disk_unpacked(self) -> float:
        """Bytes per second of a ``.tiff``, ``.zarr`` or ``.h5`` recording, which holds arrays."""
        return self.array_bytes * self.frame_rate_hz if self.array_bytes else 0.0

    def figure(self, frames: int = 4) -> Any:  # noqa: ANN401 - matplotlib is not always installed
        """Draw when each stage is busy with which frame; needs the extra ``plot``.

        Parameters
        ----------
        frames
            How many frames are shown until they have left, 3 or more.

        Returns
        -------
        matplotlib.figure.Figure
            ``figure.savefig("timing.svg")`` writes it.

        Raises
        ------
        MissingPackageError
            matplotlib is not installed.
        FeatureValueError
            There are too few frames to show an interval.
        """
        return _figure.figure(self, frames)

    def to_dict(self) -> dict[str, Any]:
        """Return settings and consequences as plain values, times in seconds, rates per second; None for no bound."""
        followed = (
            "frame_rate_hz", "limited_by", "possible_rate_hz", "keeps_rate", "packets", "data_rate", "wire_rate",
            "link_load", "buffers", "buffer_bytes", "array_bytes", "disk_raw", "disk_unpacked",
        )  # fmt: skip
        everything = {
            **asdict(self),
            "transfer_s": self._transfer_s,
            "latency_s": self.prediction.latency_s,
            "stage_rates_hz": dict(self.stage_rates_hz),
            **{name: getattr(self, name) for name in followed},
            "problems": list(self.problems),
        }
        return {name: None if value == math.inf else value for name, value in everything.items()}

    @property
    def _transfer_s(self) -> float:
        if not self.payload_bytes:
            return 0.0
        return _timing.transfer_time(
            self.payload_bytes,
            packet_size=self.packet_size,
            throughput_limit=min(self.throughput_limit, self.link_speed),
            packet_delay_ns=self.packet_delay_ns,
            extended_ids=self.extended_ids,
        )
