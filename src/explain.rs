//! Why two articles share words, or why nothing was found: by the whole walk over their corpus, and by what each limit
//! says of the two. Decides nothing: what is an overlap was decided by the rooms before.

mod json;
mod longest;
mod says;

pub use says::{STARS, basis_says, count, thousands};

use crate::align::{Found, align};
use crate::candidate::{Candidates, MIN_ARTICLE_ESTIMATE, MIN_PARAGRAPH_ESTIMATE, STAR_ARTICLES, within_window};
use crate::detect::Detector;
use crate::document::{ByteSpan, Document, DocumentIndex};
use crate::error::{Error, Result, Warning};
use crate::index::{FingerprintRow, Index};
use crate::judge::{Basis, Kind};
use crate::lsh::Banding;
use crate::minhash::{ShortSignature, exact_resemblance, short_estimate};
use crate::outlet::Outlets;
use crate::prepare::{Preparer, Read, ReadArticle, read_prepared};
use crate::progress::Progress;
use crate::read::{Input, ReadSettings};
use crate::report::{ClusterRow, OverlapRow, Report};
use crate::settings::{SameSource, Settings};
use crate::shingle::{ShingleSize, shingles, winnow};
use crate::store::Store;
use crate::text::{TokenHash, Tokenizer, Tokens};
use ahash::{AHashMap, AHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// Ids that are named where one is not there.
const NAMED: usize = 3;

/// One of the two articles that are asked about.
#[derive(Clone, Debug)]
pub enum Asked {
    /// An article that was read.
    Article(Box<Document>),
    /// The article of this id in the corpus.
    Id(String),
}

/// Where ids are looked up, and what a pair is judged with.
pub enum Corpus<'a> {
    /// Nothing but the two articles.
    None,
    /// An index.
    Store(&'a Store),
    /// Articles in files.
    Files(Vec<Input>, ReadSettings),
}

/// What a pair is judged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole corpus, as a scan of it and the two articles would.
    Corpus,
    /// The two alone: the corpus only serves to find them.
    Alone,
}

/// Where one of the two articles comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was given as an article.
    Given,
    /// It was given as an article, and the corpus has it.
    GivenAndKnown,
    /// It was given as an article, and the corpus has another text of its id.
    GivenAnew,
    /// It was found by its id.
    Corpus,
}

/// Two articles, and a report on what they were judged with.
#[derive(Debug)]
pub struct Pair {
    /// The report.
    pub report: Report,
    /// The two, in the order in which they were asked for; the same one twice where both are one article.
    pub asked: [DocumentIndex; 2],
    /// Where they come from.
    pub origins: [Origin; 2],
}

/// Judges a pair of articles as a scan would. Warnings that came up before are taken into the report.
pub fn pair(
    asked: [Asked; 2],
    corpus: Corpus<'_>,
    scope: Scope,
    settings: &Settings,
    before: Vec<Warning>,
    progress: &dyn Progress,
) -> Result<Pair> {
    let mut detector = Detector::new(settings.clone())?;
    detector.warn(before);
    let mut origins = [Origin::Given; 2];
    let mut seen = Resembling::default();
    for (asked, origin) in asked.iter().zip(&mut origins) {
        if let Asked::Id(id) = asked {
            seen.wanted.push(id.clone());
            *origin = Origin::Corpus;
        }
    }
    let looked_up = !seen.wanted.is_empty();
    let mut preparer = Preparer::default();
    match corpus {
        Corpus::None => {
            if let Some(id) = seen.wanted.first() {
                return Err(Error::input(id, "no such file; with a corpus, the id of an article can stand here"));
            }
        }
        Corpus::Store(store) => {
            for id in &seen.wanted {
                let Some(article) = store.article(id)? else {
                    let reason = format!("no article of this id in {}", store.folder().display());
                    return Err(Error::input(id, reason));
                };
                if scope == Scope::Alone {
                    detector.add(article)?;
                }
            }
            if scope == Scope::Corpus {
                for (asked, origin) in asked.iter().zip(&mut origins) {
                    let Asked::Article(document) = asked else { continue };
                    // One of the same id takes its place, for this report.
                    if store.article(&document.id)?.is_some_and(|kept| kept.text != document.text) {
                        detector.add(Document::clone(document))?;
                        *origin = Origin::GivenAnew;
                    }
                }
                detector.read_store(store, progress)?;
            }
        }
        Corpus::Files(inputs, read) if scope == Scope::Corpus => detector.read(inputs, read, progress)?,
        Corpus::Files(inputs, read) if looked_up => read_prepared(inputs, read, progress, &mut |read| match read {
            Read::Warnings(warnings) => {
                detector.warn(warnings);
                Ok(())
            }
            Read::Article(article) => {
                let ReadArticle { document, prepared, .. } = *article;
                seen.look_at(&document.id);
                if seen.wanted.iter().any(|id| document.id == *id || Some(document.id.as_str()) == numbered(id)) {
                    return detector.push(document, &prepared);
                }
                Ok(())
            }
        })?,
        Corpus::Files(..) => {}
    }
    let mut places = [None; 2];
    for ((asked, origin), place) in asked.iter().zip(&mut origins).zip(&mut places) {
        if let Asked::Article(document) = asked {
            *place = Some(take_in(&mut detector, &mut preparer, document, origin)?);
        }
    }
    detector.tell_apart();
    for (asked, place) in asked.iter().zip(&mut places) {
        if let Asked::Id(id) = asked {
            *place = detector.ids().position(|other| other == id).map(|place| place as u32);
            if place.is_none() {
                detector.ids().for_each(|other| seen.look_at(other));
                return Err(seen.unknown(id));
            }
        }
    }
    let report = detector.report(progress)?;
    // Both are there: what was not found has been told above.
    let asked = places.map(|place| report.index.rank(place.unwrap_or_default()));
    Ok(Pair { report, asked, origins })
}

