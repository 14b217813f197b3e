"""What articles are compared by, computed on Ray: `map_batches` over the wheel, nothing collected.

Here are the steps that look at one article alone, as in `wirecopy.spark`; a report is made on one machine.

>>> import ray                                                        # doctest: +SKIP
>>> from wirecopy import ray as wirecopy_ray                          # doctest: +SKIP
>>> dataset = ray.data.read_parquet("articles.parquet")               # doctest: +SKIP
>>> wirecopy_ray.signatures(dataset).write_parquet("signatures")      # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from . import batches as _batches

if TYPE_CHECKING:
    from ray.data import Dataset

__all__ = ["fingerprints", "signatures"]


def signatures(dataset: "Dataset", **settings: Any) -> "Dataset":
    """MinHash signatures of articles and of their paragraphs, as `wirecopy.batches.signatures`. Settings: field, source."""
    return _map(dataset, "signatures", settings)


def fingerprints(dataset: "Dataset", **settings: Any) -> "Dataset":
    """Winnowed fingerprints of articles, as `wirecopy.batches.fingerprints`."""
    return _map(dataset, "fingerprints", settings)


def _map(dataset: "Dataset", name: str, settings: dict[str, Any]) -> "Dataset":
    make = getattr(_batches, name)
    # A wrong setting or column is told here where the columns are known without reading, and not by a task far away.
    schema = dataset.schema(fetch_if_missing=False)
    if schema is not None:
        import pyarrow

        strings = pyarrow.schema([(column, pyarrow.string()) for column in schema.names])
        make(strings.empty_table(), **settings)
    return dataset.map_batches(make, batch_format="pyarrow", fn_kwargs=settings, zero_copy_batch=True)
