use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// How far it has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The number of the line that comes next.
    pub(super) next: u64,
}

impl Cursor {
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => text.trim().parse().map(|next| Self { next }).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// In whole or not at all.
    pub(super) fn write(self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("cloudwatch-new");
        let mut file = fs::File::create(&new)?;
        writeln!(file, "{}", self.next)?;
        file.sync_all()?;
        fs::rename(new, path)
    }
}

/// Where it stands how far a trail has come.
pub(super) fn mark_of(trail: &Path) -> PathBuf {
    let name = trail.file_name().unwrap_or_default().to_string_lossy();
    trail.with_file_name(format!("{name}.cloudwatch"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_has_come_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mark = mark_of(&folder.path().join("audit.jsonl"));
        assert_eq!(Cursor::read(&mark).unwrap(), Cursor::default());
        Cursor { next: 7 }.write(&mark).unwrap();
        assert_eq!(Cursor::read(&mark).unwrap(), Cursor { next: 7 });
        fs::write(&mark, "seven").unwrap();
        assert!(Cursor::read(&mark).is_err());
    }
}
