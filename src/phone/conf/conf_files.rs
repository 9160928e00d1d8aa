//! What configuration files say, past sorcery: which files a type is read from, and what is in them.

use super::super::directory::{Auth, Endpoint, Transport};
use super::super::settings::yes_or_no;
use super::super::variables::Variables;
use std::collections::HashSet;
use std::ffi::{CStr, CString};

/// The sections of a file with their options, in order.
pub type File = Vec<(CString, Variables)>;

/// A file that the `config` wizard reads objects of one type from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub file: CString,
    /// The id of a section that is of the type whatever it says.
    explicit_name: Option<CString>,
    /// What a section must say to be of the type: options with their values.
    criteria: Vec<(CString, CString)>,
}

impl Source {
    /// Reads what stands behind `config,` in sorcery.conf (res_sorcery_config.c, `sorcery_config_open`).
    pub fn new(text: &CStr) -> Option<Self> {
        let mut parts = text.to_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        let file = CString::new(parts.next()?).ok().filter(|file| !file.is_empty())?;
        let criterion = |part: &[u8]| {
            let mut words = part.strip_prefix(b"criteria=")?.splitn(2, |&byte| byte == b'=');
            Some((CString::new(words.next()?).ok()?, CString::new(words.next()?).ok()?))
        };
        let options: Vec<&[u8]> = parts.collect();
        let explicit_name =
            options.iter().find_map(|option| CString::new(option.strip_prefix(b"explicit_name=")?).ok());
        let criteria = options.into_iter().filter_map(criterion).collect();
        Some(Source { file, explicit_name: explicit_name.filter(|name| !name.is_empty()), criteria })
    }

    /// Whether a section is of the type; each is where nothing says which are.
    pub fn takes(&self, id: &CStr, options: &Variables) -> bool {
        let fits = |(name, value): &(CString, CString)| options.get(name) == Some(value);
        match (&self.explicit_name, self.criteria.as_slice()) {
            (None, []) => true,
            (Some(name), _) if name.as_c_str() == id => true,
            (Some(_), []) => false,
            (_, criteria) => criteria.iter().all(fits),
        }
    }
}

/// What sorcery.conf says of a type in the sections of these modules, in order, caches left out.
fn mappings<'a>(sorcery_conf: &'a File, modules: &[&CStr], object_type: &CStr) -> impl Iterator<Item = &'a CStr> {
    let of_module = |(module, _): &&(CString, Variables)| modules.contains(&module.as_c_str());
    let mappings = sorcery_conf.iter().filter(of_module).flat_map(|(_, mappings)| mappings.iter());
    let of_type = mappings.filter(|(name, _)| {
        let mut parts = name.to_bytes().split(|&byte| byte == b'/').map(<[u8]>::trim_ascii);
        parts.next() == Some(object_type.to_bytes()) && parts.next() != Some(b"cache")
    });
    of_type.map(|(_, value)| value)
}

/// The files that sorcery.conf has a type of one of these modules read from; `default` where it says nothing of the type.
pub fn sources(sorcery_conf: &File, modules: &[&CStr], object_type: &CStr, default: &CStr) -> Vec<Source> {
    let mapped: Vec<&[u8]> = mappings(sorcery_conf, modules, object_type).map(CStr::to_bytes).collect();
    if mapped.is_empty() {
        return Source::new(default).into_iter().collect();
    }
    let behind_config = mapped.iter().filter_map(|value| {
        let rest = value.strip_prefix(b"config")?.trim_ascii_start().strip_prefix(b",")?;
        Source::new(&CString::new(rest).ok()?)
    });
    behind_config.collect()
}

/// The family of the database that sorcery.conf has a type of one of these modules kept in.
pub fn family(sorcery_conf: &File, modules: &[&CStr], object_type: &CStr) -> Option<CString> {
    let behind_realtime = mappings(sorcery_conf, modules, object_type).find_map(|value| {
        let rest = value.to_bytes().strip_prefix(b"realtime")?.trim_ascii_start().strip_prefix(b",")?;
        rest.split(|&byte| byte == b',').next().map(<[u8]>::trim_ascii)
    })?;
    CString::new(behind_realtime).ok().filter(|family| !family.is_empty())
}

