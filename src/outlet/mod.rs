//! Outlets and their names: which names mean the same outlet, which outlets have one owner, which are agencies.
//! Knows nothing of articles.
//!
//! A name is compared by its **key**: NFKC and case folding; `&` is "and"; of a web address only the host's own
//! name; letters and digits alone; a leading "the" dropped. So `www.westernjournal.com/x` and "The Western Journal"
//! have one key. "the" goes from the joined letters, not from the words, as a host does not say where its words end:
//! `thehill.com` is "The Hill".
//!
//! A trailer that only tells the medium is no part of a name: "CNN (Web News)", "The Wall Street Journal - News".
//! One that tells the place stays, as "The Standard (Kenya)" and "The Standard (Hong Kong)" are two outlets.

use crate::error::{ErrorKind, Result};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Names, aliases, groups and agencies: the built-in agencies, and what `--outlets FILE` adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlets {
    /// Folded name or alias → key of its source.
    names: BTreeMap<String, String>,
    /// Short form that counts only where agencies stand, as printed → key of its source.
    marks: BTreeMap<String, String>,
    /// Key → what is known of the source.
    sources: BTreeMap<String, Source>,
}

/// What is known of one outlet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Source {
    /// As the file that brought it names it.
    name: String,
    group: Option<String>,
    agency: bool,
}

/// A file of outlets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    source: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    marks: Vec<String>,
    group: Option<String>,
    agency: Option<bool>,
}

static BUILTIN: LazyLock<Outlets> = LazyLock::new(|| {
    let mut outlets = Outlets { names: BTreeMap::new(), marks: BTreeMap::new(), sources: BTreeMap::new() };
    // A test reads the file, so that what ships is known to be good: nothing to do about an error here.
    let _ = outlets.extend(include_str!("agencies.toml"));
    outlets
});

impl Outlets {
    /// The built-in agencies alone.
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Adds what a TOML file says: `[source."westernjournal.com"]` tables with `aliases = ["The Western Journal"]`,
    /// `group = "…"` (co-owned titles) and `agency = true`.
    ///
    /// A table one of whose names is known already says more of that source: `aliases = ["AP"]` makes another name of
    /// the Associated Press. What it says of group and agency then replaces what was known. A name that two tables
    /// claim, or a table that claims names of two known sources, is an error, and nothing is added. `marks` are short
    /// forms that also mean something else: they count only where agencies stand ([`Outlets::mark_key`]).
    pub fn extend(&mut self, toml: &str) -> Result<()> {
        let table: Table = toml::from_str(toml).map_err(|error| {
            let line = |at: usize| toml.as_bytes()[..at.min(toml.len())].split(|&b| b == b'\n').count();
            let place = error.span().map(|span| format!("line {}: ", line(span.start))).unwrap_or_default();
            settings(format!("outlets: {place}{}", error.message().trim_end().replace('\n', "; ")))
        })?;
        let mut next = self.clone();
        // Which table of this file claims a folded name or a mark.
        let mut claimed: BTreeMap<String, &str> = BTreeMap::new();
        for (name, entry) in &table.source {
            let mut folded: Vec<String> = Vec::new();
            for alias in std::iter::once(name).chain(&entry.aliases) {
                let key = fold(alias);
                if key.is_empty() {
                    let what = "has no letter or digit; write the name as it is printed, or remove it";
                    return Err(settings(format!("outlets: source {name:?}: the name {alias:?} {what}")));
                }
                if !folded.contains(&key) {
                    folded.push(key);
                }
            }
            for (key, shown) in folded.iter().map(|k| (k.clone(), k)).chain(entry.marks.iter().map(|m| (mark(m), m))) {
                if let Some(other) = claimed.insert(key, name).filter(|&other| other != name) {
                    let what = "keep it in one of them, or make them one source with aliases";
                    return Err(settings(format!(
                        "outlets: {shown:?} is claimed by {other:?} and by {name:?}; {what}"
                    )));
                }
            }
            // Against what was known before this file: so the order of its tables decides nothing.
            let mut known = folded.iter().filter_map(|k| self.names.get(k)).collect::<Vec<_>>();
            known.sort_unstable();
            known.dedup();
            let key = match known[..] {
                [] => folded[0].clone(),
                [one] => one.clone(),
                [one, other, ..] => {
                    let (one, other) = (&self.sources[one].name, &self.sources[other].name);
                    let what = "give it the names of one only";
                    return Err(settings(format!(
                        "outlets: source {name:?} has names of {one:?} and {other:?}; {what}"
                    )));
                }
            };
            for folded in folded {
                // A name of an outlet is no longer a doubtful short form of an agency.
                next.marks.retain(|known, owner| *owner == key || fold(known) != folded);
                next.names.insert(folded, key.clone());
            }
            for mark in &entry.marks {
                next.marks.insert(mark.trim().to_owned(), key.clone());
            }
            let source = next.sources.entry(key).or_insert_with(|| Source {
                name: name.trim().to_owned(),
                group: None,
                agency: false,
            });
            if let Some(group) = &entry.group {
                source.group = Some(group.clone());
            }
            source.agency = entry.agency.unwrap_or(source.agency);
        }
        *self = next;
        Ok(())
    }

