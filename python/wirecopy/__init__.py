"""Finds copied text in news: whose words, who carried them first, and how much of an article is its own.

>>> report = scan([
...     {"id": "herald/1", "source": "Herald", "date": "2031-03-04",
...      "text": "The council voted on Tuesday to close the east quay to heavy lorries."},
...     {"id": "post/1", "source": "Post", "date": "2031-03-05",
...      "text": "Late news: the council voted on Tuesday to close the east quay, we hear."},
... ])
>>> row = report.overlaps.to_pylist()[0]
>>> row["a_id"], row["b_id"], row["matched_words"], row["direction"]
('herald/1', 'post/1', 10, 'a->b')
"""

import json as _json
import os as _os
from typing import Any

from . import _core
from ._articles import held as _held
from ._core import TABLES, __version__
from ._errors import (
    Error,
    FileError,
    IndexFileError,
    IndexLockedError,
    InputError,
    InternalError,
    SettingsError,
)
from ._index import Added, Index, Removed
from ._parts import Fingerprint, Signature, Token, fingerprints, signature, signatures, tokens
from ._report import Report

__all__ = [
    "Added",
    "Error",
    "FileError",
    "Fingerprint",
    "Index",
    "IndexFileError",
    "IndexLockedError",
    "InputError",
    "InternalError",
    "Removed",
    "Report",
    "SettingsError",
    "Signature",
    "TABLES",
    "Token",
    "__version__",
    "explain",
    "fingerprints",
    "scan",
    "signature",
    "signatures",
    "tokens",
]


def scan(docs: Any, **settings: Any) -> Report:
    """Finds all that articles share: what `wirecopy scan` does.

    `docs` is a path or a list of paths (folders, .txt, .md, .jsonl, .csv, also .gz and .zst), a pyarrow table or record
    batch reader, a pandas or polars frame, or an iterable of mappings. Columns and keys are recognised by their usual
    names: id, text, source, date, title, url, canonical.

    Settings have the names and meanings of the command line's flags:

    ============  ======================================================================================
    min_words     least equal words of an overlap, 8 or more
    candidates    "both", "lsh" or "fingerprints"
    pairs         "stars" or "all"
    same_source   "separate", "count" or "skip"
    boilerplate   a file of texts parted by blank lines, or a list of such files
    outlets       a TOML file of outlets, or a mapping as {"herald.example": {"aliases": ["The Herald"]}}
    window        most days between two articles that are compared: 14, "14d" or "all"
    field         what the articles call a field: {"text": "raw_body"}, or a list of names
    source        the outlet of articles that name none
    memory        memory to aim at: bytes, or as "2G"
    threads       threads to use; all processors without it
    strict        an input that would be skipped is an error
    redact        leave out the texts of articles
    corpus        the path of an index: its articles are reported on as well
    progress      a function of (stage, done, total), total None where it is not known
    ============  ======================================================================================

    The interpreter's lock is released meanwhile; Ctrl-C, and an exception of `progress`, stop the scan.

    >>> scan([{"text": "One article alone."}])
    <wirecopy.Report: 1 articles, 0 overlaps, 0 passages>
    >>> scan([{"text": "x"}], min_word=9)
    Traceback (most recent call last):
    wirecopy.SettingsError: no setting is called min_word; did you mean min_words?
    """
    return Report(_core.scan(*_held(docs), settings))


def explain(a: Any, b: Any, *, corpus: "str | _os.PathLike[str] | Index | None" = None, **settings: Any) -> dict[str, Any]:
    """Why two articles were found to share words, or why they were not: what `wirecopy explain --format json` prints.

    `a` and `b` are mappings of fields, paths of files, or, with a `corpus`, ids of its articles. The corpus is an index or
    a path; the pair is then judged as a scan of all of it would.

    >>> told = explain({"text": "The council voted to close the east quay."}, {"text": "It will close the east quay."})
    >>> told["found"], told["missed"][0]["reason"], told["longest_run"]["words"]
    (False, 'too-short', 4)
    """
    if isinstance(corpus, Index):
        corpus = corpus.path
    return _json.loads(_core.explain(a, b, None if corpus is None else _os.fspath(corpus), settings))
