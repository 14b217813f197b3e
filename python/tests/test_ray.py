"""Ray: what it signs is what one machine signs, row for row. Left out where there is no Ray."""

import pyarrow
import pyarrow.parquet
import pytest

import wirecopy
from wirecopy import batches

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def engine():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield ray.data
    ray.shutdown()


@pytest.fixture
def articles(plain_files):
    return plain_files


@pytest.mark.parametrize("name", ["signatures", "fingerprints"])
def test_rows_are_those_of_one_machine(engine, articles, name):
    from wirecopy import ray as wirecopy_ray

    dataset = engine.from_items(articles).repartition(3)
    rows = getattr(wirecopy_ray, name)(dataset).take_all()
    expected = getattr(batches, name)(pyarrow.Table.from_pylist(articles)).to_pylist()
    plain = [{key: list(value) if key == "signature" else value for key, value in row.items()} for row in rows]
    assert sorted(map(repr, plain)) == sorted(map(repr, expected))


def test_a_wrong_table_is_told_before_a_task_runs(engine):
    from wirecopy import ray as wirecopy_ray

    dataset = engine.from_items([{"id": "a", "raw": "some words"}])
    with pytest.raises(wirecopy.InputError, match="no text field"):
        wirecopy_ray.signatures(dataset)
    with pytest.raises(wirecopy.SettingsError, match="did you mean field"):
        wirecopy_ray.signatures(dataset, fields={"text": "raw"})
    assert wirecopy_ray.signatures(dataset, field={"text": "raw"}).count() == 2


def test_parquet_goes_in_and_comes_out(engine, articles, tmp_path):
    from wirecopy import ray as wirecopy_ray

    table = pyarrow.Table.from_pylist(articles)
    pyarrow.parquet.write_table(table, tmp_path / "articles.parquet")
    read = engine.read_parquet(str(tmp_path / "articles.parquet"))
    wirecopy_ray.fingerprints(read).write_parquet(str(tmp_path / "out"))
    assert pyarrow.parquet.read_table(tmp_path / "out").num_rows == batches.fingerprints(table).num_rows
