"""The live view in a real browser: what a person sees and does there."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest
import tifffile
from vcxg_testing.chromium import Chromium, program

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(program() is None, reason="Chromium is not installed (apt install chromium)"),
]


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as device:
        yield device


@pytest.fixture(scope="module")
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=1024, height=768)
        cam.image_format.pixel_format = "Mono12p"
        yield cam


@pytest.fixture(scope="module")
def browser(cam: vcx.Camera, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with cam.view() as page, Chromium(tmp_path_factory.mktemp("chromium")) as browser:
        browser.open(page.url)
        browser.wait("parseFloat(document.querySelector('#mean')?.textContent) > 0")
        yield browser
        assert browser.complaints == []


@pytest.fixture(autouse=True)
def _as_before(cam: vcx.Camera, browser: Chromium) -> Iterator[None]:
    yield
    cam.configure({"trigger.mode": "Off", "exposure.auto": "Off", "exposure.time_us": 4000, "gain.db": 0})
    browser.key("Escape")
    browser.run("document.activeElement.blur()")
    browser.key("0")


def shown(browser: Chromium, selector: str, pattern: str) -> re.Match[str]:
    """Wait until an element's text matches, and return the match."""
    script = f"document.querySelector({json.dumps(selector)}).textContent.match(new RegExp({json.dumps(pattern)}))?.[0]"
    match = re.search(pattern, browser.wait(script))
    assert match
    return match


SLOW_DECODING = """(() => {
    window.decodeAtOnce = window.createImageBitmap;
    window.decoding = 0;
    window.createImageBitmap = async (...what) => {
        window.decoding += 1;
        await new Promise((done) => setTimeout(done, 1500));
        window.decoding -= 1;
        return window.decodeAtOnce(...what);
    };
})()"""


def enter(browser: Chromium, control: str, text: str) -> None:
    browser.run(f"document.getElementById('control-{control}').focus()")
    browser.type(text)
    browser.key("Enter")


def choose(browser: Chromium, control: str, entry: str) -> None:
    element = f"document.getElementById('control-{control}')"
    browser.run(f"{element}.value = '{entry}', {element}.dispatchEvent(new Event('change'))")


def test_the_address_in_the_browser_has_no_secret(browser: Chromium) -> None:
    assert browser.run("location.search + document.cookie") == ""


def test_the_picture_is_alive_and_its_camera_is_named(browser: Chromium, cam: vcx.Camera) -> None:
    shown(browser, "#state", "^Live$")
    assert browser.text("#camera") == "Baumer VCXG-124M"
    assert cam.info.serial_number in browser.text("#address")
    first = browser.text("#frame-facts")
    browser.wait(f"document.querySelector('#frame-facts').textContent !== {json.dumps(first)}")
    shown(browser, "#temperature", r"^\d\d\.\d$")
    shown(browser, "#rate", r"^\d+(\.\d)?$")


def test_the_page_fits_its_window_without_scrolling(browser: Chromium) -> None:
    for width, height in ((1280, 800), (1920, 1080), (1280, 800)):
        browser.resize(width, height)
        extent = "[document.body.scrollWidth, document.body.scrollHeight, document.querySelector('aside').scrollWidth]"
        browser.wait(f"innerWidth === {width} && {extent}[0] <= {width}")
        page, tall, aside = browser.run(extent)
        assert page <= width
        assert tall <= height
        assert aside <= 390


def test_single_pixels_show_the_cameras_values(browser: Chromium) -> None:
    x, y = browser.middle("#picture")
    for _ in range(28):
        browser.wheel(x, y, -100)
    browser.wait("document.querySelector('#zoom').textContent.length > 5")
    browser.click("#freeze")
    browser.point(x + 1, y + 1)
    column, row, value = map(int, shown(browser, "#readout", r"x (\d+)   y (\d+)   (\d+) DN").groups())
    file = browser.download("#save-tiff")
    browser.click("#freeze")
    image = tifffile.imread(file)
    assert image.shape == (768, 1024)
    assert image[row, column] == value


def test_the_value_under_the_pointer_is_known_in_the_whole_picture_too(browser: Chromium) -> None:
    browser.point(*browser.middle("#picture"))
    column, row, _ = map(int, shown(browser, "#readout", r"x (\d+)   y (\d+)   (\d+) DN").groups())
    assert abs(column - 512) < 8
    assert abs(row - 384) < 8


def test_saturation_is_seen(browser: Chromium, cam: vcx.Camera) -> None:
    shown(browser, "#saturated", r"^0\.00 % saturated$")
    cam.gain.db = 20
    share = float(shown(browser, "#saturated", r"^([1-9]\d*\.\d\d) % saturated$")[1])
    assert share > 20


def test_saturated_pixels_are_red_on_request_in_small_pictures_and_in_large_ones(
    browser: Chromium, cam: vcx.Camera
) -> None:
    red = """((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let count = 0;
        for (let at = 0; at < data.length; at += 4) count += data[at] > 200 && data[at + 1] < 60 && data[at + 2] < 60;
        return (400 * count) / data.length;
    })(document.querySelector("#picture"))"""
    cam.gain.db = 20
    shown(browser, "#saturated", r"^([1-9]\d*\.\d\d) % saturated$")
    assert browser.run(red) == 0
    browser.key("m")
    browser.wait(f"{red} > 15")
    assert browser.run("document.querySelector('#mark').checked")
    browser.run(SLOW_DECODING)  # a small picture that comes late must not take a large one's place
    browser.wait("window.decoding > 0")
    browser.click("#freeze")
    for _ in range(6):
        browser.key("+")
    share = "parseFloat(document.querySelector('#saturated').textContent)"
    browser.wait(
        "window.decoding === 0 && parseFloat(document.querySelector('#zoom').textContent) > 300 && "
        f"{share} > 0 && Math.abs({red} - {share}) < 0.5"
    )
    browser.run("window.createImageBitmap = window.decodeAtOnce")
    browser.click("#freeze")
    browser.click("#mark")
    browser.wait(f"{red} === 0")
    browser.key("m")  # shortcuts work beside the check box that has the focus
    browser.wait(f"{red} > 0")
    browser.key("m")


