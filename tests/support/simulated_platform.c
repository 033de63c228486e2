/* platform.h on the Verilated machine: inputs are int32 from the standard input, results and cycles go to the standard
   output, what is said to the standard error. Built with the library of lowtide.sim.machine.library. */

#include "platform.h"

#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "program.h"

extern const uint8_t _binary_image_bin_start[];

static int cleaned = 0; /* whether the machine may read what was written */

static void *machine(void)
{
    static void *made = NULL;
    uint32_t at;
    if (!made) {
        made = machine_create(LOWTIDE_MEMORY_BYTES, 1);
        for (at = 0; at < LOWTIDE_MEMORY_BYTES; ++at) machine_memory(made)[at] = (uint8_t)(rand() >> 7);
    }
    return made;
}

static void expect(int holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "%s %s\n", what, machine_broken(machine()));
    exit(2);
}

uint32_t platform_read32(void *context, uint32_t offset)
{
    uint32_t value = 0;
    (void)context;
    expect(machine_read(machine(), offset, &value) == 0, "a register cannot be read");
    return value;
}

void platform_write32(void *context, uint32_t offset, uint32_t value)
{
    (void)context;
    expect(machine_write(machine(), offset, value, 0xF) == 0, "a register cannot be written");
}

void platform_clean(void *context)
{
    (void)context;
    cleaned = 1;
}

void platform_invalidate(void *context)
{
    (void)context;
    expect(cleaned, "the cache was not cleaned before the machine ran");
    cleaned = 0;
}

#if !LOWTIDE_HOST_TURNS
void platform_host(void *context)
{
    (void)context;
    expect(0, "the list waits for the host");
}
#endif

void platform_idle(void *context)
{
    (void)context;
    machine_run(machine(), 100);
    expect(*machine_broken(machine()) == 0, "a rule of the bus is broken:");
}

uint8_t *platform_memory(void)
{
    return machine_memory(machine());
}

const uint8_t *platform_image(void)
{
    return _binary_image_bin_start;
}

int platform_input(int32_t *codes)
{
    const size_t count = (size_t)LOWTIDE_INPUT_ROWS * LOWTIDE_INPUT_COLUMNS * LOWTIDE_INPUT_CHANNELS;
    return fread(codes, sizeof(int32_t), count, stdin) == count;
}

void platform_result(const int32_t *codes, uint32_t cycles)
{
    const size_t count = (size_t)LOWTIDE_OUTPUT_ROWS * LOWTIDE_OUTPUT_COLUMNS * LOWTIDE_OUTPUT_CHANNELS;
    expect(!cleaned, "the cache was not invalidated after the machine ran");
    fwrite(codes, sizeof(int32_t), count, stdout);
    fwrite(&cycles, sizeof(uint32_t), 1, stdout);
}

void platform_say(const char *text, uint32_t number)
{
    fprintf(stderr, "%s %u\n", text, (unsigned)number);
}
