//! The decision and the list against a model that is slow and obvious.

use std::{collections::HashSet, sync::Arc, time::Duration};

use proptest::prelude::*;
use rmcp::{
    ErrorData,
    model::{RequestId, ServerCapabilities, ServerConfig, Tool},
    service::{RequestContext, serve_directly},
};

use super::{
    Core, Decision, Denial, Handler, Identity, RequestStates, Settings, Streams, Tasks, Updates, decide,
    list::{Page, filtered},
    surface::Context,
    visible_tools,
};
use crate::{
    auth::{Authenticators, Method, Principal},
    policy::{
        RoleRef,
        properties::{Model, any_model, of_permissions, role_with, subset},
    },
    registry::{Hints, Output, Oversight, Registry, States, ToolDef, ToolEntry},
    view::Views,
};

/// Somebody who holds exactly `held`, of as many permissions.
fn somebody(method: Method, width: usize, held: &HashSet<usize>) -> (Principal, RoleRef) {
    let role = role_with(width, held);
    (Principal::of_role(method, "somebody".to_owned(), role), role)
}

/// A registry with one tool per requirement, `t000`, `t001`, …
fn registry(role: RoleRef, models: &[Model]) -> Arc<Registry> {
    let entry = |(at, model): (usize, &Model)| {
        let def: &'static ToolDef = Box::leak(Box::new(ToolDef {
            name: Box::leak(format!("t{at:03}").into_boxed_str()),
            title: None,
            description: None,
            hints: Hints { read_only: None, idempotent: None, open_world: None },
            icons: None,
            meta: None,
            requirement: model.build(role.policy()),
            policy: role.policy(),
            params: &[],
            output_schema: || None,
            asks: false,
            task: false,
            output: Output::AS_IT_IS,
            oversight: Oversight::NONE,
            call: |_| Box::pin(std::future::pending()),
            module: "random",
            file: "",
            line: 0,
        }));
        ToolEntry { def, tool: def.to_tool(Arc::default()), body: def.call }
    };
    let entries = models.iter().enumerate().map(entry).collect();
    Arc::new(Registry::new(role.policy()).with_tools(entries))
}

