use serde_json::{Value, json};

use super::explain;
use crate::{
    api_key::{KeyFile, StoredKey},
    cli::{Failure, output::listing},
};

/// The text of a secret as `ApiKeys::secret` reads it, for servers without a pepper.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Secret {}

impl Secret {
    pub(super) fn run(self, file: &KeyFile) -> Result<(), Failure> {
        let Self {} = self;
        let entries: Vec<Value> = file.keys().map_err(explain)?.iter().map(StoredKey::entry).collect();
        listing(&serde_json::to_string_pretty(&json!({ "keys": entries }))?)
    }
}
