"""Who may come in: names, origins, token and cookie."""

from __future__ import annotations

import pytest

from vcxg124m.view._gate import Gate, is_loopback

LOCAL = {"host": "127.0.0.1:8000"}


@pytest.fixture
def gate() -> Gate:
    return Gate("127.0.0.1")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "127.0.0.1", "localhost:9000", "[::1]:8000", "127.0.0.5:80"]
)
def test_this_computers_own_names_are_taken_with_any_port(gate: Gate, host: str) -> None:
    assert gate.objection({"host": host}) == ""
    assert gate.objection({"host": host, "origin": f"http://{host}"}, is_websocket=True) == ""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "192.168.1.4:8000",
        "",
        "localhost.evil.example",
        "[",
        "0.0.0.0",
    ],
)
def test_another_name_for_this_computer_is_refused(gate: Gate, host: str) -> None:
    assert "another name" in gate.objection({"host": host})


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "http://localhost:8000",
        "http://127.0.0.1:8000.evil.example",
    ],
)
def test_another_pages_request_is_refused(gate: Gate, origin: str) -> None:
    assert "no business here" in gate.objection({**LOCAL, "origin": origin})


def test_a_websocket_must_tell_its_origin_and_a_page_need_not(gate: Gate) -> None:
    assert gate.objection(LOCAL) == ""
    assert "Origin" in gate.objection(LOCAL, is_websocket=True)


def test_only_the_right_token_and_cookie_are_known(gate: Gate) -> None:
    other = Gate("127.0.0.1")
    assert gate.admits(gate.token)
    assert not any(map(gate.admits, ["", gate.token[:-1], gate.token + "x", other.token, "ü"]))
    cookie = gate.set_cookie().partition(";")[0]
    assert gate.knows_cookie({"cookie": f"a=b; {cookie}; c=d"})
    assert not gate.knows_cookie({"cookie": f"{gate.cookie}={gate.token}"})
    assert not gate.knows_cookie({"cookie": other.set_cookie().partition(";")[0]})
    assert not any(
        gate.knows_cookie({"cookie": each}) for each in ("", "=", "a", f"{gate.cookie}=", "\x00=;;")
    )
    assert not gate.knows_cookie({})


def test_a_ticket_opens_once(gate: Gate) -> None:
    first, second = gate.ticket(), gate.ticket()
    assert [gate.admits(each) for each in (first, first, second, gate.token, gate.token)] == [
        True, False, True, True, True,
    ]  # fmt: skip


def test_the_cookie_is_for_no_script_and_no_other_site(gate: Gate) -> None:
    assert gate.set_cookie().endswith("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict")
    assert len(gate.token) >= 43  # 256 bits


def test_a_server_for_all_addresses_takes_addresses_and_refuses_names() -> None:
    gate = Gate("0.0.0.0")
    assert gate.objection({"host": "192.168.1.4:8000"}) == ""
    assert "another name" in gate.objection({"host": "evil.example:8000"})


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.168.1.4", False), ("camera-pc", False)],
)  # fmt: skip
def test_only_loopback_addresses_are_this_computers_alone(host: str, *, local: bool) -> None:
    assert is_loopback(host) is local
