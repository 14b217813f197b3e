//! What the rooms found → the rows of the report, each in its order and with its identity.

use super::*;
use crate::align::Found;
use crate::cluster::{Member, covered};
use crate::document::Metadata;
use crate::judge::{AlteredQuote, Credit, Direction, Judgement, Oddities, Sheet, SideFacts, Statement};
use crate::outlet::Outlets;
use crate::passage::Passage;
use ahash::AHashMap;
use rayon::prelude::*;
use std::collections::BTreeMap;
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
    let order = Order::new(&index);
    let names = OutletNames::new(&index, &run.settings.outlets);
    let (altered, statements) = (std::mem::take(&mut judgement.altered), std::mem::take(&mut judgement.statements));
    let of_sheets = judgement.sheets.iter_mut().map(|sheet| std::mem::take(&mut sheet.paragraphs)).collect();
    let Judgement { sheets, overlaps: judged, sides, .. } = &judgement;
    // Each table by itself: some are made by one thread.
    let ((altered_quotes, statements), (paragraphs, passage_ids)) = rayon::join(
        || rayon::join(|| altered_rows(&index, &order, altered), || statement_rows(&index, statements)),
        || rayon::join(|| paragraph_rows(&order, of_sheets), || passage_ids(&index, &passages)),
    );
    let ((overlaps, outlets), (articles, cluster_rows)) = rayon::join(
        || {
            rayon::join(
                || overlap_rows(&index, &order, &found, sides, judged, &passage_ids, &passage_of),
                || outlet_rows(&names, &found, judged, &passages, &judgement.passage_kinds),
            )
        },
        || {
            let (rows, cluster_of) = cluster_rows(&index, &order, &clusters);
            (article_rows(&index, &order, &judgement, &cluster_of, renamed), rows)
        },
    );
    let ((passage_rows, occurrences), sources) = rayon::join(
        || passage_rows(&index, &order, &names, &passages, &passage_ids, &judgement),
        || source_rows(&index, &order, sheets),
    );
    let kinds = judgement.sheets.par_iter_mut().map(|sheet| std::mem::take(&mut sheet.kinds)).collect();
    // To give back very many small pieces of memory takes a while.
    rayon::join(|| drop((passages, passage_of, clusters)), || drop(judgement));
    Report {
        redacted: false,
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

/// Identities of passages: by their words.
fn passage_ids(index: &Index, passages: &[Passage]) -> Vec<RowId> {
    identities(passages.len(), |at, key| {
        let o = &passages[at].occurrences[passages[at].representative];
        key.extend_from_slice(zerocopy::IntoBytes::as_bytes(&index.tokens(o.document)[o.span.range()]));
    })
}

fn source_rows(index: &Index, order: &Order, sheets: &[Sheet]) -> Vec<SourceRow> {
    let mut rows: Vec<SourceRow> = Vec::with_capacity(sheets.iter().map(|sheet| sheet.sources.len()).sum());
    for &document in &order.documents {
        let from = rows.len();
        rows.extend(sheets[document.at()].sources.iter().map(|s| SourceRow {
            document,
            other: s.other,
            full_words: s.full,
            allocated_words: s.allocated,
            words: index.words(document),
        }));
        rows[from..].sort_by_key(|row| order.rank(row.other));
    }
    rows
}

/// The rows of all articles, of which `of_each` are given in the order of the articles.
fn paragraph_rows(order: &Order, mut of_each: Vec<Vec<ParagraphRow>>) -> Vec<ParagraphRow> {
    let mut rows = Vec::with_capacity(of_each.iter().map(Vec::len).sum());
    for &document in &order.documents {
        let from = rows.len();
        // Taken, not copied: there are very many.
        rows.extend(std::mem::take(&mut of_each[document.at()]));
        rows[from..].sort_by_key(|row: &ParagraphRow| row.paragraph);
    }
    rows
}

/// Articles in the order of their ids, which most tables are in: ids are compared once, and numbers after.
struct Order {
    documents: Vec<DocumentIndex>,
    /// Place of each article in that order.
    ranks: Vec<u32>,
}

impl Order {
    fn new(index: &Index) -> Self {
        let mut documents: Vec<DocumentIndex> = index.documents().collect();
        documents.par_sort_unstable_by(|&x, &y| index.id(x).cmp(index.id(y)).then(x.cmp(&y)));
        let mut ranks = vec![0; documents.len()];
        for (rank, document) in (0..).zip(&documents) {
            ranks[document.at()] = rank;
        }
        Self { documents, ranks }
    }

    fn rank(&self, document: DocumentIndex) -> u32 {
        self.ranks[document.at()]
    }
}

/// An identity for each key: XXH3-64 over it, XXH3-128 where two keys share the shorter. `key` appends its bytes.
fn identities(keys: usize, key: impl Fn(usize, &mut Vec<u8>) + Sync) -> Vec<RowId> {
    let bytes = |at: usize, buffer: &mut Vec<u8>| {
        buffer.clear();
        key(at, buffer);
    };
    let hash = |buffer: &mut Vec<u8>, at| {
        bytes(at, buffer);
        xxh3_64(buffer)
    };
    let short: Vec<u64> = (0..keys).into_par_iter().map_init(Vec::new, hash).collect();
    let mut sorted = short.clone();
    sorted.par_sort_unstable();
    let mut shared: Vec<u64> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    shared.dedup();
    let mut buffer = Vec::new();
    let id = |(at, hash): (usize, u64)| match shared.binary_search(&hash) {
        Ok(_) => {
            bytes(at, &mut buffer);
            RowId::from(xxh3_128(&buffer))
        }
        Err(_) => RowId::from(hash),
    };
    short.into_iter().enumerate().map(id).collect()
}

/// Appends what one side tells of an overlap's identity.
pub(crate) fn overlap_key(id: &str, bytes: ByteSpan, key: &mut Vec<u8>) {
    key.extend_from_slice(id.as_bytes());
    key.push(0);
    key.extend_from_slice(&bytes.start.to_le_bytes());
    key.extend_from_slice(&bytes.end.to_le_bytes());
}

fn overlap_rows(
    index: &Index,
    order: &Order,
    found: &[Found],
    sides: &[(SideFacts, SideFacts)],
    judged: &[Judged],
    passage_ids: &[RowId],
    passage_of: &[usize],
) -> Vec<OverlapRow> {
    let ids = identities(sides.len(), |at, key| {
        for e in [&sides[at].0.excerpt, &sides[at].1.excerpt] {
            overlap_key(index.id(e.document), e.bytes, key);
        }
    });
    let mut places: Vec<([u32; 6], u32)> = (0..sides.len() as u32)
        .into_par_iter()
        .map(|at| {
            let (a, b) = (&sides[at as usize].0.excerpt, &sides[at as usize].1.excerpt);
            let (of_a, of_b) = (order.rank(a.document), order.rank(b.document));
            ([of_a, a.bytes.start, of_b, b.bytes.start, a.bytes.end, b.bytes.end], at)
        })
        .collect();
    places.par_sort_unstable();
    places
        .par_iter()
        .map(|&(_, at)| {
            let at = at as usize;
            let (a, b) = &sides[at];
            let overlap = &found[at].overlap;
            OverlapRow {
                overlap_id: ids[at],
                passage_id: passage_ids[passage_of[at]],
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
        .collect()
}

fn article_rows(
    index: &Index,
    order: &Order,
    judgement: &Judgement,
    cluster_of: &[Option<(RowId, Relation)>],
    renamed: &[String],
) -> Vec<ArticleRow> {
    let row = |&document: &DocumentIndex| {
        article_row(&ArticleFacts {
            document,
            words: index.words(document),
            metadata: index.metadata(document),
            sheet: &judgement.sheets[document.at()],
            oddities: judgement.oddities[document.at()],
            credits: &judgement.credits[document.at()],
            cluster: cluster_of[document.at()],
            is_renamed: renamed.binary_search_by(|id| id.as_str().cmp(index.id(document))).is_ok(),
        })
    };
    order.documents.par_iter().map(row).collect()
}

/// What the row of an article is made of.
pub(crate) struct ArticleFacts<'a> {
    pub(crate) document: DocumentIndex,
    pub(crate) words: u32,
    pub(crate) metadata: &'a Metadata,
    pub(crate) sheet: &'a Sheet,
    pub(crate) oddities: Oddities,
    pub(crate) credits: &'a [Credit],
    pub(crate) cluster: Option<(RowId, Relation)>,
    /// Whether its id was given to tell it apart.
    pub(crate) is_renamed: bool,
}

/// The row of an article.
pub(crate) fn article_row(facts: &ArticleFacts<'_>) -> ArticleRow {
    let &ArticleFacts { document, words, metadata, sheet, oddities: odd, cluster, .. } = facts;
    let credits = facts.credits.iter().map(|c| c.name.as_str());
    let of = |kind| sheet.partition.of(kind);
    let top = sheet.sources.iter().max_by_key(|s| (s.full, std::cmp::Reverse(s.other)));
    let seen = 1.0 - f64::from(sheet.seen_before) / f64::from(words.max(1));
    let flags = [
        (words == 0, Flag::Empty),
        (metadata.time.is_none(), Flag::NoDate),
        (metadata.time.as_ref().is_some_and(|t| t.zone_assumed()), Flag::ZoneAssumed),
        (metadata.invalid_bytes > 0, Flag::InvalidBytes),
        (facts.is_renamed, Flag::DuplicateId),
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
        relation: cluster.map(|c| c.1),
        cluster_id: cluster.map(|c| c.0),
        credit: credits.collect::<Vec<_>>().join("; "),
        flags: flags.into_iter().filter(|f| f.0).map(|f| f.1).collect(),
    }
}

/// Rows, and the cluster of each article.
fn cluster_rows(
    index: &Index,
    order: &Order,
    clusters: &[Vec<Member>],
) -> (Vec<ClusterRow>, Vec<Option<(RowId, Relation)>>) {
    let leader = |at: usize| clusters[at][0].document;
    let ids = identities(clusters.len(), |at, key| {
        key.extend_from_slice(index.id(leader(at)).as_bytes());
    });
    let mut of = vec![None; index.len()];
    let mut rows = Vec::with_capacity(clusters.iter().map(Vec::len).sum());
    for (members, &cluster_id) in clusters.iter().zip(&ids) {
        for m in members {
            of[m.document.at()] = Some((cluster_id, m.relation));
            rows.push(ClusterRow {
                cluster_id,
                document: m.document,
                relation: m.relation,
                resemblance: m.resemblance,
                containment: m.containment,
                leader: members[0].document,
            });
        }
    }
    rows.par_sort_by_key(|row| (row.cluster_id, order.rank(row.document)));
    (rows, of)
}

/// One name for each outlet, however many it goes by: of those printed the first in the alphabet.
struct OutletNames<'a> {
    /// Names in their order, the empty one first.
    names: Vec<&'a str>,
    /// Name of the outlet of each article, by its number; 0 where it names none.
    of: Vec<u32>,
}

impl<'a> OutletNames<'a> {
    fn new(index: &'a Index, outlets: &Outlets) -> Self {
        let mut given: AHashMap<&str, u32> = AHashMap::new();
        let sources: Vec<u32> = index
            .documents()
            .map(|document| {
                let next = given.len() as u32;
                *given.entry(index.metadata(document).source.as_str()).or_insert(next)
            })
            .collect();
        let mut sorted: Vec<(&str, u32)> = given.into_iter().collect();
        sorted.sort_unstable();
        let mut first: BTreeMap<String, &str> = BTreeMap::new();
        let mut name_of = vec![""; sorted.len()];
        for &(source, number) in &sorted {
            let key = outlets.key(source);
            let name = if key.is_empty() { source } else { first.entry(key).or_insert(source) };
            name_of[number as usize] = name;
        }
        let mut names = name_of.clone();
        names.push("");
        names.sort_unstable();
        names.dedup();
        let numbers: Vec<u32> = name_of.iter().map(|name| names.partition_point(|other| other < name) as u32).collect();
        Self { names, of: sources.into_iter().map(|source| numbers[source as usize]).collect() }
    }

    /// Number of the article's outlet, in the order of names; 0 where it names none.
    fn number(&self, document: DocumentIndex) -> u32 {
        self.of[document.at()]
    }
}

/// Rows of the passages, and of their occurrences.
fn passage_rows(
    index: &Index,
    order: &Order,
    names: &OutletNames<'_>,
    passages: &[Passage],
    ids: &[RowId],
    judgement: &Judgement,
) -> (Vec<PassageRow>, Vec<OccurrenceRow>) {
    let mut sorted: Vec<(RowId, usize)> = ids.iter().copied().zip(0..).collect();
    sorted.par_sort_unstable();
    let row = |&(passage_id, at): &(RowId, usize)| {
        let passage = &passages[at];
        let mut articles: Vec<DocumentIndex> = passage.occurrences.iter().map(|o| o.document).collect();
        articles.dedup();
        let mut outlets: Vec<u32> = articles.iter().map(|&d| names.number(d)).filter(|&n| n != 0).collect();
        let nameless = articles.len() - outlets.len();
        outlets.sort_unstable();
        outlets.dedup();
        let representative = &passage.occurrences[passage.representative];
        PassageRow {
            passage_id,
            articles: articles.len() as u32,
            sources: (outlets.len() + nameless) as u32,
            words: representative.span.len(),
            first: articles[0],
            last: articles.iter().rev().copied().find(|&d| index.metadata(d).time.is_some()),
            kind: judgement.passage_kinds[at],
            text: (representative.document, excerpt(&judgement.sides, representative.side).bytes),
            origins: judgement.origins[at],
        }
    };
    let rows = sorted.par_iter().map(row).collect();
    let occurrences: Vec<Vec<OccurrenceRow>> = sorted
        .par_chunk_by(|x, y| x.0 == y.0)
        .fold(Vec::new, |mut rows, of_id| {
            let from = rows.len();
            for &(passage_id, at) in of_id {
                rows.extend(passages[at].occurrences.iter().map(|o| {
                    let excerpt = excerpt(&judgement.sides, o.side);
                    OccurrenceRow {
                        passage_id,
                        document: o.document,
                        chars: excerpt.chars,
                        bytes: excerpt.bytes,
                        exact: o.exact,
                        similarity: o.similarity,
                    }
                }));
            }
            rows[from..].sort_by_key(|row| (order.rank(row.document), row.bytes));
            rows
        })
        .collect();
    (rows, occurrences.concat())
}

fn excerpt(sides: &[(SideFacts, SideFacts)], side: (usize, bool)) -> &Excerpt {
    let (a, b) = &sides[side.0];
    if side.1 { &b.excerpt } else { &a.excerpt }
}

/// Whether overlaps and passages of a kind count for outlets: furniture and formulas do not.
pub(crate) fn counts_for_outlets(kind: Kind) -> bool {
    !matches!(kind, Kind::Boilerplate | Kind::Formula)
}

/// Whether the words of an overlap are this side's, rather than the other's; `None` where that is not told.
pub(crate) fn who_is_earlier(direction: Direction, later: bool) -> Option<bool> {
    match direction {
        Direction::Forward => Some(!later),
        Direction::Backward => Some(later),
        _ => None,
    }
}

/// What each outlet shares with each other one, furniture and formulas left out. Articles without an outlet are left out.
fn outlet_rows(
    names: &OutletNames<'_>,
    found: &[Found],
    judged: &[Judged],
    passages: &[Passage],
    passage_kinds: &[Kind],
) -> Vec<OutletRow> {
    // A side of an overlap: outlet and other outlet, the article, the overlap, which side.
    let mut shared: Vec<((u32, u32), DocumentIndex, u32, bool)> = Vec::new();
    for (at, (f, judged)) in found.iter().zip(judged).enumerate() {
        let (a, b) = (names.number(f.a), names.number(f.b));
        if f.a != f.b && a != 0 && b != 0 && a != b && counts_for_outlets(judged.kind) {
            shared.push(((a, b), f.a, at as u32, false));
            shared.push(((b, a), f.b, at as u32, true));
        }
    }
    shared.par_sort_unstable();
    let mut rows: Vec<OutletRow> = Vec::new();
    let mut numbers: AHashMap<(u32, u32), usize> = AHashMap::new();
    for of_pair in shared.chunk_by(|x, y| x.0 == y.0) {
        let (own, other) = of_pair[0].0;
        let mut row = OutletRow {
            source: names.names[own as usize].to_string(),
            other_source: names.names[other as usize].to_string(),
            articles: 0,
            passages: 0,
            words: 0,
            earlier: 0,
            later: 0,
            undetermined: 0,
        };
        for of_article in of_pair.chunk_by(|x, y| x.1 == y.1) {
            let mut runs = Vec::new();
            for &(_, _, at, later) in of_article {
                let blocks = found[at as usize].runs(later);
                runs.extend(blocks.map(|run| (run.start as u32, run.end as u32)));
                match who_is_earlier(judged[at as usize].direction, later) {
                    Some(true) => row.earlier += 1,
                    Some(false) => row.later += 1,
                    None => row.undetermined += 1,
                }
            }
            row.articles += 1;
            row.words += u64::from(covered(runs));
        }
        numbers.insert((own, other), rows.len());
        rows.push(row);
    }
    for (passage, _) in passages.iter().zip(passage_kinds).filter(|&(_, &kind)| counts_for_outlets(kind)) {
        let mut outlets: Vec<u32> =
            passage.occurrences.iter().map(|o| names.number(o.document)).filter(|&number| number != 0).collect();
        outlets.sort_unstable();
        outlets.dedup();
        for &own in &outlets {
            for &other in outlets.iter().filter(|&&other| other != own) {
                if let Some(&at) = numbers.get(&(own, other)) {
                    rows[at].passages += 1;
                }
            }
        }
    }
    rows
}

/// The row of a quotation that differs.
pub(crate) fn altered_row(index: &Index, quote: AlteredQuote) -> AlteredQuoteRow {
    let chars = |document: DocumentIndex, span: ByteSpan| {
        let count = |bytes: std::ops::Range<u32>| {
            let text = index.text(document).get(bytes.start as usize..bytes.end as usize);
            text.map_or(0, |text| text.chars().count() as u32)
        };
        let start = count(0..span.start);
        (start, start + count(span.start..span.end))
    };
    AlteredQuoteRow { a_chars: chars(quote.a, quote.a_bytes), b_chars: chars(quote.b, quote.b_bytes), quote }
}

fn altered_rows(index: &Index, order: &Order, altered: Vec<AlteredQuote>) -> Vec<AlteredQuoteRow> {
    let mut rows: Vec<AlteredQuoteRow> = altered.into_par_iter().map(|quote| altered_row(index, quote)).collect();
    let key = |r: &AlteredQuoteRow| (order.rank(r.quote.a), order.rank(r.quote.b), r.quote.a_bytes, r.quote.b_bytes);
    rows.sort_by(|x, y| x.quote.speaker.cmp(&y.quote.speaker).then_with(|| key(x).cmp(&key(y))));
    rows
}

/// Appends what tells a statement from others: the words of its pieces.
pub(crate) fn statement_key(index: &Index, statement: &Statement, key: &mut Vec<u8>) {
    for (place, piece) in statement.pieces.iter().enumerate() {
        if place > 0 {
            key.push(b'\n');
        }
        key.extend_from_slice(index.excerpt(piece.text.0, piece.text.1).as_bytes());
    }
}

fn statement_rows(index: &Index, statements: Vec<Statement>) -> Vec<StatementRow> {
    let ids = identities(statements.len(), |at, key| statement_key(index, &statements[at], key));
    let mut rows: Vec<StatementRow> = statements
        .into_iter()
        .zip(ids)
        .flat_map(|(statement, statement_id)| {
            let Statement { speaker, pieces } = statement;
            pieces.into_iter().zip(1..).map(move |(piece, order)| {
                let ids: Vec<&str> = piece.articles.iter().map(|&d| index.id(d)).collect();
                let ids = ids.join("; ");
                StatementRow { statement_id, speaker: speaker.clone(), order, piece, ids }
            })
        })
        .collect();
    rows.sort_by_key(|row| (row.statement_id, row.order));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_share_their_short_hash_are_told_apart_by_the_long_one() {
        // No two keys of one short hash are known: one key that stands twice serves as well.
        let keys: [&[u8]; 3] = [b"one", b"two", b"one"];
        let ids = identities(keys.len(), |at, key| key.extend_from_slice(keys[at]));
        let shown: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let long = format!("{:032x}", xxh3_128(b"one"));
        assert_eq!(shown, [long.clone(), format!("{:016x}", xxh3_64(b"two")), long]);
    }
}
