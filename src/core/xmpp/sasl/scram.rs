//! The client's side of SCRAM (RFC 5802, RFC 7677), for SHA-1, SHA-256 and SHA-512, with and without channel binding.
//!
//! The order is: [`Scram::initial_response`], [`Scram::challenge`], [`Derivation::run`] (slow: not on an async thread),
//! [`Scram::respond`], [`Scram::verify`]. A sign-in counts only once `verify` has said yes: it is the server's proof that it knows the
//! password too.

use std::fmt;
use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::{digest, hmac, pbkdf2};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::choice::Choice;
use super::{Hash, SaslError};

/// The longest message taken from a server, in bytes. Real ones have about a hundred.
const LONGEST_MESSAGE: usize = 8 * 1024;
/// The longest salt taken, in bytes. Real ones have 12 to 64.
const LONGEST_SALT: usize = 1024;
/// The longest reason of a refusal that is repeated, in characters.
const LONGEST_REASON: usize = 64;
/// Fewer rounds protect the password too weakly (RFC 7677 §4).
const FEWEST_ITERATIONS: u32 = 4_096;
/// More rounds keep a small computer busy for too long; a hostile server could ask for hours.
const MOST_ITERATIONS: u32 = 1_000_000;

impl Hash {
    fn hmac(self) -> hmac::Algorithm {
        match self {
            Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha512 => hmac::HMAC_SHA512,
        }
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Hash::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha512 => &digest::SHA512,
        }
    }

    fn pbkdf2(self) -> pbkdf2::Algorithm {
        match self {
            Hash::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Hash::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Hash::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// One SCRAM exchange. Used once.
pub struct Scram {
    hash: Hash,
    /// Base64 of the GS2 header and the binding's data, the value of `c=`.
    channel: String,
    gs2_header: String,
    client_first_bare: String,
    nonce: String,
    password: Zeroizing<Vec<u8>>,
    state: State,
}

enum State {
    Started,
    Challenged {
        server_first: String,
        nonce: String,
    },
    Responded {
        auth_message: String,
        server_key: Zeroizing<Vec<u8>>,
    },
    Verified,
}

impl Scram {
    /// Prepares an exchange. `nonce` is fresh randomness as printable ASCII without commas, at least 16 characters.
    ///
    /// The user name and the password are prepared with SASLprep (RFC 4013). A password that SASLprep forbids is used as it was
    /// typed: it exists, so some server has taken it that way.
    ///
    /// # Errors
    /// [`SaslError::BadCredentialsEncoding`]; [`SaslError::Malformed`] if `choice` is PLAIN or the nonce has other characters.
    pub fn new(
        choice: &Choice,
        username: &str,
        password: &str,
        nonce: String,
    ) -> Result<Scram, SaslError> {
        let hash = choice
            .mechanism()
            .hash()
            .ok_or(SaslError::Malformed("PLAIN has no challenges"))?;
        if nonce.is_empty() || !nonce.bytes().all(nonce_character) {
            return Err(SaslError::Malformed("our own nonce is unusable"));
        }
        let user = prepared_user(username)?;
        let gs2_header = choice.gs2_header();
        let mut channel = gs2_header.clone().into_bytes();
        channel.extend_from_slice(choice.binding_data());
        Ok(Scram {
            hash,
            channel: BASE64.encode(channel),
            gs2_header,
            client_first_bare: format!("n={user},r={nonce}"),
            nonce,
            password: prepared_password(password)?,
            state: State::Started,
        })
    }

    /// The client-first message, for `<auth>`.
    #[must_use]
    pub fn initial_response(&self) -> Vec<u8> {
        format!("{}{}", self.gs2_header, self.client_first_bare).into_bytes()
    }

    /// Reads the server-first message and says what is to be computed.
    ///
    /// # Errors
    /// [`SaslError::Malformed`], [`SaslError::WeakIterations`], [`SaslError::TooManyIterations`], [`SaslError::Refused`].
    pub fn challenge(&mut self, message: &[u8]) -> Result<Derivation, SaslError> {
        if !matches!(self.state, State::Started) {
            return Err(SaslError::Malformed("a challenge where none is due"));
        }
        let first = ServerFirst::parse(message)?;
        if !first.nonce.starts_with(&self.nonce) || first.nonce.len() == self.nonce.len() {
            return Err(SaslError::Malformed(
                "the server's nonce does not extend ours",
            ));
        }
        self.state = State::Challenged {
            server_first: first.text.to_owned(),
            nonce: first.nonce.to_owned(),
        };
        Ok(Derivation {
            hash: self.hash,
            password: self.password.clone(),
            salt: first.salt,
            iterations: first.iterations,
        })
    }

    /// The client-final message: our proof, for `<response>`.
    ///
    /// # Errors
    /// [`SaslError::Malformed`] if no challenge was read before, or the keys are of another exchange's hash.
    pub fn respond(&mut self, keys: &Keys) -> Result<Vec<u8>, SaslError> {
        let State::Challenged {
            server_first,
            nonce,
        } = &self.state
        else {
            return Err(SaslError::Malformed("an answer without a challenge"));
        };
        if keys.hash != self.hash {
            return Err(SaslError::Malformed("keys of another mechanism"));
        }
        let without_proof = format!("c={},r={nonce}", self.channel);
        let auth_message = format!("{},{server_first},{without_proof}", self.client_first_bare);
        let stored_key = digest::digest(self.hash.digest(), &keys.client);
        let signature = hmac::sign(
            &hmac::Key::new(self.hash.hmac(), stored_key.as_ref()),
            auth_message.as_bytes(),
        );
        let proof: Vec<u8> = keys
            .client
            .iter()
            .zip(signature.as_ref())
            .map(|(key, mask)| key ^ mask)
            .collect();
        self.state = State::Responded {
            auth_message,
            server_key: keys.server.clone(),
        };
        Ok(format!("{without_proof},p={}", BASE64.encode(proof)).into_bytes())
    }

    /// Checks the server-final message, which comes in a last challenge or as the data of `<success/>`. The comparison takes the same time
    /// wherever the first difference is. A second call, after a challenge was already verified, takes only an empty message.
    ///
    /// # Errors
    /// [`SaslError::BadServerSignature`] for everything that does not prove the server's knowledge, an empty message included;
    /// [`SaslError::Refused`] if the message is a refusal.
    pub fn verify(&mut self, message: &[u8]) -> Result<(), SaslError> {
        let (auth_message, server_key) = match &self.state {
            State::Responded {
                auth_message,
                server_key,
            } => (auth_message, server_key),
            State::Verified if message.is_empty() => return Ok(()),
            _ => return Err(SaslError::BadServerSignature),
        };
        if message.len() > LONGEST_MESSAGE {
            return Err(SaslError::BadServerSignature);
        }
        let text = std::str::from_utf8(message).map_err(|_| SaslError::BadServerSignature)?;
        let first = text.split(',').next().unwrap_or_default();
        if let Some(reason) = first.strip_prefix("e=") {
            return Err(refusal(reason));
        }
        let signature = first
            .strip_prefix("v=")
            .and_then(|value| BASE64.decode(value).ok())
            .ok_or(SaslError::BadServerSignature)?;
        hmac::verify(
            &hmac::Key::new(self.hash.hmac(), server_key),
            auth_message.as_bytes(),
            &signature,
        )
        .map_err(|_| SaslError::BadServerSignature)?;
        self.state = State::Verified;
        Ok(())
    }

    /// Whether the server has proved that it knows the password. Without that a `<success/>` counts for nothing.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        matches!(self.state, State::Verified)
    }
}

impl fmt::Debug for Scram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scram")
            .field("hash", &self.hash)
            .field("gs2", &self.gs2_header)
            .finish_non_exhaustive()
    }
}

