//! The futures of the handler are small.
//!
//! rmcp spawns a task for each request, whose future has room for that of any method of the handler, and copies it ten
//! times on its way through the runtime: what one method keeps too much of, every request pays for. A method that needs
//! more puts it in a box.

#![expect(deprecated, reason = "clients of the older protocol can still send these methods")]

use rmcp::ServerHandler;

use super::Handler;

/// In bytes. What rmcp does before it calls `listen` takes more, for any handler, so that nothing is gained below.
const LARGEST: usize = 1_360;

fn size<A, B, C, F: Future>(_: impl Fn(A, B, C) -> F) -> usize {
    size_of::<F>()
}

#[test]
fn the_futures_of_the_handler_are_small() {
    type H = &'static Handler;
    let sizes = [
        ("tools/call", size(|handler: H, params, context| handler.call_tool(params, context))),
        ("prompts/get", size(|handler: H, params, context| handler.get_prompt(params, context))),
        ("resources/read", size(|handler: H, params, context| handler.read_resource(params, context))),
        ("completion/complete", size(|handler: H, params, context| handler.complete(params, context))),
        ("tools/list", size(|handler: H, params, context| handler.list_tools(params, context))),
        ("prompts/list", size(|handler: H, params, context| handler.list_prompts(params, context))),
        ("resources/list", size(|handler: H, params, context| handler.list_resources(params, context))),
        (
            "resources/templates/list",
            size(|handler: H, params, context| handler.list_resource_templates(params, context)),
        ),
        ("resources/subscribe", size(|handler: H, params, context| handler.subscribe(params, context))),
        ("resources/unsubscribe", size(|handler: H, params, context| handler.unsubscribe(params, context))),
        ("subscriptions/listen", size(|handler: H, subscription, ()| handler.listen(subscription))),
        ("tasks/get", size(|handler: H, params, context| handler.get_task(params, context))),
        ("tasks/update", size(|handler: H, params, context| handler.update_task(params, context))),
        ("tasks/cancel", size(|handler: H, params, context| handler.cancel_task(params, context))),
        ("logging/setLevel", size(|handler: H, params, context| handler.set_level(params, context))),
        (
            "a method of its own",
            size(|handler: H, params, context| handler.on_custom_request(params, context)),
        ),
        ("skills/list", size(|handler: H, params, context| handler.list_skills(params, context))),
        ("skills/get", size(|handler: H, params, context| handler.get_skill(params, context))),
        (
            "resources/directory/read",
            size(|handler: H, params, context| handler.read_resource_directory(params, context)),
        ),
        ("initialize", size(|handler: H, params, context| handler.initialize(params, context))),
        ("server/discover", size(|handler: H, context, ()| handler.discover(context))),
        ("ping", size(|handler: H, context, ()| handler.ping(context))),
    ];
    let large: Vec<_> = sizes.into_iter().filter(|(_, size)| *size > LARGEST).collect();
    assert!(large.is_empty(), "larger than {LARGEST} bytes: {large:#?}; of {sizes:#?}");
}
