"""Articles that the tests share: invented, and those of the repository's corpus."""

import os
from pathlib import Path

import pytest

import wirecopy

CORPUS = Path(os.environ.get("WIRECOPY_CORPUS") or Path(__file__).resolve().parents[2] / "corpus").resolve()

COUNCIL = "The council voted on Tuesday to close the east quay to heavy lorries from the first of May."


@pytest.fixture
def corpus() -> Path:
    return CORPUS


@pytest.fixture(scope="session")
def plain_files() -> list[dict]:
    """The plain files of the corpus as rows, for engines that are given a table."""
    # By path: the same name may stand in two outlets.
    named = [name for name in wirecopy.scan(CORPUS).articles["id"].to_pylist() if (CORPUS / name).is_file()]
    assert len(named) > 10
    return [{"id": name, "text": (CORPUS / name).read_text("utf-8")} for name in named]


@pytest.fixture
def articles() -> list[dict]:
    return [
        {"id": "herald/1", "source": "Herald", "date": "2031-03-04", "title": "Quay", "text": COUNCIL},
        {"id": "post/1", "source": "Post", "date": "2031-03-05", "title": None, "text": f"Late news, we hear. {COUNCIL}"},
        {"id": "sun/1", "source": "Sun", "date": "2031-03-06", "title": "Weather", "text": "Rain is expected all week."},
    ]
