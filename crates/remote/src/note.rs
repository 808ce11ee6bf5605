//! What a user should hear though it is no error: a library prints nothing itself.

use std::sync::OnceLock;

type Listener = Box<dyn Fn(&str) + Send + Sync>;

static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Sets who is told, once for the program: that a server refuses ranges, that nothing can be kept.
pub fn on_note(listener: impl Fn(&str) + Send + Sync + 'static) {
    // A second listener would be a mistake of the program; the first stays.
    let _ = LISTENER.set(Box::new(listener));
}

pub(crate) fn note(text: &str) {
    if let Some(listener) = LISTENER.get() {
        listener(text);
    }
}
