//! Quotations across articles: those that differ, pair by pair, and statements, by groups of articles that quote the same.

use super::code::{damaged, decode, encode, put, take};
use super::facts::of_kind;
use super::pairs::PairData;
use super::part::{self, Article, Part, number};
use super::rows::{Group, RowRef, Rows, Stream};
use super::{CellValue, Walk, cells};
use crate::align::Found;
use crate::document::{ByteSpan, Document, Time, TokenSpan};
use crate::error::Result;
use crate::judge::{Quotation, Voice, altered_quotes, quote_the_same, rebuilt_statements};
use crate::report::{Report, altered_row, statement_key};
use ahash::AHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What tells rows of quotations apart in the group of an article.
const VOICE: i64 = 12;
const VOICE_GROUP: i64 = 13;
const QUOTING: i64 = 14;

/// An article's quotations: first token and the one after the last, bytes, whether it goes on; and the names of speakers.
type VoiceData = (Vec<(u32, u32, u32, u32, bool)>, Vec<Option<(u32, u32)>>);

/// Tells what an article quotes, and whom it names.
pub(super) fn tell(n: i64, voice: &Voice, out: &mut Rows) -> Result<()> {
    let quotation = |q: &Quotation| (q.tokens.start, q.tokens.end, q.bytes.start, q.bytes.end, q.continues);
    let speaker = |span: &Option<ByteSpan>| span.map(|span| (span.start, span.end));
    let data: VoiceData =
        (voice.quotations.iter().map(quotation).collect(), voice.speakers.iter().map(speaker).collect());
    out.tell(Stream::Voice, [n, VOICE, 0, 0], encode(&data)?);
    Ok(())
}

fn read(data: &[u8], words: u32) -> Result<Voice> {
    let (quotations, speakers): VoiceData = decode(data)?;
    let quotation = |(first, last, start, end, continues): (u32, u32, u32, u32, bool)| Quotation {
        tokens: TokenSpan { start: first, end: last },
        bytes: ByteSpan { start, end },
        continues,
    };
    let quotations: Vec<Quotation> = quotations.into_iter().map(quotation).collect();
    if quotations.iter().any(|q| q.tokens.end > words || q.tokens.start > q.tokens.end) {
        return Err(damaged("a quotation outside its article"));
    }
    let speakers = speakers.into_iter().map(|span| span.map(|(start, end)| ByteSpan { start, end })).collect();
    Ok(Voice { quotations, speakers })
}

/// Tells an article that quotes to the groups that want it.
pub(super) fn deal(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (article, voice) = (of_kind(group, 0).first(), of_kind(group, VOICE).first());
    let (Some(article), Some(voice)) = (article, voice) else { return Ok(()) };
    let mut data = Vec::with_capacity(article.data.len() + voice.data.len() + 8);
    put(article.data, &mut data);
    put(voice.data, &mut data);
    for of_group in of_kind(group, super::facts::WANTED).chunk_by(|x, y| x.key[2] == y.key[2]) {
        out.tell(Stream::DealtVoice, [of_group[0].key[2], 0, article.key[0], 0], data.clone());
    }
    Ok(())
}

/// Articles that quote, by rows of which the third number of the key is theirs, and others that do not.
fn read_part(walk: &Walk, rows: &[RowRef<'_>], others: &[(u32, Document)]) -> Result<(Part, Vec<Option<Voice>>)> {
    let mut articles: AHashMap<u32, (Article, Option<Voice>)> = AHashMap::new();
    for (n, document) in others {
        let article = Article { document: document.clone(), ..Article::default() };
        articles.entry(*n).or_insert((article, None));
    }
    for row in rows {
        let mut data = row.data;
        let article = part::read(take(&mut data)?)?;
        let voice = read(take(&mut data)?, article.prepared.tokens.len() as u32)?;
        articles.insert(number(row.key[2])?, (article, Some(voice)));
    }
    let mut articles: Vec<(u32, (Article, Option<Voice>))> = articles.into_iter().collect();
    articles.sort_unstable_by_key(|article| article.0);
    let mut voices = Vec::with_capacity(articles.len());
    let articles = articles.into_iter().map(|(n, (article, voice))| {
        voices.push(voice);
        Ok((n, article))
    });
    let part = Part::new(articles, &walk.settings.outlets)?;
    Ok((part, voices))
}

/// The quotations of the pairs of a group that differ; and which of its articles quote the same words.
pub(super) fn altered(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (articles, pairs) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    let (part, voices) = read_part(walk, articles, &[])?;
    let mut found: Vec<Found> = Vec::new();
    for row in pairs {
        // An article that quotes nothing is not here.
        let (Ok(b), Ok(a)) = (part.local(number(row.key[2])?), part.local(number(row.key[3])?)) else { continue };
        let data: PairData = decode(row.data)?;
        found.extend(data.overlaps().into_iter().map(|overlap| Found { a, b, overlap }));
    }
    for pair in found.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b)) {
        if quote_the_same(pair, &voices) {
            let [a, b] = [pair[0].a, pair[0].b].map(|document| i64::from(part.number(document)));
            out.tell(Stream::VoiceEdge, [a, b, 0, 0], Vec::new());
            out.tell(Stream::VoiceEdge, [b, a, 0, 0], Vec::new());
        }
    }
    let quotes = altered_quotes(&part.index, &found, &voices);
    let rows = quotes.into_iter().map(|quote| altered_row(&part.index, quote)).collect();
    let mut report = Report::without_rows(part.index);
    report.altered_quotes = rows;
    cells::tell(&report, "altered_quotes", Stream::TableAlteredQuotes, [0; 4], out)
}

