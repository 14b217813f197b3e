//! What an article says of itself and of others, where others have a part in it: agencies known by their datelines alone,
//! versions of one article, clusters and headlines.

use super::code::{damaged, decode, encode, put, take};
use super::near::relation;
use super::part::{self, Article, number};
use super::rows::{Group, RowRef, Rows, Stream};
use super::{CellValue, Walk, cells};
use crate::document::{Document, Time};
use crate::error::Result;
use crate::index::{Places, Prepared};
use crate::judge::{Credit, DATELINES, credits_of_others, headline_changed, version_key};
use crate::report::RowId;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What tells the facts of an article apart in its group.
pub(super) const MEMBER: i64 = 3;
pub(super) const CLUSTERED: i64 = 4;
pub(super) const AGENCY: i64 = 6;
pub(super) const FIRST_VERSION: i64 = 7;
pub(super) const LEARNED: i64 = 8;
pub(super) const WANTED: i64 = 9;
pub(super) const SIDE: i64 = 10;
pub(super) const UNMARKED: i64 = 11;

/// Reads whom an article credits, and tells what others are to be asked about it.
pub(super) fn tell(
    walk: &Walk,
    n: i64,
    document: &Document,
    prepared: &Prepared,
    outlet: i64,
    out: &mut Rows,
) -> Result<Vec<Credit>> {
    let outlets = &walk.settings.outlets;
    let spans = Places::spans(&prepared.places, prepared.tokens.len(), document.body_start);
    let source = &document.metadata.source;
    super::outlets::tell_name(&super::outlets::key(outlets, source), source, out)?;
    let credits = credits_of_others(&document.text, &prepared.tokens, &spans, &prepared.paragraphs, source, outlets);
    for (credit, at) in credits.iter().zip(0..).filter(|(credit, _)| !credit.agency) {
        let key = xxh3_64(outlets.key(&credit.name).as_bytes()) as i64;
        out.tell(Stream::Dateline, [key, n, at, i64::from(credit.dateline)], encode(&outlet)?);
    }
    if let Some(key) = version_key(&document.metadata, outlets) {
        let time = document.metadata.time.as_ref().map(Time::given);
        out.tell(Stream::Version, [xxh3_64(key.as_bytes()) as i64, n, 0, 0], encode(&time)?);
    }
    Ok(credits)
}

/// Whether one who is credited is an agency: several outlets name him in their datelines.
pub(super) fn agencies(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let datelines = group.iter().filter(|row| row.key[3] == 1);
    let mut outlets: Vec<i64> = datelines.map(|row| decode(row.data)).collect::<Result<_>>()?;
    outlets.sort_unstable();
    outlets.dedup();
    if outlets.len() >= DATELINES {
        group.iter().for_each(|row| out.tell(Stream::Agency, [row.key[1], AGENCY, row.key[2], 0], Vec::new()));
    }
    Ok(())
}

/// When the first version of an article came out, told to all others.
pub(super) fn first_versions(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    for row in &group[1..] {
        out.tell(Stream::FirstVersion, [row.key[1], FIRST_VERSION, 0, 0], group[0].data.to_vec());
    }
    Ok(())
}

/// An article with what others say of it.
#[derive(Default)]
pub(super) struct Known {
    pub(super) article: Article,
    /// When its first version came out.
    pub(super) first_time: Option<Time>,
}

/// The rows of a group by what they are.
pub(super) fn of_kind<'r, 'a>(group: &'r Group<'a>, kind: i64) -> &'r [RowRef<'a>] {
    let from = group.partition_point(|row| row.key[1] < kind);
    &group[from..from + group[from..].partition_point(|row| row.key[1] == kind)]
}

/// Tells an article, with what others say of it, to the groups that want it.
pub(super) fn deal(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let wanted = of_kind(group, WANTED);
    let (Some(article), false) = (of_kind(group, 0).first(), wanted.is_empty()) else { return Ok(()) };
    let agencies: Vec<i64> = of_kind(group, AGENCY).iter().map(|row| row.key[2]).collect();
    let first: Option<Option<String>> =
        of_kind(group, FIRST_VERSION).first().map(|row| decode(row.data)).transpose()?;
    let mut data = Vec::with_capacity(article.data.len() + 64);
    put(article.data, &mut data);
    put(&encode(&(agencies, first))?, &mut data);
    for of_group in wanted.chunk_by(|x, y| x.key[2] == y.key[2]) {
        out.tell(Stream::DealtKnown, [of_group[0].key[2], 0, article.key[0], 0], data.clone());
    }
    Ok(())
}

