// Counts how often bits are 1, over many calls: the C++ half of sim/engine/transitions.py.
//
// The counters lie bit-sliced, plane p holds bit p of every counter, so one call takes a few operations for 32 bits.

#include <cstdint>

#include "svdpi.h"

// Given by the builder: COUNTED (bits of a call)

namespace {

constexpr int WORDS = (COUNTED + 31) / 32, PLANES = 48;
uint32_t planes[WORDS][PLANES];
uint64_t calls;
bool counting = false;

}  // namespace

extern "C" {
void lowtide_transitions(const svBitVecVal* changed) {
    if (!counting) return;
    ++calls;
    for (int word = 0; word < WORDS; ++word) {
        uint32_t carry = changed[word];
        for (uint32_t* plane = planes[word]; carry; ++plane) {
            const uint32_t both = *plane & carry;
            *plane ^= carry;
            carry = both;
        }
    }
}
void lowtide_count(int on) { counting = on; }
uint64_t lowtide_counts(uint64_t* counts) {  // of each bit, and the number of calls; then all are 0
    for (int bit = 0; bit < COUNTED; ++bit) {
        counts[bit] = 0;
        for (int plane = 0; plane < PLANES; ++plane)
            counts[bit] += uint64_t(planes[bit / 32][plane] >> bit % 32 & 1) << plane;
    }
    for (auto& word : planes)
        for (auto& plane : word) plane = 0;
    const uint64_t made = calls;
    calls = 0;
    return made;
}
}
