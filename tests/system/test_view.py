"""The live view over the whole path, with a browser's part played by hand: pictures, controls, refusals, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import http.client
import io
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import tifffile
from PIL import Image
from vcxg_testing.browser import LOOK, WITHIN, Address, cookie_of, dial, get, tab
from vcxg_testing.commands import end_of, press_ctrl_c, started
from websockets.exceptions import ConnectionClosed, InvalidStatus

import vcxg124m as vcx
from vcxg124m import view
from vcxg124m.view._hub import Hub
from vcxg124m.view._preview import Preview
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vcxg124m.view import LiveView


@pytest.fixture(scope="module")
def shared() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as cam:
        yield cam


@pytest.fixture
def cam(shared: vcx.Camera) -> vcx.Camera:
    settings = {
        "image_format.pixel_format": "Mono12p",
        "trigger.mode": "Off",
        "exposure.time_us": 4000,
        "gain.db": 0,
    }
    region = {"roi.width": 640, "roi.height": 480, "roi.offset_x": 0, "roi.offset_y": 0}
    shared.configure({**settings, **region, "acquisition.frame_rate_hz": 20})
    return shared


@pytest.fixture
def page(cam: vcx.Camera) -> Iterator[LiveView]:
    with cam.view() as page:
        yield page


# -- pictures -----------------------------------------------------------------------------------------------------


def test_a_page_gets_pictures_one_for_each_time_it_asks(page: LiveView) -> None:
    with tab(page) as browser:
        first = browser.look()
        second = browser.look(after=first["number"])
        assert second["frame_id"] > first["frame_id"]
        assert (first["width"], first["height"], first["pixel_format"]) == (640, 480, "Mono12p")
        # Nothing comes that was not asked for: the next picture answers the next look.
        browser.say(type="fire")
        assert browser.hear_any("refused")["kind"] == "CameraStateError"
        assert browser.look(after=0)["number"] >= second["number"]


def test_values_on_the_page_are_those_of_the_frame_that_it_saves(page: LiveView, tmp_path: Path) -> None:
    cookie = cookie_of(page)
    with tab(page) as browser:
        shown = browser.look(x=100, y=50, pointer=[101, 52], line=[100, 50, 104, 50])
        status, headers, data = get(page, f"/frame.tiff?session={browser.session}", Cookie=cookie)
        _, _, png = get(page, f"/frame.png?session={browser.session}", Cookie=cookie)
    assert (status, headers["content-type"]) == (200, "image/tiff")
    assert headers["content-disposition"].endswith(f'-{shown["frame_id"]}.tiff"')
    values = np.frombuffer(shown["data"], "<u2").reshape(48, 64)
    saved = tifffile.imread(io.BytesIO(data))
    assert saved.dtype == np.uint16
    assert (saved[50:98, 100:164] == values).all()
    assert shown["pointer"] == saved[52, 101]
    assert shown["profile"] == saved[50, 100:105].tolist()
    assert (np.asarray(Image.open(io.BytesIO(png))) == saved).all()
    file = tmp_path / "frame.tiff"
    file.write_bytes(data)
    with vcx.open_recording(file) as recording:
        assert recording.frame(0).frame_id == shown["frame_id"]
        assert recording.settings["exposure.time_us"] == 4000


def test_a_held_frame_stays_while_the_camera_goes_on(page: LiveView) -> None:
    with tab(page) as browser, tab(page) as other:
        held = browser.look()
        after = other.look(after=other.look(after=held["number"])["number"])
        assert after["number"] > held["number"]
        assert browser.look(hold=True)["data"] == held["data"]


def test_the_whole_image_comes_as_a_picture_of_the_asked_size(page: LiveView) -> None:
    with tab(page) as browser:
        shown = browser.look(width=640, height=480, screen_width=320, screen_height=240)
    assert shown["kind"] == "jpeg"
    assert Image.open(io.BytesIO(shown["data"])).size == (320, 240)


# -- settings -----------------------------------------------------------------------------------------------------


def controls_of(panel: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {control["name"]: control for section in panel["sections"] for control in section["controls"]}


def test_controls_tell_what_the_features_tell(page: LiveView, cam: vcx.Camera) -> None:
    with tab(page) as browser:
        browser.look()
        controls = controls_of(browser.hear("panel", lambda panel: controls_of(panel)["roi.width"]["pauses"]))
    exposure = controls["exposure.time_us"]
    assert (exposure["label"], exposure["unit"], exposure["kind"]) == ("Exposure time", "µs", "number")
    assert (exposure["min"], exposure["max"], exposure["step"], exposure["value"]) == (15, 60e6, 1, 4000)
    assert exposure["accepts"] == cam.exposure["time_us"].accepts()
    assert exposure["locked"] == ""
    assert controls["image_format.pixel_format"]["entries"] == ["Mono8", "Mono10", "Mono12", "Mono12p"]
    assert controls["acquisition.frame_rate_hz"]["optional"]
    assert controls["exposure.short_exposure"]["kind"] == "switch"


def test_a_setting_of_the_page_is_the_cameras_and_comes_back_to_all_pages(
    page: LiveView, cam: vcx.Camera
) -> None:
    with tab(page) as browser, tab(page) as other:
        assert browser.set({"exposure.time_us": 2500})["type"] == "done"
        assert cam.exposure.time_us == 2500
        other.hear("panel", lambda panel: controls_of(panel)["exposure.time_us"]["value"] == 2500)


def test_a_refused_setting_is_told_in_the_librarys_words(page: LiveView, cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError) as caught:
        cam.exposure.time_us = 3
    with tab(page) as browser:
        refused = browser.set({"exposure.time_us": 3})
        assert (refused["kind"], refused["names"]) == ("FeatureValueError", ["exposure.time_us"])
        assert refused["error"] == str(caught.value)
        assert "15 to 60000000 us" in refused["error"]
        assert browser.set({"exposure.brightness": 3})["kind"] == "FeatureUnavailableError"


def test_what_a_stream_locks_is_set_by_a_pause_of_the_pages_own(page: LiveView, cam: vcx.Camera) -> None:
    with tab(page) as browser:
        before = browser.look()
        assert browser.set({"image_format.pixel_format": "Mono8", "roi.width": 320})["type"] == "done"
        assert (cam.image_format.pixel_format, cam.roi.width) == ("Mono8", 320)
        while (after := browser.look(after=before["number"]))["pixel_format"] != "Mono8":
            before = after
        assert (after["width"], after["greatest"]) == (320, 255)


def test_another_views_stream_is_paused_too(page: LiveView, cam: vcx.Camera) -> None:
    with tab(page) as browser, cam.view() as second:
        shown = browser.look()
        with tab(second) as other:
            assert other.look()["width"] == 640
            assert other.set({"roi.width": 320})["type"] == "done"
            while shown["width"] != 320:
                shown = browser.look(after=shown["number"])


def test_what_the_programs_stream_locks_stays_locked(page: LiveView, cam: vcx.Camera) -> None:
    with cam.stream() as stream, tab(page) as browser:
        stream.get()
        refused = browser.set({"roi.width": 320})
        assert refused["kind"] == "FeatureAccessError"
        assert "a stream is running" in refused["error"]
        panel = browser.hear("panel", lambda panel: controls_of(panel)["roi.width"]["locked"] != "")
        assert "a stream is running" in controls_of(panel)["roi.width"]["locked"]
        assert not controls_of(panel)["roi.width"]["pauses"]


def test_a_software_trigger_of_the_page_takes_a_picture(page: LiveView, cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Software")
    with tab(page) as browser:
        waiting = browser.hear("status", lambda status: status["state"] == "waiting")
        assert waiting["trigger"] == {"mode": "On", "source": "Software"}
        browser.say(**LOOK, id=1)
        browser.say(type="fire")
        assert browser.hear("done")["names"] == []
        assert browser.hear("picture")["frame_id"] == 1


# -- the program's streams ----------------------------------------------------------------------------------------


def test_a_programs_stream_loses_nothing_to_its_viewers(page: LiveView, cam: vcx.Camera) -> None:
    cam.acquisition.frame_rate_hz = 60
    stopping = threading.Event()

    def watch() -> None:
        with tab(page) as browser:
            number = 0
            while not stopping.is_set():
                number = browser.look(after=number, width=640, height=480)["number"]
                seen.append(number)

    seen: list[int] = []
    watcher = threading.Thread(target=watch)
    with cam.stream(150) as stream:
        watcher.start()
        received = [frame.frame_id for frame in stream]
        counted = stream.statistics
        stopping.set()
    watcher.join()
    assert received == list(range(1, 151))
    assert (counted.delivered, counted.incomplete, counted.missed, counted.underrun) == (150, 0, 0, 0)
    assert len(seen) > 5


def test_the_page_makes_way_for_the_program_and_comes_back(page: LiveView, cam: vcx.Camera) -> None:
    with tab(page) as browser:
        number = browser.look()["number"]
        with cam.stream(2) as stream:
            stream.get()
            assert not stream.gives_way
            browser.hear("status", lambda status: status["attached"])
            stream.get()
        browser.hear("status", lambda status: status["state"] == "live" and not status["attached"])
        assert browser.look(after=number + 2)["number"] > number + 2


def test_the_camera_rests_while_no_page_is_open(page: LiveView, cam: vcx.Camera) -> None:
    assert cam.running_stream is None
    with tab(page) as browser:
        browser.look()
        assert cam.running_stream is not None
    deadline = time.monotonic() + WITHIN
    while cam.running_stream is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


# -- refusals -----------------------------------------------------------------------------------------------------


def test_the_page_needs_its_token_or_its_cookie(page: LiveView) -> None:
    token = page.url.partition("token=")[2]
    assert get(page, "/")[0] == 403
    assert get(page, "/?token=")[0] == 403
    assert get(page, f"/?token={token[:-1]}")[0] == 403
    assert get(page, f"/?token={token}")[0] == 200
    assert get(page, "/", Cookie=cookie_of(page))[0] == 200
    assert get(page, "/", Cookie=cookie_of(page)[:-1])[0] == 403
    assert token.encode() not in get(page, f"/?token={token}")[2]


def test_the_address_that_a_browsers_arguments_show_opens_the_page_once(
    page: LiveView, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(opened.append(url)) or True)
    assert page.open()
    way = opened[0].partition(str(page.port))[2]
    assert page.url.partition("token=")[2] not in way
    assert [get(page, way)[0], get(page, way)[0]] == [200, 403]


def test_the_page_lets_no_other_site_in(page: LiveView) -> None:
    way, cookie = page.url.partition(str(page.port))[2], cookie_of(page)
    _, headers, _ = get(page, way)
    assert "HttpOnly; SameSite=Strict" in headers["set-cookie"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    for refused in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        assert get(page, way, **refused)[0] == 403
        assert get(page, "/static/main.js", **refused)[0] == 403
        assert get(page, "/frame.tiff?session=x", Cookie=cookie, **refused)[0] == 403


def test_a_frame_is_given_to_those_with_a_cookie_only(page: LiveView) -> None:
    with tab(page) as browser:
        browser.look()
        assert get(page, f"/frame.tiff?session={browser.session}")[0] == 403
        cookie = cookie_of(page)
        assert get(page, "/frame.tiff?session=x", Cookie=cookie)[0] == 404
        assert get(page, f"/frame.exe?session={browser.session}", Cookie=cookie)[0] == 404
        assert get(page, "/static/../__init__.py")[0] == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"cookie": ""},
        {"origin": None},
        {"origin": "http://evil.example"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_a_socket_without_cookie_or_origin_is_refused(page: LiveView, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidStatus) as caught, dial(page, **wrong):
        pass
    assert caught.value.response.status_code == 403


def test_a_socket_under_another_name_is_refused(page: LiveView) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Cookie": cookie_of(page)}
    for host, status in ((f"127.0.0.1:{page.port}", 101), ("evil.example", 403)):
        assert get(page, "/socket", **headers, Host=host, Origin=f"http://{host}")[0] == status


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("no JSON", 1008),
        ('{"type": "look"}', 1008),
        (b"\0\1", 1008),
        ('{"type": "' + "x" * 20000 + '"}', 1009),
    ],
    ids=["no JSON", "no look", "bytes", "too long"],
)
def test_what_is_no_message_ends_its_socket_and_no_other(
    page: LiveView, message: str | bytes, code: int
) -> None:
    with tab(page) as other, tab(page) as browser:
        browser.socket.send(message)
        with pytest.raises(ConnectionClosed) as caught:
            browser.hear("never")
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == code
        assert other.look()["width"] == 640


def test_more_pages_than_there_is_room_for_are_refused(page: LiveView) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(16):
            held.enter_context(tab(page))
        with pytest.raises(ConnectionClosed, match="16 pages are open"), dial(page) as socket:
            socket.recv(WITHIN)


def test_other_computers_are_let_in_only_when_that_is_asked_for(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"host='0\.0\.0\.0' not accepted"):
        cam.view(host="0.0.0.0")
    with pytest.warns(vcx.RemoteViewWarning, match="unencrypted"):
        page = cam.view(host="0.0.0.0", allow_remote=True)
    with page:
        assert get(page, page.url.partition(str(page.port))[2], Host="192.168.1.4")[0] == 200


# -- ends ---------------------------------------------------------------------------------------------------------


def test_closing_the_view_closes_its_pages_and_frees_the_camera(cam: vcx.Camera) -> None:
    page = cam.view()
    with tab(page) as browser:
        browser.look()
        page.close()
        page.close()
        with pytest.raises(ConnectionClosed):
            browser.hear("never")
    assert not page.is_running
    assert cam.running_stream is None
    assert cam.grab().complete


def test_a_port_that_is_taken_is_told_at_once(page: LiveView, cam: vcx.Camera) -> None:
    with pytest.raises(
        OSError, match=rf"127\.0\.0\.1:{page.port} .* in use; choose another port, or 0 for a free one"
    ):
        cam.view(port=page.port)
    with (
        pytest.warns(vcx.RemoteViewWarning),
        pytest.raises(OSError, match=r"192\.0\.2\.1:0 .*; choose another host"),
    ):
        cam.view(host="192.0.2.1", allow_remote=True)


def test_a_port_that_only_the_system_may_have_asks_for_another_port(
    cam: vcx.Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WithoutRights(socket.socket):
        def bind(self, _: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "socket", WithoutRights)
    with pytest.raises(OSError, match=r"127\.0\.0\.1:80 .* Permission denied; choose another port"):
        cam.view(port=80)


def test_the_address_is_not_in_what_is_printed(page: LiveView) -> None:
    assert page.url.partition("token=")[2] not in repr(page)


def test_a_lost_camera_is_told_and_shown_again_and_a_closed_one_ends_the_view() -> None:
    with (
        VirtualCamera(discoverable=False) as device,
        vcx.open_camera(ip=device.ip) as cam,
        cam.view() as page,
    ):
        cam.roi.set(width=640, height=480)
        with tab(page) as browser:
            number = browser.look()["number"]
            device.bench.pull_cable()
            browser.hear("status", lambda status: status["state"] == "lost")
            device.bench.plug_cable()
            browser.hear("status", lambda status: status["state"] == "live")
            assert browser.look(after=number + 1)["number"] > number + 1
            cam.close()
            with pytest.raises(ConnectionClosed):
                browser.hear("never")
        assert not page.is_running


def test_a_view_of_a_camera_that_died_just_now_ends_in_seconds_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with VirtualCamera(discoverable=False) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=640, height=480)
        with cam.view() as page, tab(page) as browser:
            browser.look()
            device.bench.pull_cable()
            begin = time.monotonic()
            page.close()
        assert time.monotonic() - begin < WITHIN / 2
        assert not page.is_running
    assert "uvicorn.error" not in {record.name for record in caplog.records}


def test_ctrl_c_while_a_view_is_closed_waits_for_its_end(
    cam: vcx.Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(preview: Preview) -> None:
        signal.raise_signal(signal.SIGINT)
        closed(preview)

    closed = Preview.close
    monkeypatch.setattr(Preview, "close", close)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    page = cam.view()
    with pytest.raises(KeyboardInterrupt):
        page.close()
    signal.signal(signal.SIGINT, before)
    assert not page.is_running


def test_a_server_that_does_not_end_is_told(
    cam: vcx.Camera, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ends = threading.Event()

    async def close(hub: Hub) -> None:
        while not ends.is_set():
            await asyncio.sleep(0.01)
        await closed(hub)

    closed = Hub.close
    monkeypatch.setattr(Hub, "close", close)
    monkeypatch.setattr(view, "_LONGEST_END_S", 1.0)
    page = cam.view()
    get(page, "/")
    page.close()
    assert "did not end within 1 s" in caplog.text
    ends.set()
    page.close()
    assert not page.is_running


PROGRAM = """
import sys
import vcxg124m as vcx

