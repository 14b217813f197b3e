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
    let mut order: Vec<usize> = (0..found.len()).collect();
    // The longest first: they set the representatives that the shorter are measured by.
    order.sort_by_key(|&at| {
        let f = &found[at];
        (std::cmp::Reverse(f.overlap.matched()), f.a, f.span(false), f.b, f.span(true))
    });
    for at in order {
        grouping.add(found, at);
    }
    grouping.merge_equal(index);
    grouping.finish(index)
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

    fn add(&mut self, found: &[Found], at: usize) {
        let f = &found[at];
        let (a, b) = ((f.a, f.span(false)), (f.b, f.span(true)));
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
        let mut known: AHashMap<&[ShortToken], usize> = AHashMap::new();
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
        let mut numbers: AHashMap<usize, usize> = AHashMap::new();
        let mut members: Vec<Vec<Occurrence>> = Vec::new();
        for document in index.documents() {
            let mut places = std::mem::take(&mut self.places[document.at()]);
            for place in &mut places {
                place.passage = self.root(place.passage);
            }
            // The longest of the places that fall together stands for all.
            places.sort_by_key(|p| (p.passage, std::cmp::Reverse(p.span.len()), p.span, p.side));
            let mut kept: Vec<Place> = Vec::new();
            for place in places {
                let apart = |k: &Place| k.passage != place.passage || !same_place(k.span, place.span);
                if kept.iter().rev().take_while(|k| k.passage == place.passage).all(apart) {
                    kept.push(place);
                }
            }
            kept.sort_by_key(|p| (p.passage, p.span));
            for place in kept {
                let next = members.len();
                let number = *numbers.entry(place.passage).or_insert(next);
                if number == next {
                    members.push(Vec::new());
                }
                members[number].push(Occurrence {
                    document,
                    span: place.span,
                    side: place.side,
                    exact: true,
                    similarity: 1.0,
                });
            }
        }
        let of = (0..self.of.len())
            .map(|at| {
                let root = self.root(self.of[at]);
                numbers[&root]
            })
            .collect();
        (members.into_par_iter().map(|occurrences| compared(index, occurrences)).collect(), of)
    }
}

/// Whether two spans of one article are one place.
fn same_place(x: TokenSpan, y: TokenSpan) -> bool {
    let (shorter, longer) = (x.len().min(y.len()), x.len().max(y.len()));
    2 * shorter >= longer && 5 * x.common(y) >= 4 * shorter
}

/// A passage whose occurrences are compared with the representative.
fn compared(index: &Index, mut occurrences: Vec<Occurrence>) -> Passage {
    let first = occurrences[0].document;
    let mut representative = 0;
    for (at, o) in occurrences.iter().enumerate().take_while(|(_, o)| o.document == first) {
        if o.span.len() > occurrences[representative].span.len() {
            representative = at;
        }
    }
    let words = &index.tokens(first)[occurrences[representative].span.range()];
    let mut matcher: Option<Common> = None;
    for o in &mut occurrences {
        let theirs = &index.tokens(o.document)[o.span.range()];
        o.exact = words == theirs;
        if !o.exact {
            let common = matcher.get_or_insert_with(|| Common::new(words)).length(theirs);
            o.similarity = 2.0 * f64::from(common) / (words.len() + theirs.len()) as f64;
        }
    }
    Passage { occurrences, representative }
}

/// Length of the longest common subsequence with one text, a machine word of it at a time.
/// Source: Hyyrö, "Bit-parallel LCS-length computation revisited", 2004.
struct Common {
    len: usize,
    masks: AHashMap<ShortToken, Vec<(usize, u64)>>,
}

impl Common {
    fn new(words: &[ShortToken]) -> Self {
        let mut masks: AHashMap<ShortToken, Vec<(usize, u64)>> = AHashMap::new();
        for (at, token) in words.iter().enumerate() {
            let places = masks.entry(*token).or_default();
            match places.last_mut() {
                Some((block, bits)) if *block == at / 64 => *bits |= 1 << (at % 64),
                _ => places.push((at / 64, 1 << (at % 64))),
            }
        }
        Self { len: words.len(), masks }
    }

    fn length(&self, theirs: &[ShortToken]) -> u32 {
        let blocks = self.len.div_ceil(64);
        let mut row = vec![u64::MAX; blocks];
        for token in theirs {
            let Some(places) = self.masks.get(token) else { continue };
            // row' = (row + (row & match)) | (row & !match), over all blocks with a carry
            let (mut carry, mut next) = (false, 0);
            let first = places[0].0;
            for (block, bits) in row.iter_mut().enumerate().skip(first) {
                let mask = if places.get(next).is_some_and(|p| p.0 == block) {
                    next += 1;
                    places[next - 1].1
                } else if !carry && next >= places.len() {
                    break;
                } else {
                    0
                };
                let (sum, over) = bits.overflowing_add(*bits & mask);
                let (sum, over_carry) = sum.overflowing_add(u64::from(carry));
                carry = over || over_carry;
                *bits = sum | (*bits & !mask);
            }
        }
        let mut common = 0;
        for (block, bits) in row.iter().enumerate() {
            let valid = if (block + 1) * 64 <= self.len { u64::MAX } else { (1 << (self.len % 64)) - 1 };
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
            prop_assert_eq!(Common::new(&short(&x)).length(&short(&y)), naive(&x, &y));
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
