//! Two versions of a text → which words differ.

use ahash::AHashMap;
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Words of a version beyond which two are not compared word by word.
const MAX_WORDS: usize = 4_000;

/// A stretch of a version beside the text it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The same words, punctuation and case aside.
    Same,
    /// Words that only this version has.
    Added,
    /// Words that it has not.
    Removed,
}

/// Stretches of a text in the order of reading, each with what became of it.
pub(super) type Changes = Vec<(Change, String)>;

/// A text that versions of it are compared with: its words are taken apart once.
pub(super) struct Original<'a> {
    text: &'a str,
    words: Vec<&'a str>,
    /// Number of each of its words; equal for those that differ by punctuation and case alone.
    numbers: Vec<u32>,
    numbering: Numbering,
}

impl<'a> Original<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut numbering = Numbering::default();
        let words = words(text);
        let numbers = words.iter().map(|word| numbering.number(word)).collect();
        Self { text, words, numbers, numbering }
    }

    /// How `version` differs from it, in the order of reading.
    pub(super) fn compare(&mut self, version: &str) -> Changes {
        if self.text == version {
            return vec![(Change::Same, version.to_owned())];
        }
        let new = words(version);
        if self.words.len().max(new.len()) > MAX_WORDS {
            return vec![(Change::Same, version.to_owned())];
        }
        let numbers: Vec<u32> = new.iter().map(|word| self.numbering.number(word)).collect();
        let mut out = Vec::new();
        let mut push = |change, words: &[&str]| {
            if !words.is_empty() {
                out.push((change, words.join(" ")));
            }
        };
        for op in capture_diff_slices(Algorithm::Myers, &self.numbers, &numbers) {
            let (tag, from, to) = op.as_tag_tuple();
            match tag {
                DiffTag::Equal => push(Change::Same, &new[to]),
                _ => {
                    push(Change::Removed, &self.words[from]);
                    push(Change::Added, &new[to]);
                }
            }
        }
        out
    }
}

/// Numbers words, in the order in which they come.
#[derive(Default)]
struct Numbering {
    numbers: AHashMap<String, u32>,
    /// The word that is looked up.
    plain: String,
}

impl Numbering {
    /// The same number for words that differ by punctuation and case alone; what is punctuation alone stays as it is.
    fn number(&mut self, word: &str) -> u32 {
        self.plain.clear();
        if word.is_ascii() {
            let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
            self.plain.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            self.plain.extend(word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
        }
        let key = if self.plain.is_empty() { word } else { &self.plain };
        if let Some(&number) = self.numbers.get(key) {
            return number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(key.to_owned(), number);
        number
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_told_and_punctuation_is_not() {
        let mut original = Original::new("The dynamic that has been “unfolding,” he said");
        let changes = original.compare("the dynamics Unfolding, she said");
        let shown: Vec<(Change, &str)> = changes.iter().map(|(change, words)| (*change, words.as_str())).collect();
        let expected = [
            (Change::Same, "the"),
            (Change::Removed, "dynamic that has been"),
            (Change::Added, "dynamics"),
            (Change::Same, "Unfolding,"),
            (Change::Removed, "he"),
            (Change::Added, "she"),
            (Change::Same, "said"),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_too_long_is_shown_as_it_is() {
        let long = "word ".repeat(5_000);
        assert_eq!(Original::new(&long).compare("other"), [(Change::Same, "other".to_owned())]);
    }
}
