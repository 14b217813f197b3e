//! What stands in a segment file: kinds of sections, and rows of those that are not tables of postings.

use super::postings::Shape;
use zerocopy::byteorder::{LE, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Kinds of sections. A table of postings is three: slots, then samples, then rows.
pub(crate) mod kind {
    /// One [`super::Plan`].
    pub(crate) const PLAN: u32 = 1;
    /// An [`super::ArticleRow`] an article.
    pub(crate) const ARTICLES: u32 = 2;
    /// Packed blocks of records.
    pub(crate) const TEXTS: u32 = 3;
    /// Where each block lies.
    pub(crate) const BLOCKS: u32 = 4;
    /// What the blocks were packed with.
    pub(crate) const DICTIONARY: u32 = 5;
    /// The low bytes of each article's signature.
    pub(crate) const SIGNATURES: u32 = 6;
    /// Articles that are kept under another id than their record gives.
    pub(crate) const ALIASES: u32 = 7;
    /// Hash of an id → article.
    pub(crate) const IDS: u32 = 16;
    /// Hash of a fingerprint → article, position.
    pub(crate) const FINGERPRINTS: u32 = 20;
    /// Band of an article → article.
    pub(crate) const ARTICLE_BANDS: u32 = 24;
    /// Band of a paragraph → article.
    pub(crate) const PARAGRAPH_BANDS: u32 = 28;
    /// Context of a fingerprint of very many articles → the earliest articles that have it.
    pub(crate) const HUBS: u32 = 32;
    /// All tables of postings, in the order of [`super::Plan::shapes`].
    pub(crate) const TABLES: [u32; 5] = [IDS, FINGERPRINTS, ARTICLE_BANDS, PARAGRAPH_BANDS, HUBS];
}

/// Bytes of a stored signature: one a lane.
pub(crate) const SIGNATURE: usize = crate::minhash::LANES;

/// Bits of a key kept beyond those that tell its slot: an entry that is met by chance costs a look at its article. An
/// id takes part in no search, so it may be met by chance more rarely.
pub(crate) const LOW_BITS: [u32; 5] = [16, 10, 6, 4, 10];

/// What is in a segment, in numbers.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Plan {
    /// Number of articles.
    pub(crate) documents: U32<LE>,
    /// 1 where records hold texts, 0 where they hold hashes of tokens.
    pub(crate) text: U32<LE>,
    /// Words of all articles.
    pub(crate) words: U64<LE>,
    /// Fingerprints in more than 64 articles.
    pub(crate) hubs: U64<LE>,
    /// Tables in the order of [`kind::TABLES`].
    pub(crate) shapes: [ShapeRow; 5],
}

/// A [`Shape`] as it is stored.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ShapeRow {
    rows: U64<LE>,
    slot_bits: U32<LE>,
    low_bits: U32<LE>,
    document_bits: U32<LE>,
    position_bits: U32<LE>,
}

impl From<Shape> for ShapeRow {
    fn from(shape: Shape) -> Self {
        Self {
            rows: shape.rows.into(),
            slot_bits: shape.slot_bits.into(),
            low_bits: shape.low_bits.into(),
            document_bits: shape.document_bits.into(),
            position_bits: shape.position_bits.into(),
        }
    }
}

impl From<ShapeRow> for Shape {
    fn from(row: ShapeRow) -> Self {
        Self {
            rows: row.rows.get(),
            slot_bits: row.slot_bits.get(),
            low_bits: row.low_bits.get(),
            document_bits: row.document_bits.get(),
            position_bits: row.position_bits.get(),
        }
    }
}

/// One article.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ArticleRow {
    /// Block of its record.
    pub(crate) block: U32<LE>,
    /// First byte of its record in the unpacked block.
    pub(crate) start: U32<LE>,
    /// Bytes of its record.
    pub(crate) len: U32<LE>,
    /// Its words.
    pub(crate) words: U32<LE>,
    /// XXH3-64 of its record: tells whether an article that comes again has changed.
    pub(crate) hash: U64<LE>,
}
