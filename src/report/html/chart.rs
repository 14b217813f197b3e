//! Numbers → coordinates of the pictures: bars, histogram, timeline, heat map, network. What they look like is said by
//! the templates and the style.

use super::page::{KINDS, OutletPair, Page, Passage};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// A stretch of a bar.
#[derive(Debug, PartialEq)]
pub(super) struct Stretch {
    /// Number of the kind.
    pub(super) kind: usize,
    /// In hundredths of the whole.
    pub(super) x: String,
    pub(super) width: String,
    pub(super) words: u64,
    pub(super) share: String,
}

impl Stretch {
    pub(super) fn name(&self) -> &'static str {
        KINDS[self.kind]
    }
}

/// A bar of words by kind that sums to the whole, formulas among the unique.
pub(super) fn bar(by_kind: impl IntoIterator<Item = u64>) -> Vec<Stretch> {
    let counts: Vec<u64> = by_kind.into_iter().take(KINDS.len() - 1).collect();
    let sum = counts.iter().sum::<u64>().max(1) as f64;
    let mut x = 0.0;
    let stretches = counts.into_iter().enumerate().map(|(kind, words)| {
        let width = 100.0 * words as f64 / sum;
        let stretch = Stretch { kind, x: short(x), width: short(width), words, share: percent(words as f64 / sum) };
        x += width;
        stretch
    });
    stretches.collect()
}

/// A number in few digits.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number with its thousands apart.
pub(super) fn count(number: impl std::fmt::Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and what it counts.
pub(super) fn many(number: impl std::fmt::Display, one: &str) -> String {
    let number = count(number);
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {one}{plural}")
}

/// A number in at most four characters.
pub(super) fn compact(number: &u64) -> String {
    match *number {
        0..1_000 => number.to_string(),
        1_000..9_950 => format!("{:.1}k", *number as f64 / 1e3),
        9_950..999_500 => format!("{:.0}k", *number as f64 / 1e3),
        _ => format!("{:.0}M", *number as f64 / 1e6),
    }
}

/// A name with so many characters at most.
fn clipped(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        Some(_) => name.chars().take(most - 1).chain(['…']).collect(),
        None => name.to_owned(),
    }
}

/// A share as readers see it.
pub(super) fn percent(share: f64) -> String {
    // Halves up, as scripts round; what is next to nothing or all is not told as that.
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.95 {
        return format!("{:.1} %", ((percent * 10.0 + 0.5).floor() / 10.0).max(0.1));
    }
    if percent > 99.05 && percent < 100.0 {
        return format!("{:.1} %", ((percent * 10.0).floor() / 10.0).min(99.9));
    }
    format!("{:.0} %", (percent + 0.5).floor())
}

/// A bar of the histogram.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) x: usize,
    pub(super) y: String,
    pub(super) height: String,
    pub(super) articles: u64,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Articles by unique share, in a field of 400 × 100.
pub(super) fn histogram(steps: &[u64; 20]) -> Vec<Step> {
    let most = steps.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = |(at, &articles): (usize, &u64)| {
        let height = if articles > 0 { (100.0 * articles as f64 / most).max(2.0) } else { 0.0 };
        Step { x: at * 20, y: short(100.0 - height), height: short(height), articles, from: at * 5, to: at * 5 + 5 }
    };
    steps.iter().enumerate().map(step).collect()
}

