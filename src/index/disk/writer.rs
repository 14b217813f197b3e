//! Prepared articles → a segment file, front to back, in bounded memory.
//!
//! Records go to the file as they come; what has to be sorted is sorted in runs. The bytes do not depend on the memory.

use super::blocks::{BlockWriter, Summary};
use super::postings::{PostingsWriter, Shape};
use super::record;
use super::sections::{ArticleRow, LOW_BITS, Plan, ShapeRow, kind};
use super::sorter::{Row, Sorter};
use super::spool::{Spool, SpoolReader};
use super::texts::TextWriter;
use crate::document::{Document, Metadata, Time};
use crate::error::{Error, ErrorKind, Result};
use crate::index::numbers::write_number;
use crate::index::{Prepared, ShortToken, contexts};
use crate::lsh::Banding;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;
use zerocopy::IntoBytes;

/// Articles above which a fingerprint is a hub: a search follows its contexts, not its postings.
pub(crate) const HUB: usize = 64;
/// Representatives of a context. Where fewer are listed, nobody else has it.
pub(crate) const REPRESENTATIVES: usize = 3;
/// Which part of the memory each sorter gets, in hundredths: fingerprints, bands of articles, bands of paragraphs.
const SHARES: [usize; 3] = [28, 8, 46];

/// What a segment file is called and how it is made.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    /// The file.
    pub(crate) path: PathBuf,
    /// Id of the segment.
    pub(crate) id: u64,
    /// Generation of the index that it belongs to.
    pub(crate) generation: u64,
    /// Whether texts are kept.
    pub(crate) text: bool,
    /// Bytes that may be used to sort.
    pub(crate) memory: usize,
}

/// Builds one segment file.
pub(crate) struct SegmentWriter<W: Write> {
    plot: Plot,
    folder: PathBuf,
    out: BlockWriter<W>,
    texts: TextWriter,
    articles: Spool,
    signatures: Spool,
    tokens: Spool,
    ids: Sorter,
    fingerprints: Sorter,
    article_bands: Sorter,
    paragraph_bands: Sorter,
    described: Described,
    greatest_position: u32,
    words: u64,
    record: Vec<u8>,
}

/// Later than any date.
const UNDATED: i64 = i64::MAX;

/// What representatives are chosen by, of each article.
#[derive(Default)]
struct Described {
    /// First second of each; `UNDATED` where it has no date.
    times: Vec<i64>,
    owners: Vec<u64>,
    words: Vec<u32>,
    hashes: Vec<u64>,
    ids: String,
    id_ends: Vec<u64>,
    aliases: Vec<(u32, String)>,
}

impl<W: Write> SegmentWriter<W> {
    /// A segment without articles, written to `out`, which is the file that `plot` names.
    pub(crate) fn new(out: W, plot: Plot) -> Result<Self> {
        let folder = plot.path.parent().unwrap_or(Path::new(".")).to_owned();
        let mut out = BlockWriter::new(out, plot.id, plot.generation).map_err(|error| Error::io(&plot.path, error))?;
        out.begin(kind::TEXTS).map_err(|error| Error::io(&plot.path, error))?;
        let [fingerprints, article_bands, paragraph_bands] =
            SHARES.map(|share| Sorter::new(plot.memory / 100 * share, &folder));
        Ok(Self {
            out,
            texts: TextWriter::new(&folder, &plot.path),
            articles: Spool::new(&folder),
            signatures: Spool::new(&folder),
            tokens: Spool::new(&folder),
            ids: Sorter::new(plot.memory / 100 * 2, &folder),
            fingerprints,
            article_bands,
            paragraph_bands,
            described: Described::default(),
            greatest_position: 0,
            words: 0,
            record: Vec::new(),
            folder,
            plot,
        })
    }

    /// Number of articles.
    pub(crate) fn len(&self) -> u32 {
        self.described.times.len() as u32
    }

