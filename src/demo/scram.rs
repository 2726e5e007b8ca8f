//! The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), for the one account of the demo, without channel binding.
//!
//! The password itself is not kept: what it takes to check a proof is computed once. Whoever does not know the password learns only that
//! it was wrong, and so does whoever names another account.

use std::num::NonZeroU32;

use base64::{engine::general_purpose::STANDARD as BASE64, Engine as _};
use oriole_core::xmpp::stream::random_id;
use ring::{digest, hmac, pbkdf2};

/// The mechanism's name.
pub(super) const MECHANISM: &str = "SCRAM-SHA-256";
/// As few rounds as are allowed (RFC 7677 §4): the password is random, and gone with the process.
const ITERATIONS: NonZeroU32 = match NonZeroU32::new(4096) {
    Some(iterations) => iterations,
    None => NonZeroU32::MIN,
};
/// The longest message taken from a client, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// What is kept of a password: salt, StoredKey, ServerKey (RFC 5802 §3), and the client's key to compare proofs with.
#[derive(Clone)]
pub(super) struct Verifier {
    user: String,
    salt: String,
    client_key: Vec<u8>,
    server_key: hmac::Key,
}

/// An exchange that waits for the client's proof.
pub(super) struct Exchange {
    verifier: Verifier,
    header: String,
    client_first: String,
    nonce: String,
    server_first: String,
}

/// That somebody is not who they say, or does not speak SCRAM.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl Verifier {
    /// For this account's name and password, which must need no preparation (RFC 4013): both plain ASCII.
    pub(super) fn new(user: &str, password: &str) -> Self {
        let salt = random_id();
        let mut salted = [0; digest::SHA256_OUTPUT_LEN];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ITERATIONS,
            salt.as_bytes(),
            password.as_bytes(),
            &mut salted,
        );
        let salted = hmac::Key::new(hmac::HMAC_SHA256, &salted);
        Self {
            user: user.to_owned(),
            salt: BASE64.encode(salt),
            client_key: hmac::sign(&salted, b"Client Key").as_ref().to_vec(),
            server_key: hmac::Key::new(
                hmac::HMAC_SHA256,
                hmac::sign(&salted, b"Server Key").as_ref(),
            ),
        }
    }

    /// Takes the client's first message, in Base64, and gives the challenge, in Base64.
    pub(super) fn begin(&self, message: &str) -> Result<(Exchange, String), Refused> {
        let message = decoded(message)?;
        let mut parts = message.splitn(3, ',');
        // Without channel binding, and for nobody but oneself.
        let (Some(flag @ ("n" | "y")), Some(""), Some(client_first)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(Refused);
        };
        let mut fields = client_first.split(',');
        let user = fields.next().and_then(|field| field.strip_prefix("n="));
        let nonce = fields.next().and_then(|field| field.strip_prefix("r="));
        let (Some(user), Some(nonce)) = (user, nonce) else {
            return Err(Refused);
        };
        if user != self.user || nonce.is_empty() {
            return Err(Refused);
        }
        let nonce = format!("{nonce}{}", random_id());
        let server_first = format!("r={nonce},s={},i={ITERATIONS}", self.salt);
        let challenge = BASE64.encode(&server_first);
        let exchange = Exchange {
            verifier: self.clone(),
            header: BASE64.encode(format!("{flag},,")),
            client_first: client_first.to_owned(),
            nonce,
            server_first,
        };
        Ok((exchange, challenge))
    }
}

