//! One struct per page: everything a template may show, already decided, nothing to look up.
//!
//! A handler fills a view and hands it to [`crate::render::Renderer::page`] together with the
//! [`Page`] (the shell). Views hold values, never words of a language: words are [`Text`] keys.
//! Addresses arrive as strings made by the typed links of the HTTP layer.
//!
//! Each view brings [`View::samples`]; a test renders all of them in every language and theme.

mod account_mail;
mod buyer_tax;
pub mod checkout;
pub mod console;
pub mod dev;
pub mod invitation_mail;
pub mod mail;
pub mod order;
mod page;
pub mod platform;
pub mod report;
pub mod sample;
pub mod sandbox;
mod sso_mail;
pub mod storefront;
mod text;
mod value;
mod visit_mail;

use serde::Serialize;

pub use page::{Brand, ConsoleFrame, Face, Flash, LegalLink, LocaleLink, NavItem, Page, Section, Tone, VisitBanner};
pub use sso_mail::SsoMail;
pub use text::{FieldError, FieldErrors, Text, TextArg};
pub use value::{Choice, Moment, Percent, SafeHtml};
pub use visit_mail::VisitMail;

/// A page's content and the template that shows it.
pub trait View: Serialize {
    /// Path of the template below `web/templates`.
    const TEMPLATE: &'static str;

    /// Returns one value per state worth looking at; the first is the ordinary case.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}