/// The slow part: PBKDF2 over the password. Holds the password, wiped when dropped.
pub struct Derivation {
    hash: Hash,
    password: Zeroizing<Vec<u8>>,
    salt: Vec<u8>,
    iterations: NonZeroU32,
}

impl Derivation {
    /// Computes the keys. Takes from a millisecond to about a second: run it where blocking is allowed.
    #[must_use]
    pub fn run(&self) -> Keys {
        let mut salted = Zeroizing::new(vec![0; self.hash.digest().output_len()]);
        pbkdf2::derive(
            self.hash.pbkdf2(),
            self.iterations,
            &self.salt,
            &self.password,
            &mut salted,
        );
        let salted = hmac::Key::new(self.hash.hmac(), &salted);
        let key = |label: &[u8]| Zeroizing::new(hmac::sign(&salted, label).as_ref().to_vec());
        Keys {
            hash: self.hash,
            client: key(b"Client Key"),
            server: key(b"Server Key"),
        }
    }
}

impl fmt::Debug for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Derivation")
            .field("hash", &self.hash)
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// ClientKey and ServerKey (RFC 5802 §3), wiped when dropped.
pub struct Keys {
    hash: Hash,
    client: Zeroizing<Vec<u8>>,
    server: Zeroizing<Vec<u8>>,
}

