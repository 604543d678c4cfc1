"""What a browser may say to the live view, and that all else is refused by name."""

from __future__ import annotations

import json

import pytest

from vcxg124m.view._messages import Fire, Look, MessageError, Set, parse

LOOK = {
    "type": "look", "id": 3, "after": 7, "hold": False, "x": 0.5, "y": 1, "width": 100, "height": 50.5,
    "screen_width": 200, "screen_height": 101, "levels": [10, 500], "mark_saturated": True, "line": [0, 0, 9, 9],
    "pointer": [4, 5],
}  # fmt: skip


def test_a_look_is_taken_as_it_was_said() -> None:
    assert parse(json.dumps(LOOK)) == Look(
        id=3, after=7, hold=False, x=0.5, y=1.0, width=100.0, height=50.5, screen_width=200, screen_height=101,
        levels=(10, 500), mark_saturated=True, line=(0, 0, 9, 9), pointer=(4, 5),
    )  # fmt: skip


def test_settings_and_triggers_are_taken() -> None:
    text = '{"type": "set", "values": {"exposure.time_us": 10.5, "acquisition.frame_rate_hz": null}, "nearest": true}'
    assert parse(text) == Set({"exposure.time_us": 10.5, "acquisition.frame_rate_hz": None}, nearest=True)
    assert parse('{"type": "fire"}') == Fire()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"type": "eval"}, "There is no message of type 'eval'."),
        ({"more": 1}, "unknown 'more'"),
        ({"id": True}, "id=True is no whole number"),
        ({"id": 1.5}, "id=1.5 is no whole number"),
        ({"after": -1}, "after=-1 is no whole number from 0"),
        ({"hold": 1}, "hold=1 is neither true nor false"),
        ({"x": "0"}, "x='0' is no number"),
        ({"x": 1e9}, "x=1000000000.0 is no number from -65536 to 65536"),
        ({"screen_width": 0}, "screen_width=0 is no whole number from 1"),
        ({"screen_height": 100000}, "is no whole number from 1 to 65536"),
        ({"levels": "bright"}, "levels='bright' is neither"),
        ({"levels": [500, 500]}, "black below white"),
        ({"mark_saturated": 1}, "mark_saturated=1 is neither true nor false"),
        ({"levels": [0.5, 2]}, "levels=0.5 is no whole number"),
        ({"line": [1, 2, 3]}, "is no list of 4 numbers"),
        ({"pointer": [1, None]}, "pointer=None is no whole number"),
    ],
)
def test_a_look_with_anything_else_in_it_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(MessageError, match=complaint.replace("[", r"\[")):
        parse(json.dumps({**LOOK, **change}))


@pytest.mark.parametrize("name", [name for name in LOOK if name != "type"])
def test_a_look_without_one_of_its_entries_is_refused(name: str) -> None:
    with pytest.raises(MessageError, match=f"The message has no {name}"):
        parse(json.dumps({key: value for key, value in LOOK.items() if key != name}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "{",
        "[" * 10000,
        '{"type": "fire", "type2": 0}',
        '{"type": "set", "values": {}, "nearest": false}',
        '{"type": "set", "values": {"a": [1]}, "nearest": false}',
        '{"type": "set", "values": {"a": NaN}, "nearest": false}',
        '{"type": "set", "values": {"a": 1e999}, "nearest": false}',
        json.dumps({"type": "set", "values": {"a": "x" * 300}, "nearest": False}),
        json.dumps({"type": "set", "values": {f"a{n}": 1 for n in range(65)}, "nearest": False}),
    ],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(MessageError):
        parse(text)


def test_a_complaint_about_a_long_text_is_short() -> None:
    with pytest.raises(MessageError) as caught:
        parse(json.dumps({**LOOK, "levels": "x" * 5000}))
    assert len(str(caught.value)) < 250
