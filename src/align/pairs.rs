//! The walk over all candidates: pair by pair, by the later article of each.

use super::{Aligner, Evidence, Found, Overlap, Place, Text, polish};
use crate::candidate::{Candidates, Channel, Seed};
use crate::document::{ByteSpan, DocumentIndex, Paragraph};
use crate::index::Index;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::text::Boundaries;
use rayon::prelude::*;

/// Aligns every candidate pair. Overlaps come in the order of (later article, earlier article, place). `progress` hears of
/// articles; once it is stopped, no more of them are looked at.
pub fn align(index: &Index, candidates: &Candidates, settings: &Settings, progress: &dyn Progress) -> Aligned {
    let documents: Vec<DocumentIndex> = index.documents().collect();
    let parts: Vec<Aligned> = documents
        .par_iter()
        .with_max_len(64)
        .map_init(Worker::default, |worker, &document| {
            if progress.is_stopped() {
                return Aligned::default();
            }
            let part = worker.align(index, candidates, settings, document);
            progress.advance(1);
            part
        })
        .collect();
    let mut all = Aligned::default();
    all.found.reserve(parts.iter().map(|p| p.found.len()).sum());
    for mut part in parts {
        all.found.append(&mut part.found);
        all.repeats += part.repeats;
        all.bounded += part.bounded;
        for (total, one) in [(&mut all.lsh, part.lsh), (&mut all.fingerprint, part.fingerprint)] {
            total.proposed += one.proposed;
            total.survived += one.survived;
        }
    }
    all
}

/// What the pairs of one later article gave, or those of all.
#[derive(Debug, Default)]
pub struct Aligned {
    /// Their overlaps.
    pub found: Vec<Found>,
    /// What the bands proposed.
    pub lsh: Channel,
    /// What shared fingerprints proposed.
    pub fingerprint: Channel,
    /// Repeats that were left out, since other overlaps of their pair hold all their words.
    pub repeats: u64,
    /// Pairs in which a bound on the work took effect.
    pub bounded: u64,
}

/// Buffers of one thread.
#[derive(Default)]
struct Worker {
    seeds: Vec<Seed>,
    places: Vec<Place>,
    other: Vec<ByteSpan>,
    tokens: Vec<u8>,
    other_text: Vec<u8>,
    own_text: Vec<u8>,
}

impl Worker {
    fn align(&mut self, index: &Index, candidates: &Candidates, settings: &Settings, b: DocumentIndex) -> Aligned {
        self.seeds.clear();
        candidates.seeds(index, b, &mut self.seeds);
        let proposals = candidates.proposals(b);
        if self.seeds.is_empty() && proposals.is_empty() {
            return Aligned::default();
        }
        let seeds = std::mem::take(&mut self.seeds);
        let mut part = Aligned::default();
        let mut pairs = self.pairs(index, settings, b, &seeds, proposals, &mut part);
        settle(index.words(b), &mut pairs);
        for pair in pairs {
            let survived = u64::from(!pair.found.is_empty());
            if pair.seeded {
                part.fingerprint.proposed += 1;
                part.fingerprint.survived += survived;
            }
            if pair.banded {
                part.lsh.proposed += 1;
                part.lsh.survived += survived;
            }
            part.found.extend(pair.found.into_iter().map(|overlap| Found { a: pair.a, b, overlap }));
        }
        self.seeds = seeds;
        part
    }

    /// Aligns the pairs of `b` that these propose: first those of the seeds, then those that signatures alone propose.
    fn pairs(
        &mut self,
        index: &Index,
        settings: &Settings,
        b: DocumentIndex,
        seeds: &[Seed],
        proposals: &[DocumentIndex],
        part: &mut Aligned,
    ) -> Vec<AlignedPair> {
        let mut out = Vec::new();
        let mut work = PairWork {
            index,
            b,
            least: settings.min_half_words(),
            aligner: Aligner::new(index.tokens(b), settings.min_half_words()),
            own: None,
        };
        let mut warm = 0; // seeds that were looked at
        let mut seen = 0; // seeds of the pairs so far
        for of_pair in seeds.chunk_by(|x, y| x.other == y.other) {
            if seen >= warm {
                warm = seen + look_ahead(index, &seeds[seen..]);
            }
            seen += of_pair.len();
            let a = of_pair[0].other;
            let banded = proposals.binary_search(&a).is_ok();
            let star = of_pair.iter().all(|s| s.is_star());
            self.places.clear();
            self.places.extend(of_pair.iter().map(|s| (s.other_position(), s.position())));
            let found = work.pair(self, a, Evidence { banded, star: star && !banded });
            let starred = of_pair.iter().any(|s| s.is_star());
            out.push(AlignedPair { a, seeded: true, banded, starred, found });
        }
        for &a in proposals.iter().filter(|&&a| seeds.binary_search_by(|s| s.other.cmp(&a)).is_err()) {
            self.places.clear();
            let found = work.pair(self, a, Evidence { banded: true, star: false });
            out.push(AlignedPair { a, seeded: false, banded: true, starred: false, found });
        }
        part.repeats += work.aligner.left_out();
        part.bounded += work.aligner.bounded();
        out
    }
}