impl Zeroize for Keys {
    fn zeroize(&mut self) {
        self.client.zeroize();
        self.server.zeroize();
    }
}

impl ZeroizeOnDrop for Keys {}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// The server-first message: `r=…,s=…,i=…` and extensions that may be ignored.
struct ServerFirst<'a> {
    text: &'a str,
    nonce: &'a str,
    salt: Vec<u8>,
    iterations: NonZeroU32,
}

impl<'a> ServerFirst<'a> {
    fn parse(message: &'a [u8]) -> Result<Self, SaslError> {
        if message.len() > LONGEST_MESSAGE {
            return Err(SaslError::Malformed("it is too long"));
        }
        let text =
            std::str::from_utf8(message).map_err(|_| SaslError::Malformed("it is not UTF-8"))?;
        let mut parts = text.split(',');
        let mut value = |prefix: &str, missing: &'static str| match parts.next() {
            Some(part) if part.starts_with("m=") => Err(SaslError::Malformed(
                "it demands an extension that Oriole does not know",
            )),
            Some(part) if part.starts_with("e=") => Err(refusal(part.trim_start_matches("e="))),
            Some(part) => part
                .strip_prefix(prefix)
                .ok_or(SaslError::Malformed(missing)),
            None => Err(SaslError::Malformed(missing)),
        };
        let nonce = value("r=", "the nonce is missing")?;
        let salt = value("s=", "the salt is missing")?;
        let iterations = value("i=", "the number of rounds is missing")?;
        if !nonce.bytes().all(nonce_character) {
            return Err(SaslError::Malformed("the nonce has forbidden characters"));
        }
        let salt = BASE64
            .decode(salt)
            .map_err(|_| SaslError::Malformed("the salt is not base64"))?;
        if salt.is_empty() || salt.len() > LONGEST_SALT {
            return Err(SaslError::Malformed("the salt is empty or too long"));
        }
        Ok(ServerFirst {
            text,
            nonce,
            salt,
            iterations: rounds(iterations)?,
        })
    }
}

fn rounds(digits: &str) -> Result<NonZeroU32, SaslError> {
    if digits.is_empty()
        || digits.starts_with('0')
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(SaslError::Malformed("the number of rounds is not a number"));
    }
    let count = digits.parse().unwrap_or(u32::MAX);
    match NonZeroU32::new(count) {
        Some(rounds) if (FEWEST_ITERATIONS..=MOST_ITERATIONS).contains(&count) => Ok(rounds),
        _ if count < FEWEST_ITERATIONS => Err(SaslError::WeakIterations(count)),
        _ => Err(SaslError::TooManyIterations(count)),
    }
}

/// Printable ASCII without the comma (RFC 5802 §7, `printable`).
fn nonce_character(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b','
}

/// The reasons of RFC 5802 §7 are words of letters and hyphens; anything else is not repeated.
fn refusal(reason: &str) -> SaslError {
    let word = !reason.is_empty()
        && reason.len() <= LONGEST_REASON
        && reason
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    SaslError::Refused {
        reason: if word { reason } else { "other-error" }.to_owned(),
    }
}

fn prepared_user(username: &str) -> Result<String, SaslError> {
    let prepared = stringprep::saslprep(username).map_err(|_| SaslError::BadCredentialsEncoding)?;
    if prepared.is_empty() || prepared.contains('\0') {
        return Err(SaslError::BadCredentialsEncoding);
    }
    Ok(prepared.replace('=', "=3D").replace(',', "=2C"))
}

