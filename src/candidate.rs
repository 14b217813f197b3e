//! Buckets and groups of fingerprints → candidates: pairs of articles that may share words, and where to look.
//! A candidate is a rumour until it is aligned.
//!
//! A fingerprint in at most 64 articles proposes every pair of them. One in more becomes a star, so that cost
//! grows with the articles and not with their pairs: for each distinct run of eight words around it, its members
//! are linked to the earliest article with that run, and to the earliest of a second outlet where the first is of
//! their own. Every shared run of eight words through the fingerprint is one of these, so nothing is dropped for being
//! frequent. The same runs thin out a fingerprint that stands very often in few articles.
//!
//! With a window, articles further apart are no candidates, and the earliest is the earliest of the window.

mod window;

use crate::document::{DocumentIndex, UnitKind};
use crate::index::{FingerprintRow, Index, Repeats, Signatures, contexts};
use crate::lsh::Banding;
use crate::minhash::short_estimate;
use crate::settings::{Pairs, Settings};
use rayon::prelude::*;
use window::Window;

/// Articles above which a fingerprint or bucket becomes a star.
pub const STAR_ARTICLES: usize = 64;
/// Places an article, on average, above which not each place is linked with each: lists, captions, periodic text.
const MANY_PLACES: usize = 4;
/// Least estimated resemblance of articles that share a bucket. A shared band alone is often chance.
pub(crate) const MIN_ARTICLE_ESTIMATE: f64 = 0.10;
/// Least estimated resemblance of paragraphs that share a bucket: three and a half standard errors below the threshold
/// of their bands, 0.29 ± 0.04.
pub(crate) const MIN_PARAGRAPH_ESTIMATE: f64 = 0.15;

/// A shingle that two articles, or two places of one, share. Twelve bytes: of hubs there are very many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed {
    /// The earlier article, or the same one.
    pub other: DocumentIndex,
    /// Place in the later article minus place in `other`. No text of 4 GiB has 2^31 tokens.
    diagonal: i32,
    /// Twice the place in `other`, one more where a star proposed it.
    place: u32,
}

impl Seed {
    pub(crate) fn new(other: DocumentIndex, other_position: u32, position: u32, star: bool) -> Self {
        let diagonal = position.wrapping_sub(other_position) as i32;
        Self { other, diagonal, place: other_position << 1 | u32::from(star) }
    }

    /// Place in `other`.
    pub fn other_position(self) -> u32 {
        self.place >> 1
    }

    /// Place in the later article.
    pub fn position(self) -> u32 {
        self.other_position().wrapping_add_signed(self.diagonal)
    }

    /// Whether a star proposed it.
    pub fn is_star(self) -> bool {
        self.place & 1 == 1
    }
}

/// What a channel proposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Pairs proposed.
    pub proposed: u64,
    /// Of these, pairs with at least one overlap.
    pub survived: u64,
}

/// What became a star, for `run.json`.
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
    /// Of each article, the rows of fingerprints that it shares with others, or with other places of its own.
    rows: Grouped<u32>,
    stars: Grouped<Seed>,
    proposals: Grouped<DocumentIndex>,
    window: Window,
    focus: Focus,
    /// What became a star.
    pub star_counts: StarCounts,
}

/// Whether each article is one whose pairs are wanted; empty where all are.
#[derive(Debug, Default)]
struct Focus(Vec<bool>);

impl Focus {
    fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    fn holds(&self, document: DocumentIndex) -> bool {
        self.is_all() || self.0[document.at()]
    }

    fn wants(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        self.holds(a) || self.holds(b)
    }
}

