//! The walk itself. Each step looks at what came back, and ends the walk where it is not what it should be.

use std::error::Error;

use records::rbac::{Permission, Role};
use reqwest::{StatusCode, Url};
use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult},
    service::{RunningService, ServiceError},
    transport::{
        StreamableHttpClientTransport,
        auth::{
            AuthClient, AuthorizationCallback, AuthorizationManager, AuthorizationMetadataSource,
            WWWAuthenticateParams,
        },
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};

use crate::{
    authorization_server::AuthorizationServer,
    browser::Browser,
    server::{RecordsServer, endpoint},
    steps::Steps,
};

type Failure = Box<dyn Error>;

/// Where a browser would hand the code to the client. Nothing listens there: the walk reads the redirect itself.
const CALLBACK: &str = "http://127.0.0.1:9/callback";

/// A customer of the example data.
const CUSTOMER: i64 = 7;

pub(crate) async fn walk(steps: &mut Steps) -> Result<(), Failure> {
    let (address, resource) = endpoint()?;
    let scopes: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let authority = AuthorizationServer::start(&resource, &scopes.join(" "), steps).await?;
    let _server = RecordsServer::start(&address, &resource, &authority.issuer).await?;
    steps.step(
        "Two servers",
        &[("records server", resource.clone()), ("authorization server", authority.issuer.clone())],
    );

    let challenge = without_a_token(&resource, steps).await?;
    let ada = Browser::of("ada", "correct horse")?;
    let (manager, url) = find_the_way(&resource, &authority.issuer, &challenge, steps).await?;
    let client = log_in(manager, &url, &resource, &ada, steps).await?;
    see_what_the_token_covers(&client, steps).await?;
    let needed = be_told_the_scope(&client, steps).await?;
    step_up(&client, &needed, &ada, steps).await?;
    call_again(&client, steps).await?;
    drop(client);

    // what no scope can cure, no client is sent to ask for
    let alan = Browser::of("alan", "battery staple")?;
    be_refused_for_the_role(&resource, &alan, steps).await
}

/// A request without a token, and the challenge that answers it.
async fn without_a_token(resource: &str, steps: &mut Steps) -> Result<String, Failure> {
    let (status, challenge, _) = post(resource, None, "tools/list", json!({})).await?;
    ensure(status == StatusCode::UNAUTHORIZED, || format!("without a token the answer was {status}"))?;
    let challenge = challenge.ok_or("a 401 without a challenge")?;
    steps.step("Without a token: 401, and where to go", &[("WWW-Authenticate", challenge.clone())]);
    Ok(challenge)
}

/// From the challenge to the page where the user logs in: metadata of the resource, of the authorization server, and a
/// client that introduces itself.
async fn find_the_way(
    resource: &str,
    issuer: &str,
    challenge: &str,
    steps: &mut Steps,
) -> Result<(AuthorizationManager, String), Failure> {
    let manager = registered(resource, Some(challenge)).await?;
    // what the challenge asks for, and nothing else
    let scopes = manager.select_initial_scopes(&[]).await;
    let url = authorization_url(&manager, &scopes).await?;
    let asked = Url::parse(&url)?;
    ensure(url.starts_with(issuer), || {
        format!("the login is at {url}, and not at the authorization server")
    })?;
    ensure(parameter(&asked, "resource") == resource, || {
        format!("the token would be for another resource: {url}")
    })?;
    ensure(parameter(&asked, "code_challenge_method") == "S256", || format!("without PKCE: {url}"))?;
    ensure(parameter(&asked, "scope") == "read_data", || {
        format!("the first login asks for more or less than the baseline: {url}")
    })?;
    steps.step(
        "Metadata, registration, and the page to log in at",
        &[
            ("client_id", parameter(&asked, "client_id")),
            ("resource", parameter(&asked, "resource")),
            ("scope", parameter(&asked, "scope")),
            ("code_challenge", format!("{} (S256)", parameter(&asked, "code_challenge"))),
        ],
    );
    Ok((manager, url))
}

