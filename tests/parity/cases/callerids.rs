//! What an endpoint's callerid becomes.

use crate::case::{Case, endpoint_and_phone, latin1};

/// As they are written behind `callerid =`.
const CALLERIDS: &[&str] = &[
    r#""Ann" <1001>"#,
    "Ann <1001>",
    "Ann Bee <1001>",
    r#""Ann"<1001>"#,
    // A number or a name alone, and what may be either.
    "<1001>",
    "1001",
    "2004",
    r#""2004""#,
    r#""2004" <2004>"#,
    "2004 <2004>",
    "Ann",
    r#""Ann""#,
    r#""Ann Bee""#,
    "0",
    "+4930123456",
    "*98",
    // Quotes.
    r#""Ann \"Nick\" Bee" <1001>"#,
    r#""Ann \\ Bee" <1001>"#,
    r#"Ann "Nick" Bee <1001>"#,
    r#""Ann 'Nick' Bee" <1001>"#,
    r#""" <1001>"#,
    r#""""#,
    r#""Ann <1001>"#,
    r#"Ann" <1001>"#,
    // What means something in XML, in a template, in pjsip.conf.
    r#""Bob & Söhne" <1001>"#,
    r#""<b>Bob</b>" <1001>"#,
    r#""a&amp;b" <1001>"#,
    r#""${SECRET}" <${USERNAME}>"#,
    r#""%{MAC} $[1+1]" <1001>"#,
    r#""Ann\; Bee" <1001>"#,
    r#""Ann" <1001> ; a comment"#,
    r#""Bee, Ann" <1001>"#,
    r#""Ann = Bee => Cee" <1001>"#,
    // Bytes beyond ASCII.
    r#""Jürgen Müller" <1001>"#,
    "Jürgen <1001>",
    "日本語 <1001>",
    r#""🦀" <1001>"#,
    // Nothing, and next to nothing.
    "",
    "<>",
    r#""Ann" <>"#,
    "Ann <>",
    r#""   " <1001>"#,
    r#""  padded  " <  1001  >"#,
    "Anonymous <anonymous>",
    "anonymous",
    r#""Unknown" <unknown>"#,
    // Numbers that are none, and brackets out of order.
    r#""Ann" <sip:1001@example.com>"#,
    r#""Ann" <+49 (30) 1234-56>"#,
    r#""Ann" <1001ext5>"#,
    r#""Ann" 1001"#,
    "Ann 1001>",
    "Ann <1001",
    "<1001> Ann",
    r#"<1001> "Ann""#,
    r#""Ann" <1001> Bee"#,
    "Ann <<1001>>",
    "Ann <1001> <1002>",
    // A second option of the endpoint.
    "Ann <1001>\ncallerid = Bee <1002>",
    "Ann <1001>\ncallerid =",
    "Ann <1001>\ncallerid_privacy = prohib",
    "Ann <1001>\ncallerid_tag = tag",
    "Ann <1001>\nfrom_user = 4711",
];

pub fn callerids() -> Case {
    let long = [format!("\"{}\" <1001>", "n".repeat(100)), format!("Ann <{}>", "7".repeat(100)), "7".repeat(100)];
    let mut pjsip = Vec::new();
    let mut count = 0;
    for callerid in CALLERIDS.iter().copied().chain(long.iter().map(String::as_str)) {
        count += 1;
        pjsip.extend(endpoint_and_phone(count, &format!("callerid = {callerid}")).into_bytes());
    }
    count += 1;
    pjsip.extend(latin1(&endpoint_and_phone(count, "callerid = café <1001>")));
    count += 1;
    pjsip.extend(endpoint_and_phone(count, "").into_bytes());
    Case::new(pjsip, count)
}
