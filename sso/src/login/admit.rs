//! What happens once somebody has proved who he is, however he did.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Admitted, Browser, LoggedIn, second};
use crate::{
    accounts, factors,
    notices::{self, What},
    sessions,
};

/// How somebody proved who he is; noted in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With his password.
    Password,
    /// With a link that was mailed to him.
    Link,
    /// With a passkey, which is both factors.
    Passkey,
}

impl Way {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Passkey => "passkey",
        }
    }

    /// Finds a way by its name.
    pub(super) fn find(name: &str) -> Option<Self> {
        [Self::Password, Self::Link, Self::Passkey]
            .into_iter()
            .find(|way| way.name() == name)
    }
}

/// Leads on from the first step: to a session, or to the second step where there is a factor that is not lost.
pub(crate) async fn admit(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (account, way): (AccountId, Way),
    browser: &Browser,
) -> Result<Admitted, DbError> {
    let factors = factors::find(tx, account).await?;
    if factors.has_any() && !factors::take_due(tx, ctx, account).await? {
        return Ok(Admitted::HalfWay(second::begin(tx, ctx, (account, way)).await?));
    }
    start(tx, ctx, (account, way), browser).await.map(Admitted::In)
}

/// Begins a session in place of the browser's former one, and tells the person when the browser is a new one.
pub(super) async fn start(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (account, way): (AccountId, Way),
    browser: &Browser,
) -> Result<LoggedIn, DbError> {
    if let Some(former) = &browser.former {
        sessions::end(tx, former).await?;
    }
    let before = accounts::note_log_in(tx, account, ctx.now()).await?;
    let session = sessions::start(tx, ctx, account, &browser.client).await?;
    let is_known = browser.device.as_ref().is_some_and(|device| device.knows(account));
    // The first log-in of all is no news.
    if before.is_some() && !is_known {
        let session = session.token.hash().to_string();
        notices::tell(tx, ctx, (account, What::NewDevice), Some(session)).await?;
    }
    let entry = audit::Entry {
        action: "account.logged_in",
        object: account.to_string(),
        details: json!({ "way": way.name() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(LoggedIn { account, session })
}
