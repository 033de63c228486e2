// A host for an engine, in C++ with Verilator: one small matrix product, Y = X W.
//
// The engine is parallel_4x4_l1: a chunk is one value, so beat k takes column k of X and row k of W. See
// docs/interface.md for the rules of the streams, and build/verilog/lowtide_mode.h for the fields of the mode word.

#include <cstdint>
#include <cstdio>

#include "Vparallel_4x4_l1.h"
#include "lowtide_mode.h"
#include "verilated.h"

namespace {

constexpr int N = 4, K = 6;  // rows and columns of the array; length of the reduction

void clock(Vparallel_4x4_l1& engine) {
    engine.clk = 1;
    engine.eval();
    engine.clk = 0;
    engine.eval();
}

int32_t value_of(const Vparallel_4x4_l1& engine, int row) { return int32_t(engine.y_data[row]); }

}  // namespace

int main(int count, char** arguments) {
    Verilated::commandArgs(count, arguments);
    int8_t x[N][K], w[K][N];
    for (int k = 0; k < K; ++k)
        for (int i = 0; i < N; ++i) x[i][k] = int8_t(7 * i - 3 * k), w[k][i] = int8_t(5 * k - 11 * i);

    Vparallel_4x4_l1 engine;
    engine.clk = engine.job_valid = engine.x_valid = engine.w_valid = engine.clear = 0;
    engine.rst = 1;  // one cycle is enough
    clock(engine);
    engine.rst = 0;

    const uint64_t mode = LOWTIDE_MODE_X_SIGNED(1) | LOWTIDE_MODE_W_SIGNED(1) | LOWTIDE_MODE_X_BITS(8) |
                          LOWTIDE_MODE_W_BITS(8) | LOWTIDE_MODE_GROUP(1) | LOWTIDE_MODE_BUDGET(1);
    engine.job_data = LOWTIDE_JOB(mode, K, 1);  // K chunks, one value in the last of them
    engine.job_valid = 1;
    engine.y_ready = 1;

    int beat = 0, column = 0, wrong = 0;
    for (int cycle = 0; column < N; ++cycle) {
        engine.x_valid = engine.w_valid = beat < K;
        uint32_t data = 0, weights = 0;
        for (int i = 0; i < N && beat < K; ++i) {
            data |= uint32_t(uint8_t(x[i][beat])) << 8 * i;
            weights |= uint32_t(uint8_t(w[beat][i])) << 8 * i;
        }
        engine.x_data = data, engine.w_data = weights;
        engine.eval();  // ready and valid follow from the inputs in the same cycle
        const bool job_taken = engine.job_valid && engine.job_ready, taken = engine.x_valid && engine.x_ready;
        if (engine.y_valid && engine.y_ready) {
            for (int row = 0; row < N; ++row) {
                int32_t sum = 0;
                for (int k = 0; k < K; ++k) sum += x[row][k] * w[k][column];
                wrong += value_of(engine, row) != sum;
            }
            ++column;
        }
        if (engine.error || cycle > 1000) {
            std::printf("error, reason %d, cycle %d\n", int(engine.reason), cycle);
            return 1;
        }
        clock(engine);
        if (job_taken) engine.job_valid = 0;
        beat += taken;
    }
    std::printf("%d values of Y in %d engine cycles, %d wrong\n", N * N, int(engine.cycles), wrong);
    return wrong != 0;
}
