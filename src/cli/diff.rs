//! `wirecopy diff`: two articles beside one another, the words that they share marked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use anyhow::{Result, bail};
use wirecopy::document::{ByteSpan, DocumentIndex};
use wirecopy::explain::{Pair, Scope, Shared};

use super::args::{Common, DiffArgs};
use super::pair::{facts, judged};
use super::terminal::{clean, columns, count, percent, shorten, shorten_name, width};
use super::{Outcome, lost, print_warnings, written};

/// Columns from which on two texts stand side by side.
const WIDE: usize = 80;
/// Numbers that a mark shows, of words in several overlaps.
const NUMBERS: usize = 3;
const HEAD: Style = Style::new().bold();
const COLORS: [AnsiColor; 6] =
    [AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::Green, AnsiColor::Magenta, AnsiColor::Blue, AnsiColor::Red];

pub(super) fn run(args: &DiffArgs, common: &Common) -> Result<Outcome> {
    let pair = judged(&args.pair, Scope::Alone, common)?;
    print_warnings(&pair.report.run.warnings, common);
    if pair.asked[0] == pair.asked[1] {
        let id = pair.report.index.id(pair.asked[0]);
        bail!("{id}: both are this one article (same id, same text); nothing to compare");
    }
    let color = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    let text = Sides::new(&pair, columns(), color).to_string();
    let paged = !args.no_pager && io::stdout().is_terminal() && page(&text);
    if !paged {
        written(anstream::stdout().write_all(text.as_bytes()))?;
    }
    Ok(if lost(&pair.report.run.warnings) { Outcome::Incomplete } else { Outcome::Complete })
}

/// Shows the text through a pager; false where none could be started.
fn page(text: &str) -> bool {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less -R".to_owned());
    let mut words = pager.split_whitespace();
    let Some(program) = words.next() else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut input) = child.stdin.take() {
        // A reader that stops early, as one who quits does, is no trouble.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait().is_ok()
}

/// Both articles, ready to be shown.
struct Sides<'a> {
    pair: &'a Pair,
    sides: [Side<'a>; 2],
    /// Paragraphs that stand beside one another.
    rows: Vec<[Option<usize>; 2]>,
    columns: usize,
    color: bool,
}

/// One of them.
struct Side<'a> {
    document: DocumentIndex,
    text: &'a str,
    paragraphs: Vec<ByteSpan>,
    marks: Vec<Mark>,
    shared: u32,
}

/// Words that are in these overlaps.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    bytes: ByteSpan,
    numbers: Vec<usize>,
}

impl<'a> Sides<'a> {
    fn new(pair: &'a Pair, columns: usize, color: bool) -> Self {
        let index = &pair.report.index;
        let Shared { mut runs, mut words, mut paragraphs } = pair.shared();
        let [left, right] = pair.asked;
        if left > right {
            words.reverse();
            runs.iter_mut().for_each(|sides| sides.reverse());
            paragraphs = paragraphs.into_iter().map(|((x, y), words)| ((y, x), words)).collect();
        }
        // Numbers rise on the left.
        runs.sort();
        let side = |at: usize| {
            let document = pair.asked[at];
            Side {
                document,
                text: index.text(document),
                paragraphs: index.paragraphs(document).map(|paragraph| paragraph.bytes).collect(),
                marks: marks(runs.iter().map(|sides| &sides[at][..])),
                shared: words[at],
            }
        };
        let sides = [side(0), side(1)];
        debug_assert_eq!((sides[0].document, sides[1].document), (left, right));
        let rows = beside(sides[0].paragraphs.len(), sides[1].paragraphs.len(), &paragraphs);
        Self { pair, sides, rows, columns, color }
    }

    /// What is said of an article before its text.
    fn head(&self, side: &Side<'_>, columns: usize) -> Vec<String> {
        let index = &self.pair.report.index;
        let words = index.words(side.document);
        let share = percent(f64::from(side.shared) / f64::from(words.max(1)));
        vec![
            shorten_name(index.id(side.document), columns),
            shorten(&facts(&self.pair.report, side.document).join(" · "), columns),
            format!("{share} of {} shared", count(words.into(), "word")),
        ]
    }

    /// A paragraph in lines of so many columns.
    fn lines(&self, side: usize, paragraph: Option<usize>, columns: usize) -> Vec<Line> {
        let side = &self.sides[side];
        let Some(&bytes) = paragraph.and_then(|paragraph| side.paragraphs.get(paragraph)) else { return Vec::new() };
        lay(atoms(side.text, bytes, &side.marks, self.color), columns)
    }

