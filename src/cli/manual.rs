//! `wirecopy completions` and `wirecopy man`: what clap knows of the commands, for shells and for `man`.

use std::fs;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::args::{Args, CompletionsArgs, ManArgs};
use super::{Outcome, written};

const NAME: &str = "wirecopy";

pub(super) fn completions(args: &CompletionsArgs) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), NAME, &mut script);
    written(io::stdout().write_all(&script))?;
    Ok(Outcome::Complete)
}

pub(super) fn man(args: &ManArgs) -> Result<Outcome> {
    match &args.output {
        Some(folder) => {
            let write = || {
                fs::create_dir_all(folder)?;
                clap_mangen::generate_to(Args::command(), folder)
            };
            write().with_context(|| folder.display().to_string())?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command()).render(&mut page)?;
            written(io::stdout().write_all(&page))?;
        }
    }
    Ok(Outcome::Complete)
}
