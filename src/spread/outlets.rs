//! What outlets share with one another: sums over articles, under one name for each outlet.

use super::code::{damaged, decode, encode};
use super::facts::of_kind;
use super::rows::{Group, Rows, Stream};
use super::{CellValue, Walk};
use crate::cluster::covered;
use crate::error::Result;
use crate::judge::{Direction, Kind};
use crate::outlet::Outlets;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// What all names of an outlet have in common; empty where an article names none.
pub(super) fn key(outlets: &Outlets, source: &str) -> String {
    let key = outlets.key(source);
    // A name without letters is its own.
    if key.is_empty() && !source.is_empty() { format!("\0{source}") } else { key }
}

fn number(key: &str) -> i64 {
    xxh3_64(key.as_bytes()) as i64
}

/// Tells a name of an outlet.
pub(super) fn tell_name(key: &str, source: &str, out: &mut Rows) -> Result<()> {
    if !key.is_empty() {
        let name = xxh3_64(source.as_bytes()) as i64;
        out.tell_once_with(Stream::OutletName, [number(key), 0, name, 0], || encode(&source))?;
    }
    Ok(())
}

/// Whether overlaps of a kind count.
pub(super) fn counts(kind: Kind) -> bool {
    crate::report::counts_for_outlets(kind)
}

/// Tells that these outlets carry one passage.
pub(super) fn tell_passage(outlets: &[&str], out: &mut Rows) -> Result<()> {
    for own in outlets {
        for other in outlets.iter().filter(|other| *other != own) {
            out.tell(Stream::OutletPair, [number(own), number(other), 1, 0], Vec::new());
        }
    }
    Ok(())
}

/// A side of an overlap between two outlets.
#[derive(Serialize, Deserialize)]
struct OutletSide {
    /// The places of this one, and of the other, in the order of directions.
    told: u8,
    runs: Vec<(u32, u32)>,
}

/// Tells the side that the article `n` of one outlet has of an overlap with another outlet.
pub(super) fn tell_side(
    (own, other): (&str, &str),
    n: i64,
    direction: Direction,
    later: bool,
    runs: impl Iterator<Item = std::ops::Range<usize>>,
    out: &mut Rows,
) -> Result<()> {
    let told = match crate::report::who_is_earlier(direction, later) {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    };
    let runs = runs.map(|run| (run.start as u32, run.end as u32)).collect();
    out.tell(Stream::OutletSide, [number(own), number(other), n, 0], encode(&OutletSide { told, runs })?);
    Ok(())
}

/// What one article of an outlet shares with another outlet.
pub(super) fn articles(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let [own, other, ..] = group[0].key;
    let (mut sums, mut all) = ([0u64; 3], Vec::new());
    for row in group {
        let OutletSide { told, runs } = decode(row.data)?;
        *sums.get_mut(usize::from(told)).ok_or_else(|| damaged("an overlap of no direction"))? += 1;
        all.extend(runs);
    }
    let [earlier, later, undetermined] = sums;
    let sums: [u64; 4] = [covered(all).into(), earlier, later, undetermined];
    out.tell(Stream::OutletPair, [own, other, 0, 0], encode(&sums)?);
    Ok(())
}

/// Sums over the articles of an outlet.
pub(super) fn sums(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (articles, passages) = group.split_at(group.partition_point(|row| row.key[2] == 0));
    if articles.is_empty() {
        return Ok(());
    }
    let mut sums = [0u64; 4];
    for row in articles {
        let of_article: [u64; 4] = decode(row.data)?;
        sums.iter_mut().zip(of_article).for_each(|(sum, n)| *sum += n);
    }
    let [words, earlier, later, undetermined] = sums;
    let row = [articles.len() as u64, passages.len() as u64, words, earlier, later, undetermined];
    let [own, other, ..] = group[0].key;
    out.tell(Stream::OutletSum, [own, 1, other, 0], encode(&row.map(CellValue::Number).to_vec())?);
    Ok(())
}

/// The name of an outlet in the rows of its own: of those printed the first in the alphabet.
pub(super) fn own_names(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(name) = name(group)? else { return Ok(()) };
    for row in of_kind(group, 1) {
        let mut cells: Vec<CellValue> = decode(row.data)?;
        cells.insert(0, CellValue::Text(name.clone()));
        out.tell(Stream::OutletNamed, [row.key[2], 1, 0, 0], encode(&cells)?);
    }
    Ok(())
}

/// The same in the rows of others.
pub(super) fn other_names(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(name) = name(group)? else { return Ok(()) };
    for row in of_kind(group, 1) {
        let mut cells: Vec<CellValue> = decode(row.data)?;
        cells.insert(1, CellValue::Text(name.clone()));
        out.tell(Stream::TableOutlets, [0; 4], encode(&cells)?);
    }
    Ok(())
}

fn name(group: &Group<'_>) -> Result<Option<String>> {
    let names: Vec<String> = of_kind(group, 0).iter().map(|row| decode(row.data)).collect::<Result<_>>()?;
    Ok(names.into_iter().min())
}
