/* A computer whose processor reaches the machine at addresses: write yours here. image.bin becomes an object file by
   ld -r -b binary image.bin -o image.o, with the linker of the processor. */

#include "platform.h"

#include <stddef.h>

#include "program.h"

#define REGISTERS ((volatile uint32_t *)0x40000000u) /* the first register of the machine */
#define MEMORY ((uint8_t *)0x80000000u)              /* address 0 of its memory */

extern const uint8_t _binary_image_bin_start[];

uint32_t platform_read32(void *context, uint32_t offset)
{
    (void)context;
    return REGISTERS[offset / 4u];
}

void platform_write32(void *context, uint32_t offset, uint32_t value)
{
    (void)context;
    REGISTERS[offset / 4u] = value;
}

void platform_clean(void *context) /* without a cache: what was written has to get there before the start */
{
    (void)context;
    __sync_synchronize();
}

void platform_invalidate(void *context)
{
    (void)context;
    __sync_synchronize();
}

void platform_host(void *context)
{
#if LOWTIDE_HOST_TURNS
#error "compute the steps of the host here: program.json states them, program.h where they lie"
#endif
    (void)context;
}

void platform_idle(void *context)
{
    (void)context;
}

uint8_t *platform_memory(void)
{
    return MEMORY;
}

const uint8_t *platform_image(void)
{
    return _binary_image_bin_start;
}

int platform_input(int32_t *codes) /* one input, all of it the real number 0 */
{
    static int given = 0;
    size_t at;
    if (given) return 0;
    given = 1;
    for (at = 0; at < (size_t)LOWTIDE_INPUT_ROWS * LOWTIDE_INPUT_COLUMNS * LOWTIDE_INPUT_CHANNELS; ++at)
        codes[at] = LOWTIDE_INPUT_ZERO;
    return 1;
}

void platform_result(const int32_t *codes, uint32_t cycles)
{
    (void)codes;
    (void)cycles;
}

void platform_say(const char *text, uint32_t number)
{
    (void)text;
    (void)number;
}