/// Who had a passage when.
#[derive(Debug)]
pub(super) struct Timeline {
    pub(super) height: usize,
    pub(super) lanes: Vec<Lane>,
    pub(super) points: Vec<Point>,
    /// x, which end of the label stands there, and what it says.
    pub(super) ticks: Vec<(usize, &'static str, String)>,
    /// Lanes that there was no room for.
    pub(super) left_out: usize,
}

#[derive(Debug)]
pub(super) struct Lane {
    pub(super) name: String,
    /// The name, as much of it as there is room for.
    pub(super) label: String,
    pub(super) y: usize,
}

#[derive(Debug)]
pub(super) struct Point {
    pub(super) x: String,
    pub(super) y: usize,
    /// Whether it has the words of the representative.
    pub(super) exact: bool,
    /// A bare date is its whole day.
    pub(super) width: Option<String>,
    pub(super) title: String,
}

const LANES: usize = 40;
/// Where time begins, and how long it is, in a timeline 800 wide.
const LEFT: f64 = 190.0;
const WIDTH: f64 = 590.0;

/// A lane an outlet, in the order of who had it first; nothing where less than two places have a date.
pub(super) fn timeline(page: &Page, passage: &Passage) -> Option<Timeline> {
    let places = || passage.versions.iter().flat_map(|version| &version.places);
    let mut dated: Vec<_> = places()
        .filter_map(|place| {
            let article = page.articles.get(place.article as usize)?;
            Some((article.start? as f64, article, place))
        })
        .collect();
    dated.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.2.article.cmp(&y.2.article)));
    let first = dated.first()?.0;
    let end = |&(start, article, _): &(f64, &super::page::Article, _)| article.end.map_or(start, |end| end as f64);
    let last = dated.iter().map(end).fold(first, f64::max);
    if dated.len() < 2 || last <= first {
        return None;
    }
    let x = |time: f64| LEFT + WIDTH * (time - first) / (last - first);
    let mut lanes: Vec<Lane> = Vec::new();
    let mut points = Vec::new();
    let mut left_out = 0;
    for (start, article, place) in dated {
        let name = if article.outlet.is_empty() { "no outlet" } else { article.outlet.as_str() };
        let lane = match lanes.iter().position(|lane| lane.name == name) {
            Some(lane) => lane,
            None if lanes.len() < LANES => {
                lanes.push(Lane { name: name.to_owned(), label: clipped(name, 26), y: 20 + 24 * lanes.len() });
                lanes.len() - 1
            }
            None => {
                left_out += 1;
                continue;
            }
        };
        let after = if start > first { format!(", +{}", span(start - first)) } else { String::new() };
        points.push(Point {
            x: short(x(start)),
            y: lanes[lane].y,
            exact: place.exact,
            width: article
                .end
                .map(|end| end as f64)
                .filter(|&end| end > start)
                .map(|end| short((x(end) - x(start)).max(6.0))),
            title: format!("{name}, {}{after}", article.time),
        });
    }
    let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|part| {
        let time = part * (last - first);
        let label = if part == 0.0 { "first".to_owned() } else { format!("+{}", span(time)) };
        ((LEFT + WIDTH * part) as usize, if part == 1.0 { "end" } else { "middle" }, label)
    });
    Some(Timeline { height: 24 * lanes.len() + 40, lanes, points, ticks: ticks.into(), left_out })
}

/// A stretch of time, in its two largest units.
pub(super) fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    if minutes < 1440 {
        return match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes} min"),
            (hours, 0) => format!("{hours} h"),
            (hours, minutes) => format!("{hours} h {minutes} min"),
        };
    }
    let hours = (minutes + 30) / 60;
    match (hours / 24, hours % 24) {
        (days, 0) => format!("{days} d"),
        (days, hours) if days < 10 => format!("{days} d {hours} h"),
        _ => format!("{} d", (hours + 12) / 24),
    }
}

/// Outlets against outlets.
#[derive(Debug)]
pub(super) struct HeatMap {
    pub(super) size: usize,
    pub(super) names: Vec<Lane>,
    pub(super) cells: Vec<HeatCell>,
    pub(super) left_out: usize,
}

#[derive(Debug)]
pub(super) struct HeatCell {
    pub(super) x: usize,
    pub(super) y: usize,
    /// Step of the scale, from 1 to 5.
    pub(super) step: usize,
    pub(super) words: u64,
    pub(super) title: String,
}

/// Side of a cell, and where cells begin.
pub(super) const CELL: usize = 34;
pub(super) const MARGIN: usize = 170;
const OUTLETS: usize = 24;
const EDGES: usize = 80;

/// Words that the outlet of a row has in common with that of a column, as far as it was not demonstrably first with most of
/// them.
pub(super) fn heat_map(page: &Page) -> HeatMap {
    let (names, left_out) = largest(page);
    let most = page.pairs.iter().map(|pair| pair.words).max().unwrap_or(1).max(1) as f64;
    let mut cells = Vec::new();
    for pair in &page.pairs {
        let place = |name: &str| names.iter().position(|other| other == name);
        let (Some(row), Some(column)) = (place(&pair.outlet), place(&pair.other)) else { continue };
        if flow(pair) == Flow::Given {
            continue;
        }
        // Equal steps of the square root: a few large pairs do not hide the rest.
        let step = (5.0 * (pair.words as f64 / most).sqrt()).ceil().clamp(1.0, 5.0) as usize;
        cells.push(HeatCell {
            x: MARGIN + column * CELL,
            y: MARGIN + row * CELL,
            step,
            words: pair.words,
            title: told(pair),
        });
    }
    let size = MARGIN + CELL * names.len();
    let lane = |(at, name): (usize, String)| Lane { label: clipped(&name, 24), name, y: MARGIN + at * CELL + CELL / 2 };
    HeatMap { size, names: names.into_iter().enumerate().map(lane).collect(), cells, left_out }
}