/// What is looked through, and which pairs of it are wanted.
#[derive(Clone, Copy)]
struct Among<'a> {
    index: &'a Index,
    window: &'a Window,
    focus: &'a Focus,
    pairs: Pairs,
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
    fn new(documents: usize, pairs: impl Iterator<Item = (DocumentIndex, T)> + Clone) -> Self {
        let mut ends = vec![0usize; documents];
        let mut filler = None;
        for (document, item) in pairs.clone() {
            ends[document.at()] += 1;
            filler = Some(item);
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += std::mem::replace(end, sum);
        }
        let Some(filler) = filler else { return Self { items: Vec::new(), ends } };
        let mut items = vec![filler; sum];
        for (document, item) in pairs {
            let slot = &mut ends[document.at()];
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
        Self::find_among(index, settings, Vec::new())
    }

    /// Finds the candidates of the articles for which `focus` holds: pairs of two others are none.
    pub fn find_among(index: &Index, settings: &Settings, focus: Vec<bool>) -> Self {
        let window = Window::new(index, settings.window_days);
        let mut out = Self { window, focus: Focus(focus), ..Self::default() };
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
        for &row in self.rows.of(document) {
            let FingerprintRow { hash, position, .. } = rows[row as usize];
            // Rows of one fingerprint are in the order of the articles, then of places.
            for other in rows[..row as usize].iter().rev().take_while(|other| other.hash == hash) {
                if self.window.holds(other.document, document) && self.focus.wants(other.document, document) {
                    out.push(Seed::new(other.document, other.position, position, false));
                }
            }
        }
        out.extend(self.stars.of(document).iter().filter(|seed| self.focus.wants(seed.other, document)));
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
        let among = Among { index, window: &self.window, focus: &self.focus, pairs };
        let found: Vec<_> = cuts
            .par_windows(2)
            .map(|cut| {
                let mut part = FingerprintPart::default();
                let mut start = cut[0];
                for run in rows[cut[0]..cut[1]].chunk_by(|x, y| x.hash == y.hash) {
                    part.take(among, run, start);
                    start += run.len();
                }
                part
            })
            .collect();
        for part in &found {
            self.star_counts.fingerprints += part.counts.fingerprints;
        }
        let shared = found.iter().flat_map(|part| &part.shared).flat_map(|shared| shared.clone());
        self.rows = Grouped::new(index.len(), shared.map(|row| (rows[row as usize].document, row)));
        let stars = found.iter().flat_map(|part| &part.stars);
        self.stars = Grouped::new(index.len(), stars.copied());
    }

    fn group_buckets(&mut self, index: &Index, pairs: Pairs) {
        let segment = index.segment();
        let among = Among { index, window: &self.window, focus: &self.focus, pairs };
        let articles: Vec<DocumentIndex> = segment.signed().iter().map(|p| index.rank(p.get())).collect();
        let paragraphs: Vec<DocumentIndex> = segment.units().iter().map(|u| index.rank(u.document.get())).collect();
        let mut all: Vec<(DocumentIndex, DocumentIndex)> = Vec::new();
        let mut star_buckets = 0;
        let mut buckets: [Vec<u32>; BANDS_AT_ONCE] = Default::default();
        for (banding, kind, units, least) in [
            (Banding::ARTICLE_WIDE, UnitKind::Article, &articles, MIN_ARTICLE_ESTIMATE),
            (Banding::ARTICLE_NARROW, UnitKind::Article, &articles, MIN_ARTICLE_ESTIMATE),
            (Banding::PARAGRAPH, UnitKind::Paragraph, &paragraphs, MIN_PARAGRAPH_ESTIMATE),
        ] {
            let signatures = segment.signatures_of(kind);
            let signed = Signed { signatures, units, least };
            // A few bands at a time: what one adds to another is little, and memory stays that of a few.
            for bands in (0..banding.bands()).collect::<Vec<_>>().chunks(BANDS_AT_ONCE) {
                let buckets = &mut buckets[..bands.len()];
                fill_buckets(banding, bands, signatures, buckets);
                let found: Vec<_> = buckets
                    .par_iter()
                    .map_init(Repeats::default, |repeats, buckets| meetings(among, &signed, &repeats.of(buckets)))
                    .collect();
                for (mut part, stars) in found {
                    all.append(&mut part);
                    star_buckets += stars;
                }
                all.par_sort_unstable();
                all.dedup();
            }
        }
        self.star_counts.buckets = star_buckets;
        self.proposals = Grouped::new(index.len(), all.iter().copied());
    }
}

