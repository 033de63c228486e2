"""Docstrings in numpydoc style for the API pages: sections become field lists, the rest is reStructuredText."""

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
        settings = Config(napoleon_use_param=True, napoleon_use_ivar=True, napoleon_custom_sections=ports)
        super().parse(str(NumpyDocstring(cleandoc(inputstring), settings)), document)