/// Which way words went between two outlets, by most of their overlaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// From the outlet to the other.
    Given,
    /// From the other.
    Taken,
    /// Nothing tells, or they are a third party's.
    Open,
}

/// One outlet was first with more than half of what the two share.
pub(super) fn flow(pair: &OutletPair) -> Flow {
    let most = pair.overlaps() / 2;
    match (pair.earlier, pair.later) {
        (earlier, _) if earlier > most => Flow::Given,
        (_, later) if later > most => Flow::Taken,
        _ => Flow::Open,
    }
}

fn told(pair: &OutletPair) -> String {
    let (outlet, other) = (&pair.outlet, &pair.other);
    let how = match flow(pair) {
        Flow::Given => format!("{outlet} was first with most"),
        Flow::Taken => format!("{other} was first with most"),
        Flow::Open => "who was first is not established".to_owned(),
    };
    format!("{outlet} has {} words that {other} has too; {how}", count(pair.words))
}

/// Outlets that share most words, in an order that brings those that share much together, and how many are left out.
fn largest(page: &Page) -> (Vec<String>, usize) {
    let mut words: BTreeMap<&str, u64> = BTreeMap::new();
    for pair in &page.pairs {
        *words.entry(&pair.outlet).or_default() += pair.words;
    }
    let mut order: Vec<(&str, u64)> = words.into_iter().collect();
    order.sort_by_key(|&(name, words)| (Reverse(words), name.to_owned()));
    let left_out = order.len().saturating_sub(OUTLETS);
    order.truncate(OUTLETS);
    let mut left: Vec<&str> = order.into_iter().map(|(name, _)| name).collect();
    let shared = |x: &str, y: &str| {
        let of = page.pairs.iter().filter(|pair| pair.outlet == x && pair.other == y);
        of.map(|pair| pair.words).sum::<u64>()
    };
    let mut out: Vec<String> = Vec::new();
    while !left.is_empty() {
        let next = match out.last() {
            None => 0,
            Some(last) => (0..left.len()).max_by_key(|&at| (shared(last, left[at]), Reverse(at))).unwrap_or(0),
        };
        out.push(left.remove(next).to_owned());
    }
    (out, left_out)
}

/// Outlets on a circle, with lines between those that share words.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// Outlets, and ties between those that are shown, for which there was no room.
    pub(super) left_out: usize,
    pub(super) edges_left_out: usize,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) radius: String,
    pub(super) label_x: String,
    pub(super) label_y: String,
    pub(super) anchor: &'static str,
    pub(super) title: String,
}

#[derive(Debug)]
pub(super) struct Edge {
    pub(super) path: String,
    pub(super) width: String,
    pub(super) words: u64,
    pub(super) directed: bool,
    pub(super) title: String,
}

