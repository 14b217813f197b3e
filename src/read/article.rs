//! The one article that somebody names by its file, to ask about it.

use std::path::Path;

use super::{ReadSettings, Reader, discover_from};
use crate::document::Document;
use crate::error::{Error, Result};

/// The one article of a file, or of standard input where the path is `-`; its id is what [`discover_from`] gives it.
///
/// An error where there is none, which then tells all that was met and left out, and where there are several.
pub fn one_article(here: Option<&Path>, path: &Path, settings: &ReadSettings) -> Result<Document> {
    let name = path.display().to_string();
    let found = discover_from(here, &[path.to_owned()])?;
    let mut trouble: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    let mut reader = Reader::new(found.inputs, settings.clone());
    let mut documents = Vec::new();
    while let Some(mut batch) = reader.next_batch()? {
        trouble.extend(batch.warnings().iter().map(ToString::to_string));
        for record in batch.records() {
            let parsed = record.parse(settings);
            trouble.extend(parsed.warnings.iter().map(ToString::to_string));
            documents.extend(parsed.document);
            if documents.len() > 1 {
                return Err(Error::input(name, "holds several articles; ask about one at a time, or scan them all"));
            }
        }
    }
    match documents.pop() {
        Some(document) => Ok(document),
        None if trouble.is_empty() => Err(Error::input(name, "no article in it")),
        None => Err(Error::input(name, format!("no article in it; {}", trouble.join("; ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::Folder;
    use super::*;

    #[test]
    fn the_one_article_of_a_file_is_read_and_several_or_none_are_told() {
        let folder = Folder::new();
        let read = |name: &str, bytes: &str| {
            let path = folder.write(name, bytes);
            let read = one_article(Some(&folder.path()), &path, &ReadSettings::default());
            let place = folder.path().display().to_string();
            read.map(|document| (document.id, document.text)).map_err(|error| error.to_string().replace(&place, ""))
        };
        assert_eq!(read("a.txt", "Some words"), Ok(("a.txt".to_owned(), "Some words".to_owned())));
        assert_eq!(read("a.jsonl", "{\"id\":\"x\",\"text\":\"one\"}\n"), Ok(("x".to_owned(), "one".to_owned())));
        let several = read("b.jsonl", "{\"text\":\"one\"}\n{\"text\":\"two\"}\n");
        assert_eq!(several, Err("/b.jsonl: holds several articles; ask about one at a time, or scan them all".into()));
        assert_eq!(read("c.jsonl", "\n"), Err("/c.jsonl: no article in it".into()));
        let broken = read("d.jsonl", "{\n").unwrap_err();
        assert!(broken.starts_with("/d.jsonl: no article in it; d.jsonl:1: bad record: "), "{broken}");
        assert!(one_article(None, &folder.path().join("none"), &ReadSettings::default()).is_err());
    }
}
