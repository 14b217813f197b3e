//! The sample corpus against its truth, which was written by hand and is checked by `corpus/.truth/check.py`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::sync::LazyLock;

use serde_json::Value;
use wirecopy::Report;

use crate::harness::{Files, Row, files_of, names, number, root, rows, scan_paths};

/// The report on the sample corpus.
pub(crate) static REPORT: LazyLock<Report> = LazyLock::new(|| scan_paths(&[&root().join("corpus")]));

/// Its files.
pub(crate) static FILES: LazyLock<Files> = LazyLock::new(|| files_of(&REPORT));

/// The articles' texts by id, read without the crate's help.
pub(crate) static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let folder = root().join("corpus");
    let read = |path| fs::read_to_string(path).expect("a text in UTF-8");
    let mut texts = BTreeMap::new();
    for outlet in names(&folder).into_iter().filter(|name| !name.starts_with('.') && !name.contains('.')) {
        for name in names(&folder.join(&outlet)) {
            let text = read(folder.join(&outlet).join(&name));
            let named = text.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix("id: "));
            texts.insert(named.map_or(format!("{outlet}/{name}"), str::to_owned), text);
        }
    }
    for line in read(folder.join("press-release.jsonl")).lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let field = |name: &str| record[name].as_str().expect("a string").to_owned();
        texts.insert(field("id"), field("text"));
    }
    texts
});

/// A passage that is there: a listed one, or one that was found.
#[derive(Debug)]
struct Place {
    articles: (String, String),
    spans: (Range<usize>, Range<usize>),
    /// What is right, or what was found. Of listed ones the first is the kind, others are right as well.
    kinds: Vec<String>,
    /// Direction and basis; none inside one article.
    ways: Vec<(String, String)>,
    /// Folded.
    speakers: Vec<String>,
    /// Looked for, but its finding is not promised.
    should: bool,
}

fn truth(name: &str) -> String {
    fs::read_to_string(root().join("corpus/.truth").join(name)).expect("the truth")
}

static EXPECT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&truth("expect.json")).expect("JSON"));

/// The entries of a list in `expect.json`, of which there is something to see.
fn expected(name: &str) -> &'static [Value] {
    let list = EXPECT[name].as_array().expect("a list");
    assert!(!list.is_empty(), "{name}");
    list
}

/// A list of strings; none is an empty one.
fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().expect("a string").to_owned()).collect()
}

/// A name as it is compared: lower case, straight apostrophes, no article before it.
fn folded(name: &str) -> String {
    let name = name.to_lowercase().replace('’', "'");
    ["the ", "a ", "an "].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(&name).to_owned()
}

/// Where the words stand in an article, in characters.
fn span_of(id: &str, words: &str) -> Range<usize> {
    let at = TEXTS[id].find(words).unwrap_or_else(|| panic!("{id} has no {words:?}"));
    let start = TEXTS[id][..at].chars().count();
    start..start + words.chars().count()
}

fn listed() -> Vec<Place> {
    let place = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| line[name].as_str().expect("a string").to_owned();
        let at = |name: &str| line[name].as_u64().expect("a number") as usize;
        let speakers = texts(&line["speaker"]);
        Place {
            articles: (text("a"), text("b")),
            spans: (at("a_start")..at("a_end"), at("b_start")..at("b_end")),
            kinds: [text("kind")].into_iter().chain(texts(&line["also"])).collect(),
            ways: texts(&line["direction"]).into_iter().zip(texts(&line["basis"])).collect(),
            speakers: speakers.iter().map(|name| folded(name)).collect(),
            should: line["should"].as_bool().unwrap_or(false),
        }
    };
    truth("spans.jsonl").lines().map(place).collect()
}

fn found() -> Vec<Place> {
    let place = |row: &Row| Place {
        articles: (row["a_id"].clone(), row["b_id"].clone()),
        spans: (
            number(row, "a_char_start")..number(row, "a_char_end"),
            number(row, "b_char_start")..number(row, "b_char_end"),
        ),
        kinds: vec![row["kind"].clone()],
        ways: vec![(row["direction"].clone(), row["basis"].clone())],
        speakers: vec![folded(&row["speaker"])],
        should: false,
    };
    rows(&FILES["overlaps.csv"]).iter().map(place).collect()
}

fn common(x: &Range<usize>, y: &Range<usize>) -> usize {
    x.end.min(y.end).saturating_sub(x.start.max(y.start))
}

