//! A configuration file as TOML: every key known, every value of its type and in its range, or the line that is wrong.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::ValueEnum;
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use wirecopy::read::Field;
use wirecopy::{Outlets, Settings};

use super::keys::{self, KEYS, OF_ALLOW, OF_SOURCE, TABLES};
use super::{AllowRule, Allowed, Config, Said};
use crate::cli::args::{Window, parse_share, parse_window};

/// Characters of a wrong value that a message shows.
const SHOWN: usize = 40;

/// Digits of the key of a finding, or of one that would be another's.
const KEY_DIGITS: [usize; 2] = [16, 32];

/// What a file says; `file` is what messages name, and what its paths are relative to.
pub(super) fn parse(text: &str, file: &Path) -> Result<Config> {
    let source = Source { text, file };
    let root = DeTable::parse(text).map_err(|error| {
        let message = error.message().trim_end().replace('\n', "; ");
        source.wrong(error.span().unwrap_or_default(), &message)
    })?;
    let mut config = Config { file: Some(file.to_owned()), ..Config::default() };
    for entry in source.entries("", root.get_ref()) {
        match entry.key() {
            "source" => sources(&entry, &mut config)?,
            "allow" => {
                let items = entry.array("[[allow]] tables")?;
                for item in items {
                    let rule = allow(&source, item)?;
                    config.check.allow.push(rule);
                }
            }
            table if TABLES.contains(&table) => {
                for entry in entry.table()? {
                    set(&mut config, &entry)?;
                }
            }
            name => {
                if let Some(home) = KEYS.iter().find(|key| key.name == name) {
                    return Err(entry.refused(&format!("`{name}` belongs under [{}]", home.table)));
                }
                return Err(entry.refused(&format!("no table is called {name}; {}", keys::advice(name, &TABLES))));
            }
        }
    }
    config.add_outlets(&mut Outlets::builtin())?;
    Ok(config)
}

/// Sets a value of one of the tables that have fixed keys.
fn set(config: &mut Config, entry: &Entry<'_>) -> Result<()> {
    let check = &mut config.check;
    let value = match entry.name.as_str() {
        "input.source" => keep(&mut config.source, Some(entry.string()?)),
        "input.fields" => {
            config.fields = fields(entry)?;
            shown_fields(&config.fields)
        }
        "match.min_words" => keep(&mut config.min_words, Some(entry.whole(Settings::MIN_WORDS..=u32::MAX, "words")?)),
        "match.window" => keep(&mut config.window, Some(entry.window()?)),
        "match.same_source" => keep(&mut config.same_source, Some(entry.choice()?)),
        "match.candidates" => keep(&mut config.candidates, Some(entry.choice()?)),
        "boilerplate.files" => keep(&mut config.boilerplate, entry.paths()?),
        "check.corpus" => keep(&mut check.corpus, Some(entry.path()?)),
        "check.max_unattributed" => {
            check.max_unattributed = entry.share()?;
            percentage(check.max_unattributed)
        }
        "check.max_run" => keep(&mut check.max_run, entry.whole(0..=u32::MAX, "words")?),
        "check.min_unique" => {
            check.min_unique = entry.share()?;
            percentage(check.min_unique)
        }
        "check.max_resemblance" => keep(&mut check.max_resemblance, entry.share()?),
        "check.fail_on" => keep(&mut check.fail_on, entry.choice()?),
        "check.baseline" => keep(&mut check.baseline, Some(entry.path()?)),
        "check.exit_code" => {
            // In range, so nothing is cut.
            keep(&mut check.exit_code, u8::try_from(entry.whole(1..=u8::MAX.into(), "")?).unwrap_or(u8::MAX))
        }
        _ => return Err(entry.unknown(&keys::of_table(entry.table))),
    };
    config.said.push(Said { name: entry.name.clone(), value, line: entry.line() });
    Ok(())
}

/// Keeps a value, and says what is shown of it.
fn keep<T: Shown>(place: &mut T, value: T) -> String {
    *place = value;
    place.shown()
}

/// A file and what it is called.
struct Source<'a> {
    text: &'a str,
    file: &'a Path,
}

