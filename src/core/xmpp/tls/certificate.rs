//! What a certificate says, for the person who has to decide about it. Certificates come from strangers: everything is cut to a sane size and
//! cleaned of characters that could fake or hide text.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use ring::digest;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry as oid;
use x509_parser::prelude::FromDer;
use x509_parser::signature_algorithm::SignatureAlgorithm;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{X509Name, X509Version};

use crate::model::account::Fingerprint;
use crate::model::certificate::{CertificateFacts, CertificateProblem};

/// The longest text shown of one attribute, and of a whole subject or issuer, in characters.
const LONGEST_ATTRIBUTE: usize = 100;
const LONGEST_NAME: usize = 300;
/// The most attributes of a subject or issuer, and the most host names, that are shown.
const MOST_ATTRIBUTES: usize = 12;
const MOST_NAMES: usize = 32;
/// RSA keys shorter than this (in bits) can be broken, and our crypto library refuses them.
const SHORTEST_RSA_KEY: usize = 2048;

/// What can be read from a leaf certificate before anything is decided.
pub(super) struct Leaf {
    pub(super) sha256: [u8; 32],
    pub(super) self_issued: bool,
    /// The bits of an RSA key shorter than 2048, or that the certificate has the format of before 1996.
    pub(super) weakness: Option<String>,
    pub(super) not_before: DateTime<Utc>,
    pub(super) not_after: DateTime<Utc>,
    subject: String,
    issuer: String,
    names: Vec<String>,
}

impl Leaf {
    /// Reads it. What cannot be read stays empty: the fingerprint is always there.
    pub(super) fn read(der: &[u8]) -> Leaf {
        let mut leaf = Leaf {
            sha256: sha256(der),
            self_issued: false,
            weakness: None,
            not_before: DateTime::UNIX_EPOCH,
            not_after: DateTime::UNIX_EPOCH,
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
        };
        let Ok((_, parsed)) = X509Certificate::from_der(der) else {
            return leaf;
        };
        leaf.self_issued = parsed.subject().as_raw() == parsed.issuer().as_raw();
        leaf.weakness = weakness(&parsed);
        leaf.not_before = time(parsed.validity().not_before);
        leaf.not_after = time(parsed.validity().not_after);
        leaf.subject = written(parsed.subject());
        leaf.issuer = written(parsed.issuer());
        leaf.names = names(&parsed);
        leaf
    }

    /// The facts for the person.
    pub(super) fn facts(self, name_matches: bool, why: CertificateProblem) -> CertificateFacts {
        CertificateFacts {
            sha256: Fingerprint(self.sha256),
            subject: self.subject,
            issuer: self.issuer,
            names: self.names,
            name_matches,
            not_before: self.not_before,
            not_after: self.not_after,
            why,
        }
    }
}

/// `tls-server-end-point` (RFC 5929 §4.1): the certificate's hash, by the hash function of its signature, SHA-256 in place of MD5 and SHA-1.
/// `None` where the signature has no single hash (Ed25519), or one that we do not have.
pub(super) fn end_point(der: &[u8]) -> Option<Vec<u8>> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    let signature = &parsed.signature_algorithm;
    let sha256 = [
        oid::OID_PKCS1_MD5WITHRSAENC,
        oid::OID_PKCS1_SHA1WITHRSA,
        oid::OID_SHA1_WITH_RSA,
        oid::OID_PKCS1_SHA256WITHRSA,
        oid::OID_SIG_ECDSA_WITH_SHA256,
        oid::OID_HASH_SHA1,
        oid::OID_NIST_HASH_SHA256,
    ];
    let sha384 = [
        oid::OID_PKCS1_SHA384WITHRSA,
        oid::OID_SIG_ECDSA_WITH_SHA384,
        oid::OID_NIST_HASH_SHA384,
    ];
    let sha512 = [
        oid::OID_PKCS1_SHA512WITHRSA,
        oid::OID_SIG_ECDSA_WITH_SHA512,
        oid::OID_NIST_HASH_SHA512,
    ];
    // RSASSA-PSS names its hash in the parameters.
    let algorithm = SignatureAlgorithm::try_from(signature).ok();
    let named = match &algorithm {
        Some(SignatureAlgorithm::RSASSA_PSS(parameters)) => parameters.hash_algorithm_oid(),
        _ => &signature.algorithm,
    };
    let function = if sha256.contains(named) {
        &digest::SHA256
    } else if sha384.contains(named) {
        &digest::SHA384
    } else if sha512.contains(named) {
        &digest::SHA512
    } else {
        return None;
    };
    Some(digest::digest(function, der).as_ref().to_vec())
}

