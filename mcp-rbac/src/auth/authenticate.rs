use std::{any::Any, fmt, future::Future, time::Duration};

use futures::future::BoxFuture;
#[cfg(feature = "http")]
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::{
    AuthorizationServer, Principal,
    api_key::ApiKeys,
    head::{Head, looks_at_authorization_alone},
};
use crate::policy::Policy;

/// A way of finding out who is calling.
///
/// A server asks its authenticators in the order in which they were given. The first that knows the kind of credential
/// decides: what it rejects is refused, even where anonymous callers are admitted, and a credential that none of them
/// knows is refused as well.
///
/// ```
/// use mcp_rbac::{Authenticate, Authentication, Policy, Principal};
///
/// /// Trusts a header that only the proxy in front can set.
/// struct ProxyUser;
///
/// impl Authenticate for ProxyUser {
///     fn describe(&self) -> String {
///         "user name from the proxy".to_owned()
///     }
///
///     async fn authenticate(&self, request: &http::request::Parts, policy: &'static Policy) -> Authentication {
///         let Some(user) = request.headers.get("x-proxy-user") else { return Authentication::NotMine };
///         let (Ok(user), Ok(role)) = (user.to_str(), policy.role("reader")) else {
///             return Authentication::Rejected("the proxy sent no user name".to_owned());
///         };
///         match Principal::builder(policy, user).issuer("proxy").role(role).build() {
///             Ok(principal) => Authentication::Principal(principal),
///             Err(error) => Authentication::Rejected(error.to_string()),
///         }
///     }
/// }
/// ```
pub trait Authenticate: Send + Sync + 'static {
    /// What it is, for the report at start-up.
    fn describe(&self) -> String;

    /// Called once before the server starts, with the policy that it is going to run under: the place to resolve role
    /// names and to read what has to be there.
    ///
    /// # Errors
    ///
    /// A sentence that says why the server cannot start.
    fn start(&self, policy: &'static Policy) -> Result<(), String> {
        let _ = policy;
        Ok(())
    }

    /// Where clients get the tokens that it takes, for those that have none; `None` where they cannot get one by
    /// themselves. An HTTP server publishes it (RFC 9728) and names it in its challenges.
    fn authorization_server(&self) -> Option<AuthorizationServer> {
        None
    }

    /// Who sends this request, by its head alone.
    fn authenticate(
        &self,
        request: &Parts,
        policy: &'static Policy,
    ) -> impl Future<Output = Authentication> + Send;
}

/// What an authenticator found.
#[derive(Debug, Clone)]
pub enum Authentication {
    /// The request carries no credential of this kind.
    NotMine,
    /// The credential is of this kind, but not for this authenticator: a token of another issuer, say. If none of the
    /// others takes it, it is refused for this reason, which is for the log.
    Foreign(String),
    /// The credential is good, and this is whose it is.
    Principal(Principal),
    /// The credential is of this kind, and bad. The reason is for the log; the client gets a generic text.
    Rejected(String),
    /// It cannot be found out at the moment (a key set that cannot be read, an issuer that is down).
    Unavailable {
        /// When it is worth trying again.
        retry_after: Duration,
    },
}

/// The authenticators of one server, in order.
#[derive(Default)]
pub(crate) struct Authenticators {
    all: Vec<Box<dyn DynAuthenticate>>,
    /// Whether one of them may look at more of a request than its `Authorization` header.
    needs_whole_head: bool,
}

impl Authenticators {
    pub(crate) fn push<A: Authenticate>(&mut self, authenticator: A) {
        self.needs_whole_head |= !looks_at_authorization_alone(&authenticator);
        self.all.push(Box::new(authenticator));
    }

    #[cfg(feature = "http")]
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn describe(&self) -> Vec<String> {
        self.all.iter().map(|authenticator| authenticator.describe()).collect()
    }