/// The place of an article: that of the corpus where it has the same text under its id or under one that ends like it,
/// as paths do that were named from elsewhere; else it is added.
fn take_in(detector: &mut Detector, preparer: &mut Preparer, document: &Document, origin: &mut Origin) -> Result<u32> {
    let prepared = preparer.prepare(document);
    let hash = prepared.text_hash;
    let under = |x: &str, y: &str| x.strip_suffix(y).is_some_and(|before| before.ends_with('/'));
    let known = detector.with_text(hash);
    let same = known.iter().find(|(id, _)| *id == document.id);
    let same = same.or_else(|| known.iter().find(|(id, _)| under(id, &document.id) || under(&document.id, id)));
    if let Some(&(_, place)) = same {
        if *origin != Origin::GivenAnew {
            *origin = Origin::GivenAndKnown;
        }
        return Ok(place);
    }
    if detector.knows(&document.id) {
        *origin = Origin::GivenAnew;
    }
    let place = detector.len() as u32;
    detector.push(document.clone(), &prepared)?;
    Ok(place)
}

/// The id that articles had before one of them was called `id#2` or more.
fn numbered(id: &str) -> Option<&str> {
    let (base, number) = id.rsplit_once('#')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(base)
}

/// Ids that resemble those that are wanted, the nearest first.
#[derive(Default)]
struct Resembling {
    wanted: Vec<String>,
    near: BTreeSet<(usize, usize, String)>,
}

impl Resembling {
    fn look_at(&mut self, id: &str) {
        for (at, wanted) in self.wanted.iter().enumerate() {
            let Some(distance) = distance(wanted, id) else { continue };
            self.near.insert((at, distance, id.to_owned()));
            let mut of_this = self.near.iter().filter(|near| near.0 == at);
            if let Some(last) = of_this.nth(NAMED).cloned() {
                self.near.remove(&last);
            }
        }
    }

    fn unknown(&self, id: &str) -> Error {
        let at = self.wanted.iter().position(|wanted| wanted == id);
        let near: Vec<&str> = self.near.iter().filter(|near| Some(near.0) == at).map(|near| near.2.as_str()).collect();
        let hint = if near.is_empty() { String::new() } else { format!("; there is {}", near.join(", ")) };
        Error::input(id, format!("no file, and no article of this id in the corpus{hint}"))
    }
}

/// How far an id is from the one that is wanted; `None` where they have little in common. One that ends with the other
/// is nearest.
fn distance(wanted: &str, id: &str) -> Option<usize> {
    const LONG: usize = 200;
    const TELLING: usize = 4;
    let (x, y) = (wanted.to_lowercase(), id.to_lowercase());
    if x.is_empty() || y.is_empty() {
        return None;
    }
    if y.ends_with(&x) || x.ends_with(&y) {
        return Some(0);
    }
    let stem = |path: &str| path.rsplit('/').next().and_then(|name| name.split('.').next()).map(str::to_owned);
    let (name, other) = (stem(&x).unwrap_or_default(), stem(&y).unwrap_or_default());
    if name == other {
        return Some(1);
    }
    if name.len() >= TELLING && other.starts_with(&name) {
        return Some(2);
    }
    let (x, y): (Vec<char>, Vec<char>) = (x.chars().collect(), y.chars().collect());
    let most = (x.len() / 4).max(1);
    if x.len().abs_diff(y.len()) > most || x.len().max(y.len()) > LONG {
        return None;
    }
    let edits = edits(&x, &y);
    (edits <= most).then_some(1 + edits)
}

