"""Many threads on one camera, and other threads while the producer waits: no dead-lock, no stop.

Each scenario runs in a process of its own: a dead-lock under the interpreter's lock would stop pytest itself.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from vcxg124m.virtual import VirtualCamera

# VCXG_STRESS_SECONDS=60 is what a release must pass.
SECONDS = float(os.environ.get("VCXG_STRESS_SECONDS", "4"))

EVERYBODY_AT_ONCE = """
import faulthandler, sys, threading, time
import vcxg124m as vcx

ip, seconds = sys.argv[1], float(sys.argv[2])
faulthandler.dump_traceback_later(seconds + 60, exit=True)
end = time.monotonic() + seconds
done, errors = {}, []

def again(name, work):
    def run():
        try:
            while time.monotonic() < end:
                work()
                done[name] = done.get(name, 0) + 1
        except BaseException as error:
            errors.append(f"{name}: {error!r}")
    return threading.Thread(target=run, name=name)

cam = vcx.open_camera(ip=ip)
cam.roi.set(width=640, height=64)
cam.chunks.enable("FrameID")
cam.acquisition.frame_rate_hz = 100
stream = cam.stream(delivery="newest")
events = cam.events.listen("ExposureEnd")

def open_another():
    with vcx.open_camera("virtual") as other:
        other.roi.set(width=64, height=64)
        other.grab()

def restart():
    global stream
    stream.close()
    stream = cam.stream(delivery="newest")
    stream.start()
    time.sleep(0.2)

def fetch():
    try:
        assert stream.get(timeout=5).chunks is not None
    except vcx.StreamClosedError:
        time.sleep(0.001)
    except vcx.CameraStateError:
        time.sleep(0.001)  # the next stream is being started by the other thread

def write():
    cam.gain.db = 1.0
    cam.exposure.time_us = 100

threads = [
    again("fetch", fetch),
    again("restart", restart),
    again("read", lambda: (cam.temperature.celsius, cam.nodes["DeviceTemperatureStatus"].value)),
    again("write", write),
    again("statistics", lambda: (stream.statistics.sent, time.sleep(0.001))),
    again("events", lambda: events.get(timeout=5)),
    again("discovery", vcx.find_cameras),
    again("other camera", open_another),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
cam.close()
print(sorted(done.items()))
print(errors)
sys.exit(bool(errors) or len(done) != len(threads))
"""

CLOSED_UNDER_EVERYBODY = """
import faulthandler, sys, threading, time
import vcxg124m as vcx

faulthandler.dump_traceback_later(60, exit=True)
for _ in range(5):
    cam = vcx.open_camera(ip=sys.argv[1])
    cam.roi.set(width=640, height=64)
    stream = cam.stream().__enter__()
    ended = []

    def until_closed(work):
        def run():
            try:
                while True:
                    work()
            except (vcx.CameraClosedError, vcx.StreamClosedError) as error:
                ended.append(error)
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    threads = [
        until_closed(lambda: stream.get(timeout=5)),
        until_closed(lambda: cam.temperature.celsius),
        until_closed(lambda: setattr(cam.gain, "db", 2.0)),
        until_closed(lambda: cam.nodes["Width"].limits),
        until_closed(cam.events.listen("ExposureEnd").get),
    ]
    time.sleep(0.2)
    cam.close()
    for thread in threads:
        thread.join(10)
    assert len(ended) == len(threads), ended
print("closed")
"""


FORKED = """
import os, sys
import vcxg124m as vcx

cam = vcx.open_camera(ip=sys.argv[1])
cam.roi.set(width=640, height=64)
events = cam.events.listen("ExposureEnd")
with cam.stream() as stream:
    stream.get()
    child = os.fork()
    if child == 0:
        for attempt in (lambda: cam.gain.db, cam.grab, stream.get, vcx.find_cameras):
            try:
                attempt()
            except (vcx.CameraClosedError, vcx.StreamClosedError, vcx.ProducerError) as error:
                print(type(error).__name__, flush=True)
        stream.close()
        cam.close()
        print("the child ends", flush=True)
        sys.exit(7)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])]
    child = os.fork()
    if child == 0:  # closes nothing
        sys.exit(3)
    statuses.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    for _ in range(20):
        assert stream.get().complete
    assert events.get(timeout=5).name == "ExposureEnd"
    cam.gain.db = 2.0
cam.close()
assert vcx.find_cameras() is not None
child = os.fork()
if child == 0:  # nothing is open: a child may use the producer itself
    with vcx.open_camera(ip=sys.argv[1]) as own:
        own.roi.set(width=64, height=64)
        own.grab()
        print("the second child has a picture", flush=True)
    sys.exit(0)
print("exit", *statuses, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

OPENED_BY_MANY = """
import faulthandler, os, sys, threading, time
import vcxg124m as vcx

faulthandler.dump_traceback_later(60, exit=True)
end, errors = time.monotonic() + 3, []
before = os.environ.get("VCXG124M_DISCOVERY_ADDRESSES")

def opens(ip):
    try:
        while time.monotonic() < end:
            with vcx.open_camera(ip=ip) as cam:
                assert cam.info.ip == ip
    except BaseException as error:
        errors.append(repr(error))

threads = [threading.Thread(target=opens, args=(ip,)) for ip in sys.argv[1:]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert os.environ.get("VCXG124M_DISCOVERY_ADDRESSES") == before, os.environ["VCXG124M_DISCOVERY_ADDRESSES"]
assert not errors, errors
print("opened")
"""

ENDS_DURING_A_SEARCH = """
import threading
import vcxg124m as vcx

found = threading.Event()

def search():
    while True:
        vcx.find_cameras()
        found.set()

threading.Thread(target=search, daemon=True).start()
found.wait()
print("ended")
"""


def run(script: str, *arguments: object) -> str:
    with VirtualCamera(discoverable=False) as device:
        answer = subprocess.run(
            [sys.executable, "-c", script, device.ip, *map(str, arguments)],
            capture_output=True, text=True, timeout=SECONDS + 90, check=False,
        )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout + answer.stderr
    return answer.stdout


@pytest.mark.timeout(SECONDS + 120)
def test_eight_threads_on_features_stream_events_discovery_and_a_second_camera_do_not_dead_lock() -> None:
    run(EVERYBODY_AT_ONCE, SECONDS)


def test_a_camera_can_be_closed_under_all_threads_that_use_it() -> None:
    assert run(CLOSED_UNDER_EVERYBODY).strip() == "closed"


def test_a_forked_process_leaves_the_cameras_of_its_parent_alone_and_says_why_it_has_none() -> None:
    assert run(FORKED).split("\n") == [
        "CameraClosedError", "CameraClosedError", "StreamClosedError", "ProducerError",
        "the child ends", "the second child has a picture", "exit 7 3 0", "",
    ]  # fmt: skip


def test_threads_that_open_cameras_by_address_leave_the_environment_as_it_was() -> None:
    with VirtualCamera(discoverable=False) as other:
        assert run(OPENED_BY_MANY, other.ip).strip() == "opened"


def test_a_program_ends_cleanly_while_another_thread_searches() -> None:
    for _ in range(3):
        assert run(ENDS_DURING_A_SEARCH).strip() == "ended"