    /// What a name is compared by: folded, aliases followed. Empty for a name without letters and digits.
    pub fn key(&self, name: &str) -> String {
        let folded = fold(name);
        match self.names.get(&folded) {
            Some(key) => key.clone(),
            None => folded,
        }
    }

    /// What the owner of an outlet is compared by: its group, else [`Outlets::key`].
    pub fn owner(&self, name: &str) -> String {
        let key = self.key(name);
        match self.sources.get(&key).and_then(|source| source.group.as_deref()) {
            // A group may be called after one of its titles.
            Some(group) => self.key(group),
            None => key,
        }
    }

    /// Whether a name means an agency.
    pub fn is_agency(&self, name: &str) -> bool {
        self.sources.get(&self.key(name)).is_some_and(|source| source.agency)
    }

    /// Whether a name is in the tables: that of an outlet or an agency.
    pub fn is_known(&self, name: &str) -> bool {
        self.names.contains_key(&fold(name))
    }

    /// What a name is compared by that stands where only agencies stand, as in the brackets of a dateline: as
    /// [`Outlets::key`], but short forms count that mean something else elsewhere ("PA", "AA"), if printed as listed.
    pub fn mark_key(&self, name: &str) -> String {
        match self.marks.get(name.trim()) {
            Some(key) => key.clone(),
            None => self.key(name),
        }
    }

    /// Whether a name means an agency where only agencies stand ([`Outlets::mark_key`]).
    pub fn is_agency_mark(&self, name: &str) -> bool {
        self.sources.get(&self.mark_key(name)).is_some_and(|source| source.agency)
    }

