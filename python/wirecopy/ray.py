"""What articles are compared by, computed on Ray: `map_batches` over the wheel, nothing collected.

Here are the steps that look at one article alone, as `wirecopy.spark` has them; a report is
made on one machine or on Spark.

>>> import ray                                                        # doctest: +SKIP
>>> from wirecopy import ray as wirecopy_ray                          # doctest: +SKIP
>>> dataset = ray.data.read_parquet("articles.parquet")               # doctest: +SKIP
>>> wirecopy_ray.signatures(dataset).write_parquet("signatures")      # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from . import batches as _batches
from ._articles import no_articles

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
    schema = dataset.schema(fetch_if_missing=False)
    if schema is not None:  # columns that are known without reading
        make(no_articles(schema.names), **settings)
    return dataset.map_batches(make, batch_format="pyarrow", fn_kwargs=settings, zero_copy_batch=True)
