//! Quotations that two articles give in different words.
//!
//! Looked at are the articles of which an overlap touches a quotation of both, and all that they quote, inside the
//! overlap or not. A row is a pair
//! of quotations of at least 5 equal words, which are at least 0.6 of the shorter of the sentences they stand in.
//!
//! No alterations: case, punctuation, spelling, numbers up to twelve, "percent" and what else [`same_wording`] takes
//! for the same words; an end that is cut off on one side; words for which one side has an ellipsis; words in brackets
//! or parentheses, and what they stand for; words that one side lost between two pairs of marks.

use super::pairing::{Scratch, half_words, pairings, words_in_common};
use super::quotes::words_inside_any;
use super::speaker::{Voice, same_speaker};
use super::united::united;
use super::utterance::{Quoted, Word};
use super::wording::same_wording;
use crate::align::{Block, Found};
use crate::document::{ByteSpan, DocumentIndex, TokenSpan};
use crate::index::Index;
use rayon::prelude::*;

/// Half words that both sides must have.
const MIN_EQUAL: u32 = 10;
/// Words at an end that may be replaced by others, and at most a third of the equal ones: more are taken for another
/// sentence.
const MAX_REPLACED_END: u32 = 4;

/// Quotations of an article that are asked for a speaker of the other.
const MAX_SPEAKERS: usize = 256;

/// Names of currencies and the signs that stand before an amount in their place.
const CURRENCIES: [(&str, char); 4] = [("dollars", '$'), ("dollar", '$'), ("euros", '€'), ("pounds", '£')];

/// A row of altered_quotes.csv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlteredQuote {
    /// Who is quoted, as the earlier side names him, or else the later; empty where neither does.
    pub speaker: String,
    /// The earlier article.
    pub a: DocumentIndex,
    /// Bytes of its version.
    pub a_bytes: ByteSpan,
    /// The later article.
    pub b: DocumentIndex,
    /// Bytes of its version.
    pub b_bytes: ByteSpan,
    /// Word diff: `the [-dynamic that has been-] {+dynamics+} unfolding`. Other spelling is shown as a has it; words
    /// that an ellipsis stands for, as `[-…-] {+words+}`.
    pub diff: String,
}

/// The quotations that differ. `voices` are in the order of the articles, `None` where an article shares nothing.
pub(crate) fn altered(index: &Index, found: &[Found], voices: &[Option<Voice>]) -> Vec<AlteredQuote> {
    let voice = |document: DocumentIndex| voices.get(document.at())?.as_ref().filter(|v| !v.quotations.is_empty());
    let mut pairs: Vec<(DocumentIndex, DocumentIndex)> = found
        .par_chunk_by(|x, y| (x.a, x.b) == (y.a, y.b))
        .filter(|pair| pair[0].a != pair[0].b)
        .filter(|pair| match (voice(pair[0].a), voice(pair[0].b)) {
            (Some(a), Some(b)) => differ(pair, [a, b]),
            _ => false,
        })
        .map(|pair| (pair[0].a.min(pair[0].b), pair[0].a.max(pair[0].b)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut rows = Vec::new();
    for pairs in batches(pairs) {
        rows.extend(rows_of(index, &pairs, &voice));
    }
    rows
}

/// Pairs of which the quoted words are held in memory together.
const BATCH_PAIRS: usize = 8192;

/// Parts pairs into batches, all pairs that hang together in one: no article is read for two.
fn batches(mut pairs: Vec<(DocumentIndex, DocumentIndex)>) -> Vec<Vec<(DocumentIndex, DocumentIndex)>> {
    let articles = pairs.iter().map(|pair| pair.1.at() + 1).max().unwrap_or(0);
    let first = united(articles, pairs.iter().map(|&(a, b)| (a.at(), b.at())));
    pairs.sort_unstable_by_key(|&(a, b)| (first[a.at()], a, b));
    let mut batches = vec![Vec::new()];
    for together in pairs.chunk_by(|x, y| first[x.0.at()] == first[y.0.at()]) {
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH_PAIRS => batch.extend_from_slice(together),
            _ => batches.push(together.to_vec()),
        }
    }
    batches
}

fn rows_of<'a>(
    index: &Index,
    pairs: &[(DocumentIndex, DocumentIndex)],
    voice: &(impl Fn(DocumentIndex) -> Option<&'a Voice> + Sync),
) -> Vec<AlteredQuote> {
    let mut needed: Vec<DocumentIndex> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    needed.sort_unstable();
    needed.dedup();
    let quoted: Vec<Quoted> = needed
        .par_iter()
        .map(|&document| voice(document).map(|voice| Quoted::new(index, document, voice)).unwrap_or_default())
        .collect();
    let side = |document: DocumentIndex| {
        let quoted = &quoted[needed.binary_search(&document).ok()?];
        Some(Side { document, text: index.text(document), quoted, voice: voice(document)? })
    };
    let rows: Vec<Vec<AlteredQuote>> = pairs
        .par_iter()
        .map_init(Scratch::default, |scratch, &(a, b)| match (side(a), side(b)) {
            (Some(a), Some(b)) => rows(a, b, scratch),
            _ => Vec::new(),
        })
        .collect();
    rows.into_iter().flatten().collect()
}

/// Whether the overlaps of a pair touch quotations of both, and leave a quoted word of either out.
fn differ(pair: &[Found], voices: [&Voice; 2]) -> bool {
    let [a, b] = [false, true].map(|later| {
        let quotations = &voices[usize::from(later)].quotations;
        let mut runs: Vec<TokenSpan> = pair
            .iter()
            .flat_map(|f| f.runs(later))
            .map(|run| TokenSpan::new(run.start as u32, run.end as u32))
            .collect();
        let all: u32 = quotations.iter().map(|q| q.tokens.len()).sum();
        (words_inside_any(quotations, &mut runs), all)
    });
    a.0 > 0 && b.0 > 0 && (a.0 < a.1 || b.0 < b.1)
}

/// One of two articles.
#[derive(Clone, Copy)]
struct Side<'a> {
    document: DocumentIndex,
    text: &'a str,
    quoted: &'a Quoted,
    voice: &'a Voice,
}

