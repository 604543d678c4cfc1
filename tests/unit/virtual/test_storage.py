"""The file that keeps a camera's memory."""

import json

import pytest

from vcxg124m.virtual.features import REGISTERS
from vcxg124m.virtual.register import Access
from vcxg124m.virtual.storage import FileStorage

WIDTH = {"Width": (1600).to_bytes(4, "big")}


def storage(folder):
    warnings = []
    return FileStorage(folder, "700000000001", warn=warnings.append), warnings


def test_what_was_saved_is_loaded_again(tmp_path):
    first, _ = storage(tmp_path / "state")
    assert first.load() == {}
    first.save({"UserSet1": WIDTH, "UserSet2": {}})
    again, warnings = storage(tmp_path / "state")
    assert again.load() == {"UserSet1": WIDTH, "UserSet2": {}}
    assert warnings == []


def test_each_camera_has_one_file(tmp_path):
    for serial in ("700000000001", "700000000002"):
        FileStorage(tmp_path, serial, warn=print).save({})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "vcxg-124m-700000000001.json",
        "vcxg-124m-700000000002.json",
    ]


def _cut(text):
    return text[: len(text) // 2]


def _flip(text):
    return text.replace("00000640", "00000650")


def _unknown_format(text):
    return text.replace('"format": 1', '"format": 2')


def _no_state(text):
    return json.dumps([1, 2, 3])


def _empty(text):
    return ""


@pytest.mark.parametrize("damage", [_cut, _flip, _unknown_format, _no_state, _empty])
def test_a_damaged_file_gives_factory_settings_and_a_warning_and_is_put_aside(tmp_path, damage):
    first, _ = storage(tmp_path)
    first.save({"UserSet1": WIDTH})
    damaged = damage(first.path.read_text())
    assert damaged != first.path.read_text()
    first.path.write_text(damaged)
    again, warnings = storage(tmp_path)
    assert again.load() == {}
    assert len(warnings) == 1
    assert "factory settings" in warnings[0]
    assert first.path.with_suffix(".damaged").read_text() == damaged
    again.save({"UserSet1": WIDTH})
    assert storage(tmp_path)[0].load() == {"UserSet1": WIDTH}


@pytest.mark.parametrize(
    "content",
    [
        {"Width": b"\0\0\0\x11\0"},
        {"Width": b"\0\0\0\0"},
        {"PixelFormat": b"\0\0\0\x01"},
        {"Gain": b"\x7f\xf8" + bytes(6)},
    ],
)
def test_content_that_no_register_can_hold_is_damage_too(tmp_path, content):
    first, _ = storage(tmp_path)
    first.save({"UserSet1": content})
    again, warnings = storage(tmp_path)
    assert again.load() == {}
    assert len(warnings) == 1


def test_a_file_larger_than_any_camera_writes_is_not_read(tmp_path):
    first, warnings = storage(tmp_path)
    first.path.write_bytes(b" " * 1_000_001)
    assert first.load() == {}
    assert "1000001 bytes" in warnings[0]


def test_a_state_that_cannot_be_replaced_stays_as_it_was(tmp_path, monkeypatch):
    first, _ = storage(tmp_path)
    first.save({"UserSet1": WIDTH})

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        first.save({})
    assert storage(tmp_path)[0].load() == {"UserSet1": WIDTH}


def test_the_start_content_of_every_register_obeys_its_own_rules():
    for row in REGISTERS:
        if row.access is Access.READ_WRITE:
            row.check_content(row.start_content)