/// A key, its value, and where they stand.
struct Entry<'a> {
    source: &'a Source<'a>,
    /// The table that it stands in.
    table: &'a str,
    /// As in `check.max_run`.
    name: String,
    key: &'a Spanned<DeString<'a>>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Source<'a> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    fn wrong(&self, span: Range<usize>, message: &str) -> anyhow::Error {
        anyhow!("{}:{}: {message}", self.file.display(), self.line(span.start))
    }

    /// The entries of a table as they stand in the file.
    fn entries(&'a self, table: &'a str, values: &'a DeTable<'a>) -> Vec<Entry<'a>> {
        let name = |key: &str| if table.is_empty() { key.to_owned() } else { format!("{table}.{}", bare(key)) };
        let entry = |(key, value): (&'a Spanned<DeString<'a>>, _)| {
            let name = name(key.get_ref());
            Entry { source: self, table, name, key, value }
        };
        let mut entries: Vec<Entry<'a>> = values.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.key.span().start);
        entries
    }
}

impl<'a> Entry<'a> {
    fn key(&self) -> &'a str {
        self.key.get_ref()
    }

    fn line(&self) -> usize {
        self.source.line(self.key.span().start)
    }

    /// The key is wrong.
    fn refused(&self, message: &str) -> anyhow::Error {
        self.source.wrong(self.key.span(), message)
    }

    fn unknown(&self, known: &[&str]) -> anyhow::Error {
        let (key, table) = (self.key(), self.table);
        let advice = keys::advice(key, known);
        match KEYS.iter().find(|other| other.name == key) {
            Some(home) => self.refused(&format!("[{table}] has no key `{key}`; it belongs under [{}]", home.table)),
            None => self.refused(&format!("[{table}] has no key `{key}`; {advice}")),
        }
    }

    /// The value is wrong.
    fn expected(&self, what: &str) -> anyhow::Error {
        self.expected_at(self.value.span(), what)
    }

    /// A part of the value is wrong.
    fn expected_at(&self, span: Range<usize>, what: &str) -> anyhow::Error {
        let text = self.source.text.get(span.clone()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let mut shown: String = line.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        self.source.wrong(span, &format!("{} = {shown}: {what} expected", self.name))
    }

    fn table(&self) -> Result<Vec<Entry<'_>>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Ok(self.source.entries(&self.name, table)),
            _ => Err(self.expected("a table is")),
        }
    }

    fn array(&self, of: &str) -> Result<&'a [Spanned<DeValue<'a>>]> {
        match self.value.get_ref() {
            DeValue::Array(array) => Ok(array),
            _ => Err(self.expected(&format!("{of} are"))),
        }
    }

    fn string(&self) -> Result<String> {
        self.value.get_ref().as_str().map(str::to_owned).ok_or_else(|| self.expected("a string is"))
    }

    /// A string with something to compare in it.
    fn words(&self) -> Result<String> {
        let text = self.string()?;
        if !text.contains(char::is_alphanumeric) {
            return Err(self.expected("a string with a letter or a digit is"));
        }
        Ok(text)
    }

    /// A list of strings that are not empty, or one of them.
    fn strings(&self) -> Result<Vec<String>> {
        let text = |value: &Spanned<DeValue<'_>>| {
            let text = value.get_ref().as_str().filter(|text| !text.is_empty());
            text.map(str::to_owned)
                .ok_or_else(|| self.expected_at(value.span(), "a string, or a list of strings, none of them empty, is"))
        };
        match self.value.get_ref() {
            DeValue::Array(array) => array.iter().map(text).collect(),
            _ => Ok(vec![text(self.value)?]),
        }
    }

    fn flag(&self) -> Result<bool> {
        self.value.get_ref().as_bool().ok_or_else(|| self.expected("true or false is"))
    }

    fn whole(&self, range: RangeInclusive<u32>, of: &str) -> Result<u32> {
        let (least, most) = (range.start(), range.end());
        let of = if of.is_empty() { String::new() } else { format!(" of {of}") };
        let what = match *most {
            u32::MAX => format!("a whole number{of}, {least} or more, is"),
            most => format!("a whole number{of} from {least} to {most} is"),
        };
        let number = self.value.get_ref().as_integer();
        let number = number.and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| self.expected(&what))
    }

    fn share(&self) -> Result<f64> {
        let share = match self.value.get_ref() {
            DeValue::String(text) => parse_share(text).ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) => number.as_str().parse().ok().filter(|_| number.radix() == 10),
            _ => None,
        };
        let share = share.filter(|share| (0.0..=1.0).contains(share));
        share.ok_or_else(|| self.expected("a share from 0% to 100%, as \"10%\" or 0.1, is"))
    }

    fn window(&self) -> Result<Window> {
        let window = match self.value.get_ref() {
            DeValue::String(text) => parse_window(text).ok(),
            DeValue::Integer(number) => {
                u32::from_str_radix(number.as_str(), number.radix()).ok().map(|n| Window(Some(n)))
            }
            _ => None,
        };
        window.ok_or_else(|| self.expected("a number of days, as 14, \"14d\" or \"all\", is"))
    }

    fn choice<T: ValueEnum>(&self) -> Result<T> {
        let chosen = self.value.get_ref().as_str().and_then(|name| T::from_str(name, false).ok());
        chosen.ok_or_else(|| {
            let names: Vec<String> = T::value_variants().iter().map(Choice::name).collect();
            self.expected(&format!("one of {} is", names.join(", ")))
        })
    }

    fn path(&self) -> Result<PathBuf> {
        let path = self.string()?;
        if path.is_empty() {
            return Err(self.expected("a path is"));
        }
        Ok(self.beside(&path))
    }

    fn paths(&self) -> Result<Vec<PathBuf>> {
        Ok(self.strings()?.iter().map(|path| self.beside(path)).collect())
    }

    /// A path that the file names: relative to its folder.
    fn beside(&self, path: &str) -> PathBuf {
        self.source.file.parent().unwrap_or(Path::new("")).join(path)
    }

    fn date(&self) -> Result<Date> {
        let text = match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        // The parser would take a day with a time, whose time would then say nothing.
        let date = Some(text).filter(|text| text.len() == "2027-01-01".len()).and_then(|text| text.parse().ok());
        date.ok_or_else(|| self.expected("a day, as 2027-01-01, is"))
    }
}

