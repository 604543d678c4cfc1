"""What an editor shows: read by mypy and pyright, never run. A change here is a decision about the interface."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from typing_extensions import assert_type

import vcxg124m as vcx
from vcxg124m.notebook import LiveWidget
from vcxg124m.view import LiveView


def cameras() -> None:
    assert_type(vcx.find_cameras(), list[vcx.CameraInfo])
    assert_type(vcx.fire_action(device_key=1, group_key=1), vcx.ActionResult)
    assert_type(vcx.open_camera("virtual"), vcx.Camera)
    vcx.open_camera(reconnect=vcx.Reconnect(attempts=3, delay_s=0.5, backoff=2.0, give_up_after_s=30))
    vcx.open_camera(serial_number="700000000001", ip="127.0.0.2", mac="", user_id="", producer="x.cti")


def losses(cam: vcx.Camera, frame: vcx.Frame) -> None:
    assert_type(cam.stream(reconnect=True), vcx.Stream)
    assert_type(vcx.open_camera(reconnect=True), vcx.Camera)
    assert_type(cam.reconnect(), vcx.Reconnection | None)
    assert_type(frame.gap, vcx.Gap | None)
    if frame.gap:
        assert_type(frame.gap.reconnection.refused, Mapping[str, str])


def plans(cam: vcx.Camera) -> None:
    assert_type(vcx.plan(pixel_format="Mono12p", binning=(2, 2), trigger_rate_hz=10), vcx.Plan)
    assert_type(cam.plan(trigger_rate_hz=10), vcx.Plan)
    assert_type(cam.plan().frame_rate_hz, float)
    assert_type(cam.plan().problems, tuple[str, ...])
    assert_type(vcx.plan_link([vcx.plan(), cam.plan()], link_mbit=2500), vcx.LinkPlan)
    assert_type(vcx.share_link([cam], by="packet_delay"), vcx.LinkPlan)


def features(cam: vcx.Camera) -> None:
    assert_type(cam.exposure.time_us, float)
    assert_type(cam.exposure.set_time_us(10, nearest=True), float)
    assert_type(cam.exposure.short_exposure, bool)
    assert_type(cam.gain.db, float)
    assert_type(cam.gain.factor, float)
    assert_type(cam.acquisition.frame_rate_hz, float | None)
    assert_type(cam.image_format.pixel_format, vcx.PixelFormat | str)
    assert_type(cam.roi.width, int)
    assert_type(cam.roi.set(width=1920, height=1080, center=True), vcx.Region)
    assert_type(cam.device.serial_number, str)
    assert_type(cam.transport.packet_size, int)
    assert_type(cam.temperature.celsius, float)
    assert_type(cam.nodes["DeviceTemperature"], vcx.Node)
    assert_type(cam.nodes["DeviceTemperature"].value, int | float | bool | str | bytes)
    cam.exposure.time_us = 4000
    cam.image_format.pixel_format = "Mono12p"
    cam.image_format.pixel_format = vcx.PixelFormat.MONO12P
    cam.acquisition.frame_rate_hz = None
    cam.trigger.configure(source="Software")


def image(cam: vcx.Camera) -> None:
    assert_type(cam.image_format.reverse_x, bool)
    assert_type(cam.image_format.test_pattern, vcx.TestPattern | str)
    assert_type(cam.image_format.pixel_width_um, float)
    assert_type(cam.binning.horizontal, int)
    assert_type(cam.binning.horizontal_mode, vcx.BinningMode | str)
    assert_type(cam.black_level.level, float)
    assert_type(cam.lut.enabled, bool)
    assert_type(cam.lut.content, vcx.LutContent | str)
    assert_type(cam.lut.values, npt.NDArray[np.uint16])
    assert_type(cam.defect_pixels.coordinates, list[vcx.Pixel])
    assert_type(cam.auto.brightness_percent, float)
    assert_type(cam.auto.priority, vcx.BrightnessAutoPriority | str)
    assert_type(cam.auto.region.width, int)
    assert_type(cam.exposure.auto, vcx.AutoMode | str)
    assert_type(cam.acquisition.predict(), vcx.FramePrediction)
    assert_type(cam.acquisition.waits_for_trigger, bool)
    cam.lut.values = vcx.gamma_table(0.45)
    cam.defect_pixels.coordinates = [(1, 2), vcx.Pixel(3, 4)]


def signals(cam: vcx.Camera) -> None:
    assert_type(cam.trigger.source, vcx.TriggerSource | str)
    assert_type(cam.trigger.overlap, vcx.TriggerOverlap | str)
    assert_type(cam.trigger.delay_us, float)
    assert_type(cam.lines["Line3"].source, vcx.LineSource | str)
    assert_type(cam.lines["Line1"].status, bool)
    assert_type(cam.lines.user_outputs[1].value, bool)
    assert_type(cam.lines.all.status, int)
    assert_type(cam.debouncer["Line0"].high_time_us, float)
    assert_type(cam.timer.source, vcx.TimerTriggerSource | str)
    assert_type(cam.timer.duration_us, float)
    assert_type(cam.counters[1].event_source, vcx.CounterEventSource | str)
    assert_type(cam.counters[2].reset_source, vcx.CounterResetSource | str)
    assert_type(cam.counters[2].value, int)
    cam.trigger.hardware("Line0", debounce_us=10, delay_us=100)
    cam.lines["Line3"].flash()
    cam.timer.strobe("Line3", delay_us=10, duration_us=20)
    cam.counters[1].encoder("Line1", counts_per_frame=10)
    cam.counters[1].event_source = "Line1"
    cam.counters[1].reset()


def device(cam: vcx.Camera) -> None:
    assert_type(cam.device.timestamp_ns(), int)
    assert_type(cam.clock.to_host_ns(cam.device.timestamp_ns()), int)
    assert_type(cam.clock.drift_ppm, float | None)
    assert_type(cam.clock.error_ns, float)
    with cam.clock.following() as clock:
        assert_type(clock.sample(), vcx.ClockFit)
    assert_type(cam.device.frame_counter, int)
    assert_type(cam.temperature.status, vcx.TemperatureStatus | str)
    assert_type(cam.temperature.exceeded, bool)
    assert_type(cam.temperature.high_from_celsius, int)
    assert_type(cam.transport.ip, str)
    assert_type(cam.transport.heartbeat, vcx.HeartbeatMode | str)
    assert_type(cam.transport.use_dhcp, bool)
    assert_type(cam.user_sets.default, vcx.UserSet | str)
    assert_type(cam.user_sets.stored_features(), tuple[str, ...])
    assert_type(cam.custom_data.read(), bytes)
    assert_type(cam.actions.group_key, int)
    cam.transport.persistent_ip = "192.168.1.20"
    cam.actions.device_key = 1


def settings(cam: vcx.Camera) -> None:
    assert_type(cam.configure(exposure={"time_us": 10}), dict[str, object])
    assert_type(cam.configure({"exposure.time_us": 10}, nearest=True), dict[str, object])
    assert_type(cam.config.settings(), dict[str, object])
    assert_type(cam.config.diff("setup.toml"), list[vcx.Difference])
    assert_type(cam.exposure["time_us"], vcx.BoundFeature)
    assert_type(cam.exposure["time_us"].unit, str)


def sequences(cam: vcx.Camera) -> None:
    program = vcx.SequencerProgram.bracket([100, 1000])
    assert_type(program, vcx.SequencerProgram)
    assert_type(vcx.SequencerProgram.load("program.toml"), vcx.SequencerProgram)
    assert_type(cam.sequencer.simulate(program, 10), list[vcx.PlannedFrame])
    assert_type(cam.sequencer.read(), vcx.SequencerProgram)
    assert_type(cam.sequencer.mode, vcx.SequencerMode | str)
    assert_type(cam.sequencer.configuration_mode, vcx.SequencerMode | str)
    assert_type(cam.sequencer.set_active, int)


def events(cam: vcx.Camera) -> None:
    with cam.events.listen("ExposureEnd") as listener:
        assert_type(listener.get(timeout=1.0), vcx.Event)
        for event in listener:
            assert_type(event.timestamp_ns, int)
            assert_type(event.frame_id, int | None)
            assert_type(event.line, str | None)
    assert_type(cam.events.on(print, "ExposureEnd"), vcx.EventSubscription)
    assert_type(cam.events.lost_count, int)


def pairs(told: list[vcx.Event], frames: list[vcx.Frame]) -> None:
    found = vcx.pair_triggers(told, frames, trigger="Line1RisingEdge", delay_us=100)
    assert_type(found, vcx.TriggerPairs[vcx.Frame])
    assert_type(found.pairs[0].frame, vcx.Frame)
    assert_type(found.pairs[0].lag_us, float)
    assert_type(found.missed[0].trigger, vcx.Event)


async def events_of_a_loop(cam: vcx.Camera) -> None:
    async for event in cam.events.listen("ExposureEnd"):
        assert_type(event, vcx.Event)


def chunks(cam: vcx.Camera) -> None:
    cam.chunks.enable("Timestamp")
    assert_type(cam.chunks.choices, tuple[str, ...])
    chunks = cam.grab().chunks
    assert_type(chunks, vcx.ChunkData | None)
    if chunks is not None:
        assert_type(chunks.exposure_time_us, float | None)
        assert_type(chunks.counter_values, tuple[int, ...] | None)
        assert_type(chunks.binning, vcx.BinningFactors | None)
        assert_type(chunks.line(0), bool | None)


def diagnoses(cam: vcx.Camera) -> None:
    assert_type(vcx.diagnose("virtual", seconds=1), vcx.Diagnosis)
    assert_type(vcx.force_ip(None, "10.77.0.20"), vcx.CameraInfo)
    assert_type(cam.doctor().findings, tuple[vcx.Finding, ...])


def recordings(cam: vcx.Camera) -> None:
    assert_type(cam.record("a.raw", frames=3, seconds=1.5, on_overflow="raise"), vcx.RecordingReport)
    assert_type(cam.record("a.raw", reconnect=True).refused, Mapping[str, str])
    with cam.recorder("a.tiff") as recorder, cam.stream(3, raw=recorder.packed) as stream:
        assert_type(recorder.put(stream.get()), bool)
    with vcx.open_recording("a.raw") as recording:
        assert_type(len(recording), int)
        assert_type(recording.frame(0), vcx.RecordedFrame)
        assert_type(recording.timestamps_ns, npt.NDArray[np.int64])
        assert_type(recording.report, vcx.RecordingReport | None)
    cam.record("a.raw", on_overflow="ignore")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def frames(cam: vcx.Camera) -> None:
    frame = cam.grab()
    assert_type(frame, vcx.Frame)
    assert_type(frame.image, npt.NDArray[np.uint8] | npt.NDArray[np.uint16])
    assert_type(frame.frame_id, int)
    assert_type(frame.timestamp_ns, int)
    assert_type(frame.complete, bool)
    assert_type(frame.pixel_format, vcx.PixelFormat | str)
    for each in cam.stream(100):
        assert_type(each, vcx.Frame)
    with cam.stream(delivery="newest", buffers=8, incomplete="raise") as stream:
        assert_type(stream, vcx.Stream)
        assert_type(stream.get(timeout=1.0), vcx.Frame)
        assert_type(stream.statistics, vcx.StreamStatistics)


def looking_on(cam: vcx.Camera) -> None:
    with cam.tap() as tap:
        assert_type(tap.get(timeout=1.0), vcx.Frame | None)
    with cam.view(port=8000) as page:
        assert_type(page, LiveView)
        assert_type(page.url, str)
    assert_type(cam.live(), LiveWidget)
    assert_type(cam.live().frame, vcx.Frame | None)
    assert_type(cam.running_stream, vcx.Stream | None)


async def frames_of_a_loop(cam: vcx.Camera) -> None:
    async for frame in cam.stream(10):
        assert_type(frame, vcx.Frame)


def rows() -> None:
    assert_type(type(vcx.open_camera().exposure).time_us.unit, str)
