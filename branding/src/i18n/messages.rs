//! Fluent catalogues; see <https://projectfluent.org>.

use std::sync::Arc;

use bilten_kernel::Locale;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::assets::Catalogues;

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A number; chooses plural forms.
    Number(i64),
    /// A text.
    Text(String),
}

pub(super) struct Messages {
    bundle: FluentBundle<Arc<FluentResource>>,
    keys: Vec<String>,
    fallback: Option<Arc<Self>>,
}

impl Messages {
    pub(super) fn load(locale: Locale) -> Self {
        let language: LanguageIdentifier = locale.tag().parse().expect("our language tags are well formed");
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolating marks confuse copying and tests; both languages run left to right.
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        let folder = format!("{}/", locale.tag());
        for path in Catalogues::iter().filter(|path| path.starts_with(&folder) && path.ends_with(".ftl")) {
            let file = Catalogues::get(&path).expect("the catalogue was just listed");
            let source = String::from_utf8_lossy(&file.data).into_owned();
            let resource = FluentResource::try_new(source).unwrap_or_else(|(partial, errors)| {
                tracing::error!(%path, ?errors, "a message catalogue has errors");
                partial
            });
            keys.extend(resource.entries().filter_map(message_key));
            if let Err(errors) = bundle.add_resource(Arc::new(resource)) {
                tracing::error!(%path, ?errors, "a message is defined twice");
            }
        }
        Self {
            bundle,
            keys,
            fallback: None,
        }
    }

    pub(super) fn with_fallback(mut self, fallback: Arc<Self>) -> Self {
        self.fallback = Some(fallback);
        self
    }

    pub(super) fn has_own(&self, key: &str) -> bool {
        self.bundle
            .get_message(key)
            .is_some_and(|message| message.value().is_some())
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    pub(super) fn say<'a>(&self, key: &str, args: impl Iterator<Item = (&'a str, Arg)>) -> String {
        let mut values = FluentArgs::new();
        for (name, arg) in args {
            match arg {
                Arg::Number(number) => values.set(name.to_owned(), FluentValue::from(number)),
                Arg::Text(text) => values.set(name.to_owned(), FluentValue::from(text)),
            }
        }
        let said = self.find(key, &values);
        debug_assert!(said.is_some() || !cfg!(test), "message {key} is missing");
        said.unwrap_or_else(|| key.to_owned())
    }

    fn find(&self, key: &str, values: &FluentArgs<'_>) -> Option<String> {
        let own = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = own else {
            return self.fallback.as_ref().and_then(|fallback| fallback.find(key, values));
        };
        let mut errors = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(values), &mut errors)
            .into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a message could not be said fully");
        }
        Some(said)
    }
}

fn message_key(entry: &fluent_syntax::ast::Entry<&str>) -> Option<String> {
    match entry {
        fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    }
}
