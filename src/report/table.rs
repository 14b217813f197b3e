//! Which tables there are, and what stands in each column: the one list that all writers read.
//! Knows nothing of commas, braces or files.

use super::{Flag, Report, RowId};
use crate::align::Role;
use crate::document::{ByteSpan, DocumentIndex};
use crate::judge::Kind;

/// One value of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Words of an input (id, outlet, time, title, credit, text): guarded where a spreadsheet might run them.
    Text(&'a str),
    /// One of our own words. Never guarded.
    Word(&'a str),
    /// Identity of a row. Never guarded.
    Id(&'a RowId),
    /// A number of things, or an offset.
    Int(u64),
    /// A share or similarity: four decimals.
    Share(f64),
    /// True or false.
    Bool(bool),
    /// Names from a closed list, parted by blanks.
    Flags(&'a [Flag]),
    /// Nothing to say.
    Empty,
}

/// What the cells of a column hold, where they are not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Words, names, identities: [`Cell::Text`], [`Cell::Word`], [`Cell::Id`], [`Cell::Flags`].
    Text,
    /// [`Cell::Int`].
    Number,
    /// [`Cell::Share`].
    Share,
    /// [`Cell::Bool`].
    Truth,
}

impl ColumnType {
    /// What a column holds, by its name: the same for every report, also where it is empty.
    pub fn of(column: &str) -> Self {
        const NUMBERS: [&str; 16] = [
            "a_line",
            "a_paragraph",
            "articles",
            "b_line",
            "b_paragraph",
            "best_paragraph",
            "earlier",
            "later",
            "longest_run",
            "order",
            "origins",
            "paragraph",
            "passages",
            "sources",
            "undetermined",
            "words",
        ];
        const SHARES: [&str; 5] = ["a_quoted", "b_quoted", "containment", "resemblance", "similarity"];
        let ends = |endings: &[&str]| endings.iter().any(|ending| column.ends_with(ending));
        if NUMBERS.contains(&column) || ends(&["_words", "_start", "_end"]) {
            Self::Number
        } else if SHARES.contains(&column) || ends(&["_share"]) {
            Self::Share
        } else if column == "exact" {
            Self::Truth
        } else {
            Self::Text
        }
    }
}

/// A share as tables have it: four decimals.
pub fn four_decimals(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

/// A number in digits. By hand: of many small cells the formatting costs more than all else.
pub(super) fn write_int(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] += (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A share with four decimals. By hand where it can be: exact formatting of a float costs more than all else in a row.
pub(super) fn write_share(share: f64, out: &mut Vec<u8>) {
    if !(0.0..1e9).contains(&share) {
        out.extend_from_slice(format!("{share:.4}").as_bytes());
        return;
    }
    let scaled = (share * 10_000.0).round() as u64;
    write_int(scaled / 10_000, out);
    out.push(b'.');
    out.extend([1000, 100, 10, 1].map(|unit| b'0' + (scaled / unit % 10) as u8));
}

/// A table: a file of `scan -o`, a list of `--format json`.
#[derive(Clone, Copy)]
pub struct Table {
    /// Its name; the file is called so, with `.csv`.
    pub name: &'static str,
    /// Names of its columns. Only ever appended to.
    pub columns: &'static [&'static str],
    len: fn(&Report) -> usize,
    cells: for<'a> fn(&'a Report, usize, &mut Vec<Cell<'a>>),
}

impl Table {
    /// Number of rows in this report.
    pub fn len(&self, report: &Report) -> usize {
        (self.len)(report)
    }

    /// Whether the report has no row of it.
    pub fn is_empty(&self, report: &Report) -> bool {
        self.len(report) == 0
    }

    /// Puts the cells of one row into `cells`, one a column, in place of what was there.
    pub fn row<'a>(&self, report: &'a Report, at: usize, cells: &mut Vec<Cell<'a>>) {
        cells.clear();
        (self.cells)(report, at, cells);
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// A table with each column beside its value, so that no header can stand over the wrong cell.
macro_rules! table {
    ($name:ident, |$report:ident, $row:ident| { $($column:literal: $cell:expr,)* }) => {
        Table {
            name: stringify!($name),
            columns: &[$($column),*],
            len: |report| report.$name.len(),
            cells: |$report, at, cells| {
                let $row = &$report.$name[at];
                cells.extend([$($cell),*]);
            },
        }
    };
}

/// Every table, in the order in which they are written.
pub const TABLES: &[Table] = &[
    table!(overlaps, |report, row| {
        "overlap_id": Cell::Id(&row.overlap_id),
        "passage_id": Cell::Id(&row.passage_id),
        "a_id": id(report, row.a.document),
        "a_source": source(report, row.a.document),
        "a_time": time(report, row.a.document),
        "a_paragraph": int(row.a.paragraph),
        "a_line": int(row.a.line),
        "a_char_start": int(row.a.chars.0),
        "a_char_end": int(row.a.chars.1),
        "a_byte_start": int(row.a.bytes.start),
        "a_byte_end": int(row.a.bytes.end),
        "b_id": id(report, row.b.document),
        "b_source": source(report, row.b.document),
        "b_time": time(report, row.b.document),
        "b_paragraph": int(row.b.paragraph),
        "b_line": int(row.b.line),
        "b_char_start": int(row.b.chars.0),
        "b_char_end": int(row.b.chars.1),
        "b_byte_start": int(row.b.bytes.start),
        "b_byte_end": int(row.b.bytes.end),
        "a_words": int(row.a.words),
        "b_words": int(row.b.words),
        "matched_words": int(row.matched_words),
        "similarity": Cell::Share(row.similarity),
        "exact": Cell::Bool(row.exact),
        "a_quoted": Cell::Share(row.a.quoted),
        "b_quoted": Cell::Share(row.b.quoted),
        "kind": Cell::Word(row.judged.kind.name()),
        "direction": Cell::Word(row.judged.direction.name()),
        "basis": row.judged.basis.map_or(Cell::Empty, |basis| Cell::Word(basis.name())),
        "a_text": text(report, row.a.document, row.a.bytes),
        "b_text": text(report, row.b.document, row.b.bytes),
        "role": Cell::Word(role(row.role)),
        "speaker": row.judged.speaker.map_or(Cell::Empty, |(document, span)| words(report, document, span)),
    }),
    table!(articles, |report, row| {
        "id": id(report, row.document),
        "source": source(report, row.document),
        "time": time(report, row.document),
        "title": Cell::Text(&report.index.metadata(row.document).title),
        "words": int(row.words),
        "unique_words": int(row.unique_words),
        "unique_share": share(row.unique_words, row.words),
        "first_seen_share": row.first_seen_share.map_or(Cell::Empty, Cell::Share),
        "quotation_words": int(row.quotation_words),
        "credited_words": int(row.credited_words),
        "boilerplate_words": int(row.boilerplate_words),
        "self_words": int(row.self_words),
        "unattributed_words": int(row.unattributed_words),
        "unattributed_share": share(row.unattributed_words, row.words),
        "longest_run": int(row.longest_run),
        "top_source_id": row.top_source.map_or(Cell::Empty, |(other, _)| id(report, other)),
        "top_source_share": row.top_source.map_or(Cell::Empty, |(_, share)| Cell::Share(share)),
        "cluster_id": row.cluster_id.as_ref().map_or(Cell::Word(""), Cell::Id),
        "relation": row.relation.map_or(Cell::Empty, |relation| Cell::Word(relation.name())),
        "credit": Cell::Text(&row.credit),
        "flags": Cell::Flags(&row.flags),
    }),
    table!(paragraphs, |report, row| {
        "id": id(report, row.document),
        "paragraph": int(row.paragraph),
        "char_start": int(row.chars.0),
        "char_end": int(row.chars.1),
        "words": int(row.words),
        "unique_words": int(row.unique_words),
        "unique_share": share(row.unique_words, row.words),
        "kind": Cell::Word(row.kind.map_or("unique", Kind::name)),
        "best_id": row.best.map_or(Cell::Empty, |(other, _, _)| id(report, other)),
        "best_paragraph": row.best.map_or(Cell::Empty, |(_, paragraph, _)| int(paragraph)),
        "resemblance": row.best.map_or(Cell::Empty, |(_, _, resemblance)| Cell::Share(resemblance)),
    }),
    table!(passages, |report, row| {
        "passage_id": Cell::Id(&row.passage_id),
        "articles": int(row.articles),
        "sources": int(row.sources),
        "words": int(row.words),
        "first_id": id(report, row.first),
        "first_source": source(report, row.first),
        "first_time": time(report, row.first),
        "last_time": row.last.map_or(Cell::Empty, |last| time(report, last)),
        "kind": Cell::Word(row.kind.name()),
        "text": text(report, row.text.0, row.text.1),
        "origins": int(row.origins),
    }),
    table!(occurrences, |report, row| {
        "passage_id": Cell::Id(&row.passage_id),
        "id": id(report, row.document),
        "source": source(report, row.document),
        "time": time(report, row.document),
        "char_start": int(row.chars.0),
        "char_end": int(row.chars.1),
        "byte_start": int(row.bytes.start),
        "byte_end": int(row.bytes.end),
        "exact": Cell::Bool(row.exact),
        "similarity": Cell::Share(row.similarity),
    }),
    table!(clusters, |report, row| {
        "cluster_id": Cell::Id(&row.cluster_id),
        "id": id(report, row.document),
        "source": source(report, row.document),
        "time": time(report, row.document),
        "relation": Cell::Word(row.relation.name()),
        "resemblance": Cell::Share(row.resemblance),
        "containment": Cell::Share(row.containment),
        "leader_id": id(report, row.leader),
    }),
    table!(sources, |report, row| {
        "id": id(report, row.document),
        "other_id": id(report, row.other),
        "full_words": int(row.full_words),
        "full_share": share(row.full_words, row.words),
        "allocated_words": int(row.allocated_words),
        "allocated_share": share(row.allocated_words, row.words),
    }),
    table!(outlets, |report, row| {
        "source": Cell::Text(&row.source),
        "other_source": Cell::Text(&row.other_source),
        "articles": int(row.articles),
        "passages": int(row.passages),
        "words": Cell::Int(row.words),
        "earlier": int(row.earlier),
        "later": int(row.later),
        "undetermined": int(row.undetermined),
    }),
    table!(altered_quotes, |report, row| {
        "speaker": Cell::Text(&row.quote.speaker),
        "a_id": id(report, row.quote.a),
        "a_char_start": int(row.a_chars.0),
        "a_char_end": int(row.a_chars.1),
        "b_id": id(report, row.quote.b),
        "b_char_start": int(row.b_chars.0),
        "b_char_end": int(row.b_chars.1),
        "a_text": text(report, row.quote.a, row.quote.a_bytes),
        "b_text": text(report, row.quote.b, row.quote.b_bytes),
        "diff": if report.redacted { Cell::Empty } else { Cell::Text(&row.quote.diff) },
    }),
    table!(statements, |report, row| {
        "statement_id": Cell::Id(&row.statement_id),
        "speaker": Cell::Text(&row.speaker),
        "order": int(row.order),
        "text": text(report, row.piece.text.0, row.piece.text.1),
        "articles": Cell::Int(row.piece.articles.len() as u64),
        "ids": Cell::Text(&row.ids),
    }),
];

fn id(report: &Report, document: DocumentIndex) -> Cell<'_> {
    Cell::Text(report.index.id(document))
}

fn source(report: &Report, document: DocumentIndex) -> Cell<'_> {
    Cell::Text(&report.index.metadata(document).source)
}

fn time(report: &Report, document: DocumentIndex) -> Cell<'_> {
    let metadata = report.index.metadata(document);
    match &metadata.time {
        Some(time) => Cell::Text(time.given()),
        None if metadata.unread_time.is_empty() => Cell::Empty,
        None => Cell::Text(&metadata.unread_time),
    }
}

/// What stands in an article, unless texts are left out.
fn text(report: &Report, document: DocumentIndex, span: ByteSpan) -> Cell<'_> {
    if report.redacted { Cell::Empty } else { words(report, document, span) }
}

