//! What articles are compared by, for those who build their own: words, fingerprints, signatures, bands.

use pyo3::prelude::*;
use wirecopy::document::{ByteSpan, UnitKind};
use wirecopy::lsh::Banding;
use wirecopy::minhash::{LANES, Signature};
use wirecopy::shingle::{ShingleSize, shingles, winnow};
use wirecopy::text::{Tokenizer, Tokens};
use wirecopy::{Document, Preparer};

use crate::errors::{unlocked, wrong};

/// Words of a text: where each begins and ends, in code points as Python counts, and its hash.
#[pyfunction]
pub(crate) fn tokens(py: Python<'_>, text: &str) -> PyResult<Vec<(usize, usize, u64)>> {
    unlocked(py, || {
        let Tokens { hashes, spans } = cut(text);
        places(text, &spans).into_iter().zip(hashes).map(|((start, end), hash)| (start, end, hash.0)).collect()
    })
}

/// Winnowed shingles of a text: hash, and the number of the word at which each begins.
#[pyfunction]
pub(crate) fn fingerprints(py: Python<'_>, text: &str) -> PyResult<Vec<(u64, u32)>> {
    unlocked(py, || {
        let tokens = cut(text);
        let (mut all, mut out) = (Vec::new(), Vec::new());
        shingles(&tokens.hashes, ShingleSize::ARTICLE, &mut all);
        winnow(&tokens.hashes, &all, &mut out);
        out.into_iter().map(|fingerprint| (fingerprint.hash, fingerprint.position)).collect()
    })
}

/// A unit, the paragraph from 1 where it is one, words in a shingle, 128 lanes.
type Signed = (&'static str, Option<u32>, usize, Vec<u32>);

/// MinHash signatures of an article and of its paragraphs.
#[pyfunction]
pub(crate) fn signatures(py: Python<'_>, text: String) -> PyResult<Vec<Signed>> {
    unlocked(py, || {
        let document = Document { text, ..Document::default() };
        let signed = Preparer::default().sign(&document).into_iter();
        signed.map(|unit| (unit_name(unit.unit), unit.paragraph, unit.shingle, unit.signature.0.to_vec())).collect()
    })
}

/// Name of a kind of unit, as `wirecopy sign` prints it.
pub(crate) fn unit_name(unit: UnitKind) -> &'static str {
    match unit {
        UnitKind::Article => "article",
        UnitKind::Paragraph => "paragraph",
    }
}

/// Keys of the buckets that a signature falls into, of an article or of a paragraph: two units that share one are
/// candidates.
#[pyfunction]
pub(crate) fn bands(py: Python<'_>, lanes: Vec<u32>, unit: &str) -> PyResult<Vec<u64>> {
    let signature = signature(py, lanes)?.short();
    let cuts: &[Banding] = match unit {
        "article" => &[Banding::ARTICLE_WIDE, Banding::ARTICLE_NARROW],
        "paragraph" => &[Banding::PARAGRAPH],
        _ => return Err(wrong(py, format!("unit {unit}: expected \"article\" or \"paragraph\""))),
    };
    // Bands are numbered through, so that none meets one of another cut.
    let key = |cut: &Banding, band| cut.spread_key(&signature, band);
    Ok(cuts.iter().flat_map(|cut| (0..cut.bands()).map(|band| key(cut, band))).collect())
}

/// Share of the lanes that agree: an estimate of the share of shingles that two units have in common.
#[pyfunction]
pub(crate) fn resemblance(py: Python<'_>, a: Vec<u32>, b: Vec<u32>) -> PyResult<f64> {
    Ok(signature(py, a)?.estimate(&signature(py, b)?))
}

fn signature(py: Python<'_>, lanes: Vec<u32>) -> PyResult<Signature> {
    let count = lanes.len();
    let lanes: Result<[u32; LANES], _> = lanes.try_into();
    lanes.map(Signature).map_err(|_| wrong(py, format!("a signature of {count} lanes; there are {LANES}")))
}

fn cut(text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(text, 0, &mut tokens);
    tokens
}

/// The same places in code points.
fn places(text: &str, spans: &[ByteSpan]) -> Vec<(usize, usize)> {
    let (mut at, mut points) = (0, 0);
    let mut point = |byte: usize| {
        points += text[at..byte].chars().count();
        at = byte;
        points
    };
    spans.iter().map(|span| (point(span.start as usize), point(span.end as usize))).collect()
}
