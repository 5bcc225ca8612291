//! URIs that are spelled in another way than the one that is accepted. They are refused and never normalised, so that no
//! spelling leads past the guard.

use serde_json::json;

use crate::{
    app::{rbac, runs_of, server, somebody},
    ask::{every_version, read},
};

/// Other spellings of URIs that exist, by class.
const ODD: &[(&str, &[&str])] = &[
    (
        "dot segments",
        &[
            "records://8/.",
            "records://8/..",
            "records://8/./body",
            "records://8/../7",
            "records://./7",
            "records://../7",
            "files://logo/.",
            "files://x/../logo",
            "records://.",
            "records://..",
        ],
    ),
    (
        "encoded dot segments",
        &[
            "records://8/%2E",
            "records://8/%2E%2E",
            "records://8/%2e%2e/7",
            "records://8/.%2E/7",
            "records://%2E%2E/7",
        ],
    ),
    (
        "an encoded separator",
        &[
            "records://8%2Fbody",
            "records://8%2fbody",
            "records://8%2Fnotes",
            "records://1%2Fsummary",
            "flags://chile%2Fred?size=1",
            "records:%2F%2F8",
        ],
    ),
    (
        "a backslash",
        &[
            "records://8\\body",
            "records:\\\\8",
            "records://8%5Cbody",
            "records://8%5cbody",
            "records://8/..%5C7",
        ],
    ),
    (
        "an encoded NUL",
        &[
            "records://8%00",
            "records://7%00",
            "records://%00",
            "records://8/%00",
            "records://8/body%00",
            "files://logo%00",
            "records://8\0",
        ],
    ),
    (
        "other control characters",
        &[
            "records://8%0A",
            "records://8%0D%0A",
            "records://8\n",
            "records://8\t",
            "records://8 ",
            " records://8",
            "records://8%7F",
            "records://8/%C2%80",
        ],
    ),
    (
        "doubled encoding",
        &[
            "records://%2538",
            "records://8%252Fbody",
            "records://8/%252e%252e",
            "records://8/%2500",
            "vault://%256Bey",
        ],
    ),
    (
        "needless encoding",
        &[
            "records://%38",
            "records://%37",
            "files://%6Cogo",
            "files://log%6F",
            "vault://ke%79",
            "record%73://8",
            "records://8/%62ody",
            "records://8/not%65s",
        ],
    ),
    ("encoding in lower case", &["records://8/%c3%a9", "records://8/a%2bb"]),
    (
        "broken encoding",
        &[
            "records://8%",
            "records://8%2",
            "records://8%zz",
            "records://8/%",
            "records://8/%u0041",
            "records://8/%FF",
            "records://8/%C3",
            "records://8/%C0%AF",
            "records://8/%ED%A0%80",
        ],
    ),
    (
        "user information",
        &["records://admin@8", "records://@8", "records://admin:x@8/body", "vault://x@key", "records://8@7"],
    ),
    (
        "another case of scheme or host",
        &[
            "RECORDS://8",
            "Records://8",
            "recordS://7",
            "VAULT://key",
            "vault://KEY",
            "files://LOGO",
            "FILES://logo",
        ],
    ),
    (
        "a fragment or an empty query",
        &[
            "records://8#",
            "records://8#x",
            "records://8?",
            "records://8/body?",
            "vault://key#",
            "flags://chile/red?size=1#x",
        ],
    ),
    (
        "empty segments",
        &["records:///8", "records:////8", "records://8//body", "records://8/body/", "records://8/"],
    ),
    (
        "no URI at all",
        &["", "8", "records", "records:", "records://", "records:8", "records:/8", "//8", "/8", "://8", "*"],
    ),
    (
        "a port or an address",
        &["records://8:", "records://8:80", "records://8:080", "records://[8]", "records://[::1"],
    ),
    (
        "characters that no URI has",
        &[
            "records://\u{ff18}",
            "records://\u{663}",
            "records://8\u{200b}",
            "\u{feff}records://8",
            "records\u{ff1a}//8",
            "records://8/\u{e9}",
            "records://<8>",
            "records://8|7",
            "records://{id}",
            "records://8\"",
            "records://`8`",
        ],
    ),
    (
        "more than a variable takes",
        &[
            "records://8,7",
            "records://8;x",
            "records://8/body/x",
            "records://8&x",
            "flags://chile/red?size=1&size=2",
            "flags://chile/red?size=",
            "flags://chile/red?Size=1",
            "flags://chile/red",
        ],
    ),
];

#[tokio::test]
async fn every_odd_spelling_is_unknown_to_everybody() {
    let server = server();
    for role in [None, Some(rbac::Role::Reader), Some(rbac::Role::Admin)] {
        let name = role.map_or("nobody", rbac::Role::as_str);
        every_version(
            &server,
            |version| somebody(&format!("o-odd-{name}-{version}"), role),
            async |wire, subject| {
                for (class, uris) in ODD {
                    for uri in *uris {
                        let answer = read(wire, uri).await;
                        assert_eq!(answer["error"]["code"], -32602, "{class}: {uri:?}: {answer}");
                        assert_eq!(
                            answer["error"]["data"]["record"],
                            json!(null),
                            "{class}: {uri:?}: {answer}"
                        );
                        let told = answer["error"]["message"].as_str().unwrap();
                        assert!(told.starts_with("unknown resource `"), "{class}: {uri:?}: {told}");
                        assert!(!told.contains(char::is_control), "{class}: {uri:?}: {told}");
                    }
                }
                assert_eq!(runs_of(subject), 0);
            },
        )
        .await;
    }
}

#[tokio::test]
async fn a_uri_has_a_longest() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("o-longest-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            let of = |length: usize| format!("records://8/{}", "a".repeat(length - "records://8/".len()));
            assert!(read(wire, &of(2_048)).await["result"].is_object());
            for length in [2_049, 100_000] {
                let answer = read(wire, &of(length)).await;
                assert_eq!(answer["error"]["code"], -32602, "{length}");
                assert!(answer.to_string().len() < 1_000, "the answer does not grow with the request");
            }
            assert_eq!(runs_of(subject), 1);
        },
    )
    .await;
}

/// `docs:{name}:{part}` guards what `docs:{name}` would otherwise be asked for with an encoded separator.
#[tokio::test]
async fn an_encoded_separator_does_not_lead_past_a_template() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("o-escape-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            for uri in ["flags://chile%3Fx/red?size=1", "records://8%3Fx", "records://8/body%3Fx"] {
                let answer = read(wire, uri).await;
                // it may be a value where it leads past nothing, and is never read as what it stands for
                if answer["error"].is_object() {
                    assert_eq!(answer["error"]["code"], -32602, "{uri}: {answer}");
                }
            }
            assert!(runs_of(subject) <= 2);
        },
    )
    .await;
}
