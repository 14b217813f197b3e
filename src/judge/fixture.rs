//! Small corpora for tests: invented articles, whose quotations are ascribed by hand or as the judge does.
#![cfg(test)]

use super::quotes::{Quotation, quotations};
use super::speaker::{Voice, speakers};
use super::{Furniture, Grouped, Judged, Judgement, Kind, judge, read_credits};
use crate::align::{Found, align};
use crate::candidate::Candidates;
use crate::cluster::clusters;
use crate::document::{ByteSpan, Document, DocumentIndex, Metadata, Paragraph, Time, TokenSpan};
use crate::index::{Index, SegmentBuilder};
use crate::passage::{Passage, passages};
use crate::prepare::Preparer;
use crate::read::{ReadSettings, Reader};
use crate::settings::Settings;

/// What [`super::altered`] and [`super::statements`] are asked with.
pub(super) struct Corpus {
    pub(super) index: Index,
    pub(super) found: Vec<Found>,
    pub(super) voices: Vec<Option<Voice>>,
}

/// An article: id, date ("" for none) and text, in which `{name}` stands right after a closing mark and ascribes the
/// quotation to the first place of `name` in the text.
pub(super) type Article<'a> = (&'a str, &'a str, &'a str);

impl Corpus {
    /// Finds what the articles share as the detector does.
    pub(super) fn new(articles: &[Article]) -> Self {
        let mut names: Vec<(String, Vec<Option<String>>)> = Vec::new();
        let documents = articles.iter().map(|(id, date, marked)| {
            let (text, speakers) = unmark(marked);
            names.push((id.to_string(), speakers));
            let metadata = Metadata { time: Time::parse(date), ..Metadata::default() };
            Document { id: id.to_string(), metadata, text, body_start: 0 }
        });
        let (index, found) = search(documents.collect());
        let voices = index
            .documents()
            .map(|document| {
                let speakers = &names.iter().find(|(id, _)| id == index.id(document))?.1;
                Some(voice(&index, document, speakers))
            })
            .collect();
        Self { index, found, voices }
    }

    /// Real articles, in which quotations are ascribed to nobody.
    pub(super) fn unascribed(documents: Vec<Document>) -> Self {
        let (index, found) = search(documents);
        let voices = index.documents().map(|document| Some(voice(&index, document, &[]))).collect();
        Self { index, found, voices }
    }

    /// Real articles, as the judge hears them.
    pub(super) fn heard(documents: Vec<Document>) -> Self {
        let (index, found) = search(documents);
        let mut spans = Vec::new();
        let voices = index
            .documents()
            .map(|document| {
                let text = index.text(document);
                index.spans(document, &mut spans);
                let paragraphs: Vec<Paragraph> = index.paragraphs(document).collect();
                let quotations = quotations(text, &spans, &paragraphs);
                let speakers = speakers(text, &spans, &paragraphs, &quotations);
                Some(Voice { quotations, speakers })
            })
            .collect();
        Self { index, found, voices }
    }

    pub(super) fn document(&self, id: &str) -> DocumentIndex {
        self.index.documents().find(|&d| self.index.id(d) == id).unwrap()
    }
}

/// The articles of a folder.
pub(super) fn read(folder: &str) -> Vec<Document> {
    let found = crate::read::discover(&[folder.into()]).unwrap();
    let settings = ReadSettings::default();
    let mut reader = Reader::new(found.inputs, settings.clone());
    let mut out = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        out.extend(batch.records().iter().filter_map(|record| record.parse(&settings).document));
    }
    out
}

/// An invented article; the date is "" for none.
pub(super) fn article(id: &str, source: &str, date: &str, text: &str) -> Document {
    let metadata = Metadata { source: source.into(), time: Time::parse(date), ..Metadata::default() };
    Document { id: id.into(), metadata, text: text.into(), body_start: 0 }
}

/// `n` words that this test has not had before.
pub(super) fn own_words(n: usize) -> String {
    thread_local!(static NEXT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });
    let first = NEXT.replace(NEXT.get() + n);
    (first..first + n).map(|number| format!("own{number}x")).collect::<Vec<_>>().join(" ")
}

/// The text with `[[` and `]]` around each stretch of tokens that is marked.
pub(super) fn show(index: &Index, document: DocumentIndex, marked: impl Fn(usize) -> bool) -> String {
    let mut spans = Vec::new();
    index.spans(document, &mut spans);
    let text = index.text(document);
    let (mut out, mut from) = (String::new(), 0);
    for (at, span) in spans.iter().enumerate().filter(|(at, _)| marked(*at)) {
        if at == 0 || !marked(at - 1) {
            out.push_str(&text[from..span.start as usize]);
            out.push_str("[[");
            from = span.start as usize;
        }
        if at + 1 == spans.len() || !marked(at + 1) {
            out.push_str(&text[from..span.end as usize]);
            out.push_str("]]");
            from = span.end as usize;
        }
    }
    out + &text[from..]
}

