//! What rows tell beside their keys, as bytes: bincode with a limit for facts, sections in a row for articles. Nothing is
//! read beyond its end.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes that a fact may claim to have.
const MOST: usize = 1 << 31;

/// The bytes of a fact.
pub(super) fn encode<T: Serialize>(fact: &T) -> Result<Vec<u8>> {
    let config = bincode::config::standard().with_limit::<MOST>();
    bincode::serde::encode_to_vec(fact, config).map_err(|error| damaged(&error.to_string()))
}

/// The fact in these bytes. Fails where they are none.
pub(super) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T> {
    let config = bincode::config::standard().with_limit::<MOST>();
    let (fact, read) = bincode::serde::borrow_decode_from_slice(bytes, config).map_err(|e| damaged(&e.to_string()))?;
    if read == bytes.len() { Ok(fact) } else { Err(damaged("bytes after its end")) }
}

/// What is said of a row that is not as it was told.
pub(super) fn damaged(what: &str) -> crate::error::Error {
    ErrorKind::Limit(format!("a row that cannot be read: {what}; all machines need one version of wirecopy")).into()
}

/// Appends bytes with their length.
pub(super) fn put(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// Takes bytes with their length off the front.
pub(super) fn take<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8]> {
    let cut = || {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        rest.split_at_checked(u32::from_le_bytes(*len) as usize)
    };
    let (taken, rest) = cut().ok_or_else(|| damaged("it ends too early"))?;
    *bytes = rest;
    Ok(taken)
}

/// Appends rows of fixed width with their length.
pub(super) fn put_all<T: IntoBytes + Immutable>(rows: &[T], out: &mut Vec<u8>) {
    put(rows.as_bytes(), out);
}

/// Takes rows of fixed width off the front.
pub(super) fn take_all<'a, T>(bytes: &mut &'a [u8]) -> Result<&'a [T]>
where
    T: FromBytes + Immutable + KnownLayout + Unaligned,
{
    <[T]>::ref_from_bytes(take(bytes)?).map_err(|_| damaged("rows of another width"))
}
