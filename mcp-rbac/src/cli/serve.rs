use super::Failure;
use crate::{
    policy::{Policy, RoleRef},
    server::ServerBuilder,
};

/// Serve MCP
#[derive(Debug, Clone, clap::Args)]
pub struct Serve {
    /// Speak MCP over standard input and output, to the program that started this one
    #[arg(long, required = true)]
    stdio: bool,
    /// The role of the client at the other end
    #[arg(long = "as", value_name = "ROLE")]
    role: Option<String>,
}

impl Serve {
    pub(super) fn run(
        self,
        app: ServerBuilder,
        prepare: impl FnOnce(ServerBuilder) -> Result<ServerBuilder, Failure>,
    ) -> Result<(), Failure> {
        let role = self.role(app.policy())?;
        let server = prepare(app)?.stdio_as(role);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(server.serve());
        // a read from standard input cannot be cancelled: do not wait for it
        runtime.shutdown_background();
        Ok(served?)
    }

    fn role(&self, policy: &'static Policy) -> Result<RoleRef, Failure> {
        let roles: Vec<&str> = policy.roles().map(RoleRef::name).collect();
        match &self.role {
            Some(name) => policy.role(name).map_err(|unknown| Failure::usage(unknown.to_string())),
            None => Err(Failure::usage("over standard input nobody says who is calling")
                .hint(format!("say it with `--as ROLE`, where ROLE is one of: {}", roles.join(", ")))),
        }
    }
}
