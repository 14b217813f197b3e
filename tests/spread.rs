//! A scan in steps over rows is the scan of one machine: a toy engine throws rows about, brings groups together in
//! partitions, cuts these into pieces, and holds the tables that come out against those of a report.

use std::collections::BTreeMap;

use wirecopy::report::TABLES;
use wirecopy::spread::{
    CellValue, ROUND_STREAMS, ROUNDS, Row, RowRef, Rows, STEPS, Step, Stepper, Stream, Walk, spread, table_row,
    table_rows,
};
use wirecopy::{Detector, Document, Preparer, Report, Settings};

/// An engine in one thread.
struct Toy {
    walk: Walk,
    partitions: usize,
    state: u64,
    streams: BTreeMap<Stream, Vec<Row>>,
}

impl Toy {
    fn new(settings: Settings, deals: u32, partitions: usize, seed: u64) -> Self {
        let walk = Walk::new(settings, deals).expect("settings that steps know");
        Self { walk, partitions, state: seed, streams: BTreeMap::new() }
    }

    fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % n.max(1)
    }

    fn rows(&self, stream: Stream) -> &[Row] {
        self.streams.get(&stream).map_or(&[], Vec::as_slice)
    }

    /// Walks a step, and gives what it tells.
    fn walk(&mut self, step: Step) -> Vec<(Stream, Row)> {
        let mut parts: Vec<Vec<Row>> = vec![Vec::new(); self.partitions];
        let mix = |sum: u64, k: &i64| (sum ^ *k as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        for row in step.inputs.iter().flat_map(|input| self.rows(*input)) {
            let group = row.key[..step.group].iter().fold(0u64, mix);
            parts[(group >> 7) as usize % self.partitions].push(row.clone());
        }
        let mut told = Vec::new();
        for mut part in parts {
            for at in (1..part.len()).rev() {
                let other = self.below(at + 1);
                part.swap(at, other);
            }
            part.sort_by_key(|row| row.key);
            let mut stepper = Stepper::new(self.walk.clone(), step);
            let rows: Vec<RowRef<'_>> = part.iter().map(|row| RowRef { key: row.key, data: &row.data }).collect();
            let mut rest = &rows[..];
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(1 + self.below(rest.len().min(700)));
                stepper.feed(piece).expect("rows that can be read");
                rest = later;
            }
            stepper.close().expect("rows that can be read");
            told.extend(stepper.told.take());
        }
        assert!(told.iter().all(|(stream, _)| step.outputs.contains(stream)), "{step:?} tells what it does not say");
        told
    }

    fn keep(&mut self, told: Vec<(Stream, Row)>) {
        told.into_iter().for_each(|(stream, row)| self.streams.entry(stream).or_default().push(row));
    }

    fn set(&mut self, stream: Stream, told: Vec<(Stream, Row)>) {
        self.streams.insert(stream, told.into_iter().map(|told| told.1).collect());
    }

    fn order(&mut self) {
        let mut rows = self.streams.remove(&Stream::Order).unwrap_or_default();
        rows.sort_by(|x, y| (&x.key[..2], &x.data).cmp(&(&y.key[..2], &y.data)));
        let ranked = rows.into_iter().zip(0..).map(|(row, n)| {
            let [_, _, handle, given] = row.key;
            (Stream::Ranked, Row { key: [handle, 3, n, given], data: row.data })
        });
        let ranked = ranked.collect();
        self.keep(ranked);
    }

    fn connect(&mut self, edges: Stream, labels: Stream) {
        let told = self.rows(edges).to_vec();
        self.streams.insert(Stream::Edge, told);
        let [large, small, label] = ROUNDS;
        let mut before = Vec::new();
        for round in 0.. {
            assert!(round < 40, "rounds end");
            let told = self.walk(large);
            self.set(Stream::UpEdge, told);
            let mut up = self.rows(Stream::UpEdge).to_vec();
            up.sort();
            up.dedup();
            if up == before {
                break;
            }
            before = up;
            let told = self.walk(small);
            self.set(Stream::Edge, told);
        }
        let told = self.walk(label);
        self.set(labels, told);
    }

    fn run(&mut self, documents: &[Document]) {
        let (mut preparer, mut rows) = (Preparer::default(), Rows::default());
        documents.iter().for_each(|document| spread(&mut preparer, document, &mut rows).expect("an article"));
        self.keep(rows.take());
        for &step in STEPS {
            for &input in step.inputs {
                if input == Stream::Ranked {
                    self.order();
                }
                if let Some(&(edges, labels)) = ROUND_STREAMS.iter().find(|rounds| rounds.1 == input) {
                    self.connect(edges, labels);
                }
            }
            let told = self.walk(step);
            self.keep(told);
        }
    }

    /// The rows of a table, sorted.
    fn table(&self, name: &str) -> Vec<Vec<CellValue>> {
        let stream = Stream::ALL.iter().copied().find(|stream| stream.name() == format!("table_{name}"));
        let Some(stream) = stream else { return Vec::new() };
        let rows = self.rows(stream).iter().map(|row| table_row(&row.data).expect("a row of a table"));
        sorted(rows.collect())
    }
}

