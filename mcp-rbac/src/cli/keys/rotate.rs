use super::{explain, show, time};
use crate::{api_key::KeyFile, cli::Failure};

#[derive(Debug, Clone, clap::Args)]
pub(super) struct Rotate {
    /// The id of the key to replace
    id: String,
    /// How long the old key goes on working: `24h`, `30m`, `0s`. Its end is never put off
    #[arg(long, value_name = "DURATION")]
    overlap: String,
    /// Print JSON: the key and what is stored of it
    #[arg(long)]
    json: bool,
}

impl Rotate {
    pub(super) fn run(self, file: &KeyFile) -> Result<(), Failure> {
        let overlap = time::duration("--overlap", &self.overlap)?;
        let issued = file.rotate(&self.id, overlap).map_err(explain)?;
        let old = file
            .keys()
            .map_err(explain)?
            .into_iter()
            .find(|key| key.id() == self.id)
            .and_then(|key| key.expires());
        let until = old.map(|end| format!(" which works until {}", show::time(end))).unwrap_or_default();
        let note = format!("{}, in the place of `{}`{until}", show::summary(issued.stored()), self.id);
        show::issued(&issued, self.json, &note)
    }
}