    /// Appends an article; `owner` stands for the owner of its outlet, 0 for none. Returns its number.
    pub(crate) fn push(&mut self, document: &Document, prepared: &Prepared, owner: u64) -> Result<u32> {
        let number = self.len();
        if number == u32::MAX - 1 {
            return Err(ErrorKind::Limit("more than 4,294,967,294 articles; add them in parts".into()).into());
        }
        self.record.clear();
        if self.plot.text {
            record::write_text(document, &mut self.record);
        } else {
            record::write_hashes(document, &prepared.hashes, &prepared.paragraphs, &mut self.record);
        }
        let place = self.texts.push(&self.record, &mut self.out)?;
        let words = prepared.tokens.len() as u32;
        let hash = xxh3_64(&self.record);
        let row = ArticleRow {
            block: place.block.into(),
            start: place.start.into(),
            len: (self.record.len() as u32).into(),
            words: words.into(),
            hash: hash.into(),
        };
        self.described.hashes.push(hash);
        self.articles.write(row.as_bytes())?;
        self.words += u64::from(words);
        self.tokens.write(prepared.tokens.as_bytes())?;
        self.ids.push(Row { key: id_key(&document.id), document: number, position: 0 })?;
        for f in &prepared.fingerprints {
            self.greatest_position = self.greatest_position.max(f.position);
            self.fingerprints.push(Row { key: fingerprint_key(f.hash), document: number, position: f.position })?;
        }
        let mut lanes = [0; super::sections::SIGNATURE];
        if let Some(signature) = &prepared.signature {
            for (lane, short) in lanes.iter_mut().zip(signature) {
                *lane = short.get() as u8;
            }
            for band in 0..Banding::ARTICLE_WIDE.bands() {
                let key = Banding::ARTICLE_WIDE.spread_key(signature, band);
                self.article_bands.push(Row { key, document: number, position: 0 })?;
            }
        }
        self.signatures.write(&lanes)?;
        for (_, signature) in &prepared.paragraph_signatures {
            for band in 0..Banding::PARAGRAPH.bands() {
                let key = Banding::PARAGRAPH.spread_key(signature, band);
                self.paragraph_bands.push(Row { key, document: number, position: 0 })?;
            }
        }
        self.described.push(&document.id, &document.metadata, words, owner);
        Ok(number)
    }

    /// Hash of the record of an article.
    pub(crate) fn hash(&self, number: u32) -> u64 {
        self.described.hashes.get(number as usize).copied().unwrap_or_default()
    }

    /// Keeps an article under another id than it came with.
    pub(crate) fn rename(&mut self, number: u32, id: String) -> Result<()> {
        self.ids.push(Row { key: id_key(&id), document: number, position: 0 })?;
        self.described.aliases.push((number, id));
        Ok(())
    }

    /// Sorts and writes the rest; returns what was written to, not yet synced.
    pub(crate) fn finish(mut self) -> Result<(W, Summary)> {
        let path = self.plot.path.clone();
        let io = |error: io::Error| Error::io(&path, error);
        let documents = self.len();
        let (blocks, dictionary) = self.texts.finish(&mut self.out)?;
        self.out.end().map_err(io)?;
        for (kind, spool) in
            [(kind::BLOCKS, blocks), (kind::ARTICLES, self.articles), (kind::SIGNATURES, self.signatures)]
        {
            self.out.begin(kind).map_err(io)?;
            spool.copy_to(&mut self.out, &path)?;
            self.out.end().map_err(io)?;
        }
        self.described.aliases.sort();
        let mut aliases = Vec::new();
        for (number, id) in &self.described.aliases {
            write_number(*number, &mut aliases);
            write_number(id.len() as u32, &mut aliases);
            aliases.extend_from_slice(id.as_bytes());
        }
        for (kind, bytes) in [(kind::DICTIONARY, dictionary), (kind::ALIASES, aliases)] {
            self.out.begin(kind).map_err(io)?;
            self.out.write_all(&bytes).map_err(io)?;
            self.out.end().map_err(io)?;
        }
        let mut tables = Tables { out: self.out, path: &path, documents, shapes: Vec::new() };
        tables.write(self.ids, 0, &mut |_| Ok(()))?;
        let mut hubs = HubFinder::new(&self.folder, self.plot.memory);
        let shape = Shape::new(self.fingerprints.len(), LOW_BITS[1], documents, self.greatest_position);
        tables.write(self.fingerprints, self.greatest_position, &mut |row| hubs.see(&shape, row))?;
        tables.write(self.article_bands, 0, &mut |_| Ok(()))?;
        tables.write(self.paragraph_bands, 0, &mut |_| Ok(()))?;
        let (hub_rows, count) = hubs.finish(&self.described, self.tokens, self.plot.memory)?;
        tables.write(hub_rows, 0, &mut |_| Ok(()))?;
        let Tables { mut out, shapes, .. } = tables;
        let mut rows = shapes.into_iter();
        let mut shape = || rows.next().unwrap_or(ShapeRow::from(Shape::new(0, 0, 0, 0)));
        let plan = Plan {
            documents: documents.into(),
            text: u32::from(self.plot.text).into(),
            words: self.words.into(),
            hubs: count.into(),
            shapes: [shape(), shape(), shape(), shape(), shape()],
        };
        out.begin(kind::PLAN).map_err(io)?;
        out.write_all(plan.as_bytes()).map_err(io)?;
        out.end().map_err(io)?;
        out.finish().map_err(io)
    }
}

