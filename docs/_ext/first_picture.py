"""Takes the picture of the README: runs its code with the virtual camera, and saves what it gives.

Called when the documentation is built. By hand: ``python docs/_ext/first_picture.py docs/_static/first-picture.jpg``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

README = Path(__file__).parents[2] / "README.md"
WIDTH, HEIGHT = 820, 600


def taken() -> npt.NDArray[np.uint8]:
    """Return the image that the README's first block of Python takes, smaller and with 8 bits."""
    code = re.findall(
        r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )[0]
    names: dict[str, npt.NDArray[np.uint16]] = {}
    exec(code, names)  # noqa: S102 - it is the README that is run
    eight_bits = (names["image"] >> 4).astype(np.uint8)
    return np.asarray(Image.fromarray(eight_bits).resize((WIDTH, HEIGHT), Image.Resampling.BOX))


def save(path: Path) -> None:
    """Take the picture and write it."""
    Image.fromarray(taken()).save(path, quality=82)


if __name__ == "__main__":
    save(Path(sys.argv[1]))
