//! Document → tokens, paragraphs, fingerprints and signatures: all that is computed of one article alone.
//! Pure: the same article gives the same bytes on any machine and in any thread.

mod batches;
mod stream;

pub(crate) use batches::prepare_batches;
pub(crate) use stream::{Read, ReadArticle, read_pieces, read_prepared};

use crate::document::{ByteSpan, Document, Paragraph, UnitKind};
use crate::index::{Places, Prepared, ShortToken};
use crate::minhash::Signature;
use crate::shingle::{ShingleSize, WordShingles, hash_tokens, shingles, winnow, winnow_words};
use crate::text::{TokenHash, Tokenizer, Tokens, paragraphs};
use xxhash_rust::xxh3::xxh3_128;

/// Half words of a paragraph below which no band is cut from it: it cannot hold a passage.
const MIN_BANDED: u32 = 16;

/// Prepares articles. Holds buffers: reuse one for many.
#[derive(Debug, Default)]
pub struct Preparer {
    tokenizer: Tokenizer,
    spans: Vec<ByteSpan>,
    /// Whether the article that is being prepared holds words alone: then what follows is about `words`, else the rest.
    plain: bool,
    words: WordShingles,
    shingles: Vec<Option<u64>>,
    set: Vec<u64>,
}

/// One signed unit of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUnit {
    /// Whether this is the article or one of its paragraphs.
    pub unit: UnitKind,
    /// The paragraph, from 1.
    pub paragraph: Option<u32>,
    /// Words in a shingle.
    pub shingle: usize,
    /// Its 128 lanes.
    pub signature: Signature,
}

impl Preparer {
    /// Everything that an index holds of `document`.
    pub fn prepare(&mut self, document: &Document) -> Prepared {
        let mut out = Prepared::default();
        self.prepare_into(document, &mut out);
        out.fingerprints.shrink_to_fit();
        out
    }

    /// As [`Preparer::prepare`], in the memory of an article before.
    pub(crate) fn prepare_into(&mut self, document: &Document, out: &mut Prepared) {
        let mut tokens = Tokens { hashes: std::mem::take(&mut out.hashes), spans: std::mem::take(&mut self.spans) };
        // Few texts have more than a word in five bytes.
        tokens.hashes.clear();
        tokens.hashes.reserve(document.body().len() / 5);
        self.tokenizer.tokenize(&document.text, document.body_start as usize, &mut tokens);
        out.paragraphs = paragraphs(&document.text, document.body_start as usize, &tokens);
        out.places.refill(&tokens.spans, document.body_start);
        (out.hashes, self.spans) = (tokens.hashes, tokens.spans);
        out.text_hash = xxh3_128(document.text.as_bytes());
        self.derive(out);
    }

    /// The same of an article whose text is not there, only its tokens, where they stand, and its paragraphs.
    pub(crate) fn prepare_tokens(
        &mut self,
        hashes: Vec<TokenHash>,
        places: Places,
        paragraphs: Vec<Paragraph>,
    ) -> Prepared {
        let mut out = Prepared { hashes, places, paragraphs, ..Prepared::default() };
        self.derive(&mut out);
        out.fingerprints.shrink_to_fit();
        out
    }

    /// The tokens of a text alone.
    pub(crate) fn tokens(&mut self, text: &str, body_start: u32) -> Vec<ShortToken> {
        let mut tokens = Tokens::default();
        self.tokenizer.tokenize(text, body_start as usize, &mut tokens);
        tokens.hashes.iter().map(|hash| ShortToken::new(hash.short())).collect()
    }

    /// What depends on the tokens and paragraphs alone.
    fn derive(&mut self, out: &mut Prepared) {
        let Prepared { hashes, tokens, paragraphs, fingerprints, signature, paragraph_signatures, .. } = out;
        let hashes = &hashes[..];
        self.cut(hashes);
        if self.plain {
            winnow_words(self.words.article(), fingerprints);
        } else {
            winnow(hashes, &self.shingles, fingerprints);
        }
        tokens.clear();
        tokens.extend(hashes.iter().map(|hash| ShortToken::new(hash.short())));
        *signature = (!hashes.is_empty()).then(|| self.sign_article(hashes).short());
        paragraph_signatures.clear();
        for (paragraph, number) in paragraphs.iter().zip(0..) {
            if half_words(&hashes[paragraph.tokens.range()]) >= MIN_BANDED {
                paragraph_signatures.push((number, self.sign_paragraph(paragraph, hashes).short()));
            }
        }
    }

    /// Signature of an article, followed by those of its paragraphs.
    pub fn sign(&mut self, document: &Document) -> Vec<SignedUnit> {
        let mut tokens = Tokens::default();
        self.tokenizer.tokenize(&document.text, document.body_start as usize, &mut tokens);
        let paragraphs = paragraphs(&document.text, document.body_start as usize, &tokens);
        self.cut(&tokens.hashes);
        let mut out = vec![SignedUnit {
            unit: UnitKind::Article,
            paragraph: None,
            shingle: ShingleSize::ARTICLE.words,
            signature: self.sign_article(&tokens.hashes),
        }];
        out.extend(paragraphs.iter().zip(1..).map(|(paragraph, number)| SignedUnit {
            unit: UnitKind::Paragraph,
            paragraph: Some(number),
            shingle: ShingleSize::PARAGRAPH.words,
            signature: self.sign_paragraph(paragraph, &tokens.hashes),
        }));
        out
    }

    /// Cuts the shingles of an article.
    fn cut(&mut self, tokens: &[TokenHash]) {
        self.plain = !tokens.iter().fold(false, |dense, token| dense | token.is_dense());
        if self.plain {
            self.words.cut(tokens);
        } else {
            shingles(tokens, ShingleSize::ARTICLE, &mut self.shingles);
        }
    }

    /// Signature of the article that was cut last, of which these are the tokens.
    fn sign_article(&mut self, tokens: &[TokenHash]) -> Signature {
        if self.plain {
            return signature_of(self.words.article(), tokens);
        }
        self.set.clear();
        self.set.extend(self.shingles.iter().flatten());
        signature_of(&self.set, tokens)
    }

    /// Signature of one of its paragraphs.
    fn sign_paragraph(&mut self, paragraph: &Paragraph, tokens: &[TokenHash]) -> Signature {
        let range = paragraph.tokens.range();
        let tokens = &tokens[range.clone()];
        if self.plain {
            return signature_of(self.words.paragraph(range), tokens);
        }
        self.set.clear();
        self.set.extend((0..tokens.len()).filter_map(|at| ShingleSize::PARAGRAPH.hash(&tokens[at..])));
        signature_of(&self.set, tokens)
    }
}

/// Signature of a unit of these shingles. A unit too short for any is one shingle of all its tokens.
fn signature_of(shingles: &[u64], tokens: &[TokenHash]) -> Signature {
    if shingles.is_empty() && !tokens.is_empty() {
        return Signature::of(&[hash_tokens(tokens)]);
    }
    Signature::of(shingles)
}

fn half_words(tokens: &[TokenHash]) -> u32 {
    tokens.iter().map(|t| if t.is_dense() { 1 } else { 2 }).sum()
}