fn rows(a: Side, b: Side, scratch: &mut Scratch) -> Vec<AlteredQuote> {
    let pairings = pairings(a.quoted, b.quoted, scratch).into_iter();
    let mut out: Vec<AlteredQuote> = pairings.filter_map(|blocks| row(a, b, &blocks, scratch)).collect();
    out.sort_by_key(|row| (row.a_bytes, row.b_bytes));
    out
}

/// What stands between two equal runs, or in place of an end: places in the quoted words of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    a: (u32, u32),
    b: (u32, u32),
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Other words.
    Altered,
    /// The same words in other spelling.
    Spelling,
    /// Words left out or put in by a writer who says so.
    Marked,
}

fn row(a: Side, b: Side, chain: &[Block], scratch: &mut Scratch) -> Option<AlteredQuote> {
    let (first, last) = (chain.first()?, chain.last()?);
    let equal = half_words(&a.quoted.words, chain);
    let head = replaced(a, b, a.head(first.a), b.head(first.b), equal, scratch);
    let tail = replaced(a, b, a.tail(last.a_end()), b.tail(last.b_end()), equal, scratch);
    // What the few words of such an end have in common counts too.
    let blocks: Vec<Block> = head.iter().flatten().chain(chain).chain(tail.iter().flatten()).copied().collect();
    let (first, last) = (blocks.first()?, blocks.last()?);
    let equal = half_words(&a.quoted.words, &blocks);
    let gap = |(in_a, in_b)| Gap { a: in_a, b: in_b, verdict: judge(a, b, in_a, in_b) };
    let two_sided = |gap: &Gap| gap.a.0 < gap.a.1 && gap.b.0 < gap.b.1;
    let mut gaps: Vec<Gap> = Vec::with_capacity(blocks.len() + 1);
    gaps.extend(head.as_ref().map(|_| gap((a.head(first.a), b.head(first.b)))).filter(two_sided));
    gaps.extend(blocks.windows(2).map(|two| between(a, b, two[0], two[1])));
    gaps.extend(tail.as_ref().map(|_| gap((a.tail(last.a_end()), b.tail(last.b_end())))).filter(two_sided));
    if !gaps.iter().any(|gap| gap.verdict == Verdict::Altered) || equal < MIN_EQUAL {
        return None;
    }
    let start = |at: u32, end: Option<u32>| end.unwrap_or(at).min(at);
    let (head, tail) = (gaps.first(), gaps.last());
    let a_span = (start(first.a, head.map(|g| g.a.0)), last.a_end().max(tail.map_or(0, |g| g.a.1)));
    let b_span = (start(first.b, head.map(|g| g.b.0)), last.b_end().max(tail.map_or(0, |g| g.b.1)));
    let tells = |block: &Block| {
        let words = &a.quoted.words[block.a as usize..block.a_end() as usize];
        words.len() > 1 && words.iter().any(|w| w.long || w.dense)
    };
    // 0.6 of the shorter of the sentences
    if 5 * equal < 3 * a.sentences(a_span).min(b.sentences(b_span)) || !blocks.iter().any(tells) {
        return None;
    }
    Some(AlteredQuote {
        speaker: speaker(a, a_span, b, b_span)?,
        a: a.document,
        a_bytes: a.bytes(a_span),
        b: b.document,
        b_bytes: b.bytes(b_span),
        diff: diff(a, b, &blocks, &gaps),
    })
}

