#include "lowtide_tensor.h"

/* The byte where the atom of a value begins, of the lowest plane. */
static size_t atom_at(const lowtide_tensor *tensor, uint32_t row, uint32_t column, uint32_t channel)
{
    const uint32_t apart = tensor->apart;
    const uint32_t atom = channel / tensor->values * tensor->block_pitch + row % apart * tensor->row_phase +
                          row / apart * tensor->row_pitch + column % apart * tensor->column_phase + column / apart;
    return tensor->address + (size_t)atom * tensor->atom_bytes;
}

/* Bit p of a value: which bit it is, counted from the beginning of the value's atom of the lowest plane. */
static size_t bit_at(const lowtide_tensor *tensor, uint32_t channel, uint32_t bit)
{
    const uint32_t number = channel % tensor->values;
    if (tensor->plane_pitch) return (size_t)bit * tensor->plane_pitch * tensor->atom_bytes * 8u + number;
    return (size_t)number * tensor->bits + bit;
}

void lowtide_put(
    const lowtide_tensor *tensor, uint8_t *memory, uint32_t row, uint32_t column, uint32_t channel, int32_t code)
{
    uint8_t *atom = memory + atom_at(tensor, row, column, channel);
    uint32_t bit;
    for (bit = 0; bit < tensor->bits; ++bit) {
        const size_t place = bit_at(tensor, channel, bit);
        const uint8_t mask = (uint8_t)(1u << place % 8u);
        const uint8_t others = (uint8_t)(atom[place / 8u] & ~mask);
        atom[place / 8u] = (uint8_t)(others | ((uint32_t)code >> bit & 1u ? mask : 0u));
    }
}

int32_t lowtide_get(
    const lowtide_tensor *tensor, const uint8_t *memory, uint32_t row, uint32_t column, uint32_t channel)
{
    const uint8_t *atom = memory + atom_at(tensor, row, column, channel);
    const uint32_t sign = (uint32_t)1 << (tensor->bits - 1u);
    uint32_t bit, code = 0;
    for (bit = 0; bit < tensor->bits; ++bit) {
        const size_t place = bit_at(tensor, channel, bit);
        code |= (uint32_t)(atom[place / 8u] >> place % 8u & 1u) << bit;
    }
    if (tensor->is_signed && code & sign) return (int32_t)(code ^ sign) - (int32_t)(sign - 1u) - 1;
    return (int32_t)code;
}

void lowtide_put_tensor(const lowtide_tensor *tensor, uint8_t *memory, const int32_t *codes)
{
    uint32_t at, row, column, channel;
    for (at = 0; at < tensor->bytes; ++at) memory[tensor->address + (size_t)at] = 0;
    for (row = 0; row < tensor->rows; ++row)
        for (column = 0; column < tensor->columns; ++column)
            for (channel = 0; channel < tensor->channels; ++channel)
                lowtide_put(tensor, memory, row, column, channel, *codes++);
}

void lowtide_get_tensor(const lowtide_tensor *tensor, const uint8_t *memory, int32_t *codes)
{
    uint32_t row, column, channel;
    for (row = 0; row < tensor->rows; ++row)
        for (column = 0; column < tensor->columns; ++column)
            for (channel = 0; channel < tensor->channels; ++channel)
                *codes++ = lowtide_get(tensor, memory, row, column, channel);
}
