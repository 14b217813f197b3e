//! `wirecopy explain`: why do these two articles share words, or why were none found?

use std::fmt::{self, Display, Formatter};
use std::io::Write as _;

use anstyle::Style;
use anyhow::Result;
use serde_json::{Map, Value, json};
use wirecopy::align::Role;
use wirecopy::document::DocumentIndex;
use wirecopy::explain::{Explanation, Missed, Origin, Pair, Resemblance, Run, Scope, Why};
use wirecopy::judge::{Basis, Direction};
use wirecopy::report::{Cell, Excerpt, OverlapRow, TABLES};
use wirecopy::{Kind, Settings};

use super::args::{Common, ExplainArgs, TextOrJson};
use super::pair::{facts, judged, origin};
use super::terminal::{clean, columns, count, four_decimals, shorten, shorten_name, thousands, wrapped};
use super::{Outcome, lost, print_warnings, written};

const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Most words that are trimmed off an overlap, two at each end.
const TRIMMED: u32 = 4;
/// Overlaps that are shown before the rest is only counted.
const SHOWN: usize = 20;

pub(super) fn run(args: &ExplainArgs, common: &Common) -> Result<Outcome> {
    let pair = judged(&args.pair, Scope::Corpus, common)?;
    let explanation = pair.explain();
    print_warnings(&pair.report.run.warnings, common);
    match args.format {
        TextOrJson::Text => {
            let text = Text { pair: &pair, found: &explanation, columns: columns() }.to_string();
            written(anstream::stdout().write_all(text.as_bytes()))?;
        }
        TextOrJson::Json => {
            let json = serde_json::to_string_pretty(&json(&pair, &explanation))?;
            written(writeln!(std::io::stdout(), "{json}"))?;
        }
    }
    let outcome = if lost(&pair.report.run.warnings) { Outcome::Incomplete } else { Outcome::Complete };
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget(pair);
    Ok(outcome)
}

/// The explanation for a person.
struct Text<'a> {
    pair: &'a Pair,
    found: &'a Explanation,
    columns: usize,
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Explanation { a, b, overlaps, missed, .. } = self.found;
        self.article(f, "a", *a)?;
        if a != b {
            self.article(f, "b", *b)?;
        }
        let index = &self.pair.report.index;
        let words = |document| count(index.words(document).into(), "word");
        if overlaps.is_empty() {
            writeln!(f, "\n{HEAD}Nothing found that they share{HEAD:#}")?;
            for missed in missed {
                self.lines(f, 4, &self.missed(*missed))?;
            }
        } else {
            let found = count(overlaps.len() as u64, "overlap");
            let of = if a == b { words(*a) } else { format!("{} in a and {} in b", words(*a), words(*b)) };
            writeln!(f, "\n{HEAD}{found}; {of}{HEAD:#}")?;
        }
        for (at, &row) in overlaps.iter().take(SHOWN).enumerate() {
            self.overlap(f, at + 1, &self.pair.report.overlaps[row])?;
        }
        if overlaps.len() > SHOWN {
            let more = count((overlaps.len() - SHOWN) as u64, "overlap");
            writeln!(f, "\n{FAINT}and {more} more: --format json lists them{FAINT:#}")?;
        }
        if a != b {
            self.longest(f)?;
            self.proposed(f)?;
            self.cluster(f)?;
        }
        Ok(())
    }
}

