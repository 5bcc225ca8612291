//! `keys …`: who has a key, and for what.

mod import;
mod list;
mod new;
mod revoke;
mod rotate;
mod secret;
mod show;
mod time;

use std::path::PathBuf;

use super::Failure;
use crate::{
    api_key::{KeyFile, KeyFileError, KeyRequest},
    policy::Policy,
};

/// Make, list, rotate and revoke API keys
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  keys new --role analyst --owner alice --expires 90d    a key for three months
  keys list                                              every key, and whether it works
  keys rotate ID --overlap 24h                           a new key; the old one works one more day
  keys revoke ID                                         a running server refuses it within a second
  keys import --role analyst --owner alice < key.txt     a random key that exists already
  keys secret > secret.json                              for a secret store that servers take their keys from

A key is shown once, on standard output, when it is made. The file has its SHA-256 only.")]
pub struct Keys {
    /// The key file; `keys new` creates it when it is missing
    #[arg(long = "keys", global = true, value_name = "FILE", default_value = "keys.toml")]
    file: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// Make a key and show it, this once
    New(new::New),
    /// Print every key, and whether it works
    List(list::List),
    /// Make a key that takes the place of another, which expires after an overlap
    Rotate(rotate::Rotate),
    /// Take a key back, for good
    Revoke(revoke::Revoke),
    /// Take in a random key that exists already, from standard input
    Import(import::Import),
    /// Print what a secret store holds where servers take their keys from it; no key is in it
    Secret(secret::Secret),
}

impl Keys {
    pub(super) fn run(self, policy: &'static Policy) -> Result<(), Failure> {
        let file = KeyFile::new(self.file, policy);
        match self.command {
            Command::New(new) => new.run(&file, policy),
            Command::List(list) => list.run(&file),
            Command::Rotate(rotate) => rotate.run(&file),
            Command::Revoke(revoke) => revoke.run(&file),
            Command::Import(import) => import.run(&file, policy),
            Command::Secret(secret) => secret.run(&file),
        }
    }
}

/// What a new key is to be.
#[derive(Debug, Clone, clap::Args)]
struct Grant {
    /// A role that the key gives; may be repeated
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// Whose key it is: the name in records and lists
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// What the key is for
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// When it stops working: `90d`, `24h`, `30m`, or a time such as 2030-01-31T12:00:00Z
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// When it begins to work, likewise
    #[arg(long, value_name = "WHEN")]
    not_before: Option<String>,
}

impl Grant {
    fn request(&self, policy: &'static Policy) -> Result<KeyRequest, Failure> {
        let mut request = KeyRequest::new(&self.owner);
        for role in &self.roles {
            let role = policy.role(role).map_err(|unknown| Failure::usage(unknown.to_string()))?;
            request = request.role(role);
        }
        if let Some(label) = &self.label {
            request = request.label(label);
        }
        if let Some(text) = &self.expires {
            request = request.expires(time::moment("--expires", text)?);
        }
        if let Some(text) = &self.not_before {
            request = request.not_before(time::moment("--not-before", text)?);
        }
        Ok(request)
    }
}

/// Says what is wrong with a key file, and what to do.
pub(super) fn explain(error: KeyFileError) -> Failure {
    let text = error.to_string();
    let failure = if error.is_usage() { Failure::usage(text) } else { Failure::new(text) };
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
