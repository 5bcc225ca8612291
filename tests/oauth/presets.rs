//! The tokens of well-known authorization servers, as they document them: the access token is taken, and everything else
//! that they sign with the same key is not.

use mcp_rbac::{
    OAuth, Server,
    oauth::{OAuthError, Scopes, claim},
};
use serde_json::{Value, json};

use crate::{
    rbac::{POLICY, Role},
    support::{
        Answer, Running, Table, Token,
        Want::{In, Out},
        call, now,
    },
    tokens::{KEYS, key_set},
};

fn server(tokens: Result<OAuth, OAuthError>, change: impl FnOnce(OAuth) -> OAuth) -> Running {
    Running::taking(change(tokens.unwrap()).jwks(key_set().to_string()))
}

/// A token with the times of now.
fn of(claims: Value) -> Token {
    Token { header: json!({}), claims }.claim("iat", now()).claim("exp", now() + 3600)
}

fn ask(server: &Running, tool: &str, token: &Token) -> Answer {
    call(server.address, tool, &format!("Bearer {}", token.clone().sign(&KEYS.rsa)))
}

#[test]
fn amazon_cognito() {
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI";
    let access = || {
        of(json!({
            "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "cognito:groups": ["mcp-admins"], "iss": issuer,
            "version": 2, "client_id": "1example23456789", "origin_jti": "o", "event_id": "e", "token_use": "access",
            "scope": "aws.cognito.signin.user.admin records/read_data", "auth_time": now(), "jti": "j",
            "username": "alice",
        }))
    };
    let id = || {
        of(json!({
            "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "cognito:groups": ["mcp-admins"], "iss": issuer,
            "email_verified": true, "aud": "1example23456789", "event_id": "e", "token_use": "id", "auth_time": now(),
            "cognito:username": "alice", "email": "alice@example.com", "jti": "j",
        }))
    };
    let groups = || claim("cognito:groups").map("mcp-admins", Role::Admin);
    let by_client = server(OAuth::cognito("eu-west-1", "eu-west-1_AbCdEfGhI"), |tokens| {
        tokens.clients(["1example23456789"]).scopes(Scopes::Limit).scope_prefix("records/").roles(groups())
    });
    let mut table = Table::of(&by_client);
    let t = &mut table;
    t.case("an access token", &access().sign(&KEYS.rsa), In);
    t.case("an ID token", &id().sign(&KEYS.rsa), Out("wrong_audience"));
    t.case(
        "an ID token with the client",
        &id().without("aud").claim("client_id", "1example23456789").sign(&KEYS.rsa),
        Out("bad_claim token_use"),
    );
    t.case(
        "another client",
        &access().claim("client_id", "other").sign(&KEYS.rsa),
        Out("client_not_allowed"),
    );
    t.case("no client", &access().without("client_id").sign(&KEYS.rsa), Out("missing_claim client_id"));
    t.case(
        "an audience",
        &access().claim("aud", "https://records.example/mcp").sign(&KEYS.rsa),
        Out("wrong_audience"),
    );
    t.case("no token_use", &access().without("token_use").sign(&KEYS.rsa), Out("missing_claim token_use"));
    t.case(
        "another pool",
        &access().claim("iss", issuer.replace("AbC", "XyZ")).sign(&KEYS.rsa),
        Out("wrong_issuer"),
    );
    t.case(
        "another region",
        &access().claim("iss", issuer.replace("west", "east")).sign(&KEYS.rsa),
        Out("wrong_issuer"),
    );
    table.finish("Cognito");
    // `admin` in the name of a scope is a part of a name
    assert_eq!(ask(&by_client, "get_record", &access()).status, 200);
    let refused = ask(&by_client, "delete_record", &access());
    assert_eq!((refused.status, refused.challenge("scope")), (403, Some("records/delete_data")));

    let by_audience = server(OAuth::cognito("eu-west-1", "eu-west-1_AbCdEfGhI"), |tokens| {
        tokens.audience("https://records.example/mcp").scopes(Scopes::Ignore).roles(groups())
    });
    let mut table = Table::of(&by_audience);
    table.case("an audience", &access().claim("aud", "https://records.example/mcp").sign(&KEYS.rsa), In);
    table.case("none", &access().sign(&KEYS.rsa), Out("missing_claim aud"));
    table.case(
        "another one",
        &access().claim("aud", "https://other.example").sign(&KEYS.rsa),
        Out("wrong_audience"),
    );
    table.finish("Cognito with resource binding");
    let neither = OAuth::cognito("eu-west-1", "eu-west-1_AbCdEfGhI").unwrap().scopes(Scopes::Ignore);
    let error = Server::new(&POLICY).authenticate(neither).http("127.0.0.1:0").into_service().err().unwrap();
    assert!(error.to_string().contains("`.audience("), "{error}");
}

