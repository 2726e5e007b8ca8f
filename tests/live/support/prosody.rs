//! Prosody 0.12: its configuration and its tools.

use std::fs;
use std::path::PathBuf;

use super::process::{self, Invocation};
use super::{Passwords, Site};

/// The domain that demands TLS (unless the options say otherwise).
pub(super) const DOMAIN: &str = "prosody.local";

/// The domain that has no TLS at all.
pub(super) const PLAIN_DOMAIN: &str = "plain.prosody.local";

const USER: &str = "prosody";
const SERVER: &str = "/usr/bin/prosody";
const TOOL: &str = "/usr/bin/prosodyctl";

/// A module of prosodyctl: `prosodyctl mod_oriole befriend DOMAIN ONE OTHER` writes both rosters in Prosody's own format, and
/// `prosodyctl mod_oriole invite DOMAIN NAME TOKEN` an invitation as its mod_invites keeps it.
const MODULE: &str = r#"
local storage = require "core.storagemanager";
local join = require "util.jid".join;

function module.command(arg)
	local host = arg[2];
	storage.initialize_host(host);
	module.host = host;
	if arg[1] == "invite" then
		local tokens = module:open_store("invite_token", "map");
		local name, token, expires = arg[3], arg[4], os.time() + 3600;
		assert(tokens:set(nil, token, {
			type = "roster"; jid = join(name, host); token = token; allow_registration = true;
			created_at = os.time(); expires = expires;
		}));
		assert(tokens:set(name, token, expires));
		return 0;
	end
	local rosters = module:open_store("roster");
	local function add(user, contact)
		local roster = rosters:get(user) or {};
		local about = roster[false] or { version = 0; pending = {} };
		about.version = (tonumber(about.version) or 0) + 1;
		roster[false] = about;
		roster[join(contact, host)] = { subscription = "both"; groups = {} };
		assert(rosters:set(user, roster));
	end
	add(arg[3], arg[4]);
	add(arg[4], arg[3]);
	return 0;
end
"#;

/// What the log says if another program listens on one of the ports.
pub(super) const PORT_TAKEN: &str = "in use by another application";

/// Writes all files Prosody needs into the site's folder.
pub(super) fn write_configuration(site: &Site) {
    process::assert_installed(SERVER, "Prosody");
    for folder in ["data", "certificates", "modules"] {
        fs::create_dir(site.folder.join(folder)).expect("a folder");
    }
    site.certificate.write(
        &site.folder.join("certificates/server.crt"),
        &site.folder.join("certificates/server.key"),
    );
    fs::write(site.folder.join("modules/mod_oriole.lua"), MODULE).expect("a module");
    fs::write(configuration_path(site), configuration(site)).expect("a configuration");
}

