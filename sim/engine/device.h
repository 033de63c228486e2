// The Verilated engine with its clock and reset, and its ports as words of bits: what harness.cpp and player.cpp share.

#ifndef LOWTIDE_DEVICE_H
#define LOWTIDE_DEVICE_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "Vtop.h"
#include "verilated.h"

// Given by the builder: ROWS, COLS, X_PAYLOAD and W_PAYLOAD (bits of a line's operands of a beat), X_EXPONENT and W_EXPONENT (of these, bits of the exponent),
// CODEBOOK (bits of an entry of a codebook, 0 without), ACC_WIDTH, MODE_BITS, CHUNK_BITS, TAIL_BITS; and SELECTOR, the
// name of a port of mutated engines that chooses the mutant

namespace lowtide {

struct Words {  // a port's bits, lowest first
    std::vector<uint32_t> words;
    explicit Words(int bits) : words((bits + 31) / 32 + 2, 0) {}
    void clear() { std::fill(words.begin(), words.end(), 0); }
    void put(int64_t offset, int width, uint64_t value) {  // into cleared bits
        value &= width == 64 ? ~0ull : (1ull << width) - 1;
        const int shift = offset % 32;
        uint32_t* at = &words[offset / 32];
        at[0] |= uint32_t(value << shift);
        at[1] |= uint32_t(value >> (32 - shift));
        if (shift + width > 64) at[2] |= uint32_t(value >> (64 - shift));
    }
    int64_t get_signed(int64_t offset, int width) const {
        const int shift = offset % 32;
        const uint32_t* at = &words[offset / 32];
        uint64_t value = (uint64_t(at[0]) | uint64_t(at[1]) << 32) >> shift;
        if (shift) value |= uint64_t(at[2]) << (64 - shift);
        return int64_t(value << (64 - width)) >> (64 - width);
    }
};

template <typename Port> void write(Port& port, const Words& from) {
    if constexpr (std::is_integral_v<Port>) {
        port = Port(from.words[0] | uint64_t(from.words[1]) << 32);
    } else {
        std::memcpy(port.data(), from.words.data(), sizeof(port));
    }
}

template <typename Port> void read(const Port& port, Words& into) {
    if constexpr (std::is_integral_v<Port>) {
        into.words[0] = uint32_t(uint64_t(port));
        into.words[1] = uint32_t(uint64_t(port) >> 32);
    } else {
        std::memcpy(into.words.data(), port.data(), sizeof(port));
    }
}

struct RandomRegisters : VerilatedContext {  // nothing may depend on a register that reset does not set
    RandomRegisters() {
        randReset(2);
        randSeed(1);
    }
};

struct Device {
    RandomRegisters context;
    Vtop top{&context};
    Words x{ROWS * X_PAYLOAD}, w{COLS * W_PAYLOAD}, y{ROWS * ACC_WIDTH + 1};

    explicit Device(int mutant) {
#ifdef SELECTOR
        top.SELECTOR = mutant;
#endif
        top.rst = 1;
        top.job_valid = top.x_valid = top.w_valid = top.y_ready = top.clear = 0;
#if CODEBOOK
        top.codebook_valid = 0;
#endif
        for (int i = 0; i < 4; ++i) clock();
        top.rst = 0;
    }
    void settle() {
        top.clk = 0;
        top.eval();
    }
    void edge() {
        top.clk = 1;
        top.eval();
    }
    void clock() {
        settle();
        edge();
    }
};

}  // namespace lowtide

#endif
