//! One part of a file, as HTTP gives it: exactly the bytes that were asked for (RFC 9110, 14).

use std::io::Read;

use crate::Error;
use crate::response::Response;

/// Why a part is not there.
pub(crate) enum Failure {
    /// Worth another attempt.
    Broken(String),
    Final(Box<Error>),
}

/// Start and end, and the size of all: `bytes 0-99/1234`.
pub(crate) fn content_range(response: &Response) -> Option<(std::ops::Range<u64>, Option<u64>)> {
    let text = response.header("content-range")?.trim();
    let (range, total) = text.strip_prefix("bytes")?.trim_start().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    Some((first..last.checked_add(1)?, total.trim().parse().ok()))
}

/// Whether a refused range says that there are no bytes at all.
pub(crate) fn is_empty(response: &Response) -> bool {
    let text = response.header("content-range").unwrap_or_default();
    text.rsplit_once('/').is_some_and(|(_, n)| n.trim() == "0")
}

/// The bytes of an answer with status 206, which must be exactly those asked for.
pub(crate) fn part(
    response: &mut Response,
    range: std::ops::Range<u64>,
    total: Option<u64>,
) -> Result<Vec<u8>, Failure> {
    let found = content_range(response);
    let fits = found.as_ref().is_some_and(|(found, of)| {
        *found == range && (of.is_none() || total.is_none() || *of == total)
    });
    if !fits {
        let said = response.header("content-range").unwrap_or("no range");
        return Err(Failure::Final(Box::new(Error::answer(
            &response.url,
            format!(
                "bytes {}-{} were asked for and {said} came; fetch the file first, and read that",
                range.start,
                range.end.saturating_sub(1)
            ),
        ))));
    }
    let wanted = range.end - range.start;
    let mut bytes = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
    let read = response.take(wanted + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 == wanted => Ok(bytes),
        Ok(count) => Err(Failure::Broken(format!("{count} of {wanted} bytes came"))),
        Err(e) => Err(Failure::Broken(format!("the answer broke off: {e}"))),
    }
}
