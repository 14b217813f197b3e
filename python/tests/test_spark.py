"""Spark: what it signs is what one machine signs, row for row. Left out where there is no pyspark."""

import json
import shutil

import pyarrow
import pyarrow.parquet
import pytest

import wirecopy
from wirecopy import batches

pyspark = pytest.importorskip("pyspark")
if not shutil.which("java"):
    pytest.skip("no java", allow_module_level=True)


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("tests").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "4").config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def articles(plain_files):
    return plain_files


def test_signatures_are_those_of_one_machine(session, articles):
    from wirecopy import spark

    df = session.createDataFrame(articles).repartition(3)
    rows = sorted(map(tuple, spark.signatures(df).collect()), key=repr)
    expected = batches.signatures(pyarrow.Table.from_pylist(articles)).to_pylist()
    assert rows == sorted((tuple(row.values()) for row in expected), key=repr)
    one = wirecopy.signature(articles[0]["text"]).lanes
    assert [row[4] for row in rows if row[0] == articles[0]["id"] and row[1] == "article"] == [one]


def test_fingerprints_are_those_of_one_machine(session, articles):
    from wirecopy import spark

    df = session.createDataFrame(articles).repartition(3)
    rows = sorted((row.id, row.hash % 2**64, row.token) for row in spark.fingerprints(df).collect())
    expected = batches.fingerprints(pyarrow.Table.from_pylist(articles)).to_pylist()
    assert rows == sorted((row["id"], row["hash"], row["token"]) for row in expected)


def test_a_wrong_table_is_told_before_a_task_runs(session):
    from wirecopy import spark

    df = session.createDataFrame([{"id": "a", "raw": "some words"}])
    with pytest.raises(wirecopy.InputError, match="no text field"):
        spark.signatures(df)
    with pytest.raises(wirecopy.SettingsError, match="did you mean field"):
        spark.signatures(df, fields={"text": "raw"})
    assert spark.signatures(df, field={"text": "raw"}).count() == 2


def test_a_job_reads_and_writes_parquet(session, articles, tmp_path, monkeypatch):
    from wirecopy import spark

    lines = tmp_path / "articles.jsonl"
    lines.write_text("".join(json.dumps(article) + "\n" for article in articles))
    monkeypatch.setattr(type(session), "stop", lambda self: None)
    assert spark.main(["fingerprints", "--input", str(lines), "--output", str(tmp_path / "out")]) == 0
    written = pyarrow.parquet.read_table(tmp_path / "out")
    assert written.num_rows == batches.fingerprints(pyarrow.Table.from_pylist(articles)).num_rows