/// What inputs call their fields.
fn fields(entry: &Entry<'_>) -> Result<Vec<(Field, String)>> {
    let mut fields = Vec::new();
    for entry in entry.table()? {
        let known = Field::ALL.map(Field::name);
        let field = Field::from_name(entry.key()).ok_or_else(|| {
            entry.refused(&format!("no field is called {}; {}", entry.key(), keys::advice(entry.key(), &known)))
        })?;
        fields.extend(entry.strings()?.into_iter().map(|name| (field, name)));
    }
    Ok(fields)
}

/// `[source."…"]` tables, which the library takes as TOML.
fn sources(entry: &Entry<'_>, config: &mut Config) -> Result<()> {
    for outlet in entry.table()? {
        config.outlet_lines.push((outlet.key().to_owned(), outlet.line()));
        // Also without keys it is a name that is known.
        config.outlets.push_str(&format!("[source.{}]\n", quoted(outlet.key())));
        for entry in outlet.table()? {
            let value = match entry.key() {
                "aliases" | "marks" => list(&entry.strings()?),
                "group" => quoted(&entry.words()?),
                "agency" => entry.flag()?.to_string(),
                key => {
                    let (table, advice) = (&outlet.name, keys::advice(key, &OF_SOURCE));
                    return Err(entry.refused(&format!("[{table}] has no key `{key}`; {advice}")));
                }
            };
            config.outlets.push_str(&format!("{} = {value}\n", entry.key()));
            config.said.push(Said { name: entry.name.clone(), value, line: entry.line() });
        }
    }
    Ok(())
}

/// One of the `[[allow]]` tables.
fn allow(source: &Source<'_>, item: &Spanned<DeValue<'_>>) -> Result<AllowRule> {
    let wrong = |message: &str| source.wrong(item.span(), message);
    let DeValue::Table(table) = item.get_ref() else {
        return Err(wrong("allow: [[allow]] tables are expected"));
    };
    let (mut what, mut reason, mut until) = (Vec::new(), None, None);
    for entry in source.entries("allow", table) {
        match entry.key() {
            "phrase" => what.push((entry.key(), Allowed::Phrase(entry.words()?))),
            "key" => what.push((entry.key(), Allowed::Key(finding(&entry)?))),
            "pair" => {
                let [one, other] = <[String; 2]>::try_from(entry.strings()?)
                    .map_err(|_| entry.expected("a list of two ids, as [\"a\", \"b\"], is"))?;
                what.push((entry.key(), Allowed::Pair(one, other)));
            }
            "source" => what.push((entry.key(), Allowed::Source(entry.words()?))),
            "reason" => reason = Some(entry.string()?),
            "until" => until = Some(entry.date()?),
            key => {
                let advice = keys::advice(key, &OF_ALLOW);
                return Err(entry.refused(&format!("[[allow]] has no key `{key}`; {advice}")));
            }
        }
    }
    let keys: Vec<&str> = what.iter().map(|(key, _)| *key).collect();
    let mut what = what.into_iter().map(|(_, what)| what);
    match (what.next(), what.next()) {
        (Some(what), None) => Ok(AllowRule { what, reason, until, line: source.line(item.span().start) }),
        (None, _) => {
            Err(wrong(&format!("[[allow]] does not say what is allowed; give it one of {}", OF_ALLOW[..4].join(", "))))
        }
        _ => Err(wrong(&format!("[[allow]] has {}; write a rule for each", keys.join(" and ")))),
    }
}

