"""A scan on Spark: the tables of `wirecopy.scan`, row for row, and what articles are compared by. The wheel does the work, in
`mapInArrow`, and Spark brings rows together; nothing that grows with the articles is collected.

>>> from wirecopy import spark as wirecopy_spark                      # doctest: +SKIP
>>> wirecopy_spark.scan(df).articles.write.parquet("articles")        # doctest: +SKIP

From a shell, or with spark-submit: `python -m wirecopy.spark --input articles.parquet --output report`.
"""

import argparse
import tempfile
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wirecopy import TABLES as _ALL_TABLES
from wirecopy import _core
from wirecopy import batches as _batches
from wirecopy._articles import no_articles
from wirecopy._errors import InputError

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["TABLES", "Tables", "fingerprints", "scan", "signatures"]

# Those that steps tell.
TABLES = [name for name in _ALL_TABLES if f"table_{name}" in _core.spread_plan()[3]]

# Spark has no unsigned numbers: hashes are the same 64 bits, read as signed; lanes fit into 64.
SIGNATURES = "id string, unit string, paragraph int, shingle int, signature array<bigint>"
FINGERPRINTS = "id string, hash bigint, token int"


class Tables:
    """Tables of a scan as DataFrames, by name: `tables.articles`, or all of them in `tables.all`. They lie in the folder
    `work` until it is deleted."""

    def __init__(self, tables: "dict[str, DataFrame]", work: str, rounds: "dict[str, int]") -> None:
        self.all = tables
        self.work = work
        self.rounds = rounds

    def __getattr__(self, name: str) -> "DataFrame":
        try:
            return self.__dict__["all"][name]
        except KeyError:
            raise AttributeError(f"no table is called {name}; there are {', '.join(TABLES)}") from None


def scan(df: "DataFrame", *, work: "str | None" = None, **settings: Any) -> Tables:
    """Finds all that the articles of a table share. The tables are those of `wirecopy.scan`, row for row, in no order.

    Settings: field, source, min_words, candidates, same_source ("separate" or "count"), outlets (a mapping). `work` is a
    folder that all machines reach, in which rows lie between the steps: without it a folder in that of Spark's
    checkpoints, or, where Spark runs on one machine, a temporary one. Every article needs an id.
    """
    from wirecopy._spread import Spread

    _check(df, settings)
    session = df.sparkSession
    spread = Spread(session, work or _work(session), settings)
    name = "spark.sql.maxConcurrentOutputFileWriters"
    before = session.conf.get(name)
    # Rows of a step need not be sorted once more to be written by streams.
    session.conf.set(name, "40")
    try:
        spread.run(df)
    finally:
        session.conf.set(name, before)
    return Tables({name: spread.table(name) for name in TABLES}, spread.work, spread.rounds)


def _check(df: "DataFrame", settings: "dict[str, Any]") -> None:
    _core.spread_check(settings)
    _core.spread_articles(no_articles(df.columns), settings)


def _work(session: "SparkSession") -> str:
    folder = session.sparkContext.getCheckpointDir()
    if folder:
        return f"{folder.rstrip('/')}/wirecopy-{uuid.uuid4()}"
    if session.sparkContext.master.startswith("local"):
        return tempfile.mkdtemp(prefix="wirecopy-")
    raise InputError("no folder for rows between the steps: give work=, or set a checkpoint folder that all machines reach")


def signatures(df: "DataFrame", **settings: Any) -> "DataFrame":
    """MinHash signatures of articles and of their paragraphs, as `wirecopy.batches.signatures`. Settings: field, source."""
    return _map(df, "signatures", SIGNATURES, settings)


def fingerprints(df: "DataFrame", **settings: Any) -> "DataFrame":
    """Winnowed fingerprints of articles, as `wirecopy.batches.fingerprints`; `hash` is the same 64 bits, read as signed."""
    return _map(df, "fingerprints", FINGERPRINTS, settings)


def _map(df: "DataFrame", name: str, schema: str, settings: dict[str, Any]) -> "DataFrame":
    def each(read: "Iterator[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
        make = getattr(_batches, name)
        for batch in read:
            yield from _signed(make(batch, **settings)).to_batches()

    getattr(_batches, name)(no_articles(df.columns), **settings)
    return df.mapInArrow(each, schema)


def _signed(table: "pyarrow.Table") -> "pyarrow.Table":
    """The same columns in the types that Spark has."""
    import pyarrow

    columns = {}
    for field in table.schema:
        column = table[field.name].combine_chunks()
        if isinstance(column, pyarrow.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pyarrow.array([], field.type)
        if field.name == "hash":
            column = column.view(pyarrow.int64())
        elif field.name == "signature":
            column = column.cast(pyarrow.list_(pyarrow.int64()))
        elif pyarrow.types.is_integer(field.type):
            column = column.cast(pyarrow.int32())
        columns[field.name] = column
    return pyarrow.table(columns)


def main(arguments: "list[str] | None" = None) -> int:
    """`python -m wirecopy.spark`."""
    parser = argparse.ArgumentParser(prog="python -m wirecopy.spark", description="Scans a table of articles on Spark.")
    parser.add_argument("what", nargs="?", default="scan", choices=["scan", "signatures", "fingerprints"])
    parser.add_argument("--input", required=True, help="Parquet, or JSON lines where the name says so")
    parser.add_argument("--output", required=True, help="a folder of Parquet, one a table; one that is there is an error")
    parser.add_argument("--work", help="a folder that all machines reach, deleted at the end; OUTPUT/_work without it")
    parser.add_argument("--field", action="append", default=[], metavar="FIELD=NAME", help="what the table calls a field")
    parser.add_argument("--source", metavar="NAME", help="the outlet of articles that name none")
    parser.add_argument("--min-words", type=int, metavar="N")
    parser.add_argument("--candidates", choices=["both", "lsh", "fingerprints"])
    parser.add_argument("--same-source", choices=["separate", "count"])
    told = parser.parse_args(arguments)
    fields: dict[str, list[str]] = {}
    for field in told.field:
        name, parted, column = field.partition("=")
        if not parted or not column:
            raise InputError(f"--field {field}: not of the form FIELD=NAME, as in text=raw_body")
        fields.setdefault(name, []).append(column)

    from pyspark.sql import SparkSession

    session = SparkSession.builder.appName("wirecopy").getOrCreate()
    is_json = any(ending in told.input for ending in (".json", ".jsonl", ".ndjson"))
    df = session.read.json(told.input) if is_json else session.read.parquet(told.input)
    settings = {"field": fields or None, "source": told.source}
    if told.what == "scan":
        work = told.work or f"{told.output.rstrip('/')}/_work"
        judged = {"min_words": told.min_words, "candidates": told.candidates, "same_source": told.same_source}
        tables = scan(df, work=work, **settings, **judged)
        for name, table in tables.all.items():
            table.write.parquet(f"{told.output.rstrip('/')}/{name}")
        _delete(session, work)
    else:
        globals()[told.what](df, **settings).write.parquet(told.output)
    session.stop()
    return 0


def _delete(session: "SparkSession", folder: str) -> None:
    context = session.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(folder)
    path.getFileSystem(context._jsc.hadoopConfiguration()).delete(path, True)


if __name__ == "__main__":
    raise SystemExit(main())
