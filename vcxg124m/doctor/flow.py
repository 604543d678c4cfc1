"""Checks of an open camera: packets, buffer, load, heat, and what a real stream shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vcxg124m.doctor.catalogue import finding
from vcxg124m.doctor.finding import Check
from vcxg124m.doctor.system import ERROR_COUNTERS
from vcxg124m.enums import TemperatureStatus

if TYPE_CHECKING:
    from vcxg124m.doctor.facts import Facts, Host, LinkFacts, Traffic
    from vcxg124m.doctor.finding import Finding

__all__ = ["computer", "load", "packet_size", "socket_buffer", "stream", "temperature"]

_GIGABIT = 125_000_000  # bytes per second
# A program that gets no processor for this long is usual on a desktop; packets must be able to wait meanwhile.
_PAUSE_S = 0.02
# What the bundled producer asks for.
_WANTED_BUFFER = 32 << 20
# Part of the rate that settings give which must come.
_FULL_RATE = 0.9
# Headers that may lie between the packet size and the MTU (VLAN, PPPoE).
_HEADERS = 100


def packet_size(facts: Facts) -> Check | None:
    """See whether packets are as large as interface and camera can carry."""
    link, interface = facts.link, facts.interface
    if link is None or link.packet_size is None:
        return None
    proven = {True: ", proven by a test packet", False: ", not one test packet arrived", None: ""}
    seen = f"{link.packet_size} of {link.packet_size_max} bytes{proven[link.packet_size_proven]}"
    return Check(
        "packet size", seen, tuple(_packet_findings(facts, link, interface.mtu if interface else None))
    )


def _packet_findings(facts: Facts, link: LinkFacts, mtu: int | None) -> list[Finding]:
    size, largest = link.packet_size or 0, link.packet_size_max or 0
    name = facts.interface.name if facts.interface else ""
    goal = min(largest, link.packet_size_allowed or largest, mtu or largest)
    if link.packet_size_proven is False:
        return [_no_test_packets(facts)]
    if mtu is not None and mtu < largest and size >= mtu - _HEADERS:
        return [
            finding(
                "interface-mtu",
                f"{name} has an MTU of {mtu} bytes; the camera could send packets of {largest}.",
                f"sudo ip link set dev {name} mtu {largest}",
            )
        ]
    if size >= goal - _HEADERS:
        return []
    if link.packet_size_proven:
        seen = f"Packets of {size} bytes arrive, larger ones do not, although {name} carries {goal}."
        return [finding("path-mtu", seen, f"ping -M do -s {goal - 28} -c 3 {facts.address}")]
    seen = f"The camera sends packets of {size} bytes; {goal} would be possible."
    return [finding("small-packets", seen, f"vcxg124m features set GevSCPSPacketSize={goal}")]


def _no_test_packets(facts: Facts) -> Finding:
    seen = f"Test packets from {facts.address} do not arrive, not even of 576 bytes."
    commands = [_letting_in(facts.address, facts.host)]
    if facts.host.firewall:
        seen += f" The firewall drops: {'; '.join(facts.host.firewall[:3])}."
    if facts.interface is not None and facts.interface.rp_filter == 1:
        seen += f" The reverse-path filter of {facts.interface.name} is strict."
        commands.append(f"sudo sysctl -w net.ipv4.conf.{facts.interface.name}.rp_filter=2")
    return finding("no-test-packets", seen, *commands)


def _letting_in(ip: str, host: Host) -> str:
    """Return the command that lets a camera's packets in, of the firewall that is in use."""
    if any("ufw" in rule for rule in host.firewall or ()):
        return f"sudo ufw allow proto udp from {ip}"
    if host.has_firewalld:
        return f"sudo firewall-cmd --zone=trusted --add-source={ip}"
    return f"sudo iptables -I INPUT -p udp -s {ip} -j ACCEPT"


