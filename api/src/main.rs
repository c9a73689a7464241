//! The binary `bilten`: every role of the platform, chosen by the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    bilten_api::cli::main()
}
