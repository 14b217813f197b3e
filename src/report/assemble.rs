//! What the rooms found → the rows of the report, each in its order and with its identity.

use super::*;
use crate::align::Found;
use crate::cluster::Member;
use crate::judge::{Partition, Sheet, SideFacts};
use crate::passage::Passage;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Share of the matched words inside marks, on both sides, from which on an overlap is a quotation.
const QUOTATION: f64 = 0.8;

/// Builds the report. `renamed` holds, sorted, the ids that were changed to be told apart.
#[expect(clippy::too_many_arguments, reason = "one call, one argument a room")]
pub(crate) fn assemble(
    index: Index,
    found: Vec<Found>,
    mut sheets: Vec<Sheet>,
    passages: Vec<Passage>,
    passage_of: Vec<usize>,
    clusters: Vec<Vec<Member>>,
    renamed: &[String],
    run: Run,
) -> Report {
    let sides = sides(&mut sheets, found.len());
    let passage_ids = identities(passages.iter().map(|p| {
        let o = &p.occurrences[p.representative];
        zerocopy::IntoBytes::as_bytes(&index.tokens(o.document)[o.span.range()])
    }));
    let kinds: Vec<Kind> = sides.iter().map(|(a, b)| kind(a, b)).collect();

    let overlaps = overlap_rows(&index, &found, &sides, &kinds, &passage_ids, &passage_of);
    let (cluster_rows, cluster_of) = cluster_rows(&index, &clusters);
    let articles = article_rows(&index, &sheets, &cluster_of, renamed);
    let passage_rows = passage_rows(&index, &passages, &passage_ids, &passage_of, &kinds, &sides);
    let occurrences = occurrence_rows(&index, &passages, &passage_ids, &sides);
    let outlets = outlet_rows(&index, &found, &passages);
    let mut sources: Vec<SourceRow> = sheets
        .iter()
        .flat_map(|sheet| {
            sheet.sources.iter().map(|s| SourceRow {
                document: sheet.document,
                other: s.other,
                full_words: s.full,
                allocated_words: s.allocated,
                words: index.words(sheet.document),
            })
        })
        .collect();
    sources.sort_by_key(|r| (index.id(r.document), index.id(r.other)));
    let mut paragraphs: Vec<ParagraphRow> = sheets.into_iter().flat_map(|s| s.paragraphs).collect();
    paragraphs.sort_by_key(|r| (index.id(r.document), r.paragraph));
    Report {
        overlaps,
        articles,
        paragraphs,
        passages: passage_rows,
        occurrences,
        clusters: cluster_rows,
        sources,
        outlets,
        run,
        index,
    }
}

/// Both sides of each overlap.
fn sides(sheets: &mut [Sheet], found: usize) -> Vec<(SideFacts, SideFacts)> {
    let mut earlier: Vec<Option<SideFacts>> = vec![None; found];
    let mut later: Vec<Option<SideFacts>> = vec![None; found];
    for facts in sheets.iter_mut().flat_map(|s| std::mem::take(&mut s.sides)) {
        let side = if facts.later { &mut later } else { &mut earlier };
        side[facts.found] = Some(facts);
    }
    earlier.into_iter().zip(later).filter_map(|(a, b)| a.zip(b)).collect()
}

/// `quotation` if most of both sides stands inside marks, else the kind of most of its words on the later side.
fn kind(a: &SideFacts, b: &SideFacts) -> Kind {
    if a.excerpt.quoted >= QUOTATION && b.excerpt.quoted >= QUOTATION {
        return Kind::Quotation;
    }
    b.kinds.most().unwrap_or(Kind::SelfReuse)
}

/// Hex of XXH3-64 over each key; of XXH3-128 where two keys share the shorter.
fn identities<'a>(keys: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let keys: Vec<(u64, u128)> = keys.map(|k| (xxh3_64(k), xxh3_128(k))).collect();
    let mut sorted: Vec<u64> = keys.iter().map(|k| k.0).collect();
    sorted.sort_unstable();
    keys.iter()
        .map(|&(short, long)| {
            let at = sorted.partition_point(|&k| k < short);
            if sorted.get(at + 1) == Some(&short) { format!("{long:032x}") } else { format!("{short:016x}") }
        })
        .collect()
}

