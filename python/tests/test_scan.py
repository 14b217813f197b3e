"""What can be scanned, and what comes of it."""

import csv
import datetime
import json
import os
import pathlib

import pandas
import polars
import pyarrow
import pytest

import wirecopy


def rows(report):
    return {name: getattr(report, name).to_pylist() for name in wirecopy.TABLES}


def test_whatever_holds_the_articles_the_report_is_the_same(articles, tmp_path):
    lines = tmp_path / "articles.jsonl"
    lines.write_text("".join(json.dumps(article) + "\n" for article in articles))
    table = pyarrow.Table.from_pylist(articles)
    expected = rows(wirecopy.scan(articles))
    assert len(expected["overlaps"]) == 1 and len(expected["articles"]) == 3
    assert expected["overlaps"][0]["direction"] == "a->b"
    for held in [
        iter(articles),
        (article for article in articles),
        table,
        table.to_reader(max_chunksize=1),
        table.to_batches()[0],
        pandas.DataFrame(articles),
        polars.DataFrame(articles),
        polars.DataFrame(articles).with_columns(polars.col("source").cast(polars.Categorical)),
        lines,
        str(lines),
        [lines],
    ]:
        assert rows(wirecopy.scan(held)) == expected, type(held)


def test_columns_are_those_of_the_csv_with_types(articles, tmp_path):
    report = wirecopy.scan(articles)
    report.write(tmp_path / "report")
    for name in wirecopy.TABLES:
        table = getattr(report, name)
        with open(tmp_path / "report" / f"{name}.csv", newline="", encoding="utf-8") as file:
            header, *cells = csv.reader(file)
        assert table.column_names == header, name
        assert table.num_rows == len(cells), name
        for row, cell in zip(table.to_pylist(), cells):
            assert [shown(value) for value in row.values()] == cell, name
    types = {field.name: str(field.type) for field in report.overlaps.schema}
    assert types["a_id"] == "string" and types["a_words"] == "int64"
    assert types["similarity"] == "double" and types["exact"] == "bool"


