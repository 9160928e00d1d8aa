//! Changing sorcery's objects while a host runs: a real one through ARI, the stub core through commands of its own.

use crate::{Host, Kind};
use std::fmt::Write as _;

/// The types whose objects can be changed, and where sorcery.conf has them.
const TYPES: [(&str, &[&str]); 2] =
    [("res_pjsip", &["endpoint", "auth"]), ("res_pjsip_phoneprov_provider", &["phoneprov", "phoneprov_default"])];

impl Host {
    /// Lays the host out so that objects can be changed while it runs, and are kept by that wizard (`memory`, `astdb,phones`)
    /// beside those of pjsip.conf.
    pub fn keep_objects_in(&self, wizard: &str) {
        let mut sorcery = String::new();
        for (section, types) in TYPES {
            let _ = writeln!(sorcery, "[{section}]");
            for kind in types {
                let _ = writeln!(sorcery, "{kind} = config,pjsip.conf,criteria=type={kind}\n{kind} = {wizard}");
            }
        }
        self.write("etc/sorcery.conf", sorcery);
        let ari = ["res_websocket_client.so", "res_stasis.so", "res_ari.so", "res_ari_model.so", "res_ari_asterisk.so"];
        // The first is a part of ARI in 22 and missing in 16.
        let modules: String = ari.iter().map(|module| format!("load = {module}\n")).collect();
        self.write("etc/modules.conf", self.read("etc/modules.conf") + &modules);
        self.write("etc/ari.conf", "[general]\nenabled = yes\n\n[tester]\ntype = user\npassword = secret\n");
    }

    /// Creates an object, or updates the one that there is.
    pub fn put(&self, kind: &str, id: &str, fields: &[(&str, &str)]) {
        if self.kind == Kind::Stub {
            let fields: String = fields.iter().map(|(name, value)| format!(" \"{name}={value}\"")).collect();
            let answer = self.cli(&format!("stub put {kind} {id}{fields}"));
            assert_eq!(answer.trim(), "Put");
            return;
        }
        let fields = fields.iter().map(|(name, value)| format!(r#"{{"attribute":"{name}","value":"{value}"}}"#));
        let body = format!(r#"{{"fields":[{}]}}"#, fields.collect::<Vec<_>>().join(","));
        let request = self.agent().put(self.object(kind, id)).content_type("application/json");
        self.check(request.send(body));
    }

    /// Deletes an object.
    pub fn delete(&self, kind: &str, id: &str) {
        if self.kind == Kind::Stub {
            let answer = self.cli(&format!("stub delete {kind} {id}"));
            assert_eq!(answer.trim(), "Deleted");
            return;
        }
        self.check(self.agent().delete(self.object(kind, id)).call());
    }

    fn object(&self, kind: &str, id: &str) -> String {
        let address = self.address();
        format!("http://{address}:8088/ari/asterisk/config/dynamic/res_pjsip/{kind}/{id}?api_key=tester:secret")
    }

    fn check(&self, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) {
        let mut response = response.expect("ARI answers");
        let body = response.body_mut().read_to_string().expect("ARI answers with text");
        assert!(response.status().is_success(), "ARI answers with {}: {body}", response.status());
    }
}
