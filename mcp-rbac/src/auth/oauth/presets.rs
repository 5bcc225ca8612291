//! Authorization servers whose tokens are known: what they are called, and by what their access tokens can be told from
//! everything else that they sign.

use super::{OAuth, OAuthError};

impl OAuth {
    /// The access tokens of an Amazon Cognito user pool: `cognito("eu-west-1", "eu-west-1_AbCdEfGhI")`.
    ///
    /// They have `aud` only where the client asks for a resource. So say the [`clients`](Self::clients) that may come, the
    /// [`audience`](Self::audience), or both: a token with `aud` is taken where that is an audience, and one without it
    /// where its `client_id` is one of the clients. Groups are in `cognito:groups`; scopes are named after the resource
    /// server that they belong to, as in `.scope_prefix("records/")`. ID tokens are refused.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when the names are none.
    pub fn cognito(region: &str, user_pool: &str) -> Result<Self, OAuthError> {
        let region = plain("region", region, "eu-west-1", b"-")?;
        let user_pool = plain("user pool", user_pool, "eu-west-1_AbCdEfGhI", b"_-")?;
        let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{user_pool}");
        let keys = format!("{issuer}/.well-known/jwks.json");
        let mut tokens = Self::issuer(issuer)?.jwks_url(&keys)?.require_value("token_use", "access");
        tokens.settings.rules.client_is_audience = true;
        Ok(tokens)
    }

    /// The access tokens of a realm of Keycloak: `keycloak("https://login.example", "staff")`.
    ///
    /// Let a mapper of the type *Audience* put the [`audience`](Self::audience) into the tokens. Roles of the realm are at
    /// `/realm_access/roles`, those of a client at `/resource_access/CLIENT/roles`. ID and refresh tokens are refused.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when the names are none.
    pub fn keycloak(server: &str, realm: &str) -> Result<Self, OAuthError> {
        let realm = plain("realm", realm, "staff", b"_-.")?;
        let issuer = format!("{}/realms/{realm}", server.trim_end_matches('/'));
        Ok(Self::issuer(issuer)?.require_value("typ", "Bearer"))
    }

    /// The access tokens of an Auth0 tenant: `auth0("example.eu.auth0.com")`, or a domain of your own.
    ///
    /// The [`audience`](Self::audience) is the identifier of the API. Permissions of users, where the API adds them, are in
    /// `permissions`; roles come in a claim that an action adds, as in `claim("https://records.example/roles")`.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when the domain is none.
    pub fn auth0(domain: &str) -> Result<Self, OAuthError> {
        let domain = plain("domain", domain, "example.eu.auth0.com", b"-.")?;
        Self::issuer(format!("https://{domain}/"))
    }

    /// The access tokens, of version 2.0, of one tenant of Microsoft Entra ID:
    /// `entra("8d6f5a3e-1c2b-4a5d-9e8f-0a1b2c3d4e5f")`.
    ///
    /// The [`audience`](Self::audience) is the application (client) id of the API, whose manifest has to say
    /// `requestedAccessTokenVersion: 2`. Application roles are in `roles`. Clients ask for scopes
    /// with the identifier of the API before them, as in `.scope_prefix("api://6e74172b-…/")`; in tokens they stand
    /// without it. ID tokens are refused, which Entra ID gives the same audience.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when the tenant is no id: `common` and its like are all tenants of the world.
    pub fn entra(tenant: &str) -> Result<Self, OAuthError> {
        let is_id = tenant.len() == 36
            && tenant.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            });
        if !is_id {
            return Err(OAuthError::Name {
                what: "tenant id",
                name: tenant.to_owned(),
                example: "8d6f5a3e-1c2b-4a5d-9e8f-0a1b2c3d4e5f",
            });
        }
        let mut tokens = Self::issuer(format!("https://login.microsoftonline.com/{tenant}/v2.0"))?;
        tokens.settings.drops_scope_prefix = true;
        // an ID token has no client that it was given to, but the application itself
        Ok(tokens.require_value("ver", "2.0").require_value("tid", tenant).require("azp"))
    }

    /// The access tokens of a custom authorization server of Okta: `okta("example.okta.com", "default")`. Those of the
    /// *org* authorization server are for Okta alone.
    ///
    /// The [`audience`](Self::audience) is the one that the authorization server is configured with. Groups come in a claim
    /// that is added there. ID tokens are refused.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when the names are none.
    pub fn okta(domain: &str, authorization_server: &str) -> Result<Self, OAuthError> {
        let domain = plain("domain", domain, "example.okta.com", b"-.")?;
        let server = plain("authorization server", authorization_server, "default", b"_-")?;
        Ok(Self::issuer(format!("https://{domain}/oauth2/{server}"))?.require("cid"))
    }
}

/// A name that becomes a part of a URL, of letters, digits and some other characters.
fn plain<'n>(
    what: &'static str,
    name: &'n str,
    example: &'static str,
    others: &[u8],
) -> Result<&'n str, OAuthError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
    if name.is_empty() || !name.bytes().all(is_plain) || name.starts_with('.') {
        return Err(OAuthError::Name { what, name: name.to_owned(), example });
    }
    Ok(name)
}
