//! Tokens that say nothing by themselves: the issuer is asked what they are (RFC 7662).

use std::{sync::Arc, time::Duration};

use quick_cache::sync::Cache;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::{
    OAuthError, Reason,
    cache::TokenDigest,
    fetch::{Credentials, FetchError, Http},
    tally::Tally,
    token::{Claims, object},
    url,
};
use crate::auth::clock::Clock;

/// How long the issuer is believed about a token, at most. So long a token works on that the issuer has taken back.
const BELIEVED: Duration = Duration::from_secs(60);
/// How long a token that is not active is not asked about again.
const NOT_ACTIVE: Duration = Duration::from_secs(10);
/// How long nothing is asked about a token after it failed.
const RETRY: Duration = Duration::from_secs(1);
/// How many tokens are asked about at once. Anybody can send texts that look like tokens.
const AT_ONCE: usize = 32;
/// How many answers are remembered.
const REMEMBERED: usize = 10_000;
/// How long a token may be.
const MAX_TOKEN: usize = 4096;

/// How the issuer is asked about tokens that are no JWTs (RFC 7662), for [`OAuth::introspect`](super::OAuth::introspect).
#[derive(Debug, Clone)]
#[must_use = "nobody is asked before an issuer is given it with `introspect`"]
pub struct Introspection {
    url: Url,
    client: String,
    secret: SecretString,
    in_body: bool,
}

impl Introspection {
    /// At this endpoint, as this client with this secret (`client_secret_basic`, RFC 6749, section 2.3.1).
    ///
    /// ```
    /// use mcp_rbac::oauth::Introspection;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let secret = "the secret of the client";
    /// let asking = Introspection::new("https://login.example/introspect", "records", secret)?;
    /// # let _ = asking;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when it is no URL that a secret could be sent to: it has to be https, or on this machine.
    pub fn new(url: &str, client: impl Into<String>, secret: impl Into<String>) -> Result<Self, OAuthError> {
        let url = url::safe(url).ok_or_else(|| OAuthError::Url(url.to_owned()))?;
        Ok(Self { url, client: client.into(), secret: SecretString::from(secret.into()), in_body: false })
    }

    /// Sends the secret in the body and not in a header (`client_secret_post`), for issuers that want it there.
    pub fn secret_in_body(self) -> Self {
        Self { in_body: true, ..self }
    }
}

/// An issuer that is asked.
pub(super) struct Introspector {
    how: Introspection,
    http: Http,
    issuer: String,
    clock: Arc<dyn Clock>,
    answers: Cache<TokenDigest, Answer>,
    open: Semaphore,
    failures: Tally,
}

/// What the issuer said, and how long that counts, by the clock of the process.
#[derive(Clone)]
struct Answer {
    said: Said,
    until: Duration,
}

#[derive(Clone)]
enum Said {
    Active(Arc<Claims>),
    NotActive,
    Nothing,
}

/// Why there are no claims.
pub(super) enum NoClaims {
    /// The token is none that the issuer knows.
    Bad(Reason),
    Unavailable(Duration),
}

impl Introspector {
    /// The error is for whoever starts the server.
    pub(super) fn new(
        how: Introspection,
        issuer: String,
        deadline: Duration,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let http = Http::for_url(&how.url, deadline)?;
        let (answers, open) = (Cache::new(REMEMBERED), Semaphore::new(AT_ONCE));
        Ok(Self { how, http, issuer, clock, answers, open, failures: Tally::default() })
    }

    /// What the issuer says about the token, now or at most [`BELIEVED`] ago; several who ask about one token ask once.
    pub(super) async fn claims(&self, token: &[u8], digest: TokenDigest) -> Result<Arc<Claims>, NoClaims> {
        let Some(token) = opaque(token) else { return Err(NoClaims::Bad(Reason::NotAJwt)) };
        let is_over = |answer: &Answer| answer.until <= self.clock.uptime();
        let answer = loop {
            match self.answers.get_value_or_guard_async(&digest).await {
                Ok(answer) if is_over(&answer) => {
                    self.answers.remove_if(&digest, is_over);
                }
                Ok(answer) => break answer,
                Err(place) => {
                    let Ok(_permit) = self.open.try_acquire() else {
                        return Err(NoClaims::Unavailable(RETRY));
                    };
                    let said = self.ask(token).await;
                    let counts = match &said {
                        Said::Active(_) => BELIEVED,
                        Said::NotActive => NOT_ACTIVE,
                        Said::Nothing => RETRY,
                    };
                    let answer = Answer { said, until: self.clock.uptime().saturating_add(counts) };
                    // somebody may have made another place meanwhile; this answer is as good
                    let _kept = place.insert(answer.clone());
                    break answer;
                }
            }
        };
        match answer.said {
            Said::Active(claims) => Ok(claims),
            Said::NotActive => Err(NoClaims::Bad(Reason::NotActive)),
            Said::Nothing => Err(NoClaims::Unavailable(RETRY)),
        }
    }

    async fn ask(&self, token: &str) -> Said {
        let Introspection { url, client, secret, in_body } = &self.how;
        let credentials = Credentials { client, secret: secret.expose_secret(), in_body: *in_body };
        let form = [("token", token), ("token_type_hint", "access_token")];
        let problem = match self.http.post(url, &form, &credentials).await {
            Ok(document) => match object(&document) {
                Ok(members) => match members.get("active") {
                    Some(Value::Bool(true)) => return Said::Active(Arc::new(Claims::new(members))),
                    Some(Value::Bool(false)) => return Said::NotActive,
                    Some(_) | None => "it does not say whether a token is active".to_owned(),
                },
                Err(_) => "it is no JSON object, or says something twice".to_owned(),
            },
            Err(FetchError::Status(401 | 403)) => "it does not accept the client and its secret".to_owned(),
            Err(error) => error.to_string(),
        };
        if let Some(total) = self.failures.add(1, self.clock.uptime()) {
            let issuer = &self.issuer;
            tracing::error!(target: "mcp_rbac", %issuer, %url, total, "the issuer cannot be asked about tokens: {problem}");
        }
        Said::Nothing
    }
}

/// A token that is a text as RFC 6750 (section 2.1) has it: `b64token`.
fn opaque(token: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(token).ok().filter(|text| !text.is_empty() && text.len() <= MAX_TOKEN)?;
    let body = text.trim_end_matches('=');
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    (!body.is_empty() && body.bytes().all(is_letter)).then_some(text)
}