/// Whether two articles came out near enough to one another to be compared.
pub(crate) fn within_window(index: &Index, days: Option<u32>, x: DocumentIndex, y: DocumentIndex) -> bool {
    Window::new(index, days).holds(x, y)
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
    /// Rows of fingerprints of which every pair of places is a seed.
    shared: Vec<std::ops::Range<u32>>,
    stars: Vec<(DocumentIndex, Seed)>,
    counts: StarCounts,
}

impl FingerprintPart {
    /// Takes the places of one fingerprint, the rows from `start` on.
    fn take(&mut self, among: Among<'_>, run: &[FingerprintRow], start: usize) {
        let Among { index, focus, pairs, .. } = among;
        if !focus.is_all() && !run.iter().any(|row| focus.holds(row.document)) {
            return;
        }
        let articles = 1 + run.windows(2).filter(|w| w[0].document != w[1].document).count();
        let linking = Linking::of(articles, run.len());
        if focus.is_all() && pairs == Pairs::All || linking == Linking::Pairs {
            self.shared.push(start as u32..(start + run.len()) as u32);
            return;
        }
        let members: Vec<Member> = run.iter().map(|row| (row.document, row.position)).collect();
        if linking == Linking::Star && pairs == Pairs::Stars {
            self.counts.fingerprints += 1;
            self.star(index, among.window, &members);
        } else {
            self.thin(among, &members);
        }
    }

    /// Links the places of a fingerprint that stands very often in few articles, or in many of which few are wanted: for
    /// each run of eight words around it, every place in an article with the first place in each other one, and with
    /// the first in its own.
    fn thin(&mut self, among: Among<'_>, members: &[Member]) {
        let mut links: Vec<(Member, Member)> = Vec::new();
        let mut same: Vec<Member> = Vec::new();
        for same_context in places_by_context(among.index, members).chunk_by(|x, y| x.0 == y.0) {
            same.clear();
            same.extend(same_context.iter().map(|place| place.1));
            thin_links(among.window, among.focus, &same, &mut links);
        }
        links.sort_unstable();
        links.dedup();
        self.stars.extend(links.into_iter().map(|(x, y)| (y.0, Seed::new(x.0, x.1, y.1, false))));
    }

    /// Links `members`, in the order of time, to the representatives of the contexts that they share: each to the
    /// first, and to the first of a second outlet where the first is of its own.
    fn star(&mut self, index: &Index, window: &Window, members: &[Member]) {
        let mut links: Vec<(Member, Member)> = Vec::new();
        let mut same: Vec<Member> = Vec::new();
        for same_context in places_by_context(index, members).chunk_by(|x, y| x.0 == y.0) {
            same.clear();
            same.extend(same_context.iter().map(|place| place.1));
            star_links(window, &|x, y| index.same_outlet(x, y), &same, &mut links);
        }
        links.sort_unstable();
        links.dedup();
        self.stars.extend(links.into_iter().map(|(x, y)| (y.0, Seed::new(x.0, x.1, y.1, true))));
    }
}

/// How the places of a fingerprint are linked with one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linking {
    /// Each with each.
    Pairs,
    /// By the runs of eight words around them: each with the representatives of the articles that have it.
    Star,
    /// By the same runs: each with the first of each other article.
    Thin,
}

impl Linking {
    /// Of a fingerprint that stands in so many places of so many articles.
    pub(crate) fn of(articles: usize, places: usize) -> Self {
        match (articles > STAR_ARTICLES, places > MANY_PLACES * articles) {
            (true, _) => Self::Star,
            (false, true) => Self::Thin,
            (false, false) => Self::Pairs,
        }
    }
}