def socket_buffer(facts: Facts) -> Check | None:
    """See whether packets can wait for as long as this computer may be busy with something else."""
    link = facts.link
    if link is None or link.socket_buffer is None:
        return None
    speed = link.link_speed or _GIGABIT
    per_second = min(link.prediction.data_rate, speed) if math.isfinite(link.prediction.data_rate) else speed
    # Within a pause come at most a whole frame and what follows at the mean rate, and never more than the link gives.
    needed = min(speed * _PAUSE_S, link.prediction.payload_bytes + per_second * _PAUSE_S)
    bridged = link.socket_buffer / speed
    seen = f"{_megabytes(link.socket_buffer)} granted, for {bridged * 1e3:.3g} ms at full speed"
    if link.socket_buffer >= needed:
        return Check("socket buffer", seen)
    limit = facts.host.settings.get("net.core.rmem_max")
    told = f" net.core.rmem_max is {limit}." if limit is not None else ""
    return Check(
        "socket buffer",
        seen,
        (
            finding(
                "socket-buffer",
                f"{_megabytes(_WANTED_BUFFER)} were asked for and {link.socket_buffer} bytes granted; a pause of "
                f"{_PAUSE_S * 1e3:.0f} ms needs {_megabytes(needed)}.{told}",
                f"sudo sysctl -w net.core.rmem_max={_WANTED_BUFFER}",
                f"echo net.core.rmem_max={_WANTED_BUFFER} | sudo tee /etc/sysctl.d/60-vcxg124m.conf",
            ),
        ),
    )


def load(facts: Facts) -> Check | None:
    """See what the settings ask of the link, and whether it has that."""
    link = facts.link
    if link is None:
        return None
    predicted = link.prediction
    found: list[Finding] = []
    if link.link_speed is not None and link.link_speed < _GIGABIT:
        found.append(
            finding("camera-link-slow", f"The camera's link has {link.link_speed * 8 / 1e6:.0f} Mbit/s.")
        )
    wanted_s = 1 / link.wanted_hz if link.wanted_hz else 0.0
    if predicted.interval_s > wanted_s > 0 and predicted.limited_by != "frame rate":
        found.append(
            finding(
                "rate-unreachable",
                f"{link.wanted_hz:g} frames/s are set; the {predicted.limited_by} allows "
                f"{predicted.frame_rate_hz:.4g}.",
                f"vcxg124m features set AcquisitionFrameRate={math.floor(predicted.frame_rate_hz * 10) / 10:g}",
            )
        )
    free_s = max(predicted.sensor_interval_s, wanted_s, link.unthrottled_s)
    if predicted.limited_by == "link" and predicted.interval_s > free_s * 1.01:
        found.append(
            finding(
                "link-throttled",
                f"A packet delay of {link.packet_delay_ns} ns and a limit of "
                f"{(link.throughput_limit or 0) / 1e6:.4g} MB/s leave {predicted.frame_rate_hz:.4g} frames/s of "
                f"{1 / free_s:.4g}.",
                f"vcxg124m features set GevSCPD=0 DeviceLinkThroughputLimit={link.link_speed or _GIGABIT}",
            )
        )
    share = predicted.data_rate / (link.link_speed or _GIGABIT)
    seen = (
        f"{predicted.frame_rate_hz:.4g} frames/s, {predicted.data_rate / 1e6:.4g} MB/s, {share:.0%} of the link; "
        f"limited by the {predicted.limited_by}"
    )
    return Check("planned load", seen, tuple(found))


def temperature(facts: Facts) -> Check | None:
    """See how warm the camera is by its own judgement."""
    link = facts.link
    if link is None or link.temperature_celsius is None:
        return None
    codes = {
        TemperatureStatus.HIGH.value: "camera-hot",
        TemperatureStatus.EXCEEDED.value: "camera-too-hot",
    }
    code = codes.get(link.temperature_status or "")
    seen = f"{link.temperature_celsius:.1f} degC, {link.temperature_status}"
    return Check(
        "temperature", seen, (finding(code, f"The camera is at {seen}."),) if code is not None else ()
    )


def stream(facts: Facts) -> Check | None:
    """See what became of the frames of a real stream."""
    traffic = facts.traffic
    if traffic is None:
        return None
    rate = f", {traffic.measured_hz:.4g} frames/s" if traffic.measured_hz is not None else ""
    seen = (
        f"{traffic.delivered} frames in {traffic.seconds:.1f} s{rate}, {traffic.megabytes_per_second:.4g} MB/s, "
        f"{traffic.lost} lost"
    )
    # What a firewall drops is told once.
    blocked = facts.link is not None and facts.link.packet_size_proven is False
    if blocked and (traffic.lost or not traffic.delivered):
        return Check("stream", seen, see="packet size")
    return Check("stream", seen, tuple(_stream_findings(facts, traffic)))


