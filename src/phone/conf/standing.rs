//! How an object of sorcery's stands to the file that it stands in: what Asterisk has taken of that, has refused, or has not seen
//! yet, and what it will refuse.

use super::super::object_type::ObjectType;
use super::super::variables::Variables;
use super::conf_files::{last, transport};
use std::ffi::CStr;
use std::time::SystemTime;

/// What has become of an object as it stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Asterisk has it so.
    Taken,
    /// Asterisk has read the file and did not take it. If it had one of that id, it has that still.
    Refused,
    /// The file is newer than what Asterisk has of it.
    Unread,
}

impl Standing {
    /// By when the file was `changed`, when the object was `made`, if there is one, and when the type was `loaded` last, as far
    /// as that is known. A load of a file that has changed makes all its objects anew, but for those that it refuses.
    pub fn new(changed: SystemTime, made: Option<SystemTime>, loaded: Option<SystemTime>) -> Self {
        if made.is_some_and(|made| made > changed) {
            Standing::Taken
        } else if loaded.is_some_and(|loaded| loaded > changed) {
            Standing::Refused
        } else {
            Standing::Unread
        }
    }
}

/// Whether Asterisk will refuse an object for a reason that is plain to see. `takes` tells which options its type has in the
/// Asterisk that runs, and `is_there` whether there is one of that id already.
pub fn will_be_refused(
    kind: ObjectType,
    options: &Variables,
    is_there: bool,
    takes: impl Fn(ObjectType, &CStr) -> bool,
) -> bool {
    if options.iter().any(|(name, _)| !takes(kind, name)) {
        return true;
    }
    let text = |name: &CStr| last(options, name).unwrap_or_default();
    let is_one_of = |name, words: &[&str]| {
        let given = text(name);
        words.iter().any(|word| given.to_bytes().eq_ignore_ascii_case(word.as_bytes()))
    };
    match kind {
        // res_pjsip/config_auth.c, `auth_apply`; from 20.11, 21.6 and 22.1 on there are more algorithms than one.
        ObjectType::Auth => {
            let is_md5 = is_one_of(c"auth_type", &["md5"]);
            let has_digest = [c"md5_cred", c"password_digest"].iter().any(|name| !text(name).is_empty());
            let lacks_secret = match takes(ObjectType::Auth, c"password_digest") {
                true => text(c"password").is_empty() && !has_digest,
                false => is_md5 && !has_digest,
            };
            let is_of_others = is_one_of(c"auth_type", &["google_oauth"]);
            let is_known = !gives(options, c"auth_type") || is_md5 || is_one_of(c"auth_type", &["userpass", "digest"]);
            !is_of_others && (!is_known || text(c"username").is_empty() || lacks_secret)
        }
        // res_pjsip/config_transport.c, `transport_apply` and `transport_protocol_handler`
        ObjectType::Transport => {
            let is_flow = is_one_of(c"protocol", &["flow"]);
            let is_known = !gives(options, c"protocol") || is_one_of(c"protocol", &["udp", "tcp", "tls", "ws", "wss"]);
            let is_started = !is_there || transport(options).is_reloadable;
            !is_flow && (!is_known || (is_started && text(c"bind").is_empty()))
        }
        _ => false,
    }
}

fn gives(options: &Variables, wanted: &CStr) -> bool {
    last(options, wanted).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_object_older_than_its_file_was_refused_or_is_not_read_yet() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(Standing::new(at(5), Some(at(6)), None), Standing::Taken);
        assert_eq!(Standing::new(at(5), Some(at(4)), Some(at(6))), Standing::Refused);
        assert_eq!(Standing::new(at(5), None, Some(at(6))), Standing::Refused);
        assert_eq!(Standing::new(at(5), Some(at(4)), Some(at(4))), Standing::Unread);
        assert_eq!(Standing::new(at(5), None, None), Standing::Unread);
    }

    #[test]
    fn what_asterisk_refuses_for_certain_is_foreseen() {
        use ObjectType::{Auth, Endpoint, Transport};
        let refused = |kind, pairs: &[(&CStr, &CStr)], is_there, version: u32| {
            let takes = |_, name: &CStr| name != c"odd" && (version > 16 || name != c"password_digest");
            will_be_refused(kind, &pairs.iter().copied().collect(), is_there, takes)
        };
        assert!(refused(Endpoint, &[(c"odd", c"1")], true, 22) && !refused(Endpoint, &[(c"even", c"1")], false, 22));
        let user = (c"Username", c"u");
        for (pairs, in_16, in_22) in [
            (&[user, (c"password", c"p")][..], false, false),
            (&[(c"password", c"p")], true, true),
            (&[user], false, true),
            (&[user, (c"auth_type", c"md5")], true, true),
            (&[user, (c"auth_type", c"MD5"), (c"md5_cred", c"0123")], false, false),
            (&[user, (c"auth_type", c"guess"), (c"password", c"p")], true, true),
            (&[(c"auth_type", c"google_oauth")], false, false),
        ] {
            assert_eq!(refused(Auth, pairs, false, 16), in_16, "{pairs:?}");
            assert_eq!(refused(Auth, pairs, false, 22), in_22, "{pairs:?}");
        }
        let udp = (c"protocol", c"udp");
        assert!(refused(Transport, &[udp], false, 22) && !refused(Transport, &[udp], true, 22));
        assert!(refused(Transport, &[udp, (c"allow_reload", c"yes")], true, 22));
        assert!(!refused(Transport, &[udp, (c"bind", c"::")], false, 22));
        assert!(!refused(Transport, &[(c"protocol", c"flow")], false, 22));
        assert!(refused(Transport, &[(c"protocol", c"pigeon"), (c"bind", c"::")], true, 22));
    }
}
