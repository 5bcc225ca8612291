//! A customer-records server: seven tools, two prompts and three resources over a real SQLite database, guarded per role.
//!
//! The policy stands here, what clients can use in [`tools`], [`prompts`] and [`resources`], the data in [`store`].

pub mod prompts;
pub mod resources;
pub mod store;
pub mod tools;

use mcp_rbac::{Server, ServerBuilder};

mcp_rbac::roles! {
    permissions {
        /// Read customer records.
        read_data: baseline,
        /// Create and change customer records.
        write_data,
        /// Permanently delete customer records.
        delete_data: destructive,
        /// Run aggregate reports.
        run_reports,
    }
    roles {
        /// Looks things up.
        readonly { read_data }
        /// Looks things up and runs reports.
        analyst: readonly { run_reports }
        /// Does everything.
        admin: analyst { write_data, delete_data }
    }
    invariants {
        only admin { delete_data };
        never readonly { write_data };
    }
}

/// The server, without its database.
#[must_use]
pub fn app() -> ServerBuilder {
    Server::new(&rbac::POLICY).name("records", env!("CARGO_PKG_VERSION")).instructions(
        "Customer records: look them up, query and report on them, change them where your role allows it.",
    )
}
