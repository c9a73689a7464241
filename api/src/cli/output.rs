//! What commands say: results to standard output, complaints to standard error. Logs are apart.

use std::io::Write as _;

/// Writes a line for the person, or program, that reads the result.
pub(super) fn say(line: &str) {
    // A reader that went away, as `head` does, is no failure of the command.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes a line about a failure.
pub(super) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "error: {line}");
}
