//! `GET /events/{slug}/queue`.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse as _, Response},
};
use bilten_branding::views::{
    Face, Moment, Page,
    storefront::{QueueState, QueueView},
};
use bilten_core::waiting_room::OpenRoom;
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};
use sha2::{Digest as _, Sha256};

use super::{
    desk::{self, SheetKey},
    find, numbers, to_event,
    visitor::Visitor,
};
use crate::{
    http::{AppState, extract::TenantCtx, problem::Problem, shell},
    storefront::urls,
};

/// Shows where the visitor is: from memory, with his numbers filled in.
pub(super) async fn show(
    Path(slug): Path<String>,
    ctx: TenantCtx,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(open) = find(&state, &ctx, &slug).await? else {
        return to_event(&slug);
    };
    let visitor = Visitor::of(&state, &ctx, &open, &headers);
    let shown = visitor.state(&open, ctx.now());
    let speaker = state.renderer.speaker(ctx.ctx.locale);
    let own = numbers::of(&visitor, &open, shown, &speaker, ctx.now());
    let key = SheetKey {
        tenant: ctx.ctx.tenant,
        slug,
        locale: ctx.ctx.locale,
        state: shown,
        key: key(&open, shown),
    };
    let sheet = match state.queue.find(&key) {
        Some((sheet, false)) => sheet,
        Some((old, true)) => match render(&state, &ctx, &open, &key).await {
            Ok(html) => state.queue.keep(key, &html),
            // Better an old look than none: whoever waits must not be told that something is out of reach.
            Err(_) => old,
        },
        None => {
            let html = render(&state, &ctx, &open, &key).await?;
            state.queue.keep(key, &html)
        }
    };
    let mut response = Html(sheet.fill(&own.shown)).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Changes with the state and with everything that all see in it, on every node alike.
pub(super) fn key(open: &OpenRoom, state: QueueState) -> String {
    let mut hasher = Sha256::new();
    hasher.update(open.room.round.as_bytes());
    hasher.update(
        open.room
            .opens_at
            .map_or(0, bilten_kernel::Timestamp::as_microsecond)
            .to_be_bytes(),
    );
    hasher.update([u8::from(open.room.drawn_count.is_some())]);
    hasher.update(open.room.message.as_bytes());
    format!("{}.{}", state.name(), HEXLOWER.encode(&hasher.finalize()[..4]))
}

async fn render(state: &AppState, ctx: &TenantCtx, open: &OpenRoom, key: &SheetKey) -> Result<String, Problem> {
    let settings = state.settings.get(ctx).await?;
    let numbers = desk::gaps();
    let slug = &open.event.slug;
    let page = Page::new(
        Face::Storefront,
        shell::brand(&settings),
        key.locale,
        &urls::queue(slug),
    )
    .with_legal(shell::legal_links(&settings));
    let zone = open.event.time_zone.as_str();
    let room = &open.room;
    let view = QueueView {
        title: open.event.name.clone(),
        starts: Moment::new(open.event.starts_at, zone),
        event_url: urls::event(slug),
        artwork_url: urls::artwork_of(&open.event.artwork),
        state: key.state,
        key: key.key.clone(),
        opens: Moment::new(room.opens_at.unwrap_or_else(|| ctx.now()), zone),
        message: (!room.message.is_empty()).then(|| room.message.clone()),
        join_action: urls::queue(slug),
        pass_action: urls::queue_pass(slug),
        status_url: urls::queue_status(slug),
        challenge_url: urls::queue_challenge(slug),
        draw_url: urls::queue_draw(slug),
        commitment: HEXLOWER.encode(&room.seed.commitment()),
        seed: room.drawn_count.map(|_| HEXLOWER.encode(room.seed.expose())),
        numbers,
    };
    state.renderer.page(&page, &view).map_err(Problem::internal)
}
