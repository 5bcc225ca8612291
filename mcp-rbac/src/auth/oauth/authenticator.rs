use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::request::Parts;
use reqwest::Url;

use super::{
    Algorithm, Introspection, OAuthError,
    denied::Denied,
    dpop::{self, Proofs, Sent},
    introspection::Introspector,
    keys::{KeySource, KeyStore, Timing},
    roles::{RoleClaim, RoleMap},
    rules::{Binding, Rules},
    scopes::Scopes,
    url,
    verifier::{self, Verifier},
};
use crate::{
    auth::{
        Authenticate, Authentication, AuthorizationServer,
        bearer::Bearer,
        clock::{Clock, SystemClock},
    },
    policy::{Policy, PolicyRole, scopes::is_scope_text},
};

/// How often an issuer may be asked for new keys.
const MIN_COOL_DOWN: Duration = Duration::from_secs(1);
/// How far two clocks may be taken to be apart.
const MAX_LEEWAY: Duration = Duration::from_secs(120);

/// Recognises callers by an access token of an OAuth 2.1 authorization server: `Authorization: Bearer eyJ…`.
///
/// ```no_run
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use mcp_rbac::{OAuth, oauth::{Scopes, claim}};
///
/// let tokens = OAuth::issuer("https://login.example/realm")?
///     .audience("https://records.example/mcp")
///     .scopes(Scopes::Limit)
///     .roles(claim("groups").map("staff", rbac::Role::Reader));
/// # let _ = tokens;
/// # Ok(())
/// # }
/// ```
///
/// The keys of the issuer are where it says they are (RFC 8414, OpenID Connect Discovery), unless
/// [`jwks_url`](Self::jwks_url) or [`jwks`](Self::jwks) say it. They are fetched when the server starts and looked at
/// again from time to time. While they cannot be had, requests with tokens are answered with 503 and not with 401, which
/// would make clients throw good tokens away.
#[must_use = "it recognises nobody before a server is given it with `authenticate`"]
pub struct OAuth {
    pub(super) settings: Settings,
    clock: Arc<dyn Clock>,
    running: OnceLock<Verifier>,
}

/// What [`OAuth`] was told.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) rules: Rules,
    pub(super) roles: RoleMap,
    pub(super) scopes: Option<Scopes>,
    pub(super) scope_prefix: String,
    /// Whether clients ask with the prefix, and tokens come without it.
    pub(super) drops_scope_prefix: bool,
    source: KeySource,
    timing: Timing,
    /// How many tokens are remembered.
    pub(super) remembered: usize,
    deny_file: Option<PathBuf>,
    introspection: Option<Introspection>,
    /// The endpoint, as proofs name it.
    dpop: Option<Url>,
}

impl OAuth {
    /// The access tokens of this issuer, as they name it in `iss`: byte for byte.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when the issuer is no URL that tokens could be taken from: it has to be https, or on this machine.
    pub fn issuer(issuer: impl Into<String>) -> Result<Self, OAuthError> {
        let issuer = issuer.into();
        if url::issuer(&issuer).is_none() {
            return Err(OAuthError::Issuer(issuer));
        }
        let settings = Settings {
            rules: Rules::new(issuer),
            roles: RoleMap::default(),
            scopes: None,
            scope_prefix: String::new(),
            drops_scope_prefix: false,
            source: KeySource::Discovery,
            timing: Timing::default(),
            remembered: 10_000,
            deny_file: None,
            introspection: None,
            dpop: None,
        };
        Ok(Self { settings, clock: Arc::new(SystemClock::new()), running: OnceLock::new() })
    }