    /// Takes the `Authorization` header out of the request. What comes back is what it takes to recognise its sender
    /// again.
    #[cfg(feature = "http")]
    pub(crate) fn remember(&self, request: &mut Parts) -> Head {
        let whole = self.needs_whole_head.then(|| {
            let mut whole = Box::new(request.clone());
            whole.extensions.insert(super::head::Again);
            whole
        });
        let authorization = request.headers.remove(AUTHORIZATION);
        whole.map_or(Head::Authorization(authorization), Head::Whole)
    }

    /// The answer for a request that came before.
    pub(crate) async fn authenticate_again(&self, head: &Head, policy: &'static Policy) -> Authentication {
        self.authenticate(&head.request(), policy).await
    }

    /// Why the server cannot start, one sentence per authenticator that cannot.
    pub(crate) fn start(&self, policy: &'static Policy) -> Vec<String> {
        self.all.iter().filter_map(|authenticator| authenticator.start(policy).err()).collect()
    }

    /// Whether clients can get tokens somewhere.
    pub(crate) fn have_authorization_server(&self) -> bool {
        self.all.iter().any(|authenticator| authenticator.authorization_server().is_some())
    }

    /// Where clients get tokens.
    #[cfg(feature = "http")]
    pub(crate) fn authorization_servers(&self) -> Vec<AuthorizationServer> {
        self.all.iter().filter_map(|authenticator| authenticator.authorization_server()).collect()
    }

    /// The answer of the first that knows the credential; it is never `Foreign`.
    pub(crate) async fn authenticate(&self, request: &Parts, policy: &'static Policy) -> Authentication {
        let mut nobodys = Authentication::NotMine;
        for authenticator in &self.all {
            let answer = match authenticator.authenticate_now(request, policy) {
                Some(answer) => answer,
                None => authenticator.authenticate(request, policy).await,
            };
            match answer {
                Authentication::NotMine => {}
                Authentication::Foreign(why) => nobodys = Authentication::Rejected(why),
                // its permissions would mean something else here
                Authentication::Principal(principal) if !principal.permissions().is_of(policy) => {
                    return Authentication::Rejected("the principal is one of another policy".to_owned());
                }
                answer @ (Authentication::Principal(_)
                | Authentication::Rejected(_)
                | Authentication::Unavailable { .. }) => return answer,
            }
        }
        nobodys
    }
}

impl fmt::Debug for Authenticators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.describe()).finish()
    }
}

/// [`Authenticate`] as an object.
trait DynAuthenticate: Send + Sync {
    fn describe(&self) -> String;
    fn start(&self, policy: &'static Policy) -> Result<(), String>;
    /// What [`authenticate`](Self::authenticate) would find, where nothing has to be waited for: without a box.
    fn authenticate_now(&self, request: &Parts, policy: &'static Policy) -> Option<Authentication>;
    fn authorization_server(&self) -> Option<AuthorizationServer>;
    fn authenticate<'a>(
        &'a self,
        request: &'a Parts,
        policy: &'static Policy,
    ) -> BoxFuture<'a, Authentication>;
}

impl<A: Authenticate> DynAuthenticate for A {
    fn describe(&self) -> String {
        Authenticate::describe(self)
    }

    fn start(&self, policy: &'static Policy) -> Result<(), String> {
        Authenticate::start(self, policy)
    }

    fn authenticate_now(&self, request: &Parts, policy: &'static Policy) -> Option<Authentication> {
        let keys = (self as &dyn Any).downcast_ref::<ApiKeys>()?;
        Some(keys.recognise(&request.headers, policy))
    }

    fn authorization_server(&self) -> Option<AuthorizationServer> {
        Authenticate::authorization_server(self)
    }

    fn authenticate<'a>(
        &'a self,
        request: &'a Parts,
        policy: &'static Policy,
    ) -> BoxFuture<'a, Authentication> {
        Box::pin(Authenticate::authenticate(self, request, policy))
    }
}
