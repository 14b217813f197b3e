//! An article as rows carry it, and a small index of a few.

use super::code::{damaged, decode, encode, put, put_all, take, take_all};
use super::rows::RowRef;
use crate::document::{ByteSpan, Document, DocumentIndex, Paragraph, TokenSpan};
use crate::error::Result;
use crate::index::disk::record::{self, Words};
use crate::index::{Index, Places, Prepared, SegmentBuilder, ShortToken};
use crate::judge::Credit;
use crate::outlet::Outlets;
use zerocopy::byteorder::{LE, U32};

/// An article, what is computed of it alone, and whom it credits.
#[derive(Default)]
pub(super) struct Article {
    pub(super) document: Document,
    pub(super) prepared: Prepared,
    pub(super) credits: Vec<Credit>,
}

/// Bytes of an article: as a segment on disk stores it, then its words, where they stand, its paragraphs, its credits.
pub(super) fn write(document: &Document, prepared: &Prepared, credits: &[Credit]) -> Result<Vec<u8>> {
    let mut text = Vec::with_capacity(document.text.len() + 200);
    record::write_text(document, &mut text);
    let mut out = Vec::with_capacity(text.len() + 6 * prepared.tokens.len() + 64);
    put(&text, &mut out);
    put_all(&prepared.tokens, &mut out);
    put(prepared.places.bytes(), &mut out);
    let paragraphs =
        prepared.paragraphs.iter().flat_map(|p| [p.bytes.start, p.bytes.end, p.tokens.start, p.tokens.end]);
    put_all(&paragraphs.map(U32::<LE>::new).collect::<Vec<_>>(), &mut out);
    let credits = credits.iter().map(|c| (c.name.as_str(), c.bytes.start, c.bytes.end, c.agency, c.dateline));
    put(&encode(&credits.collect::<Vec<_>>())?, &mut out);
    Ok(out)
}

/// Reads an article back.
pub(super) fn read(mut bytes: &[u8]) -> Result<Article> {
    let article = record::read(take(&mut bytes)?).ok_or_else(|| damaged("no article"))?;
    let Words::Text { text, body_start } = article.words else { return Err(damaged("an article without its text")) };
    let tokens: &[ShortToken] = take_all(&mut bytes)?;
    let places = Places::from_bytes(take(&mut bytes)?.to_vec());
    let numbers: &[U32<LE>] = take_all(&mut bytes)?;
    let mut paragraphs = Vec::with_capacity(numbers.len() / 4);
    for &[from, to, first, last] in numbers.as_chunks().0 {
        let [from, to, first, last] = [from, to, first, last].map(U32::<LE>::get);
        let in_text = text.is_char_boundary(from as usize) && text.is_char_boundary(to as usize);
        if from > to || first > last || !in_text || last as usize > tokens.len() {
            return Err(damaged("a paragraph outside its article"));
        }
        paragraphs.push(Paragraph { bytes: ByteSpan { start: from, end: to }, tokens: TokenSpan::new(first, last) });
    }
    let document = Document { id: article.id, metadata: article.metadata, text, body_start };
    let credits: Vec<(String, u32, u32, bool, bool)> = decode(take(&mut bytes)?)?;
    let credit =
        |(name, start, end, agency, dateline)| Credit { name, bytes: ByteSpan { start, end }, agency, dateline };
    let prepared = Prepared { tokens: tokens.to_vec(), places, paragraphs, ..Prepared::default() };
    Ok(Article { document, prepared, credits: credits.into_iter().map(credit).collect() })
}

/// A few articles of the corpus, in its order.
pub(super) struct Part {
    pub(super) index: Index,
    /// Numbers of the articles in the corpus, rising.
    numbers: Vec<u32>,
}

impl Part {
    /// Of rows that hold articles, with where in the key their numbers stand. What comes twice is taken once.
    pub(super) fn read(rows: &[RowRef<'_>], place: usize, outlets: &Outlets) -> Result<Self> {
        let articles = rows.iter().map(|row| Ok((number(row.key[place])?, read(row.data)?)));
        Self::new(articles, outlets)
    }

    /// Of articles with their numbers, rising. What comes twice is taken once.
    pub(super) fn new(articles: impl Iterator<Item = Result<(u32, Article)>>, outlets: &Outlets) -> Result<Self> {
        let (mut builder, mut described, mut numbers) = (SegmentBuilder::default(), Vec::new(), Vec::new());
        for article in articles {
            let (number, Article { document, prepared, .. }) = article?;
            if numbers.last() == Some(&number) {
                continue;
            }
            builder.push(&document, &prepared)?;
            described.push((document.id, document.metadata));
            numbers.push(number);
        }
        let index = Index::new(builder, described, outlets)?;
        // The order of the index is that of the corpus: by (time, id).
        let in_order = index.documents().zip(0..).all(|(document, at)| index.place(document) == at);
        if in_order { Ok(Self { index, numbers }) } else { Err(damaged("articles that are not in their order")) }
    }

    /// The article of this number here.
    pub(super) fn local(&self, number: u32) -> Result<DocumentIndex> {
        let at = self.numbers.binary_search(&number).map_err(|_| damaged("a pair without its articles"))?;
        Ok(DocumentIndex(at as u32))
    }

    /// The number of an article in the corpus.
    pub(super) fn number(&self, document: DocumentIndex) -> u32 {
        self.numbers[document.at()]
    }
}

/// The number of an article in a key.
pub(super) fn number(key: i64) -> Result<u32> {
    u32::try_from(key).map_err(|_| damaged("an article of no number"))
}