/// Characters to add, remove or change to make one of the other (Levenshtein).
fn edits(x: &[char], y: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=y.len()).collect();
    for (i, c) in x.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, d) in y.iter().enumerate() {
            let changed = diagonal + usize::from(c != d);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[y.len()]
}

/// Why a pair was found, or was not.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The earlier article, as in overlaps.csv.
    pub a: DocumentIndex,
    /// The later article.
    pub b: DocumentIndex,
    /// Rows of the pair: places in [`Report::overlaps`].
    pub overlaps: Vec<usize>,
    /// What kept it from being found; empty where it was.
    pub missed: Vec<Missed>,
    /// The longest run of equal words.
    pub longest: Option<Run>,
    /// Fingerprints of both.
    pub fingerprints: SharedFingerprints,
    /// What the articles' signatures say; `None` where one has none.
    pub articles: Option<Resemblance>,
    /// The paragraphs whose signatures resemble one another most, of those that share a band: numbers from 1.
    pub paragraphs: Option<(u32, u32, Resemblance)>,
    /// Rows of their near-duplicate cluster, if one holds both: of a, of b; and the articles in it.
    pub cluster: Option<(ClusterRow, ClusterRow, usize)>,
}

impl Explanation {
    /// Whether shared fingerprints propose the pair.
    pub fn by_fingerprints(&self) -> bool {
        self.fingerprints.both > 0
    }

    /// Whether signatures propose it.
    pub fn by_signatures(&self) -> bool {
        let articles = self.articles.filter(|r| r.shared_bands() > 0 && r.estimate >= MIN_ARTICLE_ESTIMATE);
        let paragraphs =
            self.paragraphs.filter(|(_, _, r)| r.shared_bands() > 0 && r.estimate >= MIN_PARAGRAPH_ESTIMATE);
        articles.is_some() || paragraphs.is_some()
    }
}

/// What kept a pair from being found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// Both are one article, and it does not repeat itself.
    OneArticle,
    /// One of them has no words.
    NoWords,
    /// They came out too many days apart.
    Window(u32),
    /// They are of one outlet, or of co-owned ones, whose own words are left out.
    OneOutlet,
    /// They have no word in common.
    NothingEqual,
    /// Their longest run is shorter than any setting could ask for, and no runs near together make up for it.
    TooShort,
    /// Their longest run is shorter than what was asked for.
    BelowSetting,
    /// What they share stands in very many articles, each of which is compared with the first to have it.
    Stars,
    /// No fingerprint and no band proposed them.
    NotProposed,
    /// The run is long enough, and none of these.
    Unknown,
}

impl Missed {
    /// Name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneArticle => "one-article",
            Self::NoWords => "no-words",
            Self::Window(_) => "window",
            Self::OneOutlet => "same-source",
            Self::NothingEqual => "nothing-equal",
            Self::TooShort => "too-short",
            Self::BelowSetting => "min-words",
            Self::Stars => "stars",
            Self::NotProposed => "not-proposed",
            Self::Unknown => "unknown",
        }
    }
}

/// A run of equal words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Words, or graphemes of scripts without spaces.
    pub words: u32,
    /// A word is two half words, a grapheme one.
    pub half_words: u32,
    /// Whether there are graphemes in it.
    pub graphemes: bool,
    /// Its bytes in both, and the lines in which it begins, from 1.
    pub a: (ByteSpan, u32),
    /// The same of b.
    pub b: (ByteSpan, u32),
    /// Words of it that lie in no overlap of the pair: all of them where none holds it, a few where they were trimmed.
    pub outside: u32,
}

/// How many fingerprints two articles have: winnowed shingles of five words, each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SharedFingerprints {
    /// Of a.
    pub a: u32,
    /// Of b.
    pub b: u32,
    /// Of both.
    pub both: u32,
    /// Of these, those in so many articles that each is compared with the first alone.
    pub stars: u32,
}

/// How much two articles or two paragraphs resemble one another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resemblance {
    /// Share of the lanes of their signatures that agree.
    pub estimate: f64,
    /// Shingles of both ÷ shingles of either.
    pub exact: f64,
    /// Bands that they share, of how many: of articles the wide cut and the narrow one, of paragraphs theirs and none.
    pub bands: [(u32, u32); 2],
}

impl Resemblance {
    /// Bands that they share, in any cut.
    pub fn shared_bands(&self) -> u32 {
        self.bands[0].0 + self.bands[1].0
    }
}

