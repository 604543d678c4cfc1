"""Plans without a camera: data-sheet numbers in, rates, memory and advice out, worked out by hand here."""

from __future__ import annotations

import dataclasses

import pytest
from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx


def test_the_makers_settings_are_bound_by_the_link() -> None:
    plan = vcx.plan()
    assert (plan.width, plan.height, plan.pixel_format) == (4096, 3000, "Mono8")
    assert plan.limited_by == "link"
    assert plan.frame_rate_hz == pytest.approx(10.05, abs=0.005)
    assert plan.stage_rates_hz["sensor"] == pytest.approx(1000 / 65.7614)
    assert plan.stage_rates_hz["exposure"] == pytest.approx(1 / 4.1141e-3)
    assert plan.keeps_rate
    assert plan.problems == ()


@pytest.mark.parametrize(
    ("pixel_format", "bytes_of_8_pixels", "bytes_of_8_values"),
    [("Mono8", 8, 8), ("Mono10", 16, 16), ("Mono12", 16, 16), ("Mono12p", 12, 16)],
)
def test_a_format_fixes_the_bytes_on_the_wire_in_memory_and_on_disk(
    pixel_format: str, bytes_of_8_pixels: int, bytes_of_8_values: int
) -> None:
    plan = vcx.plan(pixel_format=pixel_format, width=640, height=480, frame_rate_hz=10)
    assert plan.payload_bytes == 640 * 480 // 8 * bytes_of_8_pixels
    assert plan.array_bytes == 640 * 480 // 8 * bytes_of_8_values
    assert plan.disk_raw == pytest.approx(10 * plan.payload_bytes)
    assert plan.disk_unpacked == pytest.approx(10 * plan.array_bytes)
    assert plan.buffer_bytes == 8 * plan.payload_bytes


def test_binning_makes_the_image_smaller_and_leaves_the_readout() -> None:
    plan = vcx.plan(binning=(2, 2))
    assert (plan.width, plan.height, plan.payload_bytes) == (2048, 1500, 3_072_000)
    assert plan.limited_by == "sensor"
    assert plan.frame_rate_hz == pytest.approx(1000 / 65.7614)


def test_packets_are_no_larger_than_the_network_carries_and_the_camera_sends() -> None:
    assert [vcx.plan(mtu=mtu).packet_size for mtu in (1500, 9000, 9216)] == [1500, 9000, 9000]
    # 1500 - 28 - 20 bytes of an image in each, leader and trailer beside them
    assert vcx.plan(mtu=1500).packets == -(-12_288_000 // 1452) + 2


def test_a_slow_link_is_a_tenth_of_the_fast_one() -> None:
    fast, slow = vcx.plan(), vcx.plan(link_mbit=100)
    assert slow.frame_rate_hz == pytest.approx(fast.frame_rate_hz / 10)
    assert slow.link_load == pytest.approx(fast.link_load)
    assert slow.link_load == pytest.approx(0.9973)


@pytest.mark.parametrize(
    ("trigger_rate_hz", "arriving_hz", "limited_by"),
    [
        (8.0, 8.0, "trigger"),
        (15.0, 10.048, "link"),  # the sensor takes all, the link has no time for a third
        (16.0, 8.0, "sensor"),  # every other trigger comes during the exposure or too early for the readout
    ],
)
def test_triggers_that_come_too_fast_give_fewer_frames(
    trigger_rate_hz: float, arriving_hz: float, limited_by: str
) -> None:
    plan = vcx.plan(trigger_rate_hz=trigger_rate_hz)
    assert plan.frame_rate_hz == pytest.approx(arriving_hz, rel=1e-3)
    if limited_by == "trigger":
        assert plan.limited_by == "trigger"
        assert plan.keeps_rate
    else:
        assert not plan.keeps_rate
        assert any(f"the {limited_by} allows" in problem for problem in plan.problems)


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"pixel_format": "Mono12"}, "Mono12p"),
        ({"pixel_format": "Mono12p"}, "Mono8"),
        ({"mtu": 1500}, "MTU 9000"),
        ({"link_mbit": 100}, "1000 Mbit/s"),
        ({"packet_delay_ns": 10_000}, "smaller packet delay"),
        ({"throughput_limit": 60e6}, "higher throughput limit"),
        ({"frame_rate_hz": 40.0}, "at most 1105 rows"),  # (25 ms - 1.2014 ms) / 21.52 us
        ({"exposure_us": 90_000.0}, "at most 83219 us"),  # 1/12 s - 114.1 us
        ({"height": 1000, "exposure_us": 70_000, "readout_mode": "Sequential"}, "ReadoutMode to Overlapped"),
    ],
)
def test_a_rate_that_cannot_be_kept_is_a_problem_with_its_remedy(
    settings: dict[str, object], remedy: str
) -> None:
    plan = vcx.plan(**({"frame_rate_hz": 12.0} | settings))
    assert not plan.keeps_rate
    assert remedy in " ".join(plan.problems)