/// What extconfig.conf says of a family, or of a file that is kept in a database.
fn families<'a>(extconfig: &'a File, family: &CStr) -> impl Iterator<Item = &'a CStr> {
    let settings = extconfig.iter().filter(|(section, _)| section.as_c_str() == c"settings");
    let mappings = settings.flat_map(|(_, mappings)| mappings.iter());
    mappings.filter(move |(name, _)| *name == family).map(|(_, value)| value)
}

/// Whether extconfig.conf names a family, or a file that is kept in a database.
pub fn is_mapped(extconfig: &File, family: &CStr) -> bool {
    families(extconfig, family).next().is_some()
}

/// Drivers that answer a table without rows and a failure differently to Asterisk itself, so that it asks a further engine
/// after a failure only (res_config_pgsql.c and the others: `realtime_multi_*`; res_config_curl does not). The last one is the
/// stub core's.
const HONEST_DRIVERS: [&str; 5] = ["pgsql", "odbc", "sqlite3", "mysql", "stub"];

/// Whether extconfig.conf has that engine asked for a family if, and only if, its drivers have failed: it comes last, in the
/// order of priorities without a gap (config.c, `find_engine`), and the drivers before it are known to be honest.
pub fn is_witness(extconfig: &File, family: &CStr, engine: &CStr) -> bool {
    let mut engines: Vec<(u32, String)> = Vec::new();
    for value in families(extconfig, family) {
        let text = value.to_string_lossy();
        let mut parts = text.split(',').map(str::trim);
        let name = parts.next().unwrap_or_default().to_owned();
        let priority = parts.nth(2).and_then(|priority| priority.parse().ok()).unwrap_or(1);
        engines.push((priority, name));
    }
    engines.sort();
    let is_in_order = engines.iter().zip(1..).all(|((priority, _), wanted)| *priority == wanted);
    let Some(((_, last), drivers)) = engines.split_last() else { return false };
    let are_honest = drivers.iter().all(|(_, driver)| HONEST_DRIVERS.contains(&driver.as_str()));
    is_in_order && !drivers.is_empty() && are_honest && last.as_bytes() == engine.to_bytes()
}

/// The first entry of an option that is a list.
pub fn first_of_list(options: &Variables, name: &CStr) -> Option<CString> {
    let list = last(options, name)?;
    let first = list.to_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii).find(|entry| !entry.is_empty())?;
    CString::new(first).ok()
}

/// The objects of one type in a file, in order of id, without the option `type`. The second of two with one id is an error:
/// sorcery then takes none of the file's objects of the type. Their options come as Asterisk has them.
pub fn objects(file: &File, source: &Source) -> Result<Vec<(CString, Variables)>, CString> {
    let mut objects: Vec<(CString, Variables)> = file
        .iter()
        .filter(|(id, options)| source.takes(id, options))
        .map(|(id, options)| (id.clone(), options.pairs().filter(|pair| pair.name != c"type").collect()))
        .collect();
    let mut ids = HashSet::new();
    if let Some((twice, _)) = objects.iter().find(|(id, _)| !ids.insert(id.clone())) {
        return Err(twice.clone());
    }
    objects.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(objects)
}

/// The last value of an option that counts once: each one written replaces the one before.
pub fn last(options: &Variables, wanted: &CStr) -> Option<CString> {
    // aco_option names are matched without case (config_options.c, `aco_option_find`).
    let named = |name: &CStr| name.to_bytes().eq_ignore_ascii_case(wanted.to_bytes());
    options.iter().filter(|(name, _)| named(name)).last().map(|(_, value)| value.to_owned())
}

