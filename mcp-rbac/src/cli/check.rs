//! `serve --check`: all that a start checks, and the report instead of the server.

use std::path::{Path, PathBuf};

use http::request::Parts;

use super::{Failure, first_keys::are_due, output::listing};
use crate::{
    api_key::{ApiKeys, KeyFile},
    auth::{Authenticate, Authentication},
    policy::Policy,
    server::{ServerBuilder, StartReport},
};

/// The server with the keys that it is going to take.
pub(super) fn authenticate(
    app: ServerBuilder,
    keys: &Path,
    wants_keys: bool,
) -> Result<ServerBuilder, Failure> {
    if are_due(&KeyFile::new(keys, app.policy()), wants_keys)? {
        return Ok(app.authenticate(FirstKeysToCome(keys.to_owned())));
    }
    Ok(app.authenticate(ApiKeys::file(keys)))
}

/// Prints what the server looks like.
pub(super) fn print(report: &StartReport, json: bool) -> Result<(), Failure> {
    if json {
        return listing(&serde_json::to_string_pretty(report)?);
    }
    listing(&format!("{} can start.\n\n{report}", report.name()))
}

/// Stands for keys that a first start is going to make. Nobody is recognised by it.
struct FirstKeysToCome(PathBuf);

impl Authenticate for FirstKeysToCome {
    fn describe(&self) -> String {
        format!("api keys of {} (the first start makes it)", self.0.display())
    }

    async fn authenticate(&self, _: &Parts, _: &'static Policy) -> Authentication {
        Authentication::NotMine
    }
}
