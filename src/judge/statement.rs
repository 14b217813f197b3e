//! The common source: quotations of one speaker or document in several articles, put in order into the statement that
//! nobody in the corpus printed whole.
//!
//! A **voice** here is all that one article quotes of one speaker. Voices of the same speaker belong together if they
//! share at least 8 quoted words, and 0.3 of the words of the shorter. The voice that shares most leads; the others must
//! share with the leader itself and lie within a week of it, so that a sentence which a politician says for a year ties
//! no year of speeches together.
//!
//! A piece is a sentence of a quotation, or the whole quotation where no sentence ends in it. Two are the same piece if
//! they share 0.6 of the shorter; its longest version is shown. What one article alone prints counts if at most 12
//! words part it from a piece that counts: so a sentence from another occasion stays out unless it is quoted in one
//! breath with the statement. Fragments of less than 5 words are no pieces.
//!
//! A quotation that its article ascribes to nobody is ascribed as another article ascribes the same words.
//!
//! Pieces stand in the order that most articles have them in; a cycle is broken at the piece with the fewest
//! articles against it, then by the order of the leader. One sentence alone is no rebuilt statement: there are two
//! pieces at least.

use super::quotes::Quotation;
use super::speaker::{Voice, same_speaker};
use super::united::united;
use super::utterance::begins_sentence;
use crate::align::{Block, Found};
use crate::document::{ByteSpan, DocumentIndex, Paragraph, TokenSpan};
use crate::index::Index;
use crate::text::Boundaries;
use ahash::AHashMap;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Quoted words that two voices must share.
const MIN_SHARED: u32 = 8;
/// Seconds between a voice and its leader, where both have a date.
const MAX_APART: i64 = 7 * 86_400;
/// Names of an article that a further name is compared with: the last of those that differ.
const MAX_NAMES: usize = 64;
/// Words of a piece.
const MIN_PIECE: u32 = 5;
/// Words outside the marks that do not part what is said in one breath.
const ONE_BREATH: u32 = 12;
/// Pieces beyond which a statement keeps the order of the leader, as far as it has them.
const MAX_ORDERED: usize = 256;
/// Versions of a piece, the longest, of which is asked who holds them.
const MAX_VERSIONS: usize = 64;

/// A rebuilt statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who made it, by the fullest name that is given.
    pub speaker: String,
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a statement: the longest version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where the text stands.
    pub text: (DocumentIndex, ByteSpan),
    /// The articles that hold it, rising: 0.6 of its words, quoted or not.
    pub articles: Vec<DocumentIndex>,
}

/// The statements that several articles quote from. `voices` are in the order of the articles, `None` where an article
/// shares nothing.
pub(crate) fn statements(index: &Index, found: &[Found], voices: &[Option<Voice>]) -> Vec<Statement> {
    let printed = printed_names(index, found, voices);
    let names = names(&printed, found, voices);
    let said: Vec<Said> =
        voices.par_iter().zip(&names).map(|(voice, names)| Said::new(voice.as_ref(), names)).collect();
    let nodes = Nodes::new(&said);
    let groups = groups(index, &nodes, &links(found, &said, &nodes));
    rebuild(index, found, voices, &said, &nodes, &groups)
}

/// Whether the overlaps of a pair run through quotations of both at once: only then have these to do with one another.
pub(crate) fn quote_the_same(pair: &[Found], voices: &[Option<Voice>]) -> bool {
    let spans = |document: DocumentIndex| -> Vec<TokenSpan> {
        let voice = voices.get(document.at()).and_then(Option::as_ref);
        voice.map_or(&[][..], |voice| &voice.quotations).iter().map(|q| q.tokens).collect()
    };
    let (Some(first), mut met) = (pair.first(), false) else { return false };
    let (a, b) = (spans(first.a), spans(first.b));
    pair.iter().flat_map(|f| &f.overlap.blocks).for_each(|&block| meet(block, &a, &b, |_, _, _| met = true));
    met && first.a != first.b
}

/// The name by which each quotation of each article is ascribed, as it is printed. Copied: names are compared with names
/// all over the corpus, and of texts that lie in a file each look would bring a page back.
fn printed_names(index: &Index, found: &[Found], voices: &[Option<Voice>]) -> Vec<Vec<Option<String>>> {
    let mut shares = vec![false; voices.len()];
    for document in found.iter().filter(|f| f.a != f.b).flat_map(|f| [f.a, f.b]) {
        if let Some(shares) = shares.get_mut(document.at()) {
            *shares = true;
        }
    }
    (0..voices.len() as u32)
        .into_par_iter()
        .map(DocumentIndex)
        .zip(voices)
        .map(|(document, voice)| {
            let Some(voice) = voice.as_ref().filter(|_| shares[document.at()]) else { return Vec::new() };
            let text = index.text(document);
            voice.speakers.iter().map(|name| text.get((*name)?.range()).map(str::to_owned)).collect()
        })
        .collect()
}

