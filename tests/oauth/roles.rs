//! From claims to roles: what is mapped, and nothing else.

use mcp_rbac::{
    OAuth, Server,
    oauth::{RoleClaim, Scopes, claim},
};
use serde_json::{Value, json};

use crate::{
    rbac::{POLICY, Role},
    support::{Running, Table, Token, Want::Out, call, said},
    tokens::{AUDIENCE, ISSUER, KEYS, honest, key_set},
};

fn tokens(claim: RoleClaim) -> OAuth {
    OAuth::issuer(ISSUER)
        .unwrap()
        .audience(AUDIENCE)
        .scopes(Scopes::Ignore)
        .jwks(key_set().to_string())
        .roles(claim)
}

fn groups() -> RoleClaim {
    claim("cognito:groups").map("mcp-admins", Role::Admin).map("staff", Role::Reader)
}

/// The roles that the server sees; the reason where it refuses.
fn roles_of(server: &Running, token: Token) -> String {
    let answer = call(server.address, "whoami", &format!("Bearer {}", token.sign(&KEYS.p256)));
    match answer.status {
        200 => answer.tool_text().rsplit_once(' ').unwrap().1.to_owned(),
        401 => answer.reason(),
        _ => format!("{answer:?}"),
    }
}

fn check(table: &mut Table<'_>, server: &Running, cases: &[(&str, Value, &str)], name: &str) {
    for (case, value, expected) in cases {
        let roles = roles_of(server, honest().claim(name, value.clone()));
        table.check(case, (roles != *expected).then(|| format!("`{roles}` instead of `{expected}`")));
    }
}

#[test]
fn values_are_mapped_byte_for_byte() {
    let server = Running::taking(tokens(groups()));
    let mut table = Table::of(&server);
    let bad = "token bad_claim cognito:groups";
    let thousand = |more: &[&str]| {
        let mut values: Vec<String> = (0..1000 - more.len()).map(|number| format!("g{number}")).collect();
        values.extend(more.iter().map(|value| (*value).to_owned()));
        json!(values)
    };
    let cases = [
        ("one", json!(["mcp-admins"]), "admin"),
        ("the other", json!(["staff"]), "reader"),
        ("both", json!(["staff", "mcp-admins"]), "reader,admin"),
        ("twice", json!(["staff", "staff"]), "reader"),
        ("among others", json!(["everyone", "staff", "vpn"]), "reader"),
        ("none", json!([]), ""),
        ("unknown", json!(["everyone"]), ""),
        ("null", Value::Null, ""),
        ("the name of a role", json!(["admin"]), ""),
        ("in capitals", json!(["MCP-Admins"]), ""),
        ("with a space", json!(["mcp-admins "]), ""),
        ("with a space before", json!([" mcp-admins"]), ""),
        ("with a line", json!(["mcp-admins\n"]), ""),
        ("with a NUL", json!(["mcp-admins\0"]), ""),
        ("with a NUL and more", json!(["mcp-admins\0x"]), ""),
        ("a part", json!(["mcp-admin"]), ""),
        ("more", json!(["mcp-admins2"]), ""),
        ("a path", json!(["/mcp-admins"]), ""),
        ("two in one", json!(["staff,mcp-admins"]), ""),
        ("two in one, with a space", json!(["staff mcp-admins"]), ""),
        ("JSON in a text", json!(["[\"mcp-admins\"]"]), ""),
        ("a homoglyph", json!(["mcp-аdmins"]), ""),
        ("a wide letter", json!(["mcp-ａdmins"]), ""),
        ("a letter and an accent", json!(["mcp-admins\u{301}"]), ""),
        ("a star", json!(["*"]), ""),
        ("empty", json!([""]), ""),
        ("a text", json!("mcp-admins"), bad),
        ("a text with an array", json!("[\"mcp-admins\"]"), bad),
        ("a number", json!(1), bad),
        ("true", json!(true), bad),
        ("an object", json!({ "mcp-admins": true }), bad),
        ("an array of arrays", json!([["mcp-admins"]]), bad),
        ("an array of objects", json!([{ "name": "mcp-admins" }]), bad),
        ("a number among texts", json!(["mcp-admins", 1]), bad),
        ("null among texts", json!(["mcp-admins", null]), bad),
        ("a thousand", thousand(&["mcp-admins"]), "admin"),
        (
            "a thousand and one",
            {
                let mut values = thousand(&["mcp-admins"]);
                values.as_array_mut().unwrap().push(json!("x"));
                values
            },
            bad,
        ),
    ];
    check(&mut table, &server, &cases, "cognito:groups");
    // more do not even fit into a token, nor ten thousand into a request
    let many = |count| honest().claim("cognito:groups", json!(vec!["staff"; count])).sign(&KEYS.p256);
    table.case("two thousand", &many(2000), Out("too_large"));
    let answer = call(server.address, "whoami", &format!("Bearer {}", many(10_000)));
    table.check("ten thousand", (answer.status != 431).then(|| format!("{answer:?}")));
    // other claims of a name like this
    for name in ["cognito:Groups", "groups", "cognito", "cognito:groups ", "roles", "custom:cognito:groups"] {
        let roles = roles_of(&server, honest().claim(name, json!(["mcp-admins"])));
        table.check(name, (!roles.is_empty()).then_some(roles));
    }
    table.finish("values");
}

