//! A scan in steps over rows, for engines that spread them over many machines: what [`crate::Detector`] does, cut where
//! it looks at more than one article at a time.
//!
//! A [`Step`] is told rows of some streams, group by group, and tells rows of others. An engine brings the rows of a group
//! together (those that agree in the first numbers of their key), sorts them by the key, and knows nothing of what they
//! say. Articles are known by their number in the order of (time, id), which is why [`Stream::Order`] is sorted once as a
//! whole. Steps call the rooms before this one on the few articles that lie before them, so that what is found is
//! what one machine finds. Which step takes which rows is told by [`STEPS`]; what is done in rounds, by [`Stream`].
//!
//! Knows no engine, and holds no more than one group at a time.

mod cells;
mod code;
mod facts;
mod furniture;
mod near;
mod outlets;
mod overlaps;
mod pairs;
mod part;
mod passages;
mod prepare;
mod prints;
mod quotes;
mod rows;
mod sheets;
mod signed;
mod star;
mod weigh;

pub use cells::{CellValue, table_row, table_rows};
pub use prepare::spread;
pub use rows::{Key, Row, RowRef, Rows, Stepper, Stream};

use crate::error::{ErrorKind, Result};
use crate::settings::{Pairs, SameSource, Settings};
use rows::Group;

/// What every step is told.
#[derive(Clone, Debug)]
pub struct Walk {
    settings: Settings,
    /// Parts into which articles are dealt, so that pairs of articles meet in few groups.
    deals: u32,
}

impl Walk {
    /// Of these settings. Pairs of articles are dealt to `deals` × (`deals` + 1) ÷ 2 groups. Fails where a setting is out of
    /// its range, or is one that steps do not know: a window, every pair of a hub, outlets without their own words.
    pub fn new(settings: Settings, deals: u32) -> Result<Self> {
        settings.check()?;
        let unknown = [
            (settings.window_days.is_some(), "--window"),
            (settings.pairs == Pairs::All, "--pairs all"),
            (settings.same_source == SameSource::Skip, "--same-source skip"),
        ];
        if let Some((_, flag)) = unknown.iter().find(|(is_set, _)| *is_set) {
            let what = format!("{flag}: not known where a scan is spread; scan on one machine, or leave it out");
            return Err(ErrorKind::Settings(what).into());
        }
        Ok(Self { settings, deals: deals.max(1) })
    }

    /// The group in which two articles meet.
    fn deal(&self, x: u32, y: u32) -> i64 {
        let (x, y) = (x % self.deals, y % self.deals);
        i64::from(x.min(y)) * i64::from(self.deals) + i64::from(x.max(y))
    }
}

