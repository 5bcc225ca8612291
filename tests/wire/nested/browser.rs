//! Pages that ask from a browser, with the application's CORS layer around the endpoint.

use super::{
    AT, App,
    app::{Nested, PAGE},
};
use crate::support::{Connection, Request, Response, Table, Want};

fn preflight(app: &App, page: &str) -> Response {
    let request = Request::post("")
        .line(format!("OPTIONS {AT} HTTP/1.1"))
        .header("Origin", page)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type");
    Connection::open(app.server.address()).ask(&request)
}

#[test]
fn a_page_that_may_ask_can() {
    let app = App::start(|server| server.allow_origins([PAGE]));
    let asked = preflight(&app, PAGE);
    assert_eq!(asked.status, 200, "{}", asked.everything());
    assert_eq!(asked.header("access-control-allow-origin"), Some(PAGE));
    assert!(asked.header("access-control-allow-headers").unwrap().contains("authorization"));
    assert!(app.seen().is_empty(), "the layer outside answers it");

    let alice = Request::call("whoami").bearer(&app.server.keys.reader).header("Origin", PAGE).nested();
    let denied = Request::call("delete_all").bearer(&app.server.keys.reader).header("Origin", PAGE).nested();
    let nobody = Request::call("whoami").header("Origin", PAGE).nested();
    let mut table = Table::of(&app.server);
    for (name, request, want) in [
        ("allowed", alice, Want::Said("alice")),
        ("denied", denied, Want::Forbidden),
        ("nobody", nobody, Want::NoCredential),
    ] {
        let answer = Connection::open(app.server.address()).ask(&request);
        // the page may read the answer, refusals included
        let readable = answer.header("access-control-allow-origin") == Some(PAGE);
        table.check(name, want.objection(Some(&answer)).or((!readable).then(|| answer.everything())));
    }
    table.finish("a page");
}

#[test]
fn a_page_that_may_not_ask_cannot() {
    let app = App::start(|server| server);
    let asked = preflight(&app, "https://evil.example");
    assert_eq!(asked.header("access-control-allow-origin"), None, "{}", asked.everything());
    // what CORS alone allows is refused on record, and the answer says so to the page
    let mut table = Table::of(&app.server);
    for page in [PAGE, "https://evil.example", "null"] {
        let request = Request::call("whoami").bearer(&app.server.keys.reader).header("Origin", page).nested();
        table.case(page, &request, &Want::Turned(403));
    }
    table.finish("foreign pages");
}
