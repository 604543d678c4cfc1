"""Why no frame came in time: what the camera and the producer's counters tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vcxg124m.errors import TimeoutReason
from vcxg124m.features._prediction import prediction

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Nodes

__all__ = ["Facts"]

# What the bundled producer asks the system for; see the reference of its socket.
_WANTED_SOCKET_BUFFER = 32 << 20


@dataclass
class Facts:
    """What is known at the end of a wait.

    Attributes
    ----------
    nodes
        The camera's.
    timeout
        Seconds that were waited.
    incomplete, underrun
        Frames of this wait that lack packets, or found no buffer.
    counters
        What the producer counted during this wait.
    granted
        Bytes of the stream's socket buffer; None where the producer does not tell.
    """

    nodes: Nodes
    timeout: float
    incomplete: int = 0
    underrun: int = 0
    counters: dict[str, int] = field(default_factory=dict[str, int])
    granted: int | None = None

    def reason(self) -> tuple[TimeoutReason, str]:
        """Return the most likely reason, with the numbers it was concluded from and a remedy."""
        if self._only_headers_came():
            return TimeoutReason.PACKETS_TOO_LARGE, self._about_large_packets()
        if self.incomplete:
            return TimeoutReason.ONLY_INCOMPLETE, self._about_losses()
        if self.underrun:
            return (
                TimeoutReason.NO_BUFFERS,
                f"{self.underrun} frames found no free buffer: open the stream with more.",
            )
        if self.nodes.peek("TriggerMode") == "On":
            return self._about_triggers()
        needed = prediction(self.nodes).latency_s
        if self.timeout < needed:
            return TimeoutReason.TOO_SHORT, f"One frame takes {needed:.3g} s by the camera's settings."
        return TimeoutReason.NO_PACKETS, self._about_silence()

    def _only_headers_came(self) -> bool:
        """Leaders and trailers are short; where nothing else arrives, the packets between do not fit the path."""
        packets, payload = (
            self.counters.get(name) for name in ("StreamPacketCount", "StreamReceivedByteCount")
        )
        return bool(packets) and payload == 0

    def _about_large_packets(self) -> str:
        return (
            f"{self.counters['StreamPacketCount']} short packets came and none with pixels: something on the way drops "
            f"packets of {self.nodes.peek('GevSCPSPacketSize')!s} bytes. Switch jumbo frames on in the network card "
            "and every switch, or set cam.transport.packet_size = 1500."
        )

    def _about_losses(self) -> str:
        missing, dropped = (
            self.counters.get(name, 0)
            for name in ("StreamMissingPacketCount", "StreamKernelDroppedPacketCount")
        )
        came = f"{self.incomplete} frame{'s' * (self.incomplete > 1)} came with packets missing"
        if missing:
            came += f" ({missing} packets, {dropped} of them dropped by this computer)"
        if dropped and self.granted is not None:
            return (
                f"{came}: the socket buffer of {self.granted} bytes was full. Let it be larger: "
                f"sudo sysctl -w net.core.rmem_max={_WANTED_SOCKET_BUFFER}"
            )
        return (
            f"{came}: raise the socket buffer (sudo sysctl -w net.core.rmem_max={_WANTED_SOCKET_BUFFER}), lower "
            "transport.throughput_limit, or look at cables and switches."
        )

    def _about_triggers(self) -> tuple[TimeoutReason, str]:
        source = self.nodes.peek("TriggerSource")
        skipped = self._skipped_triggers()
        if skipped:
            return (
                TimeoutReason.TRIGGERS_SKIPPED,
                f"The camera has counted {skipped} triggers from {source!s} that came before it was ready: trigger "
                "slower, or expose shorter.",
            )
        return (
            TimeoutReason.NO_TRIGGER,
            f"The camera waits for a trigger from {source!s}; call trigger.fire(), check the signal, or "
            'trigger.disable(). A counter with event source "TriggerSkipped" tells triggers that come too early.',
        )

    def _skipped_triggers(self) -> int:
        """Return what a counter says that counts skipped triggers, if the user has set one up."""
        nodes = self.nodes
        with nodes.lock:
            before = nodes.peek("CounterSelector")
            if before is None:
                return 0
            try:
                for counter in nodes["CounterSelector"].entries:
                    nodes.set("CounterSelector", counter)
                    if nodes.peek("CounterEventSource") == "TriggerSkipped":
                        return nodes.get_int("CounterValue")
                return 0
            finally:
                nodes.set("CounterSelector", before)

    def _about_silence(self) -> str:
        size = self.nodes.peek("GevSCPSPacketSize")
        foreign = self.counters.get("StreamForeignPacketCount", 0)
        if foreign:
            return f"{foreign} packets came from another address than the camera's: two devices use one port."
        if self.counters.get("StreamPacketCount"):
            return (
                f"{self.counters['StreamPacketCount']} packets of its stream came, but no whole frame: "
                "look at stream.statistics."
            )
        return (
            "The camera answers, but nothing of its stream arrives: check the firewall (UDP from the camera to this "
            "computer), reverse-path filter, the network interface and "
            f"transport.packet_size ({size!s} bytes); `vcxg124m doctor` does."
        )
