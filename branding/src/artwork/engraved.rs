//! placeholder
use super::stream::Stream;
pub(super) fn draw(stream: &mut Stream) -> String {
    format!(
        "<rect width=\"1600\" height=\"1200\" data-e=\"\" fill=\"#{:06x}\"/>",
        stream.below(0x00ff_ffff)
    )
}
