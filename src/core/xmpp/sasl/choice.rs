//! Choosing how to sign in: the strongest mechanism that server, connection and history allow.
//!
//! The rules are in [`choose`]; nothing else decides about mechanisms, so nothing else can weaken them.

use std::fmt;

use super::{BindingKind, Bindings, Lost, Mechanism, Memory, SaslError};

/// How many of a server's mechanisms an error repeats, and how many characters of each.
const REPEATED_NAMES: usize = 20;
const REPEATED_LENGTH: usize = 40;

/// What the GS2 header says about channel binding (RFC 5802 §6 and §7).
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Gs2 {
    /// `n`: we do not bind.
    No,
    /// `y`: we could, but the server says it cannot.
    ServerCannot,
    /// `p=…`: bound, with the binding's data.
    Bound(BindingKind, Vec<u8>),
}

/// The mechanism to use and how it is bound. Only [`choose`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    mechanism: Mechanism,
    gs2: Gs2,
}

impl Choice {
    /// The mechanism for `<auth mechanism=…>`.
    #[must_use]
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The channel binding in use, if any.
    #[must_use]
    pub fn binding(&self) -> Option<BindingKind> {
        match &self.gs2 {
            Gs2::Bound(kind, _) => Some(*kind),
            Gs2::No | Gs2::ServerCannot => None,
        }
    }

    /// The GS2 header (RFC 5802 §7), without an authorisation identity.
    pub(super) fn gs2_header(&self) -> String {
        match &self.gs2 {
            Gs2::No => "n,,".to_owned(),
            Gs2::ServerCannot => "y,,".to_owned(),
            Gs2::Bound(kind, _) => format!("p={},,", kind.name()),
        }
    }

    /// The data that `c=` carries after the header.
    pub(super) fn binding_data(&self) -> &[u8] {
        match &self.gs2 {
            Gs2::Bound(_, data) => data,
            Gs2::No | Gs2::ServerCannot => &[],
        }
    }

    #[cfg(test)]
    pub(super) fn for_tests(mechanism: Mechanism, gs2: Gs2) -> Choice {
        Choice { mechanism, gs2 }
    }
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Choice")
            .field("mechanism", &self.mechanism)
            .field("gs2", &self.gs2_header())
            .finish()
    }
}

/// Chooses the mechanism.
///
/// - `offered`: the names in the server's `<mechanisms/>`.
/// - `bindings_named`: the channel bindings that the server says it takes (XEP-0440), `None` if it says nothing.
/// - `available`: what this connection can give.
/// - `encrypted`: whether we are inside TLS.
/// - `memory`: what was used with this account before.
/// - `allow_downgrade`: the person has accepted less protection than before.
///
/// A `-PLUS` mechanism is taken only with a binding that the server names, `tls-exporter` before `tls-server-end-point`: ejabberd
/// 23.01 offers -PLUS, names nothing and takes only `tls-unique`, so that trying would make a right password look wrong. Where
/// the server offers -PLUS but we do not bind, the header says `n`, because `y` would be taken for an attack (RFC 5802 §6).
/// PLAIN is taken only inside TLS, only when no SCRAM is offered, and never again once SCRAM has been used with the account.
/// A binding once used is required from then on. A shorter hash than before is no downgrade: servers store a hash per account
/// and may change it with the password.
///
/// # Errors
/// [`SaslError::NoMechanism`], or [`SaslError::Downgrade`] where only the memory forbids what is offered.
pub fn choose(
    offered: &[String],
    bindings_named: Option<&[String]>,
    available: &Bindings,
    encrypted: bool,
    memory: &Memory,
    allow_downgrade: bool,
) -> Result<Choice, SaslError> {
    let server_binds = offered.iter().any(|name| name.ends_with("-PLUS"));
    let binding = if server_binds {
        common_binding(bindings_named, available)
    } else {
        None
    };
    let require_binding = memory.binding_required && !allow_downgrade;
    let strongest = Mechanism::ALL
        .into_iter()
        .filter(|mechanism| mechanism.hash().is_some())
        .filter(|mechanism| offered.iter().any(|name| name == mechanism.name()))
        .filter(|mechanism| !mechanism.is_bound() || binding.is_some())
        .find(|mechanism| mechanism.is_bound() || !require_binding);

    if let Some(mechanism) = strongest {
        let gs2 = match binding {
            Some((kind, data)) if mechanism.is_bound() => Gs2::Bound(kind, data),
            _ if !server_binds && !available.is_empty() => Gs2::ServerCannot,
            _ => Gs2::No,
        };
        return Ok(Choice { mechanism, gs2 });
    }
    let usable = |mechanism: Mechanism| offered.iter().any(|name| name == mechanism.name());
    let any_scram = Mechanism::ALL
        .into_iter()
        .any(|mechanism| mechanism.hash().is_some() && !mechanism.is_bound() && usable(mechanism));
    let plain = encrypted && usable(Mechanism::Plain);
    if plain && memory.knows_better_than_plain() && !allow_downgrade && !any_scram {
        return Err(SaslError::Downgrade { what: Lost::Scram });
    }
    if require_binding && (any_scram || plain) {
        return Err(SaslError::Downgrade {
            what: Lost::ChannelBinding,
        });
    }
    if plain {
        return Ok(Choice {
            mechanism: Mechanism::Plain,
            gs2: Gs2::No,
        });
    }
    Err(SaslError::NoMechanism {
        offered: repeated(offered),
    })
}