fn covers(found: &Place, listed: &Place) -> bool {
    let enough = |f: &Range<usize>, l: &Range<usize>| 10 * common(f, l) >= 9 * l.len();
    found.articles == listed.articles
        && enough(&found.spans.0, &listed.spans.0)
        && enough(&found.spans.1, &listed.spans.1)
}

fn touches(found: &Place, listed: &Place) -> bool {
    found.articles == listed.articles
        && common(&found.spans.0, &listed.spans.0) > 0
        && common(&found.spans.1, &listed.spans.1) > 0
}

/// Every passage that was found, with the listed one of which it has most.
fn scored<'a>(listed: &'a [Place], found: &'a [Place]) -> Vec<(&'a Place, &'a Place)> {
    let shared = |x: &Place, y: &Place| common(&x.spans.0, &y.spans.0).min(common(&x.spans.1, &y.spans.1));
    let of = |f| listed.iter().filter(|place| touches(f, place)).max_by_key(|place| shared(f, place));
    let scored: Vec<(&Place, &Place)> = found.iter().filter_map(|f| Some((of(f)?, f))).collect();
    assert!(scored.len() > 180, "{} of {}", scored.len(), found.len());
    scored
}

/// Asks that nothing is wrong, and shows each that is, with what was expected.
#[track_caller]
fn assert_none_wrong(wrong: &[String], of: usize) {
    assert!(wrong.is_empty(), "{} of {of} wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

/// Two articles and the first words of what they share.
fn shown(place: &Place) -> String {
    let (a, b) = &place.articles;
    let words: String = TEXTS[b].chars().skip(place.spans.1.start).take(50.min(place.spans.1.len())).collect();
    format!("{a} × {b}: {words:?}")
}

#[test]
fn the_corpus_is_38_articles_and_neither_its_readme_nor_its_truth_is_one() {
    let ids: Vec<String> = rows(&FILES["articles.csv"]).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids.len(), 38);
    assert_eq!(ids, TEXTS.keys().cloned().collect::<Vec<_>>());
    assert!(REPORT.run.warnings.is_empty(), "{:?}", REPORT.run.warnings);
}

#[test]
fn every_listed_passage_is_found_by_one_overlap_that_covers_nine_tenths_of_both_sides() {
    let (listed, found) = (listed(), found());
    assert!(listed.len() > 180);
    let missed: Vec<&Place> =
        listed.iter().filter(|place| !place.should && !found.iter().any(|f| covers(f, place))).collect();
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
}

#[test]
fn of_the_passages_that_are_not_promised_at_most_two_are_missed() {
    let (listed, found) = (listed(), found());
    let should: Vec<&Place> = listed.iter().filter(|place| place.should).collect();
    assert_eq!(should.len(), 2, "a new one needs a reason");
    assert!(should.iter().filter(|place| !found.iter().any(|f| covers(f, place))).count() <= 2);
}

#[test]
fn nothing_is_found_that_is_not_listed() {
    let (listed, found) = (listed(), found());
    let phantoms: Vec<&Place> = found.iter().filter(|f| !listed.iter().any(|place| touches(f, place))).collect();
    assert!(phantoms.is_empty(), "{} unlisted: {phantoms:#?}", phantoms.len());
}

#[test]
fn what_is_found_reaches_little_beyond_what_is_listed() {
    let (listed, found) = (listed(), found());
    let (mut inside, mut all) = (0, 0);
    for f in &found {
        for (side, pick) in [(&f.spans.0, 0), (&f.spans.1, 1)] {
            let mut covered = vec![false; side.len()];
            for place in listed.iter().filter(|place| place.articles == f.articles) {
                let span = if pick == 0 { &place.spans.0 } else { &place.spans.1 };
                let (from, to) = (span.start.max(side.start), span.end.min(side.end));
                if from < to {
                    covered[from - side.start..to - side.start].fill(true);
                }
            }
            inside += covered.iter().filter(|&&c| c).count();
            all += side.len();
        }
    }
    let precision = inside as f64 / all as f64;
    assert!(precision >= 0.95, "{inside} of {all} characters are listed: {precision:.3}");
}

#[test]
fn pairs_that_share_nothing_have_no_row() {
    let found: BTreeSet<(String, String)> = found().into_iter().map(|place| place.articles).collect();
    let never = expected("never");
    assert!(never.len() > 10);
    for pair in never {
        let id = |at: usize| pair[at].as_str().expect("an id").to_owned();
        assert!(TEXTS.contains_key(&id(0)) && TEXTS.contains_key(&id(1)), "{pair}");
        assert!(!found.contains(&(id(0), id(1))) && !found.contains(&(id(1), id(0))), "{pair}");
    }
}

#[test]
fn related_articles_are_in_one_cluster_and_no_others() {
    let clusters = rows(&FILES["clusters.csv"]);
    let of: BTreeMap<&str, &Row> = clusters.iter().map(|row| (row["id"].as_str(), row)).collect();
    let mut related = BTreeSet::new();
    for line in truth("relations.jsonl").lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| line[name].as_str().expect("a string");
        let (a, b, relation) = (text("a"), text("b"), text("relation"));
        let cluster = |id: &str| of.get(id).map(|row| row["cluster_id"].as_str());
        if relation == "none" {
            assert!(cluster(a).is_none() || cluster(a) != cluster(b), "{a} and {b} share a cluster");
            continue;
        }
        related.extend([a.to_owned(), b.to_owned()]);
        assert!(cluster(a).is_some() && cluster(a) == cluster(b), "{a} and {b} are {relation}, but in two clusters");
        if of[b]["leader_id"] == a {
            assert_eq!(of[b]["relation"], relation, "{a} and {b}");
        }
    }
    let clustered: BTreeSet<String> = of.keys().map(|&id| id.to_owned()).collect();
    assert_eq!(clustered, related);
}

