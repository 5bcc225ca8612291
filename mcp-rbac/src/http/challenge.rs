//! What a client is told that has to log in, or to ask for more (RFC 6750, section 3; RFC 9728, section 5.1).

use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};

/// The challenges of one endpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Challenges {
    /// Where the metadata of the endpoint are, if a login is possible at all.
    pub(super) metadata: Option<String>,
    /// The scopes that a first login asks for; empty where no scope limits, or issuers differ in how they call them.
    pub(super) baseline: String,
}

impl Challenges {
    /// 401 and 400. A request without a credential is told no error: it made none.
    pub(super) fn unrecognised(&self, headers: &mut HeaderMap, error: Option<&str>) {
        let mut challenge = Challenge::default();
        challenge.add("error", error.unwrap_or_default());
        // a request that is malformed is not mended by logging in
        if error != Some("invalid_request") {
            challenge.add("resource_metadata", self.metadata.as_deref().unwrap_or_default());
            challenge.add("scope", &self.baseline);
        }
        challenge.put(headers);
    }

    /// 403 to somebody who could ask their user for more: all the scopes of the operation (MCP 2026-07-28,
    /// basic/authorization, "Runtime Insufficient Scope Errors").
    pub(super) fn insufficient_scope(&self, headers: &mut HeaderMap, scopes: &[String]) {
        let mut challenge = Challenge::default();
        challenge.add("error", "insufficient_scope");
        challenge.add("scope", &scopes.join(" "));
        challenge.add("resource_metadata", self.metadata.as_deref().unwrap_or_default());
        challenge.put(headers);
    }
}

/// `Bearer`, and parameters after it. Their values are URLs that were parsed, and scopes: nothing in them needs an escape.
#[derive(Default)]
struct Challenge(String);

impl Challenge {
    /// Adds a parameter, unless it is empty.
    fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let separator = if self.0.is_empty() { " " } else { ", " };
            self.0.push_str(&format!("{separator}{name}=\"{value}\""));
        }
    }

    fn put(self, headers: &mut HeaderMap) {
        let bare = HeaderValue::from_static("Bearer");
        let value = HeaderValue::try_from(format!("Bearer{}", self.0)).unwrap_or(bare);
        headers.insert(WWW_AUTHENTICATE, value);
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
        let all = Challenges { metadata: Some("https://a/b".to_owned()), baseline: "x y".to_owned() };
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
}
