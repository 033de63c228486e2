// Drives any number of Verilated engines, whatever their configurations: the C++ half of formal/fuzz/arrays/shared_library.py.
//
// All streams come as raw words, made in Python, so that this file knows no configuration: a port is as wide as its
// type. Every stream stalls at random, what it carries while it is not valid is random, and a result that waits must
// not change.

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "verilated.h"

namespace fuzz {

struct Stream {             // words of a stream, in order
    int64_t count, stride;  // items, and 32-bit words of each
    const uint32_t* words;  // [count, stride]
    int32_t stall;          // chance of a stall in a cycle, of 256
};

struct Work {
    Stream codebook, job, x, w;
    int64_t columns, stride;  // columns of results to come, and 32-bit words of each
    uint32_t* y;              // [columns, stride], written
    int32_t stall;            // of the results
    uint64_t seed, patience;  // patience: cycles without a transfer after which it is stuck
};

struct Outcome {
    int64_t columns;   // that came, 32 further cycles included
    int64_t unstable;  // cycles in which a waiting result changed or went away
    int64_t apart;     // cycles in which x and w were not taken together
    uint64_t running;  // clock cycles with `busy` since the clear
    uint64_t cycles;   // the engine's counter
    uint32_t stuck, error, reason, busy;  // busy: still busy at the end
};

struct Random {  // xorshift64*
    uint64_t state;
    explicit Random(uint64_t seed) : state(seed * 2 + 1) {}
    uint64_t operator()() {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return state * 0x2545f4914f6cdd1dull;
    }
    bool chance(int32_t of_256) { return int32_t(operator()() >> 40 & 255) < of_256; }
};

struct Engine {
    virtual ~Engine() = default;
    virtual void run(const Work& work, Outcome* outcome) = 0;
    // Offers each job to the idle engine; the reason of its error flag, 0 where it was accepted and runs, 255 where it is
    // neither refused nor runs.
    virtual void ask(const uint64_t* jobs, int64_t count, uint32_t* reasons) = 0;
};

template <typename Port> int64_t bits(const Port&) { return 8 * int64_t(sizeof(Port)); }

template <typename Port> void put(Port& port, uint64_t mask, const uint32_t* words, int64_t stride) {
    if constexpr (std::is_integral_v<Port>) {
        port = Port((uint64_t(words[0]) | (stride > 1 ? uint64_t(words[1]) << 32 : 0)) & mask);
    } else {
        std::memcpy(port.data(), words, sizeof(port));
        port.data()[sizeof(port) / 4 - 1] &= uint32_t(mask);
    }
}

template <typename Port> void get(const Port& port, uint32_t* words, int64_t stride) {
    std::memset(words, 0, 4 * stride);
    if constexpr (std::is_integral_v<Port>) {
        const uint64_t value = port;
        std::memcpy(words, &value, stride > 1 ? 8 : 4);
    } else {
        std::memcpy(words, port.data(), sizeof(port));
    }
}

struct Source {  // one stream into the engine
    const Stream& stream;
    int64_t place = 0;
    bool offered = false;
    std::vector<uint32_t> garbage;
    explicit Source(const Stream& from) : stream(from), garbage(from.stride) {}
    bool done() const { return place == stream.count; }
    template <typename Valid, typename Port> void drive(Valid& valid, Port& port, uint64_t mask, Random& random) {
        if (!offered && !done()) offered = !random.chance(stream.stall);
        valid = offered;
        for (auto& word : garbage) word = uint32_t(random() >> 32);
        put(port, mask, offered ? stream.words + place * stream.stride : garbage.data(), stream.stride);
    }
    bool sample(bool ready) {  // whether the item is taken
        if (!offered || !ready) return false;
        offered = false;
        ++place;
        return true;
    }
};

struct RandomRegisters : VerilatedContext {  // nothing may depend on a register that reset does not set
    explicit RandomRegisters(int seed) {
        randReset(2);
        randSeed(seed);
    }
};

struct Masks {  // of the highest word of a port that is not a multiple of 32 bits
    uint64_t job, x, w, codebook;
};

template <typename Top> struct Driven final : Engine {
    RandomRegisters context;
    Top top;
    const Masks masks;
    const int job_latency;  // cycles from the one in which the idle engine takes a job to the first one in which it runs

    Driven(int seed, const Masks& masks, int job_latency)
        : context(seed), top(&context), masks(masks), job_latency(job_latency) {
        top.clear = top.job_valid = top.x_valid = top.w_valid = top.y_ready = 0;
        if constexpr (requires { top.codebook_valid; }) top.codebook_valid = 0;
        reset();
    }
    ~Driven() override { top.final(); }

    void settle() {
        top.clk = 0;
        top.eval();
    }
    void clock() {
        settle();
        edge();
    }
    void edge() {
        top.clk = 1;
        top.eval();
    }
    void reset() {
        top.rst = 1;
        clock();
        clock();
        top.rst = 0;
    }

    bool load(const Stream& codebook, Random& random, uint64_t patience) {
        if constexpr (requires { top.codebook_valid; }) {
            Source entries(codebook);
            for (uint64_t quiet = 0; !entries.done() && quiet < patience; ++quiet) {
                entries.drive(top.codebook_valid, top.codebook_data, masks.codebook, random);
                settle();
                if (entries.sample(top.codebook_ready)) quiet = 0;
                edge();
            }
            top.codebook_valid = 0;
            return entries.done();
        }
        return codebook.count == 0;
    }

    void run(const Work& work, Outcome* outcome) override {
        *outcome = {};
        Random random(work.seed);
        top.clear = 1;
        top.y_ready = 0;
        clock();
        top.clear = 0;
        outcome->stuck = !load(work.codebook, random, work.patience);
        Source job(work.job), x(work.x), w(work.w);
        std::vector<uint32_t> found(work.stride), waiting(work.stride);
        bool waits = false;
        uint64_t quiet = 0;
        int64_t after = 0;  // cycles since everything was taken
        while (!outcome->stuck && after < 32) {
            job.drive(top.job_valid, top.job_data, masks.job, random);
            x.drive(top.x_valid, top.x_data, masks.x, random);
            w.drive(top.w_valid, top.w_data, masks.w, random);
            top.y_ready = !random.chance(work.stall);
            settle();
            outcome->running += top.busy;
            bool moved = false;
            if (top.y_valid) {
                get(top.y_data, found.data(), work.stride);
                if (waits && found != waiting) ++outcome->unstable;
                waits = !top.y_ready;
                waiting = found;
                if (top.y_ready) {
                    if (outcome->columns < work.columns)
                        std::memcpy(work.y + outcome->columns * work.stride, found.data(), 4 * work.stride);
                    ++outcome->columns;
                    moved = true;
                }
            } else if (waits) {
                ++outcome->unstable;
                waits = false;
            }
            moved |= job.sample(top.job_ready);
            const bool x_taken = x.sample(top.x_ready), w_taken = w.sample(top.w_ready);
            outcome->apart += x_taken != w_taken;
            moved |= x_taken;
            edge();
            quiet = moved ? 0 : quiet + 1;
            const bool complete = job.done() && x.done() && w.done() && outcome->columns >= work.columns;
            after = complete ? after + 1 : 0;
            if (!complete && (quiet > work.patience || top.error)) outcome->stuck = 1;
        }
        top.job_valid = top.x_valid = top.w_valid = 0;
        settle();
        outcome->cycles = top.cycles;
        outcome->error = top.error;
        outcome->reason = top.reason;
        outcome->busy = top.busy;
        if (outcome->stuck || top.error || top.busy) reset();
    }

    void ask(const uint64_t* jobs, int64_t count, uint32_t* reasons) override {
        for (int64_t i = 0; i < count; ++i) {
            top.clear = 1;
            clock();
            top.clear = 0;
            const uint32_t words[2] = {uint32_t(jobs[i]), uint32_t(jobs[i] >> 32)};
            put(top.job_data, masks.job, words, 2);
            top.job_valid = 1;
            settle();
            const bool ready = top.job_ready;
            edge();
            top.job_valid = 0;
            for (int cycle = 1; cycle < job_latency; ++cycle) clock();
            settle();
            const bool sound = ready && bool(top.error) == bool(top.reason) && bool(top.error) != bool(top.busy);
            reasons[i] = sound ? top.reason : 255;
            if (top.busy) reset();
        }
    }
};

}  // namespace fuzz
