//! Hears every tracing event of the program, of every library and at every level.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
    sync::{
        Mutex, Once, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::Interest,
};

/// What the audit says about a record: the reasons it gives, or how the call ended.
static AUDIT: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
/// How often a request for a method was refused.
static REFUSED: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);
/// What must not be said, and where it was.
static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LISTENS_TO_ALL: AtomicBool = AtomicBool::new(false);

/// `kind reason` or `kind outcome` of the events of a record, in order.
pub fn audited(record: &str) -> String {
    let audit = AUDIT.lock().unwrap_or_else(PoisonError::into_inner);
    audit.as_ref().and_then(|audit| audit.get(record)).cloned().unwrap_or_default()
}

/// How often a request for this method was refused so far.
pub fn refused(method: &str) -> usize {
    let refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    refused.as_ref().and_then(|refused| refused.get(method)).copied().unwrap_or_default()
}

/// From now on no event of any library may contain one of these.
pub fn watch_for(secrets: impl IntoIterator<Item = String>) {
    SECRETS.write().unwrap_or_else(PoisonError::into_inner).extend(secrets);
    LISTENS_TO_ALL.store(true, Ordering::SeqCst);
}

/// The events that contain what they must not.
pub fn leaks() -> Vec<String> {
    LEAKS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Starts listening; it has to come before what is to be heard.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Listener).unwrap();
        // what a tool throws is expected here, and printed it is only noise
        std::panic::set_hook(Box::new(|panic| {
            let text = panic.payload().downcast_ref::<&str>().copied().unwrap_or_default();
            if text != "a tool that panics" {
                eprintln!("{panic}");
            }
        }));
    });
}

struct Listener;

impl Listener {
    fn hear(text: &str, whence: &Metadata<'_>) {
        let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
        if secrets.iter().any(|secret| text.contains(secret.as_str())) {
            let leak = format!("{} {}: {text}", whence.level(), whence.target());
            LEAKS.lock().unwrap_or_else(PoisonError::into_inner).push(leak);
        }
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        LISTENS_TO_ALL.load(Ordering::Relaxed) || metadata.target() == "mcp_rbac::audit"
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        if event.metadata().target() == "mcp_rbac::audit" {
            if fields.kind == "refused" {
                let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
                *refused.get_or_insert_default().entry(fields.method).or_default() += 1;
            }
            let mut audit = AUDIT.lock().unwrap_or_else(PoisonError::into_inner);
            let said = audit.get_or_insert_default().entry(fields.record).or_default();
            let _infallible = write!(said, "{} {};", fields.kind, fields.end);
        }
        Self::hear(&fields.text, event.metadata());
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        Self::hear(&fields.text, span.metadata());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
        if secrets.iter().any(|secret| fields.text.contains(secret.as_str())) {
            LEAKS.lock().unwrap_or_else(PoisonError::into_inner).push(fields.text);
        }
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Fields {
    record: String,
    kind: String,
    end: String,
    method: String,
    text: String,
}

impl Fields {
    fn take(&mut self, field: &Field, value: String) {
        let _infallible = write!(self.text, "{}={value} ", field.name());
        match field.name() {
            "record" => self.record = value,
            "kind" => self.kind = value,
            "method" => self.method = value,
            "reason" | "outcome" => self.end = value,
            _ => {}
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field, format!("{value:?}"));
    }
}