/// Articles and all that is judged of them.
pub(super) struct Trial {
    pub(super) index: Index,
    pub(super) found: Vec<Found>,
    pub(super) passages: Vec<Passage>,
    pub(super) judgement: Judgement,
}

impl Trial {
    pub(super) fn new(documents: Vec<Document>) -> Self {
        Self::with(documents, &Settings::news())
    }

    pub(super) fn with(documents: Vec<Document>, settings: &Settings) -> Self {
        let (index, found) = search_with(documents, settings);
        let (passages, passage_of) = passages(&index, &found);
        let clusters = clusters(&index, &found);
        let grouped = Grouped { passages: &passages, passage_of: &passage_of, clusters: &clusters };
        let furniture = Furniture::learn(&index, &found, &clusters, &settings.boilerplate);
        let credits = read_credits(&index, &settings.outlets);
        let judgement = judge(&index, &found, grouped, credits, &furniture, settings);
        Self { index, found, passages, judgement }
    }

    pub(super) fn document(&self, id: &str) -> DocumentIndex {
        self.index.documents().find(|&d| self.index.id(d) == id).unwrap()
    }

    /// What the overlaps between two articles are.
    pub(super) fn between(&self, a: &str, b: &str) -> Vec<Judged> {
        let (a, b) = (self.document(a), self.document(b));
        let pairs = self.found.iter().zip(&self.judgement.overlaps);
        pairs.filter(|(f, _)| (f.a, f.b) == (a, b)).map(|(_, judged)| *judged).collect()
    }

    /// What the only overlap between two articles is.
    #[track_caller]
    pub(super) fn only(&self, a: &str, b: &str) -> Judged {
        let all = self.between(a, b);
        assert_eq!(all.len(), 1, "one overlap between {a} and {b}");
        all[0]
    }

    /// Words of an article of a kind.
    pub(super) fn words(&self, id: &str, kind: Kind) -> u32 {
        self.judgement.sheets[self.document(id).at()].partition.of(kind)
    }
}

/// Index and overlaps of some articles.
pub(super) fn search(documents: Vec<Document>) -> (Index, Vec<Found>) {
    search_with(documents, &Settings::news())
}

fn search_with(documents: Vec<Document>, settings: &Settings) -> (Index, Vec<Found>) {
    let mut builder = SegmentBuilder::default();
    let mut described = Vec::new();
    for document in documents {
        let prepared = Preparer::default().prepare(&document);
        builder.push(&document, &prepared).unwrap();
        described.push((document.id, document.metadata));
    }
    let index = Index::new(builder, described, &settings.outlets).unwrap();
    let candidates = Candidates::find(&index, settings);
    let found = align(&index, &candidates, settings, &()).found;
    (index, found)
}

/// The text without `{name}`, and the names of its quotations in order.
fn unmark(marked: &str) -> (String, Vec<Option<String>>) {
    let (mut text, mut speakers) = (String::new(), Vec::new());
    for (at, part) in marked.split('”').enumerate() {
        let part = match part.strip_prefix('{').and_then(|p| p.split_once('}')).filter(|_| at > 0) {
            Some((name, rest)) => {
                speakers.push(Some(name.to_string()));
                rest
            }
            None => {
                if at > 0 {
                    speakers.push(None);
                }
                part
            }
        };
        if at > 0 {
            text.push('”');
        }
        text.push_str(part);
    }
    (text, speakers)
}

/// What stands between “ and ”, or the end of the paragraph.
fn voice(index: &Index, document: DocumentIndex, speakers: &[Option<String>]) -> Voice {
    let text = index.text(document);
    let mut spans = Vec::new();
    index.spans(document, &mut spans);
    let mut voice = Voice::default();
    let mut from = 0;
    let mut names = speakers.iter();
    while let Some(open) = text[from..].find('“').map(|at| from + at + '“'.len_utf8()) {
        let close = text[open..].find(['”', '\n']).map_or(text.len(), |at| open + at);
        from = close;
        let name = names.next().cloned().flatten();
        let start = spans.partition_point(|s| (s.start as usize) < open);
        let end = spans.partition_point(|s| (s.start as usize) < close);
        if start < end {
            let tokens = TokenSpan::new(start as u32, end as u32);
            let bytes = ByteSpan::new(open as u32, close as u32);
            voice.quotations.push(Quotation { tokens, bytes, continues: false });
            voice.speakers.push(name.and_then(|name| {
                let at = text.find(&name)?;
                Some(ByteSpan::new(at as u32, (at + name.len()) as u32))
            }));
        }
    }
    voice
}
