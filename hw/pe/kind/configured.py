"""What configurations a kind has: fields, limits, presets, and those that documents and tests build."""

__all__ = ["Configured"]


class Configured:
    """The chapter of a kind about configurations."""

    fields = ()  #: those fields of a configuration that only some kinds have, as far as this kind has them
    limits = {}  #: names of fields of a configuration to the values that this kind has, where these are not all
    equal_widths = False  #: whether ``x_width`` and ``w_width`` must be equal
    presets = {}  #: names of fields to what stands in them where the user left them open, instead of the usual default
    example = {}  #: fields of a small configuration that exercises every part, beside its size: what tests build
    flexible = {}  #: fields of ``KIND_8x8_flex`` that are not as :func:`lowtide.hw.config.named.flexible` has them

    def defaults(self, config):
        """Values for fields that are open still and depend on the others, as a dict."""
        return {}

    def validate(self, config):
        """Raise ``ValueError`` where the fields of ``config`` do not fit this kind."""
        return None
