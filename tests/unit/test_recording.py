"""Recorded files: what goes in comes out again, in every kind of file, and what other programs read in them."""

import dataclasses
import gc
import importlib
import json
import subprocess
import sys
import threading
from contextlib import contextmanager

import numpy as np
import pytest
import tifffile
from PIL import Image
from vcxg_testing.fake_camera import INFO, raw_frame
from vcxg_testing.recordings import HEADER, SETTINGS, behind_a_gap, mono12p_frame
from vcxg_testing.rich import Shown

import vcxg124m as vcx
from vcxg124m.frame import Frame
from vcxg124m.recording import FrameRecord, Recorder, RecordingReport, TiffWriter, _recorder, open_writer

PACKAGES = {".zarr": "zarr", ".h5": "h5py"}
CHUNKS = {
    "ChunkFrameID": 1,
    "ChunkGain": 2.0,
    "ChunkExposureTime": 4000.0,
    "ChunkPixelFormat": "Mono12p",
    "ChunkBinningHorizontal": 1,
    "ChunkBinningVertical": 2,
    "ChunkCounterValue": (3, 4),
    "ChunkMakersOwn": b"\x01\xff",
}


@pytest.fixture(params=[".raw", ".tiff", ".zarr", ".h5"])
def suffix(request):
    if request.param in PACKAGES:
        pytest.importorskip(PACKAGES[request.param])
    return request.param


@pytest.fixture
def path(tmp_path, suffix):
    return tmp_path / f"a{suffix}"


def record(path, frames, **options):
    with Recorder(open_writer(path, **options), HEADER) as recorder:
        for frame in frames:
            recorder.put(frame)
    return recorder.report()


def test_frames_come_back_as_they_were_recorded(path):
    record(path, [mono12p_frame(n) for n in (1, 2, 0xABC)])
    with vcx.open_recording(path) as recording:
        assert (len(recording), recording.shape, recording.dtype) == (3, (3, 3, 16), np.uint16)
        assert [image[0, 0] for image in recording] == [1, 2, 0xABC]
        for image, value in zip(recording, (1, 2, 0xABC), strict=True):
            np.testing.assert_array_equal(image, np.full((3, 16), value, np.uint16))


def test_mono8_comes_back_as_uint8(path):
    record(path, [Frame(raw_frame(7), keep_raw=True)])
    with vcx.open_recording(path) as recording:
        assert recording.dtype == np.uint8
        assert recording[0].tolist() == [[7] * 16] * 2


def test_what_belongs_to_a_frame_comes_back(path):
    frame = mono12p_frame(5, offset_x=32, offset_y=8, chunks=CHUNKS)
    record(path, [mono12p_frame(4), frame])
    with vcx.open_recording(path) as recording:
        back = recording.frame(-1)
        assert recording.timestamps_ns.tolist() == [4000, 5000]
        assert recording.frame_ids.tolist() == [4, 5]
        assert recording.chunks[0] is None
    assert (back.frame_id, back.timestamp_ns, back.pixel_format, back.complete) == (5, 5000, "Mono12p", True)
    assert (back.width, back.height, back.offset_x, back.offset_y) == (16, 3, 32, 8)
    assert back.chunks == dataclasses.replace(frame.chunks, other={"ChunkMakersOwn": "01ff"})
    assert abs(back.host_time_ns - HEADER.started_ns) < 3600e9


