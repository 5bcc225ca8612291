//! The signatures of Project Wycheproof, put to the code that checks those of access tokens. What they sign is no token: so
//! they go the way of one up to its claims, and no further.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use super::{
    Algorithm,
    keys::KeySet,
    token::{Header, Signed},
};

/// Why something that these vectors call valid is refused here, each on purpose.
fn on_purpose(key: &Value, jws: &str) -> Option<&'static str> {
    let says = |name: &str| key.get(name).and_then(Value::as_str);
    if says("kty") == Some("oct") {
        return Some("a shared secret");
    }
    if says("crv") == Some("P-521") {
        return Some("a curve that is not offered");
    }
    // RFC 7517, section 4.4; RFC 8725, section 3.1
    let header = Signed::of(jws.as_bytes()).ok()?.header;
    (says("alg") != header.get("alg").and_then(Value::as_str)).then_some("a key for another algorithm")
}

/// Whether the keys have made this, as far as a token would be believed for it.
fn accepts(keys: &KeySet, jws: &str) -> bool {
    let check = || {
        let signed = Signed::of(jws.as_bytes()).ok()?;
        let header = Header::of(&signed.header).ok()?;
        let algorithm = Algorithm::named(&header.algorithm)?;
        signed.payload().ok()?;
        keys.verify(header.key_id.as_deref(), algorithm, signed.message, &signed.signature().ok()?).ok()
    };
    check().is_some()
}

#[test]
fn every_signature_is_judged_as_the_vectors_say_or_refused_on_purpose() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oauth/wycheproof/json_web_signature_test.json");
    let vectors: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let (mut wrong, mut seen, mut refused) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = group.get("public").or(group.get("private")).unwrap();
        let keys = KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
        for case in group["tests"].as_array().unwrap() {
            let (result, comment) = (case["result"].as_str().unwrap(), case["comment"].as_str().unwrap());
            // some are in the other serialization, which no token has
            let jws = case["jws"].as_str().map_or_else(|| case["jws"].to_string(), str::to_owned);
            let accepted = accepts(&keys, &jws);
            *seen.entry(result).or_insert(0) += 1;
            match (result, accepted, on_purpose(key, &jws)) {
                ("valid", true, None) | ("invalid", false, _) => {}
                ("valid", false, Some(why)) => *refused.entry(why).or_insert(0) += 1,
                _ => wrong.push(format!("{} {comment}: {result}, and accepted: {accepted}", case["tcId"])),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(seen, BTreeMap::from([("invalid", 355), ("valid", 46)]));
    let expected =
        [("a curve that is not offered", 2), ("a key for another algorithm", 2), ("a shared secret", 10)];
    assert_eq!(refused, BTreeMap::from(expected));
}
