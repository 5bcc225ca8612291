//! What is stored of a key: its SHA-256.
//!
//! A key has 256 random bits, so there is nothing to guess from a stolen digest, and a password hash would cost tens of
//! milliseconds per request and add nothing (OWASP, Password Storage Cheat Sheet, is about what people choose).

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The SHA-256 of a whole key as it is presented.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// A digest whose preimage nobody knows, for the entry that stands in for the keys that do not exist.
    pub(super) const NONE: Self = Self([0; 32]);

    pub(super) fn of(presented: &[u8]) -> Self {
        Self(Sha256::digest(presented).into())
    }

    /// One that was made in another way.
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() {
            return None;
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = u8::try_from(nibble(*high)? << 4 | nibble(*low)?).ok()?;
        }
        Some(Self(bytes))
    }

    pub(super) fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Every byte is the same, as in a placeholder.
    pub(super) fn is_uniform(&self) -> bool {
        self.0.iter().all(|byte| Some(byte) == self.0.first())
    }

    /// The first half as a number, for a search that takes the same steps whatever it looks for.
    pub(super) fn number(&self) -> u128 {
        let [first, _] = self.halves();
        first
    }

    fn halves(&self) -> [u128; 2] {
        [self.0.first_chunk(), self.0.last_chunk()]
            .map(|half| half.copied().map(u128::from_be_bytes).unwrap_or_default())
    }
}

impl ConstantTimeEq for Digest {
    fn ct_eq(&self, other: &Self) -> Choice {
        let ([first, second], [other_first, other_second]) = (self.halves(), other.halves());
        first.ct_eq(&other_first) & second.ct_eq(&other_second)
    }
}

/// Without the digest: it is no secret, and of no use in a log.
impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest(…)")
    }
}

fn nibble(digit: u8) -> Option<u32> {
    char::from(digit).to_digit(16)
}