#[test]
fn a_claim_that_is_one_text_is_said_to_be_one() {
    let server = Running::taking(tokens(claim("role").map("boss", Role::Admin).single()));
    let mut table = Table::of(&server);
    let bad = "token bad_claim role";
    let cases = [
        ("one", json!("boss"), "admin"),
        ("another", json!("clerk"), ""),
        ("several words", json!("boss clerk"), ""),
        ("an array", json!(["boss"]), bad),
        ("a number", json!(7), bad),
    ];
    check(&mut table, &server, &cases, "role");
    table.finish("single");
}

#[test]
fn a_pointer_goes_into_claims_and_a_name_does_not() {
    let server = Running::taking(tokens(claim("/realm_access/roles").map("boss", Role::Admin)));
    let mut table = Table::of(&server);
    let cases = [
        ("within", json!({ "roles": ["boss"] }), "admin"),
        ("beside others", json!({ "a": 1, "roles": ["boss", "offline_access"] }), "admin"),
        ("deeper", json!({ "roles": { "roles": ["boss"] } }), "token bad_claim /realm_access/roles"),
        ("missing", json!({ "Roles": ["boss"] }), ""),
        ("an array on the way", json!([{ "roles": ["boss"] }]), ""),
        ("a text on the way", json!("boss"), ""),
        ("null on the way", Value::Null, ""),
        ("a text", json!({ "roles": "boss" }), "token bad_claim /realm_access/roles"),
    ];
    check(&mut table, &server, &cases, "realm_access");
    let flat = roles_of(&server, honest().claim("/realm_access/roles", json!(["boss"])));
    table.check("a claim that is named like the pointer", (!flat.is_empty()).then_some(flat));
    table.finish("pointer");
    // names with what pointers escape, and names with dots and slashes that are one claim
    for (name, token) in [
        ("/a~1b/~0c", honest().claim("a/b", json!({ "~c": ["boss"] }))),
        ("https://records.example/roles", honest().claim("https://records.example/roles", json!(["boss"]))),
        ("a.b", honest().claim("a.b", json!(["boss"]))),
    ] {
        let server = Running::taking(tokens(claim(name).map("boss", Role::Admin)));
        assert_eq!(roles_of(&server, token), "admin", "{name}");
    }
    let server = Running::taking(tokens(claim("a.b").map("boss", Role::Admin)));
    assert_eq!(roles_of(&server, honest().claim("a", json!({ "b": ["boss"] }))), "");
}

#[test]
fn names_of_roles_count_only_where_that_is_said() {
    let named = tokens(claim("roles").map("boss", Role::Admin).by_name());
    let server = Server::new(&POLICY).authenticate(tokens(claim("roles").by_name())).authenticate(named);
    let ways = server.build().unwrap().ways_in();
    assert_eq!(ways[0], format!("access tokens of {ISSUER}: roles from `roles` by name, scopes ignored"));
    assert_eq!(
        ways[1],
        format!("access tokens of {ISSUER}: roles from `roles` by 1 value and by name, scopes ignored")
    );
    let server = Running::taking(tokens(claim("roles").map("boss", Role::Admin).by_name()));
    let mut table = Table::of(&server);
    let cases = [
        ("a role", json!(["reader"]), "reader"),
        ("a value", json!(["boss"]), "admin"),
        ("both", json!(["boss", "reader"]), "admin,reader"),
        ("both for one", json!(["boss", "admin"]), "admin"),
        ("in capitals", json!(["Reader"]), ""),
        ("a permission", json!(["read_data"]), ""),
    ];
    check(&mut table, &server, &cases, "roles");
    table.finish("by name");
}

#[test]
fn roles_of_several_claims_add_up() {
    let server = Running::taking(tokens(groups()).roles(claim("roles").map("till", Role::Cashier)));
    let both = honest().claim("cognito:groups", json!(["staff"])).claim("roles", json!(["till"]));
    assert_eq!(roles_of(&server, both), "reader,cashier");
    assert_eq!(roles_of(&server, honest().claim("roles", json!(["till"]))), "cashier");
    // and one that is bad lets the other not pass
    let bad = honest().claim("cognito:groups", json!(["mcp-admins"])).claim("roles", json!("till"));
    assert_eq!(roles_of(&server, bad), "token bad_claim roles");
}