/// Why an overlap is of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Inside quotation marks on both sides.
    QuotedOnBoth,
    /// Inside quotation marks on the later side.
    QuotedInB,
    /// Furniture of their outlet, or of both outlets.
    Furniture,
    /// Names, titles and set phrases.
    SetPhrase,
    /// Two places of one article.
    OneArticle,
    /// Two articles of one outlet, or of co-owned ones.
    OneOutlet,
    /// Two versions of one article: same outlet, same address.
    OneAddress,
    /// Who credits whom, as it is printed.
    Credits(Vec<(DocumentIndex, String)>),
    /// One names the address of the other, or both a third, as that of the original.
    Canonical,
    /// Of two outlets, neither quoted nor credited.
    Neither,
    /// The same, and one of the two names no outlet.
    NeitherNamed,
}

impl Pair {
    /// The earlier of the two, as in overlaps.csv, and the later.
    pub fn in_order(&self) -> (DocumentIndex, DocumentIndex) {
        let [x, y] = self.asked;
        (x.min(y), x.max(y))
    }

    /// Rows of overlaps.csv that hold the pair: their places, in order.
    pub fn rows(&self) -> Vec<usize> {
        let (a, b) = self.in_order();
        let of_pair = |row: &OverlapRow| (row.a.document, row.b.document) == (a, b);
        self.report.overlaps.iter().enumerate().filter(|(_, row)| of_pair(row)).map(|(at, _)| at).collect()
    }

    /// What is behind the rows, or behind there being none.
    pub fn explain(&self) -> Explanation {
        let index = &self.report.index;
        let (a, b) = self.in_order();
        let overlaps = self.rows();
        let one = a == b;
        let (x, y) = (cut(index, a), cut(index, b));
        let mut longest = if one { None } else { longest(index, (a, &x), (b, &y)) };
        if let Some(run) = &mut longest {
            let rows: Vec<&OverlapRow> = overlaps.iter().map(|&at| &self.report.overlaps[at]).collect();
            run.outside = outside(run, &x, &rows);
        }
        let mut out = Explanation {
            a,
            b,
            overlaps,
            missed: Vec::new(),
            longest,
            fingerprints: fingerprints(index, (a, &x), (b, &y)),
            articles: if one { None } else { articles(index, (a, &x), (b, &y)) },
            paragraphs: if one { None } else { paragraphs(index, (a, &x), (b, &y)) },
            cluster: if one { None } else { self.cluster(a, b) },
        };
        if out.overlaps.is_empty() {
            out.missed = self.missed(&out);
        }
        out
    }

    fn missed(&self, found: &Explanation) -> Vec<Missed> {
        let Explanation { a, b, .. } = *found;
        let (index, settings) = (&self.report.index, &self.report.run.settings);
        if a == b {
            return vec![Missed::OneArticle];
        }
        if index.words(a) == 0 || index.words(b) == 0 {
            return vec![Missed::NoWords];
        }
        let mut out = Vec::new();
        if let Some(days) = settings.window_days
            && !within_window(index, Some(days), a, b)
        {
            out.push(Missed::Window(days));
        }
        if settings.same_source == SameSource::Skip && index.same_outlet(a, b) {
            out.push(Missed::OneOutlet);
        }
        let half_words = found.longest.map_or(0, |run| run.half_words);
        if half_words == 0 {
            out.push(Missed::NothingEqual);
        } else if half_words < 2 * Settings::MIN_WORDS {
            out.push(Missed::TooShort);
        } else if half_words < settings.min_half_words() {
            out.push(Missed::BelowSetting);
        } else if out.is_empty() {
            let proposed = settings.candidates.fingerprints() && found.by_fingerprints()
                || settings.candidates.lsh() && found.by_signatures();
            out.push(match proposed {
                false => Missed::NotProposed,
                true if found.fingerprints.stars > 0 => Missed::Stars,
                true => Missed::Unknown,
            });
        }
        out
    }

    fn cluster(&self, a: DocumentIndex, b: DocumentIndex) -> Option<(ClusterRow, ClusterRow, usize)> {
        let rows = &self.report.clusters;
        let of = |document| rows.iter().find(|row| row.document == document);
        let (x, y) = (of(a)?, of(b)?);
        let members = rows.iter().filter(|row| row.cluster_id == x.cluster_id).count();
        (x.cluster_id == y.cluster_id).then(|| (x.clone(), y.clone(), members))
    }

    /// Why a row is of its kind.
    pub fn why(&self, row: &OverlapRow) -> Why {
        let index = &self.report.index;
        let (a, b) = (row.a.document, row.b.document);
        match row.judged.kind {
            Kind::Quotation if row.a.quoted > 0.5 => Why::QuotedOnBoth,
            Kind::Quotation => Why::QuotedInB,
            Kind::Boilerplate => Why::Furniture,
            Kind::Formula => Why::SetPhrase,
            Kind::Revision => Why::OneAddress,
            Kind::SelfReuse if a == b => Why::OneArticle,
            Kind::SelfReuse => Why::OneOutlet,
            Kind::Credited => self.credited(row),
            Kind::Unattributed if index.outlet(a) == 0 || index.outlet(b) == 0 => Why::NeitherNamed,
            Kind::Unattributed => Why::Neither,
        }
    }

