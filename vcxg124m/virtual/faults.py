"""What goes wrong on purpose. Every random choice comes from a seed, so a run can be repeated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Faults:
    """The faults that are switched on, all off at first."""

    def __init__(self) -> None:
        self._ratio = 0.0
        self._generator = np.random.default_rng(0)
        self.silence = False
        """The control channel does not react to any datagram; the stream goes on."""

    def drop_packets(self, ratio: float, seed: int = 0) -> None:
        """Lose each packet of the stream with the probability `ratio`, from 0 to 1; 0 ends it.

        Raises
        ------
        ValueError
            `ratio` is not in 0 to 1.
        """
        if not 0.0 <= ratio <= 1.0:
            raise ValueError(f"ratio={ratio} is not a probability: 0 to 1 are allowed")
        self._ratio = ratio
        self._generator = np.random.default_rng(seed)

    def lost(self, packets: int) -> NDArray[np.bool_] | None:
        """Return which of the next `packets` packets are lost; None when none can be."""
        if not self._ratio:
            return None
        return self._generator.random(packets) < self._ratio