impl Text<'_> {
    fn lines(&self, f: &mut Formatter<'_>, indent: usize, text: &str) -> fmt::Result {
        wrapped(text, self.columns - indent).iter().try_for_each(|line| writeln!(f, "{:indent$}{line}", ""))
    }

    fn article(&self, f: &mut Formatter<'_>, letter: &str, document: DocumentIndex) -> fmt::Result {
        let index = &self.pair.report.index;
        let id = shorten_name(index.id(document), self.columns - 4);
        writeln!(f, "{HEAD}{letter}  {id}{HEAD:#}")?;
        let facts = facts(&self.pair.report, document);
        if !facts.is_empty() {
            writeln!(f, "   {}", shorten(&facts.join(" · "), self.columns - 4))?;
        }
        for (asked, from) in self.pair.asked.iter().zip(self.pair.origins) {
            if *asked == document && !origin(from).is_empty() {
                writeln!(f, "   {FAINT}{}{FAINT:#}", origin(from))?;
            }
        }
        Ok(())
    }

    fn overlap(&self, f: &mut Formatter<'_>, number: usize, row: &OverlapRow) -> fmt::Result {
        let words = count(row.matched_words.into(), "equal word");
        let exact = if row.exact { "exact" } else { "changed" };
        let kind = row.judged.kind.name();
        writeln!(f, "\n{HEAD}{number:2}. {words}, similarity {:.4}, {exact}, {kind}{HEAD:#}", row.similarity)?;
        self.lines(f, 4, &format!("line {} of a, line {} of b", row.a.line, row.b.line))?;
        self.lines(f, 4, &format!("{kind}: {}", why(self.pair, row)))?;
        self.lines(f, 4, &format!("direction {}: {}", row.judged.direction.name(), basis(row)))?;
        if let Some(speaker) = speaker(self.pair, row) {
            self.lines(f, 4, &format!("said by {}", clean(speaker)))?;
        }
        if row.role == Role::Repeat {
            self.lines(f, 4, "a repeat: one side lies inside a longer overlap of the two")?;
        }
        self.text(f, if row.exact { "" } else { "a " }, text(self.pair, &row.a))?;
        if !row.exact {
            self.text(f, "b ", text(self.pair, &row.b))?;
        }
        Ok(())
    }

    fn text(&self, f: &mut Formatter<'_>, mark: &str, text: &str) -> fmt::Result {
        let lines = wrapped(&clean(text), self.columns - 6 - mark.len());
        for (at, line) in lines.iter().enumerate() {
            let mark = if at == 0 { mark } else { &"  "[..mark.len()] };
            writeln!(f, "      {FAINT}{mark}{FAINT:#}{line}")?;
        }
        Ok(())
    }

    fn longest(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{HEAD}The longest run of equal words{HEAD:#}")?;
        let Some(run) = self.found.longest else { return self.lines(f, 4, "none: no word stands in both") };
        self.lines(f, 4, &format!("{}, from line {} of a and line {} of b", amount(&run), run.a.1, run.b.1))?;
        let index = &self.pair.report.index;
        let text = index.text(self.found.a).get(run.a.0.range()).unwrap_or_default();
        self.text(f, "", &shorten(text, 3 * self.columns))?;
        let outside = count(run.outside.into(), "word");
        match run.outside {
            _ if self.found.overlaps.is_empty() => Ok(()),
            0 => Ok(()),
            all if all == run.words => self.lines(f, 4, "no overlap of the two holds it"),
            1..=TRIMMED => {
                self.lines(f, 4, &format!("{outside} of it trimmed: common ones beyond a mark or a sentence's end"))
            }
            _ => self.lines(f, 4, &format!("{outside} of it lie in no overlap of the two")),
        }
    }

    fn proposed(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{HEAD}How the pair is proposed{HEAD:#}")?;
        let shared = self.found.fingerprints;
        let proposes = if self.found.by_fingerprints() { "they propose the pair" } else { "they propose nothing" };
        let (both, of_a, of_b) =
            (thousands(shared.both.into()), thousands(shared.a.into()), thousands(shared.b.into()));
        self.lines(
            f,
            4,
            &format!("fingerprints (runs of 5 words): {both} of {of_a} in a and {of_b} in b: {proposes}"),
        )?;
        if shared.stars > 0 {
            let stars = thousands(shared.stars.into());
            self.lines(f, 4, &format!("of these, {stars} stand in more than 64 articles: {}", STARS))?;
        }
        let mut said = Vec::new();
        match self.found.articles {
            Some(near) => {
                let [wide, narrow] = near.bands;
                said.push(format!(
                    "signatures of the articles: {}; bands in common: {} of {} wide, {} of {} narrow",
                    resemblance(&near),
                    wide.0,
                    wide.1,
                    narrow.0,
                    narrow.1
                ));
            }
            None => said.push("signatures of the articles: one has no words".to_owned()),
        }
        match &self.found.paragraphs {
            Some((x, y, near)) => {
                let bands = near.bands[0];
                said.push(format!(
                    "signatures of paragraphs: {x} of a and {y} of b are nearest: {}; bands in common: {} of {}",
                    resemblance(near),
                    bands.0,
                    bands.1
                ));
            }
            None => said.push("signatures of paragraphs: no two share a band".to_owned()),
        }
        let proposes = if self.found.by_signatures() { "propose the pair" } else { "propose nothing" };
        said.push(format!("together the signatures {proposes}"));
        said.iter().try_for_each(|line| self.lines(f, 4, line))
    }

    fn cluster(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{HEAD}Near-duplicates{HEAD:#}")?;
        let Some((a, b, members)) = &self.found.cluster else {
            return self.lines(f, 4, "no: they are in no cluster together");
        };
        let index = &self.pair.report.index;
        let leader = clean(index.id(a.leader));
        self.lines(f, 4, &format!("both are in a cluster of {} led by {leader}", count(*members as u64, "article")))?;
        for (letter, row) in [("a", a), ("b", b)] {
            let relation = row.relation.name();
            let line = if row.document == row.leader {
                format!("{letter}: {relation}")
            } else {
                let (resemblance, containment) = (row.resemblance, row.containment);
                format!(
                    "{letter}: {relation}, resemblance {resemblance:.4} and containment {containment:.4} to the leader"
                )
            };
            self.lines(f, 4, &line)?;
        }
        Ok(())
    }

    fn missed(&self, missed: Missed) -> String {
        missed_words(self.pair, self.found, missed)
    }
}

const STARS: &str = "each article that has one is compared with the first that has the same eight words, not with all";

/// How much a signature and the shingles say.
fn resemblance(near: &Resemblance) -> String {
    format!("estimate {:.4}, exact {:.4}", near.estimate, near.exact)
}

/// How long a run is.
fn amount(run: &Run) -> String {
    if !run.graphemes {
        return count(run.words.into(), "word");
    }
    let words = f64::from(run.half_words) / 2.0;
    format!("{} of a script without spaces, which count as {words} words", count(run.words.into(), "sign"))
}

/// What kept a pair from being found, in a sentence.
fn missed_words(pair: &Pair, found: &Explanation, missed: Missed) -> String {
    let settings = &pair.report.run.settings;
    let needed = settings.min_words;
    let run = found.longest.map(|run| amount(&run)).unwrap_or_default();
    match missed {
        Missed::OneArticle => "both are one article (same id, same text), and it does not repeat itself".to_owned(),
        Missed::NoWords => "one of them has no words".to_owned(),
        Missed::Window(days) => {
            format!("they came out more than {} apart, and --window leaves such pairs out", count(days.into(), "day"))
        }
        Missed::OneOutlet => {
            "they are of one outlet, or of outlets of one owner, and --same-source skip leaves these out".to_owned()
        }
        Missed::NothingEqual => "they have no word in common".to_owned(),
        Missed::TooShort => {
            let asked = if needed > Settings::MIN_WORDS { " (--min-words)" } else { "" };
            format!(
                "the longest shared run is {run}; {needed} are needed{asked}, in one run or in several that stand \
                 close together in the same order"
            )
        }
        Missed::BelowSetting => format!("the longest shared run is {run}; --min-words {needed} asks for more"),
        Missed::Stars => format!("what they share stands in more than 64 articles: {STARS}"),
        Missed::NotProposed => format!("the longest shared run is {run}, but no fingerprint or band proposes the pair"),
        Missed::Unknown => {
            format!("the longest shared run is {run}; its words are told by overlaps with other articles")
        }
    }
}

/// Why a row is of its kind, in a sentence.
fn why(pair: &Pair, row: &OverlapRow) -> String {
    let letter = |document| if document == row.a.document { "a" } else { "b" };
    match pair.why(row) {
        Why::QuotedOnBoth => "inside quotation marks on both sides".to_owned(),
        Why::QuotedInB => "inside quotation marks in b".to_owned(),
        Why::Furniture => "furniture, which an outlet repeats over days, or a text that --boilerplate names".to_owned(),
        Why::SetPhrase => "names, titles or a set phrase".to_owned(),
        Why::OneArticle => "two places of one article".to_owned(),
        Why::OneOutlet => "same outlet, or outlets of one owner".to_owned(),
        Why::OneAddress => "same outlet and same address: two versions of one article".to_owned(),
        Why::Credits(names) => {
            let said: Vec<String> =
                names.iter().map(|(document, name)| format!("{} credits {}", letter(*document), clean(name))).collect();
            said.join(", ")
        }
        Why::Canonical => "a canonical link names the original".to_owned(),
        Why::Neither => "two outlets, neither quoted nor credited".to_owned(),
        Why::NeitherNamed => {
            "neither quoted nor credited; an article without an outlet is of no other's outlet".to_owned()
        }
    }
}

/// What a direction rests on, in a sentence.
fn basis(row: &OverlapRow) -> &'static str {
    let (direction, common) = (row.judged.direction, row.judged.direction == Direction::Common);
    match row.judged.basis {
        None if matches!(row.judged.kind, Kind::Boilerplate | Kind::Formula) => "nobody's words in particular",
        None => "two places of one article",
        Some(Basis::Credit) if common => "both credit a third",
        Some(Basis::Agency) if common => "both credit an agency",
        Some(Basis::Credit) => "one credits the other's outlet",
        Some(Basis::Agency) => "one credits the other, an agency",
        Some(Basis::Canonical) => "a canonical link names the original",
        Some(Basis::Date) if direction == Direction::Backward => "b came out earlier",
        Some(Basis::Date) => "a came out earlier",
        Some(Basis::Quotation) => "both quote: the words are a third party's",
        Some(Basis::Conflict) => "what the articles say contradicts itself",
        Some(Basis::Tie) => "both came out at the same time, as far as it is known",
        Some(Basis::NoDate) => "a date is missing",
    }
}

fn speaker<'a>(pair: &'a Pair, row: &OverlapRow) -> Option<&'a str> {
    let (document, span) = row.judged.speaker?;
    pair.report.index.text(document).get(span.range())
}

fn text<'a>(pair: &'a Pair, excerpt: &Excerpt) -> &'a str {
    pair.report.index.text(excerpt.document).get(excerpt.bytes.range()).unwrap_or_default()
}

/// The explanation for a program. Overlaps have the columns of overlaps.csv.
fn json(pair: &Pair, found: &Explanation) -> Value {
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
        let member = |row: &wirecopy::report::ClusterRow| {
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
        "missed": found.missed.iter().map(|&m| json!({"reason": m.name(), "says": missed_words(pair, found, m)}))
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
    out.insert("why".to_owned(), json!(why(pair, row)));
    out.insert("basis_says".to_owned(), json!(basis(row)));
    Value::Object(out)
}