fn sorted(mut rows: Vec<Vec<CellValue>>) -> Vec<Vec<CellValue>> {
    rows.sort_by(|x, y| x.partial_cmp(y).expect("numbers"));
    rows
}

fn one_machine(settings: Settings, documents: &[Document]) -> Report {
    let mut detector = Detector::new(settings).expect("settings");
    documents.iter().for_each(|document| detector.add(document.clone()).expect("an article"));
    detector.report(&()).expect("a report")
}

/// Fails with the first row that differs.
#[track_caller]
fn assert_same(toy: &Toy, report: &Report) {
    for table in TABLES {
        let (told, expected) = (toy.table(table.name), sorted(table_rows(table, report)));
        if let Some((x, y)) = told.iter().zip(&expected).find(|(x, y)| x != y) {
            for ((name, x), y) in table.columns.iter().zip(x).zip(y).filter(|((_, x), y)| x != y) {
                eprintln!("{name}: {x:?} {y:?}");
            }
            panic!("{} differs:\n{x:?}\n{y:?}", table.name);
        }
        assert_eq!(told.len(), expected.len(), "rows of {}", table.name);
    }
}

#[track_caller]
fn check(settings: Settings, documents: &[Document], deals: u32, partitions: usize) -> Report {
    let mut toy = Toy::new(settings.clone(), deals, partitions, u64::from(deals) + 7);
    toy.run(documents);
    let report = one_machine(settings, documents);
    assert_same(&toy, &report);
    report
}

/// The articles of the sample corpus.
fn corpus() -> Vec<Document> {
    let found = wirecopy::read::discover(&[concat!(env!("CARGO_MANIFEST_DIR"), "/corpus").into()]).expect("a folder");
    let settings = wirecopy::read::ReadSettings::default();
    let mut reader = wirecopy::read::Reader::new(found.inputs, settings.clone());
    let mut out = Vec::new();
    while let Some(batch) = reader.next_batch().expect("inputs that can be read") {
        out.extend(batch.records().iter().filter_map(|record| record.parse(&settings).document));
    }
    out
}

#[test]
fn every_table_is_that_of_one_machine_however_rows_are_dealt() {
    let documents = corpus();
    for (deals, partitions) in [(1, 1), (3, 4), (7, 11)] {
        let report = check(Settings::news(), &documents, deals, partitions);
        assert!(TABLES.iter().all(|table| !table.is_empty(&report)), "a table that holds no row tells nothing");
    }
}

/// Articles of words of their own around one statement, from several outlets or from none.
fn hub(articles: usize) -> Vec<Document> {
    let words = |of: &str, count: usize| (0..count).map(|at| format!("{of}w{at}")).collect::<Vec<_>>().join(" ");
    let article = |at: usize| {
        let id = format!("d{at:03}");
        let text = format!("{} {} {}", words(&format!("{id}a"), 30), words("hub", 60), words(&format!("{id}b"), 30));
        let source = if at.is_multiple_of(7) { String::new() } else { format!("outlet {}", at % 5) };
        let metadata = wirecopy::Metadata {
            source,
            time: wirecopy::document::Time::parse(&format!("2031-02-{:02}", 1 + at % 9)),
            ..Default::default()
        };
        Document { id, metadata, text, body_start: 0 }
    };
    (0..articles).map(article).collect()
}

