//! How far what was changed has come: which phones have it, and when all of them had it. No clock in here and no Asterisk.

use crate::http::delivery::Delivery;
use std::collections::HashSet;
use std::ffi::CStr;
use std::time::{Duration, Instant};

/// Whether a phone has what is served, and when it fetched last: seconds since 1970.
pub type State = (Delivery, Option<u64>);

/// What has become so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The phone has fetched all that was new to it.
    Fetched,
    /// And it was the last one of those that had something new to fetch: how many there were, and how long it took.
    Delivered(usize, Duration),
}

/// The phones that have something new to fetch because of a change.
#[derive(Debug, Default)]
pub struct Progress {
    awaited: HashSet<Box<CStr>>,
    began: Option<Instant>,
    delivered: usize,
}

impl Progress {
    /// A phone is so now, and was so `before`; `is_change` where that comes of what is served, not of its fetching.
    pub fn set(
        &mut self,
        phone: &CStr,
        before: Option<Delivery>,
        delivery: Delivery,
        is_change: bool,
        now: Instant,
    ) -> Vec<News> {
        match delivery {
            Delivery::Stale => {
                if is_change && self.awaited.insert(phone.into()) {
                    self.began.get_or_insert(now);
                }
                Vec::new()
            }
            Delivery::New => Vec::new(),
            Delivery::Current => {
                let is_news = !is_change && before != Some(Delivery::Current);
                let fetched = is_news.then_some(News::Fetched);
                fetched.into_iter().chain(self.has(phone, now)).collect()
            }
        }
    }

    /// The phone is served no more.
    pub fn forget(&mut self, phone: &CStr, now: Instant) -> Option<News> {
        if self.awaited.remove(phone) { self.end(now) } else { None }
    }

    fn has(&mut self, phone: &CStr, now: Instant) -> Option<News> {
        if !self.awaited.remove(phone) {
            return None;
        }
        self.delivered += 1;
        self.end(now)
    }

    fn end(&mut self, now: Instant) -> Option<News> {
        let began = self.began.filter(|_| self.awaited.is_empty())?;
        self.began = None;
        let count = std::mem::take(&mut self.delivered);
        (count > 0).then(|| News::Delivered(count, now.saturating_duration_since(began)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Delivery::{Current, New, Stale};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_change_is_done_when_the_last_phone_has_it() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        assert_eq!(progress.set(c"a", None, New, true, start), []);
        assert_eq!(progress.set(c"b", None, Stale, true, start), []);
        assert_eq!(progress.set(c"c", Some(Current), Stale, true, start + SECOND), []);
        let nobody_waited = progress.set(c"a", Some(New), Current, false, start + SECOND);
        assert_eq!(nobody_waited, [News::Fetched]);
        assert_eq!(progress.set(c"b", Some(Stale), Current, false, start + SECOND * 2), [News::Fetched]);
        assert_eq!(progress.set(c"b", Some(Current), Current, false, start + SECOND * 2), []);
        let last = progress.set(c"c", Some(Stale), Current, false, start + SECOND * 3);
        assert_eq!(last, [News::Fetched, News::Delivered(2, SECOND * 3)]);
        assert_eq!(progress.set(c"c", Some(Current), Current, false, start + SECOND * 4), []);
    }

    #[test]
    fn who_goes_or_has_it_again_is_not_waited_for() {
        let (mut progress, start) = (Progress::default(), Instant::now());
        for phone in [c"a", c"b", c"c"] {
            progress.set(phone, Some(Current), Stale, true, start);
        }
        assert_eq!(progress.set(c"a", Some(Stale), Current, true, start), [], "the change was taken back");
        assert_eq!(progress.set(c"b", Some(Stale), Current, false, start), [News::Fetched]);
        assert_eq!(progress.forget(c"c", start + SECOND), Some(News::Delivered(2, SECOND)));
        assert_eq!(progress.forget(c"c", start), None);
    }
}
