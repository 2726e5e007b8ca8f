//! Looks for a real graphics card, in a process of its own: drivers may hang or crash, and take memory that is not given back.

use std::{process::Stdio, time::Duration};

use tokio::{io::AsyncReadExt, process::Command};

/// The hidden argument that makes a process look.
pub(crate) const ARGUMENT: &str = "--probe-graphics";
/// For how long a look may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// What is read of the answer, in bytes.
const LIMIT: u64 = 1024;

/// The name of the graphics card; none where there is none that is worth it, or where it cannot be found out.
pub(super) async fn in_a_child() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    ask(Command::new(program).arg(ARGUMENT)).await
}

/// What this process answers.
async fn ask(command: &mut Command) -> Option<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let output = child.stdout.take()?;
    let answer = async {
        let mut name = String::new();
        let mut output = output.take(LIMIT);
        output.read_to_string(&mut name).await.ok()?;
        let success = child.wait().await.ok()?.success();
        let name = name.trim();
        (success && !name.is_empty()).then(|| name.to_owned())
    };
    tokio::time::timeout(PATIENCE, answer).await.ok()?
}

/// Looks, in the process that was started for it. The name of the card that iced would take; none where that is no real one.
pub(crate) fn look() -> Option<String> {
    let instance = wgpu::Instance::new(&wgpu::InstanceDescriptor {
        backends: wgpu::Backends::PRIMARY,
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::default()
    });
    let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::LowPower,
        ..wgpu::RequestAdapterOptions::default()
    });
    let adapter = futures::executor::block_on(adapter).ok()?;
    let information = adapter.get_info();
    // A processor that plays a graphics card is slower than drawing with it at once.
    let real = matches!(
        information.device_type,
        wgpu::DeviceType::IntegratedGpu | wgpu::DeviceType::DiscreteGpu
    );
    let device = adapter.request_device(&wgpu::DeviceDescriptor {
        required_limits: wgpu::Limits::downlevel_defaults(),
        ..wgpu::DeviceDescriptor::default()
    });
    (real && futures::executor::block_on(device).is_ok()).then_some(information.name)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn answer(script: &str) -> Option<String> {
        ask(Command::new("sh").args(["-c", script])).await
    }

    #[tokio::test]
    async fn only_a_process_that_ends_well_has_found_something() {
        assert_eq!(answer("echo A Card").await.as_deref(), Some("A Card"));
        assert_eq!(answer("true").await, None);
        assert_eq!(answer("echo A Card; exit 1").await, None);
        assert_eq!(answer("echo A Card; kill -SEGV $$").await, None);
        assert_eq!(answer(r"printf '\377'").await, None);
        assert_eq!(ask(&mut Command::new("/there/is/no/such")).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_driver_that_hangs_is_given_up() {
        assert_eq!(answer("echo A Card; exec sleep 1000").await, None);
    }
}
