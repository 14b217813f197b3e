//! Which articles came out near enough to one another to be compared, and which of many stands for the others.
//! Without a window every article counts as undated: all are compared, and the first stands for all.

use super::Member;
use crate::document::{DocumentIndex, Time};
use crate::index::Index;

const DAY: i64 = 86_400;

/// From when to when each article may have come out, and how far apart two may be.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// First and last second of each article; empty without a window.
    times: Vec<Option<(i64, i64)>>,
    seconds: i64,
}

/// The places that a place is to be compared with, where not all are compared with all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Representatives {
    /// The earliest in the window, maybe the place itself.
    pub(super) first: Member,
    /// The earliest in the window of another outlet than the first.
    pub(super) second: Option<Member>,
    /// One without a date, where it is the only one of the window, or the only one of another outlet. Those without a
    /// date go to the earliest of all, so they do not come to a later place by themselves.
    pub(super) undated: Option<Member>,
}

impl Window {
    pub(super) fn new(index: &Index, days: Option<u32>) -> Self {
        let Some(days) = days else { return Self::default() };
        let time = |document| {
            let (first, last) = index.metadata(document).time.as_ref().map(|t: &Time| (t.start(), t.end() - 1))?;
            // No days apart is the same day, not the same second.
            let whole = |second: i64| second.div_euclid(DAY) * DAY;
            Some(if days == 0 { (whole(first), whole(last) + DAY - 1) } else { (first, last) })
        };
        Self { times: index.documents().map(time).collect(), seconds: i64::from(days) * DAY }
    }

    fn time(&self, document: DocumentIndex) -> Option<(i64, i64)> {
        self.times.get(document.at()).copied().flatten()
    }

    /// Whether two articles are compared: they may have come out near enough, or one has no date.
    pub(super) fn holds(&self, x: DocumentIndex, y: DocumentIndex) -> bool {
        match (self.time(x), self.time(y)) {
            (Some(x), Some(y)) => y.0 - x.1 <= self.seconds && x.0 - y.1 <= self.seconds,
            _ => true,
        }
    }

