"""The modes of a configuration that are priced, by the names of their quantisations."""

from lowtide.synth.designs.modes import quantisations

__all__ = ["by_name"]


def by_name(config):
    """Dict of name to :class:`lowtide.hw.mode.word.Mode`."""
    return {quantisation.name: mode for quantisation, mode in quantisations(config).items()}
