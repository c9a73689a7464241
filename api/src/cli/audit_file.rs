//! `bilten audit verify-file`: checks a chain that a tenant took out, on any machine.

use std::{fs::File, io::BufReader, path::Path, process::ExitCode};

use anyhow::Context as _;
use bilten_tenancy::audit;

use super::output::say;
use crate::config::secrets;

pub(super) fn run(file: &Path, heads: Option<&Path>, key: Option<&str>) -> anyhow::Result<ExitCode> {
    let open = |path: &Path| {
        let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        Ok::<_, anyhow::Error>(BufReader::new(file))
    };
    let kept = match heads {
        Some(path) => audit::read_heads(open(path)?).with_context(|| format!("{} holds no heads", path.display()))?,
        None => Vec::new(),
    };
    let key = match key {
        Some(text) => Some(secrets::parse_key(text).context("a key has 64 hexadecimal digits")?),
        None => None,
    };
    Ok(
        match audit::verify_file(open(file)?, &kept, key.as_ref().map(bilten_kernel::Secret::expose)) {
            Ok(report) => {
                let (links, signed) = (report.links, report.heads);
                say(&format!(
                    "ok      {}: {links} links, {signed} signed heads",
                    report.tenant
                ));
                if kept.is_empty() && key.is_none() {
                    say("        Nothing from outside the file was compared; give --heads or --key.");
                }
                ExitCode::SUCCESS
            }
            Err(fault) => {
                say(&format!("FAULT   {fault}"));
                ExitCode::FAILURE
            }
        },
    )
}