/// Links places of one context, sorted, for each article that is wanted: every place with the first one in each other
/// article, and with the first in its own. The earlier place comes first.
fn thin_links(window: &Window, focus: &Focus, places: &[Member], links: &mut Vec<(Member, Member)>) {
    // Of each article before, its places; and of those among them that are wanted.
    let mut all: Vec<&[Member]> = Vec::new();
    let mut wanted: Vec<&[Member]> = Vec::new();
    for own in places.chunk_by(|x, y| x.0 == y.0) {
        let first = own[0];
        let in_focus = focus.holds(first.0);
        if in_focus {
            links.extend(own[1..].iter().map(|&place| (first, place)));
        }
        let before = if in_focus { &all } else { &wanted };
        for other in before.iter().filter(|other| window.holds(other[0].0, first.0)) {
            links.extend(own.iter().map(|&place| (other[0], place)));
            links.extend(other[1..].iter().map(|&place| (place, first)));
        }
        all.push(own);
        if in_focus {
            wanted.push(own);
        }
    }
}

/// Links places of one context, sorted, to its representatives. The earlier place comes first: the later of two articles
/// owns their pair, and the first of a second outlet may come after its members.
fn star_links(
    window: &Window,
    same_outlet: &impl Fn(DocumentIndex, DocumentIndex) -> bool,
    places: &[Member],
    links: &mut Vec<(Member, Member)>,
) {
    window.representatives(same_outlet, places, &mut |member, known| {
        let own = known.first.0 != member.0 && same_outlet(known.first.0, member.0);
        let targets = [Some(known.first), known.second.filter(|_| own), known.undated];
        let targets = targets.into_iter().flatten().filter(|&t| t != member);
        links.extend(targets.map(|t| (t.min(member), t.max(member))));
    });
}

