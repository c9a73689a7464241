//! What the ledger costs: postings a second beside bare inserts of the same, and paid orders beside the same program that
//! books no sale. At the end `bilten ledger verify` proves the books.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use bilten_billing::ledger::{self, Book, Breakdown, KnownAccounts, NewTxn, SaleFacts, TaxPart, templates};
use bilten_kernel::{Actor, Ctx, EventId, Money, RequestId, Secret};
use bilten_tenancy::Db;
use bilten_tests::report as tell;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::{
    measure::{self, Outcome, Team, Worker},
    pair::Pair,
    report::{Goal, Mark, Report, Row},
    shop,
    stage::{self, BOOKED, POSTINGS, Stage, UNBOOKED},
    work::{Target, Task},
};

const PART: &str = "The ledger";
/// Sales that are booked together: as many as a full group completes.
const GROUP: usize = 256;
/// "At least 70 % of the figure without it."
const WITH_BOOKS: Goal = Goal {
    share: Some((700, 700)),
    per_second: None,
    p99_ms: None,
};

/// Measures postings, then paid orders with and without books.
pub async fn measure(report: &mut Report, stage: &Stage, time: Duration) -> anyhow::Result<()> {
    postings(report, stage, time).await?;
    orders(report, stage, time).await
}

async fn postings(report: &mut Report, stage: &Stage, time: Duration) -> anyhow::Result<()> {
    let state = stage.launcher.services(POSTINGS).await?;
    let request = RequestId::parse("bench").context("a request id")?;
    let ctx = Ctx::new(
        stage.sale.tenant,
        Actor::System,
        request,
        state.clock.now(),
        state.entropy.clone(),
    );
    let known = KnownAccounts::default();
    let mut bare = PgConnection::connect(stage.bare_admin.expose()).await?;
    bare.execute(
        "create table postings (tenant_id uuid not null, id uuid primary key, kind text not null, source_key text not null,
                                occurred_at timestamptz not null, account_ids bigint[] not null, amounts bigint[] not null)",
    )
    .await?;
    for at_once in [1, 4] {
        let (mut ours, mut limit) = (Vec::new(), Vec::new());
        for _ in 0..at_once {
            let sales = Sales {
                ctx: ctx.clone(),
                event: stage.sale.event,
            };
            ours.push(Bookkeeper {
                db: state.db.clone(),
                known: known.clone(),
                sales: sales.clone(),
            });
            limit.push(Scribe {
                connection: PgConnection::connect(stage.bare_admin.expose()).await?,
                sales,
            });
        }
        let (samples, bare) = measure::in_turns(&mut Team(ours), &mut Team(limit), time, |_| Ok(())).await?;
        let row = Row::new(PART, "postings, 256 sales a transaction", at_once, samples);
        report
            .rows
            .push(row.beside("append only, nothing checked", bare.per_second()));
    }
    stage::close(state).await;
    Ok(())
}

async fn orders(report: &mut Report, stage: &Stage, time: Duration) -> anyhow::Result<()> {
    let base = stage.launcher.serve_unbooked(UNBOOKED).await?;
    let other = stage.launcher.serve(BOOKED).await?;
    let targets = (
        Target::new(base.port, &stage.sale),
        Target::new(other.port, &stage.sale),
    );
    let pair = Pair {
        base: &base,
        other: &other,
    };
    for (clients, goal) in [(32, Goal::default()), (256, WITH_BOOKS)] {
        let what = "complete order, paid, with the ledger";
        let (samples, limit) = pair
            .measure((Task::PaidOrder, what), (&targets.0, &targets.1), (clients, time))
            .await?;
        let row = Row::new(PART, what, clients, samples).beside("the same without the ledger", limit);
        report.rows.push(row.judged(goal));
    }
    drop((base, other));
    let admins = [stage.launcher.admin(UNBOOKED)?, stage.launcher.admin(BOOKED)?];
    shop::check_books("without the ledger", &admins[0], &targets.0.answered).await?;
    shop::check_books("with the ledger", &admins[1], &targets.1.answered).await?;
    ensure!(
        count_sales(&admins[0]).await? == 0,
        "the program without books booked sales"
    );
    ensure!(
        count_sales(&admins[1]).await? > 0,
        "the program with books booked nothing"
    );
    let proved = stage.launcher.run(BOOKED, &["ledger", "verify"])?;
    tell(&proved);
    report.fact("bilten ledger verify", proved.trim().to_owned(), "", Mark::Pass);
    Ok(())
}

