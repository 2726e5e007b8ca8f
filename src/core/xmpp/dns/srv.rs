//! SRV records: asking for both services at once and merging what comes back (RFC 2782, XEP-0368 §3).

use std::time::Duration;

use rand::{Rng, RngCore};

use super::{
    Candidate, Candidates, DnsError, MOST_RECORDS, Resolve, SrvRecord, TlsMode, ascii_name, by_hand,
};
use crate::model::account::Security;

/// What the DNS says about one of the two services.
enum Service {
    /// There are no records.
    NoRecords,
    /// The question could not be answered.
    Unknown(DnsError),
    /// The only records say "not here".
    NotOffered,
    /// Where it is.
    At(Vec<SrvRecord>),
}

/// The candidates of a domain (in its ASCII form) from its SRV records, or the domain itself where there are none.
pub(super) async fn find(
    resolver: &dyn Resolve,
    domain: String,
    security: Security,
    rng: &mut (dyn RngCore + Send),
    deadline: Duration,
) -> Result<Candidates, DnsError> {
    let start_name = format!("_xmpp-client._tcp.{domain}");
    let direct_name = format!("_xmpps-client._tcp.{domain}");
    // None: not asked, because the person's setting excludes it.
    let (start, direct) = match security {
        Security::StartTls => (Some(ask(resolver, &start_name, deadline).await), None),
        Security::DirectTls => (None, Some(ask(resolver, &direct_name, deadline).await)),
        Security::Auto | Security::Plain => {
            let (start, direct) = tokio::join!(
                ask(resolver, &start_name, deadline),
                ask(resolver, &direct_name, deadline)
            );
            (Some(start), Some(direct))
        }
    };
    let note = note(&start, &direct);
    let mut records = Vec::new();
    let mut fallback = Vec::new();
    let mut refused = 0;
    for (service, tls, wanted) in [
        (&start, TlsMode::Start, Security::StartTls),
        (&direct, TlsMode::Direct, Security::DirectTls),
    ] {
        match service {
            Some(Service::At(found)) => records.extend(found.iter().map(|record| (record, tls))),
            // "No chat service" is said in the record that every server has had for twenty years; that the newer one is merely
            // missing does not contradict it.
            Some(Service::NoRecords)
                if tls == TlsMode::Direct && matches!(start, Some(Service::NotOffered)) =>
            {
                refused += 1;
            }
            Some(Service::NoRecords | Service::Unknown(_)) => {
                fallback.extend(by_hand(&domain, None, wanted))
            }
            Some(Service::NotOffered) => refused += 1,
            None => {}
        }
    }
    let mut list = in_order(records, rng);
    if list.is_empty() {
        list = fallback;
    }
    if list.is_empty() && refused > 0 {
        return Err(DnsError::ServiceNotOffered { domain });
    }
    Ok(Candidates { list, note })
}

/// Asks for one service.
async fn ask(resolver: &dyn Resolve, name: &str, deadline: Duration) -> Service {
    // A name that is too long for the DNS with the service in front has no records.
    if name.len() > 253 {
        return Service::NoRecords;
    }
    let answer = match tokio::time::timeout(deadline, resolver.srv(name)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Service::Unknown(error),
        Err(_) => return Service::Unknown(DnsError::Timeout),
    };
    if answer.records.is_empty() {
        return Service::NoRecords;
    }
    let (refusals, places): (Vec<_>, Vec<_>) = answer
        .records
        .into_iter()
        .partition(|record| record.target.is_empty() || record.target == ".");
    let usable: Vec<SrvRecord> = places.into_iter().filter_map(usable).collect();
    match (usable.is_empty(), refusals.is_empty()) {
        (false, _) => Service::At(usable),
        (true, false) => Service::NotOffered,
        (true, true) => Service::Unknown(DnsError::Failed {
            detail: "the SRV records name no usable host".to_owned(),
        }),
    }
}

/// The record with its target as a clean host name; `None` if it leads nowhere.
fn usable(record: SrvRecord) -> Option<SrvRecord> {
    let target = ascii_name(&record.target).ok()?;
    (record.port != 0).then_some(SrvRecord { target, ..record })
}

/// All records in the order in which they are to be tried, at most 16, each place once.
fn in_order(
    mut waiting: Vec<(&SrvRecord, TlsMode)>,
    rng: &mut (dyn RngCore + Send),
) -> Vec<Candidate> {
    // Those without weight go first within their priority (RFC 2782); the sort is stable.
    waiting.sort_by_key(|(record, _)| (record.priority, record.weight != 0));
    let mut list: Vec<Candidate> = Vec::new();
    while let Some(chosen) = draw(&waiting, rng) {
        let (record, tls) = waiting.remove(chosen);
        let candidate = Candidate {
            host: record.target.clone(),
            port: record.port,
            tls,
        };
        if !list.contains(&candidate) {
            list.push(candidate);
        }
        if list.len() == MOST_RECORDS {
            break;
        }
    }
    list
}

/// The index of the next record: drawn by weight among those of the first priority.
fn draw(waiting: &[(&SrvRecord, TlsMode)], rng: &mut (dyn RngCore + Send)) -> Option<usize> {
    let priority = waiting.first()?.0.priority;
    let group = || {
        waiting
            .iter()
            .take_while(|(record, _)| record.priority == priority)
    };
    let total: u64 = group().map(|(record, _)| u64::from(record.weight)).sum();
    let mark = rng.random_range(0..=total);
    let mut sum = 0;
    group().position(|(record, _)| {
        sum += u64::from(record.weight);
        sum >= mark
    })
}

/// Why questions were not answered, where some were not.
fn note(start: &Option<Service>, direct: &Option<Service>) -> Option<DnsError> {
    let failure = |service: &Option<Service>| match service {
        Some(Service::Unknown(error)) => Some(error.clone()),
        _ => None,
    };
    failure(start).or_else(|| failure(direct))
}
