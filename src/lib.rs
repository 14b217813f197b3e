//! Finds copied text in news: whose words are these, who carried them first, and how much of an article is its own.
//!
//! ```
//! use wirecopy::{Detector, Document, Settings};
//!
//! let article = |id: &str, text: &str| Document { id: id.into(), text: text.into(), ..Document::default() };
//! let mut detector = Detector::new(Settings::news())?;
//! detector.add(article("herald", "The council voted on Tuesday to close the east quay to heavy lorries."))?;
//! detector.add(article("post", "Late news: the council voted on Tuesday to close the east quay, we hear."))?;
//! let report = detector.report(&())?;
//!
//! assert_eq!(report.overlaps.len(), 1);
//! assert_eq!(report.overlaps[0].matched_words, 10);
//! # Ok::<(), wirecopy::Error>(())
//! ```
//!
//! The rooms, in the order in which data walks through them: [`document`], [`read`], [`text`], [`shingle`],
//! [`minhash`], [`lsh`], [`index`], [`candidate`], [`align`], [`judge`], [`passage`], [`cluster`], [`report`], [`check`].
//! [`architecture`] tells more.
#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)
)]

#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;

pub mod align;
pub mod candidate;
pub mod check;
pub mod cluster;
mod detect;
pub mod document;
mod error;
pub mod explain;
pub mod index;
pub mod judge;
pub mod lsh;
pub mod minhash;
pub mod outlet;
pub mod passage;
mod prepare;
mod progress;
mod query;
pub mod read;
pub mod report;
mod settings;
pub mod shingle;
mod simd;
pub mod spread;
pub mod store;
pub mod text;

#[doc = include_str!("ARCHITECTURE.md")]
pub mod architecture {}

pub use detect::Detector;
pub use document::{Document, Metadata};
pub use error::{Error, ErrorKind, Reason, Result, Warning};
pub use index::MemoryLimit;
pub use judge::Kind;
pub use outlet::Outlets;
pub use prepare::{Preparer, SignedUnit};
pub use progress::{Progress, Stage};
pub use query::{Answer, FoundSource, query, query_files};
pub use report::Report;
pub use settings::{Channels, Pairs, SameSource, Settings};
pub use store::{Store, StoreOptions, StoreWriter};
