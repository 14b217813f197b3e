//! Overlaps → passages: texts that recur, each with its occurrences.
//!
//! Spans of one article are one place if the shorter is 0.8 covered by the other and not shorter than half of it.
//! An overlap joins its two places into one passage, unless a place would cover less than half of the passage's
//! representative: then it is a passage of its own. So nothing chains through ever shorter quotations.

use crate::align::Found;
use crate::document::{DocumentIndex, TokenSpan};
use crate::index::{Index, ShortToken};
use ahash::AHashMap;
use rayon::prelude::*;

/// One place of a passage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occurrence {
    /// The article.
    pub document: DocumentIndex,
    /// Where in it.
    pub span: TokenSpan,
    /// The overlap whose side this is, and which side.
    pub side: (usize, bool),
    /// Whether it has the representative's words.
    pub exact: bool,
    /// Twice the words in common with the representative, in order, ÷ the words of both.
    pub similarity: f64,
}

/// A text that recurs. Occurrences are sorted by article, then place; the representative is one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Where it stands.
    pub occurrences: Vec<Occurrence>,
    /// Number of the representative among them: the longest of the earliest article.
    pub representative: usize,
}

/// The passages of `found`, and the passage of each overlap.
pub fn passages(index: &Index, found: &[Found]) -> (Vec<Passage>, Vec<usize>) {
    let mut grouping = Grouping::new(index.len(), found.len());
    // The longest first: they set the representatives that the shorter are measured by.
    let key = |(at, f): (usize, &Found)| Ordered {
        matched: std::cmp::Reverse(f.overlap.matched()),
        a: (f.a, f.span(false)),
        b: (f.b, f.span(true)),
        at,
    };
    let mut order: Vec<Ordered> = found.par_iter().enumerate().map(key).collect();
    order.par_sort_unstable();
    for overlap in &order {
        grouping.add(overlap);
    }
    drop(order);
    grouping.merge_equal(index);
    grouping.finish(index)
}

/// A place in an article.
pub(crate) type Spot = (DocumentIndex, TokenSpan);

/// An overlap in the order in which passages are made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ordered {
    pub(crate) matched: std::cmp::Reverse<u32>,
    pub(crate) a: Spot,
    pub(crate) b: Spot,
    /// Its number.
    pub(crate) at: usize,
}

/// A passage of overlaps that hang together, before those with the same words are one.
pub(crate) struct Gathered {
    pub(crate) representative: Spot,
    /// Its places, some of them in one place with others.
    pub(crate) places: Vec<Spot>,
    /// Numbers of its overlaps.
    pub(crate) overlaps: Vec<usize>,
}

/// The passages of overlaps, numbered through, in so many articles, numbered through: all overlaps are to be given with
/// spans that lie on one another in an article.
pub(crate) fn gather(documents: usize, mut overlaps: Vec<Ordered>) -> Vec<Gathered> {
    let mut grouping = Grouping::new(documents, overlaps.len());
    overlaps.sort_unstable();
    overlaps.iter().for_each(|overlap| grouping.add(overlap));
    let roots: Vec<usize> = (0..grouping.nodes.len()).map(|node| grouping.root(node)).collect();
    let new = |node: &Node| Gathered { representative: node.representative, places: Vec::new(), overlaps: Vec::new() };
    let mut out: Vec<Gathered> = grouping.nodes.iter().map(new).collect();
    for (document, places) in (0..).map(DocumentIndex).zip(&grouping.places) {
        places.iter().for_each(|place| out[roots[place.passage]].places.push((document, place.span)));
    }
    grouping.of.iter().enumerate().for_each(|(at, &node)| out[roots[node]].overlaps.push(at));
    out.retain(|passage| !passage.overlaps.is_empty());
    out
}

