use std::sync::Arc;

use rmcp::{
    ErrorData,
    model::{CacheScope, ErrorCode, ListToolsResult, Tool},
};

use super::{Decision, Denial, Settings, decide};
use crate::{
    auth::Principal,
    registry::{Registry, ToolEntry},
};

/// A cursor says where the page before ended, nothing else. It is no secret and bound to nobody: whoever presents it,
/// what follows is filtered for them.
const CURSOR_PREFIX: &str = "after:";

/// The tools that `principal` may call, sorted by name.
pub(crate) fn visible_tools<'r>(
    registry: &'r Registry,
    principal: &Principal,
) -> impl Iterator<Item = &'r ToolEntry> {
    registry.tools().iter().filter(move |entry| decide(principal, &entry.def.requirement).is_allow())
}

/// The tools that are listed for `principal`: those that they may call, and, where that is wanted, those that they could
/// if their user granted more scopes. What roles forbid is in no list.
fn listed_tools<'r>(
    registry: &'r Registry,
    settings: &Settings,
    principal: &Principal,
) -> impl Iterator<Item = &'r ToolEntry> {
    let acquirable = settings.list_acquirable;
    registry.tools().iter().filter(move |entry| match decide(principal, &entry.def.requirement) {
        Decision::Allow => true,
        Decision::Deny(Denial::NeedsScopes { .. }) => acquirable,
        Decision::Deny(Denial::Unauthenticated | Denial::Forbidden { .. }) => false,
    })
}

/// One page of `tools/list`. It differs from caller to caller, so no page of it may be shared (MCP 2026-07-28,
/// utilities/caching: `cacheScope` is `private` wherever a result varies per user, the same on all pages).
pub(super) fn list_tools(
    registry: &Arc<Registry>,
    settings: &Settings,
    principal: &Principal,
    cursor: Option<&str>,
) -> Result<ListToolsResult, ErrorData> {
    let after = cursor.map(parse_cursor).transpose()?;
    let mut rest = listed_tools(registry, settings, principal)
        .filter(|entry| after.is_none_or(|name| entry.def.name > name));
    let tools: Vec<Tool> = rest
        .by_ref()
        .take(settings.page_size.unwrap_or(usize::MAX))
        .map(|entry| entry.tool.clone())
        .collect();
    let more = rest.next().is_some();
    let next_cursor = tools.last().filter(|_| more).map(|tool| format!("{CURSOR_PREFIX}{}", tool.name));
    let ttl_ms = u64::try_from(settings.list_ttl.as_millis()).unwrap_or(u64::MAX);
    let mut page =
        ListToolsResult::with_all_items(tools).with_cache_scope(CacheScope::Private).with_ttl_ms(ttl_ms);
    page.next_cursor = next_cursor;
    Ok(page)
}

fn parse_cursor(cursor: &str) -> Result<&str, ErrorData> {
    cursor
        .strip_prefix(CURSOR_PREFIX)
        .filter(|name| crate::registry::is_tool_name(name))
        .ok_or_else(|| ErrorData::new(ErrorCode::INVALID_PARAMS, "invalid cursor", None))
}
