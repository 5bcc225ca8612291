//! What a token has to be. Everything that the standards leave to the one who checks is checked here, once.

use std::time::Duration;

use serde_json::Value;

use super::{
    Algorithm, Reason,
    token::{Claims, Header, Unverified},
};

/// What the tokens of one issuer have to be.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) issuer: String,
    /// The names of this server, as tokens give them.
    pub(super) audiences: Vec<String>,
    pub(super) algorithms: Vec<Algorithm>,
    /// How far two clocks may be apart.
    pub(super) leeway: Duration,
    /// How far ahead the end of a token may lie.
    pub(super) max_lifetime: Duration,
    /// Whether only tokens of RFC 9068 are taken.
    pub(super) at_jwt_only: bool,
    /// Claims that have to be there, whatever they are.
    pub(super) required: Vec<String>,
    /// Claims that have to be there with this value.
    pub(super) equal: Vec<(String, String)>,
    /// The clients that may come; empty where any may.
    pub(super) clients: Vec<String>,
    /// Whether a token for one of these clients is one for this server, where it does not say for whom it is.
    pub(super) client_is_audience: bool,
    /// Whether tokens may be bound to a key that is proven with DPoP, and whether they have to be.
    pub(super) binding: Binding,
}

/// What tokens may be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// Nothing that could be checked: bound tokens are refused.
    None,
    /// A key that is proven with DPoP, or nothing.
    Allowed,
    /// A key that is proven with DPoP.
    Required,
}

/// Where claims come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A token whose signature is good.
    Token,
    /// The issuer, who was asked about a token.
    Answer,
}

/// What a good token says about its holder.
pub(super) struct Holder<'c> {
    pub(super) subject: &'c str,
    pub(super) client: Option<&'c str>,
    pub(super) jti: Option<&'c str>,
    /// The thumbprint of the key that the holder has to have.
    pub(super) bound: Option<&'c str>,
    /// When the token was made, in seconds since 1970, if it says so.
    pub(super) issued: Option<f64>,
    /// When the token ends, in seconds since 1970, leeway included.
    pub(super) until: f64,
}

impl Rules {
    pub(super) fn new(issuer: String) -> Self {
        Self {
            issuer,
            audiences: Vec::new(),
            algorithms: Algorithm::ALL.to_vec(),
            leeway: Duration::from_secs(30),
            max_lifetime: Duration::from_secs(31 * 24 * 3600),
            at_jwt_only: false,
            required: Vec::new(),
            equal: Vec::new(),
            clients: Vec::new(),
            client_is_audience: false,
            binding: Binding::None,
        }
    }

    /// Whether the token says that it is by this issuer. Byte for byte: an issuer is a name, and no URL to normalise
    /// (RFC 9207, section 2.4; RFC 8414, section 2).
    pub(super) fn is_issuer_of(&self, token: &Unverified<'_>) -> bool {
        matches!(token.claims.get("iss"), Some(Value::String(issuer)) if *issuer == self.issuer)
    }

    /// What the header has to say before a key is looked for.
    pub(super) fn check_header(&self, header: &Header) -> Result<Algorithm, Reason> {
        let algorithm = Algorithm::named(&header.algorithm)
            .filter(|algorithm| self.algorithms.contains(algorithm))
            .ok_or(Reason::AlgorithmNotAllowed)?;
        self.check_type(header.kind.as_deref())?;
        Ok(algorithm)
    }

    /// RFC 9068, section 4, and RFC 8725, section 3.11; a media type has no case (RFC 7515, section 4.1.9).
    fn check_type(&self, kind: Option<&str>) -> Result<(), Reason> {
        let is = |name: &str| kind.is_some_and(|kind| kind.eq_ignore_ascii_case(name));
        let is_access_token = is("at+jwt") || is("application/at+jwt");
        let is_any_jwt = kind.is_none() || is("JWT") || is("application/jwt");
        if is_access_token || is_any_jwt && !self.at_jwt_only { Ok(()) } else { Err(Reason::WrongType) }
    }