#[test]
fn keycloak() {
    let issuer = "https://login.example/realms/staff";
    let access = || {
        of(json!({
            "jti": "onrtac:1", "iss": issuer, "aud": ["records", "account"], "sub": "f1c4f64e-2c0c-4cda-8c9f-9f3f8f3a2b0e",
            "typ": "Bearer", "azp": "inspector", "sid": "s", "acr": "1", "allowed-origins": ["*"],
            "realm_access": { "roles": ["offline_access", "records-admin"] },
            "resource_access": { "account": { "roles": ["view-profile"] } },
            "scope": "openid read_data", "preferred_username": "alice",
        }))
        .header("typ", "JWT")
    };
    for base in ["https://login.example", "https://login.example/"] {
        let server = server(OAuth::keycloak(base, "staff"), |tokens| {
            let roles = claim("/realm_access/roles").map("records-admin", Role::Admin);
            tokens.audience("records").scopes(Scopes::Limit).roles(roles)
        });
        let mut table = Table::of(&server);
        let t = &mut table;
        t.case("an access token", &access().sign(&KEYS.rsa), In);
        let id = access().claim("typ", "ID").claim("aud", "records").claim("azp", "records");
        t.case("an ID token", &id.clone().sign(&KEYS.rsa), Out("bad_claim typ"));
        t.case(
            "an ID token with a hash",
            &id.claim("at_hash", "x").sign(&KEYS.rsa),
            Out("not_an_access_token"),
        );
        t.case(
            "a refresh token",
            &access().claim("typ", "Refresh").claim("aud", issuer).sign(&KEYS.rsa),
            Out("wrong_audience"),
        );
        t.case(
            "a token for the account service",
            &access().claim("aud", "account").sign(&KEYS.rsa),
            Out("wrong_audience"),
        );
        t.case(
            "another realm",
            &access().claim("iss", "https://login.example/realms/master").sign(&KEYS.rsa),
            Out("wrong_issuer"),
        );
        table.finish("Keycloak");
        assert_eq!(ask(&server, "get_record", &access()).status, 200);
        assert_eq!(ask(&server, "delete_record", &access()).challenge("scope"), Some("delete_data"));
    }
}

#[test]
fn auth0() {
    let issuer = "https://example.eu.auth0.com/";
    let access = || {
        of(json!({
            "iss": issuer, "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
            "aud": ["https://records.example/mcp", "https://example.eu.auth0.com/userinfo"], "azp": "inspector",
            "scope": "openid profile read_data", "https://records.example/roles": ["Administrator"],
        }))
        .header("typ", "JWT")
    };
    let server = server(OAuth::auth0("example.eu.auth0.com"), |tokens| {
        let roles = claim("https://records.example/roles").map("Administrator", Role::Admin);
        tokens.audience("https://records.example/mcp").scopes(Scopes::Limit).roles(roles)
    });
    let mut table = Table::of(&server);
    table.case("an access token", &access().sign(&KEYS.rsa), In);
    table.case(
        "one of the other profile",
        &access().header("typ", "at+jwt").claim("client_id", "inspector").sign(&KEYS.rsa),
        In,
    );
    table.case("an ID token", &access().claim("aud", "inspector").sign(&KEYS.rsa), Out("wrong_audience"));
    table.case(
        "a token for the user's profile",
        &access().claim("aud", "https://example.eu.auth0.com/userinfo").sign(&KEYS.rsa),
        Out("wrong_audience"),
    );
    table.case(
        "without the slash",
        &access().claim("iss", "https://example.eu.auth0.com").sign(&KEYS.rsa),
        Out("wrong_issuer"),
    );
    table.finish("Auth0");
    assert_eq!(ask(&server, "get_record", &access()).status, 200);
    assert_eq!(ask(&server, "delete_record", &access()).challenge("scope"), Some("delete_data"));
}

