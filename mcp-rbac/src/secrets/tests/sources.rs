use std::{
    env::VarError,
    ffi::OsString,
    fs,
    os::unix::{ffi::OsStringExt, fs::PermissionsExt},
    path::Path,
};

use futures::FutureExt;
use secrecy::ExposeSecret;

use crate::{
    KeyFileMode,
    secrets::{EnvSecret, FileSecret, SecretError, SecretSource},
};

/// Both versions, or why there are none.
fn read(source: &impl SecretSource) -> Result<(String, Option<String>), SecretError> {
    let versions = source.fetch().now_or_never().expect("no waiting")?;
    let text = |secret: &secrecy::SecretString| secret.expose_secret().to_owned();
    Ok((text(versions.current()), versions.previous().map(text)))
}

fn variables(name: &str) -> Result<String, VarError> {
    match name {
        "KEYS" => Ok("new\n".to_owned()),
        "OLD_KEYS" => Ok("old".to_owned()),
        "BYTES" => Err(VarError::NotUnicode(OsString::from_vec(vec![0xff]))),
        _ => Err(VarError::NotPresent),
    }
}

#[test]
fn a_variable_is_taken_as_it_is() {
    let of = |name: &str| EnvSecret::new(name).looked_up_by(variables);
    assert_eq!(read(&of("KEYS")), Ok(("new\n".to_owned(), None)));
    assert_eq!(read(&of("KEYS").previous("OLD_KEYS")), Ok(("new\n".to_owned(), Some("old".to_owned()))));
    assert_eq!(read(&of("KEYS").previous("NONE")), Ok(("new\n".to_owned(), None)));
    assert_eq!(read(&of("NONE").previous("KEYS")), Err(SecretError::Missing));
    assert_eq!(read(&of("BYTES")), Err(SecretError::Binary));
    assert_eq!(read(&of("KEYS").previous("BYTES")), Err(SecretError::Binary));
}

#[test]
fn a_variable_of_this_process() {
    assert_eq!(read(&EnvSecret::new("CARGO_PKG_NAME")), Ok(("mcp-rbac".to_owned(), None)));
}

fn write(path: &Path, text: &[u8], mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_without_the_line_feed_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let [new, old] = ["new", "old"].map(|name| folder.path().join(name));
    let source = FileSecret::new(&new).previous(&old);
    assert_eq!(read(&source), Err(SecretError::Missing));
    for (text, secret) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a \r", " a \r")] {
        write(&new, text.as_bytes(), 0o600);
        assert_eq!(read(&source), Ok((secret.to_owned(), None)), "{text:?}");
    }
    write(&old, b"b\n", 0o400);
    assert_eq!(read(&source), Ok((" a \r".to_owned(), Some("b".to_owned()))));
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let [new, old] = ["new", "old"].map(|name| folder.path().join(name));
    let private = FileSecret::new(&new).previous(&old);
    let shared = private.clone().mode(KeyFileMode::GroupReadable);
    write(&old, b"b", 0o600);
    for (mode, is_private, is_shared) in [
        (0o600, true, true),
        (0o400, true, true),
        (0o640, false, true),
        (0o440, false, true),
        (0o644, false, false),
        (0o660, false, false),
        (0o604, false, false),
    ] {
        write(&new, b"correct horse", mode);
        assert_eq!((read(&private).is_ok(), read(&shared).is_ok()), (is_private, is_shared), "{mode:o}");
    }
    let error = read(&private).unwrap_err();
    assert!(matches!(&error, SecretError::Denied(why) if why.contains("0604")), "{error}");
    assert!(!error.to_string().contains("horse"));
    // the version before is read by the same rules
    write(&new, b"a", 0o600);
    write(&old, b"b", 0o644);
    assert!(matches!(read(&private), Err(SecretError::Denied(_))));
}

#[test]
fn what_is_no_file_or_no_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("link");
    write(&folder.path().join("file"), b"a\xff", 0o600);
    std::os::unix::fs::symlink("file", &path).unwrap();
    assert!(matches!(read(&FileSecret::new(&path)), Err(SecretError::Denied(_))));
    let followed = FileSecret::new(&path).mode(KeyFileMode::GroupReadable);
    assert_eq!(read(&followed), Err(SecretError::Binary));
    assert!(matches!(read(&FileSecret::new(folder.path())), Err(SecretError::Denied(_))));
}
