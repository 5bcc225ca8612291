//! The server under test: a policy, and tools, prompts and resources that count how often their bodies run.

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use mcp_rbac::{
    Principal,
    prelude::*,
    rmcp::{
        handler::server::tool::{InputResponses, RequestState},
        model::{
            CacheScope, GetPromptResponse, GetPromptResult, InputRequiredResult, PromptMessage,
            ReadResourceResult, ResourceContents, Role,
        },
    },
    testing,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mcp_rbac::roles! {
    permissions {
        read_data,
        write_data,
        delete_data: destructive,
        "reports:run" as run_reports,
    }
    roles {
        reader { read_data }
        analyst: reader { run_reports }
        writer { write_data }
        admin: analyst, writer { delete_data }
    }
}

/// How often a body ran, by caller: every test has callers of its own.
static RUNS: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);

fn ran(caller: &Caller) {
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    *runs.get_or_insert_default().entry(caller.principal().subject().to_owned()).or_default() += 1;
}

/// How often the body of anything ran for this caller.
pub fn runs_of(subject: &str) -> usize {
    let runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    runs.as_ref().and_then(|runs| runs.get(subject)).copied().unwrap_or_default()
}

/// What the server holds for its functions.
pub struct Ledger(pub &'static str);

// --- tools

#[tool(requires = "read_data", read_only)]
fn get_record(caller: Caller) -> String {
    ran(&caller);
    "a record".to_owned()
}

#[tool(requires = "delete_data")]
fn delete_record(caller: Caller) -> String {
    ran(&caller);
    "gone".to_owned()
}

#[tool(requires(any("write_data", all("read_data", "reports:run"))))]
fn summarize(caller: Caller) -> String {
    ran(&caller);
    "summary".to_owned()
}

#[tool(authenticated)]
fn whoami(caller: Caller) -> String {
    ran(&caller);
    caller.principal().subject().to_owned()
}

#[tool(public = "says what everybody knows")]
fn about() -> &'static str {
    "about"
}

// --- prompts

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Kind,
    VeryStrict,
}

/// The arguments of a letter.
#[derive(Deserialize, JsonSchema)]
pub struct Letter {
    /// To whom it goes.
    to: String,
    /// How many copies.
    copies: Option<u8>,
    #[serde(default)]
    signed: bool,
    tone: Option<Tone>,
    #[serde(rename = "postScript", alias = "ps")]
    post_script: Option<String>,
}

/// Write a letter.
#[prompt(requires = "read_data", title = "A letter", complete(to = completions::names, tone = completions::tones))]
fn letter(Parameters(letter): Parameters<Letter>, caller: Caller) -> String {
    ran(&caller);
    let Letter { to, copies, signed, tone, post_script } = letter;
    let tone = match tone {
        None => "no tone",
        Some(Tone::Kind) => "kind",
        Some(Tone::VeryStrict) => "very strict",
    };
    format!("to={to} copies={copies:?} signed={signed} tone={tone} ps={post_script:?}")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    count: i64,
    ratio: f64,
}

/// Nothing but numbers.
#[prompt(requires = "read_data")]
async fn numbers(Parameters(numbers): Parameters<Numbers>, caller: Caller) -> String {
    ran(&caller);
    format!("{} {}", numbers.count, numbers.ratio)
}

#[prompt(requires = "delete_data", complete(to = completions::secrets))]
fn farewell(Parameters(letter): Parameters<Letter>, caller: Caller) -> String {
    ran(&caller);
    format!("farewell {}", letter.to)
}

#[prompt(requires(all("read_data", "reports:run")), name = "reports.monthly-review")]
fn review(
    State(ledger): State<Ledger>,
    caller: Caller,
    proof: Granted<rbac::permissions::run_reports>,
) -> Vec<PromptMessage> {
    ran(&caller);
    vec![
        PromptMessage::new_text(Role::User, format!("{} for {}", ledger.0, caller.principal().subject())),
        PromptMessage::new_text(Role::Assistant, format!("{proof:?}")),
    ]
}

