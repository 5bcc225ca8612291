use super::{Grant, explain, show};
use crate::{api_key::KeyFile, cli::Failure, policy::Policy};

#[derive(Debug, Clone, clap::Args)]
pub(super) struct New {
    #[command(flatten)]
    grant: Grant,
    /// Print JSON: the key and what is stored of it
    #[arg(long)]
    json: bool,
}

impl New {
    pub(super) fn run(self, file: &KeyFile, policy: &'static Policy) -> Result<(), Failure> {
        let issued = file.issue(&self.grant.request(policy)?).map_err(explain)?;
        let note = format!("{}, in {}", show::summary(issued.stored()), file.path().display());
        show::issued(&issued, self.json, &note)
    }
}
