//! A small picture that came within a stanza, read into pixels: few formats, and bounds on everything, since the bytes are a stranger's.

use std::{io::Cursor, sync::Arc};

use image::{ImageFormat, ImageReader, Limits};

use crate::model::form::Picture;

/// The most pixels a side has.
const MOST_PIXELS: u32 = 2_048;
/// The most memory that reading takes, in bytes.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

/// Reads a PNG, JPEG, GIF (its first frame) or WebP; none where it is something else, broken, or too large.
///
/// Takes long for a thread that others wait for.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Picture> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let known = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ];
    reader.format().filter(|format| known.contains(format))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let pixels = reader.decode().ok()?.into_rgba8();
    let (width, height) = pixels.dimensions();
    (width > 0 && height > 0).then(|| Picture {
        width,
        height,
        rgba: Arc::from(pixels.into_raw()),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use image::{DynamicImage, RgbaImage};

    use super::*;

    fn written(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let pixels = RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 60, 255]));
        let image = DynamicImage::ImageRgba8(pixels);
        let image = match format {
            ImageFormat::Jpeg => DynamicImage::ImageRgb8(image.into_rgb8()),
            _ => image,
        };
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn the_usual_formats_are_read() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::Gif,
            ImageFormat::WebP,
        ] {
            let picture = read(&written(3, 2, format)).unwrap();
            assert_eq!((picture.width, picture.height), (3, 2), "{format:?}");
            assert_eq!(picture.rgba.len(), 3 * 2 * 4);
        }
    }

    #[test]
    fn what_is_too_large_or_broken_is_not() {
        let wide = written(MOST_PIXELS + 1, 1, ImageFormat::Png);
        assert_eq!(read(&wide), None);
        let good = written(64, 64, ImageFormat::Png);
        for end in 0..good.len() - 12 {
            let _ = read(good.get(..end).unwrap());
        }
        assert_eq!(read(good.get(..40).unwrap()), None);
        assert_eq!(read(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(read(b""), None);
    }
}
