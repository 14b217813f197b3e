//! The suite: what wirecopy promises, asked from outside. One binary, so that it is built once.
//!
//! | file | asks |
//! | --- | --- |
//! | `detect.rs` | marked texts in, marked texts out: what is found, and from where to where |
//! | `guarantees.rs` | G1 to G4 of the design against brute force |
//! | `properties.rs` | laws that hold for any texts |
//! | `judge.rs` | kinds, shares and directions: laws and examples |
//! | `index.rs` | an index on disk: the same truth however it came to be, and no damage unnoticed |
//! | `check.rs` | new articles against a corpus: what counts, what is accepted, what is left out |
//! | `report.rs` | do the tables say what they promise to say? |
//! | `page.rs`, `browser/` | the page and other forms of a report; the page in a real browser |
//! | `corpus.rs` | the sample corpus against its truth |
//! | `cli.rs`, `cases/` | the command line: exit codes, messages, inputs |
//! | `config.rs` | the configuration file, completions, manual pages |
//! | `explain.rs` | two articles: why they share words or do not, and both side by side |
//! | `sarif-2.1.0.json` | what of SARIF is written: a strict schema, for the tests of the formats of `check` |
//! | `spread.rs` | a scan in steps over rows, thrown about by a toy engine, against the scan of one machine |
//! | `regression.rs` | what went wrong once |
//! | `tidy.rs` | the tree obeys its own rules |

mod check;
mod cli;
mod config;
mod corpus;
mod detect;
mod explain;
mod guarantees;
mod harness;
mod index;
mod judge;
mod page;
mod properties;
mod regression;
mod report;
mod spread;
mod tidy;
