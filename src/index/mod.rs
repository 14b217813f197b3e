//! What is remembered of a corpus, and the only room that knows its bytes.
//! Knows nothing of what a shingle means.

mod context;
pub(crate) mod disk;
mod fingerprints;
mod mapping;
mod numbers;
mod piece;
mod repeated;
mod section;
mod segment;

pub(crate) use context::contexts;
pub use fingerprints::FingerprintRow;
pub use piece::Piece;
pub(crate) use repeated::Repeats;
pub(crate) use segment::Signatures;
pub use segment::{
    DocumentRow, MemoryLimit, ParagraphRow, Places, Prepared, Segment, SegmentBuilder, ShortToken, is_dense,
};

use crate::document::{ByteSpan, DocumentIndex, Metadata, Paragraph, TokenSpan};
use crate::error::Result;
use crate::outlet::Outlets;
use ahash::AHashMap;
use rayon::prelude::*;

/// A corpus ready to be searched: articles in the order of (time, id), whatever order they came in.
#[derive(Debug)]
pub struct Index {
    segment: Segment,
    /// Place in the segment of each article.
    places: Vec<u32>,
    /// Article of each place in the segment.
    ranks: Vec<DocumentIndex>,
    ids: Vec<String>,
    metadata: Vec<Metadata>,
    /// Owners of outlets by number, 0 for none: equal numbers are the same outlet, or co-owned ones.
    outlets: Vec<u32>,
}

impl Index {
    /// Orders the articles of `builder`, whose ids and metadata are given in its order. `outlets` says which names of
    /// outlets have one owner.
    pub fn new(builder: SegmentBuilder, described: Vec<(String, Metadata)>, outlets: &Outlets) -> Result<Self> {
        let mut places: Vec<u32> = (0..described.len() as u32).collect();
        let key = |place: u32| {
            let (id, metadata) = &described[place as usize];
            let time = metadata.time.as_ref().map(crate::document::Time::start);
            (time.is_none(), time, id)
        };
        places.par_sort_by(|&x, &y| key(x).cmp(&key(y)));
        let mut ranks = vec![DocumentIndex(0); places.len()];
        for (rank, &place) in places.iter().enumerate() {
            ranks[place as usize] = DocumentIndex(rank as u32);
        }
        let segment = builder.finish(&ranks)?;
        let mut described: Vec<Option<(String, Metadata)>> = described.into_iter().map(Some).collect();
        let (ids, metadata): (Vec<_>, Vec<_>) =
            places.iter().filter_map(|&place| described[place as usize].take()).unzip();
        let mut owners: AHashMap<&str, String> = AHashMap::new();
        for source in metadata.iter().map(|m: &Metadata| m.source.as_str()) {
            owners.entry(source).or_insert_with(|| outlets.owner(source));
        }
        let mut names: Vec<&str> = owners.values().map(String::as_str).filter(|owner| !owner.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        let numbers: AHashMap<&str, u32> = owners
            .iter()
            .map(|(&source, owner)| (source, names.binary_search(&owner.as_str()).map_or(0, |at| at as u32 + 1)))
            .collect();
        let outlets = metadata.iter().map(|m| numbers.get(m.source.as_str()).copied().unwrap_or(0)).collect();
        Ok(Self { segment, places, ranks, ids, metadata, outlets })
    }

    /// Number of articles.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// All articles in order.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = DocumentIndex> + Clone + use<> {
        (0..self.len() as u32).map(DocumentIndex)
    }

    /// The segment behind the index.
    pub fn segment(&self) -> &Segment {
        &self.segment
    }

    /// Takes all signatures out: once there are candidates, nobody asks for them.
    pub(crate) fn take_signatures(&mut self) -> impl Send + use<> {
        self.segment.take_signatures()
    }

    /// Takes all fingerprints out.
    pub(crate) fn take_fingerprints(&mut self) -> impl Send + use<> {
        self.segment.take_fingerprints()
    }

