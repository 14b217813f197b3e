//! The graph of outlets as GraphML (<http://graphml.graphdrawing.org/>), which yEd, Gephi, networkx and igraph read.

use std::io;
use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::graph::Graph;

/// Attributes: of what, name, type.
const KEYS: [(&str, &str, &str); 8] = [
    ("node", "label", "string"),
    ("node", "articles", "long"),
    ("node", "words", "long"),
    ("node", "unique_words", "long"),
    ("edge", "kind", "string"),
    ("edge", "weight", "long"),
    ("edge", "shared_words", "long"),
    ("edge", "passages", "long"),
];

/// Writes the graph: a directed edge for who was first, an undirected one for what is open.
pub(super) fn write(graph: &Graph<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("graphml").with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
    root.write_inner_content(|xml| {
        for (of, name, kind) in KEYS {
            let key = xml.create_element("key").with_attribute(("id", name)).with_attribute(("for", of));
            key.with_attribute(("attr.name", name)).with_attribute(("attr.type", kind)).write_empty()?;
        }
        xml.create_element("graph").with_attribute(("edgedefault", "directed")).write_inner_content(|xml| {
            for (at, node) in graph.nodes.iter().enumerate() {
                let element = xml.create_element("node").with_attribute(("id", &*format!("n{at}")));
                element.write_inner_content(|xml| {
                    data(xml, "label", node.name)?;
                    data(xml, "articles", &node.articles.to_string())?;
                    data(xml, "words", &node.words.to_string())?;
                    data(xml, "unique_words", &node.unique_words.to_string())
                })?;
            }
            for edge in &graph.edges {
                let place = |name: &str| graph.nodes.binary_search_by_key(&name, |node| node.name);
                let (Ok(source), Ok(target)) = (place(edge.source), place(edge.target)) else { continue };
                let element = xml.create_element("edge").with_attribute(("source", &*format!("n{source}")));
                let element = element.with_attribute(("target", &*format!("n{target}")));
                let directed = if edge.kind.is_directed() { "true" } else { "false" };
                element.with_attribute(("directed", directed)).write_inner_content(|xml| {
                    data(xml, "kind", edge.kind.name())?;
                    data(xml, "weight", &edge.weight.to_string())?;
                    data(xml, "shared_words", &edge.words.to_string())?;
                    data(xml, "passages", &edge.passages.to_string())
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    xml.into_inner().write_all(b"\n")
}

fn data(xml: &mut Writer<&mut dyn Write>, key: &str, text: &str) -> io::Result<()> {
    // What XML 1.0 cannot hold, not even escaped.
    let text = text.replace(
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'),
        "\u{FFFD}",
    );
    xml.create_element("data").with_attribute(("key", key)).write_text_content(BytesText::new(&text))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::report;
    use super::*;
    use quick_xml::events::Event;

    #[test]
    fn nodes_and_edges_are_read_back_and_nothing_breaks_out() {
        let mut report = report();
        report.outlets[0].source = "no such outlet".to_owned();
        let mut graph = Graph::of(&report);
        graph.nodes[0].name = "<\u{1}&\"]]>";
        let mut out = Vec::new();
        write(&graph, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut reader = quick_xml::Reader::from_str(&text);
        let (mut nodes, mut labels) = (0, Vec::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) if tag.name().as_ref() == b"node" => nodes += 1,
                Event::Text(text) => labels.push(text.decode().unwrap().into_owned()),
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(nodes, graph.nodes.len());
        assert!(text.contains("&lt;\u{FFFD}&amp;") && !text.contains("no such outlet"), "{text}");
        assert!(!labels.is_empty());
    }
}
