"""Random configurations and mode words, every field drawn by itself."""

from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.fields import settings_for
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS

__all__ = ["near_mode", "near_word", "random_configuration", "random_mode_word"]


def random_configuration(rng, kind, **fixed):
    """A legal configuration of a kind: each field that the kind has is left open or drawn from its whole range (widths
    are 8 or 16 more often), until they fit each other. ``fixed`` fields are not drawn."""
    settings = [each for each in settings_for(kind) if not each.own or each.name in KINDS[kind].fields]
    while True:
        fields = {each.name: drawn_value(rng, each) for each in settings if each.name not in ("name", "kind")}
        absent = () if KINDS[kind].exponent_sides else ("exponent_bits",)
        absent += () if KINDS[kind].block_floating else ("guard_bits",)
        fields = {name: value for name, value in fields.items() if name not in absent}
        fields = {name: value for name, value in fields.items() if rng.random() < 0.5}
        try:
            return ArrayConfig(**{"name": f"random_{kind}", "kind": kind} | fields | fixed)
        except ValueError:
            continue


def drawn_value(rng, setting):
    """A value of a field: of widths 8 and 16 more often, of storage formats plain and now and then another."""
    allowed = setting.allowed
    if setting.name in ("x_width", "w_width") and isinstance(allowed, range):
        allowed = (8, 16, allowed[rng.integers(len(allowed))])
    if setting.name in ("x_formats", "w_formats"):
        return [name for name in allowed if name == "plain" or rng.random() < 0.3]
    if setting.type is tuple:
        return rng.permutation(allowed)[: rng.integers(1, len(allowed) + 1)].tolist()
    return allowed[rng.integers(len(allowed))]


def random_mode_word(rng):
    """A mode whose fields are drawn independently, each over its whole range."""
    return Mode.of_numbers({field.name: int(rng.integers(field.least, field.most + 1)) for field in FIELDS})


def near_mode(config, rng, stray=0.05):
    """A mode whose fields are drawn independently from what is built in, now and then from their whole range."""
    values, supported = {}, config.pe.supported(config)
    for field in FIELDS:
        allowed = range(field.least, field.most + 1) if rng.random() < stray else supported[field.name]
        values[field.name] = int(allowed[rng.integers(len(allowed))])
    return Mode.of_numbers(values)


def near_word(config, rng, stray=0.1):
    """A mode word whose fields are drawn from what is built in, now and then from all their bits."""
    word, supported = 0, config.pe.supported(config)
    for field in FIELDS:
        allowed = supported[field.name]
        number = int(allowed[rng.integers(len(allowed))])
        word = field.put(word, field.bias + int(rng.integers(1 << field.bits)) if rng.random() < stray else number)
    return word
