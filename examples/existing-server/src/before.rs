//! The loans of a library, as an ordinary server on rmcp: whoever reaches it may do everything.
//!
//! It serves on 127.0.0.1:8080, or on the address that it is given.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    handler::server::{router::prompt::PromptRouter, wrapper::Parameters},
    model::*,
    prompt, prompt_handler, prompt_router,
    service::RequestContext,
    tool, tool_handler, tool_router,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

/// A book, and whoever wants or has it.
#[derive(Debug, Deserialize, JsonSchema)]
struct Loan {
    /// The title of the book.
    book: String,
    /// The name of the reader.
    reader: String,
}

/// A book.
#[derive(Debug, Deserialize, JsonSchema)]
struct Book {
    /// Its title.
    book: String,
}

#[derive(Clone)]
struct Library {
    loans: Arc<Mutex<BTreeMap<String, String>>>,
    prompts: PromptRouter<Self>,
}

#[tool_router]
impl Library {
    fn new() -> Self {
        let loans = BTreeMap::from([("Middlemarch".to_owned(), "ada".to_owned())]);
        Self { loans: Arc::new(Mutex::new(loans)), prompts: Self::prompt_router() }
    }

    fn loans(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.loans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every book that is out, and who has it.
    #[tool(annotations(read_only_hint = true))]
    async fn list_loans(&self) -> String {
        self.loans().iter().map(|(book, reader)| format!("{book}: {reader}\n")).collect()
    }

    /// Lend a book to a reader.
    #[tool]
    async fn lend(&self, Parameters(Loan { book, reader }): Parameters<Loan>) -> String {
        match self.loans().entry(book) {
            std::collections::btree_map::Entry::Occupied(loan) => format!("{} has it", loan.get()),
            std::collections::btree_map::Entry::Vacant(free) => {
                let text = format!("{} is lent to {reader}", free.key());
                free.insert(reader);
                text
            }
        }
    }

    /// Take a book back.
    #[tool]
    async fn take_back(&self, Parameters(Book { book }): Parameters<Book>) -> String {
        match self.loans().remove(&book) {
            Some(reader) => format!("{reader} has brought {book} back"),
            None => format!("{book} is not out"),
        }
    }

    /// Forget every loan.
    #[tool]
    async fn forget_all(&self) -> String {
        self.loans().clear();
        "every loan is forgotten".to_owned()
    }
}

#[prompt_router]
impl Library {
    /// A letter to a reader who has a book for too long.
    #[prompt]
    async fn remind(&self, Parameters(Book { book }): Parameters<Book>) -> Vec<PromptMessage> {
        let reader = self.loans().get(&book).cloned().unwrap_or_else(|| "whoever has it".to_owned());
        let text = format!("Write a friendly letter that asks {reader} to bring {book} back.");
        vec![PromptMessage::new(Role::User, ContentBlock::text(text))]
    }
}

#[tool_handler]
#[prompt_handler(router = self.prompts)]
impl ServerHandler for Library {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_prompts().enable_resources().build();
        ServerConfig::new(capabilities).with_server_info(Implementation::new("library", "1.0.0"))
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(vec![Resource::new("library://rules", "rules")]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if request.uri != "library://rules" {
            return Err(ErrorData::resource_not_found("unknown resource", None));
        }
        let rules = ResourceContents::text("Four weeks, and no coffee near the books.", request.uri);
        Ok(ReadResourceResult::new(vec![rules]).into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = Library::new();
    let service = StreamableHttpService::new(
        move || Ok(library.clone()),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    let router = axum::Router::new().route_service("/mcp", service);
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("serving MCP at http://{}/mcp", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
