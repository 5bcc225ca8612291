use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime},
};

use rustix::{
    fs::{FlockOperation, Gid, Mode, OFlags, Uid},
    io::Errno,
};

use super::{Access, Lasting, MAX_LEN};
use crate::auth::api_key::error::{KeyFileError, Kind};

/// What changes when a file changes or another one takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth::api_key) struct Fingerprint {
    device: u64,
    inode: u64,
    len: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Fingerprint {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether a later change would show. The clock of a file system is coarse: two changes within one of its ticks
    /// leave the same times behind.
    pub(in crate::auth::api_key) fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_secs()).is_ok_and(|now| now > self.changed.0.saturating_add(2))
    }
}

/// Whose file it is and who may read it, for the file that replaces it.
pub(in crate::auth::api_key) struct Attributes {
    uid: u32,
    gid: u32,
    mode: u32,
}

/// The fingerprint of the file at `path`, or of the one that it links to.
pub(in crate::auth::api_key) fn fingerprint(path: &Path) -> io::Result<Fingerprint> {
    fs::metadata(path).map(|metadata| Fingerprint::of(&metadata))
}

/// Reads a key file. What it is and who may read it is asked of the file that was opened and not of its name, which may
/// mean another one a moment later.
pub(in crate::auth::api_key) fn read(
    path: &Path,
    access: Access,
) -> Result<(Vec<u8>, Fingerprint, Attributes), KeyFileError> {
    let failed = |error: io::Error| KeyFileError::io(path, "read", error);
    // `NONBLOCK`: opening a FIFO would wait for somebody to write to it
    let mut flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    if !access.follow {
        flags |= OFlags::NOFOLLOW;
    }
    let file: File = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => file.into(),
        Err(Errno::LOOP) if !access.follow => return Err(KeyFileError::new(path, Kind::Symlink)),
        Err(error) => return Err(failed(error.into())),
    };
    let metadata = file.metadata().map_err(failed)?;
    check(&metadata, access).map_err(|kind| KeyFileError::new(path, kind))?;
    let mut text = Vec::new();
    file.take(MAX_LEN + 1).read_to_end(&mut text).map_err(failed)?;
    if text.len() as u64 > MAX_LEN {
        return Err(KeyFileError::new(path, Kind::TooLarge { limit: MAX_LEN }));
    }
    let attributes = Attributes { uid: metadata.uid(), gid: metadata.gid(), mode: metadata.mode() };
    Ok((text, Fingerprint::of(&metadata), attributes))
}

fn check(metadata: &Metadata, access: Access) -> Result<(), Kind> {
    let kind = metadata.file_type();
    if !kind.is_file() {
        return Err(Kind::NotRegular(match () {
            () if kind.is_dir() => "a directory",
            () if kind.is_fifo() => "a FIFO",
            () if kind.is_socket() => "a socket",
            () => "a device",
        }));
    }
    let mode = metadata.mode() & 0o7777;
    let open = mode & access.denied;
    if open != 0 {
        let what = if open & 0o022 != 0 { "change" } else { "read" };
        return Err(Kind::Open { what, mode, group_readable: access.group_readable });
    }
    Ok(())
}

/// The right to change a key file, held until it is dropped or the process ends, however it ends.
pub(in crate::auth::api_key) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for its turn, but no longer than `patience`.
    pub(in crate::auth::api_key) fn acquire(path: &Path, patience: Duration) -> Result<Self, KeyFileError> {
        let failed = |error: io::Error| KeyFileError::new(path, Kind::Io { action: "locked", error });
        let begun = Instant::now();
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags((OFlags::NOFOLLOW | OFlags::CLOEXEC).bits().cast_signed())
            .open(beside(path, ".lock"))
            .map_err(|error| match error.kind() == io::ErrorKind::NotFound {
                true => KeyFileError::new(path, Kind::NoFolder),
                false => failed(error),
            })?;
        // so that the owner of the folder can take it too, where root was first; others may not give files away
        if let Ok(folder) = fs::metadata(directory(path)) {
            let (uid, gid) = (Uid::from_raw(folder.uid()), Gid::from_raw(folder.gid()));
            let _given = rustix::fs::fchown(&file, Some(uid), Some(gid));
        }
        loop {
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self { _file: file }),
                Err(Errno::WOULDBLOCK | Errno::INTR) if begun.elapsed() < patience => {
                    thread::sleep(Duration::from_millis(20));
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => {
                    return Err(KeyFileError::new(path, Kind::Busy(patience.as_secs())));
                }
                Err(error) => return Err(failed(error.into())),
            }
        }
    }
}

/// Puts `text` in the place of the file at `path`: whoever looks, and whenever the machine stops, there is the old file
/// or the new one. The new one belongs to whom the old one belonged to, and can be read by the same people.
///
/// Only who holds the [`Lock`] may call it.
pub(in crate::auth::api_key) fn replace(
    path: &Path,
    text: &[u8],
    like: Option<&Attributes>,
    lasting: Lasting,
) -> io::Result<()> {
    let fresh = beside(path, ".new");
    // left behind by a process that was killed; nobody else is here
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write(&fresh, text, like, lasting).and_then(|()| fs::rename(&fresh, path)).inspect_err(|_| {
        // the error that is reported is the first
        let _removed = fs::remove_file(&fresh);
    })?;
    match lasting {
        // the rename itself is on disk only when the directory is
        Lasting::Yes => File::open(directory(path))?.sync_all(),
        Lasting::No => Ok(()),
    }
}

fn write(path: &Path, text: &[u8], like: Option<&Attributes>, lasting: Lasting) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    if let Some(like) = like {
        let now = file.metadata()?;
        let uid = (now.uid() != like.uid).then(|| Uid::from_raw(like.uid));
        let gid = (now.gid() != like.gid).then(|| Gid::from_raw(like.gid));
        if uid.is_some() || gid.is_some() {
            rustix::fs::fchown(&file, uid, gid)?;
        }
        file.set_permissions(fs::Permissions::from_mode(like.mode & 0o640))?;
    }
    file.write_all(text)?;
    match lasting {
        Lasting::Yes => file.sync_all(),
        Lasting::No => Ok(()),
    }
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// `keys.toml` and `.lock` make `.keys.toml.lock`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(suffix);
    path.with_file_name(name)
}
