//! What an option of users.conf that is no phone's means in pjsip.conf (chan_sip.c, `build_peer` and `handle_common_options`;
//! res_pjsip/pjsip_configuration.c).
//!
//! An endpoint with one value that is not taken is refused as a whole: what is not certain to be taken is told and left out.

use super::super::users_conf::{is_false, is_true};
use super::whose::Elsewhere;
use std::ffi::{CStr, CString};

/// Options of an endpoint, in order.
pub type Options = Vec<(CString, CString)>;

/// Whom an option of users.conf is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The endpoint: as these options.
    Endpoint(Options),
    /// The account as a whole, which [`super::account`] sees to.
    Account,
    /// Nobody: it says that something is not wanted.
    Nothing,
    /// Somebody else, or nobody who is left.
    Elsewhere(Elsewhere),
}

/// How a value is to be written.
#[derive(Clone, Copy)]
enum Form {
    /// As it is.
    Text,
    /// `yes` or `no`.
    YesOrNo,
    /// A number, not less than that.
    Number(u32),
    /// Groups: `1,3-5`.
    Groups,
    /// Names of codecs.
    Codecs,
    /// `NAME=value`.
    Assignment,
    /// Who may see the caller's number.
    Presentation,
}
use Form::{Assignment, Codecs, Groups, Number, Presentation, Text, YesOrNo};

/// Options that are one of an endpoint's: chan_sip's name, the endpoint's, and how the value is written.
const ALIKE: [(&str, &CStr, Form); 47] = [
    ("context", c"context", Text),
    ("disallow", c"disallow", Codecs),
    ("allow", c"allow", Codecs),
    ("language", c"language", Text),
    ("tonezone", c"tone_zone", Text),
    ("accountcode", c"accountcode", Text),
    ("mohsuggest", c"moh_suggest", Text),
    ("fromuser", c"from_user", Text),
    ("fromdomain", c"from_domain", Text),
    ("mwi_from", c"mwi_from_user", Text),
    ("cid_tag", c"callerid_tag", Text),
    ("callingpres", c"callerid_privacy", Presentation),
    ("subscribecontext", c"subscribe_context", Text),
    ("outofcall_message_context", c"message_context", Text),
    ("recordonfeature", c"record_on_feature", Text),
    ("recordofffeature", c"record_off_feature", Text),
    ("callgroup", c"call_group", Groups),
    ("pickupgroup", c"pickup_group", Groups),
    ("namedcallgroup", c"named_call_group", Text),
    ("namedpickupgroup", c"named_pickup_group", Text),
    ("vmexten", c"voicemail_extension", Text),
    ("setvar", c"set_var", Assignment),
    ("deny", c"deny", Text),
    ("permit", c"permit", Text),
    ("acl", c"acl", Text),
    ("contactdeny", c"contact_deny", Text),
    ("contactpermit", c"contact_permit", Text),
    ("contactacl", c"contact_acl", Text),
    ("icesupport", c"ice_support", YesOrNo),
    ("avpf", c"use_avpf", YesOrNo),
    ("force_avp", c"force_avp", YesOrNo),
    ("trustrpid", c"trust_id_inbound", YesOrNo),
    ("allowtransfer", c"allow_transfer", YesOrNo),
    ("allowsubscribe", c"allow_subscribe", YesOrNo),
    ("allowoverlap", c"allow_overlap", YesOrNo),
    ("autoframing", c"use_ptime", YesOrNo),
    ("preferred_codec_only", c"preferred_codec_only", YesOrNo),
    ("usereqphone", c"user_eq_phone", YesOrNo),
    ("g726nonstandard", c"g726_non_standard", YesOrNo),
    ("rtcp_mux", c"rtcp_mux", YesOrNo),
    ("rpid_immediate", c"rpid_immediate", YesOrNo),
    ("rtptimeout", c"rtp_timeout", Number(0)),
    ("rtpholdtimeout", c"rtp_timeout_hold", Number(0)),
    ("rtpkeepalive", c"rtp_keepalive", Number(0)),
    ("session-minse", c"timers_min_se", Number(90)),
    ("session-expires", c"timers_sess_expires", Number(90)),
    ("busylevel", c"device_state_busy_at", Number(0)),
];