    /// What the claims have to say, at `now`, in seconds since 1970.
    pub(super) fn check_claims<'c>(
        &self,
        claims: &'c Claims,
        origin: Origin,
        now: f64,
    ) -> Result<Holder<'c>, Reason> {
        if origin == Origin::Answer {
            self.check_answer(claims)?;
        }
        let until = self.check_time(claims, origin, now)?;
        self.check_audience(claims)?;
        // claims of ID tokens and logout tokens, which access tokens have not (OpenID Connect Core, sections 3.1.3.6 and
        // 3.3.2.11; RFC 8417): who logged in says nothing about what a client may do
        if ["at_hash", "c_hash", "s_hash", "events"].iter().any(|name| claims.has(name)) {
            return Err(Reason::NotAnAccessToken);
        }
        let bound = self.bound(claims)?;
        for (name, value) in &self.equal {
            match claims.text(name.clone())? {
                Some(said) if said == value => {}
                Some(_) => return Err(Reason::BadClaim(name.clone().into())),
                None => return Err(Reason::MissingClaim(name.clone().into())),
            }
        }
        // RFC 9068, section 2.2
        let is_of_profile = self.at_jwt_only && origin == Origin::Token;
        let of_profile: &[&str] = if is_of_profile { &["client_id", "iat", "jti"] } else { &[] };
        let required = self.required.iter().map(String::as_str).chain(of_profile.iter().copied());
        if let Some(missing) = required.into_iter().find(|name| !claims.has(name)) {
            return Err(Reason::MissingClaim(missing.to_owned().into()));
        }
        self.holder(claims, bound, until)
    }

    /// What an issuer says about a token besides its claims (RFC 7662, section 2.2).
    fn check_answer(&self, claims: &Claims) -> Result<(), Reason> {
        if claims.text("iss")?.is_some_and(|issuer| issuer != self.issuer) {
            return Err(Reason::WrongIssuer);
        }
        let is_access_token = |kind: &str| {
            ["Bearer", "DPoP", "access_token"].iter().any(|known| known.eq_ignore_ascii_case(kind))
        };
        if claims.text("token_type")?.is_some_and(|kind| !is_access_token(kind)) {
            return Err(Reason::NotAnAccessToken);
        }
        Ok(())
    }

    /// When the token ends.
    fn check_time(&self, claims: &Claims, origin: Origin, now: f64) -> Result<f64, Reason> {
        let leeway = self.leeway.as_secs_f64();
        let expires = match claims.seconds("exp")? {
            Some(expires) => expires,
            None if origin == Origin::Token => return Err(Reason::MissingClaim("exp".into())),
            // the issuer is asked again soon
            None => now + 1.0,
        };
        if now >= expires + leeway {
            return Err(Reason::Expired);
        }
        if expires - now > self.max_lifetime.as_secs_f64() + leeway {
            return Err(Reason::LivesTooLong);
        }
        if claims.seconds("nbf")?.is_some_and(|begins| begins > now + leeway) {
            return Err(Reason::NotYetValid);
        }
        if claims.seconds("iat")?.is_some_and(|issued| issued > now + leeway) {
            return Err(Reason::IssuedInFuture);
        }
        Ok(expires + leeway)
    }

    /// RFC 8707, section 2, and RFC 9068, section 4: a token for somebody else is none for us, byte for byte.
    fn check_audience(&self, claims: &Claims) -> Result<(), Reason> {
        let Some(said) = claims.audiences()? else {
            // which client it is, is checked with all that is said about the holder
            let is_for_client = self.client_is_audience && !self.clients.is_empty();
            return if is_for_client { Ok(()) } else { Err(Reason::MissingClaim("aud".into())) };
        };
        let is_meant = said.iter().any(|name| self.audiences.iter().any(|ours| ours == name));
        if is_meant { Ok(()) } else { Err(Reason::WrongAudience) }
    }

    /// What the holder has to prove (RFC 7800; RFC 9449, section 6). Something else than a key for DPoP, or something
    /// besides, is not understood.
    fn bound<'c>(&self, claims: &'c Claims) -> Result<Option<&'c str>, Reason> {
        match (claims.get("cnf"), self.binding) {
            (None, Binding::Required) => Err(Reason::NotBound),
            (None, Binding::None | Binding::Allowed) => Ok(None),
            (Some(Value::Object(members)), Binding::Allowed | Binding::Required) if members.len() == 1 => {
                members.get("jkt").and_then(Value::as_str).map(Some).ok_or(Reason::BoundToKey)
            }
            (Some(_), _) => Err(Reason::BoundToKey),
        }
    }

    fn holder<'c>(
        &self,
        claims: &'c Claims,
        bound: Option<&'c str>,
        until: f64,
    ) -> Result<Holder<'c>, Reason> {
        let subject = claims.name("sub")?.ok_or(Reason::MissingClaim("sub".into()))?;
        // the name of RFC 9068, and those of OpenID Connect, Okta and Entra ID
        let mut client = None;
        for name in ["client_id", "azp", "cid", "appid"] {
            let said = claims.name(name)?;
            client = client.or(said);
        }
        if !self.clients.is_empty() {
            let said = client.ok_or(Reason::MissingClaim("client_id".into()))?;
            if !self.clients.iter().any(|known| known == said) {
                return Err(Reason::ClientNotAllowed);
            }
        }
        Ok(Holder { subject, client, jti: claims.text("jti")?, bound, issued: claims.seconds("iat")?, until })
    }
}
