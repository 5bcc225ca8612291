//! What stands in the policy and on the tools, as plain numbers. The build script writes it as source; the test works
//! out from it, without the framework, who may call what.

pub const PERMISSIONS: usize = 1_000;
pub const ROLES: usize = 100;
pub const TOOLS: usize = 1_000;

/// The permissions that a role grants itself: each permission has one role or two.
pub fn grants(role: usize) -> Vec<usize> {
    (0..PERMISSIONS)
        .filter(|permission| permission % ROLES == role || (permission % 7 == 0 && permission / 10 == role))
        .collect()
}

/// The roles that a role inherits from directly: at most two, earlier ones.
pub fn juniors(role: usize) -> Vec<usize> {
    match role {
        0 | 50 => Vec::new(),
        _ if role.is_multiple_of(3) && role / 2 != role - 1 => vec![role / 2, role - 1],
        _ => vec![role / 2],
    }
}

/// What a tool requires: alternatives, of which each lists permissions that are all needed. `None` is `authenticated`.
pub fn alternatives(tool: usize) -> Option<Vec<Vec<usize>>> {
    let next = |by: usize| (tool * 13 + by) % PERMISSIONS;
    match tool % 10 {
        0..=5 => Some(vec![vec![tool]]),
        6 => Some(vec![vec![tool, next(1)]]),
        7 => Some(vec![vec![tool], vec![next(2)]]),
        8 => Some(vec![vec![tool], vec![next(3), next(4)]]),
        _ => None,
    }
}
