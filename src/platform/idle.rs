//! Notices that the person has left the machine alone, and that they are back.
//!
//! Where the system does not tell (Wayland desktops other than GNOME, mostly), nobody is ever away.

use std::time::Duration;

use tokio::time::sleep;

/// How long nothing may be pressed or moved before the person counts as gone.
const GONE: Duration = Duration::from_secs(5 * 60);
/// How often the system is asked.
const LOOK: Duration = Duration::from_secs(20);

/// How often in a row the system may fail to answer before it is not asked any more.
const FAILURES: u32 = 3;

/// Watches, and tells when the person leaves (`true`) and comes back (`false`).
pub(crate) async fn watch(tell: impl Fn(bool)) {
    watch_with(idle_for, tell).await;
}

async fn watch_with<F>(mut idle_for: F, tell: impl Fn(bool))
where
    F: AsyncFnMut() -> Result<Duration, String>,
{
    let mut gone = false;
    let mut failures = 0;
    loop {
        match idle_for().await {
            Ok(idle) if (idle >= GONE) != gone => {
                gone = !gone;
                tell(gone);
            }
            Ok(_) => failures = 0,
            Err(_) if failures < FAILURES => failures += 1,
            Err(error) => {
                tracing::info!("the system does not tell whether somebody is there: {error}");
                if gone {
                    tell(false);
                }
                return;
            }
        }
        sleep(LOOK).await;
    }
}

/// How long nothing was pressed or moved.
async fn idle_for() -> Result<Duration, String> {
    let asked = tokio::task::spawn_blocking(|| {
        system_idle_time::get_idle_time().map_err(|error| error.to_string())
    });
    asked.await.unwrap_or_else(|error| Err(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// What is told where the system answers like this.
    async fn told(answers: &[Option<u64>]) -> Vec<bool> {
        let told = Mutex::new(Vec::new());
        let mut answers = answers.iter();
        let answer = async || match answers.next() {
            Some(Some(minutes)) => Ok(Duration::from_secs(minutes * 60)),
            _ => Err("no such service".to_owned()),
        };
        watch_with(answer, |gone| {
            if let Ok(mut told) = told.lock() {
                told.push(gone);
            }
        })
        .await;
        told.into_inner().unwrap_or_default()
    }

    #[tokio::test(start_paused = true)]
    async fn leaving_and_coming_back_are_told_once() {
        let answers = [
            Some(0),
            Some(4),
            Some(5),
            Some(6),
            Some(0),
            Some(1),
            Some(9),
        ];
        // At the end the service goes, and with it the reason to believe that they are gone.
        assert_eq!(told(&answers).await, [true, false, true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_service_nobody_is_gone() {
        assert_eq!(told(&[Some(9), None, Some(9)]).await, [true, false]);
        assert_eq!(told(&[None]).await, [] as [bool; 0]);
        assert_eq!(told(&[Some(0), None]).await, [] as [bool; 0]);
    }
}
