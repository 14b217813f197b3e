//! Plain articles: one file, one article, with front matter or without.

use std::sync::Arc;

use super::compressed::Stream;
use super::discover::Input;
use super::encoding::decode_file;
use super::fields::Field;
use super::front_matter::{self, FrontMatter};
use super::jsonl::too_large;
use super::{Batch, Block, ReadSettings, Shape, Span};
use crate::document::{Document, Metadata};
use crate::error::Reason;

/// Puts a whole file into the batch, to be decoded by whoever parses it.
pub(super) fn read(stream: &mut Stream, input: &Arc<Input>, settings: &ReadSettings, batch: &mut Batch) {
    let limit = settings.limits.record_bytes;
    let mut bytes = Vec::with_capacity(usize::try_from(input.bytes()).unwrap_or(limit).min(limit) + 1);
    stream.fill(&mut bytes, limit + 1);
    if bytes.len() > limit {
        batch.warn(input, None, Reason::TooLarge, too_large(limit));
        return;
    }
    match stream.trouble() {
        None => {}
        Some((Reason::Bomb, _)) => return,
        // A cut-off line is not what its author wrote; the lines before it are.
        Some(_) => bytes.truncate(memchr::memrchr(b'\n', &bytes).map_or(0, |last| last + 1)),
    }
    if !bytes.is_empty() || stream.trouble().is_none() {
        let span = Span { start: 0, end: bytes.len(), line: 0, record: 0 };
        batch.add(Block { bytes, input: input.clone(), shape: Shape::Plain }, vec![span]);
    }
}

/// The article in a file; `None` if it is not text.
pub(super) fn document(bytes: &[u8], input: &Input, settings: &ReadSettings) -> Option<Document> {
    let decoded = decode_file(bytes)?;
    let mut id = input.id.clone();
    let default_source = if input.folder.is_empty() { &settings.default_source } else { &input.folder };
    let (metadata, body_start) = match front_matter::split(&decoded.text, settings) {
        Some(FrontMatter { fields, body_start }) => {
            let given = fields.get(Field::Id);
            if !given.is_empty() {
                id = given.to_owned();
            }
            (fields.metadata(default_source, decoded.invalid), body_start)
        }
        None => {
            let source = default_source.clone();
            (Metadata { source, invalid_bytes: decoded.invalid, ..Metadata::default() }, 0)
        }
    };
    Some(Document { id, metadata, text: decoded.text, body_start: u32::try_from(body_start).ok()? })
}

#[cfg(test)]
mod tests {
    use crate::error::Reason;
    use crate::read::tests::{Folder, limited, one, try_all};

    #[test]
    fn a_file_is_an_article_with_its_line_ends_as_they_are() {
        let all = one("a.txt", "First.\r\n\r\nSecond.\r\n");
        assert_eq!(all.texts(), ["First.\r\n\r\nSecond.\r\n"]);
        assert_eq!(all.documents[0].body_start, 0);
        assert!(all.warnings.is_empty());
    }

    #[test]
    fn front_matter_gives_the_metadata_and_stays_in_the_text() {
        let text = "\u{feff}---\r\nid: x-1\r\nSource: CBS\r\nDate: 2013-09-10\r\n---\r\nObama said.\r\n";
        let all = one("a.md", text);
        let document = &all.documents[0];
        assert_eq!((document.id.as_str(), document.metadata.source.as_str()), ("x-1", "CBS"));
        assert_eq!(document.text, text.trim_start_matches('\u{feff}'));
        assert_eq!(document.body(), "Obama said.\r\n");
        assert!(document.metadata.time.is_some());
    }

    #[test]
    fn front_matter_alone_is_an_empty_article() {
        let all = one("a.md", "---\ntitle: T\n---\n");
        assert_eq!((all.documents[0].body(), all.reasons()), ("", vec![("a.md", None, Reason::Empty)]));
    }

    #[test]
    fn the_outlet_in_the_front_matter_goes_before_the_folder() {
        let folder = Folder::new();
        folder.write("cbs/a.txt", "---\nsource: Reuters\n---\ntext");
        folder.write("nbc/b.txt", "text");
        let all = crate::read::tests::all(&folder.path());
        let sources: Vec<_> = all.documents.iter().map(|document| document.metadata.source.as_str()).collect();
        assert_eq!(sources, ["Reuters", "nbc"]);
    }

    #[test]
    fn a_file_above_the_limit_is_too_large() {
        let folder = Folder::new();
        let path = folder.write("a.txt", "12345678");
        assert!(try_all(std::slice::from_ref(&path), &limited(8)).unwrap().warnings.is_empty());
        let all = try_all(&[path], &limited(7)).unwrap();
        assert_eq!((all.documents.len(), all.reasons()), (0, vec![("a.txt", None, Reason::TooLarge)]));
    }
}
