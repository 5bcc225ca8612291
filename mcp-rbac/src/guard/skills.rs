//! Skills of a handler of somebody else's (MCP, skills extension). A skill is a resource, and what is declared for its URI
//! decides about it.

use rmcp::{
    RoleServer,
    model::{
        CacheScope, GetSkillRequestParams, GetSkillResult, ListResourcesResult, ListSkillsResult,
        PaginatedRequestParams, ReadResourceDirectoryRequestParams,
    },
    service::RequestContext,
};

use super::{
    Refused,
    call::Sender,
    denial::What,
    foreign::Foreign,
    list::{self, shows},
    run::{begin, ended},
};
use crate::audit::{Open, Outcome, RecordId};

const METHOD: What<'_> = What { kind: "method", name: "skills/list" };

/// Whether a list shows the sender what is at this URI.
fn is_shown(sender: &Sender<'_>, uri: &str) -> bool {
    let found = sender.core.surface.resource(uri);
    found.is_some_and(|found| shows(sender.core, sender.principal)(&found.requirements))
}

/// `skills/list`: one page of the handler's, without what the sender may not read.
pub(super) async fn skills(
    sender: &Sender<'_>,
    foreign: &dyn Foreign,
    params: Option<PaginatedRequestParams>,
    context: RequestContext<RoleServer>,
) -> Result<ListSkillsResult, Refused> {
    let open = begin(list::admit(sender, "skills/list")?, &METHOD, sender.principal).await?;
    match foreign.list_skills(params, context).await {
        Ok(mut page) => {
            page.skills.retain(|skill| is_shown(sender, &skill.uri));
            page.cache_scope = Some(CacheScope::Private);
            open.finish(Outcome::Listed(page.skills.len()));
            Ok(page)
        }
        Err(error) => {
            open.finish(Outcome::Failed);
            Err(error.into())
        }
    }
}

/// `skills/get`
pub(super) async fn get(
    sender: &Sender<'_>,
    foreign: &dyn Foreign,
    params: GetSkillRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<GetSkillResult, Refused> {
    let open = admit(sender, "skills/get", &params.uri).await?;
    ended(open, foreign.get_skill(params, context).await)
}

/// `resources/directory/read`: what is in a directory that the sender may read, without what they may not.
pub(super) async fn read_directory(
    sender: &Sender<'_>,
    foreign: &dyn Foreign,
    params: ReadResourceDirectoryRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<ListResourcesResult, Refused> {
    let open = admit(sender, "resources/directory/read", &params.uri).await?;
    let mut page = ended(open, foreign.read_resource_directory(params, context).await)?;
    page.resources.retain(|resource| is_shown(sender, &resource.uri));
    page.cache_scope = Some(CacheScope::Private);
    Ok(page)
}

/// Decides, and writes that it begins.
async fn admit(sender: &Sender<'_>, method: &'static str, uri: &str) -> Result<Open, Refused> {
    let found = sender.core.surface.resource(uri);
    let found = found.as_ref().map(|found| (found.name.clone(), &*found.requirements));
    let event = sender.attempt("resource", method, uri).decide(RecordId::new(), found)?;
    begin(event, &What { kind: "resource", name: uri }, sender.principal).await
}
