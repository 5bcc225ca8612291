//! What scopes leave of what roles give, and what a client is told when they leave too little.

use mcp_rbac::{
    OAuth, Server,
    oauth::{Scopes, claim},
};
use serde_json::{Value, json};

use crate::{
    rbac::POLICY,
    support::{Answer, Running, Table, Token, call, post},
    tokens::{AUDIENCE, ISSUER, KEYS, honest, key_set},
};

fn tokens(scopes: Scopes) -> OAuth {
    let roles = claim("roles").by_name();
    OAuth::issuer(ISSUER).unwrap().audience(AUDIENCE).scopes(scopes).jwks(key_set().to_string()).roles(roles)
}

fn of(role: &str) -> Token {
    honest().claim("roles", json!([role]))
}

fn ask(server: &Running, tool: &str, token: &Token) -> Answer {
    call(server.address, tool, &format!("Bearer {}", token.clone().sign(&KEYS.p256)))
}

fn list(server: &Running, token: &Token) -> Answer {
    post(server.address, &format!("Bearer {}", token.clone().sign(&KEYS.p256)), &json!({}), "tools/list")
}

/// The names of the tools that are listed; the status and the scopes that are asked for where there is no list.
fn listed(server: &Running, token: &Token) -> String {
    let answer = list(server, token);
    let body = answer.json();
    match body["result"]["tools"].as_array() {
        Some(tools) => {
            let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
            names.join(" ")
        }
        None => format!("{} {}", answer.status, asked_for(&answer)),
    }
}

/// The scopes that a client is told to ask for.
fn asked_for(answer: &Answer) -> String {
    match answer.challenge("error") {
        Some("insufficient_scope") => answer.challenge("scope").unwrap_or("no scope").to_owned(),
        _ => format!("{:?}", answer.header("www-authenticate")),
    }
}

#[test]
fn a_client_may_do_what_roles_give_and_scopes_cover() {
    let server = Running::taking(tokens(Scopes::Limit));
    let mut table = Table::of(&server);
    let all =
        "about clean_up delete_record get_record import_report replace_record run_report whoami write_record";
    for (role, scope, expected) in [
        ("reader", json!("read_data"), "about get_record whoami"),
        ("reader", json!("read_data delete_data write_data"), "about get_record whoami"),
        ("reader", json!("everything"), "about get_record whoami"),
        ("admin", json!("read_data"), "about get_record whoami"),
        // a scope that implies others
        ("admin", json!("write_data"), "about get_record replace_record whoami write_record"),
        ("admin", json!("everything"), all),
        ("admin", json!("read_data write_data delete_data reports:run"), all),
        (
            "admin",
            json!("read_data delete_data"),
            "about clean_up delete_record get_record replace_record whoami",
        ),
        ("admin", json!("read_data read_data"), "about get_record whoami"),
        (
            "admin",
            json!(" read_data  delete_data "),
            "about clean_up delete_record get_record replace_record whoami",
        ),
        ("admin", json!("openid profile read_data offline_access"), "about get_record whoami"),
        // what is no scope of this server covers nothing, whatever it looks like
        ("admin", json!("read_data admin"), "about get_record whoami"),
        ("admin", json!("read_data run_reports"), "about get_record whoami"),
        ("admin", json!("read_data Delete_data DELETE_DATA"), "about get_record whoami"),
        ("admin", json!("read_data delete_data2 xdelete_data delete"), "about get_record whoami"),
        ("admin", json!("read_data,delete_data read_data"), "about get_record whoami"),
        ("admin", json!("read_data\tdelete_data read_data"), "about get_record whoami"),
        ("admin", json!("read_data\ndelete_data read_data"), "about get_record whoami"),
        ("admin", json!("read_data delete_data\0"), "about get_record whoami"),
        ("admin", json!("read_data *"), "about get_record whoami"),
        ("admin", json!("read_data aws.cognito.signin.user.admin"), "about get_record whoami"),
        ("admin", json!("read_data https://records.example/delete_data"), "about get_record whoami"),
        // without the baseline there is no list, as far as the role reaches it
        ("admin", json!(""), "403 read_data"),
        ("admin", json!("delete_data"), "403 read_data"),
        ("admin", json!("openid"), "403 read_data"),
        ("cashier", json!("pay"), "about make_payment whoami"),
        ("cashier", json!(""), "about whoami"),
        ("nobody", json!("everything"), "about whoami"),
        ("nobody", json!(""), "about whoami"),
    ] {
        let listed = listed(&server, &of(role).claim("scope", scope.clone()));
        table.check(&format!("{role} with {scope}"), (listed != expected).then_some(listed));
    }
    let listed = listed(&server, &of("admin"));
    table.check("admin without a scope", (listed != "403 read_data").then_some(listed));
    table.finish("scopes");
}

