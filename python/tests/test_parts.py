"""The parts, and the examples in the docstrings."""

import doctest

import polars
import pyarrow
import pytest

import wirecopy
from wirecopy import _index, _parts, _report, batches


@pytest.mark.parametrize("module", [wirecopy, _report, _index, _parts, batches])
def test_examples_hold(module, tmp_path):
    names = {**vars(wirecopy), "folder": tmp_path}
    result = doctest.testmod(module, globs=names, optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0 and result.failed == 0


def test_tokens_stand_where_python_counts():
    text = "Ünïcode 🙂 “wörds” here"
    assert [text[token.start : token.end] for token in wirecopy.tokens(text)] == ["Ünïcode", "wörds", "here"]
    assert wirecopy.tokens("") == [] and wirecopy.fingerprints("too short") == []


def test_eight_words_in_a_row_share_a_fingerprint():
    run = "one two three four five six seven eight"
    hashes = lambda text: {fingerprint.hash for fingerprint in wirecopy.fingerprints(text)}
    assert hashes(f"alpha beta {run} gamma") & hashes(f"delta {run}")
    for fingerprint in wirecopy.fingerprints(run * 3):
        assert fingerprint.token < len(wirecopy.tokens(run * 3))


def test_near_duplicates_share_a_band():
    text = " ".join(f"word{at}" for at in range(200))
    a, b = wirecopy.signature(text), wirecopy.signature(text + " and more")
    assert 0.9 < a.resemblance(b) < 1
    assert set(a.bands()) & set(b.bands()) and len(a.bands()) == 48
    assert not set(a.bands()) & set(wirecopy.signature("something else entirely, of other words").bands())
    with pytest.raises(wirecopy.SettingsError, match='expected "article" or "paragraph"'):
        wirecopy.Signature("page", None, 5, a.lanes).bands()


def test_batches_hold_what_single_texts_give(articles):
    table = pyarrow.Table.from_pylist(articles)
    signed = batches.signatures(table).to_pylist()
    expected = [(a["id"], *signature) for a in articles for signature in wirecopy.signatures(a["text"])]
    assert [tuple(row.values()) for row in signed] == expected
    found = batches.fingerprints(polars.DataFrame(articles)).to_pylist()
    expected = [(a["id"], *fingerprint) for a in articles for fingerprint in wirecopy.fingerprints(a["text"])]
    assert [tuple(row.values()) for row in found] == expected
    for wrong, says in [(table.drop_columns("id"), "an article without an id"), (articles, "a list: expected an Arrow")]:
        with pytest.raises(wirecopy.InputError, match=says):
            batches.signatures(wrong)
