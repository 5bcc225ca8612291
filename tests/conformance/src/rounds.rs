//! Tools and a prompt that need several calls: the first ones are answered with what the client has to find out
//! (SEP-2322).
//!
//! What the server has to remember between two calls travels through the client, under a signature.

use std::{io, time::Duration};

use rmcp::{
    ErrorData, RoleServer,
    handler::server::{common::FromContextPart, tool::ToolCallContext},
    model::{
        CallToolResult, ClientCapabilities, ContentBlock, GetPromptResponse, GetPromptResult, InputRequest,
        InputRequiredResult, InputResponses, PromptMessage, RequestStateCodec, Role, SealOptions,
    },
    service::RequestContext,
};
use serde_json::Value;

use crate::asks;

/// How long a user may think.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a client sends with a call that may be the answer to an earlier one.
#[derive(Debug, Default)]
pub struct Round {
    /// By the keys under which they were asked for
    pub answers: Option<InputResponses>,
    /// What the server gave the client to keep
    pub state: Option<String>,
    /// What the client can be asked for
    pub capabilities: ClientCapabilities,
    /// The tool or prompt that is called: what is signed for one is worth nothing at another
    pub name: String,
}

/// What comes of a round.
#[derive(Debug)]
pub enum Outcome {
    /// The tool has what it needs, and says this.
    Said(String),
    /// The client has to find something out.
    Asked(InputRequiredResult),
}

/// The key of the signature, made at the start.
#[derive(Clone)]
pub struct Rounds {
    codec: RequestStateCodec,
}

impl Round {
    /// Of a call.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        answers: Option<InputResponses>,
        state: Option<String>,
        context: &RequestContext<RoleServer>,
    ) -> Self {
        let capabilities = context.client_capabilities().unwrap_or_default();
        Self { answers, state, capabilities, name: name.into() }
    }

    /// A field of a form that the user has filled in and sent off.
    fn filled_in(&self, key: &str, field: &str) -> Option<&Value> {
        let answer = self.answers.as_ref()?.get(key)?;
        if answer.get("action")? != "accept" {
            return None;
        }
        answer.get("content")?.get(field)
    }

    fn text(&self, key: &str, field: &str) -> Option<&str> {
        self.filled_in(key, field)?.as_str()
    }

    /// What the client's model said.
    fn sampled(&self, key: &str) -> Option<&str> {
        self.answers.as_ref()?.get(key)?.pointer("/content/text")?.as_str()
    }

    /// How many roots the client has.
    fn roots(&self, key: &str) -> Option<usize> {
        Some(self.answers.as_ref()?.get(key)?.get("roots")?.as_array()?.len())
    }

    /// Asks, unless the client cannot be asked that.
    fn ask<const N: usize>(
        &self,
        requests: [(&str, InputRequest); N],
        state: Option<String>,
    ) -> Result<Outcome, ErrorData> {
        for (_, request) in &requests {
            asks::declared(request, &self.capabilities)?;
        }
        let requests = requests.into_iter().map(|(key, request)| (key.to_owned(), request)).collect();
        Ok(Outcome::Asked(InputRequiredResult::new(Some(requests), state)))
    }
}

impl<S> FromContextPart<ToolCallContext<'_, S>> for Round {
    fn from_context_part(call: &mut ToolCallContext<'_, S>) -> Result<Self, ErrorData> {
        let (answers, state) = (call.input_responses.take(), call.request_state.take());
        Ok(Self::new(call.name(), answers, state, call.request_context()))
    }
}

