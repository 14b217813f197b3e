//! Signature → (band, bucket key): pure arithmetic, no storage.
//! See Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4.

mod banding;

pub use banding::{BandKey, Banding};