def test_a_dragged_line_shows_its_profile(browser: Chromium) -> None:
    browser.key("l")
    browser.wait("!document.querySelector('#profile').hidden")
    x, y = browser.middle("#screen")
    browser.drag([[x - 100, y], [x, y + 20], [x + 100, y + 40]])
    ends = "document.querySelector('#profile-title').textContent.match(/\\d+/g)?.map(Number) ?? []"
    browser.wait(f"(([x0, y0, x1, y1]) => x0 < 512 && 512 < x1 && y0 < y1)({ends})")
    left, top, right, bottom, least, most = browser.run(ends)
    assert 0.15 < (bottom - top) / (right - left) < 0.25
    assert 0 < least <= most <= 4095
    browser.key("Escape")
    browser.wait("document.querySelector('#profile').hidden")


def test_a_refused_value_shows_the_librarys_sentence_until_it_is_closed(
    browser: Chromium, cam: vcx.Camera
) -> None:
    enter(browser, "exposure.time_us", "3")
    shown(browser, "#error-text", "FeatureValueError: ExposureTime=3 us not accepted: 15 to 60000000 us")
    assert browser.run("document.getElementById('control-exposure.time_us').value") == "4000"
    assert browser.run("document.getElementById('control-exposure.time_us').ariaInvalid") == "true"
    browser.click("#error-close")
    browser.wait("document.querySelector('#error').hidden")
    enter(browser, "exposure.time_us", "2500")
    browser.wait("!document.getElementById('control-exposure.time_us').ariaInvalid")
    assert cam.exposure.time_us == 2500


def test_a_lock_is_shown_with_its_reason(browser: Chromium) -> None:
    choose(browser, "exposure.auto", "Continuous")
    browser.wait("document.getElementById('control-exposure.time_us').disabled")
    shown(browser, "[id='control-exposure.time_us-lock']", "the automatic exposure sets it")


def test_a_pixel_format_is_changed_while_pictures_come(browser: Chromium, cam: vcx.Camera) -> None:
    choose(browser, "image_format.pixel_format", "Mono8")
    shown(browser, "#frame-facts", "Mono8")
    choose(browser, "image_format.pixel_format", "Mono12p")
    shown(browser, "#frame-facts", "Mono12p")
    assert cam.image_format.pixel_format == "Mono12p"


def test_a_triggered_camera_waits_and_takes_one_picture_by_a_key(browser: Chromium) -> None:
    choose(browser, "trigger.source", "Software")
    choose(browser, "trigger.mode", "On")
    shown(browser, "#state", r"^Waiting for a trigger \(Software\)$")
    before = browser.text("#frame-facts")
    browser.wait("!document.querySelector('#fire').disabled")
    browser.key("t")
    browser.wait(f"document.querySelector('#frame-facts').textContent !== {json.dumps(before)}")


def test_a_frozen_picture_stays(browser: Chromium) -> None:
    def another_status() -> None:
        counts = json.dumps(browser.text("#frames"))
        browser.wait(f"document.querySelector('#frames').textContent !== {counts}")

    browser.key("f")
    shown(browser, "#state", "^Frozen$")
    deadline = time.monotonic() + 30
    before = ""
    while before != (before := browser.text("#frame-facts")):  # one was on its way
        assert time.monotonic() < deadline, "new frames are shown"
        another_status()
    browser.wheel(*browser.middle("#picture"), -100)
    shown(browser, "#zoom", r"\d+ %")
    another_status()  # by then the zoomed picture has come
    assert browser.text("#frame-facts") == before
    browser.key("f")
    browser.wait(f"document.querySelector('#frame-facts').textContent !== {json.dumps(before)}")


def test_every_control_has_a_label_and_is_reached_by_the_keyboard(browser: Chromium) -> None:
    unnamed = "e => !(e.labels?.length || e.ariaLabel || e.textContent.trim())"
    controls = "[...document.querySelectorAll('button, input, select, canvas[tabindex]')]"
    assert browser.run(f"{controls}.filter({unnamed}).map(e => e.outerHTML)") == []
    assert browser.run(f"{controls}.filter(e => e.tabIndex < 0).map(e => e.outerHTML)") == []
    browser.run("document.getElementById('freeze').focus()")
    for element in ("save-tiff", "save-png", "fit"):
        browser.key("Tab")
        assert browser.run("document.activeElement.id") == element


# Last: it takes the camera away.
def test_a_lost_camera_is_told_and_comes_back(browser: Chromium, device: VirtualCamera) -> None:
    device.bench.pull_cable()
    shown(browser, "#notice", "The camera is lost")
    device.bench.plug_cable()
    shown(browser, "#state", "^Live$")
    browser.wait("document.querySelector('#notice').hidden")
