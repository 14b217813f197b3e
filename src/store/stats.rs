//! What an index holds, in numbers.

use super::Store;
use crate::error::Result;
use serde::Serialize;

/// Numbers of an index.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stats {
    /// Articles.
    pub documents: u64,
    /// Articles that are removed or replaced and still take room.
    pub removed: u64,
    /// Words of the articles.
    pub words: u64,
    /// Files.
    pub segments: u64,
    /// Commits that led here.
    pub generation: u64,
    /// Whether texts are kept.
    pub text: bool,
    /// Fingerprints in more than 64 articles of a segment, asked through the runs of eight words around them.
    pub hubs: u64,
    /// Bytes a part.
    pub bytes: PartBytes,
    /// All bytes ÷ articles.
    pub bytes_per_article: f64,
    /// What tokens, shingles and signatures depend on.
    pub settings: Vec<(String, String)>,
    /// Over `settings`.
    pub settings_id: String,
}

/// Bytes on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartBytes {
    /// Fingerprints, and who stands for hubs.
    pub fingerprints: u64,
    /// Signatures of articles.
    pub signatures: u64,
    /// Bands of articles and paragraphs.
    pub bands: u64,
    /// Texts, or hashes of words, with what is known of each article.
    pub text: u64,
    /// The table of articles and ids.
    pub articles: u64,
    /// Headers, checksums, the manifest.
    pub overhead: u64,
    /// All of it.
    pub total: u64,
}

impl Store {
    /// Counts what the index holds.
    pub fn stats(&self) -> Result<Stats> {
        let manifest = self.manifest.encode(&self.folder)?.len() as u64;
        let mut bytes = PartBytes { overhead: manifest, ..PartBytes::default() };
        let mut words = 0;
        for segment in &self.segments {
            let sizes = segment.file.sizes();
            bytes.fingerprints += sizes.fingerprints;
            bytes.signatures += sizes.signatures;
            bytes.bands += sizes.bands;
            bytes.text += sizes.text;
            bytes.articles += sizes.articles;
            bytes.overhead += sizes.overhead;
            for number in (0..segment.file.documents()).filter(|&number| segment.holds(number)) {
                words += u64::from(segment.file.article(number)?.words.get());
            }
        }
        bytes.total = self.bytes() + manifest;
        let documents = self.len();
        Ok(Stats {
            documents,
            removed: self.segments.iter().map(|s| s.removed.len() as u64).sum(),
            words,
            segments: self.segments.len() as u64,
            generation: self.generation(),
            text: self.has_text(),
            hubs: self.segments.iter().map(|s| s.file.hubs()).sum(),
            bytes,
            bytes_per_article: bytes.total as f64 / documents.max(1) as f64,
            settings: self.manifest.settings.clone(),
            settings_id: crate::Settings::id(),
        })
    }
}
