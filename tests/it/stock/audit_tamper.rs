//! Fourteen ways to rewrite the past by somebody who owns the database, and how each is found.

use bilten_api::cli::audit as command;
use bilten_kernel::TenantId;
use bilten_tenancy::audit::{self, ChainFault, SignedHead};
use bilten_tests::{TestApp, Web};
use jiff::SignedDuration;
use sqlx::{Connection as _, PgConnection};

use super::shop::Shop;

/// A shop whose chain was signed twice, with copies of the heads outside the database.
struct Past {
    app: TestApp,
    web: Web,
    heads: Vec<SignedHead>,
    links: i64,
}

impl Past {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = Shop::open(&app, &app.alfa, 9).await;
        for _ in 0..2 {
            shop.buy(1).await;
            shop.buy(2).await;
            web.run_jobs().await;
            app.advance(SignedDuration::from_mins(61));
            web.run_jobs().await;
        }
        let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
        let heads = audit::list_heads(&mut tx).await.unwrap();
        let links = audit::verify(&mut tx).await.unwrap().unwrap();
        drop(tx);
        drop(shop);
        assert_eq!(heads.len(), 2, "signed each hour");
        Self { app, web, heads, links }
    }

    fn tenant(&self) -> TenantId {
        self.app.alfa.id
    }

    /// Somebody with every right, whom no constraint stops.
    async fn owner(&self) -> PgConnection {
        let mut admin = self.app.test_db.admin().await;
        sqlx::query("set session_replication_role = replica")
            .execute(&mut admin)
            .await
            .unwrap();
        admin
    }

    async fn run(&self, statements: &[&'static str]) {
        let mut owner = self.owner().await;
        for sql in statements {
            let changed = sqlx::query(*sql).bind(self.tenant().uuid()).execute(&mut owner).await;
            assert!(changed.unwrap().rows_affected() > 0, "{sql}");
        }
        owner.close().await.unwrap();
    }

    /// Chains all entries anew, with the program's own sealer.
    async fn rechain(&self) {
        self.run(&[
            "delete from bilten.audit_heads where tenant_id = $1",
            "delete from bilten.audit_chain where tenant_id = $1",
            "insert into bilten.audit_unsealed (tenant_id, at, entry_id)
             select tenant_id, at, id from bilten.audit_entries where tenant_id = $1",
        ])
        .await;
        let mut tx = self.app.db.begin(&self.app.ctx(&self.app.alfa)).await.unwrap();
        while audit::seal(&mut tx, self.app.now()).await.unwrap() != Some(0) {}
        tx.commit().await.unwrap();
    }

    /// Signs the links that had been signed, as they are now, with the true key.
    async fn sign_anew(&self) {
        let mut owner = self.owner().await;
        for old in &self.heads {
            let hash: Option<Vec<u8>> =
                sqlx::query_scalar("select hash from bilten.audit_chain where tenant_id = $1 and seq = $2")
                    .bind(self.tenant().uuid())
                    .bind(old.seq)
                    .fetch_optional(&mut owner)
                    .await
                    .unwrap();
            let hash: [u8; 32] = hash.unwrap().try_into().unwrap();
            let head = self.web.state.audit_signer.sign(old.tenant, (old.seq, hash), old.at);
            sqlx::query("insert into bilten.audit_heads (tenant_id, seq, hash, signed_at, signature) values ($1, $2, $3, $4::text::timestamptz, $5)")
                .bind(self.tenant().uuid())
                .bind(head.seq)
                .bind(&head.hash[..])
                .bind(head.at.to_string())
                .bind(&head.signature[..])
                .execute(&mut owner)
                .await
                .unwrap();
        }
        owner.close().await.unwrap();
    }

    /// What `bilten audit verify` says of the shop; of the neighbours it says that they are sound.
    async fn verdict(&self) -> Result<i64, ChainFault> {
        let dir = self.web.state.config.witness_dir();
        let found = command::verify(&self.web.state, None, &dir).await.unwrap();
        let mut verdict = None;
        for one in found {
            if one.slug.as_str() == "alfa" {
                assert_eq!(one.kept, 2, "both heads were kept outside");
                verdict = Some(one.outcome);
            } else {
                assert!(one.outcome.is_ok(), "{one:?}");
            }
        }
        verdict.unwrap()
    }

    async fn tamper(&self, way: Way) {
        match way {
            Way::Sql(statements) => self.run(statements).await,
            Way::Rechain(statements) => {
                self.run(statements).await;
                self.rechain().await;
            }
            Way::Resign(statements) => {
                self.run(statements).await;
                self.rechain().await;
                self.sign_anew().await;
            }
            Way::Fork => {
                let last = self.heads.last().unwrap();
                let other = self
                    .web
                    .state
                    .audit_signer
                    .sign(last.tenant, (last.seq, [9; 32]), last.at);
                let path = self
                    .web
                    .state
                    .config
                    .witness_dir()
                    .join(format!("{}.jsonl", last.tenant));
                let kept = std::fs::read_to_string(&path).unwrap();
                let first = kept.lines().next().unwrap();
                std::fs::write(&path, format!("{first}\n{}\n", serde_json::to_string(&other).unwrap())).unwrap();
            }
            Way::ClockBack => {
                self.run(&["with old as (
                        insert into bilten.audit_entries (tenant_id, id, at, actor, action, object, request_id)
                        select tenant_id, gen_random_uuid(), at - interval '3 days', actor, action, object, request_id
                        from bilten.audit_entries where tenant_id = $1 order by at desc limit 1 returning tenant_id, at, id)
                     insert into bilten.audit_unsealed (tenant_id, at, entry_id) select tenant_id, at, id from old"])
                    .await;
                self.web.run_jobs().await;
            }
        }
    }
}

/// How somebody goes about it.
enum Way {
    Sql(&'static [&'static str]),
    /// And chains everything anew.
    Rechain(&'static [&'static str]),
    /// And signs it with the true key.
    Resign(&'static [&'static str]),
    Fork,
    ClockBack,
}

