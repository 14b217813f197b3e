//! Each knob, its default, its meaning and its check; and the settings id.

use crate::error::{ErrorKind, Result};
use crate::minhash::SIGNATURE_ID;
use crate::outlet::Outlets;
use crate::text::{TOKENIZER_ID, UNICODE_VERSION};
use xxhash_rust::xxh3::xxh3_64;

/// What to look for and how much of it to report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Least equal words of an overlap, 8 or more; twice as many graphemes in scripts without spaces.
    pub min_words: u32,
    /// Which channels propose candidates.
    pub candidates: Channels,
    /// Whether passages of very many articles are written as stars.
    pub pairs: Pairs,
    /// What becomes of words that an outlet shares with itself.
    pub same_source: SameSource,
    /// Only articles that may have come out at most so many days apart are compared, 0 for the same day (UTC); undated
    /// ones always.
    pub window_days: Option<u32>,
    /// Texts that are furniture of an outlet, wherever they stand.
    pub boilerplate: Vec<String>,
    /// Other names of outlets, co-owned titles, agencies.
    pub outlets: Outlets,
}

/// What becomes of words that an outlet shares with itself, in one article or in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SameSource {
    /// They are `self`, counted apart.
    Separate,
    /// They are treated as anybody's.
    Count,
    /// They are left out.
    Skip,
}

impl SameSource {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Separate, Self::Count, Self::Skip];

    /// Name on the command line and in `run.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Separate => "separate",
            Self::Count => "count",
            Self::Skip => "skip",
        }
    }
}

/// The channels that propose candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channels {
    /// Signatures and fingerprints.
    Both,
    /// MinHash signatures and their bands alone: finds near-duplicates and edited paragraphs.
    Lsh,
    /// Fingerprints alone: carries the guarantee of eight words.
    Fingerprints,
}

impl Channels {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Both, Self::Lsh, Self::Fingerprints];

    /// Name on the command line and in `run.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Lsh => "lsh",
            Self::Fingerprints => "fingerprints",
        }
    }

    /// Whether signatures propose.
    pub fn lsh(self) -> bool {
        self != Self::Fingerprints
    }

    /// Whether fingerprints propose.
    pub fn fingerprints(self) -> bool {
        self != Self::Lsh
    }
}

/// How the pairs of a passage that very many articles share are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pairs {
    /// A fingerprint in more than 64 articles links each to the earliest: cost grows with the articles.
    Stars,
    /// Every pair, at a cost that grows with the square.
    All,
}

impl Pairs {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Stars, Self::All];

    /// Name on the command line and in `run.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::All => "all",
        }
    }
}

impl Settings {
    /// Least equal words that any setting may ask for: what the fingerprints guarantee.
    pub const MIN_WORDS: u32 = 8;

    /// Settings for news.
    pub fn news() -> Self {
        Self {
            min_words: Self::MIN_WORDS,
            candidates: Channels::Both,
            pairs: Pairs::Stars,
            same_source: SameSource::Separate,
            window_days: None,
            boilerplate: Vec::new(),
            outlets: Outlets::builtin(),
        }
    }

    /// The texts of a file of boilerplate, parted by blank lines; rulers and other things without a word are none.
    pub fn boilerplate_texts(file: &str) -> Vec<String> {
        let lines: Vec<&str> = file.lines().map(str::trim_end).collect();
        let texts = lines.split(|line| line.is_empty()).map(|text| text.join("\n"));
        texts.filter(|text| text.contains(char::is_alphanumeric)).collect()
    }

    /// Fails where a knob is out of its range, and names it.
    pub fn check(&self) -> Result<()> {
        if self.min_words < Self::MIN_WORDS {
            return Err(ErrorKind::Settings(format!(
                "--min-words {}: at least {}, since shorter runs are not found for certain",
                self.min_words,
                Self::MIN_WORDS
            ))
            .into());
        }
        Ok(())
    }

    /// Least equal words in half words: a word is two, a grapheme of a script without spaces one.
    pub(crate) fn min_half_words(&self) -> u32 {
        self.min_words.saturating_mul(2)
    }

    /// What the tokens, shingles and signatures of a corpus depend on: those of another id cannot be mixed.
    pub fn format_ids() -> [(&'static str, String); 4] {
        let (major, minor, patch) = UNICODE_VERSION;
        [
            ("tokenizer", TOKENIZER_ID.to_string()),
            ("unicode", format!("{major}.{minor}.{patch}")),
            ("fingerprints", "winnow-5-4-9-8-xxh3-1".to_string()),
            ("signatures", SIGNATURE_ID.to_string()),
        ]
    }

    /// 16 hex digits over [`Settings::format_ids`].
    pub fn id() -> String {
        let text: String = Self::format_ids().iter().map(|(name, id)| format!("{name}={id}\n")).collect();
        format!("{:016x}", xxh3_64(text.as_bytes()))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::news()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_boilerplate_are_parted_by_blank_lines_alone() {
        let file = "Sign up\r\nfor letters.\r\n \t\r\n\r\nAll rights reserved.\r\n\r\n———\r\n";
        assert_eq!(Settings::boilerplate_texts(file), ["Sign up\nfor letters.", "All rights reserved."]);
        assert!(Settings::boilerplate_texts("\n \n—\n").is_empty());
    }

    #[test]
    fn fewer_words_than_the_guarantee_are_refused() {
        let settings = Settings { min_words: 7, ..Settings::news() };
        assert!(settings.check().is_err_and(|e| e.to_string().contains("--min-words 7")));
        assert!(Settings::news().check().is_ok());
    }
}
