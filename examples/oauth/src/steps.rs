//! What is shown of the walk.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that shows what it does")]

use std::{error::Error, time::Instant};

use serde_json::json;

/// The steps so far.
pub(crate) struct Steps {
    json: bool,
    count: usize,
    began: Instant,
}

impl Steps {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, count: 0, began: Instant::now() }
    }

    /// Something that takes a while and is no step.
    pub(crate) fn doing(&self, what: &str) {
        if !self.json {
            println!("{what} …");
        }
    }

    /// One step, and what was seen in it.
    pub(crate) fn step(&mut self, title: &str, seen: &[(&str, String)]) {
        self.count += 1;
        if self.json {
            let seen: serde_json::Map<_, _> =
                seen.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            println!("{}", json!({ "step": self.count, "title": title, "seen": seen }));
            return;
        }
        println!("\n{}. {title}", self.count);
        let width = seen.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for (name, value) in seen {
            println!("   {name:width$}  {value}");
        }
    }

    pub(crate) fn end(&self) {
        if !self.json {
            println!(
                "\nAll {} steps were as they should be ({:.1} s).",
                self.count,
                self.began.elapsed().as_secs_f32()
            );
        }
    }

    /// What went wrong, after the last step that did not.
    pub(crate) fn fail(&self, error: &dyn Error) {
        eprintln!("\nafter step {}: {error}", self.count);
        let mut cause = error.source();
        while let Some(error) = cause {
            eprintln!("  because: {error}");
            cause = error.source();
        }
    }
}
