//! `GET /manage/failures`: work that was given up, such as a mail that nobody takes.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{FailureRow, FailuresView},
    },
};
use bilten_kernel::{OrderId, ZoneName};
use bilten_tenancy::{
    jobs::{self, FailedJob},
    permissions::{self, Permission, Scope},
};

use super::{console::Console, figures, urls};
use crate::{
    http::{
        problem::Problem,
        registry::{Access, Face, Route},
    },
    subscribers::{CONFIRMATION_JOB, RESEND_JOB, RETURN_JOB},
};

/// Failures on the page; older ones are of no use any more.
const LIMIT: u32 = 50;

pub(super) fn routes() -> Vec<Route> {
    let access = Access::Staff(Permission::OrderReadPii);
    vec![Route::get(urls::FAILURES, Face::Organizer, access, show)]
}

async fn show(console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let mut tx = console.begin().await?;
    // They are of all events, and say what mail servers and providers answered.
    permissions::require(&mut tx, &console, Permission::OrderReadPii, Scope::Tenant).await?;
    let failed = jobs::list_failed(&mut tx, LIMIT).await?;
    tx.commit().await?;
    let view = FailuresView {
        rows: failed.iter().map(|job| row(job, &settings.time_zone)).collect(),
        home_url: urls::HOME.to_owned(),
    };
    console.html(Section::Home, &view)
}

fn row(job: &FailedJob, zone: &ZoneName) -> FailureRow {
    let what = match job.kind.as_str() {
        CONFIRMATION_JOB | RESEND_JOB | RETURN_JOB => texts::FAILURE_MAIL,
        "billing.refund" => texts::FAILURE_REFUND,
        kind if kind.starts_with("billing.") => texts::FAILURE_PAYMENT,
        _ => texts::FAILURE_OTHER,
    };
    let order: Option<OrderId> = job.payload["order"].as_str().and_then(|id| id.parse().ok());
    FailureRow {
        what: Text::new(what),
        why: job.error.clone(),
        attempts: figures::count(i64::from(job.attempts)),
        at: figures::moment(job.failed_at, zone),
        order_url: order.map(urls::order),
    }
}
