//! Whose token it is: everything else in here comes together in this.

use std::{sync::Arc, time::Duration};

use super::{
    Reason,
    authenticator::Settings,
    cache::{Known, Mark, TokenCache, TokenDigest},
    denied::{Answer, Denied},
    dpop::{NotProven, Proofs, Sent},
    introspection::{Introspector, NoClaims},
    keys::{KeyStore, NotVerified},
    rules::{Holder, Origin},
    scopes::{self, Scopes},
    tally::Tally,
    token::{Claims, MAX_TOKEN, Unverified},
};
use crate::{
    auth::{Authentication, Method, Principal, clock::Clock},
    policy::{Policy, RoleRef},
};

/// [`OAuth`](super::OAuth), once its server starts.
pub(super) struct Verifier {
    settings: Settings,
    policy: &'static Policy,
    keys: KeyStore,
    clock: Arc<dyn Clock>,
    known: TokenCache,
    denied: Option<Denied>,
    introspector: Option<Introspector>,
    proofs: Option<Proofs>,
    /// Values of role claims that gave no role.
    unmapped: Tally,
    /// Tokens whose groups stand elsewhere.
    left_out: Tally,
}

/// A token that is not taken.
enum Refusal {
    /// It is for somebody else to take.
    Foreign(Reason),
    Bad(Reason),
    Unavailable(Duration),
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::Bad(reason)
    }
}

impl From<NotVerified> for Refusal {
    fn from(not: NotVerified) -> Self {
        match not {
            NotVerified::Bad(reason) => Self::Bad(reason),
            NotVerified::Unavailable(retry_after) => Self::Unavailable(retry_after),
        }
    }
}

/// What a verifier asks others.
pub(super) struct Parts {
    pub(super) keys: KeyStore,
    pub(super) denied: Option<Denied>,
    pub(super) introspector: Option<Introspector>,
    pub(super) proofs: Option<Proofs>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Verifier {
    pub(super) fn new(settings: Settings, policy: &'static Policy, parts: Parts) -> Self {
        let Parts { keys, denied, introspector, proofs, clock } = parts;
        let known = TokenCache::new(settings.remembered);
        let (unmapped, left_out) = (Tally::default(), Tally::default());
        Self { settings, policy, keys, clock, known, denied, introspector, proofs, unmapped, left_out }
    }

    /// Whether tokens may come with a proof.
    pub(super) fn takes_proofs(&self) -> bool {
        self.proofs.is_some()
    }

    pub(super) fn policy(&self) -> &'static Policy {
        self.policy
    }

    pub(super) fn warm_up(&self) {
        self.keys.warm_up();
    }

    /// Whose token it is.
    pub(super) async fn recognise(&self, token: &[u8], sent: Sent<'_>) -> Authentication {
        match self.principal(token, sent).await {
            Ok(principal) => Authentication::Principal(principal),
            Err(Refusal::Foreign(reason)) => Authentication::Foreign(reason.to_string()),
            Err(Refusal::Bad(reason)) => Authentication::Rejected(reason.to_string()),
            Err(Refusal::Unavailable(retry_after)) => Authentication::Unavailable { retry_after },
        }
    }

    async fn principal(&self, token: &[u8], sent: Sent<'_>) -> Result<Principal, Refusal> {
        let mark = self.mark(token).await?;
        // anew with every request, remembered or not
        self.check_proof(&mark, token, sent)?;
        Ok(mark.principal)
    }

    /// A token that is bound to a key is good with a proof alone, and one that is not, without (RFC 9449, section 7).
    fn check_proof(&self, mark: &Mark, token: &[u8], sent: Sent<'_>) -> Result<(), Refusal> {
        match (mark.bound.as_deref(), sent, &self.proofs) {
            (None, Sent::Bearer, _) => Ok(()),
            (None, Sent::Proven(_), _) => Err(Refusal::Bad(Reason::NotBound)),
            (Some(thumbprint), Sent::Proven(request), Some(proofs)) => {
                proofs.check(request, token, thumbprint).map_err(|not| match not {
                    NotProven::Bad(reason) => Refusal::Bad(reason),
                    NotProven::TooMany => Refusal::Unavailable(Duration::from_secs(1)),
                })
            }
            (Some(_), Sent::Bearer, _) | (Some(_), Sent::Proven(_), None) => {
                Err(Refusal::Bad(Reason::BoundToKey))
            }
        }
    }