/// The name that each quotation of each article is ascribed to. One that its article ascribes to nobody goes by the
/// article that ascribes the same words, most of them.
fn names<'a>(
    printed: &'a [Vec<Option<String>>],
    found: &[Found],
    voices: &[Option<Voice>],
) -> Vec<Vec<Option<&'a str>>> {
    let mut names: Vec<Vec<Option<&str>>> =
        printed.par_iter().map(|names| names.iter().map(Option::as_deref).collect()).collect();
    let spans = |(voice, names): (&Option<Voice>, &Vec<Option<&str>>)| -> Vec<TokenSpan> {
        let quotations = voice.as_ref().map_or(&[][..], |v| &v.quotations);
        quotations.iter().zip(names).map(|(q, _)| q.tokens).collect()
    };
    let spans: Vec<Vec<TokenSpan>> = voices.par_iter().zip(&names).map(spans).collect();
    type Heard = ((DocumentIndex, usize), (DocumentIndex, usize), u32);
    let mut heard: Vec<Heard> = found
        .par_iter()
        .filter(|f| f.a != f.b)
        .flat_map_iter(|f| {
            let mut out = Vec::new();
            let (Some(a), Some(b)) = (spans.get(f.a.at()), spans.get(f.b.at())) else { return out };
            for &block in &f.overlap.blocks {
                meet(block, a, b, |x, y, words| match (names[f.a.at()][x], names[f.b.at()][y]) {
                    (None, Some(_)) => out.push(((f.a, x), (f.b, y), words)),
                    (Some(_), None) => out.push(((f.b, y), (f.a, x), words)),
                    _ => {}
                });
            }
            out
        })
        .collect();
    heard.par_sort_unstable();
    let mut given: Vec<((DocumentIndex, usize), &str)> = Vec::new();
    for of in heard.chunk_by(|x, y| x.0 == y.0) {
        let (document, quotation) = of[0].0;
        let sums = of.chunk_by(|x, y| x.1 == y.1).map(|of| (of.iter().map(|h| h.2).sum::<u32>(), Reverse(of[0].1)));
        let Some((words, Reverse((other, named)))) = sums.max() else { continue };
        let enough = words >= MIN_PIECE && 5 * words >= 3 * spans[document.at()][quotation].len();
        given.extend(names[other.at()][named].filter(|_| enough).map(|name| ((document, quotation), name)));
    }
    for ((document, quotation), name) in given {
        names[document.at()][quotation] = Some(name);
    }
    names
}

/// What an article quotes, by speaker.
#[derive(Debug, Default)]
struct Said<'a> {
    /// Its quotations that are ascribed to somebody, in order.
    spans: Vec<TokenSpan>,
    /// For each of these, its number among all, and its speaker's place in `speakers`.
    of: Vec<(usize, usize)>,
    /// Fullest name of each speaker, and the words quoted.
    speakers: Vec<(&'a str, u32)>,
}

impl<'a> Said<'a> {
    fn new(voice: Option<&Voice>, names: &[Option<&'a str>]) -> Self {
        let mut out = Self::default();
        let mut known: AHashMap<&str, usize> = AHashMap::new();
        let mut firsts: Vec<&str> = Vec::new();
        let quotations = voice.map_or(&[][..], |v| &v.quotations);
        for (number, (quotation, name)) in quotations.iter().zip(names).enumerate() {
            let &Some(name) = name else { continue };
            let speaker = *known.entry(name).or_insert_with(|| {
                let from = firsts.len().saturating_sub(MAX_NAMES);
                let same = |first: &&str| may_be_same(first, name) && same_speaker(first, name);
                firsts[from..].iter().position(same).map_or(firsts.len(), |at| from + at)
            });
            if speaker == firsts.len() {
                firsts.push(name);
                out.speakers.push((name, 0));
            }
            let (fullest, words) = &mut out.speakers[speaker];
            *fullest = fuller(fullest, name);
            *words += quotation.tokens.len();
            out.spans.push(quotation.tokens);
            out.of.push((number, speaker));
        }
        out
    }
}

/// Whether two names have words that begin alike: the others need no closer look.
fn may_be_same(a: &str, b: &str) -> bool {
    let beginning = |word: &'_ str| -> [Option<char>; 3] {
        let mut letters = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        std::array::from_fn(|_| letters.next())
    };
    a.split_whitespace().any(|x| b.split_whitespace().any(|y| beginning(x) == beginning(y)))
}

/// The fullest of those names that more than one article gives, or else of all.
fn fullest(mut names: Vec<&str>) -> Option<&str> {
    names.sort_unstable();
    let twice = names.chunk_by(|x, y| x == y).filter(|of| of.len() > 1).map(|of| of[0]).reduce(fuller);
    twice.or_else(|| names.iter().copied().reduce(fuller))
}

/// The longer name, of equals the first by the alphabet. More than 4 words are hardly a name, but half a headline.
fn fuller<'a>(a: &'a str, b: &'a str) -> &'a str {
    let key = |name: &'a str| (name.split_whitespace().count() > 4, Reverse(name.chars().count()), name);
    if key(b) < key(a) { b } else { a }
}

/// The voices of all articles, numbered through.
struct Nodes<'a> {
    /// Of each article, the number of its first voice.
    first: Vec<usize>,
    /// Article, name and words of each voice.
    all: Vec<(DocumentIndex, &'a str, u32)>,
}

