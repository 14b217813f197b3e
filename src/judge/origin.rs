//! How many separate texts lie behind the articles that carry a passage: "41 outlets, 1 origin".
//!
//! Prose has one author: whoever carries it has it from him. A quotation can be taken down by many: there two articles
//! have one origin if one holds most of the other's own prose, or credits it, or both credit the same third.

use super::evidence::Evidence;
use super::kind::Kind;
use super::row::Judged;
use super::sheet::Sheet;
use crate::align::Found;
use crate::document::DocumentIndex;
use crate::index::Index;
use crate::passage::Passage;
use ahash::AHashMap;
use rayon::prelude::*;

/// Least share of the prose of the shorter article.
const SAME_TEXT: f64 = 0.5;

/// Number of origins of each passage; `kinds` are those of the passages.
pub(super) fn origins(
    index: &Index,
    found: &[Found],
    judged: &[Judged],
    evidence: &[Evidence],
    sheets: &[Sheet],
    passages: &[Passage],
    kinds: &[Kind],
) -> Vec<u32> {
    let links = links(index, found, judged, evidence, sheets);
    passages
        .par_iter()
        .zip(kinds)
        .map(|(passage, kind)| match kind {
            Kind::Quotation | Kind::Formula => {
                let mut articles: Vec<DocumentIndex> = passage.occurrences.iter().map(|o| o.document).collect();
                articles.dedup();
                groups(&articles, &links)
            }
            _ => 1,
        })
        .collect()
}

/// For each article, the earlier ones that are of one text with it, rising.
fn links(
    index: &Index,
    found: &[Found],
    judged: &[Judged],
    evidence: &[Evidence],
    sheets: &[Sheet],
) -> Vec<Vec<DocumentIndex>> {
    let mut pairs: AHashMap<(DocumentIndex, DocumentIndex), (u32, bool)> = AHashMap::new();
    for ((f, judged), evidence) in found.iter().zip(judged).zip(evidence) {
        if f.a == f.b {
            continue;
        }
        let pair = pairs.entry((f.b, f.a)).or_insert((0, evidence.credited || evidence.revision));
        if !matches!(judged.kind, Kind::Quotation | Kind::Boilerplate | Kind::Formula) {
            pair.0 += f.overlap.matched();
        }
    }
    let prose = |document: DocumentIndex| {
        let partition = &sheets[document.at()].partition;
        let other = partition.of(Kind::Quotation) + partition.of(Kind::Boilerplate);
        f64::from(index.words(document).saturating_sub(other).max(1))
    };
    let mut links: Vec<Vec<DocumentIndex>> = vec![Vec::new(); index.len()];
    for ((b, a), (shared, named)) in pairs {
        if named || f64::from(shared) >= SAME_TEXT * prose(a).min(prose(b)) {
            links[b.at()].push(a);
        }
    }
    links.iter_mut().for_each(|l| l.sort_unstable());
    links
}

/// Number of groups of `articles` (rising) that links connect.
fn groups(articles: &[DocumentIndex], links: &[Vec<DocumentIndex>]) -> u32 {
    let mut parent: Vec<usize> = (0..articles.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut groups = articles.len();
    for (at, article) in articles.iter().enumerate() {
        for earlier in &links[article.at()] {
            if let Ok(other) = articles.binary_search(earlier) {
                let (x, y) = (root(&mut parent, at), root(&mut parent, other));
                groups -= usize::from(x != y);
                parent[x.max(y)] = x.min(y);
            }
        }
    }
    groups as u32
}
