"""The forwarder between genicam and a producer."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import vcxg124m as vcx
from vcxg124m import _forwarder, _producer

NOT_IMPLEMENTED, NOT_INITIALIZED, TIMEOUT = -1003, -1002, -1011

# PyDLL keeps the interpreter lock during a call, as genicam's binding does.


@pytest.fixture(scope="module")
def producer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler is installed")
    source = tmp_path_factory.mktemp("producer") / "tiny.c"
    source.write_text(
        """
        #include <stdint.h>
        #include <unistd.h>
        extern int PyGILState_Check(void);
        int GCInitLib(void) { return 0; }
        int GCGetLastError(int* code, char* text, uint64_t* size) { *code = -42; return 0; }
        int EventGetData(void* event, void* data, uint64_t* size, uint64_t ms) {
            if (event) { *size = PyGILState_Check(); return 0; }
            if (ms && size && *size != 16) return -1009;
            if (size) *size = 0;
            usleep(ms * 1000);
            return -1011;
        }
        """
    )
    library = source.with_name("tiny.cti")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def test_calls_reach_the_producer_with_their_arguments(producer: Path) -> None:
    library = ctypes.PyDLL(str(_forwarder.through(producer)))
    code = ctypes.c_int32()
    assert library.GCGetLastError(ctypes.byref(code), None, None) == 0
    assert code.value == -42


def test_a_function_that_the_producer_lacks_is_not_implemented_instead_of_a_crash(producer: Path) -> None:
    library = ctypes.PyDLL(str(_forwarder.through(producer)))
    assert library.DSGetNumFlows(None, None) == NOT_IMPLEMENTED
    assert library.GCReadPort(None, ctypes.c_uint64(0), None, None) == NOT_IMPLEMENTED
    assert library.TLOpen(None) == NOT_IMPLEMENTED


def test_two_producers_do_not_share_a_forwarder(producer: Path) -> None:
    tiny = _forwarder.through(producer)
    bundled = _forwarder.through(_producer.bundled())
    assert tiny != bundled
    assert _forwarder.through(producer) == tiny
    assert ctypes.PyDLL(str(tiny)).TLOpen(None) == NOT_IMPLEMENTED
    assert ctypes.PyDLL(str(bundled)).TLOpen(None) == NOT_INITIALIZED


def test_something_that_is_no_library_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.cti"
    broken.write_text("no library")
    with pytest.raises(vcx.ProducerError, match=r"broken\.cti cannot be loaded"):
        _forwarder.through(broken)


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="this system has no files without a name")
def test_a_killed_process_leaves_no_file_behind(tmp_path: Path) -> None:
    search = "import vcxg124m; vcxg124m.find_cameras(); print('found', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", search],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"found\n"
        process.kill()
    assert list(tmp_path.iterdir()) == []


def test_where_no_file_lives_in_memory_a_folder_of_the_process_has_the_copy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use = (
        "import os; vars(os).pop('memfd_create', None); import vcxg124m; from pathlib import Path;"
        "vcxg124m.find_cameras(); print([path.name for path in Path(os.environ['TMPDIR']).rglob('*.cti')])"
    )
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    run = subprocess.run([sys.executable, "-c", use], capture_output=True, text=True, check=True)
    assert run.stdout == "['0-vcxg124m.cti']\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_does_not_reach_the_producer(producer: Path) -> None:
    library = ctypes.PyDLL(str(_forwarder.through(producer)))
    child = os.fork()
    if child == 0:
        nothing_begins = library.GCInitLib() == NOT_IMPLEMENTED
        what_ends_has_ended = library.TLClose(None) == library.GCCloseLib() == 0
        os._exit(0 if nothing_begins and what_ends_has_ended else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert library.GCInitLib() == 0


def test_another_thread_runs_while_the_producer_waits(producer: Path) -> None:
    library = ctypes.PyDLL(str(_forwarder.through(producer)))
    at_work, ended = threading.Event(), threading.Event()
    turns = 0

    def count() -> None:
        nonlocal turns
        while not ended.wait(0.001):
            turns += 1
            at_work.set()

    thread = threading.Thread(target=count)
    thread.start()
    assert at_work.wait(10)
    before = turns
    library.EventGetData(None, None, None, ctypes.c_uint64(1000))
    during = turns - before
    ended.set()
    thread.join()
    assert during > 20, "the interpreter stood still"


def test_an_event_that_is_there_is_taken_without_giving_the_interpreter_away(producer: Path) -> None:
    library = ctypes.PyDLL(str(_forwarder.through(producer)))
    held = ctypes.c_uint64(16)
    assert library.EventGetData(ctypes.c_void_p(1), None, ctypes.byref(held), ctypes.c_uint64(1000)) == 0
    assert held.value == 1


def test_a_wait_begins_with_the_size_that_was_given(producer: Path) -> None:
    library = ctypes.PyDLL(str(_forwarder.through(producer)))
    size = ctypes.c_uint64(16)
    assert library.EventGetData(None, None, ctypes.byref(size), ctypes.c_uint64(1)) == TIMEOUT
