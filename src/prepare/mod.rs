//! Document → tokens, paragraphs, fingerprints and signatures: all that is computed of one article alone.
//! Pure: the same article gives the same bytes on any machine and in any thread.

mod stream;

pub(crate) use stream::{Read, ReadArticle, read_prepared};

use crate::document::{ByteSpan, Document, Paragraph, UnitKind};
use crate::index::{Places, Prepared, ShortToken};
use crate::minhash::Signature;
use crate::shingle::{Fingerprint, ShingleSize, shingles, winnow, winnow_words, word_shingles};
use crate::text::{TokenHash, Tokenizer, Tokens, paragraphs};
use xxhash_rust::xxh3::xxh3_128;

/// Half words of a paragraph below which no band is cut from it: it cannot hold a passage.
const MIN_BANDED: u32 = 16;

/// Prepares articles. Holds buffers: reuse one for many.
#[derive(Debug, Default)]
pub struct Preparer {
    tokenizer: Tokenizer,
    spans: Vec<ByteSpan>,
    shingles: Vec<Option<u64>>,
    fingerprints: Vec<Fingerprint>,
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
        // Few texts have more than a word in five bytes.
        let hashes = Vec::with_capacity(document.body().len() / 5);
        let mut tokens = Tokens { hashes, spans: std::mem::take(&mut self.spans) };
        self.tokenizer.tokenize(&document.text, document.body_start as usize, &mut tokens);
        let paragraphs = paragraphs(&document.text, document.body_start as usize, &tokens);
        let places = Places::new(&tokens.spans, document.body_start);
        self.spans = tokens.spans;
        Prepared { text_hash: xxh3_128(document.text.as_bytes()), ..self.derive(tokens.hashes, paragraphs, places) }
    }

    /// The same of an article whose text is not there, only its tokens, where they stand, and its paragraphs.
    pub(crate) fn prepare_tokens(
        &mut self,
        tokens: Vec<TokenHash>,
        places: Places,
        paragraphs: Vec<Paragraph>,
    ) -> Prepared {
        self.derive(tokens, paragraphs, places)
    }

    /// The tokens of a text alone.
    pub(crate) fn tokens(&mut self, text: &str, body_start: u32) -> Vec<ShortToken> {
        let mut tokens = Tokens::default();
        self.tokenizer.tokenize(text, body_start as usize, &mut tokens);
        tokens.hashes.iter().map(|hash| ShortToken::new(hash.short())).collect()
    }

    /// What depends on the tokens alone.
    fn derive(&mut self, hashes: Vec<TokenHash>, paragraphs: Vec<Paragraph>, places: Places) -> Prepared {
        let tokens = &hashes[..];
        let mut fingerprints: Vec<Fingerprint> = Vec::new();
        self.set.clear();
        if tokens.iter().any(|token| token.is_dense()) {
            shingles(tokens, ShingleSize::ARTICLE, &mut self.shingles);
            winnow(tokens, &self.shingles, &mut fingerprints);
            self.set.extend(self.shingles.iter().flatten());
        } else {
            word_shingles(tokens, &mut self.set);
            winnow_words(&self.set, &mut self.fingerprints);
            fingerprints.extend_from_slice(&self.fingerprints);
        }
        let signature = (!tokens.is_empty()).then(|| signature_of(&mut self.set, tokens).short());
        let paragraph_signatures = paragraphs
            .iter()
            .zip(0..)
            .filter(|(p, _)| half_words(&tokens[p.tokens.range()]) >= MIN_BANDED)
            .map(|(p, number)| (number, self.sign_paragraph(p, tokens).short()))
            .collect();
        Prepared {
            tokens: tokens.iter().map(|hash| ShortToken::new(hash.short())).collect(),
            hashes,
            places,
            text_hash: 0,
            paragraphs,
            fingerprints,
            signature,
            paragraph_signatures,
        }
    }

    /// Signature of an article, followed by those of its paragraphs.
    pub fn sign(&mut self, document: &Document) -> Vec<SignedUnit> {
        let mut tokens = Tokens::default();
        self.tokenizer.tokenize(&document.text, document.body_start as usize, &mut tokens);
        let paragraphs = paragraphs(&document.text, document.body_start as usize, &tokens);
        shingles(&tokens.hashes, ShingleSize::ARTICLE, &mut self.shingles);
        self.set.clear();
        self.set.extend(self.shingles.iter().flatten());
        let mut out = vec![SignedUnit {
            unit: UnitKind::Article,
            paragraph: None,
            shingle: ShingleSize::ARTICLE.words,
            signature: signature_of(&mut self.set, &tokens.hashes),
        }];
        out.extend(paragraphs.iter().zip(1..).map(|(paragraph, number)| SignedUnit {
            unit: UnitKind::Paragraph,
            paragraph: Some(number),
            shingle: ShingleSize::PARAGRAPH.words,
            signature: self.sign_paragraph(paragraph, &tokens.hashes),
        }));
        out
    }

    fn sign_paragraph(&mut self, paragraph: &Paragraph, tokens: &[TokenHash]) -> Signature {
        let tokens = &tokens[paragraph.tokens.range()];
        self.set.clear();
        self.set.extend((0..tokens.len()).filter_map(|at| ShingleSize::PARAGRAPH.hash(&tokens[at..])));
        signature_of(&mut self.set, tokens)
    }
}

/// Signature of a unit of these shingles. A unit too short for any is one shingle of all its tokens.
fn signature_of(set: &mut Vec<u64>, tokens: &[TokenHash]) -> Signature {
    if set.is_empty() && !tokens.is_empty() {
        set.push(crate::shingle::hash_tokens(tokens));
    }
    Signature::of(set)
}

fn half_words(tokens: &[TokenHash]) -> u32 {
    tokens.iter().map(|t| if t.is_dense() { 1 } else { 2 }).sum()
}
