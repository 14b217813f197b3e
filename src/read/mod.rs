//! Bytes to documents: finds inputs, unpacks, decodes, cuts into records, names what could not be read.
//! Knows nothing of words.
//!
//! One thread reads ([`Reader::next_batch`]: disk, decompression, cutting), many parse
//! ([`RawRecord::parse`]: JSON, cells, encodings). Nothing is lost without a word: whatever is not blank
//! becomes a [`Document`] or a [`Warning`].

mod article;
mod compressed;
mod csv;
mod discover;
mod encoding;
mod fields;
mod front_matter;
mod jsonl;
mod record;
mod text;

use std::sync::Arc;

pub use self::article::one_article;
use self::compressed::Stream;
use self::csv::{Header, Rows};
pub use self::discover::{Discovery, Input, discover, discover_from, is_article_name, is_report, paths_from};
use self::discover::{Format, Place};
use self::encoding::{Utf8Stream, begins_as_html, first_byte};
pub use self::fields::Field;
use self::jsonl::Lines;
pub use self::record::{RecordNames, RecordValue};
use crate::document::Document;
use crate::error::{Error, Reason, Result, Warning};

/// A batch is handed out once it has so many bytes of records …
const BATCH_BYTES: usize = 3 << 17;
/// … or so many records, or so many inputs were opened for it.
const BATCH_RECORDS: usize = 4 << 10;

/// How inputs are to be read.
#[derive(Clone, Debug, Default)]
pub struct ReadSettings {
    /// What inputs call their fields, in order of preference. A field named here is looked for under these
    /// names only, the others under their usual ones ([`Field::names`]).
    pub fields: Vec<(Field, String)>,
    /// The outlet of articles that name none.
    pub default_source: String,
    /// How much is too much.
    pub limits: Limits,
}

/// Bounds that keep a hostile or broken input from taking the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one record or plain file. At most `u32::MAX / 3`, as offsets have 32 bits and legacy bytes
    /// may become three of UTF-8; larger values count as that.
    pub record_bytes: usize,
    /// Unpacked bytes of one compressed input.
    pub file_bytes: u64,
    /// Unpacked bytes for each packed one, asked only after 1 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 64 << 20, file_bytes: 64 << 30, ratio: 1000 }
    }
}

impl Limits {
    const MOST_RECORD_BYTES: usize = (u32::MAX / 3) as usize;
}

/// Reads inputs one after the other, in batches.
pub struct Reader {
    inputs: std::vec::IntoIter<Input>,
    settings: ReadSettings,
    open: Option<(Arc<Input>, Open)>,
    total_bytes: u64,
    /// Bytes on disk of the inputs that were left behind.
    left_behind: u64,
    /// Bytes on disk that batches have told of.
    told: u64,
}

enum Open {
    Plain(Stream),
    Lines(Lines),
    Rows(Rows),
}

/// Some records, to be parsed in any order by any number of threads, and what went wrong while they were read.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: u64,
    size: usize,
    warnings: Vec<Warning>,
    records: Vec<RawRecord>,
}

/// One record as it stands in its input.
#[derive(Clone, Debug)]
pub struct RawRecord {
    block: Arc<Block>,
    span: Span,
}

/// What a record turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The article, if there is one.
    pub document: Option<Document>,
    /// What is wrong with it; never empty without a document.
    pub warnings: Vec<Warning>,
}

/// Where an article stands.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The input.
    pub input: Arc<Input>,
    /// Line (JSONL) or row (CSV) of its record, from 1; `None` where it is the whole input.
    pub record: Option<u64>,
    /// Whether the article itself says its id; else it is called after its place.
    pub given_id: bool,
}

#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    input: Arc<Input>,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Plain,
    Json,
    Row(Arc<Header>),
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    /// Where it stands, for messages: line of JSONL, row of a table, 0 for the only record of a file.
    line: u64,
    /// For ids: blank lines do not count.
    record: u64,
}

impl Reader {
    /// A reader over these inputs. Nothing is opened yet.
    pub fn new(inputs: Vec<Input>, mut settings: ReadSettings) -> Self {
        let total_bytes = inputs.iter().map(Input::bytes).sum();
        let record_bytes = &mut settings.limits.record_bytes;
        *record_bytes = (*record_bytes).min(Limits::MOST_RECORD_BYTES);
        Self { inputs: inputs.into_iter(), settings, open: None, total_bytes, left_behind: 0, told: 0 }
    }