fn overlap_rows(
    index: &Index,
    found: &[Found],
    sides: &[(SideFacts, SideFacts)],
    kinds: &[Kind],
    passage_ids: &[String],
    passage_of: &[usize],
) -> Vec<OverlapRow> {
    let keys: Vec<Vec<u8>> = sides
        .iter()
        .map(|(a, b)| {
            let mut key = Vec::new();
            for e in [a.excerpt, b.excerpt] {
                key.extend_from_slice(index.id(e.document).as_bytes());
                key.push(0);
                key.extend_from_slice(&e.bytes.start.to_le_bytes());
                key.extend_from_slice(&e.bytes.end.to_le_bytes());
            }
            key
        })
        .collect();
    let ids = identities(keys.iter().map(Vec::as_slice));
    let mut rows: Vec<OverlapRow> = ids
        .into_iter()
        .enumerate()
        .map(|(at, overlap_id)| {
            let (a, b) = &sides[at];
            let overlap = &found[at].overlap;
            OverlapRow {
                overlap_id,
                passage_id: passage_ids[passage_of[at]].clone(),
                a: a.excerpt,
                b: b.excerpt,
                matched_words: overlap.matched(),
                similarity: overlap.similarity(),
                exact: overlap.is_exact(),
                kind: kinds[at],
                role: overlap.role,
            }
        })
        .collect();
    rows.sort_by_key(|r| {
        (index.id(r.a.document), r.a.bytes.start, index.id(r.b.document), r.b.bytes.start, r.a.bytes.end, r.b.bytes.end)
    });
    rows
}

fn article_rows(
    index: &Index,
    sheets: &[Sheet],
    cluster_of: &[Option<(String, Relation)>],
    renamed: &[String],
) -> Vec<ArticleRow> {
    let mut rows: Vec<ArticleRow> = sheets
        .iter()
        .map(|sheet| {
            let document = sheet.document;
            let words = index.words(document);
            let metadata = index.metadata(document);
            let of = |kind| sheet.partition.of(kind);
            let top = sheet.sources.iter().max_by_key(|s| (s.full, std::cmp::Reverse(s.other)));
            let cluster = cluster_of[document.at()].clone();
            let seen = 1.0 - f64::from(sheet.seen_before) / f64::from(words.max(1));
            let flags = [
                (words == 0, Flag::Empty),
                (metadata.time.is_none(), Flag::NoDate),
                (metadata.time.as_ref().is_some_and(|t| t.zone_assumed()), Flag::ZoneAssumed),
                (metadata.invalid_bytes > 0, Flag::InvalidBytes),
                (renamed.binary_search_by(|id| id.as_str().cmp(index.id(document))).is_ok(), Flag::DuplicateId),
                (sheet.graphemes, Flag::Graphemes),
                (!metadata.unread_time.is_empty(), Flag::DateNotRead),
            ];
            ArticleRow {
                document,
                words,
                unique_words: words - sheet.partition.shared() + of(Kind::Formula),
                first_seen_share: (words > 0 && metadata.time.is_some()).then_some(seen),
                quotation_words: of(Kind::Quotation),
                credited_words: of(Kind::Credited),
                boilerplate_words: of(Kind::Boilerplate),
                self_words: of(Kind::SelfReuse) + of(Kind::Revision),
                unattributed_words: of(Kind::Unattributed),
                longest_run: sheet.longest_run,
                top_source: top.map(|s| (s.other, f64::from(s.full) / f64::from(words.max(1)))),
                relation: cluster.as_ref().map(|c| c.1),
                cluster_id: cluster.map(|c| c.0).unwrap_or_default(),
                credit: String::new(),
                flags: flags.into_iter().filter(|f| f.0).map(|f| f.1).collect(),
            }
        })
        .collect();
    rows.sort_by_key(|r| index.id(r.document));
    rows
}

/// Rows, and the cluster of each article.
fn cluster_rows(index: &Index, clusters: &[Vec<Member>]) -> (Vec<ClusterRow>, Vec<Option<(String, Relation)>>) {
    let ids = identities(clusters.iter().map(|members| index.id(members[0].document).as_bytes()));
    let mut of = vec![None; index.len()];
    let mut rows = Vec::new();
    for (members, cluster_id) in clusters.iter().zip(ids) {
        for m in members {
            of[m.document.at()] = Some((cluster_id.clone(), m.relation));
            rows.push(ClusterRow {
                cluster_id: cluster_id.clone(),
                document: m.document,
                relation: m.relation,
                resemblance: m.resemblance,
                containment: m.containment,
                leader: members[0].document,
            });
        }
    }
    rows.sort_by(|x, y| (&x.cluster_id, index.id(x.document)).cmp(&(&y.cluster_id, index.id(y.document))));
    (rows, of)
}