/// What an endpoint's options say. `split` takes a callerid apart, into name and number.
pub fn endpoint(options: &Variables, split: impl Fn(&CStr) -> (CString, CString)) -> Endpoint {
    let given = |text: CString| (!text.is_empty()).then_some(text);
    let (name, number) = last(options, c"callerid").map(|callerid| split(&callerid)).unwrap_or_default();
    Endpoint {
        transport: last(options, c"transport").and_then(given),
        callerid_number: given(number),
        callerid_name: given(name),
        auth: first_of_list(options, c"auth"),
    }
}

/// What an auth's options say.
pub fn auth(options: &Variables) -> Auth {
    Auth { username: last(options, c"username"), password: last(options, c"password") }
}

/// What a transport can speak (res_pjsip/config_transport.c, `transport_protocol_handler`).
const PROTOCOLS: [&CStr; 6] = [c"udp", c"tcp", c"tls", c"ws", c"wss", c"flow"];

/// What a transport's options say: its protocol, and the port in `bind`, or the protocol's own (res_pjsip/config_transport.c).
pub fn transport(options: &Variables) -> Transport {
    let given = last(options, c"protocol").unwrap_or_else(|| c"udp".into());
    let named = |name: &&CStr| given.to_bytes().eq_ignore_ascii_case(name.to_bytes());
    let protocol = PROTOCOLS.into_iter().find(named);
    if protocol == Some(c"flow") {
        // There is nothing to start, nor to keep.
        return Transport { port: 0, protocol, is_reloadable: true };
    }
    let bind = last(options, c"bind").unwrap_or_default();
    let bind = bind.to_bytes();
    // [v6]:port, v4:port, v4, v6
    let after_host = match bind.iter().position(|&byte| byte == b']') {
        Some(end) => &bind[end + 1..],
        None if bind.iter().filter(|&&byte| byte == b':').count() == 1 => {
            &bind[bind.iter().position(|&byte| byte == b':').unwrap_or(bind.len())..]
        }
        None => b"",
    };
    let port = after_host.strip_prefix(b":").and_then(|port| std::str::from_utf8(port).ok()?.trim().parse().ok());
    let usual = if protocol == Some(c"tls") { 5061 } else { 5060 };
    let is_reloadable = last(options, c"allow_reload").is_some_and(|value| yes_or_no(&value) == Some(true));
    Transport { port: port.filter(|&port| port != 0).unwrap_or(usual), protocol, is_reloadable }
}

/// So many clients the HTTP server lets in at once if nobody says (http.c, `DEFAULT_SESSION_LIMIT`).
pub const USUAL_SESSION_LIMIT: usize = 100;

/// How many http.conf says (http.c, `__ast_http_load`).
pub fn session_limit(http_conf: &File) -> usize {
    let is_general = |name: &CStr| name.to_bytes().eq_ignore_ascii_case(b"general");
    let general = http_conf.iter().find(|(name, _)| is_general(name));
    let text = general.and_then(|(_, options)| last(options, c"sessionlimit"));
    let limit = text.and_then(|text| text.to_str().ok()?.trim_start().parse::<i32>().ok());
    limit.and_then(|limit| usize::try_from(limit).ok()).filter(|&limit| limit > 0).unwrap_or(USUAL_SESSION_LIMIT)
}

/// Sections whose `type` looks like one of ours and is none: id, what they say, and what they may have meant.
pub fn misspelt_types<'a>(file: &'a File, ours: &'a [&'a CStr]) -> Vec<(&'a CStr, &'a CStr, &'a CStr)> {
    let types = file.iter().filter_map(|(id, options)| Some((id.as_c_str(), options.get(c"type")?)));
    let close = |(id, given): (&'a CStr, &'a CStr)| {
        let text = given.to_string_lossy().to_lowercase();
        if ours.contains(&given) {
            return None;
        }
        let distance = |name: &CStr| strsim::damerau_levenshtein(&text, &name.to_string_lossy());
        let meant = ours.iter().min_by_key(|name| distance(name)).filter(|name| distance(name) <= 2)?;
        Some((id, given, *meant))
    };
    types.filter_map(close).collect()
}

