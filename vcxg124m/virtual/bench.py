"""The laboratory bench around a virtual camera: what its wires and its power are connected to.

Instants lie on the camera's own clock: a train of pulses has exact intervals, however busy the computer is.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.clockwork import Clockwork
from vcxg124m.virtual.engine.scheduler import Event
from vcxg124m.virtual.impairments import Impairments

INPUTS = (*TRIGGER.optocoupler_inputs, *TRIGGER.gpios)
REMEMBERED_EDGES = 100_000
SHORTEST_PERIOD_US = 20.0
"""Of pulses that come again and again: the program has to keep pace with them, and one costs about 11 us."""


class Bench:
    """Generators at the inputs Line0 to Line2, and an oscilloscope at the outputs.

    Each input has one generator: what it is told last replaces what it was doing. A pulse leads to the opposite of the
    level at which the pin rests and back, so at an open Line1 or Line2, which rest high, it is a low one.
    """

    def __init__(self, clockwork: Clockwork, way: Impairments, *, restart: Callable[[], None]) -> None:
        self._clockwork = clockwork
        self._way = way
        self._restart = restart
        self._generators: dict[str, Event] = {}
        self._rest = {line: clockwork.engine.lines[line].pin for line in INPUTS}
        self._edges: deque[tuple[int, str, bool]] = deque(maxlen=REMEMBERED_EDGES)
        clockwork.on_output = self._record

    def set_level(self, line: str, *, high: bool) -> None:
        """Put a level on an input, from now on.

        Raises
        ------
        ValueError
            `line` is no input.
        """
        self._stop(line)
        self._rest[line] = high
        self._drive(line, high)

    def pulse(self, line: str, *, width_us: float = 100.0, delay_us: float = 0.0) -> None:
        """Put one pulse on an input.

        Parameters
        ----------
        line
            ``Line0``, ``Line1`` or ``Line2``.
        width_us
            Microseconds, more than 0. The camera does not see less than 2 (data sheet T14).
        delay_us
            Microseconds from now to the first edge.

        Raises
        ------
        ValueError
            `line` is no input, or a time is out of range.
        """
        self._generate(line, 1, period_us=width_us + 1.0, width_us=width_us, delay_us=delay_us)

    def train(
        self, line: str, count: int, *, period_us: float, width_us: float | None = None, delay_us: float = 0.0
    ) -> None:
        """Put pulses at equal intervals on an input.

        Parameters
        ----------
        line
            ``Line0``, ``Line1`` or ``Line2``.
        count
            Number of pulses, 1 or more.
        period_us
            Microseconds from pulse to pulse, 20 or more.
        width_us
            Microseconds, less than the period; half of it by default.
        delay_us
            Microseconds from now to the first edge.

        Raises
        ------
        ValueError
            `line` is no input, or a number is out of range.
        """
        if not period_us >= SHORTEST_PERIOD_US:
            raise ValueError(f"period_us={period_us} not accepted: {SHORTEST_PERIOD_US} or more")
        width = period_us / 2 if width_us is None else width_us
        self._generate(line, count, period_us=period_us, width_us=width, delay_us=delay_us)

    def encoder(self, line: str, *, pulses_per_second: float, seconds: float) -> None:
        """Let an encoder turn at constant speed: one channel of it, high as long as low.

        Parameters
        ----------
        line
            ``Line0``, ``Line1`` or ``Line2``.
        pulses_per_second
            More than 0, at most 50 000.
        seconds
            For how long.

        Raises
        ------
        ValueError
            `line` is no input, or a number is out of range.
        """
        if not 0 < pulses_per_second <= 1e6 / SHORTEST_PERIOD_US:
            allowed = f"more than 0, at most {1e6 / SHORTEST_PERIOD_US:.0f}"
            raise ValueError(f"pulses_per_second={pulses_per_second} not accepted: {allowed}")
        self.train(line, math.floor(pulses_per_second * seconds), period_us=1e6 / pulses_per_second)

    def stop(self, line: str) -> None:
        """Let an input rest, at once.

        Raises
        ------
        ValueError
            `line` is no input.
        """
        self._stop(line)
        self._drive(line, self._rest[line])

    def edges(self) -> list[tuple[int, str, bool]]:
        """Return and forget the edges that outputs have shown at their pins, the last 100 000.

        Returns
        -------
        list of (int, str, bool)
            Nanoseconds of the camera's time (not rounded to its steps, as frames' timestamps are), line, new level.
        """
        edges = list(self._edges)
        self._edges.clear()
        return edges

    def pull_cable(self) -> None:
        """Pull the network cable: nothing arrives or leaves, the camera goes on."""
        self._way.unplugged = True

    def plug_cable(self) -> None:
        """Put the network cable back."""
        self._way.unplugged = False

    def power_cycle(self, *, off_s: float = 1.0) -> None:
        """Cut the power and bring it back; what was not saved is lost. The wires at the pins stay as they are.

        Parameters
        ----------
        off_s
            Seconds without power, 0 or more.

        Raises
        ------
        ValueError
            `off_s` is negative or not finite.
        """
        if not 0 <= off_s < math.inf:
            raise ValueError(f"off_s={off_s} not accepted: 0 or more seconds")
        self._clockwork.engine.abort()
        self.pull_cable()
        self._clockwork.engine.scheduler.after(round(off_s * 1e9), self._power_up)

    def _power_up(self) -> None:
        self.plug_cable()
        self._restart()

    def _record(self, timestamp_ns: int, line: str, level: bool) -> None:  # noqa: FBT001 - a level
        self._edges.append((timestamp_ns, line, level))

    def _drive(self, line: str, level: bool) -> None:  # noqa: FBT001 - a level
        self._clockwork.engine.lines[line].drive(level)

    def _stop(self, line: str) -> None:
        if line not in INPUTS:
            raise ValueError(f"line={line!r} not accepted: one of {', '.join(INPUTS)}")
        event = self._generators.pop(line, None)
        if event is not None:
            event.cancel()

    def _generate(self, line: str, count: int, *, period_us: float, width_us: float, delay_us: float) -> None:
        if count < 1:
            raise ValueError(f"count={count} not accepted: 1 pulse or more")
        if not 0.001 <= width_us < period_us < math.inf:
            raise ValueError(
                f"width_us={width_us} not accepted: 0.001 or more, less than the period of {period_us}"
            )
        if not 0 <= delay_us < math.inf:
            raise ValueError(f"delay_us={delay_us} not accepted: 0 or more")
        self.stop(line)
        scheduler, rest = self._clockwork.engine.scheduler, self._rest[line]
        first = scheduler.now + round(delay_us * 1000)

        def edge_at(number: int) -> None:
            """Plan one edge; only when it has come is the next one planned."""
            pulse, back = divmod(number, 2)
            # From the first edge and not from the one before: fractions of a nanosecond must not add up.
            instant = first + round(1000 * (pulse * period_us + back * width_us))
            self._generators[line] = scheduler.at(instant, lambda: edge(number, back=bool(back)))

        def edge(number: int, *, back: bool) -> None:
            if number + 1 < 2 * count:
                edge_at(number + 1)
            else:
                self._generators.pop(line)
            self._drive(line, rest == back)

        edge_at(0)