#[test]
fn every_overlap_is_of_the_kind_that_is_listed() {
    let (listed, found) = (listed(), found());
    let (mut confusion, mut wrong) = (BTreeMap::new(), Vec::new());
    for (place, f) in scored(&listed, &found) {
        *confusion.entry((place.kinds[0].as_str(), f.kinds[0].as_str())).or_insert(0) += 1;
        if !place.kinds.contains(&f.kinds[0]) {
            wrong.push(format!("{} for {}: {}", f.kinds[0], place.kinds.join(" or "), shown(f)));
        }
    }
    let kinds: BTreeSet<&str> = confusion.keys().flat_map(|&(x, y)| [x, y]).collect();
    assert_eq!(kinds.len(), 7, "a kind is not in the corpus: {kinds:?}");
    let line = |name: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>13}")).collect();
        format!("{name:<13}{cells}\n")
    };
    let mut table = line("listed|found", kinds.iter().map(|&kind| kind.to_owned()).collect());
    for x in &kinds {
        let count = |y| confusion.get(&(*x, y)).map_or(String::from("."), usize::to_string);
        table += &line(x, kinds.iter().map(|&y| count(y)).collect());
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{table}\n{} wrong:\n  {}", wrong.len(), wrong.join("\n  "));
}

#[test]
fn every_overlap_of_two_articles_has_a_listed_direction_for_a_listed_reason() {
    let (listed, found) = (listed(), found());
    let scored = scored(&listed, &found);
    let wrong: Vec<String> = scored
        .iter()
        .filter(|(place, f)| place.articles.0 != place.articles.1 && !place.ways.contains(&f.ways[0]))
        .map(|(place, f)| format!("{:?} for {:?}: {}", f.ways[0], place.ways, shown(f)))
        .collect();
    assert_none_wrong(&wrong, scored.len());
    let reasons: BTreeSet<&str> = listed.iter().flat_map(|place| &place.ways).map(|way| way.1.as_str()).collect();
    assert_eq!(reasons.len(), 9, "a basis is not in the corpus: {reasons:?}");
}

#[test]
fn all_rows_of_a_pair_agree_on_who_had_it_first() {
    let found = found();
    for pair in expected("directions") {
        let text = |name: &str| pair[name].as_str().expect("a string");
        let (a, b) = (text("a"), text("b"));
        let way = match text("first") {
            "common" => "common",
            "undetermined" => "unknown",
            first if first == a => "a->b",
            _ => "b->a",
        };
        let of: Vec<&Place> = found.iter().filter(|f| f.articles.0 == a && f.articles.1 == b).collect();
        assert!(!of.is_empty(), "{pair}");
        let wrong: Vec<String> =
            of.iter().filter(|f| f.ways[0].0 != way).map(|f| format!("{}: {}", f.ways[0].0, shown(f))).collect();
        assert!(wrong.is_empty(), "{pair}\n  {}", wrong.join("\n  "));
    }
}

