"""A scan in steps over Spark DataFrames: brings rows together and sorts them, and knows nothing of what they say.

Every step is one shuffle: the rows of some streams are dealt out by the first numbers of their key, sorted, and walked by
the wheel, which tells rows of other streams. These are written to a folder that all machines reach, so that a task or a
machine that is lost costs little of what was done before, and so that no plan grows. A step of which one other step takes
all that it tells is walked in the job of that one, and not written.
"""

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import _core
from ._errors import InternalError

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

ROWS = "s tinyint, k0 bigint, k1 bigint, k2 bigint, k3 bigint, data binary"
KEYS = ["k0", "k1", "k2", "k3"]
# Articles of which the pairs of two parts meet in one task.
TOGETHER = 2000
# Rounds within which groups are joined: they halve what is left, so that this is more than any corpus needs.
ROUNDS = 60

STEPS, ROUND_STEPS, JOINED, STREAMS = _core.spread_plan()
ORDER, RANKED = (STREAMS.index(name) for name in ("order", "ranked"))


def _passed_on(outputs: "list[int]") -> bool:
    """Whether one step takes all that a step of these outputs tells, and nothing else does."""
    takers = [name for name, inputs, _, _ in STEPS if set(inputs) & set(outputs)]
    elsewhere = {ORDER, *(edges for edges, _ in JOINED)}
    return len(outputs) == len(takers) == 1 and not elsewhere & set(outputs)


