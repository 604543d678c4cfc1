"""What a virtual camera's process remembers in its state directory, and how its sockets change their address."""

import socket

import pytest
from vcxg_testing.application import ADDRESSES, Application

from vcxg124m.virtual import VirtualCamera

SERIAL = "700000000042"
FIRST, SECOND = "127.9.8.7", "127.9.8.77"


def free(ip):
    """Whether the control port of an address is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((ip, 3956))
        except OSError:
            return False
    return True


def test_a_camera_started_again_remembers_its_user_set_and_takes_its_persistent_address(tmp_path):
    with VirtualCamera(serial_number=SERIAL, ip=FIRST, state=tmp_path) as camera, Application(FIRST) as host:
        assert camera.ip == FIRST
        host.write(0x0A00, 2)
        host.write(ADDRESSES["Width"], 1600)
        host.write(ADDRESSES["UserSetSave"] + 4, 1)
        host.write(ADDRESSES["UserSetDefault"], 1)
        host.write(0x064C, int.from_bytes(socket.inet_aton(SECOND), "big"))
        host.write(0x065C, 0xFF000000)
        host.write(0x0014, 5)
        assert host.read(0x0024) == int.from_bytes(socket.inet_aton(FIRST), "big")
    with (
        VirtualCamera(serial_number=SERIAL, ip=FIRST, state=str(tmp_path)) as camera,
        Application(SECOND) as host,
    ):
        assert camera.ip == SECOND
        assert free(FIRST)
        assert host.read(ADDRESSES["Width"]) == 1600
        assert host.read(0x0024) == int.from_bytes(socket.inet_aton(SECOND), "big")


def test_a_camera_without_a_state_directory_forgets(tmp_path):
    for _ in range(2):
        with VirtualCamera(serial_number=SERIAL, ip=FIRST), Application(FIRST) as host:
            assert host.read(ADDRESSES["UserSet1Saved"]) == 0
            host.write(0x0A00, 2)
            host.write(ADDRESSES["UserSetSave"] + 4, 1)
            assert host.read(ADDRESSES["UserSet1Saved"]) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_forced_address_is_answered_from_and_streamed_from():
    with VirtualCamera(serial_number=SERIAL, ip=FIRST) as camera:
        with Application(FIRST) as host:
            assert host.force_ip(camera.mac, SECOND) == (0, SECOND)
        assert free(FIRST)
        with Application(SECOND) as host, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream:
            stream.bind(("127.0.0.1", 0))
            stream.settimeout(10)
            host.start(stream, Height=1)
            _, sender = stream.recvfrom(2048)
            assert sender == (SECOND, host.read(0x0D1C))


def test_an_address_that_is_taken_cannot_be_forced():
    with VirtualCamera(ip=FIRST, serial_number=SERIAL) as camera, VirtualCamera(ip=SECOND) as other:
        with Application(FIRST) as host:
            assert host.force_ip(camera.mac, SECOND)[0] == 0x8002
            assert host.read(0x0024) == int.from_bytes(socket.inet_aton(FIRST), "big")
        with Application(other.ip) as host:
            assert host.read(0x0024) == int.from_bytes(socket.inet_aton(SECOND), "big")


def test_a_damaged_state_is_a_warning_and_factory_settings(tmp_path):
    with VirtualCamera(serial_number=SERIAL, ip=FIRST, state=tmp_path), Application(FIRST) as host:
        host.write(0x0A00, 2)
        host.write(ADDRESSES["UserSetSave"] + 4, 1)
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text()[:-30])
    with (
        pytest.warns(RuntimeWarning, match="factory settings"),
        VirtualCamera(serial_number=SERIAL, ip=FIRST, state=tmp_path),
        Application(FIRST) as host,
    ):
        assert host.read(ADDRESSES["UserSet1Saved"]) == 0


def test_a_state_without_a_serial_number_or_address_could_never_be_found_again(tmp_path):
    with pytest.raises(ValueError, match="needs serial_number or ip"):
        VirtualCamera(state=tmp_path)


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path):
    occupied = tmp_path / "file"
    occupied.touch()
    with pytest.raises(NotADirectoryError) as caught:
        VirtualCamera(serial_number=SERIAL, state=occupied / "cameras")
    assert caught.value.filename == str(occupied / "cameras")