/// Sales of orders that are there.
async fn count_sales(admin: &Secret<String>) -> anyhow::Result<i64> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let statement = "select count(*) from bilten.ledger_txns t join bilten.orders o
                     on (o.tenant_id, o.id) = (t.tenant_id, t.order_id) where t.kind = 'sale'";
    Ok(sqlx::query_scalar(statement).fetch_one(&mut connection).await?)
}

/// Makes up sales: tickets, service fee, two taxes and the platform's fee.
#[derive(Clone)]
struct Sales {
    ctx: Ctx,
    event: EventId,
}

impl Sales {
    fn make(&self) -> anyhow::Result<Vec<NewTxn>> {
        let currency = "EUR".parse()?;
        let eur = |minor| Money::new(minor, currency);
        let tax = |rate_bp, minor| TaxPart {
            code: "SI".to_owned(),
            rate_bp,
            amount: eur(minor),
            base: None,
        };
        let facts = || SaleFacts {
            order: self.ctx.new_id(),
            event: self.event,
            at: self.ctx.now(),
            payee: Book::Tenant,
            provider: "sandbox".to_owned(),
            price: Breakdown {
                tickets: eur(9_132),
                service_fee: eur(250),
                donation: eur(0),
                taxes: vec![tax(950, 868), tax(2_200, 55)],
            },
            platform_fee: eur(150),
            commission: eur(0),
            gift_card: eur(0),
        };
        (0..GROUP).map(|_| Ok(templates::sale(&facts())?)).collect()
    }
}

fn count_postings(txns: &[NewTxn]) -> anyhow::Result<u64> {
    Ok(u64::try_from(
        txns.iter().map(|txn| txn.postings().len()).sum::<usize>(),
    )?)
}

/// Books sales as the checkout does.
struct Bookkeeper {
    db: Db,
    known: KnownAccounts,
    sales: Sales,
}

impl Worker for Bookkeeper {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        let txns = self.sales.make()?;
        let asked: Vec<(&Ctx, &NewTxn)> = txns.iter().map(|txn| (&self.sales.ctx, txn)).collect();
        let mut tx = self.db.begin_group(self.sales.ctx.tenant).await?;
        ledger::post_many(&mut tx, &self.known, &asked).await?;
        tx.commit().await?;
        Ok(Outcome::Done(count_postings(&txns)?))
    }
}

/// Writes the same down, and asks nothing.
struct Scribe {
    connection: PgConnection,
    sales: Sales,
}

impl Worker for Scribe {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        let txns = self.sales.make()?;
        let ids: Vec<Uuid> = txns
            .iter()
            .map(|_| self.sales.ctx.new_id::<ledger::LedgerTxnKind>().uuid())
            .collect();
        let keys: Vec<&str> = txns.iter().map(|txn| txn.head().key.as_str()).collect();
        let postings = || txns.iter().flat_map(NewTxn::postings);
        let accounts: Vec<i64> = postings().map(|posting| posting.account.number()).collect();
        let amounts: Vec<i64> = postings().map(|posting| posting.minor).collect();
        let each = i32::try_from(txns.first().context("a sale")?.postings().len())?;
        sqlx::query(
            "insert into postings select $1, t.id, 'sale', t.key, $4::timestamptz, ($5::bigint[])[(t.n - 1) * $7 + 1 : t.n * $7],
                                         ($6::bigint[])[(t.n - 1) * $7 + 1 : t.n * $7]
             from (select u.id, u.key, u.n::int from unnest($2::uuid[], $3::text[]) with ordinality as u(id, key, n)) as t",
        )
        .bind(self.sales.ctx.tenant.uuid())
        .bind(&ids)
        .bind(&keys)
        .bind(self.sales.ctx.now().to_string())
        .bind(&accounts)
        .bind(&amounts)
        .bind(each)
        .execute(&mut self.connection)
        .await?;
        Ok(Outcome::Done(count_postings(&txns)?))
    }
}
