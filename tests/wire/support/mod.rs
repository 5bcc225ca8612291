mod certificates;
mod log;
mod request;
mod response;
mod server;
mod table;
mod want;

pub use certificates::{Certificates, set_mode};
pub use log::{audited, leaks, listen, refused, watch_for};
pub use request::{Request, V2025_06_18, V2025_11_25, V2026_07_28, call, message};
pub use response::{Connection, Response};
pub use server::{Running, shared};
pub use table::Table;
pub use want::Want;