#[test]
fn scopes_are_read_where_issuers_put_them() {
    let server = Running::taking(tokens(Scopes::Limit));
    let mut table = Table::of(&server);
    let few = "about get_record whoami";
    for (name, token, expected) in [
        ("scp, an array", of("admin").claim("scp", json!(["read_data", "openid"])), few),
        ("scp, a text", of("admin").claim("scp", "read_data openid"), few),
        ("scp, empty", of("admin").claim("scp", json!([])), "403 read_data"),
        ("scp, two in one", of("admin").claim("scp", json!(["read_data delete_data"])), "403 read_data"),
        (
            "both",
            of("admin").claim("scp", json!(["read_data"])).claim("scope", "read_data"),
            "401 bad_claim scp",
        ),
        ("scp, a number", of("admin").claim("scp", 1), "401 bad_claim scp"),
        (
            "scp, an array with a number",
            of("admin").claim("scp", json!(["read_data", 1])),
            "401 bad_claim scp",
        ),
        ("scp, null", of("admin").claim("scp", Value::Null), "401 bad_claim scp"),
        ("scope, an array", of("admin").claim("scope", json!(["read_data"])), "401 bad_claim scope"),
        ("scope, an object", of("admin").claim("scope", json!({ "read_data": 1 })), "401 bad_claim scope"),
        ("scope, null", of("admin").claim("scope", Value::Null), "401 bad_claim scope"),
        ("scopes", of("admin").claim("scopes", "read_data"), "403 read_data"),
        ("scope, a thousand and one", of("admin").claim("scope", "a ".repeat(1000)), "401 bad_claim scope"),
    ] {
        let answer = list(&server, &token);
        let found = if answer.status == 401 {
            format!("401 {}", answer.reason().trim_start_matches("token "))
        } else {
            listed(&server, &token)
        };
        table.check(name, (found != expected).then_some(found));
    }
    table.finish("where scopes stand");
}

/// The challenge names all that the operation needs, the fewest scopes that do, and nothing that roles do not give.
#[test]
fn a_client_is_told_which_scopes_to_ask_for() {
    let server = Running::taking(tokens(Scopes::Limit));
    let mut table = Table::of(&server);
    for (tool, scope, expected) in [
        ("get_record", "", "read_data"),
        ("delete_record", "read_data", "delete_data"),
        ("write_record", "read_data", "write_data"),
        ("run_report", "read_data", "reports:run"),
        // all of them, those that are there included
        ("import_report", "read_data", "write_data reports:run"),
        ("import_report", "write_data", "write_data reports:run"),
        ("import_report", "reports:run", "write_data reports:run"),
        // the smaller set; of equals the one that is declared first
        ("clean_up", "read_data", "delete_data"),
        ("replace_record", "read_data", "delete_data"),
    ] {
        let answer = ask(&server, tool, &of("admin").claim("scope", scope));
        let (asked, body) = (asked_for(&answer), answer.json());
        let text = body["error"]["message"].as_str().unwrap_or_default().to_owned();
        let named = expected.split(' ').all(|scope| text.contains(&format!("`{scope}`")));
        let right = answer.status == 403
            && asked == expected
            && body["error"]["code"] == 403
            && body["id"] == 7
            && body["error"]["data"]["record"].as_str() == answer.header("mcp-rbac-record")
            && answer.reason() == "needs_scopes"
            && named
            && body.get("result").is_none();
        table.check(&format!("{tool} with `{scope}`"), (!right).then(|| format!("{answer:?}")));
    }
    // what the role forbids, no scope can cure: no challenge sends the client to ask for one
    for (role, tool, scope) in [
        ("reader", "delete_record", "read_data"),
        ("reader", "delete_record", ""),
        ("reader", "delete_record", "delete_data"),
        ("reader", "import_report", "write_data"),
        ("admin", "make_payment", "everything"),
        ("nobody", "get_record", ""),
    ] {
        let answer = ask(&server, tool, &of(role).claim("scope", scope));
        let right = answer.status == 403
            && answer.header("www-authenticate").is_none()
            && answer.reason() == "forbidden";
        table.check(&format!("{role}: {tool} with `{scope}`"), (!right).then(|| format!("{answer:?}")));
    }
    // an operation that asks for no permission asks for no scope
    for tool in ["whoami", "about"] {
        let answer = ask(&server, tool, &of("admin").claim("scope", ""));
        table.check(tool, (answer.status != 200).then(|| format!("{answer:?}")));
    }
    let answer = list(&server, &of("admin").claim("scope", "delete_data"));
    let right =
        answer.status == 403 && answer.json()["error"]["code"] == 403 && answer.reason() == "needs_scopes";
    table.check("the list", (!right).then(|| format!("{answer:?}")));
    table.finish("challenges");
}

