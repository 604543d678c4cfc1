"""The queue between a stream and a disk: bounded, and honest about what did not fit."""

import signal
import threading
import warnings

import pytest
from vcxg_testing.fake_camera import FakeDevice, raw_frame
from vcxg_testing.recordings import HEADER, GatedWriter, behind_a_gap, mono12p_frame
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m.recording import Recorder, _recorder
from vcxg124m.recording._loop import record_stream

FRAME_MB = 72e-6
SPACE_ERROR = OSError(28, "No space left on device", "gated.raw")


@pytest.fixture
def writer():
    gated = GatedWriter()
    yield gated
    gated.let_through(1000)


def recorder_of(writer, *, frames, **options):
    """Return a recorder with room for so many frames, the one that is being written among them."""
    return Recorder(writer, HEADER, queue_mb=frames * FRAME_MB * 1.01, **options)


def test_frames_that_do_not_fit_are_counted_by_id_and_told_once(writer):
    recorder = recorder_of(writer, frames=3)
    with pytest.warns(
        vcx.SlowDiskWarning, match=r"gated\.raw cannot be written as fast as frames come"
    ) as told:
        taken = [recorder.put(mono12p_frame(n)) for n in range(1, 7)]
    assert taken == [True] * 3 + [False] * 3
    assert len(told) == 1
    report = recorder.report()
    assert (report.frames, report.dropped, report.queued_frames) == (0, 3, 3)
    writer.let_through(1000)
    recorder.close()
    report = recorder.report()
    assert (report.frames, report.dropped, report.dropped_ids, report.queued_frames) == (3, 3, ((4, 6),), 0)
    assert writer.frame_ids == [1, 2, 3]
    assert writer.closed_with == report


@pytest.mark.filterwarnings("ignore::vcxg124m.SlowDiskWarning")
def test_ids_of_dropped_frames_are_ranges(writer):
    recorder = recorder_of(writer, frames=1)
    for frame_id in (1, 2, 3, 9):
        recorder.put(mono12p_frame(frame_id))
    writer.let_through()
    wait_until(lambda: recorder.report().frames == 1, within=10)
    assert recorder.put(mono12p_frame(10))
    assert not recorder.put(mono12p_frame(11))
    writer.let_through(1000)
    assert recorder.close().dropped_ids == ((2, 3), (9, 9), (11, 11))


@pytest.mark.filterwarnings("ignore::vcxg124m.SlowDiskWarning")
def test_a_gap_is_told_by_the_first_frame_that_finds_room_and_parts_the_dropped_ids(writer, monkeypatch):
    gaps = {}
    monkeypatch.setattr(writer, "write", lambda record, _: gaps.update({record.frame_id: record.gap}))
    gate = threading.Event()
    monkeypatch.setattr(writer, "start", lambda _: gate.wait(30))
    recorder = recorder_of(writer, frames=1)
    assert recorder.put(mono12p_frame(7))
    assert not recorder.put(mono12p_frame(8))
    assert not recorder.put(behind_a_gap(mono12p_frame(9), last_frame_id=8))
    gate.set()
    wait_until(lambda: recorder.report().frames == 1, within=10)
    assert recorder.put(mono12p_frame(10))
    report = recorder.close()
    assert report.dropped_ids == ((8, 8), (9, 9))
    [gap] = report.gaps
    assert (gap.last_frame_id, gap.dropped) == (8, 1)
    assert gaps == {7: None, 10: gap}


