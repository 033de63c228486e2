#include "lowtide_layer.h"

/* A little-endian number in two's complement. */
static int32_t number_at(const uint8_t *bytes, uint32_t count)
{
    const uint32_t sign = (uint32_t)1 << (8u * count - 1u);
    uint32_t place, value = 0;
    for (place = 0; place < count; ++place) value |= (uint32_t)bytes[place] << 8u * place;
    return value & sign ? (int32_t)(value ^ sign) - (int32_t)(sign - 1u) - 1 : (int32_t)value;
}

/* floor(value / 2^shift + 1/2) */
static int64_t rounded(int64_t value, uint32_t shift)
{
    const int64_t more = value + ((int64_t)1 << shift >> 1);
    return more >= 0 ? more >> shift : ~(~more >> shift);
}

/* What window and weights of one output come to. */
static int64_t sum_of(
    const lowtide_layer *layer, const uint8_t *memory, const lowtide_tensor *input, int32_t zero, uint32_t row,
    uint32_t column, uint32_t output)
{
    const int is_flat = input->channels != layer->channels;
    const uint32_t rows = is_flat ? 1u : input->rows, columns = is_flat ? 1u : input->columns;
    const uint32_t deep = layer->channels / layer->groups;
    const uint32_t first = output / (layer->outputs / layer->groups) * deep;
    const uint8_t *weights = memory + layer->address + (size_t)8 * layer->outputs;
    uint32_t v, u, channel;
    int64_t sum = 0;
    for (v = 0; v < layer->size_y; ++v)
        for (u = 0; u < layer->size_x; ++u) {
            const uint32_t y = row * layer->stride_y + v * layer->dilation_y - layer->top; /* wraps where above */
            const uint32_t x = column * layer->stride_x + u * layer->dilation_x - layer->left;
            if (y >= rows || x >= columns) continue; /* outside there is the zero point */
            for (channel = 0; channel < deep; ++channel) {
                const size_t at = ((size_t)(v * layer->size_x + u) * deep + channel) * layer->outputs + output;
                const uint32_t number = first + channel, line = input->columns * input->channels;
                const int32_t code = is_flat ? lowtide_get(input, memory, number / line,
                                                   number / input->channels % input->columns,
                                                   number % input->channels)
                                             : lowtide_get(input, memory, y, x, number);
                const int32_t weight = number_at(weights + at * layer->weight_bytes, layer->weight_bytes);
                sum += (int64_t)weight * (code - zero);
            }
        }
    return sum;
}

void lowtide_compute_layer(
    const lowtide_layer *layer, uint8_t *memory, const lowtide_tensor *input, int32_t zero,
    const lowtide_tensor *output, int32_t output_zero)
{
    uint32_t at, row, column, channel;
    for (at = 0; at < output->bytes; ++at) memory[output->address + (size_t)at] = 0;
    for (channel = 0; channel < layer->outputs; ++channel) {
        const uint8_t *entry = memory + layer->address + (size_t)8 * channel;
        const int32_t bias = number_at(entry, 4);
        const int64_t factor = entry[4] | (int64_t)entry[5] << 8 | (int64_t)entry[6] << 16;
        for (row = 0; row < output->rows; ++row)
            for (column = 0; column < output->columns; ++column) {
                const int64_t sum = sum_of(layer, memory, input, zero, row, column, channel) + bias;
                int64_t code = rounded(sum * factor, entry[7] & 63u);
                code = code < layer->low ? layer->low : code > layer->high ? layer->high : code;
                lowtide_put(output, memory, row, column, channel, (int32_t)code + output_zero);
            }
    }
}