impl Rounds {
    /// With a new key.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub fn new() -> io::Result<Self> {
        let mut key = [0; RequestStateCodec::MIN_KEY_LENGTH];
        getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
        let codec = RequestStateCodec::try_new(key).map_err(io::Error::other)?;
        Ok(Self { codec })
    }

    /// `test_input_required_result_elicitation`.
    ///
    /// # Errors
    ///
    /// When the client cannot be asked.
    pub fn elicitation(&self, round: &Round) -> Result<Outcome, ErrorData> {
        match round.text("user_name", "name") {
            Some(name) => Ok(Outcome::Said(format!("Hello, {name}!"))),
            None => round.ask([("user_name", name("What is your name?"))], None),
        }
    }

    /// `test_input_required_result_sampling`.
    ///
    /// # Errors
    ///
    /// When the client cannot be asked.
    pub fn sampling(&self, round: &Round) -> Result<Outcome, ErrorData> {
        match round.sampled("capital_question") {
            Some(answer) => Ok(Outcome::Said(answer.to_owned())),
            None => round.ask([("capital_question", capital())], None),
        }
    }

    /// `test_input_required_result_list_roots`.
    ///
    /// # Errors
    ///
    /// When the client cannot be asked.
    pub fn list_roots(&self, round: &Round) -> Result<Outcome, ErrorData> {
        match round.roots("client_roots") {
            Some(count) => Ok(Outcome::Said(format!("The client has {count} roots"))),
            None => round.ask([("client_roots", asks::roots())], None),
        }
    }

    /// `test_input_required_result_request_state` and `test_input_required_result_tampered_state`: the answer counts
    /// only with the state that came with the question.
    ///
    /// # Errors
    ///
    /// When the state is not the one that this server gave for this tool, or the client cannot be asked.
    pub fn confirmed(&self, round: &Round) -> Result<Outcome, ErrorData> {
        let known = self.open(round)?.is_some_and(|state| state == "asked");
        match round.filled_in("confirm", "ok") {
            Some(Value::Bool(true)) if known => Ok(Outcome::Said("state-ok".to_owned())),
            _ => {
                let form = asks::form("Please confirm", [("ok", asks::yes_or_no())], &["ok"]);
                round.ask([("confirm", InputRequest::Elicitation(form))], Some(self.seal(round, "asked")))
            }
        }
    }

    /// `test_input_required_result_multiple_inputs`.
    ///
    /// # Errors
    ///
    /// When the state is not the one that this server gave for this tool, or the client cannot be asked.
    pub fn multiple_inputs(&self, round: &Round) -> Result<Outcome, ErrorData> {
        let known = self.open(round)?.is_some();
        let answers =
            (round.text("user_name", "name"), round.sampled("greeting"), round.roots("client_roots"));
        if let ((Some(name), Some(greeting), Some(roots)), true) = (answers, known) {
            return Ok(Outcome::Said(format!("{greeting} {name} has {roots} roots")));
        }
        let greeting = InputRequest::CreateMessage(asks::sampling("Generate a greeting", 50));
        let questions = [
            ("user_name", name("What is your name?")),
            ("greeting", greeting),
            ("client_roots", asks::roots()),
        ];
        round.ask(questions, Some(self.seal(round, "asked")))
    }

    /// `test_input_required_result_multi_round`: a name, then a colour.
    ///
    /// # Errors
    ///
    /// When the state is not one that this server gave for this tool, or the client cannot be asked.
    pub fn multi_round(&self, round: &Round) -> Result<Outcome, ErrorData> {
        let state = self.open(round)?;
        let first =
            || round.ask([("step1", name("Step 1: What is your name?"))], Some(self.seal(round, "first")));
        let second = |name: &str| {
            let field = [("color", asks::text_field())];
            let form = asks::form("Step 2: What is your favorite color?", field, &["color"]);
            let state = self.seal(round, &format!("second {name}"));
            round.ask([("step2", InputRequest::Elicitation(form))], Some(state))
        };
        let Some(state) = state else { return first() };
        match state.strip_prefix("second ") {
            None => round.text("step1", "name").map_or_else(first, second),
            Some(name) => match round.text("step2", "color") {
                Some(color) => Ok(Outcome::Said(format!("{name} likes {color}"))),
                None => second(name),
            },
        }
    }

    /// `test_input_required_result_capabilities`: asks for what the client can do.
    ///
    /// # Errors
    ///
    /// When it can do nothing.
    pub fn capabilities(&self, round: &Round) -> Result<Outcome, ErrorData> {
        if let Some(name) = round.text("user_name", "name") {
            return Ok(Outcome::Said(format!("Hello, {name}!")));
        }
        if let Some(answer) = round.sampled("capital_question") {
            return Ok(Outcome::Said(answer.to_owned()));
        }
        if round.capabilities.elicitation.is_some() {
            round.ask([("user_name", name("What is your name?"))], None)
        } else {
            round.ask([("capital_question", capital())], None)
        }
    }

    /// `test_input_required_result_prompt`.
    ///
    /// # Errors
    ///
    /// When the client cannot be asked.
    pub fn prompt(&self, round: &Round) -> Result<GetPromptResponse, ErrorData> {
        let outcome = match round.text("user_context", "context") {
            Some(context) => Outcome::Said(format!("Use the following context: {context}")),
            None => {
                let field = [("context", asks::text_field())];
                let form = asks::form("What context should the prompt use?", field, &["context"]);
                round.ask([("user_context", InputRequest::Elicitation(form))], None)?
            }
        };
        Ok(match outcome {
            Outcome::Said(text) => {
                GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).into()
            }
            Outcome::Asked(question) => question.into(),
        })
    }

    /// `test_missing_capability`: sampling, or nothing.
    ///
    /// # Errors
    ///
    /// When the client has not declared it.
    pub fn needs_sampling(&self, round: &Round) -> Result<Outcome, ErrorData> {
        asks::declared(&capital(), &round.capabilities)?;
        Ok(Outcome::Said("The client can sample".to_owned()))
    }

    fn seal(&self, round: &Round, state: &str) -> String {
        let options = SealOptions::new().associated_data(round.name.as_bytes()).ttl(PATIENCE);
        self.codec.seal_with(state.as_bytes(), &options)
    }

    /// The state of a call that carries one.
    fn open(&self, round: &Round) -> Result<Option<String>, ErrorData> {
        let Some(sealed) = &round.state else { return Ok(None) };
        let refused = || ErrorData::invalid_params("this request state is not from here", None);
        let state = self.codec.open_with(sealed, round.name.as_bytes()).map_err(|_| refused())?;
        String::from_utf8(state).map(Some).map_err(|_| refused())
    }
}

impl From<Outcome> for rmcp::model::CallToolResponse {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Said(text) => CallToolResult::success(vec![ContentBlock::text(text)]).into(),
            Outcome::Asked(question) => question.into(),
        }
    }
}

fn name(message: &str) -> InputRequest {
    InputRequest::Elicitation(asks::form(message, [("name", asks::text_field())], &["name"]))
}

fn capital() -> InputRequest {
    InputRequest::CreateMessage(asks::sampling("What is the capital of France?", 100))
}
