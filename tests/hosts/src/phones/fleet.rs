//! Phones with numbers from 0, each with an endpoint and an auth of its own, and with a LABEL that shows how often the phone
//! was changed.

use crate::{Answer, Host};
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

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The phone that whoever goes by their numbers reaches last.
    pub fn last(&self) -> usize {
        self.changes.len() - 1
    }

    pub fn change(&mut self, phone: usize) {
        self.changes[phone] += 1;
    }

    /// Changes so many phones, spread over all and the last one among them.
    pub fn change_some(&mut self, count: usize) {
        let step = self.changes.len() / count.clamp(1, self.changes.len());
        self.changes.iter_mut().rev().step_by(step).take(count).for_each(|changes| *changes += 1);
    }

    pub fn change_all(&mut self) {
        self.changes.iter_mut().for_each(|changes| *changes += 1);
    }

    pub fn label(&self, phone: usize) -> String {
        format!("change {:06}", self.changes[phone])
    }

    /// Whether that is what the phone should get now, for a file with a line `LABEL=${LABEL}`.
    pub fn is_current(&self, phone: usize, answer: &Answer) -> bool {
        let line = format!("LABEL={}", self.label(phone));
        answer.status == 200 && answer.body.split(|&byte| byte == b'\n').any(|found| found == line.as_bytes())
    }

    /// A pjsip.conf, with these further sections.
    pub fn pjsip_conf(&self, further: &str) -> String {
        let mut text = String::from("[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1\n\n");
        text += further;
        for phone in 0..self.len() {
            let (account, id, mac, label) = (account(phone), id(phone), mac(phone), self.label(phone));
            let _ = write!(
                text,
                "[{account}]\ntype=endpoint\ntransport=udp\nauth={account}\ncallerid=\"Phone {account}\" <{account}>\n\n\
                 [{account}]\ntype=auth\nusername=user-{account}\npassword=secret-{account}\n\n\
                 [{id}]\ntype=phoneprov\nendpoint={account}\nPROFILE=desk\nMAC={mac}\nLABEL={label}\n\n"
            );
        }
        text
    }

    /// Writes it.
    pub fn configure(&self, host: &Host, further: &str) {
        host.write_at_once("etc/pjsip.conf", self.pjsip_conf(further));
    }
}

pub fn mac(phone: usize) -> String {
    format!("001565{phone:06}")
}

/// The id of the phone's section.
pub fn id(phone: usize) -> String {
    format!("phone-{phone:05}")
}

/// The id of the phone's endpoint and of its auth, whose user is `user-ID` with the password `secret-ID`.
pub fn account(phone: usize) -> String {
    format!("{phone:05}")
}

/// The file that a phone asks for, where its profile does not say otherwise.
pub fn file(phone: usize) -> String {
    format!("{}.cfg", mac(phone))
}