def test_memory_stays_within_the_budget(writer):
    recorder = recorder_of(writer, frames=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for n in range(1, 100):
            recorder.put(mono12p_frame(n))
    assert recorder.report().queued_bytes == recorder.report().peak_queued_bytes == 4 * 72
    writer.let_through(1000)
    recorder.close()


def test_a_frame_larger_than_the_budget_still_finds_room_alone(writer):
    recorder = Recorder(writer, HEADER, queue_mb=1e-9)
    assert recorder.put(mono12p_frame(1))
    writer.let_through(1000)
    assert recorder.close().frames == 1


def test_an_overflow_is_an_error_when_asked_for(writer):
    recorder = recorder_of(writer, frames=1, on_overflow="raise")
    recorder.put(mono12p_frame(1))
    with pytest.raises(vcx.StreamOverflowError, match="take a faster disk") as raised:
        recorder.put(mono12p_frame(2))
    assert raised.value.lost == 1
    writer.let_through(1000)
    assert recorder.close().dropped_ids == ((2, 2),)


def test_waiting_for_the_disk_loses_nothing(writer):
    recorder = recorder_of(writer, frames=1, on_overflow="wait")
    recorder.put(mono12p_frame(1))
    second = threading.Thread(target=recorder.put, args=(mono12p_frame(2),))
    second.start()
    writer.writing.wait(5)
    assert second.is_alive()
    writer.let_through(1000)
    second.join(5)
    report = recorder.close()
    assert (report.frames, report.dropped) == (2, 0)


def test_a_full_disk_is_raised_where_frames_are_handed_over_and_what_waited_is_counted(writer):
    recorder = recorder_of(writer, frames=3)
    for n in (1, 2, 3):
        recorder.put(mono12p_frame(n))
    writer.let_through()
    wait_until(lambda: recorder.report().frames == 1, within=10)
    writer.error = SPACE_ERROR
    writer.let_through()
    wait_until(lambda: recorder.report().dropped == 2, within=10)
    with pytest.raises(OSError, match="No space left on device"):
        recorder.put(mono12p_frame(4))
    with pytest.raises(OSError, match="No space left on device"):
        recorder.close()
    report = recorder.report()
    assert (report.frames, report.dropped_ids, report.queued_bytes) == (1, ((2, 3),), 0)
    assert writer.closed_with == report


def test_a_waiting_hand_over_ends_when_the_disk_fails(writer):
    recorder = recorder_of(writer, frames=1, on_overflow="wait")
    recorder.put(mono12p_frame(1))
    writer.error = SPACE_ERROR
    threading.Timer(0.05, writer.let_through).start()
    with pytest.raises(OSError, match="No space left"):
        recorder.put(mono12p_frame(2))
    with pytest.raises(OSError, match="No space left"):
        recorder.close()


def test_closing_ends_although_the_disk_never_answers_and_tells_what_is_not_in_the_file(writer, monkeypatch):
    monkeypatch.setattr(_recorder, "_LONGEST_SILENCE_S", 0.2)
    recorder = recorder_of(writer, frames=3)
    for n in (1, 2, 3):
        recorder.put(mono12p_frame(n))
    assert writer.writing.wait(10)
    with pytest.raises(vcx.RecordingError, match=r"not answered for 0\.2 s.* written: 1; dropped: 2"):
        recorder.close()
    report = recorder.close()  # as it stands: it waits no more
    assert (report.frames, report.queued_frames, report.dropped_ids) == (0, 1, ((2, 3),))
    writer.let_through()
    wait_until(lambda: writer.closed_with)
    assert writer.closed_with == recorder.report()
    assert (recorder.report().frames, recorder.report().dropped_ids) == (1, ((2, 3),))


def test_a_file_that_cannot_be_closed_is_told(writer, monkeypatch):
    monkeypatch.setattr(_recorder, "_LONGEST_SILENCE_S", 0.2)
    answers = threading.Event()
    monkeypatch.setattr(writer, "close", lambda _: answers.wait(30))
    writer.let_through(1000)
    recorder = recorder_of(writer, frames=3)
    recorder.put(mono12p_frame(1))
    with pytest.raises(vcx.RecordingError, match="can be read: 1; being written: 0"):
        recorder.close()
    answers.set()


def test_handing_over_ends_although_the_disk_never_answers(writer, monkeypatch):
    monkeypatch.setattr(_recorder, "_LONGEST_SILENCE_S", 0.2)
    recorder = recorder_of(writer, frames=1, on_overflow="wait")
    recorder.put(mono12p_frame(1))
    with pytest.raises(vcx.RecordingError, match=r"gated\.raw: the disk has not answered for 0\.2 s"):
        recorder.put(mono12p_frame(2))
    with pytest.raises(vcx.RecordingError, match="not answered"):
        recorder.close()


def test_a_disk_that_is_slow_but_answers_is_waited_for(writer, monkeypatch):
    monkeypatch.setattr(_recorder, "_LONGEST_SILENCE_S", 0.6)
    recorder = recorder_of(writer, frames=10)
    for n in range(1, 11):
        recorder.put(mono12p_frame(n))
    assert recorder.close(progress=lambda _: writer.let_through()).frames == 10  # a frame in 0.1 s


def test_what_tells_the_progress_may_fail_and_all_is_written(writer):
    recorder = recorder_of(writer, frames=3)
    recorder.put(mono12p_frame(1))
    recorder.put(mono12p_frame(2))

    def fail(_):
        writer.let_through(1000)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        recorder.close(progress=fail)
    assert writer.closed_with.frames == 2


def test_ctrl_c_writes_what_waits(writer):
    recorder = recorder_of(writer, frames=3)
    for n in (1, 2, 3):
        recorder.put(mono12p_frame(n))
    writer.let_through(1000)
    with pytest.raises(KeyboardInterrupt), recorder:
        raise KeyboardInterrupt
    assert writer.frame_ids == [1, 2, 3]
    assert writer.closed_with.frames == 3


def test_a_second_ctrl_c_gives_up_what_waits_but_not_the_frame_in_hand(writer, request):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    recorder = recorder_of(writer, frames=3)
    for n in (1, 2, 3):
        recorder.put(mono12p_frame(n))
    writer.writing.wait(5)
    seen = []

    def interrupt_once(report):
        seen.append(report.queued_frames)
        if len(seen) == 1:
            signal.raise_signal(signal.SIGINT)

    threading.Timer(0.3, writer.let_through, [1000]).start()
    with pytest.raises(KeyboardInterrupt):
        recorder.close(progress=interrupt_once)
    assert seen == [3]
    assert writer.frame_ids == [1]
    assert recorder.report().dropped_ids == ((2, 3),)
    assert writer.closed_with == recorder.report()


def test_a_closed_recorder_takes_no_frame(writer):
    recorder = recorder_of(writer, frames=3)
    recorder.close()
    with pytest.raises(ValueError, match="closed"):
        recorder.put(mono12p_frame(1))


@pytest.mark.parametrize(
    ("option", "value"), [("queue_mb", 0), ("queue_mb", float("nan")), ("on_overflow", "ignore")]
)
def test_an_option_out_of_range_is_refused_by_name(writer, option, value):
    with pytest.raises(vcx.FeatureValueError, match=option):
        Recorder(writer, HEADER, **{option: value})


# -- cam.record ---------------------------------------------------------------------------------------------------


@pytest.fixture
def camera():
    device = FakeDevice()
    device.upcoming = [raw_frame(n) for n in (1, 2, 4)] + [
        raw_frame(5, complete=False),
        raw_frame(6),
        raw_frame(7),
    ]
    with vcx.Camera(device) as cam:
        yield cam


def test_a_camera_records_the_frames_asked_for_with_settings_and_statistics(camera, tmp_path):
    reports = []
    report = camera.record(tmp_path / "a.raw", frames=4, progress=reports.append)
    assert (report.frames, report.stream.delivered, report.stream.missed, report.stream.incomplete) == (
        4,
        4,
        1,
        1,
    )
    assert report.lost == 2
    assert reports[-1] == report
    with vcx.open_recording(tmp_path / "a.raw") as recording:
        assert recording.frame_ids.tolist() == [1, 2, 4, 6]
        assert recording.settings["exposure.time_us"] == 4000.0
        assert recording.report == report


def test_a_recording_that_times_out_keeps_what_came(camera, tmp_path):
    with pytest.raises(vcx.FrameTimeoutError):
        camera.record(tmp_path / "a.raw", timeout=0.01)
    with vcx.open_recording(tmp_path / "a.raw") as recording:
        assert recording.frame_ids.tolist() == [1, 2, 4, 6, 7]
        assert recording.report.stream.delivered == 5


class PausingStream:
    """A stream whose trigger pauses before each frame."""

    statistics = vcx.StreamStatistics()

    def __init__(self, *, first_pause, reason=vcx.TimeoutReason.NO_TRIGGER):
        self.upcoming = [mono12p_frame(1), None, mono12p_frame(2)]
        if first_pause:
            self.upcoming.insert(0, None)
        self.reason = reason

    finished = property(lambda self: not self.upcoming)

    def get(self, _timeout):
        frame = self.upcoming.pop(0)
        if frame is None:
            raise vcx.FrameTimeoutError("nothing came", reason=self.reason)
        return frame

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def recorded(writer, stream, *, seconds=None, timeout=None):
    writer.let_through(1000)
    try:
        record_stream(stream, Recorder(writer, HEADER), seconds=seconds, timeout=timeout, progress=None)
    finally:
        assert writer.closed_with is None or writer.closed_with.frames == len(writer.frame_ids)
    return writer.frame_ids


def test_triggers_may_pause_once_a_frame_has_come(writer):
    assert recorded(writer, PausingStream(first_pause=False)) == [1, 2]


def test_a_pause_of_triggers_does_not_prolong_a_recording_of_some_seconds(writer):
    assert recorded(writer, PausingStream(first_pause=False), seconds=1e-9) == [1]


@pytest.mark.parametrize(
    ("stream", "timeout"),
    [
        (PausingStream(first_pause=True), None),
        (PausingStream(first_pause=False), 5.0),
        (PausingStream(first_pause=False, reason=vcx.TimeoutReason.NO_PACKETS), None),
    ],
    ids=["before the first frame", "with a limit of one's own", "for another reason"],
)
def test_a_wait_ends_a_recording(writer, stream, timeout):
    with pytest.raises(vcx.FrameTimeoutError):
        recorded(writer, stream, timeout=timeout)


def test_a_recording_of_some_seconds_ends_by_itself(camera, tmp_path):
    assert camera.record(tmp_path / "a.raw", seconds=1e-9).frames <= 2


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_time_without_an_end_is_refused(camera, tmp_path, seconds):
    with pytest.raises(vcx.FeatureValueError, match="seconds="):
        camera.record(tmp_path / "a.raw", seconds=seconds)


def test_a_writer_of_ones_own_is_taken(camera):
    writer = GatedWriter()
    writer.let_through(1000)
    assert camera.record(writer, frames=2).container == "gated"
    assert writer.frame_ids == [1, 2]