fn configuration(site: &Site) -> String {
    let options = &site.options;
    let (authentication, hash) = match options.passwords {
        Passwords::Sha1 => ("internal_hashed", "SHA-1"),
        Passwords::Sha256 => ("internal_hashed", "SHA-256"),
        Passwords::Sha512 => panic!("Prosody 0.12 has no SCRAM-SHA-512"),
        Passwords::Readable => ("internal_plain", "SHA-1"),
    };
    let mut optional = String::new();
    for (wanted, module) in [
        (options.stream_management, "smacks"),
        (options.archive, "mam"),
        (options.carbons, "carbons"),
        (options.invitations, "invites"),
        (options.invitations, "invites_register"),
    ] {
        if wanted {
            optional.push_str(&format!("\"{module}\"; "));
        }
    }
    let folder = site.folder.to_str().expect("a plain path");
    assert!(
        !folder.contains(['"', '\\']),
        "a path that needs no quoting"
    );
    format!(
        r#"data_path = "{folder}/data"
pidfile = "{folder}/prosody.pid"
plugin_paths = {{ "{folder}/modules" }}
certificates = "{folder}/certificates"
ssl = {{ certificate = "{folder}/certificates/server.crt"; key = "{folder}/certificates/server.key" }}
c2s_direct_tls_ssl = ssl
interfaces = {{ "127.0.0.1" }}
local_interfaces = {{ "127.0.0.1" }}
use_ipv6 = false
c2s_ports = {{ {starttls} }}
c2s_direct_tls_ports = {{ {direct_tls} }}
c2s_require_encryption = {require_tls}
allow_registration = {registration}
registration_invite_only = {invitations}
c2s_stanza_size_limit = {max_stanza_bytes}
authentication = "{authentication}"
password_hash = "{hash}"
default_storage = "internal"
storage = {{ archive = "internal"; muc_log = "internal" }}
default_archive_policy = true
archive_expires_after = "never"
smacks_hibernation_time = {resume_seconds}
modules_enabled = {{
	"posix"; "roster"; "saslauth"; "tls"; "disco"; "ping"; "time"; "version"; "private"; "vcard4"; "vcard_legacy";
	"blocklist"; "pep"; "bookmarks"; "csi"; "csi_simple"; "lastactivity"; "register"; {optional}
}}
modules_disabled = {{ "s2s"; "s2s_auth_certs"; "limits" }}
log = {{ {{ levels = {{ min = "info" }}; to = "console" }} }}

VirtualHost "{DOMAIN}"

VirtualHost "{PLAIN_DOMAIN}"
	modules_disabled = {{ "tls" }}
	c2s_require_encryption = false
	allow_unencrypted_plain_auth = true

Component "conference.{DOMAIN}" "muc"
	modules_enabled = {{ "muc_mam" }}
	muc_log_by_default = true
	restrict_room_creation = false
"#,
        starttls = site.ports.starttls,
        direct_tls = site.ports.direct_tls,
        require_tls = options.require_tls,
        registration = options.registration,
        invitations = options.invitations,
        max_stanza_bytes = options.max_stanza_bytes,
        resume_seconds = options.resume_seconds,
    )
}

/// How to run the server in the foreground.
pub(super) fn command(site: &Site) -> Invocation {
    invocation(site, SERVER, &["-F"])
}

/// Lines of the log that say this server, and no other, has the ports.
pub(super) fn signs_of_life(site: &Site) -> Vec<String> {
    let activated =
        |service: &str, port: u16| format!("Activated service '{service}' on [127.0.0.1]:{port}\n");
    vec![
        activated("c2s", site.ports.starttls),
        activated("c2s_direct_tls", site.ports.direct_tls),
    ]
}

/// Makes the account on both domains.
pub(super) fn add_user(site: &Site, name: &str, password: &str) {
    for domain in [DOMAIN, PLAIN_DOMAIN] {
        process::run(
            &invocation(site, TOOL, &["register", name, domain, password]),
            USER,
        );
    }
}

/// Makes two people contacts of each other, on the domain with TLS.
pub(super) fn befriend(site: &Site, one: &str, other: &str) {
    process::run(
        &invocation(site, TOOL, &["mod_oriole", "befriend", DOMAIN, one, other]),
        USER,
    );
}

/// Lets somebody invite others with this token.
pub(super) fn invite(site: &Site, name: &str, token: &str) {
    process::run(
        &invocation(site, TOOL, &["mod_oriole", "invite", DOMAIN, name, token]),
        USER,
    );
}

fn invocation(site: &Site, program: &str, arguments: &[&str]) -> Invocation {
    let path = configuration_path(site);
    let configuration = ["--config", path.to_str().expect("a plain path")];
    Invocation {
        program: PathBuf::from(program),
        arguments: configuration
            .iter()
            .chain(arguments)
            .map(|&argument| argument.to_owned())
            .collect(),
        environment: Vec::new(),
    }
}

fn configuration_path(site: &Site) -> PathBuf {
    site.folder.join("prosody.cfg.lua")
}
