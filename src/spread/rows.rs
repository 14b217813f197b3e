//! Rows: what a shuffle moves.

use super::{Step, Walk};
use crate::error::Result;
use ahash::AHashSet;

/// What rows are grouped and sorted by.
pub type Key = [i64; 4];

/// A row: its key, and what else it tells, encoded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// What it is grouped and sorted by.
    pub key: Key,
    /// What else it tells.
    pub data: Vec<u8>,
}

/// A row that lies elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct RowRef<'a> {
    /// What it is grouped and sorted by.
    pub key: Key,
    /// What else it tells.
    pub data: &'a [u8],
}

/// The rows of one group, sorted by their keys.
pub(super) type Group<'a> = [RowRef<'a>];

macro_rules! streams {
    ($($(#[doc = $doc:literal])* $stream:ident = $name:literal,)*) => {
        /// What a row is about. In the keys, `n` is the number of an article, and `k` a digit that tells the rows of one
        /// stream from those of another in the same group.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Stream { $($(#[doc = $doc])* $stream,)* }

        impl Stream {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$stream,)*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$stream => $name,)* }
            }
        }
    };
}

streams! {
    /// Handle of an article that has no number yet, k; the article and what it is compared by.
    Unplaced = "unplaced",
    /// Hash of what its id has in common with ids made from it; id, time, hash of the text, handle.
    Name = "name",
    /// 1 if it has no time, time, handle, 1 if the id was given to tell it apart; id in UTF-8. To be sorted as a whole, by
    /// the first two numbers, then by the bytes of the id.
    Order = "order",
    /// The same, ordered: handle, k, n, 1 if the id was given; id in UTF-8.
    Ranked = "ranked",
    /// n, k; the article.
    Article = "article",
    /// Fingerprint, n, position, outlet.
    Posting = "posting",
    /// Band and bucket, n, unit, outlet.
    Bucket = "bucket",
    /// n, k; signatures of its units.
    Signed = "signed",
    /// Two articles share a fingerprint. Group, k, later n, earlier n; places in both, whether by a star.
    Seed = "seed",
    /// An article is needed in a group. n, k, group.
    Wanted = "wanted",
    /// n, k, fingerprint, position; how its places are linked. Of fingerprints that are not linked pair by pair.
    Frequent = "frequent",
    /// Fingerprint and words around it, n, position, outlet; how they are linked.
    Context = "context",
    /// Two units share a bucket. Group, k, n, n; the units.
    Meeting = "meeting",
    /// Signatures of an article are needed in a group. n, k, group.
    SignatureWanted = "signature_wanted",
    /// Group, k, n; signatures of its units.
    DealtSignature = "dealt_signature",
    /// Signatures propose a pair. Group, k, later n, earlier n.
    Proposal = "proposal",
    /// Group, k, n; the article.
    Dealt = "dealt",
    /// Later n, earlier n, bits of who proposed them; their overlaps.
    Aligned = "aligned",
    /// Group, k, later n, earlier n; their overlaps, as they stand.
    Pair = "pair",
    /// Later n, k, earlier n; how near they are.
    Near = "near",
    /// Two articles that are near, both ways.
    NearEdge = "near_edge",
    /// Node, k, the least node of its group: of [`Stream::NearEdge`].
    NearLabel = "near_label",
    /// Least article of the group, later n, earlier n; how near they are.
    NearGroup = "near_group",
    /// n, k, leader's n, relation; resemblance and containment.
    Member = "member",
    /// Name of one who is credited, n, number of the credit, whether by a dateline; outlet.
    Dateline = "dateline",
    /// n, k, number of a credit that is an agency's.
    Agency = "agency",
    /// Outlet and address, n; time.
    Version = "version",
    /// n, k; when its first version came out.
    FirstVersion = "first_version",
    /// Leader's n, n, relation; what a cluster shows of it.
    Titled = "titled",
    /// Id of the leader, its n, n, whether the headline is another; cells.
    Clustered = "clustered",
    /// n, k, whether its headline is another than its leader's; cluster and relation.
    InCluster = "in_cluster",
    /// n, k, fingerprint, position: of fingerprints that may be furniture.
    Place = "place",
    /// Fingerprint, n, position; what stands around it.
    Neighbour = "neighbour",
    /// Outlet and words of a line, n, first token, token after the last; day, text.
    Line = "line",
    /// n, k, first token, token after the last; the line, and its first place.
    AskedLine = "asked_line",
    /// The line, its first place, n, first token; whether the article shares it with no other outlet.
    OwnLine = "own_line",
    /// n, k, first token, token after the last: furniture.
    Learned = "learned",
    /// n, k, group: what [`Stream::Wanted`] is, of pairs that have overlaps.
    KnownWanted = "known_wanted",
    /// Group, k, n; the article and what others say of it.
    DealtKnown = "dealt_known",
    /// n, k, other n, whether it is the later one; its sides of the overlaps with the other.
    Side = "side",
    /// Later n, earlier n, number of the overlap, 2; what is known of it beside its sides.
    Overlap = "overlap",
    /// The same with 0 for the earlier side, 1 for the later one; its facts.
    SideFact = "side_fact",
    /// Later n, earlier n, number of the overlap, kind; its cells.
    Judged = "judged",
    /// Node of the earlier side's place, k; the overlap.
    Joining = "joining",
    /// Two places that an overlap joins, or that lie on one another, both ways.
    SpotEdge = "spot_edge",
    /// Node, k, the least node of its group: of [`Stream::SpotEdge`].
    SpotLabel = "spot_label",
    /// Group; the overlap.
    Joined = "joined",
    /// n, first token, token after the last, k; what its article tells of it.
    SpotFact = "spot_fact",
    /// The same, k; a passage that has it, by its words.
    PlaceOf = "place_of",
    /// Both halves of a hash of a passage's words; then −1, kind, and an overlap of it; or n, place, and what is told of it.
    Carried = "carried",
    /// Later n, earlier n, number of the overlap, k; id of its passage.
    PassageOf = "passage_of",
    /// n, k, passage: of passages whose origins are to be counted.
    Carrier = "carrier",
    /// Passage, 0; its row but for the origins, and its articles.
    Unsourced = "unsourced",
    /// Later n, earlier n, number of the overlap, kind; equal words, whether it is credited, prose of both articles.
    PairKind = "pair_kind",
    /// Earlier n, k, later n: both are one text.
    Link = "link",
    /// Later n, k, passage that the earlier carries; the earlier.
    AskedLink = "asked_link",
    /// Passage, 1, later n; earlier n.
    SharedLink = "shared_link",
    /// Outlet, k, name; the name.
    OutletName = "outlet_name",
    /// Outlet, other outlet, n of the first; its side of an overlap.
    OutletSide = "outlet_side",
    /// Outlet, other outlet; 0 and the sums of an article, or 1 for a passage of both.
    OutletPair = "outlet_pair",
    /// Outlet, k, other outlet; cells.
    OutletSum = "outlet_sum",
    /// Other outlet, k; cells.
    OutletNamed = "outlet_named",
    /// Short id, later n, earlier n, number of the overlap; long id, cells.
    Identified = "identified",
    /// n, k; its quotations that others quote too, and whom it names.
    Voice = "voice",
    /// Group, k, n; the article and its voice.
    DealtVoice = "dealt_voice",
    /// Two articles that quote the same words, both ways.
    VoiceEdge = "voice_edge",
    /// Node, k, the least node of its group: of [`Stream::VoiceEdge`].
    VoiceLabel = "voice_label",
    /// n, k, the least article of its group.
    VoiceGroup = "voice_group",
    /// n, k, other n, whether n is the later one; their overlaps, id and time of the other.
    Quoting = "quoting",
    /// Least article of the group; then 0, n, and an article and its voice; or 1, later n, earlier n, and their overlaps.
    Stated = "stated",
    /// Short id, group, number of the statement, of the piece; long id, cells.
    UnnamedStatement = "unnamed_statement",
    /// Rows of altered_quotes.csv.
    TableAlteredQuotes = "table_altered_quotes",
    /// Rows of statements.csv.
    TableStatements = "table_statements",
    /// Rows of overlaps.csv.
    TableOverlaps = "table_overlaps",
    /// Rows of passages.csv.
    TablePassages = "table_passages",
    /// Rows of occurrences.csv.
    TableOccurrences = "table_occurrences",
    /// Rows of outlets.csv.
    TableOutlets = "table_outlets",
    /// n, k: it prints without marks what another quotes.
    Unmarked = "unmarked",
    /// n, k; cells of its row, as far as it is known alone.
    ArticleCells = "article_cells",
    /// Rows of articles.csv.
    TableArticles = "table_articles",
    /// Rows of paragraphs.csv.
    TableParagraphs = "table_paragraphs",
    /// Rows of sources.csv.
    TableSources = "table_sources",
    /// Rows of clusters.csv.
    TableClusters = "table_clusters",
    /// Two nodes that are connected, both ways.
    Edge = "edge",
    /// Two nodes that are connected, the greater first.
    UpEdge = "up_edge",
    /// Node, k, the least node of its group.
    Label = "label",
}