impl Exchange {
    /// Checks the client's proof, in Base64, and gives our own, in Base64.
    pub(super) fn finish(self, message: &str) -> Result<String, Refused> {
        let message = decoded(message)?;
        let (without_proof, proof) = message.rsplit_once(",p=").ok_or(Refused)?;
        if without_proof != format!("c={},r={}", self.header, self.nonce) {
            return Err(Refused);
        }
        let proof = BASE64.decode(proof).map_err(|_| Refused)?;
        let signed = format!(
            "{},{},{without_proof}",
            self.client_first, self.server_first
        );
        let client_key = &self.verifier.client_key;
        let stored_key = hmac::Key::new(
            hmac::HMAC_SHA256,
            digest::digest(&digest::SHA256, client_key).as_ref(),
        );
        let signature = hmac::sign(&stored_key, signed.as_bytes());
        let expected: Vec<u8> = client_key
            .iter()
            .zip(signature.as_ref())
            .map(|(key, mask)| key ^ mask)
            .collect();
        // Compared as HMACs, which takes the same time wherever the first difference is.
        let given = hmac::sign(&stored_key, &proof);
        hmac::verify(&stored_key, &expected, given.as_ref()).map_err(|_| Refused)?;
        let ours = hmac::sign(&self.verifier.server_key, signed.as_bytes());
        Ok(BASE64.encode(format!("v={}", BASE64.encode(ours))))
    }
}

fn decoded(message: &str) -> Result<String, Refused> {
    if message.len() > LONGEST_MESSAGE {
        return Err(Refused);
    }
    let bytes = BASE64.decode(message.trim()).map_err(|_| Refused)?;
    String::from_utf8(bytes).map_err(|_| Refused)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use oriole_core::xmpp::sasl::{choose, Bindings, Memory, Scram};

    use super::*;

    /// Our own client against this server.
    fn sign_in(user: &str, password: &str) -> Result<(), Refused> {
        let choice = choose(
            &[MECHANISM.to_owned()],
            None,
            &Bindings::default(),
            false,
            &Memory::default(),
            false,
        )
        .unwrap();
        let mut client = Scram::new(&choice, user, password, "fyko+d2lbbFgONRv9qkxdawL".into());
        let client = client.as_mut().unwrap();
        let first = BASE64.encode(client.initial_response());
        let (exchange, challenge) = Verifier::new("you", "secret").begin(&first)?;
        let derivation = client
            .challenge(&BASE64.decode(challenge).unwrap())
            .unwrap();
        let proof = client.respond(&derivation.run()).unwrap();
        let last = exchange.finish(&BASE64.encode(proof))?;
        client.verify(&BASE64.decode(last).unwrap()).unwrap();
        Ok(())
    }

    #[test]
    fn who_knows_the_password_comes_in_and_is_shown_that_we_know_it_too() {
        assert_eq!(sign_in("you", "secret"), Ok(()));
    }

    #[test]
    fn nobody_else_comes_in() {
        assert_eq!(sign_in("you", "Secret"), Err(Refused));
        assert_eq!(sign_in("me", "secret"), Err(Refused));
    }

    #[test]
    fn what_is_not_scram_is_refused() {
        let verifier = Verifier::new("you", "secret");
        for message in [
            "",
            "=",
            "n,,",
            "n,,n=you",
            "n,,n=you,r=",
            "n,a=me,n=you,r=1",
            "p=tls-exporter,,n=you,r=1",
            "x",
        ] {
            assert!(
                verifier.begin(&BASE64.encode(message)).is_err(),
                "{message}"
            );
            let (exchange, _) = verifier.begin(&BASE64.encode("n,,n=you,r=1")).unwrap();
            assert!(
                exchange.finish(&BASE64.encode(message)).is_err(),
                "{message}"
            );
        }
        let long = BASE64.encode(format!("n,,n=you,r={}", "1".repeat(LONGEST_MESSAGE)));
        assert!(verifier.begin(&long).is_err());
        assert!(verifier.begin("no Base64").is_err());
    }

    #[test]
    fn a_proof_of_another_exchange_is_refused() {
        let verifier = Verifier::new("you", "secret");
        let (exchange, _) = verifier.begin(&BASE64.encode("n,,n=you,r=1")).unwrap();
        let message = format!("c=biws,r=1,p={}", BASE64.encode([0; 32]));
        assert!(exchange.finish(&BASE64.encode(message)).is_err());
        let (exchange, _) = verifier.begin(&BASE64.encode("n,,n=you,r=1")).unwrap();
        let nonce = exchange.nonce.clone();
        let message = format!("c=biws,r={nonce},p={}", BASE64.encode([0; 32]));
        assert!(exchange.finish(&BASE64.encode(message)).is_err());
    }
}
