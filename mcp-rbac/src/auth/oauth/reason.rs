use std::{borrow::Cow, fmt};

/// The name of a claim: one of the standards', or one that the configuration gives.
pub(super) type ClaimName = Cow<'static, str>;

/// Why a token is refused. It is for the record alone: the client is told one text for all of them, and no reason
/// contains anything that the token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// Longer than any token that is looked at.
    TooLarge,
    /// Not of the form of a JWT (RFC 7515, section 3.1): three parts.
    NotAJwt,
    /// Five parts: a token that is encrypted (RFC 7516).
    Encrypted,
    /// A part is not base64url as RFC 7515 section 2 has it: without padding, with no bits left over.
    BadEncoding,
    /// The header is no JSON object.
    BadHeader,
    /// The claims are no JSON object.
    BadClaims,
    /// An object says something twice.
    DuplicateMember,
    /// The token is none of this issuer.
    WrongIssuer,
    /// A header that asks for something that has to be understood and is not (`crit`, `b64`, `zip`, `enc`).
    UnsupportedHeader(&'static str),
    /// `typ` or `cty` says that it is something else than an access token.
    WrongType,
    /// The algorithm is none, unknown, or not allowed for this issuer.
    AlgorithmNotAllowed,
    /// No key of the issuer has the id that the token names.
    UnknownKey,
    /// The token names no key, and more than one could be meant.
    NoKeyId,
    /// The key is not made for the algorithm.
    KeyMismatch,
    /// The signature is not one by the key over these bytes.
    BadSignature,
    /// A claim that has to be there is not.
    MissingClaim(ClaimName),
    /// A claim has a value that it cannot have.
    BadClaim(ClaimName),
    /// The token is for somebody else.
    WrongAudience,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It says that it was made in the future.
    IssuedInFuture,
    /// It lives longer than this server lets a token live.
    LivesTooLong,
    /// It is made to tell a client who logged in, or of a logout, and gives access to nothing.
    NotAnAccessToken,
    /// It is bound to a key of its holder, and that this holder sent it was not proven.
    BoundToKey,
    /// The issuer was asked about it, and knows it not, or not any more.
    NotActive,
    /// The file of denied tokens names it.
    Denied,
    /// The client that it was given to is not one of those that may come.
    ClientNotAllowed,
    /// It is bound to no key, and has to be.
    NotBound,
    /// The proof that its holder has the key is none; what is wrong with it.
    BadProof(&'static str),
    /// Nobody may hold the roles together that it gives.
    ExclusiveRoles,
}

impl Reason {
    /// The name that records use.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotAJwt => "not_a_jwt",
            Self::Encrypted => "encrypted",
            Self::BadEncoding => "bad_encoding",
            Self::BadHeader => "bad_header",
            Self::BadClaims => "bad_claims",
            Self::DuplicateMember => "duplicate_member",
            Self::WrongIssuer => "wrong_issuer",
            Self::UnsupportedHeader(_) => "unsupported_header",
            Self::WrongType => "wrong_type",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::UnknownKey => "unknown_key",
            Self::NoKeyId => "no_key_id",
            Self::KeyMismatch => "key_mismatch",
            Self::BadSignature => "bad_signature",
            Self::MissingClaim(_) => "missing_claim",
            Self::BadClaim(_) => "bad_claim",
            Self::WrongAudience => "wrong_audience",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::LivesTooLong => "lives_too_long",
            Self::NotAnAccessToken => "not_an_access_token",
            Self::BoundToKey => "bound_to_key",
            Self::NotActive => "not_active",
            Self::Denied => "denied",
            Self::ClientNotAllowed => "client_not_allowed",
            Self::NotBound => "not_bound",
            Self::BadProof(_) => "bad_proof",
            Self::ExclusiveRoles => "exclusive_roles",
        }
    }
}

/// `token bad_claim exp`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {}", self.code())?;
        if let Self::MissingClaim(name) | Self::BadClaim(name) = self {
            write!(f, " {name}")?;
        }
        if let Self::UnsupportedHeader(name) | Self::BadProof(name) = self {
            write!(f, " {name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    /// Whoever finds a code in a record finds it in the guide.
    #[test]
    fn every_reason_is_explained_in_the_guide() {
        let guide = include_str!("../../../../docs/guide/oauth.md");
        let codes: Vec<&str> = include_str!("reason.rs")
            .lines()
            .filter(|line| line.trim_start().starts_with("Self::"))
            .filter_map(|line| line.split_once("=> \"")?.1.strip_suffix("\","))
            .collect();
        assert!(codes.len() > 20, "{codes:?}");
        for code in codes {
            assert!(guide.contains(&format!("\n| `{code}` |")), "{code} is not in docs/guide/oauth.md");
        }
    }
}
