use std::sync::Arc;

use rmcp::{
    RoleServer,
    model::{CompleteRequestParams, CompleteResult, Reference},
    service::RequestContext,
};

use super::{
    Allowed, Refused,
    answer::Answer,
    call::{Sender, Wanted},
    surface::{Found, Run},
};
use crate::{registry::Output, tool::Failure};

/// A value stands for what it is the name of, and goes into a request as it is.
impl Answer for CompleteResult {
    fn to_json(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }

    fn output(self, _: &Output) -> Result<Self, Failure> {
        Ok(self)
    }
}

/// `completion/complete`: answered for what the caller may use, and for nothing else (MCP 2026-07-28,
/// server/utilities/completion, "Security").
pub(super) async fn complete(
    sender: &Sender<'_>,
    request: CompleteRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CompleteResult, Refused> {
    let surface = &sender.core.surface;
    let behind = Arc::clone(surface);
    let (kind, name, requirements) = match &request.r#ref {
        Reference::Prompt(prompt) => {
            let requirements = surface.prompt(&prompt.name).map(|found| found.requirements);
            ("prompt", prompt.name.clone(), requirements)
        }
        Reference::Resource(resource) => ("resource", resource.uri.clone(), surface.template(&resource.uri)),
        // of what is not known yet there is nothing
        _ => ("prompt", String::new(), None),
    };
    let found = requirements.map(|requirements| Found {
        name: name.clone().into(),
        requirements,
        variables: Vec::new(),
        task: false,
        output: Output::AS_IT_IS,
        redactions: &[],
        asks: false,
        body: Run::Boxed(Box::new(move |call| behind.complete(call))),
    });
    let admitted = sender.attempt(kind, "completion/complete", &name).admit(found)?;
    let wanted = Wanted::of(&context);
    wanted.run(admitted.execute(context, |_| Allowed::Completion(request))).await
}
