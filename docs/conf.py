"""The documentation site: ``make site`` builds it into build/site, with warnings as errors."""

import sys
from pathlib import Path

import lowtide

sys.path.insert(0, str(Path(__file__).parent))

project = "Lowtide"
author = "The Lowtide authors"
version = release = lowtide.__version__

extensions = ["myst_nb", "autodoc2", "sphinx_copybutton"]
exclude_patterns = ["package.md", "pictures/*.py", "numpydoc_parser.py"]
html_theme = "furo"
html_title = f"Lowtide {version}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_last_updated_fmt = None

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"  # their outputs are made with the site
nb_execution_raise_on_error = True
nb_execution_timeout = 600

#: The rooms that users build on; the others are described where they are used.
autodoc2_packages = [
    {"path": f"../{room}", "module": f"lowtide.{room}", "exclude_files": ["__main__.py", "command.py"]}
    for room in ("golden", "hw", "sim")
]
autodoc2_output_dir = "api"
autodoc2_hidden_objects = {"private", "dunder", "inherited"}
autodoc2_docstring_parser_regexes = [(r".*", "numpydoc_parser")]
