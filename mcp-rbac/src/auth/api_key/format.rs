//! The text of a key: `mcprbac_`, an id, a secret and a checksum, of fixed length.
//!
//! The prefix lets secret scanners find keys, the checksum lets a typo be told from a wrong key without a look-up, and
//! the id says which digest to compare with. The shape is that of GitHub's tokens (GitHub blog, "Behind GitHub's new
//! authentication token formats", 2021).

use secrecy::SecretString;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// What every key of ours begins with.
pub(super) const PREFIX: &str = "mcprbac_";
/// 71 bits: two ids do not meet by chance. An id is no secret.
const ID_LEN: usize = 12;
/// 256 bits: log2(62^43) is 256.03.
const SECRET_LEN: usize = 43;
/// 62^6 is above 2^32.
const CHECKSUM_LEN: usize = 6;
/// The length of a key.
pub(super) const KEY_LEN: usize = PREFIX.len() + ID_LEN + SECRET_LEN + CHECKSUM_LEN;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Which key it is; no secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct KeyId([u8; ID_LEN]);

impl KeyId {
    /// An id that no key has: its bytes are no letters.
    pub(super) const NONE: Self = Self([0; ID_LEN]);

    pub(super) fn parse(text: &str) -> Option<Self> {
        let id: [u8; ID_LEN] = text.as_bytes().try_into().ok()?;
        is_base62(&id).then_some(Self(id))
    }

    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut id = [0; ID_LEN];
        fill_base62(&mut id)?;
        Ok(Self(id))
    }

    pub(super) fn as_str(&self) -> &str {
        // an id is ASCII: `parse` and `random` make no other
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id as a number, for a search that takes the same steps whatever it looks for.
    pub(super) fn number(self) -> u128 {
        self.0.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
    }
}

impl ConstantTimeEq for KeyId {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.number().ct_eq(&other.number())
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a presented token is, as far as its text goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Not one of our keys.
    Foreign,
    /// It has our prefix and is none of our keys.
    Malformed(&'static str),
    /// It has the form of a key with this id.
    Key(KeyId),
}

impl Form {
    /// Strict: exact length, our alphabet, and the checksum. Nothing is trimmed.
    pub(super) fn of(presented: &[u8]) -> Self {
        let Some(body) = presented.strip_prefix(PREFIX.as_bytes()) else { return Self::Foreign };
        if presented.len() != KEY_LEN {
            return Self::Malformed("an api key of the wrong length");
        }
        if !is_base62(body) {
            return Self::Malformed("an api key with a character that no key has");
        }
        match (presented.split_last_chunk::<CHECKSUM_LEN>(), body.first_chunk::<ID_LEN>()) {
            (Some((before, sum)), Some(id)) if checksum(before) == *sum => Self::Key(KeyId(*id)),
            _ => Self::Malformed("an api key whose checksum is wrong (mistyped or cut off)"),
        }
    }
}

/// A new key with this id.
pub(super) fn generate(id: KeyId) -> Result<SecretString, getrandom::Error> {
    let mut secret = Zeroizing::new([0; SECRET_LEN]);
    fill_base62(secret.as_mut_slice())?;
    let mut key = Zeroizing::new([0; KEY_LEN]);
    let parts: [&[u8]; 3] = [PREFIX.as_bytes(), &id.0, secret.as_slice()];
    for (place, byte) in key.iter_mut().zip(parts.into_iter().flatten()) {
        *place = *byte;
    }
    if let Some((before, sum)) = key.split_last_chunk_mut::<CHECKSUM_LEN>() {
        *sum = checksum(before);
    }
    // ASCII, and `Box` takes it without leaving a copy behind
    Ok(SecretString::from(std::str::from_utf8(key.as_slice()).unwrap_or_default()))
}

/// The CRC-32 of a text as base62 of fixed length.
fn checksum(text: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut rest = crc32fast::hash(text);
    let mut digits = [0; CHECKSUM_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = letter(rest % 62);
        rest /= 62;
    }
    digits
}

/// Uniform letters from the randomness of the operating system.
fn fill_base62(letters: &mut [u8]) -> Result<(), getrandom::Error> {
    /// The largest multiple of 62 that a byte can hold: what lies above would favour the first letters.
    const FAIR: u8 = 248;

    let mut pool = Zeroizing::new([0_u8; 64]);
    let mut fair = [].iter();
    for place in letters {
        *place = loop {
            match fair.next() {
                Some(byte) if *byte < FAIR => break letter(u32::from(*byte) % 62),
                Some(_) => {}
                None => {
                    getrandom::fill(pool.as_mut_slice())?;
                    fair = pool.iter();
                }
            }
        };
    }
    Ok(())
}

fn letter(digit: u32) -> u8 {
    ALPHABET.get(digit as usize).copied().unwrap_or_default()
}

/// Without a branch per letter: a processor learns the branches of a text that it has seen often, and would be faster for
/// what looks like a key that is in use.
fn is_base62(text: &[u8]) -> bool {
    text.iter().fold(true, |all, byte| {
        let digit = byte.wrapping_sub(b'0') < 10;
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        all & (digit | letter)
    })
}
