//! Who is it and what may he do, on the real database; every test looks from a second tenant too.

mod account_pages;
mod api_keys;
mod covered;
mod factor_duty;
mod factors;
mod http;
mod links;
mod log_in;
mod oidc;
mod operators;
mod passkeys;
mod phones;
mod rights;
mod saml;
mod scim;
mod sessions;

use std::net::IpAddr;

use bilten_kernel::{AccountId, Actor, Ctx, Secret};
use bilten_sso::{
    accounts::{self, NewAccount},
    login::{self, Admitted, Attempt, Browser, LogInError, NewSession},
    passwords::Passwords,
};
use bilten_tenancy::permissions::{self, Role};
use bilten_tests::{Tenant, TestApp};

const PASSWORD: &str = "a long password";

/// Makes an account with a role in the whole tenant.
async fn hire(app: &TestApp, tenant: &Tenant, email: &str, role: Option<Role>) -> AccountId {
    let ctx = app.ctx(tenant);
    let password = PASSWORD.parse().expect("long enough");
    let password_hash = Passwords::new().hash(&password, ctx.random()).await;
    let new = NewAccount {
        email: email.parse().expect("an address"),
        name: "Staff".parse().expect("a name"),
        password_hash,
    };
    let mut tx = app.db.begin(&ctx).await.expect("the database is there");
    let account = accounts::create(&mut tx, &ctx, &new)
        .await
        .expect("the address is free");
    if let Some(role) = role {
        permissions::assign(&mut tx, &ctx, account, role, None)
            .await
            .expect("the account is there");
    }
    tx.commit().await.expect("the database is there");
    account
}

fn attempt(email: &str, password: &str) -> Attempt {
    Attempt {
        email: email.to_owned(),
        password: Secret::new(password.to_owned()),
        network: Some(IpAddr::from([192, 0, 2, 7])),
        browser: Browser::default(),
    }
}

async fn log_in(app: &TestApp, tenant: &Tenant, attempt: &Attempt) -> Result<NewSession, LogInError> {
    match login::log_in(&app.db, &Passwords::new(), &app.ctx(tenant), attempt).await? {
        Admitted::In(logged_in) => Ok(logged_in.session),
        Admitted::HalfWay(_) => panic!("nobody here has a second factor"),
    }
}

/// Context of a request of this account.
fn as_staff(app: &TestApp, tenant: &Tenant, account: AccountId) -> Ctx {
    app.ctx(tenant).with_actor(Actor::Staff(account))
}
