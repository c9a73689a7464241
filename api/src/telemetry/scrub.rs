//! Takes card numbers, bank account numbers and keys out of what is logged.
//!
//! It stands behind the formatter, so that messages, fields and spans go through it alike.

use std::io::{self, Write};

use bilten_kernel::scrub;
use tracing_subscriber::fmt::MakeWriter;

/// Makes writers that scrub what passes through them.
#[derive(Debug, Clone, Copy)]
pub struct Scrubbed<M>(pub M);

/// Scrubs each piece that is written; the formatter writes a line in one piece.
#[derive(Debug)]
pub struct ScrubbingWriter<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Scrubbed<M> {
    type Writer = ScrubbingWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        ScrubbingWriter(self.0.make_writer())
    }
}

impl<W: Write> Write for ScrubbingWriter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&scrub(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_says_that_it_wrote_everything() {
        let mut kept = Vec::new();
        let line = b"card 4242424242424242\n";
        assert_eq!(ScrubbingWriter(&mut kept).write(line).unwrap(), line.len());
        assert_eq!(kept, b"card [card]\n");
    }
}
