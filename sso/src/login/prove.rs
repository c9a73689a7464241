//! Somebody who is logged in proves with his password that it is still he.

use std::net::IpAddr;

use bilten_kernel::{AccountId, Ctx, Secret};
use bilten_tenancy::Db;

use super::{
    LogInError,
    log_in::{count, forgive},
    normalize,
    throttle::Subject,
};
use crate::{accounts, passwords::Passwords};

/// A password for an account that is known already.
#[derive(Debug)]
pub struct Proof {
    /// Whose session asks.
    pub account: AccountId,
    /// Password as it was typed.
    pub password: Secret<String>,
    /// Network address of the client, if known.
    pub network: Option<IpAddr>,
}

/// What is known of who has proved himself.
#[derive(Debug)]
pub struct Proved {
    email: String,
    name: String,
}

impl Proved {
    /// Words that a password of this person should not be made of.
    pub(crate) fn words(&self) -> Vec<String> {
        vec![self.email.clone(), self.name.clone()]
    }
}

/// Checks the password. Counted as log-ins are, so that a session left open is no place to guess at.
///
/// # Errors
/// See [`LogInError`].
pub async fn prove(db: &Db, passwords: &Passwords, ctx: &Ctx, proof: &Proof) -> Result<Proved, LogInError> {
    let mut tx = db.begin(ctx).await?;
    let found = accounts::find_credentials(&mut tx, proof.account).await?;
    let Some(account) = found else {
        return Err(LogInError::Wrong);
    };
    let subjects = Subject::of_attempt(&normalize(&account.email), proof.network);
    let counted = count(&mut tx, ctx, &subjects).await;
    tx.commit().await?;
    counted?;

    if !passwords.verify(&proof.password, Some(account.password_hash)).await {
        return Err(LogInError::Wrong);
    }
    let mut tx = db.begin(ctx).await?;
    forgive(&mut tx, &subjects, ctx.now()).await?;
    tx.commit().await?;
    Ok(Proved {
        email: account.email,
        name: account.name,
    })
}