/// A name that stands in an article.
fn words(report: &Report, document: DocumentIndex, span: ByteSpan) -> Cell<'_> {
    Cell::Text(report.index.excerpt(document, span))
}

fn int<'a>(number: u32) -> Cell<'a> {
    Cell::Int(number.into())
}

/// Empty where there is no whole to have a share of.
fn share<'a>(part: u32, whole: u32) -> Cell<'a> {
    match whole {
        0 => Cell::Empty,
        whole => Cell::Share(f64::from(part) / f64::from(whole)),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Main => "main",
        Role::Repeat => "repeat",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::*;
    use super::*;
    use crate::cluster::Relation;
    use crate::document::{Document, Metadata, Time};
    use crate::error::Reason;
    use crate::index::{Prepared, SegmentBuilder};
    use crate::judge::{Basis, Direction};

    /// *Outputs* of DESIGN.md, copied.
    const DESIGN: [(&str, &str); 10] = [
        (
            "overlaps",
            "overlap_id, passage_id, a_id, a_source, a_time, a_paragraph, a_line, a_char_start, a_char_end, \
             a_byte_start, a_byte_end, b_id, b_source, b_time, b_paragraph, b_line, b_char_start, b_char_end, \
             b_byte_start, b_byte_end, a_words, b_words, matched_words, similarity, exact, a_quoted, b_quoted, kind, \
             direction, basis, a_text, b_text, role, speaker",
        ),
        (
            "articles",
            "id, source, time, title, words, unique_words, unique_share, first_seen_share, quotation_words, \
             credited_words, boilerplate_words, self_words, unattributed_words, unattributed_share, longest_run, \
             top_source_id, top_source_share, cluster_id, relation, credit, flags",
        ),
        (
            "paragraphs",
            "id, paragraph, char_start, char_end, words, unique_words, unique_share, kind, best_id, best_paragraph, \
             resemblance",
        ),
        (
            "passages",
            "passage_id, articles, sources, words, first_id, first_source, first_time, last_time, kind, text, origins",
        ),
        ("occurrences", "passage_id, id, source, time, char_start, char_end, byte_start, byte_end, exact, similarity"),
        ("clusters", "cluster_id, id, source, time, relation, resemblance, containment, leader_id"),
        ("sources", "id, other_id, full_words, full_share, allocated_words, allocated_share"),
        ("outlets", "source, other_source, articles, passages, words, earlier, later, undetermined"),
        (
            "altered_quotes",
            "speaker, a_id, a_char_start, a_char_end, b_id, b_char_start, b_char_end, a_text, b_text, diff",
        ),
        ("statements", "statement_id, speaker, order, text, articles, ids"),
    ];

    pub(in crate::report) fn index(articles: &[(&str, Metadata, &str)]) -> Index {
        let mut builder = SegmentBuilder::default();
        let mut described = Vec::new();
        for (id, metadata, text) in articles {
            let (id, metadata, text) = (id.to_string(), metadata.clone(), text.to_string());
            let document = Document { id: id.clone(), metadata: metadata.clone(), text, body_start: 0 };
            builder.push(&document, &Prepared::default()).unwrap();
            described.push((id, metadata));
        }
        Index::new(builder, described, &crate::outlet::Outlets::builtin()).unwrap()
    }

    pub(in crate::report) fn empty() -> Report {
        Report::without_rows(index(&[]))
    }

    /// Two articles that share "ten little words", with one row in every table.
    pub(in crate::report) fn small() -> Report {
        let metadata = |source: &str, time: &str, title: &str| Metadata {
            source: source.into(),
            time: Time::parse(time),
            title: title.into(),
            ..Metadata::default()
        };
        let index = index(&[
            ("=first.txt", metadata("Übersee, \"Post\"", "2031-03-04", "One"), "Ah: ten little words."),
            ("second.txt", metadata("", "", ""), "ten little\r\nwords"),
        ]);
        let (first, second) = (DocumentIndex(0), DocumentIndex(1));
        let excerpt = |document, start: u32, end: u32| Excerpt {
            document,
            paragraph: 1,
            line: 1,
            chars: (start, end),
            bytes: ByteSpan::new(start, end),
            words: 3,
            quoted: 0.5,
            prose: Kind::Unattributed,
        };
        let article = ArticleRow {
            document: first,
            words: 4,
            unique_words: 1,
            first_seen_share: Some(1.0),
            quotation_words: 0,
            credited_words: 0,
            boilerplate_words: 0,
            self_words: 0,
            unattributed_words: 3,
            longest_run: 3,
            top_source: Some((second, 0.75)),
            cluster_id: Some(0xccu64.into()),
            relation: Some(Relation::NearDuplicate),
            credit: String::new(),
            flags: vec![Flag::NoDate, Flag::Graphemes],
        };
        Report {
            redacted: false,
            index,
            found: Vec::new(),
            kinds: Vec::new(),
            overlaps: vec![OverlapRow {
                overlap_id: 0x1u64.into(),
                passage_id: 0xaau64.into(),
                found: 0,
                a: excerpt(first, 4, 20),
                b: excerpt(second, 0, 17),
                matched_words: 3,
                similarity: 1.0,
                exact: true,
                judged: Judged {
                    kind: Kind::SelfReuse,
                    direction: Direction::Forward,
                    basis: Some(Basis::Date),
                    speaker: Some((first, ByteSpan::new(0, 2))),
                },
                role: Role::Repeat,
            }],
            articles: vec![
                article.clone(),
                ArticleRow {
                    document: second,
                    words: 0,
                    unique_words: 0,
                    unattributed_words: 0,
                    first_seen_share: None,
                    top_source: None,
                    relation: None,
                    cluster_id: None,
                    flags: Vec::new(),
                    ..article
                },
            ],
            paragraphs: vec![ParagraphRow {
                document: second,
                paragraph: 1,
                chars: (0, 17),
                words: 0,
                unique_words: 0,
                kind: None,
                best: None,
            }],
            passages: vec![PassageRow {
                passage_id: 0xaau64.into(),
                articles: 2,
                sources: 2,
                words: 3,
                first,
                last: None,
                kind: Kind::Unattributed,
                text: (second, ByteSpan::new(0, 17)),
                origins: 1,
            }],
            occurrences: vec![OccurrenceRow {
                passage_id: 0xaau64.into(),
                document: second,
                chars: (0, 17),
                bytes: ByteSpan::new(0, 17),
                exact: false,
                similarity: 2.0 / 3.0,
            }],
            clusters: vec![ClusterRow {
                cluster_id: 0xccu64.into(),
                document: second,
                relation: Relation::NearDuplicate,
                resemblance: 0.98765,
                containment: 1.0,
                leader: first,
            }],
            sources: vec![SourceRow { document: first, other: second, full_words: 3, allocated_words: 1, words: 4 }],
            outlets: vec![OutletRow {
                source: "@a".into(),
                other_source: "b".into(),
                articles: 1,
                passages: 2,
                words: 5_000_000_000,
                earlier: 3,
                later: 4,
                undetermined: 5,
            }],
            altered_quotes: vec![AlteredQuoteRow {
                quote: AlteredQuote {
                    speaker: "Ada".into(),
                    a: first,
                    a_bytes: ByteSpan::new(4, 20),
                    b: second,
                    b_bytes: ByteSpan::new(0, 17),
                    diff: "ten [-little-] {+small+} words".into(),
                },
                a_chars: (4, 20),
                b_chars: (0, 17),
            }],
            statements: vec![StatementRow {
                statement_id: 0xbbu64.into(),
                speaker: "Ada".into(),
                order: 1,
                piece: Piece { text: (first, ByteSpan::new(4, 20)), articles: vec![first, second] },
                ids: "=first.txt second.txt".into(),
            }],
            run: Run {
                settings: Settings::news(),
                counts: Counts { articles: 2, words: 7, ..Counts::default() },
                warnings: vec![Warning {
                    input: "b.jsonl".into(),
                    record: Some(3),
                    reason: Reason::BadRecord,
                    detail: "no text".into(),
                }],
            },
        }
    }

    fn cell<'a>(report: &'a Report, table: &str, row: usize, column: &str) -> Cell<'a> {
        let table = TABLES.iter().find(|t| t.name == table).unwrap();
        let mut cells = Vec::new();
        table.row(report, row, &mut cells);
        cells[table.columns.iter().position(|c| *c == column).unwrap()]
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        for number in [0, 7, 10, 99, 100, 12_345, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            write_int(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }

    #[test]
    fn tables_and_columns_are_those_of_the_design_in_its_order() {
        let have: Vec<(&str, String)> = TABLES.iter().map(|t| (t.name, t.columns.join(", "))).collect();
        let design: Vec<(&str, String)> = DESIGN.iter().map(|(name, columns)| (*name, columns.to_string())).collect();
        assert_eq!(have, design);
    }

    #[test]
    fn every_row_has_a_cell_for_every_column() {
        let report = small();
        let mut cells = vec![Cell::Empty];
        for table in TABLES {
            assert!(!table.is_empty(&report), "{}", table.name);
            for at in 0..table.len(&report) {
                table.row(&report, at, &mut cells);
                assert_eq!(cells.len(), table.columns.len(), "{}", table.name);
            }
        }
    }

    #[test]
    fn every_cell_is_of_the_type_of_its_column() {
        let report = small();
        let mut cells = Vec::new();
        for table in TABLES {
            table.row(&report, 0, &mut cells);
            for (column, cell) in table.columns.iter().zip(&cells) {
                let of_cell = match cell {
                    Cell::Text(_) | Cell::Word(_) | Cell::Id(_) | Cell::Flags(_) => ColumnType::Text,
                    Cell::Int(_) => ColumnType::Number,
                    Cell::Share(_) => ColumnType::Share,
                    Cell::Bool(_) => ColumnType::Truth,
                    Cell::Empty => continue,
                };
                assert_eq!(ColumnType::of(column), of_cell, "{}.{column}", table.name);
            }
        }
    }

    #[test]
    fn an_article_without_words_has_no_shares() {
        let report = small();
        assert_eq!(cell(&report, "articles", 0, "unique_share"), Cell::Share(0.25));
        for column in ["unique_share", "unattributed_share", "first_seen_share", "top_source_share", "top_source_id"] {
            assert_eq!(cell(&report, "articles", 1, column), Cell::Empty, "{column}");
        }
        assert_eq!(cell(&report, "articles", 1, "words"), Cell::Int(0));
    }

    #[test]
    fn the_text_of_an_overlap_is_that_of_its_bytes() {
        let report = small();
        assert_eq!(cell(&report, "overlaps", 0, "a_text"), Cell::Text("ten little words"));
        assert_eq!(cell(&report, "overlaps", 0, "b_text"), Cell::Text("ten little\r\nwords"));
        assert_eq!(cell(&report, "overlaps", 0, "kind"), Cell::Word("self"));
        assert_eq!(cell(&report, "overlaps", 0, "role"), Cell::Word("repeat"));
        assert_eq!(cell(&report, "overlaps", 0, "direction"), Cell::Word("a->b"));
        assert_eq!(cell(&report, "overlaps", 0, "basis"), Cell::Word("date"));
        assert_eq!(cell(&report, "overlaps", 0, "speaker"), Cell::Text("Ah"));
    }

    #[test]
    fn times_are_as_given_or_empty() {
        let report = small();
        assert_eq!(cell(&report, "overlaps", 0, "a_time"), Cell::Text("2031-03-04"));
        assert_eq!(cell(&report, "overlaps", 0, "b_time"), Cell::Empty);
        assert_eq!(cell(&report, "passages", 0, "last_time"), Cell::Empty);
    }

    #[test]
    fn a_paragraph_without_shared_words_is_unique_and_has_no_best() {
        let report = small();
        assert_eq!(cell(&report, "paragraphs", 0, "kind"), Cell::Word("unique"));
        for column in ["best_id", "best_paragraph", "resemblance", "unique_share"] {
            assert_eq!(cell(&report, "paragraphs", 0, column), Cell::Empty, "{column}");
        }
    }

    #[test]
    fn relations_bear_their_names_with_a_hyphen() {
        let report = small();
        assert_eq!(cell(&report, "clusters", 0, "relation"), Cell::Word("near-duplicate"));
        assert_eq!(cell(&report, "articles", 0, "relation"), Cell::Word("near-duplicate"));
    }

    #[test]
    fn shares_of_a_source_are_of_the_words_of_the_article() {
        let report = small();
        assert_eq!(cell(&report, "sources", 0, "full_share"), Cell::Share(0.75));
        assert_eq!(cell(&report, "sources", 0, "allocated_share"), Cell::Share(0.25));
    }
}
