//! Hosts on which wallets are offered: registered for each account, looked at again, forgotten.

use bilten_billing::payees::{self, WalletHost, WalletState};
use sqlx::Connection as _;

use super::{
    shop::Shop,
    trust::{accounts, hear},
};

const DAY: i64 = 86_400;
const HOST: &str = "tickets.example.org";

async fn set_hosts(shop: &Shop, host: &str) {
    let mut admin = shop.till.app.test_db.admin().await;
    sqlx::query("delete from platform.hosts where tenant_id = $1 and host like '%example.org'")
        .bind(shop.till.app.alfa.id.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    if !host.is_empty() {
        sqlx::query(
            "insert into platform.hosts (host, tenant_id, kind, created_at) values ($1, $2, 'own', '2031-05-01')",
        )
        .bind(host)
        .bind(shop.till.app.alfa.id.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    }
    admin.close().await.unwrap();
}

async fn look(shop: &Shop) -> usize {
    payees::tend_wallets(&accounts(shop), &shop.till.ctx()).await.unwrap()
}

async fn known(shop: &Shop) -> Vec<WalletHost> {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    payees::list_wallet_hosts(&mut tx).await.unwrap()
}

fn asked(shop: &Shop, method: &str) -> usize {
    let recorded = shop.fake.recorded();
    let hits = recorded
        .iter()
        .filter(|one| one.method == method && one.path.starts_with("/payment_method_domains"));
    hits.count()
}

#[tokio::test]
async fn each_host_is_registered_once_for_the_account_and_looked_at_again() {
    let shop = Shop::open(1).await;
    assert_eq!(
        look(&shop).await,
        0,
        "a host that only this machine knows is not worth asking about"
    );
    set_hosts(&shop, HOST).await;
    assert_eq!((look(&shop).await, look(&shop).await), (1, 0));
    let told = known(&shop).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].host.as_str(), told[0].state), (HOST, WalletState::Active));
    assert!(told[0].told.apple_pay && told[0].told.google_pay);
    assert_eq!(
        (told[0].account.as_str(), asked(&shop, "POST")),
        (shop.account.as_str(), 1)
    );
    shop.till.advance(8 * DAY);
    assert_eq!((look(&shop).await, asked(&shop, "POST")), (1, 2), "a week later");
}

#[tokio::test]
async fn what_does_not_work_is_tried_again_each_day_and_its_reason_is_kept() {
    let shop = Shop::open(1).await;
    set_hosts(&shop, HOST).await;
    shop.fake.set_unreachable(HOST, true);
    look(&shop).await;
    let told = known(&shop).await.remove(0);
    assert_eq!(told.state, WalletState::Inactive);
    assert_eq!(told.told.reason.as_deref(), Some("The host does not answer."));
    assert_eq!(look(&shop).await, 0, "not at once");
    shop.fake.set_unreachable(HOST, false);
    shop.till.advance(DAY);
    assert_eq!(look(&shop).await, 1);
    assert_eq!(known(&shop).await[0].state, WalletState::Active);
    assert_eq!(known(&shop).await[0].told.reason, None);
}

#[tokio::test]
async fn a_host_that_is_gone_is_forgotten_and_may_come_back() {
    let shop = Shop::open(1).await;
    set_hosts(&shop, HOST).await;
    look(&shop).await;
    set_hosts(&shop, "").await;
    look(&shop).await;
    assert_eq!(known(&shop).await, []);
    set_hosts(&shop, HOST).await;
    assert_eq!((look(&shop).await, known(&shop).await.len()), (1, 1));
}

#[tokio::test]
async fn an_account_that_begins_to_sell_has_its_hosts_looked_at() {
    let shop = Shop::open(1).await;
    let jobs = "select count(*) from bilten.jobs where kind = 'billing.wallet_hosts'";
    let before =
        "with done as (update bilten.payee_accounts set state = 'onboarding' returning 1) select count(*) from done";
    shop.till.count(before).await;
    assert_eq!(shop.till.count(jobs).await, 0);
    hear(&shop).await;
    hear(&shop).await;
    assert_eq!(shop.till.count(jobs).await, 1);
}
