//! An issuer says where its keys are.

use mcp_rbac::{OAuth, oauth::Scopes};
use serde_json::json;

use super::{AUDIENCE, assert_unavailable, key_set, present, token, tokens};
use crate::support::{Issuer, Reply, Running, Signer, Token};

#[test]
fn the_standard_places_are_asked_in_order() {
    let signer = Signer::p256("a");
    for (place, asked_before) in
        [("/.well-known/oauth-authorization-server", 0), ("/.well-known/openid-configuration", 1)]
    {
        let issuer = Issuer::start();
        issuer.describe(place);
        issuer.keys(&key_set(&[&signer]));
        let server = Running::taking(tokens(&issuer));
        assert_eq!(present(&server, &token(&issuer, &signer)).status, 200, "{place}");
        assert_eq!((issuer.count(place), issuer.count("/keys")), (1, 1), "{place}");
        assert_eq!(issuer.total(), asked_before + 2, "{place}");
    }
}

#[test]
fn an_issuer_with_a_path_is_found_at_each_of_its_places() {
    let signer = Signer::p256("a");
    let places = [
        "/.well-known/oauth-authorization-server/realms/a",
        "/.well-known/openid-configuration/realms/a",
        "/realms/a/.well-known/openid-configuration",
    ];
    for (before, place) in places.into_iter().enumerate() {
        let server = Issuer::start();
        let name = format!("{}/realms/a", server.url());
        let document = json!({ "issuer": name, "jwks_uri": format!("{}/keys", server.url()) });
        server.reply(place, Reply::Document(document.to_string()));
        server.keys(&key_set(&[&signer]));
        let running =
            Running::taking(OAuth::issuer(&name).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore));
        let token = Token::of(&name, AUDIENCE).sign(&signer);
        assert_eq!(present(&running, &token).status, 200, "{place}");
        assert_eq!(server.total(), before + 2, "{place}");
    }
}

/// What is found at one of the places is by another issuer, or nothing that describes one.
#[test]
fn a_description_that_is_not_the_issuers_counts_for_nothing() {
    let signer = Signer::p256("a");
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let (url, keys) = (issuer.url(), format!("{}/keys", issuer.url()));
    let cases = [
        ("a slash more", json!({ "issuer": format!("{url}/"), "jwks_uri": keys }).to_string()),
        (
            "another host",
            json!({ "issuer": url.replace("127.0.0.1", "localhost"), "jwks_uri": keys }).to_string(),
        ),
        ("another issuer", json!({ "issuer": "https://login.example", "jwks_uri": keys }).to_string()),
        ("no issuer", json!({ "jwks_uri": keys }).to_string()),
        ("an array", json!({ "issuer": [url], "jwks_uri": keys }).to_string()),
        ("twice", format!(r#"{{"issuer":"{url}","issuer":"{url}","jwks_uri":"{keys}"}}"#)),
        ("no keys", json!({ "issuer": url }).to_string()),
        (
            "keys elsewhere, unencrypted",
            json!({ "issuer": url, "jwks_uri": "http://login.example/keys" }).to_string(),
        ),
        (
            "keys on the Internet",
            json!({ "issuer": url, "jwks_uri": "https://login.example/keys" }).to_string(),
        ),
        ("keys in a file", json!({ "issuer": url, "jwks_uri": "file:///etc/passwd" }).to_string()),
        ("a page", "<html><body>Not found</body></html>".to_owned()),
        ("nothing", String::new()),
    ];
    for (name, document) in cases {
        let before = issuer.count("/keys");
        issuer.reply("/.well-known/oauth-authorization-server", Reply::Document(document));
        let server = Running::taking(tokens(&issuer));
        assert_unavailable(&present(&server, &token(&issuer, &signer)));
        assert_eq!(issuer.count("/keys"), before, "{name}");
    }
    // the next place is asked, and is right
    issuer.describe("/.well-known/openid-configuration");
    let server = Running::taking(tokens(&issuer));
    assert_eq!(present(&server, &token(&issuer, &signer)).status, 200);
}

/// The keys of an issuer that is named otherwise than it is reached.
#[test]
fn the_place_of_the_keys_can_be_configured() {
    let signer = Signer::p256("a");
    let server = Issuer::start();
    server.reply("/pool/jwks.json?a=b", Reply::Document(key_set(&[&signer]).to_string()));
    let name = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc";
    let url = format!("{}/pool/jwks.json?a=b", server.url());
    let running = Running::taking(
        OAuth::issuer(name).unwrap().audience(AUDIENCE).scopes(Scopes::Ignore).jwks_url(&url).unwrap(),
    );
    assert_eq!(present(&running, &Token::of(name, AUDIENCE).sign(&signer)).status, 200);
    assert_eq!(server.total(), 1);
    for url in ["http://login.example/keys", "ftp://127.0.0.1/", "keys.json", "https://a@b.example/"] {
        let error = OAuth::issuer(name).unwrap().jwks_url(url).unwrap_err();
        assert!(error.to_string().contains(url), "{error}");
    }
}

/// What a token says about where its key is, is not asked for.
#[test]
fn a_url_in_a_token_is_never_fetched() {
    let (signer, stranger) = (Signer::p256("a"), Signer::p256("a"));
    let issuer = Issuer::with_keys(&key_set(&[&signer]));
    let evil = Issuer::with_keys(&key_set(&[&stranger]));
    let server = Running::taking(tokens(&issuer));
    let keys = format!("{}/keys", evil.url());
    let forged = |name: &str, value: serde_json::Value| {
        Token::of(&issuer.url(), AUDIENCE).header(name, value).sign(&stranger)
    };
    for token in [
        forged("jku", json!(keys)),
        forged("x5u", json!(keys)),
        forged("kid", json!(keys)),
        forged("jwk", stranger.jwk()),
        Token::of(&evil.url(), AUDIENCE).sign(&stranger),
        Token::of(&format!("{}/", issuer.url()), AUDIENCE).claim("jwks_uri", keys.as_str()).sign(&stranger),
    ] {
        assert_eq!(present(&server, &token).status, 401);
    }
    assert_eq!(evil.total(), 0);
    assert_eq!(present(&server, &token(&issuer, &signer)).status, 200);
}