    /// Bytes on disk of all inputs.
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// The next records; `None` after the last.
    ///
    /// An error only for what the caller named: a file that cannot be opened, or one without a text field.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        let mut batch = Batch::default();
        let mut steps = 0;
        while batch.size < BATCH_BYTES && batch.records.len() < BATCH_RECORDS && steps < BATCH_RECORDS {
            steps += 1;
            let Some((input, open)) = &mut self.open else {
                match self.inputs.next() {
                    Some(input) => self.open(input, &mut batch)?,
                    None if steps == 1 => return Ok(None),
                    None => break,
                }
                continue;
            };
            let more = match open {
                Open::Plain(stream) => {
                    text::read(stream, input, &self.settings, &mut batch);
                    false
                }
                Open::Lines(lines) => lines.read(input, &self.settings, &mut batch)?,
                Open::Rows(rows) => rows.read(input, &self.settings, &mut batch)?,
            };
            if !more {
                if let Some((reason, detail)) = open.trouble() {
                    batch.warn(input, None, *reason, detail.clone());
                }
                self.left_behind += input.bytes();
                self.open = None;
            }
        }
        let current = self.open.as_ref().map_or(0, |(input, open)| open.packed().min(input.bytes()));
        batch.bytes = (self.left_behind + current).saturating_sub(self.told);
        self.told += batch.bytes;
        Ok(Some(batch))
    }

    fn open(&mut self, input: Input, batch: &mut Batch) -> Result<()> {
        let mut stream = match Stream::open(&input, &self.settings.limits) {
            Ok(stream) => stream,
            Err(error) => {
                self.left_behind += input.bytes();
                return match &input.place {
                    Place::File(path) if input.named => Err(Error::io(path, error)),
                    Place::File(_) | Place::StandardInput => {
                        batch.warn(&input, None, Reason::Unreadable, error.to_string());
                        Ok(())
                    }
                };
            }
        };
        let prose = matches!(input.format, Format::Plain | Format::Unknown);
        if input.named && prose && (input.is_called_html() || begins_as_html(&mut stream)) {
            return Err(Error::input(input.name(), "is HTML: extract the article's text first"));
        }
        let format = match input.format {
            Format::Unknown if first_byte(&mut stream) == Some(b'{') => Format::Jsonl,
            Format::Unknown => Format::Plain,
            known => known,
        };
        let open = match format {
            Format::Plain | Format::Unknown => Open::Plain(stream),
            Format::Jsonl => Open::Lines(Lines::new(Utf8Stream::new(stream, false))),
            Format::Csv(delimiter) => Open::Rows(Rows::new(Utf8Stream::new(stream, true), delimiter)),
        };
        self.open = Some((Arc::new(input), open));
        Ok(())
    }
}

impl Open {
    fn packed(&self) -> u64 {
        match self {
            Self::Plain(stream) => stream.packed(),
            Self::Lines(lines) => lines.source().packed(),
            Self::Rows(rows) => rows.source().packed(),
        }
    }

    fn trouble(&self) -> Option<&(Reason, String)> {
        match self {
            Self::Plain(stream) => stream.trouble(),
            Self::Lines(lines) => lines.source().trouble(),
            Self::Rows(rows) => rows.source().trouble(),
        }
    }
}

impl Batch {
    /// Bytes on disk that were read for it. All batches together: [`Reader::total_bytes`].
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes what went wrong while it was read; those of single records come from [`RawRecord::parse`].
    pub fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The records, in the order of their input.
    pub fn records(&self) -> &[RawRecord] {
        &self.records
    }

    fn add(&mut self, block: Block, spans: Vec<Span>) {
        self.size += block.bytes.len();
        let block = Arc::new(block);
        self.records.extend(spans.into_iter().map(|span| RawRecord { block: block.clone(), span }));
    }

    fn warn(&mut self, input: &Input, record: Option<u64>, reason: Reason, detail: String) {
        self.warnings.push(Warning { input: input.name().to_owned(), record, reason, detail });
    }

    /// A table without text: an error where it was asked for, else news.
    fn not_an_article(&mut self, input: &Input, detail: String) -> Result<()> {
        if input.named {
            return Err(Error::input(input.name(), detail));
        }
        self.warn(input, None, Reason::NotAnArticle, detail);
        Ok(())
    }
}

impl RawRecord {
    /// Where the article of this record stands.
    pub fn origin(&self, document: &Document) -> Origin {
        let Block { input, shape, .. } = &*self.block;
        let place = match shape {
            Shape::Plain => input.id.clone(),
            Shape::Json | Shape::Row(_) => format!("{}:{}", input.id, self.span.record),
        };
        let record = Some(self.span.line).filter(|line| *line > 0);
        Origin { input: input.clone(), record, given_id: document.id != place }
    }