/// Reads what [`deal`] told.
pub(super) fn read(mut data: &[u8]) -> Result<Known> {
    let article = part::read(take(&mut data)?)?;
    let (agencies, first): (Vec<i64>, Option<Option<String>>) = decode(take(&mut data)?)?;
    known(article, &agencies, first)
}

/// The same of the rows of an article.
pub(super) fn read_group(group: &Group<'_>) -> Result<Option<Known>> {
    let Some(article) = of_kind(group, 0).first() else { return Ok(None) };
    let agencies: Vec<i64> = of_kind(group, AGENCY).iter().map(|row| row.key[2]).collect();
    known(part::read(article.data)?, &agencies, None).map(Some)
}

fn known(mut article: Article, agencies: &[i64], first: Option<Option<String>>) -> Result<Known> {
    for &at in agencies {
        let credit = usize::try_from(at).ok().and_then(|at| article.credits.get_mut(at));
        credit.ok_or_else(|| damaged("an agency that is not credited"))?.agency = true;
    }
    let own = || article.document.metadata.time.clone();
    let first_time = first.map_or_else(own, |given| given.and_then(|given| Time::parse(&given)));
    Ok(Known { article, first_time })
}

/// A member of a cluster.
#[derive(Serialize, Deserialize)]
struct Titled {
    id: String,
    source: String,
    time: Option<String>,
    title: String,
    words: u32,
    resemblance: f64,
    containment: f64,
}

/// What a table shows of an article's time.
pub(super) fn shown_time(document: &Document) -> Option<String> {
    let metadata = &document.metadata;
    match &metadata.time {
        Some(time) => Some(time.given().to_owned()),
        None if metadata.unread_time.is_empty() => None,
        None => Some(metadata.unread_time.clone()),
    }
}

/// Tells the headline of each member of a cluster.
pub(super) fn titles(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let members = of_kind(group, MEMBER);
    let (Some(article), false) = (of_kind(group, 0).first(), members.is_empty()) else { return Ok(()) };
    let Article { document, prepared, .. } = part::read(article.data)?;
    let [n, _, leader, place] = members[0].key;
    let (resemblance, containment) = decode(members[0].data)?;
    let titled = Titled {
        time: shown_time(&document),
        id: document.id,
        source: document.metadata.source,
        title: document.metadata.title,
        words: prepared.tokens.len() as u32,
        resemblance,
        containment,
    };
    out.tell(Stream::Titled, [leader, n, place, 0], encode(&titled)?);
    Ok(())
}

/// Tells each member of a cluster its leader's id, and whether its headline is another.
pub(super) fn headlines(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let leader: Titled = decode(group[0].data)?;
    for row in group {
        let own: Titled = decode(row.data)?;
        let [leads, n, place, _] = row.key;
        let changed =
            n != leads && headline_changed((leader.words, own.words), own.containment, (&leader.title, &own.title));
        let text = |text: String| CellValue::Text(text);
        let row = vec![
            text(own.id),
            text(own.source),
            own.time.map_or(CellValue::Empty, text),
            text(relation(place)?.name().to_owned()),
            cells::share(own.resemblance),
            cells::share(own.containment),
            text(leader.id.clone()),
        ];
        let key = xxh3_64(leader.id.as_bytes()) as i64;
        out.tell(Stream::Clustered, [key, leads, n, i64::from(changed)], encode(&row)?);
    }
    Ok(())
}

/// Names clusters, by the ids of their leaders.
pub(super) fn name_clusters(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let is_alone = group.iter().all(|row| row.key[1] == group[0].key[1]);
    for row in group {
        let mut cells: Vec<CellValue> = decode(row.data)?;
        let (Some(CellValue::Text(leader)), Some(relation)) = (cells.last(), cells.get(3).cloned()) else {
            return Err(damaged("a member without a leader"));
        };
        let id = match is_alone {
            true => RowId::from(xxh3_64(leader.as_bytes())),
            false => RowId::from(xxh3_128(leader.as_bytes())),
        };
        let id = CellValue::Text(id.to_string());
        number(row.key[2])?;
        out.tell(Stream::InCluster, [row.key[2], CLUSTERED, row.key[3], 0], encode(&(&id, relation))?);
        cells.insert(0, id);
        out.tell(Stream::TableClusters, [0; 4], encode(&cells)?);
    }
    Ok(())
}
