//! placeholder
use super::stream::Stream;
use crate::theme::Theme;
pub(super) fn draw(stream: &mut Stream, _theme: &Theme) -> String {
    format!(
        "<rect width=\"1600\" height=\"1200\" data-g=\"\" fill=\"#{:06x}\"/>",
        stream.below(0x00ff_ffff)
    )
}
