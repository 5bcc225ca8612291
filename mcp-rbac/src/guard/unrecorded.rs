//! The guard of a server whose audit trail cannot be written: nothing is executed unrecorded, and it says so with a status of
//! its own.

use std::sync::{Arc, atomic::Ordering};

use rmcp::{ServerHandler, model::CallToolRequestParams, service::RequestContext};
use serde_json::json;

use super::{
    Core, Denial, Handler, Identity, Signal,
    call::{Sender, call_tool},
    unidentified::{RAN, core},
};
use crate::audit::Trail;

fn context() -> RequestContext<rmcp::RoleServer> {
    // nobody reads what is said to this peer
    let (transport, _other) = tokio::io::duplex(64);
    struct Nothing;
    impl ServerHandler for Nothing {}
    let running = rmcp::service::serve_directly(Nothing, transport, None);
    RequestContext::new(rmcp::model::RequestId::Number(1), running.peer().clone())
}

#[tokio::test]
async fn a_call_that_cannot_be_recorded_is_503_and_does_nothing() {
    let (core, principal) = core();
    let core = Arc::new(Core { trail: Some(Trail::on_a_full_disk()), ..core });
    let signal = Signal::default();
    let sender = Sender { core: &core, principal: &principal, origin: None, signal: &signal };
    let refused = call_tool(&sender, CallToolRequestParams::new("about"), context()).await.unwrap_err();
    assert_eq!(refused.error.code.0, 503);
    assert!(matches!(refused.denied, Some((Denial::Unavailable { .. }, _))), "{refused:?}");
    assert_eq!(refused.error.data, Some(json!({ "record": refused.denied.unwrap().1 })));
    // who asks what there is, is answered: nothing of that is executed
    let handler = Handler::new(Arc::clone(&core), Identity::Known(principal.clone()));
    assert!(handler.list_tools(None, context()).await.is_ok());
    assert_eq!(RAN.load(Ordering::SeqCst), 0);
}