#[prompt(authenticated)]
fn greet(caller: Caller) -> String {
    ran(&caller);
    format!("hello {}", caller.principal().subject())
}

#[prompt(public = "says what everybody knows")]
fn help() -> &'static str {
    "ask somebody"
}

// --- resources

#[derive(Serialize)]
struct Index {
    records: Vec<u32>,
}

/// All records.
#[resource(uri = "records://index", requires = "read_data", title = "Index")]
fn index(caller: Caller) -> Json<Index> {
    ran(&caller);
    Json(Index { records: vec![1, 7] })
}

/// One record.
#[resource(uri = "records://{id}", requires = "read_data", complete(id = completions::ids))]
async fn record(id: u32, State(ledger): State<Ledger>, caller: Caller) -> Result<String, ToolError> {
    ran(&caller);
    match id {
        0 => Err(ToolError::public("there is no record 0, count from 1")),
        1000.. => Err(ToolError::not_found()),
        13 => Err(std::io::Error::other("the disk of the secret server is full"))?,
        id => Ok(format!("{} {id} for {}", ledger.0, caller.principal().subject())),
    }
}

/// The one record that not everybody who reads records may read.
#[resource(uri = "records://7", requires = "delete_data")]
fn seventh(caller: Caller, _proof: Granted<rbac::permissions::delete_data>) -> &'static str {
    ran(&caller);
    "the seventh"
}

/// Parts of a record.
#[resource(uri = "records://{id}/{part}", requires = "write_data", complete(part = completions::parts))]
fn part(id: u32, part: String, caller: Caller) -> String {
    ran(&caller);
    format!("{part} of {id}")
}

/// Whoever reads notes reads a part of a record, and may have to.
#[resource(uri = "records://{id}/notes", requires = "read_data", complete(id = completions::ids))]
fn notes(id: u32, caller: Caller) -> String {
    ran(&caller);
    format!("notes of {id}")
}

/// A fixed one within a template that asks for more.
#[resource(uri = "records://1/summary", requires = "read_data")]
fn summary(caller: Caller) -> String {
    ran(&caller);
    "the summary".to_owned()
}

/// A colour of a flag.
pub struct Colour(u8);

impl FromStr for Colour {
    type Err = fmt::Error;

    fn from_str(text: &str) -> Result<Self, fmt::Error> {
        match text {
            "red" => Ok(Self(1)),
            "blue" => Ok(Self(2)),
            _ => Err(fmt::Error),
        }
    }
}

#[resource(
    uri = "flags://{country}/{colour}?size={size}",
    requires = "read_data",
    mime_type = "image/x-flag",
    complete(colour = completions::colours)
)]
fn flag(size: i8, colour: Colour, country: String, caller: Caller) -> Vec<u8> {
    ran(&caller);
    let mut bytes = vec![0, 255, colour.0, size.to_be_bytes()[0]];
    bytes.extend(country.bytes());
    bytes
}

#[resource(uri = "files://logo", requires = "read_data")]
fn logo(caller: Caller) -> Vec<u8> {
    ran(&caller);
    vec![0x89, b'P', b'N', b'G']
}

#[resource(uri = "files://page", requires = "read_data", mime_type = "text/html", name = "the page")]
fn page(caller: Caller) -> &'static str {
    ran(&caller);
    "<p>"
}

/// The author says everything about it, and cannot make it public.
#[resource(uri = "files://shared", requires = "read_data")]
fn shared(caller: Caller) -> ReadResourceResult {
    ran(&caller);
    let contents = ResourceContents::text("one", "files://shared#1").with_mime_type("text/x-one");
    ReadResourceResult::new(vec![contents, ResourceContents::text("two", "files://shared#2")])
        .with_ttl_ms(60_000)
        .with_cache_scope(CacheScope::Public)
}

#[resource(uri = "vault://key", requires = "delete_data")]
fn vault(caller: Caller) -> String {
    ran(&caller);
    "the key".to_owned()
}