const DROP_TAIL: &[&str] = &[
    "delete from bilten.audit_heads where tenant_id = $1 and seq = (select max(seq) from bilten.audit_heads where tenant_id = $1)",
    "delete from bilten.audit_chain where tenant_id = $1 and seq > (select max(seq) from bilten.audit_heads where tenant_id = $1)",
    "delete from bilten.audit_entries e where e.tenant_id = $1 and not exists (
         select from bilten.audit_chain c where c.tenant_id = e.tenant_id and c.entry_id = e.id)",
];

/// The ways, each with what is said of it; `None` stands for the first or the second signed link.
fn ways(past: &Past) -> Vec<(&'static str, Way, ChainFault)> {
    let (first, second) = (past.heads[0].seq, past.heads[1].seq);
    let cut_off = |links| ChainFault::CutOff { links, signed: second };
    vec![
        ("a byte of the payload", Way::Sql(&[
            "update bilten.audit_entries set details = details || '{\"x\": 1}' where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 and seq = 3)",
        ]), ChainFault::Mismatch(3)),
        ("a byte of the metadata", Way::Sql(&[
            "update bilten.audit_entries set actor = 'nobody' where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 and seq = 3)",
        ]), ChainFault::Mismatch(3)),
        ("the last entry is deleted", Way::Sql(&[
            "delete from bilten.audit_heads where tenant_id = $1 and seq = (select max(seq) from bilten.audit_heads where tenant_id = $1)",
            "delete from bilten.audit_entries where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 order by seq desc limit 1)",
            "delete from bilten.audit_chain where tenant_id = $1 and seq = (select max(seq) from bilten.audit_chain where tenant_id = $1)",
        ]), cut_off(second - 1)),
        ("one in the middle is deleted", Way::Sql(&[
            "delete from bilten.audit_entries where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 and seq = 3)",
            "delete from bilten.audit_chain where tenant_id = $1 and seq = 3",
        ]), ChainFault::Gap(3)),
        ("some are deleted and the rest chained anew", Way::Rechain(&[
            "delete from bilten.audit_entries where tenant_id = $1 and id in (select entry_id from bilten.audit_chain where tenant_id = $1 and seq in (3, 4))",
        ]), ChainFault::Rewritten(first)),
        ("two change places", Way::Sql(&[
            "update bilten.audit_chain set seq = 1000000 where tenant_id = $1 and seq = 3",
            "update bilten.audit_chain set seq = 3 where tenant_id = $1 and seq = 4",
            "update bilten.audit_chain set seq = 4 where tenant_id = $1 and seq = 1000000",
        ]), ChainFault::Mismatch(3)),
        ("one is there twice", Way::Sql(&[
            "with copy as (
                 insert into bilten.audit_entries (tenant_id, id, at, actor, action, object, request_id, details)
                 select e.tenant_id, gen_random_uuid(), e.at, e.actor, e.action, e.object, e.request_id, e.details
                 from bilten.audit_entries e join bilten.audit_chain c on c.tenant_id = e.tenant_id and c.entry_id = e.id
                 where e.tenant_id = $1 and c.seq = 3 returning tenant_id, id)
             insert into bilten.audit_chain (tenant_id, seq, entry_id, hash, sealed_at)
             select c.tenant_id, m.seq + 1, y.id, c.hash, c.sealed_at from copy y
             join bilten.audit_chain c on c.tenant_id = y.tenant_id and c.seq = 3
             cross join (select max(seq) as seq from bilten.audit_chain where tenant_id = $1) m",
        ]), ChainFault::Mismatch(past.links + 1)),
        ("one is inserted", Way::Sql(&[
            "insert into bilten.audit_entries (tenant_id, id, at, actor, action, object, request_id)
             select tenant_id, gen_random_uuid(), at, actor, action, object, request_id from bilten.audit_entries where tenant_id = $1 limit 1",
        ]), ChainFault::Unlinked(1)),
        ("everything behind an older head is cut off", Way::Sql(DROP_TAIL), cut_off(first)),
        ("there are two heads of one link", Way::Fork, ChainFault::Rewritten(second)),
        ("one is given to another tenant", Way::Sql(&[
            "update bilten.audit_chain set tenant_id = (select id from platform.tenants where id <> $1 limit 1), seq = -seq + 1000000 where tenant_id = $1 and seq = 3",
        ]), ChainFault::Gap(3)),
        ("the clock is set back", Way::ClockBack, ChainFault::Backdated(past.links + 1)),
        ("all of it is replaced by an older copy", Way::Sql(&[
            "delete from bilten.audit_heads where tenant_id = $1",
            "delete from bilten.audit_chain where tenant_id = $1 and seq > 4",
            "delete from bilten.audit_entries e where e.tenant_id = $1 and not exists (
                 select from bilten.audit_chain c where c.tenant_id = e.tenant_id and c.entry_id = e.id)",
        ]), cut_off(4)),
        ("all of it is written anew and signed with the stolen key", Way::Resign(&[
            "update bilten.audit_entries set actor = 'nobody' where tenant_id = $1 and id = (select entry_id from bilten.audit_chain where tenant_id = $1 and seq = 3)",
        ]), ChainFault::Rewritten(first)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_each_of_fourteen_ways_to_rewrite_the_past_is_found() {
    let sound = Past::open().await;
    assert_eq!(sound.verdict().await, Ok(sound.links));
    let count = ways(&sound).len();
    for at in 0..count {
        let past = Past::open().await;
        let (name, way, fault) = ways(&past).swap_remove(at);
        past.tamper(way).await;
        assert_eq!(past.verdict().await, Err(fault), "{name}");
    }
    println!("tampering: {count} ways to rewrite the past, all found");
    assert_eq!(count, 14);
}

/// What the heads outside are for: inside the database, nothing is wrong with a past that was signed anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_key_is_found_only_by_what_was_kept_outside() {
    let past = Past::open().await;
    let (_, way, fault) = ways(&past).pop().unwrap();
    past.tamper(way).await;
    assert_eq!(past.verdict().await, Err(fault));
    let empty = past.web.state.config.data_dir.join("nothing-kept");
    let found = command::verify(&past.web.state, Some(&"alfa".parse().unwrap()), &empty).await;
    assert_eq!(found.unwrap()[0].outcome, Ok(past.links));
}
