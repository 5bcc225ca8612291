use super::{explain, show};
use crate::{
    api_key::KeyFile,
    cli::{Failure, output::listing},
};

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Revoke {
    /// The id of the key
    id: String,
    /// Print JSON: what is stored of the key
    #[arg(long)]
    json: bool,
}

impl Revoke {
    pub(super) fn run(self, file: &KeyFile) -> Result<(), Failure> {
        let key = file.revoke(&self.id).map_err(explain)?;
        if let Err(error) = file.check() {
            show::aside(&format!(
                "warning: the key is revoked, but no server can start with the file\n{error}"
            ));
        }
        if self.json {
            return listing(&serde_json::to_string_pretty(&show::describe(&key, None))?);
        }
        let since = key.revoked().map(show::time).unwrap_or_default();
        listing(&format!("key `{}` of {} is revoked since {since}", key.id(), key.owner()))
    }
}
