//! How far a run is, for whoever wants to hear it.

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading, tokenizing and signing; counted in bytes.
    Read,
    /// Reading articles from an index; counted in articles.
    Load,
    /// Sorting fingerprints and grouping what is alike.
    Group,
    /// Aligning candidates; counted in articles.
    Align,
    /// Judging and grouping what was found.
    Judge,
    /// Writing tables; counted in tables.
    Write,
}

impl Stage {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Load => "load",
            Self::Group => "group",
            Self::Align => "align",
            Self::Judge => "judge",
            Self::Write => "write",
        }
    }
}

/// Hears how far a run is.
pub trait Progress: Sync {
    /// A stage begins, with so much to do; 0 where that is not known.
    fn stage(&self, stage: Stage, total: u64) {
        let _ = (stage, total);
    }

    /// So much more is done.
    fn advance(&self, by: u64) {
        let _ = by;
    }

    /// Whether the run is no longer wanted. It is asked often, from many threads, and then the run ends soon with
    /// [`ErrorKind::Stopped`](crate::ErrorKind::Stopped).
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Hears nothing.
impl Progress for () {}
