"""What a beat of a word of weights is, from the definition."""

__all__ = ["beat_of"]


def beat_of(config, mode, word, beats, part):
    """What beat ``part`` of a word of so many beats is, value by value, from the definition."""
    array, found = config.array, 0
    payload, bits = array.payload_bits("w"), array.element_bits("w", mode)
    inside, narrow = payload - array.exponent_width("w"), array.element_bits("w", mode) // beats
    extends = mode.w_format == "plain" and mode.w_signed
    for column in range(config.cols):
        chunk = word >> column * payload & (1 << payload) - 1
        found |= chunk >> inside << inside + column * payload
        for value in range(inside // bits):
            number = chunk >> value * bits + part * narrow & (1 << narrow) - 1
            if extends and number >> narrow - 1:
                number -= 1 << narrow
            found |= (number & (1 << bits) - 1) << value * bits + column * payload
    return found
