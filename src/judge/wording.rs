//! Whether two wordings are the same words in another spelling.
//!
//! The same: hyphenated, split and joined words; contractions and what they stand for ("we’re", "we are": other words,
//! but nobody would call the quotation altered); British and American spelling; accents; "gonna" and its like; titles
//! and months in short; U.S.
//! A rule of spelling may map two words to one that is none: it is only asked about words that stand in each other's
//! place, and then both would have to be words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether both are the same words.
pub(super) fn same_wording<'a>(
    a: impl Iterator<Item = &'a str> + Clone,
    b: impl Iterator<Item = &'a str> + Clone,
) -> bool {
    // 's may stand for is, has or us, 'd for would or had.
    const READINGS: [(&str, &str); 4] = [("is", "would"), ("has", "had"), ("us", "would"), ("", "")];
    // Of words without an apostrophe all readings are one. What is folded may turn into one: no ASCII does.
    let plain = |word: &str| word.is_ascii() && !word.contains('\'');
    let several = !a.clone().chain(b.clone()).all(plain);
    let readings = if several { &READINGS[..] } else { &READINGS[..1] };
    readings.iter().any(|&reading| folded(a.clone(), reading) == folded(b.clone(), reading))
}

/// The words without case, accents and what parts them.
fn folded<'a>(words: impl Iterator<Item = &'a str>, (s, d): (&str, &str)) -> String {
    let mut out = String::new();
    for word in words {
        if matches!(word, "U.S" | "US") {
            out.push_str("unitedstates");
            continue;
        }
        let plain: String = match word.is_ascii() {
            true => {
                word.chars().filter(|&c| c == '\'' || c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
            }
            false => word
                .nfkd()
                .filter(|&c| !is_combining_mark(c))
                .flat_map(char::to_lowercase)
                .map(|c| if matches!(c, '‘' | '’' | 'ʼ') { '\'' } else { c })
                .filter(|&c| c == '\'' || c.is_alphanumeric())
                .collect(),
        };
        let (stem, ending) = plain.split_once('\'').unwrap_or((&plain, ""));
        let (stem, ending) = match (stem, ending) {
            ("can", "t") => ("can", "not"),
            ("won", "t") => ("will", "not"),
            ("shan", "t") => ("shall", "not"),
            (stem, "t") if stem.len() > 1 && stem.ends_with('n') => (&stem[..stem.len() - 1], "not"),
            (stem, "re") => (stem, "are"),
            (stem, "ve") => (stem, "have"),
            (stem, "ll") => (stem, "will"),
            (stem, "m") => (stem, "am"),
            (stem, "s") if !s.is_empty() => (stem, s),
            (stem, "d") if !d.is_empty() => (stem, d),
            other => other,
        };
        out.push_str(&spelling(stem));
        out.push_str(ending);
    }
    out
}

/// Words that no rule reaches, with the form they are compared in; also titles and months in short. Sorted.
const FORMS: [(&str, &str); 56] = [
    ("acknowledgement", "acknowledgment"),
    ("ageing", "aging"),
    ("alright", "allright"),
    ("apr", "april"),
    ("aug", "august"),
    ("cause", "because"),
    ("cheque", "check"),
    ("cosy", "cozy"),
    ("dec", "december"),
    ("distil", "distill"),
    ("dr", "doctor"),
    ("em", "them"),
    ("enrol", "enroll"),
    ("enrolment", "enrollment"),
    ("feb", "february"),
    ("fulfil", "fulfill"),
    ("fulfilment", "fulfillment"),
    ("gen", "general"),
    ("gonna", "goingto"),
    ("gotta", "gotto"),
    ("gov", "governor"),
    ("grey", "gray"),
    ("instil", "instill"),
    ("jan", "january"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("kerb", "curb"),
    ("licence", "license"),
    ("lt", "lieutenant"),
    ("manoeuvre", "maneuver"),
    ("mould", "mold"),
    ("mr", "mister"),
    ("nov", "november"),
    ("oct", "october"),
    ("okay", "ok"),
    ("paediatric", "pediatric"),
    ("plough", "plow"),
    ("practise", "practice"),
    ("practised", "practiced"),
    ("practising", "practicing"),
    ("programme", "program"),
    ("programmes", "programs"),
    ("rep", "representative"),
    ("reps", "representatives"),
    ("sceptic", "skeptic"),
    ("sceptical", "skeptical"),
    ("scepticism", "skepticism"),
    ("sen", "senator"),
    ("sens", "senators"),
    ("sept", "september"),
    ("skilful", "skillful"),
    ("smoulder", "smolder"),
    ("storey", "story"),
    ("tyre", "tire"),
    ("wanna", "wantto"),
    ("wilful", "willful"),
];

/// Beginnings of the endings of -ise and -yse.
const ISE: [&str; 8] = ["e", "ed", "es", "er", "ers", "ing", "ation", "ations"];
/// Endings before which British English doubles an l.
const DOUBLED: [&str; 7] = ["ed", "ing", "er", "ers", "or", "ors", "ous"];

/// The American spelling of a word in lower case, or what the same rules make of another.
fn spelling(word: &str) -> String {
    if let Ok(at) = FORMS.binary_search_by_key(&word, |form| form.0) {
        return FORMS[at].1.to_string();
    }
    let mut out = word.to_string();
    if !out.is_ascii() {
        return out;
    }
    // colour, neighbours, favourite; not four, hour, your
    if let Some(at) = out.find("our").filter(|&at| at >= 2) {
        out.replace_range(at..at + 3, "or");
    }
    // realise, organisation, analysed
    for ending in ISE {
        let Some(stem) = out.strip_suffix(ending) else { continue };
        let len = stem.len();
        if len >= 5 && (stem.ends_with("is") || stem.ends_with("lys")) {
            out.replace_range(len - 1..len, "z");
            break;
        }
    }
    // travelled, modelling, counsellor
    for ending in DOUBLED {
        let Some(stem) = out.strip_suffix(ending) else { continue };
        let len = stem.len();
        if len >= 6 && (stem.ends_with("ell") || stem.ends_with("all") || stem.ends_with("oll")) {
            out.remove(len - 1);
            break;
        }
    }
    let plural = if out.ends_with('s') { out.len() - 1 } else { out.len() };
    let stem = &out[..plural];
    // centre, fibres; defence; dialogue; towards
    if stem.len() >= 5 && (stem.ends_with("tre") || stem.ends_with("bre")) {
        out.replace_range(plural - 2..plural, "er");
    } else if stem.ends_with("ence") && stem.len() >= 6 {
        out.replace_range(plural - 2..plural, "se");
    } else if stem.ends_with("ogue") && stem.len() >= 7 {
        out.replace_range(plural - 2..plural, "");
    } else if out.ends_with("wards") {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        same_wording(a.split(' '), b.split(' '))
    }

    #[test]
    fn the_words_that_no_rule_reaches_are_sorted() {
        assert!(FORMS.is_sorted_by(|x, y| x.0 < y.0));
    }

    #[test]
    fn british_and_american_spelling_are_one() {
        for (a, b) in [
            ("colour", "color"),
            ("neighbours’", "neighbors'"),
            ("organisations", "organizations"),
            ("realised", "realized"),
            ("analyse", "analyze"),
            ("travelling", "traveling"),
            ("counsellors", "counselors"),
            ("centres", "centers"),
            ("defence", "defense"),
            ("catalogues", "catalogs"),
            ("towards", "toward"),
            ("programme", "program"),
            ("café", "cafe"),
            ("Gov", "Governor"),
            ("U.S", "United States"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn other_words_stay_apart() {
        for (a, b) in [
            ("four", "for"),
            ("hour", "her"),
            ("filled", "filed"),
            ("advice", "advise"),
            ("neighbour", "neighbours"),
            ("demands", "demand"),
            ("were", "we are"),
            ("its", "it is"),
            ("can", "cannot"),
            ("called", "caled"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn contractions_are_what_they_stand_for() {
        for (a, b) in [
            ("we’re", "we are"),
            ("can't", "cannot"),
            ("can't", "can not"),
            ("don’t", "do not"),
            ("won't", "will not"),
            ("it's", "it is"),
            ("it's", "it has"),
            ("I'd", "I had"),
            ("let's", "let us"),
            ("Tarsenia's", "Tarsenia is"),
            ("going to", "gonna"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn hyphens_neither_part_nor_join_words() {
        assert!(same("de escalation", "deescalation"));
        assert!(same("all right", "alright"));
    }
}
