//! Phones with numbers from 0, each with one file that shows how often the phone was changed.

use super::hosts::{Answer, Host};
use std::fmt::Write as _;

pub struct Fleet {
    changes: Vec<u32>,
}

impl Fleet {
    pub fn new(phones: usize) -> Self {
        Self { changes: vec![0; phones] }
    }

    pub fn len(&self) -> usize {
        self.changes.len()
    }

    pub fn change(&mut self, phone: usize) {
        self.changes[phone] += 1;
    }

    pub fn change_all(&mut self) {
        self.changes.iter_mut().for_each(|changes| *changes += 1);
    }

    /// Whether that is what the phone should get now.
    pub fn is_current(&self, phone: usize, answer: &Answer) -> bool {
        let line = format!("LABEL=change {:06}", self.changes[phone]);
        answer.status == 200 && answer.body.split(|&byte| byte == b'\n').any(|found| found == line.as_bytes())
    }

    /// Writes pjsip.conf, with these further sections.
    pub fn configure(&self, host: &Host, further: &str) {
        let mut text = String::from("[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1\n\n");
        text += further;
        for (phone, changes) in self.changes.iter().enumerate() {
            let _ = write!(
                text,
                "[{phone:05}]\ntype=endpoint\ntransport=udp\nauth={phone:05}\ncallerid=\"Phone {phone:05}\" <{phone:05}>\n\n\
                 [{phone:05}]\ntype=auth\nusername=user-{phone:05}\npassword=secret-{phone:05}\n\n\
                 [phone-{phone:05}]\ntype=phoneprov\nendpoint={phone:05}\nPROFILE=desk\nMAC={}\nLABEL=change {changes:06}\n\n",
                mac(phone)
            );
        }
        host.write_at_once("etc/pjsip.conf", text);
    }
}

/// The file that a phone asks for.
pub fn file(phone: usize) -> String {
    format!("{}.cfg", mac(phone))
}

fn mac(phone: usize) -> String {
    format!("0015650{phone:05}")
}
