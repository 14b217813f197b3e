"""The notebook of docs/ runs from its first cell to its last, and keeps nothing of what it shows."""

import nbclient
import nbformat
import pytest


@pytest.fixture
def notebook(corpus):
    return nbformat.read(corpus.parent / "docs/python.ipynb", as_version=4)


def test_no_outputs_are_stored(notebook):
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) > 5
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_every_cell_runs_and_the_report_shows_itself(notebook, corpus, tmp_path, monkeypatch):
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "corpus").symlink_to(corpus)
    # What a kernel leaves behind goes with the test.
    for name in ["TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"]:
        monkeypatch.setenv(name, str(tmp_path))
    resources = {"metadata": {"path": str(docs)}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    shown = [
        output.data
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.endswith("\nreport")
        for output in cell.outputs
    ]
    assert len(shown) == 1
    assert "<b>wirecopy</b>" in shown[0]["text/html"] and "<table>" in shown[0]["text/html"]
    assert not list(docs.iterdir()), "it writes beside itself"
