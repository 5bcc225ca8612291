use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::auth::Principal;

/// Tokens that were found good, by their SHA-256: so many at most, the rarely used ones go first. Only such tokens come in,
/// so that nobody without one can drive others out.
pub(super) struct TokenCache(Option<Cache<TokenDigest, Known>>);

/// What a token is known by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenDigest([u8; 32]);

/// What tells a good token from others: whose it is, and which.
#[derive(Clone)]
pub(super) struct Mark {
    pub(super) principal: Principal,
    pub(super) jti: Option<Box<str>>,
    /// The thumbprint of the key that its holder has to have.
    pub(super) bound: Option<Box<str>>,
    /// When it was made, in seconds since 1970, if it says so.
    pub(super) issued: Option<f64>,
}

/// What is known of a good token.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) mark: Mark,
    /// When it ends, in seconds since 1970, leeway included.
    pub(super) until: f64,
    /// The key set by which it was found good.
    pub(super) epoch: u64,
}

impl Known {
    /// Whether it holds under the keys that count now.
    pub(super) fn holds(&self, now: f64, epoch: u64) -> bool {
        now < self.until && self.epoch == epoch
    }
}

impl TokenDigest {
    pub(super) fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl TokenCache {
    pub(super) fn new(tokens: usize) -> Self {
        Self((tokens > 0).then(|| Cache::new(tokens)))
    }

    /// What is known of the token, which may hold no longer.
    pub(super) fn get(&self, token: &TokenDigest) -> Option<Known> {
        self.0.as_ref()?.get(token)
    }

    pub(super) fn forget(&self, token: &TokenDigest) {
        if let Some(cache) = &self.0 {
            cache.remove(token);
        }
    }

    pub(super) fn insert(&self, token: TokenDigest, known: Known) {
        if let Some(cache) = &self.0 {
            cache.insert(token, known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{auth::Method, policy::properties::role_with};

    fn known(until: f64, epoch: u64) -> Known {
        let role = role_with(1, &[0].into());
        let principal = Principal::of_role(Method::OAuth, "alice".to_owned(), role);
        Known { mark: Mark { principal, jti: None, bound: None, issued: None }, until, epoch }
    }

    #[test]
    fn what_is_known_holds_until_the_token_ends_and_while_the_keys_are_the_same() {
        let cache = TokenCache::new(10);
        let [one, other] = ["a.b.c", "a.b.d"].map(|token| TokenDigest::of(token.as_bytes()));
        cache.insert(one, known(100.0, 1));
        assert!(cache.get(&other).is_none());
        let found = cache.get(&one).unwrap();
        assert!(
            found.holds(99.9, 1) && !found.holds(100.0, 1) && !found.holds(0.0, 2) && !found.holds(0.0, 0)
        );
        cache.forget(&one);
        assert!(cache.get(&one).is_none());
    }

    #[test]
    fn no_more_tokens_are_known_than_may_be() {
        let cache = TokenCache::new(100);
        for number in 0..10_000_u32 {
            cache.insert(TokenDigest::of(&number.to_be_bytes()), known(1.0, 1));
        }
        let kept = cache.0.as_ref().unwrap().len();
        assert!((1..=100).contains(&kept), "{kept}");
        let none = TokenCache::new(0);
        none.insert(TokenDigest::of(b"a"), known(1.0, 1));
        assert!(none.get(&TokenDigest::of(b"a")).is_none());
    }
}
