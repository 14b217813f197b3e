//! Bytes of one input: opened, unpacked, bounded. Trouble midway ends the stream and is kept to be told;
//! what came before it stays. Knows nothing of records or encodings.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::Limits;
use super::discover::{Compression, Input, Place};
use crate::error::Reason;

/// zstd may ask for gigabytes of window; 128 MiB is the most that its command line grants unasked.
const WINDOW_LOG: u32 = 27;
/// A decoder that meets damage gives up the whole read, so reads are short: little is lost.
const STEP: usize = 16 << 10;
const BUFFER: usize = 256 << 10;
/// The ratio is asked only after so many bytes: a short file may well be one repeated line.
const RATIO_AFTER: u64 = 1 << 20;

/// The unpacked bytes of an input.
pub(super) struct Stream {
    reader: Box<dyn Read + Send>,
    limits: Option<Limits>,
    /// Bytes taken from the disk.
    packed: Arc<AtomicU64>,
    unpacked: u64,
    head: Vec<u8>,
    ended: bool,
    trouble: Option<(Reason, String)>,
}

impl Stream {
    pub(super) fn open(input: &Input, limits: &Limits) -> io::Result<Self> {
        let packed = Arc::new(AtomicU64::new(0));
        let raw: Box<dyn Read + Send> = match &input.place {
            Place::StandardInput => Box::new(io::stdin()),
            Place::File(path) => {
                // Something else may have taken the place of a walked file since: opening a FIFO would hang.
                let regular = |metadata: fs::Metadata| metadata.is_file();
                let changed = || io::Error::other("is no longer a regular file");
                if !input.named && !regular(fs::symlink_metadata(path)?) {
                    return Err(changed());
                }
                let file = File::open(path)?;
                if !input.named && !regular(file.metadata()?) {
                    return Err(changed());
                }
                Box::new(file)
            }
        };
        Self::over(raw, input.compression, limits, packed)
    }

    fn over(
        raw: Box<dyn Read + Send>,
        compression: Compression,
        limits: &Limits,
        packed: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let buffered = |raw| Counted { inner: BufReader::with_capacity(BUFFER, raw), count: packed.clone() };
        let (reader, limits): (Box<dyn Read + Send>, _) = match compression {
            Compression::None => (Box::new(Counted { inner: raw, count: packed.clone() }), None),
            Compression::Gzip => (Box::new(MultiGzDecoder::new(buffered(raw))), Some(limits.clone())),
            Compression::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(buffered(raw))?;
                decoder.window_log_max(WINDOW_LOG)?;
                (Box::new(decoder), Some(limits.clone()))
            }
        };
        Ok(Self { reader, limits, packed, unpacked: 0, head: Vec::new(), ended: false, trouble: None })
    }

    /// Appends about `want` more bytes; fewer only at the end.
    pub(super) fn fill(&mut self, into: &mut Vec<u8>, want: usize) {
        let head = self.head.len().min(want);
        into.extend(self.head.drain(..head));
        self.read(into, want - head);
    }

    /// The next bytes, at least `want` if there are so many, without taking them.
    pub(super) fn peek(&mut self, want: usize) -> &[u8] {
        let mut head = std::mem::take(&mut self.head);
        let missing = want.saturating_sub(head.len());
        self.read(&mut head, missing);
        self.head = head;
        &self.head
    }

    /// Whether nothing more will come.
    pub(super) fn ended(&self) -> bool {
        self.ended && self.head.is_empty()
    }

    /// What ended the stream, if it was not its end.
    pub(super) fn trouble(&self) -> Option<&(Reason, String)> {
        self.trouble.as_ref()
    }

    /// Bytes taken from the disk so far.
    pub(super) fn packed(&self) -> u64 {
        self.packed.load(Ordering::Relaxed)
    }

    fn read(&mut self, into: &mut Vec<u8>, want: usize) {
        if self.ended || want == 0 {
            return;
        }
        let before = into.len();
        match self.limits.clone() {
            None => {
                let result = (&mut self.reader).take(want as u64).read_to_end(into);
                if let Err(error) = result {
                    self.stop(Reason::Unreadable, error.to_string());
                }
                self.ended |= into.len() - before < want;
            }
            Some(limits) => {
                while !self.ended && into.len() - before < want {
                    self.step(into, (want - (into.len() - before)).min(STEP), &limits);
                }
            }
        }
    }

    /// One read of a decoder.
    fn step(&mut self, into: &mut Vec<u8>, want: usize, limits: &Limits) {
        let before = into.len();
        into.resize(before + want, 0);
        let result = self.reader.read(&mut into[before..]);
        into.truncate(before + *result.as_ref().unwrap_or(&0));
        match result {
            Ok(0) => self.ended = true,
            Ok(read) => self.unpacked += read as u64,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.raw_os_error().is_some() => self.stop(Reason::Unreadable, error.to_string()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                self.stop(Reason::Damaged, "ends early; what was whole before is kept".to_owned());
            }
            Err(error) => self.stop(Reason::Damaged, format!("{error}; what was whole before is kept")),
        }
        let packed = self.packed();
        if self.unpacked > limits.file_bytes {
            into.truncate(before);
            self.stop(Reason::Bomb, format!("more than {} bytes; the rest is left out", limits.file_bytes));
        } else if self.unpacked > RATIO_AFTER && self.unpacked / limits.ratio.max(1) > packed {
            into.truncate(before);
            let ratio = limits.ratio;
            self.stop(Reason::Bomb, format!("more than {ratio} times its size; the rest is left out"));
        }
    }

    fn stop(&mut self, reason: Reason, detail: String) {
        self.ended = true;
        self.trouble = Some((reason, detail));
    }
}

