//! The shell of a page: brand, language, navigation, messages. A handler takes [`Shell`] as an
//! argument, fills a view and returns `shell.html(&view)`.
//!
//! The face of the route decides what the shell holds: the tenant's brand on its hosts, the rail
//! and the form token for staff, the platform's own name on its host and nowhere else.

mod flash;
mod frame;

use axum::{
    extract::FromRequestParts,
    response::{Html, IntoResponse as _, Response},
};
use bilten_branding::{
    Renderer, Theme,
    views::{Brand, Face as PageFace, LegalLink, Page, Section, Text, Tone, View},
};
use bilten_kernel::{Ctx, Locale};
use bilten_tenancy::settings::Settings;
pub use flash::{flash_cookie, has_flash, redirect, redirect_saying};
use http::{StatusCode, request::Parts};

use super::{
    AppState,
    extract::{OperatorSession, StaffSession},
    pages::ForEverybody,
    problem::Problem,
    registry::{Face, RouteInfo},
    site, visits,
};

/// Name of the platform, for the pages of its own host.
const PLATFORM: &str = "Bilten";

/// The shell of the answer to this request.
pub struct Shell {
    page: Page,
    renderer: Renderer,
    had_flash: bool,
}

impl FromRequestParts<AppState> for Shell {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let face = parts
            .extensions
            .get::<std::sync::Arc<RouteInfo>>()
            .map(|info| info.face);
        let mut page = match face {
            Some(Face::Platform) => platform_page(parts),
            Some(Face::Organizer) => console_page(parts, state).await?,
            _ => tenant_page(parts, state, PageFace::Storefront).await?,
        };
        if parts.extensions.get::<ForEverybody>().is_none() {
            page.flash = flash::read(&parts.headers);
        }
        let had_flash = page.flash.is_some();
        Ok(Self {
            page,
            renderer: state.renderer.clone(),
            had_flash,
        })
    }
}

impl Shell {
    /// Marks the entry of the rail that is shown now.
    #[must_use]
    pub fn at(mut self, section: Section) -> Self {
        if let Some(frame) = &mut self.page.console {
            frame.go_to(section);
        }
        self
    }

    /// Makes it the shell of a shop's page: staff see what buyers will see.
    #[must_use]
    pub fn as_storefront(mut self) -> Self {
        self.page.face = PageFace::Storefront;
        self.page.console = None;
        self.page.csrf = None;
        self
    }

    /// Shows a message at the top.
    #[must_use]
    pub fn saying(mut self, tone: Tone, text: Text) -> Self {
        self.page = self.page.with_flash(tone, text);
        self
    }

    /// Fills an argument of the message that the page before left.
    #[must_use]
    pub fn flash_arg(mut self, name: &str, value: &str) -> Self {
        if let Some(flash) = &mut self.page.flash {
            flash.text.args.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Returns the language of the page.
    pub const fn locale(&self) -> Locale {
        self.page.locale
    }

    /// Returns the renderer, for texts outside of pages.
    pub const fn renderer(&self) -> &Renderer {
        &self.renderer
    }

    /// Renders the page.
    ///
    /// # Errors
    /// Template and view do not fit together.
    pub fn html<V: View>(&self, view: &V) -> Result<Response, Problem> {
        self.html_with(StatusCode::OK, view)
    }

    /// Renders the page with another status, such as that of a form with mistakes.
    ///
    /// # Errors
    /// As [`html`](Self::html).
    pub fn html_with<V: View>(&self, status: StatusCode, view: &V) -> Result<Response, Problem> {
        let html = self.renderer.page(&self.page, view).map_err(Problem::internal)?;
        let mut response = (status, Html(html)).into_response();
        if self.had_flash {
            flash::forget(&mut response);
        }
        Ok(response)
    }
}

async fn console_page(parts: &Parts, state: &AppState) -> Result<Page, Problem> {
    let page = tenant_page(parts, state, PageFace::Console).await?;
    let Some(session) = parts.extensions.get::<StaffSession>() else {
        return Ok(page);
    };
    let ctx = parts.extensions.get::<Ctx>().ok_or_else(Problem::not_found)?;
    let settings = state.settings.get(ctx).await?;
    let frame = frame::of_staff(session, settings.time_zone.as_str());
    let page = page.with_csrf(session.csrf.expose()).with_console(frame);
    Ok(match &session.visit {
        Some(visit) => page.with_visit(visits::banner(visit, ctx.now())),
        None => page,
    })
}

fn platform_page(parts: &Parts) -> Page {
    let locale = site::locale_of(&parts.headers).unwrap_or_default();
    let page = Page::new(PageFace::Platform, Brand::plain(PLATFORM), locale, path(parts));
    match parts.extensions.get::<OperatorSession>() {
        Some(session) => page
            .with_csrf(session.csrf.expose())
            .with_console(frame::of_operator(session)),
        None => page,
    }
}

async fn tenant_page(parts: &Parts, state: &AppState, face: PageFace) -> Result<Page, Problem> {
    let ctx = parts.extensions.get::<Ctx>().ok_or_else(Problem::not_found)?;
    let settings = state.settings.get(ctx).await?;
    let page = Page::new(face, brand(&settings), ctx.locale, path(parts));
    Ok(page.with_legal(legal_links(&settings)))
}

/// Reads how the tenant presents itself.
pub fn brand(settings: &Settings) -> Brand {
    let text = |value: &serde_json::Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
    Brand {
        name: settings.name.clone(),
        wordmark: text(&settings.theme, "wordmark").unwrap_or_else(|| settings.name.clone()),
        theme_css: Some(Theme::from_settings(&settings.theme).href()),
        support_email: Some(settings.support_email.to_string()),
        imprint: text(&settings.theme, "imprint"),
    }
}

/// Lists the legal pages that the tenant has.
pub fn legal_links(settings: &Settings) -> Vec<LegalLink> {
    let pages = settings.legal.as_object().into_iter().flatten();
    pages
        .map(|(page, _)| LegalLink {
            page: page.clone(),
            url: format!("/legal/{page}"),
        })
        .collect()
}

fn path(parts: &Parts) -> &str {
    parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
}
