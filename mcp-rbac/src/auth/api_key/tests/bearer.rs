use super::support::{World, authenticate, rbac, request, started};
use crate::{Authenticate, Authentication, Method};

#[test]
fn a_principal_is_the_owner_by_key() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    let answer = authenticate(&keys, &[&format!("Bearer {}", key.expose())]);
    let Authentication::Principal(principal) = answer else { panic!("{answer:?}") };
    assert_eq!(principal.method(), Method::ApiKey);
    assert_eq!(principal.subject(), "alice");
    assert_eq!(principal.client(), Some(key.stored().id()));
    assert_eq!(principal.issuer(), None);
    assert!(principal.can(rbac::Permission::ReadData));
    assert!(!principal.can(rbac::Permission::CreatePayment));
}

#[test]
fn the_header_is_read_as_the_standards_say() {
    let world = World::new();
    let key = world.issue("alice");
    let (key, keys) = (key.expose(), started(world.keys()));
    let accepted = ["Bearer ", "bearer ", "BEARER ", "bEaReR ", "Bearer  "];
    for scheme in accepted {
        let answer = authenticate(&keys, &[&format!("{scheme}{key}")]);
        assert!(matches!(answer, Authentication::Principal(_)), "{scheme:?}: {answer:?}");
    }
    let foreign = [
        "",
        "Bearer",
        "Bearer\t",
        "Bearer:",
        "Bearer=",
        "Basic ",
        "Digest ",
        "Token ",
        "DPoP ",
        "Bear er ",
        "Bearer \t",
        "Bearer \"",
    ];
    for scheme in foreign {
        let answer = authenticate(&keys, &[&format!("{scheme}{key}")]);
        assert!(matches!(answer, Authentication::NotMine), "{scheme:?}: {answer:?}");
    }
    for tail in [",", " ", "=", ";", " x", "\t", &format!(",Bearer {key}")] {
        let answer = authenticate(&keys, &[&format!("Bearer {key}{tail}")]);
        assert!(matches!(answer, Authentication::Rejected(_)), "{tail:?}: {answer:?}");
    }
}

#[test]
fn other_tokens_are_left_to_others() {
    let world = World::new();
    let _key = world.issue("alice");
    let keys = started(world.keys());
    for token in ["eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "x", "Mcprbac_0", &"z".repeat(100_000)] {
        let answer = authenticate(&keys, &[&format!("Bearer {token}")]);
        assert!(matches!(answer, Authentication::NotMine), "{answer:?}");
    }
    assert!(matches!(authenticate(&keys, &[]), Authentication::NotMine));
}

#[test]
fn several_headers_are_refused() {
    let world = World::new();
    let key = world.issue("alice");
    let (header, keys) = (format!("Bearer {}", key.expose()), started(world.keys()));
    for headers in [[header.as_str(), &header], [&header, "Basic eDp5"], ["Basic eDp5", &header]] {
        assert!(matches!(authenticate(&keys, &headers), Authentication::Rejected(_)));
    }
}

/// A key anywhere else than in the header is none.
#[test]
fn a_key_is_read_from_the_header_alone() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    let mut parts = request(&[]);
    parts.uri = format!("/mcp?access_token={0}&key={0}", key.expose()).parse().unwrap();
    for name in ["x-api-key", "cookie", "proxy-authorization", "x-authorization", "api-key"] {
        parts.headers.insert(name, format!("Bearer {}", key.expose()).parse().unwrap());
    }
    let answer = futures::executor::block_on(keys.authenticate(&parts, &rbac::POLICY));
    assert!(matches!(answer, Authentication::NotMine), "{answer:?}");
}

#[test]
fn keys_that_were_not_started_let_nobody_in() {
    let world = World::new();
    let key = world.issue("alice");
    let answer = authenticate(&world.keys(), &[&format!("Bearer {}", key.expose())]);
    assert!(matches!(answer, Authentication::Unavailable { .. }), "{answer:?}");
}

mod other {
    crate::roles! { permissions { anything } roles { analyst { anything } } }
}

/// Roles of one name in two policies are two roles.
#[test]
fn keys_serve_one_policy() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    let error = keys.start(&other::rbac::POLICY).unwrap_err();
    assert!(error.contains("in use under the policy"), "{error}");
    let parts = request(&[&format!("Bearer {}", key.expose())]);
    let answer = futures::executor::block_on(keys.authenticate(&parts, &other::rbac::POLICY));
    assert!(matches!(answer, Authentication::Unavailable { .. }), "{answer:?}");
}