#[test]
fn an_issuer_whose_scopes_are_ignored_never_gets_a_challenge_for_some() {
    let server = Running::taking(tokens(Scopes::Ignore));
    for scope in [json!(""), json!("openid"), json!(["read_data"]), json!(7)] {
        let token = of("admin").claim("scope", scope.clone());
        assert_eq!(ask(&server, "delete_record", &token).status, 200, "{scope}");
        let refused = ask(&server, "make_payment", &token);
        assert_eq!((refused.status, refused.header("www-authenticate")), (403, None), "{scope}");
        assert!(listed(&server, &token).contains("delete_record"), "{scope}");
    }
}

#[test]
fn scopes_have_the_prefix_of_their_issuer() {
    let prefix = "https://records.example/";
    let server = Running::taking(tokens(Scopes::Limit).scope_prefix(prefix));
    let mut table = Table::of(&server);
    for (scope, expected) in [
        ("https://records.example/read_data", "about get_record whoami"),
        ("https://records.example/read_data delete_data", "about get_record whoami"),
        ("read_data", "403 https://records.example/read_data"),
        (
            "https://records.example/https://records.example/read_data",
            "403 https://records.example/read_data",
        ),
        ("https://records.example//read_data", "403 https://records.example/read_data"),
        ("HTTPS://records.example/read_data", "403 https://records.example/read_data"),
        ("https://other.example/read_data", "403 https://records.example/read_data"),
        ("https://records.example/", "403 https://records.example/read_data"),
    ] {
        let listed = listed(&server, &of("admin").claim("scope", scope));
        table.check(scope, (listed != expected).then_some(listed));
    }
    let answer =
        ask(&server, "import_report", &of("admin").claim("scope", "https://records.example/read_data"));
    let asked = asked_for(&answer);
    let expected = "https://records.example/write_data https://records.example/reports:run";
    table.check("challenge", (asked != expected).then_some(asked));
    let text = answer.json()["error"]["message"].to_string();
    table.check("message", (!text.contains("`https://records.example/write_data`")).then_some(text));
    table.finish("prefix");
}

/// Two issuers, one of which knows the permissions of this server.
#[test]
fn each_issuer_has_scopes_of_its_own() {
    let other = OAuth::issuer("https://other.example")
        .unwrap()
        .audience(AUDIENCE)
        .jwks(key_set().to_string())
        .roles(claim("roles").by_name())
        .scopes(Scopes::Limit)
        .scope_prefix("records/");
    let server = Running::build(|builder| builder.authenticate(tokens(Scopes::Ignore)).authenticate(other));
    assert_eq!(ask(&server, "delete_record", &of("admin")).status, 200);
    let token = |scope: &str| of("admin").claim("iss", "https://other.example").claim("scope", scope);
    assert_eq!(ask(&server, "delete_record", &token("records/delete_data")).status, 200);
    let refused = ask(&server, "delete_record", &token("records/read_data"));
    assert_eq!((refused.status, asked_for(&refused).as_str()), (403, "records/delete_data"));
}

#[test]
fn what_scopes_mean_has_to_be_said() {
    let undecided = OAuth::issuer(ISSUER).unwrap().audience(AUDIENCE).jwks(key_set().to_string());
    let error =
        Server::new(&POLICY).authenticate(undecided).http("127.0.0.1:0").into_service().err().unwrap();
    assert!(error.to_string().contains("`.scopes(Scopes::Limit)`"), "{error}");
}