/// Counts the bytes that a reader gave away.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count.fetch_add(amount as u64, Ordering::Relaxed);
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression as Level;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::read::tests::{Folder, one, try_all};
    use crate::read::{Limits, ReadSettings};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Level::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    /// Lines that do not compress well, so that a cut anywhere leaves some.
    fn lines(count: u64) -> String {
        let noise = |seed: u64| (0..40).map(move |at| (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at));
        (0..count)
            .map(|seed| {
                let words: Vec<String> = noise(seed).map(|word| format!("{word:x}")).collect();
                format!("{{\"text\":\"{}\"}}\n", words.join(" "))
            })
            .collect()
    }

    #[test]
    fn both_compressions_read_as_what_they_pack() {
        let text = lines(500);
        let plain = one("a.jsonl", &text);
        assert_eq!(plain.documents.len(), 500);
        for (name, packed) in [("a.jsonl.gz", gzip(text.as_bytes())), ("a.jsonl.zst", zstd(text.as_bytes()))] {
            let packed = one(name, packed);
            assert_eq!(packed.texts(), plain.texts());
            assert!(packed.warnings.is_empty(), "{:?}", packed.warnings);
            assert!(packed.ids()[0].ends_with("a.jsonl:1"));
        }
    }

    #[test]
    fn members_and_frames_in_a_row_are_one_file() {
        for (name, pack) in [("a.txt.gz", gzip as fn(&[u8]) -> Vec<u8>), ("a.txt.zst", zstd)] {
            let all = one(name, [pack(b"first "), pack(b"second")].concat());
            assert_eq!((all.texts(), all.warnings.len()), (vec!["first second"], 0), "{name}");
        }
        let many: Vec<u8> = gzip(b"{\"text\":\"a\"}\n").repeat(10_000);
        assert_eq!(one("a.jsonl.gz", many).documents.len(), 10_000);
    }

    #[test]
    fn a_cut_file_keeps_the_whole_lines_before_the_cut() {
        let text = lines(300);
        let whole = one("a.jsonl", &text);
        for (name, packed) in [("a.jsonl.gz", gzip(text.as_bytes())), ("a.jsonl.zst", zstd(text.as_bytes()))] {
            let mut before = 0;
            for cut in (1..packed.len()).step_by(packed.len() / 40) {
                let all = one(name, &packed[..cut]);
                assert_eq!(all.reasons(), [("a.jsonl", None, Reason::Damaged)], "{name} cut at {cut}");
                assert_eq!(all.texts(), whole.texts()[..all.documents.len()], "{name} cut at {cut}");
                assert!(all.documents.len() >= before);
                before = all.documents.len();
            }
            assert!(before > 100, "{name}: {before}");
        }
    }

    #[test]
    fn damage_in_the_middle_loses_little_of_what_came_before() {
        let text = lines(1000);
        let mut packed = gzip(text.as_bytes());
        let middle = packed.len() / 2;
        packed[middle..middle + 64].fill(0xff);
        let all = one("a.jsonl.gz", packed);
        assert!(all.reasons().contains(&("a.jsonl", None, Reason::Damaged)));
        assert!(all.documents.len() > 350, "{}", all.documents.len());
    }

    #[test]
    fn a_wrong_checksum_is_told_though_all_was_read() {
        let mut packed = gzip(b"{\"text\":\"a\"}\n{\"text\":\"b\"}");
        let checksum = packed.len() - 8;
        packed[checksum] ^= 1;
        let all = one("a.jsonl.gz", packed);
        assert_eq!(all.texts(), ["a", "b"]);
        assert_eq!(all.reasons(), [("a.jsonl", None, Reason::Damaged)]);
    }

    #[test]
    fn bytes_behind_the_last_member_are_told_of() {
        let all = one("a.txt.gz", [gzip(b"whole\n"), b"junk junk junk".to_vec()].concat());
        assert_eq!((all.texts(), all.reasons()), (vec!["whole\n"], vec![("a.txt", None, Reason::Damaged)]));
    }

    #[test]
    fn a_file_that_only_claims_to_be_packed_is_damaged() {
        for name in ["a.txt.gz", "a.txt.zst"] {
            let all = one(name, "An article");
            assert_eq!((all.documents.len(), all.reasons()), (0, vec![("a.txt", None, Reason::Damaged)]));
        }
    }

    #[test]
    fn a_file_that_unpacks_a_thousandfold_is_dropped_and_its_lines_before_are_kept() {
        let mut text = lines(20).into_bytes();
        text.resize(40 << 20, b' ');
        for (name, packed) in [("a.jsonl.gz", gzip(&text)), ("a.jsonl.zst", zstd(&text))] {
            let folder = Folder::new();
            let path = folder.write(name, packed);
            let limits = Limits { ratio: 500, ..Limits::default() };
            let all = try_all(&[path], &ReadSettings { limits, ..ReadSettings::default() }).unwrap();
            assert_eq!(all.reasons(), [("a.jsonl", None, Reason::Bomb)], "{name}");
            assert_eq!(all.documents.len(), 20, "{name}");
        }
    }

    #[test]
    fn the_ratio_is_not_asked_of_short_files() {
        let mut text = b"{\"text\":\"a\"}\n".to_vec();
        text.resize(900 << 10, b' ');
        assert!(one("a.jsonl.zst", zstd(&text)).warnings.is_empty());
    }

    #[test]
    fn an_input_unpacks_to_no_more_than_the_limit() {
        let folder = Folder::new();
        let path = folder.write("a.jsonl.gz", gzip(lines(200).as_bytes()));
        let limits = Limits { file_bytes: 50_000, ..Limits::default() };
        let all = try_all(&[path], &ReadSettings { limits, ..ReadSettings::default() }).unwrap();
        assert_eq!(all.reasons(), [("a.jsonl", None, Reason::Bomb)]);
        assert!((10..199).contains(&all.documents.len()), "{}", all.documents.len());
    }

    #[test]
    fn a_bomb_of_a_plain_article_is_no_document() {
        let all = one("a.txt.zst", zstd(&vec![b'a'; 30 << 20]));
        assert_eq!((all.documents.len(), all.reasons()), (0, vec![("a.txt", None, Reason::Bomb)]));
    }

    #[test]
    fn peeked_bytes_come_again() {
        let raw = Box::new(io::Cursor::new(b"abcdef".to_vec()));
        let mut stream = Stream::over(raw, Compression::None, &Limits::default(), Arc::default()).unwrap();
        assert_eq!(stream.peek(2), b"ab");
        assert_eq!(stream.peek(4), b"abcd");
        let mut taken = Vec::new();
        stream.fill(&mut taken, 3);
        assert!(!stream.ended());
        stream.fill(&mut taken, 100);
        assert_eq!(taken, b"abcdef");
        assert!(stream.ended());
    }
}
