// Plays raw payloads into the streams of the Verilated engine: the C++ half of sim/engine/player.py.
//
// Every stream stalls at random by a rate of its own. What the hardware does is recorded with the cycle in which it was
// seen, and rules that hold in every cycle, whatever is played, are watched.

#include <cstdint>

#include "device.h"

namespace {

using lowtide::Device;

struct Source {             // what one stream offers, laid out as sim/engine/player_memory.py states it
    const uint32_t* items;  // payloads, each of so many words
    int64_t count, words;
    int64_t* taken;         // [count], the cycle of each transfer
    uint32_t stall;         // chance, of 2^16, that an item is not offered in a cycle
    uint32_t start;         // the first cycle in which one may be
};

struct Script {
    Source job, x, w, codebook;
    uint32_t y_stall;
    int32_t clear_after_job;  // note the reason after each job was taken, and clear it
    uint64_t seed;
    int64_t columns;   // results to wait for
    int64_t cycles;    // where not 0, the cycle to stop at, whatever happens
    int64_t patience;  // cycles without a transfer after which the engine is stuck
    int64_t drain;     // cycles to go on after everything has been taken
};

struct Record {
    uint32_t* y;      // [columns + 1, words], payloads
    int64_t* y_taken; // [columns + 1]
    uint8_t* reasons; // [jobs]
    int64_t columns, jobs, x, w, entries;  // transfers seen
    int64_t clocks;
    uint64_t cycles;  // the state at the end
    int32_t error, reason, busy, y_valid;
    int32_t rule, stuck;  // the first rule that was broken, 0 for none
    int64_t rule_cycle;
};

enum Rule {
    Y_CHANGED = 1, APART = 2, READY_EARLY = 3, ERROR_FELL = 4, REASON_CHANGED = 5, REASON_WITHOUT_ERROR = 6,
    CYCLES_NOT_BUSY = 7, TAKEN_WHILE_FROZEN = 8, TAKEN_WHILE_IDLE = 9, TAKEN_AFTER_FROZEN = 10
};

// Cycles from the one in which an idle engine takes a job to the one in which it has refused it, and from the first one
// in which a result waits to the first one in which nothing is taken: of the configuration, by sim/engine/player.py.
constexpr int64_t JUDGED = JUDGED_AFTER, STOPS = STOPS_AFTER;
static_assert(STOPS == 0 ? JUDGED == 1 : STOPS == 1);  // only register stages make an engine late

struct Chance {
    uint64_t state;
    uint64_t bits() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state;
    }
    bool stalls(uint32_t rate) { return (bits() >> 24 & 0xffff) < rate; }
};

struct Offer {  // an item stays offered until it is taken; what lies there otherwise is random
    const Source& source;
    lowtide::Words item;
    int64_t next = 0;
    bool offered = false;
    explicit Offer(const Source& from) : source(from), item(int(from.words) * 32) {}
    template <typename Valid, typename Data>
    void drive(Valid& valid, Data& data, int64_t cycle, Chance& chance, bool may = true) {
        const bool stalls = chance.stalls(source.stall);
        if (offered) return;
        valid = offered = may && next < source.count && cycle >= source.start && !stalls;
        if (offered) {
            std::copy_n(source.items + next * source.words, source.words, item.words.begin());
        } else {
            std::generate_n(item.words.begin(), source.words, [&] { return uint32_t(chance.bits() >> 16); });
        }
        lowtide::write(data, item);
    }
    template <typename Valid> void taken(Valid& valid, int64_t cycle) {
        source.taken[next++] = cycle;
        valid = offered = false;
    }
    bool done() const { return next == source.count; }
};

constexpr int Y_WORDS = (ROWS * ACC_WIDTH + 1 + 31) / 32;

