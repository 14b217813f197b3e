//! Two versions of a text → which words differ.

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

/// How `version` differs from `text`, in the order of reading.
pub(super) fn compare(text: &str, version: &str) -> Changes {
    if text == version {
        return vec![(Change::Same, version.to_owned())];
    }
    let (old, new) = (words(text), words(version));
    if old.len().max(new.len()) > MAX_WORDS {
        return vec![(Change::Same, version.to_owned())];
    }
    let plain = |words: &[&str]| words.iter().map(|word| plain(word)).collect::<Vec<_>>();
    let mut out = Vec::new();
    let mut push = |change, words: &[&str]| {
        if !words.is_empty() {
            out.push((change, words.join(" ")));
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, &plain(&old), &plain(&new)) {
        let (tag, from, to) = op.as_tag_tuple();
        match tag {
            DiffTag::Equal => push(Change::Same, &new[to]),
            _ => {
                push(Change::Removed, &old[from]);
                push(Change::Added, &new[to]);
            }
        }
    }
    out
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// A word without its punctuation and case; what is punctuation alone stays.
fn plain(word: &str) -> String {
    let bare: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if bare.is_empty() { word.to_owned() } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_told_and_punctuation_is_not() {
        let changes = compare("The dynamic that has been “unfolding,” he said", "the dynamics Unfolding, she said");
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
        assert_eq!(compare(&long, "other"), [(Change::Same, "other".to_owned())]);
    }
}
