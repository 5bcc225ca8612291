//! Other spellings of URIs, over HTTP, where the URI stands in a header as well.

use serde_json::json;

use crate::{
    app::{Named, deleted},
    ask::{VERSIONS, ask, code, named, under},
    support::Running,
};

const ODD: &[&str] = &[
    // dot segments, encoded and not
    "records://1/../7",
    "records://./7",
    "records://1/%2E%2E/7",
    "records://1/..%2F7",
    // a separator that is encoded, once and twice
    "records://1%2Fbody",
    "records://1%252Fbody",
    "records://1%5Cbody",
    "records://1\\body",
    // NUL and other controls
    "records://7%00",
    "vault://key%00",
    "vault://key%0A",
    "vault://key\0",
    "vault://key\n",
    " vault://key",
    "vault://key ",
    // letters that are encoded, in other case, from another script
    "records://%37",
    "vault://%6Bey",
    "vault://%256Bey",
    "VAULT://key",
    "Vault://key",
    "vault://KEY",
    "vault://k\u{435}y",
    "vault\u{ff1a}//key",
    // user information, ports, fragments, empty parts
    "vault://admin@key",
    "vault://@key",
    "vault://key:",
    "vault://key:80",
    "vault://key#",
    "vault://key?",
    "vault:///key",
    "vault:////key",
    "records://1//body",
    "vault:key",
    "vault:/key",
    "//key",
    "key",
    "",
];

#[test]
fn no_spelling_leads_past_the_guard() {
    let server = Running::without_keys(|app| app.authenticate(Named));
    for version in VERSIONS {
        for role in ["reader", "admin"] {
            for uri in ODD {
                let answer =
                    ask(&server, &under(version, "resources/read", json!({ "uri": uri }), &named("x", role)));
                let what = || format!("{uri:?} by {role}, {version}: {}", answer.everything());
                assert!([-32602, -32020].contains(&code(&answer)), "{}", what());
                assert!(answer.json().get("result").is_none(), "{}", what());
            }
        }
    }
    assert_eq!(deleted(), 0);
}

/// A URI that a strict and a lax template match is guarded by both.
#[test]
fn a_lax_template_does_not_stand_for_a_strict_one() {
    let server = Running::without_keys(|app| app.authenticate(Named));
    for version in VERSIONS {
        let read = |uri: &str, role: &str| {
            let answer =
                ask(&server, &under(version, "resources/read", json!({ "uri": uri }), &named("x", role)));
            (answer.status, code(&answer))
        };
        assert_eq!(read("records://7", "reader"), (403, 403), "{version}");
        assert_eq!(read("records://7", "analyst"), (403, 403), "{version}");
        assert_eq!(read("records://8", "reader"), (200, 0), "{version}");
        assert_eq!(read("records://8/body", "reader"), (403, 403), "{version}");
        // the seventh under another spelling is another record, and the template's
        assert_eq!(read("records://07", "reader"), (200, 0), "{version}");
    }
    assert_eq!(deleted(), 0);
}
