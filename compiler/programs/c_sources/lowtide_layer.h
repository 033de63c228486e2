/* Layers with weights that the host computes at a WAIT: freestanding C99. */

#ifndef LOWTIDE_LAYER_H
#define LOWTIDE_LAYER_H

#include <stdint.h>

#include "lowtide_tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* At the address lie a parameter of 8 bytes for each output channel (bias, 32 bits, multiplier, 24 bits, shift), then
   the weights [size_y][size_x][channels / groups][outputs] of weight_bytes each, two's complement; all little-endian. */
typedef struct {
    uint32_t address, weight_bytes;
    uint32_t channels, outputs; /* of all groups */
    uint32_t size_y, size_x, stride_y, stride_x, dilation_y, dilation_x, top, left, groups;
    int32_t low, high; /* limits before the zero point of the output */
} lowtide_layer;

/* Of the input's codes, whose zero point is `zero`, the output's: clip(round((sum w (x - zero) + bias) multiplier /
   2^shift), low, high) + output_zero, halves upwards. An input of other channels than the layer's is flattened.
   `memory` as of lowtide_put. */
void lowtide_compute_layer(
    const lowtide_layer *layer, uint8_t *memory, const lowtide_tensor *input, int32_t zero,
    const lowtide_tensor *output, int32_t output_zero);

#ifdef __cplusplus
}
#endif

#endif