    /// Names by which the sides of a row credit one another, else those that both credit, else an agency of the later.
    fn credited(&self, row: &OverlapRow) -> Why {
        let outlets: &Outlets = &self.report.run.settings.outlets;
        let (a, b) = (row.a.document, row.b.document);
        let credits = |document: DocumentIndex| {
            let sheet = self.report.articles.iter().find(|article| article.document == document);
            let names = sheet.map_or("", |sheet| sheet.credit.as_str()).split("; ").filter(|name| !name.is_empty());
            names.map(|name| (document, name.to_owned())).collect::<Vec<_>>()
        };
        let (of_a, of_b) = (credits(a), credits(b));
        let key = |name: &str| outlets.key(name);
        let source = |document| key(&self.report.index.metadata(document).source);
        let to = |credits: &[(DocumentIndex, String)], other| {
            let to: Vec<_> = credits.iter().filter(|(_, name)| key(name) == source(other)).cloned().collect();
            to
        };
        let mut out = to(&of_a, b);
        out.extend(to(&of_b, a));
        if out.is_empty() && row.judged.basis != Some(Basis::Canonical) {
            let both = |name: &str, others: &[(DocumentIndex, String)]| others.iter().any(|(_, n)| key(n) == key(name));
            out.extend(of_a.iter().filter(|(_, name)| both(name, &of_b)).cloned());
            out.extend(of_b.iter().filter(|(_, name)| both(name, &of_a)).cloned());
            if out.is_empty() {
                out = of_b;
            }
        }
        if out.is_empty() { Why::Canonical } else { Why::Credits(out) }
    }

    /// The words that are equal, and where they stand.
    pub fn shared(&self) -> Shared {
        let (index, settings) = (&self.report.index, &self.report.run.settings);
        let (a, b) = self.in_order();
        // The same walk over the same articles: what the report keeps of its overlaps are their ends.
        let aligned = align(index, &Candidates::find(index, settings), settings, &());
        let mut found: Vec<Found> = aligned.found.into_iter().filter(|found| (found.a, found.b) == (a, b)).collect();
        if settings.same_source == SameSource::Skip && (a == b || index.same_outlet(a, b)) {
            found.clear();
        }
        found.sort_by_key(|found| {
            let (x, y) = (found.span(false), found.span(true));
            (x.start, y.start, x.end, y.end)
        });
        let sides = [Side::new(index, a), Side::new(index, b)];
        let mut out = Shared::default();
        let mut covered = [Vec::new(), Vec::new()];
        for found in &found {
            let runs = [false, true].map(|later| found.runs(later).collect::<Vec<_>>());
            for (x, y) in runs[0].iter().cloned().flatten().zip(runs[1].iter().cloned().flatten()) {
                *out.paragraphs.entry((sides[0].paragraph(x), sides[1].paragraph(y))).or_default() += 1;
            }
            for (covered, runs) in covered.iter_mut().zip(&runs) {
                covered.extend(runs.iter().map(|run| (run.start as u32, run.end as u32)));
            }
            out.runs.push([0, 1].map(|side| runs[side].iter().map(|run| sides[side].bytes(run)).collect()));
        }
        out.words = covered.map(crate::cluster::covered);
        out
    }
}

/// The words that two articles share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The bytes of each run of equal words, an overlap each: those of the earlier article, and those of the later. In
    /// the order of [`Pair::rows`].
    pub runs: Vec<[Vec<ByteSpan>; 2]>,
    /// Words of either article that the other has too.
    pub words: [u32; 2],
    /// How many words a paragraph of the earlier article, from 0, shares with one of the later.
    pub paragraphs: BTreeMap<(usize, usize), u32>,
}

/// Where the tokens of an article stand.
struct Side {
    spans: Vec<ByteSpan>,
    /// First token of each paragraph.
    paragraphs: Vec<u32>,
}

impl Side {
    fn new(index: &Index, document: DocumentIndex) -> Self {
        let mut spans = Vec::new();
        index.spans(document, &mut spans);
        Self { spans, paragraphs: index.paragraphs(document).map(|paragraph| paragraph.tokens.start).collect() }
    }

    fn paragraph(&self, token: usize) -> usize {
        self.paragraphs.partition_point(|&first| first as usize <= token).saturating_sub(1)
    }

    fn bytes(&self, tokens: &std::ops::Range<usize>) -> ByteSpan {
        ByteSpan::new(self.spans[tokens.start].start, self.spans[tokens.end - 1].end)
    }
}

