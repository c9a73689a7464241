//! `demo.json`: what a program that tries the demo finds.

use std::{collections::BTreeSet, os::unix::fs::PermissionsExt as _};

use bilten_api::{compose::DatabaseUrls, demo};
use bilten_billing::{
    finance,
    ledger::{self, Book, Code},
    payouts, proof,
};
use bilten_kernel::TenantId;
use bilten_tenancy::TenantTx;
use bilten_tests::{TestApp, Web};
use http::Method;
use serde_json::Value;
use sqlx::{ConnectOptions as _, Executor as _, postgres::PgConnectOptions};

use super::ties::assert_tied;

/// Names of the members, in no order.
fn names(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

fn items(value: &Value) -> &[Value] {
    value
        .as_array()
        .filter(|items| !items.is_empty())
        .expect("a list of some")
}

fn set<const N: usize>(names: [&'static str; N]) -> BTreeSet<&'static str> {
    names.into()
}

fn assert_shape(file: &Value) {
    let all = [
        "base_url",
        "database_url",
        "metrics_url",
        "mail_url",
        "platform",
        "tenants",
    ];
    assert_eq!(names(file), set(all));
    assert_eq!(names(&file["platform"]), set(["host", "email", "password"]));
    assert_eq!(items(&file["tenants"]).len(), 3);
    for tenant in items(&file["tenants"]) {
        let mut shape = set(["slug", "name", "host", "api_key", "staff", "events"]);
        // One of them has a directory that looks after its staff.
        if tenant["slug"] == "operahuset" {
            shape.extend(set(["scim"]));
            assert_eq!(names(&tenant["scim"]), set(["base_url", "token"]));
        }
        assert_eq!(names(tenant), shape);
        let host = format!("{}.localhost:8080", tenant["slug"].as_str().unwrap());
        assert_eq!(tenant["host"], host.as_str());
        for member in items(&tenant["staff"]) {
            assert_eq!(names(member), set(["email", "password", "role"]));
        }
        for event in items(&tenant["events"]) {
            assert_eq!(names(event), set(["id", "slug", "name", "ticket_types"]));
            for ticket_type in items(&event["ticket_types"]) {
                assert_eq!(names(ticket_type), set(["id", "name", "price_minor", "currency"]));
                assert!(ticket_type["price_minor"].is_u64());
            }
        }
    }
}

/// The demo's books are sound, and everything that can become of money has become of some of Nordlys's.
async fn assert_money(app: &TestApp, web: &Web) {
    for one in bilten_api::cli::ledger::verify(&web.state, None).await.unwrap() {
        assert!(one.proof.is_sound(), "{}: {:#?}", one.slug, one.proof);
    }
    for tenant in web.state.directory.list().await.unwrap() {
        assert_tied(web, tenant.id).await;
    }
    let nordlys = web
        .state
        .directory
        .find_by_slug(&"nordlys".parse().unwrap())
        .await
        .unwrap();
    let nordlys = nordlys.expect("it is there");
    let mut tx = with_all_lots(app, web, nordlys.id).await;
    let made = finance::list_payouts(&mut tx, None, 50).await.unwrap();
    let states: BTreeSet<_> = made.iter().map(|payout| payout.state.name()).collect();
    assert!(states.contains("paid") && states.contains("failed"), "{made:#?}");
    let disputes = finance::list_disputes(&mut tx, None, 50).await.unwrap();
    let mut ends: Vec<_> = disputes
        .iter()
        .map(|dispute| bilten_billing::disputes::name(dispute.status))
        .collect();
    ends.sort_unstable();
    assert_eq!(ends, ["lost", "needs_response", "won"]);
    let balances = ledger::balances(&mut tx, None).await.unwrap();
    let has = |code: Code| balances.iter().any(|b| b.account.code == code && !b.amount.is_zero());
    for code in [
        Code::TicketRevenue,
        Code::TicketDeferred,
        Code::CancellationFeeIncome,
        Code::Bank,
        Code::DisputeFeeExpense,
    ] {
        assert!(has(code), "{}", code.name());
    }
    let (now, zone) = (web.state.clock.now(), "Europe/Oslo");
    let calendar = finance::list_calendar(&mut tx, (now, zone), 1_000).await.unwrap();
    assert!(calendar.len() > 3);
    let set_off = finance::list_set_off(&mut tx).await.unwrap();
    assert!(
        set_off.iter().all(|debt| debt.amount.minor < 0 && debt.orders > 0),
        "{set_off:?}"
    );
    let held = calendar
        .iter()
        .map(|line| line.amount)
        .chain(set_off.iter().map(|debt| debt.amount));
    let held: i64 = held.map(|amount| amount.minor).sum();
    // What lies with the provider, less what is on its way back to buyers, is what is held for the payee.
    let theirs = balances.iter().filter(|balance| {
        let code = balance.account.code;
        balance.account.book == Book::Tenant && (Code::PSP.contains(&code) || code == Code::RefundClearing)
    });
    assert_eq!(held, theirs.map(|balance| balance.amount.minor).sum::<i64>());
}

/// The orders of the last hour have their lots, too. Others on the server may hold the cursor of the lots back for a while.
async fn with_all_lots(app: &TestApp, web: &Web, tenant: TenantId) -> TenantTx {
    loop {
        let mut tx = web.state.db.begin_in(tenant).await.unwrap();
        let policy = payouts::Policy::default();
        while payouts::gather(&mut tx, &app.ctx_in(tenant), &policy).await.unwrap() {}
        let proof = proof::prove(&mut tx).await.unwrap();
        if proof.funds.iter().all(|funds| funds.lots_say.is_some()) {
            return tx;
        }
        tx.rollback().await.unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_file_is_complete_private_and_true() {
    let app = TestApp::start_with(16).await;
    let web = Web::new(&app);
    let urls = DatabaseUrls {
        admin: Some(app.test_db.url("postgres")),
        app: app.test_db.url("bilten_app"),
        platform: app.test_db.url("bilten_platform"),
    };
    let data_dir = &web.state.config.data_dir;
    std::fs::create_dir_all(data_dir).unwrap();
    demo::ensure(&web.state, &urls).await.expect("the demo can be made");
    let path = data_dir.join("demo.json");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "its owner alone reads it");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_shape(&file);
    assert_money(&app, &web).await;

    let shop = &items(&file["tenants"])[0];
    let keeper = bilten_tests::Shopkeeper {
        id: app.alfa.id,
        host: shop["host"].as_str().unwrap().to_owned(),
        key: shop["api_key"].as_str().unwrap().to_owned(),
    };
    let event = items(&shop["events"])[0]["id"].as_str().unwrap();
    web.call(&keeper, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);

    // As README tells: the owner of the tables is bound by row security like everybody.
    let options: PgConnectOptions = file["database_url"].as_str().unwrap().parse().unwrap();
    let mut psql = options.connect().await.expect("the address can be used");
    let who: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut psql)
        .await
        .unwrap();
    assert_eq!(who, "bilten_owner");
    let count = "select count(*) from events";
    let unnamed: i64 = sqlx::query_scalar(count).fetch_one(&mut psql).await.unwrap();
    assert_eq!(unnamed, 0);
    let slug = shop["slug"].as_str().unwrap();
    let choose = format!("select set_config('bilten.tenant_id', id::text, false) from tenants where slug = '{slug}'");
    psql.execute(sqlx::AssertSqlSafe(choose)).await.unwrap();
    let of_shop: i64 = sqlx::query_scalar(count).fetch_one(&mut psql).await.unwrap();
    assert_eq!(usize::try_from(of_shop).unwrap(), items(&shop["events"]).len());
}