fn prepared_password(password: &str) -> Result<Zeroizing<Vec<u8>>, SaslError> {
    if password.is_empty() || password.contains('\0') {
        return Err(SaslError::BadCredentialsEncoding);
    }
    let bytes = match stringprep::saslprep(password) {
        Ok(prepared) if !prepared.is_empty() => Zeroizing::new(prepared.into_owned().into_bytes()),
        _ => Zeroizing::new(password.as_bytes().to_vec()),
    };
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::choice::Gs2;
    use super::super::{BindingKind, Mechanism};
    use super::*;
    use proptest::prelude::*;

    fn choice(mechanism: Mechanism) -> Choice {
        Choice::for_tests(mechanism, Gs2::No)
    }

    struct Vector {
        choice: Choice,
        password: &'static str,
        user: &'static str,
        nonce: &'static str,
        client_first: &'static str,
        server_first: &'static str,
        client_final: &'static str,
        server_final: &'static str,
    }

    fn check(vector: &Vector) {
        let mut scram = Scram::new(
            &vector.choice,
            vector.user,
            vector.password,
            vector.nonce.to_owned(),
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(scram.initial_response()).unwrap(),
            vector.client_first
        );
        let keys = scram
            .challenge(vector.server_first.as_bytes())
            .unwrap()
            .run();
        assert_eq!(
            String::from_utf8(scram.respond(&keys).unwrap()).unwrap(),
            vector.client_final
        );
        assert!(!scram.is_verified());
        scram.verify(vector.server_final.as_bytes()).unwrap();
        assert!(scram.is_verified());
    }

    fn rfc5802() -> Vector {
        Vector {
            choice: choice(Mechanism::ScramSha1),
            user: "user",
            password: "pencil",
            nonce: "fyko+d2lbbFgONRv9qkxdawL",
            client_first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            server_first: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            client_final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            server_final: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        }
    }

    #[test]
    fn rfc_5802_section_5() {
        check(&rfc5802());
    }

    #[test]
    fn rfc_7677_section_3() {
        check(&Vector {
            choice: choice(Mechanism::ScramSha256),
            nonce: "rOprNGfwEbeRWgbNEkqO",
            client_first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            server_first: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            client_final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            server_final: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            ..rfc5802()
        });
    }

    /// Computed with Python's hashlib and hmac, with a name that needs escaping and a binding.
    #[test]
    fn sha_512_bound_to_the_connection() {
        check(&Vector {
            choice: Choice::for_tests(
                Mechanism::ScramSha512Plus,
                Gs2::Bound(BindingKind::TlsExporter, (0..32).collect()),
            ),
            user: "a=b,c",
            password: "pässword 🔑",
            nonce: "clientnonce0123456789",
            client_first: "p=tls-exporter,,n=a=3Db=2Cc,r=clientnonce0123456789",
            server_first: "r=clientnonce0123456789server,s=c2FsdHNhbHRzYWx0,i=10000,x=ignored",
            client_final: "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=clientnonce0123456789server,p=oS33SpD8SHSFqbLvbiUIhBAc+9vL/1ag3A8h3tC2RWb/zLFpw+gPBX/lU83Q6mM+akasHSOugEq13a+0FQm5ow==",
            server_final: "v=kR8c8rCTkOOE/K4bHQOsOSlxv/Ayhz9iqaIh9kt037Ggk6ebj+ODim/AjxsxtNtGfz1G6YXH7dQzJGyWpPfLRA==",
        });
    }

    fn fresh() -> Scram {
        Scram::new(
            &choice(Mechanism::ScramSha256),
            "user",
            "pencil",
            "abcdefgh".to_owned(),
        )
        .unwrap()
    }

    fn answer(message: &str) -> Result<(), SaslError> {
        fresh().challenge(message.as_bytes()).map(|_| ())
    }

    #[test]
    fn a_lying_server_is_found_out() {
        let vector = rfc5802();
        let responded = || {
            let mut scram = Scram::new(
                &vector.choice,
                vector.user,
                vector.password,
                vector.nonce.to_owned(),
            )
            .unwrap();
            let keys = scram
                .challenge(vector.server_first.as_bytes())
                .unwrap()
                .run();
            scram.respond(&keys).unwrap();
            scram
        };
        for lie in [
            "",
            "v=",
            "v=AAAA",
            "v=smF9pqV8S7suAoZWja4dJRkFsKQ=",
            "v=rmF9pqV8S7suAoZWja4dJRkFsK",
            "x=1",
            "v",
        ] {
            let mut scram = responded();
            assert_eq!(
                scram.verify(lie.as_bytes()),
                Err(SaslError::BadServerSignature),
                "{lie}"
            );
            assert!(!scram.is_verified());
        }
        assert_eq!(
            responded().verify(&[0xff, 0xfe]),
            Err(SaslError::BadServerSignature)
        );
        assert_eq!(
            responded().verify(&vec![b'v'; LONGEST_MESSAGE + 1]),
            Err(SaslError::BadServerSignature)
        );
        assert_eq!(
            responded().verify(b"e=invalid-proof"),
            Err(SaslError::Refused {
                reason: "invalid-proof".to_owned()
            })
        );
        assert_eq!(
            responded().verify("e=<b>\u{1b}[2J".as_bytes()),
            Err(SaslError::Refused {
                reason: "other-error".to_owned()
            })
        );
        assert_eq!(
            responded().verify(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,extra=1"),
            Ok(())
        );
    }

    #[test]
    fn a_wrong_password_makes_another_proof_and_finds_no_server_signature() {
        let vector = rfc5802();
        let mut scram = Scram::new(
            &vector.choice,
            vector.user,
            "pencils",
            vector.nonce.to_owned(),
        )
        .unwrap();
        let keys = scram
            .challenge(vector.server_first.as_bytes())
            .unwrap()
            .run();
        assert_ne!(
            scram.respond(&keys).unwrap(),
            vector.client_final.as_bytes()
        );
        assert_eq!(
            scram.verify(vector.server_final.as_bytes()),
            Err(SaslError::BadServerSignature)
        );
    }

    #[test]
    fn steps_out_of_order_are_refused() {
        let vector = rfc5802();
        let mut scram = Scram::new(
            &vector.choice,
            vector.user,
            vector.password,
            vector.nonce.to_owned(),
        )
        .unwrap();
        assert_eq!(
            scram.verify(vector.server_final.as_bytes()),
            Err(SaslError::BadServerSignature)
        );
        assert_eq!(scram.verify(b""), Err(SaslError::BadServerSignature));
        let keys = scram
            .challenge(vector.server_first.as_bytes())
            .unwrap()
            .run();
        assert!(matches!(
            scram.challenge(vector.server_first.as_bytes()),
            Err(SaslError::Malformed(_))
        ));
        assert!(matches!(
            fresh().respond(&keys),
            Err(SaslError::Malformed(_))
        ));
        scram.respond(&keys).unwrap();
        assert!(matches!(scram.respond(&keys), Err(SaslError::Malformed(_))));
        scram.verify(vector.server_final.as_bytes()).unwrap();
        assert_eq!(scram.verify(b""), Ok(()));
        assert_eq!(scram.verify(b"v=AAAA"), Err(SaslError::BadServerSignature));
        let mut other_hash = fresh();
        other_hash.challenge(b"r=abcdefghX,s=QSXC,i=4096").unwrap();
        assert!(matches!(
            other_hash.respond(&keys),
            Err(SaslError::Malformed(_))
        ));
    }

    #[test]
    fn the_nonce_must_extend_ours() {
        assert_eq!(answer("r=abcdefghX,s=QSXC,i=4096"), Ok(()));
        for nonce in ["abcdefgh", "abcdefg", "Xabcdefgh", "", "ABCDEFGHx"] {
            let message = format!("r={nonce},s=QSXC,i=4096");
            assert_eq!(
                answer(&message),
                Err(SaslError::Malformed(
                    "the server's nonce does not extend ours"
                )),
                "{nonce}"
            );
        }
    }

    #[test]
    fn the_number_of_rounds_is_bounded() {
        let rounds = |text: &str| answer(&format!("r=abcdefghX,s=QSXC,i={text}"));
        assert_eq!(rounds("4096"), Ok(()));
        assert_eq!(rounds("1000000"), Ok(()));
        assert_eq!(rounds("4095"), Err(SaslError::WeakIterations(4095)));
        assert_eq!(rounds("1"), Err(SaslError::WeakIterations(1)));
        assert_eq!(
            rounds("1000001"),
            Err(SaslError::TooManyIterations(1_000_001))
        );
        assert_eq!(
            rounds("99999999999999999999"),
            Err(SaslError::TooManyIterations(u32::MAX))
        );
        for nonsense in ["", "0", "04096", "+4096", "-1", "4096 ", "x"] {
            assert!(
                matches!(rounds(nonsense), Err(SaslError::Malformed(_))),
                "{nonsense:?}"
            );
        }
    }

    #[test]
    fn a_challenge_that_is_none_is_refused() {
        let long_salt = BASE64.encode(vec![0; LONGEST_SALT + 1]);
        for message in [
            String::new(),
            "s=QSXC,r=abcdefghX,i=4096".to_owned(),
            "r=abcdefghX,s=,i=4096".to_owned(),
            "r=abcdefghX,s=!,i=4096".to_owned(),
            "r=abcdefghX,s=QSXC".to_owned(),
            "r=abcdefgh\u{e4},s=QSXC,i=4096".to_owned(),
            "m=ext,r=abcdefghX,s=QSXC,i=4096".to_owned(),
            format!("r=abcdefghX,s={long_salt},i=4096"),
            format!(
                "r=abcdefghX,s=QSXC,i=4096,x={}",
                "y".repeat(LONGEST_MESSAGE)
            ),
        ] {
            assert!(
                matches!(answer(&message), Err(SaslError::Malformed(_))),
                "{message:.60}"
            );
        }
        assert!(matches!(
            fresh().challenge(&[0xff]),
            Err(SaslError::Malformed(_))
        ));
        assert_eq!(
            answer("e=unknown-user"),
            Err(SaslError::Refused {
                reason: "unknown-user".to_owned()
            })
        );
    }

    #[test]
    fn credentials_are_prepared() {
        let first = |user: &str| {
            let scram =
                Scram::new(&choice(Mechanism::ScramSha1), user, "x", "n".to_owned()).unwrap();
            String::from_utf8(scram.initial_response()).unwrap()
        };
        assert_eq!(first("a,b=c"), "n,,n=a=2Cb=3Dc,r=n");
        for (user, password) in [("", "x"), ("u", ""), ("u", "a\0b"), ("u\0", "x")] {
            let result = Scram::new(
                &choice(Mechanism::ScramSha1),
                user,
                password,
                "n".to_owned(),
            );
            assert_eq!(
                result.err(),
                Some(SaslError::BadCredentialsEncoding),
                "{user:?} {password:?}"
            );
        }
        // BEL is forbidden by SASLprep; such a password is used as it was typed.
        assert_eq!(prepared_password("a\u{7}b").unwrap().as_slice(), b"a\x07b");
        assert!(Scram::new(&choice(Mechanism::Plain), "u", "x", "n".to_owned()).is_err());
        assert!(Scram::new(&choice(Mechanism::ScramSha1), "u", "x", "a,b".to_owned()).is_err());
    }

    #[test]
    fn debug_output_has_no_secret() {
        let mut scram = Scram::new(
            &choice(Mechanism::ScramSha1),
            "user",
            "hunter2hunter2",
            "n".to_owned(),
        )
        .unwrap();
        let derivation = scram.challenge(b"r=nX,s=QSXC,i=4096").unwrap();
        let text = format!("{scram:?} {derivation:?} {:?}", derivation.run());
        let bytes = format!("{:?}", b"hunter2hunter2")
            .trim_matches(['[', ']'])
            .to_owned();
        assert!(
            !text.contains("hunter2") && !text.contains(&bytes) && !text.contains("client:"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn no_challenge_makes_it_panic(message in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = fresh().challenge(&message);
        }

        #[test]
        fn no_nearly_right_challenge_makes_it_panic(
            nonce in "(abcdefgh)?[ -~]{0,12}", salt in "[A-Za-z0-9+/=]{0,12}", rounds in "[0-9]{0,22}", rest in "(,[a-z]=[ -~]{0,5}){0,3}",
        ) {
            let _ = fresh().challenge(format!("r={nonce},s={salt},i={rounds}{rest}").as_bytes());
        }
    }

    #[test]
    fn no_final_message_but_the_right_one_is_believed() {
        let challenge = b"r=abcdefghX,s=QSXC,i=4096";
        let keys = fresh().challenge(challenge).unwrap().run();
        proptest!(|(message in prop::collection::vec(any::<u8>(), 0..80))| {
            let mut scram = fresh();
            scram.challenge(challenge).unwrap();
            scram.respond(&keys).unwrap();
            prop_assert!(scram.verify(&message).is_err());
        });
    }
}
