"""Training improves what rounding broke, prunes what it is told to, learns from a teacher, and repeats itself."""

import numpy as np
import pytest

from lowtide.experiments.training.batch_norms import standardised, with_batch_norms, without_relus
from lowtide.experiments.training.fine_tune import FLOAT, fine_tune
from lowtide.experiments.training.recipe import Distillation, IterativePruning, Recipe
from lowtide.golden.network import Plan, quantise_graph, run_fake_quantised
from lowtide.golden.number_formats import (
    BinaryConnect,
    BinaryNetwork,
    BinaryWeights,
    Codebook,
    TernaryWeights,
    TrainedTernary,
)
from lowtide.golden.reduce import apply_masks, magnitude_masks, structured_mask, total_count
from lowtide.workloads.data.digits import digits
from lowtide.workloads.networks.digits_mlp import digits_mlp, prepare
from lowtide.workloads.networks.perceptron import perceptron


@pytest.fixture(scope="module")
def task():
    data = digits()
    return digits_mlp(), prepare(data.train), data.train_labels, prepare(data.test), data.test_labels


def accuracy(scores, labels):
    return np.mean(scores.argmax(axis=1) == labels)


def tune(task, plan=None, graph=None, epochs=6, rate=2e-3, **more):
    return fine_tune(
        graph or task[0], task[1], task[2], Recipe(epochs=epochs, batch=32, rate=rate), plan or FLOAT, **more
    )


def score(found, task):
    return accuracy(run_fake_quantised(found.quantised(), task[3]), task[4])


@pytest.mark.parametrize(
    "format",
    [TernaryWeights(), TrainedTernary(), BinaryWeights(), Codebook(16, bits=8)],
    ids=lambda format: format.name,
)
def test_fine_tuning_wins_back_what_rounding_lost(task, format):
    plan = Plan(weights=format, activations=None, per_channel=False)
    rounded, after = run_fake_quantised(quantise_graph(task[0], task[1], plan), task[3]), tune(task, plan)
    assert score(after, task) > 0.88 and score(after, task) >= accuracy(rounded, task[4])
    levels = {"TWN": 3, "BWN": 2}.get(format.name, 3 if format.name.startswith("TTQ") else 16)
    assert all(len(np.unique(after.graph.node(f"linear{number}").weight)) <= levels for number in range(3))


def test_binary_network_with_batch_norms_learns(task):
    graph = standardised(without_relus(with_batch_norms(task[0])), task[1])
    plan = Plan(weights=BinaryNetwork(), activations=BinaryConnect(), activation_overrides={"input": None})
    found = tune(task, plan, graph, epochs=15, rate=1e-2)
    assert score(found, task) > 0.85
    assert set(np.unique(found.graph.node("linear1").weight)) == {-1, 1}
    tensors = {}
    run_fake_quantised(found.quantised(), task[3], record=tensors.__setitem__)
    assert set(np.unique(tensors["linear0.norm"])) == {-1, 1}


def test_same_seed_same_network_other_seed_another(task):
    first, again = (tune(task, epochs=1).graph for _ in range(2))
    assert np.array_equal(first.node("linear0").weight, again.node("linear0").weight)
    other = fine_tune(task[0], task[1], task[2], Recipe(epochs=1, batch=32, rate=2e-3, seed=2)).graph
    assert not np.array_equal(first.node("linear0").weight, other.node("linear0").weight)


@pytest.mark.parametrize("scope", ["global", "layer"])
def test_iterative_pruning_reaches_its_share_and_beats_one_shot(task, scope):
    found = tune(task, pruning=IterativePruning(share=0.9, scope=scope))
    total = total_count(found.graph)
    assert total.kept_weights == pytest.approx(0.1 * total.weights, abs=3)
    if scope == "layer":
        kept = [np.mean(found.graph.node(f"linear{n}").weight != 0) for n in range(3)]
        assert np.allclose(kept, 0.1, atol=0.01)
    shot = apply_masks(task[0], magnitude_masks(task[0], 0.9, scope=scope))
    assert score(found, task) > accuracy(shot.run(task[3]), task[4]) + 0.1


def test_given_masks_stay(task):
    masks = {name: structured_mask(task[0].node(name).weight, 2, 4) for name in ("linear0", "linear1")}
    found = tune(task, masks=masks, epochs=2).graph
    for name, mask in masks.items():
        assert np.array_equal(found.node(name).weight != 0, mask)
    assert found.node("linear2").weight.all()


def test_pruned_and_quantised_at_once(task):
    found = tune(task, Plan(weights=TernaryWeights(), activations=None), pruning=IterativePruning(share=0.5), epochs=2)
    assert np.mean(found.weights["linear0"].values == 0) >= 0.4 and score(found, task) > 0.9


def test_a_student_without_labels_learns_from_its_teacher(task):
    rng = np.random.default_rng(0)
    student = perceptron([rng.normal(0, 0.2, (64, 12)), rng.normal(0, 0.4, (12, 10))], [np.zeros(12), np.zeros(10)])
    scores = task[0].run(task[1])
    wrong = (task[0], task[1], np.zeros_like(task[2]), task[3], task[4])
    found = tune(wrong, graph=student, epochs=40, distillation=Distillation(scores=scores, share=1.0))
    assert accuracy(found.graph.run(task[3]), task[4]) > 0.85  # from the teacher alone: all its labels are zero
    lost = tune(wrong, graph=student, epochs=5, distillation=Distillation(scores=scores, share=0.0))
    assert accuracy(lost.graph.run(task[3]), task[4]) < 0.2


def test_data_that_do_not_fit_are_refused(task):
    with pytest.raises(ValueError, match="scores has 2 samples, allowed are 898"):
        tune(task, distillation=Distillation(scores=np.ones((2, 10))))
    with pytest.raises(ValueError, match="labels has 3 samples, allowed are 898"):
        tune((task[0], task[1], task[2][:3]))
    with pytest.raises(ValueError, match="plan has scales 'dynamic'"):
        tune(task, Plan(scales="dynamic"))
