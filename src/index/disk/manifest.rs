//! The manifest: which segments an index is made of. The one file of an index that is ever replaced.
//!
//! Its bytes are an envelope around bincode: magic, version, length, payload, checksum of all before. It knows nothing
//! of how files are written, see [`super::storage`], nor of what is in a segment. There is no way back to an older
//! manifest: one that is not as it was written is an error.

use crate::error::{Error, ErrorKind, Result};
use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_128;

/// Name of the manifest in the folder of its index.
pub(crate) const MANIFEST: &str = "manifest";

/// Format that is written, and the newest that is read.
pub(crate) const FORMAT: u16 = 1;

/// Most bytes of a payload.
pub(crate) const MAX_PAYLOAD: usize = 64 << 20;

const MAGIC: [u8; 8] = *b"WIRECOPM";
/// Counts changes that older versions can read.
const MINOR: u16 = 0;
/// Magic, format major and minor, reserved, length of the payload.
const HEADER: usize = 8 + 2 + 2 + 4 + 8;
const CHECKSUM: usize = 16;
const ENVELOPE: usize = HEADER + CHECKSUM;
const CONFIG: Configuration<LittleEndian, Fixint, Limit<MAX_PAYLOAD>> =
    bincode::config::standard().with_little_endian().with_fixed_int_encoding().with_limit::<MAX_PAYLOAD>();

/// What an index is made of after one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Number of the commit that wrote it, from 1.
    pub(crate) generation: u64,
    /// Names and ids of what the articles were prepared with.
    pub(crate) settings: Vec<(String, String)>,
    /// Whether the segments hold the texts.
    pub(crate) has_text: bool,
    /// The live segments.
    pub(crate) segments: Vec<SegmentEntry>,
}

/// One live segment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentEntry {
    /// Names its file; never used twice in one index.
    pub(crate) id: u64,
    /// Bytes of its file.
    pub(crate) len: u64,
    /// Checksum that its file carries.
    pub(crate) root: [u8; 16],
    /// The commit that wrote it.
    pub(crate) generation: u64,
    /// Number of articles, removed ones included.
    pub(crate) documents: u32,
    /// Numbers of the articles that are gone, ascending.
    pub(crate) removed: Vec<u32>,
}