/// A client that the authorization server of the resource knows. It says that it may want any of the scopes there are; which
/// it has is for users to decide.
async fn registered(resource: &str, challenge: Option<&str>) -> Result<AuthorizationManager, Failure> {
    let mut manager = AuthorizationManager::new(resource).await?;
    let found = manager.resolve_metadata_from_challenge(challenge).await?;
    ensure(found.source == AuthorizationMetadataSource::ProtectedResourceMetadata, || {
        format!("the authorization server was guessed: {:?}", found.source)
    })?;
    let known = found.metadata.scopes_supported.clone().unwrap_or_default();
    manager.set_metadata(found.metadata);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    manager.register_client("walk-through", CALLBACK, &known).await?;
    Ok(manager)
}

async fn authorization_url(manager: &AuthorizationManager, scopes: &[String]) -> Result<String, Failure> {
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    Ok(manager.get_authorization_url(&scopes).await?)
}

/// The user does what the page asks for, and the client exchanges the code that comes back for a token. What the user did.
async fn authorize(manager: &AuthorizationManager, url: &str, browser: &Browser) -> Result<String, Failure> {
    let visit = browser.visit(url, CALLBACK).await?;
    let back = AuthorizationCallback::from_redirect_url(&visit.callback)
        .map_err(|error| format!("{error}: {}", visit.callback))?;
    manager.exchange_code_for_token_with_issuer(&back.code, &back.csrf_token, back.issuer.as_deref()).await?;
    Ok(visit.pages.join(", then "))
}

/// A client with a token, and its connection.
struct Client {
    auth: AuthClient<reqwest::Client>,
    service: RunningService<RoleClient, ()>,
}

async fn log_in(
    manager: AuthorizationManager,
    url: &str,
    resource: &str,
    browser: &Browser,
    steps: &mut Steps,
) -> Result<Client, Failure> {
    let did = authorize(&manager, url, browser).await?;
    let granted = manager.get_current_scopes().await.join(" ");
    let auth = AuthClient::new(reqwest::Client::new(), manager);
    let config = StreamableHttpClientTransportConfig::with_uri(resource);
    let service = ().serve(StreamableHttpClientTransport::with_client(auth.clone(), config)).await?;
    steps.step("Logged in, and the code exchanged for a token", &[("ada", did), ("granted", granted)]);
    Ok(Client { auth, service })
}

async fn see_what_the_token_covers(client: &Client, steps: &mut Steps) -> Result<(), Failure> {
    let mut tools: Vec<String> =
        client.service.list_all_tools().await?.into_iter().map(|tool| tool.name.into_owned()).collect();
    tools.sort();
    let expected = ["get_record", "query_customer_data", "search_records", "whoami"];
    ensure(tools == expected, || format!("the list is {tools:?}, and not {expected:?}"))?;
    steps.step("The list: what the role reaches and the token covers", &[("tools/list", tools.join(", "))]);
    Ok(())
}

/// A call that the role allows and the token does not cover; what it would need.
async fn be_told_the_scope(client: &Client, steps: &mut Steps) -> Result<String, Failure> {
    let error = match call(client, "delete_record").await {
        Err(error) => error,
        Ok(result) => {
            return Err(format!("a call that the token does not cover was answered: {result:?}").into());
        }
    };
    let challenge = error.auth_challenge().ok_or_else(|| format!("no challenge: {error}"))?.to_owned();
    let says = WWWAuthenticateParams::parse(&challenge, &Url::parse(CALLBACK)?);
    ensure(says.is_insufficient_scope(), || format!("the challenge is {challenge}"))?;
    let scope = says.scope.ok_or("the challenge names no scope")?;
    ensure(scope == "delete_data", || format!("the challenge asks for {scope}"))?;
    steps.step(
        "A call that needs more: 403, and exactly what",
        &[("tools/call", format!("delete_record {{ id: {CUSTOMER} }}")), ("WWW-Authenticate", challenge)],
    );
    Ok(scope)
}

