use proptest::prelude::*;
use secrecy::ExposeSecret;

use crate::auth::api_key::{
    digest::Digest,
    format::{Form, KEY_LEN, KeyId, generate},
};

fn key() -> String {
    generate(KeyId::random().unwrap()).unwrap().expose_secret().to_owned()
}

#[test]
fn a_key_has_the_published_form() {
    let key = key();
    assert_eq!(key.len(), 69);
    assert_eq!(KEY_LEN, 69);
    let body = key.strip_prefix("mcprbac_").unwrap();
    assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{body}");
}

/// The checksum is CRC-32 as zip has it, in base62 with digits first, then capitals: computed elsewhere.
#[test]
fn the_checksum_is_the_published_one() {
    let before = format!("mcprbac_{}", "0".repeat(55));
    let sum = crc32fast::hash(before.as_bytes());
    let digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".as_bytes();
    let mut text: Vec<char> =
        (0..6).map(|place| char::from(digits[(sum / 62_u32.pow(place) % 62) as usize])).collect();
    text.reverse();
    let key: String = before.chars().chain(text).collect();
    assert!(matches!(Form::of(key.as_bytes()), Form::Key(id) if id.as_str() == "0".repeat(12)));
}

#[test]
fn keys_and_ids_do_not_repeat() {
    let keys: std::collections::HashSet<String> = (0..1000).map(|_| key()).collect();
    assert_eq!(keys.len(), 1000);
}

/// Chi-squared over the letters of 2,000 keys: 61 degrees of freedom, 113 is passed once in 10,000 times.
#[test]
fn letters_are_uniform() {
    let mut counts = [0_u32; 256];
    let keys: Vec<String> = (0..2000).map(|_| key()).collect();
    for byte in keys.iter().flat_map(|key| key.as_bytes()[20..63].iter()) {
        counts[usize::from(*byte)] += 1;
    }
    let expected = f64::from(2000 * 43) / 62.0;
    let letters: Vec<u32> = counts.into_iter().filter(|count| *count != 0).collect();
    assert_eq!(letters.len(), 62);
    let chi: f64 = letters.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    assert!(chi < 130.0, "{chi}");
}

#[test]
fn what_is_no_key() {
    let key = key();
    for foreign in ["", "mcprbac", "MCPRBAC_", &key.to_uppercase(), " mcprbac_", "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(Form::of(foreign.as_bytes()), Form::Foreign, "{foreign}");
    }
    let malformed = [
        "mcprbac_".to_owned(),
        key[..68].to_owned(),
        format!("{key}0"),
        format!("{key} "),
        format!("{key},"),
        key.replace("mcprbac_", "mcprbac__").chars().take(69).collect(),
        format!("{}é", &key[..67]),
        format!("{}\0", &key[..68]),
    ];
    for text in malformed {
        assert!(matches!(Form::of(text.as_bytes()), Form::Malformed(_)), "{text}");
    }
}

#[test]
fn no_debug_shows_a_key_or_its_digest() {
    let secret = generate(KeyId::random().unwrap()).unwrap();
    let shown = format!("{secret:?} {:?}", Digest::of(secret.expose_secret().as_bytes()));
    assert!(!shown.contains(&secret.expose_secret()[20..40]), "{shown}");
    assert!(!shown.contains("0x") && shown.len() < 80, "{shown}");
}

proptest! {
    #[test]
    fn a_generated_key_is_read_back(_ in 0..64) {
        let id = KeyId::random().unwrap();
        let key = generate(id).unwrap();
        prop_assert_eq!(Form::of(key.expose_secret().as_bytes()), Form::Key(id));
    }

    /// CRC-32 finds every change of up to 32 bits in a row: every mistyped letter.
    #[test]
    fn a_changed_letter_is_never_taken(place in 8..69_usize, step in 1..62_usize) {
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut typo = key();
        let now = letters.find(&typo[place..=place]).unwrap();
        let other = (now + step) % 62;
        typo.replace_range(place..=place, &letters[other..=other]);
        prop_assert!(matches!(Form::of(typo.as_bytes()), Form::Malformed(_)));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Form::of(&bytes), Form::Foreign);
        let ours = [b"mcprbac_".as_slice(), &bytes].concat();
        prop_assert!(matches!(Form::of(&ours), Form::Malformed(_)));
    }

    #[test]
    fn an_id_is_read_as_it_is_written(text in "[0-9A-Za-z]{12}") {
        let id = KeyId::parse(&text).unwrap();
        prop_assert_eq!(id.as_str(), text.as_str());
    }

    #[test]
    fn ids_are_ordered_like_their_numbers(one in "[0-9A-Za-z]{12}", other in "[0-9A-Za-z]{12}") {
        let (a, b) = (KeyId::parse(&one).unwrap(), KeyId::parse(&other).unwrap());
        prop_assert_eq!(one.cmp(&other), a.number().cmp(&b.number()));
        prop_assert!(a.number() > KeyId::NONE.number());
    }

    #[test]
    fn a_digest_is_read_as_it_is_written(bytes in any::<[u8; 8]>()) {
        let digest = Digest::of(&bytes);
        prop_assert_eq!(Digest::from_hex(&digest.to_hex()), Some(digest));
        prop_assert_eq!(Digest::from_hex(&digest.to_hex().to_uppercase()), Some(digest));
    }
}

#[test]
fn what_is_no_digest() {
    let hex = Digest::of(b"x").to_hex();
    for text in
        ["", &hex[..63], &hex[..62], &format!("{hex}0"), &format!("{hex}00"), &hex.replace(&hex[..1], "g")]
    {
        assert_eq!(Digest::from_hex(text), None, "{text}");
    }
}
