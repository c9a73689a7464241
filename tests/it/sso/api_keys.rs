//! Keys of programs.

use bilten_kernel::{ApiScope, ApiScopes};
use bilten_sso::api_keys;
use bilten_tests::TestApp;

#[tokio::test]
async fn a_key_opens_its_own_tenant_until_it_is_revoked() {
    let app = TestApp::start().await;
    let (alfa, beta) = (app.ctx(&app.alfa), app.ctx(&app.beta));
    let scopes: ApiScopes = [ApiScope::OrdersRead].into_iter().collect();
    let mut tx = app.db.begin(&alfa).await.unwrap();
    let (key, token) = api_keys::create(&mut tx, &alfa, "box office", scopes).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = app.db.begin(&beta).await.unwrap();
    assert!(api_keys::find(&mut tx, &token).await.unwrap().is_none());
    assert!(api_keys::list(&mut tx).await.unwrap().is_empty());
    assert!(!api_keys::revoke(&mut tx, &beta, key.id).await.unwrap());
    tx.commit().await.unwrap();

    let mut tx = app.db.begin(&alfa).await.unwrap();
    let found = api_keys::find(&mut tx, &token).await.unwrap().expect("the key lives");
    assert_eq!((found.id, found.scopes), (key.id, scopes));
    assert!(api_keys::revoke(&mut tx, &alfa, key.id).await.unwrap());
    assert!(api_keys::find(&mut tx, &token).await.unwrap().is_none());
    assert!(
        !api_keys::revoke(&mut tx, &alfa, key.id).await.unwrap(),
        "once is enough"
    );
}

#[tokio::test]
async fn the_secret_of_a_key_is_not_kept() {
    let app = TestApp::start().await;
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let (_, token) = api_keys::create(&mut tx, &ctx, "box office", ApiScopes::all())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut admin = app.test_db.admin().await;
    let rows: Vec<String> = sqlx::query_scalar("select k::text from bilten.api_keys k")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert!(rows.iter().all(|row| !row.contains(token.expose().as_str())));
    assert_eq!(rows.len(), 1);
}
