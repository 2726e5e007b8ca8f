//! What draws the window: the processor (tiny-skia) or the graphics card (wgpu). iced is told through an environment variable.

/// The variable that iced reads when the first window opens.
const VARIABLE: &str = "ICED_BACKEND";
/// What it is set to for drawing in software.
const SOFTWARE: &str = "tiny-skia";

/// Decides, unless whoever started the program has done so. To be called while there is no other thread.
pub(crate) fn choose() {
    if std::env::var_os(VARIABLE).is_none() {
        std::env::set_var(VARIABLE, SOFTWARE);
    }
}
