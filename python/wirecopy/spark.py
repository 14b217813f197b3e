"""What articles are compared by, computed on Spark: one pass of `mapInArrow` over the wheel, nothing collected.

Here are the steps that look at one article alone. A report on a Spark table is not here: `wirecopy.scan` makes it on one
machine, with `memory` for corpora that do not fit.

>>> from wirecopy import spark as wirecopy_spark                      # doctest: +SKIP
>>> wirecopy_spark.signatures(df).write.parquet("signatures")         # doctest: +SKIP

From a shell: `python -m wirecopy.spark signatures --input articles.parquet --output signatures`.
"""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import batches as _batches
from ._errors import InputError

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["fingerprints", "signatures"]

# Spark has no unsigned numbers: hashes are the same 64 bits, read as signed; lanes fit into 64.
SIGNATURES = "id string, unit string, paragraph int, shingle int, signature array<bigint>"
FINGERPRINTS = "id string, hash bigint, token int"


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

    # A wrong setting or column is told here, and not by a task far away.
    import pyarrow

    strings = pyarrow.schema([(column, pyarrow.string()) for column in df.columns])
    getattr(_batches, name)(strings.empty_table(), **settings)
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
    parser = argparse.ArgumentParser(prog="python -m wirecopy.spark", description="Signs articles of a table on Spark.")
    parser.add_argument("what", choices=__all__)
    parser.add_argument("--input", required=True, help="Parquet, or JSON lines where the name says so")
    parser.add_argument("--output", required=True, help="a folder of Parquet; one that is there is an error")
    parser.add_argument("--field", action="append", default=[], metavar="FIELD=NAME", help="what the table calls a field")
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
    globals()[told.what](df, field=fields or None).write.parquet(told.output)
    session.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
