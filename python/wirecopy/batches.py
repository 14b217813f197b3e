"""Functions over Arrow batches, for engines that spread a table over many machines: Spark's `mapInArrow`, Ray's and
Daft's `map_batches`.

What a row becomes depends on that row alone, and not on the machine, the batch or the order: the same words give the
same numbers everywhere, and the same that `wirecopy sign` prints. Columns are recognised by their usual names; every
article needs an id.
"""

from typing import TYPE_CHECKING, Any

from . import _core
from ._articles import held
from ._errors import InputError

if TYPE_CHECKING:
    import pyarrow

__all__ = ["fingerprints", "signatures"]


def signatures(docs: Any, **settings: Any) -> "pyarrow.Table":
    """MinHash signatures of articles, each followed by those of its paragraphs: id, unit, paragraph, shingle, signature.

    >>> import pyarrow
    >>> from wirecopy import batches
    >>> table = batches.signatures(pyarrow.table({"id": ["a"], "text": ["One two three."]}))
    >>> table.drop_columns("signature").to_pylist()
    [{'id': 'a', 'unit': 'article', 'paragraph': None, 'shingle': 5}, {'id': 'a', 'unit': 'paragraph', 'paragraph': 1, 'shingle': 3}]
    """
    return _table(_core.signature_batches(_arrow(docs), settings))


def fingerprints(docs: Any, **settings: Any) -> "pyarrow.Table":
    """Winnowed fingerprints of articles: id, hash, token. Two articles that share eight words in a row share a hash.

    >>> import pyarrow
    >>> from wirecopy import batches
    >>> text = "The council voted on Tuesday to close the east quay."
    >>> batches.fingerprints(pyarrow.table({"id": ["a"], "text": [text]})).column_names
    ['id', 'hash', 'token']
    """
    return _table(_core.fingerprint_batches(_arrow(docs), settings))


def _arrow(docs: Any) -> Any:
    kind, holder = held(docs)
    if kind != "arrow":
        raise InputError(f"a {type(docs).__name__}: expected an Arrow table or batch, or a data frame")
    return holder


def _table(stream: "_core.Stream") -> "pyarrow.Table":
    import pyarrow

    return pyarrow.table(stream)
