use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

use super::Raised;

/// Where metrics go, one line of JSON each.
pub(crate) struct Metrics {
    namespace: String,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl Metrics {
    pub(crate) fn new(namespace: String, writer: impl Write + Send + 'static) -> Self {
        Self { namespace, writer: Mutex::new(Box::new(writer)) }
    }

    /// Writes that an alert was raised, where the call runs that raised it. Nothing fails with it.
    pub(super) fn write(&self, raised: &Raised) {
        let line = raised.embedded_metric(&self.namespace) + "\n";
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writer.write_all(line.as_bytes()).and_then(|()| writer.flush()) {
            tracing::error!(target: "mcp_rbac::alert", %error, "a metric cannot be written");
        }
    }
}
