"""When frames are taken, in invented time."""

import pytest
from vcxg_testing.device import HOST, Rig

SOFTWARE, OFF, ACTION1 = 2, 1, 8


def rate(rig, seconds=2.0):
    """Frames a second of a stream that is started now; the application keeps its heartbeat."""
    rig.write(0x0954, 1)
    rig.set("AcquisitionStart", 1)
    frames = rig.run_until(rig.now + seconds)
    return (len(frames) - 1) / (frames[-1].ready - frames[0].ready)


def streaming_rig(**features):
    rig = Rig()
    rig.open_stream()
    for name, value in features.items():
        assert (rig.set_float if isinstance(value, float) else rig.set)(name, value) == 0
    return rig


@pytest.mark.parametrize(
    (
        "width",
        "height",
        "expected",
    ),  # data sheet, partial scan: sensor limit, or the link where that is lower
    [(4096, 1, 817), (4096, 64, 387), (4096, 128, 235), (4096, 512, 58), (1920, 1080, 40), (640, 480, 86)],
)
def test_the_free_running_rate_is_the_data_sheets(width, height, expected):
    rig = streaming_rig(Width=width, Height=height, ExposureTime=15.0)
    assert int(rate(rig, 0.5)) == expected


@pytest.mark.parametrize(
    ("code", "low", "high"), [(0x01080001, 10.0, 10.1), (0x010C0047, 6.6, 6.8), (0x01100005, 5.0, 5.1)]
)
def test_the_full_frame_is_as_fast_as_the_link(code, low, high):
    assert low < rate(streaming_rig(PixelFormat=code)) < high


def test_a_small_packet_size_costs_rate():
    rig = streaming_rig()
    rig.write(0x0D04, 576)
    assert 8.8 < rate(rig) < 9.0


def test_the_packet_delay_costs_rate():
    rig = streaming_rig()
    rig.write(0x0D08, 72_000)  # ns, as long as a packet itself
    assert 4.9 < rate(rig) < 5.2


def test_the_delay_of_blocks_postpones_them_and_costs_no_rate():
    rig = streaming_rig(GevSCFTD=30_000_000)
    rig.set("AcquisitionStart", 1)
    start = rig.now
    first, second, *_ = rig.run_until(start + 0.5)
    assert first.ready - start == pytest.approx(0.004 + 0.0657614 + 0.030)
    assert second.ready - first.ready == pytest.approx(0.0994, rel=1e-3)


def test_the_throughput_limit_costs_rate():
    assert 4.9 < rate(streaming_rig(DeviceLinkThroughputLimit=62_500_000)) < 5.1


def test_the_frame_rate_limits_a_free_running_camera():
    rig = streaming_rig(Height=100, AcquisitionFrameRateEnable=1)
    rig.set_float("AcquisitionFrameRate", 50.0)
    assert rate(rig) == pytest.approx(50.0)


def test_sequential_readout_waits_for_the_exposure():
    overlapped = rate(streaming_rig(Width=1024, Height=500, ExposureTime=12_000.0))
    sequential = rate(streaming_rig(Width=1024, Height=500, ExposureTime=12_000.0, ReadoutMode=1))
    assert overlapped == pytest.approx(1 / (12e-3 + 114.1e-6))
    assert sequential == pytest.approx(1 / (12e-3 + 1.2014e-3 + 500 * 21.52e-6))


def test_a_block_may_leave_when_exposure_and_readout_are_over():
    rig = streaming_rig()
    rig.set("AcquisitionStart", 1)
    (frame,) = rig.device.frames_to_send()
    assert frame.ready - rig.now == pytest.approx(0.004 + 0.0657614)


@pytest.mark.parametrize(("mode", "count", "frames"), [(1, 5, 1), (2, 5, 5)])
def test_single_and_multi_frame_end_by_themselves(mode, count, frames):
    rig = streaming_rig(Height=100, AcquisitionMode=mode, AcquisitionFrameCount=count)
    rig.set("AcquisitionStart", 1)
    assert len(rig.run_until(rig.now + 1.0)) == frames
    assert rig.set("Height", 200) == 0  # unlocked


def test_block_ids_and_frame_numbers_begin_anew_with_every_start():
    rig = streaming_rig(Height=100)
    for _ in range(2):
        rig.set("AcquisitionStart", 1)
        frames = rig.run_until(rig.now + 0.02)
        rig.set("AcquisitionStop", 1)
        rig.run_until(rig.now + 0.1)
        assert [f.block.block_id for f in frames] == list(range(1, len(frames) + 1))
        assert [f.index for f in frames] == list(range(len(frames)))


def test_timestamps_say_when_the_exposure_began_in_steps_of_8_ns():
    rig = streaming_rig(Height=100, ExposureTime=15.0)
    rig.write(0x0944, 1)
    rig.set("AcquisitionStart", 1)
    first, second, *_ = rig.run_until(rig.now + 0.1)
    interval = 1.2014e-3 + 100 * 21.52e-6
    assert first.block.timestamp_ns == 0
    assert 0 <= interval * 1e9 - second.block.timestamp_ns < 8 + 1
    assert second.block.timestamp_ns % 8 == 0


def test_without_a_destination_frames_are_taken_and_none_is_sent():
    rig = Rig()
    rig.set("AcquisitionStart", 1)
    assert rig.run_until(rig.now + 0.5) == []
    assert rig.device.frames_exposed > 3


