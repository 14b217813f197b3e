//! Everything found, as plain data in a total order, and the tables it is written as.
//! Decides nothing: kinds and shares come from the rooms before.

mod assemble;
mod csv;
mod graph;
#[cfg(feature = "graphml")]
mod graphml;
#[cfg(feature = "html")]
mod html;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod row_id;
mod table;
mod write;

pub(crate) use assemble::{
    ArticleFacts, altered_row, article_row, assemble, counts_for_outlets, overlap_key, statement_key, who_is_earlier,
};
pub use csv::guarded;
#[cfg(feature = "html")]
pub use html::{CheckedPage, HtmlPage, PageLimits};
pub use row_id::RowId;
pub use table::{Cell, ColumnType, TABLES, Table, four_decimals};
#[cfg(feature = "graphml")]
pub use write::write_graphml;
#[cfg(feature = "parquet")]
pub use write::write_parquet;
pub use write::{
    BesideTables, ReportOptions, without_temporary_name, write_csv, write_gephi, write_json, write_jsonl, write_run,
};

pub use crate::candidate::Channel;
pub use crate::judge::{Excerpt, KindRun, ParagraphRow};

use crate::align::{Found, Role};
use crate::cluster::Relation;
use crate::document::{ByteSpan, DocumentIndex};
use crate::error::Warning;
use crate::index::Index;
use crate::judge::{AlteredQuote, Judged, Kind, Piece};
use crate::settings::Settings;

/// All that a scan found. Rows are in the order in which tables are written.
#[derive(Debug)]
pub struct Report {
    /// Texts of articles are left out of everything that is written.
    pub redacted: bool,
    /// The corpus: rows point into it.
    pub index: Index,
    /// What was aligned, word by word; empty after [`Report::keep_tables`].
    pub found: Vec<Found>,
    /// What the words of each article are; what is in none is unique. Empty after
    /// [`Report::keep_tables`].
    pub kinds: Vec<Vec<KindRun>>,
    /// overlaps.csv
    pub overlaps: Vec<OverlapRow>,
    /// articles.csv, one an article, sorted by id
    pub articles: Vec<ArticleRow>,
    /// paragraphs.csv
    pub paragraphs: Vec<ParagraphRow>,
    /// passages.csv
    pub passages: Vec<PassageRow>,
    /// occurrences.csv
    pub occurrences: Vec<OccurrenceRow>,
    /// clusters.csv
    pub clusters: Vec<ClusterRow>,
    /// sources.csv
    pub sources: Vec<SourceRow>,
    /// outlets.csv
    pub outlets: Vec<OutletRow>,
    /// altered_quotes.csv
    pub altered_quotes: Vec<AlteredQuoteRow>,
    /// statements.csv
    pub statements: Vec<StatementRow>,
    /// run.json
    pub run: Run,
}

impl Report {
    /// A report on these articles in which nothing was found.
    pub(crate) fn without_rows(index: Index) -> Self {
        Self {
            redacted: false,
            index,
            found: Vec::new(),
            kinds: Vec::new(),
            overlaps: Vec::new(),
            articles: Vec::new(),
            paragraphs: Vec::new(),
            passages: Vec::new(),
            occurrences: Vec::new(),
            clusters: Vec::new(),
            sources: Vec::new(),
            outlets: Vec::new(),
            altered_quotes: Vec::new(),
            statements: Vec::new(),
            run: Run { settings: Settings::default(), counts: Counts::default(), warnings: Vec::new() },
        }
    }

    /// Gives back the memory of what no table shows: the words as they were compared, and what was aligned.
    pub fn keep_tables(&mut self) {
        let tokens = self.index.take_tokens();
        let aligned = (std::mem::take(&mut self.found), std::mem::take(&mut self.kinds));
        rayon::join(|| drop(tokens), || drop(aligned));
    }
}

/// A row of overlaps.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct OverlapRow {
    /// Identity of the pair of spans.
    pub overlap_id: RowId,
    /// The passage it belongs to.
    pub passage_id: RowId,
    /// Its place in [`Report::found`].
    pub found: usize,
    /// The earlier side.
    pub a: Excerpt,
    /// The later side.
    pub b: Excerpt,
    /// Equal words.
    pub matched_words: u32,
    /// Twice the equal words ÷ the words of both sides.
    pub similarity: f64,
    /// Every word equal and nothing between.
    pub exact: bool,
    /// What kind of reuse it is, whose words they are, who is quoted.
    pub judged: Judged,
    /// Whether it stands for itself.
    pub role: Role,
}

/// A row of articles.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleRow {
    /// The article.
    pub document: DocumentIndex,
    /// Words of the text.
    pub words: u32,
    /// Words by kind; they sum to `words`.
    pub unique_words: u32,
    /// Share of the words that no demonstrably earlier article has; `None` without a date or without words.
    pub first_seen_share: Option<f64>,
    /// Shared words inside marks on this side.
    pub quotation_words: u32,
    /// Words of a credited outlet or agency.
    pub credited_words: u32,
    /// Furniture of the outlet.
    pub boilerplate_words: u32,
    /// Words shared only with its own outlet, or said before in the same article.
    pub self_words: u32,
    /// Words shared with another outlet, neither quoted nor credited.
    pub unattributed_words: u32,
    /// Longest run of consecutive words shared with one other article.
    pub longest_run: u32,
    /// The article it shares most words with, and the share of its words.
    pub top_source: Option<(DocumentIndex, f64)>,
    /// Its near-duplicate cluster, if it is in one.
    pub cluster_id: Option<RowId>,
    /// Its part in that cluster.
    pub relation: Option<Relation>,
    /// The outlets and agencies that it credits, as it prints them, parted by "; ".
    pub credit: String,
    /// What is odd about it: a closed list.
    pub flags: Vec<Flag>,
}

