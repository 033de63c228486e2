/* A compiled network on a machine: the image is copied, the list of initialisation runs once, the list of execution for
   each input. Build it with platform.c, lowtide_driver.c, lowtide_tensor.c and image.bin. */

#include "lowtide_driver.h"
#include "lowtide_tensor.h"
#include "platform.h"
#include "program.h"

#define WATCHDOG 1000000u /* cycles without progress that are an error */

static int32_t input[(size_t)LOWTIDE_INPUT_ROWS * LOWTIDE_INPUT_COLUMNS * LOWTIDE_INPUT_CHANNELS];
static int32_t output[(size_t)LOWTIDE_OUTPUT_ROWS * LOWTIDE_OUTPUT_COLUMNS * LOWTIDE_OUTPUT_CHANNELS];

static const lowtide_machine machine = {
    .read32 = platform_read32,
    .write32 = platform_write32,
    .before_start = platform_clean,
    .after_stop = platform_invalidate,
    .on_wait = platform_host,
    .idle = platform_idle,
};
static const lowtide_description description = LOWTIDE_MACHINE;
static const lowtide_windows windows = {0, LOWTIDE_MEMORY_BYTES - 1u, 0, LOWTIDE_MEMORY_BYTES - 1u};
static const lowtide_tensor source = LOWTIDE_INPUT, result = LOWTIDE_OUTPUT;

static int failed(const char *step, lowtide_status status)
{
    platform_say(step, status);
    if (status == LOWTIDE_FAILED) {
        const lowtide_error error = lowtide_last_error(&machine);
        platform_say(lowtide_error_meaning(error.code), error.record);
        if (error.code == LOWTIDE_ERROR_ENGINE) platform_say(lowtide_reason_meaning(error.reason), error.reason);
    }
    return 1;
}

int main(void)
{
    const uint8_t *image = platform_image();
    uint8_t *memory = platform_memory();
    lowtide_status status;
    uint32_t at;

    status = lowtide_identify(&machine, &description);
    if (status != LOWTIDE_DONE) return failed("identify", status);
    for (at = 0; at < LOWTIDE_IMAGE_BYTES; ++at) memory[LOWTIDE_IMAGE_BASE + at] = image[at];
    lowtide_set_program(&machine, LOWTIDE_IDENTITY);
    lowtide_set_windows(&machine, &windows);
    lowtide_set_watchdog(&machine, WATCHDOG);

    status = lowtide_start_initialisation(&machine, LOWTIDE_INITIALISATION);
    if (status == LOWTIDE_DONE) status = lowtide_wait(&machine, 0);
    if (status != LOWTIDE_DONE) return failed("initialise", status);

    while (platform_input(input)) {
        lowtide_put_tensor(&source, memory, input);
        status = lowtide_start_execution(&machine, LOWTIDE_EXECUTION);
        if (status == LOWTIDE_DONE) status = lowtide_wait(&machine, 0);
        if (status != LOWTIDE_DONE) return failed("execute", status);
        lowtide_get_tensor(&result, memory, output);
        platform_result(output, lowtide_cycles(&machine));
    }
    return 0;
}
