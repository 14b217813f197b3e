//! Buckets and groups of fingerprints → candidates: pairs of articles that may share words, and where to look.
//! A candidate is a rumour until it is aligned.
//!
//! A fingerprint in at most 64 articles proposes every pair of them. One in more becomes a star, so that cost
//! grows with the articles and not with their pairs: for each distinct run of eight words that begins or ends
//! with it, its members are linked to the earliest article with that run, and to the earliest of a second outlet
//! where the first is of their own. Nothing is dropped for being frequent.

use crate::document::DocumentIndex;
use crate::index::{FingerprintRow, Index};
use crate::lsh::{Banding, buckets};
use crate::minhash::{ShortSignature, short_estimate};
use crate::settings::{Pairs, Settings};
use crate::shingle::ShingleSize;
use ahash::AHashMap;
use rayon::prelude::*;

/// Articles above which a fingerprint or bucket becomes a star.
pub const STAR_ARTICLES: usize = 64;
/// Places above which it becomes one too, however few the articles: periodic text.
const STAR_PLACES: usize = 1024;
/// Least estimated resemblance of articles that share a bucket. A shared band alone is often chance.
const MIN_ARTICLE_ESTIMATE: f64 = 0.10;
/// Least estimated resemblance of paragraphs that share a bucket: six standard errors below the threshold
/// of their bands would be 0.05; below 0.15 no paragraph passes the keep rule of alignment.
const MIN_PARAGRAPH_ESTIMATE: f64 = 0.15;

/// A shingle that two articles, or two places of one, share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed {
    /// The earlier article, or the same one.
    pub other: DocumentIndex,
    /// Place in the later article minus place in `other`.
    pub diagonal: i64,
    /// Place in `other`.
    pub other_position: u32,
    /// Whether a star proposed it.
    pub star: bool,
}

impl Seed {
    /// Place in the later article.
    pub fn position(self) -> u32 {
        (i64::from(self.other_position) + self.diagonal) as u32
    }
}

/// What each channel did, for `run.json`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StarCounts {
    /// Fingerprints in too many articles for all their pairs.
    pub fingerprints: u64,
    /// Buckets of too many units for all their pairs.
    pub buckets: u64,
}

/// All candidates of a corpus, by the later article of each pair.
#[derive(Debug, Default)]
pub struct Candidates {
    groups: Grouped<Group>,
    stars: Grouped<Seed>,
    proposals: Grouped<DocumentIndex>,
    /// What became a star.
    pub star_counts: StarCounts,
}

/// A fingerprint of an article that stands elsewhere too: its position, and the rows of all its places.
#[derive(Clone, Copy, Debug)]
struct Group {
    position: u32,
    len: u32,
    start: u64,
}

/// Items by article, in one vector.
#[derive(Debug)]
struct Grouped<T> {
    items: Vec<T>,
    ends: Vec<usize>,
}

