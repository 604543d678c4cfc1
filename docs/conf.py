"""Settings of the documentation (sphinx-build -W docs build/docs)."""

import importlib.metadata
import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parent / "tests" / "helpers")]

project = "vcxg124m"
author = "The vcxg124m developers"
copyright = author  # noqa: A001  (Sphinx's name)
release = importlib.metadata.version("vcxg124m")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The tutorials are notebooks without outputs: what they show is taken from the virtual camera by each build.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
exclude_patterns = ["**/.ipynb_checkpoints"]

html_theme = "furo"
html_title = f"vcxg124m {release}"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True


def _draw_figures(_: Sphinx) -> None:
    """Take figures from the virtual camera as it is now."""
    import photon_transfer  # noqa: PLC0415 - needs the figures' libraries, which a look at the settings does not

    photon_transfer.draw(photon_transfer.measure(), HERE / "explanation" / "photon-transfer.svg")


def _write_data_sheet(_: Sphinx) -> None:
    """Write what stands for each row of the data sheet; one without an entry ends the build."""
    from vcxg_testing import coverage  # noqa: PLC0415 - as above

    page = coverage.as_markdown(coverage.rows())
    (HERE / "reference" / "data-sheet.md").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Draw and write before pages are read."""
    app.connect("builder-inited", _draw_figures)
    app.connect("builder-inited", _write_data_sheet)