fn passage_rows(
    index: &Index,
    passages: &[Passage],
    ids: &[String],
    passage_of: &[usize],
    kinds: &[Kind],
    sides: &[(SideFacts, SideFacts)],
) -> Vec<PassageRow> {
    let mut votes = vec![Partition::default(); passages.len()];
    for (&passage, &kind) in passage_of.iter().zip(kinds) {
        votes[passage].add(kind);
    }
    let mut rows: Vec<PassageRow> = passages
        .iter()
        .zip(ids)
        .zip(votes)
        .map(|((passage, id), votes)| {
            let mut articles: Vec<DocumentIndex> = passage.occurrences.iter().map(|o| o.document).collect();
            articles.dedup();
            let mut outlets: Vec<&str> =
                articles.iter().map(|&d| index.metadata(d).source.as_str()).filter(|s| !s.is_empty()).collect();
            let nameless = articles.len() - outlets.len();
            outlets.sort_unstable();
            outlets.dedup();
            let representative = &passage.occurrences[passage.representative];
            PassageRow {
                passage_id: id.clone(),
                articles: articles.len() as u32,
                sources: (outlets.len() + nameless) as u32,
                words: representative.span.len(),
                first: articles[0],
                last: articles.iter().rev().copied().find(|&d| index.metadata(d).time.is_some()),
                kind: votes.most().unwrap_or(Kind::SelfReuse),
                text: (representative.document, excerpt(sides, representative.side).bytes),
            }
        })
        .collect();
    rows.sort_by(|x, y| x.passage_id.cmp(&y.passage_id));
    rows
}

fn excerpt(sides: &[(SideFacts, SideFacts)], side: (usize, bool)) -> &Excerpt {
    let (a, b) = &sides[side.0];
    if side.1 { &b.excerpt } else { &a.excerpt }
}

fn occurrence_rows(
    index: &Index,
    passages: &[Passage],
    ids: &[String],
    sides: &[(SideFacts, SideFacts)],
) -> Vec<OccurrenceRow> {
    let mut rows: Vec<OccurrenceRow> = passages
        .iter()
        .zip(ids)
        .flat_map(|(passage, id)| {
            passage.occurrences.iter().map(move |o| {
                let excerpt = excerpt(sides, o.side);
                OccurrenceRow {
                    passage_id: id.clone(),
                    document: o.document,
                    chars: excerpt.chars,
                    bytes: excerpt.bytes,
                    exact: o.exact,
                    similarity: o.similarity,
                }
            })
        })
        .collect();
    rows.sort_by(|x, y| {
        (&x.passage_id, index.id(x.document), x.bytes).cmp(&(&y.passage_id, index.id(y.document), y.bytes))
    });
    rows
}

/// What each outlet shares with each other one, by date only. Articles without an outlet are left out.
fn outlet_rows(index: &Index, found: &[Found], passages: &[Passage]) -> Vec<OutletRow> {
    use std::collections::{BTreeMap, BTreeSet};
    #[derive(Default)]
    struct Shared {
        runs: BTreeMap<DocumentIndex, Vec<(u32, u32)>>,
        passages: u32,
        earlier: u32,
        later: u32,
        undetermined: u32,
    }
    let outlet = |d: DocumentIndex| index.metadata(d).source.as_str();
    let mut pairs: BTreeMap<(&str, &str), Shared> = BTreeMap::new();
    for f in found {
        if f.a == f.b || outlet(f.a).is_empty() || outlet(f.b).is_empty() || outlet(f.a) == outlet(f.b) {
            continue;
        }
        let a_first = index.is_before(f.a, f.b);
        for later in [false, true] {
            let (own, other) = if later { (f.b, f.a) } else { (f.a, f.b) };
            let shared = pairs.entry((outlet(own), outlet(other))).or_default();
            let runs = f.overlap.blocks.iter().map(|b| if later { (b.b, b.b_end()) } else { (b.a, b.a_end()) });
            shared.runs.entry(own).or_default().extend(runs);
            match (a_first, later) {
                (true, false) => shared.earlier += 1,
                (true, true) => shared.later += 1,
                (false, _) => shared.undetermined += 1,
            }
        }
    }
    for passage in passages {
        let outlets: BTreeSet<&str> =
            passage.occurrences.iter().map(|o| outlet(o.document)).filter(|s| !s.is_empty()).collect();
        for &own in &outlets {
            for &other in outlets.iter().filter(|&&other| other != own) {
                if let Some(shared) = pairs.get_mut(&(own, other)) {
                    shared.passages += 1;
                }
            }
        }
    }
    pairs
        .into_iter()
        .map(|((source, other_source), shared)| OutletRow {
            source: source.to_string(),
            other_source: other_source.to_string(),
            articles: shared.runs.len() as u32,
            passages: shared.passages,
            words: shared.runs.into_values().map(|runs| u64::from(crate::cluster::covered(runs))).sum(),
            earlier: shared.earlier,
            later: shared.later,
            undetermined: shared.undetermined,
        })
        .collect()
}