cam = vcx.open_camera("virtual")
page = cam.view()
print(page.url, flush=True)
for line in sys.stdin:
    break
"""


@pytest.mark.parametrize("end", ["its last line", "Ctrl-C"])
def test_a_program_that_closes_nothing_ends_at_once_with_a_page_open(end: str) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    with program:
        try:
            assert program.stdout is not None
            url = program.stdout.readline().strip()
            with tab(Address(url)) as browser:
                after = browser.look()["number"]
                browser.say(**{**LOOK, "id": 99, "after": after + 1000})  # so that it waits for frames
                if end == "Ctrl-C":
                    press_ctrl_c(program)
                _, errors = program.communicate(timeout=WITHIN)
        finally:
            program.kill()
    assert errors.splitlines()[-1:] == (["KeyboardInterrupt"] if end == "Ctrl-C" else [])
    assert errors.count("Traceback") == (end == "Ctrl-C")


def test_the_command_prints_the_address_and_ends_with_ctrl_c() -> None:
    with started("view", "--camera", "virtual", "--no-browser") as command:
        assert command.stdout is not None
        url = urlsplit(command.stdout.readline().strip())
        assert (url.scheme, url.hostname) == ("http", "127.0.0.1")
        connection = http.client.HTTPConnection(url.netloc, timeout=WITHIN)
        with contextlib.closing(connection):
            connection.request("GET", f"/?{url.query}")
            assert connection.getresponse().status == 200
        press_ctrl_c(command)
        assert end_of(command, within=WITHIN) == (130, "", "vcxg124m: interrupted\n")
