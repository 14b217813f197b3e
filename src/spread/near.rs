//! Pairs that are near → clusters; and connected groups, in rounds.

use super::Walk;
use super::code::{damaged, decode, encode};
use super::part::number;
use super::rows::{Group, Rows, Stream};
use crate::cluster::{Near, Relation};
use crate::document::DocumentIndex;
use crate::error::Result;

/// Relations by their place in a key.
const RELATIONS: [Relation; 5] =
    [Relation::Leader, Relation::Identical, Relation::NearDuplicate, Relation::Abridged, Relation::Expanded];

fn place(relation: Relation) -> i64 {
    RELATIONS.iter().position(|&other| other == relation).unwrap_or(0) as i64
}

/// The relation at a place.
pub(super) fn relation(place: i64) -> Result<Relation> {
    usize::try_from(place).ok().and_then(|at| RELATIONS.get(at).copied()).ok_or_else(|| damaged("no relation"))
}

/// Tells a pair that is near.
pub(super) fn tell(pair: &Near, out: &mut Rows) -> Result<()> {
    let (a, b) = (i64::from(pair.earlier.0), i64::from(pair.later.0));
    out.tell(Stream::Near, [b, 1, a, place(pair.relation)], encode(&(pair.resemblance, pair.containment))?);
    out.tell(Stream::NearEdge, [a, b, 0, 0], Vec::new());
    out.tell(Stream::NearEdge, [b, a, 0, 0], Vec::new());
    Ok(())
}

/// Brings the pairs of connected articles together.
pub(super) fn groups(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let Some(label) = group.first().filter(|row| row.key[1] == 0) else { return Err(damaged("a pair of no group")) };
    for row in group.iter().filter(|row| row.key[1] == 1) {
        let [later, _, earlier, relation] = row.key;
        out.tell(Stream::NearGroup, [label.key[2], later, earlier, relation], row.data.to_vec());
    }
    Ok(())
}

/// The clusters of connected articles, in the order of which each article takes its leader.
pub(super) fn lead(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let mut pairs = Vec::with_capacity(group.len());
    for row in group {
        let (resemblance, containment): (f64, f64) = decode(row.data)?;
        let [_, later, earlier, place] = row.key;
        pairs.push(Near {
            earlier: DocumentIndex(number(earlier)?),
            later: DocumentIndex(number(later)?),
            containment,
            relation: relation(place)?,
            resemblance,
        });
    }
    for members in crate::cluster::lead(pairs) {
        let leader = i64::from(members[0].document.0);
        for m in members {
            let key = [m.document.0.into(), 3, leader, place(m.relation)];
            out.tell(Stream::Member, key, encode(&(m.resemblance, m.containment))?);
        }
    }
    Ok(())
}

/// Connects the greater neighbours of a node with the least.
pub(super) fn large_star(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let node = group[0].key[0];
    let least = group[0].key[1].min(node);
    for of in group.chunk_by(|x, y| x.key[1] == y.key[1]).filter(|of| of[0].key[1] > node) {
        out.tell(Stream::UpEdge, [of[0].key[1], least, 0, 0], Vec::new());
    }
    Ok(())
}

/// Connects a node and its lesser neighbours with the least of them.
pub(super) fn small_star(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (node, least) = (group[0].key[0], group[0].key[1]);
    let lesser = group.chunk_by(|x, y| x.key[1] == y.key[1]).map(|of| of[0].key[1]).filter(|&other| other != least);
    for other in lesser.chain([node]) {
        out.tell(Stream::Edge, [other, least, 0, 0], Vec::new());
        out.tell(Stream::Edge, [least, other, 0, 0], Vec::new());
    }
    Ok(())
}

/// The least node of each node's group, once every node is connected with it.
pub(super) fn labels(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let [node, least, ..] = group[0].key;
    out.tell(Stream::Label, [node, 0, least, 0], Vec::new());
    out.tell_once(Stream::Label, [least, 0, least, 0]);
    Ok(())
}
