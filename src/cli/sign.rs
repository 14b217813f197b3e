//! `wirecopy sign`: a JSON line for every article and each of its paragraphs, in input order, as they are read.

use std::io::{self, Write};

use anyhow::{Result, bail};
use rayon::prelude::*;
use serde::Serialize;
use wirecopy::document::UnitKind;
use wirecopy::read::{RawRecord, ReadSettings, Reader};
use wirecopy::{Document, Preparer, Progress as _, Settings, Stage, Warning};

use super::args::{Common, Format, InputArgs, SignArgs};
use super::output::{refuse_input, to_file, to_standard_output};
use super::progress::Bars;
use super::{Outcome, lost, print_warnings, written};

/// One line of output. Keys are written in this order.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    unit: &'static str,
    paragraph: Option<u32>,
    shingle: usize,
    hash_id: &'a str,
    signature: &'a [u32],
}

/// Why signing stopped: the library's trouble, or that of the stream.
enum Stop {
    Run(anyhow::Error),
    Stream(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Stream(error)
    }
}

impl From<wirecopy::Error> for Stop {
    fn from(error: wirecopy::Error) -> Self {
        Self::Run(error.into())
    }
}

pub(super) fn run(args: &SignArgs, common: &Common) -> Result<Outcome> {
    let paths = args.input.paths()?;
    if let Format::File(path) = &args.format {
        refuse_input(path, &paths)?;
    }
    let found = InputArgs::discover(&paths)?;
    let mut warnings = found.warnings;
    let reader = Reader::new(found.inputs, args.input.settings());
    let bars = Bars::new(common);
    let mut articles = 0;
    let work = |out: &mut dyn Write| -> Result<(), Stop> {
        sign(reader, &args.input.settings(), &bars, &mut articles, &mut warnings, out)
    };
    let result = match &args.format {
        Format::File(path) => to_file(path, work).map_err(|stop| match stop {
            Stop::Run(error) => error,
            Stop::Stream(error) => anyhow::anyhow!("{}: {error}", path.display()),
        }),
        Format::StandardOutput => {
            let mut trouble = None;
            let result = to_standard_output(|out| match work(out) {
                Err(Stop::Stream(error)) => Err(error),
                Err(Stop::Run(error)) => {
                    trouble = Some(error);
                    Ok(())
                }
                Ok(()) => Ok(()),
            });
            trouble.map_or(Ok(()), Err).and(written(result))
        }
    };
    bars.clear();
    warnings.sort();
    print_warnings(&warnings, common);
    result?;
    if articles == 0 && !lost(&warnings) {
        bail!(args.input.nothing_found());
    }
    Ok(if lost(&warnings) { Outcome::Incomplete } else { Outcome::Complete })
}

/// Signs everything, and counts the articles as they go out.
fn sign(
    mut reader: Reader,
    settings: &ReadSettings,
    bars: &Bars,
    articles: &mut u64,
    warnings: &mut Vec<Warning>,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    let hash_id = hash_id();
    bars.stage(Stage::Read, reader.total_bytes());
    while let Some(mut batch) = reader.next_batch()? {
        warnings.extend(batch.warnings());
        let signed: Vec<_> = batch
            .records()
            .par_iter()
            .map_init(Preparer::default, |preparer, record| sign_record(preparer, record, settings, &hash_id))
            .collect();
        for (lines, of_record) in signed {
            warnings.extend(of_record);
            if let Some(lines) = lines {
                *articles += 1;
                out.write_all(&lines?)?;
            }
        }
        bars.advance(batch.bytes());
    }
    Ok(())
}

type Signed = (Option<io::Result<Vec<u8>>>, Vec<Warning>);

fn sign_record(preparer: &mut Preparer, record: &RawRecord, settings: &ReadSettings, hash_id: &str) -> Signed {
    let parsed = record.parse(settings);
    let lines = parsed.document.map(|document| lines(preparer, &document, hash_id));
    (lines, parsed.warnings)
}

/// The lines of one article.
fn lines(preparer: &mut Preparer, document: &Document, hash_id: &str) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for unit in preparer.sign(document) {
        let line = Line {
            id: &document.id,
            unit: match unit.unit {
                UnitKind::Article => "article",
                UnitKind::Paragraph => "paragraph",
            },
            paragraph: unit.paragraph,
            shingle: unit.shingle,
            hash_id,
            signature: &unit.signature.0,
        };
        serde_json::to_writer(&mut out, &line)?;
        out.push(b'\n');
    }
    Ok(out)
}

/// Name of the scheme: signatures of different schemes cannot be compared.
fn hash_id() -> String {
    let ids = Settings::format_ids();
    ids.into_iter().find(|(name, _)| *name == "signatures").map(|(_, id)| id).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn an_article_comes_before_its_paragraphs_and_each_has_128_lanes() {
        let text = "One two three four five six.\n\nSeven eight nine ten.\n";
        let document = Document { id: "a\"b".into(), text: text.into(), ..Document::default() };
        let out = lines(&mut Preparer::default(), &document, &hash_id()).unwrap();
        let values: Vec<Value> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let shape: Vec<_> = values.iter().map(|v| (v["unit"].as_str().unwrap(), v["paragraph"].as_u64())).collect();
        assert_eq!(shape, [("article", None), ("paragraph", Some(1)), ("paragraph", Some(2))]);
        assert_eq!(values.iter().map(|v| v["shingle"].as_u64().unwrap()).collect::<Vec<_>>(), [5, 3, 3]);
        assert!(values.iter().all(|v| v["signature"].as_array().unwrap().len() == 128 && v["id"] == "a\"b"));
        assert!(!hash_id().is_empty() && values[0]["hash_id"] == hash_id());
    }
}
