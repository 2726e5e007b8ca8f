//! The certificate of a test server, made anew for each: issued by itself, valid for the server's domains.

use std::path::Path;

use rcgen::{date_time_ymd, CertificateParams, DistinguishedName, DnType, KeyPair};

/// A certificate and its private key (ECDSA, P-256).
pub(crate) struct Certificate {
    der: Vec<u8>,
    certificate_pem: String,
    key_pem: String,
}

impl Certificate {
    /// Makes a certificate with these domains as its subject alternative names, the first also as its common name.
    pub(crate) fn make(domains: &[&str]) -> Certificate {
        let names: Vec<String> = domains.iter().map(|&name| name.to_owned()).collect();
        let mut parameters = CertificateParams::new(names).expect("valid names");
        parameters.distinguished_name = DistinguishedName::new();
        parameters
            .distinguished_name
            .push(DnType::CommonName, domains[0]);
        // ejabberd's certificate manager crashes over rcgen's own choice, the year 4096.
        parameters.not_before = date_time_ymd(2020, 1, 1);
        parameters.not_after = date_time_ymd(2049, 12, 31);
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("a certificate");
        Certificate {
            der: certificate.der().to_vec(),
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        }
    }

    /// The certificate, DER.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the certificate's DER form.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        sha256(&self.der)
    }

    /// Writes certificate and key as two PEM files.
    pub(crate) fn write(&self, certificate: &Path, key: &Path) {
        std::fs::write(certificate, &self.certificate_pem).expect("to write the certificate");
        std::fs::write(key, &self.key_pem).expect("to write the key");
    }

    /// Writes key and certificate into one PEM file.
    pub(crate) fn write_together(&self, path: &Path) {
        let both = format!("{}{}", self.key_pem, self.certificate_pem);
        std::fs::write(path, both).expect("to write the certificate");
    }
}

/// SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().try_into().expect("32 bytes")
}