void play(Device& device, const Script& script, Record& record) {
    auto& top = device.top;
    Chance chance{script.seed * 2 + 1};
    Offer job(script.job), x(script.x), w(script.w);
#if CODEBOOK
    Offer entry(script.codebook);
#endif
    top.job_valid = top.x_valid = top.w_valid = 0;
    lowtide::Words kept(ROWS * ACC_WIDTH + 1);
    bool waits = false, error = top.error, cleared = true;
    uint32_t reason = top.reason, busy_cycles = 0;
    int64_t unjudged = 0;  // cycles until the reason of the job that was taken is there
    int64_t cycle = 0, quiet = 0, over = 0, entries = 0;
    const auto broken = [&](int rule) {
        if (record.rule) return;
        record.rule = rule;
        record.rule_cycle = cycle;
    };
    for (; script.cycles == 0 || cycle < script.cycles; ++cycle) {
        const bool note = unjudged == 1;
        job.drive(top.job_valid, top.job_data, cycle, chance, !unjudged);  // a refusal while `clear` is 1 leaves no trace
        x.drive(top.x_valid, top.x_data, cycle, chance);
        w.drive(top.w_valid, top.w_data, cycle, chance);
#if CODEBOOK
        entry.drive(top.codebook_valid, top.codebook_data, cycle, chance);
#endif
        top.y_ready = !chance.stalls(script.y_stall);
        top.clear = note;
        device.settle();

        if (cleared) busy_cycles = top.cycles;  // begins where the play does, and again where it is cleared
        if (top.cycles != busy_cycles) broken(CYCLES_NOT_BUSY);
        if (bool(top.error) != bool(top.reason)) broken(REASON_WITHOUT_ERROR);
        if (error && !cleared && !top.error) broken(ERROR_FELL);
        if (error && !cleared && top.reason != reason) broken(REASON_CHANGED);
        if (note) record.reasons[job.next - 1] = top.reason;
        error = top.error;
        reason = top.reason;
        cleared = note;
        busy_cycles += top.busy;

        const bool job_taken = top.job_valid && top.job_ready, y_taken = top.y_valid && top.y_ready;
        const bool x_taken = top.x_valid && top.x_ready, w_taken = top.w_valid && top.w_ready;
        if (bool(top.x_ready) != bool(top.w_ready)) broken(APART);
        if ((top.x_ready || top.w_ready) && !(top.x_valid && top.w_valid)) broken(READY_EARLY);
        if (STOPS == 0 && x_taken && top.y_valid && !top.y_ready) broken(TAKEN_WHILE_FROZEN);
        if (STOPS == 1 && x_taken && waits) broken(TAKEN_AFTER_FROZEN);
        if (x_taken && !top.busy) broken(TAKEN_WHILE_IDLE);
        lowtide::read(top.y_data, device.y);
        if (waits && (!top.y_valid || !std::equal(kept.words.begin(), kept.words.end(), device.y.words.begin())))
            broken(Y_CHANGED);
        waits = top.y_valid && !top.y_ready;
        kept.words = device.y.words;
        const bool y_kept = y_taken && record.columns <= script.columns;  // one more than expected, to be seen
        if (y_kept) {
            std::copy_n(device.y.words.begin(), Y_WORDS, record.y + record.columns * Y_WORDS);
            record.y_taken[record.columns++] = cycle;
        }
#if CODEBOOK
        const bool entry_taken = top.codebook_valid && top.codebook_ready;
#else
        const bool entry_taken = false;
#endif
        device.edge();
        if (unjudged && !(JUDGED > 1 && top.busy)) --unjudged;  // behind one that waits, a job is judged later
        if (job_taken && script.clear_after_job) unjudged = JUDGED;
        if (job_taken) job.taken(top.job_valid, cycle);
        if (x_taken) x.taken(top.x_valid, cycle);
        if (w_taken) w.taken(top.w_valid, cycle);
#if CODEBOOK
        if (entry_taken) entry.taken(top.codebook_valid, cycle);
        entries = entry.next;
        const bool loaded = entry.done();
#else
        const bool loaded = true;
#endif
        quiet = job_taken || x_taken || y_kept || entry_taken ? 0 : quiet + 1;  // results without end are no progress
        if (job.done() && !unjudged && loaded && record.columns >= script.columns && over++ >= script.drain) {
            ++cycle;
            break;
        }
        if (script.cycles == 0 && !over && quiet > script.patience) {
            record.stuck = 1;
            break;
        }
    }
    top.job_valid = top.x_valid = top.w_valid = top.clear = 0;
#if CODEBOOK
    top.codebook_valid = 0;
#endif
    top.y_ready = 0;
    device.settle();
    record.jobs = job.next;
    record.x = x.next;
    record.w = w.next;
    record.entries = entries;
    record.clocks = cycle;
    record.cycles = top.cycles;
    record.error = top.error;
    record.reason = top.reason;
    record.busy = top.busy;
    record.y_valid = top.y_valid;
}

}  // namespace

extern "C" {
void* lowtide_player(int mutant) { return new Device(mutant); }
void lowtide_end(void* device) { delete static_cast<Device*>(device); }
void lowtide_play(void* device, const Script* script, Record* record) {
    play(*static_cast<Device*>(device), *script, *record);
}
void lowtide_pulse(void* device, int reset) {  // one cycle of reset, or of clear
    auto& top = static_cast<Device*>(device)->top;
    (reset ? top.rst : top.clear) = 1;
    static_cast<Device*>(device)->clock();
    top.rst = top.clear = 0;
    static_cast<Device*>(device)->settle();
}
}
