//! What can go wrong, said so that a person knows what, where and what next.
//!
//! Three classes, kept apart: a bad call or a bad world is an [`Error`]; a bad record is a [`Warning`],
//! counted and skipped while the rest goes on.

use std::path::{Path, PathBuf};

/// Result of the library.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

/// The kinds of [`Error`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An input that was asked for by name is none.
    #[error("{input}: {reason}")]
    Input {
        /// As given by the caller.
        input: String,
        /// What is wrong and what would help.
        reason: String,
    },
    /// A setting outside its range.
    #[error("{0}")]
    Settings(String),
    /// Strict mode met what would otherwise be skipped.
    #[error("{0} (strict: nothing was written)")]
    Strict(Warning),
    /// A file of an index that is not as it was written.
    #[error("{}: {what}; {DAMAGED}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// An index that this version cannot use: newer, or built with other settings.
    #[error("{}: {what}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What differs, and what to do.
        what: String,
    },
    /// Somebody else is writing to the index.
    #[error("{}: another wirecopy is writing to this index; try again when it has finished", .0.display())]
    Locked(PathBuf),
    /// Whoever heard the progress wanted no more of it.
    #[error("stopped before it was done; nothing was written")]
    Stopped,
    /// More than this version can hold.
    #[error("{0}")]
    Limit(String),
}

/// What to do about a damaged index.
const DAMAGED: &str = "restore the index from a copy, or build it anew with `wirecopy index add`";

impl Error {
    /// What kind of error this is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        ErrorKind::Io { path: path.to_owned(), source }.into()
    }

    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        ErrorKind::Damaged { path: path.to_owned(), what: what.into() }.into()
    }

    pub(crate) fn input(input: impl Into<String>, reason: impl Into<String>) -> Self {
        ErrorKind::Input { input: input.into(), reason: reason.into() }.into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

/// Something in the input that was left out or changed, and why. The run goes on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}", self.message())]
pub struct Warning {
    /// The input, relative to the argument that brought it, compression suffix dropped; `-` for standard input.
    pub input: String,
    /// 1-based line (JSONL) or record (CSV), where the input has such.
    pub record: Option<u64>,
    /// Which of a closed list this is.
    pub reason: Reason,
    /// What was found, in words.
    pub detail: String,
}

impl Warning {
    fn message(&self) -> String {
        let place = match self.record {
            Some(record) => format!("{}:{record}", self.input),
            None => self.input.clone(),
        };
        if self.detail.is_empty() {
            format!("{place}: {}", self.reason.name())
        } else {
            format!("{place}: {}: {}", self.reason.name(), self.detail)
        }
    }
}

/// Why something of the input was left out or changed. A closed list: `run.json` names these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A record that cannot be read: broken JSON, a CSV row of the wrong length, no text in it.
    BadRecord,
    /// A record above the size limit.
    TooLarge,
    /// A compressed input that unpacks to more than the limits allow.
    Bomb,
    /// A compressed input that ends early or is damaged.
    Damaged,
    /// A file that could not be opened or read.
    Unreadable,
    /// A file that is not text.
    Binary,
    /// Met in a walk: a table without a text field, or a report of ours. Not an article; no trouble.
    NotAnArticle,
    /// The same id again with another text: kept as `id#2`.
    DuplicateId,
    /// The same id and text again: one document.
    Repeated,
    /// An article without any text.
    Empty,
}

impl Reason {
    /// Name in `run.json` and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadRecord => "bad record",
            Self::TooLarge => "too large",
            Self::Bomb => "unpacks to too much",
            Self::Damaged => "damaged",
            Self::Unreadable => "unreadable",
            Self::Binary => "not text",
            Self::NotAnArticle => "not an article",
            Self::DuplicateId => "duplicate id",
            Self::Repeated => "repeated",
            Self::Empty => "empty",
        }
    }

    /// Whether input was lost: a run with such a warning ends with exit code 3.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::BadRecord | Self::TooLarge | Self::Bomb | Self::Damaged | Self::Unreadable | Self::Binary)
    }
}