impl Manifest {
    /// The manifest in `folder`; nothing where there is none.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        let io = |source| Error::io(&path, source);
        // Asked before it is opened: to open a pipe could wait for ever.
        match fs::metadata(&path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(Error::damaged(&path, "not a regular file")),
            Err(e) if e.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(&path).is_err() => return Ok(None),
            Err(e) => return Err(io(e)),
        }
        let file = File::open(&path).map_err(io)?;
        let len = file.metadata().map_err(io)?.len();
        if len > (ENVELOPE + MAX_PAYLOAD) as u64 {
            return Err(Error::damaged(&path, format!("{len} bytes, more than a manifest has")));
        }
        let mut bytes = Vec::new();
        let mut file = file.take(len.saturating_add(1));
        file.by_ref().take(HEADER as u64).read_to_end(&mut bytes).map_err(io)?;
        check_header(&path, &bytes, len)?;
        file.read_to_end(&mut bytes).map_err(io)?;
        Self::decode(&path, &bytes).map(Some)
    }

    /// Bytes of the file. `path` is for messages.
    pub(crate) fn encode(&self, path: &Path) -> Result<Vec<u8>> {
        self.check(path)?;
        let mut bytes = Vec::with_capacity(ENVELOPE);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&MINOR.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        let payload = bincode::serde::encode_to_vec(self, CONFIG)
            .map_err(|e| Error::io(path, io::Error::new(io::ErrorKind::InvalidData, e)))?;
        if payload.len() > MAX_PAYLOAD {
            return Err(ErrorKind::Limit(format!(
                "{}: a manifest of {} bytes, and {MAX_PAYLOAD} are the most: too many articles were removed; build the \
                 index anew",
                path.display(),
                payload.len()
            ))
            .into());
        }
        bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes.extend_from_slice(&xxh3_128(&bytes).to_le_bytes());
        Ok(bytes)
    }

    /// The manifest whose file holds `bytes`. `path` is for messages.
    pub(crate) fn decode(path: &Path, bytes: &[u8]) -> Result<Self> {
        let damaged = |what: &str| Error::damaged(path, what);
        check_header(path, bytes, bytes.len() as u64)?;
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(|| damaged(SHORT))?;
        if xxh3_128(body).to_le_bytes() != *checksum {
            return Err(damaged("its checksum does not fit its bytes"));
        }
        // Only now: a version that a flipped bit made newer is damage, and no newer version.
        let (major, rest) = take::<2>(body.get(MAGIC.len()..).unwrap_or_default()).ok_or_else(|| damaged(SHORT))?;
        match u16::from_le_bytes(major) {
            0 => return Err(damaged("of index format 0, which never was")),
            FORMAT => {}
            newer => {
                let what = format!(
                    "written by a newer wirecopy (index format {newer}; this one reads up to {FORMAT}): use that one, \
                     or build the index anew"
                );
                return Err(ErrorKind::Format { path: path.to_owned(), what }.into());
            }
        }
        let (_minor, rest) = take::<2>(rest).ok_or_else(|| damaged(SHORT))?;
        let (reserved, rest) = take::<4>(rest).ok_or_else(|| damaged(SHORT))?;
        if reserved != [0; 4] {
            return Err(damaged("its reserved bytes are not zero"));
        }
        let (_len, payload) = take::<8>(rest).ok_or_else(|| damaged(SHORT))?;
        let (manifest, read): (Self, usize) =
            bincode::serde::decode_from_slice(payload, CONFIG).map_err(|e| Error::damaged(path, e.to_string()))?;
        if read != payload.len() {
            return Err(Error::damaged(path, format!("{} bytes after its end", payload.len().abs_diff(read))));
        }
        manifest.check(path)?;
        Ok(manifest)
    }

    /// The segment of this id.
    pub(crate) fn segment(&self, id: u64) -> Option<&SegmentEntry> {
        self.segments.iter().find(|s| s.id == id)
    }

    /// Fails unless the numbers make sense together.
    fn check(&self, path: &Path) -> Result<()> {
        let mut ids: Vec<u64> = self.segments.iter().map(|s| s.id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Error::damaged(path, "it names a segment twice"));
        }
        let mut documents = 0_u32;
        for segment in &self.segments {
            let damaged = |what: &str| Error::damaged(path, format!("segment {:016x}: {what}", segment.id));
            if segment.generation > self.generation {
                return Err(damaged("newer than the manifest"));
            }
            if segment.removed.windows(2).any(|pair| matches!(pair, [a, b] if a >= b)) {
                return Err(damaged("removed articles out of order"));
            }
            if segment.removed.last().is_some_and(|&last| last >= segment.documents) {
                return Err(damaged("removed articles that it does not have"));
            }
            documents = documents
                .checked_add(segment.documents)
                .ok_or_else(|| damaged("more articles than an index can hold"))?;
        }
        Ok(())
    }
}

const SHORT: &str = "shorter than a manifest can be";

/// Fails unless the first bytes are those of a manifest of `len` bytes.
fn check_header(path: &Path, bytes: &[u8], len: u64) -> Result<()> {
    let damaged = |what: String| Err(Error::damaged(path, what));
    if bytes.get(..MAGIC.len()).is_some_and(|magic| magic != MAGIC) {
        return damaged("not a manifest of wirecopy".into());
    }
    let Some((header, _)) = take::<HEADER>(bytes).filter(|_| len >= ENVELOPE as u64) else {
        return damaged(format!("{len} bytes, {SHORT}"));
    };
    let payload = header.last_chunk::<8>().copied().map_or(u64::MAX, u64::from_le_bytes);
    if payload > MAX_PAYLOAD as u64 || payload.checked_add(ENVELOPE as u64) != Some(len) {
        return damaged(format!("{len} bytes, with a payload of {payload}"));
    }
    Ok(())
}

