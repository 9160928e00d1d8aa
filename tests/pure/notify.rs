//! Of the room that tells phones, what needs no Asterisk.

#[path = "../../src/notify/accounts.rs"]
mod accounts;
#[path = "../../src/notify/choice.rs"]
mod choice;
#[path = "../../src/notify/kept.rs"]
mod kept;
#[path = "../../src/notify/nodes.rs"]
mod nodes;
#[path = "../../src/notify/progress.rs"]
mod progress;
#[path = "../../src/notify/registrations.rs"]
mod registrations;
