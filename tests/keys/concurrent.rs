use std::{collections::HashSet, process::Stdio};

use rbac_runtime::api_key::KeyFile;

use crate::{
    policy::rbac,
    support::{Folder, is_accepted, text},
};

/// Eight processes at once, again and again: no key is lost and none is made twice.
#[test]
fn keys_made_by_many_processes_are_all_there() {
    const ROUNDS: usize = 10;
    const PROCESSES: usize = 8;

    let folder = Folder::new();
    let mut keys = HashSet::new();
    for _ in 0..ROUNDS {
        let children: Vec<_> = (0..PROCESSES)
            .map(|number| {
                let owner = format!("owner-{number}");
                let mut command = folder.command();
                command.args(["new", "--role", "analyst", "--owner", &owner]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", text(&output.stderr));
            keys.insert(text(&output.stdout).trim_end().to_owned());
        }
    }
    assert_eq!(keys.len(), ROUNDS * PROCESSES);
    assert_eq!(KeyFile::new(folder.path(), &rbac::POLICY).keys().unwrap().len(), ROUNDS * PROCESSES);
    let server = folder.keys();
    assert!(keys.iter().all(|key| is_accepted(&server, key)));
}

/// Making and revoking at the same time: a revocation that was confirmed stays.
#[test]
fn no_change_undoes_another() {
    let folder = Folder::new();
    let doomed: Vec<_> = (0..12).map(|number| folder.new_key(&format!("owner-{number}"))).collect();
    std::thread::scope(|scope| {
        for (_, id) in &doomed {
            scope.spawn(|| assert!(folder.run(["revoke", id]).status.success()));
            scope.spawn(|| folder.new_key("other"));
        }
    });
    let server = folder.keys();
    assert!(doomed.iter().all(|(key, _)| !is_accepted(&server, key)));
    let stored = KeyFile::new(folder.path(), &rbac::POLICY).keys().unwrap();
    assert_eq!(stored.len(), 24);
    assert_eq!(stored.iter().filter(|key| key.revoked().is_some()).count(), 12);
}
