//! Carries signed heads of audit chains out of the database, into files that whoever rewrites the database does not reach.

use std::{
    fs,
    io::{self, BufReader, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{
    audit::{self, FileFault, SignedHead, WITNESS_JOB},
    jobs::{Job, JobHandler, JobOutcome},
};

/// Appends heads to a file per tenant in this folder, which may lie on storage that only takes more.
#[derive(Debug, Clone)]
pub struct KeepHeads(pub PathBuf);

/// Name of a tenant's file.
fn path(dir: &Path, tenant: TenantId) -> PathBuf {
    dir.join(format!("{tenant}.jsonl"))
}

/// Reads the heads that were kept of a tenant; none when there is no file.
///
/// # Errors
/// The file cannot be read, or is not one of heads.
pub fn read(dir: &Path, tenant: TenantId) -> Result<Vec<SignedHead>, FileFault> {
    match fs::File::open(path(dir, tenant)) {
        Ok(file) => audit::read_heads(BufReader::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Appends a head; one that is there already is there twice, which is no harm.
fn append(dir: &Path, head: &SignedHead) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut line = serde_json::to_vec(head)?;
    line.push(b'\n');
    let mut file = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path(dir, head.tenant))?;
    // One call, so that two nodes on one storage do not mix their lines.
    file.write_all(&line)?;
    file.sync_data()
}

#[async_trait]
impl JobHandler for KeepHeads {
    fn kind(&self) -> &'static str {
        WITNESS_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let head = match serde_json::from_value::<SignedHead>(job.payload.clone()) {
            Ok(head) if head.tenant == ctx.tenant => head,
            _ => return JobOutcome::Fail("the payload is no head of this tenant".to_owned()),
        };
        let dir = self.0.clone();
        match tokio::task::spawn_blocking(move || append(&dir, &head)).await {
            Ok(Ok(())) => JobOutcome::Done,
            Ok(Err(error)) => JobOutcome::Retry(job.back_off(), error.to_string()),
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
