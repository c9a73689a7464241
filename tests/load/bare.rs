//! The bare program: what a batching writer behind axum can do at most on this machine.
//!
//! `bare <port> <folder of the socket> <database>` collects requests while the previous commit is under way, writes a
//! group as one set-based statement, which is one transaction, and answers after its durable commit. It has neither
//! tenants nor rights, no row security, no foreign keys, no audit, no outbox, no repeated requests: only the rows.

use std::collections::HashSet;

use axum::{Json, Router, extract::State, routing::post};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// Requests of one group at most.
const GROUP: usize = 1_000;
/// Requests that wait for the next group at most.
const QUEUE: usize = 10_000;

const TABLES: &str = "
    create table if not exists stock (id int primary key, held bigint, sold bigint, capacity bigint,
        check (held + sold <= capacity)) with (fillfactor = 50);
    create table if not exists holds (id uuid primary key, event uuid, kind uuid, quantity int, price bigint, expires bigint);
    create table if not exists orders (id uuid primary key, hold uuid, email text, name text, total bigint, state text);
    create table if not exists tickets (id uuid primary key, order_id uuid, kind uuid, holder text, state text);
    create table if not exists check_ins (ticket uuid primary key, gate text, at bigint);
    insert into stock values (1, 0, 0, 1000000000) on conflict do nothing";

const HOLD: &str = "
    with wish as (select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as w (id, subject, label)),
    taken as (update stock set held = held + (select count(*) from wish)
              where id = 1 and held + sold + (select count(*) from wish) <= capacity returning 1)
    insert into holds select id, subject, subject, 1, 0, 900 from wish where exists (select from taken) returning id";

const ORDER: &str = "
    with wish as (select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as w (id, subject, label)),
    sold as (update stock set held = held - (select count(*) from wish), sold = sold + (select count(*) from wish) where id = 1),
    made as (insert into orders select id, subject, label, label, 0, 'paid' from wish returning id, name)
    insert into tickets select id, id, id, name, 'issued' from made returning id";

const CHECK_IN: &str = "
    with wish as (select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as w (id, subject, label)),
    new as (insert into check_ins select t.id, label, 0 from wish join tickets t on t.id = subject and t.state = 'issued'
            on conflict do nothing returning ticket)
    select w.id from wish w join new on new.ticket = w.subject";

/// What is asked for: a ticket type, a hold or a ticket, and a text that goes with it.
#[derive(Debug, Deserialize)]
struct Body {
    subject: Uuid,
    label: String,
}

#[derive(Debug, Serialize)]
struct Made {
    id: Uuid,
}

struct Wish {
    id: Uuid,
    body: Body,
    answer: oneshot::Sender<bool>,
}

type Desk = mpsc::Sender<Wish>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, port, socket, database] = arguments.as_slice() else {
        anyhow::bail!("usage: bare <port> <folder of the socket> <database>");
    };
    let settings = format!("host={socket} user=postgres dbname={database}");
    let mut tasks = JoinSet::new();
    connect(&settings, &mut tasks).await?.batch_execute(TABLES).await?;
    let mut app = Router::new();
    for (path, statement) in [("/holds", HOLD), ("/orders", ORDER), ("/check-ins", CHECK_IN)] {
        let (desk, inbox) = mpsc::channel(QUEUE);
        let client = connect(&settings, &mut tasks).await?;
        tasks.spawn(write(client, statement, inbox));
        app = app.route(path, post(serve).with_state(desk));
    }
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    tasks.spawn(async move { Ok(axum::serve(listener, app).await?) });
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

async fn connect(settings: &str, tasks: &mut JoinSet<anyhow::Result<()>>) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(settings, NoTls).await?;
    tasks.spawn(async move { Ok(connection.await?) });
    Ok(client)
}

#[expect(clippy::disallowed_methods, reason = "this program has no context to take ids from")]
async fn serve(State(desk): State<Desk>, Json(body): Json<Body>) -> Result<Json<Made>, StatusCode> {
    let (id, (answer, answered)) = (Uuid::now_v7(), oneshot::channel());
    let wish = Wish { id, body, answer };
    desk.send(wish).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    match answered.await {
        Ok(true) => Ok(Json(Made { id })),
        Ok(false) => Err(StatusCode::CONFLICT),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Writes group after group; whoever comes while one is being committed is in the next.
async fn write(client: Client, statement: &str, mut inbox: mpsc::Receiver<Wish>) -> anyhow::Result<()> {
    let statement = client.prepare(statement).await?;
    let mut group = Vec::with_capacity(GROUP);
    while inbox.recv_many(&mut group, GROUP).await > 0 {
        let ids: Vec<Uuid> = group.iter().map(|wish: &Wish| wish.id).collect();
        let subjects: Vec<Uuid> = group.iter().map(|wish| wish.body.subject).collect();
        let labels: Vec<&str> = group.iter().map(|wish| wish.body.label.as_str()).collect();
        let rows = client.query(&statement, &[&ids, &subjects, &labels]).await?;
        let made: HashSet<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        for wish in group.drain(..) {
            // Whoever has gone needs no answer.
            wish.answer.send(made.contains(&wish.id)).ok();
        }
    }
    Ok(())
}
