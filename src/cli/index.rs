//! `wirecopy index …`: an index on disk is made, added to, cleaned, proven, counted.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, bail};
use wirecopy::store::{Added, Stats};
use wirecopy::{ErrorKind, Progress as _, Stage, Store, StoreOptions, StoreWriter};

use super::args::{
    Common, IndexAddArgs, IndexArgs, IndexCommand, IndexCompactArgs, IndexRemoveArgs, IndexStatsArgs, InputArgs,
    MemoryArgs, TextOrJson,
};
use super::progress::Bars;
use super::scan::first_loss;
use super::terminal::{clean, count, thousands};
use super::{Outcome, WARNING, lost, print_warnings, written};

pub(super) fn run(command: &IndexCommand, common: &Common) -> Result<Outcome> {
    match command {
        IndexCommand::Add(args) => add(args, common),
        IndexCommand::Remove(args) => remove(args, common),
        IndexCommand::Compact(args) => compact(args, common),
        IndexCommand::Verify(args) => verify(args, common),
        IndexCommand::Stats(args) => stats(args),
    }
}

fn options(memory: &MemoryArgs) -> StoreOptions {
    let mut options = StoreOptions::default();
    options.memory = memory.memory;
    options
}

fn say(common: &Common, text: &str) -> Result<()> {
    if common.quiet { Ok(()) } else { written(writeln!(anstream::stdout(), "{text}")) }
}

fn add(args: &IndexAddArgs, common: &Common) -> Result<Outcome> {
    let index = &args.index.index;
    let paths = args.input.paths()?;
    let found = InputArgs::discover(&paths)?;
    if found.inputs.is_empty() && !lost(&found.warnings) {
        bail!(args.input.nothing_found());
    }
    let mut options = options(&args.memory);
    options.without_text = args.no_text;
    let mut writer = StoreWriter::open(index, options)?;
    let bars = Bars::new(common);
    let mut addition = writer.begin()?;
    addition.warn(found.warnings);
    addition.read(found.inputs, args.input.settings(), &bars)?;
    if let Some(loss) = first_loss(addition.warnings()).filter(|_| args.strict) {
        return Err(wirecopy::Error::from(ErrorKind::Strict(loss)).into());
    }
    bars.stage(Stage::Group, 0);
    let added = addition.commit()?;
    bars.clear();
    print_warnings(&added.warnings, common);
    say_unmerged(added.unmerged.as_deref());
    let store = Store::open(index)?;
    say(common, &format!("{}: {}", clean(&index.display().to_string()), came(&added, &store)))?;
    Ok(if lost(&added.warnings) { Outcome::Incomplete } else { Outcome::Complete })
}

/// The change is made and durable, and yet something went wrong.
fn say_unmerged(why: Option<&str>) {
    if let Some(why) = why {
        let _ = writeln!(
            anstream::stderr(),
            "{WARNING}warning:{WARNING:#} done, but segments were not merged: {}; the next command tries again",
            clean(why)
        );
    }
}

fn came(added: &Added, store: &Store) -> String {
    let mut parts = vec![format!("{} added", count(added.new, "article"))];
    for (number, what) in [(added.replaced, "replaced"), (added.unchanged, "unchanged")] {
        if number > 0 {
            parts.push(format!("{} {what}", thousands(number)));
        }
    }
    format!("{}; {} in all", parts.join(", "), thousands(store.len()))
}

fn remove(args: &IndexRemoveArgs, common: &Common) -> Result<Outcome> {
    let index = &args.index.index;
    let mut writer = existing(index, options(&args.memory))?;
    let removed = writer.remove(&args.ids)?;
    for id in &removed.unknown {
        let _ = writeln!(anstream::stderr(), "{WARNING}warning:{WARNING:#} {}: not in the index", clean(id));
    }
    say_unmerged(removed.unmerged.as_deref());
    let left = thousands(Store::open(index)?.len());
    let name = clean(&index.display().to_string());
    say(common, &format!("{name}: {} removed; {left} in all", count(removed.removed, "article")))?;
    Ok(Outcome::Complete)
}

fn compact(args: &IndexCompactArgs, common: &Common) -> Result<Outcome> {
    let index = &args.index.index;
    let mut writer = existing(index, options(&args.memory))?;
    let before = writer.store()?.bytes();
    let bars = Bars::new(common);
    bars.stage(Stage::Group, 0);
    let changed = writer.compact()?;
    bars.clear();
    let store = writer.store()?;
    let name = clean(&index.display().to_string());
    let what = if changed {
        format!("{} bytes, {} before", thousands(store.bytes()), thousands(before))
    } else {
        "compact already".to_owned()
    };
    say(common, &format!("{name}: {what}; {} in all", count(store.len(), "article")))?;
    Ok(Outcome::Complete)
}

/// To change an index, and not to make one.
fn existing(index: &Path, options: StoreOptions) -> Result<StoreWriter> {
    // Says what is wrong where there is none.
    Store::open(index)?;
    Ok(StoreWriter::open(index, options)?)
}

fn verify(args: &IndexArgs, common: &Common) -> Result<Outcome> {
    let bars = Bars::new(common);
    let store = Store::open(&args.index)?;
    bars.stage(Stage::Read, store.bytes());
    store.verify(&mut |bytes| bars.advance(bytes))?;
    bars.clear();
    let name = clean(&args.index.display().to_string());
    let text =
        format!("{name}: {} and {} bytes are as written", count(store.len(), "article"), thousands(store.bytes()));
    say(common, &text)?;
    Ok(Outcome::Complete)
}

fn stats(args: &IndexStatsArgs) -> Result<Outcome> {
    let stats = Store::open(&args.index.index)?.stats()?;
    match args.format {
        TextOrJson::Json => {
            let json = serde_json::to_string_pretty(&stats)?;
            written(writeln!(std::io::stdout(), "{json}"))?;
        }
        TextOrJson::Text => written(anstream::stdout().write_all(table(&stats).as_bytes()))?,
    }
    Ok(Outcome::Complete)
}

fn table(stats: &Stats) -> String {
    let bytes = &stats.bytes;
    let per = |part: u64| format!("{:.0} an article", part as f64 / stats.documents.max(1) as f64);
    let mut rows: Vec<(String, String)> = vec![
        ("articles".into(), thousands(stats.documents)),
        ("words".into(), thousands(stats.words)),
        (
            "removed".into(),
            thousands(stats.removed) + if stats.removed > 0 { " (compact frees their room)" } else { "" },
        ),
        ("segments".into(), thousands(stats.segments)),
        ("generation".into(), thousands(stats.generation)),
        ("hubs".into(), format!("{} fingerprints in more than 64 articles", thousands(stats.hubs))),
        ("bytes".into(), format!("{}, {}", thousands(bytes.total), per(bytes.total))),
    ];
    let text = if stats.text { "texts" } else { "hashes of words" };
    for (name, part) in [
        ("fingerprints", bytes.fingerprints),
        ("signatures", bytes.signatures),
        ("bands", bytes.bands),
        (text, bytes.text),
        ("table of articles", bytes.articles),
        ("overhead", bytes.overhead),
    ] {
        rows.push((format!("  {name}"), format!("{}, {}", thousands(part), per(part))));
    }
    rows.extend(stats.settings.iter().map(|(name, id)| (name.clone(), id.clone())));
    rows.push(("settings id".into(), stats.settings_id.clone()));
    let wide = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter().map(|(name, value)| format!("{name:wide$}  {value}\n")).collect()
}
