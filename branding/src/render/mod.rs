//! Pages: a view and a shell become HTML.
//!
//! Templates are Tera 2 files of `web/templates`. Each language has its own engine, so that functions know the
//! language without asking the template. Escaping is on for every file (`.html`); `safe` is used for
//! [`crate::views::SafeHtml`] only, which a test watches over.
//!
//! Not here: HTTP, caching, tenants' own templates.

mod functions;
mod icons;

use std::{collections::BTreeMap, sync::Arc};

use bilten_kernel::Locale;
use tera::{Context, Tera};

use crate::{
    assets::Templates,
    i18n::{Speaker, Speakers},
    views::{Page, View},
};

/// Says why a page could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template is wrong.
    #[error("a template cannot be read")]
    Load(#[source] tera::Error),
    /// A template and its view do not fit.
    #[error("template {template} cannot be rendered")]
    Render {
        /// Which template.
        template: &'static str,
        /// Why.
        #[source]
        source: tera::Error,
    },
}

/// Renders pages in all languages; make one at start and share it (cloning is cheap).
#[derive(Clone)]
pub struct Renderer {
    engines: Arc<BTreeMap<&'static str, Tera>>,
    speakers: Speakers,
}

impl Renderer {
    /// Reads all templates and catalogues.
    ///
    /// # Errors
    /// A template that does not parse or names something unknown.
    pub fn load() -> Result<Self, RenderError> {
        let speakers = Speakers::load();
        let sources = sources();
        let mut engines = BTreeMap::new();
        for locale in Locale::ALL {
            let engine = engine(&sources, &speakers.get(locale)).map_err(RenderError::Load)?;
            engines.insert(locale.tag(), engine);
        }
        Ok(Self {
            engines: Arc::new(engines),
            speakers,
        })
    }

    /// Renders a page.
    ///
    /// # Errors
    /// The template asks for something the view does not have.
    pub fn page<V: View>(&self, page: &Page, view: &V) -> Result<String, RenderError> {
        self.template(V::TEMPLATE, page, view)
    }

    /// Renders a view with another template than its own, such as the plain-text part of a mail.
    ///
    /// # Errors
    /// As [`Self::page`].
    pub fn template<V: View>(&self, template: &'static str, page: &Page, view: &V) -> Result<String, RenderError> {
        let mut context = Context::new();
        context.insert("page", page);
        context.insert("view", view);
        let engine = self
            .engines
            .get(page.locale.tag())
            .expect("load made an engine for each language");
        engine
            .render(template, &context)
            .map_err(|source| RenderError::Render { template, source })
    }

    /// Returns the words of a language, for subjects of mails and file contents.
    pub fn speaker(&self, locale: Locale) -> Arc<Speaker> {
        self.speakers.get(locale)
    }
}

/// Name and content of each template.
fn sources() -> Vec<(String, String)> {
    let read = |path: std::borrow::Cow<'static, str>| {
        let file = Templates::get(&path).expect("the template was just listed");
        (path.into_owned(), String::from_utf8_lossy(&file.data).into_owned())
    };
    Templates::iter()
        .filter(|path| path.ends_with(".html") || path.ends_with(".txt"))
        .map(read)
        .collect()
}

fn engine(sources: &[(String, String)], speaker: &Arc<Speaker>) -> Result<Tera, tera::Error> {
    let mut tera = Tera::default();
    functions::register(&mut tera, speaker);
    tera.add_raw_templates(sources.iter().map(|(name, source)| (name.as_str(), source.as_str())))?;
    Ok(tera)
}

#[cfg(test)]
mod tests;
