//! What all tests share: articles, marked texts, a corpus in a folder of its own, the command, tables as maps, dice.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::MultiGzDecoder;
use wirecopy::align::Role;
use wirecopy::document::Time;
use wirecopy::read::{self, ReadSettings};
use wirecopy::report::{ReportOptions, write_csv};
use wirecopy::{Detector, Document, Metadata, Report, Settings};

/// Columns by name.
pub(crate) type Row = BTreeMap<String, String>;

/// Files by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

// ---------------------------------------------------------------------------------------------- articles and reports

/// An article without a date.
pub(crate) fn article(id: &str, source: &str, text: &str) -> Document {
    let metadata = Metadata { source: source.into(), ..Metadata::default() };
    Document { id: id.into(), text: text.into(), metadata, ..Document::default() }
}

/// An article of a day.
pub(crate) fn dated(id: &str, source: &str, time: &str, text: &str) -> Document {
    let mut document = article(id, source, text);
    document.metadata.time = Some(Time::parse(time).expect("a date that can be read"));
    document
}

/// The report on these articles.
pub(crate) fn scan(documents: impl IntoIterator<Item = Document>) -> Report {
    scan_with(Settings::news(), documents)
}

/// The report on these articles by other settings.
pub(crate) fn scan_with(settings: Settings, documents: impl IntoIterator<Item = Document>) -> Report {
    let mut detector = Detector::new(settings).expect("settings in their range");
    for document in documents {
        detector.add(document).expect("an article that fits");
    }
    detector.report(&()).expect("a report")
}

/// The report on files and folders.
pub(crate) fn scan_paths(paths: &[&Path]) -> Report {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    let found = read::discover(&paths).expect("paths that are there");
    let mut detector = Detector::new(Settings::news()).expect("settings in their range");
    detector.warn(found.warnings);
    detector.read(found.inputs, ReadSettings::default(), &()).expect("inputs that can be read");
    detector.report(&()).expect("a report")
}

/// What `scan -o` would write, byte by byte.
pub(crate) fn files_of(report: &Report) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    write_csv(report, folder.path(), ReportOptions::default(), &[]).expect("a report that can be written");
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().expect("a name in UTF-8");
    let entries = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| (name(&entry), fs::read(entry.path()).expect("a file"))).collect()
}

/// Says which files differ, where, and how, without printing all of them.
#[track_caller]
pub(crate) fn assert_same_files(one: &Files, other: &Files, what: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{what}");
    for (name, bytes) in one {
        let (x, y) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&other[name]));
        if let Some((number, (x, y))) = x.lines().zip(y.lines()).enumerate().find(|(_, (x, y))| x != y) {
            panic!("{what}: {name} differs in line {}:\n  {x}\n  {y}", number + 1);
        }
        assert_eq!(x.len(), y.len(), "{what}: {name} is longer in one");
    }
}

/// What gzip compressed.
pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut out).expect("gzip");
    out
}

/// A table's rows.
pub(crate) fn rows(csv: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv);
    reader.deserialize().map(|row| row.expect("a row under its header")).collect()
}

/// The rows of a table in a report folder.
pub(crate) fn table(folder: &Path, name: &str) -> Vec<Row> {
    let path = folder.join(name).with_extension("csv");
    rows(&fs::read(&path).unwrap_or_else(|error| panic!("{name}.csv: {error}")))
}

/// A cell that holds a number.
#[track_caller]
pub(crate) fn number(row: &Row, column: &str) -> usize {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is no number: {:?}", row[column]))
}

/// The column of all rows.
pub(crate) fn column<'a>(rows: &'a [Row], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

// ------------------------------------------------------------------------------------------------------ marked texts

/// Two texts in which `[[` and `]]` stand around what both share: strips the marks, scans both as articles of two
/// outlets, puts marks around the main overlaps that were found, and compares. Overlaps inside one article are left
/// out, and so are those of role `repeat`.
#[track_caller]
pub(crate) fn check(a: &str, b: &str) {
    let (found_a, found_b) = marked(&strip(a), &strip(b));
    assert_eq!(format!("{found_a}\n=====\n{found_b}"), format!("{a}\n=====\n{b}"), "left: found, right: expected");
}

