//! What the page shows, as plain data: made from a report once, saved beside it, and drawn from as often as one likes.

use crate::judge::Kind;
use serde::{Deserialize, Serialize};

/// Version of this form. A page of another version is refused by name.
pub(super) const VERSION: u32 = 2;

/// Names of what a word can be, in the order in which the page shows them: `unique`, then the kinds that an article's
/// words are shared out to. Numbers of kinds on the page are places in this list.
pub(super) const KINDS: [&str; 7] =
    ["unique", "quotation", "credited", "boilerplate", "self", "unattributed", "formula"];

/// Number of a kind on the page: a revision counts as the outlet's own words, as in `articles.csv`.
pub(super) fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Quotation => 1,
        Kind::Credited => 2,
        Kind::Boilerplate => 3,
        Kind::SelfReuse | Kind::Revision => 4,
        Kind::Unattributed => 5,
        Kind::Formula => 6,
    }
}

/// Whether a passage of this kind is somebody's words, not furniture, a set phrase, or what an outlet repeats of its own.
pub(super) fn is_news(kind: u8) -> bool {
    matches!(KINDS[usize::from(kind)], "quotation" | "credited" | "unattributed")
}

/// All that is on the page.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) version: u32,
    /// Texts are left out.
    pub(super) redacted: bool,
    pub(super) method: Method,
    pub(super) totals: Totals,
    /// Articles that the page names: first those it tells all about, in the order of their ids, then the others.
    pub(super) articles: Vec<Article>,
    /// How many of them come with their texts, or would if texts were not left out.
    pub(super) detailed: usize,
    /// How many of them, the first, are listed: all but what stands beside articles that were checked.
    pub(super) listed: usize,
    pub(super) overlaps: Vec<Overlap>,
    /// Overlaps between articles that it tells all about, for which there was no room.
    pub(super) overlaps_left_out: u64,
    pub(super) passages: Vec<Passage>,
    pub(super) statements: Vec<Statement>,
    pub(super) altered: Vec<Altered>,
    pub(super) outlets: Vec<Outlet>,
    pub(super) pairs: Vec<OutletPair>,
    /// What a check says of its articles; none on the page of a scan.
    pub(super) checked: Vec<Checked>,
}

/// run.json, as far as the page shows it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Method {
    /// Version of wirecopy.
    pub(super) made_by: String,
    /// Names and values.
    pub(super) settings: Vec<(String, String)>,
    pub(super) counts: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    /// Input, reason and detail of what was left out: the first, and how many in all.
    pub(super) skipped: Vec<(String, String, String)>,
    pub(super) skipped_count: u64,
}

/// An article that was checked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checked {
    pub(super) article: u32,
    /// Why it does not pass; nothing where it does.
    pub(super) failures: Vec<String>,
}

/// Counts of the whole report, also of what the page leaves out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Totals {
    pub(super) articles: u64,
    pub(super) outlets: u64,
    pub(super) words: u64,
    /// Words by kind, in the order of [`KINDS`]; formulas are among the unique ones, and told apart at the end.
    pub(super) by_kind: [u64; 7],
    /// Articles with words, by unique share: twenty steps of 5 %.
    pub(super) histogram: [u64; 20],
    /// Passages in two articles or more.
    pub(super) shared_passages: u64,
    pub(super) statements: u64,
    pub(super) altered: u64,
    pub(super) pairs: u64,
}

/// An article, as far as the page names it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Article {
    pub(super) id: String,
    pub(super) outlet: String,
    /// Time of publication as given, for reading.
    pub(super) time: String,
    /// First and last instant of that, in Unix seconds; the same where it names a minute.
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) title: String,
    /// Where it stands, if that is an address of the web.
    pub(super) url: String,
    pub(super) words: u32,
    /// Share of the words that no demonstrably earlier article has.
    pub(super) first_seen_share: Option<f64>,
    /// Words by kind, as in [`Totals::by_kind`].
    pub(super) by_kind: [u32; 7],
    pub(super) detail: Option<Detail>,
}

/// All about an article.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Detail {
    pub(super) longest_run: u32,
    pub(super) credit: String,
    pub(super) flags: Vec<String>,
    /// Relation to the leader of its cluster, the leader, and resemblance.
    pub(super) cluster: Option<(String, u32, f64)>,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) sources: Vec<Source>,
    /// Articles with which it shares words that are not among these.
    pub(super) more_sources: u32,
}