/// What `articles.csv` says about an article beyond numbers. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// No word in it.
    Empty,
    /// No date.
    NoDate,
    /// A date without a zone, taken as UTC.
    ZoneAssumed,
    /// Bytes that were not valid in its encoding.
    InvalidBytes,
    /// Another article had its id: this one was given `#2` or more.
    DuplicateId,
    /// Its words are counted as graphemes, at least in part: a script without spaces.
    Graphemes,
    /// A date that was not understood: shown as given, and never compared.
    DateNotRead,
    /// Its words are those of an earlier article, under another headline.
    HeadlineChanged,
    /// It prints without marks what another article quotes from somebody.
    UnmarkedQuotation,
}

impl Flag {
    /// Name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoDate => "no-date",
            Self::ZoneAssumed => "zone-assumed",
            Self::InvalidBytes => "invalid-bytes",
            Self::DuplicateId => "duplicate-id",
            Self::Graphemes => "graphemes",
            Self::DateNotRead => "date-not-read",
            Self::HeadlineChanged => "headline-changed",
            Self::UnmarkedQuotation => "unmarked-quotation",
        }
    }
}

/// A row of passages.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct PassageRow {
    /// Identity of its words.
    pub passage_id: RowId,
    /// Articles that carry it.
    pub articles: u32,
    /// Outlets that carry it; articles without an outlet count one each.
    pub sources: u32,
    /// Words of the representative.
    pub words: u32,
    /// The earliest article.
    pub first: DocumentIndex,
    /// The latest article with a date, if any has one.
    pub last: Option<DocumentIndex>,
    /// Kind of most of its rows.
    pub kind: Kind,
    /// The representative.
    pub text: (DocumentIndex, ByteSpan),
    /// Separate texts that lie behind its articles.
    pub origins: u32,
}

/// A row of occurrences.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct OccurrenceRow {
    /// The passage.
    pub passage_id: RowId,
    /// The article.
    pub document: DocumentIndex,
    /// Code points before it, and up to its end.
    pub chars: (u32, u32),
    /// Its bytes.
    pub bytes: ByteSpan,
    /// Whether its words are the representative's.
    pub exact: bool,
    /// Twice the words it has in common with the representative, in order, ÷ the words of both.
    pub similarity: f64,
}

/// A row of clusters.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterRow {
    /// Identity of the cluster: of its leader.
    pub cluster_id: RowId,
    /// The member.
    pub document: DocumentIndex,
    /// Its relation to the leader.
    pub relation: Relation,
    /// Common words ÷ words of either.
    pub resemblance: f64,
    /// Common words ÷ words of the member.
    pub containment: f64,
    /// The leader.
    pub leader: DocumentIndex,
}

/// A row of sources.csv.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceRow {
    /// The article.
    pub document: DocumentIndex,
    /// An article it shares words with.
    pub other: DocumentIndex,
    /// Words of the article that the other has too.
    pub full_words: u32,
    /// Of these, those given to this source when each word is given once, to the best.
    pub allocated_words: u32,
    /// Words of the article.
    pub words: u32,
}

/// A row of outlets.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct OutletRow {
    /// The outlet.
    pub source: String,
    /// Another.
    pub other_source: String,
    /// Articles of the outlet that share words with the other.
    pub articles: u32,
    /// Passages that both carry.
    pub passages: u32,
    /// Words of the outlet's articles that the other's have too, each word once.
    pub words: u64,
    /// Overlaps whose words are the outlet's, by [`crate::judge::Direction`].
    pub earlier: u32,
    /// Overlaps whose words are the other's.
    pub later: u32,
    /// Overlaps of a third party's words, or of which nothing tells.
    pub undetermined: u32,
}

/// A row of altered_quotes.csv.
#[derive(Clone, Debug, PartialEq)]
pub struct AlteredQuoteRow {
    /// What is said by whom, and how it differs.
    pub quote: AlteredQuote,
    /// Code points before a's version, and up to its end.
    pub a_chars: (u32, u32),
    /// The same of b's.
    pub b_chars: (u32, u32),
}

/// A row of statements.csv: a piece of a rebuilt statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementRow {
    /// Identity of the statement: of its pieces' words.
    pub statement_id: RowId,
    /// Who made it.
    pub speaker: String,
    /// Place of the piece in it, from 1.
    pub order: u32,
    /// The piece, and the articles that hold it.
    pub piece: Piece,
    /// Ids of these articles, parted by "; ".
    pub ids: String,
}

/// run.json: what was run on what. No clock, host, path, thread count.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was asked for.
    pub settings: Settings,
    /// Counts of the corpus and of each step.
    pub counts: Counts,
    /// What was left out or changed, in order.
    pub warnings: Vec<Warning>,
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Articles.
    pub articles: u64,
    /// Their words.
    pub words: u64,
    /// Their paragraphs.
    pub paragraphs: u64,
    /// Their fingerprints.
    pub fingerprints: u64,
    /// Pairs of articles that signatures proposed: same bucket, and an estimate that is no chance.
    pub lsh: Channel,
    /// Pairs of articles that share a fingerprint.
    pub fingerprint: Channel,
    /// Fingerprints in more than 64 articles, linked as stars.
    pub star_fingerprints: u64,
    /// Buckets of more than 64 units, linked as stars.
    pub star_buckets: u64,
    /// Repeats of a phrase in a pair of articles that are not written, since other rows of the pair hold all their words.
    pub repeats: u64,
    /// Pairs of articles that share so many places that not every one was looked at, as of periodic text.
    pub bounded_pairs: u64,
    /// Rows withheld by a limit.
    pub rows_cut: u64,
}