def test_a_file_is_whole_when_its_disk_answers_after_it_was_given_up(path, monkeypatch):
    monkeypatch.setattr(_recorder, "_LONGEST_SILENCE_S", 0.2)
    answers, writer = threading.Event(), open_writer(path)
    write = writer.write

    def hang_with_the_second(entry, pixels):
        if entry.frame_id == 2:
            assert answers.wait(30)
        write(entry, pixels)

    monkeypatch.setattr(writer, "write", hang_with_the_second)
    recorder = Recorder(writer, HEADER)
    for n in (1, 2, 3):
        recorder.put(mono12p_frame(n))
    with pytest.raises(vcx.RecordingError, match="can be read: 1; being written: 1"):
        recorder.close()
    if path.suffix != ".h5":  # HDF5 locks a file that is being written
        with vcx.open_recording(path) as recording:
            assert (recording.frame_ids.tolist(), recording.report) == ([1], None)
    [thread] = [each for each in threading.enumerate() if each.name == "vcxg-recorder"]
    answers.set()
    thread.join(10)
    with vcx.open_recording(path) as recording:
        assert recording.frame_ids.tolist() == [1, 2]
        assert recording.report == recorder.report()
        assert (recording.report.frames, recording.report.dropped_ids) == (2, ((3, 3),))


def test_corrupt_chunks_do_not_end_a_recording(path):
    frames = [mono12p_frame(1), mono12p_frame(2, chunks=vcx.ChunkDataError("the tags make no sense"))]
    assert record(path, frames).frames == 2
    with vcx.open_recording(path) as recording:
        assert recording.chunks == [None, None]


def test_a_loss_of_the_camera_comes_back_with_the_frame_behind_it_and_in_the_report(path):
    refused = {"lut.enabled": "not writable"}
    after = behind_a_gap(mono12p_frame(1), last_frame_id=5, refused=refused)
    report = record(path, [mono12p_frame(4), mono12p_frame(5), after, mono12p_frame(2)])
    with vcx.open_recording(path) as recording:
        assert recording.frame_ids.tolist() == [4, 5, 1, 2]
        gap = recording.frame(2).gap
        assert (gap.seconds, gap.last_frame_id, gap.ip, gap.attempts) == (2.5, 5, INFO.ip, 3)
        assert recording.gaps == {2: gap}
        assert recording.report == report
    assert (report.gaps, report.refused) == ((gap,), refused)
    assert 0 < report.seconds < 60  # by the host's clock: the camera's began anew
    assert "the camera was lost and found once, 2.5 s without frames" in str(report)


def test_camera_settings_and_report_come_back(path):
    report = record(path, [mono12p_frame(n) for n in (1, 2)])
    with vcx.open_recording(path) as recording:
        assert recording.settings == SETTINGS
        assert recording.camera["serial_number"] == "700000000001"
        assert recording.report == report
    assert (report.frames, report.dropped, report.seconds) == (2, 0, 1e-6)
    assert report.bytes == 2 * 16 * 3 * (1.5 if path.suffix == ".raw" else 2)


def test_a_notebook_shows_what_is_in_a_recording_and_what_is_not(path):
    record(path, [mono12p_frame(frame_id) for frame_id in (1, 2, 5)])
    with vcx.open_recording(path) as recording:
        shown = Shown(recording)
        assert str(path) in shown.text
        assert shown["camera"] == "Baumer VCXG-124M, 700000000001"
        assert shown["frames"] == "3 of (3, 16)"
        assert shown["lost"] == "0 frames"
        assert Shown(recording.frame(2))["min, mean, max"] == "5, 5.0, 5 DN"


@pytest.mark.parametrize(
    "key",
    [
        1,
        -1,
        np.int64(2),
        slice(1, 3),
        slice(None, None, -2),
        slice(3, 3),
        ...,
        (),
        (slice(None), 1),
        (2, slice(None), slice(2, 8, 3)),
        (slice(1, None), ..., 5),
        (..., 5),
        (..., slice(0, 2), 5),
        ([0, 2], 1, 1),
        (0, 1, 2),
    ],
    ids=str,
)
def test_indexing_gives_what_numpy_gives(path, key):
    record(path, [mono12p_frame(n) for n in range(1, 5)])
    with vcx.open_recording(path) as recording:
        stack = np.asarray(recording)
        np.testing.assert_array_equal(recording[key], stack[key])
        assert np.shape(recording[key]) == np.shape(stack[key])


