//! The file: whose it is, what it ends with, and how it grows.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{
    chain::{Chained, Digest, Link},
    error::AuditError,
    line::Note,
};

/// Where lines go.
pub(super) trait Storage: Send {
    /// Hands bytes to the operating system, all of them or an error.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Takes away what is behind this length.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
    /// Puts the file aside and begins a new one. The name of the old one.
    fn rotate(&mut self) -> io::Result<String>;
    /// What brings to the disk what has been appended so far.
    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>>;
}

/// A trail that can be gone on with.
pub(super) struct Found {
    pub(super) storage: Box<dyn Storage>,
    pub(super) link: Link,
    pub(super) size: u64,
    /// The calls that have begun and not ended.
    pub(super) open: Vec<String>,
    pub(super) torn: Option<Torn>,
}

/// A last line that was cut off, which is in a file of its own now.
pub(super) struct Torn {
    file: String,
    bytes: usize,
    digest: Digest,
}

impl Torn {
    pub(super) fn note(&self) -> Note<'_> {
        Note::Quarantined { file: &self.file, bytes: self.bytes, sha256: self.digest }
    }
}

/// A file of lines.
struct Lines {
    path: PathBuf,
    file: File,
    /// The number of the first line in it.
    first: u64,
    count: u64,
}

impl Storage for Lines {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn rotate(&mut self) -> io::Result<String> {
        let name = aside(&self.path, &format!("{:012}", self.first));
        let old = self.path.with_file_name(&name);
        // whoever waits for its last lines is told once the next file is on the disk
        self.file.sync_all()?;
        // never over another one
        if old.symlink_metadata().is_ok() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there", old.display())));
        }
        fs::rename(&self.path, &old)?;
        match sys::create(&self.path) {
            Ok(file) => {
                self.file = file;
                self.first = self.first.saturating_add(self.count);
                self.count = 0;
                // that there is another file now is on the disk as well, where the system can say so
                if let Some(folder) = self.path.parent() {
                    let _unsupported = File::open(folder).and_then(|folder| folder.sync_all());
                }
                Ok(name)
            }
            Err(error) => {
                fs::rename(&old, &self.path)?;
                Err(error)
            }
        }
    }

    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>> {
        let file = self.file.try_clone()?;
        Ok(Box::new(move || file.sync_data()))
    }
}

/// A file for something else that nobody else reads or writes, to be appended to.
pub(super) fn beside(path: &Path) -> Result<File, AuditError> {
    sys::open(path)
}

/// The name of a file beside this one.
fn aside(path: &Path, suffix: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}.{suffix}")
}

/// Opens the file, alone, and finds out where to go on.
pub(super) fn open(path: &Path) -> Result<Found, AuditError> {
    let failed = |what| move |source| AuditError::Io { path: path.to_owned(), what, source };
    let mut file = sys::open(path)?;
    let mut reader = BufReader::new(&file);
    let (mut link, mut size, mut first, mut count) = (Link::FIRST, 0, None, 0_u64);
    let (mut open, mut last, mut torn) = (BTreeSet::new(), true, Vec::new());
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(failed("read"))?;
        let Some((b'\n', line)) = line.split_last() else {
            torn.clone_from(&line);
            break;
        };
        size += length as u64;
        count += 1;
        let Some(chained) = Chained::parse(line) else {
            // in the middle it is for `verify` to say so
            last = false;
            continue;
        };
        last = true;
        first.get_or_insert(chained.seq);
        link = Link::after(chained.seq, line);
        match (chained.kind.as_str(), chained.record) {
            ("started", Some(record)) => {
                open.insert(record);
            }
            ("finished", Some(record)) => {
                open.remove(&record);
            }
            ("rotated", _) => open.extend(chained.open),
            ("gap", _) => chained.ended.iter().for_each(|record| {
                open.remove(record);
            }),
            _ => {}
        }
    }
    if !last {
        return Err(AuditError::NotATrail(path.to_owned()));
    }
    let torn = match torn.as_slice() {
        [] => None,
        // what does not even begin like a line is somebody else's file
        bytes if count == 0 && !bytes.starts_with(b"{\"seq\":") => {
            return Err(AuditError::NotATrail(path.to_owned()));
        }
        bytes => {
            let name = aside(path, &format!("torn-{:012}", link.sequence));
            let written = sys::create(&path.with_file_name(&name)).and_then(|mut file| file.write_all(bytes));
            written.map_err(failed("mended"))?;
            file.set_len(size).map_err(failed("mended"))?;
            Some(Torn { file: name, bytes: bytes.len(), digest: Digest::of(bytes) })
        }
    };
    file.seek(SeekFrom::End(0)).map_err(failed("read"))?;
    let first = first.unwrap_or(link.sequence);
    let storage = Box::new(Lines { path: path.to_owned(), file, first, count });
    Ok(Found { storage, link, size, open: open.into_iter().collect(), torn })
}

#[cfg(unix)]
mod sys {
    use std::{
        fs::{File, OpenOptions},
        io,
        os::unix::fs::{MetadataExt, OpenOptionsExt},
        path::Path,
    };

    use rustix::{
        fs::{FlockOperation, OFlags},
        io::Errno,
    };

    use super::AuditError;

    /// `NONBLOCK`: opening a FIFO would wait for somebody to read from it. `NOFOLLOW`: a link leads elsewhere a moment later.
    fn options() -> OpenOptions {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let mut options = OpenOptions::new();
        options.read(true).append(true).mode(0o600);
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
        options
    }

    /// The file at `path`, which nobody else reads or writes.
    pub(super) fn open(path: &Path) -> Result<File, AuditError> {
        let failed = |source: io::Error| AuditError::Io { path: path.to_owned(), what: "opened", source };
        let not_a_file = || AuditError::NotAFile(path.to_owned());
        let file = options().create(true).open(path).map_err(|error| match error.raw_os_error() {
            Some(code)
                if [Errno::LOOP, Errno::NXIO, Errno::ISDIR].iter().any(|not| not.raw_os_error() == code) =>
            {
                not_a_file()
            }
            _ => failed(error),
        })?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(AuditError::Open(path.to_owned()));
        }
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(file),
            Err(Errno::WOULDBLOCK) => Err(AuditError::InUse(path.to_owned())),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// A new file, locked.
    pub(super) fn create(path: &Path) -> io::Result<File> {
        let file = options().create_new(true).open(path)?;
        rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(file)
    }
}

#[cfg(not(unix))]
mod sys {
    use std::{fs::File, io, path::Path};

    use super::AuditError;

    pub(super) fn open(_: &Path) -> Result<File, AuditError> {
        Err(AuditError::Unsupported)
    }

    pub(super) fn create(_: &Path) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
