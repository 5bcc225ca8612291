//! What a client is told that has to log in, or to ask for more (RFC 6750, section 3; RFC 9728, section 5.1).

use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};

/// The challenges of one endpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Challenges {
    /// Where the metadata of the endpoint are, if a login is possible at all.
    pub(super) metadata: Option<String>,
    /// The scopes that a first login asks for; empty where no scope limits, or issuers differ in how they call them.
    pub(super) baseline: String,
    /// The algorithms of proofs, where tokens may be bound to a key (RFC 9449, section 7.1).
    pub(super) proofs: Option<String>,
    /// Whether every token has to be.
    pub(super) proofs_alone: bool,
}

impl Challenges {
    /// 401 and 400. A request without a credential is told no error: it made none.
    pub(super) fn unrecognised(&self, headers: &mut HeaderMap, error: Option<&str>) {
        let mut parameters = Parameters::default();
        parameters.add("error", error.unwrap_or_default());
        // a request that is malformed is not mended by logging in
        if error != Some("invalid_request") {
            parameters.add("resource_metadata", self.metadata.as_deref().unwrap_or_default());
            parameters.add("scope", &self.baseline);
        }
        self.put(headers, &parameters);
    }

    /// 403 to somebody who could ask their user for more: all the scopes of the operation (MCP 2026-07-28,
    /// basic/authorization, "Runtime Insufficient Scope Errors").
    pub(super) fn insufficient_scope(&self, headers: &mut HeaderMap, scopes: &[String]) {
        let mut parameters = Parameters::default();
        parameters.add("error", "insufficient_scope");
        parameters.add("scope", &scopes.join(" "));
        parameters.add("resource_metadata", self.metadata.as_deref().unwrap_or_default());
        self.put(headers, &parameters);
    }

    /// One header per scheme; `Bearer` first, which is all that many clients look at.
    fn put(&self, headers: &mut HeaderMap, parameters: &Parameters) {
        headers.remove(WWW_AUTHENTICATE);
        let proven = self.proofs.as_ref().map(|algorithms| {
            let mut proven = Parameters::default();
            proven.add("algs", algorithms);
            proven.0.extend(parameters.0.iter().cloned());
            proven.under("DPoP")
        });
        let bearer = (!self.proofs_alone).then(|| parameters.under("Bearer"));
        for value in bearer.into_iter().chain(proven).flatten() {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
}

/// The parameters of a challenge. Their values are URLs that were parsed, scopes, and names of algorithms: nothing in them
/// needs an escape.
#[derive(Default)]
struct Parameters(Vec<String>);

impl Parameters {
    /// Adds a parameter, unless it is empty.
    fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.0.push(format!("{name}=\"{value}\""));
        }
    }

    fn under(&self, scheme: &str) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{scheme} {}", self.0.join(", ")).trim_end()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(put: impl FnOnce(&mut HeaderMap)) -> String {
        let mut headers = HeaderMap::new();
        put(&mut headers);
        headers.get(WWW_AUTHENTICATE).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn challenges_say_what_there_is_to_say() {
        let none = Challenges::default();
        assert_eq!(of(|headers| none.unrecognised(headers, None)), "Bearer");
        assert_eq!(
            of(|headers| none.unrecognised(headers, Some("invalid_token"))),
            "Bearer error=\"invalid_token\""
        );
        let all = Challenges {
            metadata: Some("https://a/b".to_owned()),
            baseline: "x y".to_owned(),
            ..Challenges::default()
        };
        assert_eq!(
            of(|headers| all.unrecognised(headers, None)),
            "Bearer resource_metadata=\"https://a/b\", scope=\"x y\""
        );
        assert_eq!(
            of(|headers| all.unrecognised(headers, Some("invalid_token"))),
            "Bearer error=\"invalid_token\", resource_metadata=\"https://a/b\", scope=\"x y\""
        );
        assert_eq!(
            of(|headers| all.unrecognised(headers, Some("invalid_request"))),
            "Bearer error=\"invalid_request\""
        );
        assert_eq!(
            of(|headers| all.insufficient_scope(headers, &["a".to_owned(), "b".to_owned()])),
            "Bearer error=\"insufficient_scope\", scope=\"a b\", resource_metadata=\"https://a/b\""
        );
    }

    #[test]
    fn proofs_have_a_challenge_of_their_own() {
        let of = |challenges: &Challenges| {
            let mut headers = HeaderMap::new();
            challenges.unrecognised(&mut headers, Some("invalid_token"));
            let values = headers.get_all(WWW_AUTHENTICATE).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let both = Challenges { proofs: Some("ES256 EdDSA".to_owned()), ..Challenges::default() };
        let proven = "DPoP algs=\"ES256 EdDSA\", error=\"invalid_token\"";
        assert_eq!(of(&both), ["Bearer error=\"invalid_token\"", proven]);
        assert_eq!(of(&Challenges { proofs_alone: true, ..both }), [proven]);
    }
}
