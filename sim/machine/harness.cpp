// A Verilated machine with its clock, an AXI4 memory and a host on its AXI4-Lite bus: the C++ half of sim/machine/host.py.

#include <cstdint>

#include "Vtop.h"
#include "axi_memory.h"
#include "machine.h"
#include "verilated.h"

namespace {

struct RandomRegisters : VerilatedContext {  // nothing may depend on a register that reset does not set
    explicit RandomRegisters(int seed) {
        randReset(2);
        randSeed(seed);
    }
};

struct Machine {
    RandomRegisters context;
    Vtop top{&context};
    lowtide::AxiMemory<Vtop> memory;
    uint64_t cycles = 0;

    Machine(uint64_t size, uint64_t seed) : context(int(seed) + 1), memory(top, size, seed) {
        top.s_axi_awvalid = top.s_axi_wvalid = top.s_axi_bready = top.s_axi_arvalid = top.s_axi_rready = 0;
        reset();
    }

    void reset() {
        top.rst = 1;
        top.clk = 0;
        top.eval();
        top.clk = 1;
        top.eval();
        memory.reset();
        top.rst = 0;
    }

    void tick() {
        top.clk = 0;
        top.eval();
        memory.sample();
        top.clk = 1;
        top.eval();
        memory.drive();
        ++cycles;
    }

    // a register is written or read; the response of the bus, or -1 where there is none for long
    int write(uint32_t address, uint32_t value, uint32_t strobe) {
        top.s_axi_awaddr = address;
        top.s_axi_awprot = protection();
        top.s_axi_wdata = value;
        top.s_axi_wstrb = strobe;
        top.s_axi_awvalid = top.s_axi_wvalid = 1;
        for (int wait = 0; wait < 100 && (top.s_axi_awvalid || top.s_axi_wvalid); ++wait) {
            top.clk = 0;
            top.eval();
            const bool address_taken = top.s_axi_awready, word_taken = top.s_axi_wready;
            tick();
            if (address_taken) top.s_axi_awvalid = 0;
            if (word_taken) top.s_axi_wvalid = 0;
        }
        return answer(top.s_axi_bready, top.s_axi_bvalid, top.s_axi_bresp);
    }

    int read(uint32_t address, uint32_t* value) {
        top.s_axi_araddr = address;
        top.s_axi_arprot = protection();
        top.s_axi_arvalid = 1;
        for (int wait = 0; wait < 100 && top.s_axi_arvalid; ++wait) {
            top.clk = 0;
            top.eval();
            const bool taken = top.s_axi_arready;
            tick();
            if (taken) top.s_axi_arvalid = 0;
        }
        top.eval();
        *value = top.s_axi_rdata;
        return answer(top.s_axi_rready, top.s_axi_rvalid, top.s_axi_rresp);
    }

    uint32_t protection() const { return cycles & 7; }  // any: nothing may depend on it

    template <typename Ready, typename Valid, typename Response>
    int answer(Ready& ready, const Valid& valid, const Response& response) {
        ready = 1;
        int found = -1;
        for (int wait = 0; wait < 100 && found < 0; ++wait) {
            top.clk = 0;
            top.eval();
            if (valid) found = response;
            tick();
        }
        ready = 0;
        return found;
    }

    bool run(uint64_t limit) {  // until the interrupt, at most so many cycles; whether it is raised
        for (uint64_t cycle = 0; cycle < limit; ++cycle) {
            if (top.irq) return true;
            tick();
        }
        return top.irq;
    }
};

}  // namespace

extern "C" {
void* machine_create(uint64_t size, uint64_t seed) { return new Machine(size, seed); }
void machine_destroy(void* machine) { delete static_cast<Machine*>(machine); }
void machine_reset(void* machine) { static_cast<Machine*>(machine)->reset(); }
int machine_write(void* machine, uint32_t address, uint32_t value, uint32_t strobe) {
    return static_cast<Machine*>(machine)->write(address, value, strobe);
}
int machine_read(void* machine, uint32_t address, uint32_t* value) {
    return static_cast<Machine*>(machine)->read(address, value);
}
int machine_run(void* machine, uint64_t limit) { return static_cast<Machine*>(machine)->run(limit); }
uint64_t machine_cycles(void* machine) { return static_cast<Machine*>(machine)->cycles; }
uint8_t* machine_memory(void* machine) { return static_cast<Machine*>(machine)->memory.bytes.data(); }
void machine_hold(void* machine, int held) { static_cast<Machine*>(machine)->memory.held = held; }
void machine_move(void* machine, uint64_t base) { static_cast<Machine*>(machine)->memory.base = base; }
void machine_behave(void* machine, const lowtide::AxiBehaviour* behaviour) {
    static_cast<Machine*>(machine)->memory.behaviour = *behaviour;
}
void machine_counts(void* machine, lowtide::AxiCounts* counts) {
    *counts = static_cast<Machine*>(machine)->memory.counts;
}
#ifdef SELECTOR  // an input that chooses among defects of the machine
void machine_select(void* machine, uint32_t number) { static_cast<Machine*>(machine)->top.SELECTOR = number; }
#endif
const char* machine_broken(void* machine) { return static_cast<Machine*>(machine)->memory.broken.c_str(); }
}
