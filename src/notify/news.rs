//! What is said of telling phones, in the log and over AMI.

use super::campaign::Answer;
use super::nodes::Obstacle;
use super::progress::News;
use crate::asterisk::logger::{error, notice, warning};
use crate::asterisk::manager::{Class, event, joined, text};
use crate::phone::settings::Resync as Rules;
use crate::text::Shown;
use std::ffi::{CStr, CString};

/// How many phones are named.
const EXAMPLES: usize = 5;

fn of_phone(mac: &CStr, sections: &[CString]) -> [(&'static str, String); 2] {
    [("MAC", text(mac)), ("Sections", joined(sections.iter().map(|id| id.as_c_str())))]
}

/// A phone has fetched what is new.
pub fn say(mac: &CStr, sections: &[CString], news: News) {
    match news {
        News::Fetched => event(Class::System, c"PhoneprovFetched", &of_phone(mac, sections)),
        News::Delivered(count, took) => {
            notice!("all {count} phones that had something new to fetch have fetched it, within {} s", took.as_secs());
            let headers = [("Phones", count.to_string()), ("Seconds", took.as_secs().to_string())];
            event(Class::System, c"PhoneprovDelivered", &headers);
        }
    }
}

/// A phone was told, at one place.
pub fn say_answered(mac: &CStr, uri: &CStr, answer: Answer) {
    let headers = [("MAC", text(mac)), ("Contact", text(uri)), ("Answer", answer.to_string())];
    event(Class::System, c"PhoneprovResync", &headers);
}

/// A phone was told, and has not come.
pub fn say_late(mac: &CStr, sections: &[CString], rules: &Rules) {
    notice!(
        "phone {} took the message that there is something new, and has not fetched it within {} s (resync_wait)",
        Shown(mac),
        rules.wait.as_secs()
    );
    event(Class::System, c"PhoneprovStale", &of_phone(mac, sections));
}

/// Others are not told, because these have not come.
pub fn say_held(phones: &[Box<CStr>], waiting: usize) {
    let examples = joined(phones.iter().take(EXAMPLES).map(|phone| &**phone));
    error!(
        "no more phones are told to fetch again: of the first that were told, {} have not come ({examples}{}); look at what they \
         were given, then say 'pjsip resync phoneprovs continue' or 'stop'",
        phones.len(),
        if phones.len() > EXAMPLES { " …" } else { "" }
    );
    let headers = [
        ("Missing", phones.len().to_string()),
        ("MACs", joined(phones.iter().map(|phone| &**phone))),
        ("Waiting", waiting.to_string()),
    ];
    event(Class::System, c"PhoneprovResyncHeld", &headers);
}

/// Nobody is told by himself.
pub fn say_obstacle(obstacle: &Obstacle) {
    warning!("no phone is told by itself to fetch again (resync = changed): {obstacle}");
}
