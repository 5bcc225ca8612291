use mcp_rbac::{ServerBuilder, StartReport, prelude::*, testing};
use serde_json::{Value, json};

mcp_rbac::roles! {
    permissions { read, write }
    roles { reader { read } writer: reader { write } guest { } }
}

#[tool(requires = "read", policy = rbac)]
fn get_record() {}

#[tool(requires = "write", policy = rbac)]
fn write_record() {}

fn app() -> ServerBuilder {
    Server::new(&rbac::POLICY).name("notes", "1.2.3")
}

/// The report without its notes: every program has tools of other policies here.
fn text(report: &StartReport) -> String {
    let text = report.to_string();
    text.split("\n  note: ").next().unwrap().to_owned()
}

#[test]
fn the_report_shows_who_can_call_what() {
    let report = testing::verify(app());
    assert_eq!(report.tools_of(rbac::Role::Writer), ["get_record", "write_record"]);
    assert_eq!(report.tools_of(rbac::Role::Guest), [""; 0]);
    assert_eq!(
        text(&report),
        "  concealment  off
  audit trail  off (events in the log alone)

Who can call what (2 tools):
                  reader  writer  guest  requires
  startup           1       2       0
    get_record     yes     yes      -    read
    write_record    -      yes      -    write"
    );
    let one = testing::verify(app().select(|tool| tool.name() == "get_record"));
    assert!(one.to_string().contains("\nWho can call what (1 tool):\n"), "{one}");
}