/// The best binding that the server names and that we have.
fn common_binding(
    named: Option<&[String]>,
    available: &Bindings,
) -> Option<(BindingKind, Vec<u8>)> {
    let named = named?;
    [
        (BindingKind::TlsExporter, &available.tls_exporter),
        (
            BindingKind::TlsServerEndPoint,
            &available.tls_server_end_point,
        ),
    ]
    .into_iter()
    .filter(|(kind, _)| named.iter().any(|name| name == kind.name()))
    .find_map(|(kind, data)| Some((kind, data.clone()?)))
}

/// The server's list, fit for an error message: mechanism names are printable ASCII (RFC 4422 §3.1), anything else is left out.
fn repeated(offered: &[String]) -> Vec<String> {
    offered
        .iter()
        .take(REPEATED_NAMES)
        .map(|name| {
            name.chars()
                .filter(char::is_ascii_graphic)
                .take(REPEATED_LENGTH)
                .collect()
        })
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const EXPORTER: &[&str] = &["tls-exporter"];
    const END_POINT: &[&str] = &["tls-server-end-point"];

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn both() -> Bindings {
        Bindings {
            tls_exporter: Some(vec![1; 32]),
            tls_server_end_point: Some(vec![2; 32]),
        }
    }

    fn end_point_only() -> Bindings {
        Bindings {
            tls_exporter: None,
            ..both()
        }
    }

    /// Inside TLS, with nothing remembered.
    fn first(
        offered: &[&str],
        named: Option<&[&str]>,
        available: &Bindings,
    ) -> Result<(Mechanism, String), SaslError> {
        let named = named.map(strings);
        choose(
            &strings(offered),
            named.as_deref(),
            available,
            true,
            &Memory::default(),
            false,
        )
        .map(|choice| (choice.mechanism(), choice.gs2_header()))
    }

    fn with(
        memory: Memory,
        offered: &[&str],
        named: Option<&[&str]>,
        allow: bool,
    ) -> Result<Mechanism, SaslError> {
        let named = named.map(strings);
        choose(
            &strings(offered),
            named.as_deref(),
            &both(),
            true,
            &memory,
            allow,
        )
        .map(|choice| choice.mechanism())
    }

    #[test]
    fn the_strongest_wins_whatever_the_order() {
        for (offered, best) in [
            (
                &["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-512", "SCRAM-SHA-256"][..],
                Mechanism::ScramSha512,
            ),
            (
                &["SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"][..],
                Mechanism::ScramSha256,
            ),
            (
                &["X-OAUTH2", "SCRAM-SHA-1", "DIGEST-MD5"][..],
                Mechanism::ScramSha1,
            ),
            (&["PLAIN", "DIGEST-MD5"][..], Mechanism::Plain),
        ] {
            assert_eq!(first(offered, None, &Bindings::default()).unwrap().0, best);
        }
        let all: Vec<&str> = Mechanism::ALL
            .iter()
            .rev()
            .map(|mechanism| mechanism.name())
            .collect();
        assert_eq!(
            first(&all, Some(EXPORTER), &both()).unwrap().0,
            Mechanism::ScramSha512Plus
        );
        let longer_hash_unbound = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-512"];
        assert_eq!(
            first(&longer_hash_unbound, Some(EXPORTER), &both()).unwrap(),
            (Mechanism::ScramSha512, "n,,".to_owned())
        );
    }

    #[test]
    fn a_binding_is_used_only_if_the_server_names_it_and_we_have_it() {
        let offered = ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];
        let bound = |header: &str| Ok((Mechanism::ScramSha256Plus, header.to_owned()));
        let unbound = Ok((Mechanism::ScramSha256, "n,,".to_owned()));
        let two: &[&str] = &["tls-server-end-point", "tls-exporter"];
        assert_eq!(
            first(&offered, Some(two), &both()),
            bound("p=tls-exporter,,")
        );
        assert_eq!(
            first(&offered, Some(END_POINT), &both()),
            bound("p=tls-server-end-point,,")
        );
        assert_eq!(
            first(&offered, Some(two), &end_point_only()),
            bound("p=tls-server-end-point,,")
        );
        assert_eq!(first(&offered, Some(EXPORTER), &end_point_only()), unbound);
        assert_eq!(first(&offered, Some(&["tls-unique"]), &both()), unbound);
        assert_eq!(first(&offered, Some(&[]), &both()), unbound);
        assert_eq!(first(&offered, Some(two), &Bindings::default()), unbound);
    }

    #[test]
    fn the_binding_s_own_data_is_sent() {
        let offered = strings(&["SCRAM-SHA-1-PLUS"]);
        let named = strings(END_POINT);
        let choice = choose(
            &offered,
            Some(&named),
            &both(),
            true,
            &Memory::default(),
            false,
        )
        .unwrap();
        assert_eq!(choice.binding(), Some(BindingKind::TlsServerEndPoint));
        assert_eq!(choice.binding_data(), [2; 32]);
    }

    #[test]
    fn y_is_said_only_where_no_plus_is_offered_and_we_could_bind() {
        let header =
            |offered: &[&str], available: &Bindings| first(offered, None, available).unwrap().1;
        assert_eq!(header(&["SCRAM-SHA-1"], &both()), "y,,");
        assert_eq!(header(&["SCRAM-SHA-1"], &end_point_only()), "y,,");
        assert_eq!(header(&["SCRAM-SHA-1"], &Bindings::default()), "n,,");
        assert_eq!(header(&["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"], &both()), "n,,");
        assert_eq!(
            header(&["SCRAM-SHA-1", "SCRAM-SHA3-512-PLUS"], &both()),
            "n,,"
        );
        assert_eq!(header(&["PLAIN"], &both()), "n,,");
    }

    #[test]
    fn ejabberd_23_01_offers_plus_without_naming_a_binding() {
        let offered = [
            "PLAIN",
            "X-OAUTH2",
            "SCRAM-SHA-1",
            "SCRAM-SHA-1-PLUS",
            "SCRAM-SHA-256",
            "SCRAM-SHA-256-PLUS",
        ];
        assert_eq!(
            first(&offered, None, &both()).unwrap(),
            (Mechanism::ScramSha256, "n,,".to_owned())
        );
        let only_sha1 = ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"];
        assert_eq!(
            first(&only_sha1, None, &both()).unwrap(),
            (Mechanism::ScramSha1, "n,,".to_owned())
        );
    }

    #[test]
    fn prosody_0_12_offers_scram_sha_1_and_plain() {
        assert_eq!(
            first(&["SCRAM-SHA-1", "PLAIN"], None, &both()).unwrap(),
            (Mechanism::ScramSha1, "y,,".to_owned())
        );
    }

    #[test]
    fn plain_never_outside_tls_but_scram_is_fine_there() {
        let open = |offered: &[&str]| {
            choose(
                &strings(offered),
                None,
                &Bindings::default(),
                false,
                &Memory::default(),
                true,
            )
            .map(|choice| choice.mechanism())
        };
        assert_eq!(open(&["PLAIN", "SCRAM-SHA-1"]), Ok(Mechanism::ScramSha1));
        assert_eq!(
            open(&["PLAIN"]),
            Err(SaslError::NoMechanism {
                offered: strings(&["PLAIN"])
            })
        );
    }

    #[test]
    fn plain_never_again_after_scram() {
        let scram = Memory {
            strongest: Some(Mechanism::ScramSha1),
            binding_required: false,
        };
        assert_eq!(
            with(scram, &["PLAIN"], None, false),
            Err(SaslError::Downgrade { what: Lost::Scram })
        );
        assert_eq!(with(scram, &["PLAIN"], None, true), Ok(Mechanism::Plain));
        let plain = Memory {
            strongest: Some(Mechanism::Plain),
            binding_required: false,
        };
        assert_eq!(with(plain, &["PLAIN"], None, false), Ok(Mechanism::Plain));
        assert_eq!(
            with(plain, &["PLAIN", "SCRAM-SHA-1"], None, false),
            Ok(Mechanism::ScramSha1)
        );
    }

    #[test]
    fn a_shorter_hash_than_before_is_no_downgrade() {
        let sha512 = Memory {
            strongest: Some(Mechanism::ScramSha512),
            binding_required: false,
        };
        assert_eq!(
            with(sha512, &["SCRAM-SHA-1"], None, false),
            Ok(Mechanism::ScramSha1)
        );
    }

    #[test]
    fn a_binding_once_used_is_required() {
        let bound = Memory {
            strongest: Some(Mechanism::ScramSha512),
            binding_required: true,
        };
        let lost = Err(SaslError::Downgrade {
            what: Lost::ChannelBinding,
        });
        let plus = ["SCRAM-SHA-512", "SCRAM-SHA-256-PLUS", "PLAIN"];
        assert_eq!(
            with(bound, &plus, Some(END_POINT), false),
            Ok(Mechanism::ScramSha256Plus)
        );
        assert_eq!(with(bound, &plus, Some(&["tls-unique"]), false), lost);
        assert_eq!(with(bound, &plus, None, false), lost);
        assert_eq!(with(bound, &["SCRAM-SHA-512"], Some(EXPORTER), false), lost);
        assert_eq!(
            with(bound, &["SCRAM-SHA-512"], None, true),
            Ok(Mechanism::ScramSha512)
        );
        assert_eq!(
            with(bound, &["PLAIN"], None, false),
            Err(SaslError::Downgrade { what: Lost::Scram })
        );
        assert_eq!(with(bound, &["PLAIN"], None, true), Ok(Mechanism::Plain));
        assert_eq!(
            with(bound, &["X"], None, false),
            Err(SaslError::NoMechanism {
                offered: strings(&["X"])
            })
        );
    }

    #[test]
    fn only_plus_offered_and_no_binding_in_common_is_no_mechanism() {
        assert!(matches!(
            first(&["SCRAM-SHA-1-PLUS"], None, &both()),
            Err(SaslError::NoMechanism { .. })
        ));
    }

    #[test]
    fn success_is_remembered_and_never_forgotten() {
        let chosen = |offered: &[&str], named: Option<&[&str]>| {
            let named = named.map(strings);
            choose(
                &strings(offered),
                named.as_deref(),
                &both(),
                true,
                &Memory::default(),
                false,
            )
            .unwrap()
        };
        let mut memory = Memory::default();
        memory.succeeded(&chosen(&["PLAIN"], None));
        assert_eq!(memory.to_string(), "PLAIN");
        memory.succeeded(&chosen(&["SCRAM-SHA-256-PLUS"], Some(EXPORTER)));
        assert_eq!(memory.to_string(), "SCRAM-SHA-256+binding");
        memory.succeeded(&chosen(&["SCRAM-SHA-1"], None));
        assert_eq!(memory.to_string(), "SCRAM-SHA-256+binding");
    }

    #[test]
    fn the_error_repeats_a_hostile_list_only_in_part() {
        let hostile = vec!["\u{1b}[2J".repeat(1000); 500];
        match choose(&hostile, None, &both(), true, &Memory::default(), false) {
            Err(SaslError::NoMechanism { offered }) => {
                assert_eq!(offered.len(), REPEATED_NAMES);
                assert!(
                    offered
                        .iter()
                        .all(|name| name.len() == REPEATED_LENGTH && !name.contains('\u{1b}'))
                );
            }
            other => assert!(
                matches!(other, Err(SaslError::NoMechanism { .. })),
                "{other:?}"
            ),
        }
    }
}
