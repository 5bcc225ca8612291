//! Cases with names: all of a table are tried, and those that fail are told together.

use serde_json::json;

use super::{Answer, Running, call};

/// What becomes of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Its holder is let in.
    In,
    /// 401 with the one text for all bad tokens, and this reason in the audit.
    Out(&'static str),
}

pub struct Table<'a> {
    server: &'a Running,
    cases: Vec<String>,
    failures: Vec<String>,
}

impl<'a> Table<'a> {
    pub fn of(server: &'a Running) -> Self {
        Self { server, cases: Vec::new(), failures: Vec::new() }
    }

    pub fn case(&mut self, name: &str, token: &str, want: Want) {
        let answer = call(self.server.address, "whoami", &format!("Bearer {token}"));
        self.check(name, objection(&answer, want));
    }

    pub fn check(&mut self, name: &str, objection: Option<String>) {
        assert!(!self.cases.iter().any(|case| case == name), "two cases `{name}`");
        self.cases.push(name.to_owned());
        self.failures.extend(objection.map(|objection| format!("{name}: {objection}")));
    }

    /// Fails with all that failed.
    pub fn finish(self, title: &str) -> usize {
        println!("{title}: {} cases", self.cases.len());
        assert!(
            self.failures.is_empty(),
            "{title}: {} of {} failed\n{}",
            self.failures.len(),
            self.cases.len(),
            self.failures.join("\n")
        );
        self.cases.len()
    }
}

fn objection(answer: &Answer, want: Want) -> Option<String> {
    let (body, reason) = (answer.json(), answer.reason());
    let right = match want {
        Want::In => answer.status == 200 && answer.tool_text().starts_with("oauth "),
        Want::Out(expected) => {
            answer.status == 401
                && answer.challenge("error") == Some("invalid_token")
                && answer.challenge("resource_metadata").is_some()
                && body["error"]["code"] == 401
                && body["error"]["message"] == "the credential is not valid"
                && body["id"] == json!(7)
                && reason == format!("token {expected}")
        }
    };
    (!right).then(|| format!("{} {} with reason `{reason}` instead of {want:?}", answer.status, answer.body))
}