/// Text from a certificate, fit for a screen: without control and formatting characters, cut to `longest` characters.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let mut kept = text
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c));
    let mut cleaned: String = kept.by_ref().take(longest).collect();
    if kept.next().is_some() {
        cleaned.push('…');
    }
    cleaned
}

/// Characters that turn the writing direction or take no room, with which a name can be made to look like another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn sha256(der: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash
        .iter_mut()
        .zip(digest::digest(&digest::SHA256, der).as_ref())
    {
        *to = *from;
    }
    hash
}

fn time(time: ASN1Time) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(DateTime::UNIX_EPOCH)
}

fn weakness(parsed: &X509Certificate<'_>) -> Option<String> {
    if parsed.version() == X509Version::V1 {
        return Some("its certificate has a format from before 1996 (X.509 version 1)".to_owned());
    }
    let key = parsed.public_key();
    let bits = match key.parsed() {
        Ok(public @ x509_parser::public_key::PublicKey::RSA(_)) => public.key_size(),
        _ => return None,
    };
    (1..SHORTEST_RSA_KEY)
        .contains(&bits)
        .then(|| format!("its key has only {bits} bits"))
}

/// A subject or issuer, written by hand because the library's own form is unbounded and fails on odd values.
fn written(name: &X509Name<'_>) -> String {
    let attributes: Vec<String> = name
        .iter_attributes()
        .take(MOST_ATTRIBUTES)
        .map(|attribute| {
            let kind = attribute.attr_type();
            let label = [
                (oid::OID_X509_COMMON_NAME, "CN"),
                (oid::OID_X509_ORGANIZATION_NAME, "O"),
                (oid::OID_X509_ORGANIZATIONAL_UNIT, "OU"),
                (oid::OID_X509_LOCALITY_NAME, "L"),
                (oid::OID_X509_STATE_OR_PROVINCE_NAME, "ST"),
                (oid::OID_X509_COUNTRY_NAME, "C"),
                (oid::OID_PKCS9_EMAIL_ADDRESS, "E"),
            ]
            .into_iter()
            .find_map(|(known, label)| (*kind == known).then(|| label.to_owned()))
            .unwrap_or_else(|| clean(&kind.to_id_string(), LONGEST_ATTRIBUTE));
            let value = String::from_utf8_lossy(attribute.attr_value().data);
            format!("{label}={}", clean(&value, LONGEST_ATTRIBUTE))
        })
        .collect();
    clean(&attributes.join(", "), LONGEST_NAME)
}

/// The names that the certificate is for.
fn names(parsed: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = parsed.subject_alternative_name() else {
        return Vec::new();
    };
    extension
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(host) => Some((*host).to_owned()),
            GeneralName::IPAddress(octets) => ip_address(octets),
            GeneralName::OtherName(kind, value) => other_name(&kind.to_id_string(), value),
            _ => None,
        })
        .map(|name| clean(&name, LONGEST_ATTRIBUTE))
        .filter(|name| !name.is_empty())
        .take(MOST_NAMES)
        .collect()
}

fn ip_address(octets: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let six = || <[u8; 16]>::try_from(octets).map(IpAddr::from);
    Some(four.or_else(|_| six()).ok()?.to_string())
}

/// `id-on-xmppAddr` (RFC 6120 §13.7.1.4) and `id-on-dnsSRV` (RFC 4985), whose value is a short tagged string.
fn other_name(kind: &str, value: &[u8]) -> Option<String> {
    if kind != "1.3.6.1.5.5.7.8.5" && kind != "1.3.6.1.5.5.7.8.7" {
        return None;
    }
    // Explicit tag, its length, string tag, its length, all in one byte each: anything longer is not shown.
    let text = value.get(4..)?;
    let tagged = matches!(value, [0xa0, outer, 0x0c | 0x16, inner, ..]
        if usize::from(*inner) == text.len() && usize::from(*outer) == text.len() + 2);
    tagged.then(|| String::from_utf8_lossy(text).into_owned())
}
