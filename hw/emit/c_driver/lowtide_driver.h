/* Driver of a Lowtide machine: freestanding C99, without allocation and without state of its own.

   A list of records runs in four steps, by polling:

       lowtide_set_program(&machine, identity);
       lowtide_start_execution(&machine, address);
       if (lowtide_wait(&machine, 0) == LOWTIDE_FAILED) error = lowtide_last_error(&machine);

   or by the interrupt, after lowtide_enable_interrupts(&machine, 1): its handler calls lowtide_service. */

#ifndef LOWTIDE_DRIVER_H
#define LOWTIDE_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#include "lowtide_codes.h"
#include "lowtide_registers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A machine, and what the driver needs of its surroundings. Every function gets the context; those that may be NULL are
   not called then. Offsets are bytes from the machine's first register, addresses are the machine's own. */
typedef struct {
    uint32_t (*read32)(void *context, uint32_t offset);
    void (*write32)(void *context, uint32_t offset, uint32_t value);
    void (*before_start)(void *context); /* or NULL; the machine is about to read memory: clean the cache, barrier */
    void (*after_stop)(void *context);   /* or NULL; the machine has written memory: invalidate the cache */
    void (*on_wait)(void *context);      /* or NULL; a record WAIT is reached: the software's part; then it goes on */
    void (*idle)(void *context);         /* or NULL; between two looks of lowtide_wait, e.g. to sleep */
    void *context;
} lowtide_machine;

typedef enum {
    LOWTIDE_DONE = 0,
    LOWTIDE_RUNNING,       /* the list is not over yet */
    LOWTIDE_FAILED,        /* the machine stopped with an error: lowtide_last_error */
    LOWTIDE_BUSY,          /* not started, it still runs */
    LOWTIDE_TIMEOUT,       /* it still runs after so many looks */
    LOWTIDE_UNALIGNED,       /* not a multiple of 64, of 32 for the profile */
    LOWTIDE_NO_MACHINE,    /* there is no machine of this version behind the registers */
    LOWTIDE_OTHER_MACHINE, /* there is a machine, but not the one that was asked for */
    LOWTIDE_BUS_IN_FLIGHT  /* reset with answers of the bus still missing */
} lowtide_status;

/* The error since the last start. */
typedef struct {
    uint32_t code;   /* LOWTIDE_ERROR_... */
    uint32_t reason; /* of the array, where the code is LOWTIDE_ERROR_ENGINE */
    uint32_t record; /* how many records are in the list before the wrong one */
} lowtide_error;

/* The first and the last byte that the machine may read or write. */
typedef struct {
    uint32_t read_base, read_limit, write_base, write_limit;
} lowtide_windows;

/* What the machine wrote of a record that has ended. Cycles count from the start of the list. */
typedef struct {
    uint32_t record;      /* how many records are in the list before it */
    uint32_t kind;        /* LOWTIDE_KIND_... */
    uint32_t begun;       /* the cycle in which it began */
    uint32_t cycles;      /* that it took */
    uint32_t token_waits; /* cycles before, in which its engine only waited for tokens */
    uint32_t active;      /* of its cycles, those in which the engine worked */
    uint32_t bus_waits;   /* of its cycles, those in which it waited for the bus */
    uint32_t beats;       /* of the bus */
    int32_t smallest;     /* sum of a result and its bias in a record EXEC that measures, else 0 */
    int32_t largest;      /* the same, the largest */
} lowtide_profile_entry;

/* The registers that say what a machine is: sizes, what is built, and `identity`, which all of it decides. */
typedef struct {
    uint32_t array, units, feature_memory, weight_memory, small_memories, extras, identity;
} lowtide_description;

/* LOWTIDE_DONE, LOWTIDE_NO_MACHINE, or LOWTIDE_OTHER_MACHINE if `wanted` is not NULL and the machine is another one. */
lowtide_status lowtide_identify(const lowtide_machine *machine, const lowtide_description *wanted);

/* Settings; they hold until they are changed. */
/* Which machine the lists are for, by its identity: any other refuses to start them, LOWTIDE_ERROR_FOREIGN. */
void lowtide_set_program(const lowtide_machine *machine, uint32_t identity);
void lowtide_set_windows(const lowtide_machine *machine, const lowtide_windows *windows);
void lowtide_set_watchdog(const lowtide_machine *machine, uint32_t cycles); /* without progress; 0: any number */
lowtide_status lowtide_set_profile(const lowtide_machine *machine, uint32_t address); /* 0: no entries are written */
void lowtide_enable_interrupts(const lowtide_machine *machine, int enabled);

/* Starts the list at an address and returns. LOWTIDE_DONE if it was started, else LOWTIDE_BUSY or LOWTIDE_UNALIGNED. */
lowtide_status lowtide_start_initialisation(const lowtide_machine *machine, uint32_t address);
lowtide_status lowtide_start_execution(const lowtide_machine *machine, uint32_t address);

/* Answers what has happened and clears the interrupt: LOWTIDE_RUNNING, and LOWTIDE_DONE or LOWTIDE_FAILED once. After
   LOWTIDE_FAILED records may still end: the error is settled, and the machine can be started, when it is not busy. */
lowtide_status lowtide_service(const lowtide_machine *machine);
int lowtide_is_busy(const lowtide_machine *machine);

/* Answers what happens until the list is over and the machine is not busy: LOWTIDE_DONE or LOWTIDE_FAILED; or
   LOWTIDE_TIMEOUT after so many looks, unless `looks` is 0: it may be called again then. Not beside a handler that calls
   lowtide_service: each event is answered once. */
lowtide_status lowtide_wait(const lowtide_machine *machine, uint32_t looks);

/* Stops whatever runs; settings stay. LOWTIDE_DONE, or LOWTIDE_BUS_IN_FLIGHT if answers of the bus were missing: then
   nothing is reset, and the caller has to hold the bus in reset and call lowtide_reset_with_bus. */
lowtide_status lowtide_reset(const lowtide_machine *machine);
void lowtide_reset_with_bus(const lowtide_machine *machine);

lowtide_error lowtide_last_error(const lowtide_machine *machine);
const char *lowtide_error_name(uint32_t code);      /* as "WINDOW" */
const char *lowtide_error_meaning(uint32_t code);   /* one line */
const char *lowtide_reason_meaning(uint32_t reason); /* one line */

uint32_t lowtide_cycles(const lowtide_machine *machine); /* from the last start until the list was over */
uint32_t lowtide_profile_entries(const lowtide_machine *machine); /* since the last start */
/* Entry `number` of the profile, whose first byte is at `profile`; in the order in which records ended. */
lowtide_profile_entry lowtide_read_profile(const uint8_t *profile, uint32_t number);

#ifdef __cplusplus
}
#endif

#endif
