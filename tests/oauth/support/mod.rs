mod http;
mod log;
mod server;
mod signer;
mod table;
mod token;

pub use http::{Answer, call, send};
pub use log::reason;
pub use server::Running;
pub use signer::{Signer, base64};
pub use table::{Table, Want};
pub use token::{Token, now, sign_parts, sign_texts};
