"""Spark: what it signs and what it scans is what one machine does, row for row. Left out where there is no pyspark."""

import json
import os
import random
import shutil
import signal
import sys
import time

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
    from cluster import JAVA_OPTIONS
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]").appName("tests").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.driver.extraJavaOptions", JAVA_OPTIONS).getOrCreate()
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


def sorted_rows(table):
    return sorted(map(repr, table.to_pylist()))


def assert_same(tables, report):
    """Fails with the first row that differs."""
    from wirecopy import spark

    for name in spark.TABLES:
        told, expected = sorted_rows(tables[name]), sorted_rows(getattr(report, name))
        differ = [(x, y) for x, y in zip(told, expected) if x != y][:1]
        assert told == expected, (name, len(told), len(expected), differ)


@pytest.fixture(scope="module")
def corpus_table():
    from conftest import CORPUS
    from test_spread import files

    return files(CORPUS)


@pytest.fixture(scope="module")
def hub():
    """Copies of one statement between words of their own; HUB says how many."""
    dice = random.Random(7)
    word = lambda: f"z{dice.randrange(50000)}q"
    statement = [word() for _ in range(60)]
    rows = []
    for number in range(int(os.environ.get("HUB", "300"))):
        copy = list(statement)
        if number % 20 == 19:
            copy[dice.randrange(60)] = word()
        text = " ".join([word() for _ in range(40)] + copy + [word() for _ in range(40)])
        day = f"2022-02-{1 + number % 10:02}"
        rows.append({"id": f"d{number:06}", "source": f"outlet{number % 20}", "time": day, "text": text})
    return pyarrow.Table.from_pylist(rows)


def test_a_scan_is_that_of_one_machine(session, corpus_table):
    from wirecopy import spark

    df = session.createDataFrame(corpus_table.to_pylist()).repartition(3)
    tables = spark.scan(df)
    assert_same({name: table.toArrow() for name, table in tables.all.items()}, wirecopy.scan(corpus_table))
    shutil.rmtree(tables.work)
    with pytest.raises(AttributeError, match="there are overlaps"):
        tables.overlap


def test_settings_that_cannot_be_spread_are_refused(session):
    from wirecopy import spark

    df = session.createDataFrame([{"id": "a", "text": "some words"}])
    for settings in ({"same_source": "skip"}, {"window": 3}, {"pairs": "all"}, {"memory": "1G"}):
        with pytest.raises(wirecopy.SettingsError):
            spark.scan(df, **settings)


@pytest.fixture
def cluster(tmp_path):
    from cluster import Cluster

    # One context a process: that of the session fixture is another one's, and the job has its own.
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    yield cluster
    cluster.end()


def test_a_cluster_that_loses_a_worker_writes_every_table(cluster, tmp_path, corpus_table, hub):
    from cluster import skew
    from wirecopy import spark

    articles = pyarrow.concat_tables([corpus_table, hub], promote_options="default")
    pyarrow.parquet.write_table(articles, tmp_path / "articles.parquet", row_group_size=articles.num_rows // 4)
    events, out = tmp_path / "events", tmp_path / "out"
    events.mkdir()
    job = cluster.submit("--input", str(tmp_path / "articles.parquet"), "--output", str(out), events=events)
    log = lambda: (cluster.folder / "job.log").read_text()[-3000:]
    end = time.monotonic() + 900
    # Once the first steps are written, the work is under way on both.
    while not (out / "_work" / "place" / "_SUCCESS").exists():
        assert time.monotonic() < end and job.poll() is None, log()
        time.sleep(0.2)
    # With its executor, which is in its group.
    os.killpg(cluster.workers[0].pid, signal.SIGKILL)
    assert job.wait(3000) == 0, log()
    assert not (out / "_work").exists()
    assert_same({name: pyarrow.parquet.read_table(out / name) for name in spark.TABLES}, wirecopy.scan(articles))
    records, size, run_time = skew(events)
    print(f"largest task: {records:.1f} times the median in records, {size:.1f} in bytes, {run_time:.1f} in time")
    # Not of the time: a small task on a busy machine takes what it takes.
    assert max(records, size) <= 20
