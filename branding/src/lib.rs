//! How a tenant looks and speaks: theme tokens, page rendering, words, dates and money, artwork,
//! QR symbols, mails.
//!
//! Nothing here decides about tickets, orders or money, and nothing here knows HTTP: a handler fills a
//! view ([`views`]) and gets HTML ([`render`]). What a tenant's visitor sees never names the platform.

pub mod artwork;
pub mod assets;
pub mod i18n;
pub mod icon;
pub mod mail;
pub mod markdown;
pub mod qr;
pub mod render;
pub mod sms;
pub mod texts;
pub mod theme;
pub mod views;

pub use render::{RenderError, Renderer};
pub use theme::Theme;
