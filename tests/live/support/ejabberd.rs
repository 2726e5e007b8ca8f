//! ejabberd 23.01: its configuration and its HTTP interface for administration.
//!
//! The server runs in an Erlang machine without a node name: no epmd, no cookie, no port for other nodes. ejabberdctl is not used,
//! as it needs all of those, refuses everybody but root and its own user, and takes a second a call.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;

use super::process::{self, Invocation};
use super::{Passwords, Site, PATIENCE};

/// The domain, which demands TLS on the STARTTLS port (unless the options say otherwise).
pub(super) const DOMAIN: &str = "ejab.local";

const SCRIPT: &str = "/usr/sbin/ejabberdctl";

/// What the log says if another program listens on one of the ports.
pub(super) const PORT_TAKEN: &str = "address already in use";

/// Writes all files ejabberd needs into the site's folder.
pub(super) fn write_configuration(site: &Site) {
    process::assert_installed(SCRIPT, "ejabberd");
    for folder in ["spool", "log"] {
        fs::create_dir(site.folder.join(folder)).expect("a folder");
    }
    site.certificate
        .write_together(&site.folder.join("server.pem"));
    fs::write(site.folder.join("ejabberd.yml"), configuration(site)).expect("a configuration");
}

fn configuration(site: &Site) -> String {
    let options = &site.options;
    let passwords = match options.passwords {
        Passwords::Sha1 => "auth_password_format: scram\nauth_scram_hash: sha",
        Passwords::Sha256 => "auth_password_format: scram\nauth_scram_hash: sha256",
        Passwords::Sha512 => "auth_password_format: scram\nauth_scram_hash: sha512",
        Passwords::Readable => "auth_password_format: plain",
    };
    let mut optional = String::new();
    if options.stream_management {
        optional.push_str(&format!(
            "  mod_stream_mgmt: {{resume_timeout: {}, resend_on_timeout: if_offline}}\n",
            options.resume_seconds
        ));
    }
    if options.archive {
        optional.push_str("  mod_mam: {default: always, assume_mam_usage: true}\n");
    }
    if options.carbons {
        optional.push_str("  mod_carboncopy: {}\n");
    }
    let clients = format!(
        "ip: \"127.0.0.1\", module: ejabberd_c2s, shaper: none, max_stanza_size: {}",
        options.max_stanza_bytes
    );
    format!(
        r#"loglevel: info
hosts: [{DOMAIN}]
certfiles: ["{folder}/server.pem"]
acme: {{auto: false}}
default_db: mnesia
auth_method: internal
{passwords}
disable_sasl_mechanisms: ["X-OAUTH2"]
registration_timeout: infinity
listen:
  - {{port: {starttls}, {clients}, starttls: true, starttls_required: {require_tls}}}
  - {{port: {direct_tls}, {clients}, tls: true}}
  - {{port: {plain}, {clients}}}
  - {{port: {administration}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
acl:
  loopback: {{ip: ["127.0.0.0/8"]}}
api_permissions:
  "this machine": {{who: {{access: {{allow: [{{acl: loopback}}]}}}}, what: ["register", "add_rosteritem"]}}
modules:
  mod_adhoc: {{}}
  mod_admin_extra: {{}}
  mod_avatar: {{}}
  mod_blocking: {{}}
  mod_caps: {{}}
  mod_client_state: {{}}
  mod_disco: {{}}
  mod_last: {{}}
  mod_muc:
    default_room_options: {{mam: {archive}, persistent: true}}
  mod_offline: {{}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_pubsub:
    plugins: [flat, pep]
    force_node_config:
      "storage:bookmarks": {{access_model: whitelist}}
  mod_register: {{ip_access: all, access: {registration}}}
  mod_roster: {{versioning: true}}
  mod_time: {{}}
  mod_vcard: {{}}
  mod_vcard_xupdate: {{}}
  mod_version: {{}}
{optional}"#,
        folder = site.folder.display(),
        starttls = site.ports.starttls,
        direct_tls = site.ports.direct_tls,
        plain = site.ports.plain,
        administration = site.ports.administration,
        require_tls = options.require_tls,
        registration = if options.registration { "all" } else { "none" },
        archive = options.archive,
    )
}

/// How to run the server in the foreground: what `ejabberdctl foreground` comes down to, without the node name.
pub(super) fn command(site: &Site) -> Invocation {
    let folder = site.folder.display();
    let spool = format!("\"{folder}/spool\"");
    let arguments = [
        "+S",
        "2:2",
        "+sbwt",
        "none",
        "+sbwtdcpu",
        "none",
        "+sbwtdio",
        "none",
        "-noinput",
        "-mnesia",
        "dir",
        &spool,
        "-s",
        "ejabberd",
    ];
    Invocation {
        program: PathBuf::from("/usr/bin/erl"),
        arguments: arguments.map(str::to_owned).to_vec(),
        environment: vec![
            ("HOME", folder.to_string()),
            ("EJABBERD_CONFIG_PATH", format!("{folder}/ejabberd.yml")),
            ("EJABBERD_LOG_PATH", format!("{folder}/log/ejabberd.log")),
            ("ERL_LIBS", libraries()),
            ("ERL_CRASH_DUMP_BYTES", "0".to_owned()),
        ],
    }
}

/// Where the package has put ejabberd's own code, which depends on the machine's architecture: its script says.
fn libraries() -> String {
    let script = fs::read_to_string(SCRIPT).expect("ejabberdctl");
    script
        .lines()
        .find_map(|line| line.strip_prefix("ERL_LIBS="))
        .expect("ERL_LIBS in ejabberdctl")
        .trim_matches(['\'', '"'])
        .to_owned()
}

/// Lines of the log that say this server, and no other, has the ports.
pub(super) fn signs_of_life(site: &Site) -> Vec<String> {
    let accepting = |how: &str, port: u16, module: &str| {
        format!("Start accepting {how} connections at 127.0.0.1:{port} for {module}\n")
    };
    vec![
        accepting("TCP", site.ports.starttls, "ejabberd_c2s"),
        accepting("TLS", site.ports.direct_tls, "ejabberd_c2s"),
        accepting("TCP", site.ports.plain, "ejabberd_c2s"),
        accepting("TCP", site.ports.administration, "ejabberd_http"),
    ]
}

/// Makes the account.
pub(super) fn add_user(site: &Site, name: &str, password: &str) {
    call(
        site,
        "register",
        &[("user", name), ("host", DOMAIN), ("password", password)],
    );
}

/// Makes two people contacts of each other.
pub(super) fn befriend(site: &Site, one: &str, other: &str) {
    for (user, contact) in [(one, other), (other, one)] {
        call(
            site,
            "add_rosteritem",
            &[
                ("localuser", user),
                ("localhost", DOMAIN),
                ("user", contact),
                ("host", DOMAIN),
                ("nick", ""),
                ("group", ""),
                ("subs", "both"),
            ],
        );
    }
}

/// Calls a command of ejabberd's HTTP interface. Panics unless it worked.
fn call(site: &Site, command: &str, arguments: &[(&str, &str)]) {
    let fields: Vec<String> = arguments
        .iter()
        .map(|(name, value)| format!("\"{name}\":{}", quoted(value)))
        .collect();
    let body = format!("{{{}}}", fields.join(","));
    let mut connection =
        TcpStream::connect((Ipv4Addr::LOCALHOST, site.ports.administration)).expect("to connect");
    connection
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    write!(
        connection,
        "POST /api/{command} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    )
    .expect("to ask");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("an answer");
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.starts_with("HTTP/1.1 200 "),
        "ejabberd's {command} failed: {answer}"
    );
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            character if character.is_control() => {
                json.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            character => json.push(character),
        }
    }
    json.push('"');
    json
}
