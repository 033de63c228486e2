#include "lowtide_driver.h"

#define OFFSET(name) ((uint32_t)offsetof(lowtide_t, name))
#define READ(name) (machine->read32(machine->context, OFFSET(name)))
#define WRITE(name, value) (machine->write32(machine->context, OFFSET(name), (value)))
#define FIELD(word, field) (((word) & field##_bm) >> field##_bp)

#define EVENTS (LOWTIDE__INTERRUPTS__DONE_bm | LOWTIDE__INTERRUPTS__WAITS_bm | LOWTIDE__INTERRUPTS__FAILS_bm)

static void call(const lowtide_machine *machine, void (*function)(void *context))
{
    if (function) function(machine->context);
}

lowtide_status lowtide_identify(const lowtide_machine *machine, const lowtide_description *wanted)
{
    const uint32_t version = READ(version);
    if (FIELD(version, LOWTIDE__VERSION__MAGIC) != LOWTIDE__VERSION__MAGIC_reset ||
        FIELD(version, LOWTIDE__VERSION__VERSION) != LOWTIDE__VERSION__VERSION_reset)
        return LOWTIDE_NO_MACHINE;
    if (wanted && (READ(array) != wanted->array || READ(units) != wanted->units ||
                   READ(feature_memory) != wanted->feature_memory || READ(weight_memory) != wanted->weight_memory ||
                   READ(small_memories) != wanted->small_memories || READ(extras) != wanted->extras ||
                   READ(identity) != wanted->identity))
        return LOWTIDE_OTHER_MACHINE;
    return LOWTIDE_DONE;
}

void lowtide_set_windows(const lowtide_machine *machine, const lowtide_windows *windows)
{
    WRITE(read_base, windows->read_base);
    WRITE(read_limit, windows->read_limit);
    WRITE(write_base, windows->write_base);
    WRITE(write_limit, windows->write_limit);
}

void lowtide_set_program(const lowtide_machine *machine, uint32_t identity)
{
    WRITE(program, identity);
}

void lowtide_set_watchdog(const lowtide_machine *machine, uint32_t cycles)
{
    WRITE(watchdog, cycles);
}

lowtide_status lowtide_set_profile(const lowtide_machine *machine, uint32_t address)
{
    if (address & ~LOWTIDE__PROFILE__ADDRESS_bm) return LOWTIDE_UNALIGNED;
    WRITE(profile, address);
    return LOWTIDE_DONE;
}

void lowtide_enable_interrupts(const lowtide_machine *machine, int enabled)
{
    WRITE(interrupts_enabled, enabled ? EVENTS : 0u);
}

/* Whether a list at the address can be started; what happened before is forgotten then. */
static lowtide_status ready(const lowtide_machine *machine, uint32_t address)
{
    if (address & ~LOWTIDE__LIST_ADDRESS__ADDRESS_bm) return LOWTIDE_UNALIGNED;
    if (lowtide_is_busy(machine)) return LOWTIDE_BUSY;
    WRITE(interrupts, EVENTS);
    call(machine, machine->before_start);
    return LOWTIDE_DONE;
}

lowtide_status lowtide_start_initialisation(const lowtide_machine *machine, uint32_t address)
{
    const lowtide_status found = ready(machine, address);
    if (found != LOWTIDE_DONE) return found;
    WRITE(initialisation, address);
    WRITE(start, LOWTIDE__START__INITIALISE_bm);
    return LOWTIDE_DONE;
}

lowtide_status lowtide_start_execution(const lowtide_machine *machine, uint32_t address)
{
    const lowtide_status found = ready(machine, address);
    if (found != LOWTIDE_DONE) return found;
    WRITE(execution, address);
    WRITE(start, LOWTIDE__START__EXECUTE_bm);
    return LOWTIDE_DONE;
}

