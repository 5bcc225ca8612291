//! Hears the events of the audit.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, Once, PoisonError},
};

use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

static REASONS: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);

/// The reason that the audit gives for this record.
pub fn reason(record: &str) -> String {
    let reasons = REASONS.lock().unwrap_or_else(PoisonError::into_inner);
    reasons.as_ref().and_then(|reasons| reasons.get(record)).cloned().unwrap_or_default()
}

/// Starts listening; it has to come before what is to be heard.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "mcp_rbac::audit"
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut reasons = REASONS.lock().unwrap_or_else(PoisonError::into_inner);
        reasons.get_or_insert_default().insert(fields.record, fields.reason);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Fields {
    record: String,
    reason: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "record" => self.record = value.to_owned(),
            "reason" => self.reason = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