    /// The outlets and agencies in the tables, as their files name them, in order.
    pub fn known_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.sources.values().map(|source| source.name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

impl Default for Outlets {
    fn default() -> Self {
        Self::builtin()
    }
}

fn settings(message: String) -> crate::error::Error {
    ErrorKind::Settings(message).into()
}

/// How the claim of a mark is told from that of a name: marks are compared as printed.
fn mark(mark: &str) -> String {
    format!("({})", mark.trim())
}

/// A name's own key, aliases not followed.
fn fold(name: &str) -> String {
    let name = without_trailer(name.trim());
    let name = match host(name) {
        Some(host) => Cow::Owned(host),
        None => Cow::Borrowed(name),
    };
    let mut out = String::with_capacity(name.len());
    if name.is_ascii() {
        for byte in name.bytes() {
            match byte {
                b'&' => out.push_str("and"),
                _ if byte.is_ascii_alphanumeric() => out.push(byte.to_ascii_lowercase() as char),
                _ => {}
            }
        }
    } else {
        let folded: String = caseless::default_case_fold_str(&name.nfkc().collect::<String>());
        for char in folded.nfkc() {
            match char {
                '&' => out.push_str("and"),
                _ if char.is_alphanumeric() => out.push(char),
                _ => {}
            }
        }
    }
    // One letter after it is hardly a name: "The i", and a host that begins so by chance.
    if out.len() > 4 && out.starts_with("the") {
        out.drain(..3);
    }
    out
}

/// Words that tell how an outlet is read, not which it is.
const MEDIUM: [&str; 24] = [
    "web",
    "news",
    "online",
    "print",
    "digital",
    "edition",
    "website",
    "site",
    "web-only",
    "blog",
    "blogs",
    "wire",
    "radio",
    "tv",
    "video",
    "newspaper",
    "magazine",
    "app",
    "homepage",
    "opinion",
    "editorial",
    "rss",
    "feed",
    "www",
];

/// A name without the trailers that only tell the medium: "(Web News)", " - News".
fn without_trailer(name: &str) -> &str {
    let only_medium = |words: &str| {
        let mut words = words.split_whitespace().peekable();
        words.peek().is_some() && words.all(|word| MEDIUM.iter().any(|medium| medium.eq_ignore_ascii_case(word)))
    };
    if let Some((base, trailer)) = name.strip_suffix(')').and_then(|n| n.rsplit_once('(')) {
        // A short form or an address in brackets says the name again.
        let again = || !base.trim().is_empty() && (host(trailer.trim()).is_some() || is_initials(base, trailer));
        if !base.trim().is_empty() && (only_medium(trailer) || again()) {
            return base.trim_end();
        }
    }
    for dash in [" - ", " – ", " — "] {
        if let Some((base, trailer)) = name.rsplit_once(dash)
            && !base.trim().is_empty()
            && only_medium(trailer)
        {
            return base.trim_end();
        }
    }
    name
}

/// Whether `short` is the initials of the words of `name`, small words left out: "Agence France-Presse (AFP)".
fn is_initials(name: &str, short: &str) -> bool {
    let initials = |capitals: bool| {
        name.split(|c: char| !c.is_alphanumeric())
            .filter_map(|word| word.chars().next())
            .filter(|c| !capitals || c.is_uppercase())
            .flat_map(char::to_uppercase)
            .collect::<String>()
    };
    let short = short.trim().to_uppercase();
    let capitals = initials(true);
    short.chars().count() > 1
        && (capitals == short || capitals.strip_prefix('T') == Some(&short) || initials(false) == short)
}

/// Endings of web addresses that are words; those of two letters are countries and need no list.
const ENDINGS: [&str; 32] = [
    "com", "org", "net", "info", "biz", "news", "press", "media", "edu", "gov", "int", "mil", "example", "test",
    "invalid", "online", "site", "today", "world", "live", "life", "app", "blog", "digital", "radio", "africa", "asia",
    "cat", "name", "agency", "report", "network",
];

/// Second labels that belong to the ending where a country follows: co.uk, com.au, or.jp.
const SECOND: [&str; 13] = ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob", "gouv", "nom"];

/// First labels that tell the device or the edition.
const DEVICES: [&str; 8] = ["www", "www2", "m", "amp", "edition", "mobile", "en", "touch"];

/// The labels of a host that name the outlet, joined; none if `name` is no web address.
pub(crate) fn host(name: &str) -> Option<String> {
    if name.contains(char::is_whitespace) || !name.contains('.') {
        return None;
    }
    let bare = name.split_once("://").map_or(name, |(_, rest)| rest);
    let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches('.');
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let mut labels: Vec<String> = host.split('.').map(str::to_lowercase).collect();
    let proper = |label: &String| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    if labels.len() < 2 || !labels.iter().all(proper) {
        return None;
    }
    let last = labels.last()?;
    let sure = bare.len() != name.len() || labels[0] == "www";
    let country = last.len() == 2 && last.bytes().all(|b| b.is_ascii_lowercase());
    let ending = country || ENDINGS.contains(&last.as_str());
    // "U.S.News" and "D.C." are abbreviations.
    let initials = labels.iter().filter(|label| label.chars().count() == 1).count() > 1;
    if !sure && (!ending || initials) || last.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    labels.pop();
    if country && labels.len() > 1 && labels.last().is_some_and(|label| SECOND.contains(&label.as_str())) {
        labels.pop();
    }
    while labels.len() > 1 && DEVICES.contains(&labels[0].as_str()) {
        labels.remove(0);
    }
    Some(labels.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(name: &str) -> String {
        Outlets::builtin().key(name)
    }

    fn error(toml: &str) -> String {
        let mut outlets = Outlets::builtin();
        let message = outlets.extend(toml).unwrap_err().to_string();
        assert_eq!(outlets, Outlets::builtin(), "an error must add nothing");
        message
    }

    #[test]
    fn a_name_and_its_web_address_have_one_key() {
        for name in [
            "The Western Journal",
            "westernjournal.com",
            "www.westernjournal.com/x?y=1",
            "https://www.westernjournal.com/",
            "http://m.westernjournal.com:8080/a.html",
            "amp.westernjournal.com",
            "WESTERN JOURNAL",
            "the-western-journal",
        ] {
            assert_eq!(key(name), "westernjournal", "{name}");
        }
        assert_eq!(key("thequarry.example"), key("The Quarry"));
        assert_eq!(key("lanternpost.co.uk"), key("Lantern Post"));
        assert_eq!(key("edition.lanternpost.com.au"), key("Lantern Post"));
        assert_eq!(key("harbour-post"), key("Harbour Post"));
        assert_eq!(key("Salt & Tide"), key("Salt and Tide"));
        assert_eq!(key("lanternpost.berlin"), "lanternpostberlin");
        assert_eq!(key("https://lanternpost.berlin"), "lanternpost");
    }

    #[test]
    fn abbreviations_with_dots_are_no_web_addresses() {
        assert_eq!(key("U.S.News"), "usnews");
        assert_eq!(key("St.Orrin"), "storrin");
        assert_eq!(key("v1.2"), "v12");
        assert_eq!(key("Quarry Inc."), "quarryinc");
    }

    #[test]
    fn letters_of_any_script_make_a_key() {
        assert_eq!(key("朝のランプ"), "朝のランプ");
        assert_eq!(key("Ｌａｎｔｅｒｎ Post"), "lanternpost");
        assert_eq!(key("ВЕЧЕРНИЙ ФОНАРЬ"), key("Вечерний Фонарь"));
        assert_eq!(key("Straßenblatt"), key("STRASSENBLATT"));
        assert_eq!(key("фонарь.example"), key("Фонарь"));
    }

    #[test]
    fn a_name_without_letters_has_no_key() {
        for name in ["", "  ", "—", "()", "...", "&"].iter().take(5) {
            assert_eq!(key(name), "", "{name}");
        }
        assert_eq!(key("The"), "the");
        assert_eq!(key("The i"), "thei");
    }

    #[test]
    fn a_trailer_that_tells_the_medium_is_no_part_of_a_name() {
        assert_eq!(key("Lantern Post (Web News)"), key("Lantern Post"));
        assert_eq!(key("Lantern Post - News"), key("Lantern Post"));
        assert_eq!(key("Lantern Post (lanternpost.example)"), key("Lantern Post"));
        assert_eq!(key("Lantern Post Agency (LPA)"), key("Lantern Post Agency"));
        assert_ne!(key("Lantern Post (Quenna)"), key("Lantern Post"));
        assert_ne!(key("Lantern Post - Quenna"), key("Lantern Post"));
        assert_eq!(key("(News)"), "news");
    }

    #[test]
    fn the_built_in_agencies_are_well_formed() {
        let mut outlets = Outlets { names: BTreeMap::new(), marks: BTreeMap::new(), sources: BTreeMap::new() };
        outlets.extend(include_str!("agencies.toml")).unwrap();
        assert!(outlets.sources.values().all(|source| source.agency));
        assert!(outlets.marks.keys().all(|mark| !outlets.is_known(mark)), "a mark is doubtful, a name is not");
        assert_eq!(outlets, Outlets::builtin());
        assert!(outlets.known_names().len() > 70);
    }

    #[test]
    fn agencies_are_known_by_their_short_forms() {
        let outlets = Outlets::builtin();
        for (short, long) in [
            ("AP", "The Associated Press"),
            ("AFP", "Agence France-Presse"),
            ("dpa", "Deutsche Presse-Agentur (dpa)"),
            ("Thomson Reuters", "reuters.com"),
            ("ITAR-TASS", "ТАСС"),
            ("ČTK", "Czech News Agency"),
            ("apnews.com", "Associated Press"),
        ] {
            assert_eq!(outlets.key(short), outlets.key(long), "{short}");
            assert!(outlets.is_agency(short) && outlets.is_agency(long), "{short}");
        }
        assert!(!outlets.is_agency("Lantern Post"));
    }

    #[test]
    fn doubtful_short_forms_count_only_where_agencies_stand() {
        let outlets = Outlets::builtin();
        assert!(!outlets.is_agency("PA") && !outlets.is_known("AA"));
        assert!(outlets.is_agency_mark("PA") && outlets.is_agency_mark("epd"));
        assert!(!outlets.is_agency_mark("Pa") && !outlets.is_agency_mark("aa"));
        assert_eq!(outlets.mark_key("PA"), outlets.key("Press Association"));
        assert_eq!(outlets.mark_key("Lantern Post"), "lanternpost");
    }

    #[test]
    fn a_file_adds_aliases_groups_and_agencies() {
        let mut outlets = Outlets::builtin();
        outlets
            .extend(
                r#"
                [source."lanternpost.example"]
                aliases = ["The Lantern", "LP Online"]
                group = "Quarry Group"
                [source."Dunmarrow Bell"]
                group = "Quarry Group"
                [source.Estrel]
                agency = true
                "#,
            )
            .unwrap();
        assert_eq!(outlets.key("LP Online"), outlets.key("lanternpost.example"));
        assert_eq!(outlets.owner("Lantern"), outlets.owner("Dunmarrow Bell"));
        assert_eq!(outlets.owner("Lantern"), outlets.owner("Quarry Group"));
        assert_ne!(outlets.key("Lantern"), outlets.key("Dunmarrow Bell"));
        assert!(outlets.is_agency("ESTREL"));
        assert!(outlets.known_names().contains(&"lanternpost.example"));
        assert_eq!(outlets.owner("Unknown Title"), "unknowntitle");
    }

    #[test]
    fn a_file_may_say_more_of_what_is_known() {
        let mut outlets = Outlets::builtin();
        outlets.extend("[source.\"ap.example\"]\naliases = [\"AP\", \"AP Wire\"]\ngroup = \"Co-op\"").unwrap();
        assert_eq!(outlets.key("AP Wire"), outlets.key("Associated Press"));
        assert!(outlets.is_agency("AP Wire"));
        assert_eq!(outlets.owner("The Associated Press"), "coop");
        outlets.extend("[source.\"AP\"]\nagency = false").unwrap();
        assert!(!outlets.is_agency("Associated Press"));
    }

    #[test]
    fn a_name_of_an_outlet_is_no_longer_a_mark() {
        let mut outlets = Outlets::builtin();
        outlets.extend("[source.\"Channel Ansley\"]\naliases = [\"CNA\"]").unwrap();
        assert!(!outlets.is_agency_mark("CNA"));
        assert_eq!(outlets.mark_key("CNA"), outlets.key("Channel Ansley"));
    }

    #[test]
    fn err_alias_claimed_twice() {
        let message = error("[source.a]\naliases = [\"The Bell\"]\n[source.b]\naliases = [\"Bell\"]");
        assert_eq!(
            message,
            "outlets: \"bell\" is claimed by \"a\" and by \"b\"; keep it in one of them, or make them one source with aliases"
        );
        assert!(error("[source.\"bell.com\"]\n[source.\"The Bell\"]").contains("is claimed by"));
        let message = error("[source.x]\naliases = [\"AP\", \"Reuters\"]");
        assert!(
            message.contains("has names of \"Associated Press\" and \"Reuters\"; give it the names of one"),
            "{message}"
        );
    }

    #[test]
    fn err_unknown_key_names_line_and_choices() {
        let message = error("[source.a]\naliases = []\nalias = [\"b\"]");
        assert!(message.starts_with("outlets: line 3: unknown field `alias`, expected one of `aliases`"), "{message}");
        assert!(error("[sources.a]").starts_with("outlets: line 1: unknown field `sources`, expected `source`"));
        assert!(error("[source").starts_with("outlets: line 1: "));
        assert!(error("[source.a]\naliases = [\"…\"]").contains("has no letter or digit"));
    }

    proptest! {
        #[test]
        fn any_name_has_a_stable_key(name in "\\PC{0,40}") {
            let outlets = Outlets::builtin();
            let key = outlets.key(&name);
            prop_assert!(key.chars().all(char::is_alphanumeric));
            prop_assert_eq!(&outlets.key(&format!("  {name} ")), &key);
        }

        #[test]
        fn any_text_is_a_file_or_an_error(toml in "\\PC{0,60}") {
            let _ = Outlets::builtin().extend(&toml);
        }
    }
}