    /// The article in the record, or why there is none.
    pub fn parse(&self, settings: &ReadSettings) -> Parsed {
        let Block { bytes, input, shape } = &*self.block;
        let Span { start, end, line, record } = self.span;
        let bytes = &bytes[start..end];
        let warn = |reason, detail| {
            let record = Some(line).filter(|line| *line > 0);
            vec![Warning { input: input.name().to_owned(), record, reason, detail }]
        };
        let place = || format!("{}:{record}", input.id);
        let document = match shape {
            Shape::Plain => match text::document(bytes, input, settings) {
                Some(document) => Ok(document),
                None => {
                    return Parsed { document: None, warnings: warn(Reason::Binary, String::new()) };
                }
            },
            Shape::Json => jsonl::parse(bytes, settings)
                .and_then(|(fields, invalid)| Ok(fields.into_document(place, &settings.default_source, invalid)?)),
            Shape::Row(header) => header.document(bytes, place, settings),
        };
        match document {
            Ok(document) => {
                let blank = document.body().trim().is_empty();
                // Named by its id: where it stands may change with the order of the input.
                let id = if document.id == input.name() { "" } else { &document.id };
                let empty = |w| Warning { record: None, detail: id.to_owned(), ..w };
                let warnings = if blank { warn(Reason::Empty, String::new()) } else { Vec::new() };
                let warnings = warnings.into_iter().map(empty).collect();
                Parsed { document: Some(document), warnings }
            }
            Err(detail) => Parsed { document: None, warnings: warn(Reason::BadRecord, detail) },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// A folder of its own for one test.
    pub(crate) struct Folder(tempfile::TempDir);

    impl Folder {
        pub(crate) fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        pub(crate) fn path(&self) -> PathBuf {
            self.0.path().to_owned()
        }

        pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            path
        }
    }

    /// All that an input gives.
    #[derive(Debug, Default)]
    pub(crate) struct All {
        pub(crate) documents: Vec<Document>,
        pub(crate) warnings: Vec<Warning>,
        pub(crate) bytes: u64,
    }

    impl All {
        pub(crate) fn ids(&self) -> Vec<&str> {
            self.documents.iter().map(|document| document.id.as_str()).collect()
        }

        pub(crate) fn texts(&self) -> Vec<&str> {
            self.documents.iter().map(|document| document.text.as_str()).collect()
        }

        pub(crate) fn reasons(&self) -> Vec<(&str, Option<u64>, Reason)> {
            self.warnings.iter().map(|warning| (warning.input.as_str(), warning.record, warning.reason)).collect()
        }
    }

    pub(crate) fn limited(record_bytes: usize) -> ReadSettings {
        ReadSettings { limits: Limits { record_bytes, ..Limits::default() }, ..ReadSettings::default() }
    }

    pub(crate) fn try_all(paths: &[PathBuf], settings: &ReadSettings) -> Result<All> {
        let found = discover(paths)?;
        let mut all = All { warnings: found.warnings, ..All::default() };
        let mut reader = Reader::new(found.inputs, settings.clone());
        while let Some(mut batch) = reader.next_batch()? {
            all.bytes += batch.bytes();
            all.warnings.append(&mut batch.warnings());
            for record in batch.records() {
                let mut parsed = record.parse(settings);
                assert!(parsed.document.is_some() || !parsed.warnings.is_empty(), "lost without a word");
                all.documents.extend(parsed.document.take());
                all.warnings.append(&mut parsed.warnings);
            }
        }
        assert_eq!(all.bytes, reader.total_bytes());
        Ok(all)
    }

    pub(crate) fn all(path: &Path) -> All {
        try_all(&[path.to_owned()], &ReadSettings::default()).unwrap()
    }

    /// One file of that name with these bytes.
    pub(crate) fn one(name: &str, bytes: impl AsRef<[u8]>) -> All {
        let folder = Folder::new();
        all(&folder.write(name, bytes))
    }

    #[test]
    fn batches_tell_of_every_byte_on_disk_and_of_every_record() {
        let folder = Folder::new();
        let line = format!("{{\"text\":\"{}\"}}\n", "word ".repeat(2000));
        folder.write("a.jsonl", line.repeat(1000));
        folder.write("b.txt", "An article");
        folder.write("c.csv", "text\nAnother\n");
        let all = all(&folder.path());
        assert_eq!(all.documents.len(), 1002);
        assert_eq!(all.ids()[..2], ["a.jsonl:1", "a.jsonl:2"]);
        assert_eq!(all.ids()[999..], ["a.jsonl:1000", "b.txt", "c.csv:1"]);
        assert!(all.warnings.is_empty());
    }

    #[test]
    fn a_batch_is_half_a_megabyte_whatever_the_size_of_the_file() {
        let folder = Folder::new();
        let line = format!("{{\"text\":\"{}\"}}\n", "word ".repeat(2000));
        let path = folder.write("a.jsonl", line.repeat(1000));
        let mut reader = Reader::new(discover(&[path]).unwrap().inputs, ReadSettings::default());
        let mut batches = 0;
        while let Some(batch) = reader.next_batch().unwrap() {
            assert!(batch.records().len() < 100, "{}", batch.records().len());
            batches += 1;
        }
        assert!(batches >= 16);
    }

    #[test]
    fn records_can_be_parsed_in_other_threads_after_the_reader_is_gone() {
        let folder = Folder::new();
        let path = folder.write("a.jsonl", "{\"text\":\"one\"}\n{\"text\":\"two\"}\n");
        let mut reader = Reader::new(discover(&[path]).unwrap().inputs, ReadSettings::default());
        let batch = reader.next_batch().unwrap().unwrap();
        drop(reader);
        let records = batch.records();
        let parsed =
            std::thread::scope(|scope| scope.spawn(|| records[1].parse(&ReadSettings::default())).join().unwrap());
        assert_eq!(parsed.document.unwrap().text, "two");
    }

    #[test]
    fn a_blank_article_is_a_document_and_a_warning_that_loses_nothing() {
        let text = one("a.txt", " \n\n");
        assert_eq!((text.texts(), text.reasons()), (vec![" \n\n"], vec![("a.txt", None, Reason::Empty)]));
        assert_eq!(one("a.txt", "").documents.len(), 1);
        let lines = one("a.jsonl", "{\"text\":\"\"}\n");
        assert_eq!((lines.texts(), lines.reasons()), (vec![""], vec![("a.jsonl", None, Reason::Empty)]));
        assert!(!Reason::Empty.is_loss());
    }

    #[test]
    fn a_named_file_that_cannot_be_opened_is_an_error_and_a_walked_one_a_warning() {
        let folder = Folder::new();
        let path = folder.write("news/a.txt", "text");
        let open = |arguments: &[PathBuf]| {
            let inputs = discover(arguments).unwrap().inputs;
            Reader::new(inputs, ReadSettings::default())
        };
        let (mut named, mut walked) = (open(std::slice::from_ref(&path)), open(&[folder.path()]));
        fs::remove_file(&path).unwrap();
        assert!(matches!(named.next_batch().unwrap_err().kind(), crate::error::ErrorKind::Io { .. }));
        let warnings = walked.next_batch().unwrap().unwrap().warnings();
        assert_eq!((warnings[0].input.as_str(), warnings[0].reason), ("news/a.txt", Reason::Unreadable));
    }

    #[cfg(unix)]
    #[test]
    fn a_walked_file_that_has_become_a_link_is_not_opened() {
        let folder = Folder::new();
        let path = folder.write("a.txt", "text");
        let mut reader = Reader::new(discover(&[folder.path()]).unwrap().inputs, ReadSettings::default());
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        let mut batch = reader.next_batch().unwrap().unwrap();
        assert_eq!(batch.warnings()[0].reason, Reason::Unreadable);
        assert!(batch.records().is_empty());
    }

    #[test]
    fn the_outlet_of_articles_that_name_none_is_the_default() {
        let folder = Folder::new();
        let path = folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\",\"source\":\"NBC\"}\n");
        let settings = ReadSettings { default_source: "CBS".into(), ..ReadSettings::default() };
        let all = try_all(&[path], &settings).unwrap();
        let sources: Vec<_> = all.documents.iter().map(|document| document.metadata.source.as_str()).collect();
        assert_eq!(sources, ["CBS", "NBC"]);
    }

    #[test]
    fn a_file_of_unknown_name_is_told_by_its_first_byte() {
        assert_eq!(one("dump", "\n {\"text\":\"a\"}\n").texts(), ["a"]);
        assert_eq!(one("dump.json", "\u{feff}{\"text\":\"a\"}").texts(), ["a"]);
        assert_eq!(one("dump", "Obama said").texts(), ["Obama said"]);
        let wide: Vec<u8> = "\u{feff} {\"text\":\"é\"}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(one("dump", wide).texts(), ["é"]);
    }
}
