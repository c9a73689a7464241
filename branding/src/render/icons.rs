//! Outline icons (lucide, ISC licence), inlined so that they take the colour of the text.
//!
//! `web/templates/icons.tsv` is made from the npm package by `web/scripts/icons.mjs`: one `name<TAB>paths` a line.

use std::{collections::BTreeMap, sync::LazyLock};

use tera::{Function, Kwargs, State, TeraResult};

use crate::assets::Templates;

static ICONS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let file = Templates::get("icons.tsv").expect("the list of icons is part of the templates");
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    pairs.map(|(name, paths)| (name.to_owned(), paths.to_owned())).collect()
});

/// `icon(name=…)`: decorative, hidden from screen readers; words stand beside it.
pub(super) struct Icon;

impl Function<TeraResult<String>> for Icon {
    fn call(&self, kwargs: Kwargs, _: &State) -> TeraResult<String> {
        let name = kwargs.must_get::<&str>("name")?;
        let paths = ICONS
            .get(name)
            .ok_or_else(|| tera::Error::message(format!("no such icon: {name}")))?;
        Ok(format!(
            "<svg class=\"icon\" width=\"20\" height=\"20\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" \
             stroke-width=\"1.75\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" \
             focusable=\"false\">{paths}</svg>"
        ))
    }

    fn is_safe(&self) -> bool {
        true
    }
}
