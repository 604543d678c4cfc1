"""Every finding that there is: how bad, what, why it matters, what to do. Numbers and commands come with a case."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vcxg124m.doctor.finding import Finding, Severity

__all__ = ["KINDS", "Kind", "as_markdown", "finding"]

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True)
class Kind:
    """What all findings of one code have in common."""

    severity: Severity
    title: str
    why: str
    remedy: str


KINDS: dict[str, Kind] = {
    # producer
    "producer-missing": Kind(
        _ERROR,
        "There is no GenTL producer at this place",
        "The producer is the library that speaks to cameras; without one no camera is found.",
        "Name an existing .cti file, or install the package with pip, which builds its own.",
    ),
    "producer-unusable": Kind(
        _ERROR,
        "The GenTL producer cannot be used",
        "The producer is the library that speaks to cameras; without one no camera is found.",
        "Use the bundled one (leave --producer out, unset GENICAM_GENTL64_PATH), or install the other one anew.",
    ),
    # the way to the camera
    "no-link": Kind(
        _ERROR,
        "A network interface has no connection",
        "No camera answers, and this interface is switched off or nothing is at the other end of its cable.",
        "Switch it on; check cable, camera power and the lamps at both plugs.",
    ),
    "no-address": Kind(
        _ERROR,
        "A network interface has no IPv4 address",
        "No camera answers, and GigE Vision needs an address on the interface that the camera is connected to.",
        "Give it one; a camera without DHCP has taken one from 169.254.0.0/16.",
    ),
    "no-camera": Kind(
        _ERROR,
        "No camera answers",
        "Every GigE Vision camera answers a broadcast unless something between it and this computer stops it.",
        "Check power and cable (the camera's lamps), a firewall (UDP port 3956 both ways), and routers: they pass no "
        "broadcasts, so name the camera's address behind one (--camera ADDRESS).",
    ),
    "other-camera": Kind(
        _ERROR,
        "The camera that was asked for does not answer, others do",
        "The name may be misspelt, or this camera is switched off.",
        "Choose one of those that answer, or check power and cable of this one.",
    ),
    "no-route": Kind(
        _ERROR,
        "This computer has no way to the camera's address",
        "None of the interfaces has an address in the camera's network.",
        "Give the interface that the camera is connected to an address in that network.",
    ),
    "wrong-subnet": Kind(
        _ERROR,
        "The camera is in another subnet than the interface that it answers on",
        "Broadcasts reach it, so it is listed; commands and frames do not, so it cannot be opened.",
        "Give the interface a second address in the camera's network, or the camera one in yours "
        "(vcxg124m force-ip ADDRESS/PREFIX).",
    ),
    "route-elsewhere": Kind(
        _ERROR,
        "Packets to the camera leave by another interface than the one it is connected to",
        "Two interfaces are in the same network, and the system takes the first. Commands do not arrive.",
        "Give each interface a network of its own, or the camera a route of its own.",
    ),
    "camera-silent": Kind(
        _ERROR,
        "Nothing answers at the camera's address",
        "Commands go to UDP port 3956 of the camera. Without an answer it is not there, hangs, or a firewall drops "
        "them.",
        "Check power and cable; switch the camera off and on; look at the firewall.",
    ),
    "no-camera-at-address": Kind(
        _ERROR,
        "The address belongs to something that is no camera",
        "The computer or device at this address says that nobody listens at UDP port 3956.",
        "Check the address; `vcxg124m list` shows the cameras that answer.",
    ),
    "control-held": Kind(
        _ERROR,
        "Another application controls the camera",
        "Only one application at a time may control a camera; it keeps control until it closes it, or is silent for "
        "the heartbeat time (3 s from the maker).",
        "Close the camera in that application.",
    ),
    "open-failed": Kind(
        _ERROR,
        "The camera answers, but cannot be opened",
        "Its description or its first registers could not be read.",
        "Switch the camera off and on, and try again; if it stays, attach a report (--report) to a bug.",
    ),
    "camera-lost": Kind(
        _ERROR,
        "The camera was lost while it was examined",
        "It stopped answering: its power or its cable failed, it restarted, or another application took control.",
        "Check power supply (12 to 24 V, or PoE), plug and cable, and who else uses the camera.",
    ),
    # packets and load
    "interface-mtu": Kind(
        _WARNING,
        "The network interface carries small packets only",
        "With jumbo frames there are six times fewer packets: less load for this computer, fewer lost frames, and "
        "4 % more frames a second.",
        "Raise the interface's MTU; every switch on the way must carry jumbo frames too. Then open the camera anew.",
    ),
    "path-mtu": Kind(
        _WARNING,
        "Something on the way drops large packets",
        "Test packets of the size that the interface carries do not arrive, so smaller ones are used: more load for "
        "this computer, and 4 % fewer frames a second.",
        "Switch jumbo frames on in every switch and router between; cable the camera directly to compare. A packet "
        "size that was set by hand is put right by opening the camera anew.",
    ),
    "no-test-packets": Kind(
        _ERROR,
        "The camera answers, but no packet of its stream arrives",
        "Commands go both ways; packets that the camera sends by itself do not come through. Mostly a firewall drops "
        "them, or the reverse-path filter.",
        "Let UDP from the camera in.",
    ),
    "small-packets": Kind(
        _WARNING,
        "The camera sends smaller packets than the network carries",
        "Small packets cost frame rate and load, and this producer does not look for larger ones by itself.",
        "Set the packet size, or use the bundled producer.",
    ),
    "socket-buffer": Kind(
        _WARNING,
        "Few packets can wait when this computer is busy",
        "Packets that find no room in the socket's buffer are lost, and the camera cannot send them again.",
        "Raise the system's limit, and keep it in /etc/sysctl.d/.",
    ),
    "camera-link-slow": Kind(
        _WARNING,
        "The camera's network link is slower than 1000 Mbit/s",
        "It falls back to 100 Mbit/s when one of the four pairs of wires fails: at most a tenth of the frame rate.",
        "Replace the cable (Cat 5e or better, all eight wires), then try another port of the switch.",
    ),
    "interface-slow": Kind(
        _WARNING,
        "The computer's network link is slower than 1000 Mbit/s",
        "It falls back to 100 Mbit/s when one of the four pairs of wires fails: at most a tenth of the frame rate.",
        "Replace the cable (Cat 5e or better, all eight wires), then let the interface negotiate anew.",
    ),
    "rate-unreachable": Kind(
        _WARNING,
        "The frame rate that is set cannot be reached",
        "Sensor, exposure or link need longer for a frame than the rate leaves.",
        "Lower the rate, the exposure time or the region, or pack the pixels (Mono12p).",
    ),
    "link-throttled": Kind(
        _WARNING,
        "Packet delay or throughput limit cost frame rate",
        "They are meant for several cameras on one link; a single camera needs neither.",
        "Take them away when the camera has the link for itself.",
    ),
    # what a stream shows
    "no-frames": Kind(
        _ERROR,
        "The camera can be controlled, but no frame comes",
        "Control and stream are different packets; these do not come through, or the camera sends none.",
        "Follow what was seen.",
    ),
    "packets-lost": Kind(
        _ERROR,
        "Packets are lost on the way to this computer",
        "Frames are incomplete or missing. The camera keeps no frame, so what is lost cannot be sent again.",
        "Check cable and plugs, switches (buffers too small for several cameras, PAUSE frames off) and what else is on "
        "the link; a packet delay helps a switch that is too slow.",
    ),
    "host-drops": Kind(
        _ERROR,
        "This computer drops packets",
        "They arrived, and found no room because the receiving thread did not come to take them in time.",
        "Raise the socket buffer, let the thread run first, and use jumbo frames.",
    ),
    "interface-errors": Kind(
        _WARNING,
        "The network interface reports damaged packets",
        "A checksum was wrong: a cable, a plug or interference near the cable.",
        "Replace the cable (shielded, Cat 5e or better); keep it away from motors and their supplies.",
    ),
    "interface-overrun": Kind(
        _ERROR,
        "The network interface drops packets",
        "Its queue was full before the system took them.",
        "Give it the largest queue that it has.",
    ),
    "computer-slow": Kind(
        _ERROR,
        "This computer does not take frames in time",
        "Frames found no free buffer: other programs take the processor, or its clock is kept low.",
        "End other programs; let the processor run at full clock; take fewer or smaller frames.",
    ),
    "rate-low": Kind(
        _WARNING,
        "Frames come slower than the settings allow",
        "The camera skips frames when it cannot send them in time.",
        "See what else uses the link, and what else keeps this computer busy.",
    ),
    # the camera
    "camera-hot": Kind(
        _WARNING,
        "The camera is close to the temperature where it stops",
        "Above its limit it sends no image until it has cooled down.",
        "Lead the heat away: mount it on metal, let air move, lower the frame rate.",
    ),
    "camera-too-hot": Kind(
        _ERROR,
        "The camera is too hot to send images",
        "Above its limit it sends no image until it has cooled down.",
        "Let it cool; mount it on metal, let air move, lower the frame rate.",
    ),
}


def finding(code: str, seen: str, *commands: str) -> Finding:
    """Return a finding of this code with what was seen and the commands that mend it."""
    kind = KINDS[code]
    return Finding(code, kind.severity, kind.title, seen, kind.why, kind.remedy, commands)


def as_markdown() -> str:
    """Return a section for each finding, as the documentation has them."""
    sections = [
        f"## `{code}`\n\n**{kind.title}** ({kind.severity}). {kind.why}\n\n{kind.remedy}"
        for code, kind in KINDS.items()
    ]
    return re.sub(r"(--[a-z]+(?: [A-Z]+)?)", r"`\1`", "\n\n".join(sections))
