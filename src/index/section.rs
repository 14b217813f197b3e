//! The bytes of a section of a segment: in memory, or in a temporary file once memory is short.

use super::mapping::Mapping;
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;

/// What went wrong with a temporary file in `folder`, and what helps.
pub(super) fn temporary(folder: &Path, error: &io::Error) -> Error {
    let help = "there go articles that outgrow the memory of a scan; give it another folder (TMPDIR) or more memory";
    Error::io(folder, io::Error::new(error.kind(), format!("{error} ({help})")))
}

/// Bytes that go to a file together.
const PIECE: usize = 1 << 20;

/// A section that is written from front to back.
#[derive(Debug, Default)]
pub(super) struct SectionWriter {
    /// The beginning, where that stays in memory though the rest goes to a file.
    head: Vec<u8>,
    /// What is not in the file: all of it until there is one.
    tail: Vec<u8>,
    file: Option<File>,
    in_file: u64,
}

impl SectionWriter {
    /// Bytes so far.
    pub(super) fn len(&self) -> u64 {
        self.head.len() as u64 + self.in_file + self.tail.len() as u64
    }

    /// Appends bytes in memory; [`SectionWriter::settle`] is to follow.
    #[inline]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
    }

    /// Bytes in memory.
    pub(super) fn held(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Whether some of it lies in a file.
    pub(super) fn is_in_file(&self) -> bool {
        self.file.is_some()
    }

    /// Keeps in memory what is there, and writes what is still to come to a file in `folder`. To be said between two
    /// articles: neither half is to hold a part of one.
    pub(super) fn settle_the_rest(&mut self, folder: &Path) -> Result<()> {
        if self.file.is_none() {
            self.head = std::mem::take(&mut self.tail);
        }
        self.settle(folder)
    }

    /// Writes what is in memory to its file in `folder` if that is much, or if there is none yet.
    pub(super) fn settle(&mut self, folder: &Path) -> Result<()> {
        if self.file.is_some() && self.tail.len() < PIECE {
            return Ok(());
        }
        let io = |error: io::Error| temporary(folder, &error);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(folder).map_err(io)?),
        };
        file.write_all(&self.tail).map_err(io)?;
        self.in_file += self.tail.len() as u64;
        if self.tail.capacity() > 2 * PIECE {
            self.tail = Vec::new();
        }
        self.tail.clear();
        Ok(())
    }

    /// The whole section. `folder` is where its file lies, for messages.
    pub(super) fn finish(mut self, folder: Option<&Path>) -> Result<Section> {
        let (Some(mut file), Some(folder)) = (self.file.take(), folder) else { return Ok(Section::Memory(self.tail)) };
        let io = |error: io::Error| temporary(folder, &error);
        file.write_all(&self.tail).map_err(io)?;
        if self.in_file == 0 && self.tail.is_empty() {
            return Ok(Section::Memory(self.head)); // an empty file cannot be mapped
        }
        let rest = Mapping::of(file).map_err(io)?;
        Ok(if self.head.is_empty() { Section::Mapped(rest) } else { Section::Halves(self.head, rest) })
    }
}

/// A section that can be read anywhere.
#[derive(Debug)]
pub(super) enum Section {
    Memory(Vec<u8>),
    Mapped(Mapping),
    /// The beginning in memory, the rest in a file.
    Halves(Vec<u8>, Mapping),
}

impl Default for Section {
    fn default() -> Self {
        Self::Memory(Vec::new())
    }
}

impl Section {
    /// All bytes of a section that has one half only.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Memory(bytes) | Self::Halves(bytes, _) => bytes,
            Self::Mapped(mapping) => mapping,
        }
    }

    /// The bytes at these places, which one article fills; empty where there are none.
    #[inline]
    pub(super) fn get(&self, range: Range<u64>) -> &[u8] {
        let (bytes, start): (&[u8], u64) = match self {
            Self::Memory(bytes) => (bytes, 0),
            Self::Mapped(mapping) => (mapping, 0),
            Self::Halves(head, rest) if range.start >= head.len() as u64 => (rest, head.len() as u64),
            Self::Halves(head, _) => (head, 0),
        };
        bytes.get((range.start - start) as usize..(range.end - start) as usize).unwrap_or_default()
    }

    /// As [`Section::get`], for places that lie far apart: what is in a file is read into `buffer`.
    pub(super) fn read<'a>(&'a self, range: Range<u64>, buffer: &'a mut Vec<u8>) -> &'a [u8] {
        match self.in_file(&range) {
            Some((mapping, range)) => mapping.read(range, buffer),
            None => self.get(range),
        }
    }

    /// Number of bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Memory(bytes) => bytes.len(),
            Self::Mapped(mapping) => mapping.len(),
            Self::Halves(head, rest) => head.len() + rest.len(),
        }
    }

    /// Bytes of memory that a look at these places of a file takes, by estimate; 0 where they are in memory.
    #[inline]
    pub(super) fn look(&self, range: Range<u64>) -> usize {
        self.in_file(&range).map_or(0, |(mapping, range)| mapping.look(range))
    }

    /// The file in which these places lie, and where in it; `None` where they are in memory.
    #[inline]
    fn in_file(&self, range: &Range<u64>) -> Option<(&Mapping, Range<usize>)> {
        let (mapping, start) = match self {
            Self::Mapped(mapping) => (mapping, 0),
            Self::Halves(head, rest) if range.start >= head.len() as u64 => (rest, head.len() as u64),
            _ => return None,
        };
        Some((mapping, (range.start - start) as usize..(range.end - start) as usize))
    }

    /// Whether the bytes from `start` on lie in a file.
    #[inline]
    pub(super) fn is_in_file(&self, start: u64) -> bool {
        match self {
            Self::Memory(_) => false,
            Self::Mapped(_) => true,
            Self::Halves(head, _) => start >= head.len() as u64,
        }
    }

    /// Gives back memory that a file can fill again.
    pub(super) fn release(&self) {
        if let Self::Mapped(mapping) | Self::Halves(_, mapping) = self {
            mapping.release();
        }
    }
}