static lowtide_status answer(const lowtide_machine *machine, uint32_t events)
{
    WRITE(interrupts, events);
    if (events & LOWTIDE__INTERRUPTS__FAILS_bm) return LOWTIDE_FAILED;
    if (events & LOWTIDE__INTERRUPTS__WAITS_bm) {
        call(machine, machine->after_stop);
        call(machine, machine->on_wait);
        call(machine, machine->before_start);
        WRITE(start, LOWTIDE__START__RESUME_bm);
    }
    if (events & LOWTIDE__INTERRUPTS__DONE_bm) {
        call(machine, machine->after_stop);
        return LOWTIDE_DONE;
    }
    return LOWTIDE_RUNNING;
}

lowtide_status lowtide_service(const lowtide_machine *machine)
{
    return answer(machine, READ(interrupts));
}

int lowtide_is_busy(const lowtide_machine *machine)
{
    return (READ(status) & LOWTIDE__STATUS__BUSY_bm) != 0;
}

lowtide_status lowtide_wait(const lowtide_machine *machine, uint32_t looks)
{
    for (;;) {
        uint32_t events = READ(interrupts);
        lowtide_status found;
        if (lowtide_is_busy(machine)) events &= ~LOWTIDE__INTERRUPTS__FAILS_bm; /* left for when it is not */
        found = answer(machine, events);
        if (found == LOWTIDE_FAILED) call(machine, machine->after_stop); /* the profile tells what ended before */
        if (found != LOWTIDE_RUNNING) return found;
        if (looks && !--looks) return LOWTIDE_TIMEOUT;
        call(machine, machine->idle);
    }
}

lowtide_status lowtide_reset(const lowtide_machine *machine)
{
    if (READ(status) & LOWTIDE__STATUS__TRANSFERS_bm) return LOWTIDE_BUS_IN_FLIGHT;
    lowtide_reset_with_bus(machine);
    return LOWTIDE_DONE;
}

void lowtide_reset_with_bus(const lowtide_machine *machine)
{
    WRITE(start, LOWTIDE__START__RESET_bm);
}

lowtide_error lowtide_last_error(const lowtide_machine *machine)
{
    const uint32_t word = READ(error);
    lowtide_error error;
    error.code = FIELD(word, LOWTIDE__ERROR__CODE);
    error.reason = FIELD(word, LOWTIDE__ERROR__REASON);
    error.record = READ(error_record);
    return error;
}

#define NAME(code, name, meaning) case code: return #name;
#define MEANING(code, name, meaning) case code: return meaning;

const char *lowtide_error_name(uint32_t code)
{
    switch (code) {
        LOWTIDE_ERRORS(NAME)
        default: return "?";
    }
}

const char *lowtide_error_meaning(uint32_t code)
{
    switch (code) {
        LOWTIDE_ERRORS(MEANING)
        default: return "an error that this driver does not know";
    }
}

const char *lowtide_reason_meaning(uint32_t reason)
{
    switch (reason) {
        LOWTIDE_REASONS(MEANING)
        default: return "a reason that this driver does not know";
    }
}

uint32_t lowtide_cycles(const lowtide_machine *machine)
{
    return READ(cycles);
}

uint32_t lowtide_profile_entries(const lowtide_machine *machine)
{
    return FIELD(READ(profile_entries), LOWTIDE__PROFILE_ENTRIES__ENTRIES);
}

static uint32_t word_at(const uint8_t *byte)
{
    return byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
}

lowtide_profile_entry lowtide_read_profile(const uint8_t *profile, uint32_t number)
{
    const uint8_t *at = profile + (size_t)number * LOWTIDE_PROFILE_ENTRY_BYTES;
    lowtide_profile_entry entry;
    entry.record = word_at(at) & 0xffffffu;
    entry.kind = word_at(at) >> 28;
    entry.begun = word_at(at + 4);
    entry.cycles = word_at(at + 8);
    entry.token_waits = word_at(at + 12);
    entry.active = word_at(at + 16);
    const int computes = entry.kind == LOWTIDE_KIND_EXEC;
    entry.bus_waits = computes ? 0 : word_at(at + 20);
    entry.beats = computes ? 0 : word_at(at + 24);
    entry.smallest = computes ? (int32_t)word_at(at + 20) : 0;
    entry.largest = computes ? (int32_t)word_at(at + 24) : 0;
    return entry;
}