/// Sections that say which phone they are and not what: id and options.
pub fn untyped(file: &File) -> impl Iterator<Item = (&CStr, &Variables)> {
    let gives = |options: &Variables, wanted: &CStr| {
        options.iter().any(|(name, _)| name.to_bytes().eq_ignore_ascii_case(wanted.to_bytes()))
    };
    let is_untyped = move |options: &Variables| {
        gives(options, c"MAC") && gives(options, c"PROFILE") && options.get(c"type").is_none()
    };
    file.iter().filter(move |(_, options)| is_untyped(options)).map(|(id, options)| (id.as_c_str(), options))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn options(pairs: &[(&CStr, &CStr)]) -> Variables {
        pairs.iter().copied().collect()
    }

    #[test]
    fn sorcery_conf_says_where_a_type_is_read_from() {
        const DEFAULT: &CStr = c"pjsip.conf,criteria=type=phoneprov";
        let sorcery_conf = vec![
            (
                c"ours".to_owned(),
                options(&[
                    (c"phoneprov/a", c"config,phones.conf,criteria=type=phoneprov,single_object=no"),
                    (c"phoneprov/b", c"realtime,ps_phoneprov"),
                ]),
            ),
            (c"other".to_owned(), options(&[(c"auth", c"config,other.conf")])),
        ];
        let of = |modules: &[&CStr], name| sources(&sorcery_conf, modules, name, DEFAULT);
        let named: Vec<_> = of(&[c"ours"], c"phoneprov").into_iter().map(|source| source.file).collect();
        assert_eq!(named, [c"phones.conf".to_owned()]);
        assert_eq!(of(&[c"ours"], c"auth")[0].file, c"pjsip.conf".to_owned(), "another module's section");
        assert!(of(&[c"other"], c"auth")[0].takes(c"any", &options(&[(c"type", c"odd")])), "no criteria take all");
        let named = Source::new(c"other.conf,explicit_name=global").unwrap();
        assert!(named.takes(c"global", &options(&[])) && !named.takes(c"any", &options(&[(c"type", c"global")])));
        assert_eq!(of(&[c"none"], c"phoneprov"), [Source::new(DEFAULT).unwrap()]);
    }

    #[test]
    fn a_witness_stands_behind_honest_drivers() {
        let is_witness = |mappings: &[&CStr]| {
            let mappings: Vec<(&CStr, &CStr)> = mappings.iter().map(|value| (c"phones", *value)).collect();
            is_witness(&vec![(c"settings".to_owned(), options(&mappings))], c"phones", c"us")
        };
        assert!(is_witness(&[c"pgsql,db,t", c"us,none,none,2"]));
        assert!(is_witness(&[c"us,none,none,3", c"pgsql,db,t,1", c"odbc,db,t,2"]));
        assert!(!is_witness(&[c"pgsql,db,t"]), "there is none");
        assert!(!is_witness(&[c"pgsql,db,t", c"us,none,none,3"]), "nobody asks it");
        assert!(!is_witness(&[c"pgsql,db,t", c"us,none,none"]), "nobody knows who is asked first");
        assert!(!is_witness(&[c"curl,url,t", c"us,none,none,2"]), "a failure looks like no rows");
    }

    #[test]
    fn a_second_object_with_one_id_is_told() {
        let source = Source::new(c"pjsip.conf,criteria=type=phoneprov").unwrap();
        let phone = || options(&[(c"type", c"phoneprov"), (c"MAC", c"1")]);
        let mut file = vec![
            (c"b".to_owned(), phone()),
            (c"a".to_owned(), phone()),
            (c"a".to_owned(), options(&[(c"type", c"auth")])),
        ];
        let ids: Vec<_> = objects(&file, &source).unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, [c"a".to_owned(), c"b".into()]);
        file.push((c"b".to_owned(), phone()));
        assert_eq!(objects(&file, &source).unwrap_err(), c"b".to_owned());
    }

    #[test]
    fn objects_are_read_as_res_pjsip_reads_them() {
        let read = endpoint(
            &options(&[(c"transport", c"tcp"), (c"transport", c"udp"), (c"auth", c" a1 , a2"), (c"callerid", c"x")]),
            |text| (text.to_owned(), c"".into()),
        );
        assert_eq!(
            read,
            Endpoint {
                transport: Some(c"udp".into()),
                callerid_number: None,
                callerid_name: Some(c"x".into()),
                auth: Some(c"a1".into())
            }
        );
        for (bind, protocol, port) in [
            (c"0.0.0.0", c"udp", 5060),
            (c"0.0.0.0:5070", c"udp", 5070),
            (c"[::]:5071", c"tcp", 5071),
            (c"::", c"tls", 5061),
            (c"0.0.0.0:0", c"tls", 5061),
            (c"0.0.0.0:5070", c"flow", 0),
        ] {
            let read = transport(&options(&[(c"bind", bind), (c"protocol", protocol)]));
            assert_eq!(
                read,
                Transport { port, protocol: Some(protocol), is_reloadable: protocol == c"flow" },
                "{bind:?} {protocol:?}"
            );
        }
        let protocol = |given: &[(&CStr, &CStr)]| transport(&options(given)).protocol;
        assert_eq!(protocol(&[(c"protocol", c"WSS")]), Some(c"wss"));
        assert_eq!(protocol(&[(c"protocol", c"sctp")]), None);
        assert_eq!(protocol(&[]), Some(c"udp"), "Asterisk's default");
    }

    #[test]
    fn the_http_server_has_100_sessions_unless_http_conf_says_otherwise() {
        let limit = |of: &[(&CStr, &CStr)]| session_limit(&vec![(c"General".to_owned(), options(of))]);
        assert_eq!(session_limit(&File::new()), 100);
        assert_eq!(limit(&[(c"enabled", c"yes")]), 100);
        assert_eq!(limit(&[(c"sessionlimit", c"7"), (c"SessionLimit", c"1000")]), 1000);
        for refused in [c"0", c"-1", c"many", c"5 "] {
            assert_eq!(limit(&[(c"sessionlimit", c"7"), (c"sessionlimit", refused)]), 100, "{refused:?}");
        }
    }

    #[test]
    fn types_that_look_like_ours_are_found() {
        let section = |id: &CStr, object_type: &CStr| (id.to_owned(), options(&[(c"type", object_type)]));
        let file = vec![
            section(c"a", c"phoneprovr"),
            section(c"b", c"phoneprov"),
            section(c"c", c"Phone_prov"),
            section(c"d", c"auth"),
        ];
        assert_eq!(
            misspelt_types(&file, &[c"phoneprov", c"phoneprov_default"]),
            [(c"a", c"phoneprovr", c"phoneprov"), (c"c", c"Phone_prov", c"phoneprov")]
        );
    }

    #[test]
    fn a_phone_without_a_type_is_found() {
        let phone = [(c"mac", c"001122334455"), (c"PROFILE", c"desk")];
        let file = vec![
            (c"a".into(), options(&phone)),
            (c"b".into(), options(&[phone[0], phone[1], (c"type", c"phoneprov")])),
            (c"c".into(), options(&phone[1..])),
        ];
        assert_eq!(untyped(&file).map(|(id, _)| id).collect::<Vec<_>>(), [c"a"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[ -~]{0,40}") {
            let text = CString::new(text).unwrap();
            let _ = Source::new(&text);
            transport(&options(&[(c"bind", &text), (c"protocol", &text)]));
            endpoint(&options(&[(c"auth", &text), (c"callerid", &text)]), |text| (text.to_owned(), text.to_owned()));
            sources(&vec![(c"m".to_owned(), options(&[(c"t", &text), (&text, &text)]))], &[c"m"], c"t", &text);
        }
    }
}
