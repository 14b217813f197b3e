"""A report: its tables as Arrow tables, and how it shows itself in a notebook."""

import html
import json
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import _core

if TYPE_CHECKING:
    import pyarrow

SHOWN = 10


class Report:
    """All that a scan found. Its tables are those of the CSV files, column for column.

    >>> report = scan([
    ...     {"id": "a", "source": "Herald", "text": "The council voted on Tuesday to close the east quay to lorries."},
    ...     {"id": "b", "source": "Post", "text": "We hear the council voted on Tuesday to close the east quay."},
    ... ])
    >>> report.overlaps.num_rows, report.overlaps["matched_words"].to_pylist()
    (1, [10])
    >>> report.articles.select(["id", "words", "unique_words"]).to_pylist()[0]
    {'id': 'a', 'words': 12, 'unique_words': 2}
    """

    def __init__(self, core: "_core.Report") -> None:
        self._core = core

    @cached_property
    def overlaps(self) -> "pyarrow.Table":
        """Verified pairs of spans, a before b: the table to start with."""
        return self._table("overlaps")

    @cached_property
    def articles(self) -> "pyarrow.Table":
        """One row an article: how many of its words are whose."""
        return self._table("articles")

    @cached_property
    def paragraphs(self) -> "pyarrow.Table":
        """One row a paragraph."""
        return self._table("paragraphs")

    @cached_property
    def passages(self) -> "pyarrow.Table":
        """Texts that recur."""
        return self._table("passages")

    @cached_property
    def occurrences(self) -> "pyarrow.Table":
        """Places of passages."""
        return self._table("occurrences")

    @cached_property
    def clusters(self) -> "pyarrow.Table":
        """Near-duplicate articles around their leaders."""
        return self._table("clusters")

    @cached_property
    def sources(self) -> "pyarrow.Table":
        """Each article and the others it shares words with."""
        return self._table("sources")

    @cached_property
    def outlets(self) -> "pyarrow.Table":
        """Each outlet and the others it shares words with."""
        return self._table("outlets")

    @cached_property
    def altered_quotes(self) -> "pyarrow.Table":
        """Quotations that differ between articles."""
        return self._table("altered_quotes")

    @cached_property
    def statements(self) -> "pyarrow.Table":
        """Statements put together from the quotations of several articles."""
        return self._table("statements")

    @cached_property
    def run(self) -> dict[str, Any]:
        """run.json: settings, counts, what was skipped and why."""
        return json.loads(self._core.run_json())

    @property
    def warnings(self) -> list[str]:
        """What was left out or changed, in sentences."""
        return self._core.warnings()

    def stream(self, table: str) -> "_core.Stream":
        """A table for any library that reads Arrow streams, without pyarrow: `polars.DataFrame(report.stream("overlaps"))`."""
        return self._core.table(table)

    def write(self, folder: "str | os.PathLike[str]", *, csv_raw: bool = False) -> None:
        """Writes the files that `wirecopy scan -o` writes: tables as CSV, run.json, report.html.

        Cells that a spreadsheet would run as a formula are guarded by one `'`, unless `csv_raw` is set.
        """
        self._core.write(os.fspath(folder), csv_raw)

    def _table(self, name: str) -> "pyarrow.Table":
        import pyarrow

        return pyarrow.table(self._core.table(name))

    def __repr__(self) -> str:
        rows = self._core.rows
        return (
            f"<wirecopy.Report: {rows('articles')} articles, {rows('overlaps')} overlaps, "
            f"{rows('passages')} passages>"
        )

    def _repr_html_(self) -> str:
        counts = self.run["counts"]
        said = [
            f"{counts['articles']:,} articles",
            f"{counts['words']:,} words",
            f"{counts['overlaps']:,} overlaps",
            f"{counts['passages']:,} passages",
            f"{counts['clusters']:,} clusters",
        ]
        parts = [f"<p><b>wirecopy</b>: {', '.join(said)}</p>"]
        passages = self.passages
        if passages.num_rows:
            import pyarrow.compute

            carried = pyarrow.compute.multiply(passages["articles"], passages["words"])
            order = [("carried", "descending"), ("passage_id", "ascending")]
            shown = passages.append_column("carried", carried).sort_by(order).slice(0, SHOWN)
            columns = ["articles", "sources", "words", "first_id", "first_time", "kind", "text"]
            head = "".join(f"<th>{column}</th>" for column in columns)
            body = "".join(
                f"<tr>{''.join(f'<td>{_cell(row[column])}</td>' for column in columns)}</tr>"
                for row in shown.to_pylist()
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
            if passages.num_rows > SHOWN:
                parts.append(f"<p>and {passages.num_rows - SHOWN:,} more passages</p>")
        lost = sum(count for reason, count in self.run["skipped_counts"].items() if reason in LOSSES)
        if lost:
            parts.append(f"<p>{lost:,} inputs could not be read: see <code>warnings</code></p>")
        return "".join(parts)


LOSSES = {"bad record", "too large", "unpacks to too much", "damaged", "unreadable", "not text"}
WIDEST = 200


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return html.escape(text if len(text) <= WIDEST else text[: WIDEST - 1] + "…")