/// The first `N` bytes, and the others.
fn take<const N: usize>(bytes: &[u8]) -> Option<([u8; N], &[u8])> {
    bytes.split_first_chunk::<N>().map(|(first, rest)| (*first, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    const PATH: &str = "index/manifest";

    fn entry(id: u64, documents: u32, removed: &[u32]) -> SegmentEntry {
        SegmentEntry { id, len: 4096, root: [0xa5; 16], generation: 2, documents, removed: removed.to_vec() }
    }

    fn small() -> Manifest {
        Manifest {
            generation: 3,
            settings: vec![("tokenizer".into(), "7".into()), ("unicode".into(), "17.0.0".into())],
            has_text: true,
            segments: vec![entry(0x10000, 5, &[1, 4]), entry(0x20001, 1, &[])],
        }
    }

    fn encode(manifest: &Manifest) -> Vec<u8> {
        manifest.encode(Path::new(PATH)).unwrap()
    }

    fn decode(bytes: &[u8]) -> Result<Manifest> {
        Manifest::decode(Path::new(PATH), bytes)
    }

    /// Any payload in an envelope that is in order.
    fn sealed(major: u16, reserved: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(major.to_le_bytes());
        bytes.extend(MINOR.to_le_bytes());
        bytes.extend(reserved.to_le_bytes());
        bytes.extend((payload.len() as u64).to_le_bytes());
        bytes.extend(payload);
        let checksum = xxh3_128(&bytes).to_le_bytes();
        bytes.extend(checksum);
        bytes
    }

    fn payload(manifest: &Manifest) -> Vec<u8> {
        let bytes = encode(manifest);
        bytes[HEADER..bytes.len() - CHECKSUM].to_vec()
    }

    fn is_damaged(result: Result<Manifest>) -> bool {
        matches!(result.unwrap_err().kind(), ErrorKind::Damaged { .. })
    }

    #[test]
    fn the_bytes_of_a_manifest_are_these() {
        let mut hex = String::new();
        encode(&small()).iter().for_each(|byte| write!(hex, "{byte:02x}").unwrap());
        assert_eq!(hex, GOLDEN);
        assert_eq!(decode(&encode(&small())).unwrap(), small());
    }

    /// Envelope of 24 bytes, payload of 192, checksum of 16.
    const GOLDEN: &str = "\
        57495245434f504d0100000000000000c000000000000000030000000000000002000000000000000900000000000000\
        746f6b656e697a65720100000000000000370700000000000000756e69636f6465060000000000000031372e302e3001\
        020000000000000000000100000000000010000000000000a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a50200000000000000\
        050000000200000000000000010000000400000001000200000000000010000000000000a5a5a5a5a5a5a5a5a5a5a5a5\
        a5a5a5a5020000000000000001000000000000000000000060ec84ca6a760fe856c6dc4a4b27d891";

    #[test]
    fn every_truncation_and_every_flipped_bit_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(MANIFEST);
        let whole = encode(&small());
        for len in 0..whole.len() {
            assert!(is_damaged(decode(&whole[..len])), "{len}");
            fs::write(&path, &whole[..len]).unwrap();
            assert!(is_damaged(Manifest::read(folder.path()).map(Option::unwrap)), "{len}");
        }
        for bit in 0..8 * whole.len() {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(is_damaged(decode(&bytes)), "{bit}");
            fs::write(&path, &bytes).unwrap();
            assert!(is_damaged(Manifest::read(folder.path()).map(Option::unwrap)), "{bit}");
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), Some(small()));
    }

    #[test]
    fn a_folder_without_a_manifest_gives_nothing_and_anything_else_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), None);
        fs::create_dir(folder.path().join(MANIFEST)).unwrap();
        assert!(is_damaged(Manifest::read(folder.path()).map(Option::unwrap)));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_not_the_absence_of_a_manifest() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("elsewhere", folder.path().join(MANIFEST)).unwrap();
        assert!(matches!(Manifest::read(folder.path()).unwrap_err().kind(), ErrorKind::Io { .. }));
    }

    #[test]
    fn a_length_that_cannot_be_is_refused_before_anything_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join(MANIFEST)).unwrap();
        file.set_len((ENVELOPE + MAX_PAYLOAD) as u64 + 1).unwrap();
        let error = Manifest::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("67108905 bytes, more than a manifest has"), "{error}");
        for claimed in [0, 1, u64::MAX, u64::MAX - ENVELOPE as u64 + 1, 1 << 40] {
            let mut bytes = sealed(FORMAT, 0, &payload(&small()));
            bytes[16..24].copy_from_slice(&claimed.to_le_bytes());
            let body = bytes.len() - CHECKSUM;
            let checksum = xxh3_128(&bytes[..body]).to_le_bytes();
            bytes[body..].copy_from_slice(&checksum);
            assert!(is_damaged(decode(&bytes)), "{claimed}");
        }
    }

    #[test]
    fn a_newer_format_is_told_from_damage() {
        let newer = decode(&sealed(2, 7, b"whatever it may be")).unwrap_err();
        assert!(matches!(newer.kind(), ErrorKind::Format { .. }));
        assert_eq!(
            newer.to_string(),
            "index/manifest: written by a newer wirecopy (index format 2; this one reads up to 1): use that one, or \
             build the index anew"
        );
        assert!(is_damaged(decode(&sealed(0, 0, &payload(&small())))));
        assert!(is_damaged(decode(&sealed(FORMAT, 1, &payload(&small())))));
        let other = decode(b"Manifest-Version: 1.0").unwrap_err().to_string();
        assert!(other.starts_with("index/manifest: not a manifest of wirecopy"), "{other}");
    }

    #[test]
    fn a_newer_minor_format_is_read() {
        let mut bytes = encode(&small());
        bytes[10] = 9;
        let body = bytes.len() - CHECKSUM;
        let checksum = xxh3_128(&bytes[..body]).to_le_bytes();
        bytes[body..].copy_from_slice(&checksum);
        assert_eq!(decode(&bytes).unwrap(), small());
    }

    #[test]
    fn bytes_after_the_end_are_refused() {
        let mut payload = payload(&small());
        payload.push(0);
        assert!(is_damaged(decode(&sealed(FORMAT, 0, &payload))));
    }

    #[test]
    fn numbers_that_make_no_sense_are_neither_written_nor_read() {
        let with = |segments: Vec<SegmentEntry>| Manifest { segments, ..small() };
        let cases = [
            with(vec![entry(1, 1, &[]), entry(2, 1, &[]), entry(1, 1, &[])]),
            with(vec![entry(1, 3, &[1, 1])]),
            with(vec![entry(1, 3, &[2, 1])]),
            with(vec![entry(1, 3, &[3])]),
            with(vec![entry(1, 0, &[0])]),
            with(vec![entry(1, u32::MAX, &[]), entry(2, 1, &[])]),
            with(vec![SegmentEntry { generation: 4, ..entry(1, 1, &[]) }]),
        ];
        for case in cases {
            let payload = bincode::serde::encode_to_vec(&case, CONFIG).unwrap();
            assert!(is_damaged(decode(&sealed(FORMAT, 0, &payload))), "{case:?}");
            assert!(case.encode(Path::new(PATH)).is_err(), "{case:?}");
        }
    }

    #[test]
    fn a_manifest_as_large_as_allowed_is_read_and_a_larger_one_not_written() {
        let empty = Manifest { segments: vec![entry(1, u32::MAX, &[])], ..small() };
        let room = (MAX_PAYLOAD - payload(&empty).len()) / 4;
        let mut large = empty;
        large.segments[0].removed = (0..room as u32).collect();
        assert_eq!(decode(&encode(&large)).unwrap(), large);
        large.segments[0].removed.push(room as u32);
        assert!(matches!(large.encode(Path::new(PATH)).unwrap_err().kind(), ErrorKind::Limit(_)));
    }

    fn any_manifest() -> impl Strategy<Value = Manifest> {
        let entry = (any::<u64>(), any::<[u8; 16]>(), 0..1000_u32, proptest::collection::btree_set(0..1000_u32, 0..9));
        let entry = entry.prop_map(|(len, root, extra, removed)| {
            let documents = removed.last().map_or(0, |last| last + 1) + extra;
            SegmentEntry { len, root, documents, removed: removed.into_iter().collect(), ..Default::default() }
        });
        let segments = proptest::collection::btree_map(any::<u64>(), entry, 0..5);
        let settings = proptest::collection::vec((".*", ".*"), 0..4);
        (any::<u64>(), settings, any::<bool>(), segments).prop_map(|(generation, settings, has_text, segments)| {
            let segments =
                segments.into_iter().map(|(id, s)| SegmentEntry { id, generation: generation / 2, ..s }).collect();
            Manifest { generation, settings, has_text, segments }
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(manifest in any_manifest()) {
            prop_assert_eq!(decode(&encode(&manifest)).unwrap(), manifest);
        }

        #[test]
        fn no_payload_makes_it_panic_and_what_is_read_is_written_the_same(
            payload in proptest::collection::vec(prop_oneof![4 => Just(0), 1 => any::<u8>()], 0..200)
        ) {
            let bytes = sealed(FORMAT, 0, &payload);
            if let Ok(manifest) = decode(&bytes) {
                prop_assert_eq!(encode(&manifest), bytes);
            }
        }
    }
}