#[test]
fn over_http_it_says_who_is_let_in_and_what_is_off() {
    let report = |app: ServerBuilder, change: fn(mcp_rbac::HttpServer) -> mcp_rbac::HttpServer| {
        change(app.http("127.0.0.1:0")).check().unwrap()
    };
    let open = report(app().allow_anonymous(), |server| server);
    assert!(
        text(&open).starts_with(
            "  transport    HTTP at http://127.0.0.1:0/mcp
  TLS          off (only this machine can connect)
  callers      nobody is recognised
  anonymous    admitted, for public tools alone
  OAuth        off
  sessions     off
  concealment  off
  audit trail  off (events in the log alone)

Who can call what"
        ),
        "{open}"
    );
    let proxied = report(app().anonymous_as(rbac::Role::Reader), |server| {
        server.public_url("https://records.example/mcp").behind_tls_proxy()
    });
    for line in ["\n  TLS          by a proxy in front\n", "\n  anonymous    admitted, as reader\n"] {
        assert!(proxied.to_string().contains(line), "{line}: {proxied}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let tokens = mcp_rbac::OAuth::issuer("https://login.example")
        .unwrap()
        .audience("http://127.0.0.1:0/mcp")
        .scopes(mcp_rbac::oauth::Scopes::Ignore)
        .jwks(
            r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
        );
    let recorded =
        report(app().authenticate(tokens).audit(mcp_rbac::Audit::file(&path).unwrap()), |server| server);
    for line in ["\n  OAuth        on\n".to_owned(), format!("\n  audit trail  {}\n", path.display())] {
        assert!(recorded.to_string().contains(&line), "{line}: {recorded}");
    }
    assert_eq!(serde_json::to_value(&recorded).unwrap()["off"], json!(["sessions", "concealment"]));
    // what keeps it from starting keeps it from being checked
    assert!(app().http("127.0.0.1:0").check().is_err());
    assert!(app().allow_anonymous().http("0.0.0.0:0").check().is_err());
}

#[tokio::test]
async fn over_stdio_it_says_who_is_at_the_other_end() {
    let report = app().stdio_as(rbac::Role::Writer).check().await.unwrap();
    assert!(
        text(&report).starts_with(
            "  transport    standard input and output
  caller       local with role writer
  concealment  off
  audit trail  "
        ),
        "{report}"
    );
    assert!(app().stdio_bearer("x").check().await.is_err());
}

#[test]
fn programs_read_it_as_json() {
    let report = app().anonymous_as(rbac::Role::Reader).http("127.0.0.1:0").check().unwrap();
    let mut json = serde_json::to_value(&report).unwrap();
    let notes: Vec<String> = report.notes().iter().map(ToString::to_string).collect();
    assert_eq!(json["notes"].take(), json!(notes));
    assert_eq!(json["policy"].take(), json!(report.fingerprint()));
    assert_eq!(
        json,
        json!({
            "name": "notes",
            "version": "1.2.3",
            "transport": "http",
            "url": "http://127.0.0.1:0/mcp",
            "tls": "off",
            "callers": [],
            "anonymous": { "admitted": true, "role": "reader" },
            "off": ["oauth", "sessions", "concealment", "audit_trail"],
            "roles": [
                { "name": "reader", "tools": ["get_record"] },
                { "name": "writer", "tools": ["get_record", "write_record"] },
                { "name": "guest", "tools": [] },
            ],
            "crates": [{ "name": "startup", "tools": ["get_record", "write_record"] }],
            "tools": [
                { "name": "get_record", "crate": "startup", "requires": "read", "roles": ["reader", "writer"] },
                { "name": "write_record", "crate": "startup", "requires": "write", "roles": ["writer"] },
            ],
            "prompts": [],
            "resources": [],
            "policy": null,
            "notes": null,
        })
    );
    let open = app().anonymous_as(rbac::Role::Reader).conceal_forbidden().http("127.0.0.1:0");
    let open = open.legacy_sessions().check().unwrap();
    assert_eq!(serde_json::to_value(&open).unwrap()["off"], json!(["oauth", "audit_trail"]));
    let unsaid = serde_json::to_value(app().check().unwrap()).unwrap();
    for (member, value) in [("transport", Value::Null), ("url", Value::Null), ("tls", Value::Null)] {
        assert_eq!(unsaid[member], value, "{member}");
    }
    assert_eq!(unsaid["off"], json!(["concealment", "audit_trail"]));
}

/// Who may use what has a fingerprint, which nothing else changes.
#[test]
fn a_fingerprint_stands_for_who_may_use_what() {
    let of = |app: mcp_rbac::ServerBuilder| app.check().unwrap().fingerprint();
    let all = of(app());
    assert!(all.len() == 16 && all.bytes().all(|byte| byte.is_ascii_hexdigit()), "{all}");
    assert_eq!(of(app().name("other", "2").conceal_forbidden()), all);
    assert_ne!(of(app().select(|tool| tool.name() != "write_record")), all);
}

#[test]
fn what_is_too_much_to_read_is_counted() {
    mod many_roles {
        rbac_runtime::roles! {
            permissions { read }
            roles { a { read } b: a {} c { read } d { read } e { read } f { read } g { read } h { read } none { } }
        }

        #[rbac_runtime::tool(requires = "read", policy = rbac)]
        fn only_one() {}
    }
    let report = testing::verify(Server::new(&many_roles::rbac::POLICY));
    assert!(
        text(&report).ends_with(
            "\nWho can call how much (1 tool and 9 roles, too many for a table):
  role a            1
  role b            1
  role c            1
  role d            1
  role e            1
  role f            1
  role g            1
  role h            1
  role none         0
  crate startup     1"
        ),
        "{report}"
    );
}

#[test]
fn tools_that_are_too_many_to_name_are_counted_per_role() {
    mod many_tools {
        rbac_runtime::roles! { permissions { read } roles { reader { read } g { } h { read } } }

        macro_rules! tools {
            ($($name:ident)*) => { $(#[rbac_runtime::tool(requires = "read", policy = rbac)] fn $name() {})* }
        }
        tools! { t1 t2 t3 t4 t5 t6 t7 t8 t9 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t20 t21 t22 t23 t24 t25 t26 t27 t28 t29 t30 t31 t32 t33 t34 t35 t36 t37 t38 t39 t40 t41 }
    }
    let all = Server::new(&many_tools::rbac::POLICY);
    assert!(text(&testing::verify(all)).ends_with(
        "
Who can call how much (41 tools, too many to name):
           reader   g    h
  startup    41     0   41"
    ));
    let fewer = Server::new(&many_tools::rbac::POLICY).select(|tool| tool.name() != "t1");
    assert!(text(&testing::verify(fewer)).contains("(40 tools):\n"));
}

#[test]
fn a_role_of_another_policy_has_nothing_in_the_report() {
    mod other {
        rbac_runtime::roles! { permissions { read } roles { reader { read } } }
    }
    let report = testing::verify(Server::new(&rbac::POLICY));
    assert_eq!(report.tools_of(other::rbac::Role::Reader), [""; 0]);
}
