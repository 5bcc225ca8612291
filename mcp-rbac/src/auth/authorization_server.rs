/// Where a client gets the tokens that an [authenticator](crate::Authenticate) takes: what the server tells those who
/// have none (RFC 9728).
///
/// ```
/// use mcp_rbac::AuthorizationServer;
///
/// // its tokens are for `https://records.example/mcp`, and limited by scopes such as `records/read_data`
/// let login = AuthorizationServer::new("https://login.example/realm")
///     .audience("https://records.example/mcp")
///     .limiting("records/");
/// assert_eq!(login.issuer(), "https://login.example/realm");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationServer {
    issuer: String,
    audiences: Vec<String>,
    scope_prefix: Option<String>,
    proofs: Option<Proofs>,
}

/// How tokens are bound to keys of their holders (DPoP, RFC 9449).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Proofs {
    algorithms: Vec<String>,
    required: bool,
}

impl AuthorizationServer {
    /// The authorization server with this issuer identifier (RFC 8414, section 2). Its scopes mean nothing here unless it
    /// is [`limiting`](Self::limiting).
    #[must_use]
    pub fn new(issuer: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), audiences: Vec::new(), scope_prefix: None, proofs: None }
    }

    /// A name of this server in its tokens.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Its scopes limit what a client may do: each is this prefix, which may be empty, and the wire name of a permission.
    #[must_use]
    pub fn limiting(self, scope_prefix: impl Into<String>) -> Self {
        Self { scope_prefix: Some(scope_prefix.into()), ..self }
    }

    /// Its tokens may be bound to a key (DPoP, RFC 9449), or have to be. These algorithms count for proofs, by the names
    /// that JWTs use.
    #[must_use]
    pub fn proven<A: Into<String>>(self, algorithms: impl IntoIterator<Item = A>, required: bool) -> Self {
        let algorithms = algorithms.into_iter().map(Into::into).collect();
        Self { proofs: Some(Proofs { algorithms, required }), ..self }
    }

    /// The algorithms that count for proofs; empty where tokens are bound to nothing.
    #[must_use]
    pub fn proof_algorithms(&self) -> &[String] {
        self.proofs.as_ref().map_or(&[], |proofs| &proofs.algorithms)
    }

    /// Whether a token has to be bound.
    #[must_use]
    pub fn requires_proof(&self) -> bool {
        self.proofs.as_ref().is_some_and(|proofs| proofs.required)
    }

    /// Its issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The names of this server in its tokens.
    #[must_use]
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// What stands before a permission in its scopes; `None` where they mean nothing.
    #[must_use]
    pub fn scope_prefix(&self) -> Option<&str> {
        self.scope_prefix.as_deref()
    }
}