#[test]
fn microsoft_entra_id() {
    let tenant = "8d6f5a3e-1c2b-4a5d-9e8f-0a1b2c3d4e5f";
    let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let api = "6e74172b-be56-4843-9ff4-e66a39bb12e3";
    let access = || {
        of(json!({
            "aud": api, "iss": issuer, "nbf": now(), "aio": "a", "azp": "7b1f2c3d-0000-4000-8000-000000000000",
            "azpacr": "0", "name": "Alice", "oid": "o", "preferred_username": "alice@example.com", "rh": "r",
            "roles": ["Records.Admin"], "scp": "read_data", "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
            "tid": tenant, "uti": "u", "ver": "2.0",
        }))
        .header("typ", "JWT")
    };
    let id = || access().without("azp").without("azpacr").without("scp").claim("nonce", "n");
    for scopes in [Scopes::Ignore, Scopes::Limit] {
        let server = server(OAuth::entra(tenant), |tokens| {
            let roles = claim("roles").map("Records.Admin", Role::Admin);
            tokens.audience(api).scopes(scopes).scope_prefix("api://records/").roles(roles)
        });
        let mut table = Table::of(&server);
        let t = &mut table;
        t.case("an access token", &access().sign(&KEYS.rsa), In);
        t.case(
            "a token of an application",
            &access().without("scp").claim("idtyp", "app").sign(&KEYS.rsa),
            In,
        );
        t.case("an ID token", &id().sign(&KEYS.rsa), Out("missing_claim azp"));
        t.case("a token of version 1", &access().claim("ver", "1.0").sign(&KEYS.rsa), Out("bad_claim ver"));
        t.case(
            "a guest of another tenant",
            &access().claim("tid", "00000000-0000-4000-8000-000000000000").sign(&KEYS.rsa),
            Out("bad_claim tid"),
        );
        t.case(
            "another tenant",
            &access().claim("iss", issuer.replace("8d6", "8d7")).sign(&KEYS.rsa),
            Out("wrong_issuer"),
        );
        t.case(
            "the issuer of version 1",
            &access().claim("iss", format!("https://sts.windows.net/{tenant}/")).sign(&KEYS.rsa),
            Out("wrong_issuer"),
        );
        t.case(
            "a token for another API",
            &access().claim("aud", "00000003-0000-0000-c000-000000000000").sign(&KEYS.rsa),
            Out("wrong_audience"),
        );
        table.finish("Entra ID");
        let answer = ask(&server, "delete_record", &access());
        let expected =
            if scopes == Scopes::Ignore { (200, None) } else { (403, Some("api://records/delete_data")) };
        assert_eq!((answer.status, answer.challenge("scope")), expected);
        assert_eq!(ask(&server, "get_record", &access()).status, 200);
    }
    for tenant in [
        "common",
        "organizations",
        "consumers",
        "example.onmicrosoft.com",
        "8D6F5A3E-1C2B-4A5D-9E8F-0A1B2C3D4E5F",
        "",
    ] {
        assert!(OAuth::entra(tenant).unwrap_err().to_string().contains("is not a tenant id"), "{tenant}");
    }
}

#[test]
fn okta() {
    let issuer = "https://example.okta.com/oauth2/default";
    let access = || {
        of(json!({
            "ver": 1, "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE", "iss": issuer, "aud": "api://records",
            "sub": "alice@example.com", "cid": "0oabucvyc38HLL1ef0h7", "uid": "00uid4BxXw6I6TV4m0g3",
            "scp": ["openid", "read_data"], "auth_time": now(), "groups": ["Everyone", "Records Admins"],
        }))
    };
    let server = server(OAuth::okta("example.okta.com", "default"), |tokens| {
        let roles = claim("groups").map("Records Admins", Role::Admin);
        tokens.audience("api://records").scopes(Scopes::Limit).roles(roles)
    });
    let mut table = Table::of(&server);
    table.case("an access token", &access().sign(&KEYS.rsa), In);
    let id = access().without("cid").without("uid").without("scp").claim("aud", "0oabucvyc38HLL1ef0h7");
    table.case("an ID token", &id.clone().claim("at_hash", "x").sign(&KEYS.rsa), Out("wrong_audience"));
    table.case(
        "an ID token for the same name",
        &id.claim("aud", "api://records").sign(&KEYS.rsa),
        Out("missing_claim cid"),
    );
    table.case(
        "the org authorization server",
        &access().claim("iss", "https://example.okta.com").sign(&KEYS.rsa),
        Out("wrong_issuer"),
    );
    table.case(
        "another authorization server",
        &access().claim("iss", "https://example.okta.com/oauth2/aus1").sign(&KEYS.rsa),
        Out("wrong_issuer"),
    );
    table.finish("Okta");
    assert_eq!(ask(&server, "get_record", &access()).status, 200);
    assert_eq!(ask(&server, "delete_record", &access()).challenge("scope"), Some("delete_data"));
}

/// What becomes a part of a URL cannot change where it leads.
#[test]
fn names_that_are_none_are_refused() {
    let all = |name: &str| {
        [
            OAuth::cognito(name, "eu-west-1_a").is_err(),
            OAuth::cognito("eu-west-1", name).is_err(),
            OAuth::keycloak("https://login.example", name).is_err(),
            OAuth::auth0(name).is_err(),
            OAuth::entra(name).is_err(),
            OAuth::okta(name, "default").is_err(),
            OAuth::okta("example.okta.com", name).is_err(),
        ]
    };
    for name in ["", "a/b", "a b", "a?b", "a#b", "a@b", "a:b", "a%2fb", "..", "a\n", "ä", "a\\b"] {
        assert_eq!(all(name), [true; 7], "{name}");
    }
    assert!(OAuth::keycloak("http://login.example", "staff").is_err());
    assert!(OAuth::keycloak("http://127.0.0.1:8080", "staff").is_ok());
}
