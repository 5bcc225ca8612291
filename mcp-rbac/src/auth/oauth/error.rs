/// Why tokens of an issuer cannot be configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// The issuer is not one that tokens could come from.
    #[error(
        "`{0}` is not an issuer; write it as its tokens say it, `https://login.example/realm` (plain http is for this \
         machine alone; no query, no fragment, no password)"
    )]
    Issuer(String),
    /// A URL is not one that anything could be taken from.
    #[error("`{0}` is not a URL to take keys from; write `https://…` (plain http is for this machine alone)")]
    Url(String),
    /// A name that an authorization server is known by is none.
    #[error("`{name}` is not a {what}; write `{example}`")]
    Name {
        /// What it was to be.
        what: &'static str,
        /// What was given.
        name: String,
        /// What one looks like.
        example: &'static str,
    },
}