/// A step: rows in, rows out, each group by itself.
#[derive(Clone, Copy)]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// Whose rows it is told.
    pub inputs: &'static [Stream],
    /// How many of the first numbers of the key a group agrees in.
    pub group: usize,
    /// Whose rows it tells.
    pub outputs: &'static [Stream],
    run: fn(&Walk, &Group<'_>, &mut Rows) -> Result<()>,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

/// All steps, in an order in which each finds its inputs told. Before the first, [`spread`] tells the streams of single
/// articles.
pub const STEPS: &[Step] = &[
    Step { name: "tell_apart", inputs: &[Stream::Name], group: 1, outputs: &[Stream::Order], run: prepare::tell_apart },
    Step {
        name: "place",
        inputs: &[Stream::Unplaced, Stream::Ranked],
        group: 1,
        outputs: &[
            Stream::Article,
            Stream::Posting,
            Stream::Bucket,
            Stream::Signed,
            Stream::Dateline,
            Stream::Version,
            Stream::OutletName,
        ],
        run: prepare::place,
    },
    Step {
        name: "share",
        inputs: &[Stream::Posting],
        group: 1,
        outputs: &[Stream::Seed, Stream::Wanted, Stream::Frequent, Stream::Place],
        run: prints::share,
    },
    Step {
        name: "surround",
        inputs: &[Stream::Article, Stream::Frequent],
        group: 1,
        outputs: &[Stream::Context],
        run: star::surround,
    },
    Step {
        name: "star",
        inputs: &[Stream::Context],
        group: 1,
        outputs: &[Stream::Seed, Stream::Wanted],
        run: star::star,
    },
    Step {
        name: "meet",
        inputs: &[Stream::Bucket],
        group: 1,
        outputs: &[Stream::Meeting, Stream::SignatureWanted],
        run: signed::meet,
    },
    Step {
        name: "deal_signatures",
        inputs: &[Stream::Signed, Stream::SignatureWanted],
        group: 1,
        outputs: &[Stream::DealtSignature],
        run: signed::deal,
    },
    Step {
        name: "estimate",
        inputs: &[Stream::DealtSignature, Stream::Meeting],
        group: 1,
        outputs: &[Stream::Proposal, Stream::Wanted],
        run: signed::estimate,
    },
    Step {
        name: "deal",
        inputs: &[Stream::Article, Stream::Wanted],
        group: 1,
        outputs: &[Stream::Dealt],
        run: pairs::deal,
    },
    Step {
        name: "align",
        inputs: &[Stream::Dealt, Stream::Proposal, Stream::Seed],
        group: 1,
        outputs: &[Stream::Aligned],
        run: pairs::align,
    },
    Step {
        name: "settle",
        inputs: &[Stream::Aligned],
        group: 1,
        outputs: &[Stream::Pair, Stream::Near, Stream::NearEdge],
        run: pairs::settle,
    },
    Step {
        name: "near_groups",
        inputs: &[Stream::NearLabel, Stream::Near],
        group: 1,
        outputs: &[Stream::NearGroup],
        run: near::groups,
    },
    Step { name: "lead", inputs: &[Stream::NearGroup], group: 1, outputs: &[Stream::Member], run: near::lead },
    Step { name: "agencies", inputs: &[Stream::Dateline], group: 1, outputs: &[Stream::Agency], run: facts::agencies },
    Step {
        name: "first_versions",
        inputs: &[Stream::Version],
        group: 1,
        outputs: &[Stream::FirstVersion],
        run: facts::first_versions,
    },
    Step {
        name: "titles",
        inputs: &[Stream::Article, Stream::Member],
        group: 1,
        outputs: &[Stream::Titled],
        run: facts::titles,
    },
    Step {
        name: "headlines",
        inputs: &[Stream::Titled],
        group: 1,
        outputs: &[Stream::Clustered],
        run: facts::headlines,
    },
    Step {
        name: "name_clusters",
        inputs: &[Stream::Clustered],
        group: 1,
        outputs: &[Stream::InCluster, Stream::TableClusters],
        run: facts::name_clusters,
    },
    Step { name: "want", inputs: &[Stream::Pair], group: 1, outputs: &[Stream::KnownWanted], run: weigh::want },
    Step {
        name: "deal_known",
        inputs: &[Stream::Article, Stream::Agency, Stream::FirstVersion, Stream::KnownWanted],
        group: 1,
        outputs: &[Stream::DealtKnown],
        run: facts::deal,
    },
    Step {
        name: "weigh",
        inputs: &[Stream::DealtKnown, Stream::Pair],
        group: 1,
        outputs: &[Stream::Side, Stream::Overlap, Stream::Quoting],
        run: weigh::weigh,
    },
    Step {
        name: "neighbours",
        inputs: &[Stream::Article, Stream::Place, Stream::Member],
        group: 1,
        outputs: &[Stream::Neighbour, Stream::Line],
        run: furniture::neighbours,
    },
    Step { name: "learn", inputs: &[Stream::Neighbour], group: 1, outputs: &[Stream::Learned], run: furniture::learn },
    Step { name: "lines", inputs: &[Stream::Line], group: 1, outputs: &[Stream::AskedLine], run: furniture::lines },
    Step {
        name: "own_lines",
        inputs: &[Stream::AskedLine, Stream::Side],
        group: 1,
        outputs: &[Stream::OwnLine],
        run: furniture::own_lines,
    },
    Step {
        name: "closing_lines",
        inputs: &[Stream::OwnLine],
        group: 2,
        outputs: &[Stream::Learned],
        run: furniture::closing_lines,
    },
    Step {
        name: "sheets",
        inputs: &[Stream::Article, Stream::Agency, Stream::Learned, Stream::Side],
        group: 1,
        outputs: &[
            Stream::SideFact,
            Stream::SpotFact,
            Stream::SpotEdge,
            Stream::Voice,
            Stream::ArticleCells,
            Stream::TableParagraphs,
            Stream::TableSources,
        ],
        run: sheets::judge,
    },
    Step {
        name: "overlaps",
        inputs: &[Stream::SideFact, Stream::Overlap],
        group: 3,
        outputs: &[
            Stream::Judged,
            Stream::Unmarked,
            Stream::Joining,
            Stream::SpotEdge,
            Stream::PairKind,
            Stream::OutletSide,
        ],
        run: overlaps::judge,
    },
    Step {
        name: "articles",
        inputs: &[Stream::ArticleCells, Stream::InCluster, Stream::Unmarked],
        group: 1,
        outputs: &[Stream::TableArticles],
        run: sheets::articles,
    },
    Step {
        name: "join",
        inputs: &[Stream::SpotLabel, Stream::Joining],
        group: 1,
        outputs: &[Stream::Joined],
        run: passages::join,
    },
    Step {
        name: "group_passages",
        inputs: &[Stream::Joined],
        group: 1,
        outputs: &[Stream::PlaceOf, Stream::Carried],
        run: passages::group,
    },
    Step {
        name: "spots",
        inputs: &[Stream::SpotFact, Stream::PlaceOf],
        group: 3,
        outputs: &[Stream::Carried],
        run: passages::spots,
    },
    Step {
        name: "passages",
        inputs: &[Stream::Carried],
        group: 1,
        outputs: &[Stream::PassageOf, Stream::Carrier, Stream::Unsourced, Stream::TableOccurrences, Stream::OutletPair],
        run: passages::passages,
    },
    Step { name: "links", inputs: &[Stream::PairKind], group: 2, outputs: &[Stream::Link], run: passages::links },
    Step {
        name: "ask_links",
        inputs: &[Stream::Link, Stream::Carrier],
        group: 1,
        outputs: &[Stream::AskedLink],
        run: passages::ask_links,
    },
    Step {
        name: "answer_links",
        inputs: &[Stream::Carrier, Stream::AskedLink],
        group: 1,
        outputs: &[Stream::SharedLink],
        run: passages::answer_links,
    },
    Step {
        name: "origins",
        inputs: &[Stream::Unsourced, Stream::SharedLink],
        group: 2,
        outputs: &[Stream::TablePassages],
        run: passages::origins,
    },
    Step {
        name: "place_overlaps",
        inputs: &[Stream::PassageOf, Stream::Judged],
        group: 3,
        outputs: &[Stream::Identified],
        run: overlaps::place,
    },
    Step {
        name: "identify_overlaps",
        inputs: &[Stream::Identified],
        group: 1,
        outputs: &[Stream::TableOverlaps],
        run: overlaps::identify,
    },
    Step {
        name: "outlet_articles",
        inputs: &[Stream::OutletSide],
        group: 3,
        outputs: &[Stream::OutletPair],
        run: outlets::articles,
    },
    Step {
        name: "outlet_sums",
        inputs: &[Stream::OutletPair],
        group: 2,
        outputs: &[Stream::OutletSum],
        run: outlets::sums,
    },
    Step {
        name: "own_names",
        inputs: &[Stream::OutletName, Stream::OutletSum],
        group: 1,
        outputs: &[Stream::OutletNamed],
        run: outlets::own_names,
    },
    Step {
        name: "other_names",
        inputs: &[Stream::OutletName, Stream::OutletNamed],
        group: 1,
        outputs: &[Stream::TableOutlets],
        run: outlets::other_names,
    },
    Step {
        name: "deal_voices",
        inputs: &[Stream::Article, Stream::KnownWanted, Stream::Voice],
        group: 1,
        outputs: &[Stream::DealtVoice],
        run: quotes::deal,
    },
    Step {
        name: "altered_quotes",
        inputs: &[Stream::DealtVoice, Stream::Pair],
        group: 1,
        outputs: &[Stream::VoiceEdge, Stream::TableAlteredQuotes],
        run: quotes::altered,
    },
    Step {
        name: "label_voices",
        inputs: &[Stream::VoiceLabel],
        group: 1,
        outputs: &[Stream::VoiceGroup],
        run: quotes::label,
    },
    Step {
        name: "gather_voices",
        inputs: &[Stream::Article, Stream::Voice, Stream::VoiceGroup, Stream::Quoting],
        group: 1,
        outputs: &[Stream::Stated],
        run: quotes::gather,
    },
    Step {
        name: "statements",
        inputs: &[Stream::Stated],
        group: 1,
        outputs: &[Stream::UnnamedStatement],
        run: quotes::state,
    },
    Step {
        name: "identify_statements",
        inputs: &[Stream::UnnamedStatement],
        group: 1,
        outputs: &[Stream::TableStatements],
        run: quotes::identify,
    },
];

/// The two steps that join connected groups, in rounds: the first is told [`Stream::Edge`], the second
/// [`Stream::UpEdge`], until the first tells what it told the round before. Then `labels` is told that, and tells of each
/// node the least one it is connected with. Source: Kiveris et al., "Connected components in MapReduce and beyond", 2014.
pub const ROUNDS: [Step; 3] = [
    Step { name: "large_star", inputs: &[Stream::Edge], group: 1, outputs: &[Stream::UpEdge], run: near::large_star },
    Step { name: "small_star", inputs: &[Stream::UpEdge], group: 1, outputs: &[Stream::Edge], run: near::small_star },
    Step { name: "labels", inputs: &[Stream::UpEdge], group: 1, outputs: &[Stream::Label], run: near::labels },
];

/// Which edges are joined in rounds, and the stream that then takes the labels of their nodes.
pub const ROUND_STREAMS: &[(Stream, Stream)] = &[
    (Stream::NearEdge, Stream::NearLabel),
    (Stream::SpotEdge, Stream::SpotLabel),
    (Stream::VoiceEdge, Stream::VoiceLabel),
];
