//! What the rooms found → the rows of the report, each in its order and with its identity.

use super::*;
use crate::align::Found;
use crate::cluster::Member;
use crate::judge::{AlteredQuote, Direction, Judgement, SideFacts, Statement};
use crate::outlet::Outlets;
use crate::passage::Passage;
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Builds the report. `renamed` holds, sorted, the ids that were changed to be told apart.
#[expect(clippy::too_many_arguments, reason = "one call, one argument a room")]
pub(crate) fn assemble(
    index: Index,
    found: Vec<Found>,
    passages: Vec<Passage>,
    passage_of: Vec<usize>,
    clusters: Vec<Vec<Member>>,
    mut judgement: Judgement,
    renamed: &[String],
    run: Run,
) -> Report {
    let altered_quotes = altered_rows(&index, std::mem::take(&mut judgement.altered));
    let statements = statement_rows(&index, std::mem::take(&mut judgement.statements));
    let Judgement { sheets, overlaps: judged, sides, .. } = &judgement;
    let passage_ids = identities(passages.iter().map(|p| {
        let o = &p.occurrences[p.representative];
        zerocopy::IntoBytes::as_bytes(&index.tokens(o.document)[o.span.range()])
    }));
    let overlaps = overlap_rows(&index, &found, sides, judged, &passage_ids, &passage_of);
    let (cluster_rows, cluster_of) = cluster_rows(&index, &clusters);
    let articles = article_rows(&index, &judgement, &cluster_of, renamed);
    let names = OutletNames::new(&index, &run.settings.outlets);
    let passage_rows = passage_rows(&index, &names, &passages, &passage_ids, &judgement);
    let occurrences = occurrence_rows(&index, &passages, &passage_ids, sides);
    let outlets = outlet_rows(&names, &found, judged, &passages, &judgement.passage_kinds);
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
    let mut kinds = Vec::with_capacity(judgement.sheets.len());
    let mut paragraphs: Vec<ParagraphRow> = Vec::new();
    for sheet in judgement.sheets {
        kinds.push(sheet.kinds);
        paragraphs.extend(sheet.paragraphs);
    }
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
        altered_quotes,
        statements,
        run,
        index,
        found,
        kinds,
    }
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
    judged: &[Judged],
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
                found: at,
                a: a.excerpt,
                b: b.excerpt,
                matched_words: overlap.matched(),
                similarity: overlap.similarity(),
                exact: overlap.is_exact(),
                judged: judged[at],
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
    judgement: &Judgement,
    cluster_of: &[Option<(String, Relation)>],
    renamed: &[String],
) -> Vec<ArticleRow> {
    let mut rows: Vec<ArticleRow> = judgement
        .sheets
        .iter()
        .map(|sheet| {
            let document = sheet.document;
            let odd = judgement.oddities[document.at()];
            let credits = judgement.credits[document.at()].iter().map(|c| c.name.as_str());
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
                (odd.headline_changed, Flag::HeadlineChanged),
                (odd.unmarked_quotation, Flag::UnmarkedQuotation),
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
                credit: credits.collect::<Vec<_>>().join("; "),
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

/// One name for each outlet, however many it goes by: of those printed the first in the alphabet.
struct OutletNames {
    /// Name of the outlet of each article; empty where it names none.
    names: Vec<String>,
}

impl OutletNames {
    fn new(index: &Index, outlets: &Outlets) -> Self {
        let mut keys: BTreeMap<&str, String> = BTreeMap::new();
        for document in index.documents() {
            let source = index.metadata(document).source.as_str();
            keys.entry(source).or_insert_with(|| outlets.key(source));
        }
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for (source, key) in keys.iter().filter(|(_, key)| !key.is_empty()) {
            first.entry(key).or_insert(source);
        }
        let name = |document| {
            let source = index.metadata(document).source.as_str();
            first.get(keys[source].as_str()).copied().unwrap_or(source).to_owned()
        };
        Self { names: index.documents().map(name).collect() }
    }

    fn of(&self, document: DocumentIndex) -> &str {
        &self.names[document.at()]
    }
}

fn passage_rows(
    index: &Index,
    names: &OutletNames,
    passages: &[Passage],
    ids: &[String],
    judgement: &Judgement,
) -> Vec<PassageRow> {
    let mut rows: Vec<PassageRow> = passages
        .iter()
        .enumerate()
        .map(|(at, passage)| {
            let mut articles: Vec<DocumentIndex> = passage.occurrences.iter().map(|o| o.document).collect();
            articles.dedup();
            let mut outlets: Vec<&str> = articles.iter().map(|&d| names.of(d)).filter(|s| !s.is_empty()).collect();
            let nameless = articles.len() - outlets.len();
            outlets.sort_unstable();
            outlets.dedup();
            let representative = &passage.occurrences[passage.representative];
            PassageRow {
                passage_id: ids[at].clone(),
                articles: articles.len() as u32,
                sources: (outlets.len() + nameless) as u32,
                words: representative.span.len(),
                first: articles[0],
                last: articles.iter().rev().copied().find(|&d| index.metadata(d).time.is_some()),
                kind: judgement.passage_kinds[at],
                text: (representative.document, excerpt(&judgement.sides, representative.side).bytes),
                origins: judgement.origins[at],
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

/// What each outlet shares with each other one, furniture and formulas left out. Articles without an outlet are left out.
fn outlet_rows(
    names: &OutletNames,
    found: &[Found],
    judged: &[Judged],
    passages: &[Passage],
    passage_kinds: &[Kind],
) -> Vec<OutletRow> {
    #[derive(Default)]
    struct Shared {
        runs: BTreeMap<DocumentIndex, Vec<(u32, u32)>>,
        passages: u32,
        earlier: u32,
        later: u32,
        undetermined: u32,
    }
    let outlet = |d: DocumentIndex| names.of(d);
    let mut pairs: BTreeMap<(&str, &str), Shared> = BTreeMap::new();
    let counts = |kind: Kind| !matches!(kind, Kind::Boilerplate | Kind::Formula);
    for (f, judged) in found.iter().zip(judged) {
        if f.a == f.b || outlet(f.a).is_empty() || outlet(f.b).is_empty() || outlet(f.a) == outlet(f.b) {
            continue;
        }
        if !counts(judged.kind) {
            continue;
        }
        for later in [false, true] {
            let (own, other) = if later { (f.b, f.a) } else { (f.a, f.b) };
            let shared = pairs.entry((outlet(own), outlet(other))).or_default();
            let runs = f.overlap.blocks.iter().map(|b| if later { (b.b, b.b_end()) } else { (b.a, b.a_end()) });
            shared.runs.entry(own).or_default().extend(runs);
            match (judged.direction, later) {
                (Direction::Forward, false) | (Direction::Backward, true) => shared.earlier += 1,
                (Direction::Forward, true) | (Direction::Backward, false) => shared.later += 1,
                _ => shared.undetermined += 1,
            }
        }
    }
    for (passage, _) in passages.iter().zip(passage_kinds).filter(|&(_, &kind)| counts(kind)) {
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

fn altered_rows(index: &Index, altered: Vec<AlteredQuote>) -> Vec<AlteredQuoteRow> {
    let chars = |document: DocumentIndex, span: ByteSpan| {
        let text = index.text(document);
        let before = |byte: u32| text.get(..byte as usize).map_or(0, |before| before.chars().count() as u32);
        (before(span.start), before(span.end))
    };
    let mut rows: Vec<AlteredQuoteRow> = altered
        .into_iter()
        .map(|quote| AlteredQuoteRow {
            a_chars: chars(quote.a, quote.a_bytes),
            b_chars: chars(quote.b, quote.b_bytes),
            quote,
        })
        .collect();
    let key = |r: &AlteredQuoteRow| (r.quote.a_bytes, r.quote.b_bytes);
    rows.sort_by(|x, y| {
        let ids = |r: &AlteredQuoteRow| (index.id(r.quote.a).to_owned(), index.id(r.quote.b).to_owned());
        (&x.quote.speaker, ids(x), key(x)).cmp(&(&y.quote.speaker, ids(y), key(y)))
    });
    rows
}

fn statement_rows(index: &Index, statements: Vec<Statement>) -> Vec<StatementRow> {
    let texts: Vec<String> = statements
        .iter()
        .map(|s| {
            let pieces = s.pieces.iter().map(|p| index.text(p.text.0).get(p.text.1.range()).unwrap_or_default());
            pieces.collect::<Vec<_>>().join("\n")
        })
        .collect();
    let ids = identities(texts.iter().map(String::as_bytes));
    let mut rows: Vec<StatementRow> = statements
        .into_iter()
        .zip(ids)
        .flat_map(|(statement, statement_id)| {
            let Statement { speaker, pieces } = statement;
            pieces.into_iter().zip(1..).map(move |(piece, order)| {
                let ids: Vec<&str> = piece.articles.iter().map(|&d| index.id(d)).collect();
                let ids = ids.join("; ");
                StatementRow { statement_id: statement_id.clone(), speaker: speaker.clone(), order, piece, ids }
            })
        })
        .collect();
    rows.sort_by(|x, y| (&x.statement_id, x.order).cmp(&(&y.statement_id, y.order)));
    rows
}
