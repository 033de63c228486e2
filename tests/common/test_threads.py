"""Libraries of linear algebra with one thread: inside of the context, in rows of experiments, in the compiler."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lowtide.command import main
from lowtide.common.threads import one_thread
from lowtide.compiler.programs import integer_network


def threads() -> set[int]:
    """Of the libraries of linear algebra that are loaded."""
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_threads():
    np.ones((2, 2)) @ np.ones((2, 2))
    with threadpool_limits(limits=2):
        yield


def test_one_thread_inside_and_as_many_as_before_behind():
    assert threads() == {2}
    with one_thread():
        assert threads() == {1}
    assert threads() == {2}


def test_a_model_is_quantised_with_one(monkeypatch, tmp_path, capsys):
    found = []
    monkeypatch.setattr(integer_network, "quantise_graph", lambda *stated: found.append(threads()) or 1 / 0)
    assert main(["export", "digits", "-o", str(tmp_path / "digits.onnx")]) == 0
    with pytest.raises(ZeroDivisionError):
        main(["compile", str(tmp_path / "digits.onnx"), "-o", str(tmp_path / "made")])
    assert found == [{1}] and threads() == {2}