    /// Whose token it is, and which.
    async fn mark(&self, token: &[u8]) -> Result<Mark, Refusal> {
        // before anything is done with it
        if token.len() > MAX_TOKEN {
            return Err(Refusal::Foreign(Reason::TooLarge));
        }
        let digest = TokenDigest::of(token);
        if let Some(known) = self.known.get(&digest) {
            // keys that do not count any more let in nobody, whatever was found good by them
            if known.holds(self.now(), self.keys.epoch().await?) {
                let allowed = self.check_denied(&known.mark);
                if allowed.is_err() {
                    self.known.forget(&digest);
                }
                return allowed.map(|()| known.mark);
            }
            self.known.forget(&digest);
        }
        let parsed = match (Unverified::parse(token), &self.introspector) {
            (Ok(parsed), _) if self.settings.rules.is_issuer_of(&parsed) => parsed,
            (Ok(_), _) => return Err(Refusal::Foreign(Reason::WrongIssuer)),
            (Err(_), Some(introspector)) => return self.introspected(introspector, token, digest).await,
            (Err(reason), None) => return Err(Refusal::Foreign(reason)),
        };
        let algorithm = self.settings.rules.check_header(&parsed.header)?;
        let key_id = parsed.header.key_id.as_deref();
        let epoch = self.keys.verify(key_id, algorithm, parsed.message, &parsed.signature).await?;
        let (mark, until) = self.mark_of(&parsed.claims, Origin::Token)?;
        self.known.insert(digest, Known { mark: mark.clone(), until, epoch });
        Ok(mark)
    }

    /// Whose token it is as the issuer says, who is believed for a while; each time anew what follows from it.
    async fn introspected(
        &self,
        introspector: &Introspector,
        token: &[u8],
        digest: TokenDigest,
    ) -> Result<Mark, Refusal> {
        let claims = introspector.claims(token, digest).await.map_err(|none| match none {
            NoClaims::Bad(reason) => Refusal::Foreign(reason),
            NoClaims::Unavailable(retry_after) => Refusal::Unavailable(retry_after),
        })?;
        self.mark_of(&claims, Origin::Answer).map(|(mark, _)| mark)
    }

    /// Whose token it is, and until when, if its claims are good and nobody denies it.
    fn mark_of(&self, claims: &Claims, origin: Origin) -> Result<(Mark, f64), Refusal> {
        let holder = self.settings.rules.check_claims(claims, origin, self.now())?;
        let principal = self.principal_of(claims, &holder)?;
        let (jti, bound) = (holder.jti.map(Box::from), holder.bound.map(Box::from));
        let mark = Mark { principal, jti, bound, issued: holder.issued };
        self.check_denied(&mark)?;
        Ok((mark, holder.until))
    }

    fn check_denied(&self, mark: &Mark) -> Result<(), Refusal> {
        match self.denied.as_ref().map_or(Answer::Allowed, |denied| denied.answer(mark)) {
            Answer::Allowed => Ok(()),
            Answer::Denied => Err(Refusal::Bad(Reason::Denied)),
            Answer::Unknown => Err(Refusal::Unavailable(Duration::from_secs(30))),
        }
    }

    /// Seconds since 1970.
    fn now(&self) -> f64 {
        self.clock.now().as_duration().as_secs_f64()
    }

    /// Who the claims say it is, whose signature and times are good.
    fn principal_of(&self, claims: &Claims, holder: &Holder<'_>) -> Result<Principal, Reason> {
        let settings = &self.settings;
        let mut principal = Principal::builder(self.policy, holder.subject)
            .method(Method::OAuth)
            .issuer(settings.rules.issuer.as_str());
        if let Some(client) = holder.client {
            principal = principal.client(client);
        }
        if let Some(jti) = holder.jti {
            principal = principal.token_id(jti);
        }
        if settings.scopes != Some(Scopes::Ignore) {
            let prefix = if settings.drops_scope_prefix { "" } else { settings.scope_prefix.as_str() };
            let granted = scopes::granted(claims, prefix, self.policy)?;
            principal = principal.scopes(granted).scope_prefix(settings.scope_prefix.as_str());
        }
        for role in self.roles_of(claims)? {
            principal = principal.role(role);
        }
        principal.build().map_err(|_| Reason::ExclusiveRoles)
    }

    fn roles_of(&self, claims: &Claims) -> Result<Vec<RoleRef>, Reason> {
        let (issuer, now) = (&self.settings.rules.issuer, self.clock.uptime());
        let found = self.settings.roles.roles(claims, self.policy)?;
        // which values they are is the holder's business, and belongs into no log
        if let Some(total) = self.unmapped.add(found.unmapped, now) {
            tracing::info!(target: "mcp_rbac", %issuer, total, "values of role claims are mapped to no role");
        }
        if let Some(total) = self.left_out.add(usize::from(found.left_out), now) {
            tracing::warn!(
                target: "mcp_rbac", %issuer, total,
                "the groups of a user are too many for a token (groups overage): such users have no role by them; let \
                 the issuer send the groups that are assigned to the application, or application roles"
            );
        }
        Ok(found.roles)
    }
}