impl<'a> Nodes<'a> {
    fn new(said: &[Said<'a>]) -> Self {
        let mut out = Self { first: Vec::with_capacity(said.len()), all: Vec::new() };
        for (document, said) in (0..).map(DocumentIndex).zip(said) {
            out.first.push(out.all.len());
            out.all.extend(said.speakers.iter().map(|&(name, words)| (document, name, words)));
        }
        out
    }
}

/// Two voices of one speaker, and the quoted words that they share.
type Link = (usize, usize, u32);

/// The voices that belong together.
fn links(found: &[Found], said: &[Said], nodes: &Nodes) -> Vec<Link> {
    let met: Vec<Link> = found
        .par_iter()
        .filter(|f| f.a != f.b)
        .flat_map_iter(|f| {
            let mut out = Vec::new();
            let (Some(a), Some(b)) = (said.get(f.a.at()), said.get(f.b.at())) else { return out };
            for &block in &f.overlap.blocks {
                meet(block, &a.spans, &b.spans, |x, y, words| {
                    out.push((nodes.first[f.a.at()] + a.of[x].1, nodes.first[f.b.at()] + b.of[y].1, words));
                });
            }
            out
        })
        .collect();
    let mut all = summed(met);
    all.retain(|&(x, y, words)| {
        let shorter = nodes.all[x].2.min(nodes.all[y].2);
        words >= MIN_SHARED && 10 * words.min(shorter) >= 3 * shorter
    });
    let mut names: Vec<(&str, &str)> = all.iter().map(|&(x, y, _)| (nodes.all[x].1, nodes.all[y].1)).collect();
    names.sort_unstable();
    names.dedup();
    let same: Vec<bool> = names.par_iter().map(|(x, y)| x == y || same_speaker(x, y)).collect();
    all.retain(|&(x, y, _)| names.binary_search(&(nodes.all[x].1, nodes.all[y].1)).is_ok_and(|at| same[at]));
    all
}

/// Sorts, and adds up what is given for the same two.
fn summed(mut all: Vec<Link>) -> Vec<Link> {
    all.par_sort_unstable();
    all.dedup_by(|next, sum| {
        let same = (next.0, next.1) == (sum.0, sum.1);
        if same {
            sum.2 += next.2;
        }
        same
    });
    all
}

/// Calls `each` with every span of `a` and of `b` that the equal run `block` runs through at once, and for how many
/// words. Both are sorted and do not overlap.
fn meet(block: Block, a: &[TokenSpan], b: &[TokenSpan], mut each: impl FnMut(usize, usize, u32)) {
    let mut x = a.partition_point(|span| span.end <= block.a);
    let mut y = b.partition_point(|span| span.end <= block.b);
    while let (Some(p), Some(q)) = (a.get(x), b.get(y)) {
        if p.start >= block.a_end() || q.start >= block.b_end() {
            return;
        }
        // As places in the run.
        let start = p.start.saturating_sub(block.a).max(q.start.saturating_sub(block.b));
        let (p_end, q_end) = (p.end.saturating_sub(block.a), q.end.saturating_sub(block.b));
        let end = p_end.min(q_end).min(block.len);
        if start < end {
            each(x, y, end - start);
        }
        if p_end <= q_end {
            x += 1;
        } else {
            y += 1;
        }
    }
}

/// The voices of each statement, its leader first, then in the order of the articles.
fn groups(index: &Index, nodes: &Nodes, links: &[Link]) -> Vec<Vec<usize>> {
    let mut linked: Vec<Vec<usize>> = vec![Vec::new(); nodes.all.len()];
    let mut shared = vec![0u64; nodes.all.len()];
    for &(x, y, words) in links {
        linked[x].push(y);
        linked[y].push(x);
        shared[x] += u64::from(words);
        shared[y] += u64::from(words);
    }
    let mut order: Vec<usize> = (0..nodes.all.len()).filter(|&node| !linked[node].is_empty()).collect();
    order.sort_by_key(|&node| (Reverse(shared[node]), node));
    let time = |node: usize| index.metadata(nodes.all[node].0).time.as_ref().map(crate::document::Time::start);
    let near = |x: usize, y: usize| match (time(x), time(y)) {
        (Some(x), Some(y)) => x.abs_diff(y) <= MAX_APART as u64,
        _ => true,
    };
    let mut taken = vec![false; nodes.all.len()];
    let mut out = Vec::new();
    for leader in order {
        if taken[leader] {
            continue;
        }
        let mut members: Vec<usize> =
            linked[leader].iter().copied().filter(|&node| !taken[node] && near(leader, node)).collect();
        if members.is_empty() {
            continue;
        }
        members.sort_unstable();
        members.insert(0, leader);
        members.iter().for_each(|&node| taken[node] = true);
        out.push(members);
    }
    out
}

/// A sentence or fragment that one article quotes.
#[derive(Clone, Copy, Debug)]
struct Fragment {
    group: usize,
    node: usize,
    document: DocumentIndex,
    tokens: TokenSpan,
    bytes: ByteSpan,
}

fn rebuild(
    index: &Index,
    found: &[Found],
    voices: &[Option<Voice>],
    said: &[Said],
    nodes: &Nodes,
    groups: &[Vec<usize>],
) -> Vec<Statement> {
    let mut group_of: Vec<Option<usize>> = vec![None; nodes.all.len()];
    for (group, members) in groups.iter().enumerate() {
        members.iter().for_each(|&node| group_of[node] = Some(group));
    }
    // By article, in the order of the text.
    let fragments: Vec<Vec<Fragment>> = index
        .documents()
        .zip(voices)
        .collect::<Vec<_>>()
        .par_iter()
        .map(|&(document, voice)| match voice {
            Some(voice) => {
                let node = |speaker: usize| nodes.first[document.at()] + speaker;
                fragments(index, document, voice, &said[document.at()], |speaker| {
                    Some((group_of[node(speaker)]?, node(speaker)))
                })
            }
            None => Vec::new(),
        })
        .collect();
    let spans: Vec<Vec<TokenSpan>> = fragments.iter().map(|f| f.iter().map(|f| f.tokens).collect()).collect();
    let mut first = Vec::with_capacity(fragments.len());
    let mut of_group: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    let mut all: Vec<Fragment> = Vec::new();
    for part in &fragments {
        first.push(all.len());
        for fragment in part {
            of_group[fragment.group].push(all.len());
            all.push(*fragment);
        }
    }
    // Which fragments are one piece.
    let met: Vec<Link> = found
        .par_iter()
        .flat_map_iter(|f| {
            let mut out = Vec::new();
            let (Some(a), Some(b)) = (spans.get(f.a.at()), spans.get(f.b.at())) else { return out };
            for &block in &f.overlap.blocks {
                meet(block, a, b, |x, y, words| {
                    let (x, y) = (first[f.a.at()] + x, first[f.b.at()] + y);
                    if all[x].group == all[y].group {
                        out.push((x, y, words));
                    }
                });
            }
            out
        })
        .collect();
    let same: Vec<Link> = summed(met)
        .into_iter()
        .filter(|&(x, y, words)| 5 * words >= 3 * all[x].tokens.len().min(all[y].tokens.len()))
        .collect();
    let piece_of = united(all.len(), same.iter().map(|&(x, y, _)| (x, y)));
    let mut sides: Vec<Vec<usize>> = vec![Vec::new(); index.len()];
    for (at, f) in found.iter().enumerate().filter(|(_, f)| f.a != f.b) {
        for document in [f.a, f.b].into_iter().filter(|d| spans.get(d.at()).is_some_and(|spans| !spans.is_empty())) {
            sides[document.at()].push(at);
        }
    }
    let mut out: Vec<Statement> = of_group
        .par_iter()
        .zip(groups)
        .filter_map(|(of_group, members)| {
            let ordered = ordered(&all, of_group, &piece_of, members);
            if ordered.len() < 2 {
                return None;
            }
            let pieces = ordered.iter().map(|versions| piece(found, &sides, &all, versions)).collect();
            let speaker = fullest(members.iter().map(|&node| nodes.all[node].1).collect())?.to_string();
            Some(Statement { speaker, pieces })
        })
        .collect();
    out.sort_by(|x, y| {
        let key = |s: &Statement| (s.pieces.iter().flat_map(|p| p.articles.first().copied()).min(), s.pieces[0].text);
        key(x).cmp(&key(y)).then_with(|| x.speaker.cmp(&y.speaker))
    });
    out
}

/// The fragments of an article whose speakers are in a group.
fn fragments(
    index: &Index,
    document: DocumentIndex,
    voice: &Voice,
    said: &Said,
    group: impl Fn(usize) -> Option<(usize, usize)>,
) -> Vec<Fragment> {
    if !said.of.iter().any(|&(_, speaker)| group(speaker).is_some()) {
        return Vec::new();
    }
    let text = index.text(document);
    let mut spans = Vec::new();
    index.spans(document, &mut spans);
    let paragraphs: Vec<Paragraph> = index.paragraphs(document).collect();
    let boundaries = Boundaries { text, spans: &spans, paragraphs: &paragraphs };
    let mut out = Vec::new();
    for &(number, speaker) in &said.of {
        let Some((group, node)) = group(speaker) else { continue };
        let Some(&Quotation { tokens, bytes: whole, .. }) = voice.quotations.get(number) else { continue };
        let mut start = tokens.start;
        for at in tokens.start + 1..=tokens.end {
            if at < tokens.end && !begins_sentence(&boundaries, at as usize) {
                continue;
            }
            let span = TokenSpan::new(start, at);
            start = at;
            let (Some(first), Some(last)) = (spans.get(span.start as usize), spans.get(at as usize - 1)) else { break };
            if span.len() < MIN_PIECE {
                continue;
            }
            let rest = text.get(last.end as usize..whole.end as usize).unwrap_or("");
            let stop = rest.find(|c| !matches!(c, '.' | '!' | '?')).unwrap_or(rest.len()) as u32;
            let bytes = ByteSpan::new(first.start, last.end + stop);
            out.push(Fragment { group, node, document, tokens: span, bytes });
        }
    }
    out
}

/// The pieces of a group in order, each with its versions, the longest first.
fn ordered(all: &[Fragment], of_group: &[usize], piece_of: &[usize], members: &[usize]) -> Vec<Vec<usize>> {
    let mut versions: Vec<(usize, usize)> = of_group.iter().map(|&at| (piece_of[at], at)).collect();
    versions.sort_unstable();
    let mut pieces: Vec<Vec<usize>> =
        versions.chunk_by(|x, y| x.0 == y.0).map(|of| of.iter().map(|v| v.1).collect()).collect();
    let mut number: AHashMap<usize, usize> = AHashMap::new();
    for (piece, of) in pieces.iter_mut().enumerate() {
        number.insert(piece_of[of[0]], piece);
        of.sort_by_key(|&at| (Reverse(all[at].tokens.len()), at));
    }
    // Fragments of each voice in order, as pieces.
    let mut of_node: AHashMap<usize, Vec<(usize, usize)>> = AHashMap::new();
    for &at in of_group {
        of_node.entry(all[at].node).or_default().push((number[&piece_of[at]], at));
    }
    let mut counts: Vec<bool> =
        pieces.iter().map(|of| of.iter().any(|&at| all[at].document != all[of[0]].document)).collect();
    for node in members {
        let Some(of) = of_node.get(node) else { continue };
        let mut spread = |x: &(usize, usize), y: &(usize, usize)| {
            let (x_end, y_start) = (all[x.1].tokens.end, all[y.1].tokens.start);
            if y_start.saturating_sub(x_end) <= ONE_BREATH && counts[x.0] != counts[y.0] {
                (counts[x.0], counts[y.0]) = (true, true);
            }
        };
        of.windows(2).for_each(|two| spread(&two[0], &two[1]));
        of.windows(2).rev().for_each(|two| spread(&two[0], &two[1]));
    }
    // The order of each article: a piece that it has twice stands where it is longest.
    let mut orders: Vec<Vec<usize>> = Vec::with_capacity(members.len());
    for node in members {
        let Some(of) = of_node.get(node) else { continue };
        let mut longest: AHashMap<usize, usize> = AHashMap::new();
        for &(piece, at) in of {
            let best = longest.entry(piece).or_insert(at);
            if all[at].tokens.len() > all[*best].tokens.len() {
                *best = at;
            }
        }
        orders.push(of.iter().filter(|(piece, at)| counts[*piece] && longest[piece] == *at).map(|p| p.0).collect());
    }
    let order = majority(pieces.len(), &orders);
    order.into_iter().map(|piece| std::mem::take(&mut pieces[piece])).collect()
}

/// One order out of many, the leader's first. Holds what any of them holds.
fn majority(pieces: usize, orders: &[Vec<usize>]) -> Vec<usize> {
    // The leader's order, into which the others set theirs, those with most pieces first.
    let mut base: Vec<usize> = Vec::new();
    let mut set = vec![false; pieces];
    let mut by_size: Vec<&Vec<usize>> = orders.iter().collect();
    if let Some(others) = by_size.get_mut(1..) {
        others.sort_by_key(|order| Reverse(order.len()));
    }
    for order in by_size {
        for (at, &piece) in order.iter().enumerate() {
            if set[piece] {
                continue;
            }
            set[piece] = true;
            let place = |other: usize| base.iter().position(|&p| p == other);
            let after = at.checked_sub(1).and_then(|before| place(order[before])).map(|p| p + 1);
            let before = || order[at + 1..].iter().find_map(|&next| place(next));
            let place = after.or_else(before).unwrap_or(base.len());
            base.insert(place, piece);
        }
    }
    if base.len() > MAX_ORDERED {
        return base;
    }
    let mut rank = vec![0; pieces];
    base.iter().enumerate().for_each(|(at, &piece)| rank[piece] = at);
    let len = base.len();
    // Articles that have x before y, less those that have y before x.
    let mut lead = vec![0i64; len * len];
    for order in orders {
        for (at, &x) in order.iter().enumerate() {
            for &y in &order[at + 1..] {
                lead[rank[x] * len + rank[y]] += 1;
                lead[rank[y] * len + rank[x]] -= 1;
            }
        }
    }
    let mut left: Vec<usize> = (0..len).collect();
    let mut out = Vec::with_capacity(len);
    while !left.is_empty() {
        let against = |y: usize| left.iter().map(|&x| lead[x * len + y].max(0)).sum::<i64>();
        let next = left.iter().enumerate().min_by_key(|&(_, &y)| (against(y), y)).map_or(0, |(at, _)| at);
        out.push(base[left.remove(next)]);
    }
    out
}

/// A piece with all who hold it.
fn piece(found: &[Found], sides: &[Vec<usize>], all: &[Fragment], versions: &[usize]) -> Piece {
    let longest = &all[versions[0]];
    let holds = |words: u32| 5 * words >= 3 * longest.tokens.len();
    let mut articles = Vec::new();
    for version in versions.iter().map(|&at| &all[at]).take_while(|v| holds(v.tokens.len())).take(MAX_VERSIONS) {
        articles.push(version.document);
        let sides = &sides[version.document.at()];
        let mut shared: Vec<(DocumentIndex, u32)> = Vec::new();
        for f in sides.iter().map(|&at| &found[at]) {
            let later = f.b == version.document;
            let words: u32 =
                f.runs(later).map(|run| TokenSpan::new(run.start as u32, run.end as u32).common(version.tokens)).sum();
            if words > 0 {
                shared.push((f.document(!later), words));
            }
        }
        shared.sort_unstable();
        for of in shared.chunk_by(|x, y| x.0 == y.0) {
            if holds(of.iter().map(|s| s.1).sum()) {
                articles.push(of[0].0);
            }
        }
    }
    articles.sort_unstable();
    articles.dedup();
    Piece { text: (longest.document, longest.bytes), articles }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Article, Corpus, read};
    use super::*;
    use proptest::prelude::*;

