//! The file: whose it is, what it ends with, and how it grows.

use std::{
    cell::Cell,
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{
    chain::{Chained, Digest, Link},
    error::AuditError,
    files::files,
    line::Note,
};

/// Where lines go.
pub(super) trait Storage: Send {
    /// Hands bytes to the operating system, all of them or an error.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Takes away what is behind this length.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
    /// Whether it is still where others look for it.
    fn is_in_place(&self) -> bool;
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
    /// Whether the disk did not keep something, and whoever waits for it has not been told.
    unkept: Cell<bool>,
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

    fn is_in_place(&self) -> bool {
        sys::is_at(&self.file, &self.path)
    }

    fn rotate(&mut self) -> io::Result<String> {
        let name = aside(&self.path, &format!("{:012}", self.first));
        let old = self.path.with_file_name(&name);
        // whoever waits for its last lines is told once the next file is on the disk
        if let Err(error) = self.file.sync_all() {
            // the system says it once
            self.unkept.set(true);
            return Err(error);
        }
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
                // back again, where nobody has put another one meanwhile
                if self.path.symlink_metadata().is_err() {
                    fs::rename(&old, &self.path)?;
                }
                Err(error)
            }
        }
    }

    fn syncer(&self) -> io::Result<Box<dyn FnOnce() -> io::Result<()> + Send>> {
        if self.unkept.replace(false) {
            return Err(io::Error::other("the disk did not keep what was written before"));
        }
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

/// What the lines of a file say about how to go on.
struct Scanned {
    link: Link,
    size: u64,
    first: Option<u64>,
    count: u64,
    open: BTreeSet<String>,
    /// Whether the last whole line is one of a trail.
    is_trail: bool,
    torn: Vec<u8>,
}

fn scan(file: &File) -> io::Result<Scanned> {
    let mut reader = BufReader::new(file);
    let mut scanned = Scanned {
        link: Link::FIRST,
        size: 0,
        first: None,
        count: 0,
        open: BTreeSet::new(),
        is_trail: true,
        torn: Vec::new(),
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        let Some((b'\n', line)) = line.split_last() else {
            scanned.torn = line;
            return Ok(scanned);
        };
        scanned.size += length as u64;
        scanned.count += 1;
        let Some(chained) = Chained::parse(line) else {
            // in the middle it is for `verify` to say so
            scanned.is_trail = false;
            continue;
        };
        scanned.is_trail = true;
        scanned.first.get_or_insert(chained.seq);
        scanned.link = Link::after(chained.seq, line);
        let open = &mut scanned.open;
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
}

/// Opens the file, alone, and finds out where to go on.
pub(super) fn open(path: &Path) -> Result<Found, AuditError> {
    let failed = |what| move |source| AuditError::Io { path: path.to_owned(), what, source };
    let mut file = sys::open(path)?;
    let mut scanned = scan(&file).map_err(failed("read"))?;
    if !scanned.is_trail {
        return Err(AuditError::NotATrail(path.to_owned()));
    }
    let torn = match scanned.torn.as_slice() {
        [] => None,
        // what does not even begin like a line is somebody else's file
        bytes if scanned.count == 0 && !bytes.starts_with(b"{\"seq\":") => {
            return Err(AuditError::NotATrail(path.to_owned()));
        }
        bytes => {
            let name = quarantined(path, scanned.link.sequence, bytes).map_err(failed("mended"))?;
            file.set_len(scanned.size).map_err(failed("mended"))?;
            Some(Torn { file: name, bytes: bytes.len(), digest: Digest::of(bytes) })
        }
    };
    if scanned.count == 0
        && let Some(before) = put_aside(path).map_err(failed("read"))?
    {
        // the process before this one ended while it began a new file: that goes on where the last one ends
        let before = scan(&File::open(before).map_err(failed("read"))?).map_err(failed("read"))?;
        (scanned.link, scanned.open) = (before.link, before.open);
    }
    file.seek(SeekFrom::End(0)).map_err(failed("read"))?;
    let Scanned { link, size, first, count, open, .. } = scanned;
    let first = first.unwrap_or(link.sequence);
    let storage = Box::new(Lines { path: path.to_owned(), file, first, count, unkept: Cell::new(false) });
    Ok(Found { storage, link, size, open: open.into_iter().collect(), torn })
}

/// The newest of the files that were put aside.
fn put_aside(path: &Path) -> io::Result<Option<PathBuf>> {
    Ok(files(path)?.into_iter().rev().find(|file| file != path))
}

/// Brings what was cut off into a file of its own, beside those that are there: one can be of a try that did not end.
fn quarantined(path: &Path, sequence: u64, bytes: &[u8]) -> io::Result<String> {
    const TRIES: u32 = 100;
    let mut tried = 0;
    loop {
        let again = if tried == 0 { String::new() } else { format!("-{tried}") };
        let name = aside(path, &format!("torn-{sequence:012}{again}"));
        match sys::create(&path.with_file_name(&name)) {
            Ok(mut file) => return file.write_all(bytes).map(|()| name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tried < TRIES => tried += 1,
            Err(error) => return Err(error),
        }
    }
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
        // whoever may do everything opens the file of anybody
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(AuditError::NotOwned(path.to_owned()));
        }
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) if is_at(&file, path) => Ok(file),
            // another process has put it aside meanwhile
            Ok(()) => Err(AuditError::InUse(path.to_owned())),
            Err(Errno::WOULDBLOCK) => Err(AuditError::InUse(path.to_owned())),
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Whether it is this file that is there.
    pub(super) fn is_at(file: &File, path: &Path) -> bool {
        let place = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let there = path.symlink_metadata().map(place).ok();
        there.is_some() && there == file.metadata().map(place).ok()
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

    pub(super) fn is_at(_: &File, _: &Path) -> bool {
        false
    }

    pub(super) fn create(_: &Path) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
