//! Files made by `web/`: templates, words, and the bundle with hashed names.
//!
//! Release builds embed them; debug builds read them from disk. Without a bundle (nobody ran
//! `npm run build`) pages still render, unstyled.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

/// Templates of `web/templates`.
#[derive(RustEmbed)]
#[folder = "../web/templates"]
pub(crate) struct Templates;

/// Message catalogues of `web/locales`.
#[derive(RustEmbed)]
#[folder = "../web/locales"]
pub(crate) struct Catalogues;

/// The bundle of `web/dist`.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Bundle;

/// A file of the bundle, ready to be served.
pub struct Asset {
    /// Content.
    pub bytes: Cow<'static, [u8]>,
    /// Media type.
    pub media_type: &'static str,
    /// Whether the name changes with the content, so that it may be kept for ever.
    pub immutable: bool,
}

/// Finds what `GET /assets/{name}` serves; names with a path are refused.
pub fn find(name: &str) -> Option<Asset> {
    if name.contains(['/', '\\']) || name.starts_with('.') {
        return None;
    }
    let file: EmbeddedFile = Bundle::get(&format!("assets/{name}"))?;
    let media_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    };
    Some(Asset {
        bytes: file.data,
        media_type,
        immutable: true,
    })
}

/// An entry of Vite's manifest; see <https://vite.dev/guide/backend-integration>.
#[derive(Deserialize)]
struct Entry {
    file: String,
}

static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let Some(file) = Bundle::get(".vite/manifest.json") else {
        tracing::warn!("web/dist is missing: pages will be unstyled");
        return BTreeMap::new();
    };
    let entries: BTreeMap<String, Entry> = serde_json::from_slice(&file.data).unwrap_or_default();
    entries
        .into_iter()
        .map(|(source, entry)| (source, entry.file))
        .collect()
});

/// Tells whether `web/dist` was built.
pub fn is_built() -> bool {
    !MANIFEST.is_empty()
}

/// Returns the address of a source file of the bundle, such as `styles/main.css`.
pub fn url(source: &str) -> String {
    MANIFEST.get(source).map_or_else(
        || format!("/assets/missing-{}", source.replace('/', "-")),
        |file| format!("/{file}"),
    )
}