#[test]
fn roles_that_nobody_may_hold_together_are_refused() {
    let claim = claim("roles").map("till", Role::Cashier).map("audit", Role::Controller);
    let server = Running::taking(tokens(claim));
    assert_eq!(roles_of(&server, honest().claim("roles", json!(["till"]))), "cashier");
    assert_eq!(roles_of(&server, honest().claim("roles", json!(["audit"]))), "controller");
    let both = honest().claim("roles", json!(["till", "audit"]));
    assert_eq!(roles_of(&server, both), "token exclusive_roles");
}

#[test]
fn a_token_without_the_claim_has_the_role_of_everybody_else() {
    let server = Running::taking(tokens(groups()).authenticated_as(Role::Reader));
    let mut table = Table::of(&server);
    let cases = [
        ("null", Value::Null, "reader"),
        ("empty", json!([]), ""),
        ("unknown", json!(["everyone"]), ""),
        ("known", json!(["mcp-admins"]), "admin"),
    ];
    check(&mut table, &server, &cases, "cognito:groups");
    table.finish("everybody else");
    assert_eq!(roles_of(&server, honest()), "reader");
    // what is left out is there, and asked for by nobody
    let sources = json!({ "cognito:groups": "src1" });
    assert_eq!(roles_of(&server, honest().claim("_claim_names", sources)), "");
}

#[test]
fn groups_that_are_left_out_of_a_token_give_nothing_and_are_reported() {
    let issuer = "https://login.microsoftonline.com/tenant/v2.0";
    let tokens = OAuth::issuer(issuer)
        .unwrap()
        .audience(AUDIENCE)
        .scopes(Scopes::Ignore)
        .jwks(key_set().to_string())
        .roles(claim("groups").map("1234", Role::Admin))
        .authenticated_as(Role::Reader);
    let server = Running::taking(tokens);
    let token = || Token::of(issuer, AUDIENCE);
    let sources =
        json!({ "src1": { "endpoint": "https://graph.microsoft.com/v1.0/users/1/getMemberObjects" } });
    let overage = token().claim("_claim_names", json!({ "groups": "src1" })).claim("_claim_sources", sources);
    assert_eq!(roles_of(&server, overage), "");
    assert_eq!(roles_of(&server, token().claim("hasgroups", true)), "");
    let reported = said("groups overage");
    assert!(reported.iter().any(|line| line.contains(issuer)), "{reported:?}");
    // markers that are none
    assert_eq!(roles_of(&server, token().claim("_claim_names", json!({ "address": "src1" }))), "reader");
    assert_eq!(roles_of(&server, token().claim("hasgroups", false)), "reader");
    assert_eq!(roles_of(&server, token().claim("hasgroups", true).claim("groups", json!(["1234"]))), "admin");
}

#[test]
fn values_that_are_not_mapped_are_counted_and_not_named() {
    let issuer = "https://counted.example";
    let tokens = OAuth::issuer(issuer)
        .unwrap()
        .audience(AUDIENCE)
        .scopes(Scopes::Ignore)
        .jwks(key_set().to_string())
        .roles(claim("groups").map("staff", Role::Reader));
    let server = Running::taking(tokens);
    let groups = json!(["staff", "secret-project", "works-council"]);
    assert_eq!(roles_of(&server, Token::of(issuer, AUDIENCE).claim("groups", groups)), "reader");
    let lines: Vec<String> =
        said("mapped to no role").into_iter().filter(|line| line.contains(issuer)).collect();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("total=2") && !lines[0].contains("secret"), "{}", lines[0]);
}

#[test]
fn a_map_that_gives_nothing_or_something_else_does_not_start() {
    mod elsewhere {
        mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
    }
    let why = |tokens: OAuth| {
        let server = Server::new(&POLICY).authenticate(tokens).http("127.0.0.1:0");
        let server = server.public_url("https://records.example/mcp");
        server.into_service().err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(why(tokens(claim("groups"))).contains("the claim `groups` gives no role"));
    assert!(why(tokens(claim("").by_name())).contains("a claim without a name"));
    let foreign = why(tokens(claim("groups").map("a", elsewhere::rbac::Role::Reader)));
    assert!(foreign.contains("role `reader` is declared by the policy of"), "{foreign}");
    let foreign = why(tokens(groups()).authenticated_as(elsewhere::rbac::Role::Reader));
    assert!(foreign.contains("role `reader` is declared by the policy of"), "{foreign}");
    assert_eq!(why(tokens(groups())), "");
}
