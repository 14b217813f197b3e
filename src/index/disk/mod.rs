//! Segments and their manifest on disk. `FORMAT.md` tells them byte by byte.
//!
//! Nothing in a file is trusted: lengths are checked before anything is allocated or read, and bytes against their
//! checksum at every read.

pub(crate) mod bits;
pub(crate) mod blocks;
mod faulty;
pub(crate) mod file;
pub(crate) mod manifest;
pub(crate) mod postings;
pub(crate) mod record;
pub(crate) mod sections;
pub(crate) mod sorter;
pub(crate) mod spool;
pub(crate) mod storage;
pub(crate) mod texts;
pub(crate) mod writer;

use crate::error::Result;
use std::borrow::Cow;
use std::path::Path;

/// A file of which any piece can be read.
pub(crate) trait Bytes {
    /// The `len` bytes from `start`, neither more nor fewer: an error where the file ends before or is damaged.
    fn bytes(&self, start: u64, len: usize) -> Result<Cow<'_, [u8]>>;

    /// Where the file is, for messages.
    fn path(&self) -> &Path;
}

#[cfg(test)]
mod tests {
    use super::manifest::{self, Manifest};
    use super::postings::Shape;
    use super::sections::{ArticleRow, LOW_BITS, Plan, SIGNATURE, ShapeRow, kind};
    use super::{blocks, storage, texts, writer};
    use crate::settings::Settings;
    use std::path::Path;

    const FORMAT: &str = include_str!("../FORMAT.md");

    /// Cells of the rows of all tables whose cell `at` is `name` in code marks.
    fn row(at: usize, name: &str) -> Vec<&'static str> {
        let rows = FORMAT.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
        let cells = |row: &'static str| row.split(" | ").collect::<Vec<_>>();
        let mut found = rows.map(cells).filter(|cells| cells.get(at) == Some(&format!("`{name}`").as_str()));
        let row = found.next().unwrap_or_else(|| panic!("{name} is not in FORMAT.md"));
        assert!(found.next().is_none(), "{name} stands twice in FORMAT.md");
        row
    }

    #[test]
    fn the_format_file_names_the_sections_that_are_written() {
        let sections = [
            ("PLAN", kind::PLAN),
            ("ARTICLES", kind::ARTICLES),
            ("TEXTS", kind::TEXTS),
            ("BLOCKS", kind::BLOCKS),
            ("DICTIONARY", kind::DICTIONARY),
            ("SIGNATURES", kind::SIGNATURES),
            ("ALIASES", kind::ALIASES),
        ];
        for (name, kind) in sections {
            assert_eq!(row(1, name)[0], kind.to_string(), "{name}");
        }
        let names = ["IDS", "FINGERPRINTS", "ARTICLE_BANDS", "PARAGRAPH_BANDS", "HUBS"];
        for (name, kind) in names.into_iter().zip(kind::TABLES) {
            assert_eq!(row(1, name)[0], format!("{kind}, {}, {}", kind + 1, kind + 2), "{name}");
        }
        let low_bits = LOW_BITS.map(|bits| bits.to_string()).join(", ");
        assert!(FORMAT.contains(&format!("* l is {low_bits} for the tables in their order")), "{low_bits}");
    }

    #[test]
    fn the_format_file_tells_the_constants_as_they_are() {
        let path = Path::new("x");
        let manifest = Manifest::default().encode(path).unwrap();
        let (segment, _) = blocks::BlockWriter::new(Vec::new(), 0, 0).unwrap().finish().unwrap();
        let magic = |bytes: &[u8]| format!("`{}`", std::str::from_utf8(&bytes[..8]).unwrap());
        let number = |bytes: &[u8], at| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let slots = 1 << 20;
        let shape = Shape::new(slots, 0, 1, 0);
        let constants = [
            ("MANIFEST_MAGIC", magic(&manifest)),
            ("SEGMENT_MAGIC", magic(&segment)),
            ("MANIFEST_MAJOR", number(&manifest, 8).to_string()),
            ("SEGMENT_MAJOR", number(&segment, 8).to_string()),
            ("MINOR", number(&manifest, 10).max(number(&segment, 10)).to_string()),
            ("MAX_PAYLOAD", manifest::MAX_PAYLOAD.to_string()),
            // Of the default manifest: generation, two counts and one flag.
            ("ENVELOPE", (manifest.len() - (8 + 8 + 1 + 8)).to_string()),
            ("SAMPLED", (slots / (shape.samples_len().unwrap() / 8)).to_string()),
            ("PLAN_BYTES", size_of::<Plan>().to_string()),
            ("ARTICLE_BYTES", size_of::<ArticleRow>().to_string()),
            ("BLOCK_BYTES", size_of::<texts::BlockRow>().to_string()),
            ("LANES", SIGNATURE.to_string()),
            ("HUB", writer::HUB.to_string()),
        ];
        for (name, value) in constants {
            assert_eq!(row(0, name)[1], value, "{name}");
        }
        assert_eq!(size_of::<Plan>(), 24 + 5 * size_of::<ShapeRow>());
        for name in [manifest::MANIFEST, storage::LOCK] {
            row(0, name);
        }
    }

    #[test]
    fn the_format_file_names_the_settings() {
        for (name, id) in Settings::format_ids() {
            assert!(row(0, name)[1].ends_with(&format!("`{id}`")), "{name} {id}");
        }
    }
}
