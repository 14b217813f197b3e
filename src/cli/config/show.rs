//! `wirecopy config init` and `wirecopy config show`.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::keys::{KEYS, template};
use super::parse::quoted;
use super::{AllowRule, Allowed, Config, NAMES, is_there};
use crate::cli::args::Common;
use crate::cli::output::to_file;
use crate::cli::terminal::clean;
use crate::cli::{Outcome, written};

/// Writes a file of all defaults into the working folder.
pub(in crate::cli) fn init(force: bool, common: &Common) -> Result<Outcome> {
    let [name, other] = NAMES;
    if is_there(Path::new(other)) {
        bail!("{other}: is there already, and a folder has one configuration file; remove it, or write into it");
    }
    let text = template();
    let result = if force {
        to_file(Path::new(name), |out| out.write_all(text.as_bytes()))
    } else {
        let file = OpenOptions::new().write(true).create_new(true).open(name);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{name}: is there already; --force replaces it");
        }
        result => result.with_context(|| name.to_owned())?,
    }
    if !common.quiet {
        written(writeln!(anstream::stdout(), "{name}: written; every value in it is the default, commented out"))?;
    }
    Ok(Outcome::Complete)
}

/// Prints every value that holds.
pub(in crate::cli) fn show(config: &Config) -> Result<Outcome> {
    written(anstream::stdout().write_all(values(config).as_bytes()))?;
    Ok(Outcome::Complete)
}

fn values(config: &Config) -> String {
    let mut out = match config.file() {
        Some(file) => format!("# {}\n", clean(&file.display().to_string())),
        None => "# no configuration file\n".to_owned(),
    };
    let mut line = |name: &str, value: &str, from: &str| {
        let _ = writeln!(out, "{name} = {value}   # {}", clean(from));
    };
    let mut unset = Vec::new();
    for key in &KEYS {
        let name = format!("{}.{}", key.table, key.name);
        match (config.said.iter().find(|said| said.name == name), key.default) {
            (Some(said), _) => line(&name, &said.value, &config.line(said.line)),
            (None, Some(default)) => line(&name, default, "default"),
            (None, None) => unset.push(name),
        }
    }
    for said in config.said.iter().filter(|said| said.name.starts_with("source.")) {
        line(&said.name, &said.value, &config.line(said.line));
    }
    for rule in &config.check.allow {
        line("allow", &inline(rule), &config.line(rule.line));
    }
    for name in unset {
        let _ = writeln!(out, "# {name} is not set");
    }
    out
}

/// A rule as an inline table.
fn inline(rule: &AllowRule) -> String {
    let mut parts = vec![match &rule.what {
        Allowed::Phrase(phrase) => format!("phrase = {}", quoted(phrase)),
        Allowed::Key(key) => format!("key = {}", quoted(key)),
        Allowed::Pair(one, other) => format!("pair = [{}, {}]", quoted(one), quoted(other)),
        Allowed::Source(source) => format!("source = {}", quoted(source)),
    }];
    parts.extend(rule.reason.iter().map(|reason| format!("reason = {}", quoted(reason))));
    parts.extend(rule.until.iter().map(|until| format!("until = {until}")));
    format!("{{ {} }}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn each_value_says_where_it_comes_from() {
        let text = "[check]\nmax_run = 40\ncorpus = \"news\"\n[source.Lisk]\nagency = true\n\
                    [[allow]]\npair = [\"a\", \"b\"]\nuntil = \"2027-01-01\"\n[[allow]]\nphrase = \"x\\ty\"\n";
        let shown = values(&parse(text, Path::new("../wirecopy.toml")).unwrap());
        for line in [
            "# ../wirecopy.toml",
            "match.min_words = 8   # default",
            "check.max_run = 40   # ../wirecopy.toml:2",
            "check.corpus = \"../news\"   # ../wirecopy.toml:3",
            "# check.baseline is not set",
            "source.Lisk.agency = true   # ../wirecopy.toml:5",
            "allow = { pair = [\"a\", \"b\"], until = 2027-01-01 }   # ../wirecopy.toml:6",
            "allow = { phrase = \"x\\ty\" }   # ../wirecopy.toml:9",
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
        }
        assert!(values(&Config::default()).starts_with("# no configuration file\ninput.source = \"\"   # default\n"));
    }
}