def test_what_a_remedy_says_is_enough() -> None:
    assert vcx.plan(frame_rate_hz=40.0, width=1024, height=1105).keeps_rate
    assert not vcx.plan(frame_rate_hz=40.3, width=1024, height=1105).keeps_rate
    assert vcx.plan(frame_rate_hz=12.5).problems[0].endswith("at most 9.88 MB a frame (now 12.3).")
    assert vcx.plan(frame_rate_hz=12.5, width=3280).keeps_rate  # 9.84 MB


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 1000}, "width=1000 not accepted: 16 to 4096 px in steps of 16"),
        ({"width": 4096, "binning": (2, 1)}, "16 to 2048 px"),
        ({"height": 0}, "1 to 3000 px"),
        ({"binning": (3, 1)}, "1 or 2"),
        ({"pixel_format": "Mono9"}, "Mono8, Mono10, Mono12, Mono12p"),
        ({"readout_mode": "Both"}, "Overlapped, Sequential"),
        ({"exposure_us": 0.5}, "1 to 60000000 us"),
        ({"frame_rate_hz": 0}, "0.01 to 65535 Hz"),
        ({"trigger_rate_hz": float("nan")}, "0.01 to 65535 Hz"),
        ({"mtu": 500}, "576 to 65535 bytes"),
        ({"link_mbit": 10}, "1000 or 100"),
        ({"packet_delay_ns": -1}, "0 to 4294967295 ns"),
        ({"throughput_limit": 2e8}, "1 to 125000000 B/s"),
        ({"chunk_bytes": 225}, "0 to 224 bytes"),
    ],
)
def test_a_value_that_the_camera_cannot_take_is_refused_with_its_limits(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(vcx.FeatureValueError) as refused:
        vcx.plan(**settings)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pixel_format": "Mono12", "frame_rate_hz": 20, "mtu": 1500, "link_mbit": 100},
        {"triggered": True, "exposure_us": 1e6, "readout_mode": "Sequential"},
        {"trigger_rate_hz": 500, "width": 16, "height": 1},
    ],
)
def test_a_plan_prints_in_80_columns(settings: dict[str, object]) -> None:
    lines = str(vcx.plan(**settings)).splitlines()
    assert max(map(len, lines)) <= 80
    [limit] = [line for line in lines if line.endswith("<- limits")]
    assert limit.split()[0] == vcx.plan(**settings).limited_by.split()[0]


def test_a_notebook_shows_a_plan_as_tables_with_its_problems() -> None:
    html = vcx.plan(frame_rate_hz=20)._repr_html_()
    assert html.count("<table") == 2
    assert "<td" in html
    assert "the link allows 10.05" in html
    shared = vcx.plan_link([dataclasses.replace(vcx.plan(), name="<left>")] * 2)._repr_html_()
    assert shared.count("&lt;left&gt;") == 2


def test_a_plan_as_plain_values_names_settings_and_consequences() -> None:
    values = vcx.plan(frame_rate_hz=20).to_dict()
    assert (values["width"], values["set_rate_hz"], values["keeps_rate"]) == (4096, 20, False)
    assert values["frame_rate_hz"] == pytest.approx(10.048, rel=1e-3)
    assert len(values["problems"]) == 2


def test_other_settings_make_another_plan() -> None:
    assert dataclasses.replace(vcx.plan(), throughput_limit=62_500_000).frame_rate_hz == pytest.approx(
        5.024, rel=1e-3
    )


def test_a_camera_whose_pixel_format_is_none_of_its_entries_is_planned_by_its_payload() -> None:
    device = FakeDevice()

    def none_of_them() -> str:
        raise vcx.FeatureValueError("PixelFormat holds 0x1080099, which is none of its entries.")

    device.nodes.by_name["PixelFormat"].read = none_of_them
    with vcx.Camera(device) as cam:
        plan = cam.plan()
    assert (plan.pixel_format, plan.payload_bytes, plan.array_bytes) == ("", 12288000, 12288000)


def test_a_camera_that_does_not_answer_is_not_planned() -> None:
    device = FakeDevice()

    def silent() -> str:
        raise vcx.DeviceCommunicationError("Reading PixelFormat failed: no answer.")

    device.nodes.by_name["PixelFormat"].read = silent
    with vcx.Camera(device) as cam, pytest.raises(vcx.DeviceCommunicationError):
        cam.plan()
