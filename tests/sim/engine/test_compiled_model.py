"""The compiled model: exhaustive and random arithmetic against golden, agreement with cocotb, refused operands."""

import functools
import json

import numpy as np
import pytest

from lowtide import golden
from lowtide.hw import CONFIGURATIONS, ArrayConfig, Engine, Mode
from lowtide.hw.pe import KINDS
from lowtide.sim import Model, ModelError
from lowtide.sim.cocotb.run import run_bench
from lowtide.sim.engine.packing import weight_rows

from golden_jobs import operand, random_jobs, random_mode, stored
from long_cases import long
from named_arrays import narrow, sized


@functools.cache
def model(name):
    return Model(sized(name, 3, 2))


def check(compiled, x, w, mode, **options):
    """The model's result, exact in value and cycles."""
    result = compiled.gemm(x, w, mode, **options)
    stated = golden.gemm(x, w, mode, compiled.config)
    assert np.array_equal(result.y, stated.y), mode.label()
    assert result.cycles == stated.cycles, mode.label()
    return result


@pytest.mark.parametrize("name", [name for name in CONFIGURATIONS if name.endswith("_all_types")])
def test_all_pairs_of_8_bit_operands_in_every_mode_and_lane(name):
    """65,536 operand pairs, in every mode of the configuration, the value pair in each place of a chunk in turn."""
    compiled = model(name)
    modes = compiled.config.modes()
    assert {(mode.x_signed, mode.w_signed) for mode in modes} == {(a, b) for a in (0, 1) for b in (0, 1)}
    for number, mode in enumerate(modes):
        xs, ws = (np.arange(256) - 128 * side for side in (mode.x_signed, mode.w_signed))
        lanes = range(8) if mode in (modes[0], modes[-1]) else [number % 8]
        for lane in lanes:
            x, w = np.zeros((256, 8), np.int64), np.zeros((8, 256), np.int64)
            x[:, lane], w[lane] = xs, ws
            if mode.diagonal:  # one weight a chunk; its column says with which datum it is multiplied
                x[:], w = xs[:, None], ws[None]
            result = check(compiled, x, w, mode)
            if not mode.select:
                assert np.array_equal(result.y, np.outer(xs, ws))


@pytest.mark.parametrize("group", [4, 8])
def test_100000_random_groups_show_the_terms_that_golden_states(group):
    reveal_random_groups(model("term_8x8_g8_l8"), group, 100_000, seed=group)


def test_100000_random_groups_of_16():
    config = ArrayConfig(name="test_model_g16", kind="term", rows=2, cols=2, lanes=4, group=16, encodings=("hese",))
    reveal_random_groups(Model(config), 16, 100_000, seed=16)


def reveal_random_groups(compiled, group, count, seed):
    """With the identity for X the result is the revealed weights themselves."""
    rng = np.random.default_rng(seed)
    budgets = rng.permutation(np.arange(1, 4 * group + 1))[:20]
    for part in np.array_split(operand(rng, (group, count), 8, True), len(budgets), axis=1):
        mode = Mode(hese=True, select=True, group=group, budget=int(rng.choice(budgets)))
        result = check(compiled, np.eye(group, dtype=np.int64), part, mode)
        revealed = golden.reveal(part, group=group, budget=mode.budget, axis=0)
        assert np.array_equal(result.y, revealed)


@pytest.mark.parametrize("m, n, k", [(1, 1, 1), (3, 5, 7), (3, 2, 8), (9, 17, 64), (20, 3, 300), (64, 64, 9)])
@pytest.mark.parametrize("name", ["parallel_8x8_l8", "term_8x8_g8_l8", "parallel_8x8_l8_unbuffered"])
def test_any_shape_is_tiled(name, m, n, k):
    compiled, rng = model(name), np.random.default_rng(m * n * k)
    mode = random_mode(compiled.config, rng)
    w = operand(rng, (weight_rows(k, compiled.config, mode), n), 8, mode.w_signed)
    check(compiled, operand(rng, (m, k), 8, mode.x_signed), w, mode)


LONG = [(16, 1), (1, 24), (9, 2), (1, 19)]  # one for each kind; tests_long has each of them for every kind, wider


@pytest.mark.parametrize("kind, rows, cols", [(kind, *LONG[place % 4]) for place, kind in enumerate(KINDS)])
def test_long_arrays_whose_skew_is_cut_into_blocks(kind, rows, cols):
    """Whole blocks of eight lanes, two and three, and with a rest, in one piece and cut."""
    compiled = Model(narrow(kind, rows, cols, name=f"test_model_{kind}_{rows}x{cols}"), quick=True)
    rng = np.random.default_rng(rows * cols)
    for k in (1, 3, 80):
        mode = random_mode(compiled.config, rng).change(group_exponent=False)
        w = stored(rng, (weight_rows(k, compiled.config, mode), 2 * cols), mode, "w")
        check(compiled, stored(rng, (rows + 3, k), mode, "x"), w, mode)


