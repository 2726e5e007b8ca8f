//! What is kept of the window outside of the database, because it is needed before there is one: what draws it, and how large it was.
//!
//! In software (tiny-skia) a window is there sooner and in less memory, so that is the rule. Its time per frame grows with the number of
//! pixels, so a large window is drawn by the graphics card (wgpu), where there is a real one: that is found out by a process of its own after
//! the window is there ([`probe`]), because drivers may take their time or crash. iced learns of the choice through `ICED_BACKEND`, at the
//! start only; whoever sets that variable themself is left in peace.

pub(crate) mod probe;

use std::{
    fs,
    io::{self, Read, Write},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use oriole_ui::desktop::display::{Display, Drawing, Extent};
use serde::{Deserialize, Serialize};
use tokio::runtime;

use super::folder;

const NAME: &str = "window.json";
/// More than this the file never is, in bytes.
const LIMIT: u64 = 64 * 1024;

/// The variable that iced reads when the first window opens, and what it may say.
const VARIABLE: &str = "ICED_BACKEND";
const SOFTWARE: &str = "tiny-skia";
const GRAPHICS: &str = "wgpu,tiny-skia";
/// What wgpu reads: where it looks for a graphics card, and which one it takes. A messenger has no need of the one that drains the battery.
const GRAPHICS_VARIABLES: [(&str, &str); 2] = [
    ("WGPU_BACKEND", "vulkan,metal,dx12"),
    ("WGPU_POWER_PREF", "low"),
];

/// From how many pixels of the screen on the graphics card pays: 1440p is above, 1080p is below.
const LARGE: f64 = 3_000_000.0;
/// What a finding is good for.
const VALID: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// For how long a window must have been there for its way of being drawn to count as working, and before the graphics card is looked for.
const SETTLED: Duration = Duration::from_secs(5);
/// No window is smaller or larger than this, in px.
const SIZES: RangeInclusive<f32> = 200.0..=16_384.0;
const SCALES: RangeInclusive<f32> = 0.5..=8.0;

/// The file's content. What is missing or odd is as at a first start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    drawing: Choice,
    /// How large the window was.
    size: Option<Size>,
    /// What the last look for a graphics card brought.
    found: Option<Found>,
    /// The window was being drawn by the graphics card, and has not been there for long. Found at a start, it means that this did not work.
    trying: bool,
    /// This version of Oriole could not be drawn by the graphics card.
    failed: Option<String>,
}

/// [`Drawing`] in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    #[default]
    Automatic,
    Software,
    Graphics,
}

/// [`Extent`] in the file.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Size {
    width: f32,
    height: f32,
    scale: f32,
}

/// What a look for a graphics card brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Found {
    /// Its name; none where there is none that is worth it.
    card: Option<String>,
    /// When, in seconds since 1970.
    at: u64,
    /// By which version of Oriole.
    version: String,
}

impl Kept {
    /// How large the window was, where that can be.
    fn extent(&self) -> Option<Extent> {
        let Size {
            width,
            height,
            scale,
        } = self.size?;
        let fits = SIZES.contains(&width) && SIZES.contains(&height) && SCALES.contains(&scale);
        fits.then_some(Extent {
            width,
            height,
            scale,
        })
    }

    /// How many pixels of the screen the window has.
    fn pixels(&self) -> f64 {
        self.extent().map_or(0.0, |extent| {
            f64::from(extent.width * extent.scale) * f64::from(extent.height * extent.scale)
        })
    }

    /// Whether the graphics card is to draw.
    fn by_graphics(&self) -> bool {
        if self.failed.as_deref() == Some(VERSION) {
            return false;
        }
        match self.drawing {
            Choice::Automatic => {
                let card = self.found.as_ref().and_then(|found| found.card.as_ref());
                card.is_some() && self.pixels() >= LARGE
            }
            Choice::Software => false,
            Choice::Graphics => true,
        }
    }