/// Rows that a step tells.
#[derive(Debug, Default)]
pub struct Rows {
    told: Vec<(Stream, Row)>,
    /// What was told once, as far as it is remembered.
    once: AHashSet<(Stream, Key)>,
}

/// Keys that are remembered: what is told twice costs a row, no more.
const REMEMBERED: usize = 1 << 20;

impl Rows {
    /// Tells a row.
    pub(super) fn tell(&mut self, stream: Stream, key: Key, data: Vec<u8>) {
        self.told.push((stream, Row { key, data }));
    }

    /// Tells a row that need not be told twice.
    pub(super) fn tell_once(&mut self, stream: Stream, key: Key) {
        if self.is_new(stream, key) {
            self.tell(stream, key, Vec::new());
        }
    }

    /// The same of a row that tells more than its key.
    pub(super) fn tell_once_with(
        &mut self,
        stream: Stream,
        key: Key,
        data: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<()> {
        if self.is_new(stream, key) {
            self.tell(stream, key, data()?);
        }
        Ok(())
    }

    fn is_new(&mut self, stream: Stream, key: Key) -> bool {
        if self.once.len() >= REMEMBERED {
            self.once.clear();
        }
        self.once.insert((stream, key))
    }

    /// Takes what was told so far.
    pub fn take(&mut self) -> Vec<(Stream, Row)> {
        std::mem::take(&mut self.told)
    }

    /// Rows told so far that were not taken.
    pub fn len(&self) -> usize {
        self.told.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }
}

/// Walks one step over the sorted rows of a partition, which may come in pieces.
#[derive(Debug)]
pub struct Stepper {
    walk: Walk,
    step: Step,
    /// Rows of the group that may go on.
    open: Vec<Row>,
    /// What was told.
    pub told: Rows,
}

impl Stepper {
    /// At the beginning of a partition.
    pub fn new(walk: Walk, step: Step) -> Self {
        Self { walk, step, open: Vec::new(), told: Rows::default() }
    }

    /// Takes the next rows. Fails where they cannot be read.
    pub fn feed(&mut self, rows: &[RowRef<'_>]) -> Result<()> {
        let size = self.step.group;
        let mut groups = rows.chunk_by(|x, y| x.key[..size] == y.key[..size]).peekable();
        while let Some(group) = groups.next() {
            if self.open.last().is_some_and(|last| last.key[..size] != group[0].key[..size]) {
                self.close()?;
            }
            if self.open.is_empty() && groups.peek().is_some() {
                (self.step.run)(&self.walk, group, &mut self.told)?;
            } else {
                self.open.extend(group.iter().map(|row| Row { key: row.key, data: row.data.to_vec() }));
            }
        }
        Ok(())
    }

    /// At the end of the partition. Fails where rows cannot be read.
    pub fn close(&mut self) -> Result<()> {
        let open = std::mem::take(&mut self.open);
        if open.is_empty() {
            return Ok(());
        }
        let group: Vec<RowRef<'_>> = open.iter().map(|row| RowRef { key: row.key, data: &row.data }).collect();
        (self.step.run)(&self.walk, &group, &mut self.told)
    }
}
