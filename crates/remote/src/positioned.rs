//! Reading and writing at a place of a file, from any thread.

use std::fs::File;
use std::io;

pub(crate) fn read_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, out, offset);
    #[cfg(windows)]
    {
        let (mut offset, mut out) = (offset, out);
        while !out.is_empty() {
            let n = std::os::windows::fs::FileExt::seek_read(file, out, offset)?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            out = out.get_mut(n..).unwrap_or_default();
            offset += n as u64;
        }
        Ok(())
    }
}

pub(crate) fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, offset);
    #[cfg(windows)]
    {
        let (mut offset, mut bytes) = (offset, bytes);
        while !bytes.is_empty() {
            let n = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
            bytes = bytes.get(n..).unwrap_or_default();
            offset += n as u64;
        }
        Ok(())
    }
}
