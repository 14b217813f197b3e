//! How many separate texts lie behind the articles that carry a passage: "41 outlets, 1 origin".
//!
//! Prose has one author: whoever carries it has it from him. A quotation can be taken down by many: there two articles
//! have one origin if one holds most of the other's own prose, or credits it, or both credit the same third.

use super::evidence::Evidence;
use super::kind::{Kind, Partition};
use super::row::Judged;
use super::sheet::Sheet;
use crate::align::Found;
use crate::document::DocumentIndex;
use crate::index::Index;
use crate::passage::Passage;
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
        .map(|(passage, kind)| match may_have_origins(*kind) {
            true => {
                let mut articles: Vec<DocumentIndex> = passage.occurrences.iter().map(|o| o.document).collect();
                articles.dedup();
                groups(&articles, &links)
            }
            false => 1,
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
    let prose = |document: DocumentIndex| prose_words(index.words(document), &sheets[document.at()].partition);
    let mut links: Vec<Vec<DocumentIndex>> = vec![Vec::new(); index.len()];
    let mut next = 0;
    for pair in found.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b)) {
        let (first, a, b) = (next, pair[0].a, pair[0].b);
        next += pair.len();
        if a == b {
            continue;
        }
        let of_pair = pair.iter().zip(&judged[first..]).filter(|(_, judged)| is_prose(judged.kind));
        let shared: u32 = of_pair.map(|(f, _)| f.overlap.matched()).sum();
        let named = evidence[first].credited || evidence[first].revision;
        if named || is_one_text(shared, (prose(a), prose(b))) {
            links[b.at()].push(a);
        }
    }
    links.iter_mut().for_each(|l| l.sort_unstable());
    links
}

/// Words of an article that are its own author's, if it is anybody's: neither quotation nor furniture.
pub(crate) fn prose_words(words: u32, partition: &Partition) -> u32 {
    words.saturating_sub(partition.of(Kind::Quotation) + partition.of(Kind::Boilerplate)).max(1)
}

/// Whether an overlap of this kind is prose.
pub(crate) fn is_prose(kind: Kind) -> bool {
    !matches!(kind, Kind::Quotation | Kind::Boilerplate | Kind::Formula)
}

/// Whether two articles that share so much prose, of so much each, are one text.
pub(crate) fn is_one_text(shared: u32, prose: (u32, u32)) -> bool {
    f64::from(shared) >= SAME_TEXT * f64::from(prose.0.min(prose.1))
}

/// Number of groups of `articles` (rising) that links connect.
fn groups(articles: &[DocumentIndex], links: &[Vec<DocumentIndex>]) -> u32 {
    let pairs = articles.iter().flat_map(|&article| links[article.at()].iter().map(move |&earlier| (article, earlier)));
    connected(articles, pairs)
}

/// Whether articles that carry a passage of this kind may each have it from its speaker.
pub(crate) fn may_have_origins(kind: Kind) -> bool {
    matches!(kind, Kind::Quotation | Kind::Formula)
}

/// Number of groups of `articles` (rising) that pairs of them connect. Pairs with others count for nothing.
pub(crate) fn connected(
    articles: &[DocumentIndex],
    pairs: impl Iterator<Item = (DocumentIndex, DocumentIndex)>,
) -> u32 {
    let mut parent: Vec<usize> = (0..articles.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut groups = articles.len();
    for (x, y) in pairs {
        let (Ok(x), Ok(y)) = (articles.binary_search(&x), articles.binary_search(&y)) else { continue };
        let (x, y) = (root(&mut parent, x), root(&mut parent, y));
        groups -= usize::from(x != y);
        parent[x.max(y)] = x.min(y);
    }
    groups as u32
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Trial, article, own_words};
    use super::*;
    use crate::document::Document;

    const WORDS: &str = "we will rebuild every one of the seven piers before the herring return";

    fn paper(id: &str) -> String {
        format!("{} Herald", ["Lisk", "Sorrel", "Orrin", "Estrel", "Venn"]["abcde".find(id).unwrap_or_default()])
    }

    fn report(id: &str, line: &str) -> Document {
        let text = format!("{} told: “{WORDS}.” {}.\n\n{line}", own_words(60), own_words(60));
        article(id, &paper(id), "2031-05-01", &text)
    }

    fn copies(ids: &[&str]) -> Vec<Document> {
        let text = report("", "").text;
        ids.iter().map(|id| article(id, &paper(id), "2031-05-01", &text)).collect()
    }

    /// Origins of the passage that so many articles carry.
    #[track_caller]
    fn origins(documents: Vec<Document>, articles: usize) -> Vec<u32> {
        let trial = Trial::new(documents);
        let count = |passage: &Passage| {
            let mut all: Vec<DocumentIndex> = passage.occurrences.iter().map(|o| o.document).collect();
            all.dedup();
            all.len()
        };
        let passages = trial.passages.iter().zip(&trial.judgement.origins);
        passages.filter(|(passage, _)| count(passage) == articles).map(|(_, origins)| *origins).collect()
    }

    #[test]
    fn prose_has_one_origin_however_many_carry_it() {
        let prose = |id: &str| {
            let text = format!("{} {WORDS} {}", own_words(60), own_words(60));
            article(id, &paper(id), "2031-05-01", &text)
        };
        assert_eq!(origins(["a", "b", "c", "d"].map(prose).into(), 4), [1]);
    }

    #[test]
    fn whoever_took_a_quotation_down_himself_is_an_origin() {
        assert_eq!(origins(["a", "b", "c"].map(|id| report(id, "")).into(), 3), [3]);
    }

    #[test]
    fn copies_of_a_wire_are_one_origin_beside_own_reports() {
        let mut documents = copies(&["a", "b", "c"]);
        documents.extend([report("d", ""), report("e", "")]);
        assert_eq!(origins(documents, 5), [3]);
    }

    #[test]
    fn who_credits_another_or_the_same_third_is_no_origin_of_his_own() {
        let credit = |outlet: &str| format!("This article was first published by the {outlet}.");
        assert_eq!(origins(vec![report("a", ""), report("b", &credit("Lisk Herald")), report("c", "")], 3), [2]);
        let wire = credit("Reuters");
        assert_eq!(origins(vec![report("a", &wire), report("b", &wire), report("c", "")], 3), [2]);
    }

    #[test]
    fn groups_are_counted_over_any_chain_of_links() {
        let all: Vec<DocumentIndex> = (0..5).map(DocumentIndex).collect();
        let mut links = vec![Vec::new(); 5];
        assert_eq!(groups(&all, &links), 5);
        links[4] = vec![DocumentIndex(0), DocumentIndex(2)];
        links[2] = vec![DocumentIndex(0)];
        assert_eq!(groups(&all, &links), 3);
        assert_eq!(groups(&all[1..4], &links), 3, "links to articles that do not carry it count for nothing");
        assert_eq!(groups(&[], &links), 0);
    }
}