/// Key under which the article of an id is found.
pub(crate) fn id_key(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// Key under which a fingerprint is found: its hash, spread evenly, since winnowing keeps small ones.
pub(crate) fn fingerprint_key(hash: u64) -> u64 {
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Described {
    fn push(&mut self, id: &str, metadata: &Metadata, words: u32, owner: u64) {
        self.times.push(metadata.time.as_ref().map_or(UNDATED, Time::start));
        self.owners.push(owner);
        self.words.push(words);
        self.ids.push_str(id);
        self.id_ends.push(self.ids.len() as u64);
    }

    /// Articles in the order of (time, id), the undated last.
    fn order(&self) -> Vec<u32> {
        let mut id = vec![""; self.times.len()];
        let mut start = 0;
        for (id, &end) in id.iter_mut().zip(&self.id_ends) {
            *id = &self.ids[start..end as usize];
            start = end as usize;
        }
        for (number, alias) in &self.aliases {
            id[*number as usize] = alias;
        }
        let mut order: Vec<u32> = (0..self.times.len() as u32).collect();
        let key = |x: u32| (self.times[x as usize], id[x as usize]);
        order.sort_unstable_by(|&x, &y| key(x).cmp(&key(y)));
        order
    }
}

/// Writes tables of postings, one after the other.
struct Tables<'a, W: Write> {
    out: BlockWriter<W>,
    path: &'a Path,
    documents: u32,
    shapes: Vec<ShapeRow>,
}

impl<W: Write> Tables<'_, W> {
    fn write(&mut self, rows: Sorter, greatest_position: u32, see: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
        let io = |error: io::Error| Error::io(self.path, error);
        let table = self.shapes.len();
        let shape = Shape::new(rows.len(), LOW_BITS[table], self.documents, greatest_position);
        let mut rows = rows.finish()?;
        let kind = kind::TABLES[table];
        self.out.begin(kind + 2).map_err(io)?;
        let mut writer = PostingsWriter::new(shape, &mut self.out);
        while let Some(row) = rows.next()? {
            see(row)?;
            writer.push(row.key, row.document, row.position).map_err(io)?;
        }
        let (slots, samples) = writer.finish().map_err(io)?;
        self.out.end().map_err(io)?;
        for (kind, bytes) in [(kind, slots), (kind + 1, samples)] {
            self.out.begin(kind).map_err(io)?;
            self.out.write_all(&bytes).map_err(io)?;
            self.out.end().map_err(io)?;
        }
        self.shapes.push(shape.into());
        Ok(())
    }
}

/// Finds the fingerprints of very many articles, and then who stands for each context of theirs: as the stars of a scan
/// do, so that asking for one costs nothing that grows with its articles.
struct HubFinder {
    /// Places of hubs, by article.
    members: Sorter,
    stored: u64,
    articles: usize,
    /// Places of the group at hand while it may still be none.
    group: Vec<Row>,
    hubs: u64,
    folder: PathBuf,
}

impl HubFinder {
    fn new(folder: &Path, memory: usize) -> Self {
        Self {
            members: Sorter::new(memory / 100 * 10, folder),
            stored: 0,
            articles: 0,
            group: Vec::new(),
            hubs: 0,
            folder: folder.to_owned(),
        }
    }