/// The tokens of an article, as they were made when it was read.
fn cut(index: &Index, document: DocumentIndex) -> Tokens {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(index.text(document), index.body_start(document) as usize, &mut tokens);
    tokens
}

/// An article and its tokens.
type Cut<'a> = (DocumentIndex, &'a Tokens);

fn longest(index: &Index, a: Cut<'_>, b: Cut<'_>) -> Option<Run> {
    let run = longest::longest_run(&a.1.hashes, &b.1.hashes)?;
    let hashes = &a.1.hashes[run.a as usize..run.a_end() as usize];
    let graphemes = hashes.iter().filter(|hash| hash.is_dense()).count() as u32;
    let place = |(document, tokens): Cut<'_>, from: u32| {
        let (first, last) = (tokens.spans[from as usize], tokens.spans[(from + run.len - 1) as usize]);
        let before = &index.text(document).as_bytes()[..first.start as usize];
        (ByteSpan::new(first.start, last.end), 1 + memchr::memchr_iter(b'\n', before).count() as u32)
    };
    Some(Run {
        words: run.len,
        half_words: 2 * run.len - graphemes,
        graphemes: graphemes > 0,
        a: place(a, run.a),
        b: place(b, run.b),
        outside: run.len,
    })
}

/// Words of a run that lie beyond the overlap that holds most of it.
fn outside(run: &Run, a: &Tokens, rows: &[&OverlapRow]) -> u32 {
    let common = |x: ByteSpan, y: ByteSpan| ByteSpan { start: x.start.max(y.start), end: x.end.min(y.end) };
    let words = |row: &&OverlapRow| {
        let (x, y) = (common(row.a.bytes, run.a.0), common(row.b.bytes, run.b.0));
        if x.start >= x.end || y.start >= y.end {
            return 0;
        }
        let first = a.spans.partition_point(|span| span.start < x.start);
        (a.spans.partition_point(|span| span.start < x.end) - first) as u32
    };
    run.words.saturating_sub(rows.iter().map(words).max().unwrap_or(0))
}

fn fingerprints(index: &Index, a: Cut<'_>, b: Cut<'_>) -> SharedFingerprints {
    let (of_a, of_b) = (fingerprint_hashes(a.1), fingerprint_hashes(b.1));
    let mut out = SharedFingerprints { a: of_a.len() as u32, b: of_b.len() as u32, ..SharedFingerprints::default() };
    let rows = index.segment().fingerprints();
    for &hash in of_a.intersection(&of_b) {
        let hash = FingerprintRow::kept(hash);
        let first = rows.partition_point(|row| row.hash < hash);
        let places = rows[first..].iter().take_while(|row| row.hash == hash);
        let articles: BTreeSet<DocumentIndex> = places.map(|row| row.document).collect();
        out.both += 1;
        out.stars += u32::from(articles.len() > STAR_ARTICLES);
    }
    out
}

fn fingerprint_hashes(tokens: &Tokens) -> BTreeSet<u64> {
    let (mut all, mut chosen) = (Vec::new(), Vec::new());
    shingles(&tokens.hashes, ShingleSize::ARTICLE, &mut all);
    winnow(&tokens.hashes, &all, &mut chosen);
    chosen.into_iter().map(|fingerprint| fingerprint.hash).collect()
}

fn bands(banding: Banding, x: &ShortSignature, y: &ShortSignature) -> (u32, u32) {
    let shared = (0..banding.bands()).filter(|&band| banding.key(x, band) == banding.key(y, band)).count();
    (shared as u32, banding.bands() as u32)
}

fn articles(index: &Index, a: Cut<'_>, b: Cut<'_>) -> Option<Resemblance> {
    let segment = index.segment();
    let signature = |document| {
        let place = index.place(document);
        segment.signed().iter().position(|signed| signed.get() == place).map(|at| &segment.signatures()[at])
    };
    let (x, y) = (signature(a.0)?, signature(b.0)?);
    Some(Resemblance {
        estimate: short_estimate(x, y),
        exact: exact(&a.1.hashes, &b.1.hashes, ShingleSize::ARTICLE),
        bands: [bands(Banding::ARTICLE_WIDE, x, y), bands(Banding::ARTICLE_NARROW, x, y)],
    })
}

