//! Pieces of pjsip.conf.

/// An endpoint and its auth.
pub fn account(id: &str) -> String {
    format!(
        "[{id}]\ntype = endpoint\ntransport = udp\nauth = {id}\ncallerid = \"Phone {id}\" <{id}>\n\n\
         [{id}]\ntype = auth\nusername = user-{id}\npassword = secret-{id}\n\n"
    )
}

/// A phoneprov section of the profile `desk` with these further lines.
pub fn section(id: &str, mac: &str, lines: &str) -> String {
    format!("[{id}]\ntype = phoneprov\nPROFILE = desk\nMAC = {mac}\n{lines}\n\n")
}

/// The phone that is all right, beside the one that a scenario spoils.
pub fn good_phone() -> String {
    account("1000") + &section("good", GOOD_MAC, "endpoint = 1000")
}

pub const GOOD_MAC: &str = "00aa00aa00aa";