/// A paragraph of an article.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Paragraph {
    /// Its text; empty in a page without texts.
    pub(super) text: String,
    /// Words by kind, as in [`Totals::by_kind`].
    pub(super) by_kind: [u32; 7],
    /// Stretches of words that are not unique, rising.
    pub(super) runs: Vec<Run>,
}

/// Consecutive words of one kind, that one other article has too.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Run {
    /// First byte in the paragraph's text, and the byte after the last.
    pub(super) bytes: (u32, u32),
    pub(super) kind: u8,
    pub(super) words: u32,
    /// Words of this kind in a row: more, where the stretch goes on in the next paragraph or with another article.
    pub(super) in_a_row: u32,
    /// The overlap that holds it, if the page has it.
    pub(super) overlap: Option<u32>,
    /// Whether a check was told to let it pass.
    pub(super) excused: bool,
}

/// An article that another shares words with.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Source {
    pub(super) article: u32,
    pub(super) full_words: u32,
    pub(super) allocated_words: u32,
}

/// A verified pair of spans.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Overlap {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) kind: u8,
    pub(super) direction: String,
    pub(super) basis: String,
    pub(super) matched_words: u32,
    /// Place among the page's passages.
    pub(super) passage: Option<u32>,
    /// What stands in a, then what stands in b.
    pub(super) sides: [Vec<Piece>; 2],
}

/// A stretch of an overlap in one paragraph: paragraph, first UTF-16 unit and unit after the last, as scripts count, and
/// whether the other side has the same words.
pub(super) type Piece = (u32, u32, u32, bool);

/// A text that recurs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Passage {
    pub(super) id: String,
    pub(super) kind: u8,
    pub(super) articles: u32,
    pub(super) sources: u32,
    pub(super) words: u32,
    pub(super) origins: u32,
    /// The representative.
    pub(super) text: String,
    /// Its versions: that of the representative first, then by their earliest article.
    pub(super) versions: Vec<Version>,
    /// Places that are not on the page.
    pub(super) left_out: u32,
    /// An article that is demonstrably earlier than the first of these, and has the words inside a longer passage.
    pub(super) before: Option<u32>,
}

/// A version of a passage, and who has it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) text: String,
    /// By time.
    pub(super) places: Vec<Place>,
}

/// One place of a passage.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) article: u32,
    pub(super) exact: bool,
    pub(super) similarity: f64,
}

/// A rebuilt common source.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Statement {
    pub(super) id: String,
    pub(super) speaker: String,
    /// Its pieces in order, each with the articles that print it.
    pub(super) pieces: Vec<(String, Vec<u32>)>,
}

/// A quotation that differs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Altered {
    pub(super) speaker: String,
    pub(super) a: u32,
    pub(super) b: u32,
    /// As in `altered_quotes.csv`.
    pub(super) diff: String,
    /// An article earlier than both that has every word of one version and not of the other, quoted or not; and whether
    /// that is the version of b.
    pub(super) source: Option<(u32, bool)>,
    /// The overlap of the two with most of the quotation, if the page has it.
    pub(super) overlap: Option<u32>,
}

/// An outlet and its articles.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Outlet {
    pub(super) name: String,
    pub(super) articles: u64,
    pub(super) words: u64,
    /// Words that no demonstrably earlier article has or, where there is no date, no other.
    pub(super) own_words: u64,
    pub(super) by_kind: [u64; 7],
}

/// A row of `outlets.csv`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OutletPair {
    pub(super) outlet: String,
    pub(super) other: String,
    pub(super) articles: u32,
    pub(super) passages: u32,
    pub(super) words: u64,
    pub(super) earlier: u32,
    pub(super) later: u32,
    pub(super) undetermined: u32,
}

/// How much of an article is its own, for an order that is the same everywhere: words that no earlier article has or, where
/// there is no date, that no other has, in ten thousandths. Articles without words come last.
pub(super) fn own(first_seen_share: Option<f64>, unique: u32, words: u32) -> (bool, u32) {
    let share = first_seen_share.unwrap_or(f64::from(unique) / f64::from(words.max(1)));
    (words == 0, (share * 10_000.0).round() as u32)
}
