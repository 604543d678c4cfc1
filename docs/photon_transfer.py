"""Draws the photon transfer of the virtual camera, measured over the network.

Called when the documentation is built, so that the figure shows the camera as it is. By hand:
``python docs/photon_transfer.py FILE.svg``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

sys.path.append(str(Path(__file__).parent.parent / "tests" / "helpers"))

from vcxg_testing.emva1288 import FIT_UP_TO, Result, evaluate
from vcxg_testing.photon_transfer import SCENE, take

mpl.use("svg")

from matplotlib import pyplot as plt


def measure() -> Result:
    """Evaluate a virtual camera by EMVA 1288."""
    with VirtualCamera(scene=SCENE, seed=1) as device, vcx.open_camera(ip=device.ip) as cam:
        return evaluate(*take(device, cam))


def draw(result: Result, path: Path) -> None:
    """Draw variance and signal-to-noise ratio over the signal."""
    plt.rcParams.update({"svg.hashsalt": "vcxg124m", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3})
    figure, (transfer, ratio) = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    dark, gain = result.dark, result.system_gain
    signal = [point.mean - dark.mean for point in result.points]
    top = max(result.points, key=lambda point: point.variance)

    transfer.plot(
        signal, [point.variance - dark.variance for point in result.points], "o", ms=3.5, label="measured"
    )
    end = FIT_UP_TO * (top.mean - dark.mean)
    transfer.plot([0, end], [0, gain * end], label=f"fit: K = {gain:.4f} DN/e-")
    transfer.plot([end, max(signal)], [gain * end, gain * max(signal)], ":", color="C1")
    transfer.plot(top.mean - dark.mean, top.variance - dark.variance, "D", ms=6, mfc="none", color="C3",
                  label=f"saturation: {result.saturation_electrons:.0f} e-")  # fmt: skip
    transfer.set(
        xlabel="signal above dark (DN)", ylabel="temporal variance above dark (DN²)", title="Photon transfer"
    )
    transfer.legend()

    electrons = [result.quantum_efficiency * point.photons for point in result.points]
    noise = [point.variance**0.5 for point in result.points]
    inside = [number for number, point in enumerate(result.points) if point.photons <= top.photons]
    ratio.loglog(
        [electrons[n] for n in inside], [signal[n] / noise[n] for n in inside], "o", ms=3.5, label="measured"
    )
    line = np.geomspace(1, result.saturation_electrons)
    ratio.loglog(
        line, line / np.sqrt(line + dark.variance / gain**2), label="shot noise and 2 e- of dark noise"
    )
    ratio.loglog(line, np.sqrt(line), ":", label="shot noise alone")
    ratio.axvline(result.sensitivity_threshold_electrons, color="C3", lw=0.8, label="sensitivity threshold")
    ratio.set(xlabel="signal (e-)", ylabel="signal-to-noise ratio",
              title=f"SNR: at most {result.snr_max_db:.1f} dB")  # fmt: skip
    ratio.legend()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw(measure(), Path(sys.argv[1]))
