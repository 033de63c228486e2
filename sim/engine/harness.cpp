// Drives the Verilated engine from whole operands in memory: the C++ half of sim/engine/model.py.
//
// Jobs, data and weights are offered in every cycle and results are always taken, so the counters tell what the
// hardware needs and not what a host can deliver. One call runs a list of matrix products; each is cut into tiles of
// ROWS x COLS results, one job each, row tiles outermost.

#include <cstdint>

#include "device.h"

namespace {

using lowtide::Device;
using lowtide::Words;
using lowtide::read;
using lowtide::write;

struct Product {  // one matrix product, laid out as sim/engine/library.py states it
    uint64_t mode;
    int64_t m, n, k, values;   // values of the reduction axis that one beat takes
    int64_t w_values;          // weights of a column in a chunk: as many, or one in a diagonal mode
    int64_t x_bits, w_bits;    // of one value in the streams
    int64_t passes;            // over the chunks
    const int8_t* planes;      // [passes, 2]: planes of x and w that a pass takes, -1 for whole values
    const int32_t* x;          // [m, k]
    const int32_t* w;          // [k, n], in a diagonal mode [chunks, n]
    const uint8_t* x_exponent; // [m, chunks], of block floating point, or null
    const uint8_t* w_exponent; // [chunks, n], or null
    int64_t* y;                // [m, n]
};

struct Statistics {
    uint64_t cycles;  // the engine's own counter: cycles in which a job was running
    uint64_t clocks;  // clock cycles from the first offer to the last result
    uint64_t reason;  // reason code of the error flag
};

enum Status { DONE = 0, ERROR_FLAG = 1, STUCK = 2 };

struct Cursor {  // walks over products, their tiles, and the beats or columns of each tile
    const Product* products;
    int64_t count, product = 0, row = 0, column = 0, step = 0;
    bool done() const { return product == count; }
    const Product& at() const { return products[product]; }
    int64_t chunks() const { return (at().k + at().values - 1) / at().values; }
    int64_t beats() const { return chunks() * at().passes; }
    int64_t chunk() const { return step % chunks(); }
    int plane(int side) const { return at().planes[2 * (step / chunks()) + side]; }
    void advance(int64_t steps) {
        if (++step < steps) return;
        step = 0;
        if ((column += COLS) < at().n) return;
        column = 0;
        if ((row += ROWS) < at().m) return;
        row = 0;
        ++product;
    }
};

struct Engine : Device {
    using Device::Device;

    void offer_job(const Cursor& at) {
        top.job_valid = !at.done();
        if (at.done()) return;
        Words job(MODE_BITS + CHUNK_BITS + TAIL_BITS);
        job.put(0, MODE_BITS, at.at().mode);
        job.put(MODE_BITS, CHUNK_BITS, at.chunks());
        job.put(MODE_BITS + CHUNK_BITS, TAIL_BITS, (at.at().k - 1) % at.at().values);
        write(top.job_data, job);
    }
    void offer_x(const Cursor& at) {
        top.x_valid = !at.done();
        if (at.done()) return;
        const Product& product = at.at();
        const int64_t start = at.chunk() * product.values;
        const int plane = at.plane(0);
        x.clear();
        for (int64_t r = 0; r < ROWS && at.row + r < product.m; ++r) {
            const int64_t row = at.row + r;
            for (int64_t i = 0; i < product.values && start + i < product.k; ++i) {
                const uint32_t value = product.x[row * product.k + start + i];
                x.put(r * X_PAYLOAD + i * product.x_bits, product.x_bits, plane < 0 ? value : value >> plane & 1);
            }
            if (product.x_exponent)
                x.put((r + 1) * X_PAYLOAD - X_EXPONENT, X_EXPONENT,
                      product.x_exponent[row * at.chunks() + at.chunk()]);
        }
        write(top.x_data, x);
    }
    void offer_w(const Cursor& at) {
        top.w_valid = !at.done();
        if (at.done()) return;
        const Product& product = at.at();
        const int64_t start = at.chunk() * product.w_values;
        const int64_t rows = product.w_values == product.values ? product.k : at.chunks();
        const int plane = at.plane(1);
        w.clear();
        for (int64_t c = 0; c < COLS && at.column + c < product.n; ++c) {
            const int64_t column = at.column + c;
            for (int64_t i = 0; i < product.w_values && start + i < rows; ++i) {
                const uint32_t value = product.w[(start + i) * product.n + column];
                w.put(c * W_PAYLOAD + i * product.w_bits, product.w_bits, plane < 0 ? value : value >> plane & 1);
            }
            if (product.w_exponent)
                w.put((c + 1) * W_PAYLOAD - W_EXPONENT, W_EXPONENT,
                      product.w_exponent[at.chunk() * product.n + column]);
        }
        write(top.w_data, w);
    }
    void take_y(const Cursor& at) {
        const Product& product = at.at();
        const int64_t column = at.column + at.step;
        if (column >= product.n) return;
        read(top.y_data, y);
        for (int64_t r = 0; r < ROWS && at.row + r < product.m; ++r)
            product.y[(at.row + r) * product.n + column] = y.get_signed(r * ACC_WIDTH, ACC_WIDTH);
    }

