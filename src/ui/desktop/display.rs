//! What has to be known before the window opens, and so before the database is read: what draws it and how large it was.
//!
//! The program keeps it; the window only says what it is like and what the person wants.

/// What draws the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drawing {
    /// What is better here: the processor, or the graphics card where there is one and the window is large.
    #[default]
    Automatic,
    /// The processor.
    Software,
    /// The graphics card; the processor where it does not work.
    Graphics,
}

/// How large a window is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// In px at a scale and zoom of 1.
    pub width: f32,
    /// In px at a scale and zoom of 1.
    pub height: f32,
    /// How many pixels of the screen a px is.
    pub scale: f32,
}

/// What the program keeps of the window from one start to the next.
pub trait Display: Send + Sync {
    /// What the person chose to draw with.
    fn drawing(&self) -> Drawing;
    /// The person chose this, from the next start on.
    fn choose(&self, drawing: Drawing);
    /// How large the window was last time; none at the first start.
    fn size(&self) -> Option<Extent>;
    /// The window is there and this large. Called again when that changes.
    fn shown(&self, extent: Extent);
}
