"""The stand-in for an object of a camera in another process: the same methods, sent over."""

import inspect
import json

import pytest

from vcxg124m.virtual.faults import Faults
from vcxg124m.virtual.remote import call, remote


class Machine:
    def __init__(self):
        self.done = []

    def turn(self, times: int, *, slowly: bool = False) -> list[int]:
        """Turn the crank."""
        if times < 0:
            raise ValueError(f"times={times} not accepted: 0 or more")
        self.done.append((times, slowly))
        return [times]

    def _open(self):
        raise AssertionError("not meant for others")


@pytest.fixture
def pair():
    """A machine, and its stand-in behind JSON."""
    machine = Machine()

    def ask(request):
        return json.loads(json.dumps(call(machine, json.loads(json.dumps(request)))))

    return machine, remote(Machine, ask)


def test_a_call_is_carried_out_on_the_other_side_and_its_answer_comes_back(pair):
    machine, stand_in = pair
    assert stand_in.turn(3, slowly=True) == [3]
    assert stand_in.turn(times=4) == [4]
    assert machine.done == [(3, True), (4, False)]


def test_a_refusal_comes_back_as_the_error_it_was(pair):
    with pytest.raises(ValueError, match="0 or more"):
        pair[1].turn(-1)


def test_wrong_arguments_are_noticed_before_anything_is_sent(pair):
    machine, stand_in = pair
    with pytest.raises(TypeError):
        stand_in.turn()
    with pytest.raises(TypeError):
        stand_in.turn(1, quickly=True)
    assert machine.done == []


@pytest.mark.parametrize("name", ["_open", "burn", "done"])
def test_only_public_methods_can_be_called(pair, name):
    machine, stand_in = pair
    with pytest.raises(AttributeError, match="Machine has no method"):
        getattr(stand_in, name)
    with pytest.raises(ValueError, match="Machine has no method"):
        call(machine, {"method": name, "arguments": {}})


def test_the_stand_in_explains_itself_like_the_original():
    stand_in = remote(Faults, lambda _request: None)
    assert inspect.getdoc(stand_in.drop_packets) == inspect.getdoc(Faults.drop_packets)
    assert {"drop_packets", "reboot", "clear"} <= set(dir(stand_in))