    /// The name of this server in the `aud` of its tokens: the URL of the endpoint, where clients ask for tokens with a
    /// resource indicator (RFC 8707), else whatever the issuer was told to call it. It is compared byte for byte. Where
    /// several names are in use, say each; one is mandatory.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.settings.rules.audiences.push(audience.into());
        self
    }

    /// A claim that says which roles the holder of a token has; see [`claim`](super::claim). With several, their roles add
    /// up. Without one, and without [`authenticated_as`](Self::authenticated_as), nobody who comes with a token has a
    /// role.
    pub fn roles(mut self, claim: RoleClaim) -> Self {
        self.settings.roles.claims.push(claim);
        self
    }

    /// The role of everybody who has a good token without any claim about roles. A claim that is there, and gives none,
    /// gives none.
    pub fn authenticated_as(mut self, role: impl PolicyRole) -> Self {
        self.settings.roles.otherwise = Some(role.role());
        self
    }

    /// What the scopes of the tokens mean. It has to be said: whether a client can do all that its user can is nothing to
    /// be found out later.
    pub fn scopes(mut self, scopes: Scopes) -> Self {
        self.settings.scopes = Some(scopes);
        self
    }

    /// What the issuer puts before the name of a permission to make a scope: `https://records.example/`, or `api://…/`. It
    /// is expected in tokens, and put into challenges and metadata. Nothing unless set.
    pub fn scope_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.scope_prefix = prefix.into();
        self
    }

    /// The algorithms that tokens may be signed with; every one that [`Algorithm`] names unless set.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.settings.rules.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Where the keys of the issuer are (a JWK Set, RFC 7517), for one that does not say it, or not where this server
    /// can reach it.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when it is no URL that keys could be taken from: it has to be https, or on this machine.
    pub fn jwks_url(mut self, url: &str) -> Result<Self, OAuthError> {
        let url = url::safe(url).ok_or_else(|| OAuthError::Url(url.to_owned()))?;
        self.settings.source = KeySource::Url(url);
        Ok(self)
    }

    /// The keys of the issuer themselves (a JWK Set, RFC 7517). They never change while the server runs.
    pub fn jwks(mut self, document: impl Into<Vec<u8>>) -> Self {
        self.settings.source = KeySource::Document(document.into());
        self
    }

    /// How long the keys of the issuer count before they are looked at again; 10 minutes unless set. A key that the
    /// issuer has removed works for that long.
    pub fn key_ttl(mut self, ttl: Duration) -> Self {
        self.settings.timing.ttl = ttl;
        self
    }

    /// How long they count beyond that while they cannot be had again; 5 minutes unless set. Then every token is answered
    /// with 503.
    pub fn max_stale(mut self, time: Duration) -> Self {
        self.settings.timing.max_stale = time;
        self
    }

    /// How long a token with a key that is not known is refused without asking the issuer again; 30 seconds unless set,
    /// and 1 second at least. A new key of the issuer works after that time at the latest, and no number of tokens makes
    /// this server ask more often.
    pub fn cool_down(mut self, time: Duration) -> Self {
        self.settings.timing.cool_down = time;
        self
    }

    /// How long fetching the keys may take, and with it a request that has to wait for them; 5 seconds unless set.
    pub fn fetch_deadline(mut self, deadline: Duration) -> Self {
        self.settings.timing.deadline = deadline;
        self
    }

    /// How far the clocks of the issuer and of this machine may be apart; 30 seconds unless set, and 2 minutes at most.
    /// A token works for that much longer than it says.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.settings.rules.leeway = leeway;
        self
    }

    /// How far ahead the end of a token may lie; 31 days unless set, which is more than any provider that we know of
    /// lets an access token live. A token that lives longer is refused.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.rules.max_lifetime = lifetime;
        self
    }

    /// Takes only tokens of the JWT profile for access tokens (RFC 9068): their `typ` is `at+jwt`, and they have
    /// `client_id`, `iat` and `jti`. Say it wherever the issuer makes such tokens: nothing else can then be mistaken for
    /// one.
    ///
    /// Without it, tokens without `typ` or with `JWT` are taken as well.
    pub fn at_jwt_only(mut self) -> Self {
        self.settings.rules.at_jwt_only = true;
        self
    }

    /// A claim that every token has to have, whatever its value, besides `iss`, `aud`, `exp` and `sub`.
    pub fn require(mut self, claim: impl Into<String>) -> Self {
        self.settings.rules.required.push(claim.into());
        self
    }

    /// A claim that every token has to have with this value, compared byte for byte.
    pub fn require_value(mut self, claim: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.rules.equal.push((claim.into(), value.into()));
        self
    }

    /// The clients that may come with tokens of this issuer (`client_id`; `azp`, `cid` or `appid` where there is none);
    /// any unless set.
    pub fn clients<C: Into<String>>(mut self, clients: impl IntoIterator<Item = C>) -> Self {
        self.settings.rules.clients.extend(clients.into_iter().map(Into::into));
        self
    }

    /// How many tokens are remembered that were found good, so that they are not checked anew with every request; 10,000
    /// unless set, and with 0 none. What is remembered of a token is its SHA-256. It is forgotten when the token ends and
    /// when the keys of the issuer change.
    pub fn remember_tokens(mut self, count: usize) -> Self {
        self.settings.remembered = count;
        self
    }

    /// A file that says which tokens are refused although they are good: those of a subject or a client, one with an id
    /// (`jti`), all that were made before a time. It is read four times a second, so that what it says takes effect within
    /// a second. Its format is described in the guide.
    ///
    /// The server does not start when the file is missing, has anything wrong with it, or can be changed by others. If that
    /// happens later, what it said before counts for 5 minutes, loudly; then every token is answered with 503.
    pub fn deny_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.deny_file = Some(path.into());
        self
    }

    /// Takes also tokens that are no JWTs, which only the issuer can tell what they are: it is asked about each (RFC 7662),
    /// and believed for at most a minute, and not beyond the end of the token. What it says has to be as good as what a
    /// token would say; JWTs are never asked about. When the issuer cannot be asked, the answer is 503.
    ///
    /// With several authenticators give this one last: every text that none of the others knows is asked about.
    pub fn introspect(mut self, how: Introspection) -> Self {
        self.settings.introspection = Some(how);
        self
    }

    /// Takes also tokens that are bound to a key of their holder, who proves with every request to have it (DPoP, RFC
    /// 9449): `Authorization: DPoP …`, and a proof in the header `DPoP`. Such a token is of no use to a thief. Without this
    /// they are refused, and with it they are taken in no other way.
    ///
    /// `endpoint` is the URL of the endpoint as clients use it, its [public URL](crate::HttpServer::public_url): proofs name
    /// it. A proof is good for a minute, and once. What has been used is remembered in this process alone, so that behind a
    /// load balancer a proof can be used once per process.
    ///
    /// # Errors
    ///
    /// [`OAuthError`] when it is no URL that clients could use: it has to be https, or on this machine.
    pub fn dpop(mut self, endpoint: &str) -> Result<Self, OAuthError> {
        let url = dpop::endpoint(endpoint).ok_or_else(|| OAuthError::Url(endpoint.to_owned()))?;
        self.settings.dpop = Some(url);
        self.settings.rules.binding = Binding::Allowed;
        Ok(self)
    }

    /// [`dpop`](Self::dpop), and takes no other tokens.
    ///
    /// # Errors
    ///
    /// As for [`dpop`](Self::dpop).
    pub fn dpop_only(self, endpoint: &str) -> Result<Self, OAuthError> {
        let mut tokens = self.dpop(endpoint)?;
        tokens.settings.rules.binding = Binding::Required;
        Ok(tokens)
    }

    /// Whether tokens may come with a proof.
    pub(in crate::auth) fn takes_proofs(&self) -> bool {
        self.settings.dpop.is_some()
    }

    fn issuer_name(&self) -> &str {
        &self.settings.rules.issuer
    }

    /// All that is wrong with the configuration.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let has_clients = self.settings.rules.client_is_audience && !self.settings.rules.clients.is_empty();
        if self.settings.rules.audiences.is_empty() && !has_clients {
            problems.push(
                "say what tokens call this server: `.audience(\"https://records.example/mcp\")`".to_owned(),
            );
        }
        if self.settings.rules.audiences.iter().any(String::is_empty) {
            problems.push("an audience is empty".to_owned());
        }
        if self.settings.scopes.is_none() {
            problems.push(
                "say what the scopes of its tokens mean: `.scopes(Scopes::Limit)` where the issuer knows the \
                 permissions of this server as scopes, `.scopes(Scopes::Ignore)` where roles are all there is"
                    .to_owned(),
            );
        }
        if !is_scope_text(&self.settings.scope_prefix) {
            problems.push(
                "the scope prefix has a character that no scope has (RFC 6749, section 3.3)".to_owned(),
            );
        }
        if self.settings.rules.algorithms.is_empty() {
            problems.push("no algorithm is allowed".to_owned());
        }
        if self.settings.rules.leeway > MAX_LEEWAY {
            problems.push(format!("the leeway is more than {} seconds", MAX_LEEWAY.as_secs()));
        }
        if self.settings.timing.cool_down < MIN_COOL_DOWN {
            problems.push(format!("the cool-down is less than {} second", MIN_COOL_DOWN.as_secs()));
        }
        if self.settings.timing.ttl.is_zero() || self.settings.timing.deadline.is_zero() {
            problems.push("the time that keys count, or that fetching them may take, is zero".to_owned());
        }
        problems
    }

    fn run(&self, policy: &'static Policy) -> Result<Verifier, Vec<String>> {
        let Settings { rules, roles, source, timing, deny_file, introspection, dpop, .. } = &self.settings;
        let mut problems = self.problems();
        problems.extend(roles.problems(policy));
        let keys = KeyStore::new(&rules.issuer, source, *timing, Arc::clone(&self.clock));
        let keys = keys.map_err(|problem| problems.push(problem)).ok();
        let denied = deny_file.as_ref().map(|path| Denied::start(path, Arc::clone(&self.clock)));
        let denied = denied.transpose().map_err(|problem| problems.push(problem)).ok();
        let introspector = introspection.clone().map(|how| {
            Introspector::new(how, rules.issuer.clone(), timing.deadline, Arc::clone(&self.clock))
        });
        let introspector = introspector.transpose().map_err(|problem| problems.push(problem)).ok();
        match (keys, denied, introspector) {
            (Some(keys), Some(denied), Some(introspector)) if problems.is_empty() => {
                let clock = Arc::clone(&self.clock);
                let proofs =
                    dpop.clone().map(|url| Proofs::new(url, rules.algorithms.clone(), Arc::clone(&clock)));
                let parts = verifier::Parts { keys, denied, introspector, proofs, clock };
                Ok(Verifier::new(self.settings.clone(), policy, parts))
            }
            _ => Err(problems),
        }
    }
}