/// Options that a channel gets by a variable: chan_sip's name, and CHANNEL's.
const ON_CHANNEL: [(&str, &str); 2] = [("parkinglot", "parkinglot"), ("mohinterpret", "musicclass")];

/// What [`super::account`] sees to.
const OF_ACCOUNT: [&str; 17] = [
    "hassip",
    "host",
    "port",
    "qualify",
    "qualifyfreq",
    "secret",
    "md5secret",
    "username",
    "defaultuser",
    "callerid",
    "fullname",
    "trunkname",
    "cid_number",
    "mailbox",
    "hasvoicemail",
    "subscribemwi",
    "type",
];

/// What an option means. Those of the phone itself are not asked for here.
pub fn meaning(name: &CStr, value: &CStr) -> Meaning {
    let name = name.to_string_lossy().to_ascii_lowercase();
    if OF_ACCOUNT.contains(&name.as_str()) {
        return Meaning::Account;
    }
    if let Some((_, option, form)) = ALIKE.iter().find(|(each, ..)| *each == name) {
        let written = form.written(value);
        return written.map_or(Meaning::Elsewhere(Elsewhere::Value), |value| endpoint(&[(option, &value)]));
    }
    if let Some(options) = special(&name, value) {
        return options.map_or(Meaning::Elsewhere(Elsewhere::Value), |options| endpoint(&options));
    }
    if let Some((_, of_channel)) = ON_CHANNEL.iter().find(|(each, _)| *each == name) {
        let assignment = [b"CHANNEL(", of_channel.as_bytes(), b")=", value.to_bytes()].concat();
        return endpoint(&[(c"set_var", &CString::new(assignment).unwrap_or_default())]);
    }
    if name == "transport" {
        let is_usual = value.to_bytes().eq_ignore_ascii_case(b"udp");
        return if is_usual { Meaning::Nothing } else { Meaning::Elsewhere(Elsewhere::Transport) };
    }
    match Elsewhere::of(&name) {
        // has…=no
        whose if whose != Elsewhere::Unknown && name.starts_with("has") && is_false(value) => Meaning::Nothing,
        whose => Meaning::Elsewhere(whose),
    }
}