    fn side_by_side(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let wide = (self.columns - 3) / 2;
        let [left, right] = [0, 1].map(|side| self.head(&self.sides[side], wide));
        for (at, (left, right)) in left.iter().zip(&right).enumerate() {
            let bold = if at == 0 && self.color { HEAD } else { Style::new() };
            let pad = " ".repeat(wide.saturating_sub(width(left)));
            writeln!(f, "{bold}{left}{bold:#}{pad} │ {bold}{right}{bold:#}")?;
        }
        writeln!(f, "{}┼{}", "─".repeat(wide + 1), "─".repeat(wide + 1))?;
        for (at, row) in self.rows.iter().enumerate() {
            if at > 0 {
                writeln!(f, "{} │", " ".repeat(wide))?;
            }
            let (left, right) = (self.lines(0, row[0], wide), self.lines(1, row[1], wide));
            for line in 0..left.len().max(right.len()) {
                let (mut cells, mut used) = (String::new(), 0);
                if let Some(line) = left.get(line) {
                    used = line.width;
                    line.write(&mut cells, self.color)?;
                }
                write!(cells, "{} │", " ".repeat(wide.saturating_sub(used)))?;
                if let Some(line) = right.get(line) {
                    cells.push(' ');
                    line.write(&mut cells, self.color)?;
                }
                writeln!(f, "{cells}")?;
            }
        }
        Ok(())
    }

    fn one_below_the_other(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = ["A", "B"];
        for (name, side) in names.iter().zip(&self.sides) {
            for line in self.head(side, self.columns - 2).iter().filter(|line| !line.is_empty()) {
                writeln!(f, "{name} {line}")?;
            }
        }
        writeln!(f, "{}", "─".repeat(self.columns))?;
        for (at, row) in self.rows.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            for (side, name) in names.iter().enumerate() {
                for line in self.lines(side, row[side], self.columns - 2) {
                    write!(f, "{name} ")?;
                    line.write(f, self.color)?;
                    writeln!(f)?;
                }
            }
        }
        Ok(())
    }
}

impl Display for Sides<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.columns >= WIDE {
            self.side_by_side(f)?
        } else {
            self.one_below_the_other(f)?
        }
        if self.sides.iter().all(|side| side.shared == 0) {
            writeln!(f, "\nThey share nothing; `wirecopy explain` tells why.")?;
        }
        Ok(())
    }
}

/// The runs of all overlaps as marks that do not touch, in order; overlaps count from 1.
fn marks<'a>(overlaps: impl Iterator<Item = &'a [ByteSpan]>) -> Vec<Mark> {
    let mut edges: Vec<(u32, bool, usize)> = Vec::new();
    for (at, runs) in overlaps.enumerate() {
        edges.extend(runs.iter().flat_map(|run| [(run.start, true, at + 1), (run.end, false, at + 1)]));
    }
    edges.sort_unstable();
    let mut inside: BTreeSet<usize> = BTreeSet::new();
    let mut from = 0;
    let mut out: Vec<Mark> = Vec::new();
    for (at, begins, number) in edges {
        if from < at && !inside.is_empty() {
            let numbers = inside.iter().copied().take(NUMBERS + 1).collect();
            out.push(Mark { bytes: ByteSpan::new(from, at), numbers });
        }
        from = at;
        if begins {
            inside.insert(number);
        } else {
            inside.remove(&number);
        }
    }
    out
}

/// Which paragraphs stand beside one another: those that share most, in the order of both; of others, what comes first
/// beside what comes first.
fn beside(left: usize, right: usize, shared: &BTreeMap<(usize, usize), u32>) -> Vec<[Option<usize>; 2]> {
    let mut rows = Vec::new();
    let (mut x, mut y) = (0, 0);
    for (i, j) in heaviest_chain(right, shared).into_iter().chain([(left, right)]) {
        while x < i || y < j {
            rows.push([(x < i).then_some(x), (y < j).then_some(y)]);
            (x, y) = ((x + 1).min(i), (y + 1).min(j));
        }
        if i < left || j < right {
            rows.push([Some(i), Some(j)]);
            (x, y) = (i + 1, j + 1);
        }
    }
    rows
}

/// Of all pairs that rise on both sides those that weigh most together.
fn heaviest_chain(right: usize, shared: &BTreeMap<(usize, usize), u32>) -> Vec<(usize, usize)> {
    // By the place on the right, the best chain that ends there or before: a Fenwick tree of greatest sums.
    let mut best: Vec<Option<(u64, usize)>> = vec![None; right + 1];
    let pairs: Vec<((usize, usize), u64)> = shared.iter().map(|(&pair, &words)| (pair, words.into())).collect();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    let mut sums = vec![0; pairs.len()];
    let mut heaviest: Option<(u64, usize)> = None;
    let mut at = 0;
    for of_left in pairs.chunk_by(|x, y| x.0.0 == y.0.0) {
        let places = at..at + of_left.len();
        at = places.end;
        for place in places.clone() {
            let ((_, j), words) = pairs[place];
            let mut node = j;
            let mut last: Option<(u64, usize)> = None;
            while node > 0 {
                last = heavier(last, best[node]);
                node &= node - 1;
            }
            before[place] = last.map(|last| last.1);
            sums[place] = words + last.map_or(0, |last| last.0);
            heaviest = heavier(heaviest, Some((sums[place], place)));
        }
        // A paragraph follows none of its own.
        for place in places {
            let mut node = pairs[place].0.1 + 1;
            while node <= right {
                best[node] = heavier(best[node], Some((sums[place], place)));
                node += node & node.wrapping_neg();
            }
        }
    }
    let mut out = Vec::new();
    let mut next = heaviest.map(|heaviest| heaviest.1);
    while let Some(place) = next {
        out.push(pairs[place].0);
        next = before[place];
    }
    out.reverse();
    out
}