/// What a pair has in common, before it is known what a star tells of its later article.
#[derive(Debug)]
pub(crate) struct AlignedPair {
    /// The earlier article.
    pub(crate) a: DocumentIndex,
    /// Whether they share a fingerprint.
    pub(crate) seeded: bool,
    /// Whether signatures proposed it.
    pub(crate) banded: bool,
    /// Whether a star proposed it.
    pub(crate) starred: bool,
    /// Its overlaps.
    pub(crate) found: Vec<Overlap>,
}

/// Aligns pairs of one later article, `b`: those that share `seeds`, sorted, and those that signatures alone propose. What
/// a star spares is not left out yet ([`settle`]).
pub(crate) fn align_pairs(
    index: &Index,
    settings: &Settings,
    b: DocumentIndex,
    seeds: &[Seed],
    proposals: &[DocumentIndex],
) -> Vec<AlignedPair> {
    Worker::default().pairs(index, settings, b, seeds, proposals, &mut Aligned::default())
}

/// Leaves out of all pairs of one later article, which has so many words, what signatures alone propose and a star tells
/// already: a bucket then would write what the star spares.
pub(crate) fn settle(words: u32, pairs: &mut [AlignedPair]) {
    let mut starred: Vec<bool> = Vec::new();
    for block in pairs.iter().filter(|p| p.starred).flat_map(|p| &p.found).flat_map(|overlap| &overlap.blocks) {
        starred.resize(words as usize, false);
        starred[block.b as usize..block.b_end() as usize].fill(true);
    }
    if starred.is_empty() {
        return;
    }
    let is_told = |overlap: &Overlap| {
        let told = overlap.blocks.iter().flat_map(|b| &starred[b.b as usize..b.b_end() as usize]);
        10 * told.filter(|&&t| t).count() as u32 >= 9 * overlap.matched()
    };
    pairs.iter_mut().filter(|pair| !pair.seeded).for_each(|pair| pair.found.retain(|overlap| !is_told(overlap)));
}

/// The pairs of one later article.
struct PairWork<'a> {
    index: &'a Index,
    b: DocumentIndex,
    least: u32,
    aligner: Aligner<'a>,
    /// Places and paragraphs of the later article's tokens, read once it has an overlap.
    own: Option<(Vec<ByteSpan>, Vec<Paragraph>)>,
}

impl PairWork<'_> {
    /// Overlaps with `a`, whose seeds lie in `worker.places`.
    fn pair(&mut self, worker: &mut Worker, a: DocumentIndex, evidence: Evidence) -> Vec<Overlap> {
        let (index, b) = (self.index, self.b);
        let same = a == b;
        let a_tokens = index.tokens_anywhere(a, &mut worker.tokens);
        let chains = self.aligner.chains(a_tokens, &worker.places, evidence, same);
        if chains.is_empty() {
            return Vec::new();
        }
        let (spans, paragraphs) = self.own.get_or_insert_with(|| {
            let mut spans = Vec::new();
            index.spans(b, &mut spans);
            (spans, index.paragraphs(b).collect())
        });
        let b_text = Text {
            tokens: index.tokens(b),
            boundaries: Boundaries { text: index.text_anywhere(b, &mut worker.own_text), spans, paragraphs },
        };
        if same {
            return polish(chains, &b_text, &b_text, self.least, true);
        }
        index.spans(a, &mut worker.other);
        let paragraphs: Vec<Paragraph> = index.paragraphs(a).collect();
        let text = index.text_anywhere(a, &mut worker.other_text);
        let boundaries = Boundaries { text, spans: &worker.other, paragraphs: &paragraphs };
        polish(chains, &Text { tokens: a_tokens, boundaries }, &b_text, self.least, false)
    }
}

/// Seeds whose tokens are looked at together.
const AHEAD: usize = 64;

/// Reads the token of each of the next seeds, and says how many: they lie far apart in memory, which takes its time for
/// each one after another, but not for many that are asked for together. In a file no look makes the next one faster.
fn look_ahead(index: &Index, seeds: &[Seed]) -> usize {
    let ahead = &seeds[..seeds.len().min(AHEAD)];
    let token = |seed: &Seed| {
        let tokens = index.tokens_in_memory(seed.other)?;
        tokens.get(seed.other_position() as usize).map(|token| token.get())
    };
    std::hint::black_box(ahead.iter().fold(0, |bits, seed| bits ^ token(seed).unwrap_or(0)));
    ahead.len()
}