    fn rebuilt(articles: &[Article]) -> (Corpus, Vec<Statement>) {
        let corpus = Corpus::new(articles);
        let out = statements(&corpus.index, &corpus.found, &corpus.voices);
        (corpus, out)
    }

    /// Speaker and pieces of each statement: text, and the articles.
    fn shown(articles: &[Article]) -> Vec<(String, Vec<String>)> {
        let (corpus, out) = rebuilt(articles);
        let piece = |p: &Piece| {
            let ids: Vec<&str> = p.articles.iter().map(|&d| corpus.index.id(d)).collect();
            format!("{} [{}]", &corpus.index.text(p.text.0)[p.text.1.range()], ids.join(" "))
        };
        out.iter().map(|s| (s.speaker.clone(), s.pieces.iter().map(piece).collect())).collect()
    }

    /// A statement's pieces without the articles.
    fn texts(articles: &[Article]) -> Vec<Vec<String>> {
        let cut = |piece: String| piece.split(" [").next().unwrap_or_default().to_string();
        shown(articles).into_iter().map(|(_, pieces)| pieces.into_iter().map(cut).collect()).collect()
    }

    const ONE: &str = "The weir was opened at four because no gauge above the mill could be trusted any longer.";
    const TWO: &str = "Nobody downstream of the tannery was told before the second bell had rung for the night shift.";
    const THREE: &str = "Every family with a flooded cellar will be paid out of the harbour fund by Michaelmas.";
    const FOUR: &str = "A gauge that rings three bells by itself has been ordered from the foundry at Quell.";

