//! The network side: who is calling, and how a denial looks in HTTP. It decides nothing about tools: it recognises the
//! caller, hands the request to rmcp with a handler made for that caller, and renders what the guard has decided.

mod authorization;
mod body;
mod challenge;
mod config;
mod head;
mod hold;
mod layer;
mod lists;
mod metadata;
mod origin;
mod peers;
mod remote;
mod respond;
mod serve;
mod served;
mod sessions;
mod stall;
#[cfg(feature = "tls")]
mod tls;
mod unheard;

pub use config::{HttpError, HttpServer};
pub use layer::McpService;
pub use remote::RemoteAddress;
pub use serve::Listening;
