/* The Verilated machine of harness.cpp, its memory and the host on its registers, for C and C++. */

#ifndef LOWTIDE_MACHINE_H
#define LOWTIDE_MACHINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void *machine_create(uint64_t size, uint64_t seed); /* with so many bytes of external memory */
void machine_destroy(void *machine);
void machine_reset(void *machine);
/* The bytes of a register that strobe has a one for; the bus's response, 0 for OKAY. */
int machine_write(void *machine, uint32_t address, uint32_t value, uint32_t strobe);
int machine_read(void *machine, uint32_t address, uint32_t *value);
int machine_run(void *machine, uint64_t limit); /* at most so many cycles; whether the interrupt is raised */
uint64_t machine_cycles(void *machine);
uint8_t *machine_memory(void *machine);
const char *machine_broken(void *machine); /* the first rule of the bus that was broken, or "" */

#ifdef __cplusplus
}
#endif

#endif