impl<T> Default for Grouped<T> {
    fn default() -> Self {
        Self { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T: Copy> Grouped<T> {
    /// Counting sort of `pairs` by article; order within an article is kept.
    fn new(documents: usize, pairs: &[(u32, T)]) -> Self {
        let mut ends = vec![0usize; documents];
        for &(document, _) in pairs {
            ends[document as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let Some(&(_, filler)) = pairs.first() else { return Self { items: Vec::new(), ends } };
        let mut items = vec![filler; pairs.len()];
        for &(document, item) in pairs {
            let slot = &mut ends[document as usize];
            items[*slot] = item;
            *slot += 1;
        }
        Self { items, ends }
    }

    fn of(&self, document: DocumentIndex) -> &[T] {
        let at = document.at();
        let Some(&end) = self.ends.get(at) else { return &[] };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.items[start..end]
    }
}

impl Candidates {
    /// Finds the candidates of all articles of `index`.
    pub fn find(index: &Index, settings: &Settings) -> Self {
        let mut out = Self::default();
        if settings.candidates.fingerprints() {
            out.group_fingerprints(index, settings.pairs);
        }
        if settings.candidates.lsh() {
            out.group_buckets(index, settings.pairs);
        }
        out
    }

    /// Appends the seeds that `document` shares with earlier articles and with itself, sorted by
    /// (other, diagonal, place).
    pub fn seeds(&self, index: &Index, document: DocumentIndex, out: &mut Vec<Seed>) {
        let rows = index.segment().fingerprints();
        for group in self.groups.of(document) {
            let start = group.start as usize;
            for row in &rows[start..start + group.len as usize] {
                let other = index.rank(row.document.get());
                let other_position = row.position.get();
                if (other, other_position) < (document, group.position) {
                    out.push(seed(other, other_position, group.position, false));
                }
            }
        }
        out.extend_from_slice(self.stars.of(document));
        out.sort_unstable();
    }

    /// Earlier articles, or the same one, whose signatures or whose paragraphs' signatures meet those of `document`,
    /// in ascending order.
    pub fn proposals(&self, document: DocumentIndex) -> &[DocumentIndex] {
        self.proposals.of(document)
    }

    fn group_fingerprints(&mut self, index: &Index, pairs: Pairs) {
        let rows = index.segment().fingerprints();
        let cuts = run_borders(rows, 64);
        let found: Vec<_> = cuts
            .par_windows(2)
            .map(|cut| {
                let mut part = FingerprintPart::default();
                let mut start = cut[0];
                while start < cut[1] {
                    let hash = rows[start].hash;
                    let len = rows[start..cut[1]].iter().take_while(|r| r.hash == hash).count();
                    if len > 1 {
                        part.take(index, rows, start, len, pairs);
                    }
                    start += len;
                }
                part
            })
            .collect();
        let mut groups = Vec::new();
        let mut stars = Vec::new();
        for mut part in found {
            groups.append(&mut part.groups);
            stars.append(&mut part.stars);
            self.star_counts.fingerprints += part.counts.fingerprints;
        }
        self.groups = Grouped::new(index.len(), &groups);
        self.stars = Grouped::new(index.len(), &stars);
    }

    fn group_buckets(&mut self, index: &Index, pairs: Pairs) {
        let segment = index.segment();
        let articles: Vec<DocumentIndex> = segment.signed().iter().map(|p| index.rank(p.get())).collect();
        let paragraphs: Vec<DocumentIndex> = segment.units().iter().map(|u| index.rank(u.document.get())).collect();
        let mut all: Vec<(u32, DocumentIndex)> = Vec::new();
        for (banding, signatures, units, least) in [
            (Banding::ARTICLE_WIDE, segment.signatures(), &articles, MIN_ARTICLE_ESTIMATE),
            (Banding::ARTICLE_NARROW, segment.signatures(), &articles, MIN_ARTICLE_ESTIMATE),
            (Banding::PARAGRAPH, segment.unit_signatures(), &paragraphs, MIN_PARAGRAPH_ESTIMATE),
        ] {
            // A few bands at a time: what one adds to another is little, and memory stays that of a few.
            for bands in (0..banding.bands()).collect::<Vec<_>>().chunks(8) {
                let found: Vec<_> = bands
                    .par_iter()
                    .map(|&band| meetings(index, signatures, units, banding, band, least, pairs))
                    .collect();
                for (mut part, stars) in found {
                    all.append(&mut part);
                    self.star_counts.buckets += stars;
                }
                all.par_sort_unstable();
                all.dedup();
            }
        }
        self.proposals = Grouped::new(index.len(), &all);
    }
}

fn seed(other: DocumentIndex, other_position: u32, position: u32, star: bool) -> Seed {
    Seed { other, diagonal: i64::from(position) - i64::from(other_position), other_position, star }
}

/// Borders of about `parts` parts of the rows, none inside a run of equal hashes.
fn run_borders(rows: &[FingerprintRow], parts: usize) -> Vec<usize> {
    let mut cuts = vec![0];
    for part in 1..parts {
        let mut at = rows.len() * part / parts;
        while at > 0 && at < rows.len() && rows[at].hash == rows[at - 1].hash {
            at += 1;
        }
        cuts.push(at.max(cuts[part - 1]));
    }
    cuts.push(rows.len());
    cuts
}

/// What one stretch of the sorted fingerprints proposes.
#[derive(Default)]
struct FingerprintPart {
    groups: Vec<(u32, Group)>,
    stars: Vec<(u32, Seed)>,
    counts: StarCounts,
}

impl FingerprintPart {
    fn take(&mut self, index: &Index, rows: &[FingerprintRow], start: usize, len: usize, pairs: Pairs) {
        let run = &rows[start..start + len];
        let articles = 1 + run.windows(2).filter(|w| w[0].document != w[1].document).count();
        if pairs == Pairs::All || articles <= STAR_ARTICLES && len <= STAR_PLACES {
            for row in run {
                let group = Group { position: row.position.get(), len: len as u32, start: start as u64 };
                self.groups.push((index.rank(row.document.get()).0, group));
            }
            return;
        }
        self.counts.fingerprints += 1;
        let mut members: Vec<(DocumentIndex, u32)> =
            run.iter().map(|row| (index.rank(row.document.get()), row.position.get())).collect();
        members.sort_unstable();
        self.star(index, &members);
    }

    /// Links `members`, in the order of time, to the representatives of the contexts that they share: each to the
    /// first, and to the first of a second outlet where the first is of its own.
    fn star(&mut self, index: &Index, members: &[(DocumentIndex, u32)]) {
        let mut contexts: AHashMap<u64, Representatives> = AHashMap::new();
        for &(document, position) in members {
            for context in contexts_of(index, document, position).into_iter().flatten() {
                let known =
                    contexts.entry(context).or_insert(Representatives { first: (document, position), second: None });
                if known.second.is_none() && known.first.0 != document && !index.same_outlet(known.first.0, document) {
                    known.second = Some((document, position));
                }
            }
        }
        for &member in members {
            let mut linked: Vec<(DocumentIndex, u32)> = Vec::with_capacity(4);
            for context in contexts_of(index, member.0, member.1).into_iter().flatten() {
                let Some(known) = contexts.get(&context) else { continue };
                let own = known.first.0 != member.0 && index.same_outlet(known.first.0, member.0);
                for target in [Some(known.first), known.second.filter(|_| own)].into_iter().flatten() {
                    if target == member || linked.contains(&target) {
                        continue;
                    }
                    linked.push(target);
                    // The later of two articles owns their pair; the first of a second outlet may come after its members.
                    let (earlier, later) = (target.min(member), target.max(member));
                    self.stars.push((later.0.0, seed(earlier.0, earlier.1, later.1, true)));
                }
            }
        }
    }
}

/// The earliest place with a context, and the earliest of another outlet.
struct Representatives {
    first: (DocumentIndex, u32),
    second: Option<(DocumentIndex, u32)>,
}

/// The runs of eight words (sixteen graphemes) that begin and end with the shingle at `position`, hashed.
fn contexts_of(index: &Index, document: DocumentIndex, position: u32) -> [Option<u64>; 2] {
    let tokens = index.tokens(document);
    let at = position as usize;
    let dense = tokens.get(at).is_some_and(|t| t.get() & 1 == 1);
    let (size, guarantee) = if dense { (ShingleSize::ARTICLE.graphemes, 16) } else { (ShingleSize::ARTICLE.words, 8) };
    let hash = |from: usize, to: usize, salt: u8| {
        let run = tokens.get(from..to)?;
        let mut bytes = [0u8; 4 * 16 + 1];
        for (slot, token) in bytes.chunks_exact_mut(4).zip(run) {
            slot.copy_from_slice(&token.to_bytes());
        }
        bytes[64] = salt;
        Some(xxhash_rust::xxh3::xxh3_64(&bytes))
    };
    [hash(at, at + guarantee, 0), (at + size).checked_sub(guarantee).and_then(|from| hash(from, at + size, 1))]
}

/// Pairs of articles that meet in one band, later article first, and how many buckets were stars.
fn meetings(
    index: &Index,
    signatures: &[ShortSignature],
    units: &[DocumentIndex],
    banding: Banding,
    band: usize,
    least: f64,
    pairs: Pairs,
) -> (Vec<(u32, DocumentIndex)>, u64) {
    let entries = buckets(signatures.iter(), banding, band);
    let mut out = Vec::new();
    let mut stars = 0;
    let mut meet = |x: u32, y: u32| {
        if short_estimate(&signatures[x as usize], &signatures[y as usize]) >= least {
            let (x, y) = (units[x as usize], units[y as usize]);
            out.push((x.max(y).0, x.min(y)));
        }
    };
    for bucket in entries.chunk_by(|x, y| x.0 == y.0).filter(|b| b.len() > 1) {
        if pairs == Pairs::All || bucket.len() <= STAR_ARTICLES {
            for (at, &(_, x)) in bucket.iter().enumerate() {
                bucket[..at].iter().for_each(|&(_, y)| meet(x, y));
            }
            continue;
        }
        stars += 1;
        let earliest = |wanted: &dyn Fn(DocumentIndex) -> bool| {
            let found = bucket.iter().map(|&(_, unit)| (units[unit as usize], unit)).filter(|&(d, _)| wanted(d)).min();
            found.map(|(_, unit)| unit)
        };
        let Some(first) = earliest(&|_| true) else { continue };
        let first_article = units[first as usize];
        let second = earliest(&|d| d != first_article && !index.same_outlet(d, first_article));
        for &(_, unit) in bucket.iter().filter(|&&(_, unit)| unit != first) {
            meet(unit, first);
            if let Some(second) = second
                && second != unit
                && index.same_outlet(units[unit as usize], first_article)
            {
                meet(unit, second);
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    (out, stars)
}
