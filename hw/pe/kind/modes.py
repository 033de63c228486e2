"""Which modes a kind has, which of them documents show, and the range of the operands that it multiplies in them."""

from abc import ABC, abstractmethod
from itertools import product

from ...mode.formats import decoded_range
from ...mode.reasons import Reason
from ...mode.word import BY_NAME, DATA_FORMATS, WEIGHT_FORMATS, Mode
from ...storage_formats import PLAIN, find

__all__ = ["Modes", "accepted_modes", "field", "numbers"]


class Modes(ABC):
    """The chapter of a kind about modes."""

    block_floating = False  #: whether all products of a chunk are one addend, which can then be aligned
    x_formats = (PLAIN.name,)  #: storage formats of data that the kind can be built with
    w_formats = WEIGHT_FORMATS  #: storage formats of weights that the kind can be built with
    refusal_reason: Reason | None = None  #: with which it refuses modes although each field is supported

    @abstractmethod
    def plain_modes(self, config):
        """The modes of plain integers that documents, reports and tests show for this configuration, as a list."""

    def supported(self, config):
        """The values of each mode field that are built in: dict of field name to an ascending sequence of ints.

        Of a field that is not named here only the default is built in.
        """
        return {name: (field.number(field.default),) for name, field in BY_NAME.items()} | {
            "x_signed": config.signs("x"),
            "w_signed": config.signs("w"),
            "x_bits": range(2, config.x_width + 1),
            "w_bits": range(2, config.w_width + 1),
            "x_format": numbers(DATA_FORMATS, config.x_formats),
            "w_format": numbers(WEIGHT_FORMATS, config.w_formats),
            "codebook": (0, 1) if any(find(name).entries for name in config.w_formats) else (0,),
            "block_floating": (0, 1) if config.exponent_bits else (0,),
        }

    def refusal(self, config, mode):
        """Why this kind refuses ``mode`` although each field is supported: one line, or None."""
        return None

    def refused(self, config, word):
        """Whether :meth:`refusal` refuses a mode word: a one-bit hardware value, None where it never does."""
        return None

    def modes(self, config):
        """The modes that documents, reports and tests show: those of plain integers, then the formats."""
        return self.plain_modes(config) + self.format_modes(config)

    def format_modes(self, config):
        """One mode for each other storage format, and for block floating point."""
        plain, found = self.plain_modes(config), []
        for name in config.w_formats:
            if name != PLAIN.name and (mode := self.format_mode(config, plain[0], name)) is not None:
                found.append(mode)
        return found + [mode.change(block_floating=True) for mode in plain if config.exponent_bits]

    def format_mode(self, config, mode, w_format):
        """``mode`` with weights in another storage format, as wide as it needs."""
        return mode.change(
            w_format=w_format,
            w_bits=2 if find(w_format).is_narrow else mode.w_bits,
            w_signed="signed" in config.w_types,
        )

    def narrowed(self, config, mode, x_bits, w_bits):
        """``mode``, of plain integers with every term, for operands of these widths; None where it is refused."""
        narrow = mode.change(x_bits=x_bits, w_bits=w_bits)
        try:
            config.check_mode(narrow)
        except ValueError:
            return None
        return narrow

    def every_mode(self, config):
        """Every mode that the engine accepts, but for the number of a codebook where none is used. Kinds that accept
        too many to list (`term`, `term_pair`) say which ones these are."""
        return accepted_modes(config, self.supported(config))

    def rule(self, config):
        """What the lanes of this configuration may take, in a few words for tables; empty where there is no rule."""
        return ""

    def lane_rule(self, config):
        """The same as a :class:`lowtide.common.quantisation.LaneRule`, None where a lane takes any term."""
        return None

    def effective_data(self, config, mode):
        """Least and largest datum that takes part in a product in this mode."""
        return decoded_range(mode, "x")

    def effective_weights(self, config, mode):
        """Least and largest weight that takes part in a product in this mode."""
        return decoded_range(mode, "w")

    def bound_on_k(self, config, mode):
        """A bound on K beside the accumulator's, None where there is none."""
        return None


def field(mode, name):
    """A number of a mode: an int of a :class:`Mode`, or a hardware value of a ``ModeWord`` view, bias added."""
    if isinstance(mode, Mode):
        return mode.number(name)
    bias = BY_NAME[name].bias
    return mode[name] + bias if bias else mode[name]


def accepted_modes(config, values):
    """The modes that a configuration accepts with each field out of ``values``, a dict of name to numbers as of
    :meth:`Kind.supported`. A mode without codebook has number 0 only."""
    found = []
    for numbers in product(*values.values()):
        mode = Mode.of_numbers(dict(zip(values, numbers, strict=True)))
        if mode.codebook and not mode.storage("w").entries:
            continue
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        found.append(mode)
    return found


def numbers(names, chosen):
    """The places of the chosen names, ascending."""
    return tuple(index for index, name in enumerate(names) if name in chosen)
