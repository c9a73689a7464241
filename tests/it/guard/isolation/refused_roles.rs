//! The server does not start with a role that row security does not bind.

use bilten_kernel::Secret;
use bilten_tenancy::{Db, DbConfig, DbError, PlatformDb};
use bilten_tests::{TestDb, db::run};

async fn refusal(url: Secret<String>) -> String {
    let config = DbConfig {
        url,
        max_connections: 1,
        statement_timeout: DbConfig::STATEMENT_TIMEOUT,
    };
    let as_app = Db::connect(&config).await.map(drop).unwrap_err();
    let as_platform = PlatformDb::connect(&config).await.map(drop).unwrap_err();
    assert!(
        matches!(as_platform, DbError::Privileged { .. }),
        "the directory's pool is as strict: {as_platform}"
    );
    as_app.to_string()
}

#[tokio::test]
async fn a_superuser_is_refused() {
    let db = TestDb::create().await;
    assert!(refusal(db.url("postgres")).await.contains("superuser"));
}

#[tokio::test]
async fn each_privilege_of_a_role_is_refused_by_its_name() {
    let db = TestDb::create().await;
    let mut admin = db.admin().await;
    let role = format!("refused_{}", std::process::id());
    let pinned = format!("alter role {role} set bilten.tenant_id = '00000000-0000-0000-0000-000000000001'");
    let cases = [
        (format!("alter role {role} bypassrls"), "bypasses row security"),
        (format!("alter role {role} createrole"), "create roles"),
        (format!("alter role {role} createdb"), "create databases"),
        (format!("alter role {role} replication"), "replicate"),
        (
            format!("alter role {role} noinherit; grant bilten_owner to {role}"),
            "owner",
        ),
        (
            format!("alter role {role} noinherit; grant postgres to {role}"),
            "may become",
        ),
        (pinned, "pinned"),
    ];
    for (privilege, why) in cases {
        run(&mut admin, &format!("create role {role} login")).await;
        run(&mut admin, &privilege).await;
        let text = refusal(db.url(&role)).await;
        assert!(text.contains(&role) && text.contains(why), "{privilege}: {text}");
        run(&mut admin, &format!("drop role {role}")).await;
    }
}

#[tokio::test]
async fn a_tenant_pinned_in_the_address_is_refused() {
    let db = TestDb::create().await;
    let address = format!(
        "{}&options=-cbilten.tenant_id%3D00000000-0000-0000-0000-000000000001",
        db.url("bilten_app").expose()
    );
    assert!(refusal(Secret::new(address)).await.contains("pinned"));
}

#[tokio::test]
async fn the_roles_of_production_are_accepted() {
    let db = TestDb::create().await;
    db.app(1).await.close().await;
    db.platform(1).await.close().await;
}
