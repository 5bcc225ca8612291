//! Cases with names: all of a table are tried, and those that fail are told together.

use super::{Connection, Request, Running, Want};

pub struct Table<'a> {
    server: &'a Running,
    cases: Vec<String>,
    failures: Vec<String>,
}

impl<'a> Table<'a> {
    pub fn of(server: &'a Running) -> Self {
        Self { server, cases: Vec::new(), failures: Vec::new() }
    }

    /// One request over a connection of its own.
    pub fn case(&mut self, name: &str, request: &Request, want: &Want) -> &mut Self {
        self.bytes(name, &request.bytes(), want)
    }

    /// Any bytes, after which the caller says no more.
    pub fn bytes(&mut self, name: &str, bytes: &[u8], want: &Want) -> &mut Self {
        let mut connection = Connection::open(self.server.address());
        connection.write(bytes);
        let response = connection.response();
        self.check(name, want.objection(response.as_ref()))
    }

    pub fn check(&mut self, name: &str, objection: Option<String>) -> &mut Self {
        assert!(!self.cases.iter().any(|case| case == name), "two cases `{name}`");
        self.cases.push(name.to_owned());
        if let Some(objection) = objection {
            self.failures.push(format!("{name}: {objection}"));
        }
        self
    }

    /// Fails with all that failed.
    pub fn finish(&self, title: &str) {
        println!("{title}: {} cases", self.cases.len());
        assert!(
            self.failures.is_empty(),
            "{title}: {} of {} failed\n{}",
            self.failures.len(),
            self.cases.len(),
            self.failures.join("\n")
        );
        assert_eq!(crate::app::deleted(), 0, "{title}: a tool ran that nobody may call");
    }
}
