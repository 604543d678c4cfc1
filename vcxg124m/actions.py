"""One command that many cameras obey at the same moment."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vcxg124m import _harvesters, _producer
from vcxg124m._waiting import checked_timeout
from vcxg124m.errors import DeviceCommunicationError, FeatureUnavailableError, FeatureValueError
from vcxg124m.units import format_ip

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from vcxg124m._backend import NodeBackend, NodeMapBackend, NodeValue

__all__ = ["ActionResult", "fire_action"]

_NAP_S = 0.001
_ALL_ONES = 0xFFFFFFFF


@dataclass(frozen=True)
class ActionResult:
    """Who has answered an action command.

    Attributes
    ----------
    acknowledged
        IP addresses of the cameras that act, in the order of their answers. Empty with a producer that does not tell.
    refused
        IP addresses of those that do not, with the status code of GigE Vision that each gave as its reason.
    """

    acknowledged: tuple[str, ...] = ()
    refused: dict[str, int] = field(default_factory=dict[str, int])


def fire_action(
    *,
    device_key: int,
    group_key: int,
    group_mask: int = _ALL_ONES,
    expected: int | None = None,
    timeout: float = 0.2,
    interface: str | None = None,
    producer: str | os.PathLike[str] | None = None,
) -> ActionResult:
    """Send one action command to all cameras of a network: those act whose keys it carries, at the same moment.

    A camera acts when an application controls it, and only cameras that are set up for it by
    ``cam.actions.configure`` and have "Action1" as the source of their trigger or timer show that they did (data sheet
    N6). The command is one datagram and is not repeated: a second one would be a second action.

    Parameters
    ----------
    device_key, group_key
        Keys that the cameras were given, 0 to 2**32 - 1.
    group_mask
        Cameras act whose own mask has a bit in common with it.
    expected
        How many cameras are to act: the wait ends with the last answer. 0 asks for no answers and does not wait.
        By default answers are gathered until the time is over.
    timeout
        Time for the answers, in seconds.
    interface
        Name of the host's interface, as in the :class:`CameraInfo`; by default each on which cameras were found.
    producer
        Path of the GenTL producer (.cti) that sends it; by default the bundled one.

    Returns
    -------
    ActionResult
        Who acknowledged.

    Raises
    ------
    FeatureValueError
        A key is out of range, or there is no such interface with cameras.
    DeviceCommunicationError
        Fewer cameras than expected acknowledged; those that did have acted. Or the command could not be sent.
    FeatureUnavailableError
        The producer sends no action commands.
    """
    keys = {"ActionDeviceKey": device_key, "ActionGroupKey": group_key, "ActionGroupMask": group_mask}
    for name, value in keys.items():
        if not 0 <= value <= _ALL_ONES:
            raise FeatureValueError(
                f"{name}={value} not accepted: 0 to {_ALL_ONES}.", feature=name, value=value
            )
    limit = checked_timeout(timeout) or 0.0
    path = _producer.named(producer) if producer is not None else _producer.bundled().resolve()
    with _harvesters.camera_interfaces(path) as found:
        if interface is not None and interface not in found:
            raise FeatureValueError(
                f"interface={interface!r} not accepted: cameras were found on {', '.join(sorted(found)) or 'none'}.",
                feature="interface",
                value=interface,
            )
        chosen = list(found.values()) if interface is None else [found[interface]]
        for nodes in chosen:
            _send(nodes, keys, acknowledge=expected != 0)
        deadline = time.monotonic() + limit
        result = ActionResult()
        while expected != 0:
            result = _answers(chosen)
            if len(result.acknowledged) == expected or time.monotonic() >= deadline:
                break
            time.sleep(_NAP_S)
    if expected is not None and len(result.acknowledged) < expected:
        raise DeviceCommunicationError(
            f"{len(result.acknowledged)} of {expected} cameras acknowledged the action within {limit:g} s: "
            f"{', '.join(result.acknowledged) or 'none'}; refused by {', '.join(result.refused) or 'none'}. A camera "
            "is silent when its keys are others, when no application controls it, and when broadcasts do not reach it."
        )
    return result


def _node(nodes: NodeMapBackend, name: str) -> NodeBackend:
    node = nodes.find(name)
    if node is None:
        raise FeatureUnavailableError(
            f"This GenTL producer sends no action commands: its interface has no {name}.", feature=name
        )
    return node


def _send(nodes: NodeMapBackend, keys: dict[str, int], *, acknowledge: bool) -> None:
    values: dict[str, NodeValue] = {
        **keys,
        "ActionScheduledTimeEnable": False,
        "ActionAcknowledgeRequired": acknowledge,
    }
    optional = {"ActionScheduledTimeEnable", "ActionAcknowledgeRequired"}
    with nodes.lock:
        for name, value in values.items():
            if name not in optional or nodes.find(name) is not None:
                _node(nodes, name).write(value)
        _node(nodes, "ActionCommand").execute()


def _answers(interfaces: Sequence[NodeMapBackend]) -> ActionResult:
    acknowledged: list[str] = []
    refused: dict[str, int] = {}
    for nodes in interfaces:
        if nodes.find("ActionAcknowledgeCount") is None:
            continue
        with nodes.lock:
            for index in range(_integer(nodes, "ActionAcknowledgeCount")):
                _node(nodes, "ActionAcknowledgeSelector").write(index)
                ip = format_ip(_integer(nodes, "ActionAcknowledgeIPAddress"))
                status = _integer(nodes, "ActionAcknowledgeStatus")
                if status == 0:
                    acknowledged.append(ip)
                else:
                    refused[ip] = status
    return ActionResult(tuple(acknowledged), refused)


def _integer(nodes: NodeMapBackend, name: str) -> int:
    value = _node(nodes, name).read()
    return value if isinstance(value, int) else 0