impl Authenticate for OAuth {
    fn describe(&self) -> String {
        let scopes = match self.settings.scopes {
            Some(Scopes::Limit) => "limited by scopes",
            Some(Scopes::Ignore) => "scopes ignored",
            None => "scopes undecided",
        };
        format!("access tokens of {}: {}, {scopes}", self.issuer_name(), self.settings.roles)
    }

    fn start(&self, policy: &'static Policy) -> Result<(), String> {
        let refuse = |why: String| format!("access tokens of {}: {why}", self.issuer_name());
        let verifier = self.run(policy).map_err(|problems| refuse(problems.join("; ")))?;
        let verifier = self.running.get_or_init(|| verifier);
        if verifier.policy() != policy {
            return Err(refuse(format!(
                "they are in use under the policy of `{}` and cannot be under that of `{}` as well",
                verifier.policy().module(),
                policy.module()
            )));
        }
        // an issuer that is asked may have no keys at all
        if self.settings.introspection.is_none() {
            verifier.warm_up();
        }
        Ok(())
    }

    fn authorization_server(&self) -> Option<AuthorizationServer> {
        let server = AuthorizationServer::new(self.settings.rules.issuer.as_str());
        let server = self.settings.rules.audiences.iter().fold(server, AuthorizationServer::audience);
        let algorithms = self.settings.rules.algorithms.iter().map(|algorithm| algorithm.as_str());
        let server = match self.settings.rules.binding {
            Binding::None => server,
            Binding::Allowed => server.proven(algorithms, false),
            Binding::Required => server.proven(algorithms, true),
        };
        Some(match self.settings.scopes {
            Some(Scopes::Ignore) => server,
            Some(Scopes::Limit) | None => server.limiting(self.settings.scope_prefix.as_str()),
        })
    }

    async fn authenticate(&self, request: &Parts, policy: &'static Policy) -> Authentication {
        let verifier = self.running.get().filter(|verifier| verifier.policy() == policy);
        let (token, sent) = match Bearer::of(&request.headers) {
            Bearer::Token(token) => (token, Sent::Bearer),
            Bearer::Several => {
                return Authentication::Rejected("several `Authorization` headers".to_owned());
            }
            Bearer::None => match Bearer::under("dpop", &request.headers) {
                Bearer::Token(token) if verifier.is_some_and(Verifier::takes_proofs) => {
                    (token, Sent::Proven(request))
                }
                Bearer::None | Bearer::Several | Bearer::Token(_) => return Authentication::NotMine,
            },
        };
        match verifier {
            Some(verifier) => verifier.recognise(token, sent).await,
            // nobody has started this, or another server has
            None => Authentication::Unavailable { retry_after: Duration::from_secs(30) },
        }
    }
}

impl std::fmt::Debug for OAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuth").field("settings", &self.settings).finish_non_exhaustive()
    }
}