    bool load(int book, const int32_t* integers, int64_t count) {  // a codebook; false where it is in use or missing
#if CODEBOOK
        bool taken = true;
        for (int64_t place = 0; place < count && taken; ++place) {
            Words entry(CODEBOOK + 9);
            entry.put(0, CODEBOOK, uint32_t(integers[place]));
            entry.put(CODEBOOK, 8, place);
            entry.put(CODEBOOK + 8, 1, book);
            write(top.codebook_data, entry);
            top.codebook_valid = 1;
            settle();
            taken = top.codebook_ready;
            edge();
        }
        top.codebook_valid = 0;
        return taken;
#else
        return false;
#endif
    }

    Status run(const Product* products, int64_t count, uint64_t patience, Statistics* statistics) {
        top.clear = 1;
        clock();
        top.clear = 0;
        Cursor job{products, count}, xs{products, count}, ws{products, count}, ys{products, count};
        offer_job(job);
        offer_x(xs);
        offer_w(ws);
        top.y_ready = 1;
        uint64_t clocks = 0, last_progress = 0;
        Status status = DONE;
        while (!ys.done()) {
            settle();
            const bool job_taken = top.job_valid && top.job_ready, x_taken = top.x_valid && top.x_ready;
            const bool w_taken = top.w_valid && top.w_ready, y_given = top.y_valid;
            if (y_given) {
                take_y(ys);
                ys.advance(COLS);
            }
            edge();
            ++clocks;
            if (job_taken) { job.advance(1); offer_job(job); }
            if (x_taken) { xs.advance(xs.beats()); offer_x(xs); }
            if (w_taken) { ws.advance(ws.beats()); offer_w(ws); }
            if (job_taken || x_taken || y_given) last_progress = clocks;
            if (top.error) { status = ERROR_FLAG; break; }
            if (clocks - last_progress > patience) { status = STUCK; break; }
        }
        settle();
        *statistics = {top.cycles, clocks, top.reason};
        top.job_valid = top.x_valid = top.w_valid = 0;
        return status;
    }
};

}  // namespace

extern "C" {
void* lowtide_create() { return new Engine(0); }
void lowtide_destroy(void* engine) { delete static_cast<Engine*>(engine); }
int lowtide_load(void* engine, int book, const int32_t* integers, int64_t count) {
    return static_cast<Engine*>(engine)->load(book, integers, count);
}
int lowtide_run(void* engine, const Product* products, int64_t count, uint64_t patience, Statistics* statistics) {
    return static_cast<Engine*>(engine)->run(products, count, patience, statistics);
}
}
