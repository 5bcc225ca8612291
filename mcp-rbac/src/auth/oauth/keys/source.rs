use reqwest::Url;

use super::KeySet;
use crate::auth::oauth::{discovery, fetch::Http};

/// Where the keys of an issuer come from.
#[derive(Debug, Clone)]
pub(in crate::auth::oauth) enum KeySource {
    /// The issuer says where.
    Discovery,
    /// From this URL.
    Url(Url),
    /// They were given with the configuration.
    Document(Vec<u8>),
}

/// Keys that can be asked for again.
pub(super) struct Remote {
    pub(super) issuer: String,
    pub(super) url: Option<Url>,
    pub(super) http: Http,
}

impl Remote {
    /// The key set, and the URL that it came from. `known` is where it was last time.
    pub(super) async fn fetch(&self, known: Option<Url>) -> Result<(KeySet, Url), String> {
        let url = match self.url.clone().or(known) {
            Some(url) => url,
            None => discovery::key_set_url(&self.http, &self.issuer).await?,
        };
        let document = self.http.get(&url).await.map_err(|error| format!("{url}: {error}"))?;
        let keys = KeySet::parse(&document).map_err(|why| format!("{url}: {why}"))?;
        Ok((keys, url))
    }
}