/// The key of a finding, as reports write it.
fn finding(entry: &Entry<'_>) -> Result<String> {
    let key = entry.string()?.to_ascii_lowercase();
    if !KEY_DIGITS.contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!(entry.expected("the key of a finding, 16 hex digits, is"));
    }
    Ok(key)
}

// ----------------------------------------------------------------------------------------------------- values as TOML

/// What is shown of a value.
trait Shown {
    fn shown(&self) -> String;
}

/// A value of a closed list.
trait Choice {
    /// In quotation marks, as the file has it.
    fn name(&self) -> String;
}

impl<T: ValueEnum> Choice for T {
    fn name(&self) -> String {
        quoted(self.to_possible_value().as_ref().map_or("", |value| value.get_name()))
    }
}

macro_rules! shown {
    ($($type:ty: |$value:ident| $text:expr;)*) => {
        $(impl Shown for $type {
            fn shown(&self) -> String {
                let $value = self;
                $text
            }
        })*
    };
}

shown! {
    u8: |number| number.to_string();
    u32: |number| number.to_string();
    f64: |number| number.to_string();
    String: |text| quoted(text);
    PathBuf: |path| quoted(&path.to_string_lossy());
    Vec<PathBuf>: |paths| list(&paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>());
    Window: |window| window.0.map_or_else(|| quoted("all"), |days| quoted(&format!("{days}d")));
    crate::cli::args::OwnWords: |chosen| chosen.name();
    crate::cli::args::Candidates: |chosen| chosen.name();
    crate::cli::args::FailOn: |chosen| chosen.name();
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map(T::shown).unwrap_or_default()
    }
}

/// A share in percent, four decimals at most.
fn percentage(share: f64) -> String {
    quoted(&format!("{}%", (share * 1e6).round() / 1e4))
}

fn shown_fields(fields: &[(Field, String)]) -> String {
    let known: BTreeSet<Field> = fields.iter().map(|(field, _)| *field).collect();
    let names = |of: Field| fields.iter().filter(|(field, _)| *field == of).map(|(_, name)| name).collect::<Vec<_>>();
    let parts: Vec<String> = known.iter().map(|&field| format!("{} = {}", field.name(), list(&names(field)))).collect();
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn list(texts: &[impl AsRef<str>]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text.as_ref())).collect::<Vec<_>>().join(", "))
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if char.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(char))),
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

