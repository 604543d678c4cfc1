"""Settings of the documentation (sphinx-build -W docs build/docs)."""

import importlib.metadata

project = "vcxg124m"
author = "The vcxg124m developers"
copyright = author  # noqa: A001  (Sphinx's name)
release = importlib.metadata.version("vcxg124m")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"vcxg124m {release}"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
