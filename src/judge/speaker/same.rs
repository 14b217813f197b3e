//! Whether two names are of one speaker. Knows no text around them.

use super::words::{ARTICLE, Class, DOCUMENT, ISSUED, PREPOSITION, ROLE, SPOKEN, TITLE, class_of};

/// Whether two names may be of one speaker: "President Joe Biden" and "Biden", "the White House" and "a White House readout".
pub fn same_speaker(a: &str, b: &str) -> bool {
    let (a, b) = (key(a), key(b));
    let (Some(head), Some(other)) = (a.last(), b.last()) else { return false };
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let contained = short.iter().all(|word| long.contains(word));
    if class_of(head) & ROLE != 0 || class_of(other) & ROLE != 0 {
        return head == other && contained;
    }
    // A last name alone, or a name with and without the middle one.
    head == other && contained && (short.len() == 1 || short[0] == long[0]) && head != "house"
}

/// The words that a speaker is compared by: without case, dots, articles, titles, and without the document that is his.
fn key(name: &str) -> Vec<String> {
    let folded = name.to_lowercase().replace('.', "").replace('’', "'");
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.strip_suffix("'s").unwrap_or(word))
        .filter(|word| !word.is_empty() && class_of(word) & ARTICLE == 0)
        .collect();
    let without = |dropped: Class, words: &[&str]| -> Vec<String> {
        let kept = words.iter().enumerate().filter(|&(at, word)| {
            // A role is its last word: the "president" of "vice president" stays.
            class_of(word) & dropped == 0 || (dropped == TITLE && at + 1 == words.len())
        });
        kept.map(|(_, word)| (*word).to_owned()).collect()
    };
    let named = without(DOCUMENT | ISSUED | PREPOSITION | SPOKEN, &words);
    let named =
        if named.is_empty() { words } else { words.into_iter().filter(|w| named.iter().any(|n| n == w)).collect() };
    let mut out = without(TITLE, &named);
    if out.len() > 1 {
        out.retain(|word| !matches!(word.as_str(), "jr" | "sr" | "ii" | "iii"));
    }
    if let Some(last) = out.last_mut()
        && let Some(singular) = last.strip_suffix('s')
        && class_of(singular) & ROLE != 0
    {
        *last = singular.to_owned();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_speaker() {
        for (a, b) in [
            ("President Ilva Marant", "Marant"),
            ("Sen. Ilva Marant", "ilva marant"),
            ("Ilva K. Marant", "Ilva Marant"),
            ("the Amber Palace", "Amber Palace readout"),
            ("the Amber Palace", "a statement from the Amber Palace"),
            ("spokesman for the Amber Palace", "Amber Palace"),
            ("senior Marant administration official", "senior administration official"),
            ("official", "a senior palace official"),
            ("U.S. Army", "US Army"),
            ("Mr. Hask", "Dorin Hask"),
        ] {
            assert!(same_speaker(a, b) && same_speaker(b, a), "{a} / {b}");
        }
    }

    #[test]
    fn names_of_two_speakers() {
        for (a, b) in [
            ("Ada Finck", "Emil Finck"),
            ("", ""),
            ("", "Ada Finck"),
            ("palace official", "harbour official"),
            ("Amber Palace", "Amber Palace official"),
            ("Ada", "Ada Finck"),
            ("the", "a"),
            ("House", "White House"),
        ] {
            assert!(!same_speaker(a, b) && !same_speaker(b, a), "{a} / {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_name_equals_itself_or_nothing(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            proptest::prop_assert_eq!(same_speaker(&a, &b), same_speaker(&b, &a));
        }
    }
}
