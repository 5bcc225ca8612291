use super::*;

fn of(value: Value) -> Value {
    with(&[], value)
}

fn with(rules: &'static [Redaction], value: Value) -> Value {
    let keyed = Keyed::new(&"0123456789abcdef0123456789abcdef".into()).unwrap();
    read(arguments(value.as_object().unwrap(), rules, Some(&keyed)))
}

fn read(value: serde_json::Result<Box<RawValue>>) -> Value {
    serde_json::from_str(value.unwrap().get()).unwrap()
}

#[test]
fn what_looks_like_a_secret_is_left_out_wherever_it_stands() {
    let shown = of(json!({
        "id": 7, "API-Key": "canary", "nested": [{ "user_password": { "a": "canary" } }, { "accessToken": "canary" }],
        "Authorization": ["canary"], "pwd": "canary", "db_pwd": 1, "otp": "canary", "https://u:canary@h/": 1, "city": "Köln\n", "none": null,
        "text": "{\"inner\": [{\"password\": \"canary\"}]}",
    }));
    assert!(!shown.to_string().contains("canary"), "{shown}");
    assert_eq!((&shown["id"], &shown["city"], &shown["none"]), (&json!(7), &json!("Köln\n"), &json!(null)));
}

#[test]
fn a_text_keeps_no_credential() {
    let key = format!("mcprbac_{}", "a1B2".repeat(15));
    for (text, shown) in [
        ("https://ada:canary@example.org/a?x=1", "https://[redacted]@example.org/a?x=1"),
        ("see https://canary@example.org:80 now", "see https://[redacted]@example.org:80 now"),
        ("a=https://x/,b=ftp://u:canary@y/z", "a=https://x/,b=ftp://[redacted]@y/z"),
        ("/a?access_token=canary&b=2", "/a?access_token=[redacted]&b=2"),
        (
            "https://h/?X-Amz-Signature=canary#id_token=canary",
            "https://h/?X-Amz-Signature=[redacted]#id_token=[redacted]",
        ),
        (
            "https://h/?%74oken=canary&code=canary&key=canary",
            "https://h/?%74oken=[redacted]&code=[redacted]&key=[redacted]",
        ),
        ("user=ada&password=canary", "user=ada&password=[redacted]"),
        ("Authorization: Bearer canary", "Authorization: Bearer [redacted]"),
        ("\"bearer canary\" and more", "\"bearer [redacted] and more"),
        ("BeArEr\tcanary", "BeArEr\t[redacted]"),
        ("Authorization: Bearer  canary", "Authorization: Bearer  [redacted]"),
        ("Bearer: canary", "Bearer: [redacted]"),
        ("Authorization: Basic YWRhOmNhbmFyeQ==", "Authorization: Basic [redacted]"),
        ("Server=h;Uid=u;Pwd=canary;", "Server=h;Uid=u;Pwd=[redacted];"),
        ("postgres://u:can#ary@h/db", "postgres://[redacted]@h/db"),
        ("postgres://u:can/ary@h/db", "postgres://[redacted]@h/db"),
        ("\u{feff}{\"password\": \"canary\"}", "{\"password\":\"[redacted]\"}"),
        ("{\"password\": \"canary\"};", "[redacted]"),
        ("{\"a\": 1}\n{\"password\": \"canary\"}", "[redacted]"),
        ("\"{\\\"password\\\": \\\"canary\\\"}\"", "\"{\\\"password\\\":\\\"[redacted]\\\"}\""),
        ("it is eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.canary", "it is [redacted]"),
        (key.as_str(), "[redacted]"),
        // what is none stays as it is
        ("the bearer", "the bearer"),
        ("a basic example", "a basic example"),
        ("http://localhost:8080/@ada", "http://localhost:8080/@ada"),
        ("a@b.org: code = 7, key=3", "a@b.org: code = 7, key=3"),
        ("https://example.org/@ada?page=2", "https://example.org/@ada?page=2"),
        ("{not json", "{not json"),
        ("eyJ is how they begin", "eyJ is how they begin"),
    ] {
        assert_eq!(of(json!({ "text": text }))["text"], shown, "{text}");
    }
}