@pytest.mark.parametrize("key", [4, -5, (0, 99)])
def test_there_is_an_error_beyond_the_end(path, key):
    record(path, [mono12p_frame(n) for n in range(1, 5)])
    with vcx.open_recording(path) as recording, pytest.raises(IndexError):
        recording[key]


def test_dask_reads_a_recording_frame_by_frame(path):
    pytest.importorskip("dask.array")
    record(path, [mono12p_frame(n) for n in range(1, 5)])
    with vcx.open_recording(path) as recording:
        lazy = recording.to_dask()
        assert (lazy.shape, lazy.dtype, lazy.chunksize) == ((4, 3, 16), np.uint16, (1, 3, 16))
        assert lazy[1:, 1, 3].compute().tolist() == [2, 3, 4]
        assert lazy.mean().compute() == 2.5


def test_an_existing_file_is_refused_at_once_and_kept(path):
    record(path, [mono12p_frame(1)])
    with pytest.raises(FileExistsError, match="choose another name, or overwrite=True"):
        open_writer(path)
    with vcx.open_recording(path) as recording:
        assert len(recording) == 1


@contextmanager
def a_full_disk():
    resource = pytest.importorskip("resource")  # not on Windows
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("suffix", [".raw", ".h5"])
def test_a_disk_that_is_full_from_the_start_is_told_in_the_systems_words_and_no_file_stays_open(path):
    if path.suffix in PACKAGES:
        pytest.importorskip(PACKAGES[path.suffix])
    with pytest.raises(OSError, match="File too large") as caught, a_full_disk():
        record(path, [mono12p_frame(1)])
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 60
    gc.collect()  # a file that is still open would warn, and a warning is an error


def test_overwriting_replaces_a_recording_only_when_a_frame_comes(path):
    record(path, [mono12p_frame(1), mono12p_frame(2)])
    record(path, [], overwrite=True)
    with vcx.open_recording(path) as recording:
        assert len(recording) == 2
    record(path, [mono12p_frame(3)], overwrite=True)
    with vcx.open_recording(path) as recording:
        assert recording[:, 0, 0].tolist() == [3]


def test_no_frame_leaves_no_file(path):
    record(path, [])
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_is_no_zarr_group_is_never_replaced(tmp_path):
    pytest.importorskip("zarr")
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "thesis.tex").touch()
    with pytest.raises(FileExistsError):
        open_writer(tmp_path / "a.zarr", overwrite=True)


@pytest.mark.parametrize("suffix", [".raw", ".tiff"], indirect=True)
def test_frames_of_several_sizes_are_read_one_by_one(path):
    record(path, [mono12p_frame(1), mono12p_frame(2, height=5)])
    with vcx.open_recording(path) as recording:
        assert [image.shape for image in recording] == [(3, 16), (5, 16)]
        with pytest.raises(
            vcx.RecordingError, match=r"several sizes \(height, width\): \[\(3, 16\), \(5, 16\)\]"
        ):
            _ = recording.shape
        with pytest.raises(vcx.RecordingError, match="differ"):
            recording[:]


@pytest.mark.parametrize("suffix", [".zarr", ".h5"], indirect=True)
def test_an_array_file_refuses_a_frame_of_another_size_and_keeps_those_before(path):
    with pytest.raises(
        vcx.RecordingError, match=r"Frame 2 is \(5, 16\) of uint16.*\.raw and \.tiff take any"
    ):
        record(path, [mono12p_frame(1), mono12p_frame(2, height=5)])
    with vcx.open_recording(path) as recording:
        assert recording[:, 0, 0].tolist() == [1]
        assert recording.report.dropped_ids == ((2, 2),)


@pytest.mark.parametrize("suffix", [".tiff", ".zarr", ".h5"], indirect=True)
def test_colour_is_refused_by_files_of_one_channel(path):
    payload = np.zeros(24, np.uint8)
    frame = Frame(raw_frame(1, width=4, height=2, pixel_format=0x02180014, payload=payload))
    with pytest.raises(
        vcx.PixelFormatError, match=r"this RGB8 frame is \(2, 4, 3\) of uint8.*A \.raw file takes any"
    ):
        record(path, [frame])


