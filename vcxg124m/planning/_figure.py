"""The timing diagram of a plan: which stage is busy with which frame, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vcxg124m._extras import require
from vcxg124m.datasheet import Range
from vcxg124m.planning._checks import within
from vcxg124m.planning._course import course
from vcxg124m.planning._text import number, seconds, title

if TYPE_CHECKING:
    from vcxg124m.planning._course import Course
    from vcxg124m.planning._plan import Plan

__all__ = ["figure"]

# A frame keeps its colour through all stages; neighbours differ for colour-blind eyes and in grey.
_COLOURS = (("#0072b2", "white"), ("#e69f00", "black"), ("#56b4e9", "black"), ("#b5651d", "white"))
_GREY, _RED = "#555555", "#c00000"
_BAR = 0.62
_SMALL = 8
# Parts of the figure's width: a bar that is shorter has no frame, or no number.
_FRAMED, _NUMBERED = 0.01, 0.025


def figure(plan: Plan, frames: int) -> Any:  # noqa: ANN401 - matplotlib is not always installed
    """Return a matplotlib figure, as wide as a page of two columns."""
    within("frames", frames, Range(3, 100), "frames")
    lanes = [*(["trigger"] if plan.triggered else []), "exposure", "readout", "transfer"]
    new = require("matplotlib.figure", "plot").Figure
    drawn = new(figsize=(7.2, 0.95 + 0.36 * len(lanes)), layout="constrained")
    # More frames than are asked for, so that the last one is not alone.
    _Diagram(drawn.add_subplot(), plan, lanes, course(plan, 2 * frames + 2), frames).draw()
    return drawn


class _Diagram:
    """Lanes from the top; time to the right in the unit that suits it."""

    def __init__(self, axes: Any, plan: Plan, lanes: list[str], times: Course, frames: int) -> None:  # noqa: ANN401
        self._axes = axes
        self._plan = plan
        self._lane = {lane: y for y, lane in enumerate(lanes)}
        self._times = times
        end = max((frame.sent_s or frame.read_s)[1] for frame in times.frames[:frames])
        self._unit = seconds(end).split()[-1]
        self._factor = {"s": 1.0, "ms": 1e3, "us": 1e6}[self._unit]
        self._end = 1.02 * end * self._factor

    def draw(self) -> None:
        """Draw everything."""
        for index, frame in enumerate(self._times.frames):
            self._bar("exposure", index, frame.exposed_s)
            self._bar("readout", index, frame.read_s)
            if frame.sent_s is not None:
                self._bar("transfer", index, frame.sent_s)
            else:
                self._mark("readout", frame.read_s[1], "x", _RED)
            if frame.trigger_s is not None:
                self._mark("trigger", frame.trigger_s, "v", _GREY)
        for at in self._times.skipped_triggers_s:
            self._mark("trigger", at, "x", _RED)
        self._dimension()
        self._dress()

    def _bar(self, lane: str, index: int, span: tuple[float, float]) -> None:
        begin, end = (min(at * self._factor, self._end) for at in span)
        if begin == self._end:
            return
        colour, ink = _COLOURS[index % len(_COLOURS)]
        edge = "white" if end - begin > _FRAMED * self._end else colour
        self._axes.barh(
            self._lane[lane], end - begin, _BAR, begin, color=colour, edgecolor=edge, linewidth=0.6
        )
        if end - begin > _NUMBERED * self._end:
            self._axes.text(
                (begin + end) / 2, self._lane[lane], str(index + 1), ha="center", va="center_baseline",
                fontsize=_SMALL, color=ink,
            )  # fmt: skip

    def _mark(self, lane: str, at_s: float, marker: str, colour: str) -> None:
        if at_s * self._factor < self._end:
            self._axes.plot(at_s * self._factor, self._lane[lane], marker, color=colour, ms=5)

    def _dimension(self) -> None:
        """Dimension the time from the second image that arrives to the third, where it is that of all after them."""
        plan, axes = self._plan, self._axes
        arriving = [
            (frame.exposed_s, frame.sent_s) for frame in self._times.frames if frame.sent_s is not None
        ]
        at_link = plan.triggered and plan.limited_by == "link"  # exposures follow the triggers then
        first, second = (frame[at_link][0] * self._factor for frame in arriving[1:3])
        y = len(self._lane) - 0.15
        for at in (first, second):
            lane = self._lane["transfer" if at_link else "exposure"]
            axes.plot([at, at], [lane, y + 0.2], ":", color=_GREY, lw=0.8, zorder=0)
        arrow = {"arrowstyle": "<->", "color": _GREY, "lw": 0.9, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (second, y), (first, y), arrowprops=arrow)
        rate = plan.frame_rate_hz
        axes.text(
            second + 0.01 * self._end, y,
            _typeset(f"{seconds(1 / rate)}: {number(rate)} frames/s, limited by the {plan.limited_by}"),
            fontsize=_SMALL, va="center",
        )  # fmt: skip

    def _dress(self) -> None:
        axes = self._axes
        axes.set_yticks(list(self._lane.values()), [self._label(lane) for lane in self._lane])
        axes.set_ylim(len(self._lane) + 0.25, -0.55)
        axes.set_xlim(-0.01 * self._end, self._end)
        axes.set_xlabel(f"time ({_typeset(self._unit)})", fontsize=_SMALL)
        axes.set_title(_typeset(title(self._plan)), fontsize=_SMALL + 0.5, loc="left")
        axes.tick_params(labelsize=_SMALL)
        axes.tick_params(axis="y", length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        for y in self._lane.values():
            axes.axhline(y + _BAR / 2, color=_GREY, lw=0.4, alpha=0.5, zorder=0)
        crosses = ["trigger skipped"] if self._times.skipped_triggers_s else []
        crosses += ["image not sent"] if any(frame.sent_s is None for frame in self._times.frames) else []
        if crosses:
            axes.set_title(
                f"\N{MULTIPLICATION SIGN} {', '.join(crosses)}", fontsize=_SMALL, loc="right", color=_RED
            )

    def _label(self, lane: str) -> str:
        frame, rate = self._plan.prediction, self._plan.trigger_rate_hz
        if lane == "trigger":
            return lane if rate is None else f"{lane}, {number(rate)} Hz"
        takes = {"exposure": frame.exposure_s, "readout": frame.readout_s, "transfer": frame.transfer_s}
        return _typeset(f"{lane}, {seconds(takes[lane])}")


def _typeset(text: str) -> str:
    """Return a text of the terminal as print has it: sizes and microseconds have signs of their own."""
    return re.sub(r"(?<=\d)x(?=\d)", "\N{MULTIPLICATION SIGN}", re.sub(r"\bus\b", "µs", text))
