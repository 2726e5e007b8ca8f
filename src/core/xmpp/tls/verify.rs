//! The judgement on a server's certificate. Called by rustls in the middle of a handshake; the reasons are kept aside, because rustls passes
//! on only the bare fact of a refusal.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::certificate::{Leaf, clean};
use super::{TlsError, Trust};
use crate::model::certificate::CertificateProblem;

/// The longest technical text that is passed on.
const LONGEST_DETAIL: usize = 200;

/// The authorities that may vouch for a server.
#[derive(Clone)]
pub struct Roots(Arc<RootCertStore>);

impl Roots {
    /// Those of the operating system, read once, where blocking is allowed. What cannot be read is left out. If there is none at all, the next
    /// call looks again.
    pub async fn system() -> Roots {
        static SYSTEM: OnceCell<Roots> = OnceCell::const_new();
        let loaded = SYSTEM.get_or_try_init(|| async {
            let loaded = tokio::task::spawn_blocking(|| {
                let found = rustls_native_certs::load_native_certs();
                for error in &found.errors {
                    tracing::debug!(%error, "some of the system's certificate authorities cannot be read");
                }
                Roots::of(found.certs)
            });
            match loaded.await {
                Ok(roots) if !roots.is_empty() => Ok(roots),
                _ => Err(()),
            }
        });
        match loaded.await {
            Ok(roots) => roots.clone(),
            Err(()) => {
                tracing::warn!("this computer has no list of certificate authorities");
                Roots::none()
            }
        }
    }

    /// These ones. Those that cannot be parsed are left out.
    pub fn of(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Roots {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(certificates);
        Roots(Arc::new(store))
    }

    /// Nobody: every certificate is untrusted unless pinned.
    #[must_use]
    pub fn none() -> Roots {
        Roots(Arc::new(RootCertStore::empty()))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roots({})", self.0.len())
    }
}

/// Where a refusal's reason is left for the one who asked.
pub(super) type Verdict = Arc<Mutex<Option<TlsError>>>;

/// Judges one connection's certificate.
pub(super) struct Verifier {
    trust: Trust,
    roots: Roots,
    name: ServerName<'static>,
    algorithms: WebPkiSupportedAlgorithms,
    verdict: Verdict,
}

impl Verifier {
    pub(super) fn new(
        trust: Trust,
        roots: Roots,
        name: ServerName<'static>,
        provider: &CryptoProvider,
        verdict: Verdict,
    ) -> Verifier {
        Verifier {
            trust,
            roots,
            name,
            algorithms: provider.signature_verification_algorithms,
            verdict,
        }
    }

    fn judge(
        &self,
        der: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), TlsError> {
        let leaf = Leaf::read(der);
        // Such a key or format fails in the handshake later, pinned or not; nobody should be asked to trust it first.
        if let Some(weakness) = &leaf.weakness {
            return Err(TlsError::too_old(weakness.clone()));
        }
        let parsed = ParsedCertificate::try_from(der).map_err(|error| {
            TlsError::failed(format!("the server's certificate cannot be read ({error})"))
        })?;
        let name = verify_server_name(&parsed, &self.name);
        let problem = match self.trust {
            Trust::Pin(pin) if pin.0 == leaf.sha256 => None,
            Trust::Pin(_) => Some(CertificateProblem::NotThePinned),
            Trust::System => self.chain_problem(&parsed, chain, &leaf, now).or_else(|| {
                name.is_err()
                    .then(|| CertificateProblem::WrongName(self.name.to_str().into_owned()))
            }),
        };
        match problem {
            None => Ok(()),
            Some(why) => Err(TlsError::Untrusted(Box::new(leaf.facts(name.is_ok(), why)))),
        }
    }

    /// What is wrong with the chain of signatures and their dates, if anything.
    fn chain_problem(
        &self,
        parsed: &ParsedCertificate<'_>,
        chain: &[CertificateDer<'_>],
        leaf: &Leaf,
        now: UnixTime,
    ) -> Option<CertificateProblem> {
        let at = |time| {
            verify_server_cert_signed_by_trust_anchor(
                parsed,
                &self.roots.0,
                chain,
                time,
                self.algorithms.all,
            )
            .err()
        };
        let error = at(now)?;
        if leaf.self_issued {
            return Some(CertificateProblem::SelfSigned);
        }
        if self.roots.is_empty() {
            return Some(CertificateProblem::Other(
                "this computer has no list of certificate authorities to check it with".to_owned(),
            ));
        }
        let Error::InvalidCertificate(error) = error else {
            return Some(CertificateProblem::Other(clean(
                &error.to_string(),
                LONGEST_DETAIL,
            )));
        };
        let early = matches!(
            error,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }
        );
        let late = matches!(
            error,
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        );
        if !early && !late {
            return Some(chain_error(&error));
        }
        // Out of date is all that rustls says then; that nobody known vouches for it would be worse.
        let begin = u64::try_from(leaf.not_before.timestamp()).unwrap_or_default();
        let begin = UnixTime::since_unix_epoch(Duration::from_secs(begin));
        if let Some(Error::InvalidCertificate(error)) = at(begin)
            && is_stranger(&error)
        {
            return Some(CertificateProblem::UnknownIssuer);
        }
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        Some(if early && leaf.not_before.timestamp() > now {
            CertificateProblem::NotYetValid
        } else if late && leaf.not_after.timestamp() < now {
            CertificateProblem::Expired
        } else {
            CertificateProblem::Other("a certificate that vouches for it is out of date".to_owned())
        })
    }
}

/// Nobody known vouches for it: either the name of the authority is unknown, or it is known and the signature is by another key.
fn is_stranger(error: &CertificateError) -> bool {
    matches!(
        error,
        CertificateError::UnknownIssuer | CertificateError::BadSignature
    )
}

fn chain_error(error: &CertificateError) -> CertificateProblem {
    match error {
        stranger if is_stranger(stranger) => CertificateProblem::UnknownIssuer,
        CertificateError::Revoked => CertificateProblem::Revoked,
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            CertificateProblem::Other(
                "it is signed with a method that is no longer safe".to_owned(),
            )
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            CertificateProblem::Other("it was not made for servers".to_owned())
        }
        other => CertificateProblem::Other(clean(
            &format!("it is not in order ({other})"),
            LONGEST_DETAIL,
        )),
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(end_entity, intermediates, now)
            .map(|()| ServerCertVerified::assertion())
            .map_err(|reason| {
                if let Ok(mut verdict) = self.verdict.lock() {
                    *verdict = Some(reason);
                }
                Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("trust", &self.trust)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