def test_raw_takes_colour_and_line_padding(tmp_path):
    payload = np.arange(2 * 14, dtype=np.uint8)
    frame = raw_frame(1, width=4, height=2, pixel_format=0x02180014, payload=payload, line_padding=2)
    record(tmp_path / "a.raw", [Frame(frame, keep_raw=True)])
    with vcx.open_recording(tmp_path / "a.raw") as recording:
        assert recording.shape == (1, 2, 4, 3)
        assert recording[0, 1].ravel().tolist() == list(range(14, 26))
        assert recording[..., 0].shape == (1, 2, 4)


def test_the_raw_file_holds_the_bytes_as_they_came(tmp_path):
    frames = [mono12p_frame(0xABC), mono12p_frame(0xDEF)]
    record(tmp_path / "a.raw", frames)
    data = (tmp_path / "a.raw").read_bytes()
    assert data == bytes.fromhex("bccaab" * 24 + "effdde" * 24)
    lines = [json.loads(line) for line in (tmp_path / "a.raw.jsonl").read_text().splitlines()]
    assert [(line["frame_id"], line["offset"], line["length"]) for line in lines[1:-1]] == [
        (0xABC, 0, 72),
        (0xDEF, 72, 72),
    ]


def test_a_frame_without_raw_bytes_cannot_go_into_a_raw_file(tmp_path):
    with pytest.raises(vcx.PixelFormatError, match="raw=True"):
        record(tmp_path / "a.raw", [Frame(raw_frame(1))])


def test_a_raw_file_that_lost_its_end_says_so(tmp_path):
    record(tmp_path / "a.raw", [mono12p_frame(1), mono12p_frame(2)])
    with (tmp_path / "a.raw").open("r+b") as file:
        file.truncate(100)
    with vcx.open_recording(tmp_path / "a.raw") as recording:
        assert recording[0][0, 0] == 1
        with pytest.raises(vcx.RecordingError, match="44 bytes before the end of frame 2"):
            recording[1]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (b"", "is empty: the recording was killed at its start"),
        (b"[1,\n", "no JSON"),
        (b"{}\n", "no recording"),
        (b"[]\n", "no JSON obj"),
    ],
)
def test_an_index_that_is_none_is_an_error(tmp_path, index, message):
    (tmp_path / "a.raw").touch()
    (tmp_path / "a.raw.jsonl").write_bytes(index)
    with pytest.raises(vcx.RecordingError, match=message):
        vcx.open_recording(tmp_path / "a.raw")


def test_raw_bytes_without_their_index_are_refused_with_its_name(tmp_path):
    (tmp_path / "a.raw").touch()
    with pytest.raises(vcx.RecordingError, match=r"a\.raw\.jsonl is missing"):
        vcx.open_recording(tmp_path / "a.raw")


def test_a_file_that_is_not_there_is_an_error_of_the_system(path):
    with pytest.raises(FileNotFoundError, match=path.name):
        vcx.open_recording(path)


@pytest.mark.parametrize("head", [b"", b"II*\0", b"II+\0\b\0\0\0"])
def test_a_tiff_that_ends_within_its_head_is_refused(tmp_path, head):
    (tmp_path / "a.tiff").write_bytes(head)
    with pytest.raises(vcx.RecordingError, match=r"a\.tiff is no TIFF file, or cut off"):
        vcx.open_recording(tmp_path / "a.tiff")


def test_something_else_is_no_recording(path):
    path.write_bytes(b"something else")
    (path.parent / "a.raw.jsonl").write_bytes(b"something else")
    with pytest.raises(vcx.RecordingError):
        vcx.open_recording(path)


def test_a_tiff_of_another_program_is_no_recording(tmp_path):
    tifffile.imwrite(tmp_path / "a.tiff", np.zeros((2, 2), np.uint8))
    with pytest.raises(vcx.RecordingError, match=r"no recording|has no record"):
        vcx.open_recording(tmp_path / "a.tiff")


