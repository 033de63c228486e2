"""Random configurations and mode words, every field drawn by itself."""

from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.array_config import INTEGERS, LISTS, NAMES, OPTIONAL, RANGES
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS

__all__ = ["near_mode", "near_word", "random_configuration", "random_mode_word"]


def random_configuration(rng, kind, **fixed):
    """A legal configuration of a kind: each field that the kind has is left open or drawn from its whole range (widths
    are 8 or 16 more often), until they fit each other. ``fixed`` fields are not drawn."""
    operations = KINDS[kind]
    while True:
        fields = {name: int(rng.integers(least, most + 1)) for name, (least, most) in (RANGES | INTEGERS).items()}
        fields |= {f"{side}_width": int(rng.choice([8, 16, rng.integers(2, 17)])) for side in "xw"}
        fields |= {name: rng.permutation(allowed)[:rng.integers(1, len(allowed) + 1)].tolist()
                   for name, allowed in LISTS.items()}
        fields |= {f"{side}_formats": ["plain", *(name for name in getattr(operations, f"{side}_formats")[1:]
                                                  if rng.random() < 0.3)] for side in "xw"}
        fields |= {name: str(rng.choice(allowed)) for name, allowed in NAMES.items()}
        fields |= {"lanes": int(rng.integers(1, operations.most_lanes + 1)), "acc_width": int(rng.integers(4, 65)),
                   "dedicated": bool(rng.integers(2)), "result_buffer": bool(rng.integers(2))}
        absent = {name for name in OPTIONAL if name not in operations.fields}
        absent |= set() if operations.block_floating else {"exponent_bits", "guard_bits"}
        fields = {name: value for name, value in fields.items() if name not in absent and rng.random() < 0.5}
        try:
            return ArrayConfig(**{"name": f"random_{kind}", "kind": kind} | fields | fixed)
        except ValueError:
            continue


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
