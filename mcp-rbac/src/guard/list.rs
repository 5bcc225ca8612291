//! Lists, as one caller may see them.

use std::sync::Arc;

use rmcp::{
    ErrorData,
    model::{ErrorCode, PaginatedRequestParams, Prompt, ProtocolVersion, Resource, ResourceTemplate, Tool},
};

use super::{
    Core, Decision, Denial, Exchange, Refused, Session,
    call::Sender,
    decide, decide_all, decide_baseline, denial,
    surface::{Context, List, Surface, Window},
};
use crate::{
    audit::{Event, Outcome, RecordId, Verdict},
    auth::Principal,
    policy::Requirement,
    registry::{Registry, ToolEntry},
    view,
};

/// A cursor says where the page before ended, nothing else. It is no secret and bound to nobody: whoever presents it,
/// what follows is filtered for them.
const CURSOR_PREFIX: &str = "after:";

/// The longest URI that is served.
const LONGEST_URI: usize = 2048;

/// The names that MCP 2026-07-28 (server/tools, "Tool Names") allows.
fn is_name(key: &str) -> bool {
    (1..=128).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn is_uri(key: &str) -> bool {
    (1..=LONGEST_URI).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The tools that `principal` may call, sorted by name.
pub(crate) fn visible_tools<'r>(
    registry: &'r Registry,
    principal: &Principal,
) -> impl Iterator<Item = &'r ToolEntry> {
    registry.tools().iter().filter(move |entry| decide(principal, &entry.def.requirement).is_allow())
}

/// What a list is a list of.
pub(super) trait Row: Sized {
    const METHOD: &'static str;
    const LIST: view::List;

    /// What the list is sorted by.
    fn key(&self) -> &str;

    /// Whether it could be a key of this list.
    fn is_key(text: &str) -> bool;

    fn list<'a>(surface: &'a dyn Surface, window: Window<'a>, context: &'a Context) -> List<'a, Self>;
}

macro_rules! rows {
    ($($Row:ident by $key:ident, $is_key:ident: $method:literal from $list:ident, $List:ident;)*) => {
        $(
            impl Row for $Row {
                const METHOD: &'static str = $method;
                const LIST: view::List = view::List::$List;

                fn key(&self) -> &str {
                    &self.$key
                }

                fn is_key(text: &str) -> bool {
                    $is_key(text)
                }

                fn list<'a>(surface: &'a dyn Surface, window: Window<'a>, context: &'a Context) -> List<'a, Self> {
                    surface.$list(window, context)
                }
            }
        )*
    };
}

rows! {
    Tool by name, is_name: "tools/list" from tools, Tools;
    Prompt by name, is_name: "prompts/list" from prompts, Prompts;
    Resource by uri, is_uri: "resources/list" from resources, Resources;
    ResourceTemplate by uri_template, is_uri: "resources/templates/list" from templates, Templates;
}

/// One page of a list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next_cursor: Option<String>,
    /// The items as they are sent, and then none in `items`: the transport puts them in.
    pub(super) prepared: Option<Arc<view::Page>>,
}

/// The event of a list that its sender may have, which is the caller's to write. Lists are for everybody who is let in, but
/// for those whose token does not cover the baseline: they are told what to ask for.
pub(super) fn admit(sender: &Sender<'_>, method: &'static str) -> Result<Event, Refused> {
    let Sender { core, principal, .. } = *sender;
    let record = RecordId::new();
    let event = sender.event(record, method, None);
    match decide_baseline(principal) {
        Decision::Allow => Ok(event.verdict(Verdict::Allow)),
        Decision::Deny(denial) if core.enforces() => {
            event.verdict(Verdict::Deny(denial.clone())).emit();
            Err(denial::no_list(denial, principal, record))
        }
        Decision::Deny(denial) => {
            event.verdict(Verdict::WouldDeny(denial)).emit();
            Ok(sender.event(record, method, None).verdict(Verdict::Allow))
        }
    }
}