@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "unbuffered"])
def test_sixty_four_rows(buffered):
    """Rows of the tallest named arrays: every mode, jobs shorter and longer than the way down, one after the other."""
    config = ArrayConfig(
        name=f"test_model_64x2_{buffered}", rows=64, cols=2, lanes=2, x_width=4, w_width=4, result_buffer=buffered
    )
    compiled, rng = Model(config, quick=True), np.random.default_rng(64)
    products = [
        (stored(rng, (m, k), mode, "x"), stored(rng, (weight_rows(k, config, mode), 5), mode, "w"), mode)
        for mode in config.modes()
        for m, k in ((64, 1), (67, 9), (130, 150))
    ]
    result = compiled.run(products)
    expected = [golden.gemm(x, w, mode, config) for x, w, mode in products]
    assert all(np.array_equal(y, stated.y) for y, stated in zip(result.y, expected, strict=True))
    tiles = [-(-len(x) // 64) * 3 for x, _, _ in products]
    jobs = [golden.job_cycles(x.shape[1], mode, config) for x, _, mode in products]
    each = [cycles for cycles, count in zip(jobs, tiles, strict=True) for _ in range(count)]
    assert result.cycles == golden.sequence_cycles(each, config)


def test_products_in_different_modes_follow_each_other_without_a_cycle_lost():
    compiled, rng = model("term_8x8_g8_l8"), np.random.default_rng(3)
    modes = compiled.config.modes()
    products = [
        (
            operand(rng, (3, 64), 8, mode.x_signed),
            operand(rng, (weight_rows(64, compiled.config, mode), 2), 8, True),
            mode,
        )
        for mode in [*modes, modes[0]]
    ]
    result = compiled.run(products)
    for (x, w, mode), y in zip(products, result.y, strict=True):
        assert np.array_equal(y, golden.gemm(x, w, mode, compiled.config).y), mode.label()
    assert result.cycles == sum(golden.job_cycles(64, mode, compiled.config) for _, _, mode in products)


@pytest.mark.parametrize("kind", [kind if kind in ("term", "bit_plane") else long(kind) for kind in KINDS])
def test_compiled_model_and_cocotb_agree_on_results_and_cycles(kind, tmp_path):
    config = ArrayConfig(name=f"test_model_{kind}_3x2", kind=kind, rows=3, cols=2, **KINDS[kind].example)
    seed, count, most_chunks = 77, 25, 7
    run_bench(
        Engine(config),
        "bench_record",
        seed=seed,
        config=config.parameters(),
        jobs=count,
        most_chunks=most_chunks,
        file=str(tmp_path / "record.json"),
    )
    recorded = json.loads((tmp_path / "record.json").read_text())
    jobs = random_jobs(config, np.random.default_rng(seed), count, most_chunks)
    result = Model(config).run([(job.x, job.w, job.mode, job.x_exponents, job.w_exponents) for job in jobs])
    assert recorded["results"] == [y.tolist() for y in result.y]
    assert recorded["cycles"] == result.cycles


def test_accumulator_wraps_only_when_asked_to():
    config = ArrayConfig(name="test_model_wrap", rows=2, cols=2, lanes=4, acc_width=16)
    compiled, mode = Model(config), Mode()
    largest = config.largest_k(mode)
    x, w = np.full((2, largest + 1), -128), np.full((largest + 1, 2), -128)
    check(compiled, x[:, :largest], w[:largest], mode)
    with pytest.raises(ValueError, match=f"K is {largest + 1}, allowed are 1 to {largest}"):
        compiled.gemm(x, w, mode)
    assert (check(compiled, x, w, mode, allow_overflow=True).y < 0).all()


X, W = np.zeros((2, 4), np.int8), np.zeros((4, 2), np.int8)
BAD = [
    (X.astype(float), W, Mode(), "x has dtype float64, allowed are integer dtypes"),
    (X, W.astype(bool), Mode(), "w has dtype bool"),
    (X[0], W, Mode(), r"x has shape \(4,\), allowed are two dimensions"),
    (X[:0], W, Mode(), r"x has shape \(0, 4\)"),
    (X, W[:3], Mode(), "w has 3 rows, x has 4 columns"),
    (X.astype(int) + 128, W, Mode(), "x has values 128 to 128, allowed in this mode are -128 to 127"),
    (X, W.astype(int) - 9, Mode(w_bits=4), "w has values -9 to -9, allowed in this mode are -8 to 7"),
    (X - 1, W, Mode(x_signed=False), "x has values -1 to -1, allowed in this mode are 0 to 255"),
    (X, W, Mode(select=True), "select is 1, configuration parallel_8x8_l8_3x2 has 0"),
    (X, W, Mode(w_signed=False), "w_signed is 0, configuration parallel_8x8_l8_3x2 has 1"),
    (
        np.zeros((1, 65535 * 8 + 1), int),
        np.zeros((65535 * 8 + 1, 1), int),
        Mode(),
        "K is 524281, allowed are 1 to 524280: a job has at most 65535 chunks",
    ),
    (X, W, Mode(x_bits=9), "x_bits is 9, configuration parallel_8x8_l8_3x2 has 2 to 8"),
]


@pytest.mark.parametrize("x, w, mode, message", BAD)
def test_bad_operands_are_named(x, w, mode, message):
    with pytest.raises(ValueError, match=message):
        model("parallel_8x8_l8").gemm(x, w, mode)


def test_an_error_flag_of_the_hardware_is_an_exception_and_the_model_recovers():
    compiled = model("term_8x8_g8_l8")
    lossless = next(mode for mode in compiled.config.modes() if not mode.select)
    word = lossless.change(budget=1).word()

    class Unchecked(Mode):
        """A mode whose word asks for what the software side would have refused."""

        def word(self):
            return word

    x, w = np.ones((8, 8), int), np.ones((8, 8), int)
    mode = Unchecked(**{name: getattr(lossless, name) for name in lossless.__dataclass_fields__})
    with pytest.raises(ModelError, match="BUDGET_NOT_LOSSLESS"):
        compiled.gemm(x, w, mode)
    check(compiled, x, w, lossless)
