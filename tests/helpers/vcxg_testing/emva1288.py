"""EMVA Standard 1288 (release 4.0, linear cameras): what a camera is, from pairs of images of a flat field.

Written from the published standard, knowing nothing of the camera under test. Grey values are DN, photons and electrons
are per pixel and exposure. Names are the standard's: mu_y mean grey value, sigma2_y temporal variance, K system gain,
eta quantum efficiency, sat saturation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

QUANTISATION_VARIANCE = 1 / 12
FIT_UP_TO = 0.7
"""Share of the saturation up to which straight lines are fitted."""


@dataclass(frozen=True)
class Point:
    """One exposure: mean number of photons, mean grey value and temporal variance of a pair of images."""

    photons: float
    mean: float
    variance: float


@dataclass(frozen=True)
class Result:
    """The linear model's parameters. Electrons per pixel, ratios in dB."""

    system_gain: float
    quantum_efficiency: float
    dark_noise_electrons: float
    saturation_electrons: float
    sensitivity_threshold_electrons: float
    dynamic_range_db: float
    snr_max_db: float
    dark: Point
    points: tuple[Point, ...]


def pair(photons: float, first: np.ndarray, second: np.ndarray) -> Point:
    """Evaluate two images of the same exposure: what is the same in both does not count as noise."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    mean = (first.mean() + second.mean()) / 2
    variance = ((first - second) ** 2).mean() / 2 - (first.mean() - second.mean()) ** 2 / 2
    return Point(photons, float(mean), float(variance))


def average(points: Sequence[Point]) -> Point:
    """Join pairs of the same exposure."""
    return Point(
        *(float(np.mean([getattr(p, name) for p in points])) for name in ("photons", "mean", "variance"))
    )


def evaluate(points: Sequence[Point], dark: Point) -> Result:
    """Return the camera's parameters.

    Parameters
    ----------
    points
        At least 20 exposures, from dark to beyond saturation, all with the exposure time of `dark`.
    dark
        Of at least one pair of images without light.

    Raises
    ------
    ValueError
        The points do not reach from low exposure to saturation.
    """
    points = sorted(points, key=lambda point: point.photons)
    top = max(range(len(points)), key=lambda number: points[number].variance)
    if len(points) < 20 or top in {0, len(points) - 1}:
        raise ValueError(
            f"{len(points)} points with saturation at number {top}: 20 and points on both sides are needed"
        )
    saturation = points[top]
    linear = [p for p in points if p.mean - dark.mean <= FIT_UP_TO * (saturation.mean - dark.mean)]
    signal = np.array([p.mean - dark.mean for p in linear])
    gain = _slope(signal, np.array([p.variance - dark.variance for p in linear]))
    responsivity = _slope(np.array([p.photons for p in linear]), signal)
    efficiency = responsivity / gain
    saturation_electrons = efficiency * saturation.photons
    threshold = 0.5 + math.sqrt(0.25 + dark.variance / gain**2)  # where the signal equals its noise
    return Result(
        system_gain=gain,
        quantum_efficiency=efficiency,
        dark_noise_electrons=math.sqrt(dark.variance - QUANTISATION_VARIANCE) / gain,
        saturation_electrons=saturation_electrons,
        sensitivity_threshold_electrons=threshold,
        dynamic_range_db=20 * math.log10(saturation_electrons / threshold),
        snr_max_db=20 * math.log10(math.sqrt(saturation_electrons)),
        dark=dark,
        points=tuple(points),
    )


def spatial_deviation(images: Sequence[np.ndarray], temporal_variance: float) -> float:
    """Return how much the pixels differ: standard deviation over the averaged image, what noise is left taken off."""
    averaged = np.mean([image.astype(np.float64) for image in images], axis=0)
    return math.sqrt(averaged.var() - temporal_variance / len(images))


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Return the slope of the line through the origin that fits best."""
    return float((x * y).sum() / (x * x).sum())
