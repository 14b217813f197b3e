//! Every key of the configuration file: its default, and one line that explains it; what a mistyped one may have meant.

use std::fmt::Write as _;

/// A key of a table.
pub(super) struct Key {
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    /// As TOML; none if it is not set.
    pub(super) default: Option<&'static str>,
    /// A value for those that are not set.
    example: &'static str,
    says: &'static str,
}

impl Key {
    const fn new(table: &'static str, name: &'static str, default: &'static str, says: &'static str) -> Self {
        Self { table, name, default: Some(default), example: "", says }
    }

    const fn unset(table: &'static str, name: &'static str, example: &'static str, says: &'static str) -> Self {
        Self { table, name, default: None, example, says }
    }
}

/// In the order in which they are written and shown.
pub(super) const KEYS: [Key; 15] = [
    Key::new("input", "source", "\"\"", "Outlet of articles that name none."),
    Key::new(
        "input",
        "fields",
        "{}",
        "What inputs call id, text, source, time, title, url, canonical: { text = \"raw_body\" }, or a list of names.",
    ),
    Key::new("match", "min_words", "8", "Least equal words of an overlap, 8 or more."),
    Key::new(
        "match",
        "window",
        "\"all\"",
        "Most days between two articles that are compared, as 14 or \"14d\"; undated ones are compared with all.",
    ),
    Key::new(
        "match",
        "same_source",
        "\"separate\"",
        "Words that an outlet shares with itself: \"separate\" (counted apart), \"count\" (as anybody's), \"skip\".",
    ),
    Key::new("match", "candidates", "\"both\"", "How candidates are found: \"both\", \"lsh\", \"fingerprints\"."),
    Key::new(
        "boilerplate",
        "files",
        "[]",
        "Files of texts that are boilerplate wherever they stand, parted by blank lines; from the folder of this file.",
    ),
    Key::unset(
        "check",
        "corpus",
        "\"news.index\"",
        "What articles are compared with: an index, a folder or a file; from the folder of this file.",
    ),
    Key::new(
        "check",
        "max_unattributed",
        "\"10%\"",
        "Most unattributed words of an article; counts from 20 unattributed words on.",
    ),
    Key::new("check", "max_run", "30", "Longest run of unattributed words that may pass."),
    Key::new("check", "min_unique", "\"0%\"", "Least unique words of an article."),
    Key::new("check", "max_resemblance", "0.8", "Most resemblance to one other article, from 0 to 1."),
    Key::new("check", "fail_on", "\"new\"", "Which findings fail: \"new\" (not in the baseline), \"any\", \"none\"."),
    Key::unset(
        "check",
        "baseline",
        "\"wirecopy-baseline.json\"",
        "The list of known reuse that `wirecopy baseline` keeps; from the folder of this file.",
    ),
    Key::new("check", "exit_code", "1", "Exit code where reuse is over the limit, 1 to 255."),
];

/// What stands in no table of [`KEYS`].
const EXAMPLES: &str = "\
# Other names of an outlet, its owner, whether it is an agency, short forms that count only where agencies stand.
# [source.\"lisk.example\"]
# aliases = [\"The Lisk Herald\"]
# group = \"Lisk Media\"
# agency = false
# marks = []

# Reuse that may pass, each rule one of: phrase, key (of a finding), pair (of ids), source.
# [[allow]]
# phrase = \"words that everybody may use\"
# reason = \"licensed\"
# until = 2027-01-01
";

/// Keys of a `[source.\"…\"]` table.
pub(super) const OF_SOURCE: [&str; 4] = ["aliases", "group", "agency", "marks"];

/// Keys of an `[[allow]]` table; the first four say what is allowed.
pub(super) const OF_ALLOW: [&str; 6] = ["phrase", "key", "pair", "source", "reason", "until"];

/// Tables of the file.
pub(super) const TABLES: [&str; 6] = ["input", "match", "boilerplate", "check", "source", "allow"];

/// Names of the keys of a table.
pub(super) fn of_table(table: &str) -> Vec<&'static str> {
    KEYS.iter().filter(|key| key.table == table).map(|key| key.name).collect()
}