def _stream_findings(facts: Facts, traffic: Traffic) -> list[Finding]:
    if not (traffic.delivered or traffic.incomplete or traffic.underrun):
        return [finding("no-frames", traffic.detail or "No frame came.")]
    found: list[Finding] = []
    lost_here = (traffic.dropped or 0) > 0 or traffic.underrun > 0
    lost_before = (traffic.missing or 0) - (traffic.dropped or 0)
    if traffic.lost and (lost_before > 0 or not lost_here):
        total = traffic.delivered + traffic.lost
        packets = (
            f" {traffic.missing} packets are missing ({traffic.missing / (traffic.packets + traffic.missing):.2%}), "
            f"{traffic.dropped or 0} of them dropped by this computer."
            if traffic.missing is not None and traffic.packets
            else ""
        )
        found.append(
            finding(
                "packets-lost",
                f"{traffic.incomplete} of {total} frames are incomplete, {traffic.missed} missing.{packets}",
                *([f"ethtool -S {facts.interface.name}"] if facts.interface else []),
                "vcxg124m features set GevSCPD=2000",
            )
        )
    if (
        not (traffic.lost or lost_here)
        and traffic.measured_hz is not None
        and traffic.measured_hz < _FULL_RATE * traffic.expected_hz
    ):
        seen = f"{traffic.measured_hz:.4g} frames/s came, the settings allow {traffic.expected_hz:.4g}."
        if facts.interface is not None and facts.interface.is_loopback:
            seen += f" The camera is a program on this computer, whose {_busy(facts)}"
        found.append(finding("rate-low", seen))
    return found


def computer(facts: Facts) -> Check | None:
    """See whether this computer takes what arrives: kernel, interface, processor."""
    traffic = facts.traffic
    if traffic is None:
        return None
    host = facts.host
    found: list[Finding] = []
    name = facts.interface.name if facts.interface else ""
    if traffic.dropped or (traffic.dropped is None and traffic.kernel.get("Udp RcvbufErrors")):
        found.append(_drops(facts, traffic))
    for kind, code in (("damaged", "interface-errors"), ("overrun", "interface-overrun")):
        grown = {
            counter: traffic.kernel[f"{name} {counter}"]
            for counter in ERROR_COUNTERS[kind]
            if f"{name} {counter}" in traffic.kernel
        }
        if grown:
            counts = ", ".join(f"{counter} {number}" for counter, number in grown.items())
            command = f"sudo ethtool -G {name} rx 4096" if kind == "overrun" else f"ethtool -S {name}"
            found.append(finding(code, f"In {traffic.seconds:.0f} s {name} counted {counts}.", command))
    if traffic.underrun:
        found.append(
            finding(
                "computer-slow",
                f"{traffic.underrun} frames found no buffer. This computer's {_busy(facts)}",
                *_clock(facts),
            )
        )
    receiver = (
        f", receiving takes {traffic.receiver_cpu:.0%} of one" if traffic.receiver_cpu is not None else ""
    )
    drops = f"{traffic.dropped} packets dropped" if traffic.dropped is not None else "drops unknown"
    return Check("computer", f"{drops}; {host.cores} cores, load {host.load:g}{receiver}", tuple(found))


def _drops(facts: Facts, traffic: Traffic) -> Finding:
    granted = facts.link.socket_buffer if facts.link else None
    packets = traffic.dropped if traffic.dropped is not None else traffic.kernel["Udp RcvbufErrors"]
    room = f" in {granted} bytes" if granted is not None else ""
    seen = f"{packets} packets found no room{room}. This computer's {_busy(facts)}"
    commands = (
        [f"sudo sysctl -w net.core.rmem_max={_WANTED_BUFFER}"] if (granted or 0) < _WANTED_BUFFER else []
    )
    if traffic.kernel.get("softnet dropped"):
        seen += f" The kernel's own queue overflowed {traffic.kernel['softnet dropped']} times."
        commands.append("sudo sysctl -w net.core.netdev_max_backlog=5000")
    return finding("host-drops", seen, *commands, *_clock(facts))


def _busy(facts: Facts) -> str:
    host, priority = facts.host, facts.traffic.priority if facts.traffic else ""
    thread = f"; the receiving thread's priority is {priority}" if priority else ""
    clocks = f", clocks {', '.join(host.governors)}" if host.governors else ""
    return f"{host.cores} cores have a load of {host.load:g}{clocks}{thread}."


def _clock(facts: Facts) -> list[str]:
    commands: list[str] = []
    if facts.host.governors and "performance" not in facts.host.governors:
        commands.append("echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor")
    if facts.traffic is not None and facts.traffic.priority == "Ordinary":
        commands.append("echo '@video - rtprio 50' | sudo tee /etc/security/limits.d/60-vcxg124m.conf")
    return commands


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.3g} MB"