/// A TOML key, in quotation marks where it must be.
fn bare(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !key.is_empty() && key.bytes().all(plain) { key.to_owned() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Candidates, FailOn, OwnWords};
    use crate::cli::config::CheckValues;

    fn read(text: &str) -> Config {
        parse(text, Path::new("desk/wirecopy.toml")).unwrap()
    }

    #[track_caller]
    fn refused(text: &str, words: &[&str]) {
        let error = parse(text, Path::new("wirecopy.toml")).expect_err(text).to_string();
        assert!(words.iter().all(|words| error.contains(words)), "{text}\n{error}\n{words:?}");
    }

    #[test]
    fn every_key_is_read() {
        let config = read(
            "[input]\nsource = \"Lisk Herald\"\nfields = { text = \"raw_body\", time = [\"day\", \"date\"] }\n\
             [match]\nmin_words = 9\nwindow = \"14d\"\nsame_source = \"skip\"\ncandidates = \"lsh\"\n\
             [boilerplate]\nfiles = [\"a.txt\", \"/b.txt\"]\n\
             [check]\ncorpus = \"news.index\"\nmax_unattributed = \"12.5%\"\nmax_run = 40\nmin_unique = 0.5\n\
             max_resemblance = \"90%\"\nfail_on = \"none\"\nbaseline = \"known.json\"\nexit_code = 9\n",
        );
        assert_eq!(config.source.as_deref(), Some("Lisk Herald"));
        let fields = [(Field::Text, "raw_body"), (Field::Time, "day"), (Field::Time, "date")];
        assert_eq!(config.fields, fields.map(|(field, name)| (field, name.to_owned())));
        assert_eq!((config.min_words, config.window), (Some(9), Some(Window(Some(14)))));
        assert_eq!((config.same_source, config.candidates), (Some(OwnWords::Skip), Some(Candidates::Lsh)));
        assert_eq!(config.boilerplate, [Path::new("desk/a.txt"), Path::new("/b.txt")]);
        let check = CheckValues {
            corpus: Some("desk/news.index".into()),
            max_unattributed: 0.125,
            max_run: 40,
            min_unique: 0.5,
            max_resemblance: 0.9,
            fail_on: FailOn::None,
            exit_code: 9,
            baseline: Some("desk/known.json".into()),
            allow: Vec::new(),
        };
        assert_eq!(config.check, check);
        assert_eq!(config.place("check.max_run"), "desk/wirecopy.toml:14: check.max_run");
    }

    #[test]
    fn a_window_is_a_number_or_a_text() {
        for (text, days) in
            [("14", Some(14)), ("0", Some(0)), ("\"3d\"", Some(3)), ("\"3\"", Some(3)), ("\"all\"", None)]
        {
            assert_eq!(read(&format!("match.window = {text}")).window, Some(Window(days)), "{text}");
        }
        for wrong in ["-1", "1.5", "\"week\"", "true", "[]"] {
            refused(&format!("match.window = {wrong}"), &["wirecopy.toml:1: match.window", wrong, "number of days"]);
        }
    }

    #[test]
    fn outlets_go_to_the_library_as_they_are() {
        let config = read(
            "[source.\"lisk.example\"]\naliases = [\"Desk \\\"L\\\"\"]\ngroup = \"Lisk Media\"\n\
             [source.Sorrel]\nagency = true\nmarks = [\"SO\"]\n",
        );
        let mut outlets = Outlets::builtin();
        config.add_outlets(&mut outlets).unwrap();
        assert_eq!(outlets.key("Desk \"L\""), outlets.key("lisk.example"));
        assert!(outlets.is_agency("Sorrel") && outlets.is_agency_mark("SO"));
        assert_eq!(config.said[0].name, "source.\"lisk.example\".aliases");
    }

    #[test]
    fn trouble_with_outlets_names_the_line() {
        refused("[source.Lisk]\nalias = []\n", &["wirecopy.toml:2", "[source.Lisk] has no key `alias`", "`aliases`"]);
        refused("[source.Lisk]\nagency = 1\n", &["wirecopy.toml:2", "source.Lisk.agency = 1", "true or false"]);
        refused("[source]\nLisk = 1\n", &["wirecopy.toml:2", "source.Lisk = 1", "a table"]);
        let twice = "[source.Lisk]\naliases = [\"Herald\"]\n[source.Sorrel]\naliases = [\"Herald\"]\n";
        refused(twice, &["wirecopy.toml:3: ", "claimed by", "Sorrel"]);
        refused("\n[source.\"-\"]\n", &["wirecopy.toml:2: ", "no letter or digit"]);
    }

    #[test]
    fn rules_are_read_with_their_lines() {
        let config = read(
            "[[allow]]\nphrase = \"as the mayor said\"\nreason = \"licensed\"\nuntil = 2027-01-01\n\n\
             [[allow]]\nkey = \"00ABCDEF01234567\"\n[[allow]]\npair = [\"a\", \"b\"]\nuntil = \"2026-02-28\"\n\
             [[allow]]\nsource = \"Lisk Herald\"\n",
        );
        let rules = &config.check.allow;
        assert_eq!(rules.iter().map(|rule| rule.line).collect::<Vec<_>>(), [1, 6, 8, 11]);
        assert_eq!(rules[0].what, Allowed::Phrase("as the mayor said".into()));
        assert_eq!((rules[0].reason.as_deref(), rules[0].until), (Some("licensed"), Some(Date::constant(2027, 1, 1))));
        assert_eq!(rules[1].what, Allowed::Key("00abcdef01234567".into()));
        assert_eq!((&rules[1].reason, rules[1].until), (&None, None));
        assert_eq!(rules[2].what, Allowed::Pair("a".into(), "b".into()));
        assert_eq!(rules[2].until, Some(Date::constant(2026, 2, 28)));
        assert_eq!(rules[3].what, Allowed::Source("Lisk Herald".into()));
    }

    #[test]
    fn a_rule_allows_exactly_one_thing() {
        refused("\n[[allow]]\nreason = \"x\"\n", &["wirecopy.toml:2: ", "one of phrase, key, pair, source"]);
        refused("[[allow]]\nphrase = \"x\"\nkey = \"0123456789abcdef\"\n", &["wirecopy.toml:1", "phrase and key"]);
        refused("[[allow]]\nphrse = \"x\"\n", &["wirecopy.toml:2", "no key `phrse`", "did you mean `phrase`?"]);
        refused("[[allow]]\nphrase = \"…\"\n", &["wirecopy.toml:2", "a letter or a digit"]);
        refused("[[allow]]\nkey = \"012\"\n", &["wirecopy.toml:2", "allow.key = \"012\"", "16 hex digits"]);
        refused("[[allow]]\npair = [\"a\"]\n", &["wirecopy.toml:2", "two ids"]);
        refused("[allow]\nphrase = \"x\"\n", &["wirecopy.toml:1", "[[allow]] tables"]);
        for wrong in ["2027-02-30", "\"soon\"", "2027-01-01T10:00:00", "12:00:00", "2027", "\"2027-01-01T10\""] {
            refused(&format!("[[allow]]\nphrase = \"x\"\nuntil = {wrong}\n"), &["wirecopy.toml:3"]);
        }
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_is() {
        refused("[check]\nmax_unatributed = '5%'\n", &["wirecopy.toml:2: [check]", "did you mean `max_unattributed`?"]);
        refused("[check]\ncolour = 1\n", &["wirecopy.toml:2", "there are corpus, max_unattributed, max_run"]);
        refused("[chek]\n", &["wirecopy.toml:1", "no table is called chek", "did you mean `check`?"]);
        refused("[what]\n", &["there are input, match, boilerplate, check, source, allow"]);
        refused("max_run = 3\n", &["wirecopy.toml:1", "`max_run` belongs under [check]"]);
        refused("[match]\nmax_run = 3\n", &["wirecopy.toml:2", "it belongs under [check]"]);
        refused("[input]\nfields = { txt = \"a\" }\n", &["wirecopy.toml:2", "no field is called txt", "`text`"]);
        refused("check = 3\n", &["wirecopy.toml:1: check = 3: a table is expected"]);
    }

    #[test]
    fn a_value_of_another_type_or_out_of_range_is_refused() {
        for (text, words) in [
            ("match.min_words = 7", "a whole number of words, 8 or more, is expected"),
            ("match.min_words = \"9\"", "match.min_words = \"9\": a whole number"),
            ("match.min_words = 5000000000", "a whole number"),
            ("match.same_source = \"maybe\"", "one of \"separate\", \"count\", \"skip\" is expected"),
            ("match.candidates = 1", "one of \"both\", \"lsh\", \"fingerprints\""),
            ("boilerplate.files = [\"a\", 3]", "boilerplate.files = 3: a string"),
            ("boilerplate.files = [\"\"]", "none of them empty"),
            ("input.source = 3", "input.source = 3: a string is expected"),
            ("input.fields = \"x\"", "a table is expected"),
            ("input.fields.text = [3]", "input.fields.text = 3"),
            ("check.corpus = \"\"", "check.corpus = \"\": a path is expected"),
            ("check.max_unattributed = 10", "as \"10%\" or 0.1"),
            ("check.max_unattributed = \"101%\"", "check.max_unattributed = \"101%\": a share"),
            ("check.min_unique = -0.1", "a share from 0% to 100%"),
            ("check.min_unique = nan", "a share from 0% to 100%"),
            ("check.max_run = -1", "a whole number of words, 0 or more"),
            ("check.max_run = 1.5", "check.max_run = 1.5"),
            ("check.fail_on = \"all\"", "one of \"new\", \"any\", \"none\""),
            ("check.exit_code = 0", "a whole number from 1 to 255 is expected"),
            ("check.exit_code = 256", "a whole number from 1 to 255 is expected"),
        ] {
            refused(&format!("\n{text}\n"), &["wirecopy.toml:2: ", words]);
        }
    }

    #[test]
    fn broken_toml_is_refused_with_its_line() {
        refused("[check]\nmax_run = \n", &["wirecopy.toml:2: "]);
        refused("[check]\nmax_run = 1\nmax_run = 2\n", &["wirecopy.toml:3: ", "duplicate"]);
        refused("[check\n", &["wirecopy.toml:1: "]);
    }
}
