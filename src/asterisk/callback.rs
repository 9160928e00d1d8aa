//! The guard around everything that Asterisk calls: no panic crosses into C.

use super::logger;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the body of a callback; a panic in it is logged and answered with `safe_answer`.
///
/// Asserting unwind safety is sound here: our state is behind locks that a panic releases, and every piece of it is
/// checked against the host at the next sync.
pub fn guard<R>(name: &str, safe_answer: R, body: impl FnOnce() -> R) -> R {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(answer) => answer,
        Err(payload) => {
            let text = payload
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
                .unwrap_or("no message");
            // A logger that panics too must not take the guard with it.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                logger::error!("{name} failed inside ({text}); phones stay as they are, please report this");
            }));
            safe_answer
        }
    }
}