async fn step_up(client: &Client, scope: &str, browser: &Browser, steps: &mut Steps) -> Result<(), Failure> {
    let manager = client.auth.auth_manager.lock().await;
    let url = manager.request_scope_upgrade(scope).await?;
    let did = authorize(&manager, &url, browser).await?;
    ensure(!did.contains("logged in"), || "the user had to log in once more".to_owned())?;
    steps.step(
        "Step up: the user is asked once more, for that scope",
        &[
            ("asked for", parameter(&Url::parse(&url)?, "scope")),
            ("ada", did),
            ("granted", manager.get_current_scopes().await.join(" ")),
        ],
    );
    Ok(())
}

async fn call_again(client: &Client, steps: &mut Steps) -> Result<(), Failure> {
    let deleted = text(&call(client, "delete_record").await?);
    let looked = call(client, "get_record").await?;
    ensure(looked.is_error == Some(true), || "the record is still there".to_owned())?;
    steps.step("The same call again", &[("delete_record", deleted), ("get_record", text(&looked))]);
    Ok(())
}

/// Somebody whose role does not reach the tool has every scope, and is told nothing about scopes.
async fn be_refused_for_the_role(
    resource: &str,
    browser: &Browser,
    steps: &mut Steps,
) -> Result<(), Failure> {
    ensure(!Role::Analyst.can(Permission::DeleteData), || "the policy has changed".to_owned())?;
    let manager = registered(resource, None).await?;
    let every: Vec<String> =
        Permission::ALL.iter().map(|permission| permission.as_str().to_owned()).collect();
    let did = authorize(&manager, &authorization_url(&manager, &every).await?, browser).await?;
    let token = manager.get_access_token().await?;
    let arguments = json!({ "name": "delete_record", "arguments": { "id": CUSTOMER + 1 } });
    let (status, challenge, body) = post(resource, Some(&token), "tools/call", arguments).await?;
    ensure(status == StatusCode::FORBIDDEN, || format!("an analyst who deletes was answered with {status}"))?;
    ensure(challenge.is_none(), || format!("a role is no matter of scopes: {challenge:?}"))?;
    let message = body.pointer("/error/message").and_then(Value::as_str).unwrap_or_default().to_owned();
    ensure(message.contains(Role::Analyst.as_str()), || format!("the reason is {body}"))?;
    steps.step(
        "Somebody whose role forbids it: 403 without a challenge, whatever the scopes",
        &[
            ("alan", did),
            ("granted", manager.get_current_scopes().await.join(" ")),
            ("delete_record", message),
        ],
    );
    Ok(())
}

async fn call(client: &Client, tool: &'static str) -> Result<CallToolResult, ServiceError> {
    let arguments = json!({ "id": CUSTOMER }).as_object().cloned().unwrap_or_default();
    client.service.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await
}

fn text(result: &CallToolResult) -> String {
    let texts = result.content.iter().filter_map(|content| content.as_text().map(|text| text.text.as_str()));
    texts.collect::<Vec<_>>().join(" ")
}

/// A request as it goes over the wire: its status, its challenge and its body.
async fn post(
    resource: &str,
    token: Option<&str>,
    method: &str,
    params: Value,
) -> Result<(StatusCode, Option<String>, Value), Failure> {
    let request = reqwest::Client::new()
        .post(resource)
        .header("accept", "application/json, text/event-stream")
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }));
    let response = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
    .send()
    .await?;
    let challenge = response.headers().get("www-authenticate").map(|value| value.to_str().map(str::to_owned));
    Ok((response.status(), challenge.transpose()?, response.json().await?))
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find_map(|(key, value)| (key == name).then(|| value.into_owned())).unwrap_or_default()
}

fn ensure(right: bool, wrong: impl FnOnce() -> String) -> Result<(), Failure> {
    if right { Ok(()) } else { Err(wrong().into()) }
}
