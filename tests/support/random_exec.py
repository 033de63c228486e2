"""Random records EXEC for the units that walk over them, and what the fields make of a pixel, from the definition."""

from lowtide.common.records.execute import Exec

__all__ = ["fields_of", "groups_of", "pixel_of", "random_pixels"]


def fields_of(record, layout):
    """Some fields of a record as the number of a port."""
    return layout.const({name: int(getattr(record, name)) for name in layout.members}).as_bits()


def random_pixels(rng, config, **fields):
    """A record whose pixels have random addresses: often one bank after the other, as layouts have them."""
    rows, atoms = config.rows, config.feature_atoms
    columns, apart = rng.randint(1, 2 * rows + 3), rng.choice((1, 1, 2, 2, 3, 4))
    ordered = rng.random() < 0.6
    step = rows * rng.randrange(4) + columns if ordered else rng.randrange(-atoms, atoms)
    shape = dict(
        out_rows=rng.randint(1, 5),
        out_columns=columns,
        in_rows=rng.randint(1, 300),
        in_columns=rng.randint(1, 300),
        stride_y=rng.randrange(16),
        stride_x=rng.randrange(16),
        in_base=rng.randrange(atoms),
        in_row_step=step,
        in_column_step=1 if ordered else rng.randrange(-4, 4),
        out_base=rng.randrange(atoms),
        out_row_step=step,
        out_row_phase=rng.randrange(-atoms, atoms),
        out_column_phase=rows * rng.randrange(4) + rows // 2 if ordered else rng.randrange(-atoms, atoms),
        out_apart=apart,
        operand=rng.randrange(3),
        operand_base=rng.randrange(atoms),
        operand_row_step=step,
    )
    return Exec(**shape | fields)


def pixel_of(record, oy, ox):
    """Addresses of an output pixel, a dict."""
    apart = record.out_apart
    return {
        "in": record.in_base + oy * record.in_row_step + ox * record.in_column_step,
        "out": record.out_base
        + (oy % apart) * record.out_row_phase
        + (oy // apart) * record.out_row_step
        + (ox % apart) * record.out_column_phase
        + ox // apart,
        "operand": record.operand_base + oy * record.operand_row_step + ox,
    }


def groups_of(record, rows):
    """The pixels in groups, a list of lists of (oy, ox): each group as long as no two of its rows share a bank."""
    groups = []
    for oy in range(record.out_rows):
        for ox in range(record.out_columns):
            if groups and _fits(record, groups[-1], (oy, ox), rows):
                groups[-1].append((oy, ox))
            else:
                groups.append([(oy, ox)])
    return groups


def _fits(record, group, pixel, rows):
    r = len(group)
    if r == rows:
        return False
    first, this = pixel_of(record, *group[0]), pixel_of(record, *pixel)
    place = r % 2 * rows // 2 + r // 2 if record.out_apart == 2 else r
    return all(
        (this[name] - first[name] - there) % rows == 0
        for name, there in (("in", r), ("out", place), ("operand", r))
        if name != "operand" or record.operand
    )