/// Of the places of passages in one article the longest that are apart: `place` tells passage and span.
pub(crate) fn keep_longest<P: Copy>(places: &mut Vec<P>, place: impl Fn(&P) -> (usize, TokenSpan)) {
    places.sort_by_key(|p| {
        let (passage, span) = place(p);
        (passage, std::cmp::Reverse(span.len()), span)
    });
    let mut kept = 0;
    for at in 0..places.len() {
        let (passage, span) = place(&places[at]);
        let of_passage = places[..kept].iter().rev().map(&place).take_while(|other| other.0 == passage);
        let is_apart = of_passage.into_iter().all(|other| !same_place(other.1, span));
        if is_apart {
            places[kept] = places[at];
            kept += 1;
        }
    }
    places.truncate(kept);
    places.sort_by_key(&place);
}

/// Number of the representative among the occurrences of a passage, in their order: the longest of the first article.
pub(crate) fn representative(spots: impl Iterator<Item = Spot>) -> usize {
    let mut out = (0, 0);
    let mut first = None;
    for (at, (document, span)) in spots.enumerate() {
        if *first.get_or_insert(document) != document {
            break;
        }
        if span.len() > out.1 {
            out = (at, span.len());
        }
    }
    out.0
}

/// Whether two texts have the same words, and twice the words that they have in common, in order, ÷ the words of both.
pub(crate) fn compare(words: &[ShortToken], theirs: &[ShortToken]) -> (bool, f64) {
    Matcher::default().compare(words, theirs)
}

/// A place in an article that a passage holds.
#[derive(Clone, Copy)]
struct Place {
    span: TokenSpan,
    passage: usize,
    side: (usize, bool),
}

/// A passage in the making: a node of a union-find forest.
#[derive(Clone, Copy)]
struct Node {
    parent: usize,
    /// Article and span of the representative.
    representative: (DocumentIndex, TokenSpan),
    /// Length of its shortest place.
    shortest: u32,
}

struct Grouping {
    places: Vec<Vec<Place>>,
    nodes: Vec<Node>,
    /// Passage of each overlap.
    of: Vec<usize>,
}

impl Grouping {
    fn new(documents: usize, found: usize) -> Self {
        Self { places: vec![Vec::new(); documents], nodes: Vec::new(), of: vec![usize::MAX; found] }
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.nodes[node].parent != node {
            self.nodes[node].parent = self.nodes[self.nodes[node].parent].parent;
            node = self.nodes[node].parent;
        }
        node
    }

    /// The passage of the place that `span` falls on, best covered first.
    fn place(&mut self, document: DocumentIndex, span: TokenSpan) -> Option<usize> {
        let best = self.places[document.at()]
            .iter()
            .filter(|p| same_place(p.span, span))
            .max_by_key(|p| (p.span.common(span), std::cmp::Reverse(p.span)))?;
        Some(self.root(best.passage))
    }

    fn add(&mut self, &Ordered { a, b, at, .. }: &Ordered) {
        let passage = match (self.place(a.0, a.1), self.place(b.0, b.1)) {
            (Some(p), Some(q)) if p == q => p,
            (Some(p), Some(q)) if self.may_merge(p, q) => self.merge(p, q),
            (Some(p), _) if self.may_hold(p, b) => {
                self.hold(p, b, (at, true));
                p
            }
            (_, Some(q)) if self.may_hold(q, a) => {
                self.hold(q, a, (at, false));
                q
            }
            _ => {
                let passage = self.nodes.len();
                self.nodes.push(Node { parent: passage, representative: a, shortest: a.1.len() });
                self.hold(passage, a, (at, false));
                self.hold(passage, b, (at, true));
                passage
            }
        };
        self.of[at] = passage;
    }

    fn earlier(x: (DocumentIndex, TokenSpan), y: (DocumentIndex, TokenSpan)) -> (DocumentIndex, TokenSpan) {
        let key = |r: (DocumentIndex, TokenSpan)| (r.0, std::cmp::Reverse(r.1.len()), r.1);
        if key(x) <= key(y) { x } else { y }
    }

    fn may_hold(&self, passage: usize, place: (DocumentIndex, TokenSpan)) -> bool {
        let node = &self.nodes[passage];
        2 * node.shortest.min(place.1.len()) >= Self::earlier(node.representative, place).1.len()
    }

