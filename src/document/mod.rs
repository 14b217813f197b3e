//! The nouns that all other rooms speak: an article, what is known of it, and spans of its text.
//! Knows nothing of files, hashes or overlaps.

mod span;
mod time;
mod unit;

pub use span::{ByteSpan, TokenSpan};
pub use time::{Granularity, Time};
pub use unit::{DocumentIndex, Paragraph, UnitKind};

/// One article as read.
///
/// `text` is the whole decoded file or field: byte-order mark removed, line ends kept. All offsets in
/// reports count in it. `body_start` is the byte at which the article begins: 0, or the end of a plain
/// file's front matter, which is not article text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Identifies the article in every table.
    pub id: String,
    /// What the input says about the article.
    pub metadata: Metadata,
    /// The decoded text that offsets count in.
    pub text: String,
    /// Byte of `text` where the article begins.
    pub body_start: u32,
}

/// What an input says about an article. An empty string means that it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The outlet. An empty outlet equals nothing, not even another empty one.
    pub source: String,
    /// When it was published.
    pub time: Option<Time>,
    /// What it says of that, as given, where no date could be read in it. Orders nothing.
    pub unread_time: String,
    /// Headline. Never part of the text.
    pub title: String,
    /// Where it stands.
    pub url: String,
    /// The address that the article itself calls the original.
    pub canonical: String,
    /// Bytes that were not valid in the input's encoding, each shown as U+FFFD in the text.
    pub invalid_bytes: u32,
}

impl Document {
    /// The article without front matter.
    pub fn body(&self) -> &str {
        &self.text[self.body_start as usize..]
    }
}