    /// Whether to look for a graphics card at this time, in seconds since 1970.
    fn outdated(&self, now: u64) -> bool {
        self.found.as_ref().is_none_or(|found| {
            found.version != VERSION || now.abs_diff(found.at) > VALID.as_secs()
        })
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file.
pub(crate) struct Keeper {
    path: PathBuf,
    kept: Mutex<Kept>,
    /// What the program waits in; none where nothing is looked for.
    runtime: Option<runtime::Handle>,
}

impl Keeper {
    /// Reads what this folder's file says, and tells iced and wgpu what follows from it. To be called while there is no other thread, and by
    /// the one process that owns the profile.
    pub(crate) fn open(directory: &Path) -> Self {
        let path = directory.join(NAME);
        let mut kept = read(&path);
        if kept.trying {
            tracing::warn!(
                "the window could not be drawn by the graphics card last time; drawing in software"
            );
            kept.trying = false;
            kept.failed = Some(VERSION.to_owned());
        }
        let keeper = Self {
            path,
            kept: Mutex::new(kept),
            runtime: None,
        };
        keeper.decide();
        keeper
    }

    /// The same, looking for a graphics card in this runtime when the window has been there for a while.
    pub(crate) fn looking(self, runtime: Option<runtime::Handle>) -> Self {
        Self { runtime, ..self }
    }

    fn decide(&self) {
        if std::env::var_os(VARIABLE).is_some() {
            return;
        }
        let mut kept = self.lock();
        if !kept.by_graphics() {
            std::env::set_var(VARIABLE, SOFTWARE);
            return;
        }
        kept.trying = true;
        // Where that cannot be written down, nobody would know after a crash.
        if let Err(error) = write(&self.path, &kept) {
            tracing::warn!("{} could not be written: {error}", self.path.display());
            std::env::set_var(VARIABLE, SOFTWARE);
            return;
        }
        std::env::set_var(VARIABLE, GRAPHICS);
        for (name, value) in GRAPHICS_VARIABLES {
            if std::env::var_os(name).is_none() {
                std::env::set_var(name, value);
            }
        }
    }

    /// Writes down what is known at the end of the window.
    pub(crate) fn keep(&self) {
        let kept = {
            let mut kept = self.lock();
            kept.trying = false;
            kept.clone()
        };
        if let Err(error) = write(&self.path, &kept) {
            tracing::warn!("{} could not be written: {error}", self.path.display());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The window is there and stays: what draws it works, and there is time to look for something better.
    async fn settle(self: Arc<Self>) {
        tokio::time::sleep(SETTLED).await;
        self.keep();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_secs());
        if self.lock().outdated(now) {
            let card = probe::in_a_child().await;
            tracing::info!("graphics card: {}", card.as_deref().unwrap_or("none"));
            let version = VERSION.to_owned();
            self.lock().found = Some(Found {
                card,
                at: now,
                version,
            });
        }
        self.keep();
    }
}

/// A [`Keeper`] as the window sees it.
pub(crate) struct Shown {
    keeper: Arc<Keeper>,
    settling: std::sync::Once,
}

impl Shown {
    pub(crate) fn new(keeper: Arc<Keeper>) -> Self {
        let settling = std::sync::Once::new();
        Self { keeper, settling }
    }
}

impl Display for Shown {
    fn drawing(&self) -> Drawing {
        match self.keeper.lock().drawing {
            Choice::Automatic => Drawing::Automatic,
            Choice::Software => Drawing::Software,
            Choice::Graphics => Drawing::Graphics,
        }
    }

    fn choose(&self, drawing: Drawing) {
        let mut kept = self.keeper.lock();
        kept.drawing = match drawing {
            Drawing::Automatic => Choice::Automatic,
            Drawing::Software => Choice::Software,
            Drawing::Graphics => Choice::Graphics,
        };
        // Whoever asks for it again may know that it works now.
        kept.failed = None;
        drop(kept);
        let keeper = Arc::clone(&self.keeper);
        if let Some(runtime) = &self.keeper.runtime {
            runtime.spawn_blocking(move || keeper.keep());
        }
    }

    fn size(&self) -> Option<Extent> {
        self.keeper.lock().extent()
    }

    fn shown(&self, extent: Extent) {
        self.keeper.lock().size = Some(Size {
            width: extent.width,
            height: extent.height,
            scale: extent.scale,
        });
        if let Some(runtime) = &self.keeper.runtime {
            self.settling
                .call_once(|| drop(runtime.spawn(Arc::clone(&self.keeper).settle())));
        }
    }
}

fn read(path: &Path) -> Kept {
    let text = fs::File::open(path).and_then(|file| {
        let mut text = Vec::new();
        file.take(LIMIT).read_to_end(&mut text)?;
        Ok(text)
    });
    match text {
        Ok(text) => serde_json::from_slice(&text).unwrap_or_default(),
        Err(_) => Kept::default(),
    }
}

/// Writes the file anew beside the old one and puts it in its place.
fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(kept)?;
    let new = path.with_extension("json.new");
    let mut file = folder::private_file()
        .create(true)
        .write(true)
        .truncate(true)
        .open(&new)?;
    file.write_all(&text)?;
    // On the disk before the graphics card is tried: a driver may take the whole machine down.
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests;