    fn hold(&mut self, passage: usize, place: (DocumentIndex, TokenSpan), side: (usize, bool)) {
        let node = &mut self.nodes[passage];
        node.representative = Self::earlier(node.representative, place);
        node.shortest = node.shortest.min(place.1.len());
        let places = &mut self.places[place.0.at()];
        if !places.iter().any(|p| p.passage == passage && p.span == place.1) {
            places.push(Place { span: place.1, passage, side });
        }
    }

    fn may_merge(&self, p: usize, q: usize) -> bool {
        let (x, y) = (&self.nodes[p], &self.nodes[q]);
        2 * x.shortest.min(y.shortest) >= Self::earlier(x.representative, y.representative).1.len()
    }

    fn merge(&mut self, p: usize, q: usize) -> usize {
        let (root, child) = (p.min(q), p.max(q));
        let other = self.nodes[child];
        self.nodes[child].parent = root;
        let node = &mut self.nodes[root];
        node.representative = Self::earlier(node.representative, other.representative);
        node.shortest = node.shortest.min(other.shortest);
        root
    }

    /// Passages whose representatives have the same words are one.
    fn merge_equal(&mut self, index: &Index) {
        let mut known: AHashMap<&[ShortToken], usize> = AHashMap::with_capacity(self.nodes.len());
        for node in 0..self.nodes.len() {
            if self.nodes[node].parent != node {
                continue;
            }
            let (document, span) = self.nodes[node].representative;
            match known.entry(&index.tokens(document)[span.range()]) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(node);
                }
                std::collections::hash_map::Entry::Occupied(mut entry) => {
                    let root = self.merge(*entry.get(), node);
                    entry.insert(root);
                }
            }
        }
    }

    fn finish(mut self, index: &Index) -> (Vec<Passage>, Vec<usize>) {
        let roots: Vec<usize> = (0..self.nodes.len()).map(|node| self.root(node)).collect();
        self.places.par_iter_mut().for_each(|places| {
            for place in &mut *places {
                place.passage = roots[place.passage];
            }
            // The longest of the places that fall together stands for all; of those alike, the first overlap's.
            places.sort_by_key(|p| p.side);
            keep_longest(places, |p| (p.passage, p.span));
        });
        /// Of a passage that has no number yet.
        const NONE: usize = usize::MAX;
        let mut numbers = vec![NONE; self.nodes.len()];
        let mut counts: Vec<usize> = Vec::new();
        for place in self.places.iter().flatten() {
            let number = &mut numbers[place.passage];
            if *number == NONE {
                *number = counts.len();
                counts.push(0);
            }
            counts[*number] += 1;
        }
        let mut members: Vec<Vec<Occurrence>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (document, places) in index.documents().zip(std::mem::take(&mut self.places)) {
            for place in places {
                members[numbers[place.passage]].push(Occurrence {
                    document,
                    span: place.span,
                    side: place.side,
                    exact: true,
                    similarity: 1.0,
                });
            }
        }
        let of = self.of.par_iter().map(|&node| numbers[roots[node]]).collect();
        (members.into_par_iter().map(|occurrences| compared(index, occurrences)).collect(), of)
    }
}

/// Whether two spans of one article are one place.
pub(crate) fn same_place(x: TokenSpan, y: TokenSpan) -> bool {
    let (shorter, longer) = (x.len().min(y.len()), x.len().max(y.len()));
    2 * shorter >= longer && 5 * x.common(y) >= 4 * shorter
}

/// A passage whose occurrences are compared with the representative.
fn compared(index: &Index, mut occurrences: Vec<Occurrence>) -> Passage {
    let representative = representative(occurrences.iter().map(|o| (o.document, o.span)));
    let Occurrence { document: first, span, .. } = occurrences[representative];
    let words = &index.tokens(first)[span.range()];
    let mut matcher = Matcher::default();
    for o in &mut occurrences {
        (o.exact, o.similarity) = matcher.compare(words, &index.tokens(o.document)[o.span.range()]);
    }
    Passage { occurrences, representative }
}

