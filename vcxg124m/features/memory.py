"""User sets and the user's own bytes in the camera (data sheet M3 and M4)."""

from __future__ import annotations

from typing import cast

from vcxg124m.enums import UserSet
from vcxg124m.errors import FeatureTypeError, FeatureValueError
from vcxg124m.features._descriptor import Enumeration
from vcxg124m.features._group import FeatureGroup

__all__ = ["CustomData", "UserSets"]


class UserSets(FeatureGroup):
    """Settings kept in the camera without power: UserSet0 is the maker's, UserSet1 to UserSet3 are the user's."""

    default = Enumeration(
        "UserSetDefault", UserSet, doc="The set that the camera wakes up with.", sheet="M3", kept=False
    )

    def save(self, user_set: UserSet | str) -> None:
        """Keep the present settings.

        Raises
        ------
        FeatureAccessError
            The set is the maker's, or the camera is busy with a stream.
        FeatureValueError
            There is no such set.
        """
        with self.selected(UserSetSelector=_entry(user_set)) as nodes:
            nodes.execute("UserSetSave")

    def load(self, user_set: UserSet | str = UserSet.FACTORY) -> None:
        """Take the settings of a set; by default the maker's. Not while a stream runs.

        Raises
        ------
        FeatureAccessError
            A stream runs, or the set was never saved.
        FeatureValueError
            There is no such set.
        """
        with self.selected(UserSetSelector=_entry(user_set)) as nodes:
            nodes.execute("UserSetLoad")
            nodes.invalidate()

    def stored_features(self) -> tuple[str, ...]:
        """Return the camera's names of the features that a set keeps."""
        return self._nodes["UserSetFeatureSelector"].entries


class CustomData(FeatureGroup):
    """128 bytes of the user's own, kept without power (data sheet M4)."""

    @property
    def size(self) -> int:
        """Number of bytes."""
        return int(self._nodes["CustomDataSelector"].limits.maximum) + 1

    def read(self) -> bytes:
        """Return all bytes; a camera from the maker holds 0xFF everywhere."""
        with self._nodes.lock:
            index, byte = self._nodes["CustomDataSelector"], self._nodes["CustomData"]
            data = bytearray()
            for i in range(self.size):
                index.value = i
                data.append(cast("int", byte.value))
        return bytes(data)

    def write(self, data: bytes, *, offset: int = 0) -> None:
        """Write bytes, and make the camera keep them.

        Parameters
        ----------
        data
            The bytes.
        offset
            Where the first one goes.

        Raises
        ------
        FeatureTypeError
            ``data`` are no bytes.
        FeatureValueError
            They do not fit into the camera's 128; nothing was written.
        """
        if not isinstance(cast("object", data), (bytes, bytearray, memoryview)):
            raise FeatureTypeError(f"Custom data are bytes, not {data!r}.", feature="CustomData")
        with self._nodes.lock:
            if offset < 0 or offset + len(data) > self.size:
                raise FeatureValueError(
                    f"{len(data)} bytes from offset {offset} not accepted: the camera keeps {self.size} bytes.",
                    feature="CustomData",
                    value=len(data),
                    minimum=0,
                    maximum=self.size,
                )
            mode, index = self._nodes["CustomDataConfigurationMode"], self._nodes["CustomDataSelector"]
            byte = self._nodes["CustomData"]
            mode.value = "On"
            try:
                for i, value in enumerate(bytes(data), offset):
                    index.value = i
                    byte.value = value
            finally:
                mode.value = "Off"


def _entry(user_set: UserSet | str) -> str:
    return user_set.value if isinstance(user_set, UserSet) else user_set