    /// Takes the next place, in the order of the table. Keys that are stored alike are one hub: a search cannot tell
    /// them apart either.
    fn see(&mut self, shape: &Shape, row: Row) -> Result<()> {
        let stored = shape.stored(row.key);
        if stored != self.stored {
            self.group.clear();
            self.articles = 0;
            self.stored = stored;
        }
        if self.articles == 0 || self.group.last().is_none_or(|last| last.document != row.document) {
            self.articles += 1;
        }
        if self.articles > HUB {
            if self.group.len() > 1 {
                self.hubs += 1;
                for row in std::mem::take(&mut self.group) {
                    self.keep(row)?;
                }
            }
            self.group.clear();
            self.group.push(row);
            return self.keep(row);
        }
        self.group.push(row);
        Ok(())
    }

    fn keep(&mut self, row: Row) -> Result<()> {
        self.members.push(Row { key: u64::from(row.document), document: row.position, position: 0 })
    }

    /// Rows of (context, article), to be sorted, and the number of hubs.
    fn finish(self, described: &Described, tokens: Spool, memory: usize) -> Result<(Sorter, u64)> {
        let order = described.order();
        let mut ranks = vec![0u32; order.len()];
        for (rank, &number) in order.iter().enumerate() {
            ranks[number as usize] = rank as u32;
        }
        let mut contexts_of_hubs = Sorter::new(memory / 100 * 30, &self.folder);
        let mut reader = Articles { reader: tokens.read()?, words: &described.words, next: 0, tokens: Vec::new() };
        let mut members = self.members.finish()?;
        while let Some(Row { key: number, document: position, .. }) = members.next()? {
            let tokens = reader.tokens(number as usize)?;
            for context in contexts(tokens, position) {
                let rank = ranks.get(number as usize).copied().unwrap_or_default();
                contexts_of_hubs.push(Row { key: context, document: rank, position: 0 })?;
            }
        }
        let mut sorted = contexts_of_hubs.finish()?;
        let mut chosen = Sorter::new(memory / 100 * 10, &self.folder);
        let mut standing = Standing::default();
        while let Some(row) = sorted.next()? {
            if standing.context != row.key {
                standing.close(&mut chosen)?;
                standing.context = row.key;
            }
            let number = order[row.document as usize];
            standing.see(number, described.owners[number as usize]);
        }
        standing.close(&mut chosen)?;
        Ok((chosen, self.hubs))
    }
}

/// Articles that may stand for a context, in the order of time.
#[derive(Default)]
struct Standing {
    context: u64,
    first: Vec<u32>,
    owner: u64,
    /// The first of a second outlet.
    other: Option<u32>,
}

impl Standing {
    fn see(&mut self, number: u32, owner: u64) {
        if self.first.is_empty() {
            self.owner = owner;
        } else if self.other.is_none() && !self.first.contains(&number) && (owner == 0 || owner != self.owner) {
            // Articles without an outlet are each of their own.
            self.other = Some(number);
        }
        if self.first.len() < REPRESENTATIVES && !self.first.contains(&number) {
            self.first.push(number);
        }
    }

    /// The first, the first of a second outlet, and the first of the others.
    fn close(&mut self, chosen: &mut Sorter) -> Result<()> {
        if let Some(other) = self.other.take().filter(|other| !self.first.contains(other)) {
            self.first.truncate(REPRESENTATIVES - 1);
            self.first.push(other);
        }
        for number in self.first.drain(..) {
            chosen.push(Row { key: self.context, document: number, position: 0 })?;
        }
        Ok(())
    }
}

/// Tokens of articles, asked for in rising order.
struct Articles<'a> {
    reader: SpoolReader,
    words: &'a [u32],
    /// The article that the reader comes to next.
    next: usize,
    tokens: Vec<ShortToken>,
}

impl Articles<'_> {
    fn tokens(&mut self, number: usize) -> Result<&[ShortToken]> {
        if number >= self.next {
            let between: u64 = self.words[self.next..number].iter().map(|&words| u64::from(words)).sum();
            self.reader.skip(between * size_of::<ShortToken>() as u64)?;
            self.tokens.clear();
            self.tokens.resize(self.words[number] as usize, ShortToken::default());
            self.reader.fill(self.tokens.as_mut_bytes())?;
            self.next = number + 1;
        }
        Ok(&self.tokens)
    }
}
