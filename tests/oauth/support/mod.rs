mod http;
mod issuer;
mod log;
mod server;
mod signer;
mod table;
mod token;

pub use http::{Answer, call, post, send};
pub use issuer::{Issuer, Reply};
pub use log::{leaks, reason, said, watch_for};
pub use server::Running;
pub use signer::{Signer, base64};
pub use table::{Table, Want};
pub use token::{Token, now, sign_parts, sign_texts};
