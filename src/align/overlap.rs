//! Overlap: a verified pair of spans, with the mask of what is equal in them.

use crate::document::{DocumentIndex, TokenSpan};

/// An equal run: `len` tokens that stand from `a` on in one text and from `b` on in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// First token in a.
    pub a: u32,
    /// First token in b.
    pub b: u32,
    /// Tokens.
    pub len: u32,
}

impl Block {
    /// Token after the last in a.
    pub fn a_end(self) -> u32 {
        self.a + self.len
    }

    /// Token after the last in b.
    pub fn b_end(self) -> u32 {
        self.b + self.len
    }
}

/// Whether an overlap stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It does.
    Main,
    /// One side lies wholly inside a longer overlap of the same two articles: a phrase that stands twice.
    Repeat,
}

/// Two spans that share words, in tokens: rising blocks that are equal, with nothing equal promised between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Equal runs, rising on both sides.
    pub blocks: Box<[Block]>,
    /// Whether it stands for itself.
    pub role: Role,
}

impl Overlap {
    /// The span in a.
    pub fn a(&self) -> TokenSpan {
        match (self.blocks.first(), self.blocks.last()) {
            (Some(first), Some(last)) => TokenSpan::new(first.a, last.a_end()),
            _ => TokenSpan::default(),
        }
    }

    /// The span in b.
    pub fn b(&self) -> TokenSpan {
        match (self.blocks.first(), self.blocks.last()) {
            (Some(first), Some(last)) => TokenSpan::new(first.b, last.b_end()),
            _ => TokenSpan::default(),
        }
    }

    /// Equal tokens.
    pub fn matched(&self) -> u32 {
        self.blocks.iter().map(|b| b.len).sum()
    }

    /// Whether every word is equal and nothing stands between.
    pub fn is_exact(&self) -> bool {
        self.blocks.len() == 1
    }

    /// Twice the equal words ÷ the words of both sides.
    pub fn similarity(&self) -> f64 {
        2.0 * f64::from(self.matched()) / f64::from((self.a().len() + self.b().len()).max(1))
    }
}

/// An overlap and the articles it lies in, `a` before `b` or the same.
#[derive(Clone, Debug)]
pub struct Found {
    /// The earlier article.
    pub a: DocumentIndex,
    /// The later one.
    pub b: DocumentIndex,
    /// What they share.
    pub overlap: Overlap,
}

impl Found {
    /// Its span in one of its sides.
    pub fn span(&self, later: bool) -> TokenSpan {
        if later { self.overlap.b() } else { self.overlap.a() }
    }

    /// The article of one of its sides.
    pub fn document(&self, later: bool) -> DocumentIndex {
        if later { self.b } else { self.a }
    }

    /// Its equal runs in one of its sides.
    pub fn runs(&self, later: bool) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.overlap.blocks.iter().map(move |block| {
            let start = if later { block.b } else { block.a } as usize;
            start..start + block.len as usize
        })
    }
}