/// A text in which `[[` and `]]` stand around what it says more than once.
#[track_caller]
pub(crate) fn check_self(text: &str) {
    let plain = strip(text);
    let report = scan([article("a", "Herald", &plain)]);
    let rows = report.overlaps.iter().filter(|row| row.role == Role::Main);
    let spans = rows.flat_map(|row| [row.a.bytes.range(), row.b.bytes.range()]).collect();
    assert_eq!(mark(&plain, spans), text, "left: found, right: expected");
}

/// Nothing is shared by the two texts.
#[track_caller]
pub(crate) fn check_nothing(a: &str, b: &str) {
    assert!(!a.contains("[[") && !b.contains("[["), "a text without marks");
    check(a, b);
}

/// The two texts with marks around what was found.
pub(crate) fn marked(a: &str, b: &str) -> (String, String) {
    let report = scan([article("a", "Herald", a), article("b", "Post", b)]);
    let main = || report.overlaps.iter().filter(|row| row.role == Role::Main && row.a.document != row.b.document);
    (mark(a, main().map(|row| row.a.bytes.range()).collect()), mark(b, main().map(|row| row.b.bytes.range()).collect()))
}

/// The text without marks.
pub(crate) fn strip(text: &str) -> String {
    text.replace("[[", "").replace("]]", "")
}

fn mark(text: &str, mut spans: Vec<std::ops::Range<usize>>) -> String {
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup();
    let mut marks: Vec<(usize, &str)> = spans.iter().flat_map(|s| [(s.start, "[["), (s.end, "]]")]).collect();
    marks.sort_by_key(|&(at, mark)| (at, mark == "[["));
    let mut out = String::new();
    let mut from = 0;
    for (at, mark) in marks {
        out.push_str(&text[from..at]);
        out.push_str(mark);
        from = at;
    }
    out + &text[from..]
}

/// `n` words that this test has not had before: the more of them, the less is shared by accident.
pub(crate) fn own_words(n: usize) -> String {
    thread_local!(static NEXT: Cell<usize> = const { Cell::new(0) });
    let first = NEXT.get();
    NEXT.set(first + n);
    (first..first + n).map(|number| format!("own{number}x")).collect::<Vec<_>>().join(" ")
}

// ------------------------------------------------------------------------------------------------- files and command

/// A folder of its own for one test, and the command run in it.
pub(crate) struct Corpus(tempfile::TempDir);

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Corpus {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// With these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let corpus = Self::new();
        for (name, text) in files {
            corpus.file(name, text);
        }
        corpus
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the folders it lies in.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
        self
    }

    /// Runs `wirecopy` in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Runs `wirecopy` in the folder, with this on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self.command(arguments).spawn().expect("the command");
        // Bad usage ends the command before it reads: nobody to write to is no trouble.
        let _ = child.stdin.take().expect("standard input").write_all(input);
        let output = child.wait_with_output().expect("the command's end");
        let text = |bytes| String::from_utf8(bytes).expect("output in UTF-8");
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The command, ready to run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Scans into the folder `report`, and asks for this exit code.
    #[track_caller]
    pub(crate) fn scan(&self, arguments: &[&str], code: i32) -> Ran {
        let all: Vec<&str> = ["scan"].iter().chain(arguments).chain(&["-o", "report"]).copied().collect();
        self.run(&all).exits(code)
    }

    /// A table of the folder `report`.
    pub(crate) fn table(&self, name: &str) -> Vec<Row> {
        table(&self.path().join("report"), name)
    }

    /// Ids of all articles in the folder `report`.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.table("articles").into_iter().map(|mut row| row.remove("id").expect("an id")).collect()
    }

    /// `run.json` of the folder `report`.
    pub(crate) fn run_json(&self) -> serde_json::Value {
        let bytes = fs::read(self.path().join("report/run.json")).expect("run.json");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Names of all that lies in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.path())
    }
}

impl Ran {
    /// Asks for an exit code, and for an end without panic.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert!(!self.err.contains("panicked"), "it panicked:\n{}", self.err);
        assert_eq!(self.code, Some(code), "exit code\n-- out\n{}\n-- err\n{}", self.out, self.err);
        self
    }

    /// Asks for words on standard error.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "not said: {words}\n-- err\n{}", self.err);
        self
    }
}

/// Names of all that lies in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// Copies a folder with all that lies in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file");
        }
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

// -------------------------------------------------------------------------------------------------------------- dice

/// SplitMix64: the same throws on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// 0 … n − 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// From 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// `n` different numbers below `of`.
    pub(crate) fn sample(&mut self, of: usize, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..of).collect();
        self.shuffle(&mut all);
        all.truncate(n);
        all
    }
}