/// Length of the longest common subsequence of two texts, a machine word of one of them at a time.
/// Source: Hyyrö, "Bit-parallel LCS-length computation revisited", 2004.
#[derive(Default)]
struct Matcher {
    /// The tokens of the text and their places, sorted.
    places: Vec<(u32, u32)>,
    row: Vec<u64>,
}

impl Matcher {
    fn compare(&mut self, words: &[ShortToken], theirs: &[ShortToken]) -> (bool, f64) {
        if words == theirs {
            return (true, 1.0);
        }
        (false, 2.0 * f64::from(self.common(words, theirs)) / (words.len() + theirs.len()) as f64)
    }

    fn common(&mut self, x: &[ShortToken], y: &[ShortToken]) -> u32 {
        // What both begin or end with is common.
        let head = x.iter().zip(y).take_while(|(x, y)| x == y).count();
        let (x, y) = (&x[head..], &y[head..]);
        let tail = x.iter().rev().zip(y.iter().rev()).take_while(|(x, y)| x == y).count();
        let (x, y) = (&x[..x.len() - tail], &y[..y.len() - tail]);
        (head + tail) as u32 + self.between(x, y)
    }

    fn between(&mut self, x: &[ShortToken], y: &[ShortToken]) -> u32 {
        let Self { places, row } = self;
        if x.is_empty() || y.is_empty() {
            return 0;
        }
        places.clear();
        places.extend((0..).zip(x).map(|(at, token)| (token.get(), at)));
        places.sort_unstable();
        row.clear();
        row.resize(x.len().div_ceil(64), u64::MAX);
        for token in y.iter().map(|token| token.get()) {
            let mut next = places.partition_point(|place| place.0 < token);
            let equal = |at: usize| places.get(at).filter(|place| place.0 == token).map(|place| place.1 as usize);
            let Some(first) = equal(next) else { continue };
            // row' = (row + (row & match)) | (row & !match), over all blocks with a carry
            let mut carry = false;
            for (block, bits) in row.iter_mut().enumerate().skip(first / 64) {
                let mut mask = 0;
                while let Some(at) = equal(next).filter(|at| at / 64 == block) {
                    mask |= 1 << (at % 64);
                    next += 1;
                }
                if mask == 0 && !carry && equal(next).is_none() {
                    break;
                }
                let (sum, over) = bits.overflowing_add(*bits & mask);
                let (sum, over_carry) = sum.overflowing_add(u64::from(carry));
                carry = over || over_carry;
                *bits = sum | (*bits & !mask);
            }
        }
        let mut common = 0;
        for (block, bits) in row.iter().enumerate() {
            let valid = if (block + 1) * 64 <= x.len() { u64::MAX } else { (1 << (x.len() % 64)) - 1 };
            common += (!bits & valid).count_ones();
        }
        common
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(x: &[u32], y: &[u32]) -> u32 {
        let mut row = vec![0; y.len() + 1];
        for a in x {
            let mut diagonal = 0;
            for (j, b) in y.iter().enumerate() {
                let here = row[j + 1];
                row[j + 1] = if a == b { diagonal + 1 } else { here.max(row[j]) };
                diagonal = here;
            }
        }
        row[y.len()]
    }

    proptest! {
        #[test]
        fn common_words_are_counted_as_the_table_counts_them(x in prop::collection::vec(0u32..12, 1..200), y in prop::collection::vec(0u32..12, 0..200)) {
            let short = |v: &[u32]| v.iter().map(|&t| ShortToken::new(t)).collect::<Vec<_>>();
            prop_assert_eq!(Matcher::default().common(&short(&x), &short(&y)), naive(&x, &y));
        }
    }

    #[test]
    fn a_span_much_shorter_than_another_is_another_place() {
        let span = TokenSpan::new;
        assert!(same_place(span(10, 30), span(12, 30)));
        assert!(same_place(span(10, 30), span(10, 20)));
        assert!(!same_place(span(10, 30), span(10, 19)));
        assert!(!same_place(span(10, 30), span(25, 45)));
    }
}
