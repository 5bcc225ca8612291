use conformance::answers;
use mcp_rbac::{prelude::*, rmcp::model::ResourceContents};

/// A sentence
#[resource(uri = "test://static-text", requires = "resources", mime_type = "text/plain")]
fn static_text() -> Result<ResourceContents, &'static str> {
    answers::resource(answers::STATIC_TEXT).ok_or("lost")
}

/// One red pixel
#[resource(uri = "test://static-binary", requires = "resources", mime_type = "image/png")]
fn static_binary() -> Result<ResourceContents, &'static str> {
    answers::resource(answers::STATIC_BINARY).ok_or("lost")
}

/// A resource to subscribe to
#[resource(uri = "test://watched-resource", requires = "resources", mime_type = "text/plain")]
fn watched_resource() -> &'static str {
    "Nothing has changed."
}

/// Data for an id
#[resource(uri = "test://template/{id}/data", requires = "templates", mime_type = "application/json")]
fn template_data(id: String) -> Json<answers::Data> {
    Json(answers::Data::of(&id))
}
