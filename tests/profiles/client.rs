//! A SIP client that is no desk phone, with what makers' files tell their phones.

use crate::maker::{MAKERS, Maker};
use crate::{fetch, start};
use hosts::{Host, Kind, eventually};
use std::fs;
use std::process::{Child, Command, Stdio};

/// What of Asterisk a registration takes beside the usual.
const MODULES: [&str; 3] =
    ["res_pjsip_registrar", "res_pjsip_authenticator_digest", "res_pjsip_endpoint_identifier_user"];

/// What a transport speaks, which is its id, too, and the port that it binds where that is not its usual one.
const TRANSPORTS: [(&str, &str); 3] = [("udp", ""), ("tcp", ":5082"), ("tls", ":5083")];

/// A maker's phone whose account is on one of the transports.
struct Phone {
    maker: &'static Maker,
    transport: &'static str,
    id: String,
    mac: String,
}

fn phones() -> Vec<Phone> {
    let of_maker = |(number, maker): (usize, &'static Maker)| {
        TRANSPORTS.into_iter().enumerate().map(move |(at, (transport, _))| Phone {
            maker,
            transport,
            id: format!("{}-{transport}", maker.name),
            mac: format!("0015651a{at:02x}{number:02x}"),
        })
    };
    MAKERS.iter().enumerate().flat_map(of_maker).collect()
}

impl Phone {
    /// A password as good ones are.
    fn password(&self) -> String {
        format!("<{}>&'$%@=", self.id)
    }

    /// Its sections.
    fn sections(&self) -> String {
        let (Phone { transport, id, mac, maker }, password) = (self, self.password());
        format!(
            "[{id}]\ntype = endpoint\ntransport = {transport}\nauth = {id}\naors = {id}\n\n\
             [{id}]\ntype = aor\nmax_contacts = 1\n\n\
             [{id}]\ntype = auth\nusername = auth-{id}\npassword = {password}\n\n\
             [{id}-phone]\ntype = phoneprov\nPROFILE = {}\nMAC = {mac}\nMODEL = X1\nendpoint = {id}\n\n",
            maker.name
        )
    }

    /// The client's account, made of what its file says.
    fn told(&self, host: &Host) -> String {
        let Phone { maker, transport, mac, .. } = self;
        let file = (maker.files)(mac).into_iter().find(|file| file.is_lines).unwrap();
        let values = (maker.syntax)(&file.name, &fetch(host, maker, mac, &file.name, file.mime));
        let value = |what: &str| (maker.key)(what, 1).map(|key| values[&key].clone());
        let (user, auth, password) = (value("user").unwrap(), value("auth").unwrap(), value("password").unwrap());
        let server = value("host:port").or_else(|| Some(format!("{}:{}", value("server")?, value("port")?)));
        let word = value("transport");
        let expected = maker.word("transport", (*transport).to_owned());
        assert!(word.as_ref().is_none_or(|word| *word == expected), "{} is told {word:?}", self.id);
        // Snom has the transport behind the server.
        let uri = server.map(|server| format!("{server};transport={transport}"));
        let uri = uri.or_else(|| value("outbound")).unwrap().replace("127.0.0.1", host.address());
        assert!(uri.ends_with(&format!(";transport={transport}")), "{} is told {uri}", self.id);
        format!("<sip:{user}@{uri}>;auth_user={auth};auth_pass=\"{password}\";regint=60\n")
    }

    /// Whether Asterisk has its contact, and the client was told so over that transport.
    fn is_registered(&self, contacts: &str, said: &str) -> bool {
        let over = format!("/{}/v4}} 200 OK", self.transport.to_uppercase());
        let own = format!("{}@", self.id);
        let is_told = |line: &str| line.contains(&own) && line.contains(&over);
        contacts.contains(&format!("{}/sip:", self.id)) && said.lines().any(is_told)
    }
}

/// Each maker's phone knows enough to register, whatever its account's transport speaks and binds.
pub fn registers_with_what_phones_get(kind: Kind) {
    let phones = phones();
    let transports = TRANSPORTS[1..].iter().map(|(transport, port)| {
        let certificate = if *transport == "tls" { CERTIFICATE } else { "" };
        format!("[{transport}]\ntype = transport\nprotocol = {transport}\nbind = 127.0.0.1{port}\n{certificate}\n")
    });
    let sections: String = transports.chain(phones.iter().map(Phone::sections)).collect();
    let mut host = start(kind, &sections, |host| {
        MODULES.iter().for_each(|module| host.load_too(module));
        certify(host);
    });
    let accounts: String = phones.iter().map(|phone| phone.told(&host)).collect();
    let mut client = Client::start(&host, &accounts);
    let missing = || -> Vec<String> {
        let (contacts, said) = (host.cli("pjsip show contacts"), client.said(&host));
        phones.iter().filter(|phone| !phone.is_registered(&contacts, &said)).map(|phone| phone.id.clone()).collect()
    };
    let all = eventually(|| missing().is_empty());
    assert!(all, "{:?} are not registered:\n{accounts}\n{}", missing(), client.said(&host));
    client.end();
    host.finish();
}

/// Where the transport has its certificate, which is its key's, too.
const CERTIFICATE: &str = "cert_file = /mnt/etc/own.pem\npriv_key_file = /mnt/etc/own.pem\nmethod = tlsv1_2\n";

/// Gives the host a certificate for its address, which is its own authority.
fn certify(host: &Host) {
    let (key, certificate) = (host.path("etc/key.pem"), host.path("etc/certificate.pem"));
    let done = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", &format!("/CN={}", host.address())])
        .args(["-addext", &format!("subjectAltName=IP:{}", host.address())])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let both = [fs::read(&certificate).unwrap(), fs::read(&key).unwrap()].concat();
    fs::write(host.path("etc/own.pem"), both).unwrap();
    // Asterisk may run as somebody else.
}

/// A baresip; it ends when this is dropped.
struct Client(Child);

impl Client {
    fn start(host: &Host, accounts: &str) -> Self {
        let dir = host.path("client");
        fs::create_dir_all(&dir).unwrap();
        let config = format!(
            "sip_listen {}:5070\nsip_cafile {}\nnet_af ipv4\nmodule_path /usr/lib/baresip/modules\nmodule_app account.so\n",
            host.address(),
            host.path("etc/certificate.pem").display()
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
