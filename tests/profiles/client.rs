//! A SIP client that is no desk phone, with what makers' files tell their phones.

use crate::maker::{MAKERS, Maker};
use crate::{fetch, start};
use hosts::{Host, Kind, eventually};
use std::fs;
use std::process::{Child, Command, Stdio};

/// What of Asterisk a registration takes beside the usual.
const MODULES: [&str; 3] =
    ["res_pjsip_registrar", "res_pjsip_authenticator_digest", "res_pjsip_endpoint_identifier_user"];

/// An account for each maker's phone, with a password as good ones are.
fn account(maker: &Maker) -> String {
    let (id, password) = (maker.name, password(maker));
    format!(
        "[{id}]\ntype = endpoint\ntransport = udp\nauth = {id}\naors = {id}\n\n[{id}]\ntype = aor\nmax_contacts = 1\n\n\
         [{id}]\ntype = auth\nusername = auth-{id}\npassword = {password}\n\n"
    )
}

fn password(maker: &Maker) -> String {
    format!("<{}>&'$%@=", maker.name)
}

fn mac(maker: &Maker) -> String {
    let number = MAKERS.iter().position(|each| each.name == maker.name).unwrap();
    format!("0015651a2b{number:02x}")
}

/// Each maker's phone knows enough to register.
pub fn registers_with_what_phones_get(kind: Kind) {
    let phone = |maker: &Maker| {
        let (id, mac) = (maker.name, mac(maker));
        format!("[{id}-phone]\ntype = phoneprov\nPROFILE = {id}\nMAC = {mac}\nMODEL = X1\nendpoint = {id}\n\n")
    };
    let sections: String = MAKERS.iter().map(|maker| account(maker) + &phone(maker)).collect();
    let mut host = start(kind, &sections, |host| MODULES.iter().for_each(|module| host.load_too(module)));
    let accounts: String = MAKERS.iter().map(|maker| told(&host, maker)).collect();
    let mut client = Client::start(&host, &accounts);
    let is_registered = |maker: &&Maker| host.cli("pjsip show contacts").contains(&format!("{}/sip:", maker.name));
    let all = eventually(|| MAKERS.iter().all(|maker| is_registered(&maker)));
    let missing: Vec<_> = MAKERS.iter().filter(|maker| !is_registered(maker)).map(|maker| maker.name).collect();
    assert!(all, "{missing:?} are not registered:\n{accounts}\n{}", client.said(&host));
    client.end();
    host.finish();
}

/// The client's account, made of what the maker's file says.
fn told(host: &Host, maker: &Maker) -> String {
    let mac = mac(maker);
    let file = (maker.files)(&mac).into_iter().find(|file| file.is_lines).unwrap();
    let values = (maker.syntax)(&file.name, &fetch(host, maker, &mac, &file.name, file.mime));
    let value = |what: &str| (maker.key)(what, 1).map(|key| values[&key].clone());
    let (user, auth, password) = (value("user").unwrap(), value("auth").unwrap(), value("password").unwrap());
    let server = value("host:port").or_else(|| Some(format!("{}:{}", value("server")?, value("port")?)));
    // Snom has it with its transport behind it.
    let server = server.or_else(|| value("outbound")).unwrap().replace("127.0.0.1", host.address());
    format!("<sip:{user}@{server}>;auth_user={auth};auth_pass=\"{password}\";regint=60\n")
}

/// A baresip; it ends when this is dropped.
struct Client(Child);

impl Client {
    fn start(host: &Host, accounts: &str) -> Self {
        let dir = host.path("client");
        fs::create_dir_all(&dir).unwrap();
        let config = format!(
            "sip_listen {}:5070\nnet_af ipv4\nmodule_path /usr/lib/baresip/modules\nmodule_app account.so\n",
            host.address()
        );
        fs::write(dir.join("config"), config).unwrap();
        fs::write(dir.join("accounts"), accounts).unwrap();
        let said = fs::File::create(host.path("log/client")).unwrap();
        let child = Command::new("baresip")
            .arg("-f")
            .arg(dir)
            .stdin(Stdio::null())
            .stderr(said.try_clone().unwrap())
            .stdout(said)
            .spawn()
            .expect("baresip is installed (Debian's baresip-core)");
        Client(child)
    }

    fn said(&self, host: &Host) -> String {
        host.read("log/client")
    }

    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.end();
    }
}