/// The list of a server with these tools.
fn list(
    registry: Arc<Registry>,
    page_size: Option<usize>,
    principal: &Principal,
    cursor: Option<&str>,
) -> Result<Page<Tool>, ErrorData> {
    let core = Arc::new(Core {
        policy: registry.policy(),
        surface: registry,
        states: States::new(),
        settings: Settings {
            info: ServerConfig::new(ServerCapabilities::default()),
            page_size,
            list_ttl: Duration::ZERO,
            list_acquirable: false,
            conceal: false,
            max_output: None,
            raw_output: false,
            task_ttl: Duration::ZERO,
            report_only: None,
        },
        tasks: Tasks::default(),
        request_states: RequestStates::new().unwrap(),
        updates: Updates::default(),
        streams: Streams::default(),
        views: Views::default(),
        authenticators: Arc::new(Authenticators::default()),
        trail: None,
        bursts: Default::default(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let handler = Handler::new(Arc::clone(&core), Identity::Known(principal.clone()));
        let (_near, far) = tokio::io::duplex(64);
        let running = serve_directly(handler, far, None);
        let context: Context = RequestContext::new(RequestId::Number(1), running.peer().clone());
        filtered(&core, principal, cursor, &context).await
    })
}

fn model_and_set(least: usize) -> impl Strategy<Value = (usize, Model, HashSet<usize>)> {
    (1usize..=200).prop_flat_map(move |width| (Just(width), of_permissions(width, least), subset(width)))
}

proptest! {
    #[test]
    fn the_decision_is_that_of_the_model(
        (width, model, held) in (1usize..=200).prop_flat_map(|width| (Just(width), any_model(width), subset(width))),
        anonymous: bool,
    ) {
        let method = if anonymous { Method::Anonymous } else { Method::Stdio };
        let (principal, role) = somebody(method, width, &held);
        let requirement = model.build(role.policy());
        match (decide(&principal, &requirement), model.holds(&held, anonymous)) {
            (Decision::Allow, expected) => prop_assert!(expected),
            (Decision::Deny(denial), expected) => {
                prop_assert!(!expected);
                prop_assert_eq!(matches!(denial, Denial::Unauthenticated), anonymous);
            }
        }
    }

    /// Roles decide whether scopes can matter, and scopes never add to them.
    #[test]
    fn scopes_limit_what_roles_give(
        (width, model, held, granted) in (1usize..=8).prop_flat_map(|width| {
            (Just(width), any_model(width), subset(width), subset(width))
        }),
        limited: bool,
    ) {
        let role = role_with(width, &held);
        let policy = role.policy();
        let builder = Principal::builder(policy, "somebody").role(role);
        let scopes = granted.iter().map(|index| policy.permission(&format!("p{index}")).unwrap());
        let builder = if limited { builder.scopes(scopes) } else { builder };
        let principal = builder.build().unwrap();
        let requirement = model.build(policy);
        let effective = held.iter().filter(|index| !limited || granted.contains(index)).copied().collect();
        match decide(&principal, &requirement) {
            Decision::Allow => prop_assert!(model.holds(&effective, false)),
            Decision::Deny(Denial::NeedsScopes { scopes }) => {
                prop_assert!(limited && model.holds(&held, false) && !model.holds(&effective, false));
                // granted as well, they make the difference
                let asked: HashSet<usize> = scopes.iter().map(|scope| scope.position()).collect();
                prop_assert!(asked.is_subset(&held) && model.holds(&asked, false));
            }
            Decision::Deny(Denial::Forbidden { .. }) => prop_assert!(!model.holds(&held, false)),
            Decision::Deny(Denial::Unauthenticated | Denial::Limited { .. } | Denial::Unavailable { .. }) => {
                prop_assert!(false, "somebody is authenticated, and does nothing at once");
            }
        }
    }

    #[test]
    fn without_permissions_nothing_that_asks_for_one_is_allowed((width, model, _) in model_and_set(0)) {
        let (principal, role) = somebody(Method::Stdio, width, &HashSet::new());
        prop_assert!(!decide(&principal, &model.build(role.policy())).is_allow());
    }

    #[test]
    fn more_permissions_never_take_a_tool_away((width, model, held) in model_and_set(0), more in subset(200)) {
        let more = held.iter().chain(more.iter().filter(|index| **index < width)).copied().collect();
        let allowed = |held| {
            let (principal, role) = somebody(Method::Stdio, width, held);
            decide(&principal, &model.build(role.policy())).is_allow()
        };
        prop_assert!(!allowed(&held) || allowed(&more));
    }

    #[test]
    fn roles_of_another_policy_count_for_nothing((width, model, held) in model_and_set(0)) {
        let (principal, _) = somebody(Method::Stdio, width, &held);
        let (_, elsewhere) = somebody(Method::Stdio, width, &held);
        prop_assert!(!decide(&principal, &model.build(elsewhere.policy())).is_allow());
    }

    #[test]
    fn the_list_is_what_the_decision_allows_in_pages_of_every_size(
        models in prop::collection::vec(any_model(10), 0..30),
        held in subset(10),
        anonymous: bool,
        page_size in prop::option::of(1usize..8),
    ) {
        let method = if anonymous { Method::Anonymous } else { Method::Stdio };
        let (principal, role) = somebody(method, 10, &held);
        let registry = registry(role, &models);
        let expected: Vec<String> = (0..)
            .zip(&models)
            .filter(|(_, model)| model.holds(&held, anonymous))
            .map(|(at, _): (usize, _)| format!("t{at:03}"))
            .collect();
        let visible: Vec<&str> = visible_tools(&registry, &principal).map(|entry| entry.def.name).collect();
        prop_assert_eq!(&visible, &expected);

        let (mut listed, mut cursor) = (Vec::new(), None);
        for _ in 0..=models.len() {
            let page = list(Arc::clone(&registry), page_size, &principal, cursor.as_deref()).unwrap();
            prop_assert!(page.items.len() <= page_size.unwrap_or(usize::MAX));
            listed.extend(page.items.into_iter().map(|tool| tool.name.into_owned()));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        prop_assert_eq!(cursor, None, "the pages end");
        prop_assert_eq!(&listed, &expected);
    }

    #[test]
    fn a_cursor_never_shows_what_the_decision_denies(
        models in prop::collection::vec(any_model(10), 0..30),
        held in subset(10),
        cursor in prop_oneof!["after:[a-z0-9._-]{1,8}", "after:t0[0-9]{2}", "\\PC*"],
    ) {
        let (principal, role) = somebody(Method::Stdio, 10, &held);
        if let Ok(page) = list(registry(role, &models), None, &principal, Some(&cursor)) {
            for tool in page.items {
                let at: usize = tool.name.trim_start_matches('t').parse().unwrap();
                prop_assert!(models[at].holds(&held, false), "{}", tool.name);
            }
        }
    }
}