/// One page of what the sender may see, on record.
pub(super) async fn page<T: Row>(
    sender: &Sender<'_>,
    request: Option<PaginatedRequestParams>,
    context: &Context,
) -> Result<Page<T>, Refused> {
    let Sender { core, principal, .. } = *sender;
    let event = admit(sender, T::METHOD)?;
    let cursor = request.and_then(|params| params.cursor);
    let page = match prepared(core, principal, cursor.as_deref(), context) {
        Some(page) => page,
        None => filtered(core, principal, cursor.as_deref(), context).await,
    };
    let outcome = match &page {
        Ok(Page { prepared: Some(prepared), .. }) => Outcome::Listed(prepared.len),
        Ok(page) => Outcome::Listed(page.items.len()),
        Err(_) => Outcome::Failed,
    };
    event.outcome(outcome).emit();
    Ok(page?)
}

/// The page without its items, where the transport puts them in (HTTP does, outside of sessions) and the list can be
/// prepared. What it shows is decided by the same function as without, once for all who differ in nothing that the
/// decision looks at.
fn prepared<T: Row>(
    core: &Core,
    principal: &Principal,
    cursor: Option<&str>,
    context: &Context,
) -> Option<Result<Page<T>, ErrorData>> {
    if Exchange::of(context).is_none() || context.extensions.get::<Session>().is_some() {
        return None;
    }
    let rows = core.views.rows(T::LIST, || core.surface.rows(T::LIST))?;
    let after = match cursor.map(parse_cursor::<T>).transpose() {
        Ok(after) => after,
        Err(error) => return Some(Err(error)),
    };
    let is_newer = context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
    let form = if is_newer { view::Form::Newer } else { view::Form::Older };
    let (start, size) = (rows.start(after), core.settings.page_size.unwrap_or(usize::MAX));
    let enforces = core.enforces();
    let visibility = view::Visibility::of(principal, enforces, core.settings.list_acquirable);
    let key = view::Key { list: T::LIST, form, start, size, visibility };
    let page = core.views.page(key, || rows.page(form, start, size, &shows(core, principal)));
    let next_cursor = page.last.as_deref().map(cursor_after);
    Some(Ok(Page { items: Vec::new(), next_cursor, prepared: Some(page) }))
}

/// Whether a list shows `principal` what has these requirements: what they may use, and, where that is wanted, what they
/// could use if their user granted more scopes. What roles forbid is in no list.
pub(super) fn shows(core: &Core, principal: &Principal) -> impl Fn(&[Requirement]) -> bool + Send + Sync {
    let (enforces, acquirable) = (core.enforces(), core.settings.list_acquirable);
    move |requirements| match decide_all(principal, requirements) {
        Decision::Allow => true,
        Decision::Deny(Denial::NeedsScopes { .. }) => acquirable || !enforces,
        Decision::Deny(
            Denial::Unauthenticated
            | Denial::Forbidden { .. }
            | Denial::Limited { .. }
            | Denial::Unavailable { .. },
        ) => !enforces,
    }
}

fn cursor_after(key: &str) -> String {
    format!("{CURSOR_PREFIX}{key}")
}

pub(super) async fn filtered<T: Row>(
    core: &Core,
    principal: &Principal,
    cursor: Option<&str>,
    context: &Context,
) -> Result<Page<T>, ErrorData> {
    let after = cursor.map(parse_cursor::<T>).transpose()?;
    let size = core.settings.page_size.unwrap_or(usize::MAX);
    let allows = shows(core, principal);
    // one more than is shown says whether there is more
    let window = Window { after, size: size.saturating_add(1), allows: &allows };
    let mut items = T::list(&*core.surface, window, context).await?;
    let more = items.len() > size;
    items.truncate(size);
    let next_cursor = items.last().filter(|_| more).map(|item| cursor_after(item.key()));
    Ok(Page { items, next_cursor, prepared: None })
}

fn parse_cursor<T: Row>(cursor: &str) -> Result<&str, ErrorData> {
    cursor
        .strip_prefix(CURSOR_PREFIX)
        .filter(|key| T::is_key(key))
        .ok_or_else(|| ErrorData::new(ErrorCode::INVALID_PARAMS, "invalid cursor", None))
}
