//! Keys that are changed while the server runs.

use std::time::{Duration, Instant};

use crate::support::{Connection, Request, Running, Want};

#[test]
fn a_revoked_key_is_refused_within_a_second() {
    let server = Running::start(|server| server);
    let key = &server.keys.bob;
    let mut kept = Connection::open(server.address());
    let ask = |connection: &mut Connection| connection.ask(&Request::call("whoami").bearer(key));
    assert_eq!(Want::Said("bob").objection(Some(&ask(&mut kept))), None);
    server.keys.file().revoke(&key[8..20]).unwrap();
    let revoked = Instant::now();
    while Want::BadCredential.objection(Some(&ask(&mut kept))).is_some() {
        assert!(revoked.elapsed() < Duration::from_secs(1), "still accepted");
        std::thread::sleep(Duration::from_millis(10));
    }
    // it is not accepted again, and others still are
    for _ in 0..20 {
        assert_eq!(Want::BadCredential.objection(Some(&ask(&mut kept))), None);
        let alice = kept.ask(&Request::call("whoami").bearer(&server.keys.reader));
        assert_eq!(Want::Said("alice").objection(Some(&alice)), None);
    }
}
