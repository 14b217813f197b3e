//! What is behind a pair, for a program.

use serde_json::{Map, Value, json};

use super::says::basis_says;
use super::{Explanation, Origin, Pair, Resemblance};
use crate::document::DocumentIndex;
use crate::report::{Cell, ClusterRow, TABLES, four_decimals};

impl Explanation {
    /// As one JSON object. Overlaps have the columns of overlaps.csv, and say why they are of their kind.
    pub fn to_json(&self, pair: &Pair) -> String {
        format!("{:#}", value(pair, self))
    }
}

fn value(pair: &Pair, found: &Explanation) -> Value {
    let index = &pair.report.index;
    let article = |document: DocumentIndex| {
        let metadata = index.metadata(document);
        let from = pair.asked.iter().zip(pair.origins).find(|(asked, _)| **asked == document).map(|(_, from)| from);
        json!({
            "id": index.id(document),
            "source": metadata.source,
            "time": metadata.time.as_ref().map_or(metadata.unread_time.as_str(), |time| time.given()),
            "title": metadata.title,
            "words": index.words(document),
            "from": if from == Some(Origin::Corpus) { "corpus" } else { "file" },
        })
    };
    let cluster = found.cluster.as_ref().map(|(a, b, members)| {
        let member = |row: &ClusterRow| {
            json!({
                "relation": row.relation.name(),
                "resemblance": four_decimals(row.resemblance),
                "containment": four_decimals(row.containment),
            })
        };
        let leader = index.id(a.leader);
        let id = a.cluster_id.to_string();
        json!({"cluster_id": id, "articles": members, "leader_id": leader, "a": member(a), "b": member(b)})
    });
    let longest = found.longest.map(|run| {
        json!({
            "words": run.words,
            "half_words": run.half_words,
            "a_line": run.a.1,
            "b_line": run.b.1,
            "a_byte_start": run.a.0.start,
            "a_byte_end": run.a.0.end,
            "b_byte_start": run.b.0.start,
            "b_byte_end": run.b.0.end,
            "outside": run.outside,
            "text": index.text(found.a).get(run.a.0.range()).unwrap_or_default(),
        })
    });
    let near =
        |near: &Resemblance| json!({"estimate": four_decimals(near.estimate), "exact": four_decimals(near.exact)});
    let articles = found.articles.map(|r| {
        let mut out = near(&r);
        out["bands_wide"] = json!(r.bands[0].0);
        out["bands_narrow"] = json!(r.bands[1].0);
        out
    });
    let paragraphs = found.paragraphs.map(|(x, y, r)| {
        let mut out = near(&r);
        out["a_paragraph"] = json!(x);
        out["b_paragraph"] = json!(y);
        out["bands"] = json!(r.bands[0].0);
        out
    });
    let shared = found.fingerprints;
    json!({
        "a": article(found.a),
        "b": article(found.b),
        "found": !found.overlaps.is_empty(),
        "missed": found.missed.iter().map(|&m| json!({"reason": m.name(), "says": pair.missed_says(found, m)}))
            .collect::<Vec<_>>(),
        "overlaps": found.overlaps.iter().map(|&row| overlap(pair, row)).collect::<Vec<_>>(),
        "longest_run": longest,
        "min_words": pair.report.run.settings.min_words,
        "fingerprints": {"a": shared.a, "b": shared.b, "shared": shared.both, "stars": shared.stars},
        "articles": articles,
        "paragraphs": paragraphs,
        "proposed": {"fingerprints": found.by_fingerprints(), "signatures": found.by_signatures()},
        "cluster": cluster,
    })
}

/// A row with all its columns, and why it is of its kind and direction.
fn overlap(pair: &Pair, at: usize) -> Value {
    let mut out = Map::new();
    let mut cells = Vec::new();
    if let Some(table) = TABLES.iter().find(|table| table.name == "overlaps") {
        table.row(&pair.report, at, &mut cells);
        for (column, cell) in table.columns.iter().zip(&cells) {
            let value = match *cell {
                Cell::Text(text) | Cell::Word(text) => json!(text),
                Cell::Id(id) => json!(id.to_string()),
                Cell::Int(number) => json!(number),
                Cell::Share(share) => json!(four_decimals(share)),
                Cell::Bool(truth) => json!(truth),
                Cell::Flags(_) | Cell::Empty => Value::Null,
            };
            out.insert((*column).to_owned(), value);
        }
    }
    let row = &pair.report.overlaps[at];
    out.insert("why".to_owned(), json!(pair.why_says(row)));
    out.insert("basis_says".to_owned(), json!(basis_says(row)));
    Value::Object(out)
}