#[resource(uri = "me://profile", authenticated)]
fn me(caller: Caller) -> String {
    ran(&caller);
    caller.principal().subject().to_owned()
}

#[resource(uri = "about://server", public = "says what everybody knows")]
fn about_server() -> &'static str {
    "about"
}

#[resource(uri = "about://{topic}/help", public = "says what everybody knows")]
fn topics(topic: String) -> String {
    topic
}

// --- what goes wrong

#[prompt(requires = "reports:run")]
fn prompt_that_panics() -> String {
    panic!("a prompt that panics")
}

#[prompt(requires = "reports:run")]
async fn prompt_that_fails() -> Result<String, ToolError> {
    Err(std::io::Error::other("the disk of the secret server is full"))?
}

#[prompt(requires = "reports:run")]
async fn prompt_that_says_why() -> Result<String, ToolError> {
    Err(ToolError::public("the letter has no beginning"))
}

#[prompt(requires = "reports:run")]
async fn prompt_that_finds_nothing() -> Result<String, ToolError> {
    Err(ToolError::not_found())
}

/// What a client is asked before there is an answer.
pub fn question() -> InputRequiredResult {
    let schema = serde_json::json!({ "type": "object", "properties": {} });
    let params = serde_json::json!({ "message": "Are you sure?", "requestedSchema": schema });
    let request = serde_json::json!({ "method": "elicitation/create", "params": params });
    let requests = [("sure".to_owned(), serde_json::from_value(request).unwrap())];
    InputRequiredResult::new(Some(requests.into()), Some("round 1".to_owned()))
}

#[prompt(requires = "reports:run")]
async fn prompt_that_asks(caller: Caller, answers: InputResponses, state: RequestState) -> GetPromptResponse {
    ran(&caller);
    match answers.0 {
        None => question().into(),
        Some(answers) => {
            let text = format!("{} {:?}", answers["sure"], state.0);
            GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).into()
        }
    }
}

#[resource(uri = "trouble://panics", requires = "reports:run")]
fn resource_that_panics() -> String {
    panic!("a resource that panics")
}

#[resource(uri = "trouble://asks", requires = "reports:run")]
fn resource_that_asks() -> InputRequiredResult {
    question()
}

/// What completes.
mod completions {
    use mcp_rbac::{Completion, ToolError};

    pub async fn names(completion: Completion) -> Vec<String> {
        let names = ["Ada", "Alan", "Grace"].into_iter().filter(|name| name.starts_with(completion.value()));
        let tone = completion.argument("tone").unwrap_or("none").to_owned();
        names.map(|name| format!("{name} ({tone})")).collect()
    }

    pub async fn tones(_: Completion) -> Vec<&'static str> {
        vec!["kind", "very_strict"]
    }

    pub async fn secrets(_: Completion) -> Vec<&'static str> {
        vec!["a secret name"]
    }

    /// More than a client gets at once.
    pub async fn ids(completion: Completion) -> Vec<String> {
        (1..=250_u32).map(|id| id.to_string()).filter(|id| id.starts_with(completion.value())).collect()
    }

    pub async fn parts(completion: Completion) -> Result<Vec<String>, ToolError> {
        match completion.value() {
            "panic" => panic!("a completion that panics"),
            "fail" => Err(std::io::Error::other("the disk of the secret server is full"))?,
            "public" => Err(ToolError::public("ask for less")),
            _ => Ok(vec!["notes".to_owned(), "body".to_owned()]),
        }
    }

    pub async fn colours(completion: Completion) -> Vec<String> {
        let ledger = completion.state::<super::Ledger>().map(|ledger| ledger.0).unwrap_or_default();
        vec![format!("{ledger} {}", completion.principal().subject())]
    }
}

pub fn app() -> mcp_rbac::ServerBuilder {
    Server::new(&rbac::POLICY).state(Ledger("record"))
}

pub fn server() -> Server {
    app().build().unwrap()
}

pub fn somebody(subject: &str, roles: impl IntoIterator<Item = rbac::Role>) -> Principal {
    testing::principal(&rbac::POLICY, subject, roles).unwrap()
}
