//! What a client without a token is told: where the metadata are, what they say, and what challenges say of them.

use mcp_rbac::{
    ApiKeys, HttpServer, OAuth, Server, ServerBuilder,
    oauth::{Scopes, claim},
};
use serde_json::{Value, json};

use crate::{
    rbac::{POLICY, Role},
    support::{Answer, Running, call, post, send},
    tokens::{AUDIENCE, ISSUER, KEYS, honest, key_set},
};

const PATH: &str = "/.well-known/oauth-protected-resource/mcp";
const ROOT: &str = "/.well-known/oauth-protected-resource";

fn tokens(scopes: Scopes) -> OAuth {
    let roles = claim("roles").by_name();
    OAuth::issuer(ISSUER).unwrap().audience(AUDIENCE).scopes(scopes).jwks(key_set().to_string()).roles(roles)
}

fn public(server: HttpServer) -> HttpServer {
    server.public_url(AUDIENCE)
}

fn get(server: &Running, path: &str) -> Answer {
    send(server.address, &format!("GET {path} HTTP/1.1\r\nHost: records.example"), "")
}

fn document(server: &Running, path: &str) -> Value {
    let answer = get(server, path);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    answer.json()
}

/// A request to the server by its public name.
fn ask(server: &Running, authorization: Option<&str>, tool: &str) -> Answer {
    let authorization = authorization.map(|value| format!("\r\nAuthorization: {value}")).unwrap_or_default();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: records.example\r\nContent-Type: application/json\r\nAccept: application/json, \
         text/event-stream{authorization}"
    );
    let params = json!({ "name": tool, "arguments": {} });
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params });
    send(server.address, &head, &body.to_string())
}

#[test]
fn the_metadata_say_where_tokens_come_from() {
    let server = Running::serving(|builder| builder.authenticate(tokens(Scopes::Limit)), public);
    assert_eq!(
        document(&server, PATH),
        json!({
            "resource": AUDIENCE,
            "authorization_servers": [ISSUER],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["read_data"],
        })
    );
    // the root form would name another resource
    assert_eq!(get(&server, ROOT).status, 404);
    for path in [
        "/.well-known/oauth-protected-resource/",
        "/.well-known/oauth-protected-resource/mcp/",
        "/mcp/.well-known/oauth-protected-resource",
    ] {
        assert_eq!(get(&server, path).status, 404, "{path}");
    }
    // whoever asks, and by whatever name
    let head = format!("GET {PATH} HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer x");
    assert_eq!(send(server.address, &head, "").json()["resource"], AUDIENCE);
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: records.example");
    assert_eq!(send(server.address, &head, "").status, 405);
}

#[test]
fn every_challenge_names_the_metadata() {
    let server = Running::serving(|builder| builder.authenticate(tokens(Scopes::Limit)), public);
    let metadata = "https://records.example/.well-known/oauth-protected-resource/mcp";
    let challenge = |answer: &Answer| answer.header("www-authenticate").unwrap_or("none").to_owned();
    let answer = ask(&server, None, "whoami");
    assert_eq!(answer.status, 401);
    assert_eq!(challenge(&answer), format!("Bearer resource_metadata=\"{metadata}\", scope=\"read_data\""));
    let answer = ask(&server, Some("Bearer x"), "whoami");
    assert_eq!(answer.status, 401);
    assert_eq!(
        challenge(&answer),
        format!("Bearer error=\"invalid_token\", resource_metadata=\"{metadata}\", scope=\"read_data\"")
    );
    let token = |scope: &str| {
        format!("Bearer {}", honest().claim("roles", json!(["admin"])).claim("scope", scope).sign(&KEYS.p256))
    };
    let answer = ask(&server, Some(&token("read_data")), "import_report");
    assert_eq!(answer.status, 403);
    assert_eq!(
        challenge(&answer),
        format!(
            "Bearer error=\"insufficient_scope\", scope=\"write_data reports:run\", resource_metadata=\"{metadata}\""
        )
    );
    assert_eq!(ask(&server, Some(&token("read_data write_data reports:run")), "import_report").status, 200);
    // what no login mends has no challenge, or a bare one
    let answer = ask(&server, Some(&token("everything")), "make_payment");
    assert_eq!((answer.status, answer.header("www-authenticate")), (403, None));
    let answer = ask(&server, Some("Bearer"), "whoami");
    assert_eq!((answer.status, challenge(&answer).as_str()), (400, "Bearer error=\"invalid_request\""));
    assert_eq!(document(&server, PATH)["authorization_servers"], json!([ISSUER]));
}

/// The way that MCP describes: ask, be told, look, log in (here: sign), ask again, be told what is missing, ask again.
#[test]
fn a_client_finds_its_way_by_what_it_is_told() {
    let server = Running::build(|builder| {
        builder.authenticate(
            OAuth::issuer(ISSUER)
                .unwrap()
                .audience("http://127.0.0.1/mcp")
                .audience(AUDIENCE)
                .scopes(Scopes::Limit)
                .jwks(key_set().to_string())
                .roles(claim("roles").by_name()),
        )
    });
    let answer = call(server.address, "get_record", "Basic eDp5");
    let metadata = answer.challenge("resource_metadata").unwrap();
    // without a public URL it is the address that the server listens on
    let path = metadata.strip_prefix(&format!("http://{}", server.address)).unwrap();
    let document = document(&server, path);
    assert_eq!(document["resource"], format!("http://{}/mcp", server.address));
    assert_eq!(document["authorization_servers"], json!([ISSUER]));
    let mut scope = answer.challenge("scope").unwrap().to_owned();
    let mut steps = 0;
    for tool in ["get_record", "import_report", "delete_record"] {
        loop {
            let token =
                honest().claim("roles", json!(["admin"])).claim("scope", scope.as_str()).sign(&KEYS.p256);
            let answer = call(server.address, tool, &format!("Bearer {token}"));
            if answer.status == 200 {
                break;
            }
            assert_eq!(
                (answer.status, answer.challenge("error")),
                (403, Some("insufficient_scope")),
                "{answer:?}"
            );
            assert_eq!(answer.challenge("resource_metadata"), Some(metadata));
            scope = format!("{scope} {}", answer.challenge("scope").unwrap());
            steps += 1;
            assert!(steps <= 2, "asked for more once too often");
        }
    }
    assert_eq!(scope, "read_data write_data reports:run delete_data");
}

