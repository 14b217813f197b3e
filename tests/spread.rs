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
pub(crate) struct Toy {
    walk: Walk,
    partitions: usize,
    state: u64,
    streams: BTreeMap<Stream, Vec<Row>>,
}

impl Toy {
    pub(crate) fn new(settings: Settings, deals: u32, partitions: usize, seed: u64) -> Self {
        let walk = Walk::new(settings, deals).expect("settings that steps know");
        Self { walk, partitions, state: seed, streams: BTreeMap::new() }
    }

    fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % n.max(1)
    }

    pub(crate) fn rows(&self, stream: Stream) -> &[Row] {
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

    pub(crate) fn run(&mut self, documents: &[Document]) {
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
    pub(crate) fn table(&self, name: &str) -> Vec<Vec<CellValue>> {
        let stream = Stream::ALL.iter().copied().find(|stream| stream.name() == format!("table_{name}"));
        let Some(stream) = stream else { return Vec::new() };
        let rows = self.rows(stream).iter().map(|row| table_row(&row.data).expect("a row of a table"));
        sorted(rows.collect())
    }
}

pub(crate) fn sorted(mut rows: Vec<Vec<CellValue>>) -> Vec<Vec<CellValue>> {
    rows.sort_by(|x, y| x.partial_cmp(y).expect("numbers"));
    rows
}

pub(crate) fn one_machine(settings: Settings, documents: &[Document]) -> Report {
    let mut detector = Detector::new(settings).expect("settings");
    documents.iter().for_each(|document| detector.add(document.clone()).expect("an article"));
    detector.report(&()).expect("a report")
}

/// Fails with the first row that differs.
#[track_caller]
pub(crate) fn assert_same(toy: &Toy, report: &Report) {
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
