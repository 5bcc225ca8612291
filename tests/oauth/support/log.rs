//! Hears every tracing event of the program, of every library and at every level.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
    sync::{
        Mutex, Once, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::Interest,
};

/// What the audit says about a record: the reason that it gives.
static REASONS: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// What must not be said, where it was, and how much was heard.
static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LISTENS_TO_ALL: AtomicBool = AtomicBool::new(false);
static HEARD: AtomicUsize = AtomicUsize::new(0);

/// The reason that the audit gives for this record.
pub fn reason(record: &str) -> String {
    let reasons = REASONS.lock().unwrap_or_else(PoisonError::into_inner);
    reasons.as_ref().and_then(|reasons| reasons.get(record)).cloned().unwrap_or_default()
}

/// What the server itself says, besides the audit: everything that has this in it.
pub fn said(text: &str) -> Vec<String> {
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    said.iter().filter(|line| line.contains(text)).cloned().collect()
}

/// From now on no event of any library may contain one of these.
pub fn watch_for(secrets: impl IntoIterator<Item = String>) {
    SECRETS.write().unwrap_or_else(PoisonError::into_inner).extend(secrets);
    LISTENS_TO_ALL.store(true, Ordering::SeqCst);
}

/// The events that contain what they must not, and how many were heard since it was watched for.
pub fn leaks() -> (Vec<String>, usize) {
    (LEAKS.lock().unwrap_or_else(PoisonError::into_inner).clone(), HEARD.load(Ordering::SeqCst))
}

/// Starts listening; it has to come before what is to be heard.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
}

struct Listener;

impl Listener {
    fn hear(text: &str, whence: &str) {
        let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
        if secrets.is_empty() {
            return;
        }
        HEARD.fetch_add(1, Ordering::SeqCst);
        if secrets.iter().any(|secret| text.contains(secret.as_str())) {
            LEAKS.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{whence}: {text}"));
        }
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        LISTENS_TO_ALL.load(Ordering::Relaxed) || metadata.target().starts_with("mcp_rbac")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        Self::hear(&fields.text, event.metadata().target());
        if event.metadata().target() == "mcp_rbac::audit" {
            let mut reasons = REASONS.lock().unwrap_or_else(PoisonError::into_inner);
            reasons.get_or_insert_default().insert(fields.record, fields.reason);
        } else if event.metadata().target() == "mcp_rbac" {
            SAID.lock().unwrap_or_else(PoisonError::into_inner).push(fields.text);
        }
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        Self::hear(&fields.text, span.metadata().target());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        Self::hear(&fields.text, "a span");
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Fields {
    record: String,
    reason: String,
    text: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        let _infallible = write!(self.text, "{}={value} ", field.name());
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
