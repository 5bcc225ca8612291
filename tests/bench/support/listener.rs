//! Takes every audit event, formats all of its fields, and forgets them.

use std::{
    fmt::{self, Write},
    sync::Mutex,
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Listens from now on, to the audit alone.
pub fn listen() {
    tracing::subscriber::set_global_default(Listener(Mutex::default())).unwrap();
}

struct Listener(Mutex<String>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "mcp_rbac::audit"
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = self.0.lock().unwrap();
        line.clear();
        event.record(&mut Line(&mut line));
        assert!(!line.is_empty());
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.extend([field.name(), "=", value, " "]);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}
