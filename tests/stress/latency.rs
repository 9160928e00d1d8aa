//! How long requests took.

use std::time::Duration;

/// The time within which that part of them was answered.
pub fn of_part(part: f64, times: impl Iterator<Item = Duration>) -> String {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    let at = (part * times.len().saturating_sub(1) as f64).round() as usize;
    times.get(at).map_or("–".into(), |time| format!("{:.2} ms", 1000.0 * time.as_secs_f64()))
}
