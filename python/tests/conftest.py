"""Articles that the tests share: invented, and those of the repository's corpus."""

from pathlib import Path

import pytest

import wirecopy

REPOSITORY = Path(__file__).resolve().parents[2]

COUNCIL = "The council voted on Tuesday to close the east quay to heavy lorries from the first of May."


@pytest.fixture(autouse=True)
def examples(doctest_namespace, tmp_path):
    doctest_namespace.update(vars(wirecopy), folder=tmp_path)


@pytest.fixture
def corpus() -> Path:
    return REPOSITORY / "corpus"


@pytest.fixture
def articles() -> list[dict]:
    return [
        {"id": "herald/1", "source": "Herald", "date": "2031-03-04", "title": "Quay", "text": COUNCIL},
        {"id": "post/1", "source": "Post", "date": "2031-03-05", "title": None, "text": f"Late news, we hear. {COUNCIL}"},
        {"id": "sun/1", "source": "Sun", "date": "2031-03-06", "title": "Weather", "text": "Rain is expected all week."},
    ]
