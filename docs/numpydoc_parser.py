"""Docstrings in numpydoc style for the API pages: sections become field lists, the rest is reStructuredText."""

import re
from inspect import cleandoc

from docutils.parsers.rst import Parser as RestructuredText
from sphinx.ext.napoleon import Config
from sphinx.ext.napoleon.docstring import NumpyDocstring

__all__ = ["Parser"]


class Parser(RestructuredText):
    """What autodoc2 hands docstrings to."""

    def parse(self, inputstring, document):
        """Parse a docstring into ``document``."""
        ports = [("Ports", "params_style")]
        settings = Config(
            napoleon_use_param=False,  # types are words as well, "values" and "width" would become links to anything
            napoleon_use_rtype=False,
            napoleon_use_ivar=True,
            napoleon_custom_sections=ports,
        )
        text = "\n".join(map(_plain_shapes, cleandoc(inputstring).splitlines()))
        super().parse(str(NumpyDocstring(text, settings)), document)


def _plain_shapes(line):
    """A line in which the star of a shape such as ``[batch, *shape]`` begins no emphasis."""
    return line if "``" in line else re.sub(r"(?<=[\[ ])\*(?=\w+[,\]])", r"\\*", line)
