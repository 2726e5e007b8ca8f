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

/// The password as SASLprep has it (RFC 4013), or as it is where that refuses it.
pub(in crate::xmpp) fn prepared_password(password: &str) -> Result<Zeroizing<Vec<u8>>, SaslError> {
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
mod tests;
