//! Keeps every tracing event of the program. Tests tell theirs apart by the caller, of which each has its own.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, Once, PoisonError},
    time::Duration,
};

use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

#[derive(Debug, Clone)]
pub struct Event {
    target: String,
    fields: BTreeMap<&'static str, String>,
}

impl Event {
    /// A field; empty where the event has none of this name.
    pub fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// `kind tool outcome-or-reason`, for comparing sequences.
    pub fn summary(&self) -> String {
        let end = if self.has("reason") { self.get("reason") } else { self.get("outcome") };
        let what = if self.has("tool") { self.get("tool") } else { self.get("method") };
        format!("{} {what} {end}", self.get("kind")).trim_end().to_owned()
    }
}

static EVENTS: Mutex<Vec<Event>> = Mutex::new(Vec::new());

/// The audit events about this caller so far, in order.
pub fn events_of(subject: &str) -> Vec<Event> {
    matching(|event| event.target == "mcp_rbac::audit" && event.get("principal") == subject)
}

/// The audit events about this caller, once there are that many.
pub async fn settled_events_of(subject: &str, count: usize) -> Vec<Event> {
    for _ in 0..1_000 {
        if events_of(subject).len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let events = events_of(subject);
    let summaries: Vec<String> = events.iter().map(Event::summary).collect();
    assert_eq!(events.len(), count, "{summaries:#?}");
    events
}

/// What was logged beside the audit about this record.
pub fn logged(record: &str) -> Vec<Event> {
    matching(|event| event.target == "mcp_rbac::tool" && event.get("record") == record)
}

/// Starts listening; it has to come before what is to be heard.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
}

fn matching(filter: impl Fn(&Event) -> bool) -> Vec<Event> {
    let events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    events.iter().filter(|event| filter(event)).cloned().collect()
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("mcp_rbac")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields(BTreeMap::new());
        event.record(&mut fields);
        let event = Event { target: event.metadata().target().to_owned(), fields: fields.0 };
        EVENTS.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