/// A section of text.
#[derive(Debug)]
pub(super) enum Text {
    Memory(String),
    Mapped(Section),
}

impl Default for Text {
    fn default() -> Self {
        Self::Memory(String::new())
    }
}

impl Text {
    /// Of a section to which nothing but whole texts was written.
    pub(super) fn new(section: Section) -> Self {
        match section {
            Section::Memory(bytes) => Self::Memory(String::from_utf8(bytes).unwrap_or_default()),
            mapped => Self::Mapped(mapped),
        }
    }

    /// The text at these bytes; empty where there is none.
    #[inline]
    pub(super) fn get(&self, range: Range<usize>) -> &str {
        match self {
            Self::Memory(text) => text.get(range).unwrap_or_default(),
            Self::Mapped(section) => {
                let bytes = section.bytes().get(range).unwrap_or_default();
                // Looked at again each time, for a disk may give back other bytes.
                std::str::from_utf8(bytes).unwrap_or_default()
            }
        }
    }

    /// As [`Text::get`], for places that lie far apart: what is in a file is read into `buffer`.
    pub(super) fn read<'a>(&'a self, range: Range<usize>, buffer: &'a mut Vec<u8>) -> &'a str {
        match self {
            Self::Memory(_) => self.get(range),
            Self::Mapped(section) => {
                let bytes = section.read(range.start as u64..range.end as u64, buffer);
                std::str::from_utf8(bytes).unwrap_or_default()
            }
        }
    }

    /// As [`Section::look`].
    #[inline]
    pub(super) fn look(&self, range: Range<usize>) -> usize {
        match self {
            Self::Memory(_) => 0,
            Self::Mapped(section) => section.look(range.start as u64..range.end as u64),
        }
    }

    pub(super) fn release(&self) {
        if let Self::Mapped(section) = self {
            section.release();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]], settled: impl Fn(usize) -> bool) -> Section {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SectionWriter::default();
        for (at, piece) in pieces.iter().enumerate() {
            writer.extend(piece);
            if settled(at) {
                writer.settle(folder.path()).unwrap();
            }
        }
        assert_eq!(writer.len(), pieces.iter().map(|piece| piece.len() as u64).sum::<u64>());
        writer.finish(Some(folder.path())).unwrap()
    }

    #[test]
    fn a_section_is_the_same_in_memory_and_in_a_file() {
        let big: Vec<u8> = (0..3_000_000u32).map(|at| (at % 251) as u8).collect();
        let pieces: [&[u8]; 4] = [b"first", &big, b"", b"last"];
        let all = pieces.concat();
        let (memory, file) = (written(&pieces, |_| false), written(&pieces, |at| at > 0));
        assert!(matches!((&memory, &file), (Section::Memory(_), Section::Mapped(_))));
        assert!(memory.bytes() == all && file.bytes() == all);
        file.release();
        assert!(file.bytes() == all);
    }

    #[test]
    fn a_section_in_two_halves_gives_what_each_article_wrote() {
        let folder = tempfile::tempdir().unwrap();
        for halved in 0..=4 {
            let mut writer = SectionWriter::default();
            let articles: [&[u8]; 4] = [b"one", b"", b"three", b"fourth"];
            let mut places = Vec::new();
            for (at, article) in articles.iter().enumerate() {
                if at >= halved {
                    writer.settle_the_rest(folder.path()).unwrap();
                }
                let start = writer.len();
                writer.extend(article);
                places.push(start..writer.len());
            }
            assert_eq!(writer.held() as u64, writer.len() - writer.in_file);
            let section = writer.finish(Some(folder.path())).unwrap();
            assert_eq!(matches!(section, Section::Halves(..)), (1..4).contains(&halved), "{halved}");
            let mut buffer = Vec::new();
            for ((place, article), number) in places.into_iter().zip(articles).zip(0..) {
                assert_eq!(section.get(place.clone()), article);
                if !article.is_empty() {
                    assert_eq!(section.is_in_file(place.start), number >= halved);
                }
                assert_eq!(section.read(place, &mut buffer), article);
            }
            assert!(section.get(4..99).is_empty());
            assert_eq!(section.len(), articles.concat().len());
        }
    }

    #[test]
    fn text_in_a_file_is_text() {
        let text = Text::new(written(&["Grüße, ".as_bytes(), "Élan".as_bytes()], |_| true));
        assert!(matches!(text, Text::Mapped(_)));
        let mut buffer = Vec::new();
        assert_eq!(
            (text.read(2..7, &mut buffer), Text::Memory("Élan".into()).read(0..5, &mut Vec::new())),
            ("üße", "Élan")
        );
        assert_eq!((text.get(2..7), text.get(3..5), text.get(9..14), text.get(5..99)), ("üße", "", "Élan", ""));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let mut writer = SectionWriter::default();
        let error = writer.settle(Path::new("no such folder")).unwrap_err().to_string();
        assert!(error.starts_with("no such folder: "), "{error}");
    }
}
