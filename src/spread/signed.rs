//! Buckets → pairs of articles whose signatures, or whose paragraphs' signatures, are near.

use super::Walk;
use super::pairs::deal_out;
use super::part::number;
use super::prepare::read_signatures;
use super::rows::{Group, Rows, Stream};
use crate::candidate::{MIN_ARTICLE_ESTIMATE, MIN_PARAGRAPH_ESTIMATE, Member, bucket_links};
use crate::document::DocumentIndex;
use crate::error::Result;
use crate::minhash::{ShortSignature, short_estimate};
use ahash::AHashMap;

/// Which units of one bucket are to be compared.
pub(super) fn meet(walk: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    if group.len() < 2 {
        return Ok(());
    }
    let outlets: AHashMap<u32, i64> =
        group.iter().map(|row| Ok((number(row.key[1])?, row.key[3]))).collect::<Result<_>>()?;
    let same_outlet = |x: DocumentIndex, y: DocumentIndex| outlets[&x.0] != 0 && outlets[&x.0] == outlets[&y.0];
    // Units are numbered through, for those of two articles may have one number.
    let members: Vec<Member> =
        group.iter().zip(0..).map(|(row, at)| Ok((DocumentIndex(number(row.key[1])?), at))).collect::<Result<_>>()?;
    for (x, y) in bucket_links(&same_outlet, &members) {
        let (x, y) = (x.max(y), x.min(y));
        let deal = walk.deal(x.0.0, y.0.0);
        // What meets in many buckets is most often told in one task.
        let unit = |member: Member| group[member.1 as usize].key[2];
        let units = unit(x) << 32 | unit(y);
        out.tell_once(Stream::Meeting, [deal, units << 1 | 1, x.0.0.into(), y.0.0.into()]);
        [x, y].into_iter().for_each(|m| out.tell_once(Stream::SignatureWanted, [m.0.0.into(), 1, deal, 0]));
    }
    Ok(())
}

/// Tells an article's signatures to the groups that want them.
pub(super) fn deal(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (signed, wanted) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    if let Some(signed) = signed.first() {
        deal_out(Stream::DealtSignature, signed, signed.data, wanted, out);
    }
    Ok(())
}

/// The pairs whose units are as near as candidates are.
pub(super) fn estimate(_: &Walk, group: &Group<'_>, out: &mut Rows) -> Result<()> {
    let (signed, meetings) = group.split_at(group.partition_point(|row| row.key[1] == 0));
    let mut signatures: AHashMap<(i64, i64), &ShortSignature> = AHashMap::new();
    for row in signed {
        signatures.extend(read_signatures(row.data)?.map(|(unit, lanes)| ((row.key[2], i64::from(unit)), lanes)));
    }
    for row in meetings {
        let [deal, units, b, a] = row.key;
        let (of_b, of_a) = (units >> 33, units >> 1 & 0xFFFF_FFFF);
        let (Some(x), Some(y)) = (signatures.get(&(b, of_b)), signatures.get(&(a, of_a))) else { continue };
        let least = if of_a == 0 { MIN_ARTICLE_ESTIMATE } else { MIN_PARAGRAPH_ESTIMATE };
        if short_estimate(x, y) >= least {
            out.tell_once(Stream::Proposal, [deal, 1, b, a]);
            [a, b].into_iter().for_each(|n| out.tell_once(Stream::Wanted, [n, 1, deal, 0]));
        }
    }
    Ok(())
}
