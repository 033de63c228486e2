/* What the example needs to know of the computer that it runs on. platform.c is for one whose processor reaches the
   machine's registers and memory at addresses; write another one where it is otherwise. */

#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdint.h>

/* A register of the machine, as of lowtide_machine. */
uint32_t platform_read32(void *context, uint32_t offset);
void platform_write32(void *context, uint32_t offset, uint32_t value);

/* The caches, as before_start and after_stop of lowtide_machine. */
void platform_clean(void *context);
void platform_invalidate(void *context);

/* The host's turn at a WAIT, as on_wait of lowtide_machine: the next of the LOWTIDE_HOST_TURNS of a run. */
void platform_host(void *context);

/* Between two looks at the machine. */
void platform_idle(void *context);

/* Where the processor sees address 0 of the machine's memory, LOWTIDE_MEMORY_BYTES of it. */
uint8_t *platform_memory(void);

/* The bytes of image.bin, LOWTIDE_IMAGE_BYTES of them. */
const uint8_t *platform_image(void);

/* The next input, codes [rows][columns][channels]: 0 if there is none. And what came of it. */
int platform_input(int32_t *codes);
void platform_result(const int32_t *codes, uint32_t cycles);

/* Something to tell of: a text, and a number that belongs to it. */
void platform_say(const char *text, uint32_t number);

#endif
