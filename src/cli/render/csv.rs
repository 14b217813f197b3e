//! A row a finding, for spreadsheets: the columns of the JSON, and no cell that a spreadsheet would run.

use std::io::Write;

use anyhow::Result;
use wirecopy::check::{CheckedArticle, Finding};
use wirecopy::report::guarded;

use super::{Rule, View};

const COLUMNS: [&str; 28] = [
    "path",
    "record",
    "name",
    "key",
    "rule",
    "kind",
    "state",
    "error",
    "line",
    "column",
    "end_line",
    "end_column",
    "char_start",
    "char_end",
    "byte_start",
    "byte_end",
    "words",
    "text",
    "source_path",
    "source_id",
    "source_outlet",
    "source_time",
    "source_line",
    "source_column",
    "source_words",
    "source_text",
    "articles",
    "reason",
];

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    writer.write_record(COLUMNS)?;
    for article in &view.verdict.articles {
        for finding in &article.findings {
            writer.write_record(row(view, article, finding))?;
        }
    }
    writer.flush()?;
    Ok(())
}

fn row(view: &View<'_>, article: &CheckedArticle, finding: &Finding) -> [String; COLUMNS.len()] {
    let index = &view.verdict.report.index;
    let source = view.source(finding);
    let text = |text: &str| guarded(text).into_owned();
    [
        text(&article.path),
        article.record.map(|record| record.to_string()).unwrap_or_default(),
        text(&article.name),
        finding.key.clone(),
        Rule::of(finding.kind).id().to_owned(),
        finding.kind.name().to_owned(),
        finding.state.name().to_owned(),
        article.is_error(finding).to_string(),
        finding.start.line.to_string(),
        finding.start.column.to_string(),
        finding.end.line.to_string(),
        finding.end.column.to_string(),
        finding.chars.0.to_string(),
        finding.chars.1.to_string(),
        finding.bytes.start.to_string(),
        finding.bytes.end.to_string(),
        finding.words.to_string(),
        text(view.text(article.document, finding.bytes)),
        text(view.verdict.path(finding.source)),
        text(index.id(finding.source)),
        text(source.outlet),
        text(source.time),
        finding.source_start.line.to_string(),
        finding.source_start.column.to_string(),
        finding.source_words.to_string(),
        text(view.text(finding.source, finding.source_bytes)),
        finding.carriers.len().to_string(),
        text(view.reason(finding).unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::COLUMNS;
    use crate::cli::args::OutputFormat;
    use crate::cli::render::fixture::Room;

    #[test]
    fn there_is_a_row_a_finding_under_the_header() {
        let room = Room::full();
        let text = room.written(OutputFormat::Csv);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
        let findings: usize = room.verdict.articles.iter().map(|article| article.findings.len()).sum();
        assert_eq!(reader.records().map(|row| row.unwrap().len()).collect::<Vec<_>>(), vec![COLUMNS.len(); findings]);
    }

    #[test]
    fn no_cell_of_an_article_is_run_by_a_spreadsheet() {
        let text = Room::full().written(OutputFormat::Csv);
        let at = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<_> = reader.records().map(|row| row.unwrap()).collect();
        assert!(rows.iter().any(|row| row[at("name")].starts_with("'=desk")), "{text}");
        assert!(rows.iter().all(|row| row.iter().all(|cell| !cell.starts_with(['=', '@', '+', '-']))));
        assert!(rows.iter().any(|row| &row[at("source_id")] == "quay:12"));
    }

    #[test]
    fn without_findings_the_header_stands_alone() {
        let mut room = Room::full();
        room.verdict.articles.clear();
        assert_eq!(room.written(OutputFormat::Csv), COLUMNS.join(",") + "\r\n");
    }
}