impl Side<'_> {
    fn words(&self, (start, end): (u32, u32)) -> &[Word] {
        self.quoted.words.get(start as usize..end as usize).unwrap_or_default()
    }

    fn print(&self, word: &Word) -> &str {
        self.text.get(word.bytes.range()).unwrap_or_default()
    }

    /// Whether `words` of the other side are "dollars", and this side has the sign for it shortly before the word `at`.
    fn has_currency(&self, at: u32, words: &[Word], other: Side) -> bool {
        let [word] = words else { return false };
        let name = other.print(word).to_lowercase();
        let Some((_, sign)) = CURRENCIES.iter().find(|(named, _)| *named == name) else { return false };
        // "$3.5 million"
        let amount = self.quoted.words[..at as usize].iter().rev().take(2);
        amount.into_iter().any(|w| self.text[..w.bytes.start as usize].ends_with(*sign))
    }

    /// From the beginning of the sentence or quotation to the word `at`.
    fn head(&self, at: u32) -> (u32, u32) {
        let edge = self.quoted.words[..=at as usize].iter().rposition(|w| w.edge).unwrap_or(0);
        (edge as u32, at)
    }

    /// From the word `at` to the end of the sentence or quotation.
    fn tail(&self, at: u32) -> (u32, u32) {
        let rest = &self.quoted.words[at as usize..];
        (at, at + rest.iter().position(|w| w.edge).unwrap_or(rest.len()) as u32)
    }

    /// Half words of the sentences that a span touches, without those in brackets.
    fn sentences(&self, (start, end): (u32, u32)) -> u32 {
        let span = (self.head(start).0, self.tail(end).1);
        self.words(span).iter().filter(|w| !w.bracketed).map(|w| w.half_words()).sum()
    }

    fn bytes(&self, span: (u32, u32)) -> ByteSpan {
        match self.words(span) {
            [first, .., last] => ByteSpan::new(first.bytes.start, last.bytes.end),
            [only] => only.bytes,
            [] => ByteSpan::default(),
        }
    }

    /// Names that the quotations of a span are ascribed to.
    fn names(&self, span: (u32, u32)) -> Vec<&str> {
        let mut quotations: Vec<u32> = self.words(span).iter().map(|w| w.quotation).collect();
        quotations.dedup();
        let name = |q: u32| self.text.get((*self.voice.speakers.get(q as usize)?)?.range());
        quotations.into_iter().filter_map(name).collect()
    }
}

/// Who is quoted; `None` if both sides say, and name different ones. These are no roles ("the founder", "a palace
/// official"), which may be anybody's, and neither is quoted anywhere in the other article: of two that are, one article
/// or the other, or who reads them, took one for the other.
fn speaker(a: Side, a_span: (u32, u32), b: Side, b_span: (u32, u32)) -> Option<String> {
    let (in_a, in_b) = (a.names(a_span), b.names(b_span));
    let (Some(&first), Some(&other)) = (in_a.first(), in_b.first()) else {
        return Some(in_a.first().or(in_b.first()).map_or_else(String::new, |name| name.to_string()));
    };
    let known = |names: &[&str], name: &&str| names.iter().any(|other| same_speaker(name, other));
    if let Some(agreed) = in_a.iter().find(|name| known(&in_b, name)) {
        return Some(agreed.to_string());
    }
    let is_role = |name: &str| !name.split_whitespace().last().is_some_and(|w| w.starts_with(char::is_uppercase));
    let quotes = |side: &Side, names: &[&str]| {
        let of = side.voice.speakers.iter().flatten().filter_map(|name| side.text.get(name.range()));
        of.take(MAX_SPEAKERS).any(|name| known(names, &name))
    };
    (is_role(first) || is_role(other) || quotes(&a, &in_b) || quotes(&b, &in_a)).then(|| first.to_string())
}

