//! What a client without a token is told about where to get one: the metadata of the protected resource (RFC 9728).

use axum::{Router, routing::get};
use bytes::Bytes;
use http::{
    HeaderValue, Uri,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
};
use serde_json::{Value, json};

use super::{HttpError, challenge::Challenges};
use crate::{auth::AuthorizationServer, policy::Policy, server::Server};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The metadata of one endpoint, if there is an authorization server at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Metadata {
    /// Paths and the documents there.
    documents: Vec<(String, Bytes)>,
    pub(super) challenges: Challenges,
}

impl Metadata {
    /// What clients without a token are told about the endpoint that they know as `url`.
    pub(super) fn of(server: &Server, url: Option<&str>) -> Result<Self, HttpError> {
        let servers = server.authenticators().authorization_servers();
        if servers.is_empty() {
            return Ok(Self::default());
        }
        let text = url.ok_or(HttpError::NoResource)?;
        let url: Uri = text.parse().map_err(|_| HttpError::PublicUrl(text.to_owned()))?;
        let is_for_it =
            |server: &AuthorizationServer| server.audiences().iter().any(|audience| audience == text);
        for server in servers.iter().filter(|server| !is_for_it(server)) {
            tracing::warn!(
                target: "mcp_rbac", issuer = server.issuer(), resource = text,
                "clients ask for tokens for this resource, and of this issuer none is taken that is for it: is it one \
                 of the audiences?"
            );
        }
        Ok(Self::new(&url, text, &servers, server.policy()))
    }

    /// The metadata of the endpoint that clients know as `resource`. It is configured, and never taken from a request:
    /// clients refuse metadata of another resource than the one that they asked, and whoever can say which one it is can
    /// have tokens made for it.
    fn new(resource: &Uri, text: &str, servers: &[AuthorizationServer], policy: &'static Policy) -> Self {
        let (Some(scheme), Some(authority)) = (resource.scheme(), resource.authority()) else {
            return Self::default();
        };
        if servers.is_empty() {
            return Self::default();
        }
        let origin = format!("{scheme}://{authority}");
        let scopes = baseline_of_each(servers, policy);
        let path = resource.path().trim_end_matches('/');
        let mut documents = vec![(format!("{WELL_KNOWN}{path}"), document(text, servers, &scopes))];
        // a client that looks at the root takes the origin for the resource: only where tokens for it are taken
        if !path.is_empty() && servers.iter().any(|server| server.audiences().contains(&origin)) {
            documents.push((WELL_KNOWN.to_owned(), document(&origin, servers, &scopes)));
        }
        let metadata = documents.first().map(|(path, _)| format!("{origin}{path}"));
        // a client asks one of the servers: what it is told has to be right for each
        let mut baselines = scopes.into_iter();
        let first = baselines.next().unwrap_or_default();
        let proofs = proof_algorithms(servers).join(" ");
        let proofs = Some(proofs).filter(|algorithms| !algorithms.is_empty());
        let proofs_alone = servers.iter().all(AuthorizationServer::requires_proof);
        let baseline = if baselines.all(|other| other == first) { first.join(" ") } else { String::new() };
        Self { documents, challenges: Challenges { metadata, baseline, proofs, proofs_alone } }
    }

    /// The documents at their paths, for everybody: who has no token yet cannot present one.
    pub(super) fn router(&self) -> Router {
        self.documents.iter().fold(Router::new(), |router, (path, document)| {
            let document = document.clone();
            router.route(
                path,
                get(move || async move {
                    let headers = [
                        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
                        (CACHE_CONTROL, HeaderValue::from_static("max-age=300")),
                        // clients in browsers look here before anything else
                        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
                    ];
                    (headers, document)
                }),
            )
        })
    }
}

/// What the first login at each server asks for: nothing where scopes mean nothing.
fn baseline_of_each(servers: &[AuthorizationServer], policy: &'static Policy) -> Vec<Vec<String>> {
    let baseline = policy.permissions().iter().filter(|permission| permission.is_baseline());
    let names: Vec<&str> = baseline.map(|permission| permission.name()).collect();
    let of = |server: &AuthorizationServer| match server.scope_prefix() {
        Some(prefix) => names.iter().map(|name| format!("{prefix}{name}")).collect(),
        None => Vec::new(),
    };
    servers.iter().map(of).collect()
}

/// The algorithms that count for proofs at any of the servers.
fn proof_algorithms(servers: &[AuthorizationServer]) -> Vec<&str> {
    let mut algorithms: Vec<&str> = Vec::new();
    for algorithm in servers.iter().flat_map(AuthorizationServer::proof_algorithms) {
        if !algorithms.contains(&algorithm.as_str()) {
            algorithms.push(algorithm);
        }
    }
    algorithms
}

/// RFC 9728, section 2. Of the scopes only the baseline is named: what else there is a client learns when it needs it (MCP
/// 2026-07-28, security best practices, "Scope Minimization").
fn document(resource: &str, servers: &[AuthorizationServer], scopes: &[Vec<String>]) -> Bytes {
    let mut issuers: Vec<&str> = servers.iter().map(AuthorizationServer::issuer).collect();
    issuers.dedup();
    let mut document = json!({
        "resource": resource,
        "authorization_servers": issuers,
        "bearer_methods_supported": ["header"],
    });
    let mut all: Vec<&String> = Vec::new();
    for scope in scopes.iter().flatten() {
        if !all.contains(&scope) {
            all.push(scope);
        }
    }
    let algorithms = proof_algorithms(servers);
    if let Value::Object(members) = &mut document {
        if !all.is_empty() {
            members.insert("scopes_supported".to_owned(), json!(all));
        }
        if !algorithms.is_empty() {
            members.insert("dpop_signing_alg_values_supported".to_owned(), json!(algorithms));
        }
        if servers.iter().all(AuthorizationServer::requires_proof) {
            members.insert("dpop_bound_access_tokens_required".to_owned(), json!(true));
        }
    }
    Bytes::from(document.to_string())
}
