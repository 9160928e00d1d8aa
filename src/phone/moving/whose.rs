//! Whose options of users.conf are that pjsip.conf has no place for: the file is read by many modules.

/// Who reads an option that pjsip.conf has no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elsewhere {
    /// chan_sip did, and chan_pjsip has nothing like it.
    ChanSip,
    /// chan_sip did, and chan_pjsip does not take that value.
    Value,
    /// A transport of pjsip.conf says it.
    Transport,
    /// pbx_config.
    Dialplan,
    /// app_voicemail.
    Voicemail,
    /// app_directory.
    Directory,
    /// manager.
    Manager,
    /// chan_iax2.
    Iax,
    /// chan_dahdi.
    Dahdi,
    /// Nobody who is known here.
    Unknown,
}

impl Elsewhere {
    /// Whose an option of that name, in small letters, is.
    pub fn of(name: &str) -> Self {
        let others = OF_OTHERS.iter().find(|(_, names)| names.contains(&name));
        others.map_or(Elsewhere::Unknown, |(whose, _)| *whose)
    }

    /// What a comment says in front of such options.
    pub fn words(self) -> &'static str {
        match self {
            Elsewhere::ChanSip => "chan_sip's alone, without an option of pjsip.conf",
            Elsewhere::Value => "a value that pjsip.conf does not take",
            Elsewhere::Transport => {
                "to be said by transport= in the endpoint, with the id of a type=transport section that speaks it"
            }
            Elsewhere::Dialplan => "for extensions.conf",
            Elsewhere::Voicemail => "for voicemail.conf",
            Elsewhere::Directory => "app_directory's",
            Elsewhere::Manager => "for manager.conf",
            Elsewhere::Iax => "for iax.conf",
            Elsewhere::Dahdi => "chan_dahdi's",
            Elsewhere::Unknown => "nobody's that is known here",
        }
    }
}

/// Options of others, with whose they are.
const OF_OTHERS: [(Elsewhere, &[&str]); 7] = [
    (
        Elsewhere::ChanSip,
        &[
            "remotesecret",
            "description",
            "auth",
            "outboundproxy",
            "defaultip",
            "directmediapermit",
            "directmediadeny",
            "directmediaacl",
            "regexten",
            "callbackextension",
            "amaflags",
            "maxforwards",
            "rtp_engine",
            "timert1",
            "timerb",
            "header",
            "maxcallbitrate",
            "session-refresher",
            "disallowed_methods",
            "unsolicited_mailbox",
            "use_q850_reason",
            "snom_aoc_enabled",
            "ignore_requested_pref",
            "discard_remote_hold_retrieval",
            "keepalive",
            "callcounter",
            "call-limit",
            "insecure",
            "progressinband",
            "promiscredir",
            "videosupport",
            "textsupport",
            "ignoresdpversion",
            "faxdetect",
            "rfc2833compensate",
            "buggymwi",
            "supportpath",
            "rpid_update",
            "trust_id_outbound",
            "useclientcode",
            "t38pt_udptl",
            "t38pt_usertpsource",
            "registersip",
            "contact",
            "authuser",
            "dtlsenable",
            "dtlsverify",
            "dtlscertfile",
            "dtlsprivatekey",
            "dtlscafile",
            "dtlssetup",
        ],
    ),
    (Elsewhere::Dialplan, &["hasexten", "alternateexts"]),
    (Elsewhere::Voicemail, &["vmsecret", "email", "pager", "attach", "tz", "delete", "saycid", "review", "envelope"]),
    (Elsewhere::Directory, &["hasdirectory"]),
    (Elsewhere::Manager, &["hasmanager", "managerread", "managerwrite"]),
    (Elsewhere::Iax, &["hasiax", "registeriax", "requirecalltoken"]),
    (
        Elsewhere::Dahdi,
        &[
            "dahdichan",
            "zapchan",
            "signalling",
            "hash323",
            "callwaiting",
            "threewaycalling",
            "callwaitingcallerid",
            "transfer",
            "canpark",
            "cancallforward",
            "callreturn",
        ],
    ),
];