/// An end at which both sides have other words, few, up to the end of their sentences: what these have in common. Where
/// one side has none, or an ellipsis, the end is cut off.
fn replaced(
    a: Side,
    b: Side,
    in_a: (u32, u32),
    in_b: (u32, u32),
    equal: u32,
    scratch: &mut Scratch,
) -> Option<Vec<Block>> {
    let fits = |(start, end): (u32, u32)| start < end && end - start <= MAX_REPLACED_END;
    let cut = |side: &Side, (start, end): (u32, u32)| {
        let words = side.words((start, end));
        let next = side.quoted.words.get(end as usize).filter(|w| w.ellipsis);
        words.iter().any(|w| w.ellipsis || w.trails)
            || next.is_some_and(|next| words.last().is_some_and(|last| last.quotation == next.quotation))
    };
    if !fits(in_a) || !fits(in_b) || cut(&a, in_a) || cut(&b, in_b) {
        return None;
    }
    let common = words_in_common(a.quoted, b.quoted, in_a, in_b, scratch);
    let changed = (in_a.1 - in_a.0).max(in_b.1 - in_b.0) - common.len() as u32;
    let equal = equal + half_words(&a.quoted.words, &common);
    (6 * changed <= equal).then_some(common)
}

/// What lies between two runs.
fn between(a: Side, b: Side, before: Block, after: Block) -> Gap {
    let (mut in_a, mut in_b) = ((before.a_end(), after.a), (before.b_end(), after.b));
    let mut verdict = judge(a, b, in_a, in_b);
    // "the a b the": which "the" was there is open. It is the one at which the other side says that words are left out.
    if verdict == Verdict::Altered && (in_a.0 == in_a.1 || in_b.0 == in_b.1) {
        let longer = if in_a.0 == in_a.1 { (&b, in_b) } else { (&a, in_a) };
        let key = |at: u32| longer.0.quoted.words[at as usize].key;
        let (start, end) = longer.1;
        let left = (1..before.len).take_while(|n| key(start - n) == key(end - n)).map(|n| -i64::from(n));
        let right = (1..after.len).take_while(|n| key(start + n - 1) == key(end + n - 1)).map(i64::from);
        let shift = |(x, y): (u32, u32), by: i64| ((i64::from(x) + by) as u32, (i64::from(y) + by) as u32);
        let moved = left.chain(right).find(|&by| judge(a, b, shift(in_a, by), shift(in_b, by)) != Verdict::Altered);
        if let Some(by) = moved {
            (in_a, in_b) = (shift(in_a, by), shift(in_b, by));
            verdict = Verdict::Marked;
        }
    }
    Gap { a: in_a, b: in_b, verdict }
}

fn judge(a: Side, b: Side, in_a: (u32, u32), in_b: (u32, u32)) -> Verdict {
    let own = |side: &Side, span: (u32, u32)| side.words(span).iter().filter(|w| !w.bracketed).count();
    let (own_a, own_b) = (own(&a, in_a), own(&b, in_b));
    let brackets = own_a < a.words(in_a).len() || own_b < b.words(in_b).len();
    let marked = |side: &Side, span: (u32, u32), own: usize| {
        own == 0 && (side.quoted.skips(span.0, span.1) || !side.words(span).is_empty())
    };
    if own_a == 0 && own_b == 0 || marked(&a, in_a, own_a) || marked(&b, in_b, own_b) {
        return Verdict::Marked;
    }
    if same_wording(a.words(in_a).iter().map(|w| a.print(w)), b.words(in_b).iter().map(|w| b.print(w))) {
        return Verdict::Spelling;
    }
    if in_a.0 == in_a.1 && a.has_currency(in_a.0, b.words(in_b), b)
        || in_b.0 == in_b.1 && b.has_currency(in_b.0, a.words(in_a), a)
    {
        return Verdict::Spelling;
    }
    let plain_a = a.words(in_a).iter().filter(|w| !w.bracketed).map(|w| a.print(w));
    let plain_b = b.words(in_b).iter().filter(|w| !w.bracketed).map(|w| b.print(w));
    if brackets && same_wording(plain_a, plain_b) { Verdict::Marked } else { Verdict::Altered }
}