/// Links the places of one context, sorted, of articles that are all wanted, whenever they came out.
pub(crate) fn context_links(
    linking: Linking,
    same_outlet: &impl Fn(DocumentIndex, DocumentIndex) -> bool,
    places: &[Member],
) -> Vec<(Member, Member)> {
    let mut links = Vec::new();
    match linking {
        Linking::Star => star_links(&Window::default(), same_outlet, places, &mut links),
        _ => thin_links(&Window::default(), &Focus::default(), places, &mut links),
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// Which units of one bucket are compared, by place in `members`, sorted: all, or each with its representatives where
/// they are too many.
pub(crate) fn bucket_links(
    same_outlet: &impl Fn(DocumentIndex, DocumentIndex) -> bool,
    members: &[Member],
) -> Vec<(Member, Member)> {
    let mut links = Vec::new();
    if members.len() <= STAR_ARTICLES {
        for (at, &x) in members.iter().enumerate() {
            links.extend(members[..at].iter().map(|&y| (x, y)));
        }
    } else {
        bucket_star(&Window::default(), same_outlet, members, &mut |x, y| links.push((x, y)));
    }
    links
}

/// Tells which units of a bucket of very many are compared, each with its representatives. `members` are sorted.
fn bucket_star(
    window: &Window,
    same_outlet: &impl Fn(DocumentIndex, DocumentIndex) -> bool,
    members: &[Member],
    meet: &mut impl FnMut(Member, Member),
) {
    window.representatives(same_outlet, members, &mut |member, known| {
        let own = same_outlet(member.0, known.first.0) && member.1 != known.first.1;
        let targets = [Some(known.first), known.second.filter(|_| own), known.undated];
        targets.into_iter().flatten().filter(|t| t.1 != member.1).for_each(|t| meet(member, t));
    });
}

/// A place of a fingerprint: article and position. Of a bucket: article and unit, of which none has the number of another.
pub(crate) type Member = (DocumentIndex, u32);

/// Every context of every place, sorted: by context, then by article and position.
fn places_by_context(index: &Index, members: &[Member]) -> Vec<(u64, Member)> {
    let mut places: Vec<(u64, Member)> = members
        .iter()
        .flat_map(|&member| contexts(index.tokens(member.0), member.1).map(move |context| (context, member)))
        .collect();
    places.sort_unstable();
    places
}

/// What is signed in one way: articles or paragraphs.
struct Signed<'a> {
    signatures: Signatures<'a>,
    /// The article of each.
    units: &'a [DocumentIndex],
    /// Least estimated resemblance.
    least: f64,
}

/// Bands of which buckets are looked at together.
const BANDS_AT_ONCE: usize = 8;
/// Signatures that are read together: they stay in the cache while their bands are cut.
const READ_AT_ONCE: usize = 512;

/// Fills, for each of `bands`, one of `buckets` with those of all signatures.
fn fill_buckets(banding: Banding, bands: &[usize], signatures: Signatures<'_>, buckets: &mut [Vec<u32>]) {
    let mut parts: Vec<Vec<&mut [u32]>> = Vec::new();
    parts.resize_with(signatures.len().div_ceil(READ_AT_ONCE), || Vec::with_capacity(bands.len()));
    for of_band in buckets {
        of_band.resize(signatures.len(), 0);
        of_band.chunks_mut(READ_AT_ONCE).zip(&mut parts).for_each(|(of_part, part)| part.push(of_part));
    }
    parts.into_par_iter().enumerate().for_each_init(Vec::new, |buffer, (part, buckets)| {
        let start = part * READ_AT_ONCE;
        let end = signatures.len().min(start + READ_AT_ONCE);
        let signatures = signatures.read(start..end, buffer);
        bands.iter().zip(buckets).for_each(|(&band, of_band)| banding.buckets(signatures, band, of_band));
    });
}

/// Pairs of articles that meet in one band, later article first, and how many buckets were stars. `entries` are buckets and
/// units, one number each, sorted.
fn meetings(among: Among<'_>, signed: &Signed<'_>, entries: &[u64]) -> (Vec<(DocumentIndex, DocumentIndex)>, u64) {
    let Among { index, window, focus, pairs } = among;
    let &Signed { signatures, units, least } = signed;
    let mut out = Vec::new();
    let mut stars = 0;
    let (mut of_x, mut of_y) = (Vec::new(), Vec::new());
    let mut meet = |x: u32, y: u32| {
        let (a, b) = (units[x as usize], units[y as usize]);
        if !focus.wants(a, b) || !window.holds(a, b) {
            return;
        }
        let x = signatures.read(x as usize..x as usize + 1, &mut of_x);
        let y = signatures.read(y as usize..y as usize + 1, &mut of_y);
        if let ([x], [y]) = (x, y)
            && short_estimate(x, y) >= least
        {
            out.push((a.max(b), a.min(b)));
        }
    };
    let mut members: Vec<Member> = Vec::new();
    let mut bucket: Vec<u32> = Vec::new();
    for entries in entries.chunk_by(|x, y| x >> 32 == y >> 32).filter(|b| b.len() > 1) {
        bucket.clear();
        bucket.extend(entries.iter().map(|&entry| entry as u32));
        let wanted = |unit: &u32| focus.holds(units[*unit as usize]);
        if focus.is_all() && pairs == Pairs::All || bucket.len() <= STAR_ARTICLES {
            for (at, &x) in bucket.iter().enumerate() {
                bucket[..at].iter().for_each(|&y| meet(x, y));
            }
            continue;
        }
        if pairs == Pairs::All {
            for &x in bucket.iter().filter(|unit| wanted(unit)) {
                bucket.iter().filter(|&&y| y != x).for_each(|&y| meet(x, y));
            }
            continue;
        }
        stars += 1;
        members.clear();
        members.extend(bucket.iter().map(|&unit| (units[unit as usize], unit)));
        members.sort_unstable();
        bucket_star(window, &|x, y| index.same_outlet(x, y), &members, &mut |x, y| meet(x.1, y.1));
    }
    out.sort_unstable();
    out.dedup();
    (out, stars)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use crate::document::Metadata;
    use crate::index::SegmentBuilder;
    use crate::prepare::Preparer;

    /// An index of (outlet, text), undated, with ids in order.
    fn index(articles: &[(&str, String)]) -> Index {
        let mut builder = SegmentBuilder::default();
        let mut described = Vec::new();
        for (at, (source, text)) in articles.iter().enumerate() {
            let document = Document { id: format!("{at:05}"), text: text.clone(), ..Document::default() };
            builder.push(&document, &Preparer::default().prepare(&document)).unwrap();
            let metadata = Metadata { source: (*source).into(), ..Metadata::default() };
            described.push((document.id, metadata));
        }
        Index::new(builder, described, &crate::outlet::Outlets::builtin()).unwrap()
    }

    /// Pairs of articles that share a seed.
    fn pairs(index: &Index, settings: &Settings) -> Vec<(u32, u32)> {
        let candidates = Candidates::find(index, settings);
        let mut out = Vec::new();
        for document in index.documents() {
            let mut seeds = Vec::new();
            candidates.seeds(index, document, &mut seeds);
            out.extend(seeds.iter().map(|s| (s.other.0, document.0)));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    const RUN: &str = "seven old ferries left the eastern harbour before noon";

    fn copies(count: usize, outlet: impl Fn(usize) -> &'static str) -> Vec<(&'static str, String)> {
        (0..count).map(|at| (outlet(at), format!("w{at}a w{at}b {RUN} w{at}c w{at}d"))).collect()
    }

    #[test]
    fn up_to_64_articles_are_compared_pair_by_pair() {
        assert_eq!(pairs(&index(&copies(64, |_| "")), &Settings::news()).len(), 64 * 63 / 2);
    }

    #[test]
    fn more_are_linked_to_the_earliest() {
        let found = pairs(&index(&copies(200, |_| "")), &Settings::news());
        assert!((1..200).all(|at| found.contains(&(0, at))));
    }

    #[test]
    fn members_of_the_first_outlet_are_linked_to_the_first_of_a_second_one() {
        let found = pairs(&index(&copies(200, |at| if at == 150 { "post" } else { "herald" })), &Settings::news());
        assert!((1..150).all(|at| found.contains(&(at, 150))), "those before it");
        assert!((151..200).all(|at| found.contains(&(150, at))), "those after it");
    }

    #[test]
    fn every_pair_can_be_asked_for() {
        let settings = Settings { pairs: Pairs::All, ..Settings::news() };
        assert_eq!(pairs(&index(&copies(100, |_| "")), &settings).len(), 100 * 99 / 2);
    }

    #[test]
    fn a_phrase_that_stands_often_costs_its_places_and_not_their_square() {
        let often: String = (0..400).map(|at| format!("x{at} {RUN} ")).collect();
        let index = index(&[("", often.clone()), ("", often)]);
        let candidates = Candidates::find(&index, &Settings::news());
        let mut seeds = Vec::new();
        candidates.seeds(&index, DocumentIndex(1), &mut seeds);
        assert!((800..20_000).contains(&seeds.len()), "{}", seeds.len());
        let linked: std::collections::BTreeSet<u32> = seeds.iter().map(|s| s.position()).collect();
        assert!(linked.len() >= 400, "each place at least once");
    }

    #[test]
    fn signatures_propose_articles_that_share_no_run() {
        let words: Vec<String> = (0..120).map(|at| format!("word{at}")).collect();
        let changed: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(at, w)| if at % 6 == 5 { format!("other{at}") } else { w.clone() })
            .collect();
        let index = index(&[
            ("", words.join(" ")),
            ("", changed.join(" ")),
            ("", "Nothing of that here at all, only this.".into()),
        ]);
        let candidates = Candidates::find(&index, &Settings::news());
        assert_eq!(candidates.proposals(DocumentIndex(1)), [DocumentIndex(0)]);
        assert!(candidates.proposals(DocumentIndex(2)).is_empty());
    }
}