/// The chain that weighs more, of equals the first.
fn heavier(x: Option<(u64, usize)>, y: Option<(u64, usize)>) -> Option<(u64, usize)> {
    match (x, y) {
        (Some(x), Some(y)) if y.0 > x.0 => Some(y),
        (Some(x), _) => Some(x),
        (None, y) => y,
    }
}

/// Part of a word, or a sign of ours; shared words have the number of their overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    number: Option<usize>,
}

/// What stands between two blanks.
type Atom = Vec<Piece>;

/// The words of a paragraph, clean, with marks around what is shared.
fn atoms(text: &str, paragraph: ByteSpan, marks: &[Mark], color: bool) -> Vec<Atom> {
    let mut out = Atoms { atoms: Vec::new(), blank: true };
    let mut at = paragraph.start;
    let slice = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
    let first = marks.partition_point(|mark| mark.bytes.end <= paragraph.start);
    for mark in marks[first..].iter().take_while(|mark| mark.bytes.start < paragraph.end) {
        let (from, to) = (mark.bytes.start.max(paragraph.start), mark.bytes.end.min(paragraph.end));
        out.push(slice(at, from), None);
        let shared = slice(from, to);
        if clean(shared).is_empty() {
            out.push(shared, None);
        } else {
            let number = mark.numbers.first().copied();
            let mut names: Vec<String> = mark.numbers.iter().take(NUMBERS).map(usize::to_string).collect();
            names.extend((mark.numbers.len() > NUMBERS).then(|| "…".to_owned()));
            // Between two marks of one overlap there may be a blank alone, which is in the mark.
            out.blank |= shared.starts_with(char::is_whitespace);
            out.sign(format!("{}{}|", if color { "" } else { "[" }, names.join(",")), number);
            out.push(shared.trim(), number);
            if !color {
                out.blank = false;
                out.sign("]".to_owned(), number);
            }
            out.blank = shared.ends_with(char::is_whitespace);
        }
        at = to;
    }
    out.push(slice(at, paragraph.end), None);
    out.atoms
}

struct Atoms {
    atoms: Vec<Atom>,
    /// Whether what comes next begins a word.
    blank: bool,
}

impl Atoms {
    fn push(&mut self, text: &str, number: Option<usize>) {
        self.blank |= text.starts_with(char::is_whitespace);
        for (at, word) in clean(text).split(' ').filter(|word| !word.is_empty()).enumerate() {
            self.blank |= at > 0;
            self.sign(word.to_owned(), number);
        }
        self.blank |= text.ends_with(char::is_whitespace);
    }

    fn sign(&mut self, text: String, number: Option<usize>) {
        let piece = Piece { text, number };
        match self.atoms.last_mut() {
            Some(last) if !self.blank => last.push(piece),
            _ => self.atoms.push(vec![piece]),
        }
        self.blank = false;
    }
}

/// A line of a paragraph.
#[derive(Default)]
struct Line {
    pieces: Vec<Piece>,
    width: usize,
}

impl Line {
    fn push(&mut self, piece: Piece) {
        self.width += width(&piece.text);
        self.pieces.push(piece);
    }

    fn write(&self, out: &mut dyn fmt::Write, color: bool) -> fmt::Result {
        for Piece { text, number } in &self.pieces {
            match number.filter(|_| color) {
                Some(number) => {
                    let style = COLORS[number % COLORS.len()].on_default().bold();
                    write!(out, "{style}{text}{style:#}")?;
                }
                None => out.write_str(text)?,
            }
        }
        Ok(())
    }
}