/// The word diff of two stretches.
fn diff(a: Side, b: Side, blocks: &[Block], gaps: &[Gap]) -> String {
    let mut out = String::new();
    // Equal words are those between the gaps, whichever way these were moved.
    let mut at = blocks.first().map_or(0, |first| first.a).min(gaps.first().map_or(u32::MAX, |gap| gap.a.0));
    let end = blocks.last().map_or(0, |last| last.a_end());
    for gap in gaps {
        push(&mut out, &print(a, (at, gap.a.0)));
        match gap.verdict {
            Verdict::Spelling => push(&mut out, &print(a, gap.a)),
            _ => {
                let skipped = |side: Side, (x, y): (u32, u32)| {
                    let ellipsis = side.quoted.words.get(x as usize..=y as usize).unwrap_or_default().iter();
                    x == y && ellipsis.clone().any(|w| w.ellipsis) && gap.verdict == Verdict::Marked
                };
                let lost = |side, span| if skipped(side, span) { "…".to_string() } else { print(side, span) };
                let (left, right) = (lost(a, gap.a), lost(b, gap.b));
                if !left.is_empty() {
                    push(&mut out, &format!("[-{left}-]"));
                }
                if !right.is_empty() {
                    push(&mut out, &format!("{{+{right}+}}"));
                }
            }
        }
        at = gap.a.1;
    }
    push(&mut out, &print(a, (at, end.max(at))));
    out
}

fn push(out: &mut String, words: &str) {
    if !out.is_empty() && !words.is_empty() {
        out.push(' ');
    }
    out.push_str(words);
}