    /// Tells of each place which others stand for those in its window. `members` are sorted, so by time, the undated
    /// last. No place that has another in its window is left alone then: either one before it is in its window, or the
    /// place itself is the first for all that come after it in its window. All pointers only go up, so this is linear.
    pub(super) fn representatives(
        &self,
        same_outlet: &impl Fn(DocumentIndex, DocumentIndex) -> bool,
        members: &[Member],
        tell: &mut impl FnMut(Member, Representatives),
    ) {
        let dated: Vec<(Member, i64, i64)> = members
            .iter()
            .map_while(|&member| self.time(member.0).map(|(first, last)| (member, first, last)))
            .collect();
        let undated = &members[dated.len()..];
        let foreign = |x: Member, to: Member| x.0 != to.0 && !same_outlet(x.0, to.0);
        let foreign_undated = |to: Member| {
            let one = *undated.first()?;
            if foreign(one, to) { Some(one) } else { undated.iter().copied().find(|&x| foreign(x, to)) }
        };
        // One outlet has the first undated place, so this second one serves all of that outlet.
        let second_undated = undated.first().and_then(|&one| foreign_undated(one));
        let undated_for = |to: Member| undated.first().copied().filter(|&x| foreign(x, to)).or(second_undated);

        let (mut first, mut other, mut next) = (0, 0, 0);
        for &(member, start, last) in &dated {
            // What ends before the window of one place ends before that of all later ones, however long it is.
            let over = |at: usize| dated[at].2 < start - self.seconds;
            let begins = |at: &usize| *at < dated.len() && dated[*at].1 - last <= self.seconds;
            while over(first) {
                first += 1; // not beyond the place itself
            }
            let earliest = dated[first].0;
            while other < dated.len() && (over(other) || !foreign(dated[other].0, earliest)) {
                other += 1;
            }
            while next < dated.len() && dated[next].0.0 <= member.0 {
                next += 1;
            }
            let second = Some(other).filter(begins).map(|at| dated[at].0);
            let alone = !begins(&next);
            let left = || undated_for(member).or(undated.first().copied().filter(|_| alone));
            let undated = if earliest == member && second.is_none() { left() } else { None };
            tell(member, Representatives { first: earliest, second: second.or(undated_for(earliest)), undated });
        }
        let Some(&earliest) = members.first() else { return };
        let second = dated.iter().map(|d| d.0).find(|&x| foreign(x, earliest)).or(undated_for(earliest));
        for &member in undated {
            tell(member, Representatives { first: earliest, second, undated: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use crate::document::Metadata;
    use crate::index::SegmentBuilder;
    use crate::outlet::Outlets;
    use crate::prepare::Preparer;

    /// An index of (outlet, time) without words.
    fn index(articles: &[(&str, &str)]) -> Index {
        let mut builder = SegmentBuilder::default();
        let mut described = Vec::new();
        for (at, &(source, time)) in articles.iter().enumerate() {
            let document = Document { id: format!("{at:05}"), ..Document::default() };
            builder.push(&document, &Preparer::default().prepare(&document)).unwrap();
            let metadata = Metadata { source: source.into(), time: Time::parse(time), ..Metadata::default() };
            described.push((document.id, metadata));
        }
        Index::new(builder, described, &Outlets::builtin()).unwrap()
    }

    fn compared(days: u32, x: &str, y: &str) -> bool {
        let index = index(&[("", x), ("", y)]);
        let (x, y) = (DocumentIndex(0), DocumentIndex(1));
        let window = Window::new(&index, Some(days));
        assert_eq!(window.holds(x, y), window.holds(y, x));
        window.holds(x, y)
    }

    #[test]
    fn the_least_possible_time_between_two_articles_counts() {
        assert!(compared(1, "2031-05-01", "2031-05-02") && !compared(1, "2031-05-01", "2031-05-03"));
        assert!(compared(1, "2031-05-01T09:00:00Z", "2031-05-02T09:00:00Z"));
        assert!(!compared(1, "2031-05-01T09:00:00Z", "2031-05-02T09:00:01Z"));
        assert!(compared(1, "2031-05-01", "2031-05-02T23:00:00Z"), "a bare date is its whole day");
        assert!(compared(1, "2031-04", "2031-05-01") && !compared(1, "2031-04", "2031-05-02"));
        assert!(compared(1, "no date", "2031-05-02") && compared(0, "no date", "no date"));
    }

    #[test]
    fn no_days_are_the_same_day() {
        assert!(compared(0, "2031-05-01T00:10:00Z", "2031-05-01T23:50:00Z"));
        assert!(!compared(0, "2031-05-01T23:50:00Z", "2031-05-02T00:10:00Z"));
        assert!(compared(0, "2031-05-01", "2031-05-01T23:50:00Z") && !compared(0, "2031-05-01", "2031-05-02"));
    }

    #[test]
    fn the_longest_window_reaches_everything() {
        assert!(compared(u32::MAX, "0001-01-01", "9999-12-31"));
    }

    /// As [`Window::representatives`], by the words of its promise.
    fn naive(window: &Window, index: &Index, members: &[Member], member: Member) -> Representatives {
        let dated = |x: &&Member| window.time(x.0).is_some();
        let near = |x: &&Member| window.holds(x.0, member.0) && (dated(x) || !dated(&&member));
        let first = *members.iter().find(near).unwrap();
        let foreign = |x: &&Member, to: Member| x.0 != to.0 && !index.same_outlet(x.0, to.0);
        let undated = |x: &&Member| !dated(x);
        let second_near = members.iter().filter(near).find(|x| foreign(x, first)).copied();
        let second = second_near.or(members.iter().filter(undated).find(|x| foreign(x, first)).copied());
        let alone = !members.iter().filter(near).any(|x| x.0 > member.0);
        let left = members.iter().filter(undated);
        let left = left.clone().find(|x| foreign(x, member)).or(left.clone().next().filter(|_| alone)).copied();
        let wanted = dated(&&member) && first == member && second_near.is_none();
        Representatives { first, second, undated: left.filter(|_| wanted) }
    }

    #[test]
    fn representatives_are_those_of_the_slow_way() {
        let mut state = 7u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for round in 0..300 {
            let dates: Vec<(String, u64)> = (0..1 + below(40))
                .map(|_| {
                    let (month, day) = (1 + below(3), 1 + below(28));
                    let time = match below(8) {
                        0 => format!("2031-{month:02}"),
                        1 => String::new(),
                        2 => format!("2031-{month:02}-{day:02}"),
                        _ => format!("2031-{month:02}-{day:02}T{:02}:00:00Z", below(24)),
                    };
                    (time, below(3 + round % 3))
                })
                .collect();
            let outlets = ["Herald", "", "Post", "Gazette", "Mail"];
            let articles: Vec<(&str, &str)> = dates.iter().map(|(t, o)| (outlets[*o as usize], t.as_str())).collect();
            let index = index(&articles);
            let mut members: Vec<Member> =
                index.documents().flat_map(|d| (0..below(3) as u32).map(move |at| (d, at))).collect();
            members.sort_unstable();
            for days in [None, Some(0), Some(1), Some(9), Some(1000)] {
                let window = Window::new(&index, days);
                let mut told = Vec::new();
                let same_outlet = |x, y| index.same_outlet(x, y);
                window.representatives(&same_outlet, &members, &mut |member, known| told.push((member, known)));
                let slow: Vec<_> = members.iter().map(|&m| (m, naive(&window, &index, &members, m))).collect();
                assert_eq!(told, slow, "{days:?} {articles:?}");
            }
        }
    }
}