    #[test]
    fn what_no_article_has_whole_is_put_in_order() {
        let (a, b, c) = (
            format!("Penn spoke. “{ONE}”{{Penn}} he began. And then: “{TWO}”{{Penn}} The end."),
            format!("It was Penn. “{TWO}”{{Penn}} He raised a hand and waited for a while. “{THREE}”{{Penn}} He left."),
            format!(
                "Penn, again. “{THREE}”{{Penn}} That was the last but one sentence of all. “{FOUR}”{{Penn}} Silence."
            ),
        );
        let articles = [("a", "2031-05-01", a.as_str()), ("b", "2031-05-01", &b), ("c", "2031-05-02", &c)];
        // c shares nothing with a, and one of them leads: b
        assert_eq!(
            shown(&articles),
            [(
                "Penn".to_string(),
                vec![format!("{ONE} [a]"), format!("{TWO} [a b]"), format!("{THREE} [b c]"), format!("{FOUR} [c]")]
            )]
        );
    }

    #[test]
    fn one_sentence_alone_is_no_statement() {
        let (a, b) = (format!("Penn spoke. “{ONE}”{{Penn}}"), format!("It was Penn. “{ONE}”{{Penn}}"));
        assert!(shown(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)]).is_empty());
    }

    #[test]
    fn other_speakers_join_no_statement() {
        let a = format!("Penn or Moor. “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}");
        let b = format!("Moor or Penn. “{ONE}”{{Moor}} then much later “{TWO}”{{Moor}}");
        assert!(shown(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)]).is_empty());
    }

    #[test]
    fn what_is_ascribed_to_nobody_goes_by_who_ascribes_the_same_words() {
        let a = format!("Penn or Moor. “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}");
        let b = format!("Moor or Penn. “{TWO}” then much later “{ONE}” then “{FOUR}”");
        let articles = [("a", "2031-05-01", a.as_str()), ("b", "2031-05-01", &b)];
        assert_eq!(shown(&articles), [("Penn".to_string(), vec![format!("{ONE} [a b]"), format!("{TWO} [a b]")])]);
    }

    #[test]
    fn the_fullest_name_is_one_that_two_articles_give() {
        assert_eq!(fullest(vec!["Penn", "Orla Penn", "Slams Orla Penn", "Orla Penn"]), Some("Orla Penn"));
        assert_eq!(fullest(vec!["Penn", "Orla Penn"]), Some("Orla Penn"));
        assert_eq!(fullest(vec!["Orla Penn", "Weir Ruling Could Aid Penn"]), Some("Orla Penn"));
        assert_eq!(fullest(Vec::new()), None);
    }

    #[test]
    fn an_article_that_holds_a_piece_without_marks_is_named() {
        let (a, b) = (
            format!("Penn spoke. “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}"),
            format!("It was Penn. “{ONE}”{{Penn}} then much later “{TWO}”{{Penn}}"),
        );
        let c = format!("Someone wrote this. {TWO} Nothing more.");
        let articles = [("a", "2031-05-01", a.as_str()), ("b", "2031-05-01", &b), ("c", "2031-05-02", &c)];
        assert_eq!(shown(&articles)[0].1, [format!("{ONE} [a b]"), format!("{TWO} [a b c]")]);
    }

    #[test]
    fn a_week_at_most_lies_between_a_voice_and_its_leader() {
        let (a, b) = (
            format!("Penn spoke. “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}"),
            format!("It was Penn. “{ONE}”{{Penn}} then much later “{TWO}”{{Penn}}"),
        );
        let of = |date: &str| shown(&[("a", "2031-05-01", &a), ("b", date, &b)]).len();
        assert_eq!([of("2031-05-08"), of("2031-05-09"), of("")], [1, 0, 1]);
    }

    #[test]
    fn a_sound_bite_ties_no_speeches_together() {
        // the bite is less than 0.3 of either speech
        let bite = "We will not move the weir by one single stone";
        let speech = |rest: &str| format!("Penn spoke on the quay. “{bite}. {rest}”{{Penn}} He left.");
        let a = speech(&format!("{ONE} {TWO}"));
        let b = speech(&format!("{THREE} {FOUR}"));
        assert!(shown(&[("a", "2031-05-01", &a), ("b", "2031-05-03", &b)]).is_empty());
    }

    #[test]
    fn the_leader_ties_its_members_and_they_no_others() {
        // b and d share nothing with each other's friends but through a
        let (a, b) = (
            format!("Penn spoke. “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}"),
            format!("It was Penn. “{ONE}”{{Penn}} then much later “{TWO}”{{Penn}}"),
        );
        let c = format!("Penn, next. “{TWO}”{{Penn}} then, and after a long pause that all felt, “{THREE}”{{Penn}}");
        let d = format!(
            "Penn, next. “{THREE}”{{Penn}} then, and only after a long pause that all of them felt, and \
                         with a look at the clock, “{FOUR}”{{Penn}}"
        );
        let articles = [
            ("a", "2031-05-01", a.as_str()),
            ("b", "2031-05-01", &b),
            ("c", "2031-05-02", &c),
            ("d", "2031-05-02", &d),
        ];
        assert_eq!(texts(&articles), [vec![ONE.to_string(), TWO.to_string(), THREE.to_string()]]);
    }

    #[test]
    fn a_fragment_inside_a_longer_piece_is_none_of_its_own() {
        let a = format!("Penn spoke. “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}");
        let b = format!(
            "It was Penn, who said “no gauge above the mill could be trusted any longer”{{Penn}} then much later “{TWO}”{{Penn}}"
        );
        assert_eq!(
            shown(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)])[0].1,
            [format!("{ONE} [a]"), format!("{TWO} [a b]")]
        );
    }

    #[test]
    fn the_longest_version_is_shown_and_altered_ones_are_the_same_piece() {
        let other = TWO.replace("Nobody downstream", "No person downstream").replace(" for the night shift", "");
        let a = format!("Penn spoke. “{ONE}”{{Penn}} and so on “{other}”{{Penn}}");
        let b = format!("It was Penn. “{ONE}”{{Penn}} then much later “{TWO}”{{Penn}}");
        assert_eq!(
            shown(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)])[0].1,
            [format!("{ONE} [a b]"), format!("{TWO} [a b]")]
        );
    }

    #[test]
    fn most_articles_give_the_order() {
        let of = |first: &str, second: &str, lead: &str| {
            format!("{lead}: “{first}”{{Penn}} and then, much later in the evening, “{second}”{{Penn}}")
        };
        let (a, b, c) = (of(TWO, ONE, "Penn began"), of(ONE, TWO, "It was Penn"), of(ONE, TWO, "By Penn"));
        let articles = [("a", "2031-05-01", a.as_str()), ("b", "2031-05-01", &b), ("c", "2031-05-01", &c)];
        assert_eq!(texts(&articles), [[ONE, TWO]]);
    }

    #[test]
    fn a_cycle_is_broken_and_every_piece_kept_once() {
        assert_eq!(majority(3, &[vec![0, 1], vec![1, 2], vec![2, 0]]), [0, 1, 2]);
        assert_eq!(majority(3, &[vec![0, 1], vec![1, 2], vec![1, 2], vec![2, 0], vec![2, 0]]), [1, 2, 0]);
        assert_eq!(majority(4, &[vec![2, 0], vec![0, 3], vec![1, 2]]), [1, 2, 0, 3]);
        // more than can be weighed keep the leader's order
        let many: Vec<usize> = (0..MAX_ORDERED + 9).collect();
        assert_eq!(majority(many.len(), &[many.clone(), vec![5, 4], vec![5, 4]]), many);
    }

    #[test]
    fn what_one_article_alone_prints_counts_in_one_breath_with_the_rest() {
        let a = format!(
            "Penn spoke. “{THREE}”{{Penn}} This was in March, on another occasion and in another town than the one of \
             which this is told. “{ONE}”{{Penn}} and so on “{TWO} {FOUR}”{{Penn}}"
        );
        let b = format!("It was Penn. “{ONE}”{{Penn}} then much later “{TWO}”{{Penn}}");
        assert_eq!(texts(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)]), [[ONE, TWO, FOUR]]);
    }

    #[test]
    fn fragments_of_four_words_are_no_pieces() {
        let a =
            format!("Penn spoke of “no more stones here”{{Penn}} and said “{ONE}”{{Penn}} and so on “{TWO}”{{Penn}}");
        let b = format!("It was Penn. “{ONE}”{{Penn}} then much later “{TWO}”{{Penn}}");
        assert_eq!(texts(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)]), [[ONE, TWO]]);
    }

    #[test]
    fn ten_thousand_quotations_do_not_blow_up() {
        let many = |lead: &str| {
            let mut text = format!("{lead}\n\n");
            for i in 0..10_000 {
                text += &format!("“The keeper {i} told council about stone {}”{{keeper}}, he said. ", i * 7 % 9901);
            }
            text
        };
        let (a, b) = (many("One."), many("Another."));
        assert_eq!(rebuilt(&[("a", "2031-05-01", &a), ("b", "2031-05-01", &b)]).1.len(), 1);
    }

    /// Of the words of the readout that an article of the sample corpus prints, the share that the statement rebuilt
    /// without the readout has, in the order of the readout.
    #[test]
    fn the_readout_of_the_sample_corpus_is_rebuilt_without_it() {
        const READOUT: &str = "amber-palace/readout-4-march.txt";
        let documents = read(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"));
        let whole = Corpus::unascribed(documents.clone());
        let readout = whole.document(READOUT);
        let mut printed = vec![false; whole.index.words(readout) as usize];
        for f in whole.found.iter().filter(|f| f.a != f.b && (f.a == readout || f.b == readout)) {
            f.runs(f.b == readout).for_each(|run| printed[run].fill(true));
        }
        let corpus = Corpus::heard(documents.into_iter().filter(|d| d.id != READOUT).collect());
        let truth: Vec<u32> = whole.index.tokens(readout).iter().map(|t| t.get()).collect();
        let best = statements(&corpus.index, &corpus.found, &corpus.voices)
            .iter()
            .map(|statement| {
                let mut text = String::new();
                for piece in &statement.pieces {
                    text += &corpus.index.text(piece.text.0)[piece.text.1.range()];
                    text.push('\n');
                }
                recovered(&truth, &printed, &text)
            })
            .max();
        let all = printed.iter().filter(|&&p| p).count();
        assert!(all > 100, "{all} words were printed");
        assert!(best.unwrap_or(0) * 10 >= all * 9, "{best:?} of {all} words");
    }

    /// Words of `truth` that were printed and stand in `text`, in this order.
    fn recovered(truth: &[u32], printed: &[bool], text: &str) -> usize {
        let mut tokens = crate::text::Tokens::default();
        crate::text::Tokenizer::default().tokenize(text, 0, &mut tokens);
        let mut best = vec![0; tokens.len() + 1];
        for (word, printed) in truth.iter().zip(printed).filter(|(_, printed)| **printed) {
            let mut corner = 0;
            for (at, hash) in tokens.hashes.iter().enumerate() {
                let above = best[at + 1];
                best[at + 1] = if hash.short() == *word { corner + 1 } else { above.max(best[at]) };
                corner = above;
            }
            assert!(*printed);
        }
        best[tokens.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is quoted: spans lie in the texts, and the order in which articles come does not matter.
        #[test]
        fn any_quotations_are_borne(orders in prop::collection::vec(prop::collection::vec((0usize..6, 0usize..3), 0..8), 2..5)) {
            let sentences = [ONE, TWO, THREE, FOUR, "Nobody downstream of the tannery was told", "漢字漢字漢字。…"];
            let parts = ["”{Penn} ", "”{Moor} he said and went to see the mayor, who was asleep at the mill that night “", " "];
            let texts: Vec<String> = orders
                .iter()
                .map(|order| {
                    let mut text = "Penn and Moor. “".to_string();
                    for &(sentence, part) in order {
                        text += sentences[sentence];
                        text += parts[part];
                    }
                    text
                })
                .collect();
            let ids = ["a", "b", "c", "d"];
            let articles: Vec<Article> = ids.iter().zip(&texts).map(|(id, text)| (*id, "2031-05-01", text.as_str())).collect();
            let (corpus, out) = rebuilt(&articles);
            for statement in &out {
                prop_assert!(statement.pieces.len() > 1);
                for piece in &statement.pieces {
                    prop_assert!(corpus.index.text(piece.text.0).get(piece.text.1.range()).is_some_and(|t| !t.is_empty()));
                    prop_assert!(piece.articles.is_sorted() && piece.articles.contains(&piece.text.0));
                }
            }
            let turned: Vec<Article> = articles.iter().rev().copied().collect();
            prop_assert_eq!(out, rebuilt(&turned).1);
        }
    }
}