fn endpoint(options: &[(&CStr, &CStr)]) -> Meaning {
    Meaning::Endpoint(options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

impl Form {
    fn written(self, value: &CStr) -> Option<CString> {
        let text = value.to_str().unwrap_or_default();
        let words = || text.split(',').map(str::trim);
        let is_fit = match self {
            Text => true,
            YesOrNo => return Some(yes_or_no(value)?.to_owned()),
            Number(least) => text.parse::<u32>().is_ok_and(|number| (least..=i32::MAX as u32).contains(&number)),
            Groups => words().all(is_groups),
            Codecs => words().all(is_codec),
            Assignment => text.find('=').is_some_and(|at| at > 0),
            Presentation => PRESENTATIONS.contains(&text),
        };
        is_fit.then(|| value.to_owned())
    }
}

fn yes_or_no(value: &CStr) -> Option<&'static CStr> {
    match (is_true(value), is_false(value)) {
        (true, _) => Some(c"yes"),
        (_, true) => Some(c"no"),
        _ => None,
    }
}

/// Values of presentation (callerid.c, `pres_types`).
const PRESENTATIONS: [&str; 9] = [
    "allowed_not_screened",
    "allowed_passed_screen",
    "allowed_failed_screen",
    "allowed",
    "prohib_not_screened",
    "prohib_passed_screen",
    "prohib_failed_screen",
    "prohib",
    "unavailable",
];

/// A group, or a range of them.
fn is_groups(text: &str) -> bool {
    let is_group = |text: &str| text.parse::<u8>().is_ok_and(|group| group < 64);
    text.split_once('-').map_or(is_group(text), |(first, last)| is_group(first) && is_group(last))
}

/// Codecs that every Asterisk from 16 on knows by name.
const CODECS: [&str; 27] = [
    "all", "alaw", "ulaw", "gsm", "g722", "g726", "g726aal2", "g729", "g723", "ilbc", "speex", "speex16", "speex32",
    "slin", "slin16", "adpcm", "lpc10", "opus", "siren7", "siren14", "g719", "h261", "h263", "h263p", "h264", "vp8",
    "vp9",
];

/// A codec, with or without a framing.
fn is_codec(text: &str) -> bool {
    let name = text.split_once(':').map_or(text, |(name, _)| name);
    let is_framed = text.split_once(':').is_none_or(|(_, framing)| framing.parse::<u16>().is_ok());
    is_framed && CODECS.contains(&name.to_ascii_lowercase().as_str())
}

/// Options whose values mean more than one thing. `None` for other options, `Some(None)` for values that are not taken.
fn special(name: &str, value: &CStr) -> Option<Option<Vec<(&'static CStr, &'static CStr)>>> {
    let text = value.to_string_lossy().to_ascii_lowercase();
    let words: Vec<&str> = text.split(',').map(str::trim).collect();
    let says = |word: &str| words.contains(&word);
    let flag = |is_set: bool| if is_set { c"yes" } else { c"no" };
    let choice =
        |known: &[(&str, &'static CStr)]| known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    Some(match name {
        "nat" => {
            const KNOWN: [&str; 9] = [
                "yes",
                "no",
                "never",
                "route",
                "force_rport",
                "comedia",
                "auto_force_rport",
                "auto_comedia",
                "rfc3581",
            ];
            let is_rport = says("yes") || says("force_rport") || says("auto_force_rport") || says("route");
            let is_comedia = says("yes") || says("comedia") || says("auto_comedia");
            words.iter().all(|word| KNOWN.contains(word)).then(|| {
                vec![
                    (c"force_rport", flag(is_rport)),
                    (c"rewrite_contact", flag(is_rport)),
                    (c"rtp_symmetric", flag(is_comedia)),
                ]
            })
        }
        "dtmfmode" => {
            let mode = choice(&[("rfc2833", c"rfc4733"), ("inband", c"inband"), ("info", c"info"), ("auto", c"auto")]);
            mode.map(|mode| vec![(c"dtmf_mode", mode)])
        }
        "directmedia" | "canreinvite" => {
            const KNOWN: [&str; 4] = ["update", "nonat", "outgoing", "yes"];
            let is_known = yes_or_no(value).is_some() || words.iter().all(|word| KNOWN.contains(word));
            let mut options = vec![(c"direct_media", flag(!is_false(value)))];
            options.extend(says("update").then_some((c"direct_media_method", c"update")));
            options.extend(says("nonat").then_some((c"disable_direct_media_on_nat", c"yes")));
            options.extend(says("outgoing").then_some((c"direct_media_glare_mitigation", c"outgoing")));
            is_known.then_some(options)
        }
        "sendrpid" => match text.as_str() {
            "pai" => Some(vec![(c"send_pai", c"yes")]),
            "rpid" => Some(vec![(c"send_rpid", c"yes")]),
            _ => yes_or_no(value).map(|wanted| vec![(c"send_rpid", wanted)]),
        },
        "encryption" => {
            yes_or_no(value).map(|wanted| vec![(c"media_encryption", if wanted == c"yes" { c"sdes" } else { c"no" })])
        }
        "encryption_taglen" => choice(&[("32", c"yes"), ("80", c"no")]).map(|wanted| vec![(c"srtp_tag_32", wanted)]),
        "session-timers" => {
            let timers = choice(&[("originate", c"always"), ("accept", c"yes"), ("refuse", c"no")]);
            timers.map(|timers| vec![(c"timers", timers)])
        }
        _ => return None,
    })
}
