//! What templates can call.
//!
//! | name | use |
//! |---|---|
//! | `t(key=…, …)` | a message; amounts and moments among the arguments are formatted |
//! | `t_link(key=…, href=…)` | a message in which `[[…]]` becomes a link |
//! | `tr` filter | a [`crate::views::Text`] |
//! | `money`, `number`, `percent` filters | amounts, numbers, [`crate::views::Percent`] |
//! | `date(style=…)` filter | a [`crate::views::Moment`] in its own zone |
//! | `clock` filter | seconds as `m:ss` |
//! | `asset(name=…)` | address of a file of the bundle |
//! | `icon(name=…)` | an inlined outline icon |

use std::sync::Arc;

use bilten_kernel::Money;
use tera::{Function, Kwargs, State, Tera, TeraResult, Value};

use super::icons;
use crate::{
    assets,
    i18n::{Arg, DateStyle, Speaker},
    views::{Moment, Percent},
};

pub(super) fn register(tera: &mut Tera, speaker: &Arc<Speaker>) {
    let say = Arc::clone(speaker);
    tera.register_function("t", move |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        let key = kwargs.must_get::<&str>("key")?;
        Ok(say.say_with(key, arguments(&say, &kwargs)))
    });
    tera.register_function("t_link", Link(Arc::clone(speaker)));
    let say = Arc::clone(speaker);
    tera.register_filter("tr", move |text: Value, _: Kwargs, _: &State| -> TeraResult<String> {
        let key = text
            .get_from_path("key")
            .and_then(Value::as_str)
            .ok_or_else(|| tera::Error::message("tr wants a Text"))?;
        let args = text.get_from_path("args").and_then(Value::as_map);
        let args = args
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.as_str()?, argument(&say, value))));
        Ok(say.say_with(key, args))
    });
    let say = Arc::clone(speaker);
    tera.register_filter(
        "money",
        move |amount: Value, _: Kwargs, _: &State| -> TeraResult<String> {
            money(&amount)
                .map(|amount| say.money(amount))
                .ok_or_else(|| tera::Error::message("money wants an amount"))
        },
    );
    let say = Arc::clone(speaker);
    tera.register_filter(
        "percent",
        move |share: Value, _: Kwargs, _: &State| -> TeraResult<String> {
            percent(&share)
                .map(|share| say.percent(share))
                .ok_or_else(|| tera::Error::message("percent wants a share"))
        },
    );
    let say = Arc::clone(speaker);
    tera.register_filter("number", move |number: i64, _: Kwargs, _: &State| say.number(number));
    let say = Arc::clone(speaker);
    tera.register_filter(
        "date",
        move |at: Value, kwargs: Kwargs, _: &State| -> TeraResult<String> {
            let at = moment(&at).ok_or_else(|| tera::Error::message("date wants a moment"))?;
            let style = style(kwargs.get::<&str>("style")?.unwrap_or("date_time"))?;
            Ok(say.date(&at, style))
        },
    );
    tera.register_filter("clock", |seconds: u64, _: Kwargs, _: &State| {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    });
    tera.register_function("asset", |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(assets::url(kwargs.must_get::<&str>("name")?))
    });
    tera.register_function("icon", icons::Icon);
}

fn arguments<'a>(speaker: &'a Speaker, kwargs: &'a Kwargs) -> impl Iterator<Item = (&'a str, Arg)> {
    kwargs
        .iter()
        .filter_map(|(name, value)| Some((name.as_str()?, argument(speaker, value))))
        .filter(|(name, _)| *name != "key" && *name != "href")
}

fn argument(speaker: &Speaker, value: &Value) -> Arg {
    if let Some(number) = value.as_i64() {
        return Arg::Number(number);
    }
    if let Some(amount) = money(value) {
        return Arg::Text(speaker.money(amount));
    }
    if let Some(share) = percent(value) {
        return Arg::Text(speaker.percent(share));
    }
    if let Some(at) = moment(value) {
        return Arg::Text(speaker.date(&at, DateStyle::DateTime));
    }
    Arg::Text(value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned))
}

fn money(value: &Value) -> Option<Money> {
    let minor = value.get_from_path("minor")?.as_i64()?;
    let currency = value.get_from_path("currency")?.as_str()?.parse().ok()?;
    Some(Money::new(minor, currency))
}

fn percent(value: &Value) -> Option<Percent> {
    Some(Percent {
        bp: value.get_from_path("bp")?.as_i64()?,
    })
}

fn moment(value: &Value) -> Option<Moment> {
    let at = value.get_from_path("at")?.as_str()?.parse().ok()?;
    let zone = value.get_from_path("zone")?.as_str()?;
    Some(Moment::new(at, zone))
}

fn style(name: &str) -> TeraResult<DateStyle> {
    Ok(match name {
        "full" => DateStyle::Full,
        "medium" => DateStyle::Medium,
        "short" => DateStyle::Short,
        "time" => DateStyle::Time,
        "date_time" => DateStyle::DateTime,
        "day" => DateStyle::Day,
        "month" => DateStyle::Month,
        "month_year" => DateStyle::MonthYear,
        "weekday" => DateStyle::Weekday,
        "iso" => DateStyle::Iso,
        _ => return Err(tera::Error::message(format!("no such date style: {name}"))),
    })
}

/// `t_link`: the only function besides `icon` whose result is HTML; it escapes all it is given.
struct Link(Arc<Speaker>);

impl Function<TeraResult<String>> for Link {
    fn call(&self, kwargs: Kwargs, state: &State) -> TeraResult<String> {
        let key = kwargs.must_get::<&str>("key")?;
        let href = state.escape(kwargs.must_get::<&str>("href")?)?;
        let said = state.escape(&self.0.say_with(key, arguments(&self.0, &kwargs)))?;
        Ok(said
            .replacen("[[", &format!("<a href=\"{href}\">"), 1)
            .replacen("]]", "</a>", 1))
    }

    fn is_safe(&self) -> bool {
        true
    }
}