#[test]
fn every_quotation_is_given_to_who_is_said_to_have_said_it() {
    let (listed, found) = (listed(), found());
    let scored: Vec<(&Place, &Place)> =
        scored(&listed, &found).into_iter().filter(|(place, _)| place.kinds[0] == "quotation").collect();
    let wrong: Vec<String> = scored
        .iter()
        .filter(|(place, f)| !place.speakers.contains(&f.speakers[0]))
        .map(|(place, f)| format!("{:?} for {:?}: {}", f.speakers[0], place.speakers, shown(f)))
        .collect();
    assert_none_wrong(&wrong, scored.len());
}

#[test]
fn an_article_credits_whom_it_names_as_its_source_and_nobody_else() {
    let named = |column: &str, id: &str| texts(&EXPECT[column][id]);
    assert!(EXPECT["credits"].as_object().expect("an object").len() > 10);
    let mut wrong = Vec::new();
    for row in rows(&FILES["articles.csv"]) {
        let (id, credit) = (row["id"].as_str(), folded(&row["credit"]));
        let must = named("credits", id);
        let mut rest = credit.clone();
        for name in must.iter().chain(&named("credits_may", id)) {
            rest = rest.replacen(&folded(name), "", 1);
        }
        let beyond = rest.split(|c: char| !c.is_alphanumeric()).any(|word| !["", "the"].contains(&word));
        if beyond || !must.iter().all(|name| credit.contains(&folded(name))) {
            wrong.push(format!("{id}: {:?} for {must:?}", row["credit"]));
        }
    }
    assert_none_wrong(&wrong, TEXTS.len());
}

#[test]
fn a_quotation_in_other_words_is_listed_as_altered_and_no_other_is() {
    let listed: Vec<(&Value, Place)> = expected("altered_quotes")
        .iter()
        .map(|quote| {
            let text = |name: &str| quote[name].as_str().expect("a string").to_owned();
            let (a, b) = (text("a"), text("b"));
            let place = Place {
                spans: (span_of(&a, &text("a_text")), span_of(&b, &text("b_text"))),
                articles: (a, b),
                kinds: Vec::new(),
                ways: Vec::new(),
                speakers: texts(&quote["speaker"]).iter().map(|name| folded(name)).collect(),
                should: quote["should"].as_bool().unwrap_or(false),
            };
            (quote, place)
        })
        .collect();
    let found = rows(&FILES["altered_quotes.csv"]);
    let place = |row: &Row| Place {
        articles: (row["a_id"].clone(), row["b_id"].clone()),
        spans: (
            number(row, "a_char_start")..number(row, "a_char_end"),
            number(row, "b_char_start")..number(row, "b_char_end"),
        ),
        kinds: Vec::new(),
        ways: Vec::new(),
        speakers: vec![folded(&row["speaker"])],
        should: false,
    };
    let places: Vec<Place> = found.iter().map(place).collect();
    let missed: Vec<String> = listed
        .iter()
        .filter(|(_, place)| !place.should && !places.iter().any(|f| touches(f, place)))
        .map(|(_, place)| format!("missed: {}", shown(place)))
        .collect();
    let mut wrong = missed;
    for (row, f) in found.iter().zip(&places) {
        match listed.iter().find(|(_, place)| touches(f, place)) {
            None => wrong.push(format!("not altered: {} {}", shown(f), row["diff"])),
            Some((_, place)) if !place.speakers.contains(&f.speakers[0]) => {
                wrong.push(format!("{:?} for {:?}: {}", f.speakers[0], place.speakers, shown(f)));
            }
            Some(_) => {}
        }
        for (side, span) in [("a", &f.spans.0), ("b", &f.spans.1)] {
            let text: String = TEXTS[&row[&format!("{side}_id")]].chars().skip(span.start).take(span.len()).collect();
            assert_eq!(row[&format!("{side}_text")].trim_start_matches('\''), text, "{row:?}");
        }
        assert!(row["diff"].contains("[-") || row["diff"].contains("{+"), "{:?} tells no difference", row["diff"]);
    }
    assert_none_wrong(&wrong, listed.len());
}

