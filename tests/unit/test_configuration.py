"""Many settings at once, and as a file: all or nothing, in an order that the camera takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def cam() -> Iterator[vcx.Camera]:
    with vcx.Camera(FakeDevice()) as camera:
        yield camera


def written(cam: vcx.Camera) -> list[tuple[str, object]]:
    return cam._backend.nodes.log


def test_nested_and_dotted_names_mean_the_same(cam: vcx.Camera) -> None:
    assert cam.configure(exposure={"time_us": 200}) == {"exposure.time_us": 200.0}
    assert cam.configure({"exposure.time_us": 300}) == {"exposure.time_us": 300.0}
    assert cam.exposure.time_us == 300.0


def test_short_exposures_are_allowed_before_one_is_set(cam: vcx.Camera) -> None:
    cam.configure({"exposure.time_us": 5, "exposure.short_exposure": True})
    assert cam.exposure.time_us == 5.0


def test_a_short_exposure_is_gone_before_they_are_forbidden(cam: vcx.Camera) -> None:
    cam.configure({"exposure.time_us": 5, "exposure.short_exposure": True})
    written(cam).clear()
    cam.configure({"exposure.short_exposure": False, "exposure.time_us": 20})
    assert written(cam) == [("ExposureTime", 20.0), ("ShortExposureTimeEnable", False)]


def test_the_trigger_is_off_while_what_it_depends_on_changes(cam: vcx.Camera) -> None:
    cam.configure({"trigger.mode": "On", "trigger.source": "Software"})
    assert written(cam) == [("TriggerMode", "Off"), ("TriggerSource", "Software"), ("TriggerMode", "On")]


def test_a_refusal_takes_back_everything_that_was_written(cam: vcx.Camera) -> None:
    before = cam.config.settings()
    with pytest.raises(vcx.FeatureValueError, match="BlackLevel=999"):
        cam.configure(
            roi={"width": 640, "offset_x": 320},
            exposure={"time_us": 77, "auto": "Off"},
            trigger={"mode": "On", "source": "Software"},
            black_level={"level": 999},
        )
    assert cam.config.settings() == before
    assert cam.roi.get() == (4096, 3000, 0, 0)


def test_an_unknown_setting_is_refused_before_anything_is_written(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureUnavailableError, match=r"exposure\.tim_us; did you mean exposure\.time_us"
    ):
        cam.configure({"gain.db": 6, "exposure.tim_us": 1})
    assert written(cam) == []


def test_nearest_goes_on_to_every_setting(cam: vcx.Camera) -> None:
    assert cam.configure({"roi.width": 650, "exposure.time_us": 3.0}, nearest=True) == {
        "roi.width": 656,
        "exposure.time_us": 15.0,
    }


def test_a_file_brings_the_settings_back_and_tells_units_and_limits(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    cam.configure(
        {"roi.width": 640, "roi.offset_x": 320, "gain.db": 6.0, "image_format.pixel_format": "Mono12p"}
    )
    before = cam.config.settings()
    cam.config.save(file)
    text = file.read_text()
    assert "time_us = 4000.0 # 15 to 60000000 us in steps of 1 us" in text
    assert 'pixel_format = "Mono12p" # Mono8, Mono10, Mono12, Mono12p' in text
    cam.configure(
        {"roi.offset_x": 0, "roi.width": 4096, "gain.db": 0.0, "image_format.pixel_format": "Mono8"}
    )
    cam.config.load(file)
    assert cam.config.settings() == before


def test_a_file_keeps_no_value_of_the_other_camera(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    cam.config.save(file)
    assert not {"user_id", "packet_size", "persistent_ip", "value"} & set(file.read_text().split())


def test_a_difference_is_told_by_name_with_both_values(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    cam.config.save(file)
    assert cam.config.diff(file) == []
    cam.exposure.time_us = 100
    assert [str(each) for each in cam.config.diff(file)] == [
        "exposure.time_us: 4000.0 in the file, 100.0 in the camera"
    ]


def test_a_file_with_mistakes_lists_them_all_and_writes_nothing(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    file.write_text(
        '[exposure]\ntime_us = "long"\ntime_ms = 4\n[image_format]\npixel_format = "Mono7"\n[gain]\ndb = 3\n'
    )
    with pytest.raises(vcx.ConfigurationError) as error:
        cam.config.load(file)
    assert error.value.problems == [
        "exposure.time_us = 'long': a number is accepted",
        "there is no setting exposure.time_ms; did you mean exposure.time_us?",
        "image_format.pixel_format = 'Mono7': one of Mono8, Mono10, Mono12, Mono12p is accepted",
    ]
    assert written(cam) == []


def test_a_file_is_checked_without_a_camera_against_the_data_sheet(tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    file.write_text(
        "[exposure]\ntime_us = 4000\n[roi]\nwidth = 100\n[lines.Line3]\nsource = 'Timer1Active'\n"
    )
    with pytest.raises(
        vcx.ConfigurationError, match=r"roi\.width = 100: 16 to 4096 in steps of 16 is accepted"
    ):
        vcx.Configuration.check(file)
    file.write_text("[exposure]\ntime_us = 4000\n")
    vcx.Configuration.check(file)


def test_a_file_that_is_no_toml_says_where_it_is_wrong(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    file.write_text("[exposure\n")
    with pytest.raises(vcx.ConfigurationError, match=r"is no TOML file: .*line 1"):
        cam.config.load(file)


def test_a_genapi_persistence_file_is_written_in_its_order(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "camera.pfs"
    file.write_text(
        "# GenApi persistence file\n\nTriggerMode\tOff\nExposureTime\t250\nShortExposureTimeEnable\t1\n"
    )
    cam.config.load_genapi(file)
    assert written(cam) == [
        ("TriggerMode", "Off"),
        ("ExposureTime", 250.0),
        ("ShortExposureTimeEnable", True),
    ]


def test_a_genapi_file_that_is_refused_half_way_changes_nothing(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "camera.pfs"
    file.write_text("ExposureTime\t250\nGain\t2.5\nExposureTime\t3\n")
    before = cam.config.settings()
    with pytest.raises(vcx.FeatureValueError, match="ExposureTime=3"):
        cam.config.load_genapi(file)
    assert cam.config.settings() == before


def test_a_genapi_file_without_tabs_is_refused_with_the_line(cam: vcx.Camera, tmp_path: Path) -> None:
    file = tmp_path / "camera.pfs"
    file.write_text("# fine\nExposureTime 250\n")
    with pytest.raises(vcx.ConfigurationError, match="line 2 has no tab"):
        cam.config.load_genapi(file)