def test_stop_lets_no_further_exposure_begin():
    rig = streaming_rig(Height=100)
    rig.set("AcquisitionStart", 1)
    rig.run_until(rig.now + 0.05)
    rig.set("AcquisitionStop", 1)
    taken = rig.device.frames_exposed
    rig.run_until(rig.now + 1.0)
    assert rig.device.frames_exposed == taken


def test_closing_the_channel_gives_up_what_has_not_left():
    rig = streaming_rig()
    rig.set("AcquisitionStart", 1)
    (frame,) = rig.device.frames_to_send()
    rig.now += 0.1
    rig.device.handle_timer(rig.now)
    rig.write(0x0D00, 0)
    assert frame.given_up
    assert rig.device.frames_to_send() == []


def test_no_exposure_begins_while_the_frames_before_have_not_left():
    rig = streaming_rig()
    rig.set("AcquisitionStart", 1)
    end = rig.now + 2.0
    while (timer := rig.device.get_timer()) is not None and timer < end and rig.device.frames_exposed < 100:
        rig.now = timer
        rig.device.handle_timer(rig.now)
    assert rig.device.frames_exposed == 4
    rig.now += 0.2
    rig.device.handle_timer(rig.now)
    assert rig.device.frames_exposed == 4
    rig.device.frame_left(rig.now)
    assert rig.device.frames_exposed == 5


def triggered_rig(source, **features):
    rig = streaming_rig(Height=100, ExposureTime=15.0, TriggerMode=1, TriggerSource=source, **features)
    rig.write(0x0954, 1)
    rig.set("AcquisitionStart", 1)
    return rig


@pytest.mark.parametrize(("source", "frames"), [(SOFTWARE, 1), (0, 1), (OFF, 0), (ACTION1, 0)])
def test_a_software_trigger_takes_one_frame_when_its_source_is_chosen(source, frames):
    rig = triggered_rig(source)
    assert rig.run_until(rig.now + 0.1) == []
    rig.set("TriggerSoftware", 1)
    assert len(rig.run_until(rig.now + 0.1)) == frames


@pytest.mark.parametrize(("source", "frames"), [(ACTION1, 1), (0, 1), (SOFTWARE, 0)])
def test_an_action_command_takes_one_frame_when_its_source_is_chosen(source, frames):
    rig = triggered_rig(source)
    for address, value in ((0x090C, 1), (0x9800, 2), (0x9804, 4)):
        rig.write(address, value)
    status, _ = rig.command(0x0100, bytes.fromhex("00000001 00000002 0000000c"), ("10.0.0.9", 1234))
    assert status == 0
    assert len(rig.run_until(rig.now + 0.1)) == frames


def test_a_trigger_that_comes_too_early_is_skipped_and_counted():
    rig = triggered_rig(SOFTWARE)
    rig.set("TriggerSoftware", 1)
    rig.now += 0.001
    rig.set("TriggerSoftware", 1)
    assert len(rig.run_until(rig.now + 0.1)) == 1
    assert rig.device.triggers_skipped == 1
    rig.set("TriggerSoftware", 1)
    assert len(rig.run_until(rig.now + 0.1)) == 1


def test_the_frame_rate_does_not_slow_triggers_down():
    rig = triggered_rig(SOFTWARE, AcquisitionFrameRateEnable=1)
    rig.set_float("AcquisitionFrameRate", 1.0)
    for _ in range(3):
        rig.set("TriggerSoftware", 1)
        assert len(rig.run_until(rig.now + 0.1)) == 1


def test_delayed_triggers_wait_side_by_side_up_to_256():
    rig = triggered_rig(SOFTWARE, TriggerDelay=1_000_000.0)
    for _ in range(257):
        rig.set("TriggerSoftware", 1)
        rig.now += 0.00371
    assert rig.device.triggers_skipped == 1
    start = rig.now
    frames = rig.run_until(start + 2.0)
    assert len(frames) == 256


def test_the_status_tells_activity_and_waiting_for_a_trigger():
    rig = triggered_rig(SOFTWARE)
    status = rig.address("AcquisitionStatus")
    assert (rig.read(status), rig.read(status + 4)) == (1, 1)
    rig.set("TriggerSoftware", 1)
    assert (rig.read(status), rig.read(status + 4)) == (1, 0)
    rig.run_until(rig.now + 0.1)
    rig.set("AcquisitionStop", 1)
    assert (rig.read(status), rig.read(status + 4)) == (0, 0)


def test_the_sensor_is_asked_for_what_the_registers_say():
    rig = streaming_rig(
        Width=64, Height=20, OffsetX=32, OffsetY=7, ReverseX=1, PixelFormat=0x010C0047, ExposureTime=2000.0,
        Gain=2.0, BlackLevel=16.0, TestPattern=3,
    )  # fmt: skip
    rig.set("AcquisitionStart", 1)
    (frame,) = rig.device.frames_to_send()
    s, b = frame.settings, frame.block
    assert (s.width, s.height, s.offset_x, s.offset_y) == (64, 20, 32, 7)
    assert (s.reverse_x, s.reverse_y, s.binning_horizontal, s.binning_vertical) == (True, False, 1, 1)
    assert (s.exposure_s, s.gain, s.black_level) == (0.002, 2.0, 16.0)
    assert (s.pixel_format, s.test_pattern) == ("Mono12p", "GreyHorizontalRamp")
    assert (b.width, b.height, b.offset_x, b.offset_y, b.size) == (64, 20, 32, 7, 1920)
    assert b.channel.destination == (HOST[0], 50000)