#[test]
fn stars_are_those_of_one_machine() {
    let report = check(Settings::news(), &hub(150), 3, 4);
    assert!(report.run.counts.star_fingerprints > 5 && report.run.counts.star_buckets > 0);
}

#[test]
fn phrases_that_stand_very_often_are_those_of_one_machine() {
    let often: String =
        (0..60).map(|at| format!("x{at} seven old ferries left the eastern harbour before noon ")).collect();
    let one = |id: &str| Document { id: id.into(), text: often.clone(), ..Document::default() };
    check(Settings::news(), &[one("a"), one("b"), one("c")], 2, 3);
}

/// Articles that quote one speaker, in pieces out of one speech, in words that no other article has, or in both: any may
/// come twice in an article.
fn speeches(articles: u64) -> Vec<Document> {
    let mut state = 11u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let piece = |of: &str| (0..14).map(|word| format!("{of}x{word}")).collect::<Vec<_>>().join(" ");
    let mut article = |at: u64| {
        let mut paragraphs = Vec::new();
        for paragraph in 0..7 {
            let own: String = (0..12).map(|word| format!("own{at}y{paragraph}z{word} ")).collect();
            let [shared, private] = ["speech", &format!("alone{at}n")].map(|of| piece(&format!("{of}{}", below(4))));
            let quoted = match below(3) {
                0 => shared,
                1 => private,
                _ => format!("{shared} {private}"),
            };
            paragraphs.push(format!("“{quoted},” Arno Velt said. {own}."));
        }
        let metadata = wirecopy::Metadata {
            source: format!("outlet {}", at % 4),
            time: wirecopy::document::Time::parse(&format!("2031-03-{:02}", 1 + at % 5)),
            ..Default::default()
        };
        Document { id: format!("s{at:02}"), metadata, text: paragraphs.join("\n\n"), body_start: 0 }
    };
    (0..articles).map(&mut article).collect()
}

#[test]
fn statements_of_articles_that_repeat_a_quotation_are_those_of_one_machine() {
    for articles in [2, 3, 5, 12] {
        let report = check(Settings::news(), &speeches(articles), 3, 4);
        assert!(report.found.iter().any(|found| found.a == found.b), "no article repeats itself");
        assert!(!report.statements.is_empty());
    }
}

#[test]
fn articles_of_one_id_are_told_apart() {
    let text = "the council voted on Tuesday to close the east quay to heavy lorries for good";
    let one = |id: &str, text: String| Document { id: id.into(), text, ..Document::default() };
    let documents = [
        one("a", format!("{text}.")),
        one("a", format!("We hear: {text}!")),
        one("a#2", format!("So {text}, they say.")),
        one("a", format!("{text}.")),
    ];
    let report = check(Settings::news(), &documents, 2, 3);
    let ids: Vec<&str> = report.articles.iter().map(|row| report.index.id(row.document)).collect();
    assert_eq!(ids, ["a", "a#2", "a#3"]);
}

#[test]
fn err_settings_that_steps_do_not_know() {
    let changes: [fn(&mut Settings); 3] = [
        |settings| settings.window_days = Some(3),
        |settings| settings.pairs = wirecopy::Pairs::All,
        |settings| settings.same_source = wirecopy::SameSource::Skip,
    ];
    for change in changes {
        let mut settings = Settings::news();
        change(&mut settings);
        let error = Walk::new(settings, 1).map(drop).unwrap_err().to_string();
        assert!(error.contains("not known where a scan is spread"), "{error}");
    }
}

#[test]
fn err_rows_that_are_cut_or_changed() {
    let (mut preparer, mut rows) = (Preparer::default(), Rows::default());
    hub(3).iter().for_each(|document| spread(&mut preparer, document, &mut rows).expect("an article"));
    let told = rows.take();
    let walk = Walk::new(Settings::news(), 1).expect("settings");
    let step = STEPS.iter().find(|step| step.name == "tell_apart").expect("a step");
    for (_, row) in told.iter().filter(|(stream, _)| *stream == Stream::Name) {
        for len in 0..row.data.len() {
            let mut stepper = Stepper::new(walk.clone(), *step);
            let fed = stepper.feed(&[RowRef { key: row.key, data: &row.data[..len] }]);
            assert!(fed.and_then(|()| stepper.close()).is_err(), "{len} bytes");
        }
    }
}