/// The most alike of the paragraphs that share a band. Of equal signatures the first stands for all.
fn paragraphs(index: &Index, a: Cut<'_>, b: Cut<'_>) -> Option<(u32, u32, Resemblance)> {
    let (of_a, of_b) = (signed_paragraphs(index, a.0), signed_paragraphs(index, b.0));
    let banding = Banding::PARAGRAPH;
    let mut best: Option<(f64, usize, usize)> = None;
    let mut met: AHashSet<(usize, usize)> = AHashSet::new();
    for band in 0..banding.bands() {
        let mut buckets: AHashMap<u64, Vec<usize>> = AHashMap::new();
        for (at, (_, signature)) in of_b.iter().enumerate() {
            buckets.entry(banding.key(signature, band)).or_default().push(at);
        }
        for (x, (_, signature)) in of_a.iter().enumerate() {
            for &y in buckets.get(&banding.key(signature, band)).into_iter().flatten() {
                if !met.insert((x, y)) {
                    continue;
                }
                let estimate = short_estimate(signature, of_b[y].1);
                let better = best.is_none_or(|(e, i, j)| estimate > e || estimate == e && (x, y) < (i, j));
                if better {
                    best = Some((estimate, x, y));
                }
            }
        }
    }
    let (estimate, x, y) = best?;
    let ((m, p), (n, q)) = (of_a[x], of_b[y]);
    let tokens = |(document, tokens): Cut<'_>, number: u32| {
        let range = index.paragraphs(document).nth(number as usize).map(|paragraph| paragraph.tokens.range());
        range.and_then(|range| tokens.hashes.get(range)).unwrap_or_default().to_vec()
    };
    let exact = exact(&tokens(a, m), &tokens(b, n), ShingleSize::PARAGRAPH);
    Some((m + 1, n + 1, Resemblance { estimate, exact, bands: [bands(banding, p, q), (0, 0)] }))
}

/// The paragraphs of an article that have a signature, from 0; of those of one signature the first.
fn signed_paragraphs(index: &Index, document: DocumentIndex) -> Vec<(u32, &ShortSignature)> {
    let (segment, place) = (index.segment(), index.place(document));
    let mut known: AHashSet<&ShortSignature> = AHashSet::new();
    let units = segment.units().iter().zip(segment.unit_signatures());
    units
        .filter(|(unit, _)| unit.document.get() == place)
        .map(|(unit, signature)| (unit.paragraph.get(), signature))
        .filter(|(_, signature)| known.insert(signature))
        .collect()
}

