"""Row P7: listed pixels are replaced from their neighbours in the row, whatever region, flip and binning."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vcxg124m.virtual.defect_correction import columns_needed, runs_in
from vcxg124m.virtual.image_processor import ImageProcessor
from vcxg124m.virtual.scene import FlatField
from vcxg124m.virtual.sensor import Sensor, SensorSettings

EVERYWHERE = slice(0, 3000), slice(0, 4096)


def processed(settings: SensorSettings, row: list[int]) -> list[int]:
    """What becomes of a row of sensor pixels, in the order in which the sensor is read."""
    processor = ImageProcessor(settings)
    assert processor.columns == slice(0, len(row))
    return processor.process(0, np.array(row, np.uint16)).tolist()


def settings_of(*columns: int, **changes: object) -> SensorSettings:
    settings = SensorSettings(
        width=16, height=1, pixel_format="Mono12", defects=tuple((x, 0) for x in columns)
    )
    return dataclasses.replace(settings, **changes)


ROW = [100, 110, 4000, 130, 140, 150, 4000, 4000, 4000, 190, 200, 210, 220, 230, 240, 250]


def test_p7_one_pixel_becomes_the_average_of_its_neighbours():
    assert processed(settings_of(2), ROW)[:5] == [100, 110, 120, 130, 140]


def test_p7_in_a_run_each_next_pixel_averages_the_one_before_and_the_right_end():
    # 150 and 190 give 170; 170 and 190 give 180; 180 and 190 give 185.
    assert processed(settings_of(6, 7, 8), ROW)[5:10] == [150, 170, 180, 185, 190]


def test_p7_the_order_of_the_list_does_not_matter_and_a_pixel_may_stand_in_it_twice():
    assert processed(settings_of(8, 6, 7, 6), ROW) == processed(settings_of(6, 7, 8), ROW)


def test_p7_at_the_edge_of_the_sensor_the_only_neighbour_stands_for_both():
    assert processed(settings_of(0), ROW)[:2] == [110, 110]
    assert runs_in([(4095, 7), (4094, 7)], *EVERYWHERE)[0].outer == (4093, 4093)


def test_p7_pixels_of_the_next_row_are_no_neighbours():
    assert len(runs_in([(4095, 6), (0, 7)], *EVERYWHERE)) == 2


def test_p7_a_neighbour_outside_the_region_is_read_from_the_sensor():
    [run] = runs_in([(1023, 5), (1024, 5)], slice(5, 6), slice(1024, 1040))
    assert columns_needed([run], slice(1024, 1040)) == slice(1022, 1040)
    assert runs_in([(1022, 5)], slice(5, 6), slice(1024, 1040)) == []
    assert runs_in([(1030, 6)], slice(5, 6), slice(1024, 1040)) == []


class Steps(FlatField):
    """Light that rises from column to column: 100 DN each, from 100 DN at column 1020 on."""

    def __init__(self):
        super().__init__(0)
        electrons = np.clip((np.arange(4096) - 1019) * 100, 0, 4000) * 9792.4 / 4095
        self._photon_rate = np.broadcast_to(np.float32(electrons / 0.673 / 0.004), (3000, 4096))


@pytest.mark.parametrize("reverse_x", [False, True])
@pytest.mark.parametrize("reverse_y", [False, True])
@pytest.mark.parametrize("binning", [1, 2])
def test_p7_list_coordinates_are_the_sensors_whatever_region_flip_and_binning(reverse_x, reverse_y, binning):
    # Listed pixels get glaring light, so that it shows where they are not corrected.
    scene = Steps()
    scene._photon_rate = scene._photon_rate.copy()
    scene._photon_rate[601, 1024:1027] = 1e7
    sensor = Sensor(1, scene)
    width, height = 32 // binning, 4 // binning
    settings = SensorSettings(
        width=width, height=height, pixel_format="Mono12",
        offset_x=(4096 - 1056 if reverse_x else 1024) // binning,
        offset_y=(3000 - 604 if reverse_y else 600) // binning,
        binning_horizontal=binning, binning_vertical=binning,
        binning_horizontal_mode="Average", binning_vertical_mode="Average",
        reverse_x=reverse_x, reverse_y=reverse_y,
        defects=((1024, 601), (1025, 601), (1026, 601)),
    )  # fmt: skip
    mirror = slice(None, None, -1 if reverse_y else 1), slice(None, None, -1 if reverse_x else 1)

    def row_of_601(settings: SensorSettings) -> np.ndarray:
        frames = [sensor.frame(settings, index).view("<u2") for index in range(30)]
        return np.mean(frames, axis=0).reshape(height, width)[mirror][1 // binning]

    # 400 and 800 give 600, then 700, then 750; binned with the rows and columns beside them.
    row, below = [600, 700, 750, 800, 900], [500, 600, 700, 800, 900]
    expected = row if binning == 1 else [np.mean([*row[i : i + 2], *below[i : i + 2]]) for i in (0, 2)]
    assert row_of_601(settings)[: len(expected)] == pytest.approx(expected, rel=0.025)
    spoilt = row_of_601(dataclasses.replace(settings, defects=()))
    assert spoilt[0] > 2000


def test_p7_512_pixels_can_be_listed_and_not_one_more():
    places = tuple((x, 17) for x in range(0, 1026, 2))
    ImageProcessor(SensorSettings(defects=places[:512]))
    with pytest.raises(ValueError, match="513 defects not accepted: at most 512"):
        ImageProcessor(SensorSettings(defects=places))


@pytest.mark.parametrize("place", [(4096, 0), (0, 3000), (-1, 0)])
def test_p7_a_pixel_off_the_sensor_is_refused(place):
    with pytest.raises(ValueError, match="not accepted: on a sensor of 4096x3000"):
        ImageProcessor(SensorSettings(defects=(place,)))
