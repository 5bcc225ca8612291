//! How the servers with a guard are started.

use std::{
    error::Error,
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Parser;
use mcp_rbac::{Authenticate, Authentication, Policy, Principal, RoleRef, ServerBuilder};

use crate::policy::{
    PRIMITIVES, Primitive,
    rbac::{Permission, Role},
    role,
};

/// Whether callers have at the moment what they have now and then.
#[derive(Clone, Default)]
pub struct Extras(Arc<AtomicBool>);

impl Extras {
    /// Gives them to callers who have them not, and the other way round.
    pub fn turn(&self) {
        self.0.fetch_not(Ordering::Relaxed);
    }
}

/// A server with a guard, for the MCP conformance suite.
#[derive(Parser)]
pub struct Cli {
    /// Who sends a request is somebody: the suite has no credential, and callers without a name own no tasks
    #[arg(long)]
    known: bool,
    /// With sessions for clients before 2026-07-28; callers without a name have none
    #[arg(long, requires = "known")]
    sessions: bool,
    /// The one permission that callers lack
    #[arg(long, value_name = "PERMISSION")]
    without: Option<Permission>,
    /// Print which permission is for what, and do nothing else
    #[arg(long)]
    permissions: bool,
}

impl Cli {
    /// Serves on a free port of this machine, and says on its first line where.
    ///
    /// # Errors
    ///
    /// When the server cannot start.
    pub async fn serve(self, server: ServerBuilder, extras: Extras) -> Result<(), Box<dyn Error>> {
        let mut out = std::io::stdout();
        if self.permissions {
            for (permission, primitive) in PRIMITIVES {
                let (kind, name) = match primitive {
                    Primitive::Tool(name) => ("tool", name),
                    Primitive::Prompt(name) => ("prompt", name),
                    Primitive::Resource(name) => ("resource", name),
                };
                writeln!(out, "{permission} {kind} {name}")?;
            }
            return Ok(());
        }
        let role = role(self.without);
        let server = match self.known {
            true => server.authenticate(Suite { role, extras }),
            false => server.anonymous_as(role),
        };
        let server = server.http("127.0.0.1:0");
        let server = if self.sessions { server.legacy_sessions() } else { server };
        let listening = server.listen().await?;
        writeln!(out, "{}", listening.url())?;
        listening.run_until_asked().await;
        Ok(())
    }
}

/// Takes every request for one of the suite's.
struct Suite {
    role: RoleRef,
    extras: Extras,
}

impl Authenticate for Suite {
    fn describe(&self) -> String {
        "whoever asks is the suite".to_owned()
    }

    async fn authenticate(&self, _: &http::request::Parts, policy: &'static Policy) -> Authentication {
        let mut suite = Principal::builder(policy, "suite").issuer("conformance").role(self.role);
        if self.extras.0.load(Ordering::Relaxed) {
            suite = suite.role(Role::NowAndThen);
        }
        match suite.build() {
            Ok(principal) => Authentication::Principal(principal),
            Err(error) => Authentication::Rejected(error.to_string()),
        }
    }
}
