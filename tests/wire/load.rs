//! Many callers at once.

use std::{env, thread};

use crate::{
    app::deleted,
    interleaved::interleave,
    support::{Connection, Request, Running, Want},
};

/// How many calls the interleaving test makes, unless `WIRE_CALLS` says otherwise; the bench program `interleaved` makes
/// 100,000.
const CALLS: usize = 20_000;
const CALLERS: usize = 8;

#[test]
fn a_thousand_forbidden_calls_are_a_thousand_403() {
    for modern in [false, true] {
        let server = Running::start(|server| server);
        let refused: usize = thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS)
                .map(|caller| {
                    let server = &server;
                    scope.spawn(move || {
                        let request = if modern { Request::modern_call } else { Request::call };
                        let denied = request("delete_all").bearer(&server.keys.reader);
                        let allowed = request("get_record").bearer(&server.keys.bob);
                        let mut connection = Connection::open(server.address());
                        let mut refused = 0;
                        for number in 0..1_000 / CALLERS {
                            let answer = connection.ask(&denied);
                            let objection = Want::Forbidden.objection(Some(&answer));
                            assert_eq!(objection, None, "caller {caller}, call {number}");
                            refused += 1;
                            let answer = connection.ask(&allowed);
                            assert_eq!(Want::Said("record 5 for bob").objection(Some(&answer)), None);
                        }
                        refused
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).sum()
        });
        assert_eq!(refused, 1_000);
        assert_eq!(deleted(), 0);
    }
}

#[test]
fn no_answer_reaches_another_caller() {
    let calls = env::var("WIRE_CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(CALLS);
    let (made, took) = interleave(calls);
    println!("{made} interleaved calls in {took:?}");
}
