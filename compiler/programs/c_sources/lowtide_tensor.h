/* Tensors in a machine's memory, value by value or whole: freestanding C99. */

#ifndef LOWTIDE_TENSOR_H
#define LOWTIDE_TENSOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the codes of a tensor lie. Value n % values of atom

       n / values * block_pitch + row % apart * row_phase + row / apart * row_pitch
           + column % apart * column_phase + column / apart

   is the code of channel n of pixel (row, column), from the atom's lowest bit on; the first atom is at the address. If
   plane_pitch is not 0 a value has one bit in an atom, and bit p of it lies plane_pitch atoms behind bit p - 1. */
typedef struct {
    uint32_t address, bytes; /* in external memory, all atoms */
    uint32_t rows, columns, channels;
    uint32_t atom_bytes, values; /* of an atom */
    uint32_t bits, is_signed;    /* of a code; not 0: two's complement */
    uint32_t block_pitch, row_pitch, plane_pitch; /* atoms */
    uint32_t apart, row_phase, column_phase;      /* the latter in atoms */
} lowtide_tensor;

/* `memory` is where the processor sees address 0 of the machine's memory. Of a code that is put only the lowest `bits`
   bits count. */
void lowtide_put(
    const lowtide_tensor *tensor, uint8_t *memory, uint32_t row, uint32_t column, uint32_t channel, int32_t code);
int32_t lowtide_get(
    const lowtide_tensor *tensor, const uint8_t *memory, uint32_t row, uint32_t column, uint32_t channel);

/* Codes of a whole tensor, [rows][columns][channels]; what is between them in memory becomes 0 when they are put. */
void lowtide_put_tensor(const lowtide_tensor *tensor, uint8_t *memory, const int32_t *codes);
void lowtide_get_tensor(const lowtide_tensor *tensor, const uint8_t *memory, int32_t *codes);

#ifdef __cplusplus
}
#endif

#endif
