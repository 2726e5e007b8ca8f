//! The server's side of SCRAM (RFC 5802), written from the RFC and sharing nothing with the client's.

use std::num::NonZeroU32;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use minidom::Element;
use ring::{digest, hmac, pbkdf2};

use super::line::Line;

const SALT: &[u8] = b"a salt of sixteen";
const ROUNDS: u32 = 4_096;

struct Algorithms {
    hmac: hmac::Algorithm,
    digest: &'static digest::Algorithm,
    pbkdf2: pbkdf2::Algorithm,
}

fn algorithms(mechanism: &str) -> Algorithms {
    if mechanism.starts_with("SCRAM-SHA-512") {
        Algorithms {
            hmac: hmac::HMAC_SHA512,
            digest: &digest::SHA512,
            pbkdf2: pbkdf2::PBKDF2_HMAC_SHA512,
        }
    } else if mechanism.starts_with("SCRAM-SHA-256") {
        Algorithms {
            hmac: hmac::HMAC_SHA256,
            digest: &digest::SHA256,
            pbkdf2: pbkdf2::PBKDF2_HMAC_SHA256,
        }
    } else {
        Algorithms {
            hmac: hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            digest: &digest::SHA1_FOR_LEGACY_USE_ONLY,
            pbkdf2: pbkdf2::PBKDF2_HMAC_SHA1,
        }
    }
}

/// What the server found in an exchange.
pub(crate) struct Outcome {
    /// Whether the client knows the password.
    pub(crate) proven: bool,
    /// The server's proof, `v=…`.
    pub(crate) proof: String,
}

fn text(element: &Element) -> String {
    String::from_utf8(BASE64.decode(element.text()).unwrap()).unwrap()
}

pub(crate) fn success(data: &str) -> String {
    let data = BASE64.encode(data);
    format!("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{data}</success>")
}

pub(crate) fn failure(condition: &str) -> String {
    format!("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><{condition}/></failure>")
}

pub(crate) fn challenge(data: &str) -> String {
    let data = BASE64.encode(data);
    format!("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{data}</challenge>")
}

impl Line {
    /// The client begins with this mechanism; gives what it says.
    pub(crate) async fn auth(&mut self, mechanism: &str) -> String {
        let pattern = format!(
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='{mechanism}'>*</auth>"
        );
        text(&self.expect(&pattern).await)
    }

    /// SCRAM up to the client's proof. The header about channel binding has to be this one, with this data.
    pub(crate) async fn scram(
        &mut self,
        mechanism: &str,
        password: &str,
        header: &str,
        binding: &[u8],
    ) -> Outcome {
        let first = self.auth(mechanism).await;
        let bare = first
            .strip_prefix(header)
            .unwrap_or_else(|| panic!("expected the header {header}, found {first}"));
        let nonce = bare.split_once(",r=").unwrap().1;
        let salt = BASE64.encode(SALT);
        let server_first = format!("r={nonce}theservers,s={salt},i={ROUNDS}");
        self.send(challenge(&server_first)).await;
        let response = self
            .expect("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>*</response>")
            .await;
        let last = text(&response);
        let (without_proof, proof) = last.rsplit_once(",p=").unwrap();
        let channel = BASE64.encode([header.as_bytes(), binding].concat());
        assert_eq!(without_proof, format!("c={channel},r={nonce}theservers"));
        let message = format!("{bare},{server_first},{without_proof}");
        check(
            mechanism,
            password,
            &message,
            &BASE64.decode(proof).unwrap(),
        )
    }

    /// A whole sign-in with this mechanism, on a connection without TLS.
    pub(crate) async fn sign_in(&mut self, mechanism: &str, password: &str) {
        self.sign_in_with(mechanism, password, "n,,").await;
    }

    /// The same on a connection with TLS, from a server that knows nothing of channel binding.
    pub(crate) async fn sign_in_over_tls(&mut self, mechanism: &str, password: &str) {
        self.sign_in_with(mechanism, password, "y,,").await;
    }

    async fn sign_in_with(&mut self, mechanism: &str, password: &str, header: &str) {
        let features = mechanisms(&[mechanism]);
        self.open(&features).await;
        let outcome = self.scram(mechanism, password, header, b"").await;
        assert!(outcome.proven, "another password");
        self.send(success(&outcome.proof)).await;
        self.reset();
    }
}

/// The stream feature that offers these.
pub(crate) fn mechanisms(names: &[&str]) -> String {
    let names: String = names
        .iter()
        .map(|name| format!("<mechanism>{name}</mechanism>"))
        .collect();
    format!("<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{names}</mechanisms>")
}

fn check(mechanism: &str, password: &str, message: &str, proof: &[u8]) -> Outcome {
    let Algorithms {
        hmac,
        digest,
        pbkdf2,
    } = algorithms(mechanism);
    let mut salted = vec![0; digest.output_len()];
    let rounds = NonZeroU32::new(ROUNDS).unwrap();
    pbkdf2::derive(pbkdf2, rounds, SALT, password.as_bytes(), &mut salted);
    let key = hmac::Key::new(hmac, &salted);
    let client_key = hmac::sign(&key, b"Client Key");
    let stored = digest::digest(digest, client_key.as_ref());
    let signature = hmac::sign(&hmac::Key::new(hmac, stored.as_ref()), message.as_bytes());
    let claimed: Vec<u8> = proof
        .iter()
        .zip(signature.as_ref())
        .map(|(proof, mask)| proof ^ mask)
        .collect();
    let server_key = hmac::sign(&key, b"Server Key");
    let ours = hmac::sign(
        &hmac::Key::new(hmac, server_key.as_ref()),
        message.as_bytes(),
    );
    Outcome {
        proven: digest::digest(digest, &claimed).as_ref() == stored.as_ref(),
        proof: format!("v={}", BASE64.encode(ours.as_ref())),
    }
}