#[test]
fn what_is_long_or_deep_is_cut_and_says_so() {
    let text = of(json!({ "text": "ä".repeat(300) }))["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with(&"ä".repeat(256)) && text.ends_with("… (88 more bytes)"), "{text}");
    let many: Vec<String> = (0..100).map(|at| format!("{at:0200}")).collect();
    assert_eq!(of(json!({ "many": many })), json!({ "omitted_bytes": 20_310 }));
    // what is short stays
    let shown = of(json!({ "id": 7, "zone": "north", "blob": many, "omitted_bytes": 1 }));
    assert_eq!(shown, json!({ "id": 7, "zone": "north", "omitted_bytes": 20_350 }));
    let padded: Map<String, Value> =
        (0..40).map(|at| (format!("junk{at}"), json!("x".repeat(250)))).collect();
    let mut padded = Value::Object(padded);
    padded["id"] = json!(7);
    let shown = of(padded);
    assert_eq!(shown["id"], 7);
    assert!(shown.to_string().len() < 5_000 && shown["omitted_bytes"].is_u64());
    let deep = (0..40).fold(json!("canary"), |inner, _| json!([inner]));
    assert!(!of(json!({ "deep": deep })).to_string().contains("canary"));
    let text = (0..40).fold("\"canary\"".to_owned(), |inner, _| format!("[{inner}]"));
    assert!(of(json!({ "text": text }))["text"].is_string());
    let deep = (0..15).fold(json!("{\"password\": \"canary\"}"), |inner, _| json!([inner]));
    assert!(!of(json!({ "deep": deep })).to_string().contains("canary"));
}

/// What a text says twice is not shown unread.
#[test]
fn a_text_is_shown_as_it_is_read() {
    let text = of(json!({ "text": r#"{"a": {"password": "canary"}, "a": [1, 2]}"# }));
    assert_eq!(text["text"], r#"{"a":[1,2]}"#);
}

#[test]
fn names_that_are_cut_stay_apart() {
    let long = |end: &str| format!("{}{end}", "n".repeat(300));
    let shown = of(json!({ long("a"): 1, long("b"): 2 }));
    assert_eq!(shown.as_object().unwrap().len(), 2, "{shown}");
}

#[test]
fn what_is_declared_is_done() {
    let rules = &[
        Redaction { path: "card.number", treatment: Treatment::Redact },
        Redaction { path: "email", treatment: Treatment::Hash },
        Redaction { path: "people.email", treatment: Treatment::Hash },
        Redaction { path: "blob", treatment: Treatment::Omit },
    ];
    let shown = with(
        rules,
        json!({
            "card": { "number": 4111, "holder": "ada" }, "number": 1, "email": "ada@example.org", "blob": [1, 2],
            "people": [{ "email": "ada@example.org" }, { "email": "alan@example.org", "blob": 3 }],
        }),
    );
    assert_eq!(shown["card"], json!({ "number": "[redacted]", "holder": "ada" }));
    assert_eq!((&shown["number"], shown.get("blob")), (&json!(1), None));
    // one value has one digest, wherever it stands
    assert_eq!(shown["people"][0]["email"], shown["email"]);
    assert_ne!(shown["people"][1]["email"], shown["email"]);
    assert!(shown["email"].as_str().unwrap().starts_with("hmac:"), "{shown}");
    assert_eq!(shown["people"][1]["blob"], 3);
    // nothing is said of what cannot be keyed
    let unkeyed = read(arguments(json!({ "email": "ada" }).as_object().unwrap(), rules, None));
    assert_eq!(unkeyed, json!({ "email": "[redacted]" }));
    // some clients send a text where an object belongs
    let text = with(rules, json!({ "card": "{\"number\": 4111}" }));
    assert_eq!(text["card"], "{\"number\":\"[redacted]\"}");
    // the declaration goes before the guess
    let token = &[Redaction { path: "token", treatment: Treatment::Omit }];
    assert_eq!(with(token, json!({ "token": 1 })), json!({}));
}