fn exact(a: &[TokenHash], b: &[TokenHash], size: ShingleSize) -> f64 {
    let set = |tokens: &[TokenHash]| {
        let mut all = Vec::new();
        shingles(tokens, size, &mut all);
        let mut set: Vec<u64> = all.into_iter().flatten().collect();
        set.sort_unstable();
        set.dedup();
        set
    };
    exact_resemblance(&set(a), &set(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Metadata, Time};

    fn article(id: &str, source: &str, text: &str) -> Asked {
        let metadata = Metadata { source: source.into(), ..Metadata::default() };
        Asked::Article(Box::new(Document { id: id.into(), text: text.into(), metadata, ..Document::default() }))
    }

    fn judged(a: Asked, b: Asked, settings: &Settings) -> Pair {
        pair([a, b], Corpus::None, Scope::Corpus, settings, Vec::new(), &()).unwrap()
    }

    fn two(a: &str, b: &str) -> Pair {
        judged(article("a", "Lisk Herald", a), article("b", "Sorrel Post", b), &Settings::news())
    }

    const RUN: &str = "seven green ferries left the eastern harbour";

    #[test]
    fn a_run_of_seven_words_is_too_short() {
        let pair = two(&format!("Before that {RUN} at noon."), &format!("One hears\n{RUN} again"));
        let explanation = pair.explain();
        assert_eq!((explanation.overlaps.len(), &explanation.missed[..]), (0, &[Missed::TooShort][..]));
        let run = explanation.longest.unwrap();
        assert_eq!((run.words, run.half_words, run.a.1, run.b.1), (7, 14, 1, 2));
        assert_eq!(&pair.report.index.text(explanation.b)[run.b.0.range()], RUN);
    }

    #[test]
    fn what_kept_a_pair_from_being_found_is_named() {
        let text = format!("{RUN} before noon on Tuesday, all of them with grain");
        let asked = |source: &str, id: &str| article(id, source, &text);
        let settings = Settings { same_source: SameSource::Skip, ..Settings::news() };
        let missed = |a, b, settings: &Settings| judged(a, b, settings).explain().missed;
        assert_eq!(missed(asked("Lisk Herald", "a"), asked("Lisk Herald", "b"), &settings), [Missed::OneOutlet]);
        let settings = Settings { min_words: 40, ..Settings::news() };
        assert_eq!(missed(asked("Lisk Herald", "a"), asked("Sorrel Post", "b"), &settings), [Missed::BelowSetting]);
        assert_eq!(missed(asked("", "a"), article("b", "", ""), &Settings::news()), [Missed::NoWords]);
        assert_eq!(
            missed(asked("", "a"), article("b", "", "nothing alike"), &Settings::news()),
            [Missed::NothingEqual]
        );
        assert_eq!(missed(asked("", "a"), asked("", "a"), &Settings::news()), [Missed::OneArticle]);
    }

    #[test]
    fn articles_outside_the_window_are_said_to_be() {
        let of = |id: &str, day: &str| {
            let Asked::Article(mut document) = article(id, id, &format!("{RUN} before noon")) else { unreachable!() };
            document.metadata.time = Time::parse(day);
            Asked::Article(document)
        };
        let settings = Settings { window_days: Some(2), ..Settings::news() };
        let missed = |day: &str| judged(of("a", "2031-05-01"), of("b", day), &settings).explain().missed;
        assert_eq!(missed("2031-05-09"), [Missed::Window(2)]);
        assert_eq!(missed("2031-05-02"), []);
    }

    #[test]
    fn scripts_without_spaces_count_graphemes() {
        let run = "総理大臣は昨日の記者会見で新"; // 14
        let explanation = two(&format!("水{run}川"), &format!("山{run}木")).explain();
        let longest = explanation.longest.unwrap();
        assert_eq!((longest.words, longest.half_words, longest.graphemes), (14, 14, true));
        assert_eq!(explanation.missed, [Missed::TooShort]);
    }

    #[test]
    fn fingerprints_bands_and_paragraphs_are_counted() {
        let words: Vec<String> = (0..80).map(|at| format!("word{at}")).collect();
        let pair = two(&words.join(" "), &words.join(" "));
        let explanation = pair.explain();
        let Resemblance { estimate, exact, bands } = explanation.articles.unwrap();
        assert_eq!((estimate, exact, bands), (1.0, 1.0, [(32, 32), (16, 16)]));
        let SharedFingerprints { a, b, both, stars } = explanation.fingerprints;
        assert!(a == b && b == both && both > 10 && stars == 0);
        let (x, y, near) = explanation.paragraphs.unwrap();
        assert_eq!((x, y, near.exact, near.bands[0]), (1, 1, 1.0, (42, 42)));
        assert!(explanation.by_fingerprints() && explanation.by_signatures());
        let (leader, member, articles) = explanation.cluster.unwrap();
        assert_eq!((leader.relation.name(), member.relation.name(), articles), ("leader", "identical", 2));
    }

    #[test]
    fn runs_of_an_overlap_are_those_that_were_aligned() {
        let a = format!("{RUN} before noon with all their grain and salt");
        let b = format!("{RUN} after noon with all their grain and wine");
        let pair = two(&a, &b);
        let row = &pair.report.overlaps[pair.rows()[0]];
        let shared = pair.shared();
        let text = |side: usize, text: &str| {
            shared.runs[0][side].iter().map(|span| text[span.range()].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(text(0, &a), [RUN, "noon with all their grain and"]);
        assert_eq!(text(0, &a), text(1, &b));
        assert_eq!((shared.words, shared.paragraphs), ([13, 13], BTreeMap::from([((0, 0), 13)])));
        assert_eq!(row.matched_words, 13);
    }

    #[test]
    fn an_id_that_is_not_there_names_those_that_resemble_it() {
        let mut seen = Resembling { wanted: vec!["herald/call.txt".into()], ..Resembling::default() };
        ["post/call.txt", "herald/cale.txt", "north/herald/call.txt", "other/weather.txt", "x/herald/call.txt"]
            .into_iter()
            .for_each(|id| seen.look_at(id));
        let message = seen.unknown("herald/call.txt").to_string();
        assert!(message.ends_with("there is north/herald/call.txt, x/herald/call.txt, post/call.txt"), "{message}");
        assert_eq!(distance("weather", "herald"), None);
        assert_eq!((numbered("a#2"), numbered("a#"), numbered("a")), (Some("a"), None, None));
    }

    #[test]
    fn each_kind_has_its_reason() {
        let quote = "“seven green ferries left the eastern harbour before noon with grain”";
        let pair = two(&format!("He said: {quote}."), &format!("She wrote: {quote}."));
        assert_eq!(pair.why(&pair.report.overlaps[0]), Why::QuotedOnBoth);
        let plain = quote.trim_matches(['“', '”']);
        let pair = two(plain, plain);
        assert_eq!(pair.why(&pair.report.overlaps[0]), Why::Neither);
        let credited = format!("{plain}\n\nThis article was first published by the Lisk Herald.");
        let pair = two(plain, &credited);
        let Why::Credits(names) = pair.why(&pair.report.overlaps[0]) else { panic!("not credited") };
        assert_eq!((names.len(), names[0].1.contains("Lisk Herald")), (1, true));
    }
}
