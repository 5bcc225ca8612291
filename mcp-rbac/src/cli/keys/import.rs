use std::io::{self, IsTerminal, Read};

use zeroize::Zeroizing;

use super::{Grant, explain, show};
use crate::{
    api_key::KeyFile,
    cli::{Failure, output::listing},
    policy::Policy,
};

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Import {
    #[command(flatten)]
    grant: Grant,
    /// Print JSON: what is stored of the key
    #[arg(long)]
    json: bool,
    /// Where somebody puts the key on the command line, it is refused without being repeated.
    #[arg(hide = true, value_name = "KEY")]
    stray: Vec<String>,
}

impl Import {
    pub(super) fn run(self, file: &KeyFile, policy: &'static Policy) -> Result<(), Failure> {
        if !self.stray.is_empty() {
            return Err(Failure::usage(
                "a key is never taken from the command line, where others can see it",
            )
            .hint("give it on standard input; if this was one, it is in the history of your shell now"));
        }
        let request = self.grant.request(policy)?;
        let key = read(&mut io::stdin().lock(), io::stdin().is_terminal())?;
        let stored = file.import(&key, &request).map_err(explain)?;
        if self.json {
            return listing(&serde_json::to_string_pretty(&show::describe(&stored, None))?);
        }
        listing(&format!("{}, in {}", show::summary(&stored), file.path().display()))
    }
}

/// One line, without its end.
fn read(input: &mut impl Read, terminal: bool) -> Result<Zeroizing<String>, Failure> {
    /// Far above what a key can have.
    const LIMIT: u64 = 4096;

    if terminal {
        return Err(Failure::usage("a terminal would show the key").hint("`keys import … < FILE`, or a pipe"));
    }
    // as large as it can get, so that it does not move and leave a copy behind
    let mut text = Zeroizing::new(String::with_capacity(LIMIT as usize + 1));
    input
        .take(LIMIT)
        .read_to_string(&mut text)
        .map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    Ok(text)
}