/// Words in lines of so many columns; one that is wider is broken.
fn lay(atoms: Vec<Atom>, columns: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for atom in atoms {
        let wide: usize = atom.iter().map(|piece| width(&piece.text)).sum();
        match lines.last_mut() {
            Some(line) if line.width + 1 + wide <= columns => line.push(Piece { text: " ".to_owned(), number: None }),
            _ => lines.push(Line::default()),
        }
        for piece in atom {
            let mut rest = piece.text.as_str();
            while !rest.is_empty() {
                let used = lines.last().map_or(0, |line| line.width);
                let fits = fitting(rest, columns.saturating_sub(used));
                if fits == 0 && used > 0 {
                    lines.push(Line::default());
                    continue;
                }
                // A sign wider than the line goes into it nevertheless.
                let fits = if fits == 0 { rest.chars().next().map_or(rest.len(), char::len_utf8) } else { fits };
                if let Some(line) = lines.last_mut() {
                    line.push(Piece { text: rest[..fits].to_owned(), number: piece.number });
                }
                rest = &rest[fits..];
            }
        }
    }
    lines
}

/// Bytes of a text that fit into so many columns.
fn fitting(text: &str, columns: usize) -> usize {
    let (mut used, mut bytes) = (0, 0);
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if used > columns {
            break;
        }
        bytes += c.len_utf8();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(atoms: Vec<Atom>) -> Vec<String> {
        atoms.into_iter().map(|atom| atom.into_iter().map(|piece| piece.text).collect()).collect()
    }

    fn mark(text: &str, words: &str, numbers: &[usize]) -> Mark {
        let at = text.find(words).unwrap() as u32;
        Mark { bytes: ByteSpan::new(at, at + words.len() as u32), numbers: numbers.to_vec() }
    }

    fn whole(text: &str) -> ByteSpan {
        ByteSpan::new(0, text.len() as u32)
    }

    #[test]
    fn marks_stand_around_what_is_shared() {
        let text = "He said: “the old ferry,\ncrosses” — and left";
        let marks = [mark(text, "the old ferry,\ncrosses", &[3])];
        let words = plain(atoms(text, whole(text), &marks, false));
        assert_eq!(words.join(" "), "He said: “[3|the old ferry, crosses]” — and left");
        let words = plain(atoms(text, whole(text), &marks, true));
        assert_eq!(words.join(" "), "He said: “3|the old ferry, crosses” — and left");
        let paragraph = ByteSpan::new(text.find("crosses").unwrap() as u32, text.len() as u32);
        assert_eq!(plain(atoms(text, paragraph, &marks, false)).join(" "), "[3|crosses]” — and left");
    }

    #[test]
    fn nothing_in_a_text_can_command_the_terminal() {
        let text = "a\u{1b}[31mb c\u{202e}d\u{9b}2J e\u{7}f";
        let marks = [mark(text, "31mb c", &[1])];
        let shown = plain(atoms(text, whole(text), &marks, false)).join(" ");
        assert!(shown.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{shown:?}");
    }

    #[test]
    fn words_of_several_overlaps_have_all_their_numbers() {
        let span = ByteSpan::new;
        let runs = [vec![span(0, 20)], vec![span(4, 10), span(30, 40)]];
        let found = marks(runs.iter().map(Vec::as_slice));
        let shown: Vec<_> = found.iter().map(|m| (m.bytes.start, m.bytes.end, &m.numbers[..])).collect();
        assert_eq!(shown, [(0, 4, &[1][..]), (4, 10, &[1, 2]), (10, 20, &[1]), (30, 40, &[2])]);
    }

    #[test]
    fn no_line_is_too_wide_and_no_letter_is_lost() {
        let text = "総理は記者会見で述べた Donaudampfschifffahrtsgesellschaft and the old ferry crosses the river";
        let marks = [mark(text, "the old ferry crosses", &[1])];
        for columns in 2..60 {
            let lines = lay(atoms(text, whole(text), &marks, false), columns);
            let mut all = String::new();
            for line in &lines {
                let mut shown = String::new();
                line.write(&mut shown, false).unwrap();
                assert!(width(&shown) <= columns && line.width == width(&shown), "{columns}: {shown}");
                all.push_str(&shown);
            }
            assert_eq!(
                all.replace(' ', ""),
                text.replace("the old", "[1|the old").replace("crosses", "crosses]").replace(' ', "")
            );
        }
    }

    #[test]
    fn paragraphs_that_share_most_stand_beside_one_another() {
        let shared = BTreeMap::from([((0, 2), 9), ((1, 0), 20), ((2, 2), 8), ((3, 1), 5)]);
        assert_eq!(heaviest_chain(3, &shared), [(1, 0), (2, 2)]);
        let rows = beside(4, 3, &shared);
        let pair = |x, y| [x, y];
        assert_eq!(
            rows,
            [
                pair(Some(0), None),
                pair(Some(1), Some(0)),
                pair(None, Some(1)),
                pair(Some(2), Some(2)),
                pair(Some(3), None)
            ]
        );
        assert_eq!(beside(2, 1, &BTreeMap::new()), [pair(Some(0), Some(0)), pair(Some(1), None)]);
        assert_eq!(beside(0, 0, &BTreeMap::new()), Vec::<[Option<usize>; 2]>::new());
    }
}
