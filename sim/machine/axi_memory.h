// An AXI4 memory in C++ for any Verilated design with the ports m_axi_...: latency, stalls, faults, and the bus's rules.
//
// A cycle: settle the design; call sample(), which notes what is on the bus and checks it; rising edge; call drive(),
// which sets what the memory shows from then on. Where their channel stalls at random, answers of different ids overtake
// each other and are mixed beat by beat; else they come in order, as do those of one id always. Data are written when
// their burst is whole.

#ifndef LOWTIDE_AXI_MEMORY_H
#define LOWTIDE_AXI_MEMORY_H

#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <type_traits>
#include <vector>

namespace lowtide {

struct AxiBehaviour {   // all of it may change between two cycles
    uint32_t latency;   // cycles from an address to its first beat, or from the last beat to the response
    uint32_t stall[5];  // of 256, how often ar, r, aw, w, b stand still for a cycle
    uint64_t read_fault[2], write_fault[2];  // bytes from, up to which reads or writes answer with an error
    uint32_t response;  // that error: 2 SLVERR, 3 DECERR; or NEVER: none comes, nor does what stands behind it
};

struct AxiCounts {
    uint64_t cycles, read_bursts, read_beats, write_bursts, write_beats, most_outstanding;
};

template <typename Top> class AxiMemory {
  public:
    static constexpr uint32_t NEVER = 4;
    AxiBehaviour behaviour{};
    AxiCounts counts{};
    std::vector<uint8_t> bytes;
    uint64_t base = 0;   // address of the first of them; all others answer with an error
    std::string broken;  // the first rule that the master broke
    bool held = false;   // in reset: it forgets what it was asked for, and takes and gives nothing

    AxiMemory(Top& top, uint64_t size, uint64_t seed) : bytes(size, 0), top(top), state(seed * 2 + 1) { reset(); }

    void reset() {
        reads.clear();
        writes.clear();
        responses.clear();
        write_data.clear();
        had = {};
        in_write = false;
        top.m_axi_arready = top.m_axi_awready = top.m_axi_wready = top.m_axi_rvalid = top.m_axi_bvalid = 0;
    }

    void sample() {
        ++counts.cycles;
        if (held) return reset();
        Seen now = look();
        stable(had.ar, now.ar, had.arvalid && !had.arready, now.arvalid, "ar");
        stable(had.aw, now.aw, had.awvalid && !had.awready, now.awvalid, "aw");
        stable(had.w, now.w, had.wvalid && !had.wready, now.wvalid, "w");
        if (now.arvalid && now.arready) {
            Burst burst = taken(now.ar, "ar");
            burst.due = counts.cycles + behaviour.latency;
            reads.push_back(burst);
            counts.read_bursts++;
            if (reads.size() > counts.most_outstanding) counts.most_outstanding = reads.size();
        }
        if (now.awvalid && now.awready) {
            writes.push_back(taken(now.aw, "aw"));
            counts.write_bursts++;
        }
        if (in_write && !now.wvalid) breaks("w: valid falls within a burst");
        if (now.wvalid && now.wready) {
            write_data.push_back(now.w);
            counts.write_beats++;
        }
        in_write = now.wvalid ? !(now.wready && now.w.last) : false;
        if (now.rvalid && now.rready) answered();
        if (now.bvalid && now.bready) responses.erase(responses.begin() + shown_response);
        commit();
        had = now;
    }

    void drive() {
        if (held) return;
        top.m_axi_arready = moves(0);
        top.m_axi_awready = moves(2);
        top.m_axi_wready = moves(3);
        if (!had.rvalid || had.rready) show_read();
        if (!had.bvalid || had.bready) show_response();
    }

  private:
    struct Address {
        uint64_t id, addr, len, size, burst;
    };
    struct Beat {
        std::vector<uint8_t> data;
        uint64_t strobe, last;
    };
    struct Burst {
        uint64_t id, addr, len, at, due, response;
    };
    struct Seen {
        bool arvalid, arready, awvalid, awready, wvalid, wready, rvalid, rready, bvalid, bready;
        Address ar, aw;
        Beat w;
    };

    Top& top;
    uint64_t state;
    std::deque<Burst> reads, writes, responses;
    std::deque<Beat> write_data;
    Seen had{};
    bool in_write = false;
    size_t shown_read = 0, shown_response = 0;
    static constexpr uint64_t width = sizeof(std::declval<Top&>().m_axi_rdata);

    uint32_t random() {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        return uint32_t(state >> 33);
    }
    bool moves(int channel) { return (random() & 255) >= behaviour.stall[channel]; }
    void breaks(const std::string& what) {
        if (broken.empty()) broken = "cycle " + std::to_string(counts.cycles) + ": " + what;
    }

    Seen look() const {
        Seen seen{};
        seen.arvalid = top.m_axi_arvalid, seen.arready = top.m_axi_arready;
        seen.awvalid = top.m_axi_awvalid, seen.awready = top.m_axi_awready;
        seen.wvalid = top.m_axi_wvalid, seen.wready = top.m_axi_wready;
        seen.rvalid = top.m_axi_rvalid, seen.rready = top.m_axi_rready;
        seen.bvalid = top.m_axi_bvalid, seen.bready = top.m_axi_bready;
        seen.ar = {top.m_axi_arid, top.m_axi_araddr, top.m_axi_arlen, top.m_axi_arsize, top.m_axi_arburst};
        seen.aw = {top.m_axi_awid, top.m_axi_awaddr, top.m_axi_awlen, top.m_axi_awsize, top.m_axi_awburst};
        seen.w.data.resize(width);
        std::memcpy(seen.w.data.data(), &top.m_axi_wdata, width);
        seen.w.strobe = top.m_axi_wstrb;
        seen.w.last = top.m_axi_wlast;
        return seen;
    }
    static bool same(const Address& a, const Address& b) {
        return a.id == b.id && a.addr == b.addr && a.len == b.len && a.size == b.size && a.burst == b.burst;
    }
    static bool same(const Beat& a, const Beat& b) {
        return a.data == b.data && a.strobe == b.strobe && a.last == b.last;
    }
    template <typename Payload>
    void stable(const Payload& before, const Payload& now, bool waited, bool valid, const char* channel) {
        if (!waited) return;
        if (!valid) breaks(std::string(channel) + ": valid falls before ready");
        else if (!same(before, now)) breaks(std::string(channel) + ": changes before ready");
    }
    Burst taken(const Address& address, const char* channel) {
        const std::string name = channel;
        const uint64_t end = address.addr + (address.len + 1) * width - 1;
        if ((1ull << address.size) != width) breaks(name + ": beats are not as wide as the bus");
        if (address.burst != 1) breaks(name + ": not INCR");
        if (address.addr % width) breaks(name + ": address within a beat");
        if (address.addr / 4096 != end / 4096) breaks(name + ": crosses 4 KB");
        return {address.id, address.addr, address.len, 0, 0, 0};
    }
    static bool within(const uint64_t* range, uint64_t from, uint64_t size) {
        return from < range[1] && from + size > range[0];
    }
    bool faulty_read(const Burst& burst) const {  // its next beat
        return within(behaviour.read_fault, burst.addr + burst.at * width, width);
    }
    bool has(uint64_t beat) const { return beat >= base && beat + width <= base + bytes.size(); }
    void show_read() {
        std::vector<size_t> ready;  // the first burst of each id whose time has come
        for (size_t i = 0; i < reads.size(); ++i) {
            bool first = true;
            for (size_t j = 0; j < i; ++j) first &= reads[j].id != reads[i].id;
            if (behaviour.response == NEVER && faulty_read(reads[i])) break;
            if (first && reads[i].due <= counts.cycles) ready.push_back(i);
        }
        top.m_axi_rvalid = !ready.empty() && moves(1);
        if (!top.m_axi_rvalid) return;
        shown_read = ready[ready.size() > 1 && behaviour.stall[1] ? random() % ready.size() : 0];
        const Burst& burst = reads[shown_read];
        const uint64_t from = burst.addr + burst.at * width;
        const bool fault = faulty_read(burst) || !has(from);
        top.m_axi_rid = burst.id;
        top.m_axi_rresp = fault ? behaviour.response : 0;
        top.m_axi_rlast = burst.at == burst.len;
        if (has(from)) std::memcpy(&top.m_axi_rdata, &bytes[from - base], width);
    }
    void answered() {
        counts.read_beats++;
        if (reads[shown_read].at++ == reads[shown_read].len) reads.erase(reads.begin() + shown_read);
    }
    void commit() {  // whole bursts of writes go into memory
        while (!writes.empty() && write_data.size() > writes[0].len) {
            Burst burst = writes[0];
            if (behaviour.response == NEVER && within(behaviour.write_fault, burst.addr, (burst.len + 1) * width)) break;
            writes.pop_front();
            for (uint64_t beat = 0; beat <= burst.len; ++beat) {
                const Beat& w = write_data[0];
                const uint64_t at = burst.addr + beat * width;
                if (w.last != (beat == burst.len)) breaks("w: last at the wrong beat");
                const bool fault = within(behaviour.write_fault, at, width) || !has(at);
                if (fault) burst.response = behaviour.response;
                for (uint64_t i = 0; i < width && !fault; ++i)
                    if (w.strobe >> i & 1) bytes[at - base + i] = w.data[i];
                write_data.pop_front();
            }
            burst.due = counts.cycles + behaviour.latency;
            responses.push_back(burst);
        }
        if (writes.empty() && write_data.size() > 512) breaks("w: data without an address");
    }
    void show_response() {
        std::vector<size_t> ready;
        for (size_t i = 0; i < responses.size(); ++i) {
            bool first = true;
            for (size_t j = 0; j < i; ++j) first &= responses[j].id != responses[i].id;
            if (first && responses[i].due <= counts.cycles) ready.push_back(i);
        }
        top.m_axi_bvalid = !ready.empty() && moves(4);
        if (!top.m_axi_bvalid) return;
        shown_response = ready[ready.size() > 1 && behaviour.stall[4] ? random() % ready.size() : 0];
        top.m_axi_bid = responses[shown_response].id;
        top.m_axi_bresp = responses[shown_response].response;
    }
};

}  // namespace lowtide

#endif
