//! Batches of articles → batches of what they are compared by: for engines that spread a table over many machines.
//! One thread, no state: what a row becomes depends on that row alone.

use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, StringBuilder, UInt8Builder, UInt32Builder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use wirecopy::minhash::LANES;
use wirecopy::shingle::{Fingerprint, ShingleSize, shingles, winnow};
use wirecopy::text::{Tokenizer, Tokens};
use wirecopy::{Document, Preparer};

use crate::articles::Batches;
use crate::capsule::{self, Stream};
use crate::errors::{exception, unlocked, unusable};
use crate::parts::unit_name;
use crate::run::Feed as _;
use crate::settings::{Options, Purpose};

/// Signatures of articles and of their paragraphs: id, unit, paragraph, shingle, signature.
#[pyfunction]
pub(crate) fn signature_batches(held: &Bound<'_, PyAny>, keywords: &Bound<'_, PyDict>) -> PyResult<Stream> {
    let lane = Arc::new(Field::new("item", DataType::UInt32, false));
    let schema = Schema::new(vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("unit", DataType::Utf8, false),
        Field::new("paragraph", DataType::UInt32, true),
        Field::new("shingle", DataType::UInt8, false),
        Field::new("signature", DataType::FixedSizeList(lane.clone(), LANES as i32), false),
    ]);
    let mut preparer = Preparer::default();
    batches(held, keywords, schema, |documents| {
        let (mut ids, mut units) = (StringBuilder::new(), StringBuilder::new());
        let (mut paragraphs, mut sizes) = (UInt32Builder::new(), UInt8Builder::new());
        let mut signatures = FixedSizeListBuilder::new(UInt32Builder::new(), LANES as i32).with_field(lane.clone());
        for document in documents {
            for signed in preparer.sign(document) {
                ids.append_value(&document.id);
                units.append_value(unit_name(signed.unit));
                paragraphs.append_option(signed.paragraph);
                sizes.append_value(signed.shingle as u8);
                signatures.values().append_slice(&signed.signature.0);
                signatures.append(true);
            }
        }
        vec![
            Arc::new(ids.finish()),
            Arc::new(units.finish()),
            Arc::new(paragraphs.finish()),
            Arc::new(sizes.finish()),
            Arc::new(signatures.finish()),
        ]
    })
}

/// Winnowed fingerprints of articles: id, hash, token.
#[pyfunction]
pub(crate) fn fingerprint_batches(held: &Bound<'_, PyAny>, keywords: &Bound<'_, PyDict>) -> PyResult<Stream> {
    let schema = Schema::new(vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("hash", DataType::UInt64, false),
        Field::new("token", DataType::UInt32, false),
    ]);
    let mut tokenizer = Tokenizer::default();
    let (mut all, mut found): (Vec<Option<u64>>, Vec<Fingerprint>) = Default::default();
    batches(held, keywords, schema, |documents| {
        let (mut ids, mut hashes, mut places) = (StringBuilder::new(), UInt64Builder::new(), UInt32Builder::new());
        for document in documents {
            let mut tokens = Tokens::default();
            tokenizer.tokenize(&document.text, 0, &mut tokens);
            shingles(&tokens.hashes, ShingleSize::ARTICLE, &mut all);
            winnow(&tokens.hashes, &all, &mut found);
            for fingerprint in &found {
                ids.append_value(&document.id);
                hashes.append_value(fingerprint.hash);
                places.append_value(fingerprint.position);
            }
        }
        vec![Arc::new(ids.finish()), Arc::new(hashes.finish()), Arc::new(places.finish())]
    })
}

/// A batch of each that is read. Articles must name their ids: here no place tells one from another.
fn batches(
    held: &Bound<'_, PyAny>,
    keywords: &Bound<'_, PyDict>,
    schema: Schema,
    mut columns: impl FnMut(&[Document]) -> Vec<ArrayRef> + Send,
) -> PyResult<Stream> {
    let py = held.py();
    let options = Options::new(keywords, Purpose::Read)?;
    let mut articles = Batches::new(py, capsule::read(held)?, &options.read)?;
    let schema = Arc::new(schema);
    let mut out = Vec::new();
    while let Some(fed) = articles.next(py)? {
        py.check_signals()?;
        if let Some(nameless) = fed.documents.iter().find(|document| document.id.starts_with("-:")) {
            let message = format!("{}: an article without an id; here each needs one", nameless.id);
            return Err(unusable(py, message));
        }
        let made = unlocked(py, || columns(&fed.documents))?;
        let batch = RecordBatch::try_new(schema.clone(), made);
        out.push(batch.map_err(|error| exception(py, "InternalError", error.to_string()))?);
    }
    Ok(Stream::of_batches(schema, out))
}
