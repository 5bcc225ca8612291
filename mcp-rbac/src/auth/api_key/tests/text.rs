use jiff::Timestamp;
use proptest::prelude::*;

use crate::auth::api_key::{digest::Digest, file, format::KeyId, stored::StoredKey};

fn time() -> impl Strategy<Value = Timestamp> {
    (0..200_000_000_000_i64, 0..1_000_000_000_i32)
        .prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap())
}

prop_compose! {
    pub(super) fn key()(
        id in "[0-9A-Za-z]{12}",
        digest in any::<[u8; 8]>(),
        imported in any::<bool>(),
        owner in "[^\\pC\\pZ]([^\\pC]{0,20}[^\\pC\\pZ])?",
        roles in proptest::collection::hash_set(".{1,10}", 1..4),
        label in proptest::option::of("[\"\\\\'#=a-z\\[\\]]{1,20}"),
        created in time(),
        not_before in proptest::option::of(time()),
        life in proptest::option::of(1..1_000_000_i64),
        revoked in proptest::option::of(time()),
    ) -> StoredKey {
        let begin = not_before.unwrap_or(created);
        StoredKey {
            id: KeyId::parse(&id).unwrap(),
            digest: Digest::of(&digest),
            imported,
            owner,
            roles: roles.into_iter().collect(),
            label,
            created,
            not_before,
            expires: life.map(|life| begin + jiff::SignedDuration::from_secs(life)),
            revoked,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(keys in proptest::collection::vec(key(), 0..5)) {
        let text = file::render(&keys);
        let read = file::parse(text.as_bytes()).map_err(|problems| TestCaseError::fail(format!("{problems}\n{text}")))?;
        prop_assert_eq!(read.into_iter().map(|(_, key)| key).collect::<Vec<_>>(), keys);
    }

    #[test]
    fn any_text_is_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _read = file::parse(&bytes).map(|keys| keys.len());
    }

    /// Every file that is cut off anywhere is refused or has fewer keys, and never others.
    #[test]
    fn a_file_that_is_cut_off_brings_nothing_new(keys in proptest::collection::vec(key(), 1..4), cut in 0.0..1.0) {
        let text = file::render(&keys);
        let end = (text.len() as f64 * cut) as usize;
        if let Ok(read) = file::parse(&text.as_bytes()[..end]) {
            prop_assert!(read.len() <= keys.len());
            for (_, key) in read {
                prop_assert!(keys.iter().any(|other| other.digest == key.digest && other.roles == key.roles));
            }
        }
    }
}
