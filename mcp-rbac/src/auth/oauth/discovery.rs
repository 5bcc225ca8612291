//! Where an issuer has its keys: what it says about itself (RFC 8414, OpenID Connect Discovery 1.0).

use reqwest::Url;
use serde_json::Value;

use super::{
    fetch::{FetchError, Http},
    token::object,
    url,
};

/// The URL of the key set of `issuer`. The error is for the log.
///
/// The places are asked in the order that MCP gives (2026-07-28, authorization server discovery). One that does not
/// answer with a document by exactly this issuer counts for nothing (RFC 8414, section 3.3).
pub(super) async fn key_set_url(http: &Http, issuer: &str) -> Result<Url, String> {
    let mut last = String::new();
    for place in places(issuer) {
        match http.get(&place).await {
            Ok(document) => match jwks_uri(&document, issuer) {
                Ok(url) => return Ok(url),
                Err(why) => last = format!("{place}: {why}"),
            },
            // there is nothing at this place
            Err(FetchError::Status(404)) if !last.is_empty() => {}
            Err(error @ FetchError::Status(_)) => last = format!("{place}: {error}"),
            // nobody is there to be asked
            Err(error @ FetchError::Failed(_)) => return Err(format!("{place}: {error}")),
        }
    }
    Err(last)
}

/// Where issuers describe themselves.
fn places(issuer: &str) -> Vec<Url> {
    let Some(issuer) = url::issuer(issuer) else { return Vec::new() };
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut place = issuer.clone();
        place.set_path(&path);
        place
    };
    let mut places = vec![
        at(format!("/.well-known/oauth-authorization-server{path}")),
        at(format!("/.well-known/openid-configuration{path}")),
    ];
    if !path.is_empty() {
        places.push(at(format!("{path}/.well-known/openid-configuration")));
    }
    places
}

fn jwks_uri(document: &[u8], issuer: &str) -> Result<Url, String> {
    let document = object(document).map_err(|_| "it is no JSON object, or says something twice")?;
    match document.get("issuer") {
        Some(Value::String(said)) if said == issuer => {}
        Some(Value::String(said)) => {
            let said: String = said.chars().take(200).flat_map(char::escape_debug).collect();
            return Err(format!("it describes the issuer `{said}`, and the configured one is `{issuer}`"));
        }
        Some(_) | None => return Err("it does not say which issuer it describes".to_owned()),
    }
    let Some(Value::String(said)) = document.get("jwks_uri") else {
        return Err("it has no `jwks_uri`".to_owned());
    };
    let is_encrypted = issuer.starts_with("https:");
    // an issuer on this machine has its keys on this machine, every other one behind TLS
    url::safe(said)
        .filter(|url| if is_encrypted { url.scheme() == "https" } else { url.scheme() == "http" })
        .ok_or_else(|| "its `jwks_uri` is no URL that keys are taken from".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_the_standards() {
        let places = |issuer: &str| places(issuer).into_iter().map(String::from).collect::<Vec<_>>();
        for issuer in ["https://login.example", "https://login.example/"] {
            assert_eq!(
                places(issuer),
                [
                    "https://login.example/.well-known/oauth-authorization-server",
                    "https://login.example/.well-known/openid-configuration",
                ],
                "{issuer}"
            );
        }
        for issuer in ["https://login.example/realms/a", "https://login.example/realms/a/"] {
            assert_eq!(
                places(issuer),
                [
                    "https://login.example/.well-known/oauth-authorization-server/realms/a",
                    "https://login.example/.well-known/openid-configuration/realms/a",
                    "https://login.example/realms/a/.well-known/openid-configuration",
                ],
                "{issuer}"
            );
        }
    }

    #[test]
    fn a_description_is_by_the_issuer_and_names_a_safe_place() {
        let issuer = "https://login.example";
        let good = r#"{"issuer":"https://login.example","jwks_uri":"https://keys.example/a?b"}"#;
        assert_eq!(
            jwks_uri(good.as_bytes(), issuer).map(String::from),
            Ok("https://keys.example/a?b".to_owned())
        );
        for (document, expected) in [
            ("", "no JSON object"),
            ("<html>", "no JSON object"),
            ("{}", "which issuer"),
            (r#"{"issuer":["https://login.example"]}"#, "which issuer"),
            (r#"{"issuer":"https://login.example/","jwks_uri":"https://a"}"#, "configured one"),
            (r#"{"issuer":"https://login.example","issuer":"https://login.example"}"#, "twice"),
            (r#"{"issuer":"https://login.example"}"#, "no `jwks_uri`"),
            (r#"{"issuer":"https://login.example","jwks_uri":"http://login.example/"}"#, "no URL that"),
            (r#"{"issuer":"https://login.example","jwks_uri":"http://127.0.0.1/"}"#, "no URL that"),
            (r#"{"issuer":"https://login.example","jwks_uri":"file:///etc/passwd"}"#, "no URL that"),
        ] {
            let error = jwks_uri(document.as_bytes(), issuer).unwrap_err();
            assert!(error.contains(expected), "{document}: {error}");
        }
        let local = r#"{"issuer":"http://127.0.0.1:1","jwks_uri":"https://evil.example/"}"#;
        assert!(jwks_uri(local.as_bytes(), "http://127.0.0.1:1").is_err());
    }
}