/// The group of articles that quote the same words as this one.
pub(super) fn label(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    out.tell(Stream::VoiceGroup, [group[0].key[0], VOICE_GROUP, group[0].key[2], 0], Vec::new());
    Ok(())
}

/// The overlaps of two articles, told to one of them; and the other's id and time.
#[derive(Serialize, Deserialize)]
pub(super) struct QuotingData {
    pub(super) pair: PairData,
    pub(super) other: (String, Option<String>),
}

/// Tells an article its overlaps with another one.
pub(super) fn tell_pair(own: i64, other: i64, later: bool, data: &QuotingData, out: &mut Rows) -> Result<()> {
    out.tell(Stream::Quoting, [own, QUOTING, other, i64::from(later)], encode(data)?);
    Ok(())
}

/// Brings the articles that quote the same words together, and what overlaps they have.
pub(super) fn gather(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(of) = of_kind(group, VOICE_GROUP).first().map(|row| row.key[2]) else { return Ok(()) };
    let (article, voice) = (of_kind(group, 0).first(), of_kind(group, VOICE).first());
    let (Some(article), Some(voice)) = (article, voice) else { return Err(damaged("a voice without its article")) };
    let n = article.key[0];
    let mut data = Vec::with_capacity(article.data.len() + voice.data.len() + 8);
    put(article.data, &mut data);
    put(voice.data, &mut data);
    out.tell(Stream::Stated, [of, 0, n, 0], data);
    for row in of_kind(group, QUOTING) {
        let (other, later) = (row.key[2], row.key[3] == 1);
        let [b, a] = if later { [n, other] } else { [other, n] };
        // Told by the later article first.
        out.tell(Stream::Stated, [of, 1, b, a << 1 | i64::from(!later)], row.data.to_vec());
    }
    Ok(())
}

/// The statements that the articles of a group quote from.
pub(super) fn state(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (articles, rows) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    let (mut others, mut pairs) = (Vec::new(), Vec::new());
    for row in rows {
        let (b, a) = (number(row.key[2])?, number(row.key[3] >> 1)?);
        let QuotingData { pair, other: (id, time) } = decode(row.data)?;
        let mut document = Document { id, ..Document::default() };
        document.metadata.time = time.and_then(|given| Time::parse(&given));
        others.push((if row.key[3] & 1 == 0 { a } else { b }, document));
        if pairs.last().is_none_or(|&(last_b, last_a, _)| (last_b, last_a) != (b, a)) {
            pairs.push((b, a, pair));
        }
    }
    let (part, voices) = read_part(walk, articles, &others)?;
    let mut found: Vec<Found> = Vec::new();
    for (b, a, pair) in pairs {
        let (b, a) = (part.local(b)?, part.local(a)?);
        found.extend(pair.overlaps().into_iter().map(|overlap| Found { a, b, overlap }));
    }
    let index = &part.index;
    for (statement, number) in rebuilt_statements(index, &found, &voices).into_iter().zip(0i64..) {
        let mut key = Vec::new();
        statement_key(index, &statement, &mut key);
        let short = xxh3_64(&key) as i64;
        for (piece, order) in statement.pieces.iter().zip(1u64..) {
            let ids: Vec<&str> = piece.articles.iter().map(|&d| index.id(d)).collect();
            let text = index.text(piece.text.0).get(piece.text.1.range()).unwrap_or_default();
            let row = vec![
                CellValue::Text(statement.speaker.clone()),
                CellValue::Number(order),
                CellValue::Text(text.to_owned()),
                CellValue::Number(piece.articles.len() as u64),
                CellValue::Text(ids.join("; ")),
            ];
            let place = [short, group[0].key[0], number, order as i64];
            out.tell(Stream::UnnamedStatement, place, encode(&(xxh3_128(&key), row))?);
        }
    }
    Ok(())
}

/// Gives statements their ids: long ones, where several would share a short one.
pub(super) fn identify(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let is_alone = group.iter().all(|row| row.key[1..3] == group[0].key[1..3]);
    for row in group {
        let (long, mut cells): (u128, Vec<CellValue>) = decode(row.data)?;
        cells.insert(0, CellValue::Text(cells::row_id(row.key[0] as u64, long, is_alone)));
        out.tell(Stream::TableStatements, [0; 4], encode(&cells)?);
    }
    Ok(())
}
