"""An index on disk: added to every day, asked in milliseconds."""

import json
import os
from dataclasses import dataclass
from typing import Any, Iterable

from . import _core
from ._articles import held
from ._report import Report


@dataclass(frozen=True)
class Added:
    """What an addition came to."""

    new: int
    replaced: int
    unchanged: int
    warnings: list[str]


@dataclass(frozen=True)
class Removed:
    """What a removal came to."""

    removed: int
    unknown: list[str]


class Index:
    """Articles in a folder, the same that `wirecopy index` keeps.

    >>> index = Index(folder / "news.index")
    >>> index.add([{"id": "herald/1", "text": "The council voted on Tuesday to close the east quay to lorries."}]).new
    1
    >>> answer = index.query("As we said, the council voted on Tuesday to close the east quay.")
    >>> answer["sources"][0]["id"], answer["sources"][0]["words"]
    ('herald/1', 10)
    >>> index.remove(["herald/1"]).removed, len(index)
    (1, 0)
    """

    def __init__(self, path: "str | os.PathLike[str]", *, text: bool = True) -> None:
        """The index in the folder `path`, which the first `add` makes. `text=False` keeps hashes of words alone."""
        self._core = _core.Index(os.fspath(path), text)

    @property
    def path(self) -> str:
        """Its folder."""
        return os.fspath(self._core.path)

    def add(self, docs: Any, **settings: Any) -> Added:
        """Adds articles as one commit; one whose id is there takes its place. Settings: field, source, memory, strict,
        threads, progress."""
        return Added(*self._core.add(*held(docs), settings))

    def remove(self, ids: Iterable[str]) -> Removed:
        """Removes articles by their ids, as one commit."""
        return Removed(*self._core.remove([ids] if isinstance(ids, str) else list(ids)))

    def query(self, article: Any, **settings: Any) -> dict[str, Any]:
        """Where a text comes from: what `wirecopy query --format json` prints. `article` is a text, a mapping of fields,
        or a `pathlib.Path`."""
        return json.loads(self._core.query(article, settings))

    def scan(self, docs: Any = None, **settings: Any) -> Report:
        """Reports on all its articles, and on `docs`, which replace those of their ids for this report."""
        return Report(_core.scan(*held(docs), {**settings, "corpus": self.path}))

    def article(self, id: str) -> "dict[str, str] | None":
        """The fields of an article; None where there is none of that id."""
        return self._core.article(id)

    def compact(self) -> bool:
        """Writes all articles into one file, without what was removed. False where there was nothing to do."""
        return self._core.compact()

    def verify(self) -> None:
        """Reads every byte and every article, and compares them with their checksums."""
        self._core.verify()

    def stats(self) -> dict[str, Any]:
        """What `wirecopy index stats --format json` prints."""
        return json.loads(self._core.stats_json())

    def __len__(self) -> int:
        return len(self._core)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._core.article(id) is not None

    def __repr__(self) -> str:
        return f"wirecopy.Index({self.path!r})"
