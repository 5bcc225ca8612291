//! The files of one trail.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files of the trail at `path`, the oldest first: those that were put aside, and the one that grows.
pub(super) fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
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

/// The same, opened: none that is put aside meanwhile is left out.
#[cfg(any(feature = "aws", feature = "cli"))]
pub(crate) fn opened(path: &Path) -> io::Result<Vec<(PathBuf, fs::File)>> {
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        let paths = files(path)?;
        let opened: io::Result<Vec<_>> =
            paths.iter().map(|path| Ok((path.clone(), fs::File::open(path)?))).collect();
        // where the names are the same before and after, the files are those that had them
        match (opened, files(path)? == paths) {
            (Ok(opened), true) => return Ok(opened),
            (Err(error), true) => return Err(error),
            (Ok(_) | Err(_), false) => {}
        }
    }
    Err(io::Error::other("it is put aside again and again"))
}

fn is_number(suffix: &str) -> bool {
    suffix.len() >= 12 && suffix.bytes().all(|byte| byte.is_ascii_digit())
}
