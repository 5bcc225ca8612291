use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use rmcp::model::{ListToolsResult, ServerResult, Tool};
use serde_json::json;

use super::{
    Form, Key, List, Rows, Views, Visibility,
    cache::{Cache, Limits},
};
use crate::{
    auth::{Method, Principal},
    guard::decide_all,
    policy::{
        Requirement,
        properties::{any_model, policy_with, roles_of, subset},
    },
};

const LIMITS: Limits = Limits { weight: 10_000, count: 100 };
const AT_FIRST: Duration = Duration::from_secs(1_000);

fn seconds(seconds: u64) -> Duration {
    AT_FIRST + Duration::from_secs(seconds)
}

fn cache() -> Cache<usize, usize> {
    Cache::new(LIMITS)
}

fn put(cache: &Cache<usize, usize>, key: usize, weight: usize, now: Duration) {
    cache.put_at(key, Arc::new(key), weight, now);
}

#[test]
fn what_was_put_in_is_found() {
    let cache = cache();
    assert!(cache.get(&1).is_none());
    put(&cache, 1, 10, AT_FIRST);
    assert_eq!(cache.get_at(&1, AT_FIRST).as_deref(), Some(&1));
    assert_eq!(cache.held(), (1, 10));
    // again, and somebody else's
    cache.put_at(1, Arc::new(2), 20, AT_FIRST);
    assert_eq!(cache.get_at(&1, AT_FIRST).as_deref(), Some(&1));
    assert_eq!(cache.held(), (1, 10));
}

/// A client that cycles through subsets of its scopes.
#[test]
fn ten_thousand_keys_put_out_nothing_that_is_in_use() {
    let cache = cache();
    let used = 0..50;
    for key in used.clone() {
        put(&cache, key, 10, AT_FIRST);
        assert!(cache.get_at(&key, AT_FIRST).is_some());
    }
    for key in 1_000..11_000 {
        put(&cache, key, 190, seconds(59));
        let (count, weight) = cache.held();
        assert!(count <= LIMITS.count && weight <= LIMITS.weight, "{count} {weight}");
    }
    assert!(used.clone().all(|key| cache.get_at(&key, seconds(59)).is_some()));
    // whoever asks for each twice, keeps others from being put in, and puts none of them out
    for key in 20_000..30_000 {
        put(&cache, key, 10, seconds(60));
        cache.get_at(&key, seconds(60));
    }
    assert!(used.clone().all(|key| cache.get_at(&key, seconds(60)).is_some()));
    // a minute later there is room again, also for what is new
    for key in 30_000..40_000 {
        put(&cache, key, 190, seconds(121));
    }
    assert!(cache.get_at(&39_999, seconds(121)).is_some());
    assert!(!used.into_iter().any(|key| cache.get_at(&key, seconds(121)).is_some()));
}

#[test]
fn what_is_larger_than_all_is_not_put_in() {
    let cache = cache();
    put(&cache, 1, 10, AT_FIRST);
    put(&cache, 2, LIMITS.weight + 1, AT_FIRST);
    assert!(cache.get_at(&2, AT_FIRST).is_none());
    assert!(cache.get_at(&1, AT_FIRST).is_some());
    put(&cache, 3, LIMITS.weight, seconds(100));
    assert_eq!(cache.held(), (1, LIMITS.weight));
}

/// What the protocol has to say about a tool: names to be escaped, and outputs of which older clients know only objects.
fn any_tool() -> impl Strategy<Value = Tool> {
    let schema = |kind: &str| Arc::new(json!({ "type": kind }).as_object().unwrap().clone());
    let output = prop_oneof![Just(None), Just(Some("object")), Just(Some("array"))];
    ("\\PC{0,12}", output).prop_map(move |(description, output)| {
        let mut tool = Tool::new("", description, schema("object"));
        tool.output_schema = output.map(schema);
        tool
    })
}

/// One of the requests of several callers.
#[derive(Debug, Clone)]
struct Ask {
    who: prop::sample::Index,
    anonymous: bool,
    enforced: bool,
    after: Option<String>,
    form: Form,
}

fn any_ask() -> impl Strategy<Value = Ask> {
    let after = prop::option::of("t0[0-9]{2}|[a-z0-9.]{1,3}");
    let form = prop_oneof![Just(Form::Newer), Just(Form::Older)];
    (any::<prop::sample::Index>(), any::<bool>(), prop::bool::weighted(0.9), after, form)
        .prop_map(|(who, anonymous, enforced, after, form)| Ask { who, anonymous, enforced, after, form })
}

proptest! {
    /// Whatever was asked before, and by whom.
    #[test]
    fn a_prepared_page_is_the_one_that_is_made_anew_byte_for_byte(
        entries in prop::collection::vec((any_tool(), prop::collection::vec(any_model(10), 1..3)), 0..20),
        callers in prop::collection::vec(subset(10), 1..4),
        asks in prop::collection::vec(any_ask(), 1..20),
        size in prop_oneof![1usize..6, Just(usize::MAX)],
    ) {
        let policy = policy_with(10, &callers);
        let entries: Vec<(String, Vec<Requirement>, Tool)> = entries
            .into_iter()
            .enumerate()
            .map(|(at, (mut tool, models))| {
                let name = format!("t{at:03}");
                tool.name = name.clone().into();
                (name, models.iter().map(|model| model.build(policy)).collect(), tool)
            })
            .collect();
        let rows = Rows::new(entries.iter().map(|(name, requirements, tool)| (&**name, &**requirements, tool)));
        let (rows, views) = (rows.unwrap(), Views::default());
        for Ask { who, anonymous, enforced, after, form } in asks {
            let method = if anonymous { Method::Anonymous } else { Method::Stdio };
            let role = *who.get(&roles_of(policy));
            let principal = Principal::of_role(method, "somebody".to_owned(), role);
            let allows = |requirements: &[Requirement]| !enforced || decide_all(&principal, requirements).is_allow();
            let visibility = Visibility::of(&principal, enforced, false);
            let start = rows.start(after.as_deref());
            let key = Key { list: List::Tools, form, start, size, visibility };
            let page = views.page(key, || rows.page(form, start, size, &allows));

            let after = after.unwrap_or_default();
            let all = entries.iter().filter(|(name, requirements, _)| *name > after && allows(requirements));
            let all: Vec<Tool> = all.map(|(_, _, tool)| tool.clone()).collect();
            let shown = &all[..size.min(all.len())];
            let mut slow = ServerResult::ListToolsResult(ListToolsResult::with_all_items(shown.to_vec()));
            if form == Form::Older {
                slow.strip_non_object_output_for_legacy_peer();
            }
            let ServerResult::ListToolsResult(slow) = slow else { panic!("{slow:?}") };
            let slow = serde_json::to_string(&slow.tools).unwrap();
            prop_assert_eq!(format!("[{}]", std::str::from_utf8(&page.json).unwrap()), slow);
            prop_assert_eq!(page.len, shown.len());
            let last = shown.last().filter(|_| all.len() > shown.len()).map(|tool| &*tool.name);
            prop_assert_eq!(page.last.as_deref(), last);
        }
    }
}