/// Words as they are printed, with single blanks; what joins two without a blank ("clear-eyed") is kept.
fn print(side: Side, span: (u32, u32)) -> String {
    let mut out = String::new();
    let mut before: Option<&Word> = None;
    for word in side.words(span) {
        if let Some(before) = before {
            let joint = side.text.get(before.bytes.end as usize..word.bytes.start as usize);
            let is_joint = |joint: &&str| {
                (word.dense && joint.is_empty())
                    || joint.is_empty() && word.quotation == before.quotation
                    || matches!(*joint, "-" | "‑" | "–" | "—" | "/" | "." | "_" | "&" | ":" | ",")
            };
            if word.bytes.start < before.bytes.end {
                continue; // "3½" is two tokens in one place
            }
            out.push_str(joint.filter(is_joint).unwrap_or(" "));
        }
        out.extend(
            side.print(word).split_whitespace().enumerate().flat_map(|(n, part)| [if n > 0 { " " } else { "" }, part]),
        );
        before = Some(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Article, Corpus, read};
    use super::*;

    #[test]
    fn pairs_that_hang_together_are_in_one_batch() {
        let pair = |a: u32, b: u32| (DocumentIndex(a), DocumentIndex(b));
        let many = 3 * BATCH_PAIRS as u32;
        // Chains of three, one begun by each even number of the first half.
        let mut pairs: Vec<_> =
            (0..many).step_by(2).flat_map(|at| [pair(at, many + at), pair(many + at, 3 * many + at)]).collect();
        pairs.sort_unstable();
        let parted = batches(pairs.clone());
        assert_eq!(parted.len(), 3);
        let batch_of =
            |article: u32| parted.iter().position(|b| b.iter().any(|p| p.0.0 == article || p.1.0 == article));
        assert!((0..many).step_by(2002).all(|at| batch_of(at).is_some() && batch_of(at) == batch_of(3 * many + at)));
        let mut all = parted.concat();
        all.sort_unstable();
        assert_eq!(all, pairs);
        assert_eq!(batches(Vec::new()).concat(), []);
    }
    use proptest::prelude::*;

    /// An unquoted sentence that makes two articles a pair.
    const SHARED: &str = "Forty barges of gravel lay at the lock on Sunday night and nobody knew why.";

    fn rows_of(articles: &[Article]) -> (Corpus, Vec<AlteredQuote>) {
        let corpus = Corpus::new(articles);
        let rows = altered(&corpus.index, &corpus.found, &corpus.voices);
        (corpus, rows)
    }

    /// The diffs of two texts.
    fn diffs(a: &str, b: &str) -> Vec<String> {
        let (a, b) = (format!("{SHARED}\n\n{a}"), format!("{SHARED}\n\n{b}"));
        rows_of(&[("a", "2031-05-01", &a), ("b", "2031-05-02", &b)]).1.into_iter().map(|row| row.diff).collect()
    }

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(diffs(a, b), Vec::<String>::new());
        assert_eq!(diffs(b, a), Vec::<String>::new());
    }

    #[test]
    fn a_dropped_and_an_added_word_are_alterations() {
        assert_eq!(
            diffs(
                "“The lock keeper told the council about every stone,” said Orla Penn.",
                "“The lock keeper told council about every single stone,” said Orla Penn."
            ),
            ["The lock keeper told [-the-] council about every {+single+} stone"]
        );
    }

    #[test]
    fn one_function_word_is_an_alteration() {
        assert_eq!(
            diffs("“The lock sent barges out to fetch gravel.”", "“The lock sent its barges out to fetch gravel.”"),
            ["The lock sent {+its+} barges out to fetch gravel"]
        );
    }

    #[test]
    fn a_quotation_of_which_no_run_of_eight_words_is_left_is_found() {
        assert_eq!(
            diffs(
                "There was “no true progress on the dredgers resting below us since winter.”",
                "There was “no progress at all on the dredger resting below us since winter,” he said."
            ),
            ["no [-true-] progress {+at all+} on the [-dredgers-] {+dredger+} resting below us since winter"]
        );
    }

    #[test]
    fn words_at_an_end_are_replaced_where_both_sides_have_others() {
        assert_eq!(
            diffs(
                "“The winter would empty the stores and lose the town the trust of every neighbour.”",
                "“The winter would empty the stores and lose the town the trust of its neighbours,” he said."
            ),
            ["The winter would empty the stores and lose the town the trust of [-every neighbour-] {+its \
                 neighbours+}"]
        );
        assert_eq!(
            diffs("“Nearly every barge has been counted twice.”", "“Almost every barge has been counted twice.”"),
            ["[-Nearly-] {+Almost+} every barge has been counted twice"]
        );
    }

    #[test]
    fn cut_ends_are_none() {
        same(
            "“The lock keeper told the council about every stone in the wall,” said Orla Penn.",
            "Penn: “keeper told the council about every stone.”",
        );
        same(
            "“The lock keeper told the council about every stone in the wall, and then more.”",
            "“Every barge waits. The lock keeper told the council about every stone.”",
        );
    }

    #[test]
    fn what_begins_alike_and_goes_on_for_long_in_other_words_is_another_sentence() {
        same(
            "“We will open the northern lock to gravel barges before the autumn floods have reached the weir.”",
            "“We will open the northern lock to gravel barges if somebody pays for paint, ropes and a new keeper.”",
        );
    }

    #[test]
    fn an_ellipsis_stands_for_words() {
        let whole = "“The lock keeper told the council about the wall and about the gate and every stone in it.”";
        same(whole, "“The lock keeper told the council … and every stone in it.”");
        same(whole, "“The lock keeper told the council about . . . every stone in it.”");
        // the second "about the" agrees as well
        same(whole, "“The lock keeper told the council... about the gate and every stone in it.”");
        same("“The lock keeper told the council about the...”", "“The lock keeper told the council about a wall.”");
        assert_eq!(
            diffs(whole, "“The lock warden told the council … and every stone in it.”"),
            ["The lock [-keeper-] {+warden+} told the council [-about the wall and about the gate-] {+…+} and \
                 every stone in it"]
        );
    }

    #[test]
    fn editors_brackets_add_and_replace() {
        let whole = "“When he saw the northern lock, the council voted for gravel at once.”";
        same(whole, "“When [Mayor Penn] saw the northern lock, the council voted for gravel at once.”");
        same(whole, "“When he [Penn] saw the northern lock, the council voted for gravel at once.”");
        same(whole, "“When he (Penn) saw the northern lock, the council voted for gravel at once.”");
        same(whole, "“[W]hen he s[aw] the northern lock, the council vote[d] for gravel at once.”");
        assert_eq!(
            diffs(whole, "“When he [Penn] saw the southern lock, the council voted for gravel at once.”"),
            ["When he {+Penn+} saw the [-northern-] {+southern+} lock the council voted for gravel at once"]
        );
        // an open bracket hides nothing
        assert_eq!(diffs(whole, "“When (she saw the northern lock, the council voted for gravel at once.”").len(), 1);
    }

    #[test]
    fn interruptions_and_words_lost_at_them_are_none() {
        let whole = "“The lock keeper told the council, as everybody did that year, about every stone in the wall.”";
        same(whole, "“The lock keeper told the council,” said Orla Penn, “about every stone in the wall.”");
        same(
            "“If the lock stays shut past winter, every barge will wait.”",
            "“If the lock stays shut past winter,” Penn said, adding that “every barge will wait.”",
        );
        assert_eq!(
            diffs(
                "He spoke of “a siege in all but name” that “would empty the stores of the northern town.”",
                "“A siege in all but name would empty stores of the northern town,” he said."
            ),
            ["a siege in all but name would empty [-the-] stores of the northern town"]
        );
    }

    #[test]
    fn quotations_that_are_interrupted_alike_are_a_row_each() {
        assert_eq!(
            diffs(
                "“For years this lock sent gravel,” said Penn. “From today it sends out barges of sand.”",
                "“For years this lock sent its gravel,” said Penn. “From now on it sends out barges of sand.”"
            ),
            ["For years this lock sent {+its+} gravel", "From [-today-] {+now on+} it sends out barges of sand"]
        );
    }

    #[test]
    fn spelling_numbers_and_typography_are_none() {
        same(
            "“We’re sure 12 per cent of the north-western harbour needs re-organising, and the labour too.”",
            "‘“WE ARE SURE twelve percent of the northwestern harbor needs reorganizing — and the labor too”’.",
        );
        same("“Some 5% of the gravel went to the weir.”", "“Some five percent of the gravel went to the weir.”");
        same("“Of the gravel in the weir they took 5%.”", "“Of the gravel in the weir they took five per cent.”");
        assert_eq!(
            diffs("“Some 5% of the gravel went to the weir.”", "“Some 6 percent of the gravel went to the weir.”"),
            ["Some [-5-] {+6+} % of the gravel went to the weir"]
        );
    }

    #[test]
    fn signs_of_currencies_are_words() {
        same(
            "“The weir took $5 million out of the harbour fund.”",
            "“The weir took 5 million dollars out of the harbor fund.”",
        );
        assert_eq!(
            diffs(
                "“The weir took 5 million out of the harbour fund.”",
                "“The weir took 5 million dollars out of the harbour fund.”"
            ),
            ["The weir took 5 million {+dollars+} out of the harbour fund"]
        );
        assert_eq!(
            diffs("“Some 3½ tons of gravel went to the weir.”", "“Some four tons of gravel went to the weir.”"),
            ["Some [-3½-] {+four+} tons of gravel went to the weir"]
        );
    }

    #[test]
    fn words_outside_marks_are_none() {
        same(
            "“The lock keeper told the council about every stone,” said Orla Penn.",
            "The lock keeper told council about every single stone, said Orla Penn.",
        );
    }

    #[test]
    fn few_equal_words_are_no_pair() {
        same("“The lock keeper told nobody.”", "“The lock keeper saw nobody.”");
        same(
            "“Long ago the lock keeper told the council that nothing would help, ever, he thought.”",
            "“Whoever believes what the lock keeper told the council should pay for gravel and wine himself.”",
        );
        // a few words that many sentences begin with
        same("“This is going to be a very close vote.”", "“This is going to be a lingering problem.”");
        // common words alone
        same("“It was as if it had to be so for us.”", "“It was as it had to be for all of us.”");
    }

    #[test]
    fn known_speakers_must_agree() {
        let (a, b) = (
            "“The lock keeper told the council about every stone.”",
            "“The lock keeper told council about every stone.”",
        );
        let row = |x: &str, y: &str| {
            let (a, b) = (format!("{SHARED} Penn or Moor.\n\n{a}{x}"), format!("{SHARED} Penn or Moor.\n\n{b}{y}"));
            let rows = rows_of(&[("a", "2031-05-01", &a), ("b", "2031-05-02", &b)]).1;
            rows.into_iter().map(|row| row.speaker).collect::<Vec<_>>()
        };
        assert_eq!(row("{Penn}", "{Penn}"), ["Penn"]);
        assert_eq!(row("{Penn}", ""), ["Penn"]);
        assert_eq!(row("", "{Moor}"), ["Moor"]);
        assert_eq!(row("", ""), [""]);
        assert!(row("{Penn}", "{Moor}").is_empty());
        // a role may be anybody's
        assert_eq!(row("{Penn}", "{lock}"), ["Penn"]);
        // the other article quotes her too
        assert_eq!(row("{Penn}", "{Moor} and “not so”{Penn}"), ["Penn"]);
    }

    #[test]
    fn a_phrase_that_both_say_twice_is_not_crossed() {
        let both = "“The lock keeper told the council about every stone.” So she said. “The lock keeper told the mayor \
                    about every stone.”";
        same(both, both);
    }

    #[test]
    fn the_stretches_begin_and_end_with_words_that_both_have() {
        let a = format!("{SHARED}\n\n“Mind this: the lock keeper told the council about every stone, every one.”");
        let b = format!("{SHARED}\n\nShe said “the lock keeper told council about every stone.”");
        let (corpus, rows) = rows_of(&[("a", "2031-05-01", &a), ("b", "2031-05-02", &b)]);
        let row = &rows[0];
        assert_eq!(
            &corpus.index.text(row.a)[row.a_bytes.range()],
            "the lock keeper told the council about every stone"
        );
        assert_eq!(&corpus.index.text(row.b)[row.b_bytes.range()], "the lock keeper told council about every stone");
    }

    #[test]
    fn ten_thousand_quotations_do_not_blow_up() {
        let many = |n: usize, word: &str| {
            let mut text = format!("{SHARED}\n\n");
            for i in 0..n {
                text += &format!("“The keeper {} told {word} council about stone number {i},” he said. ", i % 700);
            }
            text
        };
        let (a, b) = (many(10_000, "the"), many(10_000, "our"));
        let (_, rows) = rows_of(&[("a", "2031-05-01", &a), ("b", "2031-05-02", &b)]);
        assert!(rows.len() <= 10_000);
    }

    #[test]
    fn the_sample_corpus_has_the_alterations_that_were_planted_and_no_other() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
        let truth = std::fs::read_to_string(format!("{folder}/.truth/expect.json")).unwrap();
        let truth: serde_json::Value = serde_json::from_str(&truth).unwrap();
        let mut expected: Vec<[String; 4]> = truth["altered_quotes"]
            .as_array()
            .unwrap()
            .iter()
            // The readout prints its own words without marks: what differs from it is told by the pairs of quotations.
            .filter(|row| row["should"] != true)
            .map(|row| ["a", "b", "a_text", "b_text"].map(|field| row[field].as_str().unwrap().to_string()))
            .collect();
        expected.sort();
        for corpus in [Corpus::unascribed(read(folder)), Corpus::heard(read(folder))] {
            let mut rows: Vec<[String; 4]> = altered(&corpus.index, &corpus.found, &corpus.voices)
                .into_iter()
                .map(|row| {
                    let text = |document, bytes: ByteSpan| corpus.index.text(document)[bytes.range()].to_string();
                    let id = |document| corpus.index.id(document).to_string();
                    [id(row.a), id(row.b), text(row.a, row.a_bytes), text(row.b, row.b_bytes)]
                })
                .collect();
            rows.sort();
            assert_eq!(rows, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever stands in them: spans lie in the texts, and the order in which articles come does not matter.
        #[test]
        fn any_text_is_borne(texts in prop::collection::vec("(“|”|“|”|\\[|\\]|…|\\.\\.\\.|%|\n|\\. | |the|keeper|stones|told|council| |every| |5|per cent|漢字|we’re){0,60}", 2..4)) {
            let shared: Vec<String> = texts.iter().map(|t| format!("{SHARED}\n\n“The keeper told {t} every stone {t}")).collect();
            let ids = ["a", "b", "c"];
            let articles: Vec<Article> = ids.iter().zip(&shared).map(|(id, text)| (*id, "2031-05-01", text.as_str())).collect();
            let (corpus, rows) = rows_of(&articles);
            for row in &rows {
                prop_assert!(row.a < row.b);
                for (document, bytes) in [(row.a, row.a_bytes), (row.b, row.b_bytes)] {
                    prop_assert!(corpus.index.text(document).get(bytes.range()).is_some_and(|t| !t.is_empty()));
                }
            }
            let turned: Vec<Article> = articles.iter().rev().copied().collect();
            prop_assert_eq!(rows, rows_of(&turned).1);
        }
    }
}