def test_a_recording_of_a_newer_version_is_refused_with_both_versions(tmp_path):
    record(tmp_path / "a.raw", [mono12p_frame(1)])
    index = tmp_path / "a.raw.jsonl"
    index.write_text(index.read_text().replace('"vcxg124m_recording":1', '"vcxg124m_recording":2'))
    with pytest.raises(vcx.RecordingError, match="of version 2, this package reads version 1"):
        vcx.open_recording(tmp_path / "a.raw")


def test_a_missing_file_is_named(path):
    with pytest.raises((FileNotFoundError, vcx.RecordingError), match="a" + path.suffix):
        vcx.open_recording(path)


def test_an_unknown_suffix_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(
        vcx.RecordingError, match=r"a\.png does not end in one of \.raw, \.tiff, \.tif, \.zarr, \.h5"
    ):
        open_writer(tmp_path / "a.png")


@pytest.mark.parametrize(("module", "suffix", "extra"), [("zarr", ".zarr", "zarr"), ("h5py", ".h5", "hdf5")])
def test_a_missing_package_is_told_with_the_command(tmp_path, monkeypatch, module, suffix, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(vcx.MissingPackageError, match=rf"pip install 'vcxg124m\[{extra}\]'") as raised:
        open_writer(tmp_path / f"a{suffix}")
    assert isinstance(raised.value, ImportError)


def test_the_package_comes_without_its_optional_packages():
    code = "import sys, vcxg124m; print([m for m in ('zarr', 'h5py', 'dask') if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "[]\n"


def test_a_record_is_longer_than_its_room_only_with_an_error(tmp_path):
    pytest.importorskip("h5py")
    late = mono12p_frame(2, chunks={f"ChunkMakers{n}": n for n in range(100)})
    with pytest.raises(vcx.RecordingError, match=r"frame 2 .* the file has room for 512"):
        record(tmp_path / "a.h5", [mono12p_frame(1), late])


def test_a_report_says_what_was_lost_where():
    stream = vcx.StreamStatistics(delivered=9, incomplete=1, missed=2, underrun=3)
    report = RecordingReport(
        "a.raw", "raw", 5, 5_000_000, 2.0, 4, ((6, 9),), stalls=2, longest_write_s=1.25, stream=stream
    )
    assert report.lost == 10
    assert str(report) == (
        "a.raw: 5 frames, 5.0 MB in 2.00 s (2.00 frames/s, 2.0 MB/s); 1 incomplete, 2 missed, 3 underrun; "
        "4 dropped by the recording; the disk stalled 2 times, at most 1.2 s"
    )
    assert RecordingReport.from_dict(json.loads(json.dumps(report.to_dict()))) == report


# -- TIFF for other programs --------------------------------------------------------------------------------------


def pages_seen_by_tifffile(path):
    with tifffile.TiffFile(path) as file:
        return [page.asarray() for page in file.pages]


def pages_seen_by_pillow(path):
    pages = []
    with Image.open(path) as file:
        for index in range(file.n_frames):
            file.seek(index)
            pages.append(np.array(file))
    return pages


def write_pages(path, images, **options):
    """Write images of any kind, and return the file's size after each."""
    writer, sizes = TiffWriter(str(path), **options), []
    writer.start(HEADER)
    for number, image in enumerate(images, 1):
        writer.write(FrameRecord(number, number * 8, 0, "Mono12p", image.shape[1], image.shape[0]), image)
        sizes.append(path.stat().st_size)
    writer.close(RecordingReport(frames=len(images)))
    return sizes


@pytest.mark.parametrize("read_pages", [pages_seen_by_tifffile, pages_seen_by_pillow])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("expected_frames", [3, None], ids=["classic", "BigTIFF"])
def test_pages_come_back_as_they_were_written(tmp_path, read_pages, dtype, expected_frames):
    rng = np.random.default_rng(5)
    images = [rng.integers(0, np.iinfo(dtype).max, (7, 5), dtype, endpoint=True) for _ in range(3)]
    write_pages(tmp_path / "a.tiff", images, expected_frames=expected_frames)
    pages = read_pages(tmp_path / "a.tiff")
    assert len(pages) == 3
    for page, image in zip(pages, images, strict=True):
        assert page.dtype == dtype
        np.testing.assert_array_equal(page, image)


def test_imread_stacks_all_pages(tmp_path):
    write_pages(tmp_path / "a.tiff", [np.full((6, 9), value, np.uint16) for value in range(4)])
    stack = tifffile.imread(tmp_path / "a.tiff")
    assert stack.shape == (4, 6, 9)
    assert stack[:, 0, 0].tolist() == [0, 1, 2, 3]


def test_every_page_describes_its_frame(tmp_path):
    record(tmp_path / "a.tiff", [mono12p_frame(n) for n in (41, 42)])
    with tifffile.TiffFile(tmp_path / "a.tiff") as file:
        first, second = (json.loads(page.description) for page in file.pages)
        software = file.pages[0].software
    assert (second["frame_id"], second["timestamp_ns"], second["pixel_format"]) == (42, 42000, "Mono12p")
    assert first["recording"]["camera"]["serial_number"] == "700000000001"
    assert first["report"]["frames"] == 2
    assert software.startswith("vcxg124m ")


@pytest.mark.parametrize(("frames", "magic"), [(170, b"II*\0"), (180, b"II+\0"), (None, b"II+\0")])
def test_bigtiff_is_chosen_when_the_frames_need_more_than_four_gib(tmp_path, frames, magic):
    write_pages(
        tmp_path / "a.tiff", [np.zeros((3000, 4096), np.uint16)], expected_frames=frames
    )  # 174 are 4 GiB
    with (tmp_path / "a.tiff").open("rb") as file:
        assert file.read(4) == magic


def test_an_image_in_another_memory_order_is_written_right(tmp_path):
    image = np.arange(12, dtype=np.uint16).reshape(3, 4)
    write_pages(tmp_path / "a.tiff", [image.T, image.astype(">u2")], expected_frames=2)
    first, second = pages_seen_by_tifffile(tmp_path / "a.tiff")
    np.testing.assert_array_equal(first, image.T)
    np.testing.assert_array_equal(second, image)


@pytest.mark.parametrize("expected_frames", [3, None], ids=["classic", "BigTIFF"])
def test_a_tiff_cut_off_anywhere_holds_every_complete_page(tmp_path, expected_frames):
    image = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    path, cut = tmp_path / "whole.tiff", tmp_path / "cut.tiff"
    ends = write_pages(path, [image + value for value in range(3)], expected_frames=expected_frames)
    whole = path.read_bytes()
    for end in range(ends[0], ends[-1], 601):
        cut.write_bytes(whole[:end])
        complete = sum(each <= end for each in ends)
        with tifffile.TiffFile(cut) as file:
            assert len(file.pages) >= complete
            for value in range(complete):
                np.testing.assert_array_equal(file.pages[value].asarray(), image + value)


# -- for other programs -------------------------------------------------------------------------------------------


def test_zarr_and_hdf5_hold_columns_for_other_programs(tmp_path):
    zarr, h5py = pytest.importorskip("zarr"), importlib.import_module("h5py")
    record(tmp_path / "a.zarr", [mono12p_frame(n) for n in (4, 5)])
    record(tmp_path / "a.h5", [mono12p_frame(n) for n in (4, 5)])
    group = zarr.open_group(tmp_path / "a.zarr", mode="r")
    assert group["frames"].metadata.dimension_names == ("frame", "y", "x")
    with h5py.File(tmp_path / "a.h5") as file:
        for columns in (group, file):
            assert columns["frames"].shape == (2, 3, 16)
            assert columns["frame_id"][:].tolist() == [4, 5]
            assert columns["timestamp_ns"][:].tolist() == [4000, 5000]
