"""The steps that Spark walks, walked here by an engine of a few lines: its tables are those of `wirecopy.scan`."""

import random

import pyarrow
import pytest

import wirecopy
from wirecopy import _core

STEPS, ROUNDS, JOINED, STREAMS = _core.spread_plan()


class Engine:
    """Holds the rows of each stream, and deals the groups of a step to a few partitions."""

    def __init__(self, seed, deals, settings):
        self.dice = random.Random(seed)
        self.deals = deals
        self.settings = settings
        self.rows = [[] for _ in STREAMS]

    def keep(self, stream):
        told = pyarrow.table(stream)
        columns = [told[name].to_pylist() for name in ("k0", "k1", "k2", "k3", "data")]
        return list(zip(told["s"].to_pylist(), zip(*columns)))

    def walk(self, step, rows):
        name, _, group, outputs = step
        parts = [[] for _ in range(4)]
        for row in rows:
            parts[hash(row[:group]) % 4].append(row)
        told = []
        for part in parts:
            self.dice.shuffle(part)
            part.sort(key=lambda row: row[:4])
            stepper = _core.Stepper(name, self.deals, self.settings)
            at = 0
            while at < len(part):
                piece = part[at : at + self.dice.randrange(1, 5000)]
                at += len(piece)
                columns = dict(zip(("k0", "k1", "k2", "k3"), (pyarrow.array(c, pyarrow.int64()) for c in zip(*(r[:4] for r in piece)))))
                columns["data"] = pyarrow.array([row[4] for row in piece], pyarrow.binary())
                told += self.keep(stepper.feed(pyarrow.table(columns)))
            told += self.keep(stepper.close())
        assert {stream for stream, _ in told} <= set(outputs), f"{name} tells what it does not say"
        return told

    def add(self, told):
        for stream, row in told:
            self.rows[stream].append(row)

    def rank(self):
        rows = sorted(self.rows[STREAMS.index("order")], key=lambda row: (row[0], row[1], row[4]))
        self.rows[STREAMS.index("ranked")] = [(row[2], 3, n, row[3], row[4]) for n, row in enumerate(rows)]

    def join(self, edges, labels):
        large, small, label = ROUNDS
        rows, before = self.rows[edges], None
        for _ in range(40):
            up = [row for _, row in self.walk(large, rows)]
            if sorted(set(up)) == before:
                break
            before = sorted(set(up))
            rows = [row for _, row in self.walk(small, up)]
        else:
            raise AssertionError("rounds do not end")
        self.rows[labels] = [row for _, row in self.walk(label, up)]

    def run(self, articles):
        self.add(self.keep(_core.spread_articles(articles, self.settings)))
        joined = {labels: edges for edges, labels in JOINED}
        for step in STEPS:
            for stream in step[1]:
                if STREAMS[stream] == "ranked":
                    self.rank()
                elif stream in joined:
                    self.join(joined[stream], stream)
            self.add(self.walk(step, [row for stream in step[1] for row in self.rows[stream]]))

    def table(self, name):
        rows = self.rows[STREAMS.index(f"table_{name}")]
        data = pyarrow.table({"data": pyarrow.array([row[4] for row in rows], pyarrow.binary())})
        return pyarrow.table(_core.spread_table(name, data))


def compare(articles, seed=7, deals=3, **settings):
    engine = Engine(seed, deals, settings)
    engine.run(articles)
    report = wirecopy.scan(articles, **settings)
    for name in wirecopy.TABLES:
        told, expected = engine.table(name), getattr(report, name)
        assert told.schema == expected.schema, name
        rows = [sorted(map(repr, table.to_pylist())) for table in (told, expected)]
        differ = [(x, y) for x, y in zip(*rows) if x != y][:1]
        assert rows[0] == rows[1], (name, len(rows[0]), len(rows[1]), differ)
    return report


def files(folder):
    """The articles of a folder of plain files, as a table."""
    found = wirecopy.scan(folder).articles
    rows = []
    for row in found.to_pylist():
        path = folder / row["id"]
        if path.is_file():
            rows.append({name: row[name] for name in ("id", "source", "time", "title")} | {"text": path.read_text("utf-8")})
    return pyarrow.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def articles():
    from conftest import CORPUS

    return files(CORPUS)


@pytest.mark.parametrize("deals", [1, 3])
def test_every_table_is_that_of_one_machine(articles, deals):
    report = compare(articles, deals=deals)
    assert all(getattr(report, name).num_rows for name in wirecopy.TABLES)


@pytest.mark.parametrize(
    "settings",
    [{"min_words": 12}, {"candidates": "lsh"}, {"candidates": "fingerprints"}, {"same_source": "count"}],
    ids=lambda settings: next(iter(settings)),
)
def test_settings_hold(articles, settings):
    compare(articles, **settings)


def test_a_hub_becomes_a_star():
    dice = random.Random(3)
    words = lambda count: " ".join(f"w{dice.randrange(10**6)}x" for _ in range(count))
    hub = words(60)
    rows = [
        {"id": f"d{n:03}", "source": f"outlet {n % 5}" if n % 7 else "", "date": f"2031-02-{1 + n % 9:02}", "text": f"{words(30)} {hub} {words(30)}"}
        for n in range(150)
    ]
    report = compare(pyarrow.Table.from_pylist(rows))
    assert report.run["counts"]["stars"]["fingerprints"] > 5


def test_articles_of_one_id_are_told_apart():
    text = "The council voted on Tuesday to close the east quay to heavy lorries for good"
    rows = [
        {"id": "a", "source": "Herald", "text": f"{text}."},
        {"id": "a", "source": "Herald", "text": f"We hear: {text}!"},
        {"id": "a#2", "source": "Post", "text": f"So {text}, they say."},
        {"id": "a", "source": "Herald", "text": f"{text}."},
    ]
    ids = compare(pyarrow.Table.from_pylist(rows)).articles["id"].to_pylist()
    assert ids == ["a", "a#2", "a#3"]


def test_settings_that_steps_do_not_know_are_refused():
    with pytest.raises(wirecopy.SettingsError, match="same_source skip"):
        _core.spread_check({"same_source": "skip"})
    with pytest.raises(wirecopy.SettingsError, match="no setting is called window"):
        _core.spread_check({"window": 3})


def test_damaged_rows_are_an_error_and_no_crash(articles):
    told = pyarrow.table(_core.spread_articles(articles, {}))
    for cut in (0, 1, 5, 40):
        stepper = _core.Stepper("tell_apart", 1, {})
        rows = told.filter(pyarrow.compute.equal(told["s"], STREAMS.index("name")))
        data = pyarrow.array([data[:cut] for data in rows["data"].to_pylist()], pyarrow.binary())
        with pytest.raises(wirecopy.Error, match="cannot be read"):
            stepper.feed(rows.set_column(rows.schema.get_field_index("data"), "data", data))
            stepper.close()