#[test]
fn an_issuer_whose_scopes_mean_nothing_is_asked_for_none() {
    let server = Running::serving(|builder| builder.authenticate(tokens(Scopes::Ignore)), public);
    assert_eq!(document(&server, PATH).get("scopes_supported"), None);
    let answer = ask(&server, None, "whoami");
    assert_eq!((answer.challenge("scope"), answer.challenge("resource_metadata").is_some()), (None, true));
}

/// A client asks one of several issuers: it is told only what is right for each.
#[test]
fn issuers_that_call_scopes_differently_are_named_without_them() {
    let other = |scopes: Scopes, prefix: &str| {
        OAuth::issuer("https://other.example")
            .unwrap()
            .audience(AUDIENCE)
            .scopes(scopes)
            .scope_prefix(prefix)
            .jwks(key_set().to_string())
    };
    for (second, supported, asked) in [
        (other(Scopes::Limit, ""), json!(["read_data"]), Some("read_data")),
        (other(Scopes::Limit, "records/"), json!(["read_data", "records/read_data"]), None),
        (other(Scopes::Ignore, ""), json!(["read_data"]), None),
    ] {
        let server = Running::serving(
            |builder| builder.authenticate(tokens(Scopes::Limit)).authenticate(second),
            public,
        );
        let document = document(&server, PATH);
        assert_eq!(document["authorization_servers"], json!([ISSUER, "https://other.example"]));
        assert_eq!(document["scopes_supported"], supported);
        assert_eq!(ask(&server, None, "whoami").challenge("scope"), asked, "{supported}");
    }
}

#[test]
fn the_path_of_the_endpoint_is_that_of_its_public_url() {
    for (url, path) in [
        ("https://records.example/api/mcp", "/.well-known/oauth-protected-resource/api/mcp"),
        ("https://records.example/api/mcp/", "/.well-known/oauth-protected-resource/api/mcp"),
        ("https://records.example", ROOT),
        ("https://records.example/", ROOT),
        ("https://records.example:8443/mcp", PATH),
    ] {
        let server = Running::serving(
            |builder| builder.authenticate(tokens(Scopes::Limit)),
            |server| server.public_url(url),
        );
        assert_eq!(document(&server, path)["resource"], url);
        assert_eq!(get(&server, ROOT).status, if path == ROOT { 200 } else { 404 }, "{url}");
    }
    // tokens for the whole origin are taken: clients that look at the root get some
    let whole = || tokens(Scopes::Limit).audience("https://records.example");
    let server = Running::serving(|builder| builder.authenticate(whole()), public);
    assert_eq!(document(&server, ROOT)["resource"], "https://records.example");
    assert_eq!(document(&server, PATH)["resource"], AUDIENCE);
}

#[test]
fn without_an_authorization_server_there_are_no_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let file = mcp_rbac::api_key::KeyFile::new(folder.path().join("keys.toml"), &POLICY);
    let _key = file.issue(&mcp_rbac::api_key::KeyRequest::new("alice").role(Role::Reader)).unwrap();
    let keys = ApiKeys::file(folder.path().join("keys.toml"));
    let server = Running::serving(|builder| builder.authenticate(keys), public);
    for path in [PATH, ROOT] {
        assert_eq!(get(&server, path).status, 404, "{path}");
    }
    assert_eq!(ask(&server, None, "whoami").header("www-authenticate"), Some("Bearer"));
}

#[test]
fn an_endpoint_within_an_application_knows_its_name() {
    let server = || Server::new(&POLICY).authenticate(tokens(Scopes::Limit)).http("127.0.0.1:0");
    let error = server().into_router().err().unwrap();
    assert!(error.to_string().contains("`.public_url("), "{error}");
    assert!(server().public_url(AUDIENCE).into_service().is_ok());
}

#[test]
fn what_could_be_had_is_listed_where_that_is_wanted() {
    let names = |app: fn(ServerBuilder) -> ServerBuilder, role: &str, scope: &str| {
        let server = Running::build(|builder| app(builder.authenticate(tokens(Scopes::Limit))));
        let token = honest().claim("roles", json!([role])).claim("scope", scope).sign(&KEYS.p256);
        let answer = post(server.address, &format!("Bearer {token}"), &json!({}), "tools/list").json();
        let names: Vec<String> = answer["result"]["tools"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"))
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect();
        names.join(" ")
    };
    let all =
        "about clean_up delete_record get_record import_report replace_record run_report whoami write_record";
    assert_eq!(names(|builder| builder, "admin", "read_data"), "about get_record whoami");
    assert_eq!(names(ServerBuilder::list_acquirable, "admin", "read_data"), all);
    // what the role forbids is in no list
    assert_eq!(names(ServerBuilder::list_acquirable, "reader", "read_data"), "about get_record whoami");
}
