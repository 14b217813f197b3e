//! Outlets that share words as a graph, and the tables by which Gephi imports it.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use super::csv::guarded;
use super::{OutletRow, Report};

/// Outlets, and who was first with what two of them share.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    /// By name.
    pub(super) nodes: Vec<Node<'a>>,
    /// By source, target and kind.
    pub(super) edges: Vec<Edge<'a>>,
}

/// An outlet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node<'a> {
    pub(super) name: &'a str,
    pub(super) articles: u64,
    pub(super) words: u64,
    /// Words that no other article has.
    pub(super) unique_words: u64,
}

/// What two outlets share.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edge<'a> {
    /// The outlet that was first, or of both the first by name.
    pub(super) source: &'a str,
    pub(super) target: &'a str,
    pub(super) kind: EdgeKind,
    /// Overlaps of that kind.
    pub(super) weight: u64,
    /// Words of the target that the source has too, of whatever kind the overlaps are.
    pub(super) words: u64,
    /// Passages that both carry.
    pub(super) passages: u64,
}

/// Whether somebody was first. Two outlets have an edge of each kind at most, and for `First` one in each direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EdgeKind {
    /// The source had the words before the target.
    First,
    /// A third party's words, or nothing tells who was first.
    Open,
}

impl EdgeKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Open => "open",
        }
    }

    pub(super) fn is_directed(self) -> bool {
        self == Self::First
    }
}

impl<'a> Graph<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut nodes: BTreeMap<&str, Node<'_>> = BTreeMap::new();
        for row in &report.articles {
            let name = report.index.metadata(row.document).source.as_str();
            if name.is_empty() {
                continue;
            }
            let node = nodes.entry(name).or_insert(Node { name, articles: 0, words: 0, unique_words: 0 });
            node.articles += 1;
            node.words += u64::from(row.words);
            node.unique_words += u64::from(row.unique_words);
        }
        let words: BTreeMap<(&str, &str), u64> =
            report.outlets.iter().map(|row| ((row.source.as_str(), row.other_source.as_str()), row.words)).collect();
        let mut edges: Vec<Edge<'_>> = report.outlets.iter().flat_map(|row| edges(row, &words)).collect();
        edges.sort_by_key(|edge| (edge.source, edge.target, edge.kind));
        Self { nodes: nodes.into_values().collect(), edges }
    }

    /// nodes.csv
    pub(super) fn write_nodes(&self, raw: bool, out: &mut dyn Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(["Id", "Label", "articles", "words", "unique_words"])?;
        for node in &self.nodes {
            let name = name(node.name, raw);
            let numbers = [node.articles, node.words, node.unique_words].map(|number| number.to_string());
            table.write_record([&*name, &*name].into_iter().chain(numbers.iter().map(String::as_str)))?;
        }
        table.flush()
    }

    /// edges.csv
    pub(super) fn write_edges(&self, raw: bool, out: &mut dyn Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(["Source", "Target", "Type", "Kind", "Weight", "words", "passages"])?;
        for edge in &self.edges {
            let (source, target) = (name(edge.source, raw), name(edge.target, raw));
            let direction = if edge.kind.is_directed() { "Directed" } else { "Undirected" };
            let numbers = [edge.weight, edge.words, edge.passages].map(|number| number.to_string());
            let cells = [&*source, &*target, direction, edge.kind.name()];
            table.write_record(cells.into_iter().chain(numbers.iter().map(String::as_str)))?;
        }
        table.flush()
    }
}

/// Edges of a row of outlets.csv; what is open is told by the row of which the outlet comes first.
fn edges<'a>(row: &'a OutletRow, words: &BTreeMap<(&str, &str), u64>) -> impl Iterator<Item = Edge<'a>> {
    let (source, target) = (row.source.as_str(), row.other_source.as_str());
    let words = words.get(&(target, source)).copied().unwrap_or(row.words);
    let edge = move |kind, weight: u32| Edge {
        source,
        target,
        kind,
        weight: u64::from(weight),
        words,
        passages: u64::from(row.passages),
    };
    let first = (row.earlier > 0).then(|| edge(EdgeKind::First, row.earlier));
    let open = (row.undetermined > 0 && source < target).then(|| edge(EdgeKind::Open, row.undetermined));
    first.into_iter().chain(open)
}

/// A name, guarded where a spreadsheet would run it.
fn name(name: &str, raw: bool) -> std::borrow::Cow<'_, str> {
    if raw { name.into() } else { guarded(name) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::table::tests::{empty, small};
    use super::*;

    fn outlet(source: &str, other: &str, earlier: u32, later: u32, undetermined: u32) -> OutletRow {
        let (source, other_source) = (source.to_owned(), other.to_owned());
        OutletRow { source, other_source, articles: 1, passages: 2, words: 30, earlier, later, undetermined }
    }

    /// Two outlets that share much, and a third that shares what nobody can tell.
    pub(in crate::report) fn report() -> Report {
        let mut report = small();
        report.outlets = vec![
            outlet("=A", "B", 3, 1, 2),
            outlet("=A", "C", 0, 0, 5),
            OutletRow { words: 40, ..outlet("B", "=A", 1, 3, 2) },
            outlet("C", "=A", 0, 0, 5),
        ];
        report
    }

    fn written(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_edge_runs_from_who_was_first_and_what_is_open_has_no_direction() {
        let report = report();
        let graph = Graph::of(&report);
        let expected = "Source,Target,Type,Kind,Weight,words,passages\n\
                        '=A,B,Directed,first,3,40,2\n\
                        '=A,B,Undirected,open,2,40,2\n\
                        '=A,C,Undirected,open,5,30,2\n\
                        B,'=A,Directed,first,1,30,2\n";
        assert_eq!(written(|out| graph.write_edges(false, out)), expected);
        assert!(written(|out| graph.write_edges(true, out)).contains("\nB,=A,Directed,first,1"));
    }

    #[test]
    fn nodes_are_all_outlets_and_no_report_has_a_header() {
        let report = small();
        let graph = Graph::of(&report);
        let nodes = written(|out| graph.write_nodes(true, out));
        assert_eq!(nodes.lines().count(), 1 + graph.nodes.len());
        let named = report.articles.iter().filter(|row| !report.index.metadata(row.document).source.is_empty());
        assert_eq!(graph.nodes.iter().map(|node| node.articles).sum::<u64>() as usize, named.count());
        let nothing = empty();
        let graph = Graph::of(&nothing);
        assert_eq!(written(|out| graph.write_nodes(false, out)), "Id,Label,articles,words,unique_words\n");
        assert_eq!(written(|out| graph.write_edges(false, out)).lines().count(), 1);
    }
}
