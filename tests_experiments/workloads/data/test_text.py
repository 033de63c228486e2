"""The Brown corpus has the published size and is split by document."""

import numpy as np

from lowtide.workloads.data.brown import brown, documents


def test_brown_has_500_documents_of_fifteen_categories():
    names = [path.name for path in documents()]
    assert len(names) == 500 and len({name[1] for name in names}) == 15
    assert names[0] == "ca01" and names[-1] == "cr09"


def test_brown_is_split_by_document_and_has_a_million_words():
    data = brown()
    words = [len(part) for part in (data.train, data.valid, data.test)]
    assert sum(words) == 1_161_192 + 57_340  # the corpus and its sentences, as NLTK counts them
    assert 0.78 < words[0] / sum(words) < 0.82 and abs(words[1] - words[2]) < 0.02 * sum(words)
    assert len(data.vocabulary) == 10_001 and data.vocabulary[:2] == ("the", ",")
    counts = np.bincount(data.train, minlength=10_001)
    assert np.all(np.diff(counts[:-1]) <= 0) and counts[-2] > 0
    begin = " ".join(data.vocabulary[number] for number in data.train[:14])
    assert begin == "the fulton county grand jury said friday an investigation of <unk> recent primary election"
    for part in (data.valid, data.test):
        assert 0.07 < np.mean(part == 10_000) < 0.10