#[test]
fn a_passage_has_as_many_origins_as_texts_that_were_written_apart() {
    let passages = rows(&FILES["passages.csv"]);
    let mut holders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows(&FILES["occurrences.csv"]) {
        holders.entry(row["passage_id"].clone()).or_default().insert(row["id"].clone());
    }
    let mut wrong = Vec::new();
    for origin in expected("origins") {
        let (phrase, with) = (origin["phrase"].as_str().expect("words"), origin["with"].as_str().expect("an id"));
        let groups: Vec<Vec<String>> = origin["groups"].as_array().expect("a list").iter().map(texts).collect();
        assert_eq!(origin["origins"].as_u64(), Some(groups.len() as u64), "{phrase}");
        let of: Vec<&Row> = passages
            .iter()
            .filter(|row| row["text"].contains(phrase) && holders[&row["passage_id"]].contains(with))
            .collect();
        if of.is_empty() {
            wrong.push(format!("no passage in {with}: {phrase:?}"));
        }
        for row in of {
            let ids = &holders[&row["passage_id"]];
            let strange: Vec<&String> = ids.iter().filter(|id| !groups.iter().flatten().any(|x| x == *id)).collect();
            let least = groups.iter().filter(|group| group.iter().any(|id| ids.contains(id))).count();
            let all = groups.iter().flatten().all(|id| ids.contains(id));
            let most = least + origin["more"].as_u64().filter(|_| all).unwrap_or(0) as usize;
            let right = row["origins"].parse().is_ok_and(|n: usize| (least..=most).contains(&n));
            if !right || !strange.is_empty() {
                wrong.push(format!("{} for {least}: {phrase:?} in {ids:?}, not listed: {strange:?}", row["origins"]));
            }
        }
    }
    assert_none_wrong(&wrong, expected("origins").len());
}

#[test]
fn the_statement_behind_the_quotations_is_put_together_in_its_order() {
    let mut statements: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows(&FILES["statements.csv"]) {
        let ids: Vec<&str> = row["ids"].split([' ', ';', ',', '|']).filter(|id| !id.is_empty()).collect();
        assert!(ids.iter().all(|&id| TEXTS.contains_key(id)), "{row:?}");
        assert_eq!(ids.len(), number(&row, "articles"), "{row:?}");
        statements.entry(row["statement_id"].clone()).or_default().push(row);
    }
    for pieces in statements.values_mut() {
        pieces.sort_by_key(|row| number(row, "order"));
        let order: Vec<usize> = pieces.iter().map(|row| number(row, "order")).collect();
        assert_eq!(order, (1..=pieces.len()).collect::<Vec<_>>(), "{pieces:?}");
        assert!(pieces.iter().all(|row| row["speaker"] == pieces[0]["speaker"]), "{pieces:?}");
    }
    let whole = |pieces: &[Row]| pieces.iter().map(|row| row["text"].as_str()).collect::<Vec<_>>().join("\n");
    for statement in expected("statements") {
        let (names, wanted) = (texts(&statement["speaker"]), texts(&statement["pieces"]));
        let held = |pieces: &[Row]| wanted.iter().filter(|piece| whole(pieces).contains(*piece)).count();
        let best = statements.values().max_by_key(|pieces| held(pieces)).expect("a statement");
        let text = whole(best);
        let at: Vec<Option<usize>> = wanted.iter().map(|piece| text.find(piece)).collect();
        assert!(at.iter().all(Option::is_some), "{} of {} pieces in:\n{text}", held(best), wanted.len());
        assert!(at.is_sorted(), "not in their order:\n{text}");
        let speaker = folded(&best[0]["speaker"]);
        assert!(names.iter().any(|name| folded(name) == speaker), "{speaker:?} for {names:?}");
    }
}

#[test]
fn the_flags_of_an_article_are_those_listed() {
    let articles = rows(&FILES["articles.csv"]);
    let mut wrong = Vec::new();
    for (flag, ids) in EXPECT["flags"].as_object().expect("an object") {
        let (must, may) = (texts(&ids["must"]), texts(&ids["may"]));
        for row in &articles {
            let has = row["flags"].split(' ').any(|f| f == flag);
            if has && !must.contains(&row["id"]) && !may.contains(&row["id"]) {
                wrong.push(format!("{} has {flag}", row["id"]));
            } else if !has && must.contains(&row["id"]) {
                wrong.push(format!("{} has no {flag}", row["id"]));
            }
        }
    }
    assert_none_wrong(&wrong, articles.len());
}