/// Lines run from who was first with most overlaps to who came later, in a field of 760 × 560.
pub(super) fn network(page: &Page) -> Network {
    let (names, left_out) = largest(page);
    let (center_x, center_y, radius) = (380.0, 280.0, 200.0);
    let at = |place: usize| TAU * place as f64 / names.len().max(1) as f64 - TAU / 4.0;
    let articles = |name: &str| page.outlets.iter().filter(|o| o.name == name).map(|o| o.articles).sum::<u64>();
    let most_articles = names.iter().map(|name| articles(name)).max().unwrap_or(1).max(1) as f64;
    let size = |name: &str| 6.0 + 12.0 * (articles(name) as f64 / most_articles).sqrt();
    let node = |(place, name): (usize, &String)| {
        let angle = at(place);
        let (cos, sin) = (angle.cos(), angle.sin());
        let label = radius + 14.0 + size(name);
        Node {
            name: clipped(name, 26),
            x: short(center_x + radius * cos),
            y: short(center_y + radius * sin),
            radius: short(size(name)),
            label_x: short(center_x + label * cos),
            label_y: short(center_y + label * sin + 4.0),
            anchor: match cos {
                c if c > 0.2 => "start",
                c if c < -0.2 => "end",
                _ => "middle",
            },
            title: format!("{name}: {} articles", articles(name)),
        }
    };
    let most = page.pairs.iter().map(|pair| pair.words).max().unwrap_or(1).max(1) as f64;
    let mut edges = Vec::new();
    for pair in &page.pairs {
        let place = |name: &str| names.iter().position(|other| other == name);
        let (Some(from), Some(to)) = (place(&pair.outlet), place(&pair.other)) else { continue };
        let directed = flow(pair) == Flow::Given;
        if !directed && (flow(pair) == Flow::Taken || from > to) {
            continue; // drawn from its other side
        }
        let (x1, y1) = (center_x + radius * at(from).cos(), center_y + radius * at(from).sin());
        let (x2, y2) = (center_x + radius * at(to).cos(), center_y + radius * at(to).sin());
        // Lines bend towards the middle, so that those of neighbours do not lie on one another, and end where circles begin.
        let (bend_x, bend_y) = ((x1 + x2) / 4.0 + center_x / 2.0, (y1 + y2) / 4.0 + center_y / 2.0);
        let towards = |x: f64, y: f64, distance: f64| {
            let length = ((bend_x - x).powi(2) + (bend_y - y).powi(2)).sqrt().max(distance);
            let part = distance / length.max(1.0);
            format!("{} {}", short(x + (bend_x - x) * part), short(y + (bend_y - y) * part))
        };
        let (start, end) = (towards(x1, y1, size(&names[from])), towards(x2, y2, size(&names[to]) + 4.0));
        edges.push(Edge {
            path: format!("M{start}Q{} {} {end}", short(bend_x), short(bend_y)),
            width: short(1.0 + 6.0 * (pair.words as f64 / most).sqrt()),
            words: pair.words,
            directed,
            title: told(pair),
        });
    }
    edges.sort_by(|x, y| y.words.cmp(&x.words).then_with(|| x.title.cmp(&y.title)));
    let edges_left_out = edges.len().saturating_sub(EDGES);
    edges.truncate(EDGES);
    edges.reverse(); // the widest on top
    Network { nodes: names.iter().enumerate().map(node).collect(), edges, left_out, edges_left_out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_sums_to_the_whole_and_leaves_formulas_among_the_unique() {
        let bar = bar([50, 25, 0, 0, 0, 25, 10]);
        assert_eq!(bar.len(), 6);
        assert_eq!(bar.iter().map(|s| s.width.parse::<f64>().unwrap()).sum::<f64>(), 100.0);
        assert_eq!((bar[5].x.as_str(), bar[5].share.as_str(), bar[5].name()), ("75", "25 %", "unattributed"));
    }

    #[test]
    fn shares_that_are_small_are_not_nothing() {
        assert_eq!([0.0, 0.004, 0.05, 1.0].map(percent), ["0 %", "0.4 %", "5 %", "100 %"]);
        assert_eq!([1e-6, 0.125, 0.9951, 0.99999].map(percent), ["0.1 %", "13 %", "99.5 %", "99.9 %"]);
        assert_eq!([many(0, "word"), many(1, "word"), many(1_200, "word")], ["0 words", "1 word", "1,200 words"]);
        assert_eq!([999, 1_149, 9_960, 3_300_000].map(|number| compact(&number)), ["999", "1.1k", "10k", "3M"]);
        assert_eq!([0u32, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn stretches_of_time_have_two_units_at_most() {
        let told = [0.0, 840.0, 3600.0, 9000.0, 86_400.0, 100_000.0, 3e6].map(span);
        assert_eq!(told, ["0 min", "14 min", "1 h", "2 h 30 min", "1 d", "1 d 4 h", "35 d"]);
    }

    #[test]
    fn who_was_first_with_few_of_many_gave_nothing() {
        let flow = |earlier, later, undetermined| {
            let (outlet, other) = ("a".to_owned(), "b".to_owned());
            flow(&OutletPair { outlet, other, articles: 9, passages: 9, words: 99, earlier, later, undetermined })
        };
        let open = [(0, 0, 0), (0, 0, 3), (2, 2, 0), (1, 0, 1), (2, 1, 1), (23, 1, 289)];
        assert!(open.iter().all(|&(earlier, later, open)| flow(earlier, later, open) == Flow::Open));
        assert_eq!([flow(3, 1, 1), flow(1, 3, 1), flow(1, 0, 0)], [Flow::Given, Flow::Taken, Flow::Given]);
    }

    #[test]
    fn every_article_stands_in_the_histogram() {
        let steps = histogram(&std::array::from_fn(|at| at as u64 % 3));
        assert_eq!((steps.len(), steps[19].to, steps[2].height.as_str()), (20, 100, "100"));
        assert!(steps.iter().all(|step| (step.height == "0") == (step.articles == 0)));
    }
}
