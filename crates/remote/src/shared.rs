//! The files that this process has open: each address is asked for once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::note::note;
use crate::{Cache, Client, Error, Patience, RangeFile, Url};

struct Shared {
    client: Client,
    cache: Option<Arc<Cache>>,
    open: Mutex<HashMap<Url, Arc<Slot>>>,
}

/// A file that is open, or about to be.
type Slot = Mutex<Option<Arc<RangeFile>>>;

static SHARED: OnceLock<Shared> = OnceLock::new();

fn shared() -> &'static Shared {
    SHARED.get_or_init(|| {
        let cache = Cache::of_user().unwrap_or_else(|e| {
            note(&format!("what is fetched is not kept: {e}"));
            None
        });
        Shared {
            client: Client::new(Patience::default()),
            cache: cache.map(Arc::new),
            open: Mutex::default(),
        }
    })
}

/// The file at an address, through the user's cache. Opening it again in this process costs
/// nothing, and gives the same state of the file.
///
/// # Errors
/// When the address is none, or the file cannot be had.
pub fn open(address: &str) -> Result<Arc<RangeFile>, Error> {
    let url = Url::parse(address)?;
    let shared = shared();
    let slot = {
        let mut open = shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(open.entry(url.clone()).or_default())
    };
    // Held while it is opened: another thread that wants the same file waits for this one.
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = slot.as_ref() {
        return Ok(Arc::clone(file));
    }
    let file = Arc::new(RangeFile::open(&shared.client, shared.cache.clone(), &url)?);
    *slot = Some(Arc::clone(&file));
    Ok(file)
}
