"""An index from Python, and pairs judged with it."""

import pytest

import wirecopy


@pytest.fixture
def index(tmp_path, articles):
    index = wirecopy.Index(tmp_path / "news.index")
    added = index.add(articles)
    assert (added.new, added.replaced, added.unchanged, added.warnings) == (3, 0, 0, [])
    return index


def test_articles_come_and_go(index, articles):
    assert len(index) == 3 and "herald/1" in index and "x" not in index
    assert index.add(iter(articles)).unchanged == 3
    assert index.add([{**articles[0], "text": "Something else."}]).replaced == 1
    assert index.article("herald/1")["text"] == "Something else."
    assert index.article("post/1")["time"] == "2031-03-05"
    removed = index.remove(["herald/1", "none"])
    assert (removed.removed, removed.unknown, len(index)) == (1, ["none"], 2)
    index.compact()
    index.verify()
    assert index.stats()["documents"] == 2


def test_a_scan_of_an_index_is_that_of_its_articles(index, articles):
    of_index, of_articles = index.scan(), wirecopy.scan(articles)
    for name in wirecopy.TABLES:
        assert getattr(of_index, name).equals(getattr(of_articles, name)), name
    more = index.scan([{"id": "new", "text": articles[0]["text"]}])
    assert more.articles.num_rows == 4 and len(index) == 3


def test_a_query_tells_where_a_text_comes_from(index, articles, tmp_path):
    text = "They say " + articles[0]["text"]
    file = tmp_path / "draft.txt"
    file.write_text(text)
    expected = index.query(text)
    assert [source["id"] for source in expected["sources"]] == ["herald/1", "post/1"]
    for asked in [{"text": text}, file]:
        assert [source["words"] for source in index.query(asked)["sources"]] == [18, 18]
    assert index.query("Nothing of that.")["sources"] == []


def test_a_pair_is_explained(index, articles, tmp_path):
    told = wirecopy.explain(articles[0], articles[1])
    assert told["found"] and told["overlaps"][0]["matched_words"] == 18
    assert told["overlaps"][0]["why"] == "two outlets, neither quoted nor credited"
    assert wirecopy.explain("herald/1", "post/1", corpus=index)["a"]["from"] == "corpus"
    assert not wirecopy.explain("herald/1", "sun/1", corpus=index.path)["found"]
    file = tmp_path / "one.txt"
    file.write_text(articles[0]["text"])
    assert wirecopy.explain(file, articles[1])["found"]
    with pytest.raises(wirecopy.InputError, match="no such file"):
        wirecopy.explain("herald/1", "post/1")
    with pytest.raises(wirecopy.InputError, match="herald/9"):
        wirecopy.explain("herald/9", "post/1", corpus=index)
    with pytest.raises(wirecopy.SettingsError, match="did you mean window"):
        wirecopy.explain(articles[0], articles[1], windows=3)


def test_trouble_with_an_index_is_told(tmp_path, articles):
    index = wirecopy.Index(tmp_path / "none")
    for ask in [lambda: len(index), lambda: index.remove(["x"]), lambda: index.query("x"), index.stats]:
        with pytest.raises(wirecopy.IndexFileError, match="there is no index"):
            ask()
    silent = wirecopy.Index(tmp_path / "silent", text=False)
    silent.add(articles)
    assert silent.query(articles[0]["text"])["sources"]
    with pytest.raises(wirecopy.IndexFileError, match="keeps no texts"):
        silent.scan()
    with pytest.raises(wirecopy.InputError, match="strict"):
        index.add([{"text": None, "id": "a"}], strict=True)
    segment = next(path for path in (tmp_path / "silent").iterdir() if path.name not in ("lock", "manifest"))
    segment.write_bytes(segment.read_bytes()[:-9])
    with pytest.raises(wirecopy.IndexFileError):
        silent.verify()