class Spread:
    """One scan on its way."""

    def __init__(self, session: "SparkSession", work: str, settings: "dict[str, Any]") -> None:
        self.session = session
        self.work = work.rstrip("/")
        self.settings = settings
        self.deals = 1
        # Of each stream: what is written, which holds rows of other streams too; and what is not.
        self.told: dict[int, list[DataFrame]] = {}
        self.passed: dict[int, list[DataFrame]] = {}
        self.rounds: dict[str, int] = {}

    def run(self, df: "DataFrame") -> None:
        """Walks all steps."""
        settings = self.settings

        def each(read: "Iterator[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
            for batch in read:
                yield from _batches(_core.spread_articles(_table(batch), settings))

        self._write(df.mapInArrow(each, ROWS), "articles_alone", range(len(STREAMS)))
        labels = dict((label, edges) for edges, label in JOINED)
        for name, inputs, group, outputs in STEPS:
            for stream in inputs:
                if stream == RANKED:
                    self._rank()
                elif stream in labels:
                    self._join(labels[stream], stream)
            walked = self._walked(name, self.rows(inputs), group)
            if _passed_on(outputs):
                self.passed.setdefault(outputs[0], []).append(walked)
            else:
                self._write(walked, name, outputs)

    def rows(self, streams: "list[int]") -> "DataFrame":
        """All rows of some streams."""
        from pyspark.sql import functions as F

        rows = [told.where(F.col("s") == stream) for stream in streams for told in self.told.get(stream, [])]
        rows += [told for stream in streams for told in self.passed.get(stream, [])]
        return functools.reduce(lambda x, y: x.unionByName(y), rows) if rows else self.session.createDataFrame([], ROWS)

    def table(self, name: str) -> "DataFrame":
        """The rows of a table."""
        empty = _pyarrow(_core.spread_table(name, _no_rows()))
        types = {"string": "string", "int64": "bigint", "double": "double", "bool": "boolean"}
        schema = ", ".join(f"`{field.name}` {types[str(field.type)]}" for field in empty.schema)

        def each(read: "Iterator[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
            for batch in read:
                yield from _batches(_core.spread_table(name, _table(batch)))

        return self.rows([STREAMS.index(f"table_{name}")]).select("data").mapInArrow(each, schema)

    def _write(self, rows: "DataFrame", folder: str, outputs: "Any") -> None:
        path = f"{self.work}/{folder}"
        rows.write.mode("overwrite").partitionBy("s").parquet(path)
        told = self.session.read.schema(ROWS).parquet(path)
        for stream in outputs:
            self.told.setdefault(stream, []).append(told)

    def _walked(self, name: str, rows: "DataFrame", group: int) -> "DataFrame":
        settings, deals = self.settings, self.deals

        def each(read: "Iterator[pyarrow.RecordBatch]") -> "Iterator[pyarrow.RecordBatch]":
            stepper = _core.Stepper(name, deals, settings)
            for batch in read:
                yield from _batches(stepper.feed(_table(batch)))
            yield from _batches(stepper.close())

        sorted_rows = rows.select(*KEYS, "data").repartition(*KEYS[:group]).sortWithinPartitions(*KEYS)
        return sorted_rows.mapInArrow(each, ROWS)

    def _rank(self) -> None:
        """Numbers articles by their order. The driver hears how many each partition holds, and nothing else."""
        from pyspark.sql import functions as F

        by = ["k0", "k1", "data"]
        sorted_rows = self.rows([ORDER]).repartitionByRange(*by).sortWithinPartitions(*by)
        place = F.monotonically_increasing_id()
        path = f"{self.work}/ordered"
        sorted_rows.withColumn("place", place).write.mode("overwrite").parquet(path)
        ordered = self.session.read.parquet(path)
        part = F.shiftrightunsigned("place", 33)
        counts = sorted((row["part"], row["count"]) for row in ordered.groupBy(part.alias("part")).count().collect())
        before, first = 0, []
        for number, count in counts:
            first.append((number, before))
            before += count
        self.deals = max(4, -(-before // TOGETHER))
        firsts = F.broadcast(self.session.createDataFrame(first, "part bigint, first bigint"))
        ranked = ordered.join(firsts, part == firsts["part"]).select(
            F.lit(RANKED).cast("tinyint").alias("s"),
            F.col("k2").alias("k0"),
            F.lit(3).cast("bigint").alias("k1"),
            (F.col("first") + F.col("place").bitwiseAND((1 << 33) - 1)).alias("k2"),
            "k3",
            "data",
        )
        self._write(ranked, "ranked", [RANKED])

    def _join(self, edges: int, labels: int) -> None:
        """Tells of each node the least one it is connected with, in rounds until nothing changes."""
        from pyspark.sql import functions as F

        (large, _, large_group, large_told), (small, _, small_group, _), (label, _, label_group, _) = ROUND_STEPS
        name = STREAMS[labels]
        rows = self.rows([edges])
        before = None
        for number in range(ROUNDS):
            up = f"{self.work}/{name}_up_{number}"
            # What two rows of a group tell alike is told once.
            told = self._walked(large, rows, large_group).select("k0", "k1").distinct()
            told.select(
                F.lit(large_told[0]).cast("tinyint").alias("s"), "k0", "k1",
                F.lit(0).cast("bigint").alias("k2"), F.lit(0).cast("bigint").alias("k3"),
                F.lit(b"").alias("data"),
            ).write.mode("overwrite").parquet(up)
            stars = self.session.read.schema(ROWS).parquet(up)
            now = tuple(stars.agg(F.count("*"), F.expr("bit_xor(xxhash64(k0, k1))"), F.expr("sum(k1 & 1048575)")).first())
            if now == before:
                break
            before = now
            down = f"{self.work}/{name}_down_{number}"
            self._walked(small, stars, small_group).write.mode("overwrite").parquet(down)
            rows = self.session.read.schema(ROWS).parquet(down)
        else:
            raise InternalError(f"{name}: groups are not joined after {ROUNDS} rounds")
        self.rounds[name] = number
        told = self._walked(label, stars, label_group).withColumn("s", F.lit(labels).cast("tinyint"))
        self._write(told, name, [labels])


def _table(batch: "pyarrow.RecordBatch") -> "pyarrow.Table":
    import pyarrow

    return pyarrow.Table.from_batches([batch])


def _pyarrow(stream: "_core.Stream") -> "pyarrow.Table":
    import pyarrow

    return pyarrow.table(stream)


def _batches(stream: "_core.Stream") -> "list[pyarrow.RecordBatch]":
    return _pyarrow(stream).to_batches()


def _no_rows() -> "pyarrow.Table":
    import pyarrow

    return pyarrow.table({"data": pyarrow.array([], pyarrow.binary())})
