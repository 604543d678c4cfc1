"""The exception tree: what catches what, and that errors survive a process boundary."""

from __future__ import annotations

import inspect
import pickle

import pytest

from vcxg124m import errors

BUILT_IN_KIND = {
    "FeatureValueError": ValueError,
    "FeatureTypeError": TypeError,
    "FeatureAccessError": PermissionError,
    "FeatureUnavailableError": LookupError,
    "CameraNotFoundError": LookupError,
    "CameraAmbiguousError": LookupError,
    "CameraInUseError": PermissionError,
    "CameraClosedError": ValueError,
    "CameraStateError": PermissionError,
    "VirtualCameraError": OSError,
    "DeviceCommunicationError": ConnectionError,
    "DeviceLostError": ConnectionError,
    "ControlLostError": ConnectionError,
    "OverTemperatureError": OSError,
    "BufferLeaseError": BufferError,
    "FrameTimeoutError": TimeoutError,
    "IncompleteFrameError": OSError,
    "StreamOverflowError": OSError,
    "StreamClosedError": ValueError,
    "PayloadSizeError": ValueError,
    "PixelFormatError": ValueError,
    "ArrayTypeError": TypeError,
    "ArrayLayoutError": ValueError,
    "PixelValueError": ValueError,
    "SettingError": ValueError,
    "ConfigurationError": ValueError,
    "RecordingError": OSError,
    "MissingPackageError": ImportError,
    "EventTimeoutError": TimeoutError,
    "EventOverflowError": OSError,
    "ChunkDataError": ValueError,
    "ProducerError": OSError,
    "ProducerNotFoundError": FileNotFoundError,
}
WARNINGS_AND_OTHERS = {
    "VcxgError",
    "VcxgWarning",
    "PacketSizeWarning",
    "RateWarning",
    "RemoteViewWarning",
    "SlowDiskWarning",
    "TemperatureWarning",
    "TimeoutReason",
}


def test_the_table_names_every_public_error() -> None:
    assert set(errors.__all__) == set(BUILT_IN_KIND) | WARNINGS_AND_OTHERS


@pytest.mark.parametrize(("name", "kind"), BUILT_IN_KIND.items())
def test_a_leaf_is_caught_as_vcxg_error_and_as_its_built_in_kind(name: str, kind: type[Exception]) -> None:
    leaf = getattr(errors, name)
    assert issubclass(leaf, errors.VcxgError)
    assert issubclass(leaf, kind)


@pytest.mark.parametrize("name", BUILT_IN_KIND)
def test_an_error_survives_pickling_with_its_numbers(name: str) -> None:
    leaf = getattr(errors, name)
    extras = {
        parameter.name: f"x{position}"
        for position, parameter in enumerate(inspect.signature(leaf).parameters.values())
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    original = leaf("Width=17 not accepted", **extras)
    copy = pickle.loads(pickle.dumps(original))
    assert type(copy) is leaf
    assert str(copy) == "Width=17 not accepted"
    assert {key: getattr(copy, key) for key in extras} == extras


@pytest.mark.parametrize("name", [*BUILT_IN_KIND, "VcxgError"])
def test_every_error_says_when_it_is_raised(name: str) -> None:
    assert (getattr(errors, name).__doc__ or "").startswith(("Raised when", "Base of every error"))


def test_device_lost_is_a_communication_error() -> None:
    with pytest.raises(errors.DeviceCommunicationError):
        raise errors.DeviceLostError("The camera stopped answering.")


@pytest.mark.parametrize(
    "name", sorted({*BUILT_IN_KIND, *WARNINGS_AND_OTHERS} - {"VcxgError", "VcxgWarning", "TimeoutReason"})
)
def test_every_error_says_when_it_comes_and_what_to_do(name: str) -> None:
    meaning, _, remedy = (inspect.getdoc(getattr(errors, name)) or "").partition("\n\nRemedy: ")
    assert meaning.startswith(("Raised when ", "Issued when "))
    assert remedy
