"""Settings of the documentation (sphinx-build -W docs build/docs)."""

import importlib.metadata
import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE / "_ext"), str(HERE.parent / "tests" / "helpers")]

project = "vcxg124m"
author = "The vcxg124m developers"
copyright = author  # noqa: A001  (Sphinx's name)
release = importlib.metadata.version("vcxg124m")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "docstrings",
    "generated",
    "names",
]
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3

# The tutorials are notebooks without outputs: what they show is taken from the virtual camera by each build.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
exclude_patterns = ["**/.ipynb_checkpoints"]

highlight_language = "text"  # a block without a language is no Python

html_theme = "furo"
html_title = f"vcxg124m {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_logo = html_favicon = "_static/logo.svg"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5f8b", "color-brand-content": "#1f5f8b"},
    "dark_css_variables": {"color-brand-primary": "#7cc4f2", "color-brand-content": "#7cc4f2"},
}
copybutton_exclude = ".linenos, .gp, .go"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False  # docstrings.py shows them
nitpicky = True
nitpick_ignore_regex = [
    # other projects' names
    (
        "py:.*",
        r"(np|npt|numpy|matplotlib|enum|os|pathlib|collections|contextlib)\..*|NDArray|ndarray|ArrayLike|Path|Image|Buffer",
    ),
    # aliases, which the text of each parameter explains, and what only has a place in signatures
    (
        "py:.*",
        r"Delivery|Incomplete|Overflow|RecordingOverflow|Pixels|Dimensions|NodeValue|Limit|Limits|Means|Stage|Facts|optional",
    ),
    ("py:.*", r"(.*\.)?(F|Feature|Indexed|_\w+)|vcxg124m\._.*"),
]


def _draw_figures(_: Sphinx) -> None:
    """Take figures from the virtual camera as it is now."""
    import first_picture  # noqa: PLC0415 - need the figures' libraries, which a look at the settings does not
    import photon_transfer  # noqa: PLC0415
    import timing_figures  # noqa: PLC0415

    pictures = HERE / "_static" / "taken"
    pictures.mkdir(exist_ok=True)
    first_picture.save(pictures / "first-picture.jpg")
    photon_transfer.draw(photon_transfer.measure(), HERE / "explanation" / "photon-transfer.svg")
    timing_figures.draw(HERE / "explanation")


def setup(app: Sphinx) -> None:
    """Draw before pages are read."""
    app.connect("builder-inited", _draw_figures)