/// What to do about a name that is not known.
pub(super) fn advice(wrong: &str, known: &[&str]) -> String {
    match nearest(wrong, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are {}", known.join(", ")),
    }
}

/// The known name that a wrong one is most like, if it is like any.
fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    /// Below it two names have little in common.
    const LIKE: f64 = 0.6;
    let wrong = wrong.to_lowercase().replace('-', "_");
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&wrong, name);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= LIKE).then_some(best)
}

/// A file that says every default, each line commented out.
pub(super) fn template() -> String {
    let mut out = String::from(
        "# Settings of wirecopy for this folder and those below it. Flags win over what stands here.\n\
         # What is commented out is the default, or an example where it says so.\n",
    );
    let mut table = "";
    for key in &KEYS {
        if key.table != table {
            table = key.table;
            let _ = writeln!(out, "\n[{table}]");
        }
        let (note, value) = match key.default {
            Some(default) => ("", default),
            None => (" Not set; an example:", key.example),
        };
        let _ = writeln!(out, "# {}{note}\n# {} = {value}", key.says, key.name);
    }
    out.push('\n');
    out.push_str(EXAMPLES);
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::super::{CheckValues, Config};
    use super::*;
    use crate::cli::args::{Candidates, OwnWords, Window};
    use std::path::Path;

    fn read(text: &str) -> Config {
        parse(text, Path::new("wirecopy.toml")).unwrap()
    }

    #[test]
    fn the_file_that_init_writes_says_nothing_and_so_the_defaults_hold() {
        let config = read(&template());
        assert!(config.said.is_empty() && config.outlets.is_empty());
        assert_eq!(config.check, CheckValues::default());
    }

    #[test]
    fn the_defaults_that_it_shows_are_the_defaults() {
        let defaults = KEYS.iter().filter_map(|key| Some((key, key.default?)));
        let text: String = defaults.map(|(key, default)| format!("{}.{} = {default}\n", key.table, key.name)).collect();
        let config = read(&text);
        assert_eq!(config.check, CheckValues::default());
        assert_eq!((config.source.as_deref(), config.min_words), (Some(""), Some(wirecopy::Settings::MIN_WORDS)));
        assert_eq!((config.same_source, config.candidates), (Some(OwnWords::default()), Some(Candidates::default())));
        assert_eq!(config.window, Some(Window(None)));
        assert!(config.fields.is_empty() && config.boilerplate.is_empty());
        // What is shown of a value that is set is what is shown of a default.
        for key in KEYS.iter().filter(|key| key.default.is_some()) {
            let name = format!("{}.{}", key.table, key.name);
            let said = config.said.iter().find(|said| said.name == name).unwrap();
            assert_eq!(Some(said.value.as_str()), key.default, "{name}");
        }
    }

    #[test]
    fn every_line_of_it_may_be_commented_in() {
        let template = template();
        let lines = template.lines().map(|line| {
            let code = line.strip_prefix("# ").filter(|line| line.starts_with('[') || line.contains(" = "));
            code.filter(|code| !code.ends_with(['.', ':'])).unwrap_or(line)
        });
        let config = read(&lines.collect::<Vec<_>>().join("\n"));
        assert_eq!(config.said.iter().filter(|said| !said.name.starts_with("source.")).count(), KEYS.len());
        assert_eq!(config.check.allow.len(), 1);
        assert!(config.outlets.contains("The Lisk Herald"));
    }

    #[test]
    fn a_mistyped_name_is_known_by_its_letters() {
        let check = of_table("check");
        for (wrong, right) in [
            ("max_unatributed", "max_unattributed"),
            ("max-run", "max_run"),
            ("Corpus", "corpus"),
            ("exitcode", "exit_code"),
            ("fial_on", "fail_on"),
        ] {
            assert_eq!(nearest(wrong, &check), Some(right), "{wrong}");
        }
        assert_eq!(nearest("colour", &check), None);
        assert!(advice("colour", &check).starts_with("there are corpus, max_unattributed, max_run"));
    }
}
