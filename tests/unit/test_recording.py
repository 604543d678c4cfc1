"""TIFF files: what other programs read in them, and what is left of them when the writer dies."""

import json
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from vcxg124m.errors import PixelFormatError
from vcxg124m.recording import TiffRecording


@dataclass
class Frame:
    """As much of a frame as a recording looks at."""

    image: np.ndarray
    frame_id: int = 1
    timestamp_ns: int = 0
    pixel_format: str = "Mono12p"


def pages_seen_by_tifffile(path: Path) -> list[np.ndarray]:
    with tifffile.TiffFile(path) as file:
        return [page.asarray() for page in file.pages]


def pages_seen_by_pillow(path: Path) -> list[np.ndarray]:
    pages = []
    with Image.open(path) as file:
        for index in range(file.n_frames):
            file.seek(index)
            pages.append(np.array(file))
    return pages


@pytest.fixture(params=[pages_seen_by_tifffile, pages_seen_by_pillow])
def read_pages(request):
    return request.param


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("expected_frames", [3, None], ids=["classic", "BigTIFF"])
def test_pages_come_back_as_they_were_written(tmp_path, read_pages, dtype, expected_frames):
    rng = np.random.default_rng(5)
    images = [rng.integers(0, np.iinfo(dtype).max, (7, 5), dtype, endpoint=True) for _ in range(3)]
    with TiffRecording(tmp_path / "a.tiff", expected_frames=expected_frames) as recording:
        for image in images:
            recording.write(Frame(image))
    pages = read_pages(tmp_path / "a.tiff")
    assert len(pages) == 3
    for page, image in zip(pages, images, strict=True):
        assert page.dtype == dtype
        np.testing.assert_array_equal(page, image)


def test_imread_stacks_all_pages(tmp_path):
    with TiffRecording(tmp_path / "a.tiff") as recording:
        for value in range(4):
            recording.write(Frame(np.full((6, 9), value, np.uint16)))
    stack = tifffile.imread(tmp_path / "a.tiff")
    assert stack.shape == (4, 6, 9)
    assert stack[:, 0, 0].tolist() == [0, 1, 2, 3]


def test_every_page_describes_its_frame(tmp_path):
    with TiffRecording(tmp_path / "a.tiff", metadata={"serial_number": "700000000001"}) as recording:
        for frame_id in (41, 42):
            frame = Frame(np.zeros((2, 2), np.uint16), frame_id=frame_id, timestamp_ns=frame_id * 8)
            recording.write(frame)
    with tifffile.TiffFile(tmp_path / "a.tiff") as file:
        descriptions = [json.loads(page.description) for page in file.pages]
        software = file.pages[0].software
    assert descriptions == [
        {"frame_id": 41, "timestamp_ns": 328, "pixel_format": "Mono12p", "serial_number": "700000000001"},
        {"frame_id": 42, "timestamp_ns": 336, "pixel_format": "Mono12p", "serial_number": "700000000001"},
    ]
    assert software.startswith("vcxg124m ")


@pytest.mark.parametrize(("frames", "magic"), [(170, b"II*\0"), (180, b"II+\0"), (None, b"II+\0")])
def test_bigtiff_is_chosen_when_the_frames_need_more_than_four_gib(tmp_path, frames, magic):
    with TiffRecording(tmp_path / "a.tiff", expected_frames=frames) as recording:
        recording.write(Frame(np.zeros((3000, 4096), np.uint16)))  # 174 of these are 4 GiB
    with (tmp_path / "a.tiff").open("rb") as file:
        assert file.read(4) == magic


def test_an_image_in_another_memory_order_is_written_right(tmp_path):
    image = np.arange(12, dtype=np.uint16).reshape(3, 4)
    with TiffRecording(tmp_path / "a.tiff", expected_frames=2) as recording:
        recording.write(Frame(image.T))
        recording.write(Frame(image.astype(">u2")))
    first, second = pages_seen_by_tifffile(tmp_path / "a.tiff")
    np.testing.assert_array_equal(first, image.T)
    np.testing.assert_array_equal(second, image)


def test_an_existing_file_is_refused_at_once_and_kept(tmp_path):
    (tmp_path / "a.tiff").write_bytes(b"precious")
    with pytest.raises(FileExistsError, match="choose another name or overwrite"):
        TiffRecording(tmp_path / "a.tiff")
    assert (tmp_path / "a.tiff").read_bytes() == b"precious"


def test_overwriting_replaces_the_file_only_when_a_frame_comes(tmp_path):
    (tmp_path / "a.tiff").write_bytes(b"precious" * 1000)
    TiffRecording(tmp_path / "a.tiff", overwrite=True).close()
    assert (tmp_path / "a.tiff").read_bytes() == b"precious" * 1000
    with TiffRecording(tmp_path / "a.tiff", overwrite=True) as recording:
        recording.write(Frame(np.ones((2, 3), np.uint8)))
    assert pages_seen_by_tifffile(tmp_path / "a.tiff")[0].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_no_frame_leaves_no_file(tmp_path):
    with TiffRecording(tmp_path / "a.tiff"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("image", [np.zeros((2, 2), np.float32), np.zeros((2, 2, 3), np.uint8)])
def test_an_image_that_is_no_page_is_refused(tmp_path, image):
    with (
        TiffRecording(tmp_path / "a.tiff") as recording,
        pytest.raises(PixelFormatError, match=r"\(height, width\) of uint8 or uint16; this Mono12p frame is"),
    ):
        recording.write(Frame(image))
    assert list(tmp_path.iterdir()) == []


def test_a_closed_recording_takes_no_frame(tmp_path):
    recording = TiffRecording(tmp_path / "a.tiff")
    recording.close()
    with pytest.raises(ValueError, match="closed"):
        recording.write(Frame(np.zeros((2, 2), np.uint8)))


def write_pages(recording: TiffRecording, image: np.ndarray, count: int) -> None:
    for value in range(count):
        recording.write(Frame(image + value))


@pytest.mark.parametrize("expected_frames", [3, None], ids=["classic", "BigTIFF"])
def test_a_file_cut_off_anywhere_holds_every_complete_page(tmp_path, expected_frames):
    image = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    path = tmp_path / "whole.tiff"
    ends = []
    with TiffRecording(path, expected_frames=expected_frames) as recording:
        for value in range(3):
            recording.write(Frame(image + value))
            ends.append(recording.size)
    whole = path.read_bytes()
    for cut in range(ends[0], ends[-1], 601):
        (tmp_path / "cut.tiff").write_bytes(whole[:cut])
        complete = sum(end <= cut for end in ends)
        with tifffile.TiffFile(tmp_path / "cut.tiff") as file:
            assert len(file.pages) >= complete
            for value in range(complete):
                np.testing.assert_array_equal(file.pages[value].asarray(), image + value)


def test_a_keyboard_interrupt_leaves_only_whole_pages(tmp_path, read_pages, monkeypatch, request):
    write_page = tifffile.TiffWriter.write
    recording = TiffRecording(tmp_path / "a.tiff", expected_frames=2)
    recording.write(Frame(np.full((64, 64), 1, np.uint16)))

    def interrupted(self, *arguments, **options):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        return write_page(self, *arguments, **options)

    monkeypatch.setattr(tifffile.TiffWriter, "write", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    with pytest.raises(KeyboardInterrupt), recording:
        recording.write(Frame(np.full((64, 64), 2, np.uint16)))
    assert [page[0, 0] for page in read_pages(tmp_path / "a.tiff")] == [1, 2]
    assert recording.pages == 2