    /// Takes all tokens out, and where they stand.
    pub(crate) fn take_tokens(&mut self) -> impl Send + use<> {
        self.segment.take_tokens()
    }

    /// The article at a place of the segment.
    pub fn rank(&self, place: u32) -> DocumentIndex {
        self.ranks[place as usize]
    }

    /// The place of an article in the segment.
    pub(crate) fn place(&self, document: DocumentIndex) -> u32 {
        self.places[document.at()]
    }

    fn row(&self, document: DocumentIndex) -> &DocumentRow {
        &self.segment.documents()[self.places[document.at()] as usize]
    }

    /// Byte of the text at which the article begins: what lies before is front matter.
    pub(crate) fn body_start(&self, document: DocumentIndex) -> u32 {
        self.row(document).body_start.get()
    }

    /// The whole decoded text, front matter included.
    pub fn text(&self, document: DocumentIndex) -> &str {
        self.segment.text(self.row(document))
    }

    /// What stands at `span` in the text of an article; empty where nothing does.
    pub(crate) fn excerpt(&self, document: DocumentIndex, span: ByteSpan) -> &str {
        self.segment.excerpt(self.row(document), span)
    }

    /// As [`Index::text`], of articles in no order: a text that lies in a file is read into `buffer`.
    pub(crate) fn text_anywhere<'a>(&'a self, document: DocumentIndex, buffer: &'a mut Vec<u8>) -> &'a str {
        self.segment.text_anywhere(self.row(document), buffer)
    }

    /// The article's tokens, as short hashes.
    pub fn tokens(&self, document: DocumentIndex) -> &[ShortToken] {
        self.segment.tokens(self.row(document))
    }

    /// As [`Index::tokens`], of articles in no order: tokens that lie in a file are read into `buffer`.
    pub(crate) fn tokens_anywhere<'a>(&'a self, document: DocumentIndex, buffer: &'a mut Vec<u8>) -> &'a [ShortToken] {
        self.segment.tokens_anywhere(self.row(document), buffer)
    }

    /// The article's tokens, if they are in memory.
    pub(crate) fn tokens_in_memory(&self, document: DocumentIndex) -> Option<&[ShortToken]> {
        self.segment.tokens_in_memory(self.row(document))
    }

    /// Fills `out` with the bytes of each of the article's tokens.
    pub fn spans(&self, document: DocumentIndex, out: &mut Vec<ByteSpan>) {
        self.segment.spans(self.row(document), out);
    }

    /// Number of tokens.
    pub fn words(&self, document: DocumentIndex) -> u32 {
        self.row(document).tokens.get()
    }

    /// The article's paragraphs.
    pub fn paragraphs(&self, document: DocumentIndex) -> impl ExactSizeIterator<Item = Paragraph> + Clone {
        self.segment.paragraphs(self.row(document)).iter().map(|p| Paragraph {
            bytes: ByteSpan::new(p.byte_start.get(), p.byte_end.get()),
            tokens: TokenSpan::new(p.token_start.get(), p.token_end.get()),
        })
    }

    /// Id of the article.
    pub fn id(&self, document: DocumentIndex) -> &str {
        &self.ids[document.at()]
    }

    /// What is known of the article.
    pub fn metadata(&self, document: DocumentIndex) -> &Metadata {
        &self.metadata[document.at()]
    }

    /// Number of the owner of the article's outlet; 0 where it names none.
    pub fn outlet(&self, document: DocumentIndex) -> u32 {
        self.outlets[document.at()]
    }

    /// Whether two articles are of one outlet, or of outlets of one owner. An empty outlet equals nothing.
    pub fn same_outlet(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        let outlet = self.outlets[a.at()];
        outlet != 0 && outlet == self.outlets[b.at()]
    }

    /// Whether `a` was demonstrably published before `b`.
    pub fn is_before(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        match (&self.metadata(a).time, &self.metadata(b).time) {
            (Some(x), Some(y)) => x.is_before(y),
            _ => false,
        }
    }
}
