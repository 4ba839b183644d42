"""How the documentation is built: Markdown pages, executed notebooks, reference from the docstrings; no network."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

import geo_urban

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE.parent / "notebooks"

project = "geo_urban"
author = "geo_urban contributors"
copyright = "2026, geo_urban contributors"  # noqa: A001 - Sphinx asks for this name
version = release = geo_urban.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates", "**.ipynb_checkpoints"]
suppress_warnings = ["mystnb.unknown_mime_type"]

# Notebooks run once and are kept until they change.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE / "_build" / ".jupyter_cache")
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # else every page asks a content network for widgets
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autosummary_generate = True
autosummary_imported_members = False
autosummary_ignore_module_all = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = f"geo_urban {release}"
html_static_path = ["_static"]
html_css_files = ["wide_tables.css"]
html_show_sourcelink = False
html_copy_source = False
html_math_renderer = "mathml"


def copy_notebooks(app: Sphinx) -> None:
    """Bring the notebooks below the documentation, where Sphinx looks for its sources."""
    folder = Path(app.srcdir) / "notebooks"
    folder.mkdir(exist_ok=True)
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        copied = folder / notebook.name
        if not copied.exists() or copied.read_bytes() != notebook.read_bytes():
            shutil.copyfile(notebook, copied)


def visit_formula(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula as MathML, which browsers draw by themselves."""
    translator.body.append(tex2mathml(node.astext(), as_block=isinstance(node, nodes.math_block)))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register what this site adds to Sphinx."""
    app.connect("builder-inited", copy_notebooks)
    app.add_html_math_renderer("mathml", (visit_formula, None), (visit_formula, None))
