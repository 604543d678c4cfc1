"""The data sheet module holds every row, as constants."""

from __future__ import annotations

import dataclasses
import math

import pytest

from vcxg124m import datasheet

ROWS = {"S": 5, "A": 9, "P": 8, "T": 14, "Q": 3, "M": 4, "N": 12, "E": 4, "W": 9}


def test_every_row_of_the_data_sheet_is_stated_and_no_other():
    stated = {row for entry in datasheet.entries() for row in entry.rows}
    assert stated == {f"{chapter}{number}" for chapter, last in ROWS.items() for number in range(1, last + 1)}


def test_an_entry_names_its_place_rows_and_value():
    widths = [entry for entry in datasheet.entries() if (entry.chapter, entry.name) == ("Sensor", "width")]
    assert widths == [datasheet.Entry("Sensor", "width", ("S2",), 4096)]


def test_the_values_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        datasheet.SENSOR.width = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        (datasheet.ACQUISITION.width, [16, 4096, 1920], [0, 17, 4112]),
        (datasheet.PREPROCESSING.exposure_time_us, [15, 4000.0, 60e6], [14, 15.5, 60_000_001]),
        (datasheet.PREPROCESSING.gain_db, [0, 6.02, 48], [-0.1, 48.1]),
        (datasheet.NETWORK.packet_size, [576, 1500, 9000], [575, 9001]),
    ],
)
def test_a_range_contains_what_the_camera_takes(limits, inside, outside):
    assert [value in limits for value in inside] == [True] * len(inside)
    assert [value in limits for value in outside] == [False] * len(outside)


def test_a_range_reads_as_a_phrase():
    assert str(datasheet.ACQUISITION.width) == "16 to 4096 in steps of 16"
    assert str(datasheet.NETWORK.packet_size) == "576 to 9000"


def test_the_figures_of_the_sensor_agree_with_each_other():
    # Dynamic range and SNR are stated beside the noise and saturation they follow from; the dark noise is
    # rounded to a whole electron, so the dynamic range is met within 3 dB only.
    sensor = datasheet.SENSOR
    ratio = sensor.saturation_electrons / sensor.dark_noise_electrons
    assert 20 * math.log10(ratio) == pytest.approx(sensor.dynamic_range_db, abs=3)
    assert 10 * math.log10(sensor.saturation_electrons) == pytest.approx(sensor.snr_db, abs=0.5)
