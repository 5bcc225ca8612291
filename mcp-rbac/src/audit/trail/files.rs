//! The files of one trail.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files of the trail at `path`, the oldest first: those that were put aside, and the one that grows.
pub(crate) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    path.metadata()?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let mut aside: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let other = entry.file_name().to_string_lossy().into_owned();
        let suffix = other.strip_prefix(&name).and_then(|rest| rest.strip_prefix('.'));
        if suffix.is_some_and(is_number) {
            aside.push(entry.path());
        }
    }
    // the numbers are padded: in the order of their names they are in their own
    aside.sort();
    aside.push(path.to_owned());
    Ok(aside)
}

fn is_number(suffix: &str) -> bool {
    suffix.len() >= 12 && suffix.bytes().all(|byte| byte.is_ascii_digit())
}
