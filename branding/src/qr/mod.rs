//! QR symbols of ticket codes, as SVG for pages and PNG for mails.
//!
//! Error correction level M: a phone's screen is clean, paper gets creased. Dark on light always, with the
//! quiet zone of ISO/IEC 18004 (four modules), because scanners fail on inverted symbols.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder, QRCode};

/// Modules of white around the symbol.
const QUIET: usize = 4;
/// Pixels of a module in the PNG.
const SCALE: usize = 8;

/// Says why there is no symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// The text does not fit in a symbol.
    #[error("the text is too long for a QR symbol")]
    TooLong,
    /// The picture could not be written.
    #[error("the picture could not be written")]
    Encoding,
}

/// Draws the symbol as SVG, one path, sized by its view box.
///
/// # Errors
/// The text is too long.
pub fn svg(text: &str) -> Result<String, QrError> {
    let symbol = symbol(text)?;
    let side = symbol.size + 2 * QUIET;
    let mut path = String::with_capacity(symbol.size * symbol.size * 4);
    for (y, row) in rows(&symbol).enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row[x..].iter().take_while(|dark| **dark).count();
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET).expect("writing to a string cannot fail");
            }
            x += run.max(1);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// Draws the symbol as PNG, one bit a pixel.
///
/// # Errors
/// The text is too long, or the encoder failed.
pub fn png(text: &str) -> Result<Vec<u8>, QrError> {
    let symbol = symbol(text)?;
    let side = (symbol.size + 2 * QUIET) * SCALE;
    let stride = side.div_ceil(8);
    let mut bits = vec![0xff_u8; stride * side];
    for (y, row) in rows(&symbol).enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            for line in (y + QUIET) * SCALE..(y + QUIET + 1) * SCALE {
                // A module is one byte wide, because SCALE is eight.
                bits[line * stride + x + QUIET] = 0;
            }
        }
    }
    let mut out = Vec::with_capacity(2048);
    let width = u32::try_from(side).map_err(|_| QrError::TooLong)?;
    let mut encoder = png::Encoder::new(&mut out, width, width);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().map_err(|_| QrError::Encoding)?;
    writer.write_image_data(&bits).map_err(|_| QrError::Encoding)?;
    writer.finish().map_err(|_| QrError::Encoding)?;
    Ok(out)
}

fn symbol(text: &str) -> Result<QRCode, QrError> {
    QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| QrError::TooLong)
}

fn rows(symbol: &QRCode) -> impl Iterator<Item = Vec<bool>> + '_ {
    symbol
        .data
        .chunks(symbol.size)
        .take(symbol.size)
        .map(|row| row.iter().map(|module| module.value()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQ";

    #[test]
    fn pictures_have_a_quiet_zone_and_are_repeatable() {
        let image = svg(CODE).unwrap();
        assert!(
            image.contains("M4 4h7v1h-7z"),
            "the finder pattern begins after four modules"
        );
        assert_eq!(image, svg(CODE).unwrap());
        let bytes = png(CODE).unwrap();
        assert_eq!(&bytes[1..4], b"PNG");
        assert!(bytes.len() < 4096);
    }

    #[test]
    fn too_long_texts_are_refused() {
        assert_eq!(svg(&"x".repeat(4000)), Err(QrError::TooLong));
        assert_eq!(png(&"x".repeat(4000)), Err(QrError::TooLong));
    }
}
