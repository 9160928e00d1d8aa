//! The phones of a benchmark: which there are, what pjsip.conf says of them, and which file shows it.

use std::fmt::Write as _;

/// Phones with numbers from 0; each has a LABEL that tells how often it was changed.
pub struct Fleet {
    labels: Vec<u32>,
}

impl Fleet {
    pub fn new(phones: usize) -> Self {
        Self { labels: vec![0; phones] }
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// The phone that both modules reach last.
    pub fn last(&self) -> usize {
        self.labels.len() - 1
    }

    /// Gives so many phones, spread over all and the last one among them, a new LABEL.
    pub fn change(&mut self, count: usize) {
        let step = self.labels.len() / count.min(self.labels.len());
        self.labels.iter_mut().rev().step_by(step).take(count).for_each(|label| *label += 1);
    }

    /// The file by which a phone is looked at.
    pub fn file(&self, phone: usize) -> String {
        format!("{}-network.cfg", mac(phone))
    }

    /// The line of that file that shows what the configuration says.
    pub fn line(&self, phone: usize) -> String {
        format!("label=label {:06}\n", self.labels[phone])
    }

    pub fn pjsip_conf(&self) -> String {
        let mut text = String::from("[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1\n\n");
        for (phone, label) in self.labels.iter().enumerate() {
            let _ = write!(
                text,
                "[{phone:05}]\ntype=endpoint\ntransport=udp\nauth={phone:05}\ncallerid=\"Phone {phone:05}\" <{phone:05}>\n\n\
                 [{phone:05}]\ntype=auth\nusername=user-{phone:05}\npassword=secret-{phone:05}\n\n\
                 [phone-{phone:05}]\ntype=phoneprov\nendpoint={phone:05}\nPROFILE=desk\nMAC={}\nLABEL=label {label:06}\n\n",
                mac(phone)
            );
        }
        text
    }
}

fn mac(phone: usize) -> String {
    format!("0015650{phone:05}")
}
