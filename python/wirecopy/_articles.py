"""Which of the things that hold articles this is."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from ._errors import InputError

EXPECTED = "a path, a list of paths, a data frame, an Arrow table or reader, or an iterable of mappings"


def no_articles(columns: Iterable[str]) -> Any:
    """A table of these columns without a row: with it a wrong setting or column is told here, and not by a task far away."""
    import pyarrow

    return pyarrow.schema([(column, pyarrow.string()) for column in columns]).empty_table()


def held(docs: Any) -> tuple[str, Any]:
    """What the core is told of articles: how they are held, and what holds them."""
    if docs is None:
        return "none", None
    if isinstance(docs, (str, os.PathLike)):
        return "paths", [docs]
    if hasattr(docs, "__arrow_c_stream__"):
        return "arrow", docs
    if hasattr(docs, "collect") and hasattr(docs, "collect_schema"):
        raise InputError("a lazy frame: collect() it first, its articles are read once")
    if hasattr(docs, "iterrows"):  # pandas before 2.2
        import pyarrow

        return "arrow", pyarrow.Table.from_pandas(docs, preserve_index=False)
    if isinstance(docs, Mapping):
        raise InputError("one mapping: articles are given as a list of them")
    if isinstance(docs, (bytes, bytearray)) or not isinstance(docs, Iterable):
        raise InputError(f"a {type(docs).__name__}: expected {EXPECTED}")
    if isinstance(docs, (list, tuple)) and docs and isinstance(docs[0], (str, os.PathLike)):
        for number, path in enumerate(docs, 1):
            if not isinstance(path, (str, os.PathLike)):
                raise InputError(f"path {number}: a {type(path).__name__}, and the first is a path")
        return "paths", list(docs)
    return "rows", docs