def shown(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def test_a_report_is_written_as_the_command_line_writes_it(corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(corpus.parent)
    report = wirecopy.scan("corpus")
    report.write(tmp_path / "report")
    names = {f"{name}.csv" for name in wirecopy.TABLES} | {"run.json", "report.html", "page.json.gz"}
    assert set(os.listdir(tmp_path / "report")) == names
    assert json.loads((tmp_path / "report/run.json").read_text()) == report.run
    assert report.run["counts"]["articles"] == report.articles.num_rows > 30
    command = os.environ.get("WIRECOPY")
    if not command:
        pytest.skip("WIRECOPY is not set: not compared with the command line")
    import subprocess

    subprocess.run([command, "scan", "corpus", "-q", "-o", tmp_path / "other"], check=True)
    for name in names - {"page.json.gz"}:
        assert (tmp_path / "other" / name).read_bytes() == (tmp_path / "report" / name).read_bytes(), name


def test_dates_may_be_dates(articles):
    expected = rows(wirecopy.scan(articles))
    day = [{**article, "date": datetime.date.fromisoformat(article["date"])} for article in articles]
    assert rows(wirecopy.scan(day)) == expected
    assert rows(wirecopy.scan(pyarrow.Table.from_pylist(day))) == expected
    moment = datetime.datetime(2031, 3, 4, 5, 6, 7)
    zone = datetime.timezone(datetime.timedelta(hours=2))
    given = [
        (pyarrow.array([moment], pyarrow.timestamp("us")), "2031-03-04T05:06:07"),
        (pyarrow.array([moment.replace(tzinfo=zone)], pyarrow.timestamp("ns", "UTC")), "2031-03-04T03:06:07Z"),
        (pyarrow.array([datetime.date(1969, 12, 31)], pyarrow.date64()), "1969-12-31"),
        (pyarrow.array([None], pyarrow.date32()), None),
    ]
    for dates, shown_as in given:
        table = pyarrow.table({"text": ["some words"], "date": dates})
        assert wirecopy.scan(table).articles["time"].to_pylist() == [shown_as]


def test_numbers_and_odd_values_are_as_in_json(tmp_path):
    odd = [
        {"id": 7, "text": "one two", "source": True},
        {"id": 7.5, "text": "three", "source": float("nan")},
        {"_id": "x", "body": "four", "views": {"a": 1}},
        {"text": "five"},
        {"id": "y", "text": None},
        {"id": "z", "text": 8},
        {"id": "blank", "text": "  "},
    ]
    report = wirecopy.scan(odd)
    assert report.articles["id"].to_pylist() == ["-:4", "7", "7.5", "blank", "x"]
    assert report.run["skipped_counts"]["bad record"] == 2
    assert any("-:6" in warning for warning in report.warnings)
    with pytest.raises(wirecopy.InputError, match="strict"):
        wirecopy.scan(odd, strict=True)


def test_fields_may_have_other_names(articles):
    other = [{"name": a["id"], "raw": a["text"], "paper": a["source"], "date": a["date"]} for a in articles]
    report = wirecopy.scan(other, field={"text": "raw", "id": ["key", "name"], "source": "paper"})
    assert report.overlaps.num_rows == 1
    assert report.overlaps["a_source"].to_pylist() == ["Herald"]
    assert wirecopy.scan([{"text": "x"}], source="Sun").articles["source"].to_pylist() == ["Sun"]


def test_settings_have_the_meaning_of_the_flags(articles, tmp_path):
    scan = lambda **settings: wirecopy.scan(articles, **settings)
    assert scan(min_words=30).overlaps.num_rows == 0
    assert scan(window=0).overlaps.num_rows == 0
    assert scan(window="1d").overlaps.num_rows == 1
    one_owner = {"Herald": {"group": "Owner"}, "Post": {"group": "Owner"}}
    assert scan(outlets=one_owner).overlaps["kind"].to_pylist() == ["self"]
    assert scan(outlets=one_owner, same_source="skip").overlaps.num_rows == 0
    assert scan(redact=True).overlaps["a_text"].to_pylist() == [None]
    furniture = tmp_path / "furniture.txt"
    furniture.write_text(articles[0]["text"] + "\n")
    for given in [furniture, str(furniture), [furniture]]:
        assert scan(boilerplate=given).overlaps["kind"].to_pylist() == ["boilerplate"]
    settings = scan(candidates="lsh", pairs="all", threads=1, memory="300M").run["settings"]
    assert (settings["candidates"], settings["pairs"]) == ("lsh", "all")


@pytest.mark.parametrize(
    "settings, says",
    [
        ({"min_word": 9}, "no setting is called min_word; did you mean min_words?"),
        ({"colour": 1}, "no setting is called colour; there are field, source"),
        ({"min_words": 7}, "min_words 7: at least 8"),
        ({"min_words": "9"}, "min_words='9': expected a whole number"),
        ({"min_words": True}, "min_words=True: expected a whole number"),
        ({"candidates": "all"}, "candidates='all': expected \"both\" or \"lsh\" or \"fingerprints\""),
        ({"window": "soon"}, "window='soon': expected days"),
        ({"memory": "1X"}, "memory='1X': expected bytes"),
        ({"memory": 5}, "memory 5: at least 256M"),
        ({"field": {"texts": "x"}}, "no field is called texts; did you mean text?"),
        ({"outlets": {"x": {"alias": ["y"]}}}, "alias"),
        ({"progress": 3}, "progress=3: expected a function"),
    ],
)
def test_a_wrong_setting_is_told_with_what_is_right(settings, says):
    with pytest.raises(wirecopy.SettingsError) as told:
        wirecopy.scan([{"text": "x"}], **settings)
    assert says in str(told.value)
    assert isinstance(told.value, ValueError) and isinstance(told.value, wirecopy.Error)


@pytest.mark.parametrize(
    "held, says",
    [
        ({"text": "x"}, "one mapping"),
        (7, "a int: expected a path"),
        (b"x", "a bytes"),
        (["a.txt", 7], "path 2: a int"),
        ([{"text": "x"}, 7], "article 2: a int and no mapping"),
        ([{"id": 1}], "article 1: no text field"),
        (polars.DataFrame({"x": [1]}).lazy(), "a lazy frame"),
        (pyarrow.table({"x": [1]}), "no text field (looked for text, body, content, articleBody)"),
    ],
)
def test_what_holds_no_articles_is_refused(held, says):
    with pytest.raises(wirecopy.InputError) as told:
        wirecopy.scan(held)
    assert says in str(told.value)


def test_a_path_that_is_not_there_is_a_file_error(tmp_path):
    with pytest.raises(wirecopy.Error) as told:
        wirecopy.scan(tmp_path / "missing.jsonl")
    assert "missing.jsonl" in str(told.value)
    with pytest.raises(wirecopy.InputError, match="no article in"):
        wirecopy.scan(pathlib.Path(tmp_path))


def test_an_exception_of_the_caller_comes_through(articles):
    def broken():
        yield articles[0]
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        wirecopy.scan(broken())

    def reader():
        yield pyarrow.RecordBatch.from_pylist([{"text": "x"}])
        raise RuntimeError("of a stream")

    schema = pyarrow.schema({"text": pyarrow.string()})
    with pytest.raises(wirecopy.InputError, match="of a stream"):
        wirecopy.scan(pyarrow.RecordBatchReader.from_batches(schema, reader()))


def test_nothing_is_an_empty_report():
    report = wirecopy.scan([])
    assert report.articles.num_rows == 0 and report.run["counts"]["articles"] == 0
    assert "0 articles" in report._repr_html_()
    assert wirecopy.scan(pyarrow.table({"text": pyarrow.array([], pyarrow.string())})).overlaps.num_rows == 0


def test_many_batches_are_one_corpus(articles):
    many = [{"id": f"{at:05}", "text": f"word{at} " * 50 + articles[0]["text"]} for at in range(5000)]
    report = wirecopy.scan(iter(many))
    assert report.articles.num_rows == 5000
    assert report.articles["id"].to_pylist() == [article["id"] for article in many]
    assert rows(wirecopy.scan(reversed(many), threads=1)) == rows(report)


def test_streams_need_no_pyarrow(articles):
    report = wirecopy.scan(articles)
    frame = polars.DataFrame(report.stream("overlaps"))
    assert frame["matched_words"].to_list() == report.overlaps["matched_words"].to_pylist()
    with pytest.raises(wirecopy.SettingsError, match="no table is called x"):
        report.stream("x")


def test_a_report_shows_itself(articles):
    articles[0]["text"] = articles[1]["text"] = articles[0]["text"] + " <script>alert(1)</script>"
    report = wirecopy.scan(articles)
    shown = report._repr_html_()
    assert "<table>" in shown and "<script>" not in shown and "&lt;script&gt;" in shown
    assert repr(report) == "<wirecopy.Report: 3 articles, 1 overlaps, 1 passages>"


def test_a_folder_that_cannot_be_written_is_named(articles, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(wirecopy.FileError, match="file") as told:
        wirecopy.scan(articles).write(tmp_path / "file")
    assert isinstance(told.value, OSError)


def test_the_lines_of_the_readme_run(corpus, tmp_path, monkeypatch, capsys):
    readme = corpus.parent / "README.md"
    if not readme.is_file():
        pytest.skip("the README is not beside the corpus")
    lines = readme.read_text("utf-8").split("## Python")[1].split("```python\n")[1].split("```")[0]
    os.symlink(corpus, tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    exec(lines, {})
    said = next(line.split("# ")[1] for line in lines.splitlines() if "counts" in line)
    assert capsys.readouterr().out.startswith(f"{said}\n")
    assert (tmp_path / "report/overlaps.csv").is_file()
