//! A whole scan of `corpus/`, from files to CSV tables. `cargo bench --bench scan`; the counter is bytes of text.

use divan::Bencher;
use divan::counter::BytesCount;
use wirecopy::report::{ReportOptions, write_csv};
use wirecopy::{Channels, Detector, Settings, read};

fn main() {
    divan::main();
}

#[divan::bench(args = [Channels::Both, Channels::Fingerprints, Channels::Lsh])]
fn corpus_to_tables(bencher: Bencher, candidates: Channels) {
    let mut settings = Settings::news();
    settings.candidates = candidates;
    let inputs = || read::discover(&["corpus".into()]).unwrap().inputs;
    let size: u64 = inputs().iter().map(read::Input::bytes).sum();
    let out = tempfile::tempdir().unwrap();
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        let mut detector = Detector::new(settings.clone()).unwrap();
        detector.read(inputs(), read::ReadSettings::default(), &()).unwrap();
        let report = detector.report(&()).unwrap();
        write_csv(&report, out.path(), ReportOptions::default(), &[]).unwrap();
        report.overlaps.len()
    });
}
