use bilten_api::cli::audit as command;
use bilten_tenancy::audit::{self, ChainFault};
use bilten_tests::{TestApp, Web};

use super::shop::Shop;

#[tokio::test]
async fn every_change_is_sealed_into_a_chain_of_its_tenant() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    shop.buy(1).await;
    app.run_jobs().await;
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let links = audit::verify(&mut tx).await.unwrap().unwrap();
    // Provisioned, organizer, event created, published, order quoted, order paid at least.
    assert!(links >= 5, "{links}");
    assert_eq!(audit::seal(&mut tx, app.now()).await.unwrap(), Some(0));
    drop(tx);
    let mut tx = app.db.begin(&app.ctx(&app.beta)).await.unwrap();
    assert!(audit::verify(&mut tx).await.unwrap().unwrap() < links);
}

#[tokio::test]
async fn a_changed_or_missing_entry_is_found() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    shop.buy(1).await;
    app.run_jobs().await;
    let verify = async || {
        let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
        audit::verify(&mut tx).await.unwrap()
    };
    let links = verify().await.unwrap();
    let tamper = async |sql: &'static str| {
        let mut admin = app.test_db.admin().await;
        sqlx::query(sql)
            .bind(app.alfa.id.uuid())
            .execute(&mut admin)
            .await
            .unwrap();
    };
    tamper("update bilten.audit_entries set actor = 'nobody' where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 and seq = 3)").await;
    assert_eq!(verify().await, Err(ChainFault::Mismatch(3)));
    tamper("delete from bilten.audit_chain where tenant_id = $1 and seq = 2").await;
    assert_eq!(verify().await, Err(ChainFault::Gap(2)));
    assert!(links > 3);
}

#[tokio::test]
async fn entries_that_nobody_seals_any_more_are_counted() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    app.run_jobs().await;
    shop.buy(1).await;
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let later = app.now() + jiff::SignedDuration::from_secs(1);
    let waiting = audit::count_unsealed(&mut tx, later).await.unwrap();
    assert!(waiting > 0, "{waiting}");
    // Whoever empties the queue hides entries from the sealer, yet not from the count.
    let emptied = sqlx::query("delete from audit_unsealed")
        .execute(tx.conn())
        .await
        .unwrap();
    assert_eq!(i64::try_from(emptied.rows_affected()).unwrap(), waiting);
    assert_eq!(audit::seal(&mut tx, app.now()).await.unwrap(), Some(0));
    assert_eq!(audit::count_unsealed(&mut tx, later).await.unwrap(), waiting);
    drop(tx);
    app.run_jobs().await;
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(audit::count_unsealed(&mut tx, later).await.unwrap(), 0);
}

#[tokio::test]
async fn of_two_sealers_one_works_and_the_other_goes_on() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let mut first = app.db.begin(&shop.ctx()).await.unwrap();
    assert!(audit::seal(&mut first, app.now()).await.unwrap().is_some_and(|n| n > 0));
    let mut second = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(audit::seal(&mut second, app.now()).await.unwrap(), None);
    first.commit().await.unwrap();
    assert_eq!(audit::seal(&mut second, app.now()).await.unwrap(), Some(0));
    assert!(audit::verify(&mut second).await.unwrap().is_ok());
}

#[tokio::test]
async fn the_application_can_neither_change_nor_delete_an_entry() {
    let app = TestApp::start().await;
    app.run_jobs().await;
    for sql in [
        "update audit_entries set actor = 'nobody'",
        "delete from audit_entries",
        "truncate audit_entries",
        "update audit_chain set seq = 7",
        "delete from audit_chain",
        "update audit_heads set seq = 7",
        "delete from audit_heads",
    ] {
        let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
        let refused = sqlx::query(sql).execute(tx.conn()).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn the_command_names_the_tenant_whose_record_was_changed() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = Shop::open(&app, &app.alfa, 5).await;
    shop.buy(1).await;
    app.run_jobs().await;
    let verify = async |slug: Option<&str>| {
        let slug = slug.map(|slug| slug.parse().unwrap());
        command::verify(&web.state, slug.as_ref(), &web.state.config.witness_dir()).await
    };
    let sound = verify(None).await.unwrap();
    assert_eq!(sound.len(), 3);
    assert!(
        sound.iter().all(|one| one.outcome.is_ok_and(|links| links > 0)),
        "{sound:?}"
    );

    let mut admin = app.test_db.admin().await;
    sqlx::query("update bilten.audit_entries set details = '{}' where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 and seq = 2)")
        .bind(app.alfa.id.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    for one in verify(None).await.unwrap() {
        let is_alfa = one.slug.as_str() == "alfa";
        assert_eq!(one.outcome == Err(ChainFault::Mismatch(2)), is_alfa, "{one:?}");
        assert_eq!(one.outcome.is_ok(), !is_alfa, "{one:?}");
    }
    assert_eq!(verify(Some("beta")).await.unwrap().len(), 1);
    assert!(verify(Some("nobody")).await.is_err());
}
