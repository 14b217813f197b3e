//! The `wirecopy` command: parses the command line, runs it, and says by its exit code how it went.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::run(cli::Args::parse()) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            cli::print_error(&error);
            ExitCode::from(2)
        }
    }
}
